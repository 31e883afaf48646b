"""Space the requests of a run evenly in time."""

from __future__ import annotations

import math

from flgraph.sources.settings import Clock


class Pacer:
    """Space requests out to at most `rate` per second; 0 is no limit."""

    def __init__(self, rate: float, clock: Clock) -> None:
        self.rate = rate
        self._gap = 1 / rate if rate else 0.0
        self._free_at = -math.inf
        self._clock = clock

    def reserve(self) -> float:
        """Reserve the next moment that is free, and return the seconds until then."""
        now = self._clock.monotonic()
        start = max(now, self._free_at)
        self._free_at = start + self._gap
        return start - now
