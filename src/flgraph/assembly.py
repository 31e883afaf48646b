"""Assemble the graph from a catalog and a snapshot: every fact once, sorted, with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flgraph.graph import KnowledgeGraph
from flgraph.identifiers import slug
from flgraph.lint import venue_names
from flgraph.model import (
    SCHEMA_VERSION,
    Author,
    Catalog,
    CatalogEntry,
    ClientRecords,
    CodebaseEntry,
    DatasetEntry,
    Paper,
    Record,
    Reference,
    Snapshot,
    TopicEntry,
    VenueEntry,
)
from flgraph.people import (
    collect_claims,
    find_homonyms,
    find_person,
    is_mixed,
    list_authors,
    match_authors,
    merge_authors,
    name_person,
)
from flgraph.resolve import find_versions
from flgraph.snapshot import digest_catalog, digest_snapshot
from flgraph.topics import find_span, find_topics

_LISTED = "as listed"
_PAPER_IDS = ("arxiv", "doi", "dblp", "openreview", "pmid", "pmcid")
_LABEL_LENGTH = 40


class _Parts(NamedTuple):
    """Nodes by id and edges by (from, kind, to), until they are inserted in order."""

    nodes: dict[str, dict[str, Any]]
    edges: dict[tuple[str, str, str], dict[str, Any]]


class _Vocabulary(NamedTuple):
    """What entries refer to: venue key by any name of it, venue by key, topic by key."""

    venue_keys: Mapping[str, str]
    venues: Mapping[str, VenueEntry]
    topics: Mapping[str, TopicEntry]


def build_graph(catalog: Catalog, snapshot: Snapshot | None = None) -> KnowledgeGraph:
    """Assemble the knowledge graph of a catalog, with what a snapshot adds.

    Parameters
    ----------
    catalog : Catalog
        The curated facts.
    snapshot : Snapshot or None
        What a source said of the same catalog; papers it has no record of keep their curated facts.

    Returns
    -------
    KnowledgeGraph
        As in `docs/schema.md`. It does not depend on the order of the catalog.

    Examples
    --------
    >>> graph = build_graph(read_catalog())
    >>> graph.nodes["paper:fedbn"]["year"]
    2021
    """
    parts = _Parts({}, {})
    _add_vocabularies(parts, catalog)
    homonyms = find_homonyms(catalog)
    vocabulary = _Vocabulary(
        venue_names(catalog),
        {venue.key: venue for venue in catalog.venues},
        {topic.key: topic for topic in sorted(catalog.topics, key=lambda topic: topic.key)},
    )
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        _add_entry(parts, vocabulary, entry)
        _add_authors(parts, entry, homonyms)
    known = _index_papers(parts, snapshot)
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        _add_relations(parts, entry, known)
    if snapshot is not None:
        _add_snapshot(parts, catalog, snapshot, known)
    _drop_unused(parts)
    graph = KnowledgeGraph(**_describe_origin(catalog, snapshot))
    graph.add_nodes_from(sorted(parts.nodes.items()))
    for (start, kind, end), data in sorted(parts.edges.items()):
        graph.add_edge(start, end, key=kind, **data)
    return graph


def _drop_unused(parts: _Parts) -> None:
    """Drop what a vocabulary holds and no paper needs; what a needed dataset or codebase comes from is needed."""
    used = {end for (start, _, end) in parts.edges if start.startswith("paper:")}
    origins: dict[str, set[str]] = defaultdict(set)
    for start, kind, end in parts.edges:
        if kind in ("derived_from", "builds_on"):
            origins[start].add(end)
    waiting = list(used)
    while waiting:
        found = origins[waiting.pop()] - used
        used |= found
        waiting += found
    unused = {node for node in parts.nodes if not node.startswith(("paper:", "author:")) and node not in used}
    for node in unused:
        del parts.nodes[node]
    for triple in [triple for triple in parts.edges if unused & {triple[0], triple[2]}]:
        del parts.edges[triple]


def _describe_origin(catalog: Catalog, snapshot: Snapshot | None) -> dict[str, Any]:
    origin: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "title": catalog.title,
        "catalog_digest": digest_catalog(catalog),
        "sources": "catalog",
    }
    if snapshot is not None:
        origin |= {
            "sources": f"catalog; {snapshot.source}",
            "snapshot_source": snapshot.source,
            "snapshot_taken": snapshot.taken.isoformat(),
            "snapshot_depth": snapshot.depth,
            "snapshot_digest": digest_snapshot(snapshot),
        }
    return origin


# --- the catalog -----------------------------------------------------------------------------------------


def _add_node(parts: _Parts, node: str, label: str, **attributes: Any) -> None:
    parts.nodes[node] = {"kind": node.partition(":")[0], "label": label, **_keep_known(attributes)}


def _keep_known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that say something: None and blank texts do not."""
    return {
        name: value
        for name, value in attributes.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def _add_edge(
    parts: _Parts,
    triple: tuple[str, str, str],
    evidence: str | None,
    *,
    source: str = "catalog",
    **attributes: Any,
) -> None:
    parts.edges[triple] = {"source": source, "evidence": evidence or _LISTED, **_keep_known(attributes)}


def _join(values: Iterable[object]) -> str:
    return "; ".join(str(value) for value in values)


def _pick(record: Record, *fields: str) -> dict[str, Any]:
    """Return the named fields as graph attributes: several values joined, dates in ISO form."""
    values = {field: getattr(record, field) for field in fields}
    return {
        field: _join(value) if isinstance(value, tuple) else str(value) if hasattr(value, "isoformat") else value
        for field, value in values.items()
    }


def _add_vocabularies(parts: _Parts, catalog: Catalog) -> None:
    for topic in catalog.topics:
        _add_node(parts, f"topic:{topic.key}", topic.name, name=topic.name, facet=topic.facet)
    for venue in catalog.venues:
        label = min((*venue.tags, venue.name), key=len)
        _add_node(parts, f"venue:{venue.key}", label, name=venue.name, venue_type=venue.type)
    for dataset in catalog.datasets:
        _add_dataset(parts, dataset)
    for codebase in catalog.codebases:
        _add_codebase(parts, codebase)


def _add_dataset(parts: _Parts, dataset: DatasetEntry) -> None:
    node = f"dataset:{dataset.key}"
    facts = _pick(
        dataset, "name", "domain", "modality", "task", "homepage", "access", "licence", "federated", "size", "samples",
        "classes", "clients", "note",
    )  # fmt: skip
    records = _join(_say_records(client) for client in dataset.records)
    _add_node(parts, node, dataset.name, **facts, records=records, evidence=_join(dataset.sources))
    if dataset.parent is not None:
        _add_edge(parts, (node, "derived_from", f"dataset:{dataset.parent}"), _join(dataset.sources))


def _say_records(client: ClientRecords) -> str:
    counts = ((client.train, "train"), (client.test, "test"), (client.total, "in all"))
    said = " + ".join(f"{number} {name}" for number, name in counts if number is not None)
    return f"{client.client}: {said}" if said else client.client


def _add_codebase(parts: _Parts, codebase: CodebaseEntry) -> None:
    node = f"codebase:{codebase.key}"
    facts = _pick(
        codebase, "url", "licence", "languages", "frameworks", "first_commit", "last_commit", "run_instructions",
        "placeholder", "note",
    )  # fmt: skip
    label = codebase.key.rpartition("/")[2]
    _add_node(parts, node, label, **facts, evidence=_join(codebase.sources))
    for use in codebase.builds_on:
        _add_edge(parts, (node, "builds_on", f"codebase:{use.key}"), use.evidence)


def _add_entry(parts: _Parts, vocabulary: _Vocabulary, entry: CatalogEntry) -> None:
    node = f"paper:{entry.key}"
    venue = entry.published.venue or entry.venue
    venue_key = vocabulary.venue_keys.get(venue.casefold()) if venue else None
    _add_node(
        parts,
        node,
        _label_paper(entry),
        **_pick(entry, "title", "key", "section", "acronym", "year", "url"),
        **{kind: entry.ids.get(kind) for kind in _PAPER_IDS},
        in_catalog=True,
        evidence=_join(f"{field}: {said}" for field, seen in sorted(entry.sources.items()) for said in seen),
        doubts=_join(doubt.rstrip(".") for doubt in entry.doubts),
        published_title=entry.published.title,
        venue=vocabulary.venues[venue_key].name if venue_key else venue,
        venue_listed=entry.venue,
    )
    if venue is not None:
        _add_venue(parts, node, venue, venue_key, entry)
    _add_uses(parts, node, entry)
    _add_topics(parts, node, vocabulary, entry)


def _label_paper(entry: CatalogEntry) -> str:
    """Return the short name of a paper for pictures: acronym, else first author and year, else its title."""
    if entry.acronym:
        return entry.acronym
    first = next(iter(list_authors(entry).values()), None)
    if first and entry.year:
        return f"{first.name.split()[-1]} {entry.year}"
    return _cut(entry.title)


def _cut(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1].rstrip() + "…"


def _add_venue(parts: _Parts, node: str, venue: str, key: str | None, entry: CatalogEntry) -> None:
    target = f"venue:{key or slug(venue)}"
    if target not in parts.nodes:
        _add_node(parts, target, venue, name=venue)
    evidence = _join(entry.sources.get("published", ())) if entry.published.venue else None
    _add_edge(parts, (node, "published_in", target), evidence)


def _add_uses(parts: _Parts, node: str, entry: CatalogEntry) -> None:
    for dataset in entry.datasets:
        kind = f"{dataset.role}_dataset"
        evidence = dataset.evidence or _join(entry.sources.get("datasets", ()))
        _add_edge(parts, (node, kind, f"dataset:{dataset.key}"), evidence, note=dataset.note)
    for codebase in entry.codebases:
        triple = (node, "has_code", f"codebase:{codebase.key}")
        before = parts.edges.get(triple, {})
        subpath = _join(filter(None, (before.get("subpath"), codebase.subpath)))
        evidence = _join(filter(None, (before.get("evidence"), codebase.evidence)))
        _add_edge(parts, triple, evidence or _join(entry.sources.get("codebases", ())), subpath=subpath)


def _add_topics(parts: _Parts, node: str, vocabulary: _Vocabulary, entry: CatalogEntry) -> None:
    """Add the curated topics; only a paper without any gets those that its title names."""
    text = f"{entry.title}\n{entry.published.title or ''}"
    for mention in entry.topics:
        topic = vocabulary.topics[mention.key]
        evidence = mention.evidence or _join(entry.sources.get("topics", ()))
        triple = (node, "about", f"topic:{mention.key}")
        _add_edge(parts, triple, evidence, facet=topic.facet, matched=find_span(text, topic))
    if not entry.topics:
        for key, matched in find_topics(text, vocabulary.topics.values()):
            triple = (node, "about", f"topic:{key}")
            _add_edge(parts, triple, "title", source="lexicon", facet=vocabulary.topics[key].facet, matched=matched)


# --- people ----------------------------------------------------------------------------------------------


def _add_authors(parts: _Parts, entry: CatalogEntry, homonyms: Mapping[str, set[str]]) -> None:
    evidence = _join(entry.sources.get("authors", ()))
    for position, person in list_authors(entry).items():
        node = name_person(person, homonyms)
        before = parts.nodes.get(node, {})
        name = before.get("name", person.name)
        _add_node(parts, node, name, name=name, dblp=person.dblp or before.get("dblp"))
        _add_authorship(parts, node, f"paper:{entry.key}", evidence, position=position)


def _add_authorship(
    parts: _Parts, node: str, paper: str, evidence: str, *, position: int, source: str = "catalog"
) -> None:
    """Add who wrote a paper; of somebody named twice on it the first place counts."""
    if (node, "authored", paper) not in parts.edges:
        _add_edge(parts, (node, "authored", paper), evidence, source=source, position=position)


# --- relations and papers outside the catalog ------------------------------------------------------------


def _index_papers(parts: _Parts, snapshot: Snapshot | None) -> dict[str, str]:
    """Return the catalog's paper node of each "arxiv:…", "doi:…" and "s2:…"; what people say goes first."""
    curated = {
        f"{kind}:{attributes[kind]}".casefold(): node
        for node, attributes in sorted(parts.nodes.items())
        for kind in ("arxiv", "doi")
        if attributes["kind"] == "paper" and kind in attributes
    }
    found = {f"paper:{key}": paper for key, paper in sorted(snapshot.papers.items())} if snapshot else {}
    seen = {
        f"{kind}:{value}".casefold(): node
        for node, paper in found.items()
        for kind, value in (*paper.ids.items(), ("s2", paper.id))
        if node in parts.nodes
    }
    return seen | curated


def _add_relations(parts: _Parts, entry: CatalogEntry, known: dict[str, str]) -> None:
    node = f"paper:{entry.key}"
    for relation in entry.relations:
        kind, _, value = relation.to.partition(":")
        target = f"paper:{relation.to}"
        if value:
            reference = Reference(title=relation.title, ids={kind: value})
            target = _add_outside_paper(parts, reference, known)
        if relation.relation == "cites":
            _add_edge(parts, (node, "cites", target), relation.evidence)
            continue
        triple = (node, "relates_to", target)
        before = parts.edges.get(triple, {})
        evidence = _join(dict.fromkeys(filter(None, (before.get("evidence"), relation.evidence))))
        said = _join(dict.fromkeys(filter(None, (before.get("relation"), relation.relation))))
        _add_edge(parts, triple, evidence, relation=said)


def _add_outside_paper(parts: _Parts, reference: Reference, known: dict[str, str]) -> str:
    """Return the node of a referenced paper, made under its most lasting id where it is not there yet."""
    names = _name_reference(reference)
    node = next((known[name] for name in names if name in known), None)
    if node is None:
        kind = next((kind for kind in ("arxiv", "doi") if kind in reference.ids), "s2")
        value = reference.ids.get(kind, reference.id) or ""
        node = f"paper:{kind}-{value.lower()}"
        title = (reference.title or "").strip() or f"{kind}:{value}"
        _add_node(parts, node, _cut(title), title=title, in_catalog=False, **_describe_reference(reference))
    elif not parts.nodes[node]["in_catalog"]:
        parts.nodes[node] = {**_keep_known(_describe_reference(reference)), **parts.nodes[node]}
    for name in names:
        known.setdefault(name, node)
    return node


def _name_reference(reference: Reference) -> list[str]:
    """Return the names of a paper; the source's own id is what the source means, whatever other ids it gives."""
    ids = sorted(f"{kind}:{value}".casefold() for kind, value in reference.ids.items())
    return [f"s2:{reference.id}".casefold(), *ids] if reference.id else ids


def _describe_reference(reference: Reference) -> dict[str, Any]:
    return {"year": reference.year, "s2": reference.id, **_pick_ids(reference)}


def _pick_ids(paper: Paper | Reference) -> dict[str, str]:
    return {kind: value for kind, value in paper.ids.items() if kind in _PAPER_IDS}


# --- the snapshot ----------------------------------------------------------------------------------------


def _add_snapshot(parts: _Parts, catalog: Catalog, snapshot: Snapshot, known: dict[str, str]) -> None:
    keys = sorted(entry.key for entry in catalog.entries)
    # A snapshot of an earlier catalog may hold papers that are not listed any more.
    papers = {key: snapshot.papers[key] for key in keys if key in snapshot.papers}
    for key in keys:
        _add_match(parts.nodes[f"paper:{key}"], key, snapshot)
    for key, paper in papers.items():
        _add_counts(parts.nodes[f"paper:{key}"], paper)
        _add_citations(parts, f"paper:{key}", paper, known)
    _add_versions(parts, papers)
    _add_people(parts, catalog, papers)
    for paper_id, context in sorted(snapshot.context.items()):
        outside = parts.nodes.get(known.get(f"s2:{paper_id}", ""))
        if outside is not None and not outside["in_catalog"]:
            _add_counts(outside, context)


def _add_versions(parts: _Parts, papers: Mapping[str, Paper]) -> None:
    """Join entries whose records are versions of one work: each keeps its node, as the list keeps its rows."""
    for one, other in find_versions(papers):
        records = (f"{key}: {papers[key].id}" for key in (one, other))
        evidence = _join((_say_shared(papers[one], papers[other]), *records))
        _add_edge(parts, (f"paper:{one}", "same_work_as", f"paper:{other}"), evidence, source="semantic_scholar")


def _say_shared(one: Paper, other: Paper) -> str:
    """Return what makes two records versions of one work: an id, else title and authors."""
    shared = [f"{kind} {one.ids[kind]}" for kind in ("arxiv", "doi") if one.ids.get(kind, "") == other.ids.get(kind)]
    return f"same {' and '.join(shared)}" if shared else "title and authors agree"


def _add_match(attributes: dict[str, Any], key: str, snapshot: Snapshot) -> None:
    if key in snapshot.failed:
        attributes["match"] = "failed"
    elif key in snapshot.matches:
        attributes |= {"match": snapshot.matches[key].status, "match_method": snapshot.matches[key].method}


def _add_counts(attributes: dict[str, Any], paper: Paper) -> None:
    facts = _pick(
        paper,
        "citation_count",
        "reference_count",
        "influential_citation_count",
        "corpus_id",
        "publication_date",
    )
    facts["s2"] = paper.id
    for name, listing in (("references", paper.references), ("citations", paper.citations)):
        facts[name] = listing.status
        facts[f"{name}_listed"] = len(listing.items) if listing.status == "known" else None
    curated_first = {**_pick_ids(paper), "year": paper.year, "venue": paper.venue, **attributes}
    attributes |= _keep_known({**curated_first, **facts})


def _add_citations(parts: _Parts, node: str, paper: Paper, known: dict[str, str]) -> None:
    """Add an edge for each listed reference and citation with an id: a title alone is never a node."""
    for name, listing in (("references", paper.references), ("citations", paper.citations)):
        for reference in listing.items:
            if reference.id is None and not {"arxiv", "doi"} & set(reference.ids):
                continue
            other = _add_outside_paper(parts, reference, known)
            start, end = (node, other) if name == "references" else (other, node)
            if start != end:
                _add_citation(parts, (start, "cites", end), f"{name} of {paper.id}", reference)


def _add_citation(parts: _Parts, triple: tuple[str, str, str], evidence: str, reference: Reference) -> None:
    """Add what a listing says of one citation to what is known of it: both of its ends may list it."""
    before = parts.edges.get(triple, {})
    seen = dict.fromkeys(filter(None, (*before.get("evidence", "").split("; "), evidence)))
    influential = before.get("influential", reference.influential)
    intents = before.get("intents", _join(reference.intents))
    _add_edge(parts, triple, _join(seen), source="semantic_scholar", influential=influential, intents=intents)


def _add_people(parts: _Parts, catalog: Catalog, papers: Mapping[str, Paper]) -> None:
    """Add what a source says of authors to the curated ones, and the authors of papers without curated ones."""
    homonyms = find_homonyms(catalog)
    matched: list[tuple[Author, str]] = []
    unlisted: list[str] = []
    for entry in sorted((entry for entry in catalog.entries if entry.key in papers), key=lambda entry: entry.key):
        listed = {place: name_person(person, homonyms) for place, person in list_authors(entry).items()}
        if listed:
            curated = {place: (node, parts.nodes[node]["name"]) for place, node in listed.items()}
            matched += match_authors(papers[entry.key].authors, curated)
        else:
            unlisted.append(entry.key)
    claims = collect_claims(matched, {node: parts.nodes[node]["name"] for _, node in matched})
    records: dict[str, list[Author]] = defaultdict(list)
    for author, node in matched:
        if not is_mixed(author, claims):
            records[node].append(author)
    for key in unlisted:
        for position, author in enumerate(papers[key].authors, start=1):
            if author.name.strip():
                node = find_person(author, claims, homonyms)
                _add_unlisted_author(parts, node, author.name, f"paper:{key}", papers[key].id, position)
                records[node].append(author)
    for node, said in sorted(records.items()):
        parts.nodes[node].update(merge_authors(said))


def _add_unlisted_author(parts: _Parts, node: str, name: str, paper: str, record: str, position: int) -> None:
    if node not in parts.nodes:
        _add_node(parts, node, name, name=name)
    _add_authorship(parts, node, paper, f"authors of {record}", position=position, source="semantic_scholar")
