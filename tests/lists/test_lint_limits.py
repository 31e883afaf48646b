"""Lint takes time in proportion to the rows and bytes of a list, whatever stands in it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flgraph.lists.entries import ListEntry, ListLink, ListReading
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.reading import parse_list
from tests.lists.clean_list import BULLETS, CLEAN, TABLE_ROWS


def make_reading(number: int, *, title: str, url: str) -> ListReading:
    """Make the reading of a list of bullets; `{}` in title and address is the number of the row."""
    rows, entries, place = [], [], 0
    for count in range(number):
        row = f"- [{title.format(count)}]({url.format(count)}) [code](https://github.com/example/{count})\n".encode()
        name = title.format(count)
        spans = {"title": (place + 3, place + 3 + len(name.encode()))}
        link = ListLink("code", f"https://github.com/example/{count}", "code", (place + 9, place + 12))
        span = (place, place + len(row))
        entries.append(ListEntry("paper", name, url.format(count), ("A",), count + 1, span, count, links=(link,),
                                 spans=spans, path="README.md"))  # fmt: skip
        rows.append(row)
        place += len(row)
    return ListReading("README.md", "markdown", b"".join(rows), tuple(entries))


def measure(reading: ListReading) -> float:
    start = time.process_time()
    lint_list(reading, style=True)
    return time.process_time() - start


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("Invented study number {} of things", "https://arxiv.org/abs/2101.{:05d}"),
        ("Invented study of things", "https://arxiv.org/abs/2101.90001"),
        ("Invented study of things", "https://arxiv.org/abs/2101.{:05d}"),
        ("Study {} of {} things", "https://example.org/one-page"),
    ],
)
def test_time_grows_with_the_rows(title: str, url: str) -> None:
    title = title.replace("{} of {}", "{0} of {0}")
    readings = [make_reading(number, title=title, url=url) for number in (1_000, 4_000)]
    small, large = (min(measure(reading) for _ in range(2)) for reading in readings)

    assert large < 8 * max(small, 0.05)


@pytest.mark.parametrize(
    "sign", ["[", "](", "a", " ", "<!-- flgraph: ignore", "\u200b", "arxiv:", "<a ", "`", "doi 10."]
)
def test_a_long_row_takes_little_time(sign: str) -> None:
    reading = parse_list(CLEAN.encode(), name="README.md")
    text = sign * (100_000 // len(sign.encode()))
    data = f"{CLEAN}\n{BULLETS[3]}{text}\n".encode()
    first = reading.papers[0]
    start = len(CLEAN.encode()) + 1
    row = replace(first, span=(start, len(data)), spans={}, links=(), title="A study of long rows", venue=None, unit=0)
    long = replace(reading, data=data, entries=(*reading.entries, row, row))

    assert 10 > measure(long)


PIECES = st.lists(
    st.sampled_from(
        [*BULLETS[:3], *TABLE_ROWS[:2], "\n", "\r\n", "- [", "](", ")", "<td>",
         "<a href=''>", "</a>", "|", "## B (3)\n",
         "<!-- flgraph: ignore L101 -->", "\ufeff", "\u200b", "\x00", "\u202e", "é", "<table>",
         "https://arxiv.org/abs/2113.1", "arXiv:2101.90001", "https://[", "`", "https://sci-hub.example/", "\ud800"]
    ),
    max_size=25,
)  # fmt: skip


@given(pieces=PIECES, cut=st.binary(max_size=3))
@settings(max_examples=40)
def test_whatever_stands_in_a_file_has_findings_inside_it(pieces: list[str], cut: bytes) -> None:
    data = "".join(pieces).encode("utf-8", "surrogatepass") + cut
    assume(not data.startswith((b"\xfe\xff", b"\xff\xfe")))  # UTF-16 is refused
    reading = parse_list(data)
    lines = data.count(b"\n") + 1

    for finding in lint_list(reading, style=True, unread=True):
        assert 1 <= finding.line <= lines
        assert 1 <= finding.column <= len(data) + 1
        assert "\n" not in str(finding)
