"""Send requests to a web service: rate-limited, retried within limits, each reply an answer or a named error.

The key is sent in one header to one host. It appears in no message, log, `repr` or file.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Final, NamedTuple, NoReturn, Self, TypeVar

import httpx
from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.progress import Progress, Step
from flgraph.sources.addresses import name_origin, read_api_url
from flgraph.sources.connection import Connection
from flgraph.sources.exchange import Reply
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BudgetError,
    NotFoundError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    UnreachableError,
    find_refused_cost,
)
from flgraph.sources.pacing import Pacer
from flgraph.sources.patience import MAX_TRIES, PassingError, Patience
from flgraph.sources.replies import ReplyJudge
from flgraph.sources.service import Service, read_key
from flgraph.sources.settings import Settings
from flgraph.sources.spending import Spending

logger = logging.getLogger(__name__)

_REDIRECTS: Final = frozenset({301, 302, 307, 308})
_MAX_HOPS: Final = 5
_NOTED_SECONDS: Final = 1.5

DEFAULT_SETTINGS: Final = Settings()

_Item = TypeVar("_Item")
_Answer = TypeVar("_Answer")


class _Question(NamedTuple):
    """A request, and how it is sent; `tries` and `cost` are those of `request_json`."""

    url: httpx.URL
    payload: JsonValue = None
    tries: int = MAX_TRIES
    cost: int = 0
    with_key: bool = True
    follows: bool = True


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
        root = read_api_url(service.title, service.url)
        self._key = read_key(service, settings.api_key)
        self.api_url = service.url.rstrip("/")
        self.host = root.host
        self.origin = name_origin(root)
        self.rate = service.rate if settings.rate is None else settings.rate
        self.stopped: SourceError | None = None
        self._service = service
        self._settings = settings
        self._clock = settings.clock
        self._name = f"{service.title} ({self.host})"
        self._replies = ReplyJudge(service, self._name, self._key, self._clock.wall)
        self._connection = Connection(root, self._replies, settings)
        self._pacer = Pacer(self.rate, self._clock)
        self._spending = Spending(self._name, settings)
        self._patience = Patience(settings)
        self._refusals: dict[int, SourceError] = {}
        self._progress = progress
        self._step = Step(service.title)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    @property
    def has_key(self) -> bool:
        """Return whether requests are sent with a key."""
        return self._key is not None

    @property
    def sent(self) -> int:
        """Return the number of requests sent so far, including retries and redirects."""
        return self._spending.requests

    @property
    def credits(self) -> int:
        """Return the cost of the requests sent so far."""
        return self._spending.credits

    @property
    def is_cut_short(self) -> bool:
        """Return whether some requests, or all, are no longer sent."""
        return bool(self._refusals)

    # --- requests --------------------------------------------------------------------------------------------

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
        return self._ask(_Question(self._make_url(path, parameters), payload, tries, cost), self._read_json)

    def request_url(self, url: str, query: str, payload: JsonValue = None) -> JsonValue:
        """Send a request to a full address with an encoded query, as `request_json`."""
        return self._ask(_Question(httpx.URL(url, params=httpx.QueryParams(query)), payload), self._read_json)

    def observe(
        self,
        path: str,
        *,
        parameters: Mapping[str, str] | None = None,
        payload: JsonValue = None,
        tries: int = MAX_TRIES,
        cost: int = 0,
        with_key: bool = True,
    ) -> Reply:
        """Send a request as `request_json`, and return the reply as it is: a redirect, an error, a page.

        `with_key` sends the key, if there is one.

        Raises
        ------
        SourceError
            There was no whole reply, or the service limits the request rate or fails.
        """
        question = _Question(self._make_url(path, parameters), payload, tries, cost, with_key, follows=False)
        return self._ask(question, self._read_reply)

    def shorten(self, text: str) -> str:
        """Shorten a text of the service to one line without the key."""
        return self._replies.shorten(text)

    def refuse(self, error: SourceError, *, costing: int = 0) -> None:
        """Send no more requests that cost so many credits: each raises this error from now on."""
        if costing == 0 and self.stopped is None:
            self.stopped = error
        self._refusals[costing] = error

    # --- progress --------------------------------------------------------------------------------------------

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

    # --- one request -----------------------------------------------------------------------------------------

    def _make_url(self, path: str, parameters: Mapping[str, str] | None) -> httpx.URL:
        return httpx.URL(f"{self.api_url}{path}", params=dict(parameters or {}))

    def _ask(self, question: _Question, read: Callable[[Reply], _Answer]) -> _Answer:
        """Return what is read in the reply to a question, and note which errors the next requests would meet."""
        self._refuse(question.cost)
        try:
            return self._ask_until_answered(question, read)
        except FATAL_ERRORS as error:
            self.refuse(error, costing=find_refused_cost(error))
            raise
        except SourceError as error:
            if self._patience.has_given_up:
                self.refuse(error)
            if question.cost and isinstance(error, ServerFaultError) and error.retry_after is not None:
                self.refuse(error, costing=question.cost)  # the service pauses what is as costly
            if self._patience.is_used_up_by(error):
                what = "timeouts" if isinstance(error, SilenceError) else "slow failures"
                spent = f"{what} used up the {self._settings.max_wait:g} s allowed for failures"
                self.refuse(BudgetError(f"{self._name}: {spent}; raise max_wait, or continue later"))
            raise

    def _refuse(self, cost: int) -> None:
        """Raise the error that a request of this cost is known to meet."""
        if self._settings.offline:
            raise OfflineError(f"{self._name}: the answer is not cached, and requests are disabled; run once online")
        for costing, refusal in sorted(self._refusals.items()):
            if costing <= cost:
                raise refusal

    def _ask_until_answered(self, question: _Question, read: Callable[[Reply], _Answer]) -> _Answer:
        started = self._clock.monotonic()
        tries = 0
        while True:
            if wait := self._pacer.reserve():
                self._sleep(wait, "rate limit of this run")
            tries += 1
            began = self._clock.monotonic()
            try:
                answer = read(self._send(question))
            except NotFoundError:  # an answer, not a failure
                self._patience.note_answer()
                raise
            except (UnreachableError, RateLimitError, ServerFaultError) as error:
                self._patience.charge(began)
                delay = self._patience.plan_wait(error, tries=tries, most=question.tries, started=started, began=began)
                if delay is None:
                    self._give_up(error, tries)
                logger.info("%s; retrying in %.1f s", error, delay)
                self._sleep(delay, f"{error}; then attempt {tries + 1}")
            except SourceError:
                self._patience.charge(began)
                raise
            else:
                self._patience.note_answer()
                return answer

    def _sleep(self, seconds: float, reason: str) -> None:
        before = self._step.note
        if seconds >= _NOTED_SECONDS:
            self.note(f"waiting {seconds:.0f} s: {reason}")
        self._clock.sleep(seconds)
        self.note(before)

    def _give_up(self, error: PassingError, tries: int) -> NoReturn:
        if isinstance(error, UnreachableError) or find_refused_cost(error):
            raise error
        remedy = "try again later"
        if isinstance(error, RateLimitError):
            remedy += f", or raise max_wait above {self._settings.max_wait:g} s"
            remedy += "" if self._key else f", or set {self._service.key_name}"
        final = type(error)(f"{error}; gave up after {format_count(tries, 'attempt')}; {remedy}")
        vars(final).update(vars(error))
        raise final from error

    # --- one attempt -----------------------------------------------------------------------------------------

    def _send(self, question: _Question) -> Reply:
        """Send one attempt and follow redirects; httpx would turn a POST into a GET and forward the key."""
        url = question.url
        for _ in range(_MAX_HOPS):
            self._spending.count(question.cost)
            self.note(self._step.note)
            limits = self._patience.limit_exchange()
            reply = self._connection.send(url, question.payload, limits, with_key=question.with_key)
            self._patience.note_reply()
            if reply.status not in _REDIRECTS or not question.follows:
                return reply
            url = self._connection.read_location(url, reply)
        raise BadAnswerError(f"{self._name} redirects more than {_MAX_HOPS} times; check the API address")

    def _read_json(self, reply: Reply) -> JsonValue:
        try:
            return self._replies.judge(reply)
        finally:
            reply.content.clear()  # errors are kept, and with them what they were raised about

    def _read_reply(self, reply: Reply) -> Reply:
        self._replies.refuse_busy(reply)
        return reply
