"""Match a catalog: ask for the record of each entry, by id and else by title, and judge what comes.

A failure is never judged: an entry whose question failed has an error and no new match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from flgraph.enrichment.judge import (
    CatalogIndex,
    find_ids,
    index_catalog,
    judge_id_match,
    judge_title_match,
    merge_decisions,
    review_shared_records,
    settle_conflict,
)
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Match, Paper
from flgraph.sources.cache import MAX_AGE, RecordCache
from flgraph.sources.http import Requester
from flgraph.sources.semantic_scholar.papers import Answer, fetch_papers
from flgraph.sources.semantic_scholar.titles import search_papers, search_title

_ID_FORMS: Final = {"arxiv": "ARXIV:{}", "doi": "DOI:{}"}


@dataclass(frozen=True)
class Desk:
    """Who is asked, where answers are kept, and how many seconds old they may be."""

    requester: Requester
    cache: RecordCache
    max_age: float = MAX_AGE


class Outcome(NamedTuple):
    """What became of an entry: its match, the record where it is accepted, and at what question it failed."""

    match: Match | None
    paper: Paper | None = None
    error: SourceError | None = None
    stage: Literal["id", "title"] = "id"


class _Judge(NamedTuple):
    """What every judgement needs beside the entry and the record."""

    catalog: CatalogIndex
    decided: date


def match_catalog(catalog: Catalog, desk: Desk, *, decided: date) -> dict[str, Outcome]:
    """Return what became of each entry, by key: found by its ids, by what an earlier run found, or by its title.

    Titles are asked for only where no id led to the paper. What a person decided is never judged; a record that
    an id leads to under another title is a conflict, which a search by title settles or leaves to a person.

    Parameters
    ----------
    catalog : Catalog
        The entries, and in `matches` what earlier runs and people decided.
    desk : Desk
        Who is asked.
    decided : date
        The day of new judgements.
    """
    entries = sorted(catalog.entries, key=lambda entry: entry.key)
    cases = [_Case(entry, catalog.matches.get(entry.key)) for entry in entries]
    judge = _Judge(index_catalog(catalog), decided)
    answers = _ask_in_turn({case.entry.key: case.ids for case in cases}, desk)
    found = {case.entry.key: _judge_answer(case, answers.get(case.entry.key), judge) for case in cases}
    conflicts = [case for case in cases if case.is_open(found) and found[case.entry.key].paper and case.found_before]
    found |= _find_again(conflicts, found, judge, desk)
    found |= _find_by_titles([case for case in cases if case.is_open(found)], found, judge, desk)
    return settle_outcomes(found, {case.entry.key: case.earlier for case in cases if case.earlier})


class _Case(NamedTuple):
    """An entry, and what is known of its match from before."""

    entry: CatalogEntry
    earlier: Match | None

    @property
    def decision(self) -> Match | None:
        """What a person decided."""
        return self.earlier if self.earlier and self.earlier.decided_by == "person" else None

    @property
    def found_before(self) -> str | None:
        """The record that an earlier run accepted."""
        return self.earlier.id if self.earlier and self.earlier.status == "accepted" else None

    @property
    def own_ids(self) -> list[str]:
        """The entry's ids in the service's forms."""
        return [_ID_FORMS[kind].format(value) for kind, value in find_ids(self.entry).items()]

    @property
    def ids(self) -> list[str]:
        """What is asked for, the next only where one is not known."""
        if self.decision and self.decision.status != "accepted":
            return []
        if self.decision and self.found_before:
            return [self.found_before]
        return list(dict.fromkeys([*self.own_ids, *([self.found_before] if self.found_before else [])]))

    def is_open(self, found: Mapping[str, Outcome]) -> bool:
        """Tell whether the question goes on: no person decided it, nothing is accepted, nothing failed."""
        match, _, error, _ = found[self.entry.key]
        return self.decision is None and error is None and (match is None or match.status != "accepted")


def settle_outcomes(found: Mapping[str, Outcome], earlier: Mapping[str, Match]) -> dict[str, Outcome]:
    """Return the outcomes with shared records left to a person, and the dates of judgements that stay the same."""
    matches = {key: outcome.match for key, outcome in found.items() if outcome.match is not None}
    papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
    reviewed = review_shared_records(matches, papers)
    settled = merge_decisions(reviewed, {key: match for key, match in earlier.items() if key in reviewed})
    accepted = {key: paper for key, paper in papers.items() if settled[key].status == "accepted"}
    return {key: outcome._replace(match=settled.get(key), paper=accepted.get(key)) for key, outcome in found.items()}


# --- by id -----------------------------------------------------------------------------------------------


class _Answered(NamedTuple):
    """An id that was asked for, and the answer."""

    asked: str
    answer: Answer


def _ask_in_turn(ids: Mapping[str, Sequence[str]], desk: Desk) -> dict[str, _Answered]:
    """Return the answer to each key that has ids; the next id is asked only where one is not known."""
    answers: dict[str, _Answered] = {}
    turn = 0
    while asked := {
        key: names[turn]
        for key, names in ids.items()
        if turn < len(names) and (key not in answers or answers[key].answer is None)
    }:
        try:
            found = fetch_papers(list(asked.values()), requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
        except SourceError as error:
            found = [error] * len(asked)
        answers |= {key: _Answered(asked[key], answer) for key, answer in zip(asked, found, strict=True)}
        turn += 1
    return answers


def count_ids(catalog: Catalog) -> dict[str, int]:
    """Return how many ids may have to be asked for, by key of the entry."""
    return {entry.key: len(_Case(entry, catalog.matches.get(entry.key)).ids) for entry in catalog.entries}


def _judge_answer(case: _Case, answered: _Answered | None, judge: _Judge) -> Outcome:
    asked, answer = answered or (None, None)
    if isinstance(answer, SourceError):
        return Outcome(case.decision, error=answer)
    if case.decision:
        return Outcome(case.decision, answer)
    if answer is not None and asked in case.own_ids:
        match = judge_id_match(case.entry, answer, index=judge.catalog, decided=judge.decided)
        return Outcome(match, answer)
    witnesses = tuple(f"{asked} is not known to Semantic Scholar" for asked in case.own_ids)
    missed = Match(status="missing", method="id", witnesses=witnesses, decided=judge.decided) if witnesses else None
    by_id = Outcome(missed)
    return by_id if answer is None else _judge_again(case, answer, by_id, judge)


def _find_again(cases: Sequence[_Case], found: Mapping[str, Outcome], judge: _Judge, desk: Desk) -> dict[str, Outcome]:
    """Return the entries whose ids lead elsewhere, as an earlier run has found out: by the record it found."""
    answers = _ask_in_turn({case.entry.key: [case.found_before] for case in cases if case.found_before}, desk)
    again: dict[str, Outcome] = {}
    for case in cases:
        by_id, answer = found[case.entry.key], answers[case.entry.key].answer
        if isinstance(answer, SourceError):
            again[case.entry.key] = Outcome(None, error=answer)
        elif answer is not None:
            again[case.entry.key] = _judge_again(case, answer, by_id, judge)
    return again


def _judge_again(case: _Case, paper: Paper, by_id: Outcome, judge: _Judge) -> Outcome:
    """Return the outcome of a record that an earlier run found by title: by title again; or what the ids led to."""
    judged = judge_title_match(case.entry, [paper], index=judge.catalog, decided=judge.decided)
    if judged.status != "accepted":
        return by_id
    if case.earlier and judged.id == case.earlier.id:
        return Outcome(case.earlier, paper)  # it knew the other candidates as well, so it says more
    return _combine(by_id, judged, [paper])


# --- by title --------------------------------------------------------------------------------------------


def _find_by_titles(
    cases: Sequence[_Case], found: Mapping[str, Outcome], judge: _Judge, desk: Desk
) -> dict[str, Outcome]:
    cases_in_turn = desk.requester.track("papers by title", cases)
    return {case.entry.key: _find_by_title(case.entry, found[case.entry.key], judge, desk) for case in cases_in_turn}


def _find_by_title(entry: CatalogEntry, by_id: Outcome, judge: _Judge, desk: Desk) -> Outcome:
    """Return what the closest match, and where that is not the paper a search, finds for an entry's title."""
    if not any(character.isalnum() for character in entry.title):
        return _combine(by_id, judge_title_match(entry, [], index=judge.catalog, decided=judge.decided), [])
    closest = search_title(entry.title, requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
    if isinstance(closest, SourceError):
        return Outcome(None, error=closest, stage="title")
    candidates = [closest] if closest else []
    match = judge_title_match(entry, candidates, index=judge.catalog, decided=judge.decided)
    if match.status != "accepted":
        try:
            candidates += search_papers(
                entry.published.title or entry.title,
                requester=desk.requester,
                cache=desk.cache,
                max_age=desk.max_age,
            )
        except SourceError as error:
            return Outcome(None, error=error, stage="title")
        match = judge_title_match(entry, candidates, index=judge.catalog, decided=judge.decided)
    return _combine(by_id, match, candidates)


def _combine(by_id: Outcome, by_title: Match, candidates: Iterable[Paper]) -> Outcome:
    """Return the outcome of a search by title, with what the ids led to among its evidence."""
    if by_id.match is None:
        match = by_title
    elif by_id.match.status == "missing":
        match = by_title.model_copy(update={"witnesses": (*by_id.match.witnesses, *by_title.witnesses)})
    else:
        match = settle_conflict(by_id.match, by_title)
    paper = next((paper for paper in candidates if paper.id == match.id), None)
    return Outcome(match, paper, stage="title")


def sort_outcomes(found: Mapping[str, Outcome]) -> dict[str, Any]:
    """Return the snapshot's `matches`, `missing` and `failed`."""
    return {
        "matches": {key: outcome.match for key, outcome in found.items() if outcome.match is not None},
        "missing": tuple(key for key, outcome in found.items() if _is_missing(outcome)),
        "failed": tuple(key for key, outcome in found.items() if outcome.error is not None),
    }


def _is_missing(outcome: Outcome) -> bool:
    """Tell whether an entry has no record: so judged or decided, or accepted by a person under an unknown id."""
    match, paper, error, _ = outcome
    if match is None or error is not None:
        return False
    return match.status == "missing" or (match.status == "accepted" and paper is None)
