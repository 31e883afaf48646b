// The chosen filters in words: as buttons that take them back, in print and in saved pictures.

// Each chosen value with how to take it back.
function listChosen(app) {
  const { state } = app;
  const facets = [...app.facets].flatMap(([facet, { title }]) => [...(state.picks.get(facet) || [])].map((value) => [title, value, () => pick(app, facet, value, false)]));
  return [
    state.text ? ["Words", `“${state.text}”`, () => narrow(app, { text: "" })] : null,
    isYearChosen(app) ? ["Year", sayYears(app), () => allYears(app)] : null,
    ...facets,
    state.code ? ["Has code", CODE[state.code][0], () => narrow(app, { code: "" })] : null,
    state.onlyStarred ? ["Reading list", "only these", () => narrow(app, { onlyStarred: false })] : null,
  ].filter(Boolean);
}

function makePicked(app, text, undo) {
  const act = () => {
    undo();
    (find("picked").querySelector("button") || find("scene")).focus();
  };
  return makeButton(`${shorten(text, 60)} ×`, act, { title: `Take back ${text}`, "aria-label": `Take back ${text}` });
}

// The filters in words, such as "Task: Segmentation; 20 of 56 papers", for print and saved pictures.
function sayChosen(app) {
  const values = new Map();
  for (const [name, value] of listChosen(app)) values.set(name, [...(values.get(name) || []), value]);
  return [...[...values].map(([name, each]) => `${name}: ${each.join(" or ")}`), `${sayNumber(app.shownCount)} of ${sayCount(app.data.count, "paper", "papers")}`].join("; ");
}
