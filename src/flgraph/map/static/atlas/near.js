// The neighbourhood of a paper: it in the middle, the more similar the nearer, earlier left, later right, and those of
// the same time above or below.

const MOST_AROUND = 24;

// The papers around the open one with their likeness; those only linked to it have likeness 0.
function collectAround(app) {
  const { data, state } = app;
  const around = new Map([[state.paper, 0]]);
  for (const { paper, likeness } of nearestOf(app, state.paper, 14)) around.set(paper, likeness);
  for (const other of [...data.citing[state.paper], ...data.citedBy[state.paper]]) {
    if (app.shown[other] && around.size < MOST_AROUND && !around.has(other)) around.set(other, 0);
  }
  return around;
}

// Earlier papers, later ones, and those of the same date; where dates are unknown, sides that say nothing.
function splitSides(app) {
  const { data, state } = app;
  const sides = [[], [], []];
  for (const [paper, likeness] of app.around) {
    if (paper === state.paper) continue;
    const known = data.date[paper] && data.date[state.paper] ? data.moment : data.year;
    const [then, now] = [known[paper], known[state.paper]];
    const side = now === null ? Number(sides[1].length < sides[0].length) : then === null || then === now ? 2 : Number(then > now);
    sides[side].push({ paper, likeness });
  }
  return sides.map((side) => side.sort((one, other) => other.likeness - one.likeness || one.paper - other.paper));
}

function layNear(app) {
  const x = new Float32Array(app.data.count).fill(AWAY);
  const y = new Float32Array(app.data.count).fill(AWAY);
  app.around = collectAround(app);
  const { width, height } = app.camera;
  const center = { x: width / 2, y: height / 2, wide: Math.max(40, Math.min(width / 2 - (width < 600 ? 40 : 190), 480)), high: Math.max(40, Math.min(height / 2 - 34, 340)) };
  const most = Math.max(1, ...app.around.values());
  x[app.state.paper] = center.x;
  y[app.state.paper] = center.y;
  const reachOf = (likeness) => (likeness ? 0.34 + 0.66 * (1 - Math.min(1, likeness / most)) ** 0.8 : 1);
  const [before, after, same] = splitSides(app);
  [before, after].forEach((side, right) => {
    const step = Math.min(50, (2 * center.high - 20) / Math.max(1, side.length));
    side.forEach(({ paper, likeness }, place) => {
      const far = reachOf(likeness);
      const slot = (place % 2 ? 1 : -1) * Math.ceil(place / 2) * step;
      const down = Math.max(-0.96, Math.min(0.96, slot / (center.high * far)));
      x[paper] = center.x + (right ? 1 : -1) * Math.sqrt(1 - down * down) * center.wide * far;
      y[paper] = center.y + down * center.high * far;
    });
  });
  layMiddle(same, reachOf, center, x, y, [...before, ...after].map(({ paper }) => paper));
  app.orbits = center;
  return [x, y];
}

// Above and below the middle, each in a row of its own on its side, so that its name has room.
function layMiddle(papers, reachOf, center, x, y, placed) {
  papers.forEach(({ paper, likeness }, place) => {
    const far = reachOf(likeness);
    let most = -1;
    for (const across of [0.14, 0.28, 0.42, 0.56, 0.7])
      for (let turn = 0; turn < 4; turn++) {
        const [right, down] = [(place + turn) % 2 ? -1 : 1, ((place + turn) >> 1) % 2 ? -1 : 1];
        const spot = [center.x + right * across * center.wide * far, center.y + down * Math.sqrt(1 - across * across) * center.high * far];
        const free = Math.min(34, ...placed.filter((other) => (x[other] - center.x) * right > 0).map((other) => Math.abs(y[other] - spot[1])));
        if (free > most) [most, x[paper], y[paper]] = [free, ...spot];
      }
    placed.push(paper);
  });
}

function orbitHeads({ orbits, camera }) {
  const { x, y, high } = orbits;
  const heads = [["most similar", 0.4], ["similar", 0.7], ["less similar", 1]].map(([text, share]) => ({ text, x, y: y - high * share, font: `12px ${FONT}` }));
  const sides = camera.width < 600 ? 34 : 44;
  return [...(high < 90 ? [] : heads), { text: "← earlier", x: sides, y: 14, font: `600 13px ${FONT}` }, { text: "later →", x: camera.width - sides, y: 14, font: `600 13px ${FONT}` }];
}

function orbitBoxes(app, context) {
  return orbitHeads(app).map(({ text, x, y, font }) => boxAround(x, y, measureText(context, text, font), 15));
}

function drawOrbits(app, context) {
  const { colors, camera, orbits, data, state } = app;
  if (state.paper < 0 || !orbits) return;
  const toScreen = (x, y) => placeOnScreen(app, x, y);
  context.strokeStyle = colors.edge;
  context.lineWidth = 1;
  context.setLineDash([2, 5]);
  context.globalAlpha = 0.7;
  for (const share of [0.4, 0.7, 1]) {
    context.beginPath();
    context.ellipse(...toScreen(orbits.x, orbits.y), orbits.wide * share * camera.k, orbits.high * share * camera.k, 0, 0, CIRCLE);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
  const most = Math.max(1, ...app.around.values());
  for (const [paper, likeness] of app.around) if (paper !== state.paper) drawSpoke(app, context, paper, likeness / most, data.citing[state.paper].includes(paper) || data.citedBy[state.paper].includes(paper));
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { text, x, y, font } of orbitHeads(app)) writeText(context, text, ...(y > 14 ? toScreen(x, y) : [x, y]), font, colors.quiet, colors.page);
}

// Papers that cite each other are joined by a dashed line.
function drawSpoke(app, context, paper, share, linked) {
  const { colors, state } = app;
  context.strokeStyle = linked ? colors.text : paperColor(app, paper);
  context.globalAlpha = linked ? 0.7 : 0.55;
  context.lineWidth = (0.9 + 3.6 * share) * (linked ? 0.7 : 1);
  context.setLineDash(linked ? [5, 4] : []);
  context.beginPath();
  curve(context, screenX(app, state.paper), screenY(app, state.paper), screenX(app, paper), screenY(app, paper), 0.06);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = 1;
}
