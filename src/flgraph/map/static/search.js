// Search over names, people, topics, datasets and identifiers, without regard to case and accents; where nothing is
// spelled so, with a letter or two wrong.

const HITS = 10;

function createSearch(data, theme, acts) {
  const input = find("query");
  const list = find("hits");
  const index = data.nodes.map((node) => ({ node, name: fold(node.label), title: fold(fullName(node)), text: fold(collect(node)) }));
  let hits = [];
  let current = 0;

  function collect(node) {
    const { title, published_title, acronym, name, arxiv, doi, venue, url } = node.details;
    const words = [node.label, title, published_title, acronym, name, arxiv, doi, venue, url];
    if (["paper", "outside"].includes(node.group))
      for (const { other, edge } of node.links) if (["authored", "about", "uses_dataset", "introduces_dataset"].includes(edge.details.kind)) words.push(other.label, other.details.name);
    return words.filter((word) => word !== undefined).join(" \n ");
  }
  function score(entry, query, words) {
    if (!words.every((word) => entry.text.includes(word))) return 0;
    const byName = entry.name === query || entry.title === query ? 8 : entry.name.startsWith(query) ? 5 : entry.name.includes(` ${query}`) ? 4 : entry.name.includes(query) ? 2 : 1;
    return byName + (entry.node.group === "paper" ? 0.5 : 0) + Math.min(entry.node.papers, 40) / 100;
  }
  // Whether two words differ by no more than so many letters added, left out, changed or swapped.
  function isNear(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return false;
    let before = [];
    let row = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        const changed = row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1);
        next[j] = Math.min(changed, row[j] + 1, next[j - 1] + 1);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > most) return false;
      [before, row] = [row, next];
    }
    return row[other.length] <= most;
  }
  function splitWords(text) {
    return [...new Set(text.split(/[^\p{L}\p{N}]+/u))];
  }
  function scoreNear(entry, words) {
    entry.words ||= splitWords(entry.text);
    entry.nameWords ||= splitWords(entry.name);
    const isIn = (known) => words.every((word) => known.some((other) => isNear(word, other, word.length < 4 ? 0 : word.length < 8 ? 1 : 2)));
    return isIn(entry.words) ? 1 + (isIn(entry.nameWords) ? 2 : 0) + (entry.node.group === "paper" ? 0.5 : 0) + Math.min(entry.node.papers, 40) / 100 : 0;
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
      const glyph = makeGlyph(node.style.shape, theme.fillOf(node.style), theme.borderOf(node.style));
      const name = fullName(node);
      const more = [describeKind(node), node.details.year, name === node.label ? null : node.label, ["paper", "outside"].includes(node.group) ? null : sayCount(node.papers, "paper", "papers")].filter(Boolean).join(" · ");
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
