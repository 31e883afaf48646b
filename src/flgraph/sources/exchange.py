"""Exchange one request for one reply, within limits of time and size.

The body of a reply is read piece by piece. Decoded bytes are counted, and the connection is closed at the limit.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import ExitStack
from typing import Final, NamedTuple

import httpx

from flgraph.errors import SourceError
from flgraph.sources.faults import BadAnswerError, OverlongError, ServerFaultError, SilenceError, UnreachableError

MAX_BODY: Final = 64 * 2**20
"""Maximum number of decoded bytes of a body; the answers of services are limited to about 10 MB."""

ENCODING: Final = "gzip"
"""The only encoding that requests accept, so that decoding can stop at the limit."""

_PIECE: Final = 2**20
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
FAILURES: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, OverflowError, RuntimeError, ValueError)
"""What a request may raise; sockets reject invalid hosts and ports, and a closed client is a RuntimeError."""


class Reply(NamedTuple):
    """A reply: its status, its headers, and its decoded body."""

    status: int
    headers: httpx.Headers
    content: bytearray


class Limits(NamedTuple):
    """Limits of an exchange in seconds: to connect, between two pieces, and in all."""

    connect: float
    silence: float
    longest: float


def exchange(client: httpx.Client, request: httpx.Request, limits: Limits, *, name: str) -> Reply:
    """Send a request in a thread, which is abandoned if the exchange takes too long or is interrupted.

    The thread is the only bound on the total time: host name lookups have no timeout, httpx applies the connect
    timeout to each address of a host, and slow trickles of bytes never trigger the read timeout. An abandoned thread
    closes its connection when the next bytes arrive, or at the read timeout.

    Raises
    ------
    UnreachableError
        There was no connection in time.
    SilenceError
        The reply was not complete in time.
    OverlongError
        The body is larger than `MAX_BODY`.
    SourceError
        The body cannot be decoded.
    Exception
        The connection failed, with one of `FAILURES`.
    """
    outcome: Future[Reply] = Future()
    connected, abandoned = threading.Event(), threading.Event()

    def watch(event: str, _: Mapping[str, object]) -> None:
        if event.endswith("send_request_headers.started"):
            connected.set()

    def run() -> None:
        try:
            outcome.set_result(_receive(client, request, abandoned, name))
        except (SourceError, *FAILURES) as error:
            outcome.set_exception(error)
        finally:
            outcome.cancel()  # no effect on a finished outcome; otherwise ends the wait for it
            connected.set()

    request.extensions["trace"] = watch
    threading.Thread(target=run, name="flgraph-request", daemon=True).start()
    try:
        if not connected.wait(limits.connect):
            raise make_unreachable(name, f"no connection within {limits.connect:g} s")
        return outcome.result(timeout=limits.longest)
    except FutureTimeoutError as error:
        raise SilenceError(f"{name} did not finish its answer within {limits.longest:g} s") from error
    finally:
        abandoned.set()


def make_unreachable(name: str, reason: str) -> UnreachableError:
    """Make the error of a service that cannot be reached."""
    return UnreachableError(f"{name} cannot be reached: {reason}; check the connection and the proxy settings")


def _receive(client: httpx.Client, request: httpx.Request, abandoned: threading.Event, name: str) -> Reply:
    response = client.send(request, stream=True)
    try:
        return Reply(response.status_code, response.headers, _read_body(response, abandoned, name))
    finally:
        response.close()


def _read_body(response: httpx.Response, abandoned: threading.Event, name: str) -> bytearray:
    """Read and decode a body; a body that is not read to its end is released at once."""
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > MAX_BODY:
        raise _make_overlong(name)
    body = bytearray()
    received = 0
    with ExitStack() as on_error:
        on_error.callback(body.clear)
        for piece in _decode(_watch_raw(response, abandoned, name), response.headers, name):
            received += len(piece)
            if received > MAX_BODY:
                raise _make_overlong(name)
            body += piece
        on_error.pop_all()
    return body


def _watch_raw(response: httpx.Response, abandoned: threading.Event, name: str) -> Iterator[bytes]:
    """Yield the pieces of a body as sent, and stop when the exchange was abandoned."""
    received = 0
    for piece in response.iter_raw():
        received += len(piece)
        if received > MAX_BODY:
            raise _make_overlong(name)
        if abandoned.is_set():
            raise SilenceError(f"{name}: the request was abandoned")
        yield piece


def _decode(pieces: Iterator[bytes], headers: httpx.Headers, name: str) -> Iterator[bytes]:
    encoding = headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        yield from pieces
    elif encoding in (ENCODING, "x-gzip"):
        yield from _unzip(pieces, name)
    else:
        raise BadAnswerError(f"{name} encoded its answer in a way that was not requested; only {ENCODING} is supported")


def _unzip(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Decompress a body into pieces of limited size; bytes after the end of the data are ignored."""
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for packed in pieces:
            if unpacker.eof:
                continue
            unpacked = unpacker.decompress(packed, _PIECE)
            yield unpacked
            while not unpacker.eof and (unpacker.unconsumed_tail or len(unpacked) == _PIECE):
                unpacked = unpacker.decompress(unpacker.unconsumed_tail, _PIECE)
                yield unpacked
    except zlib.error as error:
        raise ServerFaultError(f"{name} sent a body that cannot be decompressed") from error
    if not unpacker.eof:
        raise ServerFaultError(f"{name} closed the connection before its answer was complete (truncated {ENCODING})")


def _make_overlong(name: str) -> OverlongError:
    return OverlongError(f"{name} sent an answer of more than {MAX_BODY // 2**20} MB; it was not read to its end")
