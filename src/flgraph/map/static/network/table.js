// The nodes that are drawn, as a table: to sort, to copy, and the picture's twin for screen readers.

const UNKNOWN = "unknown";
const MOST_ROWS = 1000;

function createTable(data, acts) {
  const box = find("table");
  const any = (test) => data.nodes.some(test);
  const columns = [
    { name: "Name", value: fullName, title: true },
    { name: "Kind", value: describeKind, used: any((node) => node.kind !== data.nodes[0].kind) },
    { name: "Category", value: (node) => node.category, used: data.legend.length > 0 },
    { name: "Year", value: (node) => node.details.year, used: any((node) => node.details.year !== undefined) },
    { name: "Citations", value: (node) => node.details.citation_count, used: any((node) => node.details.citation_count !== undefined) },
    { name: "Links", value: (node) => node.links.length },
  ].filter((column) => column.used !== false);
  const order = { column: columns.length - 1, down: true };
  let drawn = [];

  function compare(one, other) {
    const { value } = columns[order.column];
    const [left, right] = [value(one), value(other)];
    // What nobody knows stands last either way.
    if (left === undefined || right === undefined) return (left === undefined) - (right === undefined) || one.index - other.index;
    const step = typeof left === "number" && typeof right === "number" ? left - right : String(left).localeCompare(String(right), "en");
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
      if (!column.title) return make("td", { className: typeof value === "number" ? "number" : value === undefined ? "quiet" : "" }, value === undefined ? UNKNOWN : sayValue(value));
      const button = make("button", { type: "button", className: "node" }, String(value));
      button.addEventListener("click", () => acts.open(node));
      return make("th", { scope: "row" }, button);
    });
    return make("tr", {}, ...cells);
  }
  function render() {
    if (box.hidden) return;
    const whole = `${sayCount(drawn.length, "node", "nodes")} that the picture shows`;
    const caption = make("caption", {}, drawn.length > MOST_ROWS ? `The first ${MOST_ROWS.toLocaleString("en")} of ${whole}` : whole);
    const rows = [...drawn].sort(compare).slice(0, MOST_ROWS).map(makeRow);
    box.replaceChildren(make("table", {}, caption, make("thead", {}, make("tr", {}, ...makeHead())), make("tbody", {}, ...rows)));
  }
  function update(nodes) {
    drawn = nodes;
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
