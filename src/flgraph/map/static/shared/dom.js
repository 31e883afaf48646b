// Elements are made by createElement and filled with text nodes: text from the data is never read as HTML.

const SVG = "http://www.w3.org/2000/svg";

function find(id) {
  return document.getElementById(id);
}

function make(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

// Only http, https and mailto addresses become links; others are shown as text.
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

function sayNumber(number) {
  return String(number).replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
}

function sayCount(number, one, many) {
  return `${sayNumber(number)} ${number === 1 ? one : many}`;
}

function saveFile(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
