// The payload comes in columns, with repeated looks in a table; here it becomes nodes with their links.

const KIND_NAMES = {
  paper: ["paper", "papers"],
  outside: ["paper outside the catalog", "papers outside the catalog"],
  author: ["author", "authors"],
  venue: ["venue", "venues"],
  topic: ["topic", "topics"],
  dataset: ["dataset", "datasets"],
  codebase: ["codebase", "codebases"],
  node: ["node", "nodes"],
};

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
      label: String(columns.label[index]),
      title: columns.title[index],
      x: columns.x[index],
      y: columns.y[index],
      group: Object.hasOwn(KIND_NAMES, style.group_name) ? style.group_name : "node",
      category: style.category,
      core: style.core !== false,
      style,
      details: columns.details[index],
      shown: !hidden.has(index),
      links: [],
    };
  });
  const edges = payload.edges.from.map((from, index) => {
    const style = payload.edge_styles[payload.edges.style[index]];
    const edge = { index, from: nodes[from], to: nodes[payload.edges.to[index]], style, details: style.details || {} };
    edge.from.links.push({ edge, other: edge.to, out: true });
    if (edge.to !== edge.from) edge.to.links.push({ edge, other: edge.from, out: false });
    return edge;
  });
  for (const node of nodes) node.papers = new Set(node.links.filter((link) => link.other.group === "paper").map((link) => link.other)).size;
  return { ...payload, nodes, edges, byId: new Map(nodes.map((node) => [node.id, node])) };
}

// Nodes that edges of one kind lead to (out) or come from.
function linked(node, kind, out) {
  return node.links.filter((link) => link.out === out && link.edge.details.kind === kind);
}

function fullName(node) {
  return String(node.details.title || node.details.name || node.label);
}

function describeKind(node) {
  return KIND_NAMES[node.group][0];
}
