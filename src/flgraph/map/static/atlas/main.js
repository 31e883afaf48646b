// Put the parts together: one state, and who is called when a part of it changes.

function readContext() {
  const canvas = find("scene");
  const context = canvas.getContext ? canvas.getContext("2d") : null;
  return context ? { canvas, context } : { canvas: null, context: null };
}

function createApp(data) {
  const state = beginState(data);
  const float = () => new Float32Array(data.count);
  return {
    data,
    state,
    usual: { color: state.color, size: state.size },
    facets: listFacets(data),
    store: createStore(state),
    ...readContext(),
    camera: createCamera(),
    home: { x: Float32Array.from(data.x, finite), y: Float32Array.from(data.y, finite) },
    x: Float32Array.from(data.x, finite),
    y: Float32Array.from(data.y, finite),
    radius: float(),
    unknown: new Uint8Array(data.count),
    shown: new Uint8Array(data.count).fill(1),
    shownCount: data.count,
    shownIn: data.members.map((papers) => papers.length),
    classOf: new Int16Array(data.count),
    classes: [],
    texts: new Map(),
    hover: NO_HOVER,
    around: new Map(),
    opened: { paper: -1, thing: -1, region: -1 },
    trail: [],
    labels: [],
    names: [],
    paths: [],
    backbone: sortBackbone({ data }),
    frames: 0,
    waiting: new Set(),
    printing: false,
  };
}

function hasNoCitations({ data }) {
  return !data.hasCitations && !hasCitationLinks(data);
}

function fillHeading(app) {
  const { data } = app;
  const span = data.firstYear === data.lastYear ? String(data.firstYear) : `${data.firstYear}–${data.lastYear}`;
  const figures = Number.isFinite(data.agreement) ? ` (stability ${data.agreement.toFixed(2)}${Number.isFinite(data.chance) ? `, chance ${data.chance.toFixed(2)}` : ""})` : "";
  const groups = data.regions.length ? (data.basis === "similarity" ? `${sayCount(data.regions.length, "region", "regions")}${figures}` : `grouped by ${data.basis || "field"}`) : data.count > 1 ? `no stable regions${figures}` : null;
  const counted = [sayCount(data.count, "paper", "papers"), data.hasYears ? span : null].filter(Boolean).join(" · ");
  const note = String(data.note || "").replace(/(^| · )no citation data$/i, "") || counted; // the badge says the rest
  find("sub").textContent = [note, groups].filter(Boolean).join(" · ");
  find("title").classList.toggle("long", find("title").textContent.length > 90);
  find("title").title = find("title").textContent;
  find("sub").title = data.caption ? endSentence(data.caption) : "";
  find("uncited").hidden = !hasNoCitations(app);
}

function createViews(app) {
  for (const input of document.querySelectorAll("#views input")) {
    const absent = (!app.canvas && input.value !== "table") || (input.value === "timeline" && !app.data.hasYears);
    input.disabled = absent;
    input.parentElement.hidden = absent && app.canvas !== null;
    input.addEventListener("change", () => setView(app, input.value));
  }
  find("back").addEventListener("click", () => setView(app, "map"));
  for (const [id, act] of [["in", () => zoomMiddle(app, 1.5)], ["out", () => zoomMiddle(app, 1 / 1.5)], ["fit", () => showWhole(app)]]) find(id).addEventListener("click", act);
  find("list").addEventListener("click", () => showList(app));
  watchPanel(app);
}

// Exactly one view is lit; that of the neighbourhood is there only while it is shown.
function showView(app) {
  const { view, paper } = app.state;
  for (const input of document.querySelectorAll("#views input")) input.checked = input.value === view;
  document.body.dataset.view = view;
  find("table").hidden = view !== "table";
  for (const id of ["scene", "foot"]) find(id).hidden = view === "table";
  find("crumb").hidden = view !== "near";
  find("nearby").hidden = view !== "near";
  if (view === "near") find("around").textContent = `Papers most similar to ${shorten(app.data.label[paper], 60)}`;
}

// The first picture does not wait for what stands beside it.
function afterPicture(app, fill) {
  if (app.frames || !app.canvas || app.state.view === "table") fill(app);
  else app.waiting.add(fill);
}

function fillBeside(app) {
  for (const fill of app.waiting) fill(app);
  app.waiting.clear();
}

function connect(app) {
  const { store } = app;
  const again = () => app.scene && app.scene.arrange(false);
  store.listen(["color", "dark"], () => colorPapers(app));
  store.listen(["view", "paper"], () => showView(app));
  store.listen([...FILTERS, "view", "color", "size", "rows", "layers"], () => fillBar(app));
  store.listen(["size"], () => app.frames && measurePapers(app));
  store.listen(["view", "rows"], again);
  store.listen(FILTERS, () => app.state.view !== "map" && again());
  store.listen(FILTERS, () => app.frames && app.state.view === "map" && (indexPlaces(app), app.scene.refresh()));
  store.listen(["paper"], () => app.state.view === "near" && again());
  store.listen(["paper", "thing", "region", "list", "layers", "stars", "color", "size", "dark"], () => app.scene && app.scene.refresh());
  store.listen([...FILTERS, "paper", "size", "color", "layers", "dark"], () => fillKey(app));
  store.listen([...FILTERS, "view", "paper", "thing", "region", "list", "stars", "color", "dark"], () => afterPicture(app, fillPanel));
  store.listen([...FILTERS, "view", "sort", "stars", "paper"], () => fillTable(app));
  store.listen(["stars", "list"], () => fillListButton(app));
  store.listen([...FILTERS, "view", "paper", "thing", "region", "list", "color", "size", "layers", "stars"], () => writeAddress(app));
}

function watchSize(app) {
  new ResizeObserver(() => {
    if (!app.canvas.clientWidth || !app.canvas.clientHeight || !isResized(app)) return;
    dropHover(app);
    app.scene.arrange(true);
    app.scene.paint(); // at once: a canvas of a new size is blank
  }).observe(app.canvas);
  const print = window.matchMedia("print");
  print.addEventListener("change", () => {
    app.printing = print.matches;
    sizeCanvas(app);
    app.scene.arrange(true);
    app.scene.paint();
  });
}

function begin(app) {
  find("status").hidden = app.canvas !== null;
  fillHeading(app);
  if (app.canvas) {
    app.scene = createScene(app);
    createPointer(app);
    watchTip(app);
  } else app.state.view = "table";
  createTheme(app);
  createBar(app);
  createSearch(app);
  createKeys(app);
  createViews(app);
  createSave(app);
  app.address = location.hash.slice(1);
  const asked = readAddress(app);
  Object.assign(app.state, asked);
  updateShown(app);
  connect(app);
  app.store.set({ ...asked, rows: app.state.rows, ...(asked.paper >= 0 && !app.shown[asked.paper] ? { paper: -1 } : {}) });
  if (app.canvas) watchSize(app);
  window.addEventListener("hashchange", () => followAddress(app));
  window.addEventListener("popstate", ({ state }) => followHistory(app, state));
}

async function openPage() {
  const app = createApp(readData(await readPayload(find("payload"))));
  begin(app);
  if (!app.canvas) {
    find("status").textContent = "This browser cannot draw the picture (it has no canvas); the table lists the same papers.";
    document.body.classList.add("plain");
  }
  afterPicture(app, () => document.body.classList.add("ready"));
  window.flgraphAtlas = { app, selected: () => (app.state.paper < 0 ? null : app.data.id[app.state.paper]), open: (paper) => openPaper(app, paper, true), view: (view) => setView(app, view) };
}

openPage().catch((error) => {
  find("status").hidden = false;
  find("status").textContent = `The atlas could not be drawn: ${error.message}. A current Firefox, Chrome, Edge or Safari shows it.`;
  throw error;
});
