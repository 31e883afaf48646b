// Save picture: what the page shows, with title, key, legend and source, as PNG at three times the size or as SVG.

const TIMES = 3;
const SIDE = 18;

function wrapBlocks(context, app, width) {
  const { data } = app;
  const [title, plain] = [`700 19px ${FONT}`, `12px ${FONT}`];
  const badges = [data.synthetic ? "Synthetic data." : null, hasNoCitations(app) ? "No citation data." : null].filter(Boolean).join(" ");
  const counted = `${sayChosen(app)} shown.`;
  return {
    title: wrapText(context, find("title").textContent, title, width),
    key: wrapText(context, [badges, ...sayKey(app), data.regions.length && data.caption ? endSentence(data.caption) : "", counted].filter(Boolean).join(" "), plain, width),
    source: wrapText(context, find("origin").textContent.trim(), plain, width),
    legend: layLegend(context, legendOf(app), plain, width),
  };
}

function layLegend(context, entries, font, width) {
  let [x, row] = [0, 0];
  return entries.map((entry) => {
    const wide = measureText(context, entry.name, font) + 30;
    if (x > 0 && x + wide > width) [x, row] = [0, row + 1];
    const spot = { ...entry, x, row };
    x += wide;
    return spot;
  });
}

function drawSizes(app, context, x, y) {
  context.textAlign = "left";
  writeText(context, `Size: ${saySize(app.data, app.state.size)}`, x, y, `12px ${FONT}`, app.colors.quiet);
  let across = x + 100;
  for (const value of keySizes(app)) {
    const radius = Math.min(15, radiusOf(app, value));
    context.beginPath();
    context.arc(across + radius, y, radius, 0, CIRCLE);
    context.fill();
    writeText(context, sayNumber(value), across + 2 * radius + 4, y, `12px ${FONT}`, app.colors.quiet);
    across += 2 * radius + 16 + sayNumber(value).length * 7;
  }
  if (app.unknown.some(Boolean)) writeText(context, "ring: unknown", across, y, `12px ${FONT}`, app.colors.quiet);
}

function pictureSize(app, blocks) {
  const head = blocks.title.length * 24 + 20;
  const rows = blocks.legend.length ? blocks.legend.at(-1).row + 1 : 0;
  const foot = rows * 20 + (hasSizeKey(app) ? 36 : 0) + (blocks.key.length + blocks.source.length) * 17 + 22;
  return { head, rows, foot, width: app.camera.width, height: head + app.camera.height + foot };
}

function drawFrame(app, context, blocks, { head, rows }) {
  const { colors, camera } = app;
  context.textAlign = "left";
  context.textBaseline = "middle";
  blocks.title.forEach((line, place) => writeText(context, line, SIDE, 24 + place * 24, `700 19px ${FONT}`, colors.text));
  let y = head + camera.height + 16;
  for (const { name, color, x, row } of blocks.legend) {
    context.fillStyle = color;
    context.beginPath();
    context.arc(SIDE + x + 5, y + row * 20, 5, 0, CIRCLE);
    context.fill();
    writeText(context, name, SIDE + x + 15, y + row * 20, `12px ${FONT}`, colors.text);
  }
  y += rows * 20;
  if (hasSizeKey(app)) {
    context.fillStyle = colors.quiet;
    drawSizes(app, context, SIDE, y + 12);
    y += 36;
  }
  for (const line of [...blocks.key, ...blocks.source]) {
    writeText(context, line, SIDE, y, `12px ${FONT}`, colors.quiet);
    y += 17;
  }
}

function drawPng(app) {
  const canvas = make("canvas");
  const context = canvas.getContext("2d");
  const blocks = wrapBlocks(context, app, app.camera.width - 2 * SIDE);
  const size = pictureSize(app, blocks);
  Object.assign(canvas, { width: size.width * TIMES, height: size.height * TIMES });
  context.scale(TIMES, TIMES);
  context.fillStyle = app.colors.page;
  context.fillRect(0, 0, size.width, size.height);
  context.save();
  context.translate(0, size.head);
  context.beginPath();
  context.rect(0, 0, app.camera.width, app.camera.height);
  context.clip();
  drawScene(app, context, { left: 0, top: 0, right: app.camera.width, bottom: app.camera.height });
  context.restore();
  drawFrame(app, context, blocks, size);
  return canvas;
}

function drawSvg(app) {
  const blocks = wrapBlocks(app.context, app, app.camera.width - 2 * SIDE);
  const size = pictureSize(app, blocks);
  const context = createVector(size.width, size.height, app.context);
  context.svg.setAttribute("font-family", FONT);
  context.svg.append(makeSvg("title", {}, find("title").textContent));
  context.fillStyle = app.colors.page;
  context.fillRect(0, 0, size.width, size.height);
  context.enter(0, size.head, app.camera.width, app.camera.height);
  drawScene(app, context, { left: 0, top: 0, right: app.camera.width, bottom: app.camera.height });
  context.leave();
  drawFrame(app, context, blocks, size);
  return new XMLSerializer().serializeToString(context.svg);
}

// Named by the title, such as "federated-learning-for-healthcare".
function nameFile() {
  return fold(find("title").textContent).replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60).replace(/^-|-$/g, "") || "atlas";
}

function createSave(app) {
  const box = find("save");
  box.hidden = !app.canvas;
  for (const button of box.querySelectorAll("button"))
    button.addEventListener("click", () => {
      box.open = false;
      if (button.value === "theme") return find("theme").click();
      dropHover(app);
      const away = app.state.view === "table";
      if (away) setView(app, "map");
      if (away || app.scene.isFlying()) app.scene.arrange(true);
      app.scene.paint();
      if (button.value === "svg") saveFile(new Blob([drawSvg(app)], { type: "image/svg+xml" }), `${nameFile()}.svg`);
      else drawPng(app).toBlob((blob) => saveFile(blob, `${nameFile()}.png`));
    });
}
