// A label stands where it cannot be misread, or not at all: over no mark and no text, and nearer to its own mark than
// to any other by five pixels; else at the end of a line that crosses nothing.

const AHEAD = 5;
const AHEAD_IN_ROWS = 1.5; // beside a dot of the timeline, a name belongs to its row
const TRIES = 8; // papers that are tried for each label
const RAYS = Array.from({ length: 16 }, (_, ray) => [Math.cos((ray * Math.PI) / 8), Math.sin((ray * Math.PI) / 8)]);

// On paper, what is open takes no label from another.
function openPaperOf({ printing, state }) {
  return printing && state.view !== "near" ? -1 : state.paper;
}

// The label of the neighbourhood has a second line: why the paper is there, in as many whole reasons as fit.
function whyLine(app, context, paper) {
  if (app.state.view !== "near" || paper === app.state.paper || app.camera.width < 600) return null;
  const fits = (text) => measureText(context, text, `11.5px ${FONT}`) <= (app.camera.width < 900 ? 160 : 250);
  return explainNear(app, app.state.paper, paper).split(" · ").reduce((said, reason) => [said && `${said} · ${reason}`, reason, said].find((text) => text && fits(text) && text.startsWith(said)) || "", "") || null;
}

function wantLabel(app, context, mark) {
  const { data, state, camera } = app;
  const size = state.view === "timeline" ? app.timeline.size : camera.width < 600 ? 10.5 : camera.home < 0.75 ? 11.5 : 12.5;
  const bold = mark.paper >= 0 && mark.paper === openPaperOf(app);
  const font = `${mark.paper < 0 ? "italic " : bold ? "700 " : ""}${size}px ${FONT}`;
  const plain = mark.paper < 0 ? shorten(data.things[mark.thing].short, 24) : shorten(data.label[mark.paper], state.view === "timeline" ? 22 : 30);
  const text = mark.paper >= 0 && state.stars.has(mark.paper) ? `★ ${plain}` : plain;
  const why = mark.paper >= 0 ? whyLine(app, context, mark.paper) : null;
  const width = Math.max(measureText(context, text, font), why ? measureText(context, why, `11.5px ${FONT}`) : 0);
  return { mark, text, why, font, size, width, height: size * 1.22 + (why ? 14 : 0) };
}

function directSpots({ mark, width, height }, view, middle) {
  const { x, y, radius } = mark;
  const gap = radius + 4;
  const right = [x + gap, y - height / 2, 0];
  const left = [x - gap - width, y - height / 2, 0.6];
  if (view === "timeline") return [right, left];
  const below = [x - width / 2, y + radius + 3, 0.5];
  const above = [x - width / 2, y - radius - 3 - height, 0.7];
  if (view === "near") return mark.central ? [below, above] : [x < middle ? [left[0], left[1], 0] : right, below, above];
  const [in1, in2] = [gap * 0.75, radius * 0.6];
  return [right, left, below, above, [x + in1, y + in2, 1], [x + in1, y - in2 - height, 1], [x - in1 - width, y + in2, 1.3], [x - in1 - width, y - in2 - height, 1.3]];
}

function* leaderSpots({ mark, width, height }, reaches) {
  for (const reach of reaches)
    for (const [across, down] of RAYS) {
      const [x, y] = [mark.x + across * (mark.radius + reach), mark.y + down * (mark.radius + reach)];
      const left = across > 0.3 ? x : across < -0.3 ? x - width : x - width / 2;
      const top = down > 0.3 ? y : down < -0.3 ? y - height : y - height / 2;
      yield [left, top, 3 + reach * 0.05];
    }
}

// The end of a leader line: the point of the box nearest to the mark.
function anchorOf(box, x, y) {
  return [Math.max(box.left, Math.min(x, box.right)), Math.max(box.top + 2, Math.min(y, box.bottom - 2))];
}

function lineDistance(fromX, fromY, toX, toY, x, y) {
  const [across, down] = [toX - fromX, toY - fromY];
  const share = Math.max(0, Math.min(1, ((x - fromX) * across + (y - fromY) * down) / (across * across + down * down || 1)));
  return Math.hypot(fromX + share * across - x, fromY + share * down - y);
}

function leaderIsFree(label, box, boxes, marks) {
  const { mark } = label;
  const [endX, endY] = anchorOf(box, mark.x, mark.y);
  const line = { left: Math.min(mark.x, endX), right: Math.max(mark.x, endX), top: Math.min(mark.y, endY), bottom: Math.max(mark.y, endY) };
  if (clashes(line, boxes, 1) || boxes.some((other) => other.line && overlap(line, other.line, 1))) return false;
  return marks.every(line, 40, (other) => other === mark || lineDistance(mark.x, mark.y, endX, endY, other.x, other.y) >= other.radius + 3) && line;
}

// How a label fits a box: its cost, or null when the label would be misread there.
function judgeSpot(label, box, marks, kind, ahead) {
  const { mark } = label;
  const own = boxDistance(box, mark.x, mark.y) - mark.radius;
  let cost = 0;
  const free = marks.every(box, 46, (other) => {
    if (other === mark) return true;
    const far = boxDistance(box, other.x, other.y) - other.radius;
    if (kind === "over" && other.radius < Math.max(3, mark.radius * 0.7)) cost += far < 2 ? 0.12 : 0;
    else if (far < 2 || (kind === "direct" && (far < own + ahead || far + other.radius <= own + mark.radius))) return false;
    else cost += far < 16 ? (16 - far) * 0.1 : 0;
    return true;
  });
  return free ? cost : null;
}

function findSpot(app, label, spots, marks, boxes, kind) {
  let best = null;
  const rows = app.state.view === "timeline";
  for (const [left, top, cost] of spots) {
    const box = { left, top, right: left + label.width, bottom: top + label.height };
    if ((best && cost >= best.cost) || !isOnScreen(box, app.camera) || clashes(box, boxes, rows ? 0 : 2)) continue;
    if (boxes.some((other) => other.line && overlap(box, other.line, 1))) continue;
    const crowd = judgeSpot(label, box, marks, kind, rows ? AHEAD_IN_ROWS : AHEAD);
    if (crowd === null || (best && cost + crowd >= best.cost)) continue;
    const line = kind === "leader" ? leaderIsFree(label, box, boxes, marks) : null;
    if (line !== false) best = { ...box, cost: cost + crowd, kind, line };
  }
  return best;
}

function placeLabel(app, label, marks, boxes) {
  const { data, state, camera } = app;
  const crowded = marks.list.length > 130;
  const free = state.view === "map" || (isRanked(app) && camera.width >= 600);
  const direct = directSpots(label, state.view, camera.width / 2);
  let best = findSpot(app, label, direct, marks, boxes, "direct");
  if (!best && data.count <= 1000 && free) {
    const far = crowded || label.mark.paper === openPaperOf(app);
    best = findSpot(app, label, leaderSpots(label, far ? [14, 24, 36, 50, 64, 80] : [16, 26, 38]), marks, boxes, "leader");
  }
  if (!best && crowded && free && label.mark.paper >= 0) best = findSpot(app, label, direct, marks, boxes, "over");
  return best;
}

// Who gets a label, the most important first: what is open, the reading list, then rank and links. Where one finds no
// room, the next is tried.
function chooseMarks(app, marks) {
  const { data, state, camera } = app;
  const focus = app.printing ? null : focusSet({ data, state, shown: app.shown, hover: NO_HOVER }); // a label stays when the pointer leaves
  const lists = state.view === "timeline" && app.timeline.lists;
  const opened = openPaperOf(app);
  const weight = (paper) => (paper === opened ? 4e6 : 0) + (state.stars.has(paper) ? 2e6 : 0) + (data.rank[paper] === null ? 0 : data.count - data.place[paper]) + data.degree[paper] * 0.01;
  const wanted = marks.list
    .filter(({ paper }) => paper >= 0 && (!focus || focus.has(paper) || lists))
    .map((mark) => [weight(mark.paper), mark])
    .sort(([one], [other]) => other - one); // of equal weight, in the order of the list
  const size = ({ thing }) => data.things[thing].papers.length;
  const open = (thing) => opened < 0 || data.things[thing].papers.includes(opened);
  const things = marks.list.filter(({ thing }) => thing >= 0 && open(thing)).sort((one, other) => (other.thing === state.thing) - (one.thing === state.thing) || size(other) - size(one)).slice(0, 80);
  const most = focus ? 60 : data.count <= 120 || lists ? 400 : Math.round(26 * Math.max(1, camera.k / camera.home) ** 1.5);
  return { wanted: wanted.slice(0, TRIES * most).map(([, mark]) => mark), most, things };
}

function placeLabels(app, context) {
  const marks = collectMarks(app);
  for (const mark of marks.list) mark.central = app.state.view === "near" && mark.paper === app.state.paper;
  app.names = placeNames(app, context, marks);
  const boxes = [...app.names, ...(app.state.view === "near" ? orbitBoxes(app, context) : app.state.view === "timeline" ? axisBoxes(app) : [])];
  app.labels = [];
  const place = (mark) => {
    const label = wantLabel(app, context, mark);
    const spot = placeLabel(app, label, marks, boxes);
    if (!spot) return;
    const { left, top, right, bottom, kind, line } = spot;
    boxes.push(spot);
    app.labels.push({ ...label, left, top, right, bottom, kind, line, paper: mark.paper, thing: mark.thing, offX: left - mark.x, offY: top - mark.y });
  };
  const { wanted, most, things } = chooseMarks(app, marks);
  for (const mark of wanted) if (app.labels.length < most) place(mark);
  things.forEach(place);
}
