"""Define the errors of a request to a service.

::

    SourceError
    ├── UnreachableError   no connection: unknown host, connection refused, connect timeout
    ├── BadKeyError        401 or 403: the key is rejected or required
    ├── BadRequestError    400: the request is malformed
    ├── NotFoundError      404: there is no such record
    ├── TooLargeError      413: too many records at once
    ├── RateLimitError     429 until the time limit for retries
    ├── ServerFaultError   5xx, invalid JSON, truncated or empty body, until the limit of retries
    │   └── SilenceError   read timeout
    ├── BadAnswerError     an answer that violates the specification of the service
    │   └── OverlongError  a body that is larger than any answer
    ├── BudgetError        the limit of requests or of time is used up
    └── OfflineError       requests are disabled
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flgraph.errors import SourceError


class UnreachableError(SourceError):
    """The service is unreachable."""


class BadKeyError(SourceError):
    """The service rejects the key or requires one."""


class BadRequestError(SourceError):
    """The service rejects the request as malformed."""


class NotFoundError(SourceError):
    """The service has no such record."""


class TooLargeError(SourceError):
    """The service rejects the request or its answer as too large."""


class RateLimitError(SourceError):
    """The service limits the request rate, and retries did not succeed within the time limit."""

    retry_after: float | None = None


class ServerFaultError(SourceError):
    """The service fails, and retries did not succeed; `status` is the HTTP status, if any."""

    status: int | None = None


class SilenceError(ServerFaultError):
    """The service accepts the request and does not finish its answer in time."""


class BadAnswerError(SourceError):
    """The answer violates the specification of the service."""


class OverlongError(BadAnswerError):
    """The body is larger than any answer and was not read to its end."""


class BudgetError(SourceError):
    """The limit of requests or the time limit is used up."""


class OfflineError(SourceError):
    """The answer is not cached, and requests are disabled."""


FATAL_ERRORS: Final = (UnreachableError, RateLimitError, BadKeyError, BudgetError, OfflineError)
"""Errors that the next request would meet as well: after one of them, send no more."""


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
