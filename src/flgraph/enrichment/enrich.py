"""Enrich a catalog: fetch the record, the citing and the cited papers of each entry into one snapshot."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from flgraph.checks import format_count, name_some
from flgraph.enrichment.ask import Outcome, match_catalog, sort_outcomes
from flgraph.enrichment.reference_sets import describe_draw, draw_sets, find_draw, refuse_unable
from flgraph.enrichment.refreshing import keep_beginning, open_desk
from flgraph.enrichment.versions import find_versions, rename_versions
from flgraph.errors import SourceError
from flgraph.progress import ProgressChoice, open_progress
from flgraph.records import FIRST_SOURCE, Catalog, Listing, Paper, Snapshot
from flgraph.snapshot.files import digest_catalog
from flgraph.snapshot.reference_sets import REFERENCE_SET
from flgraph.sources.cache import RecordCache
from flgraph.sources.choice import Choice, choose_providers, find_reason
from flgraph.sources.faults import FATAL_ERRORS, BudgetError
from flgraph.sources.provider import Desk, Drawn, Neighbors, Provider
from flgraph.sources.settings import SYSTEM_CLOCK, Clock, Depth, Settings

logger = logging.getLogger(__name__)

_NEIGHBORS: Final = "citing and cited papers"
_FAILED_LISTINGS: Final = "failed_listings"
_FIRST_SHARE: Final = 0.1
"""Share of the time limit that the first source may leave without an answer before the second is asked."""


def enrich_catalog(
    catalog: Catalog,
    *,
    source: str | Provider = FIRST_SOURCE,
    depth: Depth = 1,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float | None = None,
    max_wait: float = 300.0,
    timeout: float = 30.0,
    max_requests: int | None = None,
    max_credits: int | None = None,
    offline: bool = False,
    cache: str | Path | None = None,
    refresh: bool = False,
    reference_set: int | None = None,
    seed: int = 0,
    taken: datetime | None = None,
    clock: Clock = SYSTEM_CLOCK,
    progress: ProgressChoice = "auto",
) -> Snapshot:
    """Fetch the records of a catalog from a provider into a snapshot.

    A record is accepted only on evidence (`flgraph.enrichment.judge`). Decisions of people in `catalog.matches` are
    never overruled. One request returns up to 499 papers with ids from Semantic Scholar, 100 from OpenAlex.

    Parameters
    ----------
    catalog : Catalog
        The papers to find.
    source : str or Provider
        The provider, by name or as an object with the functions of `flgraph.sources.provider.Provider`. "auto" asks
        Semantic Scholar, and OpenAlex for all papers if Semantic Scholar is unavailable: if it is unreachable, refuses
        requests without a key, or limits or fails them for a tenth of `max_wait`. The snapshot then says so
        (`parameters`). If the address of Semantic Scholar is given, "auto" asks OpenAlex only if `OPENALEX_API_URL` is
        set.
    depth : {0, 1}
        0 fetches the papers of the catalog. 1 also fetches their citing and cited papers, with dates and counts, and
        from Semantic Scholar with intents and influence. That takes one request per paper and direction there, and
        more for listings above 1,000; from OpenAlex it takes one per 100 neighbors.
    api_url, api_key : str or None
        Address of the provider's API and the key to it. None reads `SEMANTIC_SCHOLAR_API_URL` and
        `SEMANTIC_SCHOLAR_API_KEY`, or `OPENALEX_API_URL` and `OPENALEX_API_KEY`, from the environment, else uses the
        public API without a key. With "auto", both arguments are for Semantic Scholar.
    rate : float or None
        Requests per second; 0 removes the limit. None is the rate of the provider: 1 for Semantic Scholar, 5 for
        OpenAlex.
    max_wait : float
        Time limit in seconds for failures and retries, and for starting on the neighbors of another paper.
    timeout : float
        Time limit in seconds for the service to send data.
    max_requests : int or None
        Maximum number of requests. The remaining papers count as failed, and the next run continues with them.
    max_credits : int or None
        Maximum number of credits to spend at a provider that charges for requests. The next run continues.
    offline : bool
        Send no requests; papers that are not cached count as failed.
    cache : str, Path or None
        The file where answers are looked up first and kept (`RecordCache`); None keeps none.
    refresh : bool
        Ignore cached answers. A refresh that a limit or an outage cut short continues with the next refresh of the same
        catalog, within a week.
    reference_set : int or None
        Number of works, 30 to 10,000, that the provider draws at random from the topic and year of publication of each
        paper, for the field columns of `rank_papers`. Papers of one topic and year share a set. Only OpenAlex can draw:
        one request for the topics of 100 papers, and for each set one and one per 100 works. None draws none.
    seed : int
        Seed of these draws. The same seed gives the same works, until the data of the provider change.
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
        `taken` has no time zone; a number is negative, out of range or not a number; `source` is unknown, or is not
        sure to be one that can draw works.

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
        max_credits=max_credits,
        offline=offline,
        cache=cache,
        refresh=refresh,
        reference_set=reference_set,
        seed=seed,
        clock=clock,
        progress=progress,
    )
    return take_chosen(catalog, settings, choose_providers(source, api_url), taken=taken)


class _Attempt(NamedTuple):
    """What a source gave: a snapshot, or none; the error that ended its requests; and the number of requests."""

    snapshot: Snapshot | None
    error: SourceError | None
    sent: int


def take_chosen(catalog: Catalog, settings: Settings, choice: Choice, *, taken: datetime | None = None) -> Snapshot:
    """Take a snapshot from the first of the chosen providers that is available, without mixing their data."""
    refuse_unable(choice.list_providers(), settings)
    if choice.second is None:
        return take_snapshot(catalog, settings, choice.first, taken=taken)
    began = settings.clock.monotonic()
    limited = replace(settings, give_up_after=_FIRST_SHARE * settings.max_wait)
    asked = _attempt(catalog, limited, choice.first, taken)
    reason = None if asked.error is None else find_reason(asked.error)
    if reason is None:
        return _unwrap(asked)
    spent = settings.clock.monotonic() - began
    return _take_instead(catalog, _leave_rest(settings, asked.sent, spent), choice.second, taken, (choice.first, asked))


def take_snapshot(
    catalog: Catalog, settings: Settings, provider: Provider, *, taken: datetime | None = None
) -> Snapshot:
    """Enrich a catalog as `enrich_catalog`, with the settings in one record."""
    return _unwrap(_attempt(catalog, settings, provider, taken))


def _unwrap(attempt: _Attempt) -> Snapshot:
    if attempt.snapshot is None:
        raise attempt.error or SourceError("the source gave no answer")
    return attempt.snapshot


def _leave_rest(settings: Settings, sent: int, spent: float) -> Settings:
    """Return the settings for the second source: its own address and key, and what is left of the limits."""
    most = settings.max_requests
    return replace(
        settings,
        api_url=None,
        api_key=None,
        max_wait=max(0.0, settings.max_wait - spent),
        max_requests=None if most is None else max(0, most - sent),
    )


def _take_instead(
    catalog: Catalog, settings: Settings, provider: Provider, taken: datetime | None, before: tuple[Provider, _Attempt]
) -> Snapshot:
    """Take the snapshot of the second source; it says which source was asked first, and why it is not used."""
    first, asked = before
    error = asked.error or SourceError(first.about.title)
    instead = _attempt(catalog, settings, provider, taken)
    if instead.snapshot is None and asked.snapshot is None:
        raise type(error)(f"{error}; {instead.error}") from instead.error
    if instead.snapshot is None:
        logger.warning("%s; %s; the snapshot is incomplete", error, instead.error)
        return _unwrap(asked)
    logger.warning("%s; all data are from %s instead", error, provider.about.title)
    said = {"asked_first": first.about.name, "reason": find_reason(error)}
    return instead.snapshot.model_copy(update={"parameters": {**instead.snapshot.parameters, **said}})


def _attempt(catalog: Catalog, settings: Settings, provider: Provider, taken: datetime | None) -> _Attempt:
    taken = _to_whole_seconds(taken)
    with (
        open_progress(settings.progress) as told,
        provider.open(settings, told) as requester,
        RecordCache(settings.cache, clock=settings.clock) as cache,
    ):
        began = settings.clock.wall()
        desk = open_desk(catalog, settings, requester, cache, taken.date())
        try:
            snapshot = _fill_snapshot(catalog, settings, provider, desk, taken)
        except SourceError as error:
            _log_spending(provider, desk, settings)
            keep_beginning(catalog, settings, desk, began=began)
            return _Attempt(None, error, requester.sent)
        _log_spending(provider, desk, settings)
        keep_beginning(catalog, settings, desk, began=began)
        return _Attempt(snapshot, requester.stopped, requester.sent)


def _fill_snapshot(catalog: Catalog, settings: Settings, provider: Provider, desk: Desk, taken: datetime) -> Snapshot:
    deadline = settings.clock.monotonic() + settings.max_wait

    def is_late() -> bool:
        return settings.clock.monotonic() > deadline

    found = match_catalog(catalog, provider, desk, decided=taken.date())
    _check_answered(found)
    papers = {key: outcome.paper for key, outcome in found.items() if outcome.paper is not None}
    context: dict[str, Paper] = {}
    failed: dict[str, list[str]] = {}
    drawn = Drawn({})
    if settings.depth == 1:
        papers, context, failed = _add_neighbors(papers, provider, desk, is_late)
    draw = find_draw(settings)
    if draw is not None:
        _stop_if_late(desk, is_late)
        drawn = draw_sets(papers, provider, desk, draw)
    papers = rename_versions(papers)
    parameters: dict[str, Any] = {"host": desk.requester.host, "fields": list(provider.fields)}
    if failed:
        parameters[_FAILED_LISTINGS] = failed
    if draw is not None:
        parameters[REFERENCE_SET] = describe_draw(draw, drawn)
    snapshot = Snapshot(
        source=provider.about.name,
        id_kind=provider.about.id_kind,
        taken=taken,
        depth=settings.depth,
        catalog_digest=digest_catalog(catalog),
        parameters=parameters,
        papers=papers,
        context=context,
        reference_sets=drawn.sets,
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
        logger.warning("%s: %s", name_some(key for key in snapshot.failed if str(found[key].error) == error), error)
    _log_unlisted(snapshot, title)
    for one, other in find_versions(snapshot.papers):
        logger.info("%s and %s are versions of one work", one, other)


def _log_spending(provider: Provider, desk: Desk, settings: Settings) -> None:
    """Note what the requests cost at a service that charges for them."""
    if desk.requester.sent and provider.find_budget(settings) is not None:
        spent, sent = format_count(desk.requester.credits, "credit"), format_count(desk.requester.sent, "request")
        logger.info("%s: spent %s on %s", provider.about.title, spent, sent)


def _log_unlisted(snapshot: Snapshot, title: str) -> None:
    """Note once a direction which listings are empty beside a count: asking again would give the same answer."""
    listings = {
        "citations": {key: paper.citations for key, paper in snapshot.papers.items()},
        "references": {key: paper.references for key, paper in snapshot.papers.items()},
    }
    counted = {key for key, paper in snapshot.papers.items() if paper.reference_count is not None}
    for direction, seen in listings.items():
        keys = [key for key, listing in seen.items() if listing.status == "unlisted"]
        although = ", although their count is not 0" if direction == "citations" or counted & set(keys) else ""
        if keys:
            logger.info("%s lists no %s of %s%s; they stay unknown", title, direction, name_some(keys), although)


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
    said: dict[str, list[str]] = {}
    in_order = dict(sorted(papers.items()))
    answers = provider.fetch_neighbors(in_order, desk)
    for done in range(len(in_order)):
        desk.requester.report(_NEIGHBORS, done, len(in_order))
        _stop_if_late(desk, is_late)
        key, citing, cited = next(answers)
        asked[key] = _join_neighbors(papers[key], citing, cited)
        context |= {neighbor.id: neighbor for neighbor in (*citing.papers, *cited.papers)}
        errors = [error for error in (citing.error, cited.error) if error is not None]
        for direction, neighbors in (("citations", citing), ("references", cited)):
            if neighbors.error is not None:
                failed.setdefault(direction, []).append(key)
        for text in dict.fromkeys(str(error) for error in errors if not isinstance(error, FATAL_ERRORS)):
            said.setdefault(text, []).append(key)
        stopped += [error for error in errors if isinstance(error, FATAL_ERRORS)][:1]
    if in_order:
        desk.requester.report(_NEIGHBORS, len(in_order), len(in_order))
    for text, keys in said.items():
        logger.warning("%s: %s", name_some(keys), text)
    if stopped:
        logger.warning("%s: incomplete for %d of %s: %s", _NEIGHBORS, len(stopped),
                       format_count(len(papers), "paper"), stopped[0])  # fmt: skip
    inside = {name for paper in papers.values() for name in paper.record_ids}
    return asked, {name: paper for name, paper in context.items() if name not in inside}, failed


def _stop_if_late(desk: Desk, is_late: Callable[[], bool]) -> None:
    """Send no more requests after the time limit; cached answers are still read."""
    if is_late():
        desk.requester.refuse(BudgetError("the time limit (max_wait) is reached; run it again to continue"))


def _join_neighbors(paper: Paper, citing: Neighbors, cited: Neighbors) -> Paper:
    was_not_asked = isinstance(citing.error, FATAL_ERRORS) and citing.listing.status == "failed"
    citations = Listing() if was_not_asked else citing.listing
    is_unknown = cited.listing.status == "failed" or (
        cited.listing.status == "unlisted" and paper.references.status == "known"
    )
    references = paper.references if is_unknown else cited.listing
    return paper.model_copy(update={"citations": citations, "references": references})
