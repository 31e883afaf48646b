"""Decide how long to wait for a service that fails, and when to give up.

The time limit for failures covers all requests of a run, so that a service that is down ends a run soon.
"""

from __future__ import annotations

from typing import Final

from flgraph.errors import SourceError
from flgraph.sources.exchange import Limits
from flgraph.sources.faults import (
    OverlongError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    UnreachableError,
    blames_question,
)
from flgraph.sources.settings import Settings

MAX_TRIES: Final = 6
"""Maximum number of attempts at one request."""

_PAUSED_TRIES: Final = 2
_BACKOFF_BASE: Final = 1.0
_BACKOFF_CAP: Final = 60.0
_UNREACHABLE_SECONDS: Final = 10.0
_SHORTEST_SECONDS: Final = 5.0
"""Minimum read timeout, even if the time limit for failures is used up."""

_COSTLY_SECONDS: Final = 1.0

PassingError = UnreachableError | RateLimitError | ServerFaultError
"""Errors that another attempt may not meet."""


class Patience:
    """The time that a run may still lose to failures of one service, and how the service has answered so far.

    Attributes
    ----------
    has_given_up : bool
        Whether the service was without an answer for longer than `give_up_after`.
    """

    def __init__(self, settings: Settings) -> None:
        self.has_given_up = False
        self._settings = settings
        self._clock = settings.clock
        self._left = settings.max_wait
        self._last_seconds = 0.0
        self._has_replied = False
        self._has_succeeded = False
        self._failing_since: float | None = None

    def note_reply(self) -> None:
        """Note that there was a reply, whatever it says."""
        self._has_replied = True

    def note_answer(self) -> None:
        """Note that there was an answer."""
        self._has_succeeded, self._failing_since = True, None

    def charge(self, began: float) -> None:
        """Subtract the duration of a failed attempt from the time left."""
        self._last_seconds = self._clock.monotonic() - began
        self._left = max(0.0, self._left - self._last_seconds)

    def limit_exchange(self) -> Limits:
        """Return the time limits of the next attempt."""
        patience = self._left
        if self._settings.give_up_after is not None and not self._has_succeeded:
            patience = min(patience, self._settings.give_up_after)
        silence = min(self._settings.timeout, max(patience, _SHORTEST_SECONDS))
        return Limits(self._settings.connect_timeout, silence, max(silence, self._left))

    def plan_wait(self, error: PassingError, *, tries: int, most: int, started: float, began: float) -> float | None:
        """Return the seconds to wait before the next attempt, or None if no time or attempt is left.

        Parameters
        ----------
        error : SourceError
            The error of the last attempt.
        tries : int
            Number of attempts so far.
        most : int
            Maximum number of attempts if this request may have caused the fault.
        started, began : float
            When the first and the last attempt began.
        """
        self._failing_since = began if self._failing_since is None else self._failing_since
        if tries >= most and blames_question(error):
            return None
        delay = self._clock.jitter() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2.0 ** (tries - 1))
        if isinstance(error, RateLimitError | ServerFaultError):
            delay = max(delay, error.retry_after or 0.0)
        elapsed = self._clock.monotonic() - started
        self.has_given_up = self._fails_for_too_long(error, delay)
        if self.has_given_up or delay > self._left or not self._may_try_again(error, tries, elapsed + delay):
            return None
        self._left -= delay
        return delay

    def is_used_up_by(self, error: SourceError) -> bool:
        """Return whether no time is left, and each further request would cost as much as this one."""
        is_slow = isinstance(error, SilenceError | OverlongError) or self._last_seconds >= _COSTLY_SECONDS
        return self._left <= 0 and is_slow

    def _fails_for_too_long(self, error: PassingError, delay: float) -> bool:
        """Return whether the service would be without an answer for longer than `give_up_after`."""
        most, since = self._settings.give_up_after, self._failing_since
        if most is None or since is None or (self._has_succeeded and blames_question(error)):
            return False
        return self._clock.monotonic() + delay - since > most

    def _may_try_again(self, error: PassingError, tries: int, elapsed: float) -> bool:
        if isinstance(error, UnreachableError):
            # A service that never answered is not retried, so that the error appears at once.
            return self._has_replied and elapsed + self._settings.connect_timeout <= _UNREACHABLE_SECONDS
        if isinstance(error, RateLimitError):
            return error.credits_left is None
        return tries < (MAX_TRIES if error.retry_after is None else _PAUSED_TRIES)
