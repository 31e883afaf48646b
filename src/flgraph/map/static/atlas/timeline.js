// The timeline: dates across; down the ranks, or a lane for each region in which the papers of a year stand as a list.

const AWAY = -9000;

function isRanked({ state, data }) {
  return state.view === "timeline" && state.rows === "rank" && data.ranked > 0;
}

function timelineFrame(app) {
  const { camera, state, data } = app;
  const small = camera.width < 600;
  const live = [];
  for (let paper = 0; paper < data.count; paper++) if (app.shown[paper] && data.moment[paper] !== null) live.push(paper);
  const [earliest, latest] = spanOf(live.map((paper) => data.moment[paper]));
  const known = live.length > 0;
  const first = known ? Math.min(Math.floor(earliest), isYearChosen(app) ? state.from : Infinity) : data.firstYear;
  const last = known ? Math.max(Math.floor(latest) + 1, isYearChosen(app) ? state.until + 1 : 0) : data.lastYear + 1;
  const left = state.rows === "rank" ? 58 : small ? 112 : 178;
  const right = camera.width - (small ? 12 : 30);
  const toX = (moment) => left + ((moment - first) / Math.max(1, last - first)) * (right - left);
  const yearOnly = live.filter((paper) => !data.date[paper]).length;
  return { left, right, top: 34, bottom: camera.height - 14, first, last, toX, live, lanes: [], ranked: [], lists: data.count <= MANY && !small, size: 12.5, yearOnly, undated: app.shownCount - live.length };
}

function layRanks(app, frame, x, y) {
  const { data } = app;
  frame.ranked = frame.live.filter((paper) => data.rank[paper] !== null).sort((one, other) => data.rank[one] - data.rank[other]);
  frame.unranked = frame.live.length - frame.ranked.length;
  frame.lists = false;
  frame.size = sizeText((frame.bottom - frame.top - 14) / Math.max(1, frame.ranked.length));
  frame.ranked.forEach((paper, place) => {
    x[paper] = frame.toX(data.moment[paper]);
    y[paper] = rankY(frame, place + 0.5);
  });
}

function rankY(frame, place) {
  return frame.top + 8 + (place / Math.max(1, frame.ranked.length)) * (frame.bottom - frame.top - 14);
}

// The row of each paper of a lane: the first whose last paper, with its label, ends before this one begins.
function packLane(app, frame, papers) {
  const { data } = app;
  const font = `12.5px ${FONT}`;
  const ends = [];
  return papers.map((paper) => {
    const at = data.date[paper] || data.many ? frame.toX(data.moment[paper]) : frame.toX(data.year[paper]) + 14;
    const own = app.radius[paper] * 2;
    const room = frame.lists ? own + 14 + measureText(app.context, shorten(data.label[paper], 22), font) : data.many ? own : 20;
    let row = ends.findIndex((end) => end < at - app.radius[paper]);
    if (row < 0) row = ends.push(0) - 1;
    ends[row] = at + room;
    return { paper, at, row };
  });
}

function layLanes(app, frame, x, y) {
  const { data } = app;
  const inTime = (one, other) => data.moment[one] - data.moment[other] || data.place[one] - data.place[other];
  const byRegion = new Map();
  for (const paper of frame.live) {
    if (!byRegion.has(data.region[paper])) byRegion.set(data.region[paper], []);
    byRegion.get(data.region[paper]).push(paper);
  }
  const regions = [...byRegion.keys()].sort((one, other) => (one < 0) - (other < 0) || one - other);
  const lanes = regions.map((region) => {
    const spots = packLane(app, frame, byRegion.get(region).sort(inTime));
    return { region, spots, rows: spots.reduce((most, { row }) => Math.max(most, row + 1), 1) };
  });
  const gap = frame.bottom - frame.top < 330 ? 5 : 10;
  const total = lanes.reduce((sum, { rows }) => sum + rows, 0);
  const unit = Math.min(30, (frame.bottom - frame.top - gap * lanes.length) / Math.max(1, total));
  let down = frame.top + 4;
  for (const { region, spots, rows } of lanes) {
    frame.lanes.push({ region, top: down, bottom: down + rows * unit });
    for (const { paper, at, row } of spots) {
      x[paper] = at;
      y[paper] = down + (row + 0.5) * unit;
    }
    down += rows * unit + gap;
  }
  frame.lists = frame.lists && unit >= 11;
  frame.unit = unit;
  frame.size = sizeText(unit);
}

// Text that fits rows of a height, as long as it can be read.
function sizeText(unit) {
  return Math.max(9.5, Math.min(12.5, unit * 0.81));
}

function layTimeline(app) {
  const x = new Float32Array(app.data.count).fill(AWAY);
  const y = new Float32Array(app.data.count).fill(AWAY);
  const frame = timelineFrame(app);
  if (isRanked(app)) layRanks(app, frame, x, y);
  else layLanes(app, frame, x, y);
  app.timeline = frame;
  return [x, y];
}
