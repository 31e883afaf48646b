// The address keeps what a reader would want to share: view, paper, filters, colours, the reading list. What is opened
// is a step of the browser's history; filters and stars are not.

const WORDS = new Set(["view", "paper", "region", "color", "size", "layers", "years", "code", "words", "stars", "thing", "list"]);
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
  if (state.thing >= 0) words.set("thing", nameThing(data.things[state.thing]));
  if (state.region >= 0) words.set("region", data.regions[state.region].name);
  if (state.list) words.set("list", "open");
  add("color", state.color, app.usual.color);
  add("size", state.size, app.usual.size);
  if (state.layers.size) words.set("layers", [...state.layers].join(BETWEEN));
  if (isYearChosen(app)) words.set("years", `${state.from}-${state.until}${state.undated ? "+" : ""}`);
  add("code", state.code, "");
  add("words", state.text, "");
  for (const [facet, values] of state.picks) if (values.size) words.set(nameFacet(facet), [...values].join(BETWEEN));
  if (state.stars.size) words.set("stars", [...state.stars].map((paper) => shortId(app, paper)).join(BETWEEN));
  const hash = words.toString().replace(/%7C/g, BETWEEN).replace(/%3A/g, ":").replace(/%2F/g, "/");
  app.address = hash;
  const kept = { page: performance.timeOrigin, trail: app.trail };
  try {
    history[isStep(app) ? "pushState" : "replaceState"](kept, "", hash ? `#${hash}` : location.pathname + location.search);
  } catch {
    if (hash !== location.hash.slice(1)) location.hash = hash; // pages inside a frame of a notebook may not change their history
  }
}

// Whether something else is open than before; a walk by arrows is one step.
function isStep(app) {
  const { view, paper, thing, region, list } = app.state;
  const open = [view, paper, thing, region, list].join();
  const same = app.written === undefined || app.written === open;
  const walked = app.walked && app.step === "walk";
  if (!same) app.walked = app.step === "walk";
  app.written = open;
  return !same && !walked && !app.returning;
}

function nameThing({ kind, name }) {
  return `${kind}:${name}`;
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
    thing: paper < 0 ? data.things.findIndex((thing) => nameThing(thing) === words.get("thing")) : -1,
    list: paper < 0 && words.has("list"),
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
  openAddress(app, readAddress(app));
}

function openAddress(app, changes) {
  narrow(app, changes);
  if (app.state.paper >= 0 && app.state.view === "map") bringIntoView(app, app.state.paper);
}

// Back and Forward open what was open; filters and stars stay, unless the paper would not pass.
function followHistory(app, kept) {
  if (!kept) return; // somebody wrote another address
  const { view, paper, thing, region, list, ...rest } = readAddress(app);
  const { stars, ...filters } = rest;
  app.trail = kept.page === performance.timeOrigin ? kept.trail : [];
  app.step = "back";
  app.returning = true;
  openAddress(app, { ...(paper >= 0 && !app.shown[paper] ? filters : {}), view, paper, thing, region, list });
  app.step = "";
  app.returning = false;
}
