// Why two papers stand near each other, in words: what they share, the rarest first.

function sayLinkBetween({ data }, paper, other) {
  const stated = (from, to) => data.related.has(from * data.count + to);
  if (data.citing[paper].includes(other)) return stated(paper, other) ? "named by it as related" : "cited by it";
  if (data.citedBy[paper].includes(other)) return stated(other, paper) ? "names it as related" : "cites it";
  return null;
}

function sharedNames({ data }, paper, other, kind, most) {
  const theirs = new Set(data.held[other][kind]);
  const both = data.held[paper][kind].filter((thing) => theirs.has(thing) && thing.facet !== "setting");
  both.sort((one, two) => one.papers.length - two.papers.length || one.index - two.index);
  return both.slice(0, most).map((thing) => thing.short).join(", ");
}

function countShared(one, two) {
  const known = new Set(two);
  return one.filter((paper) => known.has(paper)).length;
}

function explainNear(app, paper, other) {
  const { data } = app;
  const references = countShared(data.citing[paper], data.citing[other]);
  const citing = countShared(data.citedBy[paper], data.citedBy[other]);
  const reasons = [
    sayLinkBetween(app, paper, other),
    sharedNames(app, paper, other, "dataset", 2),
    sharedNames(app, paper, other, "author", 2),
    sharedNames(app, paper, other, "code", 1),
    sharedNames(app, paper, other, "topic", 3),
    references && hasCitationLinks(data) ? sayCount(references, "shared reference in this list", "shared references in this list") : null,
    citing && hasCitationLinks(data) ? `cited together by ${sayNumber(citing)} in this list` : null,
  ].filter(Boolean);
  return reasons.join(" · ") || (data.hasCitations || hasCitationLinks(data) ? "shared references or citing papers" : "no single thing that both share");
}
