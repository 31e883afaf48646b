// Beside the picture: the regions and papers that pass the filters, or the details of what is open.

function fillPanel(app) {
  const panel = find("panel");
  const { state } = app;
  const isNew = followTrail(app);
  const within = panel.contains(document.activeElement);
  const parts = state.list ? describeList(app) : state.paper >= 0 ? describePaper(app, state.paper) : state.thing >= 0 ? describeThing(app, app.data.things[state.thing]) : state.region >= 0 ? describeRegion(app, state.region) : describeAll(app);
  panel.classList.toggle("tall", state.list || state.paper >= 0 || state.thing >= 0 || state.region >= 0);
  refill(panel, parts);
  if (isNew) panel.scrollTop = 0;
  if (within && !panel.contains(document.activeElement)) panel.focus({ preventScroll: true });
}

// The trail holds what a reader came from by way of the panel; what is opened in the picture begins a new one.
function followTrail(app) {
  const { list, paper, thing, region, view } = app.state;
  const before = app.opened;
  const now = { list, paper, thing, region };
  const isNew = nameOpened(app, before) === null || Object.keys(now).some((name) => now[name] !== before[name]);
  app.opened = { ...now, view };
  if (!isNew || app.step === "back") return isNew;
  const keep = app.step === "on" && nameOpened(app, before) !== null && nameOpened(app, now) !== null;
  app.trail = keep ? [...app.trail.slice(-50), before] : [];
  return true;
}

function nameOpened({ data }, { list, paper, thing, region }) {
  return list ? "Reading list" : paper >= 0 ? data.label[paper] : thing >= 0 ? data.things[thing].short : region >= 0 ? regionName(data, region) : null;
}

function goBack(app) {
  const { view, ...open } = app.trail.pop();
  app.step = "back";
  dropHover(app);
  app.store.set({ ...open, ...(view === "near" && app.state.view === "map" ? { view } : app.state.view === "near" && open.paper < 0 ? { view: "map" } : {}) });
  app.step = "";
}

function watchPanel(app) {
  const panel = find("panel");
  panel.addEventListener("click", () => (app.step = "on"), true);
  panel.addEventListener("click", () => (app.step = ""));
}

function makeActs(app, ...buttons) {
  const from = app.trail.at(-1);
  const name = from && nameOpened(app, from);
  return make("div", { className: "go" },
    from ? makeButton(`← ${shorten(name, 26)}`, () => goBack(app), { "data-key": "back", "aria-label": `Back to ${name}`, title: "Back (Esc)" }) : null,
    ...buttons,
    makeButton("Close", () => closeAll(app), { "data-key": "close" }));
}

function describeAll(app) {
  const { data } = app;
  const live = shownOf(app, data.order);
  const heading = data.basis === "similarity" ? "Regions: papers that are alike" : `Regions: by ${data.basis || "group"}`;
  const regions = data.regions.length ? [make("h3", {}, heading), makeRows(data.regions.map((_, region) => makeRegionRow(app, region)))] : [];
  return [
    make("h2", { className: "unseen" }, "What this page shows"),
    ...regions,
    data.regions.length ? null : make("h3", {}, "No regions"),
    data.caption ? make("p", { className: "quiet small" }, endSentence(data.caption)) : null,
    ...(data.notes || []).map((note) => make("p", { className: "quiet small" }, String(note))),
    ...describeReading(app, 5),
    ...makePaperList(app, data.ranked ? "Papers, by rank" : "Papers, newest first", live, 40, (paper) => ({ right: data.rank[paper] === null ? data.year[paper] : `#${data.rank[paper]}` })),
    live.length ? null : make("p", { className: "quiet" }, data.count ? "No paper passes the filters." : "This list has no papers."),
    make("p", { className: "quiet small keys" }, "Keys: ", make("kbd", {}, "/"), " search, arrows from paper to paper, ", make("kbd", {}, "Enter"), " neighbourhood, ", make("kbd", {}, "s"), " star, ", make("kbd", {}, "Esc"), " back, ", make("kbd", {}, "0"), " all, ", make("kbd", {}, "+"), " ", make("kbd", {}, "-"), " zoom."),
  ];
}

function describeRegion(app, region) {
  const { data } = app;
  const live = shownOf(app, data.members[region]);
  const also = data.also ? shownOf(app, data.order).filter((paper) => data.region[paper] !== region && ((data.also[paper]) || []).includes(region)) : [];
  const topics = (data.regions[region].topics || []).map(([name, here, all]) => {
    const thing = data.things.find((each) => each.kind === "topic" && (each.name === name || each.short === name));
    const right = `${here} of ${data.members[region].length} here, ${all} in all`;
    return thing ? makeThingRow(app, thing, right) : make("li", { className: "row" }, make("span", { className: "name" }, String(name)), make("span", { className: "count" }, right));
  });
  return [
    make("p", { className: "quiet small" }, makeRegionDot(app, region), " Region"),
    make("h2", {}, String(regionName(data, region))),
    makeActs(app),
    ...(topics.length ? [make("h3", {}, "What sets it apart"), makeRows(topics)] : []),
    ...makePaperList(app, "Papers", live, 80),
    ...makePaperList(app, "Elsewhere, with its topics", also, 20),
  ];
}

// Who else is an author of the papers of a person.
function countPartners(thing, held) {
  const counts = new Map();
  for (const paper of thing.papers) for (const other of held[paper].author) if (other !== thing) counts.set(other, (counts.get(other) || 0) + 1);
  return [...counts].sort((one, other) => other[1] - one[1] || one[0].index - other[0].index);
}

function describeThing(app, thing) {
  const { data } = app;
  const papers = new Set(thing.papers);
  const live = shownOf(app, data.order.filter((paper) => papers.has(paper)));
  const partners = thing.kind === "author" ? countPartners(thing, data.held).slice(0, 20) : [];
  const facet = thing.facet && isThere(thing) ? `, ${thing.facet}` : "";
  return [
    make("p", { className: "quiet small" }, `${KINDS[thing.kind].sign} ${capitalize(KINDS[thing.kind].one)}${facet}`),
    make("h2", {}, thing.name),
    !isThere(thing) ? make("p", { className: "quiet" }, endSentence(capitalize(NO_CODE))) : thing.kind === "code" || thing.licence ? make("p", { className: "quiet" }, `Licence: ${thing.licence ? licenceOf(thing) : "unknown"}`) : null,
    thing.url ? make("p", {}, makeLink(thing.url, shorten(thing.url, 60))) : null,
    makeActs(app),
    ...makePaperList(app, "Papers", live, 60),
    live.length ? null : make("p", { className: "quiet" }, "None of its papers passes the filters."),
    ...(partners.length ? [make("h3", {}, `Works with (${partners.length})`), makeRows(partners.map(([other, count]) => makeThingRow(app, other, sayCount(count, "paper", "papers"))))] : []),
  ];
}
