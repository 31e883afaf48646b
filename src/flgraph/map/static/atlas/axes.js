// Behind the dots of the timeline: years, ranks or lanes, and citations as arcs.

const TICKS = [1, 5, 10, 20, 30, 40, 50, 75, 100, 200, 500, 1000, 1500, 2000, 5000, 10_000, 20_000, 50_000];
const FEW_LINKS = 900;

function drawYears(app, context) {
  const { camera, colors, timeline: frame } = app;
  const across = (year) => frame.toX(year) * camera.k + camera.x;
  const room = across(frame.first + 1) - across(frame.first);
  const every = [1, 2, 5, 10, 20, 50, 100].find((step) => step * room > 38) || 200;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let year = frame.first; year < frame.last; year++) {
    const [left, right] = [across(year), across(year + 1)];
    if ((year - frame.first) % 2 === 0) {
      context.fillStyle = colors.edge;
      context.globalAlpha = 0.07;
      context.fillRect(left, 26, right - left, camera.height - 32);
      context.globalAlpha = 1;
    }
    if (every === 1 || year % every === 0) writeText(context, String(year), (left + right) / 2, 14, `600 13px ${FONT}`, colors.text);
  }
}

function drawRanks(app, context) {
  const { camera, colors, timeline: frame, data } = app;
  context.textBaseline = "middle";
  let above = -Infinity;
  for (const tick of TICKS.filter((each) => each <= frame.ranked.length)) {
    const y = rankY(frame, tick - 0.5) * camera.k + camera.y;
    if (y - above < 15) continue;
    above = y;
    context.textAlign = "right";
    writeText(context, String(tick), 44, y, `12px ${FONT}`, colors.quiet);
    context.strokeStyle = colors.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(50, y);
    context.lineTo(frame.right * camera.k + camera.x, y);
    context.stroke();
  }
  context.save();
  context.translate(10, (frame.top + frame.bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  writeText(context, `rank by ${data.hasScore ? "score" : "citations"}, 1 is first`, 0, 0, `12px ${FONT}`, colors.quiet);
  context.restore();
}

function laneName({ data }, region) {
  if (region >= 0) return data.regions[region].name;
  return data.regions.length ? "Apart" : "All papers";
}

function drawLanes(app, context) {
  const { camera, timeline: frame } = app;
  const font = `600 ${camera.width < 600 ? 11 : 13}px ${FONT}`;
  const line = camera.width < 600 ? 12 : 15;
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const lane of frame.lanes) {
    const [top, bottom] = [lane.top * camera.k + camera.y - 2, lane.bottom * camera.k + camera.y + 2];
    const color = app.state.color === "region" ? regionColor(app, lane.region) : app.colors.edge;
    const right = frame.right * camera.k + camera.x;
    context.fillStyle = color;
    context.globalAlpha = app.dark ? 0.13 : 0.08;
    context.fillRect(8, top, right - 8, bottom - top);
    context.globalAlpha = 1;
    context.fillRect(8, top, 3, bottom - top);
    const most = Math.max(1, Math.floor((bottom - top + 4) / line));
    const all = wrapText(context, laneName(app, lane.region), font, frame.left - 26);
    const lines = all.slice(0, most).map((text, place) => (place === most - 1 && all.length > most ? `${text}…` : text));
    const ink = color === app.colors.edge ? app.colors.quiet : color;
    lines.forEach((text, place) => writeText(context, clipText(context, text, font, frame.left - 22), 18, (top + bottom) / 2 + (place - (lines.length - 1) / 2) * line, font, ink));
  }
}

// Arcs from a paper to one that it cites.
function drawArcs(app, context, pairs, color) {
  context.strokeStyle = color;
  context.beginPath();
  for (const [from, to] of pairs) {
    if (!isPlaced(app, from) || !isPlaced(app, to)) continue;
    const [fromX, fromY, toX, toY] = [screenX(app, from), screenY(app, from), screenX(app, to), screenY(app, to)];
    context.moveTo(fromX, fromY);
    context.quadraticCurveTo((fromX + toX) / 2, Math.min(fromY, toY) - Math.min(90, Math.abs(fromX - toX) * 0.22), toX, toY);
  }
  context.stroke();
}

function drawCitations(app, context) {
  const { data, colors } = app;
  const paper = focusPaper(app);
  if (data.links.length <= FEW_LINKS) {
    const pairs = [];
    for (let place = 0; place < data.links.length; place += 2) pairs.push([data.links[place], data.links[place + 1]]);
    context.globalAlpha = paper >= 0 ? 0.1 : 0.4;
    context.lineWidth = 1;
    drawArcs(app, context, pairs, colors.edge);
  }
  if (paper >= 0) {
    context.globalAlpha = 0.9;
    context.lineWidth = 1.6;
    const told = (other) => !app.hover.pair || other === app.hover.paper;
    drawArcs(app, context, data.citing[paper].filter(told).map((other) => [paper, other]), colors.hues[0]);
    drawArcs(app, context, data.citedBy[paper].filter(told).map((other) => [other, paper]), colors.hues[1]);
  }
  context.globalAlpha = 1;
}

// What stays where it is while the timeline moves: the years above, lanes or ranks at the left.
function axisBoxes({ camera, timeline }) {
  return [{ left: 0, top: 0, right: camera.width, bottom: 26 }, { left: 0, top: 0, right: timeline.left - 6, bottom: camera.height }];
}

function drawTimeline(app, context) {
  drawYears(app, context);
  if (isRanked(app)) drawRanks(app, context);
  else drawLanes(app, context);
  drawCitations(app, context);
}
