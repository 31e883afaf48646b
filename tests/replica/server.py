"""The replica's server: the routes, limits and error bodies of Semantic Scholar, and faults on demand."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.replica.fields import ApiError
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
_PAGE = b"<!DOCTYPE HTML><HTML><BODY><H1>ERROR</H1>The request could not be satisfied. (CloudFront)</BODY></HTML>"


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


class _QuietServer(ThreadingHTTPServer):
    """A server that says nothing of clients that go away in the middle, as killed ones do."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class Replica:
    """The server; all of it may be changed while it runs.

    `rate` are the requests a second that a key may make, by the clock `now`; `latency` are the seconds that
    each answer takes; `max_bytes` is the size of the largest, `page_lines` the length of a listing's page.
    `streamed` are the bytes sent by each "stream", `left` is how many of them the client left before their end.
    """

    papers: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    streamed: list[int] = field(default_factory=list)
    left: int = 0
    url: str = ""
    rate: float = 0.0
    latency: float = 0.0
    max_bytes: int = 10 * 2**20
    page_lines: int = 1_000
    now: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[int, ...] | None = None
        self._tokens: dict[str, tuple[float, float]] = {}

    def __enter__(self) -> Self:
        self.stopping = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), _make_handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def take_fault(self, request: Request) -> Fault | None:
        """Return the fault that this request meets, counting it."""
        for fault in self.faults:
            if fault.path not in request.path or (fault.holds and fault.holds not in (request.ids or ())):
                continue
            if fault.skip:
                fault.skip -= 1
            elif fault.times:
                fault.times -= 1
                return fault
        return None

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
        """Return the papers by their ids; indexed anew where a test has changed them."""
        with self._lock:
            state = (self.page_lines, *map(id, self.papers))
            if state != self._state:
                self._state, self._corpus = state, Corpus(self.papers, page_lines=self.page_lines)
            return self._corpus

    def _take_token(self, key: str) -> bool:
        """Return whether a request of this key is within its rate, counting it; one may always be saved up."""
        with self._lock:
            now = self.now()
            tokens, last = self._tokens.get(key, (1.0, now))
            tokens = min(max(1.0, self.rate), tokens + (now - last) * self.rate)
            self._tokens[key] = (tokens - 1 if tokens >= 1 else tokens, now)
            return tokens >= 1


def _make_handler(replica: Replica) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing: the request log is `Replica.requests`."""

        def do_GET(self) -> None:
            _serve(self, replica)

        def do_POST(self) -> None:
            _serve(self, replica)

    return Handler


def _serve(handler: BaseHTTPRequestHandler, replica: Replica) -> None:
    request = _read_request(handler)
    replica.requests.append(request)
    if replica.latency:
        replica.stopping.wait(replica.latency)
    fault = replica.take_fault(request)
    if fault and fault.kind == "never":
        replica.stopping.wait()
        handler.close_connection = True
        return
    try:
        status, body = 200, replica.answer(request)
    except ApiError as error:
        status, body = error.status, error.body
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    if fault:
        status, content, headers = _spoil(fault, status, content, headers)
    if fault and fault.kind in ("stream", "raw"):
        _stream(handler, replica, fault)
        return
    _reply(handler, fault.kind if fault else None, status, content, headers)


def _read_request(handler: BaseHTTPRequestHandler) -> Request:
    parts = urlsplit(handler.path)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    ids = json.loads(raw).get("ids") if raw else None
    return Request(handler.command, unquote(parts.path), query, ids, handler.headers.get("x-api-key"))


def _spoil(fault: Fault, status: int, content: bytes, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Return the reply as the fault leaves it."""
    if fault.kind == "status":
        body = fault.body or _GATEWAY.get(fault.status, {"error": "synthetic error"})
        more = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
        return fault.status, json.dumps(body).encode(), headers | more
    if fault.kind == "html":
        return fault.status, _PAGE, {"Content-Type": "text/html"}
    if fault.kind == "redirect":
        return fault.status, b"", {} if fault.location is None else {"Location": fault.location}
    if fault.kind == "body":
        return status, json.dumps(fault.body).encode(), headers
    if fault.kind == "change":
        return status, fault.change(content), headers
    spoiled = {"empty": b"", "badjson": b'[{"paperId": "x", "citationCount": }]'}
    return status, spoiled.get(fault.kind, content), headers


def _stream(handler: BaseHTTPRequestHandler, replica: Replica, fault: Fault) -> None:
    """Send the pieces of a fault until they or the client end; `streamed` counts their bytes."""
    place = len(replica.streamed)
    replica.streamed.append(0)
    handler.close_connection = True
    try:
        if fault.kind == "stream":
            handler.send_response(fault.status)
            for name, value in fault.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
        for piece in fault.pieces():
            if replica.stopping.is_set():
                return
            handler.wfile.write(piece)
            replica.streamed[place] += len(piece)
    except OSError:  # the client has gone
        replica.left += 1


def _reply(
    handler: BaseHTTPRequestHandler, fault: FaultKind | None, status: int, content: bytes, headers: Mapping[str, str]
) -> None:
    try:
        if fault == "reset":
            # Closing at once with data unsent makes the system send a reset.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            return
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content[: len(content) // 2] if fault == "truncate" else content)
        handler.close_connection = handler.close_connection or fault == "truncate"
    except OSError:  # the client has gone
        handler.close_connection = True
