"""Match a catalog: request a record for each entry, by id or else by title, and judge the answers.

Failures are never judged: an entry whose request failed has an error and no new match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Literal, NamedTuple

from flgraph.catalog.refuted import carry_refuted, drop_refuted, find_refuted
from flgraph.enrichment.choose import Choice, choose_record, choose_right
from flgraph.enrichment.judge import (
    CatalogIndex,
    find_ids,
    index_catalog,
    judge_title_match,
    list_titles,
    settle_conflict,
)
from flgraph.enrichment.reconcile import merge_decisions, review_shared_records
from flgraph.enrichment.versions import is_same_work, is_version, keep_versions, unite_versions
from flgraph.errors import SourceError
from flgraph.records import Catalog, CatalogEntry, Match, Paper
from flgraph.sources.provider import Answers, Desk, Found, PaperId, Provider
from flgraph.sources.registry import About

Fetch = Callable[[Sequence[Sequence[PaperId]]], Sequence[Answers]]
"""A function that looks up papers by their ids: answer i belongs to paper i, as in `Provider.fetch_papers`."""


class Outcome(NamedTuple):
    """The outcome of an entry: its match, the record if accepted, or the error and the stage at which it failed."""

    match: Match | None
    paper: Paper | None = None
    error: SourceError | None = None
    stage: Literal["id", "title"] = "id"


class _Run(NamedTuple):
    """The context of a run: who answers, the function that asks, the index of the catalog, and the date."""

    about: About
    fetch: Fetch
    catalog: CatalogIndex
    decided: date

    def ask(self, ids: Mapping[str, Sequence[PaperId]]) -> dict[str, Answers]:
        """Request the papers of the keys that have ids."""
        asked = {key: names for key, names in ids.items() if names}
        if not asked:
            return {}
        try:
            answers = self.fetch(list(asked.values()))
        except SourceError as error:
            return dict.fromkeys(asked, error)
        return dict(zip(asked, answers, strict=True))

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
    cases = _list_cases(catalog, provider.about, is_merged=provider.unites_versions)
    run = _Run(provider.about, partial(provider.fetch_papers, desk=desk), index_catalog(catalog), decided)
    found = _match_ids(cases, run)
    found |= _find_by_titles([case for case in cases if case.is_open(found)], found, run, provider, desk)
    return _settle(catalog, cases, found)


def match_ids(
    catalog: Catalog, about: About, fetch: Fetch, *, unites_versions: bool, kinds: Sequence[str], decided: date
) -> dict[str, Outcome]:
    """Match each entry of a catalog as `match_catalog`, by its ids and the record of an earlier run alone.

    For a source that cannot be searched by title. An id that leads to another title leaves the entry to a person. An
    entry without an id that the source knows is missing.

    Parameters
    ----------
    catalog : Catalog
        The entries, and the decisions of earlier runs and of people for this source.
    about : About
        The source.
    fetch : callable
        Looks up ids, as `Provider.fetch_papers`.
    unites_versions : bool
        Whether the source keeps several records of one work.
    kinds : Sequence of str
        The kinds of ids that the source knows, besides arXiv ids and DOIs.
    decided : date
        The date of new judgements.
    """
    cases = _list_cases(catalog, about, is_merged=unites_versions, kinds=kinds)
    found = _match_ids(cases, _Run(about, fetch, index_catalog(catalog), decided))
    nameless = set(list_nameless(catalog))
    no_id, no_record = "the entry has no id", f"no id of the entry leads to a record of {about.title}"
    for case in cases:
        key = case.entry.key
        if found[key].match is None:
            witness = no_id if key in nameless else no_record
            found[key] = Outcome(Match(status="missing", method="id", witnesses=(witness,), decided=decided))
    return _settle(catalog, cases, found)


def list_nameless(catalog: Catalog) -> list[str]:
    """List the keys of the entries that have no id, also none in their link."""
    return [entry.key for entry in catalog.entries if not entry.ids and not find_ids(entry)]


def _match_ids(cases: Sequence[_Entry], run: _Run) -> dict[str, Outcome]:
    answers = run.ask({case.entry.key: case.ids for case in cases})
    found = {case.entry.key: _judge_answer(case, answers.get(case.entry.key), run) for case in cases}
    conflicts = [case for case in cases if case.is_open(found) and found[case.entry.key].paper and case.found_before]
    return {**found, **_find_again(conflicts, found, run)}


def _settle(catalog: Catalog, cases: Sequence[_Entry], found: Mapping[str, Outcome]) -> dict[str, Outcome]:
    listed = {entry.key: entry for entry in catalog.entries}
    found = {
        case.entry.key: outcome._replace(match=carry_refuted(outcome.match, case.earlier, listed[case.entry.key]))
        for case, outcome in ((case, found[case.entry.key]) for case in cases)
    }
    return settle_outcomes(found, {case.entry.key: case.earlier for case in cases if case.earlier})


def list_ids(catalog: Catalog, provider: Provider) -> dict[str, list[PaperId]]:
    """List the ids that may have to be requested, by key of the entry."""
    cases = _list_cases(catalog, provider.about, is_merged=provider.unites_versions)
    return {case.entry.key: case.ids for case in cases}


def _list_cases(catalog: Catalog, about: About, *, is_merged: bool, kinds: Sequence[str] = ()) -> list[_Entry]:
    """List the entries in order of their keys, without refuted ids, each with its earlier match at the provider."""
    known = catalog.matches.get(about.name, {})
    cases = []
    for entry in sorted(catalog.entries, key=lambda entry: entry.key):
        earlier = known.get(entry.key)
        asked = drop_refuted(entry, find_refuted(entry, [earlier] if earlier else []))
        cases.append(_Entry(asked, earlier, about.id_kind, is_merged, tuple(kinds)))
    return cases


class _Entry(NamedTuple):
    """An entry and its earlier match; `is_merged` is true if the record of a match may have gone into another.

    `kinds` are the kinds of ids to ask for besides arXiv ids and DOIs.
    """

    entry: CatalogEntry
    earlier: Match | None
    id_kind: str
    is_merged: bool
    kinds: tuple[str, ...] = ()

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
    def before(self) -> list[PaperId]:
        """Return the ids of the record that an earlier run accepted and of its versions, if any."""
        if self.found_before is None or self.earlier is None:
            return []
        return [self.found_before, *(PaperId(self.id_kind, name) for name in self.earlier.versions)]

    def unite_earlier(self, found: Sequence[Found]) -> Paper | None:
        """Return the record that an earlier run accepted, with its versions; None if the record is gone."""
        paper = next((one.paper for one in found if one.asked == self.found_before), None)
        return paper and unite_versions(paper, [one.paper for one in found if one.asked in self.before])

    @property
    def own_ids(self) -> list[PaperId]:
        """Return the ids of the entry itself."""
        more = {kind: self.entry.ids[kind] for kind in self.kinds if kind in self.entry.ids}
        return [PaperId(kind, value) for kind, value in {**find_ids(self.entry), **more}.items()]

    @property
    def ids(self) -> list[PaperId]:
        """Return the ids to request, each only if the previous one is unknown."""
        if self.decision and self.decision.status != "accepted":
            return []
        if self.decision and self.before:
            return [*self.before, *(self.own_ids if self.is_merged else [])]
        return list(dict.fromkeys([*self.own_ids, *self.before]))

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


def _judge_answer(case: _Entry, answers: Answers | None, run: _Run) -> Outcome:
    if isinstance(answers, SourceError):
        return Outcome(case.decision, error=answers)
    found = answers or ()
    earlier = case.unite_earlier(found)
    if case.decision and (earlier or not found):
        return Outcome(case.decision, earlier)
    own = [one for one in found if one.asked in case.own_ids]
    if own:
        chosen = choose_record(case.entry, own, index=run.catalog, decided=run.decided)
        return _obey(case.decision, found[0].paper, chosen) if case.decision else Outcome(*chosen)
    witnesses = tuple(f"{asked} is not known to {run.about.title}" for asked in case.own_ids)
    missed = Match(status="missing", method="id", witnesses=witnesses, decided=run.decided) if witnesses else None
    by_id = Outcome(missed or _find_open_conflict(case))
    return by_id if earlier is None else _judge_again(case, earlier, by_id, run)


def _obey(decision: Match, first: Paper, chosen: Choice) -> Outcome:
    """Return the decision of a person, with the record of an own id if it fits or if the person named none."""
    if decision.id is None:
        return Outcome(decision, first)
    return Outcome(decision, chosen.paper if chosen.match.status == "accepted" else None)


def _find_open_conflict(case: _Entry) -> Match | None:
    """Return the earlier match if it waits for a person because of an id that is not asked for again."""
    earlier = case.earlier
    return earlier if earlier is not None and earlier.status == "review" and earlier.refuted else None


def _find_again(cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run) -> dict[str, Outcome]:
    """Judge entries with conflicting ids by the records that an earlier run found for them."""
    answers = run.ask({case.entry.key: case.before for case in cases})
    again: dict[str, Outcome] = {}
    for case in cases:
        by_id, answer = found[case.entry.key], answers[case.entry.key]
        if isinstance(answer, SourceError):
            again[case.entry.key] = Outcome(None, error=answer)
        elif paper := case.unite_earlier(answer):
            again[case.entry.key] = _judge_again(case, paper, by_id, run)
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


def _find_by_titles(
    cases: Sequence[_Entry], found: Mapping[str, Outcome], run: _Run, provider: Provider, desk: Desk
) -> dict[str, Outcome]:
    in_turn = desk.requester.track("papers by title", cases)
    return {case.entry.key: _find_by_title(case.entry, found[case.entry.key], run, provider, desk) for case in in_turn}


def _find_by_title(entry: CatalogEntry, by_id: Outcome, run: _Run, provider: Provider, desk: Desk) -> Outcome:
    """Search the titles of an entry, with further searches only until a candidate is accepted."""
    entry = drop_refuted(entry, find_refuted(entry, [by_id.match] if by_id.match else []))
    candidates: list[Paper] = []
    match = run.judge_title(entry, candidates)
    if not any(character.isalnum() for character in entry.title):
        return _combine(by_id, match, candidates)
    try:
        for more in provider.search_titles(list_titles(entry), desk):
            candidates += more
            match = run.judge_title(entry, candidates)
            if match.status == "accepted":
                break
    except SourceError as error:
        return Outcome(None, error=error, stage="title")
    outcome = _combine(by_id, match, candidates)
    if outcome.paper is None or not provider.unites_versions:
        return outcome
    versions = [one for one in candidates if is_same_work(outcome.paper, one) and is_version(outcome.paper, one)]
    paper = unite_versions(outcome.paper, versions)
    return outcome._replace(match=outcome.match and keep_versions(outcome.match, paper), paper=paper)


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
        found.model_copy(update={"right": choose_right(found.id.partition(":")[0], paper)}) for found in by_id.refuted
    )
    return match.model_copy(update={"refuted": refuted})


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
