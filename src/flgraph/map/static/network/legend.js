// The legend is the filter: one switch a kind, one a colour.

function createLegend(data, theme, looks, acts) {
  const box = find("legend");
  const off = new Set();
  const boxes = [];
  const kinds = new Map([...KIND_NAMES.keys()].map((kind) => [kind, []]));
  for (const node of data.nodes) {
    if (!kinds.has(node.kind)) kinds.set(node.kind, []);
    kinds.get(node.kind).push(node);
  }
  const categorized = data.nodes.filter((node) => node.category !== undefined && ["paper", "node"].includes(node.kind));

  function addSwitch(parent, members, glyph, text, isOn, turn) {
    const input = make("input", { type: "checkbox" });
    input.addEventListener("change", () => turn(input.checked));
    boxes.push({ input, members, isOn });
    parent.append(make("label", {}, input, glyph, make("span", {}, text), make("span", { className: "count" }, members.length.toLocaleString("en"))));
  }
  // Nodes of many colours have a glyph without one of them.
  function glyphOf(members) {
    const [node] = members;
    const fill = looks.fillOf(node);
    const many = members.some((other) => looks.fillOf(other) !== fill);
    return makeGlyph(looks.shapeOf(node), many ? theme.variable("--text") : fill, many ? theme.variable("--page") : looks.borderOf(node));
  }
  function addCategory(parent, { category }) {
    const members = categorized.filter((node) => node.category === category);
    const shown = () => (off.has(category) ? 0 : members.filter((node) => node.shown).length);
    addSwitch(parent, members, makeGlyph("dot", looks.fillOf(members[0]), looks.borderOf(members[0])), category, shown, (on) => {
      if (on) off.delete(category);
      else off.add(category);
      acts.filter();
    });
  }
  // Built anew when the theme changes, since glyphs carry colours.
  function render() {
    boxes.length = 0;
    const rows = make("div", { role: "group", "aria-label": "Kinds" });
    for (const [kind, members] of kinds)
      if (members.length) addSwitch(rows, members, glyphOf(members), KIND_NAMES.get(kind) || kind, () => members.filter((node) => node.shown).length, (on) => acts.show(members, on));
    const parts = [make("h3", {}, "Show"), rows];
    const colors = make("div", { role: "group", "aria-label": "Colours" });
    for (const entry of data.legend) if (categorized.some((node) => node.category === entry.category)) addCategory(colors, entry);
    if (colors.childElementCount) parts.push(make("h3", {}, `Colour: ${data.color_heading}`), colors);
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
  function allows(node) {
    return !off.size || !off.has(node.category) || !["paper", "node"].includes(node.kind);
  }
  return { render, update, kinds, allows, allow: (node) => off.delete(node.category) };
}
