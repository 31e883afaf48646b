// Papers by year and influence: x is the year, y the score, else citations; without either a paper a place, upward.

const YEAR_WIDTH = 170;
const HEIGHT = 620;
const STRIP = 90;
const ROW = 34;

function createAxes(data, theme, acts) {
  const papers = data.nodes.filter((node) => node.group === "paper");
  const home = new Map(data.nodes.map((node) => [node, [node.x, node.y]]));
  const years = papers.map((node) => node.details.year).filter((year) => year !== undefined);
  const first = Math.min(...years);
  const last = Math.max(...years);
  const measure = chooseMeasure();
  let on = false;

  function chooseMeasure() {
    if (papers.some((node) => node.details.score !== undefined)) return { name: "Score", of: (node) => node.details.score, scale: (value) => value };
    if (papers.some((node) => node.details.citation_count !== undefined)) return { name: "Citations (logarithm)", of: (node) => node.details.citation_count, scale: (value) => Math.log1p(value) };
    return null;
  }
  function columnOf(node) {
    return node.details.year === undefined ? -1 : node.details.year - first;
  }
  function place() {
    const values = measure ? papers.map(measure.of).filter((value) => value !== undefined).map(measure.scale) : [];
    const [low, high] = [Math.min(0, ...values), Math.max(1e-9, ...values)];
    const counts = new Map();
    const inOrder = [...papers].sort((one, other) => one.index - other.index);
    for (const node of inOrder) {
      const value = measure ? measure.of(node) : undefined;
      const known = value !== undefined;
      const key = `${columnOf(node)} ${known}`;
      const count = counts.get(key) || 0;
      counts.set(key, count + 1);
      const spread = ((count % 4) - 1.5) * (YEAR_WIDTH / 5);
      node.x = Math.round(columnOf(node) * YEAR_WIDTH + (known || measure ? spread : ((count % 3) - 1) * (YEAR_WIDTH / 3.4)));
      if (known) node.y = Math.round(-((measure.scale(value) - low) / (high - low)) * HEIGHT);
      else if (measure) node.y = STRIP + (1 + Math.floor(count / 4)) * ROW;
      else node.y = -Math.floor(count / 3) * ROW;
    }
  }
  function set(wanted) {
    on = wanted;
    if (on) place();
    else for (const [node, [x, y]] of home) Object.assign(node, { x, y });
    find("by-year").setAttribute("aria-pressed", String(on));
    acts.arrange();
  }
  // Lines and names behind the nodes, always of the same size on the screen.
  function draw(context, scale) {
    if (!on) return;
    context.font = `${13 / scale}px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
    context.fillStyle = theme.variable("--quiet");
    context.strokeStyle = theme.variable("--line");
    context.lineWidth = 1 / scale;
    context.textAlign = "center";
    context.textBaseline = "top";
    const bottom = measure ? STRIP / 2 : ROW;
    const unknownYear = papers.length > years.length;
    for (let column = unknownYear ? -1 : 0; column <= last - first; column++) {
      const x = column * YEAR_WIDTH;
      context.beginPath();
      context.moveTo(x - YEAR_WIDTH / 2, bottom);
      context.lineTo(x - YEAR_WIDTH / 2, -HEIGHT);
      context.stroke();
      context.fillText(column < 0 ? "year unknown" : String(first + column), x, bottom + 4 / scale);
    }
    context.textAlign = "left";
    const left = ((unknownYear ? -1 : 0) - 0.5) * YEAR_WIDTH;
    context.textBaseline = "bottom";
    context.fillText(measure ? `${measure.name} ↑` : "papers a year", left, -HEIGHT - 4 / scale);
    context.textBaseline = "top";
    if (measure && papers.some((node) => measure.of(node) === undefined)) context.fillText(`below: ${measure.name.split(" ")[0].toLowerCase()} unknown`, left, bottom + 22 / scale);
  }
  const button = find("by-year");
  button.hidden = years.length < 2;
  button.addEventListener("click", () => set(!on));
  return { allows: (node) => !on || node.group === "paper", draw, leave: () => on && set(false), isOn: () => on };
}
