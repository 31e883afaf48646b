// What the page shows now as SVG or PNG, with its legend and where the data come from.

const LINE = 18;
const ENTRY_WIDTH = 190;

function createPicture(data, theme, looks, scene, legend) {
  function shape(tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function listEntries() {
    const shown = [...legend.kinds].map(([kind, members]) => [kind, members.find((node) => scene.drawn.has(node))]).filter(([, node]) => node);
    const shapes = shown.map(([kind, node]) => ({ name: KIND_NAMES.get(kind) || kind, shape: looks.shapeOf(node), fill: kind === "paper" && data.legend.length ? theme.variable("--text") : looks.fillOf(node) }));
    const colors = data.legend.map((entry) => {
      const node = data.nodes.find(({ category }) => category === entry.category);
      return { name: entry.category, shape: "dot", fill: looks.fillOf(node) };
    });
    return [...shapes, ...colors];
  }
  function drawGlyph(kind, x, y, radius, fill, opacity) {
    const scale = radius / 6;
    return shape("path", { d: glyphPath(kind), transform: `translate(${(x - 8 * scale).toFixed(1)} ${(y - 8 * scale).toFixed(1)}) scale(${scale.toFixed(3)})`, fill, stroke: theme.page(), "stroke-width": 1, opacity });
  }
  function drawText(x, y, text, extra) {
    return shape("text", { x: x.toFixed(1), y: y.toFixed(1), "text-anchor": "middle", ...extra }, text);
  }
  function drawEdges(at) {
    const lines = shape("g", { "stroke-opacity": 0.5 });
    for (const edge of data.edges) {
      if (!scene.drawn.has(edge.from) || !scene.drawn.has(edge.to) || edge.style.hidden) continue;
      const [from, to] = [at(edge.from), at(edge.to)];
      const { color } = looks.plainColor(edge.style);
      lines.append(shape("line", { x1: from.x.toFixed(1), y1: from.y.toFixed(1), x2: to.x.toFixed(1), y2: to.y.toFixed(1), stroke: typeof color === "string" ? color : theme.variable("--quiet"), "stroke-width": Number(edge.style.width) || 1, ...(edge.style.dashes ? { "stroke-dasharray": "4 3" } : {}) }));
    }
    return lines;
  }
  // A node whose label is inside it is as large as the label.
  function drawBox(node, at, scale) {
    const box = scene.network.getBoundingBox(node.index);
    const [width, height] = [(box.right - box.left) * scale, (box.bottom - box.top) * scale];
    const { x, y } = at(node);
    const round = ["ellipse", "circle"].includes(looks.shapeOf(node));
    const fill = looks.shapeOf(node) === "text" ? "none" : looks.fillOf(node);
    const outline = round ? shape("ellipse", { cx: x, cy: y, rx: width / 2, ry: height / 2, fill }) : shape("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 3, fill });
    return [outline, drawText(x, y + 4 * scale, node.label, { "font-size": 14 * scale, fill: fill === "none" ? theme.text() : "#343434" })];
  }
  function drawNodes(at, scale) {
    return [...scene.drawn].flatMap((node) => {
      if (looks.hasLabelInside(node)) return drawBox(node, at, scale);
      const { x, y } = at(node);
      return [drawGlyph(looks.shapeOf(node), x, y, scene.radiusOf(node) * scale, looks.fillOf(node), scene.isDim(node) ? 0.13 : 1)];
    });
  }
  function drawLegend(entries, across, height) {
    return entries.flatMap((entry, place) => {
      const [x, y] = [12 + (place % across) * ENTRY_WIDTH, height + LINE + Math.floor(place / across) * LINE];
      return [drawGlyph(entry.shape, x, y - 4, 6, entry.fill, 1), shape("text", { x: x + 14, y, fill: theme.variable("--text") }, entry.name)];
    });
  }
  function draw() {
    const container = find("map");
    const [width, height] = [container.clientWidth, container.clientHeight];
    const entries = listEntries();
    const across = Math.max(1, Math.floor(width / ENTRY_WIDTH));
    const whole = height + Math.ceil(entries.length / across) * LINE + 2 * LINE;
    const svg = shape("svg", { xmlns: SVG, width, height: whole, viewBox: `0 0 ${width} ${whole}`, "font-family": "system-ui, sans-serif", "font-size": 12 });
    const scale = scene.network.getScale();
    const at = (node) => scene.network.canvasToDOM({ x: node.x, y: node.y });
    const middle = scene.network.canvasToDOM({ x: 0, y: 0 });
    const names = scene.labels.boxes().map((label) => drawText(middle.x + label.cx, middle.y + label.cy + 4, label.text, { fill: label.color || theme.text(), stroke: theme.page(), "stroke-width": 3, "paint-order": "stroke", "font-weight": label.bold ? 600 : 400, "font-size": label.size }));
    const origin = [find("synthetic"), document.querySelector("footer")].filter(Boolean).map((part) => part.textContent.trim()).join(". ");
    svg.append(shape("title", {}, document.title), shape("rect", { width, height: whole, fill: theme.page() }), drawEdges(at), ...drawNodes(at, scale), ...names);
    svg.append(shape("rect", { y: height, width, height: whole - height, fill: theme.variable("--raised") }), ...drawLegend(entries, across, height));
    svg.append(shape("text", { x: 12, y: whole - 6, "font-size": 11, fill: theme.variable("--quiet") }, origin));
    return { svg, width, height: whole };
  }
  function saveSvg() {
    saveFile(new Blob([new XMLSerializer().serializeToString(draw().svg)], { type: "image/svg+xml" }), "network.svg");
  }
  async function savePng(times) {
    const { svg, width, height } = draw();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await image.decode();
    const canvas = make("canvas", { width: width * times, height: height * times });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => saveFile(blob, times === 1 ? "network.png" : `network@${times}x.png`));
  }
  for (const button of document.querySelectorAll("#save button"))
    button.addEventListener("click", () => {
      if (button.value === "svg") saveSvg();
      else savePng(Number(button.value));
      find("save").open = false;
    });
}
