"""Which form a file has, and that each reader keeps to what all promise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.entries import ListForm, ListReading
from flgraph.lists.forms import find_form, find_reader
from tests.time_limit import within_seconds

NAMES: dict[ListForm, str] = {"bibtex": "a.bib", "ris": "a.ris", "csv": "a.csv", "yaml": "a.yaml", "ids": "a.txt"}


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.BIB", "", "bibtex"),
        ("a.ris", "", "ris"),
        ("a.nbib", "", "ris"),
        ("a.tsv", "", "csv"),
        ("a.yml", "", "yaml"),
        ("a.json", "", "yaml"),
        ("README.md", "10.5555/a\n", "markdown"),
        ("a.txt", "# ids\n10.5555/a\nhttps://example.org\n", "ids"),
        ("a.txt", "% mine\n@article{a, title = {T}}\n", "bibtex"),
        ("a", "\ufeffTY  - JOUR\nTI  - T\n", "ris"),
        ("a.txt", "Title\tDOI\nT\t10.5555/a\n", "csv"),
        ("a.txt", "- title: T\n  year: 2020\n", "yaml"),
        ("a.txt", "# Papers\n- [T](https://example.org), 2020\n- [U](https://example.org/u), 2021\n", "markdown"),
        ("a.txt", "| title | doi |\n|---|---|\n", "markdown"),
        ("a.txt", "", "markdown"),
    ],
)
def test_ending_and_content_say_the_form(name: str, text: str, form: ListForm) -> None:
    assert form == find_form(name, text.encode())


def test_content_in_utf_16_says_the_form() -> None:
    assert "ids" == find_form("a.txt", "10.5555/a\n10.5555/b\n".encode("utf-16"))


def read_or_refuse(form: ListForm, data: bytes) -> ListReading | None:
    """Return the reading of a file, or None after one clear line."""
    name, message = NAMES[form], ""
    try:
        return find_reader(form)(data, name=name)
    except CatalogError as error:
        message = str(error)
    assert message.startswith(f"{name}:")
    assert "\n" not in message
    return None


_PIECES = st.sampled_from(
    ["@article{a, ", "title = {", "}", "{", '"', "\n", "\r\n", "TY  - JOUR\n", "TI  - T\n", "ER  - \n", ",", ";",
     "title", "doi\n", "10.5555/a", "- ", ": ", "  ", "[", "]", "é", "\0", "#", "\\'", "https://example.org ",
     "2020", "&a ", "*a"]
)  # fmt: skip


@pytest.mark.parametrize("form", list(NAMES))
@given(data=st.one_of(st.binary(max_size=60), st.lists(_PIECES).map(lambda pieces: "".join(pieces).encode())))
def test_any_bytes_are_read_or_refused_in_one_line(form: ListForm, data: bytes) -> None:
    reading = read_or_refuse(form, data)
    if reading is None:
        return
    assert (form, data) == (reading.form, reading.data)
    ends = [0, *(place for entry in reading.entries for place in entry.span)]
    assert sorted(ends) == ends
    for entry in reading.entries:
        assert entry.title
        assert entry.span == reading.units[entry.unit].span
        for start, stop in entry.spans.values():
            assert entry.span[0] <= start <= stop <= entry.span[1] <= len(data)


@pytest.mark.parametrize("form", list(NAMES))
@pytest.mark.parametrize("sign", ["a", "\\", "{", '"', "'", "[", ",", ";", "\t", "@", "#", "10.5/a", "TY  - ", "&a "])
def test_repeated_signs_take_linear_time(form: ListForm, sign: str) -> None:
    data = (sign * (30_000 // len(sign))).encode()

    with within_seconds(10):
        read_or_refuse(form, data)
        find_form("a", data)
