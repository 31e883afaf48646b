"""Read the rows of a list in a test, and check that every span of theirs holds its field."""

from __future__ import annotations

from flgraph.lists.entries import ListEntry
from flgraph.lists.reading import parse_list
from tests.lists.spans import find_wrong_spans

LINK = "https://arxiv.org/abs/2199.0000"
NAMES = "Ada Example, Bo Sample, Cy Third"
TITLE = "Learning to Forget in Hospitals"
OTHER = "Rest in the Wards of a Town"


def read(text: str) -> list[ListEntry]:
    """Return the entries of a list, all of whose spans are right."""
    reading = parse_list(text.encode())
    assert [] == list(find_wrong_spans(reading))
    return list(reading.entries)


def read_paper(text: str) -> tuple[str, str | None, int | None, str | None]:
    [entry] = [entry for entry in read(text) if entry.kind == "paper"]
    return entry.title, entry.venue, entry.year, entry.authors
