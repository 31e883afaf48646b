"""Send requests to a web service: rate-limited, retried within limits, each reply an answer or a named error.

The key is sent in one header to one host. It appears in no message, log, `repr` or file.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Final, NoReturn, Self, TypeVar

import httpx
from pydantic import JsonValue, SecretStr
from pydantic_core import from_json

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.progress import Progress, Step
from flgraph.sources.addresses import is_same_host, is_this_machine, name_origin, read_api_url
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    BudgetError,
    NotFoundError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    TooLargeError,
    UnreachableError,
    blames_question,
)
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

_NOTED_SECONDS: Final = 1.5
_MESSAGE_LENGTH: Final = 160
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
        self._has_answered = False
        self._refusal: SourceError | None = None
        self._progress = progress
        self._step = Step(service.title)
        self._http = self._open_client()

    def _open_client(self) -> httpx.Client:
        try:
            return httpx.Client(
                headers={"User-Agent": "flgraph"},
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
        except SilenceError:
            if self._patience <= 0:  # each further request would time out as well
                spent = f"timeouts used up the {self._settings.max_wait:g} s allowed for failures"
                self.refuse(BudgetError(f"{self._name}: {spent}; raise max_wait, or continue later"))
            raise

    def _ask_until_answered(self, url: httpx.URL, payload: JsonValue, most: int) -> JsonValue:
        started = self._clock.monotonic()
        tries = 0
        while True:
            self._pace()
            tries += 1
            began = self._clock.monotonic()
            try:
                answer = self._follow(url, payload)
            except (UnreachableError, RateLimitError, ServerFaultError) as error:
                if tries >= most and blames_question(error):
                    self._give_up(error, tries)
                self._wait(error, tries=tries, started=started, began=began)
            else:
                return answer

    def _pace(self) -> None:
        now = self._clock.monotonic()
        if self._free_at > now:
            self._sleep(self._free_at - now, "rate limit of this run")
        self._free_at = max(now, self._free_at) + self._gap

    # --- retries -------------------------------------------------------------------------------------------

    def _wait(self, error: _PassingError, *, tries: int, started: float, began: float) -> None:
        """Wait before the next attempt, or raise the error if no time or attempt is left."""
        delay = self._clock.jitter() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2 ** (tries - 1))
        if isinstance(error, RateLimitError):
            delay = max(delay, error.retry_after or 0.0)
        now = self._clock.monotonic()
        cost = now - began + delay
        if cost > self._patience or not self._may_try_again(error, tries, now - started + delay):
            self._patience = max(0.0, self._patience - (now - began))
            self._give_up(error, tries)
        self._patience -= cost
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
            response = self._send(url, payload)
            self._has_answered = True
            if response.status_code not in _REDIRECTS:
                return self._judge(response)
            url = self._read_location(url, response)
        raise BadAnswerError(f"{self._name} redirects more than {_MAX_HOPS} times; check the API address")

    def _count(self) -> None:
        if self.sent == self._settings.max_requests:
            limit = format_count(self.sent, "request")
            raise BudgetError(f"{self._name}: the limit of {limit} is used up; raise it, or continue later")
        self.sent += 1
        self.note(self._step.note)

    def _send(self, url: httpx.URL, payload: JsonValue) -> httpx.Response:
        method = "GET" if payload is None else "POST"
        silence = min(self._settings.timeout, max(self._patience, _SHORTEST_SECONDS))
        timeout = httpx.Timeout(silence, connect=self._settings.connect_timeout)
        request = self._http.build_request(method, url, json=payload, headers=self._make_headers(url), timeout=timeout)
        began = self._clock.monotonic()
        try:
            response = self._exchange(request, silence)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise self._make_unreachable(self._shorten(str(error)) or type(error).__name__) from error
        except UnicodeError as error:  # raised by sockets for invalid host names
            raise self._make_unreachable("the host name is invalid") from error
        except httpx.TimeoutException as error:
            raise SilenceError(f"{self._name} sent no data for {silence:g} s") from error
        except httpx.RequestError as error:
            reason = self._shorten(str(error)) or type(error).__name__
            raise ServerFaultError(
                f"{self._name} closed the connection before its answer was complete ({reason})"
            ) from error
        seconds = self._clock.monotonic() - began
        logger.debug("%s %s%s: %d in %.2f s", method, url.host, self._shorten(url.path), response.status_code, seconds)
        return response

    def _make_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header with the key, only for the host of the service."""
        if self._key is None or not is_same_host(self._root, url):
            return {}
        return {self._service.key_header: self._key.get_secret_value()}

    def _exchange(self, request: httpx.Request, silence: float) -> httpx.Response:
        """Send a request in a thread, which is abandoned if the connection takes too long.

        This is the only bound on the total time: host name lookups have no timeout, and httpx applies the connect
        timeout to each address of a host.
        """
        outcome: Future[httpx.Response] = Future()
        connected = threading.Event()

        def watch(event: str, _: Mapping[str, object]) -> None:
            if event.endswith("send_request_headers.started"):
                connected.set()

        def run() -> None:
            try:
                outcome.set_result(self._http.send(request))
            except (httpx.RequestError, UnicodeError) as error:
                outcome.set_exception(error)
            finally:
                outcome.cancel()  # no effect on a finished outcome; otherwise ends the wait for it
                connected.set()

        request.extensions["trace"] = watch
        threading.Thread(target=run, name="flgraph-request", daemon=True).start()
        if not connected.wait(self._settings.connect_timeout):
            raise self._make_unreachable(f"no connection within {self._settings.connect_timeout:g} s")
        longest = max(silence, self._patience)
        try:
            return outcome.result(timeout=longest)
        except FutureTimeoutError as error:  # slow trickles of bytes never trigger the read timeout
            raise SilenceError(f"{self._name} did not finish its answer within {longest:g} s") from error

    def _make_unreachable(self, reason: str) -> UnreachableError:
        return UnreachableError(
            f"{self._name} cannot be reached: {reason}; check the connection and the proxy settings"
        )

    def _read_location(self, url: httpx.URL, response: httpx.Response) -> httpx.URL:
        target = url.join(response.headers.get("Location", ""))
        if target == url or target.scheme not in ("http", "https") or not target.host:
            raise BadAnswerError(
                f"{self._name} redirects to an invalid address ({response.status_code}); check the API address"
            )
        return target

    def _judge(self, response: httpx.Response) -> JsonValue:
        """Return the answer in a response, or raise the error that its status stands for."""
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise self._make_limited(response)
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooLargeError(f"{self._name} rejects the request as too large (413); request fewer records")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            fault = ServerFaultError(f"{self._name} returned a server error ({status}{self._quote(response)})")
            fault.status = status
            raise fault
        body = self._parse(response)
        if status == httpx.codes.OK:
            return body
        said = self._quote(response)
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

    def _parse(self, response: httpx.Response) -> JsonValue:
        try:
            body: JsonValue = from_json(response.content, allow_inf_nan=False, cache_strings="keys")
        except ValueError as error:
            what = "invalid JSON" if response.content else "an empty body"
            raise ServerFaultError(f"{self._name} answered {response.status_code} with {what}") from error
        return body

    def _make_limited(self, response: httpx.Response) -> RateLimitError:
        wait = _read_retry_after(response.headers.get("Retry-After", ""), now=self._clock.wall())
        asks = "" if wait is None else f" and asks to wait {wait:.0f} s"
        error = RateLimitError(f"{self._name} limits the request rate (429){asks}")
        error.retry_after = wait
        return error

    def _quote(self, response: httpx.Response) -> str:
        """Return the error message of the service, formatted to follow the status."""
        try:
            body = from_json(response.content)
        except ValueError:
            return ""
        said = body.get("error") or body.get("message") if isinstance(body, dict) else None
        return f": {self._shorten(said)}" if isinstance(said, str) else ""

    def _shorten(self, text: str) -> str:
        """Shorten a text of the service to one line and remove the key, which some services echo."""
        if self._key:
            text = text.replace(self._key.get_secret_value(), "…")
        text = " ".join(text.split())
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
