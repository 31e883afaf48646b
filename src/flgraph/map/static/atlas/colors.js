// Light or dark as the system says, until the reader chooses; ten hues that keep a contrast of 3:1 against the page.

const HUES = {
  light: ["#2468b4", "#c2570c", "#1c7f4d", "#7b4bb8", "#c43049", "#0b7f8c", "#8f6a08", "#b8388c", "#5c7712", "#4a55b8"],
  dark: ["#6cabf2", "#f29a5a", "#5cc48d", "#b794ee", "#f27f8f", "#4fc4d0", "#d9b24c", "#ea88c5", "#a9c455", "#98a2f5"],
};
const STEPS = {
  light: ["#79a8d8", "#4f8bc7", "#306eb0", "#1e4f8d", "#102f5e"],
  dark: ["#35557c", "#4676a8", "#5f9ad2", "#8dbfec", "#c9e4ff"],
};
const MOST_TOPICS = 8;

function createTheme(app) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");
  let chosen = null;

  function apply() {
    const dark = !paper.matches && (chosen === null ? system.matches : chosen);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    app.dark = dark;
    app.colors = { hues: HUES[dark ? "dark" : "light"], steps: STEPS[dark ? "dark" : "light"] };
    for (const name of ["page", "text", "quiet", "line", "accent", "speck", "edge"]) app.colors[name] = read(name);
    find("theme").textContent = dark ? "Light" : "Dark";
    app.store.set({ dark });
  }
  system.addEventListener("change", apply);
  paper.addEventListener("change", apply);
  find("theme").addEventListener("click", () => {
    chosen = !app.dark;
    apply();
  });
  apply();
}

function regionColor(app, region) {
  if (region < 0) return app.colors.edge;
  const { color } = app.data.regions[region];
  if (Number.isInteger(color)) return app.colors.hues[Math.abs(color) % app.colors.hues.length];
  return /^#[0-9a-f]{6}$/i.test(String(color)) ? color : app.colors.edge;
}

// The classes of the chosen colouring as names with colours, and the class of each paper.
function colorPapers(app) {
  const { color } = app.state;
  const own = { region: colorByRegion, year: colorByYear, own: colorByValues }[color];
  app.classes = own ? own(app) : colorByTopic(app, color);
}

// What papers can be coloured by: regions, facets, the year, and values of the person who made the page.
function listColors({ regions, facets, hasYears, looks }) {
  const topical = facets.filter((facet) => !["region", "year", "own"].includes(facet));
  return [...(regions.length ? ["region"] : []), ...topical, ...(hasYears ? ["year"] : []), ...(looks.own_color ? ["own"] : [])];
}

function sayColor({ looks }, color) {
  return color === "own" ? looks.own_color.heading : color;
}

function colorByRegion(app) {
  const { data } = app;
  const apart = data.regions.length;
  for (let paper = 0; paper < data.count; paper++) app.classOf[paper] = data.region[paper] < 0 ? apart : data.region[paper];
  const names = data.regions.map((region, index) => ({ name: region.name, color: regionColor(app, index) }));
  return [...names, { name: apart ? "apart" : "papers", color: apart ? app.colors.edge : app.colors.hues[0] }];
}

function colorByTopic(app, facet) {
  const { data } = app;
  const counts = new Map();
  for (let paper = 0; paper < data.count; paper++) for (const name of topicsOf(app, paper, facet)) counts.set(name, (counts.get(name) || 0) + 1);
  const sorted = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  const top = sorted.slice(0, MOST_TOPICS).map(([name]) => name);
  for (let paper = 0; paper < data.count; paper++) {
    const own = new Set(topicsOf(app, paper, facet));
    const first = top.findIndex((name) => own.has(name));
    app.classOf[paper] = first >= 0 ? first : own.size ? top.length : top.length + 1;
  }
  return [...top.map((name, index) => ({ name, color: app.colors.hues[index] })), { name: `another ${facet}`, color: app.colors.quiet }, { name: `${facet} unknown`, color: app.colors.edge }];
}

function colorByYear(app) {
  const { data } = app;
  const span = data.lastYear - data.firstYear + 1;
  const steps = Math.min(5, span);
  const stepOf = (year) => Math.min(steps - 1, Math.floor(((year - data.firstYear) * steps) / span));
  const first = Array.from({ length: steps }, (_, step) => data.firstYear + Math.ceil((step * span) / steps));
  const name = (step) => {
    const last = step + 1 < steps ? first[step + 1] - 1 : data.lastYear;
    return first[step] === last ? String(last) : `${first[step]}–${last}`;
  };
  const offset = steps < 3 ? 2 : 0;
  for (let paper = 0; paper < data.count; paper++) app.classOf[paper] = data.year[paper] === null ? steps : stepOf(data.year[paper]);
  return [...first.map((_, step) => ({ name: name(step), color: app.colors.steps[step + offset] })), { name: "year unknown", color: app.colors.edge }];
}

function colorByValues(app) {
  const { classes, of } = app.data.looks.own_color;
  for (let paper = 0; paper < app.data.count; paper++) app.classOf[paper] = of[paper] ?? classes.length;
  return [...classes.map(([name, color]) => ({ name: String(name), color: twinOf(app, color) })), { name: "unknown", color: app.colors.edge }];
}

// The colour of a category for the page as it is, light or dark.
function twinOf(app, color) {
  const hue = HUES.light.indexOf(color);
  if (hue >= 0) return app.colors.hues[hue];
  return /^#[0-9a-f]{6}$/i.test(String(color)) ? color : app.colors.edge;
}

function paperColor(app, paper) {
  return app.classes[app.classOf[paper]].color;
}

// The classes that papers of the picture are in.
function usedClasses(app) {
  const used = new Set();
  for (let paper = 0; paper < app.data.count; paper++) if (isPlaced(app, paper)) used.add(app.classOf[paper]);
  return app.classes.filter((_, index) => used.has(index));
}
