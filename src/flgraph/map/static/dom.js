// Elements are made by createElement and filled by textContent: text from the graph is never read as HTML.

function find(id) {
  return document.getElementById(id);
}

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Only http, https and mailto links lead anywhere; other addresses are shown as text.
function makeLink(address, text) {
  let url = null;
  try {
    url = new URL(address);
  } catch {
    return make("span", {}, text);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return make("span", {}, text);
  return make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, text);
}

// The outline of each shape in a box 16 wide; the payload brings them.
const GLYPHS = new Map();

function glyphPath(shape) {
  return GLYPHS.get(shape) || GLYPHS.get("dot");
}

function makeGlyph(shape, fill, border) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("class", "glyph");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", glyphPath(shape));
  path.setAttribute("fill", fill);
  path.setAttribute("stroke", border);
  path.setAttribute("stroke-width", "1.3");
  svg.append(path);
  return svg;
}

// Letters without case and accents, so that "muller" finds "Müller".
function fold(text) {
  return String(text)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/ß/g, "ss")
    .replace(/ø/gi, "o")
    .replace(/ł/gi, "l")
    .replace(/đ/gi, "d")
    .toLowerCase();
}

function sayCount(number, one, many) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
