"""The settings of an enrichment, as one record: what to ask for, whom, how fast, and where answers are kept."""

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
"""Seconds after which an answer is fetched again, unless told otherwise: providers renew their data weekly."""


@dataclass(frozen=True)
class Clock:
    """Where time (seconds) and chance (0 to 1) come from; a test passes another one to wait without waiting."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random


SYSTEM_CLOCK: Final = Clock()


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a catalog is enriched. `enrich_catalog` explains each setting.

    Attributes
    ----------
    depth : {0, 1}
        0 is the catalog's own records; 1 adds the papers that cite them and the papers they cite.
    api_url : str or None
        The address of the provider's API; None is the one from the environment, else the provider's own.
    api_key : str or None
        The key to the API; None is the one from the environment. It is left out of the `repr`.
    rate : float
        Requests a second; 0 is unlimited.
    max_wait : float
        Seconds that failures and retries may cost in all.
    timeout, connect_timeout : float
        Seconds that the service may take to send data, and to accept a connection.
    max_requests : int or None
        The most requests to send; None is unlimited.
    offline : bool
        Answer from the cache alone.
    cache : str, Path or None
        The file that keeps answers; None keeps none.
    refresh : bool
        Fetch again what the cache holds.
    clock : Clock
        Where time and chance come from.
    progress : {"auto", "bar", "off"} or callable
        How progress is shown.

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
        """Seconds that a cached answer may be old; 0 where everything is fetched again."""
        return 0.0 if self.refresh else MAX_AGE
