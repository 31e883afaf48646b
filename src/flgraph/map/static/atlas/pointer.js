// Mouse, pen and fingers on the picture: point, open, drag, pinch, turn the wheel.

const STILL = 4; // pixels that a click may slip

function createPointer(app) {
  const { canvas } = app;
  const fingers = new Map();
  let slipped = false;

  function whatIsAt(x, y) {
    if (app.scene.isFlying()) return NO_HOVER;
    const paper = paperAt(app, x, y);
    return { ...NO_HOVER, paper, thing: paper < 0 ? thingAt(app, x, y) : -1 };
  }
  function point(event) {
    const hover = whatIsAt(event.offsetX, event.offsetY);
    const any = hover.paper >= 0 || hover.thing >= 0 || regionAt(app, event.offsetX, event.offsetY) >= 0;
    canvas.className = any ? "over" : "";
    hoverOn(app, hover, { x: event.offsetX, y: event.offsetY });
  }
  function pinch(event) {
    const [one, other] = [...fingers.values()];
    const before = Math.hypot(one.x - other.x, one.y - other.y);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    const [first, second] = [...fingers.values()];
    const now = Math.hypot(first.x - second.x, first.y - second.y);
    if (before > 0 && now > 0) zoomAt(app, (first.x + second.x) / 2, (first.y + second.y) / 2, now / before);
  }
  function drag(event, from) {
    const [across, down] = [event.offsetX - from.x, event.offsetY - from.y];
    if (!slipped && Math.hypot(across, down) < STILL) return;
    if (!slipped) dropHover(app);
    slipped = true;
    canvas.className = "drag";
    if (fingers.size === 2) return pinch(event);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    app.camera.x += across;
    app.camera.y += down;
    app.scene.moved(false);
  }
  function open(x, y) {
    const { paper, thing } = whatIsAt(x, y);
    if (paper >= 0) return openPaper(app, paper);
    if (thing >= 0) return openThing(app, thing);
    const region = regionAt(app, x, y);
    if (region >= 0) return openRegion(app, region);
    return app.state.view === "near" ? undefined : closeAll(app);
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    slipped = fingers.size > 1 || closeDrops() !== null; // a click beside a menu only closes the menu
  });
  canvas.addEventListener("pointermove", (event) => {
    const from = fingers.get(event.pointerId);
    if (from) drag(event, from);
    else if (event.pointerType !== "touch") point(event);
  });
  canvas.addEventListener("pointerup", (event) => {
    const known = fingers.delete(event.pointerId);
    canvas.className = "";
    if (known && !slipped) open(event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
  canvas.addEventListener("pointerleave", () => dropHover(app));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    dropHover(app);
    zoomAt(app, event.offsetX, event.offsetY, Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => {
    const { paper } = whatIsAt(event.offsetX, event.offsetY);
    if (paper < 0) return zoomAt(app, event.offsetX, event.offsetY, 1.8);
    openPaper(app, paper);
    setView(app, "near");
  });
}
