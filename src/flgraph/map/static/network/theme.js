// Light or dark as the system says, until the reader chooses; colours of flgraph have twins for dark.

const INK = { light: "#1d1f24", dark: "#e8e9ee" };

function createTheme(data, changed) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const twins = new Map(Object.entries(data.dark));
  const background = data.background && CSS.supports("color", data.background) ? data.background : null;
  let chosen = null;

  function isDark() {
    return chosen === null ? system.matches : chosen;
  }
  function apply() {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    find("theme").textContent = isDark() ? "Light" : "Dark";
    changed();
  }
  function variable(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  // A colour as the Network has it: text, or an object of such. On a background of the user's own nothing changes.
  function adapt(color) {
    if (typeof color === "string") return isDark() && !background && twins.has(color) ? twins.get(color) : color;
    if (color === null || typeof color !== "object") return color;
    return Object.fromEntries(Object.entries(color).map(([name, value]) => [name, adapt(value)]));
  }
  // Whether dark text reads better than light text on the background of the Network.
  function isLight(color) {
    const context = make("canvas", { width: 1, height: 1 }).getContext("2d");
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return 0.3 * red + 0.59 * green + 0.11 * blue > 128;
  }
  const ink = background && (isLight(background) ? INK.light : INK.dark);

  if (background) find("map").style.backgroundColor = background;
  system.addEventListener("change", apply);
  find("theme").addEventListener("click", () => {
    chosen = !isDark();
    apply();
  });
  return { apply, adapt, variable, page: () => background || variable("--page"), text: () => ink || variable("--text") };
}
