// The bar of filters and of what the picture shows. A drop is filled when it opens and when the papers change.

const MOST_CHOICES = 60;
const SEARCHED = 12;

function makeDrop(app, key, title, fill) {
  const summary = make("summary", { "data-key": `drop ${key}` });
  const box = make("div", { className: "drop" });
  const drop = make("details", {}, summary, box);
  const update = () => {
    const { text, on } = title();
    summary.textContent = text;
    drop.classList.toggle("on", on);
    if (drop.open) refill(box, fill());
  };
  drop.addEventListener("toggle", () => {
    if (!drop.open) return;
    dropHover(app);
    for (const other of document.querySelectorAll("#bar details")) if (other !== drop) other.open = false;
    refill(box, fill());
    keepOnScreen(box);
  });
  return { key, drop, update };
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
  const wanted = fold(app.sought.get(facet) || "");
  const found = counts.filter(([value]) => chosen.has(value) || fold(value).includes(wanted));
  found.sort((one, other) => chosen.has(other[0]) - chosen.has(one[0]));
  const rows = found.slice(0, MOST_CHOICES).map(([value, count]) => makeChoice("checkbox", facet, value, count, chosen.has(value), (on) => pick(app, facet, value, on), `pick ${facet} ${value}`));
  if (found.length > MOST_CHOICES) rows.push(make("p", { className: "quiet small" }, `and ${found.length - MOST_CHOICES} more`));
  return [counts.length > SEARCHED ? makeSeek(app, facet) : null, make("div", { role: "group", "aria-label": app.facets.get(facet).title }, ...rows)];
}

function makeSeek(app, facet) {
  const label = `Find in ${app.facets.get(facet).title.toLowerCase()}`;
  const input = make("input", { type: "search", placeholder: label, "aria-label": label, "data-key": `seek ${facet}`, value: app.sought.get(facet) || "" });
  input.addEventListener("input", () => {
    app.sought.set(facet, input.value);
    const box = input.closest(".drop");
    const at = input.selectionStart;
    refill(box, fillFacet(app, facet));
    box.querySelector("input[type=search]").setSelectionRange(at, at);
  });
  return input;
}

function titleFacet(app, facet) {
  const chosen = [...(app.state.picks.get(facet) || [])];
  const { title } = app.facets.get(facet);
  if (!chosen.length) return { text: title, on: false };
  return { text: `${title}: ${shorten(chosen[0], 20)}${chosen.length > 1 ? ` +${chosen.length - 1}` : ""}`, on: true };
}

function makeRadios(app, name, choices) {
  const { state } = app;
  return [make("div", { role: "group", "aria-label": capitalize(name) }, ...choices.map(([value, text]) => makeChoice("radio", name, text, null, state[name] === value, () => app.store.set({ [name]: value }), `${name} ${value}`)))];
}

function fillCode(app) {
  return [make("div", { role: "group", "aria-label": "Code" }, ...Object.entries(CODE).map(([value, [text]]) => makeChoice("radio", "code", text, countCode(app, value), app.state.code === value, () => narrow(app, { code: value }), `code ${value}`)))];
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
  const years = () => ({ text: isYearChosen(app) ? `Year: ${state.from === state.until ? state.from : `${state.from}–${state.until}`}` : "Year", on: isYearChosen(app) });
  const drops = data.lastYear > data.firstYear ? [makeDrop(app, "Year", years, () => fillYears(app))] : [];
  for (const facet of app.facets.keys()) drops.push(makeDrop(app, facet, () => titleFacet(app, facet), () => fillFacet(app, facet)));
  if (data.things.some((thing) => thing.kind === "code")) drops.push(makeDrop(app, "Code", () => ({ text: state.code ? `Code: ${CODE[state.code][0]}` : "Code", on: Boolean(state.code) }), () => fillCode(app)));
  return drops;
}

function listShows(app) {
  const { data, state } = app;
  const colors = listColors(data).map((color) => [color, sayColor(data, color)]);
  const sizes = listSizes(data).map((size) => [size, saySize(data, size)]);
  const drops = [];
  if (!app.canvas) return drops;
  if (data.ranked && data.hasYears) drops.push(makeDrop(app, "Rows", () => ({ text: `Rows: ${state.rows}`, on: false }), () => makeRadios(app, "rows", [["rank", "rank"], ["region", data.regions.length ? "region" : "none"]])));
  if (colors.length > 1) drops.push(makeDrop(app, "Colour", () => ({ text: `Colour: ${shorten(sayColor(data, state.color), 24)}`, on: false }), () => makeRadios(app, "color", colors)));
  if (sizes.length > 1) drops.push(makeDrop(app, "Size", () => ({ text: `Size: ${shorten(saySize(data, state.size), 24)}`, on: false }), () => makeRadios(app, "size", sizes)));
  if (data.things.some((thing) => thing.papers.length > 1) || data.outside.length) drops.push(makeDrop(app, "Layers", () => ({ text: state.layers.size ? `Layers: ${state.layers.size}` : "Layers", on: state.layers.size > 0 }), () => fillLayers(app)));
  return drops;
}

function createBar(app) {
  app.sought = new Map();
  const [filters, shows] = [listFilters(app), listShows(app)];
  app.drops = [...filters, ...shows];
  find("filters").append(...filters.map(({ drop }) => drop));
  find("shows").append(...shows.map(({ drop }) => drop));
  find("clear").addEventListener("click", () => {
    narrow(app, noFilters(app.data));
    find("scene").focus();
  });
  find("words").addEventListener("click", () => narrow(app, { text: "" }));
  find("fold").addEventListener("click", () => {
    const open = find("bar").classList.toggle("open");
    find("fold").setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("#bar details")) closeDrops();
  });
}

function closeDrops() {
  const open = document.querySelector("#bar details[open]");
  for (const drop of document.querySelectorAll("#bar details[open]")) drop.open = false;
  return open;
}

function fillBar(app) {
  for (const { key, drop, update } of app.drops) {
    drop.hidden = (key === "Rows" && app.state.view !== "timeline") || (["Size", "Layers"].includes(key) && app.state.view !== "map") || (key === "Colour" && app.state.view === "table");
    update();
  }
  find("count").replaceChildren(make("b", {}, sayNumber(app.shownCount)), app.shownCount === app.data.count ? (app.data.count === 1 ? " paper" : " papers") : ` of ${sayCount(app.data.count, "paper", "papers")}`);
  find("clear").hidden = !isNarrowed(app);
  find("words").hidden = !app.state.text;
  find("words").textContent = `“${shorten(app.state.text, 20)}” ×`;
  find("words").setAttribute("aria-label", `Stop narrowing to “${shorten(app.state.text, 40)}”`);
}
