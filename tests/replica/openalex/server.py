"""The replica's server: the prices and budgets of the service, its request log, and faults on demand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.replica.http_replica import ApiError, HttpReplica, Reply
from tests.replica.openalex.routes import Request, answer
from tests.replica.openalex.works import Corpus

FaultKind = Literal[
    "status", "429", "spent", "paused", "query_timeout", "html", "empty", "badjson", "truncate", "reset", "partial",
    "norefs", "body",
]  # fmt: skip

WITHOUT_KEY, WITH_KEY = 1_000, 10_000
HOURS = 9 * 3_600


@dataclass
class Fault:
    """One thing that goes wrong, for so many requests whose path and query hold `path`, after `skip` of them.

    A "paused" search is refused, as without a key under load. "partial" is half of the rows with half of the count,
    as where the search engine stops. "body" is a change of the right body.
    """

    kind: FaultKind
    status: int = 200
    times: int = 1
    path: str = ""
    skip: int = 0
    change: Callable[[dict[str, Any]], object] = dict


@dataclass
class OpenAlexReplica(HttpReplica[Request, Fault]):
    """The server; all of it may be changed while it runs.

    `used` holds the credits spent by each key, `states_limits` is whether replies have headers with the budget,
    `merged` is the status of ids that were merged away, and `moved_to` the service to which such a status leads.
    """

    page = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"

    works: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    used: Counter[str] = field(default_factory=Counter)
    states_limits: bool = True
    merged: int = 404
    moved_to: str = ""

    @property
    def credits(self) -> int:
        """Return the sum of the prices of all requests."""
        return sum(request.cost for request in self.requests)

    def count_routes(self) -> Counter[str]:
        """Count the requests by what they ask for: the filter, the search, or a single work."""
        return Counter(map(_name_route, self.requests))

    def read_request(self, handler: BaseHTTPRequestHandler) -> Request:
        """Return the line of the request log."""
        parts = urlsplit(handler.path)
        kind, _, key = handler.headers.get("Authorization", "").partition(" ")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        sent = key if kind == "Bearer" else None
        return Request(unquote(parts.path), query, sent, len(handler.requestline), handler.path)

    def is_met_by(self, fault: Fault, request: Request) -> bool:
        """Return whether the path and query hold those of the fault."""
        return fault.path in unquote(request.target)

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """Return what the service says, as the fault leaves it, with the headers of each reply."""
        reply = self._find(request, fault)
        return reply._replace(headers={**self._name_limits(request), **reply.headers})

    def _find(self, request: Request, fault: Fault | None) -> Reply:
        kind = fault.kind if fault else ""
        try:
            if request.key is not None and request.key not in self.keys:
                raise ApiError(401, {"error": "Invalid or missing API key", "message": "API key not found"})
            _refuse_by_fault(request, fault)
            self._charge(request, kind)
            body = answer(self._index(), request, merged=self.merged)
        except ApiError as error:
            place = error.reply.headers.get("Location", "")
            return error.reply._replace(headers={"Location": f"{self.moved_to}{place}"}) if place else error.reply
        if fault and kind == "body":
            fault.change(body)
        if kind in ("partial", "norefs"):
            _thin_out(body, kind)
        return Reply(200, json.dumps(body).encode())

    def _name_limits(self, request: Request) -> dict[str, str]:
        """Return the headers with the budget of who asks, after this request."""
        if not self.states_limits:
            return {}
        limit = WITH_KEY if request.key else WITHOUT_KEY
        left = max(0, limit - self.used[request.key or "anonymous"])
        named = {"Limit": limit, "Remaining": left, "Credits-Used": request.cost, "Reset": HOURS}
        return {f"X-RateLimit-{name}": str(number) for name, number in named.items()}

    def _index(self) -> Corpus:
        return self.keep_corpus(list(map(id, self.works)), lambda: Corpus(self.works))

    def _charge(self, request: Request, kind: str) -> None:
        """Take the price of a request, or raise what the service says where it cannot be paid."""
        who, limit = request.key or "anonymous", WITH_KEY if request.key else WITHOUT_KEY
        left = 0 if kind == "spent" else max(0, limit - self.used[who])
        if kind == "429":
            raise ApiError(
                429, _limit("Rate limit exceeded: 10 requests per second.", 1, left, 1), {"Retry-After": "1"}
            )
        if request.cost > left:
            message = f"Insufficient budget. You only have {left} credits remaining. Resets at midnight UTC."
            raise ApiError(429, _limit(message, request.cost, left, HOURS), {"Retry-After": str(HOURS)})
        self.used[who] += request.cost


def _limit(message: str, price: int, left: int, wait: int) -> dict[str, Any]:
    return {
        "error": "Rate limit exceeded",
        "message": message,
        "retryAfter": wait,
        "creditsRequired": price,
        "creditsRemaining": left,
    }


def _name_route(request: Request) -> str:
    if request.path != "/works":
        return "single"
    search = next((name for name in request.query if name.startswith("search")), "")
    return search or request.query.get("filter", "").partition(":")[0]


def _refuse_by_fault(request: Request, fault: Fault | None) -> None:
    """Raise the error that a fault stands for, if it is an answer of the service."""
    if fault is None:
        return
    if fault.kind == "paused" and request.cost == 10:
        message = "Anonymous search is paused while the search cluster recovers from heavy load."
        body = {"error": "Search temporarily unavailable", "message": message}
        raise ApiError(503, body, {"Retry-After": "60"})
    if fault.kind == "query_timeout":
        body = {"error": "Gateway timeout", "message": "Your query took too long.", "reason": "query_timeout"}
        raise ApiError(504, body)
    if fault.kind == "status":
        raise ApiError(fault.status, {"error": "synthetic error", "message": "made up by the replica"})


def _thin_out(body: dict[str, Any], kind: str) -> None:
    rows = body.get("results", [body])
    if kind == "norefs":
        for row in rows:
            row.update(
                {
                    name: empty
                    for name, empty in (("referenced_works", []), ("referenced_works_count", 0))
                    if name in row
                }
            )
    elif "meta" in body:
        body["results"] = rows[: len(rows) // 2]
        body["meta"] |= {"count": body["meta"]["count"] // 2, "db_response_time_ms": 5_003}
