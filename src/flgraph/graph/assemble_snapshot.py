"""Add a snapshot to the graph of a catalog: counts, citations, versions of one work, and authors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from flgraph.catalog.authors import (
    collect_claims,
    find_homonyms,
    find_person,
    is_mixed,
    list_authors,
    match_authors,
    merge_authors,
    name_person,
)
from flgraph.enrichment.versions import find_versions
from flgraph.enrichment.ways import find_way
from flgraph.graph.draft import (
    Draft,
    Origin,
    add_authorship,
    add_edge,
    add_node,
    add_outside_paper,
    add_values,
    join_texts,
    pick_ids,
)
from flgraph.graph.record_facts import describe_record, describe_set
from flgraph.graph.unite import link_records
from flgraph.records import Author, Catalog, Paper, Reference, Snapshot
from flgraph.snapshot.reference_sets import list_failed_sets, list_without_topic


def add_snapshot(
    draft: Draft, catalog: Catalog, snapshot: Snapshot, known: dict[str, str], *, is_later: bool = False
) -> None:
    """Add a snapshot to a draft; `known` maps ids to nodes and receives the new ones.

    What a later snapshot says completes what the earlier ones said.
    """
    origin = Origin(snapshot.source, snapshot.id_kind, is_later)
    if is_later:
        link_records(draft, snapshot, known, origin)
    keys = sorted(entry.key for entry in catalog.entries)
    # A snapshot of an earlier catalog may contain papers that are no longer listed.
    papers = {key: snapshot.papers[key] for key in keys if key in snapshot.papers}
    for key in keys:
        add_values(draft, f"paper:{key}", origin, _describe_match(key, snapshot))
    for key, paper in papers.items():
        _add_facts(draft, f"paper:{key}", paper, origin)
        draft.people.setdefault(f"paper:{key}", [author.name for author in paper.authors])
        _add_citations(draft, f"paper:{key}", paper, known, origin)
    _add_sets(draft, papers, snapshot, origin)
    _add_suggested_topics(draft, catalog, papers, origin)
    _add_versions(draft, papers, origin)
    _add_people(draft, catalog, papers, origin)
    records = {f"paper:{key}": paper for key, paper in papers.items()}
    for paper_id, context in sorted(snapshot.context.items()):
        node = known.get(f"{origin.id_kind}:{paper_id}".casefold(), "")
        if node in draft.nodes and not draft.nodes[node]["in_catalog"]:
            _add_facts(draft, node, context, origin)
            draft.people.setdefault(node, [author.name for author in context.authors])
            records[node] = context
    _mark_self_citations(draft, records)


def _add_sets(draft: Draft, papers: Mapping[str, Paper], snapshot: Snapshot, origin: Origin) -> None:
    """Add the reference sets, and why a paper has none."""
    facts = {key: describe_set(papers[key], one) for one in snapshot.reference_sets.values() for key in one.papers
             if key in papers}  # fmt: skip
    for state, keys in (("failed", list_failed_sets(snapshot)), ("no_topic", list_without_topic(snapshot))):
        facts |= {key: {"field_set": state} for key in keys if key in papers}
    for key, said in sorted(facts.items()):
        add_values(draft, f"paper:{key}", origin, said)


def _add_suggested_topics(draft: Draft, catalog: Catalog, papers: Mapping[str, Paper], origin: Origin) -> None:
    """Add the topics that an abstract names to papers without curated ones, unless their title names them."""
    topics = {topic.key: topic for topic in catalog.topics}
    for entry in catalog.entries:
        found = papers[entry.key].suggested_topics if entry.key in papers and not entry.topics else ()
        for key in found:
            triple = (f"paper:{entry.key}", "about", f"topic:{key}")
            if key in topics and triple not in draft.edges:
                add_edge(draft, triple, "abstract", sources=origin.name, facet=topics[key].facet)


def _add_versions(draft: Draft, papers: Mapping[str, Paper], origin: Origin) -> None:
    """Link entries whose records are versions of one work; each entry keeps its node."""
    for one, other in find_versions(papers):
        records = (f"{key}: {papers[key].id}" for key in (one, other))
        evidence = join_texts((_describe_shared(papers[one], papers[other]), *records))
        triple = (f"paper:{one}", "same_work_as", f"paper:{other}")
        add_edge(draft, triple, **_merge_origins(draft, triple, evidence, origin))


def _merge_origins(draft: Draft, triple: tuple[str, str, str], evidence: str, origin: Origin) -> dict[str, str]:
    """Return the sources and the evidence of an edge, with those that it has."""
    before = draft.edges.get(triple, {})
    return {
        name: join_texts(dict.fromkeys(filter(None, (*before.get(name, "").split("; "), value))))
        for name, value in (("sources", origin.name), ("evidence", evidence))
    }


def _describe_shared(one: Paper, other: Paper) -> str:
    """State why two records are versions of one work: a shared id, else title and authors."""
    shared = [f"{kind} {one.ids[kind]}" for kind in ("arxiv", "doi") if one.ids.get(kind, "") == other.ids.get(kind)]
    return f"same {' and '.join(shared)}" if shared else "title and authors agree"


def _describe_match(key: str, snapshot: Snapshot) -> dict[str, str]:
    if key in snapshot.failed:
        return {"match": "failed"}
    match = snapshot.matches.get(key)
    if match is None:
        return {}
    found = {"matched_by": find_way(match)} if match.status == "accepted" and key in snapshot.papers else {}
    return {"match": match.status, "match_method": match.method, **found}


def _add_facts(draft: Draft, node: str, paper: Paper, origin: Origin) -> None:
    """Add the values of a record to a paper; curated ids, years and venues take precedence."""
    facts = describe_record(paper, origin)
    others = {**pick_ids(paper), "year": paper.year, "venue": paper.venue}
    missing = {name: value for name, value in others.items() if name not in draft.nodes[node]}
    add_values(draft, node, origin, {**missing, **facts})


def _add_citations(draft: Draft, node: str, paper: Paper, known: dict[str, str], origin: Origin) -> None:
    """Add an edge for each reference and citation with an id; lines with only a title never become nodes."""
    for name, listing in (("references", paper.references), ("citations", paper.citations)):
        for reference in listing.items:
            if reference.id is None and not {"arxiv", "doi"} & set(reference.ids):
                continue
            other = add_outside_paper(draft, reference, known, origin)
            start, end = (node, other) if name == "references" else (other, node)
            if start != end:
                _add_citation(draft, (start, "cites", end), f"{name} of {paper.id}", reference, origin)


def _add_citation(
    draft: Draft, triple: tuple[str, str, str], evidence: str, reference: Reference, origin: Origin
) -> None:
    """Add one citation, or merge it with the same citation from the listing of the other paper."""
    before = draft.edges.get(triple, {})
    marks = {
        "influential": before.get("influential", reference.influential),
        "intents": before.get("intents", join_texts(reference.intents)),
        "self_citation": before.get("self_citation"),
    }
    add_edge(draft, triple, **_merge_origins(draft, triple, evidence, origin), **marks)


def _mark_self_citations(draft: Draft, records: Mapping[str, Paper]) -> None:
    """Mark each citation as a self-citation or not, if the author ids of both papers are known."""
    people = {node: {author.id for author in paper.authors} for node, paper in records.items() if paper.authors}
    for (start, kind, end), attributes in draft.edges.items():
        if kind == "cites" and start in people and end in people:
            if (people[start] & people[end]) - {None}:
                attributes["self_citation"] = True
            elif None not in people[start] | people[end]:
                attributes.setdefault("self_citation", False)


def _list_stated(draft: Draft) -> dict[str, dict[int, str]]:
    """Return the authors that earlier sources stated: by paper, their nodes by position."""
    stated: dict[str, dict[int, str]] = defaultdict(dict)
    for (start, kind, end), data in sorted(draft.edges.items()):
        if kind == "authored":
            stated[end][data["position"]] = start
    return stated


def _add_people(draft: Draft, catalog: Catalog, papers: Mapping[str, Paper], origin: Origin) -> None:
    """Add values of a source to the curated authors, and its authors to papers without curated ones."""
    homonyms = find_homonyms(catalog)
    stated = _list_stated(draft) if origin.is_later else {}
    matched: list[tuple[Author, str]] = []
    unlisted: list[str] = []
    for entry in sorted((entry for entry in catalog.entries if entry.key in papers), key=lambda entry: entry.key):
        listed = {place: name_person(person, homonyms) for place, person in list_authors(entry).items()}
        listed = listed or stated.get(f"paper:{entry.key}", {})
        if listed:
            curated = {place: (node, draft.nodes[node]["name"]) for place, node in listed.items()}
            matched += match_authors(papers[entry.key].authors, curated)
        else:
            unlisted.append(entry.key)
    claims = collect_claims(matched, {node: draft.nodes[node]["name"] for _, node in matched})
    records: dict[str, list[Author]] = defaultdict(list)
    for author, node in matched:
        if not is_mixed(author, claims):
            records[node].append(author)
    for key in unlisted:
        for position, author in enumerate(papers[key].authors, start=1):
            if author.name.strip():
                node = find_person(author, claims, homonyms, origin.id_kind)
                if node not in draft.nodes:
                    add_node(draft, node, author.name, origin=origin, name=author.name)
                evidence = f"authors of {papers[key].id}"
                add_authorship(draft, node, f"paper:{key}", evidence, position=position, origin=origin)
                records[node].append(author)
    for node, said in sorted(records.items()):
        add_values(draft, node, origin, merge_authors(said, origin.id_kind))
