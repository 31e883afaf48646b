"""The replica's server: the routes, limits and error bodies of Semantic Scholar, and faults on demand."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import parse_qs, unquote, urlsplit

from flgraph.identifiers import normalize_title
from tests.replica.corpus import KNOWN_PAPER, make_paper

FaultKind = Literal["status", "reset", "truncate", "html", "empty", "badjson", "body", "redirect", "never"]

_PREFIXES = {"ARXIV": "ArXiv", "DOI": "DOI", "PMID": "PubMed", "ACL": "ACL", "MAG": "MAG", "CORPUSID": "CorpusId"}
_GATEWAY = {
    401: {"message": "Unauthorized"},
    403: {"message": "Forbidden"},
    429: {"message": "Too Many Requests. Please wait and try again or apply for a key.", "code": "429"},
    500: {"message": "Internal Server Error"},
    502: {"message": "Bad Gateway"},
    503: {"message": "Service Unavailable"},
    504: {"message": "Endpoint request timed out"},
}
_PAGE = b"<!DOCTYPE HTML><HTML><BODY><H1>ERROR</H1>The request could not be satisfied. (CloudFront)</BODY></HTML>"


@dataclass
class Fault:
    """One thing that goes wrong, for so many requests whose path holds `path`; after that all is well again."""

    kind: FaultKind
    status: int = 200
    times: int = 1
    path: str = ""
    retry_after: str | None = None
    location: str | None = None
    body: Any = None
    skip: int = 0


class Request(NamedTuple):
    """One line of the request log; `key` is what the x-api-key header held."""

    method: str
    path: str
    query: Mapping[str, str]
    ids: list[str] | None
    key: str | None


class ApiError(Exception):
    """An answer that is an error: its status and its body."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


@dataclass
class Replica:
    """The server; papers, keys and faults may be changed while it runs."""

    papers: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    url: str = ""

    def __enter__(self) -> Self:
        self.stopping = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()

    def take_fault(self, path: str) -> Fault | None:
        """Return the fault that this request meets, counting it."""
        for fault in self.faults:
            if fault.path not in path:
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
        route = request.path.removeprefix("/graph/v1/paper/")
        fields = request.query.get("fields", "title").split(",")
        if request.method == "POST" and route == "batch":
            return self._batch(request.ids, fields)
        if request.method == "GET" and route == "search/match":
            return self._match(request.query.get("query", ""), fields)
        if request.method == "GET" and route != request.path:
            return project(self._get(route), fields)
        raise ApiError(403, {"message": "Missing Authentication Token"})

    def _batch(self, ids: list[str] | None, fields: list[str]) -> list[Any]:
        if ids is None:
            raise ApiError(400, {"error": "Unacceptable query params: [ids is required]"})
        if len(ids) > 500:
            raise ApiError(400, {"error": "Too many paper ids, maximum is 500"})
        found = [self.find(name) for name in ids]
        if not any(found) or any(not _is_well_formed(name) for name in ids):
            raise ApiError(400, {"error": "No valid paper ids given"})
        return [project(paper, fields) if paper else None for paper in found]

    def _match(self, title: str, fields: list[str]) -> dict[str, Any]:
        for paper in self.papers:
            if normalize_title(title) and normalize_title(title) in normalize_title(paper["title"] or ""):
                return {"data": [{**project(paper, fields), "matchScore": 109.6}]}
        raise ApiError(404, {"error": "Title match not found"})

    def _get(self, name: str) -> dict[str, Any]:
        paper = self.find(name)
        if paper is None:
            raise ApiError(404, {"error": f"Paper with id {name} not found"})
        return paper

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the paper of an id in any of the service's forms."""
        prefix, _, value = name.partition(":")
        external = _PREFIXES.get(prefix.upper(), "")
        for paper in [*self.papers, make_paper("known", paperId=KNOWN_PAPER)]:
            ids = {kind: str(known).lower() for kind, known in (paper.get("externalIds") or {}).items()}
            if name in (paper["paperId"], *paper.get("_aliases", ())) or ids.get(external) == value.lower():
                return paper
        return None


def project(paper: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Return a paper with the fields asked for; ids of papers and authors come unasked."""
    shown: dict[str, Any] = {"paperId": paper["paperId"]}
    nested: dict[str, set[str]] = {}
    for name in fields:
        outer, _, inner = name.partition(".")
        if outer not in make_paper("any"):
            raise ApiError(400, {"error": f"Unrecognized or unsupported fields: [{name}]"})
        nested.setdefault(outer, {"paperId", "authorId"}).add(inner)
    for outer, wanted in nested.items():
        value = paper.get(outer)
        if isinstance(value, list) and wanted != {"paperId", "authorId", ""}:
            value = [_pick(item, wanted) for item in value]
        shown[outer] = value
    return shown


def _pick(item: Any, wanted: set[str]) -> Any:
    return {name: item[name] for name in item if name in wanted} if isinstance(item, dict) else item


def _is_well_formed(name: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{40}|10\.\d+/.+|[A-Za-z]+:.+", name))


def _make_handler(replica: Replica) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

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
    fault = replica.take_fault(request.path)
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
    spoiled = {"empty": b"", "badjson": b'[{"paperId": "x", "citationCount": NaN}]'}
    return status, spoiled.get(fault.kind, content), headers


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
