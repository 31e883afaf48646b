// A context that writes SVG: it has the part of the Canvas 2D interface with which the picture is drawn.

const KEPT = ["fillStyle", "strokeStyle", "lineWidth", "globalAlpha", "font", "textAlign", "textBaseline", "lineCap", "lineJoin", "dash", "turn"];

function createVector(width, height, measuring) {
  const svg = makeSvg("svg", { xmlns: SVG, width, height, viewBox: `0 0 ${width} ${height}` });
  const stack = [];
  const groups = [svg];
  let path = [];
  const short = (number) => (Number.isFinite(number) ? String(Math.round(number * 100) / 100) : "0");

  function add(tag, attributes, text) {
    const element = makeSvg(tag, attributes);
    if (context.turn) element.setAttribute("transform", context.turn);
    if (context.globalAlpha < 1) element.setAttribute("opacity", short(context.globalAlpha));
    if (text !== undefined) element.textContent = text;
    groups.at(-1).append(element);
  }
  function line() {
    return { fill: "none", stroke: context.strokeStyle, "stroke-width": short(context.lineWidth), "stroke-linecap": context.lineCap, ...(context.dash ? { "stroke-dasharray": context.dash } : {}) };
  }
  function write(text, x, y, look) {
    const bold = /^(?:italic )?(\d00) /.exec(context.font);
    const anchor = { left: "start", center: "middle", right: "end" }[context.textAlign];
    add("text", { x: short(x), y: short(y), "font-size": parseFloat(/([\d.]+)px/.exec(context.font)[1]), "font-weight": bold ? bold[1] : 400, "font-style": context.font.startsWith("italic") ? "italic" : "normal", "text-anchor": anchor, "dominant-baseline": context.textBaseline === "middle" ? "central" : "alphabetic", ...look }, text);
  }
  const context = {
    svg,
    fillStyle: "#000000", strokeStyle: "#000000", lineWidth: 1, globalAlpha: 1, font: "12px sans-serif", textAlign: "left", textBaseline: "alphabetic", lineCap: "butt", lineJoin: "miter", dash: "", turn: "",
    save: () => stack.push(Object.fromEntries(KEPT.map((name) => [name, context[name]]))),
    restore: () => Object.assign(context, stack.pop()),
    translate: (x, y) => (context.turn += `translate(${short(x)} ${short(y)}) `),
    rotate: (angle) => (context.turn += `rotate(${short((angle * 180) / Math.PI)}) `),
    setLineDash: (lengths) => (context.dash = lengths.join(" ")),
    beginPath: () => (path = []),
    closePath: () => path.push("Z"),
    moveTo: (x, y) => path.push(`M${short(x)} ${short(y)}`),
    lineTo: (x, y) => path.push(`L${short(x)} ${short(y)}`),
    quadraticCurveTo: (ax, ay, x, y) => path.push(`Q${short(ax)} ${short(ay)} ${short(x)} ${short(y)}`),
    rect: (x, y, wide, high) => path.push(`M${short(x)} ${short(y)}h${short(wide)}v${short(high)}h${short(-wide)}Z`),
    arc: (x, y, radius) => context.ellipse(x, y, radius, radius),
    // Only whole ellipses are drawn.
    ellipse: (x, y, wide, high) => path.push(`M${short(x - wide)} ${short(y)}a${short(wide)} ${short(high)} 0 1 0 ${short(2 * wide)} 0a${short(wide)} ${short(high)} 0 1 0 ${short(-2 * wide)} 0Z`),
    fill: (rule) => path.length && add("path", { d: path.join(""), fill: context.fillStyle, ...(rule ? { "fill-rule": rule } : {}) }),
    stroke: () => path.length && add("path", { d: path.join(""), ...line() }),
    fillRect: (x, y, wide, high) => add("rect", { x: short(x), y: short(y), width: short(Math.max(0, wide)), height: short(Math.max(0, high)), fill: context.fillStyle }),
    fillText: (text, x, y) => write(text, x, y, { fill: context.fillStyle }),
    strokeText: (text, x, y) => write(text, x, y, { fill: "none", stroke: context.strokeStyle, "stroke-width": short(context.lineWidth), "stroke-linejoin": "round" }),
    measureText: (text) => {
      measuring.font = context.font;
      return measuring.measureText(text);
    },
    // What follows is moved and clipped to a box, until `leave`.
    enter: (x, y, wide, high) => {
      const group = makeSvg("svg", { x, y, width: wide, height: high, viewBox: `0 0 ${wide} ${high}`, overflow: "hidden" });
      groups.at(-1).append(group);
      groups.push(group);
    },
    leave: () => groups.pop(),
  };
  return context;
}
