"""Clean and name the ids of papers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

IdKind = Literal[
    "aaai", "acl", "acm", "arxiv", "cvf", "dblp", "doi", "ecva", "hal", "iacr", "iclr", "ieee", "ijcai", "isca",
    "jmlr", "mag", "mdpi", "mlsys", "ndss", "neurips", "openreview", "pii", "pmcid", "pmid", "pmlr", "s2",
    "usenix", "vldb",
]  # fmt: skip
"""The kinds of ids that a catalog holds."""

ID_NAMES: Final = {"arxiv": "arXiv id", "doi": "DOI"}
"""Display names of the ids that identify a work at every source."""

_ARXIV: Final = re.compile(
    r"(?:arxiv[:.]|10\.48550/arxiv\.|https?://(?:[\w-]+\.)?arxiv\.org/(?:abs|pdf|html|format)/)?"
    r"(?P<id>\d{4}\.\d{4,5}|(?P<archive>[a-z-]+)(?:\.[a-z]{2})?/(?P<number>\d{7}))(?:v\d+)?(?:\.pdf)?/?",
    re.IGNORECASE,
)
_DOI: Final = re.compile(
    r"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?P<doi>10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE
)
_CVF_FORM: Final = re.compile(r"(?<=/)(?:html|papers)/|\.(?:html|pdf)$")
# Only these two servers use one DOI for all versions; elsewhere a final v2 is part of the DOI.
_VERSIONED_DOI: Final = re.compile(r"(10\.(?:48550|1101)/\S*\d)v\d+")

# The first year and month of old ids, of new ids, and of new ids with five digits.
_FIRST_OLD: Final = "9107"
_FIRST_NEW: Final = "0704"
_FIRST_LONG: Final = "1501"


def clean_arxiv(text: str) -> str | None:
    """Extract an arXiv id without prefix, version and subject class; return None if the text is not an arXiv id.

    Examples
    --------
    >>> clean_arxiv("arXiv:2102.07623v2")
    '2102.07623'
    """
    found = _ARXIV.fullmatch(text.strip())
    if found is None:
        return None
    return f"{found['archive'].lower()}/{found['number']}" if found["archive"] else found["id"]


def judge_arxiv(arxiv: str) -> str | None:
    """Return why an arXiv id cannot be; None if it can.

    New ids begin with year and month from 0704 on; their numbers have four digits up to 1412, five from 1501 on. Old
    ids have an archive, year and month up to 0703, and a number of three digits.

    Examples
    --------
    >>> judge_arxiv("2113.01234"), judge_arxiv("2102.07623")
    ('month 13 does not exist', None)
    """
    clean = clean_arxiv(arxiv)
    if clean is None:
        return "it has another form than arXiv ids"
    archive, _, number = clean.rpartition("/")
    date, serial = (number[:4], number[4:]) if archive else number.split(".")
    if not 1 <= int(date[2:]) <= 12:
        return f"month {date[2:]} does not exist"
    if not int(serial):
        return "papers are numbered from 1"
    return _judge_old(date) if archive else _judge_new(date, serial)


def _judge_old(date: str) -> str | None:
    is_old = date >= _FIRST_OLD or date < _FIRST_NEW
    return None if is_old else f"ids with an archive were given from {_FIRST_OLD} to 0703"


def _judge_new(date: str, serial: str) -> str | None:
    if date < _FIRST_NEW:
        return "ids without an archive were given from 0704 on"
    digits = 5 if date >= _FIRST_LONG else 4
    return None if len(serial) == digits else f"numbers of {date} have {digits} digits, not {len(serial)}"


def clean_doi(text: str) -> str | None:
    """Extract a DOI in lower case without prefix, version and final punctuation; return None if it is not a DOI.

    Examples
    --------
    >>> clean_doi("https://doi.org/10.1109/JBHI.2022.3181823")
    '10.1109/jbhi.2022.3181823'
    """
    found = _DOI.fullmatch(text.strip())
    if found is None:
        return None
    doi = found["doi"].rstrip(".,;").lower()
    versioned = _VERSIONED_DOI.fullmatch(doi)
    return versioned[1] if versioned else doi


ID_FORMS: Final = {
    "arxiv": (clean_arxiv, "an arXiv id such as 2102.07623"),
    "doi": (clean_doi, "a DOI such as 10.1000/182"),
}
"""How to clean an id, and what a valid one is, by kind."""


def name_id(kind: str, value: str) -> str:
    """Return an id as "kind:value" in one spelling; a DOI of arXiv counts as the arXiv id.

    A page of the CVF and its PDF count as one.

    Examples
    --------
    >>> name_id("doi", "10.48550/arXiv.2102.07623")
    'arxiv:2102.07623'
    """
    if kind in ID_NAMES and (arxiv := clean_arxiv(value)):
        return f"arxiv:{arxiv}"
    if kind == "cvf":
        value = _CVF_FORM.sub("", value)
    return f"{kind}:{(clean_doi(value) if kind == 'doi' else None) or value}".casefold()


def name_ids(ids: Mapping[str, str]) -> frozenset[str]:
    """Return ids as "kind:value", each in its normal form.

    Examples
    --------
    >>> sorted(name_ids({"arxiv": "2102.07623", "doi": "10.1000/182"}))
    ['arxiv:2102.07623', 'doi:10.1000/182']
    """
    return frozenset(name_id(kind, value) for kind, value in ids.items())
