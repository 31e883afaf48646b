// Put the parts together, keep the one state (what is selected) and listen to keys and to the address.

function start() {
  if (typeof vis === "undefined" || !document.createElement("canvas").getContext) throw new Error("the browser has no canvas");
  const data = readPayload(find("payload").textContent);
  let selected = null;
  let drawn = [];

  const acts = { pick, open, show: showMembers, filter: refresh, isDrawn: (node) => scene.drawn.has(node) };
  const theme = createTheme(data, repaint);
  const looks = createLooks(data, theme);
  const tip = createTip();
  const scene = createScene(data, theme, looks, tip, acts);
  const legend = createLegend(data, theme, looks, acts);
  const panel = createPanel(data, theme, looks, acts);
  const search = createSearch(data, looks, acts);
  const table = createTable(data, acts);
  createPicture(data, theme, looks, scene, legend);

  function repaint() {
    legend.render();
    panel.show(selected);
    scene.paint();
  }
  function isWanted(node) {
    return node.shown && legend.allows(node);
  }
  function refresh() {
    drawn = data.nodes.filter(isWanted);
    scene.sync(isWanted);
    if (selected && !scene.drawn.has(selected)) pick(null);
    legend.update();
    table.update(drawn);
  }
  function showMembers(members, on) {
    for (const node of members) node.shown = on;
    refresh();
  }
  // Select a node that is drawn, or clear the selection.
  function pick(node) {
    selected = node;
    scene.focus(node);
    panel.show(node);
    find("said").textContent = node ? `${describeKind(node)} ${fullName(node)}, ${sayCount(node.links.length, "link", "links")}` : "Selection cleared";
    const wanted = node ? `#${encodeURI(node.id).replace(/#/g, "%23")}` : "";
    if (location.hash !== wanted && (node || location.hash)) location.hash = wanted;
  }
  // Select any node: one that is hidden is revealed first, and the view moves to it.
  function open(node) {
    if (!scene.drawn.has(node)) {
      node.shown = true;
      legend.allow(node);
      refresh();
    }
    pick(node);
    scene.goTo(node);
  }
  function readAddress() {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {
      return null;
    }
    return data.byId.get(name) || data.byId.get(`paper:${name}`) || null;
  }
  function followAddress() {
    const node = readAddress();
    if (node && node !== selected) open(node);
    if (selected && location.hash.length < 2) pick(null);
  }
  // The neighbour that lies best in the direction of an arrow key.
  function step(key) {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    const from = selected || drawn[0];
    if (!from) return;
    if (!selected) return open(from);
    const score = (node) => ((node.x - from.x) * dx + (node.y - from.y) * dy) / (Math.hypot(node.x - from.x, node.y - from.y) || 1);
    const near = from.links.map((link) => link.other).filter((node) => scene.drawn.has(node));
    const best = near.sort((one, other) => score(other) - score(one) || one.index - other.index)[0];
    if (best && score(best) > 0) open(best);
  }
  function listen() {
    const simple = { "/": search.focus, "0": scene.fit, "+": () => scene.zoom(1.3), "=": () => scene.zoom(1.3), "-": () => scene.zoom(1 / 1.3), Escape: () => pick(null) };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.matches("input[type=search]") && event.key !== "Escape") return;
      const act = Object.hasOwn(simple, event.key) ? simple[event.key] : event.key.startsWith("Arrow") && event.target === find("map") ? () => step(event.key) : null;
      if (!act) return;
      event.preventDefault();
      act();
    });
    find("fit").addEventListener("click", scene.fit);
    find("nearer").addEventListener("click", () => scene.zoom(1.3));
    find("farther").addEventListener("click", () => scene.zoom(1 / 1.3));
    window.addEventListener("hashchange", followAddress);
  }
  // Nodes stay still until a reader asks otherwise.
  function offerPhysics() {
    const button = find("physics");
    const given = data.options.physics;
    button.hidden = given === undefined || given === false || given.enabled === false;
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      scene.move(on);
    });
  }

  if (window.matchMedia("(max-width: 760px)").matches) find("fold").open = false;
  theme.apply();
  refresh();
  legend.render(); // once more, since vis-network has chosen the colours of groups now
  scene.fit();
  listen();
  offerPhysics();
  followAddress();
  find("status").hidden = true;
  window.flgraphMap = { network: scene.network, data, labels: scene.labels, selected: () => selected && selected.id };
}

try {
  start();
} catch (error) {
  find("status").textContent = `The network could not be drawn: ${error.message}. A current Firefox, Chrome, Edge or Safari shows it.`;
  throw error;
}
