"""Titles: the segments of a row, where a title may stand in them, and which candidate its siblings confirm."""

from __future__ import annotations

from collections import Counter

import pytest

from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.rows import gather_rows
from flgraph.lists.drafting.candidates import find_candidates
from flgraph.lists.drafting.drafts import Draft, clean_title, make_drafts
from flgraph.lists.drafting.segments import Segment, TextRun, split_row
from flgraph.lists.drafting.title_search import find_places, support_of_style

LINK = "https://arxiv.org/abs/2199.0000"
TITLE = "Learning to forget in hospitals"


def split(text: str, labels: Counter[str] | None = None) -> list[Segment]:
    block = read_document(text.encode()).blocks[-1]
    return split_row(block.pieces, labels or Counter())


def list_segments(text: str) -> list[tuple[str, str]]:
    return [(segment.style, segment.text) for segment in split(text)]


def list_places(text: str, style: str = "plain") -> list[str]:
    segment = Segment(style, text, 0, 0)  # type: ignore[arg-type]
    return [text[place.start : place.end] for place in find_places(segment)]


def read_drafts(text: str) -> list[Draft]:
    document = read_document(text.encode())
    return make_drafts(document, gather_rows(document)).resources


def list_titles(text: str) -> list[str]:
    return [draft.title for draft in read_drafts(text)]


# --- segments --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (f"- [{TITLE}]({LINK}1), ICML 2021", [("link", TITLE), ("plain", "ICML 2021")]),
        (
            f"- **{TITLE}**, Ada Example, *ICML 2021*",
            [("bold", TITLE), ("plain", "Ada Example"), ("italic", "ICML 2021")],
        ),
        (f"- [ICML] {TITLE} [oral]", [("bracket", "ICML"), ("plain", TITLE), ("bracket", "oral")]),
        (f"- 【ICML】{TITLE}", [("bracket", "ICML"), ("plain", TITLE)]),
        (f"- `ICML` {TITLE}", [("code", "ICML"), ("plain", TITLE)]),
        (f"- `ICML 2021` {TITLE}", [("code", "ICML 2021"), ("plain", TITLE)]),
        (f"- {TITLE} | Ada Example • ICML", [("plain", TITLE), ("plain", "Ada Example"), ("plain", "ICML")]),
        (f'- Ada Example, "{TITLE}", 2021', [("plain", "Ada Example"), ("quoted", TITLE), ("plain", "2021")]),
        (f"- (ICML 2021) {TITLE}", [("bracket", "(ICML 2021)"), ("plain", TITLE)]),
        (f"- {TITLE}[J]. Annals, 2021", [("plain", TITLE), ("marker", "[J]"), ("plain", ". Annals, 2021")]),
        ("- 张三. 《遗忘学习》 2021", [("plain", "张三."), ("quoted", "遗忘学习"), ("plain", "2021")]),
        ("- ![badge](https://example.org/b.svg)", []),
        ("- [text]{.underline} more", [("bracket", "text"), ("plain", "more")]),
    ],
)
def test_a_row_is_split_by_style_brackets_quotes_and_links(text: str, segments: list[tuple[str, str]]) -> None:
    assert segments == list_segments(text)


def test_a_title_half_in_bold_is_one_segment() -> None:
    assert [("plain", f"ForgetNet: {TITLE}")] == list_segments(f"- **ForgetNet:** {TITLE}")


def test_columns_and_lines_are_counted() -> None:
    segments = split(f"| Paper | Venue |\n|-|-|\n| {TITLE}<br>Ada Example | ICML |\n")

    assert [(0, 0), (0, 1), (1, 0)] == [(segment.column, segment.line) for segment in segments]


@pytest.mark.parametrize(
    ("link", "label"),
    [
        (f"[PDF]({LINK}1)", "paper"),
        ("[code](https://example.org)", "code"),
        ("<https://example.org/1>", "url"),
        ("Code: <https://example.org/1>", "code"),
        ("[more](https://example.org)", "label"),
        (f"[{TITLE}]({LINK}1)", None),
    ],
)
def test_a_link_knows_its_label(link: str, label: str | None) -> None:
    segments = split(f"- {link}", Counter({"more": 3}))

    assert label == next(segment.label for segment in segments if segment.is_link)


def test_characters_know_their_bytes() -> None:
    data = "- Schlaf &amp; Ruhe über\\_all `ab` 中文".encode()
    [block] = read_document(data).blocks
    run = TextRun(block.pieces)

    assert "Schlaf & Ruhe über_all ab 中文" == run.text
    for part in ("Schlaf", "Ruhe", "über", "all", "ab", "中文"):
        start, end = run.span(run.text.index(part), run.text.index(part) + len(part))
        assert part.encode() == data[start:end]


# --- where a title may stand -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}. Ada Example, Bo Sample. ICML 2021",
        f"{TITLE} (Ada Example, Bo Sample)",
        f"{TITLE} (ICML 2021)",
        f"{TITLE} - Ada Example, Bo Sample",
        f"{TITLE} / Ada Example, Bo Sample",
        f"{TITLE} | ICML 2021",
        f"{TITLE}, Ada Example, Bo Sample, ICML 2021",
        f"A. Example, B. Sample. {TITLE}. ICML 2021",
        f"A. Example, B. Sample: {TITLE}, ICML 2021",
        f"Example, A., & Sample, B. (2021). {TITLE}. Annals of Invention, 12(3)",
        f"A. Example, et al. {TITLE}.",
        f"12. {TITLE}, 2021",
        f"Title: {TITLE}",
        f"Required: {TITLE}. ICML 2021",
        f":fire: {TITLE} :star:".removeprefix(":fire: "),
    ],
)
def test_a_title_may_stand_between_names_and_fields(text: str) -> None:
    assert TITLE in list_places(text)


def test_what_stands_around_a_place_is_named_and_weighed() -> None:
    text = f"A. Example, B. Sample. {TITLE}. ICML 2021"
    places = find_places(Segment("plain", text, 0, 0))
    place = max(places, key=lambda one: one.support)

    assert TITLE == text[place.start : place.end]
    assert place.names
    assert place.rest
    assert ("A. Example, B. Sample", "ICML 2021") == (text[slice(*place.names)], text[slice(*place.rest)])
    assert "Nstop|stopV" == place.form


def test_no_title_ends_inside_brackets() -> None:
    assert not any(
        place.count("(") != place.count(")") for place in list_places("Sleep and more rest (ICML, NeurIPS, KDD)")
    )


def test_a_quoted_title_and_one_beside_another_are_whole() -> None:
    text = f"{TITLE}. ICML 2021"
    assert [text] == list_places(text, "quoted")
    assert [text] == [
        text[place.start : place.end] for place in find_places(Segment("plain", text, 0, 0), as_a_whole=True)
    ]


def test_a_style_of_its_own_supports_a_title() -> None:
    assert support_of_style("quoted") > support_of_style("bold") > support_of_style("plain") == 0


# --- candidates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        f"- [{TITLE}]({LINK}1), Ada Example, Bo Sample, ICML 2021",
        f"- Ada Example and Bo Sample, *{TITLE}*, ICML 2021",
        f"- **{TITLE}**. A. Example, B. Sample. [[PDF]]({LINK}1)",
        f'- A. Example, B. Sample, "{TITLE}", Annals of Invention, 2021',
        f"- [ICML 2021] {TITLE} [[paper]]({LINK}1) [[code]](https://github.com/example/x)",
        f"- A. Example, B. Sample. {TITLE}. ICML 2021.",
        f"- [A. Example, B. Sample. {TITLE}]({LINK}1)",
        f"- [{TITLE} (ICML 2021)]({LINK}1)",
    ],
)
def test_the_title_of_a_row(row: str) -> None:
    assert [TITLE] == list_titles(row)


def test_a_header_says_which_column_holds_titles() -> None:
    text = "| Summary | Title |\n|-|-|\n| A network that forgets what it saw in wards | Sleep and rest |\n"
    block = read_document(text.encode()).blocks[0]
    found = {one.text: one.own for one in find_candidates(block, split(text))}

    assert found["Sleep and rest"] > found["A network that forgets what it saw in wards"] + 1
    assert ["Sleep and rest"] == list_titles(text)


def test_a_candidate_lists_what_stands_beside_it() -> None:
    text = f"- A. Example, B. Sample. {TITLE}. ICML 2021"
    [draft] = read_drafts(text)

    assert draft.candidate.names
    assert draft.candidate.rest
    assert ("A. Example, B. Sample", "ICML 2021") == (draft.candidate.names.text, draft.candidate.rest.text)


# --- siblings --------------------------------------------------------------------------------------------------


NAMED = [
    "Apples, Pears and Plums in Winter, Ada Example",
    "Rest in the wards of a town, Bo Sample",
    "Sleep after many long nights, Cy Third",
    "Memory of what was never there, Di Fourth",
]
UNNAMED = ["Rest in the wards of a town", "Sleep after many long nights", "Memory of what was never there"]


def test_a_split_before_one_name_needs_siblings() -> None:
    assert "Apples, Pears and Plums in Winter" == list_titles("\n".join(f"- {row}" for row in NAMED))[0]
    assert NAMED[0] == list_titles("\n".join(f"- {row}" for row in (NAMED[0], *UNNAMED)))[0]


def test_a_text_that_stands_over_many_addresses_is_no_title() -> None:
    rows = [f"- [Full story]({LINK}{number}): {title}" for number, title in enumerate(UNNAMED)]

    assert UNNAMED == list_titles("\n".join(rows))


def test_linked_titles_in_one_cell_share_the_other_columns() -> None:
    text = (
        "| Paper | Authors | Venue |\n|-|-|-|\n"
        f"| [{TITLE}]({LINK}1)<br>[Sleep in the wards]({LINK}2) | Ada Example<br>Bo Sample | ICML 2021 |\n"
    )
    first, second = read_drafts(text)

    assert (TITLE, "Sleep in the wards") == (first.title, second.title)
    assert (False, True) == (first.shares_row, second.shares_row)
    assert ["Ada Example", "ICML 2021"] == [segment.text for segment in first.texts]
    assert ["Bo Sample", "ICML 2021"] == [segment.text for segment in second.texts]


# --- links -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "url"),
    [
        (f"- [{TITLE}]({LINK}1) [[code]](https://github.com/example/x)", f"{LINK}1"),
        (f"- [{TITLE}](https://github.com/example/x) [[paper]]({LINK}1)", f"{LINK}1"),
        (f"- {TITLE} [[code]](https://github.com/example/x) [[pdf]](https://example.org/1)", "https://example.org/1"),
        (f"- {TITLE} [[link 5]](#a) [[doi]]({LINK}1)", f"{LINK}1"),
        (f"- {TITLE} <{LINK}1>", f"{LINK}1"),
    ],
)
def test_the_link_to_the_work_itself(row: str, url: str) -> None:
    [draft] = read_drafts(row)

    assert draft.url
    assert url == draft.url.url


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (" :fire: Learning  to\nforget. ", "Learning to forget"),
        ("📄 Learn\u00ading to forget,", "Learning to forget"),
        ("Learning to forget ...", "Learning to forget ..."),
    ],
)
def test_a_title_is_cleaned(written: str, title: str) -> None:
    assert title == clean_title(written)
