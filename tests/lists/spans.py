"""Find out whether the spans of a reading cover the text of its fields and nothing else."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import pairwise

from flgraph.lists.entries import ListEntry, ListField, ListReading

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<br|:[a-z_]+:|\[\^\w+\]")
# Affiliations are left out of names: numbers, signs, and texts in brackets. Between styles, only the words count.
_AFFILIATION = re.compile(r"\([^()\d]{2,60}\)")
_NO_LETTERS = re.compile(r"[\W_]+")
_NO_NAMES = re.compile(r"[\W\d_]+|\band\b")


def find_wrong_spans(reading: ListReading) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the field and what is wrong of each span that lies elsewhere or holds something else."""
    yield from find_misplaced_spans(reading)
    for entry in reading.entries:
        for name, span in entry.spans.items():
            text = reading.text_at(span)
            if not _is_text_of(entry, name, text):
                yield entry.line, name, f"{text!r} is not {getattr(entry, name)!r}"


def find_misplaced_spans(reading: ListReading) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the field and what is wrong of each span outside of its entry or inside another span."""
    for entry in reading.entries:
        spans = sorted((span, name) for name, span in entry.spans.items())
        for (start, end), name in spans:
            block = reading.units[entry.unit].span  # the works of a row share its other cells
            is_inside = any(first <= start < end <= last for first, last in (entry.span, block))
            if not is_inside and not _is_footnote(reading, start):
                yield entry.line, name, f"{start}-{end} is outside {entry.span}"
        for (one, name), (other, other_name) in pairwise(spans):
            if one[1] > other[0]:
                yield entry.line, name, f"goes into {other_name}"


def _is_footnote(reading: ListReading, place: int) -> bool:
    """Return whether a byte is in the first line of a footnote, which may belong to a row elsewhere."""
    return reading.data.startswith(b"[^", reading.data.rfind(b"\n", 0, place) + 1)


def _is_text_of(entry: ListEntry, name: ListField, text: str) -> bool:
    if name == "year":
        return text in (str(entry.year), str(entry.year)[2:])
    if name == "url":
        return entry.url in (text, html.unescape(text))
    pattern = _NO_NAMES if name == "authors" else _NO_LETTERS
    written, value = _TAG.sub(" ", html.unescape(text)), str(getattr(entry, name))
    if name == "authors":
        written, value = _AFFILIATION.sub("", written), _AFFILIATION.sub("", value)
    return pattern.sub("", written) == pattern.sub("", value)
