// The legend is the filter: one switch a kind, one for its nodes outside the first view, one a colour.

const REST_NAMES = { author: "with one paper", venue: "with one paper", topic: "of one paper", dataset: "of at most one paper", codebase: "of at most one paper", outside: "linked to one or two", paper: "others", node: "others" };

function createLegend(data, theme, acts) {
  const box = find("legend");
  const off = new Set();
  const boxes = [];

  function addSwitch(parent, members, content, className, isOn, turn) {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => turn(input.checked));
    boxes.push({ input, members, isOn });
    parent.append(make("label", { className }, input, ...content, make("span", { className: "count" }, members.length.toLocaleString("en"))));
  }
  // Papers have many colours, so their glyph has none of them while colours mean topics.
  function glyphOf(group, node) {
    const plain = group === "paper" && data.legend.length > 0;
    return makeGlyph(node.style.shape, plain ? theme.variable("--text") : theme.fillOf(node.style), theme.borderOf(node.style));
  }
  function addKind(parent, group) {
    const all = data.nodes.filter((node) => node.group === group);
    for (const core of [true, false]) {
      const members = all.filter((node) => node.core === core);
      if (!members.length) continue;
      const whole = core || members.length === all.length;
      const name = KIND_NAMES[group][1];
      const glyph = whole ? [glyphOf(group, members[0])] : [];
      const text = core ? name : whole ? `${name} ${REST_NAMES[group]}` : REST_NAMES[group];
      const shown = () => members.filter((node) => node.shown).length;
      addSwitch(parent, members, [...glyph, make("span", {}, text)], whole ? "" : "rest", shown, (on) => acts.show(members, on));
    }
  }
  function addCategory(parent, entry) {
    const members = data.nodes.filter((node) => node.group === "paper" && node.category === entry.category);
    const shown = () => (off.has(entry.category) ? 0 : members.length);
    const glyph = makeGlyph("dot", theme.fillOf(entry), theme.borderOf(entry));
    addSwitch(parent, members, [glyph, make("span", {}, entry.category)], "", shown, (on) => {
      if (on) off.delete(entry.category);
      else off.add(entry.category);
      acts.filter();
    });
  }
  // Built anew when the theme changes, since glyphs carry colours.
  function render() {
    boxes.length = 0;
    const kinds = make("div", { role: "group", "aria-label": "Kinds" });
    for (const group of Object.keys(KIND_NAMES)) addKind(kinds, group);
    const parts = [make("h3", {}, "Show"), kinds];
    if (data.legend.length) {
      const colors = make("div", { role: "group", "aria-label": "Colours" });
      for (const entry of data.legend) addCategory(colors, entry);
      parts.push(make("h3", {}, `Colour: ${data.color_heading}`), colors);
    }
    box.replaceChildren(...parts);
    update();
  }
  function update() {
    for (const { input, members, isOn } of boxes) {
      const on = isOn();
      input.checked = on > 0;
      input.indeterminate = on > 0 && on < members.length;
    }
  }
  return { render, update, allows: (node) => !off.has(node.category), allow: (node) => off.delete(node.category) };
}
