"""The address of a service: read, named, compared."""

from __future__ import annotations

from ipaddress import ip_address

import httpx

from flgraph.errors import SourceError


def name_origin(root: httpx.URL) -> str:
    """Return the address of a service without a password that may stand in it."""
    return str(root.copy_with(userinfo=b"", query=None, fragment=None)).rstrip("/")


def read_api_url(service: str, api_url: str) -> httpx.URL:
    """Return the root of a service as an address; `SourceError` where it is none."""
    try:
        url = httpx.URL(api_url)
    except httpx.InvalidURL as error:
        raise SourceError(f"{service}: the API's address is malformed ({error}); give one like https://host") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SourceError(f"{service}: the API's address must begin with https:// or http:// and name a host")
    return url


def is_this_machine(host: str) -> bool:
    """Tell whether a host is the machine that we run on."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_same_host(root: httpx.URL, url: httpx.URL) -> bool:
    """Tell whether an address is the service's own, so that its key may go there."""
    same_origin = (root.scheme, root.host, root.port) == (url.scheme, url.host, url.port)
    made_safe = root.host == url.host and root.port is None and url.port is None and url.scheme == "https"
    return same_origin or made_safe
