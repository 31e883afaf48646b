// Search over papers, people, datasets, code, topics and venues, without regard to case and accents; where nothing is
// spelled so, with a letter or two wrong.

const MOST_PAPERS = 7;
const MOST_THINGS = 5;

function createSearch(app) {
  const { data } = app;
  const input = find("query");
  const list = find("hits");
  let hits = [];
  let current = 0;

  function scorePaper(paper, query) {
    const [label, title] = [fold(data.label[paper]), fold(titleOf(data, paper))];
    const words = splitQuery(query);
    if ([label, title, title.split(":")[0]].includes(query)) return 4;
    if (label.startsWith(query) || title.startsWith(query)) return 3;
    if (title.includes(` ${query}`)) return 2.5;
    return words.every((word) => label.includes(word) || title.includes(word)) ? 2 : 1;
  }
  function seek(query) {
    const words = splitQuery(query);
    if (!words.length) return { papers: [], things: [] };
    const papers = data.order.filter((paper) => passesText(app, paper, words));
    const things = data.things.filter((thing) => words.every((word) => fold(thing.name).includes(word)));
    if (papers.length || things.length || data.huge) return { papers, things };
    return { papers: data.order.filter((paper) => holdsNear(textOf(app, paper), words)), things: data.things.filter((thing) => holdsNear(fold(thing.name), words)) };
  }
  function look() {
    const query = fold(input.value).trim();
    const { papers, things } = seek(query);
    const scores = new Map(papers.map((paper) => [paper, scorePaper(paper, query)]));
    const best = [...papers].sort((one, other) => scores.get(other) - scores.get(one) || data.place[one] - data.place[other]).slice(0, MOST_PAPERS);
    const exact = things.filter((thing) => fold(thing.name) === query || fold(thing.short) === query);
    const begins = (thing) => fold(thing.name).startsWith(query);
    const others = things.filter((thing) => !exact.includes(thing)).sort((one, other) => begins(other) - begins(one) || other.papers.length - one.papers.length || one.index - other.index).slice(0, MOST_THINGS);
    const named = best.filter((paper) => scores.get(paper) > 1); // the others match by their people, topics or data
    const called = named.filter((paper) => scores.get(paper) === 4);
    const literal = passesText(app, papers[0] ?? 0, splitQuery(query));
    const words = input.value.trim();
    hits = [
      ...called.map(paperHit),
      ...exact.map(thingHit),
      ...named.filter((paper) => !called.includes(paper)).map(paperHit),
      ...others.map(thingHit),
      ...best.filter((paper) => !named.includes(paper)).map(paperHit),
      papers.length > 1 && literal ? { sign: "⌕", name: `Narrow to the ${sayNumber(papers.length)} papers with “${shorten(words, 24)}”`, act: () => narrow(app, { text: words }) } : null,
    ].filter(Boolean);
    current = 0;
    render(query.length > 0);
  }
  function paperHit(paper) {
    const act = () => {
      if (!app.shown[paper]) narrow(app, noFilters(data));
      openPaper(app, paper, true);
    };
    return { sign: "●", name: shorten(titleOf(data, paper), 110), more: [data.label[paper] === titleOf(data, paper) ? null : data.label[paper], data.year[paper], app.shown[paper] ? null : "outside the filters: opening it clears them"].filter((word) => word !== null).join(" · "), act };
  }
  function thingHit(thing) {
    return { sign: KINDS[thing.kind].sign, name: shorten(thing.name, 110), more: `${KINDS[thing.kind].one} · ${sayCount(thing.papers.length, "paper", "papers")}`, act: () => openThing(app, thing.index) };
  }
  function render(asked) {
    const rows = hits.map(({ sign, name, more }, place) => {
      const row = make("li", { id: `hit-${place}`, role: "option", "aria-selected": String(place === current) }, make("span", { className: "sign", "aria-hidden": "true" }, sign), make("span", {}, name, more ? make("small", {}, more) : null));
      row.addEventListener("pointerdown", (event) => event.preventDefault());
      row.addEventListener("click", () => choose(place));
      return row;
    });
    if (asked && !rows.length) rows.push(make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false" }, `Nothing found for “${shorten(input.value, 40)}”`));
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
  function choose(place) {
    const { act } = hits[place];
    input.value = "";
    close();
    act();
    focusPicture(app);
  }
  function step(by) {
    if (!hits.length) return;
    current = (current + by + hits.length) % hits.length;
    render(true);
    find(`hit-${current}`).scrollIntoView({ block: "nearest" });
  }
  function enterQuery() {
    if (input.value && !hits.length) look();
    if (hits[current]) choose(current);
    else if (list.textContent) find("said").textContent = list.textContent;
  }
  if (matchMedia("(max-width: 760px)").matches) input.placeholder = "Search";
  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => input.value && look());
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter") enterQuery();
    else if (event.key === "/" && !input.value) return event.preventDefault(); // the key that leads here
    else if (event.key === "Escape") {
      if (!input.value) focusPicture(app);
      input.value = "";
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function focusPicture({ state }) {
  find(state.view === "table" ? "table" : "scene").focus({ preventScroll: true });
}
