"""Enrich a catalog: fetch the record, the citing and the cited papers of each entry into one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from flgraph.checks import format_count
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
_FAILED_LISTINGS: Final = "failed_listings"


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
    """Fetch the records of a catalog from a provider into a snapshot.

    A record is accepted only on evidence (`flgraph.enrichment.judge`). Decisions of people in `catalog.matches` are
    never overruled. One request returns up to 499 papers with ids.

    Parameters
    ----------
    catalog : Catalog
        The papers to find.
    source : str or Provider
        The provider, by name or as an object with the functions of `flgraph.sources.provider.Provider`.
    depth : {0, 1}
        0 fetches the papers of the catalog. 1 also fetches their citing and cited papers, with dates, counts, intents
        and influence: one request per paper and direction, and more for listings above 1,000.
    api_url, api_key : str or None
        Address of the provider's API and the key to it. For Semantic Scholar, None reads `SEMANTIC_SCHOLAR_API_URL`
        and `SEMANTIC_SCHOLAR_API_KEY` from the environment, else uses the public API without a key.
    rate : float
        Requests per second; 0 removes the limit.
    max_wait : float
        Time limit in seconds for failures and retries, and for starting on the neighbors of another paper.
    timeout : float
        Time limit in seconds for the service to send data.
    max_requests : int or None
        Maximum number of requests. The remaining papers count as failed, and the next run continues with them.
    offline : bool
        Send no requests; papers that are not cached count as failed.
    cache : str, Path or None
        The file where answers are looked up first and kept (`RecordCache`); None keeps none.
    refresh : bool
        Ignore cached answers.
    taken : datetime or None
        Time of the snapshot, with a time zone; None is now. It is rounded down to seconds and converted to UTC.
    clock : Clock
        Sources of time and random numbers.
    progress : {"auto", "bar", "off"} or callable
        "auto" shows progress on standard error in notebooks and at an interactive prompt, and logs one line per stage
        elsewhere. "bar" shows it in any terminal. A function receives each `flgraph.progress.Step`.

    Returns
    -------
    Snapshot
        A match for each judged entry. `missing` lists entries without a record at the provider, `failed` entries
        whose requests failed.

    Raises
    ------
    SourceError
        All requests failed.
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
    """Enrich a catalog as `enrich_catalog`, with the settings in one record."""
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
        failed: dict[str, list[str]] = {}
        if settings.depth == 1:
            papers, context, failed = _add_neighbors(
                papers, provider, desk, lambda: settings.clock.monotonic() > deadline
            )
        parameters: dict[str, Any] = {"host": requester.host, "fields": list(provider.fields)}
        if failed:
            parameters[_FAILED_LISTINGS] = failed
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


def find_failed_listings(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return the keys of the papers whose listing failed or is truncated by a failure, by direction.

    The directions are "citations" and "references". References that failed may still be known from the record of the
    paper, without intents and influence.

    Examples
    --------
    >>> find_failed_listings(enrich_catalog(read_catalog()))  # doctest: +SKIP
    {'citations': ['fedbn']}
    """
    failed = snapshot.parameters.get(_FAILED_LISTINGS, {})
    kept = {direction: [key for key in keys if key in snapshot.papers] for direction, keys in failed.items()}
    return {direction: keys for direction, keys in kept.items() if keys}


def has_no_listing(snapshot: Snapshot) -> bool:
    """Return whether listings were requested and all of them failed."""
    failed = find_failed_listings(snapshot)
    cited_failed = set(failed.get("references", ()))
    has_lines = bool(snapshot.context) or any(
        paper.citations.items or (paper.references.items and key not in cited_failed)
        for key, paper in snapshot.papers.items()
    )
    return bool(failed) and not has_lines


def _to_whole_seconds(taken: datetime | None) -> datetime:
    taken = datetime.now(UTC) if taken is None else taken
    if taken.tzinfo is None:
        raise ValueError("taken must have a time zone; pass datetime.now(timezone.utc)")
    return taken.astimezone(UTC).replace(microsecond=0)


def _check_answered(found: Mapping[str, Outcome]) -> None:
    """Raise the first error if there were requests and all of them failed."""
    errors = [outcome.error for outcome in found.values() if outcome.error is not None]
    answered = any(outcome.error is None and _is_judged(outcome) for outcome in found.values())
    if errors and not answered:
        raise errors[0]


def _is_judged(outcome: Outcome) -> bool:
    """Return whether the service took part in an outcome; decisions of people need no request."""
    return outcome.paper is not None or (outcome.match is not None and outcome.match.decided_by == "rule")


def _log_outcome(snapshot: Snapshot, found: Mapping[str, Outcome], title: str) -> None:
    review = sum(match.status == "review" for match in snapshot.matches.values())
    logger.info(
        "%s: %s, %d found, %d for review, %d missing, %d failed",
        title,
        format_count(len(found), "paper"),
        len(snapshot.papers),
        review,
        len(snapshot.missing),
        len(snapshot.failed),
    )
    for error in dict.fromkeys(str(found[key].error) for key in snapshot.failed):
        logger.warning("%s: %s", _name_some(key for key in snapshot.failed if str(found[key].error) == error), error)
    _log_unlisted(snapshot, title)
    for one, other in find_versions(snapshot.papers):
        logger.info("%s and %s are versions of one work", one, other)


def _log_unlisted(snapshot: Snapshot, title: str) -> None:
    """Note once a direction which listings are empty beside a count: asking again would give the same answer."""
    listings = {
        "citations": {key: paper.citations for key, paper in snapshot.papers.items()},
        "references": {key: paper.references for key, paper in snapshot.papers.items()},
    }
    for direction, seen in listings.items():
        keys = [key for key, listing in seen.items() if listing.status == "unlisted"]
        if keys:
            logger.info(
                "%s lists no %s of %s, although their count is not 0; they stay unknown",
                title,
                direction,
                _name_some(keys),
            )


def _name_some(keys: Iterable[str]) -> str:
    named = list(keys)
    return ", ".join(named[:3]) + (f" and {len(named) - 3} more" if len(named) > 3 else "")


# --- citing and cited papers -----------------------------------------------------------------------------


def _add_neighbors(
    papers: Mapping[str, Paper], provider: Provider, desk: Desk, is_late: Callable[[], bool]
) -> tuple[dict[str, Paper], dict[str, Paper], dict[str, list[str]]]:
    """Add the listings of neighbors to the papers within the time limit.

    Return the papers, the neighbors by id, and the keys whose listing failed or is truncated, by direction.
    """
    asked: dict[str, Paper] = {}
    context: dict[str, Paper] = {}
    stopped: list[SourceError] = []
    failed: dict[str, list[str]] = {}
    in_order = dict(sorted(papers.items()))
    answers = provider.fetch_neighbors(in_order, desk)
    for done in range(len(in_order)):
        desk.requester.report(_NEIGHBORS, done, len(in_order))
        if is_late():
            # Cached answers are still read.
            desk.requester.refuse(BudgetError("the time limit (max_wait) is reached; run it again to continue"))
        key, citing, cited = next(answers)
        asked[key] = _join_neighbors(papers[key], citing, cited)
        context |= {neighbor.id: neighbor for neighbor in (*citing.papers, *cited.papers)}
        errors = [error for error in (citing.error, cited.error) if error is not None]
        for direction, neighbors in (("citations", citing), ("references", cited)):
            if neighbors.error is not None:
                failed.setdefault(direction, []).append(key)
        for error in errors:
            if not isinstance(error, FATAL_ERRORS):
                logger.warning("%s: %s", key, error)
        stopped += [error for error in errors if isinstance(error, FATAL_ERRORS)][:1]
    if in_order:
        desk.requester.report(_NEIGHBORS, len(in_order), len(in_order))
    if stopped:
        logger.warning("%s: incomplete for %d of %s: %s", _NEIGHBORS, len(stopped),
                       format_count(len(papers), "paper"), stopped[0])  # fmt: skip
    for paper in papers.values():
        context.pop(paper.id, None)
    return asked, context, failed


def _join_neighbors(paper: Paper, citing: Neighbors, cited: Neighbors) -> Paper:
    was_not_asked = isinstance(citing.error, FATAL_ERRORS) and citing.listing.status == "failed"
    citations = Listing() if was_not_asked else citing.listing
    is_unknown = cited.listing.status == "failed" or (
        cited.listing.status == "unlisted" and paper.references.status == "known"
    )
    references = paper.references if is_unknown else cited.listing
    return paper.model_copy(update={"citations": citations, "references": references})
