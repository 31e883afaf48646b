// The payload comes in columns, with repeated looks in a table; here it becomes nodes with their links.

// Maps, since every object has keys such as "constructor", which a group of nodes may be called too.
const KIND_NAMES = new Map([
  ["paper", "papers"],
  ["outside", "papers outside the catalog"],
  ["author", "authors"],
  ["venue", "venues"],
  ["topic", "topics"],
  ["dataset", "datasets"],
  ["codebase", "codebases"],
  ["node", "nodes"],
]);

// The kind of a node of flgraph, else the group that pyvis gives it.
function findKind(style) {
  const kind = style.group_name === undefined || style.group_name === null ? style.group : style.group_name;
  return kind === undefined || kind === null || kind === "" ? "node" : String(kind);
}

function readPayload(text) {
  const payload = JSON.parse(text);
  for (const [shape, path] of Object.entries(payload.glyphs)) GLYPHS.set(shape, path);
  const columns = payload.nodes;
  const hidden = new Set(columns.hidden);
  const nodes = columns.id.map((id, index) => {
    const style = payload.node_styles[columns.style[index]];
    return {
      index,
      id,
      label: columns.label[index],
      title: columns.title[index],
      x: columns.x[index],
      y: columns.y[index],
      kind: findKind(style),
      category: style.category === undefined ? undefined : String(style.category),
      style,
      details: columns.details[index],
      shown: !hidden.has(index),
      links: [],
    };
  });
  const edges = payload.edges.from.map((from, index) => {
    const style = payload.edge_styles[payload.edges.style[index]];
    const details = style.details !== null && typeof style.details === "object" ? style.details : {};
    const edge = { index, from: nodes[from], to: nodes[payload.edges.to[index]], style, details };
    edge.from.links.push({ edge, other: edge.to, out: true });
    if (edge.to !== edge.from) edge.to.links.push({ edge, other: edge.from, out: false });
    return edge;
  });
  return { ...payload, nodes, edges, byId: new Map(nodes.map((node) => [node.id, node])) };
}

function fullName(node) {
  return String(node.details.title || node.details.name || node.label);
}

function describeKind(node) {
  return node.kind === "outside" ? "paper outside the catalog" : node.kind;
}

// A value of the details in words; a list is joined.
function sayValue(value) {
  return Array.isArray(value) ? value.map(sayValue).join("; ") : typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

// What the title of an edge says, else what it links and how.
function describeEdge(edge) {
  if (edge.style.title !== undefined && edge.style.title !== null) return String(edge.style.title);
  const how = String(edge.details.kind || edge.style.label || "is linked to").replace(/_/g, " ");
  return `${edge.from.label} ${how} ${edge.to.label}`;
}
