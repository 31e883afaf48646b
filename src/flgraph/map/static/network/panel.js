// The details of the selected node; every other node it names is a button that goes there.

const FIRST = 12;
// What a kind of edge is called at the node it starts from, and at the one it leads to.
const EDGE_NAMES = new Map([
  ["authored", ["Papers", "Authors"]],
  ["published_in", ["Venue", "Papers"]],
  ["about", ["Topics", "Papers"]],
  ["introduces_dataset", ["Datasets introduced", "Introduced by"]],
  ["uses_dataset", ["Datasets used", "Used by"]],
  ["has_code", ["Code", "Papers"]],
  ["builds_on", ["Builds on", "Built on by"]],
  ["derived_from", ["Derived from", "Datasets derived from it"]],
  ["relates_to", ["Relations, not citations", "Relations, not citations"]],
  ["same_work_as", ["Same work as", "Same work as"]],
  ["cites", ["Cites", "Cited by"]],
]);
const ADDRESSES = new Map([
  ["arxiv", "https://arxiv.org/abs/"],
  ["doi", "https://doi.org/"],
]);
const APART = new Set(["title", "name", "evidence", "sources"]);
const EDGE_FACTS = ["relation", "subpath", "note"];

function createPanel(data, theme, looks, acts) {
  const panel = find("panel");

  function nodeButton(node) {
    const drawn = acts.isDrawn(node);
    const button = make("button", { type: "button", className: drawn ? "node" : "node absent", ...(drawn ? {} : { title: "Not drawn now; this draws it" }) }, fullName(node));
    button.addEventListener("click", () => acts.open(node));
    return button;
  }
  // A list that shows its first entries and a button for the rest.
  function makeList(items) {
    const list = make("ul", {}, ...items.slice(0, FIRST));
    if (items.length > FIRST) {
      const more = make("button", { type: "button", className: "node" }, `and ${items.length - FIRST} more`);
      const row = make("li", {}, more);
      more.addEventListener("click", () => row.replaceWith(...items.slice(FIRST)));
      list.append(row);
    }
    return list;
  }
  function sayEvidence(evidence) {
    return evidence ? [make("small", { className: "evidence" }, sayValue(evidence))] : [];
  }
  function makeRow({ edge, other }) {
    const words = [other.details.year, edge.style.label, edge.style.title, ...EDGE_FACTS.map((name) => edge.details[name])];
    const said = words.filter((word) => word !== undefined && word !== null && word !== "").map(sayValue).join(", ");
    return make("li", {}, nodeButton(other), said ? make("span", { className: "quiet" }, ` ${said}`) : null, ...sayEvidence(edge.details.evidence));
  }
  function nameSection({ edge, out }) {
    const { kind } = edge.details;
    if (EDGE_NAMES.has(kind)) return EDGE_NAMES.get(kind)[out ? 0 : 1];
    if (kind !== undefined) return `${sayValue(kind)} ${out ? "→" : "←"}`;
    return data.directed ? (out ? "Links to" : "Linked from") : "Linked to";
  }
  // Authors in the order of the paper; everything else stays in its order.
  function comparePositions(one, other) {
    return (Number(one.edge.details.position) || 0) - (Number(other.edge.details.position) || 0);
  }
  function listSections(node) {
    const sections = new Map();
    for (const link of node.links) {
      const name = nameSection(link);
      if (!sections.has(name)) sections.set(name, []);
      sections.get(name).push(link);
    }
    return [...sections].flatMap(([name, links]) => [make("h3", {}, `${name} (${links.length})`), makeList(links.sort(comparePositions).map(makeRow))]);
  }
  function makeFact(name, value) {
    if (ADDRESSES.has(name)) return makeLink(ADDRESSES.get(name) + encodeURIComponent(sayValue(value)).replace(/%2F/gi, "/"), sayValue(value));
    return typeof value === "string" && /^https?:/i.test(value) ? makeLink(value, value) : sayValue(value);
  }
  function listFacts(node) {
    const known = Object.entries(node.details).filter(([name, value]) => !APART.has(name) && value !== null && value !== "" && !(Array.isArray(value) && !value.length));
    return known.length ? [make("dl", {}, ...known.flatMap(([name, value]) => [make("dt", {}, name.replace(/_/g, " ")), make("dd", {}, makeFact(name, value))]))] : [];
  }
  function makeEvidenceSwitch() {
    const button = make("button", { type: "button", className: "plain" });
    const say = () => {
      const shown = panel.classList.contains("why");
      button.textContent = shown ? "Hide the evidence" : "Show the evidence";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => {
      panel.classList.toggle("why");
      say();
    });
    say();
    return button;
  }
  function listNotes(node) {
    const parts = [];
    const away = new Set(node.links.map((link) => link.other).filter((other) => !acts.isDrawn(other))).size;
    if (away) parts.push(make("p", { className: "quiet" }, `${sayCount(away, "neighbour is", "neighbours are")} not drawn now, and dotted in these lists.`));
    if (node.details.evidence) parts.push(make("h3", { className: "evidence" }, "Evidence"), ...sayEvidence(node.details.evidence));
    if (node.details.evidence || node.links.some((link) => link.edge.details.evidence)) parts.push(makeEvidenceSwitch());
    if (!node.links.length) parts.push(make("p", { className: "quiet" }, "No edges: nothing in this network is linked to it."));
    return parts;
  }
  function showHelp() {
    panel.replaceChildren(
      make("p", { className: "quiet" }, "Click a node, or type ", make("kbd", {}, "/"), " to search."),
      make("p", { className: "quiet" }, "On the picture: arrow keys go to a neighbour, ", make("kbd", {}, "0"), " shows everything, ", make("kbd", {}, "Esc"), " clears."),
    );
  }
  function show(node) {
    if (node === null) return showHelp();
    const close = make("button", { type: "button", className: "close", "aria-label": "Close details", title: "Close (Esc)" }, "×");
    close.addEventListener("click", () => acts.pick(null));
    const kind = describeKind(node);
    const heading = [kind.charAt(0).toUpperCase() + kind.slice(1), node.category].filter(Boolean).join(" · ");
    const title = node.title && node.title !== fullName(node) ? [make("p", { className: "title" }, node.title)] : [];
    panel.replaceChildren(close, make("p", { className: "kind" }, makeGlyph(looks.shapeOf(node), looks.fillOf(node), looks.borderOf(node)), heading), make("h2", {}, fullName(node)), ...title, ...listFacts(node), ...listSections(node), ...listNotes(node));
    panel.scrollTop = 0;
  }
  return { show };
}
