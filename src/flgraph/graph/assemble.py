"""Assemble the graph from a catalog and a snapshot: each fact once, in sorted order, with its source."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flgraph.catalog.authors import find_homonyms, list_authors, name_person
from flgraph.catalog.refuted import drop_all_refuted
from flgraph.catalog.vocabulary import FoundVenue, find_published_venue, find_venue, venue_names
from flgraph.graph.assemble_snapshot import add_snapshot
from flgraph.graph.draft import (
    Draft,
    add_authorship,
    add_edge,
    add_node,
    add_outside_paper,
    cut_label,
    join_texts,
    name_sources,
    pick_fields,
    pick_ids,
)
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.origins import describe_origins, list_snapshots
from flgraph.graph.topics import find_span, find_topics
from flgraph.graph.unite import unite_counts
from flgraph.identifiers import slug
from flgraph.memory import pause_collector
from flgraph.records import (
    Catalog,
    CatalogEntry,
    ClientRecords,
    CodebaseEntry,
    DatasetEntry,
    Reference,
    Snapshot,
    TopicEntry,
    VenueEntry,
)


class _Vocabulary(NamedTuple):
    """Lookup tables for entries: venue keys by name or tag, venues by key, topics by key."""

    venue_keys: Mapping[str, str]
    venues: Mapping[str, VenueEntry]
    topics: Mapping[str, TopicEntry]


@pause_collector()
def build_graph(catalog: Catalog, snapshot: Snapshot | Sequence[Snapshot] | None = None) -> KnowledgeGraph:
    """Assemble the knowledge graph of a catalog and a snapshot, or several snapshots of different sources.

    Several snapshots are united by work: papers of the catalog by key, others by DOI or arXiv id, else by title and
    authors, else by title and year if a source states no authors. An edge that one source lists is enough, and names
    each source that lists it. A value is that of the first snapshot that states it. A paper is retracted if one of them
    says so. `citation_counts` shows the count of each source with its date, and rankings count the distinct works that
    cite a paper.

    Parameters
    ----------
    catalog : Catalog
        The curated facts.
    snapshot : Snapshot, sequence of Snapshot or None
        A snapshot of the same catalog, or several. Papers without a record keep their curated facts.

    Returns
    -------
    KnowledgeGraph
        A graph with the schema of `docs/schema.md`, independent of the order of the catalog. It has no refuted id.

    Raises
    ------
    ValueError
        Two snapshots are of one source.

    Examples
    --------
    >>> graph = build_graph(read_catalog())
    >>> graph.nodes["paper:fedbn"]["year"]
    2021
    """
    snapshots = list_snapshots(snapshot)
    origin = describe_origins(catalog, snapshots)
    catalog, snapshots = drop_all_refuted(catalog, snapshots)
    draft = Draft()
    _add_vocabularies(draft, catalog)
    homonyms = find_homonyms(catalog)
    vocabulary = _Vocabulary(
        venue_names(catalog),
        {venue.key: venue for venue in catalog.venues},
        {topic.key: topic for topic in sorted(catalog.topics, key=lambda topic: topic.key)},
    )
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        _add_entry(draft, vocabulary, entry)
        _add_authors(draft, entry, homonyms)
    known = _index_papers(draft, snapshots)
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        _add_relations(draft, entry, known)
    for place, one in enumerate(snapshots):
        add_snapshot(draft, catalog, one, known, is_later=place > 0)
    if len(snapshots) > 1:
        unite_counts(draft, catalog, snapshots, known)
    _drop_unused(draft)
    origin |= _list_facets(draft, catalog)
    graph = KnowledgeGraph(**origin)
    graph.add_nodes_from(
        (node, {**data, "sources": name_sources(draft, node)}) for node, data in sorted(draft.nodes.items())
    )
    for (start, kind, end), data in sorted(draft.edges.items()):
        graph.add_edge(start, end, key=kind, **data)
    return graph


def _list_facets(draft: Draft, catalog: Catalog) -> dict[str, str]:
    """Return the facets that the catalog puts in order, if topics in the graph have them."""
    used = {topic.facet for topic in catalog.topics if f"topic:{topic.key}" in draft.nodes}
    facets = [facet for facet in catalog.facets if facet in used]
    return {"facets": join_texts(dict.fromkeys(facets))} if facets else {}


def _drop_unused(draft: Draft) -> None:
    """Drop vocabulary entries that no paper uses, directly or as the origin of a used dataset or codebase."""
    used = {end for (start, _, end) in draft.edges if start.startswith("paper:")}
    origins: dict[str, set[str]] = defaultdict(set)
    for start, kind, end in draft.edges:
        if kind in ("derived_from", "builds_on"):
            origins[start].add(end)
    waiting = list(used)
    while waiting:
        found = origins[waiting.pop()] - used
        used |= found
        waiting += found
    unused = {node for node in draft.nodes if not node.startswith(("paper:", "author:")) and node not in used}
    for node in unused:
        del draft.nodes[node]
    for triple in [triple for triple in draft.edges if unused & {triple[0], triple[2]}]:
        del draft.edges[triple]


# --- the catalog -----------------------------------------------------------------------------------------


def _add_vocabularies(draft: Draft, catalog: Catalog) -> None:
    for topic in catalog.topics:
        add_node(draft, f"topic:{topic.key}", topic.name, name=topic.name, facet=topic.facet)
    for venue in catalog.venues:
        label = min((*venue.tags, venue.name), key=len)
        add_node(draft, f"venue:{venue.key}", label, name=venue.name, venue_type=venue.type)
    for dataset in catalog.datasets:
        _add_dataset(draft, dataset)
    for codebase in catalog.codebases:
        _add_codebase(draft, codebase)


def _add_dataset(draft: Draft, dataset: DatasetEntry) -> None:
    node = f"dataset:{dataset.key}"
    facts = pick_fields(
        dataset, "name", "domain", "modality", "task", "homepage", "access", "licence", "federated", "size", "samples",
        "classes", "clients", "note",
    )  # fmt: skip
    records = join_texts(_format_records(client) for client in dataset.records)
    add_node(draft, node, dataset.name, **facts, records=records, evidence=join_texts(dataset.sources))
    if dataset.parent is not None:
        add_edge(draft, (node, "derived_from", f"dataset:{dataset.parent}"), join_texts(dataset.sources))


def _format_records(client: ClientRecords) -> str:
    counts = ((client.train, "train"), (client.test, "test"), (client.total, "in all"))
    said = " + ".join(f"{number} {name}" for number, name in counts if number is not None)
    return f"{client.client}: {said}" if said else client.client


def _add_codebase(draft: Draft, codebase: CodebaseEntry) -> None:
    node = f"codebase:{codebase.key}"
    facts = pick_fields(
        codebase, "url", "licence", "languages", "frameworks", "first_commit", "last_commit", "run_instructions",
        "placeholder", "note",
    )  # fmt: skip
    label = codebase.key.rpartition("/")[2]
    add_node(draft, node, label, **facts, evidence=join_texts(codebase.sources))
    for use in codebase.builds_on:
        add_edge(draft, (node, "builds_on", f"codebase:{use.key}"), use.evidence)


def _add_entry(draft: Draft, vocabulary: _Vocabulary, entry: CatalogEntry) -> None:
    node = f"paper:{entry.key}"
    venue = find_published_venue(entry, vocabulary.venue_keys)
    dated, sources = _date_entry(entry, vocabulary)
    add_node(
        draft,
        node,
        _label_paper(dated),
        **pick_fields(dated, "title", "key", "acronym", "year", "url", "datasets_reason"),
        section=join_texts(entry.section_names),
        **pick_ids(entry),
        in_catalog=True,
        datasets_known=entry.datasets_known or ("all" if entry.datasets else None),
        evidence=join_texts(f"{field}: {said}" for field, seen in sorted(sources.items()) for said in seen),
        doubts=join_texts(doubt.rstrip(".") for doubt in entry.doubts),
        published_title=entry.published.title,
        venue=_name_venue(vocabulary, venue) if venue else None,
        venue_listed=entry.venue,
    )
    if venue is not None:
        _add_venue(draft, node, venue, entry)
    _add_uses(draft, node, entry)
    _add_topics(draft, node, vocabulary, entry)


def _date_entry(entry: CatalogEntry, vocabulary: _Vocabulary) -> tuple[CatalogEntry, Mapping[str, Sequence[str]]]:
    """Return an entry with the year of its venue, published or listed, if it has none itself; the evidence by field."""
    if entry.year is not None:
        return entry, entry.sources
    listed = "listed venue" if entry.published.venue else "venue"
    for name, text in (("venue", entry.published.venue), (listed, entry.venue)):
        year = find_venue(text, vocabulary.venue_keys).year if text else None
        if year is not None:
            return entry.model_copy(update={"year": year}), {**entry.sources, "year": (f"from the {name} {text!r}",)}
    return entry, entry.sources


def _name_venue(vocabulary: _Vocabulary, venue: FoundVenue) -> str:
    return vocabulary.venues[venue.key].name if venue.key else venue.name


def _label_paper(entry: CatalogEntry) -> str:
    """Choose the label of a paper: its acronym, else first author and year, else its title."""
    if entry.acronym:
        return entry.acronym
    first = next(iter(list_authors(entry).values()), None)
    if first and entry.year:
        return f"{first.name.split()[-1]} {entry.year}"
    return cut_label(entry.title)


def _add_venue(draft: Draft, node: str, venue: FoundVenue, entry: CatalogEntry) -> None:
    target = f"venue:{venue.key or slug(venue.name)}"
    if target not in draft.nodes:
        add_node(draft, target, venue.name, name=venue.name)
    evidence = join_texts(entry.sources.get("published", ())) if entry.published.venue else None
    add_edge(draft, (node, "published_in", target), evidence)


def _add_uses(draft: Draft, node: str, entry: CatalogEntry) -> None:
    for dataset in entry.datasets:
        kind = f"{dataset.role}_dataset"
        evidence = dataset.evidence or join_texts(entry.sources.get("datasets", ()))
        add_edge(draft, (node, kind, f"dataset:{dataset.key}"), evidence, note=dataset.note)
    for codebase in entry.codebases:
        triple = (node, "has_code", f"codebase:{codebase.key}")
        before = draft.edges.get(triple, {})
        subpath = join_texts(filter(None, (before.get("subpath"), codebase.subpath)))
        evidence = join_texts(filter(None, (before.get("evidence"), codebase.evidence)))
        add_edge(draft, triple, evidence or join_texts(entry.sources.get("codebases", ())), subpath=subpath)


def _add_topics(draft: Draft, node: str, vocabulary: _Vocabulary, entry: CatalogEntry) -> None:
    """Add the curated topics, or, if there are none, those that the title names."""
    text = f"{entry.title}\n{entry.published.title or ''}"
    for mention in entry.topics:
        topic = vocabulary.topics[mention.key]
        evidence = mention.evidence or join_texts(entry.sources.get("topics", ()))
        triple = (node, "about", f"topic:{mention.key}")
        add_edge(draft, triple, evidence, facet=topic.facet, matched=find_span(text, topic))
    if not entry.topics:
        for key, matched in find_topics(text, vocabulary.topics.values()):
            triple = (node, "about", f"topic:{key}")
            add_edge(draft, triple, "title", sources="lexicon", facet=vocabulary.topics[key].facet, matched=matched)


# --- authors ---------------------------------------------------------------------------------------------


def _add_authors(draft: Draft, entry: CatalogEntry, homonyms: Mapping[str, set[str]]) -> None:
    evidence = join_texts(entry.sources.get("authors", ()))
    for position, person in list_authors(entry).items():
        node = name_person(person, homonyms)
        before = draft.nodes.get(node, {})
        name = before.get("name", person.name)
        add_node(draft, node, name, name=name, dblp=person.dblp or before.get("dblp"))
        add_authorship(draft, node, f"paper:{entry.key}", evidence, position=position)


# --- relations and papers outside the catalog ------------------------------------------------------------


def _index_papers(draft: Draft, snapshots: Sequence[Snapshot]) -> dict[str, str]:
    """Map ids ("arxiv:…", "doi:…", ids of the provider) to paper nodes; curated ids take precedence."""
    curated = {
        f"{kind}:{attributes[kind]}".casefold(): node
        for node, attributes in sorted(draft.nodes.items())
        for kind in ("arxiv", "doi")
        if attributes["kind"] == "paper" and kind in attributes
    }
    seen: dict[str, str] = {}
    for snapshot in reversed(snapshots):
        for key, paper in sorted(snapshot.papers.items()):
            if (node := f"paper:{key}") in draft.nodes:
                ids = (*paper.ids.items(), (snapshot.id_kind, paper.id))
                seen |= {f"{kind}:{value}".casefold(): node for kind, value in ids}
    return seen | curated


def _add_relations(draft: Draft, entry: CatalogEntry, known: dict[str, str]) -> None:
    node = f"paper:{entry.key}"
    for relation in entry.relations:
        kind, _, value = relation.to.partition(":")
        target = f"paper:{relation.to}"
        if value:
            reference = Reference(title=relation.title, ids={kind: value})
            target = add_outside_paper(draft, reference, known)
        if relation.relation == "cites":
            add_edge(draft, (node, "cites", target), relation.evidence)
            continue
        triple = (node, "relates_to", target)
        before = draft.edges.get(triple, {})
        evidence = _add_text(before.get("evidence", ""), relation.evidence)
        said = _add_text(before.get("relation", ""), relation.relation)
        add_edge(draft, triple, evidence, relation=said)


def _add_text(before: str, value: str | None) -> str:
    return join_texts(dict.fromkeys(filter(None, (*before.split("; "), value))))
