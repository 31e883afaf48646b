// Everything by keyboard: arrows from paper to paper, Enter, Escape, search, zoom, star.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// The paper that lies best in a direction: near, and little to the side.
function paperThatWay(app, key) {
  const [across, down] = ARROWS[key];
  const from = cursorOf(app);
  const [x, y] = from >= 0 && isPlaced(app, from) ? [screenX(app, from), screenY(app, from)] : [app.camera.width / 2, app.camera.height / 2];
  let [best, least] = [-1, Infinity];
  for (let paper = 0; paper < app.data.count; paper++) {
    if (paper === from || !isPlaced(app, paper)) continue;
    const [dx, dy] = [screenX(app, paper) - x, screenY(app, paper) - y];
    const along = dx * across + dy * down;
    const cost = along + 2.2 * Math.abs(dx * down + dy * across);
    if (along > (from < 0 ? -Infinity : 2) && cost < least && (from >= 0 || along >= 0)) [best, least] = [paper, cost];
  }
  return best;
}

// Arrows open papers; in the neighbourhood they only point at them, since opening one lays out all anew.
function cursorOf({ state, hover }) {
  return state.view === "near" && hover.paper >= 0 ? hover.paper : state.paper;
}

function goThatWay(app, key) {
  const paper = paperThatWay(app, key);
  if (paper < 0) return;
  if (app.state.view === "near") {
    hoverOn(app, { paper });
    return sayPaper(app, paper);
  }
  app.step = "walk";
  openPaper(app, paper, true);
  app.step = "";
}

// One step back: an open menu, the neighbourhood, what led to what is open, then what is open.
function stepBack(app) {
  const drop = closeDrops();
  if (drop) return drop.querySelector("summary").focus();
  const tip = !find("tip").hidden;
  dropHover(app);
  if (app.state.view === "near" && app.trail.at(-1)?.view !== "near") return setView(app, "map");
  if (app.trail.length) return goBack(app);
  if (app.state.list) return showList(app);
  return tip && app.state.paper < 0 ? undefined : closeAll(app);
}

function enter(app) {
  const paper = cursorOf(app);
  if (app.state.paper < 0) return;
  if (paper === app.state.paper) return setView(app, app.state.view === "near" ? "map" : "near");
  app.step = "on";
  openPaper(app, paper);
  app.step = "";
}

function createKeys(app) {
  const simple = {
    "/": () => find("query").focus(),
    Escape: () => stepBack(app),
    0: () => showWhole(app),
    "+": () => zoomMiddle(app, 1.4),
    "=": () => zoomMiddle(app, 1.4),
    "-": () => zoomMiddle(app, 1 / 1.4),
  };
  const onPicture = { Enter: () => enter(app), s: () => app.state.paper >= 0 && toggleStar(app, app.state.paper) };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input[type=search], select");
    if (typing && event.key !== "Escape") return;
    const there = event.target === app.canvas;
    let act = Object.hasOwn(simple, event.key) ? simple[event.key] : null;
    if (["0", "+", "=", "-"].includes(event.key) && (!app.canvas || app.state.view === "table")) act = null;
    if (there && Object.hasOwn(onPicture, event.key)) act = onPicture[event.key];
    if (there && Object.hasOwn(ARROWS, event.key)) act = () => goThatWay(app, event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}
