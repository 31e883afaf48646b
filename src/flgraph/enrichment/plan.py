"""Plan an enrichment: count cached answers and the requests for the rest, without sending any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flgraph.checks import format_count
from flgraph.enrichment.ask import Outcome, count_ids, match_catalog
from flgraph.records import FIRST_SOURCE, Catalog
from flgraph.sources.cache import RecordCache
from flgraph.sources.provider import Desk, Provider
from flgraph.sources.registry import find_provider
from flgraph.sources.settings import SYSTEM_CLOCK, Clock, Depth, Settings


@dataclass(frozen=True)
class PlanStep:
    """The cost of one stage.

    Attributes
    ----------
    stage : str
        Name of the stage.
    questions, cached : int
        Number of lookups, and how many of them are cached.
    requests : int
        Requests for the other lookups in the best case.
    at_most : int or None
        Requests in the worst case: every id is unknown and no first hit is the paper. None if not yet known.
    """

    stage: str
    questions: int
    cached: int
    requests: int
    at_most: int | None


@dataclass(frozen=True)
class Plan:
    """The cost of an enrichment: its steps in order, and the requests per second (0: no limit)."""

    steps: tuple[PlanStep, ...]
    rate: float

    @property
    def requests(self) -> int:
        """Return the number of requests in the best case."""
        return sum(step.requests for step in self.steps)

    @property
    def at_most(self) -> int | None:
        """Return the number of requests in the worst case, or None if not yet known."""
        most = [step.at_most for step in self.steps]
        return None if None in most else sum(number or 0 for number in most)

    @property
    def minutes(self) -> float:
        """Return the duration of the requests at this rate in minutes; 0 without a limit."""
        return self.requests / self.rate / 60 if self.rate else 0.0

    def __str__(self) -> str:
        lines = [
            f"{step.stage}: {format_count(step.questions, 'lookup')}, {step.cached} cached, "
            + _format_requests(step.requests, step.at_most)
            for step in self.steps
        ]
        pace = f", {self.minutes:.1f} minutes at {self.rate:g} per second" if self.rate else ""
        return "\n".join([*lines, f"total: {_format_requests(self.requests, self.at_most)}{pace}"])


def _format_requests(least: int, most: int | None) -> str:
    more = "" if most == least else " or more" if most is None else f", at most {most}"
    return f"{format_count(least, 'request')}{more}"


def plan_enrichment(
    catalog: Catalog,
    *,
    source: str | Provider = FIRST_SOURCE,
    depth: Depth = 1,
    api_url: str | None = None,
    rate: float = 1.0,
    cache: str | Path | None = None,
    refresh: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> Plan:
    """Plan the requests of `enrich_catalog` and their duration, without sending any.

    Parameters
    ----------
    catalog : Catalog
        The papers to find.
    source, depth, api_url, rate, cache, refresh, clock
        As in `enrich_catalog`.

    Returns
    -------
    Plan
        One step for ids, one for titles of entries without ids, and at depth 1 one for citing and cited papers.

    Examples
    --------
    >>> print(plan_enrichment(read_catalog(), depth=0))
    papers by id: 56 lookups, 0 cached, 1 request, at most 2
    papers by title: 0 lookups, 0 cached, 0 requests, at most 112
    total: 1 request, at most 114, 0.0 minutes at 1 per second
    """
    settings = Settings(
        depth=depth, api_url=api_url, rate=rate, cache=cache, refresh=refresh, clock=clock, offline=True
    )
    return make_plan(catalog, settings, find_provider(source))


def make_plan(catalog: Catalog, settings: Settings, provider: Provider) -> Plan:
    """Plan an enrichment as `plan_enrichment`, with the settings in one record."""
    offline = replace(settings, offline=True)
    with (
        provider.open(offline) as requester,
        RecordCache(settings.cache, clock=settings.clock) as cache,
    ):
        desk = Desk(requester, cache, settings.max_age)
        found = match_catalog(catalog, provider, desk, decided=datetime.now(UTC).date())
        steps = [_plan_ids(catalog, provider, found), _plan_titles(provider, found)]
        if settings.depth == 1:
            steps.append(_plan_neighbors(provider, desk, found))
    return Plan(tuple(steps), settings.rate)


def _plan_ids(catalog: Catalog, provider: Provider, found: Mapping[str, Outcome]) -> PlanStep:
    numbers = count_ids(catalog, provider)
    left = [key for key, outcome in found.items() if outcome.error and outcome.stage == "id"]
    turns = range(max(numbers.values(), default=0))
    batches = [provider.count_id_requests(sum(numbers[key] > turn for key in left)) for turn in turns]
    asked = sum(number > 0 for number in numbers.values())
    return PlanStep("papers by id", asked, asked - len(left), batches[0] if batches else 0, sum(batches))


def _plan_titles(provider: Provider, found: Mapping[str, Outcome]) -> PlanStep:
    by_title = [outcome for outcome in found.values() if outcome.stage == "title"]
    left = sum(outcome.error is not None for outcome in by_title)
    unknown = sum(outcome.error is not None and outcome.stage == "id" for outcome in found.values())
    fewest, most = provider.title_requests
    return PlanStep("papers by title", len(by_title), len(by_title) - left, fewest * left, most * (left + unknown))


def _plan_neighbors(provider: Provider, desk: Desk, found: Mapping[str, Outcome]) -> PlanStep:
    """Plan the neighbors; for papers without a record yet, assume one request per direction."""
    papers = [outcome.paper for outcome in found.values() if outcome.paper is not None]
    unknown = sum(outcome.error is not None for outcome in found.values())
    left, cached = provider.count_neighbor_requests(papers, desk)
    requests = left + 2 * unknown
    questions = 2 * (len(papers) + unknown)
    return PlanStep("citing and cited papers", questions, cached, requests, None if unknown else requests)
