// The reading list: papers with a star, kept in the address and saved as BibTeX.

function escapeTex(text) {
  return String(text).replace(/[\\{}]/g, "").replace(/([&%$#_])/g, "\\$1").replace(/\s+/g, " ").trim();
}

// Large lists bring no BibTeX; then an entry says what the page knows.
function writeEntry({ data }, paper) {
  if (data.bibtex && data.bibtex[paper]) return String(data.bibtex[paper]).trim();
  const key = data.id[paper].replace(/^paper:/, "").replace(/[^A-Za-z0-9:_.-]+/g, "-") || `paper-${paper + 1}`;
  const fields = [
    ["title", titleOf(data, paper)],
    ["author", data.held[paper].author.map((thing) => thing.name).join(" and ")],
    ["year", data.year[paper]],
    ["howpublished", data.held[paper].venue.map((thing) => thing.name).join(", ")],
    ["doi", data.doi[paper]],
    ["eprint", data.arxiv[paper]],
    ["url", data.url[paper]],
  ].filter(([, value]) => value !== null && value !== undefined && value !== "");
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${escapeTex(value)}},`).join("\n")}\n}`;
}

function writeBibtex(app) {
  const notes = app.data.synthetic ? "% Synthetic data: these papers are made up.\n\n" : "";
  return `${notes}${starredPapers(app).map((paper) => writeEntry(app, paper)).join("\n\n")}\n`;
}

function starredPapers({ data, state }) {
  return [...state.stars].sort((one, other) => data.place[one] - data.place[other]);
}

function saveBibtex(app) {
  saveFile(new Blob([writeBibtex(app)], { type: "application/x-bibtex" }), "reading-list.bib");
}

function makeStar(app, paper, words) {
  const on = app.state.stars.has(paper);
  const name = on ? "On the reading list" : "Add to the reading list";
  return makeButton(words ? `${on ? "★" : "☆"} ${on ? "On the list" : "Star"}` : on ? "★" : "☆", () => toggleStar(app, paper), { className: words ? "" : "star", "aria-pressed": String(on), "aria-label": words ? name : `${name}: ${shorten(titleOf(app.data, paper), 80)}`, title: name, "data-key": `star ${paper}` });
}

function fillListButton(app) {
  const count = app.state.stars.size;
  const button = find("list");
  button.textContent = `★ ${count}`;
  button.setAttribute("aria-label", `Reading list, ${sayCount(count, "paper", "papers")}`);
  button.setAttribute("aria-pressed", String(app.state.list));
}

function describeList(app) {
  const papers = starredPapers(app);
  const only = app.state.onlyStarred;
  const buttons = makeActs(app,
    papers.length ? makeButton("Save as BibTeX", () => saveBibtex(app), { "data-key": "bibtex" }) : null,
    papers.length ? makeButton(only ? "Show all papers" : "Show only these", () => narrow(app, { onlyStarred: !only }), { "aria-pressed": String(only), "data-key": "only" }) : null,
    papers.length ? makeButton("Empty the list", () => narrow(app, { stars: new Set(), onlyStarred: false }), { "data-key": "empty" }) : null);
  return [
    make("h2", {}, "Reading list"),
    make("p", { className: "quiet" }, papers.length ? `${sayCount(papers.length, "paper", "papers")}. The address of this page keeps the list: bookmark or share it.` : "Star a paper in its details, in the table, or with the key s. The address of this page keeps the list."),
    buttons,
    ...(papers.length ? [make("h3", {}, "Papers"), makeRows(papers.map((paper) => makePaperRow(app, paper, { star: true })))] : []),
    ...describeReading(app, 20),
  ];
}

// What to read first: proposed by rank or, without citations, by the order of the curators; the heading says which.
function describeReading(app, most) {
  const proposed = (app.data.reading || []).filter(([paper]) => app.shown[paper]).slice(0, most);
  if (!proposed.length) return [];
  return [
    make("h3", {}, "What to read first"),
    app.data.reading_order ? make("p", { className: "quiet small" }, `By ${endSentence(app.data.reading_order).replace(/^by /i, "")}`) : null,
    makeRows(proposed.map(([paper, reason]) => makePaperRow(app, paper, { why: String(reason) }))),
  ];
}
