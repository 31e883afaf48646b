// The payload comes in columns, one value a paper; here the links between papers and things are added.

const KINDS = {
  author: { one: "person", many: "people", sign: "▲" },
  dataset: { one: "dataset", many: "datasets", sign: "■" },
  code: { one: "codebase", many: "code", sign: "◆" },
  topic: { one: "topic", many: "topics", sign: "⬢" },
  venue: { one: "venue", many: "venues", sign: "▼" },
};
// A venue to be decided is unknown, but TBD may also be the tag of a journal.
const BLANK = /^(tb[ad]|n\/?a|none|unknown|[?–-]+)$/i;
const MANY = 400; // above this number of papers the picture is kept as a bitmap
const HUGE = 3000;

async function readPayload(holder) {
  if (holder.type === "application/json") return JSON.parse(holder.textContent);
  const bytes = Uint8Array.from(atob(holder.textContent.trim()), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

function readThings(payload) {
  return payload.things
    .map((row, listed) => [listed, ...row])
    .filter(([, kind, name]) => Object.hasOwn(KINDS, kind) && !(kind === "venue" && BLANK.test(name)))
    .map(([listed, kind, name, short, facet, licence, url, papers, x, y], index) => {
      return { index, listed, kind, name: String(name), short: String(short && !BLANK.test(short) ? short : name), facet, licence, url, papers, x: finite(x), y: finite(y) };
    });
}

// The facets of the topics, in the order of the catalog where it has one.
function readFacets({ facets }, things) {
  const held = new Set(things.filter(({ kind, facet }) => kind === "topic" && facet).map(({ facet }) => facet));
  return [...new Set([...(facets || []), ...held])].filter((facet) => held.has(facet));
}

function finite(value) {
  return Number.isFinite(value) ? value : 0;
}

// The authors of a paper in the order in which it names them.
function sortAuthors(authors, listed) {
  const place = new Map(listed.map((author, order) => [author, order]));
  authors.sort((one, other) => (place.get(one.listed) ?? listed.length) - (place.get(other.listed) ?? listed.length));
}

// The year of a paper with its part that has passed; a paper with a year only stands in the middle of it.
function readMoment(date, year) {
  const day = date ? Date.parse(`${date.slice(0, 10)}T00:00:00Z`) : NaN;
  if (!Number.isFinite(day)) return year === null ? null : year + 0.5;
  const whole = new Date(day).getUTCFullYear();
  const start = Date.UTC(whole, 0, 1);
  return whole + (day - start) / (Date.UTC(whole + 1, 0, 1) - start);
}

function pairLists(count, pairs) {
  const from = Array.from({ length: count }, () => []);
  const to = Array.from({ length: count }, () => []);
  for (let place = 0; place < pairs.length; place += 2) {
    from[pairs[place]].push(pairs[place + 1]);
    to[pairs[place + 1]].push(pairs[place]);
  }
  return [from, to];
}

function spanOf(values) {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

// Papers in the order of their rank; those without one by year, newest first.
function orderPapers({ rank, cites, year }, count) {
  const last = count + 1;
  return Array.from({ length: count }, (_, paper) => paper).sort(
    (one, other) => (rank[one] ?? last) - (rank[other] ?? last) || (cites[other] ?? -1) - (cites[one] ?? -1) || (year[other] ?? 0) - (year[one] ?? 0) || one - other,
  );
}

function readData(payload) {
  const count = payload.id.length;
  const things = readThings(payload);
  const held = Array.from({ length: count }, () => ({ author: [], dataset: [], code: [], topic: [], venue: [] }));
  for (const thing of things) for (const paper of thing.papers) held[paper][thing.kind].push(thing);
  (payload.authors || []).forEach((listed, paper) => sortAuthors(held[paper].author, listed));
  const [citing, citedBy] = pairLists(count, payload.links);
  const related = new Set();
  for (let place = 0; place < payload.relations.length; place += 2) related.add(payload.relations[place] * count + payload.relations[place + 1]);
  const degree = new Float32Array(count);
  for (const paper of payload.backbone) degree[paper] += 1;
  const [firstYear, lastYear] = spanOf(payload.year);
  const hasYears = Number.isFinite(firstYear);
  const order = orderPapers(payload, count);
  const place = new Int32Array(count);
  order.forEach((paper, index) => (place[paper] = index));
  return {
    ...payload,
    count,
    things,
    facets: readFacets(payload, things),
    looks: payload.looks || {},
    held,
    citing,
    citedBy,
    related,
    degree,
    order,
    place,
    hasYears,
    firstYear: hasYears ? firstYear : 0,
    lastYear: hasYears ? lastYear : 0,
    moment: payload.year.map((year, paper) => readMoment(payload.date[paper], year)),
    hasCitations: payload.cites.some((value) => value !== null),
    hasScore: payload.score.some((value) => value !== null),
    ranked: payload.rank.reduce((sum, value) => sum + (value !== null), 0),
    members: payload.regions.map((_, region) => order.filter((paper) => payload.region[paper] === region)),
    many: count > MANY,
    huge: count > HUGE,
  };
}

function titleOf(data, paper) {
  return String(data.name[paper] || data.label[paper]);
}

function regionName(data, region) {
  return region < 0 ? (data.regions.length ? "apart from the regions" : "no region") : data.regions[region].name;
}

function hasCitationLinks(data) {
  return data.links.length > data.relations.length;
}

// What links between papers of the list are here, in words.
function sayLinks(data) {
  if (!hasCitationLinks(data)) return "relations that papers state";
  return data.relations.length ? "citations and stated relations" : "citations";
}

// Unknown is not "none": NONE says that there is no licence file, NOASSERTION that it is none of the standard licences.
const LICENCES = new Map([["NONE", "no licence file"], ["NOASSERTION", "not a standard licence"]]);

function licenceOf(thing) {
  if (!isThere(thing)) return NO_CODE;
  const { licence } = thing;
  return licence ? LICENCES.get(licence) || String(licence) : "licence unknown";
}

// A repository that only announces code is a placeholder.
const NO_CODE = "placeholder, no code yet";

function isThere({ kind, facet }) {
  return kind !== "code" || facet !== "placeholder";
}

function isLicensed({ licence }) {
  return Boolean(licence) && licence !== "NONE";
}
