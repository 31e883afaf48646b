// The key below the picture. Each sentence is true of the data that are shown.

function sayAspects({ data }) {
  const aspects = (data.aspects || []).map(String);
  if (!aspects.length) return "";
  return ` in ${aspects.length > 1 ? `${aspects.slice(0, -1).join(", ")} and ${aspects.at(-1)}` : aspects[0]}`;
}

function sayLayer(kind) {
  return kind === "outside" ? "○ papers outside the list" : `${KINDS[kind].sign} ${KINDS[kind].many}`;
}

function sayMapKey(app) {
  const { data, state, camera } = app;
  if (camera.width < 600) return ["Each dot is a paper; near each other: alike.", metricOf(app) ? "" : "All of one size."].filter(Boolean);
  const sentences = [`Each dot is a paper; papers near each other are alike${sayAspects(app)}.`];
  if (data.regions.length && data.basis === "similarity") sentences.push("Areas: groups of papers that are alike.");
  else if (data.regions.length) sentences.push(`Areas: papers of one ${data.basis || "group"}.`);
  if (!metricOf(app)) sentences.push("All dots have one size.");
  if (state.layers.size) sentences.push(`Hollow: ${[...state.layers].map(sayLayer).join(", ")}.`);
  sentences.push("Far distances say little.");
  return sentences;
}

function sayTimelineKey(app) {
  const { data, timeline: frame } = app;
  const sentences = [];
  if (frame.live.length && frame.yearOnly === frame.live.length) sentences.push("Only years are known: where a dot stands within its year says nothing.");
  else if (frame.yearOnly) sentences.push(`Dates across; ${sayCount(frame.yearOnly, "paper with only a year stands at its year's", "papers with only a year stand at their year's")} ${data.many || app.state.rows === "rank" ? "middle" : "start"}.`);
  else if (frame.live.length) sentences.push("Dates across.");
  if (data.links.length && (data.links.length <= FEW_LINKS || app.state.paper >= 0)) sentences.push(`Arcs: ${sayLinks(data)} in this list.`);
  else if (data.links.length) sentences.push(`Open a paper to see its ${sayLinks(data)}.`);
  if (app.state.paper >= 0 && data.links.length) sentences.push(`Blue: what it ${hasCitationLinks(data) ? "cites" : "names"}; orange: what ${hasCitationLinks(data) ? "cites" : "names"} it.`);
  if (!frame.lists && frame.live.length && !app.printing) sentences.push("Names that would overlap are left out: point at a dot, or zoom in.");
  if (frame.undated) sentences.push(`${sayCount(frame.undated, "paper", "papers")} without a date left out.`);
  if (frame.unranked) sentences.push(`${sayCount(frame.unranked, "paper", "papers")} without a rank left out.`);
  return sentences;
}

function sayNearKey(app) {
  const { data, state } = app;
  const sentences = ["The nearer to the middle, the more similar."];
  const undated = [...app.around.keys()].some((paper) => data.moment[paper] === null);
  sentences.push(data.moment[state.paper] === null ? "Its year is unknown, so the sides say nothing." : `Left: earlier; right: later; above and below: the same ${data.date[state.paper] ? "date or year" : "year"}${undated ? ", or unknown" : ""}.`);
  const linked = [...app.around.keys()].some((paper) => data.citing[state.paper].includes(paper) || data.citedBy[state.paper].includes(paper));
  if (linked) sentences.push(`Dashed: ${sayLinks(data)}.`);
  return sentences;
}

function sayKey(app) {
  if (app.state.view === "timeline") return sayTimelineKey(app);
  return app.state.view === "near" ? sayNearKey(app) : sayMapKey(app);
}

// Sizes stand in the key of the map only, since dots of other views are drawn at another scale.
function hasSizeKey(app) {
  return app.state.view === "map" && metricOf(app) !== null && app.shownCount > 0;
}

function makeSizeKey(app) {
  const svg = makeSvg("svg", { width: 200, height: 32, role: "img", "aria-label": `Size: ${saySize(app.data, app.state.size)}, from ${keySizes(app).map(sayNumber).join(" to ")}` });
  let x = 2;
  for (const value of keySizes(app)) {
    const radius = Math.min(15, radiusOf(app, value));
    const text = sayNumber(value);
    svg.append(makeSvg("circle", { cx: x + radius, cy: 16, r: radius, fill: app.colors.quiet }), makeSvg("text", { x: x + 2 * radius + 4, y: 20, fill: app.colors.quiet, "font-size": 12 }, text));
    x += 2 * radius + 14 + text.length * 7;
  }
  svg.setAttribute("width", String(Math.ceil(x)));
  return svg;
}

// Names on the map are the legend of the regions; other colours are listed.
function legendOf(app) {
  const named = app.state.view === "map" || (app.state.view === "timeline" && !isRanked(app));
  if (app.state.color === "region" && (named || !app.data.regions.length)) return [];
  return usedClasses(app);
}

function fillLegend(app) {
  const entries = legendOf(app).map(({ name, color }) => make("li", {}, makeDot(color), name));
  find("legend").replaceChildren(...(entries.length ? [make("li", { className: "head" }, `Colour: ${sayColor(app.data, app.state.color)}`), ...entries] : []));
  find("legend").hidden = !entries.length;
}

function fillKey(app) {
  if (app.state.view === "table" || !app.canvas) return;
  const sized = hasSizeKey(app);
  const unknown = sized && app.unknown.some((value, paper) => value && app.shown[paper]);
  const sizes = sized ? [make("span", { className: "sizes" }, `Size: ${saySize(app.data, app.state.size)} `, makeSizeKey(app), unknown ? "ring: unknown" : null)] : [];
  find("key").replaceChildren(make("span", {}, app.shownCount ? sayKey(app).join(" ") : app.data.count ? "No paper passes the filters." : "This list has no papers."), ...sizes);
  fillLegend(app);
}

// Where dots have another colour than that of their region, regions are grey, as in the picture.
function makeRegionDot(app, region) {
  return makeDot(app.state.color === "region" ? regionColor(app, region) : app.colors.speck);
}

function makeDot(color) {
  const dot = make("i", { className: "dot" });
  dot.style.background = color;
  return dot;
}
