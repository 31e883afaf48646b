"""Ask a web service politely: paced, retried within bounds, every reply an answer or a named error.

The key travels in one header to one host; it is in no message, log, `repr` or file.
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
"""Tries of one question that the service fails on."""

_BACKOFF_BASE: Final = 1.0
_BACKOFF_CAP: Final = 60.0
_UNREACHABLE_SECONDS: Final = 10.0
_SHORTEST_SECONDS: Final = 5.0
"""What an answer gets even where no failure may cost anything any more."""

_NOTED_SECONDS: Final = 1.5
_MESSAGE_LENGTH: Final = 160
_TOO_LARGE: Final = "exceed maximum size"

DEFAULT_SETTINGS: Final = Settings()

_PassingError = UnreachableError | RateLimitError | ServerFaultError
_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Service:
    """A web service, and how it takes its key.

    Attributes
    ----------
    title : str
        The name of the service in messages.
    url : str
        The root of its API.
    key_name : str
        The setting that holds the key, in messages.
    key_header : str
        The header that carries the key.
    """

    title: str
    url: str
    key_name: str = "the API key"
    key_header: str = "x-api-key"


class Requester:
    """One pool of connections to one service, one pace and one budget of patience for a whole run.

    Not for use from several threads at once.

    Parameters
    ----------
    service : Service
        Who is asked.
    settings : Settings
        Key, rate, patience, time limits and budget. The key is sent to the service's own host alone; a blank one is
        not sent. Failed tries and the waiting for the next cost at most `max_wait`
        seconds in all; the service may be silent for `timeout` seconds, or for what is left of `max_wait`, but 5 at
        least; `connect_timeout` includes the look-up of the host's name. Offline, every request is an
        `OfflineError`.
    progress : Progress or None
        Told of every request, of what it waits for, and of what `report` and `note` say.

    Raises
    ------
    SourceError
        The address is no web address, or the key contains spaces or non-ASCII characters.

    Attributes
    ----------
    sent : int
        Requests sent so far, tries and redirects included.
    origin : str
        The address asked, without a password that may stand in it: which service an answer is of.
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
                trust_env=not is_this_machine(self.host),  # a proxy cannot know what runs here
            )
        except (ImportError, OSError, ValueError) as error:  # what the proxy and certificate settings may hold
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
        """Return the service's answer, as it is: a null stays a null.

        Parameters
        ----------
        path : str
            The path below the root, percent-encoded, from its slash on.
        parameters : Mapping or None
            The query, not encoded.
        payload : JSON value
            What to post; None gets instead.
        tries : int
            How often to ask what the service answers with 500 or 504, so with a fault that may lie in the
            question. Other faults are none of the question's.

        Raises
        ------
        SourceError
            There is no answer; the class says why.
        """
        return self._ask(httpx.URL(f"{self.api_url}{path}", params=dict(parameters or {})), payload, tries)

    def request_url(self, url: str, query: str, payload: JsonValue = None) -> JsonValue:
        """Return the service's answer to a whole address and an encoded query; as `request_json`."""
        return self._ask(httpx.URL(url, params=httpx.QueryParams(query)), payload)

    def report(self, stage: str, done: int, total: int | None) -> None:
        """Say how far a stage has come."""
        self._step = Step(stage, done, total)
        self.note("")

    def track(self, stage: str, items: Sequence[_Item]) -> Iterator[_Item]:
        """Yield the items of a stage, and say before each and at the end how far it has come."""
        for done, item in enumerate(items):
            self.report(stage, done, len(items))
            yield item
        if items:
            self.report(stage, len(items), len(items))

    def note(self, text: str) -> None:
        """Say what the present stage is about, or waits for; blank is nothing special."""
        self._step = self._step._replace(note=text)
        if self._progress is not None:
            self._progress(self._step._replace(requests=self.sent))

    def refuse(self, error: SourceError) -> None:
        """Ask no further: every question from now on is this error."""
        self._refusal = error

    def _ask(self, url: httpx.URL, payload: JsonValue, most: int = MAX_TRIES) -> JsonValue:
        if self._settings.offline:
            raise OfflineError(f"{self._name} is not asked while offline; ask online first, and the answer is kept")
        if self._refusal is not None:
            raise self._refusal
        try:
            return self._ask_until_answered(url, payload, most)
        except FATAL_ERRORS as error:
            self.refuse(error)
            raise
        except SilenceError:
            if self._patience <= 0:  # else each further question would be waited for in vain
                spent = f"silence has cost the {self._settings.max_wait:g} s that failures may"
                self.refuse(BudgetError(f"{self._name}: {spent}; allow more, or go on later"))
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
            self._sleep(self._free_at - now, "so much between requests")
        self._free_at = max(now, self._free_at) + self._gap

    # --- trying again --------------------------------------------------------------------------------------

    def _wait(self, error: _PassingError, *, tries: int, started: float, began: float) -> None:
        """Wait before the next try, or raise the error where no time or try is left."""
        delay = self._clock.jitter() * min(_BACKOFF_CAP, _BACKOFF_BASE * 2 ** (tries - 1))
        if isinstance(error, RateLimitError):
            delay = max(delay, error.retry_after or 0.0)
        now = self._clock.monotonic()
        cost = now - began + delay
        if cost > self._patience or not self._may_try_again(error, tries, now - started + delay):
            self._patience = max(0.0, self._patience - (now - began))
            self._give_up(error, tries)
        self._patience -= cost
        logger.info("%s; trying again in %.1f s", error, delay)
        self._sleep(delay, f"{error}; then try {tries + 1}")

    def _sleep(self, seconds: float, reason: str) -> None:
        before = self._step.note
        if seconds >= _NOTED_SECONDS:
            self.note(f"waiting {seconds:.0f} s: {reason}")
        self._clock.sleep(seconds)
        self.note(before)

    def _may_try_again(self, error: _PassingError, tries: int, elapsed: float) -> bool:
        if isinstance(error, UnreachableError):
            # Who was never reached will not be: say so at once. A service that goes away may come back.
            return self._has_answered and elapsed + self._settings.connect_timeout <= _UNREACHABLE_SECONDS
        return isinstance(error, RateLimitError) or tries < MAX_TRIES

    def _give_up(self, error: _PassingError, tries: int) -> NoReturn:
        if isinstance(error, UnreachableError):
            raise error
        remedy = "try again later"
        if isinstance(error, RateLimitError):
            remedy += f", or allow more than {self._settings.max_wait:g} s of waiting in all"
            remedy += "" if self._key else f", or set {self._service.key_name}"
        counted = "one try" if tries == 1 else f"{tries} tries"
        final = type(error)(f"{error}; gave up after {counted}: {remedy}")
        vars(final).update(vars(error))
        raise final from error

    # --- one try -------------------------------------------------------------------------------------------

    def _follow(self, url: httpx.URL, payload: JsonValue) -> JsonValue:
        """Return the answer to one try. httpx would follow a redirected POST as a GET, and take the key along."""
        for _ in range(_MAX_HOPS):
            self._count()
            response = self._send(url, payload)
            self._has_answered = True
            if response.status_code not in _REDIRECTS:
                return self._judge(response)
            url = self._read_location(url, response)
        raise BadAnswerError(f"{self._name} redirects more than {_MAX_HOPS} times; check its address")

    def _count(self) -> None:
        if self.sent == self._settings.max_requests:
            raise BudgetError(f"{self._name}: all {self.sent} requests allowed are spent; allow more, or go on later")
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
            raise self._say_unreachable(self._shorten(str(error)) or type(error).__name__) from error
        except UnicodeError as error:  # what sockets say of an impossible name
            raise self._say_unreachable("its address is impossible") from error
        except httpx.TimeoutException as error:
            raise SilenceError(f"{self._name} was silent for {silence:g} s") from error
        except httpx.RequestError as error:
            reason = self._shorten(str(error)) or type(error).__name__
            raise ServerFaultError(f"{self._name} broke off its answer ({reason})") from error
        seconds = self._clock.monotonic() - began
        logger.debug("%s %s%s: %d in %.2f s", method, url.host, self._shorten(url.path), response.status_code, seconds)
        return response

    def _make_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the key's header, for the service's own host alone."""
        if self._key is None or not is_same_host(self._root, url):
            return {}
        return {self._service.key_header: self._key.get_secret_value()}

    def _exchange(self, request: httpx.Request, silence: float) -> httpx.Response:
        """Return the reply. A connection that does not stand in time is abandoned in its thread.

        Only so is the whole of it bounded: a look-up of a name cannot be timed, and each of a host's
        addresses may take the time that httpx grants a connection.
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
                outcome.cancel()  # does nothing to an outcome that is there; without one, nobody waits for ever
                connected.set()

        request.extensions["trace"] = watch
        threading.Thread(target=run, name="flgraph-request", daemon=True).start()
        if not connected.wait(self._settings.connect_timeout):
            raise self._say_unreachable(f"no connection within {self._settings.connect_timeout:g} s")
        longest = max(silence, self._patience)
        try:
            return outcome.result(timeout=longest)
        except FutureTimeoutError as error:  # bytes that drip in never count as silence
            raise SilenceError(f"{self._name} had not answered after {longest:g} s") from error

    def _say_unreachable(self, reason: str) -> UnreachableError:
        return UnreachableError(
            f"{self._name} cannot be reached: {reason}; check the connection and the proxy settings"
        )

    def _read_location(self, url: httpx.URL, response: httpx.Response) -> httpx.URL:
        target = url.join(response.headers.get("Location", ""))
        if target == url or target.scheme not in ("http", "https") or not target.host:
            raise BadAnswerError(f"{self._name} redirects nowhere ({response.status_code}); check its address")
        return target

    def _judge(self, response: httpx.Response) -> JsonValue:
        """Return the answer in a reply, or raise what the reply means."""
        status = response.status_code
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise self._say_limited(response)
        if status == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
            raise TooLargeError(f"{self._name} will not take so much at once (413); ask for fewer records")
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            fault = ServerFaultError(f"{self._name} fails ({status}{self._quote(response)})")
            fault.status = status
            raise fault
        body = self._parse(response)
        if status == httpx.codes.OK:
            return body
        said = self._quote(response)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            what = "refuses the key" if self._key else "wants a key"
            raise BadKeyError(f"{self._name} {what} ({status}{said}); check {self._service.key_name}")
        if status == httpx.codes.BAD_REQUEST and _TOO_LARGE in said:
            raise TooLargeError(f"{self._name} will not give so much at once ({status}{said}); ask for fewer records")
        if status == httpx.codes.BAD_REQUEST:
            raise BadRequestError(f"{self._name} calls the request malformed ({status}{said})")
        if status == httpx.codes.NOT_FOUND:
            raise NotFoundError(f"{self._name} has no such record ({status}{said})")
        raise BadAnswerError(f"{self._name} answers {status}{said}, which its specification does not know")

    def _parse(self, response: httpx.Response) -> JsonValue:
        try:
            body: JsonValue = from_json(response.content, allow_inf_nan=False, cache_strings="keys")
        except ValueError as error:
            what = "something else than JSON" if response.content else "nothing"
            raise ServerFaultError(f"{self._name} answers {response.status_code} with {what}") from error
        return body

    def _say_limited(self, response: httpx.Response) -> RateLimitError:
        wait = _read_retry_after(response.headers.get("Retry-After", ""), now=self._clock.wall())
        asks = "" if wait is None else f", and asks to wait {wait:.0f} s"
        error = RateLimitError(f"{self._name} wants fewer requests (429){asks}")
        error.retry_after = wait
        return error

    def _quote(self, response: httpx.Response) -> str:
        """Return what the service itself says of an error, ready to stand behind the status."""
        try:
            body = from_json(response.content)
        except ValueError:
            return ""
        said = body.get("error") or body.get("message") if isinstance(body, dict) else None
        return f": {self._shorten(said)}" if isinstance(said, str) else ""

    def _shorten(self, text: str) -> str:
        """Return a stranger's text on one short line; services are known to echo keys."""
        if self._key:
            text = text.replace(self._key.get_secret_value(), "…")
        text = " ".join(text.split())
        return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"


def _read_key(service: Service, api_key: str | None) -> SecretStr | None:
    key = (api_key or "").strip()
    # httpx would quote an impossible header, and so the key, in its error.
    if not all("!" <= sign <= "~" for sign in key):
        raise BadKeyError(
            f"{service.title}: {service.key_name} contains spaces or non-ASCII characters; copy the key again"
        )
    return SecretStr(key) if key else None


def _read_retry_after(value: str, *, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, a number or a date; None where it says nothing."""
    if value.strip().isdecimal():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # a year beyond all reckoning is the latter
        return None
    # A date "-0000" comes without a zone, and means UTC.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, until.timestamp() - now)
