// The bar of filters and of what the picture shows. A drop is filled when it opens and when the papers change.

const MOST_CHOICES = 60;
const SEARCHED = 12;
const MENUS = "#bar details, #save";

// `chosen` lists what is chosen. Its count replaces the arrow of the chip, so that no chip moves while one chooses.
function makeDrop(app, key, name, chosen, fill) {
  const text = make("span", {}, name);
  const summary = make("summary", { "data-key": `drop ${key}` }, text);
  const box = make("div", { className: "drop" });
  const drop = make("details", {}, summary, box);
  const update = () => {
    const values = chosen();
    if (typeof values === "string") text.textContent = `${name}: ${values}`;
    drop.classList.toggle("on", Array.isArray(values) && values.length > 0);
    drop.classList.toggle("valued", !Array.isArray(values));
    summary.dataset.count = drop.classList.contains("on") ? values.length : "▾";
    summary.title = [values].flat().join(", ");
    if (drop.open) refill(box, fill());
  };
  drop.addEventListener("toggle", () => {
    if (!drop.open) return box.replaceChildren();
    dropHover(app);
    closeDrops(drop);
    app.sought = "";
    // What was chosen before stands first, and nothing moves while the menu is open.
    app.first = new Set(app.state.picks.get(key));
    refill(box, fill());
    keepOnScreen(box);
  });
  watchMenu(drop);
  return { key, name, drop, chosen, update };
}

// The keys of a menu: arrows, Home and End go from choice to choice; to leave it by Tab closes it.
function watchMenu(menu) {
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(relatedTarget)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (target.matches("select, [type=radio]") || (target.type === "search" && !key.startsWith("Arrow"))) return;
    const stops = [...menu.querySelectorAll("summary, input, select, button")];
    const at = stops.indexOf(target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 1, End: stops.length - 1 }[key];
    if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (menu.open) return stops[Math.max(0, Math.min(stops.length - 1, to))].focus();
    menu.addEventListener("toggle", () => menu.querySelectorAll("input, select, button")[0]?.focus(), { once: true });
    menu.open = true;
  });
}

function keepOnScreen(box) {
  box.style.left = "0";
  const over = box.getBoundingClientRect().right - document.documentElement.clientWidth + 8;
  if (over > 0) box.style.left = `${-over}px`;
}

function makeChoice(type, name, text, count, checked, act, key) {
  const input = make("input", { type, name, checked, "data-key": key });
  input.addEventListener("change", () => act(input.checked));
  return make("label", { className: count === 0 ? "none" : "" }, input, make("span", {}, text), count === null ? null : make("span", { className: "count" }, sayNumber(count)));
}

function pick(app, facet, value, on) {
  const picks = new Map(app.state.picks);
  const values = new Set(picks.get(facet) || []);
  if (on) values.add(value);
  else values.delete(value);
  picks.set(facet, values);
  narrow(app, { picks });
}

function fillFacet(app, facet) {
  const chosen = app.state.picks.get(facet) || new Set();
  const counts = countFacet(app, facet);
  const wanted = fold(app.sought);
  const found = counts.filter(([value]) => chosen.has(value) || fold(value).includes(wanted));
  found.sort((one, other) => app.first.has(other[0]) - app.first.has(one[0]));
  const rows = found.slice(0, MOST_CHOICES).map(([value, count]) => makeChoice("checkbox", facet, value, count, chosen.has(value), (on) => pick(app, facet, value, on), `pick ${facet} ${value}`));
  if (found.length > MOST_CHOICES) rows.push(make("p", { className: "quiet small" }, `and ${found.length - MOST_CHOICES} more`));
  return [counts.length > SEARCHED ? makeSeek(app, facet) : null, make("div", { role: "group", "aria-label": app.facets.get(facet).title }, ...rows)];
}

function makeSeek(app, facet) {
  const label = `Find in ${app.facets.get(facet).title.toLowerCase()}`;
  const input = make("input", { type: "search", placeholder: label, "aria-label": label, "data-key": `seek ${facet}`, value: app.sought });
  input.addEventListener("input", () => {
    app.sought = input.value;
    const box = input.closest(".drop");
    const at = input.selectionStart;
    refill(box, fillFacet(app, facet));
    box.querySelector("input[type=search]").setSelectionRange(at, at);
  });
  return input;
}

function makeRadios(app, name, choices) {
  const { state } = app;
  return [make("div", { role: "group", "aria-label": capitalize(name) }, ...choices.map(([value, text]) => makeChoice("radio", name, text, null, state[name] === value, () => app.store.set({ [name]: value }), `${name} ${value}`)))];
}

function listCode({ data }) {
  const held = data.things.some((thing) => !isThere(thing));
  return Object.entries(CODE).filter(([value]) => held || value !== "placeholder");
}

function fillCode(app) {
  return [make("div", { role: "group", "aria-label": "Code" }, ...listCode(app).map(([value, [text]]) => makeChoice("radio", "code", text, countCode(app, value), app.state.code === value, () => narrow(app, { code: value }), `code ${value}`)))];
}

function fillLayers(app) {
  const { data, state } = app;
  const counts = Object.entries(KINDS).map(([kind, { many, sign }]) => [kind, `${sign}  ${many}`, data.things.filter((thing) => thing.kind === kind && thing.papers.length > 1).length]);
  const rows = [...counts, ["outside", "○  papers outside the list", data.outside.length]].filter(([, , count]) => count);
  const turn = (kind) => (on) => {
    const layers = new Set(state.layers);
    if (on) layers.add(kind);
    else layers.delete(kind);
    app.store.set({ layers, ...(state.view === "map" ? {} : { view: "map" }) });
  };
  return [make("div", { role: "group", "aria-label": "Layers" }, ...rows.map(([kind, text, count]) => makeChoice("checkbox", "layers", text, count, state.layers.has(kind), turn(kind), `layer ${kind}`)))];
}

function listFilters(app) {
  const { data, state } = app;
  const years = () => (isYearChosen(app) ? [sayYears(app)] : []);
  const drops = data.lastYear > data.firstYear ? [makeDrop(app, "Year", "Year", years, () => fillYears(app))] : [];
  for (const [facet, { title }] of app.facets) drops.push(makeDrop(app, facet, title, () => [...(state.picks.get(facet) || [])], () => fillFacet(app, facet)));
  if (data.things.some((thing) => thing.kind === "code")) drops.push(makeDrop(app, "Code", "Has code", () => (state.code ? [CODE[state.code][0]] : []), () => fillCode(app)));
  return drops;
}

function listShows(app) {
  const { data, state } = app;
  const colors = listColors(data).map((color) => [color, sayColor(data, color)]);
  const sizes = listSizes(data).map((size) => [size, saySize(data, size)]);
  const drops = [];
  if (!app.canvas) return drops;
  if (data.ranked && data.hasYears) drops.push(makeDrop(app, "Rows", "Rows", () => state.rows, () => makeRadios(app, "rows", [["rank", "rank"], ["region", data.regions.length ? "region" : "none"]])));
  if (colors.length > 1) drops.push(makeDrop(app, "Colour", "Colour", () => sayColor(data, state.color), () => makeRadios(app, "color", colors)));
  if (sizes.length > 1) drops.push(makeDrop(app, "Size", "Size", () => saySize(data, state.size), () => makeRadios(app, "size", sizes)));
  if (data.things.some((thing) => thing.papers.length > 1) || data.outside.length) drops.push(makeDrop(app, "Layers", "Layers", () => [...state.layers].map((kind) => (KINDS[kind] || { many: kind }).many), () => fillLayers(app)));
  return drops;
}

function createBar(app) {
  const [filters, shows] = [listFilters(app), listShows(app)];
  app.filters = filters;
  app.drops = [...filters, ...shows];
  watchMenu(find("save"));
  find("filters").append(...filters.map(({ drop }) => drop));
  find("shows").append(...shows.map(({ drop }) => drop));
  find("clear").addEventListener("click", () => {
    narrow(app, noFilters(app.data));
    find("scene").focus();
  });
  find("fold").addEventListener("click", () => {
    const open = find("bar").classList.toggle("open");
    find("fold").setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("pointerdown", (event) => {
    closeDrops(event.target.closest(MENUS));
  });
}

// Close the menus but one, and say which was open.
function closeDrops(kept) {
  const open = [...document.querySelectorAll(MENUS)].filter((menu) => menu.open && menu !== kept);
  for (const menu of open) menu.open = false;
  return open[0] || null;
}

function fillBar(app) {
  for (const { key, drop, update } of app.drops) {
    drop.hidden = (key === "Rows" && app.state.view !== "timeline") || (["Size", "Layers"].includes(key) && app.state.view !== "map") || (key === "Colour" && app.state.view === "table");
    update();
  }
  find("count").replaceChildren(make("b", {}, sayNumber(app.shownCount)), app.shownCount === app.data.count ? (app.data.count === 1 ? " paper" : " papers") : ` of ${sayCount(app.data.count, "paper", "papers")}`);
  // Its room is kept, so that the bar never wraps anew.
  find("clear").style.visibility = isNarrowed(app) ? "" : "hidden";
  refill(find("picked"), listChosen(app).map(([name, value, undo]) => makePicked(app, `${name}: ${value}`, undo)));
  find("asked").textContent = sayChosen(app);
}
