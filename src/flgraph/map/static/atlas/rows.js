// Rows of the panel: a paper, a thing or a region that a reader can open; pointing at a row shows it on the map.

function makeRows(rows) {
  return make("ul", {}, ...rows);
}

function onPoint(app, button, hover) {
  // Not on enter: a row may come to stand below a pointer that rests.
  button.addEventListener("pointermove", (event) => event.pointerType !== "touch" && hoverOn(app, hover));
  button.addEventListener("pointerleave", () => hoverOn(app, NO_HOVER));
}

function makeMeter(likeness) {
  const bar = make("i");
  bar.style.background = `linear-gradient(90deg, var(--accent) ${likeness}%, var(--line) 0)`;
  return make("span", { className: "meter", title: "Similarity, from 0 to 1" }, (likeness / 100).toFixed(2), bar);
}

// `more`: a count or year at the right, why the paper is named, its likeness, whether it has a star.
function makePaperRow(app, paper, more = {}) {
  const { data, state } = app;
  const name = `${state.stars.has(paper) && !more.star ? "★ " : ""}${shorten(titleOf(data, paper), 110)}`;
  const text = make("span", { className: "name" }, name, more.why ? make("span", { className: "why" }, more.why) : null);
  const right = more.right ?? data.year[paper];
  const mark = more.likeness === undefined ? makeDot(paperColor(app, paper)) : makeMeter(more.likeness);
  const button = makeButton(mark, () => openPaper(app, paper, true), { className: "row", "data-key": `paper ${paper}` });
  button.append(text, make("span", { className: "count" }, right === null || right === undefined ? "" : String(right)));
  if (app.shown[paper]) onPoint(app, button, { paper, pair: more.likeness !== undefined });
  return make("li", { className: more.star ? "starred" : "" }, button, more.star ? makeStar(app, paper, false) : null);
}

function makeThingRow(app, thing, right) {
  const button = makeButton(make("span", { className: "sign", "aria-hidden": "true" }, KINDS[thing.kind].sign), () => openThing(app, thing.index), { className: "row", "data-key": `thing ${thing.index}` });
  button.append(make("span", { className: "name" }, shorten(thing.name, 90)), make("span", { className: "count" }, right));
  onPoint(app, button, { thing: thing.index });
  return make("li", {}, button);
}

function makeRegionRow(app, region) {
  const { data } = app;
  const button = makeButton(makeRegionDot(app, region), () => openRegion(app, region), { className: "row", "data-key": `region ${region}` });
  button.append(make("span", { className: "name" }, shorten(regionName(data, region), 80)), make("span", { className: "count" }, sayNumber(app.shownIn[region])));
  onPoint(app, button, { region });
  return make("li", {}, button);
}

function makePaperList(app, title, papers, most, more) {
  if (!papers.length) return [];
  const box = makeRows(papers.slice(0, most).map((paper) => makePaperRow(app, paper, more ? more(paper) : {})));
  if (papers.length > most) {
    const rest = makeButton(`Show ${sayNumber(Math.min(200, papers.length - most))} more`, () => {
      box.append(...papers.slice(most, most + 200).map((paper) => makePaperRow(app, paper, more ? more(paper) : {})));
      rest.remove();
      box.querySelectorAll("button.row")[most].focus();
    }, { className: "plain" });
    return [make("h3", {}, `${title} (${sayNumber(papers.length)})`), box, rest];
  }
  return [make("h3", {}, `${title} (${sayNumber(papers.length)})`), box];
}
