// The names of the regions: placed before all other labels, in the free spot that Python kept or in another of the region.

function nameFont({ data, camera }, region) {
  if (camera.width < 600) return 11.5;
  const share = data.members[region].length / data.count;
  const near = data.count > 130 ? 1 : Math.min(1, 0.5 + camera.home / 2); // a small picture has small names
  return Math.round(near * Math.min(data.many ? 23 : 20, 14.5 + 1.6 * Math.sqrt(share * 20)));
}

function regionBox(app, region) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const ring = app.data.regions[region].rings.reduce((most, each) => (each.length > most.length ? each : most), []);
  for (let place = 0; place + 1 < ring.length; place += 2) {
    const [x, y] = placeOnScreen(app, ring[place], ring[place + 1]);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

function boxAround(x, y, width, height) {
  return { x, y, left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function isOnScreen(box, { width, height }) {
  return box.left > 4 && box.right < width - 4 && box.top > 3 && box.bottom < height - 3;
}

// Where a name may stand, the best first: the spot of its own, at the rims of a full region, or anywhere in it.
function* nameSpots(app, region, area, width, height) {
  const { spot } = app.data.regions[region];
  const { camera, data } = app;
  const middle = (area.left + area.right) / 2;
  if (spot) {
    const [x, y] = placeOnScreen(app, finite(spot[0]), finite(spot[1]));
    yield [Math.max(width / 2 + 6, Math.min(camera.width - width / 2 - 6, x)), Math.max(height / 2 + 4, y), 0];
  }
  if (data.count > 130) {
    yield [middle, area.top - height / 2 + 6, 0.1];
    yield [middle, area.bottom + height / 2 - 4, 0.5];
    yield [area.left - width / 2, (area.top + area.bottom) / 2, 0.9];
    yield [area.right + width / 2, (area.top + area.bottom) / 2, 0.9];
    yield [area.left + width / 2, area.top - height / 2 + 14, 0.6];
    yield [area.right - width / 2, area.top - height / 2 + 14, 0.6];
  }
  const step = data.many ? 24 : camera.width < 600 ? 4 : 9;
  for (let y = area.top - 14; y <= area.bottom + 14; y += step)
    for (let x = area.left - 14; x <= area.right + 14; x += step) {
      const off = Math.hypot(x - middle, (y - (area.top + area.bottom) / 2) * 1.2);
      yield [x, y, 1.2 + off / (data.many ? 60 : 110)];
    }
}

function isInRegion(app, context, path, x, y) {
  const { camera } = app;
  return context.isPointInPath(path, (x - camera.x) / camera.k, (y - camera.y) / camera.k, "evenodd");
}

function ringPath(rings) {
  const path = new Path2D();
  traceRings(path, rings, { k: 1, x: 0, y: 0 });
  return path;
}

// How a name may be set: large on few lines; where that finds no room, smaller, with the part before a slash only, and
// at last without the count.
function* nameShapes(app, context, region) {
  const size = nameFont(app, region);
  const whole = shorten(app.data.regions[region].name, 60);
  const head = whole.split(/ \/ | \(/)[0];
  const wide = app.camera.width < 600 ? 92 : 178;
  const small = Math.min(size, app.camera.width < 600 ? 10.5 : 13);
  const least = Math.min(small, 9.5);
  const shapes = [[whole, size, wide, 15], [whole, small, 1.5 * wide, 15], [whole, small, 0.62 * wide, 15], [head, small, wide, 15], [head, small, wide, 0], [head, small, 0.62 * wide, 0], [head, least, wide, 0], [head, least, 0.62 * wide, 0]];
  for (const [text, points, most, below] of shapes) {
    const font = `700 ${points}px ${FONT}`;
    const lines = wrapText(context, text, font, most);
    const width = Math.max(...lines.map((line) => measureText(context, line, font)), below * 4) + 6;
    yield { lines, size: points, font, width, below, height: lines.length * points * 1.12 + below };
  }
}

function placeName(app, context, region, marks, boxes) {
  const area = regionBox(app, region);
  const { camera, data } = app;
  if (!(area.right > 0 && area.left < camera.width && area.bottom > 0 && area.top < camera.height)) return null;
  app.paths[region] ||= ringPath(data.regions[region].rings);
  for (const most of data.count > 130 ? [Infinity] : [0, 1, 3])
    for (const shape of nameShapes(app, context, region)) {
      const spot = findNameSpot(app, context, region, area, shape, marks, boxes, most);
      if (spot) return { ...spot, ...shape, region };
    }
  return null;
}

// The best spot for a name, over no more dots than `most`.
function findNameSpot(app, context, region, area, { width, height }, marks, boxes, most) {
  const { camera, data } = app;
  const few = data.count <= 130;
  const gap = !few ? 3 : camera.width < 600 ? 2 : 4;
  let best = null;
  for (const [x, y, far] of [...nameSpots(app, region, area, width, height)].sort((one, other) => one[2] - other[2])) {
    if (best && (far >= best.cost || (data.many && far > 1))) break;
    const box = boxAround(x, y, width, height);
    if (!isOnScreen(box, camera) || clashes(box, boxes, 3)) continue;
    const under = marks.countUnder(box, gap, most);
    let cost = far + under * (few ? 1.5 : data.huge ? 0.01 : 0.05);
    if (under > most || (best && cost >= best.cost)) continue;
    if (few) cost += 1.5 * [x, box.left, box.right].filter((side) => !isInRegion(app, context, app.paths[region], side, y)).length;
    if (!best || cost < best.cost) best = { ...box, cost };
  }
  return best;
}

// Where the names stand; they follow the camera until they are placed anew.
function placeNames(app, context, marks) {
  const { data, camera } = app;
  if (app.state.view !== "map") return [];
  const names = [];
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  for (let region = 0; region < data.regions.length; region++) {
    const papers = app.shownIn[region];
    const name = papers && data.regions[region].rings.length ? placeName(app, context, region, marks, names) : null;
    if (name) names.push({ ...name, papers, worldX: (name.x - camera.x) / camera.k, worldY: (name.y - camera.y) / camera.k });
  }
  context.restore();
  return names;
}

function drawNames(app, context) {
  const { colors, state } = app;
  const chosen = app.printing ? -1 : focusRegion(app);
  const quiet = !app.printing && (focusPaper(app) >= 0 || focusThing(app) >= 0);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const name of app.names) {
    const [x, y] = placeOnScreen(app, name.worldX, name.worldY);
    const line = name.size * 1.12;
    const top = y - name.height / 2 + line / 2;
    const plain = quiet || (chosen >= 0 && chosen !== name.region) || state.color !== "region";
    const color = plain ? colors.quiet : regionColor(app, name.region);
    name.lines.forEach((text, place) => writeText(context, text, x, top + place * line, name.font, color, colors.page));
    if (name.below) writeText(context, sayCount(name.papers, "paper", "papers"), x, top + name.lines.length * line - 1, `12px ${FONT}`, colors.quiet, colors.page);
  }
}

function regionAt(app, x, y) {
  const found = app.names.find((name) => {
    const [across, down] = placeOnScreen(app, name.worldX, name.worldY);
    return Math.abs(across - x) < (name.right - name.left) / 2 && Math.abs(down - y) < name.height / 2;
  });
  return app.state.view === "map" && found ? found.region : -1;
}
