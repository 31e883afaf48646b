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
    rate : float
        Requests per second; 0 removes the limit.
    max_wait : float
        Time limit in seconds for all failures and retries.
    timeout, connect_timeout : float
        Time limits in seconds for the service to send data, and to accept a connection.
    max_requests : int or None
        Maximum number of requests; None removes the limit.
    offline : bool
        Answer from the cache alone.
    cache : str, Path or None
        File that caches answers; None disables the cache.
    refresh : bool
        Ignore cached answers.
    clock : Clock
        Sources of time and random numbers.
    progress : {"auto", "bar", "off"} or callable
        How to show progress.

    Raises
    ------
    ValueError
        A number is negative, infinite or not a number.
    """

    depth: Depth = 1
    api_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    rate: float = 1.0
    max_wait: float = 300.0
    timeout: float = 30.0
    connect_timeout: float = 8.0
    max_requests: int | None = None
    offline: bool = False
    cache: str | Path | None = None
    refresh: bool = False
    clock: Clock = SYSTEM_CLOCK
    progress: ProgressChoice = "auto"

    def __post_init__(self) -> None:
        for name in ("rate", "max_wait", "timeout", "connect_timeout"):
            refuse_measure(name, getattr(self, name))
        refuse_number("max_requests", 0 if self.max_requests is None else self.max_requests)

    @property
    def max_age(self) -> float:
        """Return the maximum age of cached answers in seconds; 0 ignores them."""
        return 0.0 if self.refresh else MAX_AGE
