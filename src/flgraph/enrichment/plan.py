"""Plan an enrichment: what the cache knows already, and how many requests the rest takes. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from flgraph.enrichment.ask import Outcome, count_ids, match_catalog
from flgraph.records import FIRST_SOURCE, Catalog
from flgraph.sources.cache import RecordCache
from flgraph.sources.provider import Desk, Provider
from flgraph.sources.registry import find_provider
from flgraph.sources.settings import SYSTEM_CLOCK, Clock, Depth, Settings


@dataclass(frozen=True)
class PlanStep:
    """What one stage takes.

    Attributes
    ----------
    stage : str
        What is asked for.
    questions, cached : int
        How many questions there are, and how many of them the cache answers.
    requests : int
        How many requests the others take where all goes well.
    at_most : int or None
        How many where every id is unknown and no first match is the paper; None where nobody can know yet.
    """

    stage: str
    questions: int
    cached: int
    requests: int
    at_most: int | None


@dataclass(frozen=True)
class Plan:
    """What an enrichment takes: its steps in order, and the requests a second that it will make (0: no pacing)."""

    steps: tuple[PlanStep, ...]
    rate: float

    @property
    def requests(self) -> int:
        """How many requests are needed where all goes well."""
        return sum(step.requests for step in self.steps)

    @property
    def at_most(self) -> int | None:
        """How many requests there may be; None where nobody can know yet."""
        most = [step.at_most for step in self.steps]
        return None if None in most else sum(number or 0 for number in most)

    @property
    def minutes(self) -> float:
        """How long the requests take at the rate, in minutes; 0 without pacing."""
        return self.requests / self.rate / 60 if self.rate else 0.0

    def __str__(self) -> str:
        lines = [
            f"{step.stage}: {step.questions} question{'' if step.questions == 1 else 's'}, {step.cached} cached, "
            + _say_requests(step.requests, step.at_most)
            for step in self.steps
        ]
        pace = f", {self.minutes:.1f} minutes at {self.rate:g} a second" if self.rate else ""
        return "\n".join([*lines, f"in all: {_say_requests(self.requests, self.at_most)}{pace}"])


def _say_requests(least: int, most: int | None) -> str:
    more = "" if most == least else ", or more" if most is None else f", at most {most}"
    return f"{least} request{'' if least == 1 else 's'}{more}"


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
    """Return how many requests `enrich_catalog` will need, and how long they take; asks nobody.

    Parameters
    ----------
    catalog : Catalog
        The papers to look for.
    source, depth, api_url, rate, cache, refresh, clock
        As for `enrich_catalog`.

    Returns
    -------
    Plan
        A step for the ids, one for the titles of entries without, and at depth 1 one for citing and cited papers.

    Examples
    --------
    >>> print(plan_enrichment(read_catalog(), depth=0))
    papers by id: 56 questions, 0 cached, 1 request, at most 2
    papers by title: 0 questions, 0 cached, 0 requests, at most 112
    in all: 1 request, at most 114, 0.0 minutes at 1 a second
    """
    settings = Settings(
        depth=depth, api_url=api_url, rate=rate, cache=cache, refresh=refresh, clock=clock, offline=True
    )
    return make_plan(catalog, settings, find_provider(source))


def make_plan(catalog: Catalog, settings: Settings, provider: Provider) -> Plan:
    """Plan an enrichment with settings that travel as one record; as `plan_enrichment`."""
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
    """Plan the neighbors; of papers whose record is not known yet, as if each side took one request."""
    papers = [outcome.paper for outcome in found.values() if outcome.paper is not None]
    unknown = sum(outcome.error is not None for outcome in found.values())
    left, cached = provider.count_neighbor_requests(papers, desk)
    requests = left + 2 * unknown
    questions = 2 * (len(papers) + unknown)
    return PlanStep("citing and cited papers", questions, cached, requests, None if unknown else requests)
