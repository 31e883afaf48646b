// How large a dot is: what is known of its paper. Unknown is a ring, never the smallest dot.

function metricOf({ data, state }) {
  return { citations: data.cites, score: data.score, own: data.looks.own_size?.values }[state.size] || null;
}

// What sizes can say: citations, the score, values of the person who made the page, or nothing.
function listSizes({ hasCitations, hasScore, looks }) {
  return [...(hasCitations ? ["citations"] : []), ...(hasScore ? ["score"] : []), ...(looks.own_size ? ["own"] : []), "same"];
}

function saySize({ looks }, size) {
  return size === "own" ? looks.own_size.heading : size === "same" ? "all the same" : size;
}

function baseRadius({ data, camera }) {
  const plain = data.count <= 80 ? 7.5 : data.count <= MANY ? 5.5 : data.count <= HUGE ? 3.4 : data.count <= 30_000 ? 2 : 1.3;
  return camera.width < 600 ? plain * 0.62 : plain;
}

function radiusOf(app, value, base = baseRadius(app)) {
  const share = Math.min(1.3, Math.max(0, value) / app.sizeMost);
  return base * (0.55 + (app.data.many ? 2.1 : 1.25) * Math.sqrt(share));
}

function measurePapers(app) {
  const values = metricOf(app);
  const known = values ? values.filter((value) => value !== null).sort((one, other) => one - other) : [];
  app.sizeMost = Math.max(known[Math.floor((known.length - 1) * 0.99)] || 1, 1e-9);
  const base = baseRadius(app);
  for (let paper = 0; paper < app.data.count; paper++) {
    const value = values ? values[paper] : undefined;
    app.unknown[paper] = value === null ? 1 : 0;
    app.radius[paper] = value === undefined ? base : value === null ? base * 0.75 : radiusOf(app, value, base);
  }
}

// Dots grow a little as the reader comes nearer.
function growth({ state, camera }) {
  return state.view === "map" ? Math.min(2.2, Math.max(camera.k / camera.home, 0.5) ** 0.4) : 1;
}

function shownRadius(app, paper) {
  if (app.state.view !== "timeline") return app.radius[paper] * growth(app);
  if (app.timeline.lists) return Math.min(app.radius[paper] * 0.8, app.timeline.unit * 0.34);
  return Math.max(app.radius[paper] * 0.8, app.data.many ? 1.6 : 2.6);
}

// Round values for the key: 0, a quarter and all of the largest.
function keySizes(app) {
  const round = (value) => {
    const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
    return Math.round(value / power) * power;
  };
  return [...new Set([0, round(app.sizeMost / 4), round(app.sizeMost)])];
}
