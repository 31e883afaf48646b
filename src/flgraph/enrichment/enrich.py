"""Enrich a catalog: each entry's record at Semantic Scholar, who cites it and whom it cites, as one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from flgraph.checks import refuse_measure
from flgraph.enrichment.ask import Desk, Outcome, match_catalog, sort_outcomes
from flgraph.enrichment.judge import (
    find_versions,
)
from flgraph.errors import SourceError
from flgraph.progress import ProgressChoice, open_progress
from flgraph.records import Catalog, Listing, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog
from flgraph.sources.cache import MAX_AGE, RecordCache
from flgraph.sources.faults import FATAL_ERRORS, BudgetError
from flgraph.sources.http import SYSTEM_CLOCK, Clock
from flgraph.sources.semantic_scholar.listings import Neighbors, fetch_citations, fetch_references
from flgraph.sources.semantic_scholar.papers import NAME, PAPER_FIELDS, open_requester

logger = logging.getLogger(__name__)


def enrich_catalog(
    catalog: Catalog,
    *,
    depth: Literal[0, 1] = 1,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float = 1.0,
    max_wait: float = 300.0,
    timeout: float = 30.0,
    max_requests: int | None = None,
    offline: bool = False,
    cache: str | Path | None = None,
    refresh: bool = False,
    taken: datetime | None = None,
    clock: Clock = SYSTEM_CLOCK,
    progress: ProgressChoice = "auto",
) -> Snapshot:
    """Ask Semantic Scholar for the papers of a catalog: one request for up to 499 with ids, one and two for others.

    A record is accepted by what evidence `flgraph.enrichment.judge` says, never guessed. What a person decided in
    `catalog.matches` is never overruled.

    Parameters
    ----------
    catalog : Catalog
        The papers to look for.
    depth : {0, 1}
        0 is the catalog's own records; 1 adds who cites them and whom they cite, with dates, counts, intents
        and whether the citation is influential: a request for each paper and direction, more above 1,000.
    api_url, api_key : str or None
        Who stands in for Semantic Scholar, and the key to it; None takes `SEMANTIC_SCHOLAR_API_URL` and
        `SEMANTIC_SCHOLAR_API_KEY` from the environment, else the service itself, without a key.
    rate : float
        Requests a second; 0 is without pacing.
    max_wait : float
        Seconds that failures may cost in all, and after which depth 1 begins with no further paper.
    timeout : float
        Seconds that the service may be silent.
    max_requests : int or None
        How many requests may be sent; what is left to ask then is failed, and the next run goes on.
    offline : bool
        Ask nobody: what the cache does not hold is failed.
    cache : str, Path or None
        The file where answers are looked for first and kept (`RecordCache`); None keeps none.
    refresh : bool
        Ask anew even for what the cache holds.
    taken : datetime or None
        When the snapshot is taken, with its zone; None is now. Whole seconds of UTC are kept.
    clock : Clock
        Where waiting and chance come from.
    progress : {"auto", "bar", "off"} or callable
        "auto" shows on standard error how far it has come, in notebooks and at a prompt, else in the log a line a
        stage; "bar" shows it in any terminal. A function is told of each `flgraph.progress.Step`.

    Returns
    -------
    Snapshot
        A match for each entry that was judged; `missing` are the entries of which the service knows no record,
        `failed` those it gave no answer for, which says nothing about them.

    Raises
    ------
    SourceError
        Not one question was answered.
    ValueError
        `taken` has no zone; `rate`, `max_wait`, `timeout` or `max_requests` is negative or no number.

    Examples
    --------
    >>> snapshot = enrich_catalog(read_catalog())  # doctest: +SKIP
    >>> snapshot.papers["fedbn"].citation_count  # doctest: +SKIP
    """
    taken = _to_whole_seconds(taken)
    refuse_measure("max_wait", max_wait)
    deadline = clock.monotonic() + max_wait
    with (
        open_progress(progress) as told,
        open_requester(
            api_url=api_url,
            api_key=api_key,
            rate=rate,
            max_wait=max_wait,
            timeout=timeout,
            max_requests=max_requests,
            offline=offline,
            clock=clock,
            progress=told,
        ) as requester,
        RecordCache(cache, clock=clock) as records,
    ):
        desk = Desk(requester, records, 0.0 if refresh else MAX_AGE)
        found = match_catalog(catalog, desk, decided=taken.date())
        _check_answered(found)
        papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
        context: dict[str, Paper] = {}
        if depth == 1:
            papers, context = _add_neighbors(papers, desk, deadline, clock)
        parameters = {"host": requester.host, "fields": list(PAPER_FIELDS)}
    snapshot = Snapshot(
        source=NAME,
        taken=taken,
        depth=depth,
        catalog_digest=digest_catalog(catalog),
        parameters=parameters,
        papers=papers,
        context=context,
        **sort_outcomes(found),
    )
    _log_outcome(snapshot, found)
    return snapshot


def _to_whole_seconds(taken: datetime | None) -> datetime:
    taken = datetime.now(UTC) if taken is None else taken
    if taken.tzinfo is None:
        raise ValueError("taken has no time zone; pass datetime.now(timezone.utc)")
    return taken.astimezone(UTC).replace(microsecond=0)


def _check_answered(found: Mapping[str, Outcome]) -> None:
    """Raise the first error where a question was asked and none was answered."""
    errors = [outcome.error for outcome in found.values() if outcome.error is not None]
    answered = any(outcome.error is None and _is_judged(outcome) for outcome in found.values())
    if errors and not answered:
        raise errors[0]


def _is_judged(outcome: Outcome) -> bool:
    """Tell whether the service had a part in an outcome: a decision that asks for nothing is only a person's."""
    return outcome.paper is not None or (outcome.match is not None and outcome.match.decided_by == "rule")


def _log_outcome(snapshot: Snapshot, found: Mapping[str, Outcome]) -> None:
    review = sum(match.status == "review" for match in snapshot.matches.values())
    logger.info(
        "Semantic Scholar: %d papers, %d found, %d for review, %d missing, %d failed",
        len(found),
        len(snapshot.papers),
        review,
        len(snapshot.missing),
        len(snapshot.failed),
    )
    for error in dict.fromkeys(str(found[key].error) for key in snapshot.failed):
        logger.warning("%s: %s", _name_some(key for key in snapshot.failed if str(found[key].error) == error), error)
    for one, other in find_versions(snapshot.papers):
        logger.info("%s and %s are versions of one work", one, other)


def _name_some(keys: Iterable[str]) -> str:
    named = list(keys)
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


# --- citing and cited papers -----------------------------------------------------------------------------


def _add_neighbors(
    papers: Mapping[str, Paper], desk: Desk, deadline: float, clock: Clock
) -> tuple[dict[str, Paper], dict[str, Paper]]:
    """Return the papers with who cites them and whom they cite, and these papers by id; or as far as time goes."""
    asked: dict[str, Paper] = {}
    context: dict[str, Paper] = {}
    stopped: list[SourceError] = []
    for key, paper in desk.requester.track("citing and cited papers", sorted(papers.items())):
        if clock.monotonic() > deadline:
            # What the cache holds is still read.
            desk.requester.refuse(BudgetError("the time that was given is over; run it again to go on"))
        citing, cited = (
            fetch(paper, requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
            for fetch in (fetch_citations, fetch_references)
        )
        asked[key] = _join_neighbors(paper, citing, cited)
        context |= {neighbor.id: neighbor for neighbor in (*citing.papers, *cited.papers)}
        errors = [error for error in (citing.error, cited.error) if error is not None]
        for error in errors:
            if not isinstance(error, FATAL_ERRORS):
                logger.warning("%s: %s", key, error)
        stopped += [error for error in errors if isinstance(error, FATAL_ERRORS)][:1]
    if stopped:
        logger.warning(
            "citing and cited papers: %d of %d papers are not whole: %s", len(stopped), len(papers), stopped[0]
        )
    for paper in papers.values():
        context.pop(paper.id, None)
    return asked, context


def _join_neighbors(paper: Paper, citing: Neighbors, cited: Neighbors) -> Paper:
    was_not_asked = isinstance(citing.error, FATAL_ERRORS) and citing.listing.status == "failed"
    citations = Listing() if was_not_asked else citing.listing
    references = paper.references if cited.listing.status == "failed" else cited.listing
    return paper.model_copy(update={"citations": citations, "references": references})


# --- a catalog that was edited since -----------------------------------------------------------------------
