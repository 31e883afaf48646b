"""Choose among the records that the ids of an entry lead to, and unite the records that are versions of its work.

This module sends no requests. A source may keep a preprint and its publication as two records, and may give one DOI to
two works. The title decides, as for a single record (`flgraph.enrichment.judge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from flgraph.enrichment.judge import CatalogIndex, are_years_apart, is_published, judge_id_match, say_version
from flgraph.identifiers import compare_authors, compare_titles, name_id
from flgraph.records import CatalogEntry, FoundId, Listing, Match, Paper, Reference, Version
from flgraph.sources.provider import Found, PaperId


class Choice(NamedTuple):
    """The match of an entry, and the record that it is about."""

    match: Match
    paper: Paper


class _Judged(NamedTuple):
    """A record that an id led to, judged by its title."""

    asked: PaperId
    paper: Paper
    match: Match

    @property
    def fits(self) -> bool:
        return self.match.status == "accepted"

    @property
    def rank(self) -> tuple[bool, float, bool, str]:
        """Return the place among records of one entry: the most similar title first, then published ones."""
        is_exact = "title equal" in self.match.witnesses
        return not is_exact, -(self.match.score or 0.0), not is_published(self.paper), self.paper.id


def choose_record(
    entry: CatalogEntry, found: Sequence[Found], *, index: CatalogIndex, decided: date | None = None
) -> Choice:
    """Choose the record of an entry among those that its ids lead to.

    Parameters
    ----------
    entry : CatalogEntry
        The entry as curated.
    found : Sequence of Found
        One record or more, in the order of the ids.
    index : CatalogIndex
        The index of the catalog.
    decided : date or None
        The date of the judgement.

    Returns
    -------
    Choice
        If records fit by their titles, the one with the most similar title and its versions are united, with the
        published version first. Ids that lead to other titles only are listed as refuted. If no record fits, the match
        is for review.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024")
    >>> wrong, right = Paper(id="1", title="Quantum gravity"), Paper(id="2", title="FedX: Learning")
    >>> both = [Found(PaperId("doi", "10.5555/x"), paper) for paper in (wrong, right)]
    >>> choose_record(entry, both, index=CatalogIndex({}, {})).paper.id
    '2'
    """
    judged = [
        _Judged(asked, paper, judge_id_match(entry, paper, index=index, decided=decided)) for asked, paper in found
    ]
    fitting = sorted((one for one in judged if one.fits), key=lambda one: one.rank)
    if not fitting:
        refuted = _list_refuted(judged, right=None)
        return Choice(judged[0].match.model_copy(update={"refuted": refuted}), judged[0].paper)
    versions = [one for one in fitting if one is fitting[0] or is_version(fitting[0].paper, one.paper)]
    main = min(versions, key=lambda one: (not is_published(one.paper), one.rank))
    paper = unite_versions(main.paper, [one.paper for one in versions])
    led = {one.asked for one in versions}
    notes = [say_version(version.id) for version in paper.versions[1:]]
    notes += [_name_other(one) for one in judged if one not in versions and (one.fits or one.asked in led)]
    wrong = [one for one in judged if not one.fits and one.asked not in led]
    changes = {"witnesses": (*main.match.witnesses, *notes), "refuted": _list_refuted(wrong, right=paper)}
    return Choice(keep_versions(main.match.model_copy(update=changes), paper), paper)


def keep_versions(match: Match, paper: Paper) -> Match:
    """Return a match with the ids of the other versions, so that the next run asks for them as well.

    Examples
    --------
    >>> work = Paper(id="1", versions=(Version(id="1"), Version(id="2")))
    >>> keep_versions(Match(status="accepted", method="exact", id="1"), work).versions
    ('2',)
    """
    return match.model_copy(update={"versions": tuple(paper.record_ids[1:])})


def _name_other(one: _Judged) -> str:
    return f"{one.asked} also leads to {one.paper.id}: {one.paper.title!r}"


def _list_refuted(judged: Iterable[_Judged], *, right: Paper | None) -> tuple[FoundId, ...]:
    """List the ids that lead to another title, each once, with the id of the right record to use instead."""
    refuted = {
        one.asked: FoundId(
            id=name_id(one.asked.kind, one.asked.value),
            reason=f"leads to another title: {one.paper.title!r}",
            record=one.paper.id,
            right=choose_right(one.asked.kind, right) if right else None,
        )
        for one in reversed(list(judged))
        if one.paper.title
    }
    return tuple(reversed(refuted.values()))


def choose_right(kind: str, paper: Paper) -> str | None:
    """Return an id of a record, of the same kind if it has one."""
    kinds = (name for name in (kind, "doi", "arxiv") if name in paper.ids)
    return next((name_id(name, paper.ids[name]) for name in kinds), None)


# --- versions ----------------------------------------------------------------------------------------------


def is_version(one: Paper, other: Paper) -> bool:
    """Return whether two records that ids of one entry lead to are versions of one work.

    They are if their titles agree and their authors may agree, or if their authors agree and neither titles nor years
    separate them: a preprint may have another title.

    Examples
    --------
    >>> is_version(Paper(id="1", title="FedX: Learning"), Paper(id="2", title="FedX - learning"))
    True
    """
    comparison = compare_titles(one.title or "", other.title or "")
    people = compare_authors([author.name for author in one.authors], [author.name for author in other.authors])
    if comparison.exact or comparison.is_near:
        return people != "other"
    return people == "same" and not comparison.differing and not are_years_apart(one.year, other.year)


def unite_versions(paper: Paper, records: Iterable[Paper]) -> Paper:
    """Return a record with all versions of its work; a record without others is returned unchanged.

    What the record leaves open is taken from the others: ids, references, and a free copy. Counts of citations are not
    added, since the versions have citing papers in common: the highest counts.

    Examples
    --------
    >>> unite_versions(Paper(id="1", citation_count=3), [Paper(id="2", citation_count=5)]).citation_count
    5
    """
    others = {one.id: one for one in records if one.id != paper.id}
    if not others:
        return paper
    every = [paper, *sorted(others.values(), key=lambda one: (-(one.citation_count or 0), one.id))]
    listed = next((one for one in every if one.references.status == "known"), paper)
    free = next((one for one in every if one.open_access and one.open_access.url), paper)
    counts = [one.citation_count for one in every if one.citation_count is not None]
    return paper.model_copy(
        update={
            "ids": {kind: value for one in reversed(every) for kind, value in one.ids.items()},
            "citation_count": max(counts, default=None),
            "references": listed.references,
            "reference_count": listed.reference_count,
            "open_access": free.open_access,
            "versions": tuple(_to_version(one) for one in every),
        }
    )


def _to_version(paper: Paper) -> Version:
    return Version(**{name: getattr(paper, name) for name in Version.model_fields})


def rename_versions(papers: Mapping[str, Paper]) -> dict[str, Paper]:
    """Name each work of a catalog by the id of its paper in all listings, where they name another version of it.

    Examples
    --------
    >>> work = Paper(id="1", versions=(Version(id="1"), Version(id="2")))
    >>> citing = Paper(id="3", references=Listing(status="known", items=(Reference(id="2"),)))
    >>> rename_versions({"a": work, "b": citing})["b"].references.items[0].id
    '1'
    """
    own = {paper.id for paper in papers.values()}
    names = {version.id: paper.id for paper in papers.values() for version in paper.versions if version.id not in own}
    if not names:
        return dict(papers)
    return {
        key: paper.model_copy(
            update={"references": _rename(paper.references, names), "citations": _rename(paper.citations, names)}
        )
        for key, paper in papers.items()
    }


def _rename(listing: Listing, names: Mapping[str, str]) -> Listing:
    """Rename the lines of a listing; a paper that it names twice is listed once."""
    lines: dict[object, Reference] = {}
    for place, line in enumerate(listing.items):
        name = names.get(line.id or "", line.id)
        lines.setdefault(name or place, line if name == line.id else line.model_copy(update={"id": name}))
    return listing.model_copy(update={"items": tuple(lines.values())})
