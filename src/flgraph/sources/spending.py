"""Count the requests and the credits of a run, and refuse what would exceed their limits."""

from __future__ import annotations

from flgraph.checks import format_count
from flgraph.sources.faults import BudgetError
from flgraph.sources.settings import Settings


class Spending:
    """Requests sent and credits spent at one service.

    Parameters
    ----------
    name : str
        The service, for messages.
    settings : Settings
        The limits: `max_requests` and `max_credits`.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self.requests = 0
        self.credits = 0
        self._name = name
        self._settings = settings

    def count(self, cost: int) -> None:
        """Count a request that costs so many credits, or raise `BudgetError` if it would exceed a limit."""
        most = self._settings.max_credits
        if self.requests == self._settings.max_requests:
            limit = format_count(self.requests, "request")
            raise BudgetError(f"{self._name}: the limit of {limit} is used up; raise it, or continue later")
        if most is not None and cost and self.credits + cost > most:
            error = BudgetError(
                f"{self._name}: the limit of {format_count(most, 'credit')} is used up: {self.credits} were spent, and "
                f"the next request costs {cost}; raise it (--max-credits), or continue later"
            )
            error.credits_left = most - self.credits
            raise error
        self.requests += 1
        self.credits += cost
