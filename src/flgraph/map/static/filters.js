// Filters on papers: the years between two handles, and whether code is known. Other nodes are not touched.

function createFilters(data, acts) {
  const box = find("filters");
  const papers = data.nodes.filter((node) => node.group === "paper");
  const years = papers.map((node) => node.details.year).filter((year) => year !== undefined);
  const first = Math.min(...years);
  const last = Math.max(...years);
  const undated = papers.length - years.length;
  const chosen = { from: first, until: last, undated: true, code: false };
  const bars = new Map();

  function hasCode(node) {
    return linked(node, "has_code", true).some(({ other }) => !other.details.placeholder);
  }
  function allows(node) {
    if (node.group !== "paper") return true;
    const { year } = node.details;
    const inYears = year === undefined ? chosen.undated : year >= chosen.from && year <= chosen.until;
    return inYears && (!chosen.code || hasCode(node));
  }
  function makeHandle(name, label) {
    const input = make("input", { type: "range", min: String(first), max: String(last), step: "1", "aria-label": label });
    input.value = String(chosen[name]);
    input.addEventListener("input", () => {
      chosen[name] = Number(input.value);
      // A handle that passes the other takes it along.
      if (chosen.from > chosen.until) chosen[name === "from" ? "until" : "from"] = chosen[name];
      render();
      acts.filter();
    });
    return input;
  }
  function makeCheck(name, text, count) {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => {
      chosen[name] = input.checked;
      acts.filter();
    });
    return { input, row: make("label", {}, input, make("span", {}, text), make("span", { className: "count" }, count.toLocaleString("en"))) };
  }
  function makeBars() {
    const most = Math.max(...Array.from({ length: last - first + 1 }, (_, step) => years.filter((year) => year === first + step).length));
    const row = make("div", { className: "bars", "aria-hidden": "true" });
    for (let year = first; year <= last; year++) {
      const count = years.filter((each) => each === year).length;
      const bar = make("span", { title: `${year}: ${sayCount(count, "paper", "papers")}` });
      bar.style.height = `${Math.round((100 * count) / most)}%`;
      bars.set(year, bar);
      row.append(bar);
    }
    return row;
  }
  const handles = years.length > 1 && last > first ? { from: makeHandle("from", "First year"), until: makeHandle("until", "Last year") } : null;
  const said = make("output", { className: "count" });

  function render() {
    if (!handles) return;
    for (const [name, input] of Object.entries(handles)) input.value = String(chosen[name]);
    said.textContent = chosen.from === chosen.until ? `${chosen.from}` : `${chosen.from} to ${chosen.until}`;
    for (const [year, bar] of bars) bar.classList.toggle("off", year < chosen.from || year > chosen.until);
  }
  function build() {
    const parts = [];
    if (handles) parts.push(make("h3", {}, "Years ", said), makeBars(), handles.from, handles.until);
    const checks = [];
    if (handles && undated) {
      const check = makeCheck("undated", "year unknown", undated);
      check.input.checked = true;
      checks.push(check.row);
    }
    const coded = papers.filter(hasCode).length;
    if (coded && coded < papers.length) checks.push(makeCheck("code", "only papers with known code", coded).row);
    if (checks.length) parts.push(make("div", { role: "group", "aria-label": "Filters" }, ...checks));
    box.replaceChildren(...parts);
    render();
  }
  // Widen the filters until a paper passes.
  function allow(node) {
    if (allows(node)) return;
    Object.assign(chosen, { from: first, until: last, undated: true, code: false });
    build();
  }
  build();
  return { allows, allow };
}
