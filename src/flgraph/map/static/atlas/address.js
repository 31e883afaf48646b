// The address keeps what a reader would want to share: view, paper, filters, colours, the reading list.

const WORDS = new Set(["view", "paper", "region", "color", "size", "layers", "years", "code", "words", "stars"]);
const BETWEEN = "|";

function shortId({ data }, paper) {
  return data.id[paper].replace(/^paper:/, "");
}

function findPaper(app, name) {
  if (!app.ids) {
    app.ids = new Map();
    app.data.id.forEach((id, paper) => app.ids.set(id, paper));
  }
  return app.ids.get(`paper:${name}`) ?? app.ids.get(name) ?? -1;
}

function writeAddress(app) {
  const { state, data } = app;
  const words = new URLSearchParams();
  const add = (name, value, usual) => value !== usual && words.set(name, value);
  add("view", state.view, "map");
  if (state.paper >= 0) words.set("paper", shortId(app, state.paper));
  if (state.region >= 0) words.set("region", data.regions[state.region].name);
  add("color", state.color, app.usual.color);
  add("size", state.size, app.usual.size);
  if (state.layers.size) words.set("layers", [...state.layers].join(BETWEEN));
  if (isYearChosen(app)) words.set("years", `${state.from}-${state.until}${state.undated ? "+" : ""}`);
  add("code", state.code, "");
  add("words", state.text, "");
  for (const [facet, values] of state.picks) if (values.size) words.set(nameFacet(facet), [...values].join(BETWEEN));
  if (state.stars.size) words.set("stars", [...state.stars].map((paper) => shortId(app, paper)).join(BETWEEN));
  const hash = words.toString().replace(/%7C/g, BETWEEN).replace(/%3A/g, ":").replace(/%2F/g, "/");
  if (hash === location.hash.slice(1)) return;
  app.address = hash;
  try {
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    location.hash = hash; // pages inside a frame of a notebook may not replace their state
  }
}

function readYears(app, text) {
  const found = /^(\d{1,4})-(\d{1,4})(\+?)$/.exec(text.replace(" ", "+"));
  if (!found || !app.data.hasYears) return {};
  const within = (year) => Math.max(app.data.firstYear, Math.min(app.data.lastYear, Number(year)));
  return { from: within(found[1]), until: Math.max(within(found[1]), within(found[2])), undated: found[3] === "+" };
}

// The name of a facet in the address, which is none of the other words there.
function nameFacet(facet) {
  return WORDS.has(facet) ? `topic ${facet}` : facet;
}

function readPicks(app, words) {
  const picks = new Map();
  for (const [facet, { valuesOf }] of app.facets) {
    const name = nameFacet(facet);
    const known = words.has(name) ? new Set(app.data.order.flatMap((paper) => valuesOf(app, paper))) : null;
    const values = known ? words.get(name).split(BETWEEN).filter((value) => known.has(value)) : [];
    if (values.length) picks.set(facet, new Set(values));
  }
  return picks;
}

// Changes of state that an address asks for; what it does not name is as usual. Unknown names are passed over.
function readAddress(app) {
  const { data } = app;
  const text = location.hash.slice(1);
  const words = new URLSearchParams(text);
  let alone = -1;
  try {
    alone = findPaper(app, decodeURIComponent(text));
  } catch {
    alone = -1;
  }
  const paper = alone >= 0 ? alone : words.has("paper") ? findPaper(app, words.get("paper")) : -1;
  const among = (name, choices, usual) => (choices.includes(words.get(name)) ? words.get(name) : usual);
  const view = among("view", ["timeline", "table", "near"], "map");
  return {
    ...noFilters(data),
    view: !app.canvas ? "table" : (view === "near" && paper < 0) || (view === "timeline" && !data.hasYears) ? "map" : view,
    paper,
    thing: -1,
    region: paper < 0 ? data.regions.findIndex(({ name }) => name === words.get("region")) : -1,
    color: among("color", listColors(data), app.usual.color),
    size: among("size", listSizes(data), app.usual.size),
    layers: new Set((words.get("layers") || "").split(BETWEEN).filter((kind) => Object.hasOwn(KINDS, kind) || kind === "outside")),
    code: among("code", Object.keys(CODE), ""),
    text: words.get("words") || "",
    picks: readPicks(app, words),
    stars: new Set((words.get("stars") || "").split(BETWEEN).map((name) => findPaper(app, name)).filter((found) => found >= 0)),
    ...readYears(app, words.get("years") || ""),
  };
}

function followAddress(app) {
  if (location.hash.slice(1) === app.address) return;
  const changes = readAddress(app);
  narrow(app, changes);
  if (app.state.paper >= 0 && app.state.view === "map") bringIntoView(app, app.state.paper);
}
