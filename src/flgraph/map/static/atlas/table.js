// The same papers as a table: to sort, to copy, and the twin of the picture for screen readers.

const MOST_ROWS = 1000;
const TOPIC_COLUMNS = 2;

// `all` is the whole of what a cell cuts short; `address` is where a cell leads.
const FIRST_COLUMNS = [
  { name: "Rank", number: true, value: ({ data }, paper) => data.rank[paper], has: ({ data }) => data.ranked > 0 },
  { name: "Title", title: true, value: ({ data }, paper) => titleOf(data, paper) },
  { name: "Authors", value: (app, paper) => sayFirst(namesOf(app, paper, "author")), all: (app, paper) => namesOf(app, paper, "author").join(", "), has: hasKind("author") },
  { name: "Year", number: true, value: ({ data }, paper) => data.year[paper] },
  { name: "Region", value: ({ data }, paper) => regionName(data, data.region[paper]), has: ({ data }) => data.regions.length > 0 },
  { name: "Venue", value: (app, paper) => namesOf(app, paper, "venue").join(", "), all: ({ data }, paper) => data.held[paper].venue.map((thing) => thing.name).join(", "), has: hasKind("venue") },
];
const LAST_COLUMNS = [
  { name: "Datasets", value: (app, paper) => namesOf(app, paper, "dataset").join(", "), has: hasKind("dataset") },
  { name: "Code", value: ({ data }, paper) => data.held[paper].code.map((thing) => (isThere(thing) ? thing.name.split("/").filter(Boolean).at(-1) : NO_CODE)).join(", "), all: (app, paper) => namesOf(app, paper, "code").join(", "), address: ({ data }, paper) => data.held[paper].code[0].url, has: hasKind("code") },
  { name: "Code licence", value: ({ data }, paper) => data.held[paper].code.map(licenceOf).join(", "), has: hasKind("code") },
  { name: "Citations", number: true, value: ({ data }, paper) => data.cites[paper], has: ({ data }) => data.hasCitations },
];

function hasKind(kind) {
  return ({ data }) => data.things.some((thing) => thing.kind === kind);
}

function sayFirst(names) {
  return names.length > 1 ? `${names[0]} +${names.length - 1}` : names.join("");
}

// What nobody knows stands last in either direction.
function comparePapers(app, { value }, down) {
  return (one, other) => {
    const [left, right] = [value(app, one), value(app, other)].map((each) => (each === "" ? null : each));
    if (left === null || right === null) return (left === null) - (right === null) || app.data.place[one] - app.data.place[other];
    const step = typeof left === "number" ? left - right : String(left).localeCompare(String(right), "en");
    return (down ? -step : step) || app.data.place[one] - app.data.place[other];
  };
}

function makeHead(app, columns) {
  const { sort } = app.state;
  return columns.map(({ name, number }) => {
    const turn = () => app.store.set({ sort: { column: name, down: sort.column === name ? !sort.down : Boolean(number && name !== "Rank") } });
    const cell = make("th", { scope: "col" }, makeButton(name, turn, { "data-key": `sort ${name}` }));
    if (sort.column === name) cell.setAttribute("aria-sort", sort.down ? "descending" : "ascending");
    return cell;
  });
}

function makeTableRow(app, columns, paper) {
  const cells = columns.map(({ title, number, value, all, address }) => {
    const text = value(app, paper);
    const unknown = text === null || text === "" || text === undefined;
    if (unknown) return make("td", { className: "quiet" }, "unknown");
    if (!title) return make("td", { className: number ? "number" : "", title: all ? all(app, paper) : "" }, address ? makeLink(address(app, paper), text) : String(text));
    return make("th", { scope: "row" }, makeButton(String(text), () => openPaper(app, paper), { className: "inline", "data-key": `open ${paper}` }));
  });
  return make("tr", { className: paper === app.state.paper ? "chosen" : "" }, make("td", {}, makeStar(app, paper, false)), ...cells);
}

function fillTable(app) {
  if (app.state.view !== "table") return;
  const topics = app.data.facets.slice(0, TOPIC_COLUMNS).map((facet) => ({ name: capitalize(facet), value: (_, paper) => topicsOf(app, paper, facet).join(", ") }));
  const columns = [...FIRST_COLUMNS, ...topics, ...LAST_COLUMNS].filter(({ has }) => !has || has(app));
  const column = columns.find(({ name }) => name === app.state.sort.column) || columns[0];
  const live = shownOf(app, app.data.order).sort(comparePapers(app, column, app.state.sort.down));
  const caption = make("caption", {}, `${sayCount(app.shownCount, "paper", "papers")}${app.shownCount < app.data.count ? ` of ${sayNumber(app.data.count)}` : ""}${live.length > MOST_ROWS ? `; the first ${sayNumber(MOST_ROWS)} are listed, filters narrow to the others` : ""}`);
  const head = make("tr", {}, make("th", { scope: "col" }, make("span", { className: "unseen" }, "Star")), ...makeHead(app, columns));
  refill(find("table"), [make("table", {}, caption, make("thead", {}, head), make("tbody", {}, ...live.slice(0, MOST_ROWS).map((paper) => makeTableRow(app, columns, paper))))]);
}
