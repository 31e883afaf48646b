"""Define the settings of an enrichment as one record: what to fetch, from where, how fast, and the cache."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from flgraph.checks import refuse_measure, refuse_number
from flgraph.progress import ProgressChoice
from flgraph.records import LARGEST_SET, LEAST_SET

Depth = Literal[0, 1]

MAX_AGE: Final = 7 * 86_400.0
"""Maximum age of cached answers in seconds: one week, since providers update their data weekly."""


@dataclass(frozen=True)
class Clock:
    """Sources of time (seconds) and of random numbers (0 to 1); tests pass others, to wait without delay."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


SYSTEM_CLOCK: Final = Clock()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Settings of an enrichment; `enrich_catalog` explains each of them.

    Attributes
    ----------
    depth : {0, 1}
        0 fetches the papers of the catalog, 1 also their citing and cited papers.
    api_url : str or None
        Address of the provider's API; None reads the environment, else uses the default.
    api_key : str or None
        Key to the API; None reads the environment. The `repr` omits it.
    rate : float or None
        Requests per second; 0 removes the limit, None is the rate of the service.
    max_wait : float
        Time limit in seconds for all failures and retries.
    give_up_after : float or None
        Time in seconds without an answer, through limits and failures, after which no more requests are sent. None
        leaves it at `max_wait`.
    timeout, connect_timeout : float
        Time limits in seconds for the service to send data, and to accept a connection.
    max_requests : int or None
        Maximum number of requests; None removes the limit.
    max_credits : int or None
        Maximum number of credits to spend at a service that charges for requests; None removes the limit.
    offline : bool
        Answer from the cache alone.
    cache : str, Path or None
        File that caches answers; None disables the cache.
    refresh : bool
        Ignore cached answers, except those of a refresh that was cut short.
    reference_set : int or None
        Number of works to draw at random from the topic and year of each paper; None draws none.
    seed : int
        Seed of these draws.
    clock : Clock
        Sources of time and random numbers.
    progress : {"auto", "bar", "off"} or callable
        How to show progress.

    Raises
    ------
    ValueError
        A number is negative, infinite or not a number, or `reference_set` is out of range.
    """

    depth: Depth = 1
    api_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    rate: float | None = None
    max_wait: float = 300.0
    give_up_after: float | None = None
    timeout: float = 30.0
    connect_timeout: float = 8.0
    max_requests: int | None = None
    max_credits: int | None = None
    offline: bool = False
    cache: str | Path | None = None
    refresh: bool = False
    reference_set: int | None = None
    seed: int = 0
    clock: Clock = SYSTEM_CLOCK
    progress: ProgressChoice = "auto"

    def __post_init__(self) -> None:
        for name in ("rate", "max_wait", "give_up_after", "timeout", "connect_timeout"):
            measure = getattr(self, name)
            refuse_measure(name, 0.0 if measure is None else measure)
        for name in ("max_requests", "max_credits"):
            limit = getattr(self, name)
            refuse_number(name, 0 if limit is None else limit)
        refuse_number("seed", self.seed)
        if self.reference_set is not None:
            refuse_number("reference_set", self.reference_set, least=LEAST_SET)
            if self.reference_set > LARGEST_SET:
                raise ValueError(f"reference_set must be at most {LARGEST_SET:,}, found {self.reference_set!r}")

    @property
    def max_age(self) -> float:
        """Return the maximum age of cached answers in seconds; 0 ignores them."""
        return 0.0 if self.refresh else MAX_AGE
