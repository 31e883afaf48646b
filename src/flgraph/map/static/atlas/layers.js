// People, datasets, code, topics, venues and papers outside the list, as hollow glyphs beside the dots when asked for.

const CORNERS = { author: [-90, 30, 150], venue: [90, 210, 330], code: [0, 90, 180, 270], topic: [0, 60, 120, 180, 240, 300], dataset: [45, 135, 225, 315] };

function drawGlyph(context, kind, x, y, radius) {
  context.beginPath();
  CORNERS[kind].forEach((degrees, place) => {
    const angle = (degrees * Math.PI) / 180;
    const [across, down] = [x + radius * 1.15 * Math.cos(angle), y + radius * 1.15 * Math.sin(angle)];
    if (place) context.lineTo(across, down);
    else context.moveTo(across, down);
  });
  context.closePath();
}

// Things of two papers or more, and all things of the paper that is open; the open one itself always.
function isThingShown(app, thing) {
  if (app.state.view !== "map") return false;
  if (thing.index === app.state.thing) return true;
  if (!app.state.layers.has(thing.kind)) return false;
  const open = app.state.paper >= 0 && thing.papers.includes(app.state.paper);
  return open || (thing.papers.length > 1 && thing.papers.some((paper) => app.shown[paper]));
}

function shownThings(app) {
  if (app.state.view !== "map" || (!app.state.layers.size && app.state.thing < 0)) return [];
  return app.data.things.filter((thing) => isThingShown(app, thing));
}

function shownOutside(app) {
  if (app.state.view !== "map" || !app.state.layers.has("outside")) return [];
  return app.data.outside.filter(([, , , papers]) => papers.some((paper) => app.shown[paper]));
}

function placeOnScreen({ camera }, x, y) {
  return [x * camera.k + camera.x, y * camera.k + camera.y];
}

function drawThingLinks(app, context, thing, alpha) {
  const [x, y] = placeOnScreen(app, thing.x, thing.y);
  context.strokeStyle = app.colors.text;
  context.globalAlpha = alpha;
  context.lineWidth = 1.2;
  context.beginPath();
  for (const paper of thing.papers) if (app.shown[paper]) curve(context, x, y, screenX(app, paper), screenY(app, paper), 0.08);
  context.stroke();
  context.globalAlpha = 1;
}

function glyphRadius(thing) {
  return 4 + Math.min(4, Math.sqrt(thing.papers.length));
}

function drawOutside(app, context) {
  context.strokeStyle = app.colors.quiet;
  context.lineWidth = 1.2;
  for (const [, , , , outsideX, outsideY] of shownOutside(app)) {
    const [x, y] = placeOnScreen(app, finite(outsideX), finite(outsideY));
    context.beginPath();
    context.arc(x, y, 3, 0, CIRCLE);
    context.stroke();
  }
}

function drawLayers(app, context) {
  const things = shownThings(app);
  const loud = focusThing(app);
  drawOutside(app, context);
  for (const thing of things) {
    const open = app.state.paper >= 0 && thing.papers.includes(app.state.paper);
    if (thing.index === loud || open) drawThingLinks(app, context, thing, thing.index === loud ? 0.6 : 0.25);
  }
  const paper = focusPaper(app);
  for (const thing of things) {
    const [x, y] = placeOnScreen(app, thing.x, thing.y);
    context.globalAlpha = paper < 0 || thing.papers.includes(paper) ? 1 : 0.25;
    drawGlyph(context, thing.kind, x, y, glyphRadius(thing));
    context.fillStyle = app.colors.page;
    context.fill();
    context.strokeStyle = thing.index === loud ? app.colors.text : app.colors.quiet;
    context.lineWidth = thing.index === loud ? 2 : 1.3;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function thingAt(app, x, y) {
  const found = shownThings(app).find((thing) => {
    const [across, down] = placeOnScreen(app, thing.x, thing.y);
    return Math.hypot(across - x, down - y) < 9;
  });
  if (found) return found.index;
  const label = app.labels.find((each) => each.thing >= 0 && x >= each.left && x <= each.right && y >= each.top && y <= each.bottom);
  return label ? label.thing : -1;
}
