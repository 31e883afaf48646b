"""The replica's server: the routes, limits and error bodies of Semantic Scholar, and faults on demand."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tests.replica.http_replica import ApiError, HttpReplica, Reply
from tests.replica.routes import Corpus, Request, answer

FaultKind = Literal[
    "status", "reset", "truncate", "html", "empty", "badjson", "body", "redirect", "never", "stream", "raw", "change"
]

_GATEWAY = {
    401: {"message": "Unauthorized"},
    403: {"message": "Forbidden"},
    429: {"message": "Too Many Requests. Please wait and try again or apply for a key.", "code": "429"},
    500: {"message": "Internal Server Error"},
    502: {"message": "Bad Gateway"},
    503: {"message": "Service Unavailable"},
    504: {"message": "Endpoint request timed out"},
}
_TOO_LARGE = {"error": "Response would exceed maximum size. Please use a smaller limit or request fewer fields."}


@dataclass
class Fault:
    """One thing that goes wrong, for so many requests whose path holds `path`; after that all is well again.

    With `holds`, only for a batch that asks for this id: so an id is made that poisons whole batches.
    A "stream" is the body as `pieces`, as long as they come, without a length but that in `headers`; "raw" is the
    whole reply as `pieces`. A "change" is the right body, changed.
    """

    kind: FaultKind
    status: int = 200
    times: int = 1
    path: str = ""
    retry_after: str | None = None
    location: str | None = None
    body: Any = None
    skip: int = 0
    holds: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterable[bytes]] = tuple
    change: Callable[[bytes], bytes] = bytes


@dataclass
class Replica(HttpReplica[Request, Fault]):
    """The server; all of it may be changed while it runs.

    `rate` are the requests a second that a key may make, by the clock `now`; `max_bytes` is the size of the largest
    answer, `page_lines` the length of a listing's page. `streamed` are the bytes sent by each "stream", `left` is how
    many of them the client left before their end.
    """

    methods = ("GET", "POST")
    page = b"<!DOCTYPE HTML><HTML><BODY><H1>ERROR</H1>The request could not be satisfied. (CloudFront)</BODY></HTML>"

    papers: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    streamed: list[int] = field(default_factory=list)
    left: int = 0
    rate: float = 0.0
    max_bytes: int = 10 * 2**20
    page_lines: int = 1_000
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        super().__post_init__()
        self._tokens: dict[str, tuple[float, float]] = {}

    def read_request(self, handler: BaseHTTPRequestHandler) -> Request:
        """Return the line of the request log."""
        parts = urlsplit(handler.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        ids = json.loads(raw).get("ids") if raw else None
        return Request(handler.command, unquote(parts.path), query, ids, handler.headers.get("x-api-key"))

    def is_met_by(self, fault: Fault, request: Request) -> bool:
        """Return whether the path and the ids are those of the fault."""
        return fault.path in request.path and (not fault.holds or fault.holds in (request.ids or ()))

    def respond(self, handler: BaseHTTPRequestHandler, request: Request, fault: Fault | None) -> None:
        """Send what the service says, or what a fault sends in its place."""
        if fault and fault.kind == "never":
            self.stopping.wait()
            handler.close_connection = True
        elif fault and fault.kind in ("stream", "raw"):
            self._stream(handler, fault)
        else:
            super().respond(handler, request, fault)

    def reply(self, request: Request, fault: Fault | None) -> Reply:
        """Return what the service says, as the fault leaves it."""
        if fault and fault.kind == "status":
            body = fault.body or _GATEWAY.get(fault.status, {"error": "synthetic error"})
            more = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
            return Reply(fault.status, json.dumps(body).encode(), more)
        if fault and fault.kind == "redirect":
            return Reply(fault.status, b"", {} if fault.location is None else {"Location": fault.location})
        try:
            reply = Reply(200, json.dumps(self.answer(request)).encode())
        except ApiError as error:
            reply = error.reply
        if fault and fault.kind == "body":
            return reply._replace(body=json.dumps(fault.body).encode())
        return reply._replace(body=fault.change(reply.body)) if fault and fault.kind == "change" else reply

    def answer(self, request: Request) -> Any:
        """Return what the service would say, as JSON; raise `ApiError` where that is an error."""
        if request.key is not None and self.keys and request.key not in self.keys:
            raise ApiError(403, _GATEWAY[403])
        if self.rate and not self._take_token(request.key or "shared"):
            raise ApiError(429, _GATEWAY[429])
        body = answer(self._index(), request)
        if len(json.dumps(body)) > self.max_bytes:
            raise ApiError(400, _TOO_LARGE)
        return body

    def _index(self) -> Corpus:
        state = [self.page_lines, *map(id, self.papers)]
        return self.keep_corpus(state, lambda: Corpus(self.papers, page_lines=self.page_lines))

    def _take_token(self, key: str) -> bool:
        """Return whether a request of this key is within its rate, counting it; one may always be saved up."""
        with self._lock:
            now = self.now()
            tokens, last = self._tokens.get(key, (1.0, now))
            tokens = min(max(1.0, self.rate), tokens + (now - last) * self.rate)
            self._tokens[key] = (tokens - 1 if tokens >= 1 else tokens, now)
            return tokens >= 1

    def _stream(self, handler: BaseHTTPRequestHandler, fault: Fault) -> None:
        """Send the pieces of a fault until they or the client end; `streamed` counts their bytes."""
        place = len(self.streamed)
        self.streamed.append(0)
        handler.close_connection = True
        try:
            if fault.kind == "stream":
                handler.send_response(fault.status)
                for name, value in fault.headers.items():
                    handler.send_header(name, value)
                handler.end_headers()
            for piece in fault.pieces():
                if self.stopping.is_set():
                    return
                handler.wfile.write(piece)
                self.streamed[place] += len(piece)
        except OSError:  # the client has gone
            self.left += 1
