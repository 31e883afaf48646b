// The picture: a vis.Network that holds the drawn nodes only and is repainted when state changes.

const LABEL_WEIGHTS = { topic: 350, paper: 400, dataset: 300, venue: 250, codebase: 200, author: 100, outside: 50, node: 100 };
const FAR = 0.45;
const MANY = 8;
const DIM = 0.13;

function createScene(data, theme, acts) {
  const container = find("map");
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const network = new vis.Network(container, { nodes, edges }, readOptions(data.options));
  const labels = createLabels(theme);
  const drawn = new Set();
  const view = { focus: null, near: null, hovered: null, version: 0 };

  function readOptions(given) {
    const { configure, ...options } = given;
    return {
      ...options,
      autoResize: true,
      layout: { improvedLayout: false, ...options.layout },
      nodes: { borderWidth: 1.5, chosen: false, ...options.nodes },
      edges: { width: 1, chosen: false, arrows: { to: { scaleFactor: 0.4 } }, ...options.edges },
      interaction: { tooltipDelay: 250, ...options.interaction, hover: true, keyboard: false, multiselect: false },
    };
  }

  function look(node) {
    const { group_name, category, core, step, ...style } = node.style;
    const dim = view.near !== null && !view.near.has(node);
    const chosen = node === view.focus;
    const color = theme.adapt(style.color);
    const fill = typeof color === "string" ? { background: color, border: theme.variable("--page") } : { ...color };
    if (chosen) fill.border = theme.variable("--text");
    return { ...style, id: node.index, x: node.x, y: node.y, title: node.title === undefined || node.title === null ? fullName(node) : node.title, color: fill, borderWidth: chosen ? 4 : style.borderWidth || 1.5, opacity: dim ? DIM : 1, label: undefined };
  }
  function lookOfEdge(edge) {
    const { details, ...style } = edge.style;
    const touches = view.focus !== null && (edge.from === view.focus || edge.to === view.focus);
    const base = theme.adapt(data.options.edges && data.options.edges.color) || {};
    const plain = { ...(typeof base === "object" ? base : { color: base }), ...(typeof style.color === "string" ? { color: theme.adapt(style.color) } : theme.adapt(style.color) || {}) };
    const color = touches ? { color: theme.variable("--accent"), opacity: 0.95, inherit: false } : view.near !== null ? { ...plain, opacity: 0.06 } : plain;
    // Only citations and relations have a direction that a reader cannot tell from the kinds at both ends.
    const arrows = details && ["cites", "relates_to"].includes(details.kind) ? style.arrows : details ? "" : style.arrows;
    return { ...style, id: edge.index, from: edge.from.index, to: edge.to.index, color, arrows, width: touches ? 2 : style.width || 1 };
  }

  // Bring the drawn nodes and edges in line with what is wanted.
  function sync(isWanted) {
    const wanted = data.nodes.filter(isWanted);
    const set = new Set(wanted);
    nodes.remove([...drawn].filter((node) => !set.has(node)).map((node) => node.index));
    drawn.clear();
    for (const node of wanted) drawn.add(node);
    if (view.focus && !drawn.has(view.focus)) Object.assign(view, { focus: null, near: null });
    const lines = data.edges.filter((edge) => drawn.has(edge.from) && drawn.has(edge.to));
    const kept = new Set(lines.map((edge) => edge.index));
    edges.remove(edges.getIds().filter((id) => !kept.has(id)));
    paint(lines);
  }
  function paint(lines) {
    view.version += 1;
    nodes.update([...drawn].map(look));
    edges.update((lines || data.edges.filter((edge) => drawn.has(edge.from) && drawn.has(edge.to))).map(lookOfEdge));
    network.redraw();
  }
  function focus(node) {
    view.focus = node;
    view.near = node && new Set([node, ...node.links.map((link) => link.other)]);
    view.hovered = null;
    paint();
  }

  function labelOf(node, always) {
    return { node, x: node.x, y: node.y, radius: node.style.size || 10, text: node.label, size: 12, solid: node.group === "paper", bold: node.group === "topic" || node === view.focus, weight: 0, always: Boolean(always) };
  }
  function candidates(scale) {
    return [...drawn].filter((node) => view.near === null || view.near.has(node)).map((node) => {
      const large = node.group === "topic" && node.papers >= MANY;
      const label = labelOf(node, view.near !== null || large);
      if (view.near !== null || scale > FAR || !["author", "outside"].includes(node.group)) label.weight = LABEL_WEIGHTS[node.group] + node.papers;
      if (large) label.weight += 200;
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
    for (const { x, y, style } of points) {
      const radius = (style.size || 10) + 6;
      box.left = Math.min(box.left, x - radius);
      box.right = Math.max(box.right, x + radius);
      box.top = Math.min(box.top, y - radius);
      box.bottom = Math.max(box.bottom, y + radius);
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
    network.moveTo({ scale: Math.min(6, Math.max(0.05, network.getScale() * factor)), animation: false });
  }
  // Bring a node and its drawn neighbours into view.
  function goTo(node) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const near = [node, ...node.links.map((link) => link.other).filter((other) => drawn.has(other))];
    frame(near, 1.3, still ? false : { duration: 250, easingFunction: "easeInOutQuad" });
  }

  function hover(node) {
    view.hovered = node;
    container.style.cursor = node ? "pointer" : "";
    network.redraw();
  }
  function follow(moved) {
    const places = network.getPositions(moved);
    for (const index of moved) Object.assign(data.nodes[index], places[index]);
    view.version += 1;
  }
  network.on("beforeDrawing", (context) => acts.behind(context, network.getScale()));
  network.on("afterDrawing", (context) => labels.draw(context, network.getScale(), labelState));
  network.on("hoverNode", (event) => hover(data.nodes[event.node]));
  network.on("blurNode", () => hover(null));
  network.on("dragging", (event) => follow(event.nodes));
  network.on("click", (event) => acts.pick(event.nodes.length ? data.nodes[event.nodes[0]] : labels.hit(event.pointer.canvas, network.getScale())));

  return { network, labels, drawn, sync, paint, focus, fit, zoom, goTo, isDim: (node) => view.near !== null && !view.near.has(node) };
}
