"""Judge a reply of a web service: return its JSON answer, or raise the error that its status stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
from pydantic import JsonValue, SecretStr

from flgraph.checks import format_count
from flgraph.sources.exchange import Reply
from flgraph.sources.faults import (
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    NoKeyError,
    NotFoundError,
    RateLimitError,
    ServerFaultError,
    TooLargeError,
)
from flgraph.sources.json_text import JsonError, parse_json
from flgraph.sources.service import Service

_MESSAGE_LENGTH: Final = 160
_MOST_QUOTED: Final = 10_000
_TOO_LARGE: Final = "exceed maximum size"


@dataclass(frozen=True)
class ReplyJudge:
    """Judges the replies of one service.

    Attributes
    ----------
    service : Service
        The service.
    name : str
        Its name and host, for messages.
    key : SecretStr or None
        The key, which is removed from quoted texts.
    now : callable
        Source of the time, in seconds since 1970.
    """

    service: Service
    name: str
    key: SecretStr | None
    now: Callable[[], float]

    def judge(self, reply: Reply) -> JsonValue:
        """Return the answer in a reply, or raise the error that its status stands for."""
        if reply.status in self.service.passing:
            raise self._make_fault(reply)
        self.refuse_busy(reply)
        if reply.status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooLargeError(f"{self.name} rejects the request as too large (413); request fewer records")
        if reply.status == httpx.codes.NOT_FOUND and self.service.misses_are_pages:
            raise self._make_missing(reply)
        body = self._parse(reply)
        if reply.status == httpx.codes.OK:
            return body
        self._refuse(reply)
        raise BadAnswerError(f"{self.name} answered with the unexpected status {reply.status}{self._quote(reply)}")

    def shorten(self, text: str) -> str:
        """Shorten a text of the service to one line and remove the key, which some services echo."""
        if self.key:
            text = text.replace(self.key.get_secret_value(), "…")
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:_MOST_QUOTED]).split())
        return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"

    def refuse_busy(self, reply: Reply) -> None:
        """Raise the error of a reply that says nothing about the question: the service is busy or fails.

        A 403 with a page comes from the network of servers in front of a service.
        """
        if reply.status == httpx.codes.TOO_MANY_REQUESTS:
            raise self._make_limited(reply)
        if reply.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise self._make_fault(reply)
        if reply.status == httpx.codes.FORBIDDEN:
            self._parse(reply)

    def _make_fault(self, reply: Reply) -> ServerFaultError:
        fault = ServerFaultError(f"{self.name} returned a server error ({reply.status}{self._quote(reply)})")
        fault.status = reply.status
        if reply.status == httpx.codes.SERVICE_UNAVAILABLE:
            fault.retry_after = self._read_wait(reply)
        return fault

    def _refuse(self, reply: Reply) -> None:
        """Raise the error of a reply that rejects the request."""
        status, said = reply.status, self._quote(reply)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            what = "rejects the key" if self.key else "requires a key"
            kind = BadKeyError if self.key else NoKeyError
            raise kind(f"{self.name} {what} ({status}{said}); check {self.service.key_name}")
        if status == httpx.codes.BAD_REQUEST and _TOO_LARGE in said:
            raise TooLargeError(f"{self.name} rejects the answer as too large ({status}{said}); request fewer records")
        if status == httpx.codes.BAD_REQUEST:
            raise BadRequestError(f"{self.name} rejects the request as malformed ({status}{said})")
        if status == httpx.codes.NOT_FOUND:
            raise self._make_missing(reply)

    def _make_missing(self, reply: Reply) -> NotFoundError:
        return NotFoundError(f"{self.name} has no such record ({reply.status}{self._quote(reply)})")

    def _parse(self, reply: Reply) -> JsonValue:
        try:
            return parse_json(reply.content)
        except JsonError as error:
            fault = ServerFaultError(f"{self.name} answered {reply.status}, but {error}")
            fault.status = reply.status
            raise fault from error

    # --- limits ----------------------------------------------------------------------------------------------

    def _make_limited(self, reply: Reply) -> RateLimitError:
        wait = self._read_wait(reply)
        resets_at = None if wait is None else self._find_reset(wait)
        body = self._read_object(reply)
        price, left = body.get("creditsRequired"), body.get("creditsRemaining")
        if isinstance(price, int) and isinstance(left, int) and left < price:
            error = RateLimitError(self._say_spent(price, left, resets_at))
            error.credits_left = left
        else:
            asks = "" if wait is None else f" and asks to wait {wait:.0f} s"
            error = RateLimitError(f"{self.name} limits the request rate (429){asks}")
        error.retry_after, error.resets_at = wait, resets_at
        return error

    def _say_spent(self, price: int, left: int, resets_at: datetime | None) -> str:
        until = "tomorrow" if resets_at is None else f"after {resets_at:%Y-%m-%d %H:%M} UTC, when it resets"
        key = "" if self.key else f", or set {self.service.key_name} for a larger budget"
        return (
            f"{self.name}: the budget of the day is used up (429): {format_count(left, 'credit')} left, and this "
            f"request costs {price}; continue {until}{key}"
        )

    def _find_reset(self, wait: float) -> datetime | None:
        try:
            return datetime.fromtimestamp(self.now() + wait, UTC)
        except (ValueError, OverflowError, OSError):  # years that datetime cannot represent
            return None

    def _read_wait(self, reply: Reply) -> float | None:
        return _read_retry_after(reply.headers.get("Retry-After", ""), now=self.now())

    # --- texts -----------------------------------------------------------------------------------------------

    def _quote(self, reply: Reply) -> str:
        """Return the error message of the service, formatted to follow the status."""
        body = self._read_object(reply)
        said = [text for name in ("error", "message") if isinstance(text := body.get(name), str) and text.strip()]
        return f": {self.shorten(': '.join(said))}" if said else ""

    def _read_object(self, reply: Reply) -> Mapping[str, JsonValue]:
        """Return the JSON object of a reply, or an empty one if it holds none."""
        try:
            body = parse_json(reply.content)
        except JsonError:
            return {}
        return body if isinstance(body, dict) else {}


def _read_retry_after(value: str, *, now: float) -> float | None:
    """Parse a Retry-After header, a number or a date, as seconds; return None if it is neither."""
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # OverflowError for years that datetime cannot represent
        return None
    # A date with the zone "-0000" is parsed without zone and means UTC.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, until.timestamp() - now)
