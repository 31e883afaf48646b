"""Ask a service questions about its behavior, and compare what it does with what this package expects.

Each provider keeps its questions in `sources/<name>/probes.py`. A reply is judged as it is: nothing is cached, no
redirect is followed, and a status other than 200 is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib import import_module
from typing import Final, Literal, NamedTuple

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.sources.exchange import Reply
from flgraph.sources.faults import FATAL_ERRORS, BadAnswerError, BadKeyError, RateLimitError
from flgraph.sources.http import Requester
from flgraph.sources.json_text import JsonError, is_web_page, parse_json
from flgraph.sources.provider import Provider
from flgraph.sources.registry import KNOWN

_TRIES: Final = 3
_REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)

Outcome = Literal["same", "different", "unanswered"]


# --- what a service says -----------------------------------------------------------------------------------


class NoDataError(SourceError):
    """A reply without the data that were asked for: what a probe found."""


@dataclass(frozen=True)
class Seen:
    """A reply to a question.

    Attributes
    ----------
    status : int
        The HTTP status.
    kind : {"JSON", "HTML", "text", "no body"}
        What the body is.
    body : JSON value
        The body; None if it is not JSON.
    headers : Mapping
        The headers; names in any case.
    message : str
        The error message of the service, shortened and without the key.
    """

    status: int
    kind: Literal["JSON", "HTML", "text", "no body"]
    body: JsonValue = None
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str = ""

    def __str__(self) -> str:
        return f"{self.status} with {self.kind}"

    @property
    def is_refusal(self) -> bool:
        """Return whether the service refuses requests with this key, or without one."""
        return self.status in _REFUSALS and self.kind == "JSON"

    @property
    def is_ok(self) -> bool:
        """Return whether the service answered with data."""
        return self.status == HTTPStatus.OK and self.kind == "JSON"

    def explain(self) -> str:
        """Return the status, the kind of the body, and the error message."""
        return f"{self}: {self.message}" if self.message else str(self)

    def pick(self, *path: str | int) -> JsonValue:
        """Return the value at a path of keys and places in the body, or None if there is none.

        Examples
        --------
        >>> Seen(200, "JSON", {"meta": {"count": 3}}).pick("meta", "count")
        3
        """
        value = self.body
        for step in path:
            if isinstance(value, dict) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def require_data(self) -> Seen:
        """Return this reply, or raise `NoDataError` if the service did not answer with data."""
        if not self.is_ok:
            raise NoDataError(self.explain())
        return self

    def list_rows(self, *path: str | int) -> list[JsonValue]:
        """Return the list at a path in the body, empty if there is none."""
        rows = self.pick(*path)
        return rows if isinstance(rows, list) else []


@dataclass(frozen=True)
class Asker:
    """Ask one service, again if it is busy."""

    requester: Requester

    def ask(
        self,
        path: str,
        parameters: Mapping[str, str] | None = None,
        *,
        payload: JsonValue = None,
        cost: int = 0,
        with_key: bool = True,
    ) -> Seen:
        """Return the reply to a question.

        Raises
        ------
        SourceError
            The service is unreachable, rejects the key, limits the request rate, or fails.
        """
        reply = self.requester.observe(
            path, parameters=parameters, payload=payload, tries=_TRIES, cost=cost, with_key=with_key
        )
        seen = read_reply(reply, self.requester)
        if with_key and seen.is_refusal:
            raise BadKeyError(f"the service refuses the request ({seen.explain()})")
        if seen.status == HTTPStatus.OK and seen.kind == "HTML":
            raise BadAnswerError(f"a page of a proxy or a login answers in place of the service ({seen})")
        return seen


def read_reply(reply: Reply, requester: Requester) -> Seen:
    """Parse a reply; a body that is not JSON is named by its kind and not kept."""
    if not reply.content.strip():
        return Seen(reply.status, "no body", headers=reply.headers)
    try:
        body = parse_json(reply.content)
    except JsonError:
        return Seen(reply.status, "HTML" if is_web_page(reply.content) else "text", headers=reply.headers)
    said = body if isinstance(body, dict) and reply.status != HTTPStatus.OK else {}
    texts = [text for name in ("error", "message") if isinstance(text := said.get(name), str) and text.strip()]
    return Seen(reply.status, "JSON", body, reply.headers, requester.shorten(": ".join(texts)))


def name_refusal(seen: Seen, status: int = HTTPStatus.BAD_REQUEST) -> str:
    """Name a reply that refuses a question with this status; explain any other."""
    return str(seen) if seen.status == status else seen.explain()


# --- questions ---------------------------------------------------------------------------------------------


class Probe(NamedTuple):
    """A question about the behavior of a service.

    Attributes
    ----------
    name : str
        Its name, for programs.
    question : str
        What is asked, for people.
    expected : str
        What this package expects to find.
    find : callable
        Asks the service, and returns what it found: `expected`, or what differs.
    """

    name: str
    question: str
    expected: str
    find: Callable[[Asker], str]


class ProbeResult(NamedTuple):
    """What was found for a probe; "unanswered" if the service did not say, and `found` is then the reason."""

    name: str
    question: str
    expected: str
    found: str
    outcome: Outcome


class Ping(NamedTuple):
    """The cheapest question that a service answers with data."""

    path: str
    parameters: Mapping[str, str]


class ProviderProbes(NamedTuple):
    """What is asked of a provider.

    Attributes
    ----------
    provider : Provider
        The provider.
    key_name : str
        Environment variable of its key.
    without_key : str
        Which limits hold without a key.
    ping : Ping
        Its cheapest question.
    probes : tuple of Probe
        The questions of `--live`.
    """

    provider: Provider
    key_name: str
    without_key: str
    ping: Ping
    probes: tuple[Probe, ...]


def find_probes() -> list[ProviderProbes]:
    """Return the probes of all providers."""
    return [import_module(f"flgraph.sources.{name}.probes").PROBES for name in KNOWN]


def run_probes(probes: Sequence[Probe], asker: Asker) -> Iterator[ProbeResult]:
    """Yield what is found for each probe; once no request can be answered, the rest is not asked."""
    for place, probe in enumerate(asker.requester.track("questions", probes)):
        try:
            found = _find(probe, asker)
        except RateLimitError as error:  # the next question may cost less
            yield from leave_unanswered([probe], error)
        except FATAL_ERRORS as error:
            yield from leave_unanswered(probes[place:], error)
            return
        except SourceError as error:
            yield from leave_unanswered([probe], error)
        else:
            outcome: Outcome = "same" if found == probe.expected else "different"
            yield ProbeResult(*probe[:3], asker.requester.shorten(found), outcome)


def _find(probe: Probe, asker: Asker) -> str:
    try:
        return probe.find(asker)
    except NoDataError as error:
        return str(error)


def leave_unanswered(probes: Sequence[Probe], error: SourceError) -> Iterator[ProbeResult]:
    """Yield the probes as unanswered, with the reason, but without remedies for a run that fetches papers."""
    for probe in probes:
        yield ProbeResult(*probe[:3], str(error).partition("; gave up after ")[0], "unanswered")
