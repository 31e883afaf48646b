// Search over names, people, topics, datasets and identifiers, without regard to case and accents; where nothing is
// spelled so, with a letter or two wrong.

const HITS = 10;
const PAPERS = new Set(["paper", "outside"]);
// A paper is found by the names at the other end of these edges too.
const NAMED_BY = new Set(["authored", "about", "uses_dataset", "introduces_dataset"]);

function createSearch(data, looks, acts) {
  const input = find("query");
  const list = find("hits");
  const index = data.nodes.map((node) => ({ node, name: fold(node.label), title: fold(fullName(node)), text: fold(collect(node)) }));
  let hits = [];
  let current = 0;

  function collect(node) {
    const words = [node.label, node.id, node.title, ...Object.values(node.details).filter((value) => typeof value === "string")];
    if (PAPERS.has(node.kind)) for (const { other, edge } of node.links) if (NAMED_BY.has(edge.details.kind)) words.push(other.label, other.details.name);
    return words.filter((word) => word !== undefined && word !== null).join(" \n ");
  }
  function score(entry, query, words) {
    if (!words.every((word) => entry.text.includes(word))) return 0;
    const byName = entry.name === query || entry.title === query ? 8 : entry.name.startsWith(query) ? 5 : entry.name.includes(` ${query}`) ? 4 : entry.name.includes(query) ? 2 : 1;
    return byName + (entry.node.kind === "paper" ? 0.5 : 0) + Math.min(entry.node.links.length, 40) / 100;
  }
  function scoreNear(entry, words) {
    return holdsNear(entry.text, words) ? 1 + (holdsNear(entry.name, words) ? 2 : 0) + (entry.node.kind === "paper" ? 0.5 : 0) + Math.min(entry.node.links.length, 40) / 100 : 0;
  }
  function look() {
    const query = fold(input.value).trim();
    const words = query.split(/\s+/).filter(Boolean);
    let scored = words.length ? index.map((entry) => [score(entry, query, words), entry.node]) : [];
    if (words.length && scored.every(([value]) => value === 0)) scored = index.map((entry) => [scoreNear(entry, words), entry.node]);
    hits = scored.filter(([value]) => value > 0).sort((one, other) => other[0] - one[0] || one[1].index - other[1].index).slice(0, HITS).map(([, node]) => node);
    current = 0;
    render(words.length > 0);
  }
  function render(asked) {
    const rows = hits.map((node, place) => {
      const glyph = makeGlyph(looks.shapeOf(node), looks.fillOf(node), looks.borderOf(node));
      const name = fullName(node);
      const more = [describeKind(node), node.details.year, name === node.label ? null : node.label, PAPERS.has(node.kind) ? null : sayCount(node.links.length, "link", "links")].filter(Boolean).join(" · ");
      const row = make("li", { id: `hit-${place}`, role: "option", "aria-selected": String(place === current) }, glyph, make("span", {}, name, make("small", {}, more)));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", () => choose(node));
      return row;
    });
    if (asked && !rows.length) rows.push(make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing found"));
    list.replaceChildren(...rows);
    list.hidden = !rows.length;
    input.setAttribute("aria-expanded", String(rows.length > 0));
    if (hits.length) input.setAttribute("aria-activedescendant", `hit-${current}`);
    else input.removeAttribute("aria-activedescendant");
  }
  function close() {
    hits = [];
    render(false);
  }
  function choose(node) {
    input.value = "";
    close();
    acts.open(node);
    find("map").focus({ preventScroll: true });
  }
  function step(by) {
    if (!hits.length) return;
    current = (current + by + hits.length) % hits.length;
    render(true);
    find(`hit-${current}`).scrollIntoView({ block: "nearest" });
  }
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("focus", look);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && hits[current]) choose(hits[current]);
    else if (event.key === "Escape" && input.value) {
      input.value = "";
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return { focus: () => input.focus() };
}
