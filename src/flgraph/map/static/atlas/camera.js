// Where the picture stands on the screen: screen = world * k + (x, y). Places of papers and a grid to find them by.

function createCamera() {
  return { k: 1, x: 0, y: 0, home: 1, width: 0, height: 0, ratio: 1 };
}

function screenX(app, paper) {
  return app.x[paper] * app.camera.k + app.camera.x;
}

function screenY(app, paper) {
  return app.y[paper] * app.camera.k + app.camera.y;
}

function isResized({ canvas, camera }) {
  return canvas.clientWidth !== camera.width || canvas.clientHeight !== camera.height;
}

function sizeCanvas(app) {
  const { canvas, camera } = app;
  camera.ratio = app.printing ? 3 : Math.min(window.devicePixelRatio || 1, 2);
  camera.width = canvas.clientWidth;
  camera.height = canvas.clientHeight;
  canvas.width = Math.max(1, Math.round(camera.width * camera.ratio));
  canvas.height = Math.max(1, Math.round(camera.height * camera.ratio));
}

function boundsOf({ data }) {
  const box = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  const add = (x, y) => {
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  };
  for (const { rings } of data.regions) for (const ring of rings) for (let place = 0; place + 1 < ring.length; place += 2) add(ring[place], ring[place + 1]);
  for (let paper = 0; paper < data.count; paper++) add(finite(data.x[paper]), finite(data.y[paper]));
  return data.count ? box : { left: 0, right: data.width, top: 0, bottom: data.height };
}

// Show all; few papers are not blown up.
function fitCamera(app) {
  const { camera, data, state } = app;
  if (state.view !== "map") return Object.assign(camera, { k: 1, x: 0, y: 0, home: 1 });
  const box = boundsOf(app);
  const narrowScreen = camera.width < 600;
  const across = narrowScreen ? 8 : data.regions.length ? 18 : 70;
  const [above, below] = data.count > 130 ? [44, 20] : data.regions.length ? [14, 14] : [24, 24];
  const [wide, high] = [Math.max(box.right - box.left, 1e-6), Math.max(box.bottom - box.top, 1e-6)];
  const k = Math.min(2.5, Math.max(10, camera.width - 2 * across) / wide, Math.max(10, camera.height - above - below) / high);
  const y = above + (camera.height - above - below - k * high) / 2 - k * box.top;
  return Object.assign(camera, { k, home: k, x: (camera.width - k * (box.left + box.right)) / 2, y });
}

function zoomAt(app, x, y, times) {
  const { camera } = app;
  const k = Math.max(camera.home * 0.6, Math.min(camera.home * 40, camera.k * times));
  const step = k / camera.k;
  Object.assign(camera, { k, x: x - (x - camera.x) * step, y: y - (y - camera.y) * step });
  app.scene.moved(true);
}

function zoomMiddle(app, times) {
  dropHover(app);
  zoomAt(app, app.camera.width / 2, app.camera.height / 2, times);
}

function showWhole(app) {
  dropHover(app);
  fitCamera(app);
  app.scene.refresh();
}

function bringIntoView(app, paper) {
  const { camera } = app;
  const [x, y] = [screenX(app, paper), screenY(app, paper)];
  if (x > 40 && x < camera.width - 40 && y > 30 && y < camera.height - 30) return;
  camera.x += camera.width / 2 - x;
  camera.y += camera.height / 2 - y;
  app.scene.refresh();
}

// --- the grid --------------------------------------------------------------------------------------------

function isPlaced(app, paper) {
  if (!app.shown[paper]) return false;
  if (app.state.view === "near") return app.around.has(paper);
  return app.state.view !== "timeline" || app.x[paper] > AWAY;
}

function indexPlaces(app) {
  const size = app.data.many ? Math.max(6, 1200 / Math.sqrt(app.data.count)) : 60;
  const cells = new Map();
  for (let paper = 0; paper < app.data.count; paper++) {
    if (!isPlaced(app, paper)) continue;
    const key = Math.floor(app.x[paper] / size) * 65_536 + Math.floor(app.y[paper] / size);
    if (cells.has(key)) cells.get(key).push(paper);
    else cells.set(key, [paper]);
  }
  app.grid = { size, cells };
}

// The paper whose dot, or else whose label, is at a point of the screen; -1 is none.
function paperAt(app, x, y) {
  const { camera, grid } = app;
  const [worldX, worldY] = [(x - camera.x) / camera.k, (y - camera.y) / camera.k];
  const reach = 20 / camera.k;
  let [best, least] = [-1, 6];
  for (let column = Math.floor((worldX - reach) / grid.size); column <= Math.floor((worldX + reach) / grid.size); column++)
    for (let row = Math.floor((worldY - reach) / grid.size); row <= Math.floor((worldY + reach) / grid.size); row++)
      for (const paper of grid.cells.get(column * 65_536 + row) || []) {
        const far = Math.hypot(screenX(app, paper) - x, screenY(app, paper) - y) - shownRadius(app, paper);
        if (far < least) [best, least] = [paper, far];
      }
  if (best >= 0) return best;
  const label = app.labels.find((each) => each.paper >= 0 && x >= each.left && x <= each.right && y >= each.top && y <= each.bottom);
  return label ? label.paper : -1;
}
