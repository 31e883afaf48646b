"""One field changes in its own bytes, escaped for its place, or the change is refused with a reason."""

from __future__ import annotations

import pytest

from flgraph.errors import ListChangeError
from flgraph.lists.entries import ListReading
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.editing import edit_list
from flgraph.lists.writing.escaping import Place, escape_field, escape_text
from flgraph.lists.writing.read_back import check_edits
from tests.lists.invented_lists import STYLES, WORKS


def read(style: str) -> ListReading:
    return parse_list(STYLES[style].encode(), name="README.md")


@pytest.mark.parametrize("style", STYLES)
def test_an_edited_title_reads_back_and_nothing_else_changes(style: str) -> None:
    reading = read(style)
    entry = reading.papers[2]

    changed = edit_list(reading, entry, title="A Survey of Impatient Aggregation")

    assert STYLES[style].replace("A Survey of Patient", "A Survey of Impatient").encode() == changed


def test_several_fields_change_at_once() -> None:
    reading = read("bullets")

    changed = edit_list(reading, reading.papers[0], venue="ECML", year=2031, url="https://example.org/w")

    assert (
        b"- [Weaving Models from Scattered Records](https://example.org/w), Ada Example, Bo Sample, ECML 2031\n"
        in changed
    )


def test_line_ends_byte_order_mark_and_missing_last_line_end_stay() -> None:
    data = b"\xef\xbb\xbf" + STYLES["bullets"].replace("\n", "\r\n").rstrip().encode()
    reading = parse_list(data)

    assert data.replace(b"ICML 2028", b"ICML 2031") == edit_list(reading, reading.papers[0], year=2031)


@pytest.mark.parametrize(
    ("text", "place", "written"),
    [
        ("a | b", Place(in_pipe_table=True), r"a \| b"),
        ("a | b", Place(), "a | b"),
        ("of [few] (labels)", Place(in_link=True), r"of \[few\] (labels)"),
        ("2*3 and `x`", Place(), r"2\*3 and \`x\`"),
        ("snake_case but _this", Place(), r"snake_case but \_this"),
        ("R&D, AT&amp;T", Place(), "R&D, AT&amp;amp;T"),
        ("R&D <x>", Place(is_html=True), "R&amp;D &lt;x&gt;"),
        ("a <b> < c", Place(), r"a \<b> < c"),
    ],
)
def test_texts_are_escaped_for_their_place(text: str, place: Place, written: str) -> None:
    assert written == escape_text(text, place)


@pytest.mark.parametrize(
    ("url", "place", "written"),
    [
        ("https://example.org/a_(b)", Place(), "https://example.org/a_(b)"),
        ("https://example.org/a)b", Place(), r"https://example.org/a\)b"),
        ("https://example.org/?a=1&b=2", Place(address="attribute"), "https://example.org/?a=1&amp;b=2"),
        ("https://example.org/?a=1&copy;=2", Place(), "https://example.org/?a=1&amp;copy;=2"),
        ("https://example.org/a|b", Place(in_pipe_table=True), r"https://example.org/a\|b"),
    ],
)
def test_addresses_are_escaped_for_their_place(url: str, place: Place, written: str) -> None:
    assert written.encode() == escape_field("url", url, place)


@pytest.mark.parametrize(
    "title", ["Of [few] labels and (many) rows", "What a_b_c & R*D <say>", "On 1 < 2, `code` and ~tildes~"]
)
@pytest.mark.parametrize("style", ["bullets", "numbered pipes", "html table"])
def test_signs_of_markdown_and_html_read_back(style: str, title: str) -> None:
    reading = read(style)

    changed = parse_list(edit_list(reading, reading.papers[1], title=title))

    assert title == changed.papers[1].title


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, "give a field to change"),
        ({"title": "Two\nlines"}, r"title contains '\\n'; write it on one line"),
        ({"title": "  "}, "title must not be empty"),
        ({"url": "https://example.org/a b"}, "url contains a space: .*; write %20"),
        ({"year": 31}, "year must have four digits, found 31"),
        ({"venue": "\udc80"}, "venue contains an unpaired surrogate"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(values: dict[str, str], reason: str) -> None:
    reading = read("bullets")

    with pytest.raises(ValueError, match=reason):
        edit_list(reading, reading.papers[0], **values)  # type: ignore[arg-type]


def test_a_field_that_the_row_does_not_write_is_refused_with_the_pattern_of_others() -> None:
    data = STYLES["bullets"].replace(", KDD 2027", "")
    reading = parse_list(data.encode(), name="README.md")

    with pytest.raises(
        ValueError,
        match=r"README.md:9: this row has no venue of its own; other rows write it like this: - \[\{title\}\]",
    ):
        edit_list(reading, reading.papers[2], venue="ECML")


def test_a_field_from_a_heading_is_refused() -> None:
    reading = parse_list(
        b"# List\n\n## 2031\n\n- [A way to learn things](https://arxiv.org/abs/2912.00001)\n", name="a.md"
    )

    with pytest.raises(
        ValueError, match=r"a\.md:5: this row has no year of its own; it comes from a heading that other rows share"
    ):
        edit_list(reading, reading.papers[0], year=2030)


def test_other_forms_than_markdown_are_refused() -> None:
    reading = read("bullets")
    other = ListReading("papers.bib", "bibtex", reading.data, reading.entries, units=reading.units)

    with pytest.raises(ValueError, match=r"papers\.bib: only Markdown lists can be changed, found bibtex"):
        edit_list(other, reading.papers[0], title="A way")


def test_an_entry_of_another_list_is_refused() -> None:
    with pytest.raises(ValueError, match="the entry is not of this reading"):
        edit_list(read("bullets"), read("bold").papers[0], title="A way")


def test_a_change_that_alters_how_a_sibling_is_read_is_refused() -> None:
    text, before = STYLES["bullets"], read("bullets")
    number = before.entries.index(before.papers[2])
    row = next(line for line in text.splitlines(keepends=True) if WORKS[1].title in line)

    with pytest.raises(
        ListChangeError, match=r"README.md:8: the change would make the venue read 'ECML' instead of 'NeurIPS'"
    ):
        check_edits(before, parse_list(text.replace("NeurIPS", "ECML").encode()), {number: {}})
    with pytest.raises(ListChangeError, match=r"would read as \d entries instead of \d; the list is unchanged"):
        check_edits(before, parse_list(text.replace(row, "").encode()), {number: {}})
    with pytest.raises(ListChangeError, match=r"README.md:9: the change would turn the venue into 'ECML'"):
        check_edits(before, parse_list(text.replace("KDD", "ECML").encode()), {number: {"year": 2027}})


def test_a_value_that_reads_back_otherwise_is_refused() -> None:
    reading = read("tags")

    with pytest.raises(ListChangeError, match="the list is unchanged"):
        edit_list(reading, reading.papers[0], title="https://example.org/a")
