"""Enrich a catalog: each entry's record at a provider, the papers that cite it and those it cites, as one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from flgraph.enrichment.ask import Outcome, match_catalog, sort_outcomes
from flgraph.enrichment.judge import find_versions
from flgraph.errors import SourceError
from flgraph.progress import ProgressChoice, open_progress
from flgraph.records import FIRST_SOURCE, Catalog, Listing, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog
from flgraph.sources.cache import RecordCache
from flgraph.sources.faults import FATAL_ERRORS, BudgetError
from flgraph.sources.provider import Desk, Neighbors, Provider
from flgraph.sources.registry import find_provider
from flgraph.sources.settings import SYSTEM_CLOCK, Clock, Depth, Settings

logger = logging.getLogger(__name__)

_NEIGHBORS: Final = "citing and cited papers"


def enrich_catalog(
    catalog: Catalog,
    *,
    source: str | Provider = FIRST_SOURCE,
    depth: Depth = 1,
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
    """Fetch the records of a catalog's papers from a provider: one request for up to 499 papers with ids.

    Each record is accepted on evidence (`flgraph.enrichment.judge`) and never guessed. A decision that a person made
    in `catalog.matches` is never overruled.

    Parameters
    ----------
    catalog : Catalog
        The papers to look for.
    source : str or Provider
        The provider to ask, by name; or an object with the functions of `flgraph.sources.provider.Provider`.
    depth : {0, 1}
        0 fetches the catalog's own records. 1 adds the papers that cite them and the papers they cite, with dates,
        counts, intents and whether a citation is influential: one request for each paper and direction, more above
        1,000.
    api_url, api_key : str or None
        The address of the provider's API, and the key to it. None takes `SEMANTIC_SCHOLAR_API_URL` and
        `SEMANTIC_SCHOLAR_API_KEY` from the environment, else the service itself, without a key.
    rate : float
        Requests a second; 0 is unlimited.
    max_wait : float
        Seconds that failures may cost in all, and after which depth 1 begins with no further paper.
    timeout : float
        Seconds that the service may be silent.
    max_requests : int or None
        The most requests to send; what is left then is failed, and the next run goes on.
    offline : bool
        Send no request: what the cache does not hold is failed.
    cache : str, Path or None
        The file where answers are looked up first and kept (`RecordCache`); None keeps none.
    refresh : bool
        Fetch again what the cache holds.
    taken : datetime or None
        When the snapshot is taken, with its time zone; None is now. Whole seconds of UTC are kept.
    clock : Clock
        Where waiting and chance come from.
    progress : {"auto", "bar", "off"} or callable
        "auto" shows progress on standard error in notebooks and at a prompt, elsewhere one log line a stage; "bar"
        shows it in any terminal. A function is called with each `flgraph.progress.Step`.

    Returns
    -------
    Snapshot
        A match for each entry that was judged. `missing` are the entries that the provider has no record of;
        `failed` those it gave no answer for, which says nothing about them.

    Raises
    ------
    SourceError
        Not one question was answered.
    ValueError
        `taken` has no time zone; a number is negative or not a number; `source` is unknown.

    Examples
    --------
    >>> snapshot = enrich_catalog(read_catalog())  # doctest: +SKIP
    >>> snapshot.papers["fedbn"].citation_count  # doctest: +SKIP
    """
    settings = Settings(
        depth=depth,
        api_url=api_url,
        api_key=api_key,
        rate=rate,
        max_wait=max_wait,
        timeout=timeout,
        max_requests=max_requests,
        offline=offline,
        cache=cache,
        refresh=refresh,
        clock=clock,
        progress=progress,
    )
    return take_snapshot(catalog, settings, find_provider(source), taken=taken)


def take_snapshot(
    catalog: Catalog, settings: Settings, provider: Provider, *, taken: datetime | None = None
) -> Snapshot:
    """Enrich a catalog with settings that travel as one record; as `enrich_catalog`."""
    taken = _to_whole_seconds(taken)
    deadline = settings.clock.monotonic() + settings.max_wait
    with (
        open_progress(settings.progress) as told,
        provider.open(settings, told) as requester,
        RecordCache(settings.cache, clock=settings.clock) as cache,
    ):
        desk = Desk(requester, cache, settings.max_age)
        found = match_catalog(catalog, provider, desk, decided=taken.date())
        _check_answered(found)
        papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
        context: dict[str, Paper] = {}
        if settings.depth == 1:
            papers, context = _add_neighbors(papers, provider, desk, lambda: settings.clock.monotonic() > deadline)
        parameters = {"host": requester.host, "fields": list(provider.fields)}
    snapshot = Snapshot(
        source=provider.about.name,
        id_kind=provider.about.id_kind,
        taken=taken,
        depth=settings.depth,
        catalog_digest=digest_catalog(catalog),
        parameters=parameters,
        papers=papers,
        context=context,
        **sort_outcomes(found),
    )
    _log_outcome(snapshot, found, provider.about.title)
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


def _log_outcome(snapshot: Snapshot, found: Mapping[str, Outcome], title: str) -> None:
    review = sum(match.status == "review" for match in snapshot.matches.values())
    logger.info(
        "%s: %d papers, %d found, %d for review, %d missing, %d failed",
        title,
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
    papers: Mapping[str, Paper], provider: Provider, desk: Desk, is_late: Callable[[], bool]
) -> tuple[dict[str, Paper], dict[str, Paper]]:
    """Return the papers with their neighbors' listings, and these neighbors by id; or as far as time goes."""
    asked: dict[str, Paper] = {}
    context: dict[str, Paper] = {}
    stopped: list[SourceError] = []
    in_order = dict(sorted(papers.items()))
    answers = provider.fetch_neighbors(in_order, desk)
    for done in range(len(in_order)):
        desk.requester.report(_NEIGHBORS, done, len(in_order))
        if is_late():
            # What the cache holds is still read.
            desk.requester.refuse(BudgetError("the time allowed is over; run it again to go on"))
        key, citing, cited = next(answers)
        asked[key] = _join_neighbors(papers[key], citing, cited)
        context |= {neighbor.id: neighbor for neighbor in (*citing.papers, *cited.papers)}
        errors = [error for error in (citing.error, cited.error) if error is not None]
        for error in errors:
            if not isinstance(error, FATAL_ERRORS):
                logger.warning("%s: %s", key, error)
        stopped += [error for error in errors if isinstance(error, FATAL_ERRORS)][:1]
    if in_order:
        desk.requester.report(_NEIGHBORS, len(in_order), len(in_order))
    if stopped:
        logger.warning("%s: %d of %d papers are incomplete: %s", _NEIGHBORS, len(stopped), len(papers), stopped[0])
    for paper in papers.values():
        context.pop(paper.id, None)
    return asked, context


def _join_neighbors(paper: Paper, citing: Neighbors, cited: Neighbors) -> Paper:
    was_not_asked = isinstance(citing.error, FATAL_ERRORS) and citing.listing.status == "failed"
    citations = Listing() if was_not_asked else citing.listing
    references = paper.references if cited.listing.status == "failed" else cited.listing
    return paper.model_copy(update={"citations": citations, "references": references})


# --- a catalog that was edited since -----------------------------------------------------------------------
