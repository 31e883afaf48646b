"""Fit an older snapshot to a catalog that was edited since, without sending requests."""

from __future__ import annotations

from collections.abc import Mapping

from flgraph.catalog.refuted import carry_refuted, drop_refuted, find_refuted, list_own_ids
from flgraph.enrichment.ask import Outcome, settle_outcomes, sort_outcomes
from flgraph.enrichment.judge import (
    CatalogIndex,
    find_ids,
    index_catalog,
    judge_id_match,
    judge_title_match,
    list_titles,
)
from flgraph.enrichment.versions import keep_versions
from flgraph.errors import SourceError
from flgraph.identifiers import normalize_title
from flgraph.records import Catalog, CatalogEntry, Match, Paper, ReferenceSet, Snapshot
from flgraph.snapshot.files import digest_catalog
from flgraph.snapshot.pairing import name_papers, pair_keys, rename_keys


def refit_snapshot(snapshot: Snapshot, catalog: Catalog) -> Snapshot:
    """Keep the parts of an older snapshot that still fit an edited catalog, without sending requests.

    Parameters
    ----------
    snapshot : Snapshot
        A snapshot of an earlier state of the catalog.
    catalog : Catalog
        The current catalog, with the decisions of people.

    Returns
    -------
    Snapshot
        A snapshot of the current catalog. Each record is judged again. Entries without a record, or with one that no
        longer fits, count as failed.

    Examples
    --------
    >>> catalog = Catalog(title="Mine", entries=(CatalogEntry(key="fedx", title="FedX", section="2024"),))
    >>> older = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0",
    ...                  papers={"fedx": Paper(id="1", title="FedX"), "gone": Paper(id="2", title="Gone")})
    >>> list(refit_snapshot(older, catalog).papers)
    ['fedx']
    """
    index = index_catalog(catalog)
    snapshot = follow_catalog(snapshot, catalog)
    entries = sorted(catalog.entries, key=lambda entry: entry.key)
    around = {(kind, name): paper for paper in snapshot.context.values() for kind, name in paper.ids.items()}
    decided = catalog.matches.get(snapshot.source, {})
    kept = {}
    for listed in entries:
        earlier = [match for match in (snapshot.matches.get(listed.key), decided.get(listed.key)) if match]
        entry = drop_refuted(listed, find_refuted(listed, earlier))
        # A new entry may have been a neighbor before, whose record the snapshot contains.
        near = (around[named] for named in find_ids(entry).items() if named in around)
        paper = snapshot.papers.get(entry.key) or next(near, None)
        fitted = _refit(entry, paper, snapshot.matches.get(entry.key), decided.get(entry.key), index)
        match = carry_refuted(fitted.match, snapshot.matches.get(entry.key), listed)
        kept[entry.key] = fitted._replace(match=match)
    found = settle_outcomes(kept, {})
    papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
    inside = {paper.id for paper in papers.values()}
    neighbors = {line.id for paper in papers.values() for line in (*paper.references.items, *paper.citations.items)}
    changes = {
        "catalog_digest": digest_catalog(catalog),
        "papers": papers,
        "reference_sets": _keep_sets(snapshot, papers),
        "context": {key: paper for key, paper in snapshot.context.items() if key in neighbors - inside},
        **sort_outcomes(found),
    }
    return snapshot.model_copy(update=changes)


def follow_catalog(snapshot: Snapshot, catalog: Catalog) -> Snapshot:
    """Return a snapshot with the keys of a catalog, in which a list may have given them to other rows.

    If the catalog differs from that of the snapshot in nothing but keys, the snapshot then is of this catalog.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024", ids={"doi": "10.5555/x"})
    >>> older = Snapshot(source="mine", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0",
    ...                  papers={"fedx-2024": Paper(id="1", title="FedX", ids={"doi": "10.5555/x"})})
    >>> list(follow_catalog(older, Catalog(title="Mine", entries=(entry,))).papers)
    ['fedx']
    """
    keys = pair_keys(name_papers(snapshot), {entry.key: _name_entry(entry) for entry in catalog.entries})
    followed = rename_keys(snapshot, keys)
    if followed is snapshot:
        return snapshot
    before = {new: old for old, new in keys.items()}
    entries = tuple(entry.model_copy(update={"key": before.get(entry.key, entry.key)}) for entry in catalog.entries)
    is_of = digest_catalog(catalog.model_copy(update={"entries": entries})) == snapshot.catalog_digest
    return followed.model_copy(update={"catalog_digest": digest_catalog(catalog)}) if is_of else followed


def _name_entry(entry: CatalogEntry) -> list[str]:
    """Return what finds an entry among records: its ids and its titles."""
    titles = filter(None, map(normalize_title, list_titles(entry)))
    return [*sorted(list_own_ids(entry)), *(f"title:{title}" for title in titles)]


def _keep_sets(snapshot: Snapshot, papers: Mapping[str, Paper]) -> dict[str, ReferenceSet]:
    """Keep the reference sets of papers whose record is still the one that has their topic and year."""
    kept = {}
    for name, one in snapshot.reference_sets.items():
        fitting = {key: id_ for key, id_ in one.papers.items() if key in papers and id_ in papers[key].record_ids}
        if fitting:
            kept[name] = one.model_copy(update={"papers": fitting})
    return kept


def _refit(
    entry: CatalogEntry, paper: Paper | None, before: Match | None, known: Match | None, index: CatalogIndex
) -> Outcome:
    unknown = Outcome(None, error=SourceError("the snapshot has no record that fits the current entry"))
    if known is not None and known.decided_by == "person":
        if known.status != "accepted":
            return Outcome(known)
        fits = paper is not None and known.id in (None, paper.id)
        return Outcome(known, paper) if fits else unknown._replace(match=known)
    if paper is None:
        return unknown
    is_by_id = any(paper.ids.get(kind) == value for kind, value in find_ids(entry).items())
    decided = before.decided if before else None
    judged = (
        judge_id_match(entry, paper, index=index, decided=decided)
        if is_by_id
        else judge_title_match(entry, [paper], index=index, decided=decided)
    )
    return Outcome(keep_versions(judged, paper), paper) if judged.status == "accepted" else unknown
