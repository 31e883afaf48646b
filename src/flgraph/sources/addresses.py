"""Parse, compare and format the address of a service."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx

from flgraph.errors import SourceError


def name_origin(root: httpx.URL) -> str:
    """Format the address of a service without credentials, query and fragment."""
    return str(root.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")


def read_api_url(service: str, api_url: str) -> httpx.URL:
    """Parse the address of a service; raise `SourceError` if it is not an http(s) address."""
    try:
        url = httpx.URL(api_url)
        # urlsplit rejects brackets and ports that httpx accepts.
        has_host = bool(url.host) and urlsplit(api_url).port != 0
    except (httpx.InvalidURL, ValueError) as error:
        raise SourceError(f"{service}: the API address is malformed ({error}); use one like https://host") from error
    if url.scheme not in ("http", "https") or not has_host:
        raise SourceError(f"{service}: the API address must begin with https:// or http:// and contain a host")
    return url


def is_this_machine(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_same_host(root: httpx.URL, url: httpx.URL) -> bool:
    """Return whether an address belongs to the service, so that the key may be sent to it."""
    same_origin = (root.scheme, root.host, root.port) == (url.scheme, url.host, url.port)
    made_safe = root.host == url.host and root.port is None and url.port is None and url.scheme == "https"
    return same_origin or made_safe
