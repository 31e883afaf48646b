"""Match a catalog: request a record for each entry, by id or else by title, and judge the answers.

Failures are never judged: an entry whose request failed has an error and no new match.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from flgraph.catalog.refuted import carry_refuted, drop_refuted, find_refuted
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
from flgraph.identifiers import name_id
from flgraph.records import Catalog, CatalogEntry, FoundId, Match, Paper
from flgraph.sources.provider import Answer, Desk, PaperId, Provider


class Outcome(NamedTuple):
    """The outcome of an entry: its match, the record if accepted, or the error and the stage at which it failed."""

    match: Match | None
    paper: Paper | None = None
    error: SourceError | None = None
    stage: Literal["id", "title"] = "id"


class _Run(NamedTuple):
    """The context of a run: the provider, its tools, the index of the catalog, and the date."""

    provider: Provider
    desk: Desk
    catalog: CatalogIndex
    decided: date

    def ask(self, ids: Mapping[str, Sequence[PaperId]]) -> dict[str, _Answered]:
        """Request the ids of each key; request the next id of a key only if the previous one is unknown."""
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
        """Judge the candidates for an entry."""
        return judge_title_match(entry, candidates, index=self.catalog, decided=self.decided)


def match_catalog(catalog: Catalog, provider: Provider, desk: Desk, *, decided: date) -> dict[str, Outcome]:
    """Match each entry of a catalog by its ids, by the record of an earlier run, or by its title.

    Titles are searched only if no id leads to the paper. Decisions of people are never judged again. If an id leads to
    a record with another title, a search by title resolves the conflict or leaves it to a person. The match lists the
    id as refuted, and later runs do not ask for it.

    Parameters
    ----------
    catalog : Catalog
        The entries, and in `matches` the decisions of earlier runs and of people for this provider.
    provider : Provider
        The provider.
    desk : Desk
        Its requester and the cache.
    decided : date
        The date of new judgements.

    Returns
    -------
    dict
        The outcome of each entry, by key.
    """
    cases = _list_cases(catalog, provider)
    run = _Run(provider, desk, index_catalog(catalog), decided)
    answers = run.ask({case.entry.key: case.ids for case in cases})
    found = {case.entry.key: _judge_answer(case, answers.get(case.entry.key), run) for case in cases}
    conflicts = [case for case in cases if case.is_open(found) and found[case.entry.key].paper and case.found_before]
    found |= _find_again(conflicts, found, run)
    found |= _find_by_titles([case for case in cases if case.is_open(found)], found, run)
    listed = {entry.key: entry for entry in catalog.entries}
    found = {
        case.entry.key: outcome._replace(match=carry_refuted(outcome.match, case.earlier, listed[case.entry.key]))
        for case, outcome in ((case, found[case.entry.key]) for case in cases)
    }
    return settle_outcomes(found, {case.entry.key: case.earlier for case in cases if case.earlier})


def count_ids(catalog: Catalog, provider: Provider) -> dict[str, int]:
    """Count the ids that may have to be requested, by key of the entry."""
    return {case.entry.key: len(case.ids) for case in _list_cases(catalog, provider)}


def _list_cases(catalog: Catalog, provider: Provider) -> list[_Entry]:
    """List the entries in order of their keys, without refuted ids, each with its earlier match at the provider."""
    known = catalog.matches.get(provider.about.name, {})
    cases = []
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        earlier = known.get(entry.key)
        asked = drop_refuted(entry, find_refuted(entry, [earlier] if earlier else []))
        cases.append(_Entry(asked, earlier, provider.about.id_kind))
    return cases


class _Entry(NamedTuple):
    """An entry and its earlier match."""

    entry: CatalogEntry
    earlier: Match | None
    id_kind: str

    @property
    def decision(self) -> Match | None:
        """Return the decision of a person, if any."""
        return self.earlier if self.earlier and self.earlier.decided_by == "person" else None

    @property
    def found_before(self) -> PaperId | None:
        """Return the id of the record that an earlier run accepted, if any."""
        is_accepted = self.earlier is not None and self.earlier.status == "accepted"
        return PaperId(self.id_kind, self.earlier.id) if is_accepted and self.earlier and self.earlier.id else None

    @property
    def own_ids(self) -> list[PaperId]:
        """Return the ids of the entry itself."""
        return [PaperId(kind, value) for kind, value in find_ids(self.entry).items()]

    @property
    def ids(self) -> list[PaperId]:
        """Return the ids to request, each only if the previous one is unknown."""
        if self.decision and self.decision.status != "accepted":
            return []
        if self.decision and self.found_before:
            return [self.found_before]
        return list(dict.fromkeys([*self.own_ids, *([self.found_before] if self.found_before else [])]))

    def is_open(self, found: Mapping[str, Outcome]) -> bool:
        """Return whether the entry still needs a match: no decision of a person, no accepted record, no failure."""
        match, _, error, _ = found[self.entry.key]
        return self.decision is None and error is None and (match is None or match.status != "accepted")


def settle_outcomes(found: Mapping[str, Outcome], earlier: Mapping[str, Match]) -> dict[str, Outcome]:
    """Send shared records to review, and keep the dates of judgements that did not change."""
    matches = {key: outcome.match for key, outcome in found.items() if outcome.match is not None}
    papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
    reviewed = review_shared_records(matches, papers)
    settled = merge_decisions(reviewed, {key: match for key, match in earlier.items() if key in reviewed})
    accepted = {key: paper for key, paper in papers.items() if settled[key].status == "accepted"}
    return {key: outcome._replace(match=settled.get(key), paper=accepted.get(key)) for key, outcome in found.items()}


# --- by id -----------------------------------------------------------------------------------------------


class _Answered(NamedTuple):
    """A requested id and its answer."""

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
        return Outcome(_refute_id(match, asked, answer), answer)
    witnesses = tuple(f"{asked} is not known to {run.provider.about.title}" for asked in case.own_ids)
    missed = Match(status="missing", method="id", witnesses=witnesses, decided=run.decided) if witnesses else None
    by_id = Outcome(missed or _find_open_conflict(case))
    return by_id if answer is None else _judge_again(case, answer, by_id, run)


def _refute_id(match: Match, asked: PaperId | None, answer: Paper) -> Match:
    """Return a match whose id led to another title with that id among the refuted ones."""
    if match.status == "accepted" or asked is None or not answer.title:
        return match
    name = name_id(asked.kind, asked.value)
    found = FoundId(id=name, reason=f"leads to another title: {answer.title!r}", record=answer.id)
    return match.model_copy(update={"refuted": (found,)})


def _find_open_conflict(case: _Entry) -> Match | None:
    """Return the earlier match if it waits for a person because of an id that is not asked for again."""
    earlier = case.earlier
    return earlier if earlier is not None and earlier.status == "review" and earlier.refuted else None


def _find_again(cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run) -> dict[str, Outcome]:
    """Judge entries with conflicting ids by the records that an earlier run found for them."""
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
    """Judge a record of an earlier run by its title; fall back to the outcome by id."""
    judged = run.judge_title(case.entry, [paper])
    if judged.status != "accepted":
        return by_id
    if case.earlier and judged.id == case.earlier.id:
        # The earlier judgement compared all candidates.
        return Outcome(_name_right(case.earlier, by_id.match, paper), paper)
    return _combine(by_id, judged, [paper])


# --- by title --------------------------------------------------------------------------------------------


def _find_by_titles(cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run) -> dict[str, Outcome]:
    in_turn = run.desk.requester.track("papers by title", cases)
    return {case.entry.key: _find_by_title(case.entry, found[case.entry.key], run) for case in in_turn}


def _find_by_title(entry: CatalogEntry, by_id: Outcome, run: _Run) -> Outcome:
    """Search the titles of an entry, with further searches only until a candidate is accepted."""
    entry = drop_refuted(entry, find_refuted(entry, [by_id.match] if by_id.match else []))
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
    """Combine the outcome by title with that by id, whose result becomes evidence."""
    if by_id.match is None:
        match = by_title
    elif by_id.match.status == "missing":
        match = by_title.model_copy(update={"witnesses": (*by_id.match.witnesses, *by_title.witnesses)})
    else:
        match = settle_conflict(by_id.match, by_title)
    paper = next((paper for paper in candidates if paper.id == match.id), None)
    return Outcome(_name_right(match, by_id.match, paper) if paper else match, paper, stage="title")


def _name_right(match: Match, by_id: Match | None, paper: Paper) -> Match:
    """Return an accepted match with the ids that are refuted by id, and the id of its record to use instead."""
    if by_id is None or not by_id.refuted:
        return match
    refuted = tuple(
        found.model_copy(update={"right": _choose_right(found.id.partition(":")[0], paper)}) for found in by_id.refuted
    )
    return match.model_copy(update={"refuted": refuted})


def _choose_right(kind: str, paper: Paper) -> str | None:
    """Return an id of a record, of the same kind if it has one."""
    kinds = (name for name in (kind, "doi", "arxiv") if name in paper.ids)
    return next((name_id(name, paper.ids[name]) for name in kinds), None)


def sort_outcomes(found: Mapping[str, Outcome]) -> dict[str, Any]:
    """Sort outcomes into the fields `matches`, `missing` and `failed` of a snapshot."""
    return {
        "matches": {key: outcome.match for key, outcome in found.items() if outcome.match is not None},
        "missing": tuple(key for key, outcome in found.items() if _is_missing(outcome)),
        "failed": tuple(key for key, outcome in found.items() if outcome.error is not None),
    }


def _is_missing(outcome: Outcome) -> bool:
    """Return whether an entry has no record, including entries accepted by a person under an unknown id."""
    match, paper, error, _ = outcome
    if match is None or error is not None:
        return False
    return match.status == "missing" or (match.status == "accepted" and paper is None)
