// Boxes of labels and the marks that they must keep away from, in cells, so that each is compared with its surroundings.

const CELL = 64;

function overlap(one, other, gap) {
  return one.left < other.right + gap && other.left < one.right + gap && one.top < other.bottom + gap && other.top < one.bottom + gap;
}

function boxDistance(box, x, y) {
  return Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
}

function createMarks(list) {
  const cells = new Map();
  for (const mark of list) {
    const key = Math.floor(mark.x / CELL) * 4096 + Math.floor(mark.y / CELL);
    if (cells.has(key)) cells.get(key).push(mark);
    else cells.set(key, [mark]);
  }
  // Whether a test holds for all marks around a box.
  function every(box, reach, test) {
    for (let column = Math.floor((box.left - reach) / CELL); column <= Math.floor((box.right + reach) / CELL); column++)
      for (let row = Math.floor((box.top - reach) / CELL); row <= Math.floor((box.bottom + reach) / CELL); row++)
        for (const mark of cells.get(column * 4096 + row) || []) if (!test(mark)) return false;
    return true;
  }
  // How many marks are under a box or nearer to it than the gap; counting stops above `most`.
  function countUnder(box, gap, most) {
    let count = 0;
    every(box, 40, (mark) => {
      if (boxDistance(box, mark.x, mark.y) < mark.radius + gap) count += 1;
      return count <= most;
    });
    return count;
  }
  return { list, every, countUnder };
}

// The dots and glyphs that the picture shows now, on the screen.
function collectMarks(app) {
  const { data, camera } = app;
  const marks = [];
  const add = (x, y, radius, paper, thing) => {
    if (x > -40 && x < camera.width + 40 && y > -40 && y < camera.height + 40) marks.push({ x, y, radius, paper, thing });
  };
  for (let paper = 0; paper < data.count; paper++) if (isPlaced(app, paper)) add(screenX(app, paper), screenY(app, paper), shownRadius(app, paper), paper, -1);
  for (const thing of shownThings(app)) add(...placeOnScreen(app, thing.x, thing.y), glyphRadius(thing), -1, thing.index);
  for (const [, , , , x, y] of shownOutside(app)) add(...placeOnScreen(app, finite(x), finite(y)), 3, -1, -1);
  return createMarks(marks);
}

function clashes(box, boxes, gap) {
  return boxes.some((other) => overlap(box, other, gap));
}
