"""What the replicas share: a true HTTP server on 127.0.0.1, its request log, and faults on demand."""

from __future__ import annotations

import json
import socket
import struct
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Generic, NamedTuple, Protocol, Self, TypeVar

_SPOILED = {"empty": b"", "badjson": b'{"meta": {"count": NaN, oops'}


class Reply(NamedTuple):
    """What a service says: a status, a body, and headers."""

    status: int
    body: bytes
    headers: Mapping[str, str] = {}
    kind: str = "application/json"


class ApiError(Exception):
    """An answer other than 200; a text is a page."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        is_page = isinstance(body, str)
        content = body.encode() if is_page else json.dumps(body).encode()
        kind = "text/html; charset=utf-8" if is_page else "application/json"
        self.reply = Reply(status, content, headers or {}, kind)


class AnyFault(Protocol):
    """One thing that goes wrong for `times` requests, after `skip` of them."""

    @property
    def kind(self) -> str: ...

    status: int
    times: int
    skip: int


_Asked = TypeVar("_Asked")
_Fault = TypeVar("_Fault", bound=AnyFault)
_Corpus = TypeVar("_Corpus")


class _QuietServer(ThreadingHTTPServer):
    """A server that says nothing of clients that go away in the middle, as killed ones do."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass(kw_only=True)
class HttpReplica(Generic[_Asked, _Fault]):
    """The server of a replica; all of it may be changed while it runs.

    `latency` are the seconds that each answer takes.
    """

    methods: ClassVar[tuple[str, ...]] = ("GET",)
    page: ClassVar[bytes] = b"<!doctype html><html><body></body></html>"
    """What a fault of the kind "html" says."""

    faults: list[_Fault] = field(default_factory=list)
    requests: list[_Asked] = field(default_factory=list)
    url: str = ""
    latency: float = 0.0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._state: list[int] | None = None
        self._kept: Any = None

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

    def read_request(self, handler: BaseHTTPRequestHandler) -> _Asked:
        """Return the line of the request log."""
        raise NotImplementedError

    def is_met_by(self, fault: _Fault, request: _Asked) -> bool:
        """Return whether a fault is about this request."""
        raise NotImplementedError

    def reply(self, request: _Asked, fault: _Fault | None) -> Reply:
        """Return what the service says, as the fault leaves it."""
        raise NotImplementedError

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        request = self.read_request(handler)
        self.requests.append(request)
        if self.latency:
            self.stopping.wait(self.latency)
        self.respond(handler, request, self.take_fault(request))

    def respond(self, handler: BaseHTTPRequestHandler, request: _Asked, fault: _Fault | None) -> None:
        """Send what the service says, as the fault leaves it."""
        reply, kind = self.reply(request, fault), fault.kind if fault else ""
        if fault and kind == "html":
            reply = Reply(fault.status, self.page, {}, "text/html")
        _send(handler, reply._replace(body=_SPOILED.get(kind, reply.body)), kind)

    def take_fault(self, request: _Asked) -> _Fault | None:
        """Return the fault that this request meets, counting it."""
        for fault in self.faults:
            if not self.is_met_by(fault, request):
                continue
            if fault.skip:
                fault.skip -= 1
            elif fault.times:
                fault.times -= 1
                return fault
        return None

    def keep_corpus(self, state: list[int], index: Callable[[], _Corpus]) -> _Corpus:
        """Return what is indexed, anew where a test has changed the state that it depends on."""
        with self._lock:
            if state != self._state:
                self._state, self._kept = state, index()
            corpus: _Corpus = self._kept
            return corpus


def _make_handler(replica: HttpReplica[Any, Any]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for an acknowledgement

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name of the base class
            """Say nothing: the request log is `HttpReplica.requests`."""

    for method in replica.methods:
        setattr(Handler, f"do_{method}", lambda handler: replica.serve(handler))
    return Handler


def _send(handler: BaseHTTPRequestHandler, reply: Reply, kind: str) -> None:
    try:
        if kind == "reset":
            # Closing at once with data unsent makes the system send a reset.
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            return
        handler.send_response(reply.status)
        headers = {"Content-Type": reply.kind, **reply.headers, "Content-Length": str(len(reply.body))}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(reply.body[: len(reply.body) // 2] if kind == "truncate" else reply.body)
        handler.close_connection = handler.close_connection or kind == "truncate"
    except OSError:  # the client has gone
        handler.close_connection = True
