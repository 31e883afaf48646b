// How nodes and edges look: as the Network has them, but for what is selected, dimmed or seen in the dark.

const DIM = 0.13;
const LABEL_INSIDE = new Set(["ellipse", "circle", "database", "box", "text"]);
const OWN_NAMES = ["group_name", "category", "step", "title", "details", "label", "ctxRenderer", "chosen"];
const FALLBACK = "#97c2fc";

function leaveOut(style, names) {
  return Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name)));
}

function createLooks(data, theme) {
  const nodeOptions = data.options.nodes || {};
  const edgeColor = data.options.edges && data.options.edges.color;
  // Edges that take the colour of the border of a node need one that is seen.
  const hasHalo = Boolean(edgeColor && edgeColor.inherit === false);
  const groups = new Map(Object.entries(data.options.groups || {}));

  function optionOf(node, name) {
    const group = groups.get(String(node.style.group)) || {};
    return [node.style[name], group[name], nodeOptions[name]].find((value) => value !== undefined && value !== null);
  }
  function shapeOf(node) {
    const shape = optionOf(node, "shape");
    return shape === undefined || shape === "custom" ? "ellipse" : String(shape);
  }
  function hasLabelInside(node) {
    return LABEL_INSIDE.has(shapeOf(node));
  }
  // vis-network gives a group without a colour one of its own.
  function colorOf(node) {
    const color = optionOf(node, "color");
    return theme.adapt(color === undefined && data.drawnColor ? data.drawnColor(node) : color);
  }
  function fillOf(node) {
    const color = colorOf(node);
    const fill = color !== null && typeof color === "object" ? color.background : color;
    return typeof fill === "string" ? fill : FALLBACK;
  }
  function borderOf(node) {
    const color = colorOf(node);
    return color !== null && typeof color === "object" && typeof color.border === "string" ? color.border : theme.page();
  }
  // vis-network writes "size face color" in one text, or an object.
  function fontOf(node) {
    const font = optionOf(node, "font");
    if (font !== null && typeof font === "object") return { size: Number(font.size) || 12, color: typeof font.color === "string" ? font.color : null };
    const [size, , color] = typeof font === "string" ? font.split(" ") : [];
    return { size: parseFloat(size) || 12, color: color || null };
  }
  function lookOf(node, view) {
    const dim = view.near !== null && !view.near.has(node);
    const chosen = node === view.focus;
    const width = node.style.borderWidth === undefined ? 1.5 : Number(node.style.borderWidth);
    const look = { ...leaveOut(node.style, OWN_NAMES), id: node.index, shape: shapeOf(node), x: node.x, y: node.y, label: hasLabelInside(node) ? node.label : undefined };
    look.borderWidth = chosen ? width + 3 : width;
    look.opacity = dim ? DIM : typeof node.style.opacity === "number" ? node.style.opacity : 1;
    const color = theme.adapt(node.style.color);
    if (typeof color === "string") look.color = { background: color, border: chosen ? theme.text() : hasHalo && !LABEL_INSIDE.has(look.shape) ? theme.page() : color };
    else if (color !== null && color !== undefined) look.color = chosen ? { ...color, border: theme.text() } : color;
    if (look.shape === "text" && optionOf(node, "font") === undefined) look.font = { color: theme.text() };
    return look;
  }
  function plainColor(style) {
    const given = theme.adapt(edgeColor);
    const base = given !== null && typeof given === "object" ? given : given === undefined ? {} : { color: given };
    const own = theme.adapt(style.color);
    return { ...base, ...(own !== null && typeof own === "object" ? own : own === undefined ? {} : { color: own, inherit: false }) };
  }
  function lookOfEdge(edge, view) {
    const { from, to, style, index } = edge;
    const touches = view.focus !== null && (from === view.focus || to === view.focus);
    const plain = plainColor(style);
    const color = touches ? { color: theme.variable("--accent"), opacity: 0.95, inherit: false } : view.near !== null ? { ...plain, opacity: 0.06 } : plain;
    const width = Number(style.width === undefined ? (data.options.edges && data.options.edges.width) || 1 : style.width);
    return { ...leaveOut(style, ["title", "details", "chosen", "id"]), id: index, from: from.index, to: to.index, color, width: touches ? width + 1 : width };
  }
  return { shapeOf, hasLabelInside, fillOf, borderOf, fontOf, lookOf, lookOfEdge, plainColor };
}
