"""Split web addresses, and write them in one spelling."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

_NO_SCHEME: Final = re.compile(r"(?://)?(?=(?:[\w-]+\.)+[a-z]{2,24}(?::\d+)?/|www\.)", re.IGNORECASE)
_NOT_WEB: Final = re.compile(r"(?:data|javascript|mailto|tel):|\w[^\s/@]*@[\w.-]+$", re.IGNORECASE)
_TRACKING: Final = re.compile(
    r"utm_\w+|mc_[ce]id|fbclid|gclid|msclkid|casa_token|token|ref|ref_src|referrer|sharing|needaccess|via|si|spm|share"
    r"|journalcode|download",
    re.IGNORECASE,
)
_SAFE: Final = "/:@!$&'()*+,;=~"


def split_url(url: str) -> tuple[str, str, str] | None:
    """Split an http(s) URL into host (lower case, without www.), path and query; return None for other texts."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a malformed host such as "https://[oops/"
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = "&".join(f"{name}={value}" for name, values in parse_qs(parts.query).items() for value in values)
    return host, unquote(parts.path), query


def add_scheme(url: str) -> str:
    """Write an address without scheme, as in "www.example.org/paper", as an https URL.

    Examples
    --------
    >>> add_scheme("example.org/paper"), add_scheme("areas/paper.pdf")
    ('https://example.org/paper', 'areas/paper.pdf')
    """
    url = url.strip()
    found = _NO_SCHEME.match(url)
    return f"https://{url[found.end() :]}" if found else url


def spell_address(url: str) -> str | None:
    """Write an address in one spelling: without scheme, www., port, fragment, final slash and tracking parameters.

    Returns
    -------
    str or None
        None for a place in the same page, a mail address, a script and an empty text.

    Examples
    --------
    >>> spell_address("http://www.Example.org/paper/?utm_source=x#top")
    'example.org/paper'
    """
    url = url.strip()
    if not url.strip("#.()") or url.startswith("#") or _NOT_WEB.match(url):
        return None
    try:
        parts = urlsplit(add_scheme(url))
        host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:  # a malformed host such as "https://[oops/"
        return url
    path = quote(unquote(parts.path), safe=_SAFE, errors="replace").rstrip("/")
    kept = sorted((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name))
    query = urlencode(kept, safe=_SAFE, errors="replace")
    address = f"{host}{path}"
    if not address.strip("."):
        return None
    return f"{address}?{query}" if query else address
