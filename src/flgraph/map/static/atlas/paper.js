// The details of a paper: what is known of it, from which source, and why its neighbours are near.

const MOST_TAGS = 14;

function sayMeta({ data }, paper) {
  const authors = data.held[paper].author;
  const names = authors.slice(0, 8).map((thing) => thing.name).join(", ");
  const venue = data.held[paper].venue.map((thing) => thing.name).join(", ");
  return [names ? names + (authors.length > 8 ? ` and ${authors.length - 8} others` : "") : "Authors unknown", venue, data.year[paper] ?? "year unknown"].filter((word) => word !== "").join(" · ");
}

function makeAddresses({ data }, paper) {
  const path = (text) => encodeURIComponent(text).replace(/%2F/gi, "/");
  const links = [
    data.url[paper] && makeLink(data.url[paper], "Paper"),
    data.doi[paper] && makeLink(`https://doi.org/${path(data.doi[paper])}`, "DOI"),
    data.arxiv[paper] && makeLink(`https://arxiv.org/abs/${path(data.arxiv[paper])}`, "arXiv"),
  ].filter(Boolean);
  return links.length ? make("p", {}, ...links.flatMap((link, place) => (place ? [" · ", link] : [link]))) : null;
}

function sayCounts({ data }, paper) {
  const cites = data.cites[paper] !== null ? `Citations: ${sayNumber(data.cites[paper])}` : data.hasCitations ? "Citations: unknown" : null;
  const rank = data.rank[paper] === null ? (data.ranked ? "no rank" : null) : `rank ${sayNumber(data.rank[paper])} of ${sayNumber(data.ranked)}`;
  const score = data.score[paper] === null ? null : `score ${data.score[paper]}`;
  return [cites, rank, score].filter(Boolean).join(" · ");
}

function makeRegionLine(app, paper) {
  const { data } = app;
  if (!data.regions.length) return null;
  const region = data.region[paper];
  const also = ((data.also && data.also[paper]) || []).filter((other) => other !== region && data.regions[other]);
  const button = (each) => makeButton(regionName(data, each), () => openRegion(app, each), { className: "inline" });
  return make("p", { className: "quiet small" }, makeRegionDot(app, region), " ", region < 0 ? regionName(data, region) : button(region), ...also.flatMap((other, place) => [place ? ", " : " · also ", button(other)]));
}

function makeTags(app, paper, kind) {
  const things = app.data.held[paper][kind];
  if (kind !== "topic") return makeTagList(app, capitalize(KINDS[kind].many), things, kind);
  const facets = [...new Set(things.map((thing) => thing.facet))]; // of several modalities, say all in one place
  return facets.flatMap((facet) => makeTagList(app, capitalize(facet || "topics"), things.filter((thing) => thing.facet === facet), kind));
}

function makeTagList(app, title, things, kind) {
  if (!things.length) return [];
  const text = (thing) => (kind === "code" ? `${thing.name.replace(/^https?:\/\/(www\.)?/, "")} (${licenceOf(thing)})` : thing.short);
  const tags = things.slice(0, MOST_TAGS).map((thing) => makeButton(shorten(text(thing), 60), () => openThing(app, thing.index), { title: shorten(thing.name, 160) }));
  return [make("h3", {}, `${title} (${things.length})`), make("div", { className: "tags" }, ...tags)];
}

function sayValue(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return Array.isArray(value) ? value.join("; ") : String(value);
}

// Any field that a provider brings, each with its source.
function makeFields({ data }, paper) {
  return Object.entries(data.fields || {}).flatMap(([column, field]) => {
    const text = sayValue(((field && field.values) || [])[paper]);
    if (!text) return [];
    const name = column.replace(/_/g, " ");
    const source = field.source ? make("small", { className: "quiet" }, ` (${field.source})`) : null;
    if (text.length > 320) return [make("details", { className: "field" }, make("summary", {}, capitalize(name), source), make("p", {}, text))];
    return [make("p", { className: "field" }, make("b", {}, `${capitalize(name)}: `), /^https?:\/\//i.test(text) ? makeLink(text, text) : text, source)];
  });
}

function makeSources({ data }) {
  const sources = Object.entries(data.sources || {});
  if (!sources.length) return [];
  return [make("details", { className: "field" }, make("summary", {}, "Where the values are from"), make("ul", {}, ...sources.map(([name, source]) => make("li", {}, `${capitalize(name.replace(/_/g, " "))}: ${source}`))))];
}

// Papers that several neighbours cite (prior works), or that cite several neighbours (later works).
function countAround(app, paper, links) {
  const counts = new Map();
  for (const { paper: other } of nearestOf(app, paper, 12)) for (const linked of links[other]) if (linked !== paper) counts.set(linked, (counts.get(linked) || 0) + 1);
  return [...counts].filter(([, count]) => count > 1).sort((one, other) => other[1] - one[1] || one[0] - other[0]).slice(0, 5);
}

function makeWorks(app, paper, title, links, words) {
  const works = countAround(app, paper, links);
  if (!works.length) return [];
  return [make("h3", {}, title), makeRows(works.map(([other, count]) => makePaperRow(app, other, { why: `${words} ${sayCount(count, "similar paper", "similar papers")}` })))];
}

function makeLinkLists(app, paper) {
  const { data } = app;
  const cited = hasCitationLinks(data);
  const inOrder = (papers) => [...papers].sort((one, other) => data.place[one] - data.place[other]);
  return [
    ...makePaperList(app, cited ? "Cites, in this list" : "Names these papers as related", inOrder(data.citing[paper]), 8),
    ...makePaperList(app, cited ? "Cited by, in this list" : "Named as related by these papers", inOrder(data.citedBy[paper]), 8),
    ...makeWorks(app, paper, "Prior works", data.citing, cited ? "cited by" : "named by"),
    ...makeWorks(app, paper, "Later works", data.citedBy, cited ? "cites" : "names"),
  ];
}

function describePaper(app, paper) {
  const { data, state } = app;
  const near = nearestOf(app, paper, 8);
  const around = state.view === "near";
  const buttons = makeActs(app,
    app.canvas ? makeButton(around ? "Whole map" : "Neighbourhood", () => setView(app, around ? "map" : "near"), { "data-key": "near" }) : null,
    makeStar(app, paper, true));
  return [
    makeRegionLine(app, paper),
    make("h2", {}, titleOf(data, paper)),
    make("p", { className: "quiet" }, sayMeta(app, paper)),
    makeAddresses(app, paper),
    make("p", { className: "quiet small" }, sayCounts(app, paper)),
    buttons,
    ...makeFields(app, paper),
    make("h3", {}, "Most similar, and why"),
    near.length ? make("p", { className: "quiet small" }, "Similarity from 0 to 1. Below each title: what both share.") : null,
    near.length ? makeRows(near.map(({ paper: other, likeness }) => makePaperRow(app, other, { likeness, why: explainNear(app, paper, other) }))) : make("p", { className: "quiet" }, app.shownCount < data.count ? "No paper that passes the filters is similar to this one." : "No paper of this list shares a topic, dataset, author or reference with this one."),
    ...makeLinkLists(app, paper),
    ...["topic", "dataset", "code", "author"].flatMap((kind) => makeTags(app, paper, kind)),
    ...makeSources(app),
  ];
}
