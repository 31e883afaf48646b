"""Refuted ids: ids of an entry that lead to another paper, as curators or an enrichment found; no output uses them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from flgraph.identifiers import ids_from_url, name_id, name_ids
from flgraph.identifiers.refuted_ids import list_standing
from flgraph.records import Catalog, CatalogEntry, Match, Paper, RefutedId, Snapshot


def list_own_ids(entry: CatalogEntry) -> frozenset[str]:
    """Return the ids of an entry and those that its link contains, as "kind:value"."""
    return name_ids(entry.ids) | name_ids(ids_from_url(entry.url or ""))


def find_refuted(entry: CatalogEntry, matches: Iterable[Match] = ()) -> dict[str, RefutedId]:
    """Return the refuted ids of an entry by their name: those that its curators refuted, then those of its matches."""
    found = [one for match in matches for one in list_standing(match)]
    return {name_id(*_split(one.id)): one for one in (*found, *entry.refuted)}


def _split(text: str) -> tuple[str, str]:
    kind, _, value = text.partition(":")
    return kind, value


def drop_refuted(entry: CatalogEntry, refuted: Iterable[str]) -> CatalogEntry:
    """Return an entry without its refuted ids, and without its link if that leads to one of them."""
    wrong = set(refuted)
    if not wrong & list_own_ids(entry):
        return entry
    kept = {kind: value for kind, value in entry.ids.items() if name_id(kind, value) not in wrong}
    url = None if name_ids(ids_from_url(entry.url or "")) & wrong else entry.url
    return entry.model_copy(update={"ids": kept, "url": url})


def drop_all_refuted(catalog: Catalog, snapshots: Sequence[Snapshot]) -> tuple[Catalog, list[Snapshot]]:
    """Return a catalog and its snapshots without the refuted ids, for output that must not contain them."""
    refuted = {entry.key: set(find_refuted(entry, _list_matches(catalog, snapshots, entry.key)))
               for entry in catalog.entries}  # fmt: skip
    if not any(refuted.values()):
        return catalog, list(snapshots)
    entries = tuple(drop_refuted(entry, refuted[entry.key]) for entry in catalog.entries)
    kept = [_drop_from_snapshot(snapshot, refuted) for snapshot in snapshots]
    return catalog.model_copy(update={"entries": entries}), kept


def _drop_from_snapshot(snapshot: Snapshot, refuted: Mapping[str, Set[str]]) -> Snapshot:
    papers = {key: _drop_from_record(paper, refuted.get(key, set())) for key, paper in snapshot.papers.items()}
    return snapshot.model_copy(update={"papers": papers})


def _drop_from_record(paper: Paper, wrong: Set[str]) -> Paper:
    if not wrong & name_ids(paper.ids):
        return paper
    kept = {kind: value for kind, value in paper.ids.items() if name_id(kind, value) not in wrong}
    return paper.model_copy(update={"ids": kept})


def _list_matches(catalog: Catalog, snapshots: Sequence[Snapshot], key: str) -> list[Match]:
    """List the matches of an entry, one a provider; a decision of a person wins, then the match of a snapshot."""
    found = {source: by_key[key] for source, by_key in catalog.matches.items() if key in by_key}
    for snapshot in snapshots:
        known = found.get(snapshot.source)
        if key in snapshot.matches and (known is None or known.decided_by != "person"):
            found[snapshot.source] = snapshot.matches[key]
    return list(found.values())


def carry_refuted(match: Match | None, earlier: Match | None, entry: CatalogEntry) -> Match | None:
    """Return a match with the refuted ids of an earlier one that the entry still has: they are not asked again."""
    if match is None or earlier is None or match.decided_by == "person":
        return match
    own = list_own_ids(entry)
    known = {name_id(*_split(one.id)): one for one in (*earlier.refuted, *match.refuted)}
    kept = tuple(one for name, one in known.items() if name in own)
    return match if kept == match.refuted else match.model_copy(update={"refuted": kept})
