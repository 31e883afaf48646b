// Light or dark as the system says, until the reader chooses; colours of the payload have twins for dark.

function createTheme(twins, changed) {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let chosen = null;

  function isDark() {
    return chosen === null ? system.matches : chosen;
  }
  function apply() {
    document.documentElement.dataset.theme = isDark() ? "dark" : "light";
    const button = find("theme");
    button.textContent = isDark() ? "Light" : "Dark";
    changed();
  }
  function variable(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  // A colour as the Network has it: text, or an object of such.
  function adapt(color) {
    if (typeof color === "string") return isDark() && Object.hasOwn(twins, color) ? twins[color] : color;
    if (color === null || typeof color !== "object") return color;
    return Object.fromEntries(Object.entries(color).map(([name, value]) => [name, adapt(value)]));
  }
  function fillOf(style) {
    const color = adapt(style.color);
    return typeof color === "object" && color !== null ? color.background : color;
  }
  function borderOf(style) {
    const color = adapt(style.color);
    return typeof color === "object" && color !== null ? color.border : color;
  }

  system.addEventListener("change", apply);
  find("theme").addEventListener("click", () => {
    chosen = !isDark();
    apply();
  });
  return { apply, adapt, fillOf, borderOf, variable };
}
