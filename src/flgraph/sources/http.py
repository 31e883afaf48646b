"""Send requests to a web service: rate-limited, retried within limits, each reply an answer or a named error.

The key is sent in one header to one host. It appears in no message, log, `repr` or file.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final, NoReturn, Self, TypeVar

import httpx
from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.progress import Progress, Step
from flgraph.sources.addresses import is_same_host, is_this_machine, name_origin, read_api_url
from flgraph.sources.exchange import ENCODING, FAILURES, Limits, Reply, exchange, make_unreachable
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BudgetError,
    NotFoundError,
    OfflineError,
    OverlongError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    UnreachableError,
    blames_question,
    find_refused_cost,
)
from flgraph.sources.replies import ReplyJudge
from flgraph.sources.service import Service, read_key
from flgraph.sources.settings import Settings

logger = logging.getLogger(__name__)

_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_MAX_HOPS: Final = 5
MAX_TRIES: Final = 6
"""Maximum number of attempts at one request."""

_PAUSED_TRIES: Final = 2
_BACKOFF_BASE: Final = 1.0
_BACKOFF_CAP: Final = 60.0
_UNREACHABLE_SECONDS: Final = 10.0
_SHORTEST_SECONDS: Final = 5.0
"""Minimum read timeout, even if the time limit for failures is used up."""

_COSTLY_SECONDS: Final = 1.0
_NOTED_SECONDS: Final = 1.5

DEFAULT_SETTINGS: Final = Settings()

_PassingError = UnreachableError | RateLimitError | ServerFaultError
_Item = TypeVar("_Item")


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
        - After `give_up_after` seconds without an answer, no more requests are sent.
        - The read timeout is `timeout`, or the rest of `max_wait` if that is less, but at least 5 seconds.
        - `connect_timeout` includes the lookup of the host name.
        - If `offline` is set, every request raises `OfflineError`.
        - Requests are sent as long as the sum of their costs is at most `max_credits`, if that is set.
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
    credits : int
        Cost of the requests sent so far.
    rate : float
        Requests per second; 0 is no limit.
    origin : str
        Address of the service without credentials, which identifies the service of an answer.
    stopped : SourceError or None
        The first error after which no more requests are sent.
    """

    def __init__(
        self, service: Service, settings: Settings = DEFAULT_SETTINGS, *, progress: Progress | None = None
    ) -> None:
        self._root = read_api_url(service.title, service.url)
        self._key = read_key(service, settings.api_key)
        self.api_url = service.url.rstrip("/")
        self.host = self._root.host
        self.origin = name_origin(self._root)
        self.sent = 0
        self.credits = 0
        self._service = service
        self._settings = settings
        self._clock = settings.clock
        self._name = f"{service.title} ({self.host})"
        self._replies = ReplyJudge(service, self._name, self._key, self._clock.wall)
        self.rate = service.rate if settings.rate is None else settings.rate
        self._gap = 1 / self.rate if self.rate else 0.0
        self._free_at = -math.inf
        self._patience = settings.max_wait
        self._last_seconds = 0.0
        self._has_answered = False
        self._has_succeeded = False
        self._failing_since: float | None = None
        self._has_given_up = False
        self.stopped: SourceError | None = None
        self._refusals: dict[int, SourceError] = {}
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
        cost: int = 0,
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
        cost : int
            Credits that the service charges for this request.

        Raises
        ------
        SourceError
            The request failed; the class names the reason.
        """
        return self._ask(httpx.URL(f"{self.api_url}{path}", params=dict(parameters or {})), payload, tries, cost)

    def request_url(self, url: str, query: str, payload: JsonValue = None) -> JsonValue:
        """Send a request to a full address with an encoded query, as `request_json`."""
        return self._ask(httpx.URL(url, params=httpx.QueryParams(query)), payload)

    @property
    def has_key(self) -> bool:
        """Return whether requests are sent with a key."""
        return self._key is not None

    def observe(
        self,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        payload: JsonValue = None,
        cost: int = 0,
        with_key: bool = True,
    ) -> Reply:
        """Send a request once and return the reply whatever its status is, without following a redirect.

        Parameters are those of `request_json`; `with_key` sends the key, if there is one.

        Raises
        ------
        SourceError
            There was no whole reply.
        """
        self._refuse_offline()
        self._pace()
        self._count(cost)
        url = httpx.URL(f"{self.api_url}{path}", params=dict(parameters or {}))
        return self._send(url, payload, with_key=with_key)

    def shorten(self, text: str) -> str:
        """Shorten a text of the service to one line without the key."""
        return self._replies.shorten(text)

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

    def refuse(self, error: SourceError, *, costing: int = 0) -> None:
        """Send no more requests that cost so many credits: each raises this error from now on."""
        if costing == 0 and self.stopped is None:
            self.stopped = error
        self._refusals[costing] = error

    def _ask(self, url: httpx.URL, payload: JsonValue, most: int = MAX_TRIES, cost: int = 0) -> JsonValue:
        self._refuse_offline()
        for costing, refusal in sorted(self._refusals.items()):
            if costing <= cost:
                raise refusal
        try:
            return self._ask_until_answered(url, payload, most, cost)
        except FATAL_ERRORS as error:
            self.refuse(error, costing=find_refused_cost(error))
            raise
        except SourceError as error:
            if self._has_given_up:
                self.refuse(error)
            if cost and isinstance(error, ServerFaultError) and error.retry_after is not None:
                self.refuse(error, costing=cost)  # the service pauses what is as costly
            if self._patience <= 0 and self._is_costly(error):  # each further request would cost as much
                what = "timeouts" if isinstance(error, SilenceError) else "slow failures"
                spent = f"{what} used up the {self._settings.max_wait:g} s allowed for failures"
                self.refuse(BudgetError(f"{self._name}: {spent}; raise max_wait, or continue later"))
            raise

    def _refuse_offline(self) -> None:
        if self._settings.offline:
            raise OfflineError(f"{self._name}: the answer is not cached, and requests are disabled; run once online")

    def _is_costly(self, error: SourceError) -> bool:
        return isinstance(error, SilenceError | OverlongError) or self._last_seconds >= _COSTLY_SECONDS

    def _ask_until_answered(self, url: httpx.URL, payload: JsonValue, most: int, cost: int) -> JsonValue:
        started = self._clock.monotonic()
        tries = 0
        while True:
            self._pace()
            tries += 1
            began = self._clock.monotonic()
            try:
                answer = self._follow(url, payload, cost)
            except NotFoundError:  # an answer, not a failure
                self._note_answer()
                raise
            except (UnreachableError, RateLimitError, ServerFaultError) as error:
                self._charge(began)
                self._failing_since = began if self._failing_since is None else self._failing_since
                if tries >= most and blames_question(error):
                    self._give_up(error, tries)
                self._wait(error, tries=tries, started=started)
            except SourceError:
                self._charge(began)
                raise
            else:
                self._note_answer()
                return answer

    def _note_answer(self) -> None:
        self._has_succeeded, self._failing_since = True, None

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
        if isinstance(error, RateLimitError | ServerFaultError):
            delay = max(delay, error.retry_after or 0.0)
        elapsed = self._clock.monotonic() - started
        self._has_given_up = self._fails_for_too_long(error, delay)
        if self._has_given_up or delay > self._patience or not self._may_try_again(error, tries, elapsed + delay):
            self._give_up(error, tries)
        self._patience -= delay
        logger.info("%s; retrying in %.1f s", error, delay)
        self._sleep(delay, f"{error}; then attempt {tries + 1}")

    def _fails_for_too_long(self, error: _PassingError, delay: float) -> bool:
        """Return whether the service would be without an answer for longer than `give_up_after`."""
        most, since = self._settings.give_up_after, self._failing_since
        if most is None or since is None or (self._has_succeeded and blames_question(error)):
            return False
        return self._clock.monotonic() + delay - since > most

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
        if isinstance(error, RateLimitError):
            return error.credits_left is None
        return tries < (MAX_TRIES if error.retry_after is None else _PAUSED_TRIES)

    def _give_up(self, error: _PassingError, tries: int) -> NoReturn:
        if isinstance(error, UnreachableError) or find_refused_cost(error):
            raise error
        remedy = "try again later"
        if isinstance(error, RateLimitError):
            remedy += f", or raise max_wait above {self._settings.max_wait:g} s"
            remedy += "" if self._key else f", or set {self._service.key_name}"
        final = type(error)(f"{error}; gave up after {format_count(tries, 'attempt')}; {remedy}")
        vars(final).update(vars(error))
        raise final from error

    # --- one attempt ---------------------------------------------------------------------------------------

    def _follow(self, url: httpx.URL, payload: JsonValue, cost: int) -> JsonValue:
        """Send one attempt and follow redirects; httpx would turn a POST into a GET and forward the key."""
        for _ in range(_MAX_HOPS):
            self._count(cost)
            reply = self._send(url, payload)
            self._has_answered = True
            if reply.status not in _REDIRECTS:
                try:
                    return self._replies.judge(reply)
                finally:
                    reply.content.clear()  # errors are kept, and with them what they were raised about
            url = self._read_location(url, reply)
        raise BadAnswerError(f"{self._name} redirects more than {_MAX_HOPS} times; check the API address")

    def _count(self, cost: int) -> None:
        """Count a request, or raise `BudgetError` if it would exceed a limit."""
        most = self._settings.max_credits
        if self.sent == self._settings.max_requests:
            limit = format_count(self.sent, "request")
            raise BudgetError(f"{self._name}: the limit of {limit} is used up; raise it, or continue later")
        if most is not None and cost and self.credits + cost > most:
            error = BudgetError(
                f"{self._name}: the limit of {format_count(most, 'credit')} is used up: {self.credits} were spent, and "
                f"the next request costs {cost}; raise max_credits, or continue later"
            )
            error.credits_left = most - self.credits
            raise error
        self.sent += 1
        self.credits += cost
        self.note(self._step.note)

    def _send(self, url: httpx.URL, payload: JsonValue, *, with_key: bool = True) -> Reply:
        method = "GET" if payload is None else "POST"
        patience = self._patience
        if self._settings.give_up_after is not None and not self._has_succeeded:
            patience = min(patience, self._settings.give_up_after)
        silence = min(self._settings.timeout, max(patience, _SHORTEST_SECONDS))
        timeout = httpx.Timeout(silence, connect=self._settings.connect_timeout)
        headers = self._make_headers(url) if with_key else {}
        request = self._http.build_request(method, url, json=payload, headers=headers, timeout=timeout)
        limits = Limits(self._settings.connect_timeout, silence, max(silence, self._patience))
        began = self._clock.monotonic()
        try:
            reply = exchange(self._http, request, limits, name=self._name)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise make_unreachable(self._name, self._replies.shorten(str(error)) or type(error).__name__) from error
        except (UnicodeError, httpx.InvalidURL) as error:  # raised by sockets for invalid host names
            raise make_unreachable(self._name, "the host name is invalid") from error
        except OverflowError as error:
            raise make_unreachable(self._name, "the port is invalid") from error
        except httpx.TimeoutException as error:
            raise SilenceError(f"{self._name} sent no data for {silence:g} s") from error
        except FAILURES as error:
            reason = self._replies.shorten(str(error)) or type(error).__name__
            raise ServerFaultError(
                f"{self._name} closed the connection before its answer was complete ({reason})"
            ) from error
        seconds = self._clock.monotonic() - began
        logger.debug("%s %s%s: %d in %.2f s", method, url.host, self._replies.shorten(url.path), reply.status, seconds)
        return reply

    def _make_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header with the key, only for the host of the service."""
        if self._key is None or not is_same_host(self._root, url):
            return {}
        return {self._service.key_header: self._service.key_form.format(self._key.get_secret_value())}

    def _read_location(self, url: httpx.URL, reply: Reply) -> httpx.URL:
        wrong = BadAnswerError(f"{self._name} redirects to an invalid address ({reply.status}); check the API address")
        try:
            target = url.join(reply.headers.get("Location", ""))
            read_api_url(self._name, str(target))
        except (httpx.InvalidURL, ValueError, SourceError):
            raise wrong from None
        if target == url:
            raise wrong
        if self._service.stays_on_host and not is_same_host(self._root, target):
            raise BadAnswerError(f"{self._name} redirects to another host ({reply.status}); check the API address")
        return target
