"""Keys, tags, columns and signs of rows say what their texts are, in forms that lists on the web have."""

from __future__ import annotations

import pytest

from tests.lists.rows import LINK, NAMES, OTHER, TITLE, read, read_paper


def test_who_is_a_key_of_authors() -> None:
    row = f"- **{TITLE}**\n  - Who: {NAMES}\n  - Where: *Synthetic Letters*, 2020\n  - Read: [here]({LINK}1)\n"

    assert (TITLE, "Synthetic Letters", 2020, NAMES) == read_paper(f"# Papers\n{row}")


def test_words_and_a_colon_are_no_names_where_a_key_says_the_authors() -> None:
    title = "Smelling Like Neighbors: Retrieval for Odor Descriptors"
    row = f"1. **{title}**\n   - 作者：{NAMES}\n   - 链接：[论文]({LINK}1)\n   - 简介：用检索方法预测气味描述词\n"

    assert (title, None, None, NAMES) == read_paper(f"# Papers\n{row}")


def test_two_slashes_stand_between_a_date_a_title_and_a_venue() -> None:
    lines = f"2021.06 // **{TITLE}** // *ICML*\n<sub>{NAMES}</sub>\n<{LINK}1>\n"

    assert (TITLE, "ICML", 2021, NAMES) == read_paper(f"# Papers\n\n{lines}")


def test_a_short_unknown_tag_is_a_venue_where_its_siblings_are() -> None:
    rows = "".join(f"- `{tag}` [{TITLE} {tag}]({LINK}{n})\n" for n, tag in enumerate(["ICML", "CVPR", "QXZ", "ACL"]))

    assert ["ICML", "CVPR", "QXZ", "ACL"] == [entry.venue for entry in read(f"# Papers\n{rows}")]


def test_a_tag_before_a_title_without_a_link_is_no_part_of_it() -> None:
    rows = f"- `2019` {TITLE}\n- `2020` {OTHER} and Beyond\n- `2020` A Study of Beds and Their Sleepers\n"
    entries = read(f"# Papers\n{rows}")

    assert [(TITLE, 2019), (f"{OTHER} and Beyond", 2020)] == [(entry.title, entry.year) for entry in entries][:2]
    assert {"paper"} == {entry.kind for entry in entries}


def test_a_venue_in_italics_follows_a_title_in_straight_quotes() -> None:
    row = f'[1] A. Example and B. Sample, "{TITLE}," *Joule*, vol. 9, no. 2, 2020. [[pdf]({LINK}1)]\n'

    assert (TITLE, "Joule", 2020, "A. Example and B. Sample") == read_paper(f"# Papers\n\n{row}")


@pytest.mark.parametrize("heading", ["Journal of Automated Reasoning", "Transactions on Sleep and Rest"])
def test_a_heading_is_a_series(heading: str) -> None:
    assert heading == read_paper(f"# Papers\n## {heading}\n- [{TITLE}]({LINK}1), 2020\n")[1]


def test_a_preprint_is_a_venue() -> None:
    row = f"[4] Example, Ada, and Bo Sample. **{TITLE}.** arXiv preprint arXiv:2099.07374 (2019). [[PDF]({LINK}1)]"

    assert (TITLE, "arXiv", 2019, "Example, Ada, and Bo Sample") == read_paper(f"# Papers\n\n{row}\n")


def test_a_month_of_arxiv_is_no_year() -> None:
    entry = read(f"# Papers\n- [{TITLE}](https://arxiv.org/abs/2002.99999), arXiv 2002\n")[0]

    assert (2020, "arXiv") == (entry.year, entry.venue)
    assert "year" not in entry.spans


def test_a_venue_in_two_words_has_a_year_of_two_digits() -> None:
    assert 2022 == read_paper(f"# Papers\n- [{TITLE}]({LINK}1) (USENIX Security 22)\n")[2]
    assert read_paper(f"# Papers\n- [{TITLE}]({LINK}1). Journal of Rest and Health 15.\n")[2] is None


def test_a_clear_venue_stands_in_a_column_of_institutions() -> None:
    table = f"| Title | Affiliation |\n|---|---|\n| [{TITLE}]({LINK}1) | ICLR 2021 (Example University) |\n"

    assert (TITLE, "ICLR", 2021, None) == read_paper(f"# Papers\n{table}")


def test_the_journal_bib_is_no_key() -> None:
    table = f"| Year | Title | Venue | Links |\n|---|---|---|---|\n| 2022 | **{TITLE}** | BIB | [Paper]({LINK}1) |\n"

    assert (TITLE, "BIB", 2022, None) == read_paper(f"# Papers\n{table}")


@pytest.mark.parametrize("firm", ["Meta", "Google Brain & Stanford", "Department of Rest, Example"])
def test_an_organisation_is_neither_author_nor_venue(firm: str) -> None:
    assert (TITLE, None, 2020, None) == read_paper(f"# Papers\n- [{TITLE}]({LINK}1) - {firm} (2020)\n")


def test_a_remark_in_brackets_stands_before_a_linked_title() -> None:
    assert TITLE == read_paper(f"# Papers\n- [(a startup: Northmere, Tideline) {TITLE}. 2020]({LINK}1)\n")[0]


def test_in_and_a_colon_end_a_title_that_asks() -> None:
    text = f"Example A, Sample B. {TITLE}? In: Proceedings of the Synthetic Conference on Rest. 2023, 12–18"

    assert f"{TITLE}?" == read_paper(f"# Papers\n| Paper | Code |\n|---|---|\n| [{text}]({LINK}1) | - |\n")[0]


def test_a_link_with_a_venue_that_begins_with_a_digit_stands_above_its_title() -> None:
    lines = f"[3DV21 Rest]({LINK}1)\nRest: {TITLE}\n\n[3DV22 Ward]({LINK}2)\nWard: {OTHER}\n"

    assert [f"Rest: {TITLE}", f"Ward: {OTHER}"] == [entry.title for entry in read(f"# Papers\n\n{lines}")]


# --- what speaks for a paper -----------------------------------------------------------------------------------


def test_a_reference_is_a_paper_below_a_heading_that_says_challenges() -> None:
    row = f"* 2017 | Example, J., Sample, T. P., & Specimen, B. A. (2017). {TITLE}. Synthetic Letters, 6, e22901.\n"

    assert ["paper"] == [entry.kind for entry in read(f"# List\n## Challenges for rest in hospitals\n{row}")]


def test_a_talk_at_a_conference_is_no_paper_below_a_heading_that_says_tutorials() -> None:
    blogs = "".join(f"- [A blog of rest {n}](https://medium.com/rest{n})\n" for n in range(8))
    talk = f"- [{TITLE}](https://example.org/1.pdf) (AAAI-19)\n"

    assert "paper" not in {entry.kind for entry in read(f"# List\n## Blogs && Tutorials\n{blogs}{talk}")}


def test_names_a_venue_and_a_year_outweigh_many_words() -> None:
    summary = "We tackle rest with an approach that maps data of wards and towns to the beds that are free."
    row = f"**[Causal Rest] {TITLE}**. (2023-ICLR) {NAMES}, Dee Specimen, Eve Pattern.\n**TLDR**: {summary} (摘要)\n"

    assert "paper" in {entry.kind for entry in read(f"# Papers\n## Contents\n### Causal Discovery\n\n{row}")}


def test_a_linked_title_in_a_column_of_papers_is_a_paper() -> None:
    title = "한국어 형태소 분석을 위한 확률 모델"
    rows = f"| 2016. 10. | HCLT | [{title}](https://example.org/1) | |\n"
    entries = read(f"# Papers\n| Date | Journal | Paper | Metric |\n|---|---|---|---|\n{rows}")

    assert (title, "paper") == (entries[0].title, entries[0].kind)


def test_a_sentence_about_a_paper_is_none() -> None:
    assert "paper" not in {entry.kind for entry in read(f"# Papers\n- This paper introduces QXRest [link]({LINK}1)\n")}


def test_the_last_initial_of_names_stands_before_a_dated_venue() -> None:
    row = f"- [{TITLE}]({LINK}1). Example S, Sample M, Third P. CCS '18.\n- [{OTHER}]({LINK}2). Example D. '14.\n"
    first, second = read(f"# Papers\n{row}")

    assert ("CCS", 2018, "Example S, Sample M, Third P") == (first.venue, first.year, first.authors)
    assert (None, 2014, "Example D") == (second.venue, second.year, second.authors)


def test_a_name_with_three_initials_is_not_cut() -> None:
    row = f"Corwin J. H. Example, {TITLE}, Ph.D. Thesis, Northmere University, 1989. [[Thesis]({LINK}1)]"

    assert (TITLE, 1989) == read_paper(f"# Papers\n- {row}\n")[::2]


def test_names_where_they_work_and_a_venue_follow_a_title() -> None:
    row = f"- [{TITLE}]({LINK}1) by Ada Example, ..., Bo Sample from University of Rest, others on JQZ - A study\n"
    dated = f"- [{OTHER}]({LINK}2) by Ada Example & Bo Sample from Northmere on J Am Rest. 2020;27(2):308-314 - Beds\n"
    first, second = read(f"# Papers\n{row}{dated}")

    assert ("JQZ", None, "Ada Example, ..., Bo Sample") == (first.venue, first.year, first.authors)
    assert ("J Am Rest", 2020, "Ada Example & Bo Sample") == (second.venue, second.year, second.authors)


def test_a_tag_stands_before_names() -> None:
    row = f'- `QXRest` Example-Sample, Luna, et al. ["{TITLE}."]({LINK}1), OOPSLA, 2023.\n'

    assert (TITLE, "OOPSLA", 2023, "Example-Sample, Luna, et al") == read_paper(f"# Papers\n{row}")


def test_a_link_behind_a_title_says_the_author_and_the_year() -> None:
    assert (TITLE, None, 1984, "Thompson") == read_paper(f"# Papers\n- {TITLE}. [Thompson (1984)]({LINK}1).\n")


def test_rows_without_a_link_in_a_column_of_papers_are_papers() -> None:
    table = f"| Year | Conf. | Paper | Affiliation |\n|---|---|---|---|\n| 2014 | ISCA | {TITLE} | UCLA |\n|||||\n"

    assert (TITLE, "ISCA", 2014, None) == read_paper(f"# Papers\n## Architecture\n{table}")


def test_a_firm_stands_between_a_title_and_its_venue() -> None:
    row = f"- LethalDB: {TITLE}, Apple Inc, SIGMOD 2021, [[Paper]]({LINK}1)\n"

    assert (f"LethalDB: {TITLE}", "SIGMOD", 2021, None) == read_paper(f"# Papers\n{row}")


def test_one_name_stands_before_a_venue_where_its_siblings_have_none() -> None:
    rows = "".join(
        f"- {TITLE} {word}, SIGMOD 2021, [[paper]]({LINK}{n})\n" for n, word in enumerate(("I", "II", "III"))
    )
    entries = read(f"# Papers\n{rows}- {OTHER}, Ada Example, SIGMOD 2020, [[paper]]({LINK}4)\n")

    assert [None, None, None, "Ada Example"] == [entry.authors for entry in entries]


def test_a_kind_of_thesis_is_no_name() -> None:
    row = f"* Example, Ada: **„{TITLE}“**. Masterarbeit, TU Northmere, 2023. [PDF]({LINK}1)\n"

    assert "Example, Ada" == read_paper(f"# Papers\n{row}")[3]


def test_a_heading_that_goes_on_behind_a_venue_names_a_topic() -> None:
    text = f"# INTERSPEECH 2024 digest: speech for the few\n\n- [{TITLE}]({LINK}1)\n"

    assert (TITLE, None, 2024, None) == read_paper(text)


def test_an_emoji_is_no_part_of_a_title_in_italics() -> None:
    row = f"- [x] ✅ *{TITLE}* (Quirós-Example y Sample, ICML 2021) <{LINK}1>\n"

    assert (TITLE, "ICML", 2021, "Quirós-Example y Sample") == read_paper(f"# Papers\n{row}")


def test_chinese_names_follow_a_chinese_title_in_bold() -> None:
    title = "基于笔势先验的敦煌写本单字识别方法"
    row = f"- [中文信息学报 2021] **{title}**，王小明，李大明 [[PDF]]({LINK}1)\n"

    assert (title, "中文信息学报", 2021, "王小明，李大明") == read_paper(f"# Papers\n{row}")


def test_a_remark_on_a_missing_file_is_no_title() -> None:
    assert "Drag and Deduce" == read("# Papers\n- 2015 | CAV | Drag and Deduce | no pdf found\n")[0].title


def test_an_institution_is_no_author_whatever_a_key_says() -> None:
    assert (TITLE, None, 2020, None) == read_paper(f"# Papers\n[{TITLE}. 2020]({LINK}1)\nResearcher: Stanford\n")


def test_a_short_title_with_a_name_and_a_colon_is_a_paper_among_long_ones_without_a_link() -> None:
    rows = "1. PTAN: Parallel Sleeping and Mapping for Wards\n2. A Versatile and Accurate Monocular Rest System\n"
    rows += "3. WardNet: Spatially Extended Beds\n4. Dense Sleeping and Mapping in Real-Time Wards\n"

    assert ["paper"] * 4 == [entry.kind for entry in read(f"# Papers\n## Basics\n{rows}")]


def test_an_institution_is_no_paper() -> None:
    rows = "".join(f"| [{TITLE} {word}]({LINK}{n}) | |\n" for n, word in enumerate(("I", "II", "III")))
    table = f"| Paper | Note |\n|---|---|\n{rows}| [National University of Northmere](https://example.org) | |\n"

    assert ["paper", "paper", "paper", "other"] == [entry.kind for entry in read(f"# Papers\n{table}")]


def test_one_word_is_the_title_of_a_reference_as_medicine_writes_it() -> None:
    row = f"7. Sample TT, Example A. Falls. Age Ageing. 2017;46(3):390-6. {LINK}1\n"

    assert ("Falls", "Age Ageing", 2017, "Sample TT, Example A") == read_paper(f"# Papers\n\n{row}")


def test_a_title_goes_on_with_a_small_word_behind_a_break_in_a_cell() -> None:
    cells = (
        f"<td>Learning Rest<br>without a Bed</td><td>Ada Example<br>ICML 2020</td><td><a href='{LINK}1'>Paper</a></td>"
    )

    assert ("Learning Rest without a Bed", "ICML", 2020, "Ada Example") == read_paper(
        f"# Papers\n<table><tr>{cells}</tr></table>\n"
    )


def test_a_heading_holds_no_names_before_a_comma() -> None:
    titles = ["Patch First, Explain Later: Rationales as a By-Product", TITLE]
    works = "".join(f"### {title}\n\n*{NAMES}* · ICSE 2024 · [pdf]({LINK}{n})\n\n" for n, title in enumerate(titles))

    assert [(title, NAMES) for title in titles] == [(one.title, one.authors) for one in read(f"# Papers\n\n{works}")]


def test_a_dot_between_fields_ends_a_name_in_italics() -> None:
    rows = f"- **{TITLE}** *{NAMES}* · ICSE 2024 · [pdf]({LINK}1)\n"
    rows += f"- **{OTHER}** *Gauthier Example* · Empirical Rest Engineering 26(3), 2021 · [pdf]({LINK}2)\n"

    assert [NAMES, "Gauthier Example"] == [entry.authors for entry in read(f"# Papers\n{rows}")]


def test_a_venue_in_italics_holds_commas_and_abbreviations() -> None:
    venue = "IEEE/ACM Trans. Audio, Speech, Lang. Process"
    row = f"[6] Example, B. & Sample, H. (2020b). {TITLE}. *{venue}.*, vol. 28, 1700-1712. {LINK}1\n"

    assert (TITLE, venue, 2020) == read_paper(f"# Papers\n\n{row}")[:3]


def test_a_chinese_key_of_an_address_is_no_venue() -> None:
    assert (TITLE, None, 2022, None) == read_paper(
        f"# Papers\n1. **{TITLE}**(2022)\n   论文地址:{LINK}1\n   简介:综述\n"
    )


def test_a_series_before_its_number_is_no_name() -> None:
    row = f"1. [{TITLE}]({LINK}1)  \n   {NAMES}  \n   Procesamiento del Lenguaje Natural, núm. 66, 2021\n"

    assert (TITLE, "Procesamiento del Lenguaje Natural", 2021, NAMES) == read_paper(f"# Papers\n{row}")


def test_surnames_and_a_venue_stand_in_brackets_behind_a_title() -> None:
    rows = f"* Hearing the Ward Before It Leaves (Tolvanen-Example, Abiodun; ICASSP 2022) {LINK}1\n"
    rows += f"* {OTHER}: Few-Shot Beds (M. Example, K. Sample; Interspeech 2023) {LINK}2\n"
    rows += f"* One Bed Is Enough for Forty Wards -- {LINK}3 -- 2022, preprint\n"
    first, *_ = read(f"# Papers\n{rows}")

    assert "Hearing the Ward Before It Leaves" == first.title
    assert ("ICASSP", 2022, "Tolvanen-Example, Abiodun") == (first.venue, first.year, first.authors)


def test_a_column_of_techniques_holds_no_venue() -> None:
    rows = f"| *{TITLE}* | GAN | {LINK}1 |\n| *{OTHER}* | RIM | {LINK}2 |\n"
    entries = read(f"# Papers\n| Title | ML technique | Link |\n|---|---|---|\n{rows}")

    assert [None, None] == [entry.venue for entry in entries]


def test_a_title_around_a_picture_has_no_span() -> None:
    badge = "![](https://img.shields.io/badge/-rest-red)"
    entry = read(f"# Papers\n- **Legend**: {badge} theory, {badge} system\n")[0]

    assert ("Legend: theory, system", False) == (entry.title, "title" in entry.spans)


def test_a_year_and_a_dash_stand_before_a_title_in_its_link() -> None:
    assert (TITLE, None, 2020, None) == read_paper(f"# Papers\n- [2020 - {TITLE}]({LINK}1) ✓\n")


def test_a_remark_in_brackets_follows_a_title_without_a_link() -> None:
    rows = f"- **{TITLE} and Beyond.** (Northmere University)\n- {OTHER}: A Study of Beds and Sleep. (TAMU)\n"
    entries = read(f"# Papers\n## 2016 FPL\n{rows}")

    assert [f"{TITLE} and Beyond", f"{OTHER}: A Study of Beds and Sleep"] == [entry.title for entry in entries]
    assert {"paper"} == {entry.kind for entry in entries}


def test_an_address_that_authorizes_is_one_of_a_paper() -> None:
    text = f"{TITLE}\nEuroSys 2018\n{LINK}1\n\nSLAQ: {OTHER}\nSoCC 2017\nhttps://dl.acm.org/authorize?N99999\n"

    assert [TITLE, f"SLAQ: {OTHER}"] == [entry.title for entry in read(f"# Papers\n\n{text}")]
