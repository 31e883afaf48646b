// The dots: one for each paper, specks for those filtered out, rings for those whose size is unknown.

const CIRCLE = 2 * Math.PI;

function isIn(box, x, y, margin) {
  return x > box.left - margin && x < box.right + margin && y > box.top - margin && y < box.bottom + margin;
}

function drawSpecks(app, context, box) {
  if (app.shownCount === app.data.count || app.state.view !== "map") return;
  context.fillStyle = app.colors.speck;
  context.beginPath();
  for (let paper = 0; paper < app.data.count; paper++) {
    if (app.shown[paper]) continue;
    const [x, y] = [screenX(app, paper), screenY(app, paper)];
    if (isIn(box, x, y, 0)) context.rect(x - 1.5, y - 1.5, 3, 3);
  }
  context.fill();
}

function traceDot(context, x, y, radius) {
  if (radius < 1.7) return context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  context.moveTo(x + radius, y);
  return context.arc(x, y, radius, 0, CIRCLE);
}

function drawDots(app, context, papers, color, alpha) {
  if (!papers.length) return;
  context.globalAlpha = alpha;
  context.fillStyle = color;
  context.beginPath();
  for (const paper of papers) traceDot(context, screenX(app, paper), screenY(app, paper), shownRadius(app, paper));
  context.fill();
  if (!app.data.huge) {
    context.strokeStyle = app.colors.page;
    context.lineWidth = app.data.many ? 0.8 : 1.5;
    if (alpha > 0.3) context.stroke();
    drawHoles(app, context, papers);
  }
  context.globalAlpha = 1;
}

function drawHoles(app, context, papers) {
  const hollow = papers.filter((paper) => app.unknown[paper]);
  if (!hollow.length) return;
  context.globalAlpha = 1;
  context.fillStyle = app.colors.page;
  context.beginPath();
  for (const paper of hollow) {
    const radius = shownRadius(app, paper) * 0.55;
    context.moveTo(screenX(app, paper) + radius, screenY(app, paper));
    context.arc(screenX(app, paper), screenY(app, paper), radius, 0, CIRCLE);
  }
  context.fill();
}

function drawMarks(app, context, box, focus) {
  drawSpecks(app, context, box);
  const bright = app.classes.map(() => []);
  const faded = app.classes.map(() => []);
  for (let paper = 0; paper < app.data.count; paper++) {
    if (!isPlaced(app, paper) || !isIn(box, screenX(app, paper), screenY(app, paper), 20)) continue;
    (focus && !focus.has(paper) ? faded : bright)[app.classOf[paper]].push(paper);
  }
  app.classes.forEach(({ color }, index) => drawDots(app, context, faded[index], color, 0.22));
  app.classes.forEach(({ color }, index) => drawDots(app, context, bright[index], color, app.data.huge ? 0.8 : 1));
}

// --- what is in focus ------------------------------------------------------------------------------------

function drawRing(app, context, paper, more, width) {
  context.strokeStyle = app.colors.text;
  context.lineWidth = width;
  context.beginPath();
  context.arc(screenX(app, paper), screenY(app, paper), shownRadius(app, paper) + more, 0, CIRCLE);
  context.stroke();
}

function drawDisc(app, context, paper) {
  context.fillStyle = paperColor(app, paper);
  context.strokeStyle = app.colors.page;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(screenX(app, paper), screenY(app, paper), Math.max(app.data.huge ? 3.5 : 0, shownRadius(app, paper)), 0, CIRCLE);
  context.fill();
  context.stroke();
  if (app.unknown[paper]) drawHoles(app, context, [paper]);
}

// The links to the most similar papers: the more similar, the wider.
function drawNearest(app, context, paper) {
  const near = nearestOf(app, paper, NEAREST);
  const most = near.length ? near[0].likeness || 1 : 1;
  context.strokeStyle = paperColor(app, paper);
  context.lineCap = "round";
  for (const { paper: other, likeness } of near) {
    if (app.hover.pair && other !== app.hover.paper) continue;
    context.globalAlpha = 0.25 + 0.65 * (likeness / most);
    context.lineWidth = 0.8 + 3.4 * (likeness / most);
    context.beginPath();
    curve(context, screenX(app, paper), screenY(app, paper), screenX(app, other), screenY(app, other), 0.12);
    context.stroke();
  }
  context.globalAlpha = 1;
}

// Thousands of dots come from the bitmap: they fade under a veil, and those in focus are drawn above it.
function drawVeil(app, context, box) {
  context.fillStyle = app.colors.page;
  context.globalAlpha = 0.55;
  context.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.globalAlpha = 1;
}

function drawFocus(app, context, box, focus) {
  const paper = focusPaper(app);
  const onMap = app.state.view === "map";
  if (app.data.huge && focus && onMap) drawVeil(app, context, box);
  if (paper >= 0 && onMap && app.shown[paper]) drawNearest(app, context, paper);
  if (focus && onMap && (paper >= 0 || app.data.huge)) for (const each of focus) if (app.shown[each]) drawDisc(app, context, each);
  const chosen = app.state.paper;
  if (chosen >= 0 && isPlaced(app, chosen)) drawRing(app, context, chosen, 3.5, 2.2);
  if (app.hover.paper >= 0 && isPlaced(app, app.hover.paper)) drawRing(app, context, app.hover.paper, 2.5, 1.4);
}
