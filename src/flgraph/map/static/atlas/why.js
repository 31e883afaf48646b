// Why two papers stand near each other, in words: each thing that they share with its kind, the rarest first.

const SHARED = [["dataset", 2], ["author", 2], ["code", 1], ["topic", 3]];

function sayLinkBetween({ data }, paper, other) {
  const name = shorten(data.label[paper], 24);
  const stated = (from, to) => data.related.has(from * data.count + to);
  if (data.citing[paper].includes(other)) return stated(paper, other) ? `named as related by ${name}` : `cited by ${name}`;
  if (data.citedBy[paper].includes(other)) return stated(other, paper) ? `names ${name} as related` : `cites ${name}`;
  return null;
}

// Such as "dataset ABIDE I" and "modality Functional MRI"; names of one kind are joined.
function nameShared({ data }, paper, other) {
  const words = new Map();
  for (const [kind, most] of SHARED) {
    const theirs = new Set(data.held[other][kind]);
    const both = data.held[paper][kind].filter((thing) => theirs.has(thing) && thing.facet !== "setting");
    both.sort((one, two) => one.papers.length - two.papers.length || one.index - two.index);
    for (const { facet, short } of both.slice(0, most)) {
      const word = kind === "topic" ? facet || kind : kind;
      words.set(word, [...(words.get(word) || []), short]);
    }
  }
  return [...words].map(([word, names]) => `${word} ${names.join(", ")}`);
}

function countShared(one, two) {
  const known = new Set(two);
  return one.filter((paper) => known.has(paper)).length;
}

function listReasons(app, paper, other) {
  const { data } = app;
  const references = countShared(data.citing[paper], data.citing[other]);
  const citing = countShared(data.citedBy[paper], data.citedBy[other]);
  return [
    sayLinkBetween(app, paper, other),
    ...nameShared(app, paper, other),
    references && hasCitationLinks(data) ? sayCount(references, "shared reference in this list", "shared references in this list") : null,
    citing && hasCitationLinks(data) ? `cited together by ${sayCount(citing, "paper", "papers")} of this list` : null,
  ].filter(Boolean);
}

function explainNear(app, paper, other) {
  const { data } = app;
  return listReasons(app, paper, other).join(" · ") || (data.hasCitations || hasCitationLinks(data) ? "shared references or citing papers outside this list" : "only a setting or words of the titles");
}
