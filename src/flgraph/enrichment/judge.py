"""Judge whether the record of a source is the paper of a catalog entry, and state the evidence.

This module sends no requests. A record is never guessed: uncertain matches wait for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from flgraph.enrichment.venues import find_year, is_same_venue
from flgraph.enrichment.versions import are_years_apart, is_published, is_same_work, say_version
from flgraph.identifiers import (
    ID_NAMES,
    TitleComparison,
    clean_arxiv,
    clean_doi,
    compare_authors,
    compare_titles,
    find_nearest_title,
    ids_from_url,
    normalize_title,
)
from flgraph.records import Catalog, CatalogEntry, Match, Paper

_CLEANERS: Final = {"arxiv": clean_arxiv, "doi": clean_doi}
_CANDIDATE_SCORE: Final = 60
_MARGIN: Final = 3.0
_MAX_CANDIDATES: Final = 3

Method = Literal["exact", "near", "witness"]
_METHODS: Final[tuple[Method, ...]] = ("exact", "near", "witness")
_NAME_WITNESSES: Final = frozenset({"acronym equal", "venue equal", "authors equal"})
_NO_COMMON_AUTHOR: Final = "no common author"
_OTHER_YEAR: Final = "its year"
_CONFIRMING: Final = frozenset({"authors equal", "arXiv id equal"})


class CatalogIndex(NamedTuple):
    """Keys of entries by normalized title, and keys of venues by name or tag."""

    titles: Mapping[str, str]
    venues: Mapping[str, str]


def index_catalog(catalog: Catalog) -> CatalogIndex:
    """Index a catalog by listed and published titles, and by the names and tags of its venues.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning!", section="2024")
    >>> index_catalog(Catalog(title="Mine", entries=(entry,))).titles
    {'fedx learning': 'fedx'}
    """
    titles = {normalize_title(title): entry.key for entry in catalog.entries for title in list_titles(entry)}
    venues = {normalize_title(name): venue.key for venue in catalog.venues for name in (venue.name, *venue.tags)}
    return CatalogIndex(titles, venues)


def find_ids(entry: CatalogEntry) -> dict[str, str]:
    """Return the arXiv id and DOI of an entry, in this order, or those in its link if it has neither.

    Examples
    --------
    >>> find_ids(CatalogEntry(key="x", title="X", section="2024", url="https://arxiv.org/abs/2401.00001v2"))
    {'arxiv': '2401.00001'}
    """
    for ids in (entry.ids, ids_from_url(entry.url or "")):
        cleaned = {kind: clean(ids[kind]) for kind, clean in _CLEANERS.items() if kind in ids}
        if found := {kind: value for kind, value in cleaned.items() if value}:
            return found
    return {}


# --- one entry -------------------------------------------------------------------------------------------


def judge_id_match(entry: CatalogEntry, paper: Paper, *, index: CatalogIndex, decided: date | None = None) -> Match:
    """Judge a record that was found by the id of an entry.

    Parameters
    ----------
    entry : CatalogEntry
        The entry as curated.
    paper : Paper
        The record with its id.
    index : CatalogIndex
        The index of the catalog.
    decided : date or None
        The date of the judgement.

    Returns
    -------
    Match
        Accepted if the title is similar enough (`TitleComparison.confirms_id`), else for review. Lists contain wrong
        links, so four cases are conflicts: a title that is more similar to another entry; one that shares only an
        acronym and no author with this one; one with another number, such as Part II; and another title and year,
        unless the authors or an arXiv id are equal.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024")
    >>> index = index_catalog(Catalog(title="Mine", entries=(entry,)))
    >>> judge_id_match(entry, Paper(id="1", title="Quantum gravity"), index=index).status
    'review'
    """
    case = _examine(entry, paper, index)
    conflict = _find_conflict(case)
    return Match(
        status="review" if conflict else "accepted",
        method="id",
        id=None if conflict else paper.id,
        score=round(case.comparison.ratio, 1),
        title_seen=paper.title,
        witnesses=(*case.witnesses, conflict) if conflict else case.witnesses,
        candidates=(to_candidate(paper, case.comparison.ratio),) if conflict else (),
        decided=decided,
    )


def judge_title_match(
    entry: CatalogEntry, candidates: Sequence[Paper], *, index: CatalogIndex, decided: date | None = None
) -> Match:
    """Judge the records that a search for the title of an entry found.

    The parameters are those of `judge_id_match`; `candidates` are the records found, in any order.

    Returns
    -------
    Match
        Accepted by one of these methods:

        - "id": an equal id;
        - "exact": an equal title;
        - "near": a title that differs only in spelling;
        - "witness": a similar title and further evidence, which is listed and worth a look.

        If two papers match equally well, neither is accepted, unless they are versions of one work. Otherwise the
        match is for review with the three best candidates, or missing if no title scores 60.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024")
    >>> index = index_catalog(Catalog(title="Mine", entries=(entry,)))
    >>> judge_title_match(entry, [Paper(id="1", title="FedX - learning")], index=index).method
    'exact'
    """
    papers = {paper.id: paper for paper in candidates}
    cases = sorted((_examine(entry, paper, index) for paper in papers.values()), key=_rank_case)
    for case in cases:
        if case.has_equal_id and not _find_conflict(case):
            return judge_id_match(entry, case.paper, index=index, decided=decided)
    accepted = [case for case in cases if case.method]
    if not accepted:
        return _leave_open(cases, _explain_open(cases), decided)
    best = accepted[0]
    near = [case for case in cases if case is not best and case.is_rival_of(best)]
    rivals = [case.paper.id for case in near if not is_same_work(best.paper, case.paper)]
    if rivals:
        return _leave_open(cases, f"another paper matches equally well: {', '.join(rivals)}", decided)
    versions = tuple(say_version(case.paper.id) for case in near)
    return Match(
        status="accepted",
        method=best.method or "",
        id=best.paper.id,
        score=round(best.comparison.score, 1),
        title_seen=best.paper.title,
        witnesses=(*best.witnesses, *versions),
        decided=decided,
    )


def say_equal(kind: str) -> str:
    """Say that a record has the id of its entry, as a witness."""
    return f"{ID_NAMES[kind]} equal"


def settle_conflict(by_id: Match, by_title: Match) -> Match:
    """Resolve the match of an entry whose id leads to another title: by title if accepted, else for review.

    Parameters
    ----------
    by_id : Match
        A result of `judge_id_match` for review.
    by_title : Match
        The result of `judge_title_match` for the same entry.

    Returns
    -------
    Match
        The match, with the record of the id among the witnesses or the candidates.

    Examples
    --------
    >>> wrong = Match(status="review", method="id", title_seen="Quantum gravity")
    >>> settle_conflict(wrong, Match(status="accepted", method="exact", id="1")).witnesses
    ("the listed id leads to another title: 'Quantum gravity'",)
    """
    if by_title.status == "accepted":
        note = f"the listed id leads to another title: {by_id.title_seen!r}"
        return by_title.model_copy(update={"witnesses": (*by_title.witnesses, note)})
    seen = {candidate["id"]: candidate for candidate in (*by_title.candidates, *by_id.candidates)}
    best = sorted(seen.values(), key=lambda candidate: (-candidate.get("score", 0.0), candidate["id"]))
    return by_id.model_copy(update={"candidates": tuple(best[:_MAX_CANDIDATES])})


class _Case(NamedTuple):
    """A record compared with an entry: the similarity of the titles, and evidence for and against a match."""

    paper: Paper
    comparison: TitleComparison
    witnesses: tuple[str, ...]
    doubts: tuple[str, ...]
    has_equal_id: bool
    nearer_to: str | None

    @property
    def method(self) -> Method | None:
        """Return the method by which the title is accepted, or None."""
        if self.comparison.exact:
            return None if self._is_namesake() else "exact"
        if self.doubts or self.nearer_to:
            return None
        if self.comparison.is_near:
            return "near"
        # Authors publish series with similar titles, so titles with different words need two witnesses.
        needed = 1 if self.comparison.same_words else 2
        found = len(_NAME_WITNESSES.intersection(self.witnesses))
        return "witness" if self.comparison.is_similar and found >= needed else None

    @property
    def is_of_another_time(self) -> bool:
        """Return whether the year of the record is too far from that of the entry."""
        return any(doubt.startswith(_OTHER_YEAR) for doubt in self.doubts)

    def _is_namesake(self) -> bool:
        """Return whether a record with the same title is another paper: other authors, or another time."""
        return _NO_COMMON_AUTHOR in self.doubts or (self.is_of_another_time and "authors equal" not in self.witnesses)

    def is_rival_of(self, best: _Case) -> bool:
        is_as_near = self.comparison.score >= best.comparison.score - _MARGIN
        return is_as_near and not self.doubts and not self.nearer_to


def _rank_case(case: _Case) -> tuple[int, float, bool, str]:
    place = _METHODS.index(case.method) if case.method else len(_METHODS)
    return place, -case.comparison.score, not is_published(case.paper), case.paper.id


def _find_conflict(case: _Case) -> str | None:
    """Return why the record of an id is not the paper of the entry, or None if it is."""
    if not case.paper.title:
        return "the record has no title to compare"
    if not case.comparison.confirms_id or (
        case.comparison.ratio < _CANDIDATE_SCORE and _NO_COMMON_AUTHOR in case.doubts
    ):
        return f"its title differs: {case.paper.title!r}"
    if case.comparison.other_numbers:
        return f"its title differs in a number: {case.paper.title!r}"
    if case.is_of_another_time and not _is_confirmed(case):
        doubt = next(doubt for doubt in case.doubts if doubt.startswith(_OTHER_YEAR))
        return f"{doubt}, and its title differs: {case.paper.title!r}"
    if case.nearer_to:
        return f"its title is more similar to {case.nearer_to}: {case.paper.title!r}"
    return None


def _is_confirmed(case: _Case) -> bool:
    """Return whether more than a DOI says that a record of another year is the paper of the entry.

    An arXiv id does: its record has the year of publication, while a list may have that of the preprint.
    """
    is_titled = case.comparison.exact or case.comparison.is_near
    return is_titled or not _CONFIRMING.isdisjoint(case.witnesses)


def _leave_open(cases: Sequence[_Case], reason: str, decided: date | None) -> Match:
    by_score = sorted(cases, key=lambda case: (-case.comparison.score, case.paper.id))
    best = [case for case in by_score if case.comparison.score >= _CANDIDATE_SCORE][:_MAX_CANDIDATES]
    return Match(
        status="review" if best else "missing",
        method="title",
        score=round(best[0].comparison.score, 1) if best else None,
        title_seen=best[0].paper.title if best else None,
        witnesses=(*best[0].witnesses, reason) if best else (reason,),
        candidates=tuple(to_candidate(case.paper, case.comparison.score) for case in best),
        decided=decided,
    )


def _explain_open(cases: Sequence[_Case]) -> str:
    if not cases:
        return "no record found by title"
    best = min(cases, key=lambda case: (-case.comparison.score, case.paper.id))
    if best.comparison.score < _CANDIDATE_SCORE:
        return f"no record with a similar title found; the closest is {best.paper.title!r}"
    if best.nearer_to:
        return f"its title is more similar to {best.nearer_to}"
    return "; ".join(best.doubts) or "the title is similar, but there is not enough further evidence"


def to_candidate(paper: Paper, score: float) -> dict[str, Any]:
    """Describe a record that a person may choose."""
    facts = {"id": paper.id, "title": paper.title, "year": paper.year, "score": round(score, 1)}
    return {name: value for name, value in facts.items() if value is not None}


# --- evidence --------------------------------------------------------------------------------------------


def _examine(entry: CatalogEntry, paper: Paper, index: CatalogIndex) -> _Case:
    compared = [compare_titles(title, paper.title or "", acronym=entry.acronym) for title in list_titles(entry)]
    comparison = max(compared, key=lambda found: (found.exact, found.confirms_id, found.score))
    ids = find_ids(entry)
    equal = [kind for kind, value in ids.items() if paper.ids.get(kind) == value]
    people = compare_authors([author.name for author in entry.authors], [author.name for author in paper.authors])
    said = {
        **{say_equal(kind): True for kind in equal},
        "title equal": comparison.exact,
        "acronym equal": comparison.same_acronym,
        "authors equal": people == "same",
        "venue equal": is_same_venue(entry, paper, index.venues),
    }
    return _Case(
        paper=paper,
        comparison=comparison,
        witnesses=tuple(name for name, holds in said.items() if holds),
        doubts=_find_doubts(entry, paper, comparison, people, index),
        has_equal_id=bool(equal),
        nearer_to=None if comparison.exact else _find_nearer_entry(entry, paper, comparison, index),
    )


def _find_doubts(
    entry: CatalogEntry, paper: Paper, comparison: TitleComparison, people: str, index: CatalogIndex
) -> tuple[str, ...]:
    listed, seen = find_ids(entry).get("arxiv"), paper.ids.get("arxiv")
    year = find_year(entry, index.venues)
    said = {
        _NO_COMMON_AUTHOR: people == "other",
        f"{_OTHER_YEAR} is {paper.year}, not {year}": are_years_apart(year, paper.year),
        f"its arXiv id is {seen}, not {listed}": bool(listed and seen) and listed != seen,
        f"the titles differ in {' and '.join(comparison.differing)}": bool(comparison.differing),
    }
    return tuple(doubt for doubt, holds in said.items() if holds)


def _find_nearer_entry(
    entry: CatalogEntry, paper: Paper, comparison: TitleComparison, index: CatalogIndex
) -> str | None:
    """Return the key of another entry whose title is more similar to the title of the record, if any."""
    nearest = find_nearest_title(paper.title or "", index.titles)
    if nearest is None or index.titles[nearest] == entry.key:
        return None
    other = compare_titles(nearest, paper.title or "")
    return index.titles[nearest] if other.ratio > comparison.ratio else None


def list_titles(entry: CatalogEntry) -> list[str]:
    """List the titles of an entry: the listed one, then the published one if it differs."""
    return [entry.title, *([entry.published.title] if entry.published.title else [])]
