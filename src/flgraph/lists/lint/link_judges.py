"""Judge the address of a link: which work it names, who can open it, and whether it keeps what its label promises.

The rules for lists and those for catalogs share these judges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from flgraph.identifiers import clean_doi, codebase_from_url, ids_from_url, judge_arxiv, name_id, name_ids

_ARXIV_PATH: Final = re.compile(
    r"(?i)arxiv\.org/(?:abs|pdf|html|format)/(?P<id>\d{4}\.\d{1,9})(?P<version>v\d+)?(?:\.pdf)?/?(?:[?#]|$)"
)

_PERSONAL: Final = re.compile(
    r"(?i)^(?:casa_?token|jsessionid|cfid|cftoken|__acm__|sessionid|session_id|access_?token)$"
)
_PERSONAL_PATH: Final = re.compile(r"(?i);jsessionid=[^/?#]*")
_LOGIN_PATH: Final = re.compile(r"(?i)/(?:authorize|login|signin|sso|wayf|shibboleth\.sso)(?:[/.;]|$)")
_PROXY: Final = re.compile(r"(?i)(?:^|[.-])(?:ezproxy|libproxy|proxy|remotexs|eproxy|webvpn)(?=[.-])[^/]*")
_PROXIED: Final = re.compile(r"^([a-z0-9.-]{1,200}?)\.(?:ezproxy|libproxy|proxy|eproxy|remotexs)[.-]")
_ADDRESS: Final = re.compile(r"^\d{1,3}(?:\.\d{1,3}){3}$")
_COPIES: Final = re.compile(r"(?i)(?:^|\.)(?:sci-hub|libgen|z-lib(?:rary)?|b-ok)\.")
# What `judge_access` looks for: most addresses hold nothing of it, and need not be parsed.
_SUSPECT: Final = re.compile(
    r"(?i)token|session|cfid|__acm__|proxy|remotexs|webvpn|sci-hub|libgen|z-lib|b-ok|://\d|authorize|login|signin|sso|wayf"
)
_TRACKING: Final = re.compile(r"(?i)^(?:utm_\w+|casa_?token|fbclid|gclid)$")

_PLACES: Final = frozenset(("abs", "article", "articles", "chapter", "doi", "papers", "pdf", "proceedings"))
_PUBLISHING: Final = re.compile(r"journal|proceedings|press\b|openaccess|papers?\b")
_PREPRINT_DOIS: Final = (
    "10.1101/", "10.2139/", "10.20944/", "10.21203/", "10.22541/", "10.26434/", "10.31219/", "10.31234/", "10.36227/",
    "10.48550/",
)  # fmt: skip
_ARCHIVE_DOIS: Final = ("10.5061/", "10.5281/", "10.6084/", "10.7910/", "10.17605/", "10.17632/", "10.24433/")
_MEDIA: Final = re.compile(r"(?i)\.(?:mp4|mov|avi|webm|zip|gz|tgz|pptx?|key|png|jpe?g|bib|csv|json|ipynb)$")
_VIDEOS: Final = ("youtube.com", "youtu.be", "vimeo.com", "bilibili.com", "slideslive.com")
_CODE: Final = frozenset(
    ("code", "codes", "github", "official code", "source code", "implementation", "repo", "repository", "code link")
)
_PROJECT: Final = frozenset(("project", "project page", "project website", "homepage", "website"))
_PAPER: Final = frozenset(("paper", "pdf", "arxiv", "preprint", "full text", "paper link"))
_VIDEO: Final = frozenset(("video", "talk", "youtube", "recording"))


# --- which work ------------------------------------------------------------------------------------------


class WrongId(NamedTuple):
    """An arXiv id that cannot exist, and the reason."""

    id: str
    reason: str


def find_wrong_arxiv(url: str) -> WrongId | None:
    """Return the arXiv id in an address if it cannot exist."""
    found = _ARXIV_PATH.search(url)
    reason = judge_arxiv(found["id"]) if found else None
    return WrongId(found["id"], reason) if found and reason else None


@lru_cache(200_000)
def read_ids(url: str) -> Mapping[str, str]:
    """Return the ids in an address by kind, as `ids_from_url` does; several rules ask for those of each link."""
    return ids_from_url(url)


@lru_cache(200_000)
def name_works(url: str) -> frozenset[str]:
    """Return the ids in an address, each as "kind:value"."""
    return name_ids(read_ids(url))


@lru_cache(200_000)
def name_address(url: str) -> str | None:
    """Return an address in one spelling, None if it is no page of one work.

    http and https, "www.", ".pdf", a final slash and parameters that track readers make no difference. A repository,
    a front page and an address inside a file belong to no single work.

    Examples
    --------
    >>> name_address("http://www.example.org/a.pdf") == name_address("https://example.org/a/")
    True
    """
    parts = _split(url)
    if parts is None or codebase_from_url(url):
        return None
    host, path = (parts.hostname or "").removeprefix("www."), re.sub(r"(?i)\.pdf$", "", unquote(parts.path).rstrip("/"))
    query = sorted(pair for pair in parse_qsl(parts.query) if not _TRACKING.match(pair[0]))
    if (not path and not query) or host.endswith((".github.io", "github.com")):
        return None
    fragment = "" if parts.fragment.startswith("page=") else parts.fragment
    return f"{host}{path}{'?' + urlencode(query) if query else ''}{'#' + fragment if fragment else ''}"


def is_paper(url: str) -> bool:
    """Return whether an address certainly leads to a paper as a whole: it holds an id, or is a page of a journal."""
    parts = _split(url)
    if parts is None or codebase_from_url(url) or parts.fragment or _MEDIA.search(parts.path):
        return False
    ids = read_ids(url)
    if ids:
        return not ids.get("doi", "").startswith(_ARCHIVE_DOIS)
    steps = unquote(parts.path).lower().split("/")
    is_publisher = bool(_PUBLISHING.search(parts.hostname or "")) and any(sign.isdigit() for sign in steps[-1])
    return is_publisher and not _PLACES.isdisjoint(steps[:-1])


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        host = parts.hostname
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and host else None


class IdClash(NamedTuple):
    """Two ids of one kind, each as "kind:value": the one that is written, and that of the link."""

    ours: str
    theirs: str


def find_id_clash(ids: Mapping[str, str], url: str) -> IdClash | None:
    """Return an id that an address contradicts by another one of its kind; a preprint's DOI contradicts no other.

    Examples
    --------
    >>> find_id_clash({"arxiv": "2101.00001"}, "https://arxiv.org/abs/2101.00002").theirs
    'arxiv:2101.00002'
    """
    found = read_ids(url)
    for kind in sorted(ids.keys() & found.keys()):
        ours, theirs = name_id(kind, ids[kind]), name_id(kind, found[kind])
        if ours != theirs and not (kind == "doi" and (is_preprint_doi(ids[kind]) or is_preprint_doi(found[kind]))):
            return IdClash(ours, theirs)
    return None


def is_preprint_doi(doi: str) -> bool:
    """Return whether a DOI is of a server for preprints: the published paper has another one."""
    return doi.startswith(_PREPRINT_DOIS)


# --- who can open it -------------------------------------------------------------------------------------


def judge_access(url: str) -> str | None:
    """Return why a reader may not open an address, None if nothing says so.

    Examples
    --------
    >>> judge_access("https://sci-hub.example/10.1000/182")
    'leads to a pirate copy'
    """
    parts = _split(url) if _SUSPECT.search(url) else None
    if parts is None:
        return None
    host = parts.hostname or ""
    if any(_PERSONAL.match(name) for name, _ in parse_qsl(parts.query)) or _PERSONAL_PATH.search(parts.path):
        return "contains the login token of one reader"
    if _ADDRESS.match(host):
        return "leads to a bare IP address"
    if _COPIES.search(host):
        return "leads to a pirate copy"
    if _PROXY.search(host):
        return "leads through a library proxy"
    return "leads to a login" if _LOGIN_PATH.search(parts.path) and _find_redirect(parts) else None


def _find_redirect(parts: SplitResult) -> str | None:
    """Return the address that a login goes on to."""
    return next((value for _, value in parse_qsl(parts.query) if re.match(r"(?i)https?:", value)), None)


def clean_address(url: str) -> str | None:
    """Return the address that everybody can open, if `judge_access` finds a fault and the work's id is in the address.

    Examples
    --------
    >>> clean_address("https://sci-hub.example/10.1000/182")
    'https://doi.org/10.1000/182'
    """
    parts = _split(url)
    if parts is None or judge_access(url) is None:
        return None
    host = parts.hostname or ""
    if _COPIES.search(host):
        doi = clean_doi(unquote(parts.path).lstrip("/"))
        return f"https://doi.org/{doi}" if doi else None
    if proxied := _PROXIED.match(host):
        host = proxied[1] if "." in proxied[1] else proxied[1].replace("-", ".")
        return _keep_if_same(urlunsplit((parts.scheme, host, parts.path, "", "")), None)
    if _LOGIN_PATH.search(parts.path):
        return _keep_if_same(_find_redirect(parts) or "", None)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _PERSONAL.match(pair[0])]
    path = _PERSONAL_PATH.sub("", parts.path)
    cleaned = urlunsplit((parts.scheme, parts.netloc, path, urlencode(pairs), parts.fragment))
    return _keep_if_same(cleaned, url)


def _keep_if_same(cleaned: str, url: str | None) -> str | None:
    """Return a cleaned address if it names a work, the same as before, and readers can open it."""
    works = name_works(cleaned)
    is_same = bool(works) and (url is None or works == name_works(url))
    return cleaned if is_same and judge_access(cleaned) is None else None


def find_version(url: str) -> tuple[str, str] | None:
    """Return the version in a link to arXiv and the address without it."""
    found = _ARXIV_PATH.search(url)
    if found is None or not found["version"]:
        return None
    start, end = found.span("version")
    return found["version"], url[:start] + url[end:]


# --- what its label promises -----------------------------------------------------------------------------


def judge_label(label: str, url: str) -> str | None:
    """Return what is wrong with the target of a label, None if nothing certainly is.

    Examples
    --------
    >>> judge_label("Code", "https://arxiv.org/abs/2101.00001")
    'leads to a paper, not to code'
    """
    promise = " ".join(re.findall(r"[^\W_]+", label.casefold()))
    if promise in _CODE:
        return "leads to a paper, not to code" if is_paper(url) else _judge_video(url, "code")
    if promise in _PROJECT:
        return "leads to a paper, not to a project page" if is_paper(url) else None
    if promise == "arxiv" and read_ids(url) and "arxiv" not in read_ids(url):
        return "does not lead to arXiv"
    if promise in _PAPER and _is_repository(url):
        return "leads to code, not to a paper"
    if promise in _VIDEO and (is_paper(url) or _is_repository(url)):
        return "does not lead to a video"
    return _judge_video(url, "a paper") if promise in _PAPER else None


def _is_repository(url: str) -> bool:
    """Return whether an address is a repository as a whole, not a file in it."""
    codebase = codebase_from_url(url)
    return codebase is not None and len(urlsplit(url).path.strip("/").split("/")) == 2


def _judge_video(url: str, promised: str) -> str | None:
    parts = _split(url)
    host = ((parts.hostname or "") if parts else "").removeprefix("www.")
    is_video = any(host == video or host.endswith(f".{video}") for video in _VIDEOS)
    return f"leads to a video, not to {promised}" if is_video else None
