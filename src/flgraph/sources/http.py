"""Send requests to a web service: rate-limited, retried within limits, each reply an answer or a named error.

The key is sent in one header to one host. It appears in no message, log, `repr` or file.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, NoReturn, Self, TypeVar

import httpx
from pydantic import JsonValue, SecretStr

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.progress import Progress, Step
from flgraph.sources.addresses import is_same_host, is_this_machine, name_origin, read_api_url
from flgraph.sources.exchange import ENCODING, FAILURES, Limits, Reply, exchange, make_unreachable
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    BudgetError,
    NotFoundError,
    OfflineError,
    OverlongError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    TooLargeError,
    UnreachableError,
    blames_question,
)
from flgraph.sources.json_text import JsonError, parse_json
from flgraph.sources.settings import Settings

logger = logging.getLogger(__name__)

_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_MAX_HOPS: Final = 5
MAX_TRIES: Final = 6
"""Maximum number of attempts at one request."""

_BACKOFF_BASE: Final = 1.0
_BACKOFF_CAP: Final = 60.0
_UNREACHABLE_SECONDS: Final = 10.0
_SHORTEST_SECONDS: Final = 5.0
"""Minimum read timeout, even if the time limit for failures is used up."""

_COSTLY_SECONDS: Final = 1.0
_NOTED_SECONDS: Final = 1.5
_MESSAGE_LENGTH: Final = 160
_MOST_QUOTED: Final = 10_000
_TOO_LARGE: Final = "exceed maximum size"

DEFAULT_SETTINGS: Final = Settings()

_PassingError = UnreachableError | RateLimitError | ServerFaultError
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Service:
    """A web service and how it receives its key.

    Attributes
    ----------
    title : str
        Name of the service in messages.
    url : str
        Root address of its API.
    key_name : str
        Name of the setting with the key, in messages.
    key_header : str
        Header for the key.
    """

    title: str
    url: str
    key_name: str = "the API key"
    key_header: str = "x-api-key"


class Requester:
    """Send requests to one service with one connection pool, one rate and one time limit for a whole run.

    Not thread-safe.

    Parameters
    ----------
    service : Service
        The service.
    settings : Settings
        Key, rate, time limits and budget.

        - The key is sent only to the host of the service; a blank key is not sent.
        - Failed attempts and the waits between them take at most `max_wait` seconds in all.
        - The read timeout is `timeout`, or the rest of `max_wait` if that is less, but at least 5 seconds.
        - `connect_timeout` includes the lookup of the host name.
        - If `offline` is set, every request raises `OfflineError`.
    progress : Progress or None
        Receives every request, the reason of every wait, and the stages of `report` and `note`.

    Raises
    ------
    SourceError
        The address is malformed, or the key contains spaces or non-ASCII characters.

    Attributes
    ----------
    sent : int
        Requests sent so far, including retries and redirects.
    origin : str
        Address of the service without credentials, which identifies the service of an answer.
    """

    def __init__(
        self, service: Service, settings: Settings = DEFAULT_SETTINGS, *, progress: Progress | None = None
    ) -> None:
        self._root = read_api_url(service.title, service.url)
        self._key = _read_key(service, settings.api_key)
        self.api_url = service.url.rstrip("/")
        self.host = self._root.host
        self.origin = name_origin(self._root)
        self.sent = 0
        self._service = service
        self._settings = settings
        self._clock = settings.clock
        self._name = f"{service.title} ({self.host})"
        self._gap = 1 / settings.rate if settings.rate else 0.0
        self._free_at = -math.inf
        self._patience = settings.max_wait
        self._last_seconds = 0.0
        self._has_answered = False
        self._refusal: SourceError | None = None
        self._progress = progress
        self._step = Step(service.title)
        self._http = self._open_client()

    def _open_client(self) -> httpx.Client:
        try:
            return httpx.Client(
                headers={"User-Agent": "flgraph", "Accept-Encoding": ENCODING},
                timeout=httpx.Timeout(self._settings.timeout, connect=self._settings.connect_timeout),
                trust_env=not is_this_machine(self.host),  # a proxy cannot reach services of this machine
            )
        except (ImportError, OSError, ValueError) as error:  # raised for invalid proxy and certificate settings
            raise SourceError(f"{self._name}: the proxy or certificate settings do not work ({error})") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def request_json(
        self,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        payload: JsonValue = None,
        tries: int = MAX_TRIES,
    ) -> JsonValue:
        """Send a request and return the JSON answer unchanged, including null.

        Parameters
        ----------
        path : str
            Path below the root, percent-encoded, with its leading slash.
        parameters : Mapping or None
            Query parameters, not encoded.
        payload : JSON value
            Body of a POST request; None sends a GET request.
        tries : int
            Maximum number of attempts if the service answers 500 or 504, faults that this request may cause. Other
            faults are retried up to `MAX_TRIES` times.

        Raises
        ------
        SourceError
            The request failed; the class names the reason.
        """
        return self._ask(httpx.URL(f"{self.api_url}{path}", params=dict(parameters or {})), payload, tries)

    def request_url(self, url: str, query: str, payload: JsonValue = None) -> JsonValue:
        """Send a request to a full address with an encoded query, as `request_json`."""
        return self._ask(httpx.URL(url, params=httpx.QueryParams(query)), payload)

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Report the progress of a stage."""
        self._step = Step(stage, done, total)
        self.note("")

    def track(self, stage: str, items: Sequence[_Item]) -> Iterator[_Item]:
        """Yield the items of a stage, and report its progress before each and at the end."""
        for done, item in enumerate(items):
            self.report(stage, done, len(items))
            yield item
        if items:
            self.report(stage, len(items), len(items))

    def note(self, text: str) -> None:
        """Set the note of the current stage, such as the reason of a wait; an empty text clears it."""
        self._step = self._step._replace(note=text)
        if self._progress is not None:
            self._progress(self._step._replace(requests=self.sent))

    def refuse(self, error: SourceError) -> None:
        """Send no more requests: each raises this error from now on."""
        self._refusal = error

    def _ask(self, url: httpx.URL, payload: JsonValue, most: int = MAX_TRIES) -> JsonValue:
        if self._settings.offline:
            raise OfflineError(f"{self._name}: the answer is not cached, and requests are disabled; run once online")
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._ask_until_answered(url, payload, most)
        except FATAL_ERRORS as error:
            self.refuse(error)
            raise
        except SourceError as error:
            if self._patience <= 0 and self._is_costly(error):  # each further request would cost as much
                what = "timeouts" if isinstance(error, SilenceError) else "slow failures"
                spent = f"{what} used up the {self._settings.max_wait:g} s allowed for failures"
                self.refuse(BudgetError(f"{self._name}: {spent}; raise max_wait, or continue later"))
            raise

    def _is_costly(self, error: SourceError) -> bool:
        return isinstance(error, SilenceError | OverlongError) or self._last_seconds >= _COSTLY_SECONDS

    def _ask_until_answered(self, url: httpx.URL, payload: JsonValue, most: int) -> JsonValue:
        started = self._clock.monotonic()
        tries = 0
        while True:
            self._pace()
            tries += 1
            began = self._clock.monotonic()
            try:
                return self._follow(url, payload)
            except NotFoundError:  # an answer, not a failure
                raise
            except (UnreachableError, RateLimitError, ServerFaultError) as error:
                self._charge(began)
                if tries >= most and blames_question(error):
                    self._give_up(error, tries)
                self._wait(error, tries=tries, started=started)
            except SourceError:
                self._charge(began)
                raise

    def _charge(self, began: float) -> None:
        """Subtract the duration of a failed attempt from the time allowed for failures."""
        self._last_seconds = self._clock.monotonic() - began
        self._patience = max(0.0, self._patience - self._last_seconds)

    def _pace(self) -> None:
        now = self._clock.monotonic()
        if self._free_at > now:
            self._sleep(self._free_at - now, "rate limit of this run")
        self._free_at = max(now, self._free_at) + self._gap

    # --- retries -------------------------------------------------------------------------------------------

    def _wait(self, error: _PassingError, *, tries: int, started: float) -> None:
        """Wait before the next attempt, or raise the error if no time or attempt is left."""
        delay = self._clock.jitter() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2 ** (tries - 1))
        if isinstance(error, RateLimitError):
            delay = max(delay, error.retry_after or 0.0)
        elapsed = self._clock.monotonic() - started
        if delay > self._patience or not self._may_try_again(error, tries, elapsed + delay):
            self._give_up(error, tries)
        self._patience -= delay
        logger.info("%s; retrying in %.1f s", error, delay)
        self._sleep(delay, f"{error}; then attempt {tries + 1}")

    def _sleep(self, seconds: float, reason: str) -> None:
        before = self._step.note
        if seconds >= _NOTED_SECONDS:
            self.note(f"waiting {seconds:.0f} s: {reason}")
        self._clock.sleep(seconds)
        self.note(before)

    def _may_try_again(self, error: _PassingError, tries: int, elapsed: float) -> bool:
        if isinstance(error, UnreachableError):
            # A service that never answered is not retried, so that the error appears at once.
            return self._has_answered and elapsed + self._settings.connect_timeout <= _UNREACHABLE_SECONDS
        return isinstance(error, RateLimitError) or tries < MAX_TRIES

    def _give_up(self, error: _PassingError, tries: int) -> NoReturn:
        if isinstance(error, UnreachableError):
            raise error
        remedy = "try again later"
        if isinstance(error, RateLimitError):
            remedy += f", or raise max_wait above {self._settings.max_wait:g} s"
            remedy += "" if self._key else f", or set {self._service.key_name}"
        final = type(error)(f"{error}; gave up after {format_count(tries, 'attempt')}; {remedy}")
        vars(final).update(vars(error))
        raise final from error

    # --- one attempt ---------------------------------------------------------------------------------------

    def _follow(self, url: httpx.URL, payload: JsonValue) -> JsonValue:
        """Send one attempt and follow redirects; httpx would turn a POST into a GET and forward the key."""
        for _ in range(_MAX_HOPS):
            self._count()
            reply = self._send(url, payload)
            self._has_answered = True
            if reply.status not in _REDIRECTS:
                try:
                    return self._judge(reply)
                finally:
                    reply.content.clear()  # errors are kept, and with them what they were raised about
            url = self._read_location(url, reply)
        raise BadAnswerError(f"{self._name} redirects more than {_MAX_HOPS} times; check the API address")

    def _count(self) -> None:
        if self.sent == self._settings.max_requests:
            limit = format_count(self.sent, "request")
            raise BudgetError(f"{self._name}: the limit of {limit} is used up; raise it, or continue later")
        self.sent += 1
        self.note(self._step.note)

    def _send(self, url: httpx.URL, payload: JsonValue) -> Reply:
        method = "GET" if payload is None else "POST"
        silence = min(self._settings.timeout, max(self._patience, _SHORTEST_SECONDS))
        timeout = httpx.Timeout(silence, connect=self._settings.connect_timeout)
        request = self._http.build_request(method, url, json=payload, headers=self._make_headers(url), timeout=timeout)
        limits = Limits(self._settings.connect_timeout, silence, max(silence, self._patience))
        began = self._clock.monotonic()
        try:
            reply = exchange(self._http, request, limits, name=self._name)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise make_unreachable(self._name, self._shorten(str(error)) or type(error).__name__) from error
        except (UnicodeError, httpx.InvalidURL) as error:  # raised by sockets for invalid host names
            raise make_unreachable(self._name, "the host name is invalid") from error
        except OverflowError as error:
            raise make_unreachable(self._name, "the port is invalid") from error
        except httpx.TimeoutException as error:
            raise SilenceError(f"{self._name} sent no data for {silence:g} s") from error
        except FAILURES as error:
            reason = self._shorten(str(error)) or type(error).__name__
            raise ServerFaultError(
                f"{self._name} closed the connection before its answer was complete ({reason})"
            ) from error
        seconds = self._clock.monotonic() - began
        logger.debug("%s %s%s: %d in %.2f s", method, url.host, self._shorten(url.path), reply.status, seconds)
        return reply

    def _make_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header with the key, only for the host of the service."""
        if self._key is None or not is_same_host(self._root, url):
            return {}
        return {self._service.key_header: self._key.get_secret_value()}

    def _read_location(self, url: httpx.URL, reply: Reply) -> httpx.URL:
        wrong = BadAnswerError(f"{self._name} redirects to an invalid address ({reply.status}); check the API address")
        try:
            target = url.join(reply.headers.get("Location", ""))
            read_api_url(self._name, str(target))
        except (httpx.InvalidURL, ValueError, SourceError):
            raise wrong from None
        if target == url:
            raise wrong
        return target

    def _judge(self, reply: Reply) -> JsonValue:
        """Return the answer in a response, or raise the error that its status stands for."""
        status = reply.status
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise self._make_limited(reply)
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooLargeError(f"{self._name} rejects the request as too large (413); request fewer records")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            fault = ServerFaultError(f"{self._name} returned a server error ({status}{self._quote(reply)})")
            fault.status = status
            raise fault
        body = self._parse(reply)
        if status == httpx.codes.OK:
            return body
        said = self._quote(reply)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            what = "rejects the key" if self._key else "requires a key"
            raise BadKeyError(f"{self._name} {what} ({status}{said}); check {self._service.key_name}")
        if status == httpx.codes.BAD_REQUEST and _TOO_LARGE in said:
            raise TooLargeError(f"{self._name} rejects the answer as too large ({status}{said}); request fewer records")
        if status == httpx.codes.BAD_REQUEST:
            raise BadRequestError(f"{self._name} rejects the request as malformed ({status}{said})")
        if status == httpx.codes.NOT_FOUND:
            raise NotFoundError(f"{self._name} has no such record ({status}{said})")
        raise BadAnswerError(f"{self._name} answered with the unexpected status {status}{said}")

    def _parse(self, reply: Reply) -> JsonValue:
        try:
            return parse_json(reply.content)
        except JsonError as error:
            fault = ServerFaultError(f"{self._name} answered {reply.status}, but {error}")
            fault.status = reply.status
            raise fault from error

    def _make_limited(self, reply: Reply) -> RateLimitError:
        wait = _read_retry_after(reply.headers.get("Retry-After", ""), now=self._clock.wall())
        asks = "" if wait is None else f" and asks to wait {wait:.0f} s"
        error = RateLimitError(f"{self._name} limits the request rate (429){asks}")
        error.retry_after = wait
        return error

    def _quote(self, reply: Reply) -> str:
        """Return the error message of the service, formatted to follow the status."""
        try:
            body = parse_json(reply.content)
        except JsonError:
            return ""
        said = body.get("error") or body.get("message") if isinstance(body, dict) else None
        return f": {self._shorten(said)}" if isinstance(said, str) else ""

    def _shorten(self, text: str) -> str:
        """Shorten a text of the service to one line and remove the key, which some services echo."""
        if self._key:
            text = text.replace(self._key.get_secret_value(), "…")
        text = " ".join("".join(sign if sign.isprintable() else " " for sign in text[:_MOST_QUOTED]).split())
        return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"


def _read_key(service: Service, api_key: str | None) -> SecretStr | None:
    key = (api_key or "").strip()
    # httpx would quote an invalid header, and with it the key, in its error.
    if not all("!" <= sign <= "~" for sign in key):
        raise BadKeyError(
            f"{service.title}: {service.key_name} contains spaces or non-ASCII characters; copy the key again"
        )
    return SecretStr(key) if key else None


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
