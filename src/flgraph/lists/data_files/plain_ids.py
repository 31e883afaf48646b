"""Read a plain file of DOIs, arXiv ids, PubMed ids and links, one on each line."""

from __future__ import annotations

import re
from typing import Final

from flgraph.identifiers import clean_arxiv, clean_doi
from flgraph.lists.blocks.decoding import decode_text
from flgraph.lists.data_files.data_records import DataRecord, UnreadPart, collect_ids, is_url, judge_url, make_reading
from flgraph.lists.entries import ListReading

_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_BULLET: Final = re.compile(r"^(?:(?:[-*+]|\d{1,6}[.)])\s+)")
_PMID: Final = re.compile(r"pmid:?\s*\d{1,9}", re.IGNORECASE)
_PMCID: Final = re.compile(r"(?:pmcid:?\s*)?PMC\d{1,9}", re.IGNORECASE)


def read_plain_ids(data: bytes, *, name: str) -> ListReading:
    r"""Read a file with one id or link on each line; `#` starts a comment, and other lines are listed as unread.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, or in UTF-16 with a byte order mark.
    name : str
        The name of the file, for messages.

    Raises
    ------
    CatalogError
        The file cannot be decoded.

    Examples
    --------
    >>> read_plain_ids(b"10.5555/abc  # read twice\n", name="ids.txt").entries[0].ids
    {'doi': '10.5555/abc'}
    """
    decoded = decode_text(data, name=name)
    records, unread, place = [], [], 0
    for line in decoded.text.splitlines(keepends=True):
        start, place = place, place + len(line)
        text = strip_line(line)
        if text:
            start += line.index(text)
            record = read_id(text, start)
            if record is None:
                unread.append(UnreadPart((start, start + len(text)), _EXPECTED))
            else:
                records.append(record)
    return make_reading(decoded, records, unread, name=name, form="ids", data=data)


_EXPECTED: Final = "is no DOI, arXiv id, PMID or link"


def strip_line(line: str) -> str:
    """Return the text of a line without comment, bullet and blanks."""
    text = _COMMENT.sub("", line).strip()
    return _BULLET.sub("", text, count=1).rstrip(",;")


def read_id(text: str, place: int = 0) -> DataRecord | None:
    """Return the record of an id or link; None if the text is neither."""
    url = text if is_url(text) else None
    stated: dict[str, str] = {}
    if _PMID.fullmatch(text):
        stated["pmid"] = text
    elif _PMCID.fullmatch(text):
        stated["pmcid"] = text
    elif url is None and clean_arxiv(text):
        stated["arxiv"] = text
    elif url is None and clean_doi(text):
        stated["doi"] = text
    if not stated and url is None:
        return None
    ids, _ = collect_ids(stated, [url] if url else [])
    span = (place, place + len(text))
    kind = None if ids else judge_url(url)
    return DataRecord(span, kind or "paper", url=url, ids=ids, places={"url": span} if url else {})
