"""Define the errors of a request to a service.

::

    SourceError
    ├── UnreachableError   no connection: unknown host, connection refused, connect timeout
    ├── BadKeyError        401 or 403: the key is rejected
    │   └── NoKeyError     401 or 403 without a key
    ├── BadRequestError    400: the request is malformed
    ├── NotFoundError      404: there is no such record
    ├── TooLargeError      413: too many records at once
    ├── RateLimitError     429 until the time limit for retries, or until the budget of the day resets
    ├── ServerFaultError   5xx, invalid JSON, truncated or empty body, until the limit of retries
    │   └── SilenceError   read timeout
    ├── BadAnswerError     an answer that violates the specification of the service
    │   └── OverlongError  a body that is larger than any answer
    ├── BudgetError        the limit of requests, of credits or of time is used up
    └── OfflineError       requests are disabled
"""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final

from flgraph.errors import SourceError


class UnreachableError(SourceError):
    """The service is unreachable."""


class BadKeyError(SourceError):
    """The service rejects the key or requires one."""


class NoKeyError(BadKeyError):
    """The service rejects a request that was sent without a key."""


class BadRequestError(SourceError):
    """The service rejects the request as malformed."""


class NotFoundError(SourceError):
    """The service has no such record."""


class TooLargeError(SourceError):
    """The service rejects the request or its answer as too large."""


class RateLimitError(SourceError):
    """The service limits the request rate, and retries did not succeed within the time limit.

    `resets_at` is the time from which the service answers again, if it says so. `credits_left` is set if the budget of
    the day is used up: requests that cost no more than that are still answered.
    """

    retry_after: float | None = None
    resets_at: datetime | None = None
    credits_left: int | None = None


class ServerFaultError(SourceError):
    """The service fails, and retries did not succeed; `status` is the HTTP status, if any.

    `retry_after` is the number of seconds after which a service that pauses asks to come back.
    """

    status: int | None = None
    retry_after: float | None = None


class SilenceError(ServerFaultError):
    """The service accepts the request and does not finish its answer in time."""


class BadAnswerError(SourceError):
    """The answer violates the specification of the service."""


class OverlongError(BadAnswerError):
    """The body is larger than any answer and was not read to its end."""


class BudgetError(SourceError):
    """The limit of requests, of credits or of time is used up.

    `credits_left` is set if it is the limit of credits: requests that cost no more than that are still sent.
    """

    credits_left: int | None = None


class OfflineError(SourceError):
    """The answer is not cached, and requests are disabled."""


FATAL_ERRORS: Final = (UnreachableError, RateLimitError, BadKeyError, BudgetError, OfflineError)
"""Errors that the next request would meet as well: after one of them, send no more."""


def find_refused_cost(error: SourceError) -> int:
    """Return the cost in credits from which the next requests would meet the same error; 0 is every request.

    Examples
    --------
    >>> find_refused_cost(UnreachableError("no connection"))
    0
    """
    left = error.credits_left if isinstance(error, RateLimitError | BudgetError) else None
    return 0 if left is None else left + 1


def blames_question(error: SourceError) -> bool:
    """Return whether one request may cause the fault.

    These are a 500, a 504 for a request that takes too long, a 200 that is not JSON, and a body without end.
    """
    if isinstance(error, OverlongError):
        return True
    return isinstance(error, ServerFaultError) and error.status in (
        HTTPStatus.OK,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.GATEWAY_TIMEOUT,
    )


def detach(error: SourceError) -> SourceError:
    """Release the traceback and the causes of an error that is kept as a value; they hold whole answers."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
