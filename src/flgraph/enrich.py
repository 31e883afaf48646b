"""Enrich a catalog: find each entry's record at Semantic Scholar, check it, and keep it with the evidence."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from flgraph.errors import SourceError
from flgraph.identifiers import TitleComparison, clean_arxiv, clean_doi, compare_titles, ids_from_url
from flgraph.model import Catalog, CatalogEntry, Match, Paper, Snapshot
from flgraph.snapshot import digest_catalog
from flgraph.sources.cache import MAX_AGE, RecordCache
from flgraph.sources.listings import fetch_citations, fetch_references
from flgraph.sources.semantic_scholar import (
    NAME,
    PAPER_FIELDS,
    Answer,
    fetch_papers,
    open_requester,
)
from flgraph.sources.transport import FATAL_ERRORS, SYSTEM_CLOCK, Clock, Requester

logger = logging.getLogger(__name__)


class _IdKind(NamedTuple):
    """How a kind of id is cleaned, how Semantic Scholar writes it, and what people call it."""

    clean: Callable[[str], str | None]
    form: str
    name: str


_ID_KINDS: Final = {
    "arxiv": _IdKind(clean_arxiv, "ARXIV:{}", "arXiv id"),
    "doi": _IdKind(clean_doi, "DOI:{}", "DOI"),
}


class _Desk(NamedTuple):
    """Who is asked, where answers are kept and how old they may be, and until when new papers are begun with."""

    requester: Requester
    cache: RecordCache
    max_age: float
    clock: Clock
    deadline: float


@dataclass(frozen=True)
class _Question:
    """An entry, the ids to ask for it one after the other until one is known, and what a person decided."""

    entry: CatalogEntry
    ids: tuple[str, ...]
    decision: Match | None


def enrich_catalog(
    catalog: Catalog,
    *,
    depth: Literal[0, 1] = 0,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float = 1.0,
    max_wait: float = 300.0,
    timeout: float = 30.0,
    offline: bool = False,
    cache: str | Path | None = None,
    refresh: bool = False,
    taken: datetime | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> Snapshot:
    """Ask Semantic Scholar for the papers of a catalog; one request for up to 499 entries with ids.

    A record is used where its id is the entry's and its title near enough (`TitleComparison.confirms_id`);
    a record with another title, or one that two entries share, waits for a person. What a person decided
    in `catalog.matches` is never overruled.

    Parameters
    ----------
    catalog : Catalog
        The papers to look for.
    depth : {0, 1}
        0 is the catalog's own records; 1 adds who cites them and whom they cite, with dates, counts, intents
        and whether the citation is influential: a request for each paper and direction, more above 1,000.
    api_url : str or None
        Who stands in for Semantic Scholar; None is itself.
    api_key : str or None
        The key to it; None asks without one.
    rate : float
        Requests a second; 0 is without pacing.
    max_wait : float
        Seconds that failures may cost in all, and after which depth 1 begins with no further paper.
    timeout : float
        Seconds that the service may be silent.
    offline : bool
        Ask nobody: what the cache does not hold is failed.
    cache : str, Path or None
        The file where answers are looked for first and kept (`RecordCache`); None keeps none. A run that was
        stopped goes on from there.
    refresh : bool
        Ask anew even for what the cache holds.
    taken : datetime or None
        When the snapshot is taken, with its zone; None is now. Whole seconds of UTC are kept.
    clock : Clock
        Where waiting and chance come from.

    Returns
    -------
    Snapshot
        A match for each entry that was answered; `missing` are the entries whose every id the service does
        not know, `failed` those it gave no answer for, which says nothing about them.

    Raises
    ------
    SourceError
        Not one question was answered.
    ValueError
        `taken` has no zone.

    Examples
    --------
    >>> snapshot = enrich_catalog(read_catalog())  # doctest: +SKIP
    >>> snapshot.papers["fedbn"].citation_count  # doctest: +SKIP
    """
    taken = _to_whole_seconds(taken)
    questions = [_pose_question(catalog, entry) for entry in sorted(catalog.entries, key=lambda entry: entry.key)]
    with (
        open_requester(
            api_url=api_url,
            api_key=api_key,
            rate=rate,
            max_wait=max_wait,
            timeout=timeout,
            offline=offline,
            clock=clock,
        ) as requester,
        RecordCache(cache, clock=clock) as records,
    ):
        desk = _Desk(requester, records, 0.0 if refresh else MAX_AGE, clock, clock.monotonic() + max_wait)
        answers = _ask(questions, desk)
        matches = _review_shared_records(_match_all(questions, answers, taken.date()), answers)
        papers = _pick_papers(matches, answers)
        context: dict[str, Paper] = {}
        if depth == 1:
            papers, context = _add_neighbors(papers, desk)
        parameters = {"host": requester.host, "fields": list(PAPER_FIELDS)}
    snapshot = Snapshot(
        source=NAME,
        taken=taken,
        depth=depth,
        catalog_digest=digest_catalog(catalog),
        parameters=parameters,
        matches=matches,
        papers=papers,
        context=context,
        missing=tuple(sorted(key for key, match in matches.items() if _is_missing(match, answers.get(key, match)))),
        failed=tuple(sorted(key for key, answer in answers.items() if isinstance(answer, SourceError))),
    )
    _log_outcome(snapshot, answers)
    return snapshot


def _to_whole_seconds(taken: datetime | None) -> datetime:
    taken = datetime.now(UTC) if taken is None else taken
    if taken.tzinfo is None:
        raise ValueError("taken has no time zone; pass datetime.now(timezone.utc)")
    return taken.astimezone(UTC).replace(microsecond=0)


def _log_outcome(snapshot: Snapshot, answers: Mapping[str, Answer]) -> None:
    review = sum(match.status == "review" for match in snapshot.matches.values())
    logger.info(
        "Semantic Scholar: asked for %d papers, %d found, %d for review, %d missing, %d failed",
        len(answers),
        len(snapshot.papers),
        review,
        len(snapshot.missing),
        len(snapshot.failed),
    )
    for key in snapshot.failed:
        logger.warning("%s: %s", key, answers[key])


# --- asking ----------------------------------------------------------------------------------------------


def _pose_question(catalog: Catalog, entry: CatalogEntry) -> _Question:
    known = catalog.matches.get(entry.key)
    decision = known if known and known.decided_by == "person" else None
    if decision and decision.status != "accepted":
        return _Question(entry, (), decision)
    chosen = known.id if known and known.status == "accepted" else None
    if decision and chosen:
        return _Question(entry, (chosen,), decision)
    ids = [_ID_KINDS[kind].form.format(value) for kind, value in _read_ids(entry).items()]
    return _Question(entry, tuple(dict.fromkeys([*ids, *([chosen] if chosen else [])])), decision)


def _read_ids(entry: CatalogEntry) -> dict[str, str]:
    """Return the entry's arXiv id and DOI, in this order; those in its link only where it has neither itself."""
    for ids in (entry.ids, ids_from_url(entry.url or "")):
        cleaned = {name: kind.clean(ids[name]) for name, kind in _ID_KINDS.items() if name in ids}
        if found := {name: value for name, value in cleaned.items() if value}:
            return found
    return {}


def _ask(questions: Sequence[_Question], desk: _Desk) -> dict[str, Answer]:
    """Return the answer to each entry that has an id; an entry's next id is asked only where one is not known."""
    answers: dict[str, Answer] = {}
    turn = 0
    while asked := {
        question.entry.key: question.ids[turn]
        for question in questions
        if turn < len(question.ids) and answers.get(question.entry.key) is None
    }:
        try:
            ids = list(asked.values())
            found = fetch_papers(ids, requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
        except SourceError as error:
            if turn == 0:
                raise
            found = [error for _ in asked]
        answers.update(zip(asked, found, strict=True))
        turn += 1
    return answers


def _add_neighbors(papers: Mapping[str, Paper], desk: _Desk) -> tuple[dict[str, Paper], dict[str, Paper]]:
    """Return the papers with who cites them and whom they cite, and these papers by id; or as far as time goes."""
    asked = dict(papers)
    context: dict[str, Paper] = {}
    for number, (key, paper) in enumerate(sorted(papers.items())):
        if desk.clock.monotonic() > desk.deadline:
            logger.warning("depth 1: time is over after %d of %d papers; run it again to go on", number, len(papers))
            break
        citing, cited = (
            fetch(paper, requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
            for fetch in (fetch_citations, fetch_references)
        )
        references = paper.references if cited.listing.status == "failed" else cited.listing
        asked[key] = paper.model_copy(update={"citations": citing.listing, "references": references})
        context |= {neighbor.id: neighbor for neighbor in (*citing.papers, *cited.papers)}
        errors = [error for error in (citing.error, cited.error) if error is not None]
        for error in errors:
            logger.warning("%s: %s", key, error)
        if any(isinstance(error, FATAL_ERRORS) for error in errors):
            logger.warning("depth 1: ended after %d of %d papers; run it again to go on", number, len(papers))
            break
    for paper in papers.values():
        context.pop(paper.id, None)
    return asked, context


# --- judging ---------------------------------------------------------------------------------------------


def _match_all(questions: Sequence[_Question], answers: Mapping[str, Answer], decided: date) -> dict[str, Match]:
    """Return a match for each entry but those whose question failed: of them nothing is known."""
    return {
        question.entry.key: question.decision or _match(question, answers.get(question.entry.key), decided)
        for question in questions
        if question.decision or not isinstance(answers.get(question.entry.key), SourceError)
    }


def _match(question: _Question, answer: Answer, decided: date) -> Match:
    if not question.ids:
        return Match(
            status="review", method="no id", witnesses=("the catalog has no arXiv id or DOI",), decided=decided
        )
    if not isinstance(answer, Paper):
        witnesses = tuple(f"{asked} is not known to Semantic Scholar" for asked in question.ids)
        return Match(status="missing", method="id", witnesses=witnesses, decided=decided)
    return _check_title(question.entry, answer, decided)


def _check_title(entry: CatalogEntry, paper: Paper, decided: date) -> Match:
    """Return the match of a record that was found by id: accepted where its title is the entry's, else a conflict."""
    comparison = _compare(entry, paper)
    score = round(comparison.ratio, 1)
    if comparison.confirms_id:
        return Match(
            status="accepted",
            method="id",
            id=paper.id,
            score=score,
            title_seen=paper.title,
            witnesses=_find_witnesses(entry, paper, comparison),
            decided=decided,
        )
    said = f"its title is another: {paper.title!r}" if paper.title else "it has no title to check"
    return Match(
        status="review",
        method="id",
        score=score,
        title_seen=paper.title,
        witnesses=(*_find_witnesses(entry, paper, comparison), said),
        candidates=(_to_candidate(paper, score),),
        decided=decided,
    )


def _compare(entry: CatalogEntry, paper: Paper) -> TitleComparison:
    """Return the better comparison of the record's title with the listed and the published one."""
    titles = [entry.title, *([entry.published.title] if entry.published.title else [])]
    comparisons = [compare_titles(title, paper.title or "", acronym=entry.acronym) for title in titles]
    return max(comparisons, key=lambda comparison: (comparison.confirms_id, comparison.ratio))


def _find_witnesses(entry: CatalogEntry, paper: Paper, comparison: TitleComparison) -> tuple[str, ...]:
    equal = [
        f"{_ID_KINDS[kind].name} equal" for kind, value in _read_ids(entry).items() if paper.ids.get(kind) == value
    ]
    said = {"title equal": comparison.exact, "acronym equal": comparison.same_acronym}
    return (*equal, *(name for name, holds in said.items() if holds))


def _is_missing(match: Match, answer: Answer | Match) -> bool:
    """Tell whether an entry has no record: so decided, or asked for and not known."""
    return match.status == "missing" or answer is None


def _to_candidate(paper: Paper, score: float | None) -> dict[str, Any]:
    facts = {"id": paper.id, "title": paper.title, "year": paper.year, "score": score}
    return {name: value for name, value in facts.items() if value is not None}


def _review_shared_records(matches: Mapping[str, Match], answers: Mapping[str, Answer]) -> dict[str, Match]:
    """Return the matches with those for review that found one record together; a person's decision stands."""
    owners: dict[str, list[str]] = defaultdict(list)
    for key, paper in _pick_papers(matches, answers).items():
        owners[paper.id].append(key)
    reviewed = dict(matches)
    for keys in owners.values():
        for key in keys:
            answer = answers[key]
            if len(keys) > 1 and matches[key].decided_by == "rule" and isinstance(answer, Paper):
                reviewed[key] = _to_review(matches[key], answer, [other for other in keys if other != key])
    return reviewed


def _to_review(match: Match, paper: Paper, others: Sequence[str]) -> Match:
    witness = f"the same record as {', '.join(others)}: one of the ids is wrong, or they are one paper"
    candidate = _to_candidate(paper, match.score)
    changes = {"status": "review", "id": None, "witnesses": (*match.witnesses, witness), "candidates": (candidate,)}
    return match.model_copy(update=changes)


def _pick_papers(matches: Mapping[str, Match], answers: Mapping[str, Answer]) -> dict[str, Paper]:
    return {
        key: answer
        for key, answer in answers.items()
        if isinstance(answer, Paper) and matches[key].status == "accepted"
    }
