"""Compare how rows write the same things: the text between two fields, the label of a link, the end of a row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.writing.row_filling import LABEL_START, LONGEST_LABEL, list_joints

Trait = tuple[str, str]
"""What rows may write in several forms, such as the text between the venue and the year."""

Form = Mapping[Trait, str]
"""The form in which a row writes each trait that it has."""

_END: Final = ("", "blanks at the end")
_BLANKS: Final = re.compile(r"[ \t]+")
_LINE_BREAK: Final = re.compile(r"\s*\n\s*")
_CELL_BOUND: Final = re.compile(r" ?\| ?")
_FIGURES: Final = re.compile(r"\d+")


def read_form(reading: ListReading, row: ListEntry) -> Form:
    r"""Return the form of a row: figures become 0, and the padding of table cells does not count.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> row = b"- [A way to learn](https://arxiv.org/abs/2912.00001), ICML2031 \n"
    >>> reading = parse_list(b"## Papers\n\n" + row)
    >>> form = read_form(reading, reading.entries[0])
    >>> form["url", "venue"], form["venue", "year"], form["", "blanks at the end"]
    ('), ', '', ' ')
    """
    form: dict[Trait, str] = {}
    for before, text, after in list_joints(reading, row):
        kept = text if after else text.rstrip()
        form.setdefault((before, after), _normalize(kept))
        if not after:
            form[_END] = text[len(kept) :]
        if after == "url" and (label := LABEL_START.search(text[-LONGEST_LABEL:])):
            form["url", "label"] = label.group()
    for link in row.links:
        if link.kind == "code" and link.url_span is not None:
            form.setdefault(("code", "label"), reading.text_at((link.span[0], link.url_span[0])))
    return form


def find_usual(forms: Iterable[Form]) -> dict[Trait, frozenset[str]]:
    """Return the usual form of each trait, that of at least half of the rows that have it; two if both are as common.

    Where no form is that common, there is none.
    """
    counts: defaultdict[Trait, Counter[str]] = defaultdict(Counter)
    for form in forms:
        for trait, text in form.items():
            counts[trait][text] += 1
    usual: dict[Trait, frozenset[str]] = {}
    for trait, texts in counts.items():
        most = max(texts.values())
        if 2 * most >= texts.total():
            usual[trait] = frozenset(text for text, count in texts.items() if count == most)
    return usual


def count_odd(form: Form, usual: Mapping[Trait, frozenset[str]]) -> int:
    """Count the traits that a row writes in another form than the usual one."""
    return sum(trait in usual and text not in usual[trait] for trait, text in form.items())


def _normalize(text: str) -> str:
    text = _BLANKS.sub(" ", _LINE_BREAK.sub("\n", text))
    return _FIGURES.sub("0", _CELL_BOUND.sub("|", text))
