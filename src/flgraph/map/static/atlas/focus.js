// What the reader points at or has opened: these papers stay bright, the others fade.

const NEAREST = 8;

function focusPaper(app) {
  return app.hover.paper >= 0 && !app.hover.pair ? app.hover.paper : app.state.paper;
}

function focusThing(app) {
  return app.hover.thing >= 0 ? app.hover.thing : app.hover.paper >= 0 ? -1 : app.state.thing;
}

function focusRegion(app) {
  return app.hover.region >= 0 ? app.hover.region : app.state.region;
}

function nearestOf(app, paper, most) {
  const { near } = app.data;
  const found = [];
  for (let place = 0; place + 1 < near[paper].length && found.length < most; place += 2) {
    if (app.shown[near[paper][place]]) found.push({ paper: near[paper][place], likeness: near[paper][place + 1] });
  }
  return found;
}

// The papers in focus, or null when all are.
function focusSet(app) {
  const { data, state } = app;
  if (state.view === "near" || state.view === "table") return null;
  const paper = focusPaper(app);
  if (app.hover.pair) return new Set([paper, app.hover.paper]);
  if (paper >= 0) {
    const linked = [...data.citing[paper], ...data.citedBy[paper]];
    if (state.view === "timeline") return new Set([paper, ...linked]);
    return new Set([paper, ...nearestOf(app, paper, NEAREST).map((each) => each.paper), ...linked.slice(0, 24)]);
  }
  const thing = focusThing(app);
  if (thing >= 0) return new Set(data.things[thing].papers);
  if (state.list && state.stars.size) return state.stars;
  const region = focusRegion(app);
  return region >= 0 ? new Set(data.members[region]) : null;
}

// --- hover and its tooltip -------------------------------------------------------------------------------

// `pair`: of the open paper, show only the link to the one that is pointed at.
const NO_HOVER = { paper: -1, thing: -1, region: -1, pair: false };

function hoverOn(app, hover, point) {
  const next = { ...NO_HOVER, ...hover };
  const same = next.paper === app.hover.paper && next.thing === app.hover.thing && next.region === app.hover.region && next.pair === app.hover.pair;
  app.hover = next;
  if (point && (next.paper >= 0 || next.thing >= 0)) showTip(app, point);
  else hideTip();
  if (!same && app.scene) app.scene.ask();
}

function dropHover(app) {
  if (!app.canvas) return;
  app.canvas.className = "";
  hoverOn(app, NO_HOVER);
}

function hideTip() {
  find("tip").hidden = true;
}

function describeHover({ data, hover }) {
  if (hover.paper < 0) {
    const thing = data.things[hover.thing];
    return [thing.name, `${KINDS[thing.kind].one}, ${sayCount(thing.papers.length, "paper", "papers")}`];
  }
  const paper = hover.paper;
  const authors = data.held[paper].author;
  const first = authors.length ? authors[0].name + (authors.length > 1 ? " and others" : "") : null;
  const cites = data.cites[paper] === null ? null : sayCount(data.cites[paper], "citation", "citations");
  return [titleOf(data, paper), [first, data.year[paper], cites].filter((word) => word !== null).join(" · ")];
}

function showTip(app, { x, y }) {
  const tip = find("tip");
  const [name, more] = describeHover(app);
  tip.replaceChildren(make("b", {}, shorten(name, 160)), make("span", {}, shorten(more, 120)));
  tip.hidden = false;
  const { width, height } = app.camera;
  tip.style.left = `${Math.max(4, Math.min(width - tip.offsetWidth - 8, x + 16))}px`;
  tip.style.top = `${Math.max(4, y + 18 + tip.offsetHeight > height ? y - tip.offsetHeight - 12 : y + 18)}px`;
}

// A tooltip never outlives what it is about.
function watchTip(app) {
  const drop = () => dropHover(app);
  document.addEventListener("scroll", drop, true);
  document.addEventListener("visibilitychange", drop);
  document.addEventListener("pointerdown", (event) => event.target !== app.canvas && drop());
  window.addEventListener("blur", drop);
}
