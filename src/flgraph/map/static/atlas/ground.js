// Behind the dots: the regions as tinted areas, and the few strongest links.

function traceRings(context, rings, { k, x, y }) {
  for (const ring of rings) {
    for (let place = 0; place + 1 < ring.length; place += 2) {
      const [across, down] = [ring[place] * k + x, ring[place + 1] * k + y];
      if (place) context.lineTo(across, down);
      else context.moveTo(across, down);
    }
    context.closePath();
  }
}

function drawRegions(app, context) {
  const plain = app.state.color !== "region";
  const chosen = app.printing ? -1 : focusRegion(app);
  app.data.regions.forEach(({ rings }, region) => {
    if (!rings.length) return;
    const faded = (chosen >= 0 && chosen !== region) || !app.shownIn[region];
    const color = plain ? app.colors.edge : regionColor(app, region);
    context.beginPath();
    traceRings(context, rings, app.camera);
    context.fillStyle = color;
    context.globalAlpha = (plain ? 0.08 : app.dark ? 0.17 : 0.125) * (faded ? 0.4 : 1);
    context.fill("evenodd");
    context.strokeStyle = color;
    context.globalAlpha = faded ? 0.15 : 0.42;
    context.lineWidth = 1.1;
    context.stroke();
  });
  context.globalAlpha = 1;
}

function curve(context, fromX, fromY, toX, toY, bend) {
  context.moveTo(fromX, fromY);
  if (bend) context.quadraticCurveTo((fromX + toX) / 2 + (toY - fromY) * bend, (fromY + toY) / 2 - (toX - fromX) * bend, toX, toY);
  else context.lineTo(toX, toY);
}

// The links of the backbone by the region they are within; the first list is of those across regions.
function sortBackbone({ data }) {
  const lists = Array.from({ length: data.regions.length + 1 }, () => []);
  for (let place = 0; place < data.backbone.length; place += 2) {
    const [one, other] = [data.backbone[place], data.backbone[place + 1]];
    const region = data.region[one];
    lists[region >= 0 && region === data.region[other] ? region + 1 : 0].push([one, other]);
  }
  return lists;
}

function isOutside(box, fromX, fromY, toX, toY) {
  return Math.max(fromX, toX) < box.left || Math.min(fromX, toX) > box.right || Math.max(fromY, toY) < box.top || Math.min(fromY, toY) > box.bottom;
}

function drawBackbone(app, context, box, focus) {
  const { data, camera } = app;
  if (data.huge && camera.k < camera.home * 3) return;
  const plain = app.state.color !== "region";
  context.lineWidth = data.many ? 0.6 : 1.1;
  app.backbone.forEach((links, list) => {
    context.strokeStyle = list === 0 || plain ? app.colors.edge : regionColor(app, list - 1);
    context.globalAlpha = focus ? 0.12 : data.many ? 0.2 : list === 0 ? 0.25 : 0.45;
    context.beginPath();
    for (const [one, other] of links) {
      if (!app.shown[one] || !app.shown[other]) continue;
      const line = [screenX(app, one), screenY(app, one), screenX(app, other), screenY(app, other)];
      if (!isOutside(box, ...line)) curve(context, ...line, data.many ? 0 : 0.12);
    }
    context.stroke();
  });
  context.globalAlpha = 1;
}

function drawGround(app, context, box, focus) {
  if (app.state.view === "timeline") drawTimeline(app, context);
  else if (app.state.view === "near") drawOrbits(app, context);
  else {
    drawRegions(app, context);
    drawBackbone(app, context, box, focus);
  }
}
