"""Lists from files and bytes: odd and hostile input, and files that are no lists of papers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.drafting.markdown_list import read_markdown_list
from flgraph.lists.entries import ListReading
from flgraph.lists.reading import parse_list, read_list
from tests.lists.spans import find_misplaced_spans, find_wrong_spans
from tests.time_limit import within_seconds

LINK = "https://arxiv.org/abs/2199.0000"
TITLE = "Learning to forget in hospitals"
ROW = f"- [{TITLE}]({LINK}1), ICML 2021"

PROJECT = """\
# forgetnet

[![build](https://example.org/b.svg)](https://example.org/ci) A small library to forget what a model saw.

## Install

    pip install forgetnet

- Python 3.11 or later
- [PyTorch](https://pytorch.org) 2

## Usage

```python
import forgetnet
```

- [Quick start](docs/quick-start.md)
- [Examples](https://github.com/example/forgetnet/tree/main/examples)
- [API reference](https://forgetnet.example.org/api)

| Option | Meaning | Default |
|---|---|---|
| `rate` | How fast to forget | 0.1 |
| `seed` | The seed of the random numbers | none |

## Contributing

Read [CONTRIBUTING](CONTRIBUTING.md) and open an issue or a pull request. Ask us on [Discord](https://discord.gg/x).

## License

[MIT](LICENSE)
"""

DOCS = """\
# Configure the server

This page says how to set the options of the server. See [the reference](reference.md) for all of them.

## Before you begin

1. Install the server, as [Install](install.md) says.
2. Open a terminal.
3. Log in with `login`.

## Set an option

To set an option, run `set NAME VALUE`. The server takes it over at once:

| Name | Type | What it does |
|---|---|---|
| port | number | The port to listen on |
| host | text | The name to answer to |

> Note: an option in the file has precedence over [the environment](environment.md).

## What to read next

- [Back up your data](backup.md)
- [Watch the server](https://docs.example.org/monitoring)
"""


def read(data: bytes | str) -> ListReading:
    """Return the reading of some bytes, which it keeps, and whose spans are right."""
    data = data if isinstance(data, bytes) else data.encode()
    reading = parse_list(data)
    assert data == reading.data
    assert [] == list(find_wrong_spans(reading))
    return reading


def list_titles(data: bytes | str) -> list[str]:
    return [paper.title for paper in read(data).papers]


# --- an entry --------------------------------------------------------------------------------------------------


def test_an_entry_holds_all_that_its_row_says() -> None:
    text = (
        f"# Papers\n\n- [{TITLE}]({LINK}1). A. Example, B. Sample. ICML 2021 [oral] "
        "[[code]](https://github.com/example/x) [[slides]]()\n"
    )
    reading = read(text)
    [paper] = reading.papers

    assert (TITLE, f"{LINK}1", "ICML", 2021) == (paper.title, paper.url, paper.venue, paper.year)
    assert ("A. Example, B. Sample", ("Papers",), 3, ("oral",)) == (
        paper.authors, paper.section, paper.line, paper.tags
    )  # fmt: skip
    assert {"arxiv": "2199.00001"} == dict(paper.ids)
    assert ("empty link",) == paper.doubts
    assert [("code", "code"), ("slides", "slides")] == [(link.label, link.kind) for link in paper.links]
    assert "https://github.com/example/x" == reading.text_at(paper.links[0].url_span or (0, 0))
    assert "[[code]](https://github.com/example/x)" == reading.text_at(paper.links[0].span)
    assert "item" == reading.units[paper.unit].kind
    assert {"title", "url", "venue", "year", "authors"} == set(paper.spans)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f'<a href="{LINK}1"> {TITLE} </a>', f"{LINK}1"),
        (f'<a href="https://example.org/learning?a=1&amp;b=2">{TITLE}</a>', "https://example.org/learning?a=1&amp;b=2"),
        (
            f'<a href="https://example.org/{TITLE.replace(" ", "")}">{TITLE}</a>',
            "https://example.org/Learningtoforgetinhospitals",
        ),
        (f"[{TITLE}](<{LINK}1>)", f"{LINK}1"),
        (f'[{TITLE}]({LINK}1 "with a title")', f"{LINK}1"),
        (f"[{TITLE} (ICML 2021)]({LINK}1)", f"{LINK}1"),
        (f"[**{TITLE}**]({LINK}1)", f"{LINK}1"),
    ],
)
def test_title_and_address_of_a_link_have_their_own_bytes(link: str, address: str) -> None:
    reading = read(f"- {link}, Ada Example, Bo Sample\n")
    [entry] = reading.entries

    assert TITLE == reading.text_at(entry.spans["title"])
    assert address == reading.text_at(entry.spans["url"])


def test_fields_in_the_link_of_a_title_have_their_bytes() -> None:
    reading = read(f"- [{TITLE} (ICML 2021)]({LINK}1)\n")
    [paper] = reading.papers

    assert ("ICML", 2021) == (paper.venue, paper.year)
    assert ("ICML", "2021") == (reading.text_at(paper.spans["venue"]), reading.text_at(paper.spans["year"]))


def test_an_address_of_a_reference_link_is_elsewhere_and_has_no_bytes_in_the_row() -> None:
    [paper] = read(f"- [{TITLE}][1]\n\n[1]: {LINK}1\n").papers

    assert f"{LINK}1" == paper.url
    assert "url" not in paper.spans


def test_a_place_without_a_title_is_unread() -> None:
    reading = read(f"{ROW}\n- [code](https://github.com/example/x)\n")

    assert [(2, "no title found")] == [(place.line, place.reason) for place in reading.unread]


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("- [Datasets](#datasets)", "Datasets"),
        ("- [Datasets](#datasets) | [Code](#code)", "Datasets"),
        ('1. <a href="#blogs">Blogs</a>', "Blogs"),
        ("[Back to top](#papers)", "Back to top"),
        ('<p align="right">(<a href="#top">back to top</a>)</p>', "back to top"),
        ("[![dblp](https://img.shields.io/badge/a-b-c)](https://dblp.org/search?q=otters)", "dblp"),
        ('<a href="https://example.org/ci"><img src="https://example.org/ci.svg" alt="code"></a>', "code"),
    ],
)
def test_links_within_the_file_and_badges_are_contents(line: str, title: str) -> None:
    reading = read(f"## Papers\n\n{ROW}\n\n{line}\n")

    assert () == reading.unread
    assert [("contents", title, 5)] == [
        (entry.kind, entry.title, entry.line) for entry in reading.entries if entry.kind != "paper"
    ]


def test_one_word_among_the_names_of_authors_is_a_doubt() -> None:
    rows = f"- [{TITLE}]({LINK}1), Ada Example, Kelp, Bo Sample, ICML 2031\n- [Another {TITLE}]({LINK}2), Cy Third\n"

    assert [("one word among the names: Kelp",), ()] == [paper.doubts for paper in read(rows).papers]


@pytest.mark.parametrize("line", ["![](https://img.shields.io/github/last-commit/a/b)", "*", "- ", "|  |  |"])
def test_pictures_and_empty_rows_hold_nothing_to_read(line: str) -> None:
    reading = read(f"## Papers\n\n{ROW}\n\n{line}\n")

    assert () == reading.unread
    assert 1 == len(reading.entries)


@pytest.mark.parametrize(
    "line",
    [
        "- [Datasets](#datasets) [code](https://github.com/example/x)",
        "- [![arXiv](https://img.shields.io/badge/a-b-c)](https://arxiv.org/abs/2912.00099)",
    ],
)
def test_a_row_that_leads_to_a_resource_is_no_line_of_contents(line: str) -> None:
    assert [5] == [place.line for place in read(f"## Papers\n\n{ROW}\n\n{line}\n").unread]


# --- files that are no lists of papers -------------------------------------------------------------------------


@pytest.mark.parametrize("text", [PROJECT, DOCS], ids=["project", "docs"])
def test_a_readme_without_papers_holds_none(text: str) -> None:
    assert [] == list_titles(text)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b" ", b"---\n", b"<!-- nothing -->"])
def test_an_empty_file_holds_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_bytes(data)
    reading = read_list(tmp_path / "list.md")

    assert (data, (), ()) == (reading.data, reading.entries, reading.unread)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_that_is_not_utf8_is_refused(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "list.md").write_bytes(ROW.encode(encoding))

    with pytest.raises(CatalogError, match=r"list\.md: is UTF-16 or UTF-32 text; save it as UTF-8"):
        read_list(tmp_path / "list.md")


def test_a_file_that_is_not_there_and_a_folder_without_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be read"):
        read_list(tmp_path / "none.md")
    with pytest.raises(CatalogError, match="contains no Markdown file"):
        read_list(tmp_path)


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name, title in (
        ("b.md", "Sleep in the wards of a town"),
        ("deep/c.MD", "Rest after long nights"),
        ("a.md", TITLE),
    ):
        (tmp_path / name).write_text(f"- [{title}]({LINK}1)\n")
    (tmp_path / "notes.txt").write_text(ROW)
    reading = read_list(tmp_path)

    assert [TITLE, "Sleep in the wards of a town", "Rest after long nights"] == [
        paper.title for paper in reading.papers
    ]
    assert ("folder", b"", 3) == (reading.form, reading.data, len(reading.parts))
    assert str(tmp_path / "deep" / "c.MD") == reading.papers[-1].path


# --- odd signs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"\ufeff{ROW}\n", TITLE),
        (f"{ROW}\r\n{ROW}\r\n", TITLE),
        (f"{ROW}\x00\n", TITLE),
        (f"- [Learn\u00ading to forget in hospitals]({LINK}1)\n", TITLE),
        (f"- [Learning to forget\u200b in hospitals]({LINK}1)\n", TITLE),
        (f"- [\u202bLearning to forget in hospitals\u202c]({LINK}1)\n", "\u202bLearning to forget in hospitals\u202c"),
        (f"- [Learning to (forget in hospitals]({LINK}1)\n", "Learning to (forget in hospitals"),
        (f"- [Learning to [forget] in hospitals]({LINK}1)\n", "Learning to [forget] in hospitals"),
        (f"- **{TITLE} [[PDF]({LINK}1)\n", TITLE),
        (f"- [{TITLE}]({LINK}1\n", TITLE),
        (f"- [{TITLE}](https://example.org/a paper.pdf)\n", TITLE),
        (f"- [{TITLE}] ({LINK}1)\n", TITLE),
    ],
)
def test_odd_signs_do_not_hide_a_title(text: str, title: str) -> None:
    assert title == next(entry.title for entry in read(text).entries)


def test_bytes_that_are_not_utf8_read_as_question_marks() -> None:
    assert ["Learning to forget? in hospitals"] == list_titles(ROW.encode().replace(b"forget", b"forget\xff"))


def test_lines_end_as_they_end() -> None:
    unix = read(f"# Papers\n\n{ROW}\n")
    windows = read(f"# Papers\r\n\r\n{ROW}\r\n")

    assert [paper.line for paper in unix.papers] == [paper.line for paper in windows.papers] == [3]
    assert unix.papers[0].venue == windows.papers[0].venue


def test_an_arxiv_id_without_a_link_is_an_id() -> None:
    text = f"- {TITLE}. Ada Example. arXiv:2301.00003v2\n- Sleep in the wards of the north. Bo Sample. ICML 2021\n"
    first, second = read(text).papers

    assert (None, {"arxiv": "2301.00003"}) == (first.url, first.ids)
    assert {} == second.ids


# --- large and hostile -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_thousand_nested_bullets_are_read() -> None:
    text = "".join(f"{'  ' * depth}- [{TITLE} {depth}]({LINK}1)\n" for depth in range(2_000))

    with within_seconds(20):
        assert read_markdown_list(text.encode(), name="README.md").entries


@pytest.mark.slow
def test_a_line_of_ten_megabytes_is_read() -> None:
    data = f"- {'word ' * 2_000_000}\n".encode()

    assert data == parse_list(data).data


@pytest.mark.slow
@pytest.mark.parametrize(
    "part", ["[", "](", "*", "(", "- ", "<td>", "A. Example, ", f"[{TITLE}]({LINK}1) ", "。", "`", "[^1]", "<a href='"]
)
def test_a_megabyte_of_one_part_takes_seconds(part: str) -> None:
    with within_seconds(60):
        parse_list(f"- {part * (1_000_000 // len(part))}\n".encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        reading = parse_list(data)
    except CatalogError:
        return
    assert data == reading.data
    assert [] == list(find_misplaced_spans(reading))


PARTS = [
    "- ", "  - ", "| ", " |\n", "\n", "\n\n", "# ", "**", "*", "[", "](", ")", "<td>", "</td>",
    "<a href='", "'>", "</a>",
    "ICML 2021", "(2021)", "[[code]](https://github.com/e/x)", ". ", ", ", "&amp;", "`", "\\", "张三",
    "<br>", "|-|-|\n", "\u200b", "ü", f"[{TITLE}]({LINK}1)", TITLE, "A. Example, B. Sample",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=30))
def test_spans_of_any_mixture_of_parts_lie_in_their_entry_and_apart(parts: list[str]) -> None:
    assert [] == list(find_misplaced_spans(parse_list("".join(parts).encode())))
