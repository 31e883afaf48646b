"""Forms of rows that lists on the web have; each is read as a person reads it, wherever it stands."""

from __future__ import annotations

import pytest

from flgraph.errors import ListChangeError
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.editing import edit_list
from tests.lists.rows import LINK, NAMES, OTHER, TITLE, read, read_paper

# --- a venue and its year before the title ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "venue"),
    [
        ("20-OSDI-", "OSDI"), ("20-SOSR-", "SOSR"), ("2020_ICML_", "ICML"), ("CVPR2020: ", "CVPR"),
        ("NSDI '20 - ", "NSDI"), ("NeurIPS 2020 - ", "NeurIPS"),
    ],
)  # fmt: skip
def test_a_venue_and_its_year_stand_before_a_title(lead: str, venue: str) -> None:
    assert (TITLE, venue, 2020, None) == read_paper(f"# Papers\n- {lead}{TITLE}\n")


@pytest.mark.parametrize("title", ["COVID-19: A Study of Sleep in Hospitals", "CIFAR-10 - How Clean Is It Really?"])
def test_a_name_with_a_number_is_no_venue(title: str) -> None:
    assert title == read_paper(f"# Papers\n- {title} [[paper]]({LINK}1)\n")[0]


# --- titles that are partly links, and links that hold more than the title -------------------------------------


@pytest.mark.parametrize("row", [f"[Lethe]({LINK}1): {TITLE} | ICML 2021", f"[Lethe:]({LINK}1) {TITLE} | ICML 2021"])
def test_a_subtitle_follows_a_linked_name(row: str) -> None:
    reading = parse_list(f"# Papers\n- {row}\n".encode())
    [entry] = reading.papers

    assert (f"Lethe: {TITLE}", "ICML", 2021) == (entry.title, entry.venue, entry.year)
    assert "title" not in entry.spans
    with pytest.raises((ListChangeError, ValueError), match="title"):
        edit_list(reading, entry, title="Another title")


def test_a_description_is_no_subtitle() -> None:
    assert (
        "Deep Lethe Net"
        == read_paper(f"# Papers\n- [Deep Lethe Net]({LINK}1): the first paper that we read on sleep in wards\n")[0]
    )


@pytest.mark.parametrize(
    "text",
    [
        f"Example, Ada, and Bo Sample. \"{TITLE}.\" Synthetic Letters (2021).",
        f"Example, A., & Sample, B. (2021). {TITLE}. Synthetic Letters, 9(1), 2-7.",
    ],
)  # fmt: skip
def test_a_link_holds_a_whole_reference(text: str) -> None:
    title, venue, year, authors = read_paper(
        f"# Papers\n| Name | Paper |\n|--|--|\n| Lethe Net | [{text}]({LINK}1) |\n"
    )
    assert (TITLE, "Synthetic Letters", 2021) == (title, venue, year)
    assert authors is not None
    assert authors.startswith("Example, A")


def test_a_title_may_begin_with_a_quotation() -> None:
    title = '"Am I Asleep?" Phantom Alarms after Two Weeks in a Ward'
    assert title == read_paper(f"# Papers\n- [{title}]({LINK}1), ICML 2021\n")[0]


def test_the_text_of_a_doi_is_an_address() -> None:
    doi = "10.99999/S2589-7500(23)99901-2"
    url = "https://doi.org/10.99999/S2589-7500%2823%2999901-2"
    [entry] = read(
        f"# Papers\n1. Example A, Sample B. {TITLE}. Synthetic Letters. 2021;5(13):9-12. doi: [{doi}]({url})\n"
    )
    assert (TITLE, url) == (entry.title, entry.url)


# --- badges ----------------------------------------------------------------------------------------------------


def test_a_badge_in_a_link_says_venue_and_year() -> None:
    badge = "https://img.shields.io/badge/Nature_Methods_2021-5291C8?style=flat"
    [entry] = read(f"# Papers\n* **{TITLE}**\n\n  [![]({badge})]({LINK}1)\n")
    assert ("Nature Methods", 2021, f"{LINK}1") == (entry.venue, entry.year, entry.url)


def test_a_badge_in_a_link_says_what_it_leads_to() -> None:
    badge = "https://img.shields.io/badge/code-38C26D"
    [entry] = read(f"# Papers\n* **{TITLE}** [![]({badge})](https://example.org/x) [pdf]({LINK}1)\n")
    assert [("code", "code")] == [
        (link.label, link.kind) for link in entry.links if link.url == "https://example.org/x"
    ]


def test_links_below_a_title_in_bold_belong_to_it() -> None:
    picture = '<a href="{url}"><img alt="{alt}" src="https://example.org/x.svg"></a>'
    badges = picture.format(url=f"{LINK}1", alt="Arxiv") + picture.format(url="https://github.com/a/b", alt="Code")
    text = f"# Papers\n\n**{TITLE}**. ICML21.\n\n{badges}\n\n> We rest.\n\n**Deep Rest Nets**. ICLR20\n\n{badges}\n"
    papers = [entry for entry in read(text) if entry.kind == "paper"]
    assert [(TITLE, "ICML", 2021), ("Deep Rest Nets", "ICLR", 2020)] == [(p.title, p.venue, p.year) for p in papers]
    assert [f"{LINK}1"] * 2 == [paper.url for paper in papers]


def test_places_of_the_page_below_a_subtitle_are_no_paper() -> None:
    text = f"**An Open Handbook of {TITLE}**\n\n[Papers](#papers) [Code](#code)\n\n# Papers\n- [{OTHER}]({LINK}1)\n"
    assert [OTHER] == [entry.title for entry in read(text) if entry.kind == "paper"]


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [f"* {NAMES}.", "* Example, Ada and Sample, Bo and Third, Cy."])
def test_a_list_of_names_below_a_paragraph_is_its_authors(names: str) -> None:
    text = f"# Papers\n\n1.[star] **{TITLE}.** ICML, 2021. [paper]({LINK}1)\n\n   {names}\n"
    assert (TITLE, "ICML", 2021, names.strip("* .")) == read_paper(text)


def test_a_paragraph_of_names_below_an_item_is_its_authors() -> None:
    text = (
        f"# Papers\n15. **{TITLE}**.\n\n   *{NAMES}*. [[pdf]({LINK}1)], 2021.04\n\n16. **{OTHER}** [[pdf]({LINK}2)]\n"
    )
    found = [(entry.title, entry.url, entry.authors) for entry in read(text)]
    assert [(TITLE, f"{LINK}1", NAMES), (OTHER, f"{LINK}2", None)] == found


def test_names_end_at_a_colon_without_a_blank() -> None:
    row = f"Ada Example, Bo S. Sample, Cy Third:{TITLE}. SIGMOD 2021: 65-74"
    assert (TITLE, "SIGMOD", 2021, "Ada Example, Bo S. Sample, Cy Third") == read_paper(f"# Papers\n+ {row}\n")


def test_three_names_and_a_comma_stand_before_a_title() -> None:
    row = f"2021 | {NAMES}, How sleep may learn in wards [`arxiv`]({LINK}1)"
    others = f"* 2020 | {OTHER} [`pdf`]({LINK}2)\n* 2019 | What was never there [`pdf`]({LINK}3)\n"
    first = read(f"# Papers\n* {row}\n{others}")[0]
    assert ("How sleep may learn in wards", NAMES) == (first.title, first.authors)


def test_an_affiliation_follows_a_name_without_a_blank() -> None:
    names = "Ada Example(Synthetic University), Bo Sample, Cy Third"
    assert names == read_paper(f"# Papers\n1. **{TITLE}**. *{names}.* ICML 2021. [link]({LINK}1)\n")[3]


def test_an_affiliation_behind_names_is_no_venue() -> None:
    row = f"- [{TITLE}]({LINK}1) — Ada Example, Bo Sample (Synthetic Research)"
    assert ("OSDI", 2021) == read_paper(f"# Papers\n## OSDI '21\n{row}\n")[1:3]


def test_names_follow_a_title_behind_by() -> None:
    row = f"{TITLE} by A. Example (1974). Report, scanned by us."
    assert (TITLE, 1974, "A. Example") == tuple(read_paper(f"# Papers\n* {row} [pdf]({LINK}1)\n")[i] for i in (0, 2, 3))


def test_editors_are_no_part_of_a_title() -> None:
    book = "A. Example & C. Third (Eds.), *Handbook of wards* (pp. 8-17)."
    row = f"Sample, B. (2012). Counting the sleepers of a town. In {book}"
    title, venue, year, authors = read_paper(f"# Papers\n\n{row} {LINK}1\n")
    assert ("Counting the sleepers of a town", "Handbook of wards", 2012, "Sample, B") == (title, venue, year, authors)


def test_names_and_a_year_are_no_title() -> None:
    row = "Sample, B. (2021). *Upstream rest and the downstream sleeper* (Working Paper No. 91)."
    other = f"Third, C., & Sample, B. (2015). {TITLE}. *Synthetic Letters*, *44*, 1-52. {LINK}2"
    first = read(f"# Papers\n\n{row} {LINK}1\n\n{other}\n\n{other[:-1]}3\n")[0]
    assert ("Upstream rest and the downstream sleeper", 2021) == (first.title, first.year)


@pytest.mark.parametrize("title", ["Extreme Rain, Few Samples", "Weak Labels, Strong Wings"])
def test_words_that_no_name_holds_are_a_title(title: str) -> None:
    assert title == read_paper(f"# Papers\n- **{title}**. {NAMES}. ICML 2021. [[pdf]]({LINK}1)\n")[0]


# --- fields ----------------------------------------------------------------------------------------------------


def test_a_label_that_is_a_venue_is_the_venue() -> None:
    rows = "".join(f"- [[ICRA2021]({LINK}{number})] {TITLE} {word}\n" for number, word in enumerate("abc"))
    assert [("ICRA", 2021)] * 3 == [(entry.venue, entry.year) for entry in read(f"# Papers\n{rows}")]


@pytest.mark.parametrize(
    ("heading", "year"), [("Before 2022", None), ("2018 to 2020", None), ("2019 and older", None), ("In 2022", 2022)]
)
def test_a_heading_of_several_years_names_none(heading: str, year: int | None) -> None:
    assert year == read_paper(f"# Papers\n## {heading}\n- [{TITLE}]({LINK}1)\n")[2]


@pytest.mark.parametrize("header", ["Corpus", "Modality", "Backbone"])
def test_a_column_of_data_holds_no_venue(header: str) -> None:
    table = f"| Model | Year | {header} |\n|--|--|--|\n| [{TITLE}]({LINK}1) | 2021 | Ward Records |\n"
    assert (None, 2021) == read_paper(f"# Papers\n{table}")[1:3]


def test_works_of_one_cell_take_their_lines_of_the_next() -> None:
    cells = f"[{TITLE}]({LINK}1) <br> [{OTHER}]({LINK}2) | PLOS ONE 2017 <br> Antiquity 2019"
    found = {e.title: (e.venue, e.year) for e in read(f"# Papers\n| Paper | Venue |\n|--|--|\n| {cells} |\n")}
    assert {TITLE: ("PLOS ONE", 2017), OTHER: ("Antiquity", 2019)} == found


# --- what is a paper -------------------------------------------------------------------------------------------


def test_long_titles_in_bold_are_papers_without_a_link() -> None:
    titles = ["Loihi: A Chip with Rest on Its Mind", "Darwin: A Neuromorphic Helper of Sleepers", f"{TITLE} on a Chip"]
    entries = read("# Chips\n" + "".join(f"- **{title}**\n  - It rests.\n" for title in titles))
    assert [(title, "paper") for title in titles] == [(entry.title, entry.kind) for entry in entries]


@pytest.mark.parametrize(
    "row",
    [
        f"2. Still, we are not sure of the wards. There is [an interesting paper]({LINK}9) on this.",
        "- How can we make the wards of a town sleep at night?",
    ],
)
def test_a_sentence_of_the_lists_author_is_no_paper(row: str) -> None:
    rows = f"- [{TITLE}]({LINK}1), ICML 2021\n- [{OTHER}]({LINK}2), ICML 2020\n"
    assert 2 == sum(entry.kind == "paper" for entry in read(f"# Papers\n{rows}{row}\n"))


def test_a_title_in_bold_and_one_name_below_are_a_paper() -> None:
    others = "".join(f"**[{OTHER} {word}]({LINK}1)**\nAda Example, Bo Sample · *Sleep Letters*\n\n" for word in "abc")
    text = f"## 2021\n\n{others}**{TITLE}**\nAda Example · *CogSci*\n\n> I have only a printed copy.\n"
    papers = [(entry.title, entry.authors) for entry in read(text) if entry.kind == "paper"]
    assert (TITLE, "Ada Example") == papers[-1]


def test_an_introduction_of_sentences_is_no_paper() -> None:
    link = "[syllabus](https://example.edu/syllabus.pdf)"
    intro = f"Reading list for the course WARD 9961. Everything is synthetic. The {link} says what is due."
    text = f"# Papers\n\n{intro}\n\n- [{TITLE}]({LINK}1), ICML 2021\n"
    assert [TITLE] == [entry.title for entry in read(text) if entry.kind == "paper"]


# --- more of the same ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [f"[ICML 2021] {TITLE}", f"{TITLE}. 2021", f"{TITLE} (ICML 2021)"])
def test_a_linked_title_holds_its_venue_or_year(text: str) -> None:
    title, venue, year, _ = read_paper(f"# Papers\n|Name|Paper|\n|---|---|\n|Net|[{text}]({LINK}1)|\n")
    assert (TITLE, "ICML" if "ICML" in text else None, 2021) == (title, venue, year)


def test_years_in_brackets_belong_to_a_title() -> None:
    title = "A Formal Theory of Rest and Sleep (1990-2010)"
    assert title == read_paper(f"# Papers\n* <[{title}]({LINK}1)> by Ada Example, 2010.\n")[0]


def test_a_link_with_venue_and_year_stands_above_its_title() -> None:
    rows = f"[ICLR22 RestNet]({LINK}1)\n{TITLE}\n\n[CVPR17 SleepNet]({LINK}2)\n{OTHER}\n"
    papers = [(e.title, e.url, e.venue, e.year) for e in read(f"# Papers\n\n{rows}") if e.kind == "paper"]
    assert [(TITLE, f"{LINK}1", "ICLR", 2022), (OTHER, f"{LINK}2", "CVPR", 2017)] == papers


def test_a_number_and_a_venue_stand_before_a_title() -> None:
    text = f"# Papers\n\n*4. (SIGGRAPH Asia 2025) {TITLE}\n[[paper]]({LINK}1)\n"
    assert (TITLE, "SIGGRAPH Asia", 2025) == read_paper(text)[:3]


def test_a_title_does_not_end_in_an_open_bracket() -> None:
    assert TITLE == read_paper(f"# Papers\n- {TITLE} (**IEEE TIFS 2025**) [[paper]({LINK}1)]\n")[0]


def test_people_of_one_name_are_numbered() -> None:
    names = "Ada Example, Bo Sample 0001, Cy Third"
    assert names == read_paper(f"# Papers\n| title | authors |\n|--|--|\n| [{TITLE}]({LINK}1) | {names} |\n")[3]
    assert names == read_paper(f"# Papers\n- [{TITLE}]({LINK}1), {names}, ICML 2021\n")[3]


def test_a_person_and_a_year_follow_a_title() -> None:
    row = f"- **{TITLE}** — Example, Ada, 2021 | European Conference on Rest. [[Paper]({LINK}1)]"
    assert (TITLE, "European Conference on Rest", 2021, "Example, Ada") == read_paper(f"# Papers\n{row}\n")
    other = f"- *{TITLE}*, Example, IGARSS, 2021, [link]({LINK}1)"
    assert ("IGARSS", 2021) == read_paper(f"# Papers\n{other}\n")[1:3]


def test_a_verb_behind_by_is_no_name() -> None:
    title = "Better Rest in Hospitals by Seeking Quiet Wards"
    assert (title, None) == tuple(
        read_paper(f"# Papers\n- {title} [[paper]({LINK}1)] (ICML 2021)\n")[i] for i in (0, 3)
    )


def test_a_venue_follows_in_and_a_colon() -> None:
    text = f"Example A, Sample B. {TITLE}. In: International gathering on rest. 2021, 2089-2099"
    assert (TITLE, 2021) == read_paper(f"# Papers\n| Paper |\n|--|\n| [{text}]({LINK}1) |\n")[::2]


def test_works_stand_below_headings_that_are_below_contents() -> None:
    row = f"**[Rest] {TITLE}**. (2021-ICLR) {NAMES}.\n**TLDR**: We rest in wards of hospitals at night."
    text = f"# List\n\n## Contents\n- [Rest](#rest)\n\n### Rest\n\n{row}\n"
    assert (TITLE, "ICLR", 2021, NAMES) == read_paper(text)


@pytest.mark.parametrize("heading", ["Single cell sequencing", "My single-cell foundation"])
def test_a_word_that_venues_hold_too_is_no_venue(heading: str) -> None:
    assert read_paper(f"# {heading}\n- [{TITLE}]({LINK}1)\n")[1] is None


def test_titles_in_capitals_without_a_link_are_papers_if_there_are_several() -> None:
    titles = (f"{TITLE} on a Chip", "Helpers of Sleepers: A Gentle Machine of Rest", f"{OTHER} and Its Harbour")
    entries = read("# Rest\n" + "".join(f"+ {title}\n\n" for title in titles))
    assert ["paper"] * 3 == [entry.kind for entry in entries]
    assert ["other"] == [entry.kind for entry in read(f"# Rest\n+ {titles[0]}\n")]


def test_a_year_stands_before_a_title() -> None:
    row = f"2014, {TITLE}, Sample. [[Paper]]({LINK}1)"
    assert (TITLE, None, 2014) == read_paper(f"# Papers\n* {row}\n")[:3]


@pytest.mark.parametrize(
    "venue",
    [
        "IEEE Transactions on Audio, Speech, and Language Processing",
        "Conference on Fairness, Accountability, and Transparency",
    ],
)
def test_a_venue_goes_on_behind_commas(venue: str) -> None:
    assert venue == read_paper(f"# Papers\n1. **{TITLE}**. {NAMES}. {venue}, 2021. [PDF]({LINK}1)\n")[1]


def test_a_university_is_no_venue() -> None:
    assert read_paper(f"# Papers\n* [{TITLE}]({LINK}1)\n\t* University of New Northmere\n")[1] is None


def test_one_surname_is_no_venue() -> None:
    assert read_paper(f"# Papers\n* {TITLE}, Sample. [[Paper]]({LINK}1)\n")[1] is None


@pytest.mark.parametrize("lead", ["(*ICLR'24*)", "(**ICLR 2024**)", "[*ICLR'24*]"])
def test_a_styled_venue_in_brackets_stands_before_a_title(lead: str) -> None:
    assert (TITLE, "ICLR", 2024) == read_paper(f"# Papers\n- {lead} {TITLE} [[paper]({LINK}1)]\n")[:3]


def test_a_quotation_in_a_title_is_not_the_title() -> None:
    title = 'Towards a "universal translator" for sleepers of many wards'
    assert f"RestNet: {title}" == read_paper(f"# Papers\n- **RestNet**: {title}. NeurIPS 2024 [[paper]({LINK}1)]\n")[0]


@pytest.mark.parametrize("name", ["**3D Ward Actor**: ", "**WardNet**: ", ""])
def test_a_title_in_quotes_is_the_title(name: str) -> None:
    row = f'* {name}"{TITLE}", *arXiv Feb 2024*. [[Paper]({LINK}1)]'
    assert (TITLE, "arXiv", 2024) == read_paper(f"# Papers\n{row}\n")[:3]


@pytest.mark.parametrize("names", ["Example et al", "Example, Sample & Third"])
def test_names_follow_a_linked_title_behind_a_dash(names: str) -> None:
    text = f"{TITLE} — {names} (Nature Communications, 2021)"
    assert (TITLE, "Nature Communications", 2021, names) == read_paper(
        f"# Papers\n- **[{text}]({LINK}1)** — A survey.\n"
    )


def test_a_dash_in_a_linked_title_may_be_followed_by_anything() -> None:
    title = "Choosing a Sequential Test — Comparisons and Discussions"
    assert title == read_paper(f"# Papers\n- [{title}]({LINK}1), ICML 2021\n")[0]


def test_several_full_names_and_a_full_stop_stand_before_a_short_title() -> None:
    row = f"{NAMES}. Speech Translation Tutorial, EACL-2021, [[link]({LINK}1)]"
    assert ("Speech Translation Tutorial", NAMES) == tuple(read_paper(f"# Papers\n- {row}\n")[i] for i in (0, 3))


def test_headings_of_one_level_are_works_if_they_are_linked_to_papers() -> None:
    below = f"**Authors**: {NAMES}\n\n*TL;DR*: We rest in wards of hospitals at night.\n"
    text = f"# List\n\n## Wards\n### [{TITLE}]({LINK}1)\n{below}\n## Towns\n### [{OTHER}]({LINK}2)\n{below}"
    papers = [(e.title, e.url, e.authors) for e in read(text) if e.kind == "paper"]
    assert [(TITLE, f"{LINK}1", NAMES), (OTHER, f"{LINK}2", NAMES)] == papers


def test_a_name_in_bold_and_a_colon_stand_before_people() -> None:
    row = f"**RestNet:** {NAMES}. {TITLE}. *ICML23*. [[paper]({LINK}1)]"
    assert (TITLE, "ICML", 2023, NAMES) == read_paper(f"# Papers\n- {row}\n")


def test_names_behind_a_title_are_surer_than_tags_below() -> None:
    row = f"* **{TITLE}**, Sample et al.\n    * [IJCAI 2022]\n    * [*Ward MR*, *Lung CT*]\n    * [[Paper]({LINK}1)]"
    assert (TITLE, "IJCAI", 2022, "Sample et al") == read_paper(f"# Papers\n{row}\n")


def test_a_year_behind_names_in_italics_is_no_volume() -> None:
    row = f"1. **{TITLE}.** *{NAMES}.* 2019 [paper]({LINK}1)"
    assert (TITLE, None, 2019, NAMES) == read_paper(f"# Papers\n{row}\n")


def test_a_line_that_ends_in_a_small_word_goes_on() -> None:
    row = f"- [[ICRA2014]({LINK}1)] A Benchmark of Deep Sleep and\nSLAM [[Project](https://example.org/x)]"
    assert ("A Benchmark of Deep Sleep and SLAM", "ICRA") == read_paper(f"# Papers\n{row}\n")[:2]


def test_known_dated_venues_behind_titles_make_rows_papers_below_an_unsure_heading() -> None:
    titles = [
        ("Sleep Stages and Wards: A Report", "CIDR 2019"),
        ("Resting by the Sea in Winter", "SIGMOD 2020"),
        ("Sleeping in Towns: A Tutorial", "VLDB 2021"),
        ("Nurses at Night and the Wards They Keep", "CIDR 2017"),
    ]
    rows = "\n".join(f"* {title} ({behind})" for title, behind in titles)
    entries = [e for e in read(f"# List\n\n## System and Tutorial\n{rows}\n") if e.kind == "paper"]
    assert titles == [(e.title, f"{e.venue} {e.year}") for e in entries]
