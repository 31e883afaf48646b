// Labels are written where they were placed, and carried along while the picture moves.

function markPlace(app, label) {
  if (label.paper >= 0) return [screenX(app, label.paper), screenY(app, label.paper)];
  const thing = app.data.things[label.thing];
  return placeOnScreen(app, thing.x, thing.y);
}

function drawLeader(app, context, label, x, y) {
  const [endX, endY] = anchorOf(label, x, y);
  const far = Math.hypot(endX - x, endY - y) || 1;
  const radius = label.mark.radius + 1;
  context.strokeStyle = app.colors.quiet;
  context.lineWidth = 0.9;
  context.beginPath();
  context.moveTo(x + ((endX - x) * radius) / far, y + ((endY - y) * radius) / far);
  context.lineTo(endX, endY);
  context.stroke();
}

function drawLabel(app, context, label, focus) {
  const { colors, camera } = app;
  const [x, y] = markPlace(app, label);
  label.left = x + label.offX;
  label.top = y + label.offY;
  label.right = label.left + label.width;
  label.bottom = label.top + label.height;
  const loud = label.paper >= 0 && (!focus || focus.has(label.paper));
  context.globalAlpha = 1;
  if (label.kind === "leader") drawLeader(app, context, label, x, y);
  if (label.kind === "over") {
    context.strokeStyle = colors.text;
    context.lineWidth = 1.3;
    context.beginPath();
    context.arc(x, y, label.mark.radius + 1, 0, CIRCLE);
    context.stroke();
  }
  const outward = app.state.view === "near" && x < camera.width / 2 && !label.mark.central && label.kind === "direct" && label.right < x;
  const central = app.state.view === "near" && label.mark.central;
  context.textAlign = outward ? "right" : central ? "center" : "left";
  const at = outward ? label.right : central ? (label.left + label.right) / 2 : label.left;
  writeText(context, label.text, at, label.top + label.size * 0.61, label.font, loud ? colors.text : colors.quiet, colors.page);
  if (label.why) writeText(context, label.why, at, label.top + label.size * 1.22 + 7, `11.5px ${FONT}`, colors.quiet, colors.page);
}

// A paper that is pointed at in the panel and has no label gets one above all others.
function drawLoudLabel(app, context, paper) {
  if (paper < 0 || !isPlaced(app, paper) || app.labels.some((label) => label.paper === paper)) return;
  const font = `700 13px ${FONT}`;
  const text = shorten(app.data.label[paper], 30);
  const width = measureText(context, text, font) + 12;
  const gap = shownRadius(app, paper) + 6;
  const [x, y] = [screenX(app, paper), screenY(app, paper)];
  const left = Math.max(0, x + gap + width > app.camera.width ? x - gap - width : x + gap);
  context.fillStyle = app.colors.page;
  context.fillRect(left, y - 11, width, 22);
  context.textAlign = "left";
  writeText(context, text, left + 6, y, font, app.colors.text, app.colors.page);
}

function drawLabels(app, context, focus) {
  context.textBaseline = "middle";
  for (const label of app.labels) drawLabel(app, context, label, focus);
  context.globalAlpha = 1;
  for (const paper of new Set([focusPaper(app), app.hover.paper])) drawLoudLabel(app, context, paper);
}
