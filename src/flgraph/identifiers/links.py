"""Find the ids in the address of a paper, and name the work that an address leads to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from flgraph.identifiers.addresses import add_scheme, spell_address, split_url
from flgraph.identifiers.ids import clean_arxiv, clean_doi, name_id
from flgraph.identifiers.publishers import DOI_IN_PATH, DOI_IN_QUERY, DOI_TAIL, FORMS, Form

_LONGEST: Final = 2_000
_BEST_KINDS: Final = ("arxiv", "acl", "aaai", "doi", "pmcid", "pmid")
"""Kinds that an address of any spelling yields, before those that only some spellings yield."""

_DOI_KINDS: Final = (
    ("acl", re.compile(r"10\.18653/v1/(.+)")),
    ("aaai", re.compile(r"10\.1609/aaai\.v\d+i\d+\.(\d+)")),
    ("ijcai", re.compile(r"10\.24963/ijcai\.(\d{4}/\d+)")),
)
_DBLP_ARXIV: Final = re.compile(r"journals/corr/abs-(\d{4})-(\d{4,5})", re.IGNORECASE)
_IJCAI_DOI: Final = re.compile(r"(?:201[7-9]|20[2-9]\d)/\d+")
_INTERSPEECH_DOI: Final = re.compile(r"interspeech_(201[6-9]|2020)/(\d+)")


def ids_from_url(url: str) -> dict[str, str]:
    """Extract the ids in a link to a paper, by kind as in a catalog; return an empty dict if there are none.

    All spellings of an address yield the same ids. Links in lists are sometimes wrong: compare titles before you trust
    an id from one.

    Examples
    --------
    >>> ids_from_url("https://arxiv.org/pdf/2204.07352v2.pdf")
    {'arxiv': '2204.07352'}
    >>> ids_from_url("http://proceedings.mlr.press/v139/example21a/example21a.pdf")
    {'pmlr': 'v139/example21a'}
    """
    return dict(_find_ids(url)) if len(url) <= _LONGEST else {}


@lru_cache(2**13)
def _find_ids(url: str) -> tuple[tuple[str, str], ...]:
    parts = split_url(add_scheme(url))
    if parts is None:
        return ()
    host, path, query = parts
    place = f"{path}?{query}" if query else path
    for form in _find_forms(host):
        if found := form.pattern.search(place):
            return tuple(_complete(form.kind, form.make(found)).items())
    if host == "doi.org" or host.endswith(".doi.org"):
        return tuple(_complete("doi", path.strip("/")).items())
    doi = DOI_IN_PATH.search(path.rstrip("/")) or DOI_IN_QUERY.search(query)
    return tuple(_complete("doi", DOI_TAIL.sub("", doi[1])).items()) if doi else ()


def _find_forms(host: str) -> tuple[Form, ...]:
    """Return the forms of a host, or of the nearest host above it."""
    while host:
        if host in FORMS:
            return FORMS[host]
        host = host.partition(".")[2]
    return ()


def _complete(kind: str, value: str) -> dict[str, str]:
    """Return an id in its normal form, and the ids that it contains: a DOI of arXiv yields the arXiv id, too."""
    if kind == "doi":
        return _read_doi(value)
    value = _NORMAL.get(kind, str)(value)
    ids = {kind: value}
    if kind == "dblp" and (preprint := _DBLP_ARXIV.fullmatch(value)):
        ids["arxiv"] = f"{preprint[1]}.{preprint[2]}"
    if kind == "ijcai" and _IJCAI_DOI.fullmatch(value):
        ids["doi"] = f"10.24963/ijcai.{value}"
    if kind == "isca" and (speech := _INTERSPEECH_DOI.fullmatch(value)):
        ids["doi"] = f"10.21437/interspeech.{speech[1]}-{speech[2]}"
    return ids


def _read_doi(text: str) -> dict[str, str]:
    doi, arxiv = clean_doi(text), clean_arxiv(text)
    ids = ({"arxiv": arxiv} if arxiv else {}) | ({"doi": doi} if doi else {})
    for kind, pattern in _DOI_KINDS:
        if doi and (found := pattern.fullmatch(doi)):
            ids[kind] = _NORMAL.get(kind, str)(found[1])
    return ids


def _spell_acl(value: str) -> str:
    """Write an id of the ACL Anthology: "P19-1001" in capitals, "2021.naacl-main.1" in lower case."""
    return value.lower() if value[0].isdigit() else value.upper()


_NORMAL: Final[Mapping[str, Callable[[str], str]]] = {
    "acl": _spell_acl,
    "arxiv": lambda value: clean_arxiv(value) or value,
    "dblp": lambda value: value.strip("/"),
    "hal": str.lower,
    "iclr": str.lower,
    "isca": str.lower,
    "mlsys": str.lower,
    "neurips": str.lower,
    "pii": lambda value: re.sub(r"\W", "", value).upper(),
    "pmcid": str.upper,
    "pmlr": str.lower,
    "s2": str.lower,
    "usenix": str.lower,
}


def work_id(url: str) -> str | None:
    """Name the work that an address leads to: its best id, else the address itself in one spelling.

    Returns
    -------
    str or None
        An id as "kind:value"; None for a place in the same page, a mail address and an empty text.

    Examples
    --------
    >>> work_id("http://arxiv.org/pdf/2204.07352v2.pdf"), work_id("https://www.example.org/paper/?utm_source=x#top")
    ('arxiv:2204.07352', 'example.org/paper')
    """
    ids = ids_from_url(url)
    kind = next((kind for kind in (*_BEST_KINDS, *sorted(ids)) if kind in ids), None)
    return name_id(kind, ids[kind]) if kind else spell_address(url)
