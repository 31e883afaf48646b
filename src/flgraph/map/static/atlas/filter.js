// Filters narrow and combine: "or" within one, "and" between them. Counts are of the papers that would remain.

function topicsOf(app, paper, facet) {
  return app.data.held[paper].topic.filter((thing) => thing.facet === facet).map((thing) => thing.short);
}

function namesOf(app, paper, kind) {
  return app.data.held[paper][kind].map((thing) => thing.short);
}

const OTHER_FACETS = [
  { key: "dataset", title: "Dataset", valuesOf: ({ data }, paper) => data.held[paper].dataset.map(({ name }) => name), holds: ({ kind }) => kind === "dataset" },
  { key: "venue", title: "Venue", valuesOf: (app, paper) => namesOf(app, paper, "venue"), holds: ({ kind }) => kind === "venue" },
  { key: "licence", title: "Code licence", valuesOf: (app, paper) => app.data.held[paper].code.map(licenceOf), holds: ({ kind }) => kind === "code" },
];

// What papers are filtered by: the facets of the topics in the order of the list, then datasets, venues and licences.
function listFacets({ facets, things }) {
  const taken = new Set(OTHER_FACETS.map(({ key }) => key));
  const topical = facets.map((facet) => {
    const key = taken.has(facet) ? `topic ${facet}` : facet;
    return { key, title: capitalize(key), valuesOf: (app, paper) => topicsOf(app, paper, facet), holds: (thing) => thing.kind === "topic" && thing.facet === facet };
  });
  return new Map([...topical, ...OTHER_FACETS].filter(({ holds }) => things.some(holds)).map((facet) => [facet.key, facet]));
}

const CODE = {
  "": ["all papers", () => true],
  known: ["code known", (code) => code.some(isThere)],
  licensed: ["code with a licence", (code) => code.some((thing) => isThere(thing) && isLicensed(thing))],
  none: ["no code known", (code) => !code.some(isThere)],
  placeholder: [NO_CODE, (code) => code.length > 0 && !code.some(isThere)],
};

function isYearChosen({ data, state }) {
  return state.from > data.firstYear || state.until < data.lastYear || !state.undated;
}

function passesYear({ data, state }, paper) {
  const year = data.year[paper];
  if (year === null) return state.undated;
  return year >= state.from && year <= state.until;
}

function textOf(app, paper) {
  if (!app.texts.has(paper)) {
    const { data } = app;
    const names = Object.values(data.held[paper]).flat().map((thing) => thing.name);
    app.texts.set(paper, fold([data.label[paper], titleOf(data, paper), data.year[paper], data.doi[paper], data.arxiv[paper], ...names].filter((word) => word !== null && word !== undefined).join(" \n ")));
  }
  return app.texts.get(paper);
}

function splitQuery(text) {
  return fold(text).split(/\s+/).filter(Boolean);
}

function passesText(app, paper, words) {
  return words.every((word) => textOf(app, paper).includes(word));
}

// Whether a paper passes all filters but the one named.
function passes(app, paper, except) {
  const { state, data } = app;
  if (except !== "Year" && !passesYear(app, paper)) return false;
  if (except !== "Code" && !CODE[state.code][1](data.held[paper].code)) return false;
  if (state.onlyStarred && !state.stars.has(paper)) return false;
  for (const [facet, values] of state.picks) {
    if (facet === except || !values.size) continue;
    if (!app.facets.get(facet).valuesOf(app, paper).some((value) => values.has(value))) return false;
  }
  return !state.text || passesText(app, paper, splitQuery(state.text));
}

function updateShown(app) {
  app.shownCount = 0;
  for (let paper = 0; paper < app.data.count; paper++) {
    app.shown[paper] = passes(app, paper) ? 1 : 0;
    app.shownCount += app.shown[paper];
  }
  app.shownIn = app.data.members.map((papers) => shownOf(app, papers).length);
}

function countFacet(app, facet) {
  const counts = new Map();
  for (let paper = 0; paper < app.data.count; paper++) {
    const values = new Set(app.facets.get(facet).valuesOf(app, paper));
    const stays = values.size > 0 && passes(app, paper, facet);
    for (const value of values) counts.set(value, (counts.get(value) || 0) + (stays ? 1 : 0));
  }
  return [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
}

function countYears(app) {
  const counts = new Map();
  for (let paper = 0; paper < app.data.count; paper++) {
    const year = app.data.year[paper];
    if (passes(app, paper, "Year")) counts.set(year, (counts.get(year) || 0) + 1);
  }
  return counts;
}

function countCode(app, choice) {
  let count = 0;
  for (let paper = 0; paper < app.data.count; paper++) if (CODE[choice][1](app.data.held[paper].code) && passes(app, paper, "Code")) count += 1;
  return count;
}

function isNarrowed(app) {
  const { state } = app;
  return Boolean(state.text || state.code || state.onlyStarred || isYearChosen(app) || [...state.picks.values()].some((values) => values.size));
}

function shownOf(app, papers) {
  return papers.filter((paper) => app.shown[paper]);
}
