"""What can go wrong when a service is asked.

::

    SourceError
    ├── UnreachableError   no connection: no such host, refused, nobody takes the call
    ├── BadKeyError        401 or 403: the key is refused, or one is needed
    ├── BadRequestError    400: the question is malformed
    ├── NotFoundError      404: there is no such record
    ├── TooLargeError      413: too much at once
    ├── RateLimitError     429 until the time for waiting was spent
    ├── ServerFaultError   5xx, a page instead of JSON, a cut or empty body, until the tries were spent
    │   └── SilenceError   no answer in time
    ├── BadAnswerError     an answer that the service's specification does not know
    ├── BudgetError        as many requests as were allowed have been sent, or silence has cost the time allowed
    └── OfflineError       nobody is to be asked
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flgraph.errors import SourceError


class UnreachableError(SourceError):
    """No connection to the service can be made."""


class BadKeyError(SourceError):
    """The service refuses the key, or wants one."""


class BadRequestError(SourceError):
    """The service calls the question malformed."""


class NotFoundError(SourceError):
    """The service has no such record."""


class TooLargeError(SourceError):
    """The service will not take or give so much at once."""


class RateLimitError(SourceError):
    """The service wants fewer requests, and waiting did not help in the time there was."""

    retry_after: float | None = None


class ServerFaultError(SourceError):
    """The service fails, and trying again did not help; `status` is what it said, None where it said nothing."""

    status: int | None = None


class SilenceError(ServerFaultError):
    """The service takes the question and says nothing, or is never done."""


class BadAnswerError(SourceError):
    """The service answers what it never should."""


class BudgetError(SourceError):
    """As many requests as were allowed have been sent, or the time that was given is over."""


class OfflineError(SourceError):
    """The answer is not at hand, and nobody is to be asked."""


FATAL_ERRORS: Final = (UnreachableError, RateLimitError, BadKeyError, BudgetError, OfflineError)
"""What the next question would meet as well: after one of them, ask no further."""


def blames_question(error: SourceError) -> bool:
    """Tell whether the service fails on a question, not altogether: a 500, or a 504 for one that takes too long."""
    return isinstance(error, ServerFaultError) and error.status in (
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
