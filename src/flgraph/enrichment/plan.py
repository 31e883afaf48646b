"""Plan an enrichment: what the cache knows already, and how many requests the rest takes. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Literal

from flgraph.enrichment.ask import Desk, Outcome, count_ids, match_catalog
from flgraph.records import Catalog, Paper
from flgraph.sources.cache import MAX_AGE, RecordCache
from flgraph.sources.http import SYSTEM_CLOCK, Clock
from flgraph.sources.semantic_scholar.listings import (
    PAGE_SIZE,
    Neighbors,
    count_pages,
    fetch_citations,
    fetch_references,
)
from flgraph.sources.semantic_scholar.papers import BATCH_SIZE, open_requester


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
    depth: Literal[0, 1] = 1,
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
    depth, api_url, rate, cache, refresh, clock
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
    with (
        open_requester(api_url=api_url, rate=rate, offline=True) as requester,
        RecordCache(cache, clock=clock) as records,
    ):
        desk = Desk(requester, records, 0.0 if refresh else MAX_AGE)
        found = match_catalog(catalog, desk, decided=datetime.now(UTC).date())
        steps = [_plan_ids(catalog, found), _plan_titles(found)]
        if depth == 1:
            steps.append(_plan_neighbors(found, desk))
    return Plan(tuple(steps), rate)


def _plan_ids(catalog: Catalog, found: Mapping[str, Outcome]) -> PlanStep:
    numbers = count_ids(catalog)
    left = [key for key, outcome in found.items() if outcome.error and outcome.stage == "id"]
    turns = range(max(numbers.values(), default=0))
    batches = [ceil(sum(numbers[key] > turn for key in left) / BATCH_SIZE) for turn in turns]
    asked = sum(number > 0 for number in numbers.values())
    return PlanStep("papers by id", asked, asked - len(left), batches[0] if batches else 0, sum(batches))


def _plan_titles(found: Mapping[str, Outcome]) -> PlanStep:
    by_title = [outcome for outcome in found.values() if outcome.stage == "title"]
    left = sum(outcome.error is not None for outcome in by_title)
    unknown = sum(outcome.error is not None and outcome.stage == "id" for outcome in found.values())
    return PlanStep("papers by title", len(by_title), len(by_title) - left, left, 2 * (left + unknown))


def _plan_neighbors(found: Mapping[str, Outcome], desk: Desk) -> PlanStep:
    papers = [outcome.paper for outcome in found.values() if outcome.paper is not None]
    unknown = sum(outcome.error is not None for outcome in found.values())
    left = [_count_left(paper, desk) for paper in papers]
    pages = sum(number for numbers in left for number in numbers) + 2 * unknown
    cached = sum(number == 0 for numbers in left for number in numbers)
    return PlanStep("citing and cited papers", 2 * (len(papers) + unknown), cached, pages, None if unknown else pages)


def _count_left(paper: Paper, desk: Desk) -> tuple[int, int]:
    """Return how many pages of who cites a paper, and of whom it cites, are not in the cache."""
    citing, cited = (
        fetch(paper, requester=desk.requester, cache=desk.cache, max_age=desk.max_age)
        for fetch in (fetch_citations, fetch_references)
    )
    return _count_pages_left(citing, paper.citation_count), _count_pages_left(cited, paper.reference_count)


def _count_pages_left(neighbors: Neighbors, count: int | None) -> int:
    return max(1, count_pages(count) - len(neighbors.listing.items) // PAGE_SIZE) if neighbors.error else 0
