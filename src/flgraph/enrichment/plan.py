"""Plan an enrichment: count cached answers and the requests for the rest, without sending any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from flgraph.checks import format_count
from flgraph.enrichment.ask import Outcome, list_ids, match_catalog
from flgraph.enrichment.reference_sets import find_draw, find_sampler, refuse_unable
from flgraph.enrichment.refreshing import open_desk
from flgraph.records import FIRST_SOURCE, Catalog, Paper
from flgraph.sources.cache import RecordCache
from flgraph.sources.choice import Choice, Job, list_jobs
from flgraph.sources.provider import Budget, Cost, Desk, Draw, Provider, Sampler
from flgraph.sources.settings import SYSTEM_CLOCK, Clock, Depth, Settings

_NO_LIMIT: Final = (
    "no upper limit is known before the papers are found: set --max-credits, or run `flgraph enrich --resolve-only` "
    "with the same source, and then --plan again"
)


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
    credits, credits_at_most : int, int or None
        Credits that the provider charges for these requests in the best and in the worst case.
    """

    stage: str
    questions: int
    cached: int
    requests: int
    at_most: int | None
    credits: int = 0
    credits_at_most: int | None = 0


@dataclass(frozen=True)
class Plan:
    """The cost of an enrichment: its steps in order, and the requests per second (0: no limit).

    `budget` is what the provider grants a day, if it charges for requests. `more` holds the plans of the source that is
    asked if this one is unavailable, or of the other source of "both"; `heading` then names the source of each. The
    numbers are those of this source alone.
    """

    steps: tuple[PlanStep, ...]
    rate: float
    budget: Budget | None = None
    heading: str = ""
    more: tuple[Plan, ...] = ()

    @property
    def requests(self) -> int:
        """Return the number of requests in the best case."""
        return sum(step.requests for step in self.steps)

    @property
    def at_most(self) -> int | None:
        """Return the number of requests in the worst case, or None if not yet known."""
        return _add(step.at_most for step in self.steps)

    @property
    def credits(self) -> int:
        """Return the number of credits in the best case."""
        return sum(step.credits for step in self.steps)

    @property
    def credits_at_most(self) -> int | None:
        """Return the number of credits in the worst case, or None if not yet known."""
        return _add(step.credits_at_most for step in self.steps)

    @property
    def minutes(self) -> float:
        """Return the duration of the requests at this rate in minutes; 0 without a limit."""
        return self.requests / self.rate / 60 if self.rate else 0.0

    def __str__(self) -> str:
        lines = [
            f"{step.stage}: {format_count(step.questions, 'lookup')}, {step.cached} cached, "
            + _format_least("request", step.requests, step.at_most)
            + (f", {_format_least('credit', step.credits, step.credits_at_most)}" if self.budget else "")
            for step in self.steps
        ]
        pace = f", {self.minutes:.1f} minutes at {self.rate:g} per second" if self.rate else ""
        lines.append(f"total: {_format_least('request', self.requests, self.at_most)}{pace}")
        lines += [self._format_budget(self.budget)] if self.budget else []
        if self.budget and self.credits_at_most is None:
            lines.append(_NO_LIMIT)
        return "\n".join([*([f"{self.heading}:"] if self.heading else []), *lines, *map(str, self.more)])

    def _format_budget(self, budget: Budget) -> str:
        """Format the credits as a number, in dollars, and as a share of what the provider grants a day."""
        least, most = self.credits, self.credits_at_most
        numbers = [least] if most in (None, least) else [least, most or 0]
        dollars = " to ".join(f"${number * budget.dollars:.4f}" for number in numbers)
        share = " to ".join(f"{number / budget.credits:.1%}" for number in numbers)
        more = " or more" if most is None else ""
        day = f"{budget.credits:,} credits a day {budget.whose}"
        return f"cost: {_format_least('credit', least, most)} ({dollars}{more}), {share}{more} of the {day}"


def _add(numbers: Iterable[int | None]) -> int | None:
    """Add numbers; the sum is None if one of them is."""
    known = list(numbers)
    return None if None in known else sum(number or 0 for number in known)


def _format_least(noun: str, least: int, most: int | None) -> str:
    more = "" if most == least else " or more" if most is None else f", at most {most}"
    return f"{format_count(least, noun)}{more}"


def plan_enrichment(
    catalog: Catalog,
    *,
    source: str | Provider = FIRST_SOURCE,
    depth: Depth = 1,
    api_url: str | None = None,
    rate: float | None = None,
    cache: str | Path | None = None,
    refresh: bool = False,
    reference_set: int | None = None,
    seed: int = 0,
    clock: Clock = SYSTEM_CLOCK,
) -> Plan:
    """Plan the requests of `enrich_catalog` and their duration, without sending any.

    Parameters
    ----------
    catalog : Catalog
        The papers to find.
    source : str or Provider
        As in `enrich_catalog`. The plan of "auto" is that of Semantic Scholar, and `more` holds that of OpenAlex, which
        is asked if Semantic Scholar is unavailable. "both" plans each.
    depth, api_url, rate, cache, refresh, reference_set, seed, clock
        As in `enrich_catalog`.

    Returns
    -------
    Plan
        One step for ids, one for titles of entries without ids, at depth 1 one for citing and cited papers, and one
        for reference sets if they are asked for.

    Raises
    ------
    ValueError
        As in `enrich_catalog`; or the source is "both", and the address of Semantic Scholar is given, but not that of
        OpenAlex.

    Examples
    --------
    >>> print(plan_enrichment(read_catalog(), depth=0))
    papers by id: 56 lookups, 0 cached, 1 request, at most 2
    papers by title: 0 lookups, 0 cached, 0 requests, at most 112
    total: 1 request, at most 114, 0.0 minutes at 1 per second
    """
    settings = Settings(
        depth=depth,
        api_url=api_url,
        rate=rate,
        cache=cache,
        refresh=refresh,
        reference_set=reference_set,
        seed=seed,
        clock=clock,
    )
    jobs = list_jobs(source, settings)
    for job in jobs:
        refuse_unable(job.choice.list_providers(), job.settings)
    return plan_jobs(catalog, jobs)


def plan_jobs(catalog: Catalog, jobs: Sequence[Job]) -> Plan:
    """Plan snapshots as `plan_enrichment`, with the settings of each in one record."""
    plans = [
        (_name_role(provider, job.choice), _make_plan(catalog, settings, provider))
        for job in jobs
        for provider, settings in zip(job.choice.list_providers(), _list_settings(job), strict=False)
    ]
    if len(plans) == 1:
        return plans[0][1]
    first, *others = [replace(plan, heading=heading) for heading, plan in plans]
    return replace(first, more=tuple(others))


def _list_settings(job: Job) -> list[Settings]:
    """Return the settings for the first source of a job, and for the second."""
    return [job.settings, replace(job.settings, api_url=None, api_key=None)]


def _name_role(provider: Provider, choice: Choice) -> str:
    """Name a provider, and when it is asked."""
    if provider is choice.first:
        return provider.about.title
    return f"{provider.about.title}, if {choice.first.about.title} is unavailable"


def _make_plan(catalog: Catalog, settings: Settings, provider: Provider) -> Plan:
    offline = replace(settings, offline=True)
    with (
        provider.open(offline) as requester,
        RecordCache(settings.cache, clock=settings.clock) as cache,
    ):
        desk = open_desk(catalog, settings, requester, cache)
        found = match_catalog(catalog, provider, desk, decided=desk.today)
        steps = [_plan_ids(catalog, provider, found), _plan_titles(provider, found)]
        if settings.depth == 1:
            steps.append(_plan_neighbors(provider, desk, found))
        draw = find_draw(settings)
        if draw is not None:
            steps.append(_plan_sets(find_sampler(provider), draw, desk, found))
    return Plan(tuple(steps), requester.rate, provider.find_budget(settings))


def _plan_ids(catalog: Catalog, provider: Provider, found: Mapping[str, Outcome]) -> PlanStep:
    ids = {key: names for key, names in list_ids(catalog, provider).items() if names}
    left = [key for key, outcome in found.items() if outcome.error and outcome.stage == "id"]
    cost = provider.count_id_cost([ids[key] for key in left if key in ids])
    return PlanStep("papers by id", len(ids), len(ids) - len(left), *cost)


def _plan_titles(provider: Provider, found: Mapping[str, Outcome]) -> PlanStep:
    by_title = [outcome for outcome in found.values() if outcome.stage == "title"]
    left = sum(outcome.error is not None for outcome in by_title)
    unknown = sum(outcome.error is not None and outcome.stage == "id" for outcome in found.values())
    least, most = provider.title_cost.times(left), provider.title_cost.times(left + unknown)
    cost = Cost(least.requests, most.at_most, least.credits, most.credits_at_most)
    return PlanStep("papers by title", len(by_title), len(by_title) - left, *cost)


def _plan_neighbors(provider: Provider, desk: Desk, found: Mapping[str, Outcome]) -> PlanStep:
    papers, unknown = _split_found(found)
    cost, cached = provider.count_neighbor_cost(papers, unknown, desk)
    return PlanStep("citing and cited papers", 2 * (len(papers) + unknown), cached, *cost)


def _plan_sets(sampler: Sampler, draw: Draw, desk: Desk, found: Mapping[str, Outcome]) -> PlanStep:
    papers, unknown = _split_found(found)
    cost, cached = sampler.count_set_cost(papers, unknown, draw, desk)
    return PlanStep("reference sets", len(papers) + unknown, cached, *cost)


def _split_found(found: Mapping[str, Outcome]) -> tuple[list[Paper], int]:
    """Return the papers whose records are known, and the number of those whose requests failed."""
    papers = [outcome.paper for outcome in found.values() if outcome.paper is not None]
    return papers, sum(outcome.error is not None for outcome in found.values())
