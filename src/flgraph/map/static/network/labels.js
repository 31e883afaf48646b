// Labels keep their size on the screen and never cover each other: the more important ones go first, each
// takes the first free place around its node, and those without one wait until the reader comes closer.

const LABEL_LENGTH = 26;
const CELL = 48;
const SHORTEST = 7;

function createLabels(theme) {
  const widths = new Map();
  let placed = [];
  let stamp = null;

  // A long name keeps what stands before a slash or bracket; the details show it whole.
  function shorten(text) {
    const whole = text.replace(/\s+/g, " ").trim();
    const first = whole.split(/ \/ | \(/)[0];
    const letters = Array.from(whole.length > LABEL_LENGTH && first.length >= SHORTEST ? first : whole);
    return letters.length > LABEL_LENGTH ? letters.slice(0, LABEL_LENGTH - 1).join("").trimEnd() + "…" : letters.join("");
  }
  function fontOf(label, scale) {
    return `${label.bold ? "600 " : ""}${label.size / scale}px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif`;
  }
  function measure(context, label) {
    const key = `${label.bold ? 1 : 0}${label.size} ${label.text}`;
    if (!widths.has(key)) {
      context.font = fontOf(label, 1);
      widths.set(key, context.measureText(label.text).width);
    }
    return widths.get(key);
  }

  // Boxes in a grid, so that a new one is compared with its surroundings only.
  function createGrid() {
    const cells = new Map();
    function* around(box) {
      for (let column = Math.floor(box.left / CELL); column <= Math.floor(box.right / CELL); column++)
        for (let row = Math.floor(box.top / CELL); row <= Math.floor(box.bottom / CELL); row++) yield `${column},${row}`;
    }
    return {
      add(box) {
        for (const cell of around(box)) {
          if (!cells.has(cell)) cells.set(cell, []);
          cells.get(cell).push(box);
        }
      },
      hits(box, owner) {
        for (const cell of around(box))
          for (const other of cells.get(cell) || [])
            if (other.owner !== owner && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) return true;
        return false;
      },
    };
  }

  function boxesAround(label, width) {
    const { x, y, radius, size } = label;
    const height = size * 1.25;
    const gap = radius + 3;
    const centers = [
      [x, y + gap + height / 2],
      [x + gap + width / 2, y],
      [x - gap - width / 2, y],
      [x, y - gap - height / 2],
      [x + gap * 0.7 + width / 2, y + gap * 0.7 + height / 2],
      [x - gap * 0.7 - width / 2, y + gap * 0.7 + height / 2],
      [x + gap * 0.7 + width / 2, y - gap * 0.7 - height / 2],
      [x - gap * 0.7 - width / 2, y - gap * 0.7 - height / 2],
    ];
    return centers.map(([cx, cy]) => ({ cx, cy, left: cx - width / 2 - 2, right: cx + width / 2 + 2, top: cy - height / 2, bottom: cy + height / 2, owner: label.node }));
  }

  // Candidates carry node, x, y, radius (world), text, size, bold, weight, always (it may cover
  // shapes that are not solid); the result keeps screen boxes.
  function place(context, candidates, scale, overhang) {
    const texts = createGrid();
    const shapes = createGrid();
    const solids = createGrid();
    const labels = candidates.map((label) => ({ ...label, text: shorten(label.text), x: label.x * scale, y: label.y * scale, radius: label.radius * scale }));
    for (const { node, x, y, radius, solid } of labels) {
      const box = { owner: node, left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
      shapes.add(box);
      if (solid) solids.add(box);
    }
    const wanted = labels.filter((label) => label.weight > 0).sort((one, other) => other.weight - one.weight || one.node.index - other.node.index);
    // Labels of the outermost nodes point inward, so that the edge of the map cuts none.
    const left = labels.reduce((least, { x }) => Math.min(least, x), Infinity) - overhang;
    const right = labels.reduce((most, { x }) => Math.max(most, x), -Infinity) + overhang;
    placed = [];
    for (const label of wanted) {
      const around = boxesAround(label, measure(context, label));
      const inside = around.filter((each) => each.left >= left && each.right <= right);
      const boxes = inside.length ? inside : around;
      let box = boxes.find((each) => !texts.hits(each, label.node) && !shapes.hits(each, label.node));
      if (!box && label.always) box = boxes.find((each) => !texts.hits(each, label.node) && !solids.hits(each, label.node));
      if (!box) continue;
      texts.add(box);
      placed.push({ ...label, box });
    }
  }

  function write(context, label, box, scale, colors) {
    context.font = fontOf(label, scale);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4 / scale;
    context.strokeStyle = colors.page;
    context.strokeText(label.text, box.cx / scale, box.cy / scale);
    context.fillStyle = colors.text;
    if (label.color) context.fillStyle = label.color;
    context.fillText(label.text, box.cx / scale, box.cy / scale);
  }

  function draw(context, scale, state) {
    const key = `${scale.toFixed(4)} ${state.version}`;
    if (key !== stamp) {
      place(context, state.candidates(scale), scale, state.overhang);
      stamp = key;
    }
    const colors = { page: theme.page(), text: theme.text() };
    for (const label of placed) if (label.node !== state.hovered) write(context, label, label.box, scale, colors);
    const hovered = state.hovered && state.labelOf(state.hovered);
    if (hovered) {
      const there = placed.find((label) => label.node === state.hovered);
      const label = { ...hovered, bold: true, text: shorten(hovered.text), x: hovered.x * scale, y: hovered.y * scale, radius: hovered.radius * scale };
      write(context, label, there ? there.box : boxesAround(label, measure(context, label))[0], scale, colors);
    }
  }

  // The node whose label is at a point of the canvas, for clicks.
  function hit(point, scale) {
    const x = point.x * scale;
    const y = point.y * scale;
    const label = placed.find(({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
    return label ? label.node : null;
  }

  return { draw, hit, boxes: () => placed.map((label) => ({ ...label.box, owner: label.node.id, text: label.text, bold: label.bold, color: label.color, size: label.size })) };
}
