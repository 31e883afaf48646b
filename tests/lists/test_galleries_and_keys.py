"""Galleries, keys in several languages, and signs between the fields of unusual lists."""

from __future__ import annotations

import pytest

from tests.lists.rows import LINK, NAMES, OTHER, TITLE, read, read_paper

CODE = "https://github.com/example/rest"


def test_each_cell_of_a_gallery_is_a_work() -> None:
    def cell(title: str, names: str, venue: str, number: int) -> str:
        lines = f'<img src="a.png"><br>\n<b>{title}</b><br>\n{names}<br>\n<i>{venue}</i><br>\n'
        return f'<td width="50%">\n{lines}<a href="{LINK}{number}">paper</a> · <a href="{CODE}">code</a>\n</td>\n'

    rows = cell(TITLE, NAMES, "CoRL 2023", 1) + cell(OTHER, "Di Fourth, Ed Fifth", "ICRA 2022", 2)
    last = cell(f"{OTHER} and Beyond", "Fay Sixth", "IEEE RA-L 2021", 3) + "<td></td>\n"
    entries = read(f"# Papers\n\n<table>\n<tr>\n{rows}</tr>\n<tr>\n{last}</tr>\n</table>\n")

    assert [
        (TITLE, "CoRL", 2023, NAMES),
        (OTHER, "ICRA", 2022, "Di Fourth, Ed Fifth"),
        (f"{OTHER} and Beyond", "IEEE RA-L", 2021, "Fay Sixth"),
    ] == [(entry.title, entry.venue, entry.year, entry.authors) for entry in entries]
    assert [f"{LINK}1", f"{LINK}2", f"{LINK}3"] == [entry.url for entry in entries]


def test_a_table_with_a_picture_and_a_work_in_each_row_is_no_gallery() -> None:
    row = f'<tr><td><img src="a.png"></td><td><b>{TITLE}</b><br>{NAMES}<br><a href="{LINK}1">paper</a></td></tr>'

    assert [(TITLE, NAMES)] == [
        (entry.title, entry.authors) for entry in read(f"# Papers\n\n<table>\n{row}\n</table>\n")
    ]


@pytest.mark.parametrize(
    ("key", "venue"),
    [("Onde", "BEA Workshop"), ("Dónde", "Computers & Education"), ("Où", "EDM"), ("Erschienen in", "Rest heute")],
)
def test_keys_of_other_languages_name_the_venue(key: str, venue: str) -> None:
    block = (
        f"**Título:** {TITLE}  \n**Autores:** {NAMES}  \n**{key}:** {venue}  \n**Ano:** 2022  \n**Link:** {LINK}1  \n"
    )

    assert (TITLE, venue, 2022, NAMES) == read_paper(f"# Leituras\n\n{block}")


def test_a_key_after_others_starts_no_work() -> None:
    block = f"**Título:** {TITLE}  \n**Autores:** {NAMES}  \n**Link:** {LINK}1  \n"

    assert [TITLE] == [
        entry.title
        for entry in read(f"# Leituras\n\n{block}**Comentário:** Boa discussão sobre vieses por região.  \n")
    ]


def test_an_at_sign_stands_between_names_and_a_venue() -> None:
    line = f'"{TITLE}" — {NAMES} @ ESEC/FSE — [[pdf]({LINK}1)] [[code]({CODE})]\n'

    assert (TITLE, "ESEC/FSE", 2024, NAMES) == read_paper(f"# Papers\n## 2024\n\n{line}")


def test_an_at_sign_may_be_a_part_of_a_venue() -> None:
    row = f"- [{TITLE}]({LINK}1), Learning @ Scale 2017.\n"

    assert (TITLE, "Learning @ Scale", 2017, None) == read_paper(f"# Papers\n{row}")


@pytest.mark.parametrize("number", ["405.", "12、", ""])
def test_title_marks_show_a_paper_among_notes(number: str) -> None:
    notes = "糖尿病知识图谱的构建。这篇文章的主要亮点：\n\n（1）知识图谱的设计：实体和关系\n\n" * 3
    text = f"{notes}{number}《DiaKG: an Annotated Dataset for Medical Rest》，CCKS2021\n\n{notes}"

    assert ("DiaKG: an Annotated Dataset for Medical Rest", "CCKS", 2021, None) == read_paper(text)


def test_a_volume_follows_a_journal_that_looks_like_a_name() -> None:
    row = f"- Feliú, R., Example, A. et al. (2022). *{TITLE}*. Ingeniería del Agua, 26(3), 145-160. [[PDF]]({LINK}1)\n"

    assert (TITLE, "Ingeniería del Agua", 2022, "Feliú, R., Example, A. et al") == read_paper(f"# Artículos\n{row}")


def test_one_word_before_a_dated_venue_is_the_author() -> None:
    row = f"- [{TITLE}]({LINK}1), Achterkamp, *Sleep Medicine Reviews* 2022\n"

    assert (TITLE, "Sleep Medicine Reviews", 2022, "Achterkamp") == read_paper(f"# Papers\n{row}")


def test_a_footnote_is_a_part_of_the_row_that_refers_to_it() -> None:
    text = f"`412` ★ [{TITLE}]({LINK}1), Example & Sample, ICASSP (2021).[^1]\n\n"
    note = "[^1]: The data are still online, but the detector needs an old version.\n"

    assert [TITLE] == [entry.title for entry in read(f"# Papers\n\n{text}{note}")]


def test_the_number_of_a_preprint_is_no_part_of_its_venue() -> None:
    row = (
        f"Example, A., & Sample, H. (2023). *{TITLE}* (No. arXiv:2999.04646). arXiv. http://arxiv.org/abs/2999.04646\n"
    )

    assert (TITLE, "arXiv", 2023, "Example, A., & Sample, H") == read_paper(f"# Papers\n\n{row}")


def test_authors_below_a_key_are_one_field() -> None:
    row = f"- **{TITLE}**\n  - 著者: 桐林 奏太, 水無月 遥\n  - 会議: 言語処理学会 2023\n  - リンク: {LINK}1\n"

    assert (TITLE, "桐林 奏太, 水無月 遥") == read_paper(f"# 論文\n{row}")[::3]


def test_brackets_around_two_styles_are_a_tag_before_the_title() -> None:
    row = f"1. [**RestM**, *AAAI 2023*] {TITLE} [[paper]({LINK}1)] [[code]({CODE})]\n"

    assert (TITLE, "AAAI", 2023, None) == read_paper(f"# Papers\n{row}")


def test_paragraphs_with_keys_belong_to_the_title_above() -> None:
    work = f"**Title:** [{TITLE}]({LINK}1)\n\n**Authors:** {NAMES}, et al.\n\n"
    work += "**Journal Info:** Letters of Rest, March 2019\n"
    about = (
        "\n**Description:** A survey of 25 studies of design, methods, and types, which discusses sharing of beds.\n"
    )

    assert (TITLE, "Letters of Rest", 2019, f"{NAMES}, et al") == read_paper(f"# Papers\n\n{work}{about}")


def test_a_full_stop_behind_initials_ends_names_without_full_stops() -> None:
    row = f"- [{TITLE}]({LINK}1) Example D, Sample Y, Third X. Bioinformatics, 2015, 31(5): 761-763.\n"

    assert (TITLE, "Bioinformatics", 2015, "Example D, Sample Y, Third X") == read_paper(f"# Papers\n{row}")


def test_a_title_and_its_authors_are_two_items_below_their_links() -> None:
    def work(name: str, title: str, number: int) -> str:
        links = f"\\[[CVF]({LINK}{number})\\]\n\\[[arXiv]({LINK}{number})\\]\n<[GitHub]({CODE})>\n"
        about = "\\- A general framework that adaptively transfers rest from teachers to students in a town.\n"
        return f"{name}. *ICCV 2023*\n{links}{about}\n- {title}\n- {NAMES.replace(',', ' and')} and Di Fourth\n\n"

    names = "Ada Example and Bo Sample and Cy Third and Di Fourth"
    assert [(TITLE, "ICCV", 2023, names), (OTHER, "ICCV", 2023, names)] == [
        (entry.title, entry.venue, entry.year, entry.authors)
        for entry in read(f"# Papers\n\n{work('RestNet', TITLE, 1)}{work('WardNet', OTHER, 2)}")
    ]


def test_a_column_of_remarks_in_chinese_holds_no_authors() -> None:
    header = "| 会议 | 标题 | 链接 | 备注 |\n|---|---|---|---|\n"

    assert (TITLE, "RA-L", 2023, None) == read_paper(
        f"# 论文\n{header}| RA-L 2023 | {TITLE} | [论文]({LINK}1) | 林业 |\n"
    )


def test_a_volume_is_no_year() -> None:
    row = f"- Example, E.; Sample, R. (2022): *{TITLE}*. In: IJDAR 25(3). [[DOI]({LINK}1)]\n"

    assert (TITLE, "IJDAR", 2022, "Example, E.; Sample, R") == read_paper(f"# Lesen\n{row}")


def test_labels_of_links_in_other_languages_stand_below_a_title() -> None:
    works = "".join(f"{title}\n\n- [doi]({LINK}1)\n- [vídeo](https://example.org/v)\n\n" for title in (TITLE, OTHER))

    assert [("paper", TITLE), ("paper", OTHER)] == [
        (entry.kind, entry.title) for entry in read(f"# 2022\n\n## FSE\n\n{works}")
    ]


def test_a_year_and_a_journal_are_no_label_of_a_link() -> None:
    row = f"- [[2025-MedIA]]({LINK}1) **{TITLE}** [:octocat:]({CODE})\n"

    assert (TITLE, "MedIA", 2025, None) == read_paper(f"# Papers\n{row}")
