"""Values beside the rows of a list: they come off byte for byte, and change neither the rows nor how they look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyromark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.entries import ListEntry, ListReading, Unit
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.enriched import BEGIN, END, blank_enriched, enrich_list, find_places, strip_list
from flgraph.lists.writing.escaping import escape_everywhere
from tests.time_limit import within_seconds

GIVEN = [
    "awesome-fl-for-healthcare.md",
    "tushar-semwal/README.md",
    pytest.param("weimingwill/conferences.md", marks=pytest.mark.slow),
    pytest.param("ChanChiChoi/README.md", marks=pytest.mark.slow),
]
TITLES = [
    "An Invented Study of Clocks",
    "Distant Rivers: A Survey",
    "Learning the Shape of Gardens",
    "Slow Machines and Their Keepers",
]
URLS = [f"https://arxiv.org/abs/2912.0000{number}" for number in range(4)]
CODE = "https://github.com/example/clocks"
PEOPLE = "Ada Example, Bo Sample"
VALUE = "(published in Journal of Things, 2099; code: MIT)"
MARKED = f" {BEGIN.decode()}{VALUE}{END.decode()}"


def join_rows(row: Callable[[str, str], str], *, before: str = "", after: str = "") -> str:
    rows = "".join(row(title, url) for title, url in zip(TITLES, URLS, strict=True))
    return f"# Invented list\n\n## Papers\n\n{before}{rows}{after}"


STYLES = {
    "bullet": join_rows(lambda title, url: f"- [{title}]({url}), ICML 2021 [[code]({CODE})]\n"),
    "bullet with blanks": join_rows(lambda title, url: f"- [{title}]({url}), ICML 2021 \t \n"),
    "bullet with bare address": join_rows(lambda title, url: f"* {title} {url}\n"),
    "bullet with image": join_rows(lambda title, url: f"+ **{title}** [[paper]({url})] ![logo](logo.png)\n"),
    "bullet with child": join_rows(lambda title, url: f"- {title}. [[pdf]({url})]\n  - {PEOPLE}. ICML, 2021\n"),
    "bullet with text below": join_rows(lambda title, url: f"- [{title}]({url})\n  - It shows what a clock is.\n"),
    "bullet in details": join_rows(
        lambda title, url: f"- [{title}]({url}), ICML 2021\n",
        before="<details>\n<summary>more</summary>\n\n",
        after="\n</details>\n",
    ),
    "numbered, authors below": join_rows(
        lambda title, url: f"1. **{title}.** ICML 2021. [paper]({url})\n\n    *{PEOPLE}.*\n\n"
    ),
    "paragraph": join_rows(lambda title, url: f"**[{title}]({url})**. {PEOPLE}. *ICML 2021*\n\n"),
    "paragraph of lines": join_rows(lambda title, url: f"[{title}]({url})\n{PEOPLE}\nICML 2021\n"),
    "paragraph with backslashes": join_rows(
        lambda title, url: f"**{title}** \\\n*{PEOPLE}* \\\nICML, 2021. [[Paper]({url})] \\\n\n"
    ),
    "paragraph with spaces at the end": join_rows(lambda title, url: f"[{title}]({url}), ICML 2021  \n"),
    "paragraph with br": join_rows(lambda title, url: f"**[{title}]({url})**, {PEOPLE}<br/>\nICML, 2021 <br>\n\n"),
    "pipe table": join_rows(
        lambda title, url: f"| [{title} \\| extended]({url}) | ICML | 2021 | [code]({CODE}) |\n",
        before="| Title | Venue | Year | Code |\n|:--|:-:|--|--|\n",
    ),
    "pipe table with empty last cell": join_rows(
        lambda title, url: f"| [{title}]({url}) | ICML |  |\n", before="| Title | Venue | Code |\n|--|--|--|\n"
    ),
    "pipe table without outer pipes": join_rows(
        lambda title, url: f"[{title}]({url}) | ICML 2021\n", before="Title | Venue\n--|--\n"
    ),
    "HTML table": join_rows(
        lambda title, url: f'<tr>\n<td><a href="{url}">{title}</a>\n</td>\n<td>ICML</td></tr>\n',
        before="<table>\n<tr><th>Title</th><th>Venue</th></tr>\n",
        after="</table>\n",
    ),
    "HTML table without end tags": join_rows(
        lambda title, url: f'<tr><td><a href="{url}">{title}</a><td>ICML\n',
        before="<table>\n<tr><th>Title<th>Venue\n",
        after="</table>\n",
    ),
    "HTML list": join_rows(
        lambda title, url: f'<li><a href="{url}">{title}</a>, {PEOPLE}, <i>ICML</i> 2021</li>\n',
        before="<ul>\n",
        after="</ul>\n",
    ),
    "heading with lines": join_rows(lambda title, url: f"### [{title}]({url})\n*{PEOPLE}*\n\nICML 2021\n\n"),
    "reference links": join_rows(lambda title, _: f"- [{title}][{title[:3]}], ICML 2021\n")
    + "".join(f"\n[{title[:3]}]: {url}" for title, url in zip(TITLES, URLS, strict=True)),
}


def read(data: bytes) -> ListReading:
    return replace(parse_list(blank_enriched(data)), data=data)


def enrich(data: bytes, value: str = VALUE) -> bytes:
    reading = read(data)
    return enrich_list(reading, {number: value for number, _ in enumerate(reading.entries)})


def list_fields(reading: ListReading) -> list[tuple[object, ...]]:
    return [
        (
            entry.kind,
            entry.title,
            entry.url,
            entry.venue,
            entry.year,
            entry.authors,
            entry.section,
            entry.line,
            *(link.url for link in entry.links),
        )
        for entry in reading.entries
    ]


def render(data: bytes) -> bytes:
    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
    return pyromark.html(data.decode("utf-8", "replace"), options=options).encode()


def test_a_value_stands_at_the_end_of_a_bullet() -> None:
    data = f"- [{TITLES[0]}]({URLS[0]}), ICML 2021  \nMore text.\n".encode()

    assert f"- [{TITLES[0]}]({URLS[0]}), ICML 2021{MARKED}  \nMore text.\n" == enrich(data).decode()


@pytest.mark.parametrize(
    ("style", "row"),
    [
        ("bullet with child", f"  - {PEOPLE}. ICML, 2021{MARKED}"),
        ("bullet with text below", f"- [{TITLES[0]}]({URLS[0]}){MARKED}"),
        ("paragraph with backslashes", f"ICML, 2021. [[Paper]({URLS[0]})]{MARKED} \\"),
        ("paragraph with br", f"ICML, 2021{MARKED} <br>"),
        ("pipe table", f"| [{TITLES[0]} \\| extended]({URLS[0]}) | ICML | 2021 | [code]({CODE}){MARKED} |"),
        ("pipe table with empty last cell", f"| [{TITLES[0]}]({URLS[0]}) | ICML |{MARKED}  |"),
        ("pipe table without outer pipes", f"[{TITLES[0]}]({URLS[0]}) | ICML 2021{MARKED}"),
        ("HTML table", f'<td><a href="{URLS[0]}">{TITLES[0]}</a>{MARKED}'),
        ("HTML table without end tags", f'<tr><td><a href="{URLS[0]}">{TITLES[0]}</a>{MARKED}<td>ICML'),
        ("HTML list", f'<li><a href="{URLS[0]}">{TITLES[0]}</a>, {PEOPLE}, <i>ICML</i> 2021{MARKED}</li>'),
        ("heading with lines", f"ICML 2021{MARKED}"),
        ("reference links", f"- [{TITLES[0]}][{TITLES[0][:3]}], ICML 2021{MARKED}"),
    ],
)
def test_a_value_stands_where_the_row_ends(style: str, row: str) -> None:
    enriched = enrich(STYLES[style].encode()).decode()

    assert row in enriched.splitlines()


@pytest.mark.parametrize(
    ("style", "ending"), [(style, "\r\n" if number % 2 else "\n") for number, style in enumerate(STYLES)]
)
def test_values_come_off_and_change_no_entry_and_no_look(style: str, ending: str) -> None:
    data = b"\xef\xbb\xbf" + STYLES[style].rstrip("\n").replace("\n", ending).encode()
    enriched = enrich(data)

    assert enriched.count(BEGIN) >= len(TITLES)
    assert data == strip_list(enriched)
    assert enriched == enrich(enriched)
    assert list_fields(read(data)) == list_fields(read(enriched))
    assert render(data) == strip_list(render(enriched))


@pytest.mark.parametrize("name", GIVEN)
def test_values_come_off_the_given_lists(name: str, test_data: Path) -> None:
    data = (test_data / "lists" / name).read_bytes()
    reading = parse_list(data)
    papers = [number for number, entry in enumerate(reading.entries) if entry.kind == "paper"]
    enriched = enrich_list(reading, dict.fromkeys(papers, VALUE))

    assert len(papers) == enriched.count(MARKED.encode())
    assert data == strip_list(enriched)
    assert render(data) == strip_list(render(enriched))
    again = read(enriched)
    assert list_fields(reading) == list_fields(again)
    assert enriched == enrich_list(again, dict.fromkeys(papers, VALUE))


@settings(max_examples=25)
@given(
    st.lists(
        st.sampled_from([*(style.encode() for style in STYLES.values()), b"\r\n", b" ", b"\t|", b"\xff\\", b"-->"])
    ),
    st.text(),
    st.binary(max_size=12).filter(lambda data: not data.startswith((b"\xff\xfe", b"\xfe\xff"))),
)
def test_any_list_comes_back_from_any_value(parts: list[bytes], value: str, after: bytes) -> None:
    data = b"".join(parts)[:900] + after
    reading = parse_list(data)
    enriched = enrich_list(reading, {number: value for number, _ in enumerate(reading.entries)})

    assert data == strip_list(enriched)
    assert len(enriched) == len(blank_enriched(enriched))
    assert data.translate(None, b" \t") == blank_enriched(enriched).translate(None, b" \t")


def test_what_people_wrote_between_markers_is_replaced() -> None:
    data = f"- [{TITLES[0]}]({URLS[0]}), ICML 2021{MARKED.replace('MIT', 'a note of my own')}\n".encode()

    assert f"- [{TITLES[0]}]({URLS[0]}), ICML 2021{MARKED}\n" == enrich(data).decode()
    assert f"- [{TITLES[0]}]({URLS[0]}), ICML 2021\n" == enrich(data, "").decode()


def test_a_row_without_a_value_gets_no_markers() -> None:
    reading = parse_list(STYLES["bullet"].encode())

    assert 1 == enrich_list(reading, {1: VALUE, 2: " \n "}).count(BEGIN)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["- A", f"- B {BEGIN.decode()}x", "- C"], "README.md:2: add <!-- flgraph:end --> at the end of this line"),
        (["- A", f"x{END.decode()}"], "README.md:2: <!-- flgraph:end --> without <!-- flgraph:begin --> on this line"),
        (
            ["", f"{BEGIN.decode()}a{BEGIN.decode()}b{END.decode()}"],
            "README.md:2: <!-- flgraph:begin --> inside another",
        ),
        (
            [f"- A {BEGIN.decode()}x", "- B", f"- C {END.decode()}"],
            (
                "README.md:1: add <!-- flgraph:end --> at the end of this line, or remove <!-- flgraph:begin -->\n"
                "README.md:3: <!-- flgraph:end --> without"
            ),
        ),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_markers_that_do_not_pair_on_a_line_are_refused_with_it(lines: list[str], said: str, ending: str) -> None:
    data = ending.join(lines).encode()

    with pytest.raises(CatalogError) as refused:
        strip_list(data)
    assert str(refused.value).startswith(said)
    with pytest.raises(CatalogError):
        enrich_list(replace(parse_list(STYLES["bullet"].encode()), data=data), {})
    assert len(data) == len(blank_enriched(data))


def test_markers_with_other_blanks_are_ours() -> None:
    assert b"- A" == strip_list(b"- A <!--flgraph:begin-->x<!--  flgraph:end\t-->")


def test_blanks_keep_each_byte_in_its_place() -> None:
    enriched = enrich(STYLES["paragraph of lines"].encode())
    blanked = blank_enriched(enriched)

    assert len(enriched) == len(blanked)
    assert b"flgraph" not in blanked
    assert enriched.index(TITLES[3].encode()) == blanked.index(TITLES[3].encode())
    assert b"  \n" not in blanked  # a line break in Markdown


def test_a_value_is_plain_text_on_one_line() -> None:
    enriched = enrich(f"| Title |\n|--|\n| [{TITLES[0]}]({URLS[0]}) |\n".encode(), "a|b <b>\n*c*  [d](e) --> \x1b`f`")

    assert b"a&#124;b &lt;b&gt; &#42;c&#42; &#91;d&#93;(e) --&gt; &#96;f&#96;<!-- flgraph:end --> |\n" in enriched
    assert b"a|b &lt;b&gt; *c* [d](e) --&gt; `f`" in render(enriched)


def test_escaping_leaves_common_names_alone() -> None:
    assert "Apache-2.0; Journal of Things (2nd ed.), 2099: 1,024" == escape_everywhere(
        "Apache-2.0; Journal of Things (2nd ed.), 2099: 1,024"
    )


def make_reading(data: bytes, unit: Unit, *titles: tuple[str, int, int]) -> ListReading:
    entries = tuple(
        ListEntry("paper", title, None, (), 1, unit.span, 0, spans={"title": (start, end)})
        for title, start, end in titles
    )
    return ListReading("README.md", "markdown", data, entries, units=(unit,))


def test_values_of_works_that_share_a_row_name_their_works() -> None:
    data = b"- One title, Two titles\n"
    reading = make_reading(data, Unit("item", (0, 24)), ("One title", 2, 11), ("Two titles", 13, 23))
    enriched = enrich_list(reading, {0: "MIT", 1: "GPL"})

    assert (
        b"- One title, Two titles <!-- flgraph:begin -->One title: MIT; Two titles: GPL<!-- flgraph:end -->\n"
        == enriched
    )


def test_a_title_that_spans_rows_from_above_has_its_value_in_the_last_own_cell() -> None:
    data = b"<tr><td rowspan=2>Title</td><td>A</td></tr><tr><td>B</td><td>C </td></tr>"
    reading = make_reading(data, Unit("row", (43, len(data)), is_html=True), ("Title", 18, 23))

    assert b"<td>C <!-- flgraph:begin -->MIT<!-- flgraph:end --> </td></tr>" == enrich_list(reading, {0: "MIT"})[57:]


def test_tags_in_comments_end_no_cell() -> None:
    data = b"<tr><td>Title <!-- </td> --> more</td></tr> <!-- open"
    reading = make_reading(data, Unit("row", (0, 43), is_html=True), ("Title", 8, 13))

    assert b"<tr><td>Title <!-- </td> --> more <!-- flgraph:begin -->" == enrich_list(reading, {0: "MIT"})[:56]


def test_a_work_that_is_only_a_heading_gets_no_value() -> None:
    # It would change the address of the heading.
    data = b"### Title\n\nText\n"
    reading = make_reading(data, Unit("heading", (0, 10), level=3), ("Title", 4, 9))

    assert {} == find_places(reading)
    assert data == enrich_list(reading, {0: "MIT"})


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        (ListReading("a.bib", "bibtex", b"", ()), "a.bib: is not a list in Markdown"),
        (ListReading("a", "folder", b"", ()), "a: is not a list in Markdown"),
        (ListReading("a.md", "markdown", "x".encode("utf-16"), ()), "a.md: is UTF-16; save it as UTF-8"),
    ],
)
def test_other_files_are_refused(reading: ListReading, said: str) -> None:
    with pytest.raises(CatalogError, match=said):
        enrich_list(reading, {})


@pytest.mark.parametrize("sign", [b" ", b"\\", b"|", b"<br>", b"<!--", b"</td>", b"- A\r\n", BEGIN, END, BEGIN + END])
def test_a_megabyte_of_one_sign_takes_linear_time(sign: bytes) -> None:
    data = b"T" + sign * (1_000_000 // len(sign))
    number = 2_000
    reading = make_reading(data, Unit("item", (0, len(data))), *[("T", 0, 1)] * number)

    with within_seconds(10):
        blank_enriched(data)
        if sign in (BEGIN, END):
            with pytest.raises(CatalogError, match="and 4"):
                enrich_list(reading, {0: VALUE})
        else:
            enriched = enrich_list(reading, {0: VALUE, number - 1: VALUE})
            assert enriched.count(VALUE.encode()) == 2
