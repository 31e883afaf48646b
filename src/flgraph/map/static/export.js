// What the map shows now as SVG or PNG, with its legend and where the data come from.

const SVG = "http://www.w3.org/2000/svg";
const LINE = 18;

function createExport(data, theme, scene) {
  function shape(tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  }
  function rows() {
    const kinds = Object.keys(KIND_NAMES).filter((group) => [...scene.drawn].some((node) => node.group === group));
    const one = (group) => [...scene.drawn].find((node) => node.group === group);
    const shapes = kinds.map((group) => ({ name: KIND_NAMES[group][1], shape: one(group).style.shape, fill: group === "paper" && data.legend.length ? theme.variable("--text") : theme.fillOf(one(group).style) }));
    const colors = data.legend.map((entry) => ({ name: entry.category, shape: "dot", fill: theme.fillOf(entry) }));
    return [...shapes, ...colors];
  }
  function glyph(kind, x, y, radius, fill, opacity) {
    const scale = radius / 6;
    return shape("path", { d: glyphPath(kind), transform: `translate(${(x - 8 * scale).toFixed(1)} ${(y - 8 * scale).toFixed(1)}) scale(${scale.toFixed(3)})`, fill, stroke: theme.variable("--page"), "stroke-width": 1, opacity });
  }
  function draw() {
    const container = find("map");
    const [width, height] = [container.clientWidth, container.clientHeight];
    const entries = rows();
    const across = Math.max(1, Math.floor(width / 190));
    const foot = Math.ceil(entries.length / across) * LINE + 2 * LINE;
    const banner = find("banner");
    const svg = shape("svg", { xmlns: SVG, width, height: height + foot, viewBox: `0 0 ${width} ${height + foot}`, "font-family": "system-ui, sans-serif", "font-size": 12 });
    svg.append(shape("title", {}, document.title), shape("rect", { width, height: height + foot, fill: theme.variable("--page") }));
    const scale = scene.network.getScale();
    const at = (node) => scene.network.canvasToDOM({ x: node.x, y: node.y });
    const lines = shape("g", { stroke: theme.variable("--quiet"), "stroke-opacity": 0.35 });
    for (const edge of data.edges)
      if (scene.drawn.has(edge.from) && scene.drawn.has(edge.to)) {
        const [from, to] = [at(edge.from), at(edge.to)];
        lines.append(shape("line", { x1: from.x.toFixed(1), y1: from.y.toFixed(1), x2: to.x.toFixed(1), y2: to.y.toFixed(1), ...(edge.style.dashes ? { "stroke-dasharray": "4 3" } : {}) }));
      }
    svg.append(lines);
    for (const node of scene.drawn) {
      const { x, y } = at(node);
      svg.append(glyph(node.style.shape, x, y, (node.style.size || 10) * scale, theme.fillOf(node.style), scene.isDim(node) ? 0.13 : 1));
    }
    const middle = scene.network.canvasToDOM({ x: 0, y: 0 });
    for (const label of scene.labels.boxes())
      svg.append(shape("text", { x: (middle.x + label.cx).toFixed(1), y: (middle.y + label.cy + 4).toFixed(1), "text-anchor": "middle", fill: theme.variable("--text"), stroke: theme.variable("--page"), "stroke-width": 3, "paint-order": "stroke", "font-weight": label.bold ? 600 : 400 }, label.text));
    svg.append(shape("rect", { y: height, width, height: foot, fill: theme.variable("--raised") }));
    entries.forEach((entry, place) => {
      const [x, y] = [12 + (place % across) * 190, height + LINE + Math.floor(place / across) * LINE];
      svg.append(glyph(entry.shape, x, y - 4, 6, entry.fill, 1), shape("text", { x: x + 14, y, fill: theme.variable("--text") }, entry.name));
    });
    const origin = [banner && banner.textContent, document.querySelector("footer").textContent.trim()].filter(Boolean).join(" ");
    svg.append(shape("text", { x: 12, y: height + foot - 6, "font-size": 11, fill: theme.variable("--quiet") }, origin));
    return { svg, width, height: height + foot };
  }
  function save(blob, name) {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
  function saveSvg() {
    save(new Blob([new XMLSerializer().serializeToString(draw().svg)], { type: "image/svg+xml" }), "map.svg");
  }
  async function savePng(times) {
    const { svg, width, height } = draw();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
    await image.decode();
    const canvas = make("canvas", { width: width * times, height: height * times });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(blob, times === 1 ? "map.png" : `map@${times}x.png`));
  }
  for (const button of document.querySelectorAll("#save button"))
    button.addEventListener("click", () => {
      if (button.value === "svg") saveSvg();
      else savePng(Number(button.value));
      find("save").open = false;
    });
}
