"""Send single requests to one service; the key goes to the host of the service alone."""

from __future__ import annotations

import logging

import httpx
from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.sources.addresses import is_same_host, is_this_machine, read_api_url
from flgraph.sources.exchange import ENCODING, FAILURES, Limits, Reply, exchange, make_unreachable
from flgraph.sources.faults import BadAnswerError, ServerFaultError, SilenceError
from flgraph.sources.replies import ReplyJudge
from flgraph.sources.settings import Settings

logger = logging.getLogger(__name__)


class Connection:
    """A connection pool to one service.

    Parameters
    ----------
    root : httpx.URL
        Root address of its API.
    replies : ReplyJudge
        The service, its key, and how to quote it.
    settings : Settings
        Time limits and clock.

    Raises
    ------
    SourceError
        The proxy or certificate settings do not work.
    """

    def __init__(self, root: httpx.URL, replies: ReplyJudge, settings: Settings) -> None:
        self._root = root
        self._replies = replies
        self._clock = settings.clock
        try:
            self._http = httpx.Client(
                headers={"User-Agent": "flgraph", "Accept-Encoding": ENCODING},
                timeout=httpx.Timeout(settings.timeout, connect=settings.connect_timeout),
                trust_env=not is_this_machine(root.host),  # a proxy cannot reach services of this machine
            )
        except (ImportError, OSError, ValueError) as error:  # raised for invalid proxy and certificate settings
            raise SourceError(f"{replies.name}: the proxy or certificate settings do not work ({error})") from error

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def send(self, url: httpx.URL, payload: JsonValue, limits: Limits, *, with_key: bool) -> Reply:
        """Send one request, POST if it has a payload, and return the reply whatever it says.

        Raises
        ------
        SourceError
            There was no whole reply within the limits.
        """
        method = "GET" if payload is None else "POST"
        request = self._http.build_request(
            method,
            url,
            json=payload,
            headers=self._make_headers(url) if with_key else {},
            timeout=httpx.Timeout(limits.silence, connect=limits.connect),
        )
        began = self._clock.monotonic()
        reply = self._exchange(request, limits)
        seconds = self._clock.monotonic() - began
        logger.debug("%s %s%s: %d in %.2f s", method, url.host, self._replies.shorten(url.path), reply.status, seconds)
        return reply

    def read_location(self, url: httpx.URL, reply: Reply) -> httpx.URL:
        """Return where a redirect leads, or raise `BadAnswerError` if the key or the request must not go there."""
        name, service = self._replies.name, self._replies.service
        wrong = BadAnswerError(f"{name} redirects to an invalid address ({reply.status}); check the API address")
        try:
            target = url.join(reply.headers.get("Location", ""))
            read_api_url(name, str(target))
        except (httpx.InvalidURL, ValueError, SourceError):
            raise wrong from None
        if target == url:
            raise wrong
        if service.stays_on_host and not is_same_host(self._root, target):
            raise BadAnswerError(f"{name} redirects to another host ({reply.status}); check the API address")
        return target

    def _exchange(self, request: httpx.Request, limits: Limits) -> Reply:
        """Exchange a request for a reply, or raise the error that a failure of the connection stands for."""
        name = self._replies.name
        try:
            return exchange(self._http, request, limits, name=name)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            raise make_unreachable(name, self._quote(error)) from error
        except (UnicodeError, httpx.InvalidURL) as error:  # raised by sockets for invalid host names
            raise make_unreachable(name, "the host name is invalid") from error
        except OverflowError as error:
            raise make_unreachable(name, "the port is invalid") from error
        except httpx.TimeoutException as error:
            raise SilenceError(f"{name} sent no data for {limits.silence:g} s") from error
        except FAILURES as error:
            raise ServerFaultError(
                f"{name} closed the connection before its answer was complete ({self._quote(error)})"
            ) from error

    def _quote(self, error: Exception) -> str:
        return self._replies.shorten(str(error)) or type(error).__name__

    def _make_headers(self, url: httpx.URL) -> dict[str, str]:
        """Return the header with the key, only for the host of the service."""
        service, key = self._replies.service, self._replies.key
        if key is None or not is_same_host(self._root, url):
            return {}
        return {service.key_header: service.key_form.format(key.get_secret_value())}
