// The picture and its frames. Above 120 papers it is kept as a bitmap with a margin: panning shifts it, zooming scales
// it, and 90 ms after the last move it is drawn anew, so that a frame costs the same for any number of papers.

const DRAWN_ANEW = 120; // so few papers are drawn in each frame
const MARGIN = 160;
const REST = 90;
const FLIGHT = 400;

function createScene(app) {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  let frame = 0;
  let timer = 0;
  let settled = false;
  let bitmap = null;
  let flight = null;
  let viewBefore = "";

  function ask() {
    if (!frame) frame = requestAnimationFrame(paint);
  }
  function refresh() {
    settled = false;
    bitmap = null;
    ask();
  }
  // The camera has moved; labels are placed anew at rest, and while zooming when they are few.
  function moved(zoomed) {
    if (zoomed && app.data.count <= 120) settled = false;
    clearTimeout(timer);
    timer = setTimeout(refresh, REST);
    ask();
  }
  function wholeBox() {
    return { left: 0, top: 0, right: app.camera.width, bottom: app.camera.height };
  }
  function clear(context) {
    const { ratio } = app.camera;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = app.colors.page;
    context.fillRect(0, 0, app.camera.width, app.camera.height);
  }
  function settle() {
    if (settled) return;
    placeLabels(app, app.context);
    settled = true;
  }

  function fly() {
    const passed = Math.min(1, (performance.now() - flight.begun) / FLIGHT);
    const share = 1 - (1 - passed) ** 3;
    for (let paper = 0; paper < app.data.count; paper++) {
      app.x[paper] = flight.fromX[paper] + (flight.toX[paper] - flight.fromX[paper]) * share;
      app.y[paper] = flight.fromY[paper] + (flight.toY[paper] - flight.fromY[paper]) * share;
    }
    if (passed === 1) {
      flight = null;
      indexPlaces(app);
      settled = false;
    } else ask();
  }
  function paint() {
    cancelAnimationFrame(frame); // this is the frame that was asked for
    frame = 0;
    if (app.state.view === "table" || !app.camera.width || !app.camera.height) return;
    app.frames += 1;
    if (flight) fly();
    const focus = app.printing ? null : focusSet(app);
    const layered = app.state.layers.size > 0 || app.state.thing >= 0;
    const cached = app.data.count > DRAWN_ANEW && app.state.view === "map" && !flight && !app.printing && app.frames > 1 && (app.data.huge || (!focus && !layered));
    if (cached) paintBitmap(focus);
    else paintAll(focus);
    if (app.frames === 1) setTimeout(() => fillBeside(app));
  }
  function paintAll(focus) {
    const { context } = app;
    clear(context);
    const box = wholeBox();
    drawGround(app, context, box, focus);
    drawMarks(app, context, box, focus);
    drawFocus(app, context, box, focus);
    drawLayers(app, context);
    if (flight) return;
    settle();
    drawNames(app, context);
    drawLabels(app, context, focus);
  }

  function makeBitmap() {
    const { width, height, ratio } = app.camera;
    const canvas = make("canvas", { width: Math.round((width + 2 * MARGIN) * ratio), height: Math.round((height + 2 * MARGIN) * ratio) });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, MARGIN * ratio, MARGIN * ratio);
    const box = { left: -MARGIN, top: -MARGIN, right: width + MARGIN, bottom: height + MARGIN };
    drawGround(app, context, box, null);
    drawMarks(app, context, box, null);
    return { canvas, k: app.camera.k, x: app.camera.x, y: app.camera.y };
  }
  function isBeside() {
    const { camera } = app;
    if (!bitmap || Math.abs(camera.k / bitmap.k - 1) > 1e-6) return !bitmap;
    return Math.abs(camera.x - bitmap.x) > MARGIN || Math.abs(camera.y - bitmap.y) > MARGIN;
  }
  function paintBitmap(focus) {
    const { context, camera } = app;
    if (isBeside()) bitmap = makeBitmap();
    settle();
    clear(context);
    const scale = camera.k / bitmap.k;
    const place = (now, then) => Math.round((now - then * scale - MARGIN * scale) * camera.ratio);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.imageSmoothingEnabled = Math.abs(scale - 1) > 1e-6;
    context.drawImage(bitmap.canvas, place(camera.x, bitmap.x), place(camera.y, bitmap.y), bitmap.canvas.width * scale, bitmap.canvas.height * scale);
    context.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
    drawFocus(app, context, wholeBox(), focus);
    drawLayers(app, context);
    drawNames(app, context);
    drawLabels(app, context, app.data.huge ? focus : null);
  }

  function layView({ view }) {
    if (isResized(app)) sizeCanvas(app);
    measurePapers(app);
    return view === "timeline" ? layTimeline(app) : view === "near" ? layNear(app) : [app.home.x, app.home.y];
  }
  // Papers go to their places in the view; from one view to another they fly, so that the eye can follow.
  function arrange(at_once) {
    const { view } = app.state;
    if (view === "table") return;
    const before = { ...app.camera };
    let [toX, toY] = layView(app.state);
    fillKey(app);
    if (isResized(app)) [toX, toY] = layView(app.state); // the key has another height
    const flies = viewBefore && !at_once && !still.matches && !app.data.huge;
    const fromX = app.x.map((x) => x * before.k + before.x);
    const fromY = app.y.map((y) => y * before.k + before.y);
    if (at_once || viewBefore !== view || view !== "map") fitCamera(app);
    viewBefore = view;
    flight = null;
    if (flies) {
      const { k, x, y } = app.camera;
      flight = { begun: performance.now(), fromX: fromX.map((across) => (across - x) / k), fromY: fromY.map((down) => (down - y) / k), toX, toY };
    } else {
      app.x.set(toX);
      app.y.set(toY);
    }
    indexPlaces(app);
    refresh();
  }
  return { ask, refresh, moved, arrange, paint, isFlying: () => flight !== null };
}

// All of the picture but its frame, for files: the same functions draw on another context.
function drawScene(app, context, box) {
  const focus = focusSet(app);
  drawGround(app, context, box, focus);
  drawMarks(app, context, box, focus);
  drawFocus(app, context, box, focus);
  drawLayers(app, context);
  drawNames(app, context);
  drawLabels(app, context, focus);
}
