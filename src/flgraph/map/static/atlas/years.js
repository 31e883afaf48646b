// The filter of years: a histogram of the papers that would remain, and the first and last year.

const HISTOGRAM = { width: 260, height: 62, floor: 44 };

function chooseYears(app, from, until) {
  narrow(app, { from: Math.min(from, until), until: Math.max(from, until), undated: false });
}

function allYears(app) {
  narrow(app, { from: app.data.firstYear, until: app.data.lastYear, undated: true });
}

function sayYears({ data, state }) {
  const span = state.from === state.until ? state.from : `${state.from}–${state.until}`;
  return state.undated && data.year.includes(null) ? `${span} or unknown` : String(span);
}

function makeBars(app, counts) {
  const { data, state } = app;
  const span = data.lastYear - data.firstYear + 1;
  const wide = HISTOGRAM.width / span;
  const most = Math.max(1, ...[...counts].filter(([year]) => year !== null).map(([, count]) => count));
  const svg = makeSvg("svg", { class: "years", viewBox: `0 0 ${HISTOGRAM.width} ${HISTOGRAM.height}`, "aria-hidden": "true" });
  for (let year = data.firstYear; year <= data.lastYear; year++) {
    const count = counts.get(year) || 0;
    const high = (count / most) * (HISTOGRAM.floor - 14);
    const left = (year - data.firstYear) * wide;
    const off = year < state.from || year > state.until;
    const bar = makeSvg("g", { class: off ? "off" : "" }, makeSvg("rect", { class: "under", x: left, y: 0, width: wide, height: HISTOGRAM.height }), makeSvg("rect", { x: left + 1, y: HISTOGRAM.floor - high, width: Math.max(1, wide - 2), height: high }));
    if (wide > 18 && count) bar.append(makeSvg("text", { x: left + wide / 2, y: HISTOGRAM.floor - high - 3 }, sayNumber(count)));
    if (wide > 34 || year === data.firstYear || year === data.lastYear) bar.append(makeSvg("text", { x: Math.max(15, Math.min(HISTOGRAM.width - 15, left + wide / 2)), y: 58 }, String(year)));
    bar.addEventListener("click", () => chooseYears(app, year, year));
    svg.append(bar);
  }
  return svg;
}

function makeYearSelect(app, name, words) {
  const { data, state } = app;
  const select = make("select", { "aria-label": words, "data-key": `year ${name}` });
  for (let year = data.firstYear; year <= data.lastYear; year++) select.append(make("option", { value: String(year), selected: year === state[name] }, String(year)));
  select.addEventListener("change", () => {
    const chosen = { from: state.from, until: state.until, [name]: Number(select.value) };
    chooseYears(app, chosen.from, chosen.until);
  });
  return select;
}

function fillYears(app) {
  const counts = countYears(app);
  const unknown = counts.get(null) || 0;
  const undated = app.data.year.includes(null);
  return [
    makeBars(app, counts),
    make("p", { className: "span" }, "From ", makeYearSelect(app, "from", "First year"), " to ", makeYearSelect(app, "until", "Last year")),
    undated ? makeChoice("checkbox", "undated", "year unknown", unknown, app.state.undated, (on) => narrow(app, { undated: on }), "undated") : null,
    isYearChosen(app) ? makeButton("All years", () => allYears(app), { className: "plain", "data-key": "all years" }) : null,
  ];
}
