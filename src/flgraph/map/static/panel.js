// The details of the selected node; every other node it names is a button that goes there.

// Maps, since every object has keys such as "constructor", which a licence or a relation may be called too.
const LICENCE_WORDS = new Map([
  ["NONE", "no licence file"],
  ["NOASSERTION", "licence of its own terms"],
]);
const RELATION_WORDS = new Map([
  ["builds_on", ["builds on", "built on by"]],
  ["baseline", ["compares with", "compared with by"]],
  ["implements", ["implements", "implemented by"]],
  ["data_from", ["takes data from", "gives data to"]],
  ["related_work", ["names as related work", "named as related work by"]],
]);
const REFERENCE_WORDS = new Map([
  ["known", "None of its references is on this map."],
  ["elided", "References unknown: the publisher withholds them."],
  ["unlisted", "References unknown: the source lists none."],
  ["failed", "References unknown: they could not be fetched."],
  ["not_asked", "References unknown: no source was asked for them."],
]);
const FIRST = 12;

function createPanel(data, theme, acts) {
  const panel = find("panel");

  function nodeButton(node, text) {
    const absent = acts.isDrawn(node) ? {} : { title: "Not drawn now; this draws it" };
    const button = make("button", { type: "button", className: acts.isDrawn(node) ? "node" : "node absent", ...absent }, text || fullName(node));
    button.addEventListener("click", () => acts.open(node));
    return button;
  }
  // A list that shows its first entries and a button for the rest.
  function makeList(items, className) {
    const list = make("ul", { className: className || "" }, ...items.slice(0, FIRST));
    if (items.length > FIRST) {
      const more = make("button", { type: "button", className: "node" }, `and ${items.length - FIRST} more`);
      const row = make("li", {}, " ", more);
      more.addEventListener("click", () => row.replaceWith(...items.slice(FIRST)));
      list.append(row);
    }
    return list;
  }
  function section(title, links, say) {
    if (!links.length) return [];
    return [make("h3", {}, `${title} (${links.length})`), makeList(links.map((link) => make("li", {}, ...(say || sayNode)(link), ...sayEvidence(link.edge.details.evidence))))];
  }
  function sayEvidence(evidence) {
    return evidence ? [make("small", { className: "evidence" }, evidence)] : [];
  }
  function sayRank({ rank, rank_low, rank_high, ranked, ranked_by, rank_parts, rank_sum, rank_note }) {
    if (rank === undefined) return rank_note ? [make("p", { className: "quiet" }, `No rank by ${ranked_by}: ${rank_note}`)] : [];
    const interval = rank_low === undefined ? "" : `, ${rank_low} to ${rank_high} in 95 of 100 draws`;
    const parts = rank_parts.map((part) => make("li", {}, part));
    return [make("h3", {}, `Rank ${rank} of ${ranked}${interval}`), make("ul", {}, ...parts, make("li", { className: "sum" }, rank_sum)), ...(rank_note ? [make("p", { className: "quiet" }, rank_note)] : [])];
  }
  function sayNode(link) {
    const year = link.other.details.year;
    return [nodeButton(link.other), year && ["paper", "outside"].includes(link.other.group) ? make("span", { className: "quiet" }, ` ${year}`) : null];
  }
  function sayLicence(licence) {
    return licence === undefined ? "licence unknown" : LICENCE_WORDS.get(licence) || licence;
  }
  function sayCode(link) {
    const { licence, placeholder } = link.other.details;
    const words = [sayLicence(licence), link.edge.details.subpath && `in ${link.edge.details.subpath}`, placeholder ? "placeholder without code" : null];
    const address = link.other.details.url;
    return [nodeButton(link.other, link.other.label), make("span", { className: "quiet" }, ` ${words.filter(Boolean).join(", ")} `), address ? makeLink(address, "code ↗") : null];
  }
  function sayDataset(link) {
    const how = link.edge.details.kind === "introduces_dataset" ? " introduced here" : "";
    const address = link.other.details.homepage;
    return [nodeButton(link.other), make("span", { className: "quiet" }, `${how} `), address ? makeLink(address, "homepage ↗") : null];
  }
  function facts(rows) {
    const known = rows.filter(([, value]) => value !== undefined && value !== null && value !== "");
    return known.length ? [make("dl", {}, ...known.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, ...(Array.isArray(value) ? value : [String(value)]))]))] : [];
  }
  function byName(links) {
    return [...links].sort((one, other) => fullName(one.other).localeCompare(fullName(other.other), "en"));
  }
  function newestFirst(links) {
    return [...links].sort((one, other) => (other.other.details.year || 0) - (one.other.details.year || 0) || one.other.index - other.other.index);
  }

  function identifiers(details) {
    const path = (text) => encodeURIComponent(text).replace(/%2F/gi, "/");
    const links = [
      details.arxiv && makeLink(`https://arxiv.org/abs/${path(details.arxiv)}`, `arXiv ${details.arxiv}`),
      details.doi && makeLink(`https://doi.org/${path(details.doi)}`, `DOI ${details.doi}`),
      details.openreview && makeLink(`https://openreview.net/forum?id=${encodeURIComponent(details.openreview)}`, "OpenReview"),
      details.pmid && makeLink(`https://pubmed.ncbi.nlm.nih.gov/${path(details.pmid)}/`, `PubMed ${details.pmid}`),
      details.dblp && makeLink(`https://dblp.org/rec/${path(details.dblp)}`, "DBLP"),
      details.s2 && makeLink(`https://www.semanticscholar.org/paper/${path(details.s2)}`, "Semantic Scholar"),
      details.url && makeLink(details.url, "Link in the list"),
    ].filter(Boolean);
    return links.flatMap((link, index) => (index ? [" · ", link] : [link]));
  }
  function relations(node) {
    return node.links
      .filter((link) => ["relates_to", "same_work_as"].includes(link.edge.details.kind))
      .map((link) => {
        const words = String(link.edge.details.relation || "").split("; ").map((word) => (RELATION_WORDS.get(word) || [word, `${word} (from)`])[link.out ? 0 : 1]);
        const text = link.edge.details.kind === "same_work_as" ? "same work as" : words.join(", ");
        return make("li", {}, make("span", { className: "quiet" }, `${text} `), nodeButton(link.other));
      });
  }
  function citations(node) {
    const cites = newestFirst(linked(node, "cites", true));
    const citedBy = newestFirst(linked(node, "cites", false));
    const state = node.details.references;
    const unknown = REFERENCE_WORDS.get(state) || REFERENCE_WORDS.get("not_asked");
    const parts = [make("h3", {}, cites.length ? `Cites (${cites.length})` : "Cites")];
    if (cites.length) parts.push(makeList(cites.map((link) => make("li", {}, ...sayNode(link)))));
    if (!cites.length || state !== "known") parts.push(make("p", { className: "quiet" }, cites.length ? `These were seen in public text. ${unknown}` : unknown));
    parts.push(make("h3", {}, citedBy.length ? `Cited by (${citedBy.length})` : "Cited by"));
    parts.push(citedBy.length ? makeList(citedBy.map((link) => make("li", {}, ...sayNode(link)))) : make("p", { className: "quiet" }, "No paper on this map is known to cite it."));
    return parts;
  }
  function countWords(details) {
    if (details.citation_count === undefined) return "citations: unknown";
    return `citations: ${details.citation_count.toLocaleString("en")}`;
  }
  function describePaper(node) {
    const details = node.details;
    const authors = linked(node, "authored", false).sort((one, other) => (one.edge.details.position || 0) - (other.edge.details.position || 0));
    const venue = linked(node, "published_in", true)[0];
    const related = relations(node);
    const ids = identifiers(details);
    return [
      details.published_title && details.published_title !== details.title ? make("p", { className: "quiet" }, `Published as: ${details.published_title}`) : null,
      authors.length ? makeList(authors.map((link, place) => make("li", {}, place ? ", " : null, nodeButton(link.other))), "run") : make("p", { className: "quiet" }, "Authors unknown"),
      make("p", { className: "quiet" }, countWords(details)),
      ...facts([
        ["Venue", venue ? [nodeButton(venue.other, details.venue || fullName(venue.other))] : details.venue],
        ["Year", details.year === undefined ? "unknown" : details.year],
        ["Section", details.section],
        ["Links", ids.length ? ids : "none known"],
      ]),
      ...sayRank(details),
      details.doubts ? make("p", { className: "doubts" }, make("strong", {}, "Doubts of the curator: "), details.doubts) : null,
      ...section("Topics", byName(linked(node, "about", true))),
      ...section("Datasets", byName([...linked(node, "introduces_dataset", true), ...linked(node, "uses_dataset", true)]), sayDataset),
      ...section("Code", byName(linked(node, "has_code", true)), sayCode),
      ...(related.length ? [make("h3", {}, `Relations, not citations (${related.length})`), makeList(related)] : []),
      ...citations(node),
    ];
  }
  function describeAuthor(node) {
    const { alias, affiliations, h_index, paper_count, citation_count } = node.details;
    return [
      ...facts([["Affiliations", affiliations], ["h-index", h_index], ["Papers in all", paper_count], ["Citations in all", citation_count], ["Semantic Scholar", alias]]),
      ...section("Papers", newestFirst(linked(node, "authored", true))),
    ];
  }
  function describeDataset(node) {
    const d = node.details;
    return [
      ...facts([["Homepage", d.homepage && [makeLink(d.homepage, d.homepage)]], ...data.dataset_fields.map(([label, field]) => [label, d[field]]), ["Access", d.access || "unknown"], ["Licence", d.licence || "unknown"], ["Clients", d.clients], ["Records", d.records], ["Samples", d.samples], ["Size", d.size]]),
      d.note ? make("p", { className: "quiet" }, d.note) : null,
      ...section("Introduced by", newestFirst(linked(node, "introduces_dataset", false))),
      ...section("Used by", newestFirst(linked(node, "uses_dataset", false))),
      ...section("Derived from", linked(node, "derived_from", true)),
      ...section("Datasets derived from it", linked(node, "derived_from", false)),
    ];
  }
  function describeCodebase(node) {
    const d = node.details;
    return [
      ...facts([["Address", d.url && [makeLink(d.url, d.url)]], ["Licence", sayLicence(d.licence)], ["Languages", d.languages], ["Frameworks", d.frameworks], ["Commits", [d.first_commit, d.last_commit].filter(Boolean).join(" to ")], ["Code", d.placeholder ? "placeholder without code" : undefined]]),
      d.note ? make("p", { className: "quiet" }, d.note) : null,
      ...section("Papers", newestFirst(linked(node, "has_code", false))),
      ...section("Builds on", linked(node, "builds_on", true)),
      ...section("Built on by", linked(node, "builds_on", false)),
    ];
  }
  function describeOther(node) {
    const kind = node.group === "venue" ? "published_in" : "about";
    const known = linked(node, kind, false);
    const links = known.length ? known : node.links;
    return [...facts([["Facet", node.details.facet]]), ...section(known.length ? "Papers" : "Linked to", newestFirst(links))];
  }

  function makeEvidenceSwitch() {
    const button = make("button", { type: "button", className: "plain" });
    const say = () => {
      const shown = panel.classList.contains("why");
      button.textContent = shown ? "Hide the evidence" : "Show the evidence";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.addEventListener("click", () => {
      panel.classList.toggle("why");
      say();
    });
    say();
    return button;
  }

  const DESCRIBE = { paper: describePaper, outside: describePaper, author: describeAuthor, dataset: describeDataset, codebase: describeCodebase };

  function show(node) {
    if (node === null) {
      panel.replaceChildren(
        make("p", { className: "quiet" }, "Click a node, or type ", make("kbd", {}, "/"), " to search."),
        make("p", { className: "quiet" }, "On the map: arrow keys go to a neighbour, ", make("kbd", {}, "0"), " shows everything, ", make("kbd", {}, "Esc"), " clears."),
      );
      return;
    }
    const close = make("button", { type: "button", className: "close", "aria-label": "Close details", title: "Close (Esc)" }, "×");
    close.addEventListener("click", () => acts.pick(null));
    const kind = describeKind(node);
    const heading = [kind.charAt(0).toUpperCase() + kind.slice(1), node.category].filter(Boolean).join(" · ");
    const parts = (DESCRIBE[node.group] || describeOther)(node).filter(Boolean);
    const away = new Set(node.links.map((link) => link.other).filter((other) => !acts.isDrawn(other))).size;
    if (away) parts.push(make("p", { className: "quiet" }, `${sayCount(away, "neighbour is", "neighbours are")} not drawn now, and dotted in these lists.`));
    if (node.details.evidence) parts.push(make("div", {}, make("h3", { className: "evidence" }, "Evidence"), ...sayEvidence(node.details.evidence)));
    if (node.details.evidence || node.links.some((link) => link.edge.details.evidence)) parts.push(makeEvidenceSwitch());
    if (!node.links.length) parts.push(make("p", { className: "quiet" }, "No edges: nothing on this map is linked to it."));
    panel.replaceChildren(close, make("p", { className: "kind" }, makeGlyph(node.style.shape, theme.fillOf(node.style), theme.borderOf(node.style)), heading), make("h2", {}, fullName(node)), ...parts);
    panel.scrollTop = 0;
  }
  return { show };
}
