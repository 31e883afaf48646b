// The outline of each shape in a box 16 wide; the payload brings them.
const GLYPHS = new Map();

function glyphPath(shape) {
  return GLYPHS.get(shape) || GLYPHS.get("dot");
}

function makeGlyph(shape, fill, border) {
  const path = makeSvg("path", { d: glyphPath(shape), fill, stroke: border, "stroke-width": 1.3 });
  return makeSvg("svg", { class: "glyph", viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}
