"""What a snapshot adds to the graph of a catalog: counts, citations, versions of one work, and people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

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
from flgraph.enrichment.judge import find_versions
from flgraph.graph.draft import (
    Parts,
    add_authorship,
    add_edge,
    add_node,
    add_outside_paper,
    join_texts,
    keep_known,
    pick_fields,
    pick_ids,
)
from flgraph.records import Author, Catalog, Paper, Reference, Snapshot


def add_snapshot(parts: Parts, catalog: Catalog, snapshot: Snapshot, known: dict[str, str]) -> None:
    """Add what a snapshot says of the papers of a catalog; `known` is the node of each id, and takes further ones."""
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
    records = {f"paper:{key}": paper for key, paper in papers.items()}
    for paper_id, context in sorted(snapshot.context.items()):
        node = known.get(f"s2:{paper_id}".casefold(), "")
        if node in parts.nodes and not parts.nodes[node]["in_catalog"]:
            _add_counts(parts.nodes[node], context)
            records[node] = context
    _mark_self_citations(parts, records)


def _add_versions(parts: Parts, papers: Mapping[str, Paper]) -> None:
    """Join entries whose records are versions of one work: each keeps its node, as the list keeps its rows."""
    for one, other in find_versions(papers):
        records = (f"{key}: {papers[key].id}" for key in (one, other))
        evidence = join_texts((_say_shared(papers[one], papers[other]), *records))
        add_edge(parts, (f"paper:{one}", "same_work_as", f"paper:{other}"), evidence, sources="semantic_scholar")


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
    facts = pick_fields(
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
    curated_first = {**pick_ids(paper), "year": paper.year, "venue": paper.venue, **attributes}
    attributes |= keep_known({**curated_first, **facts})


def _add_citations(parts: Parts, node: str, paper: Paper, known: dict[str, str]) -> None:
    """Add an edge for each listed reference and citation with an id: a title alone is never a node."""
    for name, listing in (("references", paper.references), ("citations", paper.citations)):
        for reference in listing.items:
            if reference.id is None and not {"arxiv", "doi"} & set(reference.ids):
                continue
            other = add_outside_paper(parts, reference, known)
            start, end = (node, other) if name == "references" else (other, node)
            if start != end:
                _add_citation(parts, (start, "cites", end), f"{name} of {paper.id}", reference)


def _add_citation(parts: Parts, triple: tuple[str, str, str], evidence: str, reference: Reference) -> None:
    """Add what a listing says of one citation to what is known of it: both of its ends may list it."""
    before = parts.edges.get(triple, {})
    seen = dict.fromkeys(filter(None, (*before.get("evidence", "").split("; "), evidence)))
    influential = before.get("influential", reference.influential)
    intents = before.get("intents", join_texts(reference.intents))
    add_edge(parts, triple, join_texts(seen), sources="semantic_scholar", influential=influential, intents=intents)


def _mark_self_citations(parts: Parts, records: Mapping[str, Paper]) -> None:
    """Say of each citation whether both papers have an author in common, where their ids tell."""
    people = {node: {author.id for author in paper.authors} for node, paper in records.items() if paper.authors}
    for (start, kind, end), attributes in parts.edges.items():
        if kind == "cites" and start in people and end in people:
            if (people[start] & people[end]) - {None}:
                attributes["self_citation"] = True
            elif None not in people[start] | people[end]:
                attributes["self_citation"] = False


def _add_people(parts: Parts, catalog: Catalog, papers: Mapping[str, Paper]) -> None:
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


def _add_unlisted_author(parts: Parts, node: str, name: str, paper: str, record: str, position: int) -> None:
    if node not in parts.nodes:
        add_node(parts, node, name, name=name)
    add_authorship(parts, node, paper, f"authors of {record}", position=position, sources="semantic_scholar")
