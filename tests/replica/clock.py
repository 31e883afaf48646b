"""A clock that stands still but for the waiting that it is asked to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from flgraph.sources.settings import Clock


@dataclass
class StillClock:
    """Time that passes by `sleep` only; `slept` holds each wait in seconds."""

    now: float = 1_700_000_000.0
    jitter: float = 1.0
    slept: list[float] = field(default_factory=list)

    def as_clock(self) -> Clock:
        return Clock(monotonic=self._read, wall=self._read, sleep=self._sleep, jitter=lambda: self.jitter)

    def _read(self) -> float:
        return self.now

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
