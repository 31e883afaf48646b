// The papers that the map shows, as a table: to sort, to copy, and the map's twin for screen readers.

const UNKNOWN = "unknown";

function createTable(data, acts) {
  const box = find("table");
  const columns = [
    { name: "Rank", value: (node) => node.details.rank, skip: () => !data.nodes.some((node) => node.details.rank !== undefined) },
    { name: "Title", value: fullName, title: true },
    { name: "Year", value: (node) => node.details.year },
    { name: "Venue", value: (node) => node.details.venue_listed || node.details.venue },
    { name: "Citations", value: (node) => node.details.citation_count },
    { name: "Code", value: (node) => linked(node, "has_code", true).filter(({ other }) => !other.details.placeholder).length || undefined },
    { name: "Datasets", value: (node) => new Set([...linked(node, "uses_dataset", true), ...linked(node, "introduces_dataset", true)].map(({ other }) => other)).size || undefined },
  ].filter((column) => !column.skip || !column.skip());
  const order = { column: 0, down: false };
  let papers = [];

  function compare(one, other) {
    const { value } = columns[order.column];
    const [left, right] = [value(one), value(other)];
    // What nobody knows stands last either way.
    if (left === undefined || right === undefined) return (left === undefined) - (right === undefined) || one.index - other.index;
    const step = typeof left === "number" ? left - right : String(left).localeCompare(String(right), "en");
    return (order.down ? -step : step) || one.index - other.index;
  }
  function makeHead() {
    return columns.map((column, place) => {
      const button = make("button", { type: "button" }, column.name);
      button.addEventListener("click", () => {
        order.down = order.column === place ? !order.down : false;
        order.column = place;
        render();
        box.querySelectorAll("th button")[place].focus();
      });
      const cell = make("th", { scope: "col" }, button);
      if (place === order.column) cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      return cell;
    });
  }
  function makeRow(node) {
    const cells = columns.map((column) => {
      const value = column.value(node);
      if (!column.title) return make("td", { className: typeof value === "number" ? "number" : value === undefined ? "quiet" : "" }, value === undefined ? UNKNOWN : String(value));
      const button = make("button", { type: "button", className: "node" }, String(value));
      button.addEventListener("click", () => acts.open(node));
      return make("th", { scope: "row" }, button);
    });
    return make("tr", {}, ...cells);
  }
  function render() {
    if (box.hidden) return;
    const caption = make("caption", {}, `${sayCount(papers.length, "paper", "papers")} of the catalog that the map shows`);
    const rows = [...papers].sort(compare).map(makeRow);
    box.replaceChildren(make("table", {}, caption, make("thead", {}, make("tr", {}, ...makeHead())), make("tbody", {}, ...rows)));
  }
  function update(drawn) {
    papers = drawn.filter((node) => node.group === "paper");
    render();
  }
  function toggle() {
    box.hidden = !box.hidden;
    find("as-table").setAttribute("aria-pressed", String(!box.hidden));
    render();
  }
  find("as-table").addEventListener("click", toggle);
  return { update };
}
