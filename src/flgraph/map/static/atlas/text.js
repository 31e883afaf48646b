// Text on the canvas: measured once, broken into lines, written on a halo of the page's colour.

const FONT = '"Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const WIDTHS = new Map();

function measureText(context, text, font) {
  const key = `${font} ${text}`;
  if (!WIDTHS.has(key)) {
    context.font = font;
    WIDTHS.set(key, context.measureText(text).width);
  }
  return WIDTHS.get(key);
}

function wrapText(context, text, font, most) {
  const lines = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.length - 1;
    if (last >= 0 && measureText(context, `${lines[last]} ${word}`, font) <= most) lines[last] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

function clipText(context, text, font, most) {
  if (measureText(context, text, font) <= most) return text;
  let letters = Array.from(text);
  while (letters.length > 1 && measureText(context, `${letters.join("")}…`, font) > most) letters = letters.slice(0, -1);
  return `${letters.join("").trimEnd()}…`;
}

function writeText(context, text, x, y, font, color, halo) {
  const alpha = context.globalAlpha;
  context.font = font;
  if (halo) {
    context.lineJoin = "round";
    context.lineWidth = 4;
    context.strokeStyle = halo;
    context.globalAlpha = alpha * 0.9;
    context.strokeText(text, x, y);
    context.globalAlpha = alpha;
  }
  context.fillStyle = color;
  context.fillText(text, x, y);
}
