"""Match a catalog: ask for the record of each entry, by id and else by title, and judge what comes.

A failure is never judged: an entry whose question failed has an error and no new match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from flgraph.enrichment.judge import (
    CatalogIndex,
    find_ids,
    index_catalog,
    judge_id_match,
    judge_title_match,
    list_titles,
    merge_decisions,
    review_shared_records,
    settle_conflict,
)
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Match, Paper
from flgraph.sources.provider import Answer, Desk, PaperId, Provider


class Outcome(NamedTuple):
    """What became of an entry: its match, the record where it is accepted, and at what question it failed."""

    match: Match | None
    paper: Paper | None = None
    error: SourceError | None = None
    stage: Literal["id", "title"] = "id"


class _Run(NamedTuple):
    """What every question and judgement of a run needs beside the entry: who is asked, the others, the day."""

    provider: Provider
    desk: Desk
    catalog: CatalogIndex
    decided: date

    def ask(self, ids: Mapping[str, Sequence[PaperId]]) -> dict[str, _Answered]:
        """Return the answer to each key that has ids; the next id is asked only where one is not known."""
        answers: dict[str, _Answered] = {}
        turn = 0
        while asked := {
            key: names[turn]
            for key, names in ids.items()
            if turn < len(names) and (key not in answers or answers[key].answer is None)
        }:
            try:
                found = self.provider.fetch_papers(list(asked.values()), self.desk)
            except SourceError as error:
                found = [error] * len(asked)
            answers |= {key: _Answered(asked[key], answer) for key, answer in zip(asked, found, strict=True)}
            turn += 1
        return answers

    def judge_title(self, entry: CatalogEntry, candidates: Sequence[Paper]) -> Match:
        """Return the match of an entry among candidates."""
        return judge_title_match(entry, candidates, index=self.catalog, decided=self.decided)


def match_catalog(catalog: Catalog, provider: Provider, desk: Desk, *, decided: date) -> dict[str, Outcome]:
    """Return what became of each entry, by key: found by its ids, by what an earlier run found, or by its title.

    Titles are searched only where no id led to the paper. What a person decided is never judged; a record that
    an id leads to under another title is a conflict, which a search by title settles or leaves to a person.

    Parameters
    ----------
    catalog : Catalog
        The entries, and in `matches` what earlier runs and people decided for this provider.
    provider : Provider
        Who is asked.
    desk : Desk
        Its requester, and the cache.
    decided : date
        The day of new judgements.
    """
    cases = _list_cases(catalog, provider)
    run = _Run(provider, desk, index_catalog(catalog), decided)
    answers = run.ask({case.entry.key: case.ids for case in cases})
    found = {case.entry.key: _judge_answer(case, answers.get(case.entry.key), run) for case in cases}
    conflicts = [case for case in cases if case.is_open(found) and found[case.entry.key].paper and case.found_before]
    found |= _find_again(conflicts, found, run)
    found |= _find_by_titles([case for case in cases if case.is_open(found)], found, run)
    return settle_outcomes(found, {case.entry.key: case.earlier for case in cases if case.earlier})


def count_ids(catalog: Catalog, provider: Provider) -> dict[str, int]:
    """Return how many ids may have to be asked for, by key of the entry."""
    return {case.entry.key: len(case.ids) for case in _list_cases(catalog, provider)}


def _list_cases(catalog: Catalog, provider: Provider) -> list[_Entry]:
    """Return the entries by key, each with what is known of its match at the provider."""
    known = catalog.matches.get(provider.about.name, {})
    entries = sorted(catalog.entries, key=lambda entry: entry.key)
    return [_Entry(entry, known.get(entry.key), provider.about.id_kind) for entry in entries]


class _Entry(NamedTuple):
    """An entry, and what is known of its match from before."""

    entry: CatalogEntry
    earlier: Match | None
    id_kind: str

    @property
    def decision(self) -> Match | None:
        """What a person decided."""
        return self.earlier if self.earlier and self.earlier.decided_by == "person" else None

    @property
    def found_before(self) -> PaperId | None:
        """The record that an earlier run accepted."""
        is_accepted = self.earlier is not None and self.earlier.status == "accepted"
        return PaperId(self.id_kind, self.earlier.id) if is_accepted and self.earlier and self.earlier.id else None

    @property
    def own_ids(self) -> list[PaperId]:
        """The ids of the entry itself."""
        return [PaperId(kind, value) for kind, value in find_ids(self.entry).items()]

    @property
    def ids(self) -> list[PaperId]:
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

    asked: PaperId
    answer: Answer


def _judge_answer(case: _Entry, answered: _Answered | None, run: _Run) -> Outcome:
    asked, answer = answered or (None, None)
    if isinstance(answer, SourceError):
        return Outcome(case.decision, error=answer)
    if case.decision:
        return Outcome(case.decision, answer)
    if answer is not None and asked in case.own_ids:
        match = judge_id_match(case.entry, answer, index=run.catalog, decided=run.decided)
        return Outcome(match, answer)
    witnesses = tuple(f"{asked} is not known to {run.provider.about.title}" for asked in case.own_ids)
    missed = Match(status="missing", method="id", witnesses=witnesses, decided=run.decided) if witnesses else None
    by_id = Outcome(missed)
    return by_id if answer is None else _judge_again(case, answer, by_id, run)


def _find_again(cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run) -> dict[str, Outcome]:
    """Return the entries whose ids lead elsewhere, as an earlier run has found out: by the record it found."""
    answers = run.ask({case.entry.key: [case.found_before] for case in cases if case.found_before})
    again: dict[str, Outcome] = {}
    for case in cases:
        by_id, answer = found[case.entry.key], answers[case.entry.key].answer
        if isinstance(answer, SourceError):
            again[case.entry.key] = Outcome(None, error=answer)
        elif answer is not None:
            again[case.entry.key] = _judge_again(case, answer, by_id, run)
    return again


def _judge_again(case: _Entry, paper: Paper, by_id: Outcome, run: _Run) -> Outcome:
    """Return the outcome of a record that an earlier run found by title: by title again; or what the ids led to."""
    judged = run.judge_title(case.entry, [paper])
    if judged.status != "accepted":
        return by_id
    if case.earlier and judged.id == case.earlier.id:
        return Outcome(case.earlier, paper)  # it knew the other candidates as well, so it says more
    return _combine(by_id, judged, [paper])


# --- by title --------------------------------------------------------------------------------------------


def _find_by_titles(cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run) -> dict[str, Outcome]:
    in_turn = run.desk.requester.track("papers by title", cases)
    return {case.entry.key: _find_by_title(case.entry, found[case.entry.key], run) for case in in_turn}


def _find_by_title(entry: CatalogEntry, by_id: Outcome, run: _Run) -> Outcome:
    """Return what the provider's searches for an entry's titles find; the next is sent only where one was in vain."""
    candidates: list[Paper] = []
    match = run.judge_title(entry, candidates)
    if not any(character.isalnum() for character in entry.title):
        return _combine(by_id, match, candidates)
    try:
        for more in run.provider.search_titles(list_titles(entry), run.desk):
            candidates += more
            match = run.judge_title(entry, candidates)
            if match.status == "accepted":
                break
    except SourceError as error:
        return Outcome(None, error=error, stage="title")
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
