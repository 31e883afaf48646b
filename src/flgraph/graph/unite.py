"""Unite several sources in one graph: find the papers that they share, and set their counts side by side.

Counts are never added or averaged. What two sources list is one set of citations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from flgraph.enrichment.versions import is_same_work
from flgraph.graph.draft import Draft, Origin, join_texts
from flgraph.identifiers import normalize_title
from flgraph.records import Author, Catalog, Paper, Reference, Snapshot

_SHARED_IDS = ("arxiv", "doi")
_FEWEST_WORDS = 4


def link_records(draft: Draft, snapshot: Snapshot, known: dict[str, str], origin: Origin) -> None:
    """Enter the ids of a later source in `known`, under the nodes of their works.

    Works are found by DOI or arXiv id, else by `is_same_work`, else by title and year. Works without a node are left
    out.
    """
    shelves = _shelve_papers(draft)
    records = [one for one in _list_records(snapshot) if f"{origin.id_kind}:{one.id}".casefold() not in known]
    repeated = Counter(normalize_title(record.title or "") for record in records)
    for record in records:
        node = _find_node(draft, record, known, shelves)
        if node is None and repeated[normalize_title(record.title or "")] == 1:
            node = _find_by_title(draft, record, shelves)
        if node is not None:
            known[f"{origin.id_kind}:{record.id}".casefold()] = node


def _list_records(snapshot: Snapshot) -> Iterator[Paper]:
    """Yield the records outside the catalog, then the lines of listings that have no record, each once."""
    yield from (record for _, record in sorted(snapshot.context.items()))
    seen = set(snapshot.context)
    for _, paper in sorted(snapshot.papers.items()):
        for line in (*paper.references.items, *paper.citations.items):
            if line.id is not None and line.id not in seen:
                seen.add(line.id)
                yield _to_record(line.id, line)


def _to_record(id_: str, line: Reference) -> Paper:
    return Paper(id=id_, ids=line.ids, title=line.title, year=line.year)


def _find_node(
    draft: Draft, record: Paper, known: Mapping[str, str], shelves: Mapping[str, Sequence[str]]
) -> str | None:
    names = (f"{kind}:{record.ids[kind]}".casefold() for kind in _SHARED_IDS if kind in record.ids)
    shared = next((known[name] for name in names if name in known), None)
    if shared is not None:
        return shared
    near = shelves.get(normalize_title(record.title or ""), ()) if record.authors else ()
    return next((node for node in near if is_same_work(_read_paper(draft, node), record)), None)


def _find_by_title(draft: Draft, record: Paper, shelves: Mapping[str, Sequence[str]]) -> str | None:
    """Return the only paper with the title and the year of a record whose authors are not stated.

    Sources list many neighbors without authors. Short titles, ids that differ and authors that differ prove nothing.
    """
    title = normalize_title(record.title or "")
    near = shelves.get(title, ())
    if len(near) != 1 or len(title.split()) < _FEWEST_WORDS or record.year is None:
        return None
    paper = _read_paper(draft, near[0])
    differs = any(paper.ids.get(kind, value) != value for kind, value in record.ids.items() if kind in _SHARED_IDS)
    is_named = bool(paper.authors and record.authors)
    return None if differs or is_named or paper.year != record.year else near[0]


def _shelve_papers(draft: Draft) -> dict[str, list[str]]:
    """Return the papers by normalized title, each in node order."""
    shelves: dict[str, list[str]] = defaultdict(list)
    for node, data in sorted(draft.nodes.items()):
        if data["kind"] == "paper" and (title := normalize_title(data["title"])):
            shelves[title].append(node)
    return shelves


def _read_paper(draft: Draft, node: str) -> Paper:
    """Return what the graph knows of the identity of a paper, as a record."""
    data = draft.nodes[node]
    ids = {kind: data[kind] for kind in _SHARED_IDS if kind in data}
    authors = tuple(Author(name=name) for name in draft.people.get(node, ()))
    return Paper(id=node, ids=ids, title=data["title"], year=data.get("year"), authors=authors)


def unite_counts(draft: Draft, catalog: Catalog, snapshots: Sequence[Snapshot], known: Mapping[str, str]) -> None:
    """Set the counts of several sources side by side, and count each listed citation once."""
    _count_distinct(draft)
    said: dict[str, list[str]] = defaultdict(list)
    keys = {entry.key for entry in catalog.entries}
    for snapshot in snapshots:
        nodes = {f"paper:{key}": paper for key, paper in snapshot.papers.items() if key in keys}
        for id_, paper in snapshot.context.items():
            nodes.setdefault(known.get(f"{snapshot.id_kind}:{id_}".casefold(), ""), paper)
        for node, paper in nodes.items():
            if node in draft.nodes and paper.citation_count is not None:
                said[node].append(f"{snapshot.source}: {paper.citation_count} ({snapshot.taken.date()})")
    for node, counts in said.items():
        draft.nodes[node]["citation_counts"] = join_texts(counts)


def _count_distinct(draft: Draft) -> None:
    """Replace the length of listings by the number of distinct works in them, from all sources."""
    ends = [(start, end) for (start, kind, end), data in draft.edges.items()
            if kind == "cites" and data["sources"] != "catalog"]  # fmt: skip
    counted = {"references": Counter(start for start, _ in ends), "citations": Counter(end for _, end in ends)}
    for node, data in draft.nodes.items():
        for name, counts in counted.items():
            if data.get(name) == "known":
                data[f"{name}_listed"] = counts[node]
