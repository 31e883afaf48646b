// One state for the whole page: whoever depends on a part of it is called after that part has changed.

function createStore(state) {
  const listeners = [];
  return {
    state,
    listen(names, act) {
      listeners.push({ names: new Set(names), act });
    },
    set(changes) {
      Object.assign(state, changes);
      const changed = Object.keys(changes);
      for (const { names, act } of listeners) if (changed.some((name) => names.has(name))) act(state);
    },
  };
}

const FILTERS = ["picks", "from", "until", "undated", "code", "text", "onlyStarred"];

function beginState(data) {
  return {
    view: "map",
    paper: -1,
    thing: -1,
    region: -1,
    list: false, // the panel shows the reading list
    color: wish(listColors(data), data.looks.color, "region"),
    size: wish(listSizes(data), data.looks.size, "same"),
    rows: data.ranked ? "rank" : "region",
    layers: new Set(),
    stars: new Set(),
    sort: { column: data.ranked ? "Rank" : "Year", down: !data.ranked },
    ...noFilters(data),
  };
}

// What the person who made the page asks for, else the first choice.
function wish(choices, wanted, otherwise) {
  return choices.includes(wanted) ? wanted : choices[0] || otherwise;
}

function noFilters(data) {
  return { picks: new Map(), from: data.firstYear, until: data.lastYear, undated: true, code: "", text: "", onlyStarred: false };
}

// --- what a reader can do --------------------------------------------------------------------------------

function openPaper(app, paper, move) {
  const view = app.state.view === "near" && paper < 0 ? "map" : app.state.view;
  dropHover(app);
  app.store.set({ paper, thing: -1, region: -1, list: false, ...(view === app.state.view ? {} : { view }) });
  if (paper < 0) return;
  sayPaper(app, paper);
  if (move && view === "map") bringIntoView(app, paper);
}

function sayPaper({ data }, paper) {
  find("said").textContent = `${titleOf(data, paper)}, ${data.year[paper] ?? "year unknown"}`;
}

function openThing(app, thing) {
  dropHover(app);
  app.store.set({ thing, paper: -1, region: -1, list: false, ...(app.state.view === "near" ? { view: "map" } : {}) });
}

function openRegion(app, region) {
  dropHover(app);
  app.store.set({ region, paper: -1, thing: -1, list: false, ...(app.state.view === "near" ? { view: "map" } : {}) });
}

function showList(app) {
  dropHover(app);
  const list = !app.state.list;
  app.store.set({ list, ...(list ? { paper: -1, thing: -1, region: -1 } : {}), ...(app.state.view === "near" ? { view: "map" } : {}) });
}

function closeAll(app) {
  openPaper(app, -1);
}

function setView(app, view) {
  if (view === app.state.view || (view === "near" && app.state.paper < 0)) return;
  if (!app.canvas && view !== "table") return;
  dropHover(app);
  app.store.set({ view });
}

function narrow(app, changes) {
  Object.assign(app.state, changes);
  dropHover(app);
  updateShown(app);
  const gone = app.state.paper >= 0 && !app.shown[app.state.paper];
  const leave = gone && app.state.view === "near" ? { view: "map" } : {};
  app.store.set({ ...changes, ...(gone ? { paper: -1 } : {}), ...leave });
  find("said").textContent = `${sayCount(app.shownCount, "paper", "papers")} of ${sayNumber(app.data.count)}`;
}

function toggleStar(app, paper) {
  const stars = new Set(app.state.stars);
  if (!stars.delete(paper)) stars.add(paper);
  if (app.state.onlyStarred) narrow(app, { stars, ...(stars.size ? {} : { onlyStarred: false }) });
  else app.store.set({ stars });
  find("said").textContent = stars.has(paper) ? "Added to the reading list" : "Taken off the reading list";
}
