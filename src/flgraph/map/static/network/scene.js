// The picture: a vis.Network that holds the drawn nodes only and is repainted when state changes.

const LABEL_WEIGHTS = new Map([["topic", 350], ["paper", 400], ["dataset", 300], ["venue", 250], ["codebase", 200], ["author", 100], ["outside", 50]]);
const USUAL_WEIGHT = 100;
const FAR = 0.45;
const QUIET_KINDS = new Set(["author", "outside"]);

function createScene(data, theme, looks, tip, acts) {
  const container = find("map");
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const network = new vis.Network(container, { nodes, edges }, readOptions(data.options));
  const labels = createLabels(theme);
  const drawn = new Set();
  const view = { focus: null, near: null, hovered: null, version: 0 };
  let moving = false;
  data.drawnColor = (node) => (network.body.nodes[node.index] || { options: {} }).options.color;

  // Titles are for the tip of this page: vis-network would read them as HTML and leave its own behind.
  function readOptions(given) {
    const smooth = (given.edges && given.edges.smooth) || {};
    return {
      ...given,
      autoResize: true,
      layout: { ...given.layout, improvedLayout: false },
      physics: { ...given.physics, enabled: false },
      nodes: { borderWidth: 1.5, ...leaveOut(given.nodes || {}, ["title"]), chosen: false },
      // Edges of the type "dynamic" bend only while physics runs.
      edges: { ...leaveOut(given.edges || {}, ["title"]), smooth: smooth.type === "dynamic" ? { ...smooth, type: "continuous" } : smooth, chosen: false },
      groups: Object.fromEntries(Object.entries(given.groups || {}).map(([name, style]) => [name, style !== null && typeof style === "object" ? leaveOut(style, ["title"]) : style])),
      interaction: { ...given.interaction, hover: true, keyboard: false, multiselect: false },
    };
  }

  // Bring the drawn nodes and edges in line with what is wanted.
  function sync(isWanted) {
    const wanted = data.nodes.filter(isWanted);
    const set = new Set(wanted);
    nodes.remove([...drawn].filter((node) => !set.has(node)).map((node) => node.index));
    drawn.clear();
    for (const node of wanted) drawn.add(node);
    if (view.focus && !drawn.has(view.focus)) Object.assign(view, { focus: null, near: null });
    const lines = listLines();
    const kept = new Set(lines.map((edge) => edge.index));
    edges.remove(edges.getIds().filter((id) => !kept.has(id)));
    paint(lines);
    if (isLevelled()) follow();
  }
  function listLines() {
    return data.edges.filter((edge) => drawn.has(edge.from) && drawn.has(edge.to));
  }
  function isLevelled() {
    const levels = data.options.layout && data.options.layout.hierarchical;
    return Boolean(levels && levels !== null && levels.enabled !== false);
  }
  function paint(lines) {
    view.version += 1;
    nodes.update([...drawn].map((node) => looks.lookOf(node, view)));
    edges.update((lines || listLines()).map((edge) => looks.lookOfEdge(edge, view)));
    network.redraw();
  }
  function focus(node) {
    view.focus = node;
    view.near = node && new Set([node, ...node.links.map((link) => link.other)]);
    view.hovered = null;
    tip.hide();
    paint();
  }

  function radiusOf(node) {
    const item = network.body.nodes[node.index];
    return item ? item.options.size : 10;
  }
  function labelOf(node, always) {
    const { size, color } = looks.fontOf(node);
    const isTyped = node.kind === "paper";
    return { node, x: node.x, y: node.y, radius: radiusOf(node), text: node.label, size, color, solid: isTyped, bold: node.kind === "topic" || node === view.focus, weight: 0, always: Boolean(always) };
  }
  function candidates(scale) {
    return [...drawn].filter((node) => view.near === null || view.near.has(node)).map((node) => {
      const label = labelOf(node, view.near !== null);
      if (looks.hasLabelInside(node)) return label;
      if (view.near !== null || scale > FAR || !QUIET_KINDS.has(node.kind)) label.weight = (LABEL_WEIGHTS.get(node.kind) || USUAL_WEIGHT) + node.links.length;
      if (node === view.focus) label.weight = 9000;
      return label;
    });
  }
  // Room beside the outermost nodes for their labels.
  function margin() {
    return Math.min(72, container.clientWidth * 0.08);
  }
  const labelState = { candidates, labelOf, get overhang() { return margin() - 4; }, get version() { return view.version; }, get hovered() { return view.hovered; } };

  // Show nodes with room for their labels; one node alone is not blown up.
  function frame(points, largest, animation) {
    if (!points.length) return;
    const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
    for (const node of points) {
      const radius = radiusOf(node) + 6;
      box.left = Math.min(box.left, node.x - radius);
      box.right = Math.max(box.right, node.x + radius);
      box.top = Math.min(box.top, node.y - radius);
      box.bottom = Math.max(box.bottom, node.y + radius);
    }
    const width = Math.max(60, container.clientWidth - 2 * margin());
    const height = Math.max(60, container.clientHeight - 50);
    const scale = Math.min(largest, width / (box.right - box.left), height / (box.bottom - box.top));
    network.moveTo({ position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, scale, animation });
  }
  function fit() {
    frame([...drawn], 1.4, false);
  }
  function zoom(factor) {
    tip.hide();
    network.moveTo({ scale: Math.min(6, Math.max(0.02, network.getScale() * factor)), animation: false });
  }
  // Bring a node and its drawn neighbours into view.
  function goTo(node) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const near = [node, ...node.links.map((link) => link.other).filter((other) => drawn.has(other))];
    frame(near, 1.3, still ? false : { duration: 250, easingFunction: "easeInOutQuad" });
  }
  // Let physics move the nodes, or hold them where they are.
  function move(on) {
    moving = on;
    network.setOptions({ physics: { ...data.options.physics, enabled: on, stabilization: false } });
    if (on) network.startSimulation();
  }

  function hover(node, text) {
    view.hovered = node;
    container.style.cursor = node ? "pointer" : "";
    tip.show(text);
    network.redraw();
  }
  function follow(moved) {
    for (const [index, place] of Object.entries(network.getPositions(moved))) Object.assign(data.nodes[index], place);
    view.version += 1;
  }
  network.on("beforeDrawing", () => moving && follow());
  network.on("afterDrawing", (context) => labels.draw(context, network.getScale(), labelState));
  network.on("hoverNode", ({ node }) => hover(data.nodes[node], data.nodes[node].title || fullName(data.nodes[node])));
  network.on("hoverEdge", ({ edge }) => view.hovered === null && tip.show(describeEdge(data.edges[edge])));
  network.on("blurNode", () => hover(null, ""));
  network.on("blurEdge", () => view.hovered === null && tip.hide());
  network.on("dragging", (event) => event.nodes.length && follow(event.nodes));
  network.on("click", (event) => acts.pick(event.nodes.length ? data.nodes[event.nodes[0]] : labels.hit(event.pointer.canvas, network.getScale())));

  return { network, labels, drawn, sync, paint, focus, fit, zoom, goTo, move, radiusOf, isDim: (node) => view.near !== null && !view.near.has(node) };
}
