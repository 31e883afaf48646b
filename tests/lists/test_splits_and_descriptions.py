"""Where a title ends, what a description says by the way, and what stands below a work."""

from __future__ import annotations

import pytest

from flgraph.lists.evidence.hosts import url_kind
from tests.lists.rows import LINK, NAMES, OTHER, TITLE, read, read_paper

PROSE = "many people that sleep without awareness feel comfortable with relying upon techniques from hospitals."
KISS = "KISS-Rest: In Defense of Bed-to-Bed Rest – Simple, Accurate, and Robust Sleep If Done the Right Way"


# --- where a title ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "venue", "year"),
    [
        ("(ICML 2019 Workshop)", "ICML Workshop", 2019),
        ("- NIPS 2015", "NIPS", 2015),
        ("(Expert Systems with Applications 2026)", "Expert Systems with Applications", 2026),
    ],
)
def test_a_venue_and_its_year_end_a_title_in_bold(written: str, venue: str, year: int) -> None:
    row = f"- **{TITLE} {written}** [[Paper]({LINK}1)]\n"

    assert (TITLE, venue, year, None) == read_paper(f"# Papers\n{row}")


def test_a_venue_of_several_words_may_follow_a_surname_in_brackets() -> None:
    rows = f"- {OTHER} (Example et al., WSC 2009) [[Paper]({LINK}1)]\n"
    rows += f"- {TITLE} (Example, Manufacturing & Service Operations Management 2011) [[Paper]({LINK}2)]\n"

    assert TITLE == read(f"# Papers\n{rows}")[1].title


def test_a_dash_that_one_row_has_is_a_part_of_its_title() -> None:
    assert [OTHER, KISS] == [entry.title for entry in read(f"# Papers\n1. {OTHER}\n2. {KISS}\n")]


def test_brackets_behind_a_full_stop_are_no_part_of_a_title() -> None:
    title = "APPROX-Rest: A Data Approximation Framework for Beds"

    rows = "".join(f"- {OTHER} and Beyond, Part {part}\n" for part in range(1, 6))
    assert title in [entry.title for entry in read(f"# Papers\n## 2017 ISCA\n{rows}- {title}. (TAMU)\n")]


def test_in_and_a_conference_end_a_title() -> None:
    venue = "Joint european conference on machine learning and knowledge discovery in databases"
    row = f"* 2015 | Example, D. H., & Sample, B. (2015). Difference target propagation. In {venue} (pp. 4-15).\n"

    assert ("Difference target propagation", venue, 2015) == read_paper(f"# Papers\n{row}")[:3]


@pytest.mark.parametrize(
    ("before", "names"),
    [("Example, Sample 2002 : ", "Example, Sample"), ("Example and Sample (2002): ", "Example and Sample")],
)
def test_surnames_and_a_year_stand_before_a_title_in_its_link(before: str, names: str) -> None:
    row = f"- [{before}{TITLE}]({LINK}1)\n"

    assert (TITLE, None, 2002, names) == read_paper(f"# Papers\n{row}")


def test_quotes_show_the_title_in_a_link_however_short_it_is() -> None:
    link = f'[Example, Ada J., and Bo Sample. "Counterfactual rest." In Advances in Sleep, pp. 40-46. 2017.]({LINK}1)'

    assert ("Counterfactual rest", 2017, "Example, Ada J., and Bo Sample") == (
        lambda paper: (paper[0], paper[2], paper[3])
    )(read_paper(f"# Papers\n|Paper|Code|\n|---|---|\n|{link}|[Python](https://github.com/example/rest)|\n"))


def test_the_name_of_a_journal_is_no_title() -> None:
    lines = f"BedSAM\n:   {NAMES}\n:   *ISPRS Journal of Photogrammetry and Remote Sensing*, 2024\n:   <{LINK}1>\n"

    above = f"{TITLE}\n:   {NAMES}\n:   *CAA Proceedings*, 2019\n:   <{LINK}2>\n"
    assert [TITLE, OTHER, "BedSAM"] == [
        entry.title for entry in read(f"# Papers\n\n{above}\n{above.replace(TITLE, OTHER)}\n{lines}")
    ]


def test_a_year_and_emoji_stand_before_a_title() -> None:
    row = f"- 2025 🧱🧩 {TITLE}. [arXiv:2510.15244](https://arxiv.org/abs/2510.15244)\n"

    assert (TITLE, None, 2025, None) == read_paper(f"# Papers\n{row}")


def test_a_tag_holds_the_first_author_and_the_venue() -> None:
    row = f"- `[Example et al. CVPR23]` {TITLE}. CVPR, 2023. [[paper]]({LINK}1)\n"

    assert (TITLE, "CVPR", 2023, "Example et al") == read_paper(f"# Papers\n{row}")


def test_a_dated_venue_behind_names_is_no_title() -> None:
    rows = f"{TITLE} | A. Example, B. Sample | Computers and Electronics in Agriculture 2021 | [📄]({LINK}1)\n\n"
    rows += f"{OTHER} | C. Third | arXiv 2022 | [📄]({LINK}2)\n"

    assert [TITLE, OTHER] == [entry.title for entry in read(f"# Papers\n\n{rows}")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("影山凛: 「{title}」, 仮想触覚学会論文誌, 2019.", ("仮想触覚学会論文誌", 2019, "影山凛")),
        ('Ada Example: "{title}", CHI 2020.', ("CHI", 2020, "Ada Example")),
        ('Hanako K. et al.: "{title}", TEI 2018.', ("TEI", 2018, "Hanako K. et al")),
        ('SCOOP: "{title}", CHI 2020.', ("CHI", 2020, None)),
    ],
)
def test_names_and_a_colon_stand_before_a_title_in_quotes(row: str, expected: tuple[str, int, str | None]) -> None:
    assert (TITLE, *expected) == read_paper(f"# Papers\n1. {row.format(title=TITLE)} [[PDF]({LINK}1)]\n")


# --- columns ---------------------------------------------------------------------------------------------------


def test_words_before_a_comma_are_no_names_where_a_column_holds_the_authors() -> None:
    title = "Patching Days, Not Hours: Tokens for the Rested"
    row = f"| {title} | Xu Example et al. | ICLR | 2024 | [Link]({LINK}1) |\n"

    header = "| Title | Authors | Venue | Year | Paper |\n|---|---|---|---|---|\n"
    assert (title, "ICLR", 2024, "Xu Example et al") == read_paper(f"# Papers\n{header}{row}")


def test_columns_of_authors_venues_and_years_show_a_paper_and_a_cell_across_them_does_not() -> None:
    rows = f'<tr><td><a href="{LINK}1">{TITLE}</a></td><td>Ada Example</td><td>Rest and Sleep</td><td>2020</td></tr>\n'
    rows += "<tr><td>Deep Rest, Few Samples</td><td>Bo Sample</td><td>AAAI</td><td>2022</td></tr>\n"
    rows += (
        '<tr><td colspan="4"><a href="https://github.com/example/rest">rest</a>: a package that computes it</td></tr>'
    )
    head = "<tr><th>Title</th><th>Authors</th><th>Venue</th><th>Year</th></tr>"

    entries = read(f"# Evaluation\n\n<table>\n{head}\n{rows}\n</table>\n")
    assert ["paper", "paper", "code"] == [entry.kind for entry in entries]


def test_a_column_of_conferences_and_affiliations_holds_venues() -> None:
    header = "| Taxonomy | Papers | Conferences/Affiliations | Materials |\n|---|---|---|---|\n"
    rows = f"| Rest | [{TITLE}]({LINK}1) | European Signal Processing Conference | |\n"
    rows += f"| Sleep | [{OTHER}]({LINK}2) | NeurIPS 2021<br>(Synthetic University) | |\n"

    assert ["European Signal Processing Conference", "NeurIPS"] == [
        entry.venue for entry in read(f"# Papers\n{header}{rows}")
    ]


# --- references and descriptions ---------------------------------------------------------------------------


def test_the_seat_of_a_publisher_is_no_author() -> None:
    row = f"[1] Ada Example and Bo Sample. 2019. {TITLE}. In *Proceedings of the 2019 CHI Conference (CHI '19)*. "
    row += f"ACM, New York, NY, USA, 1–13. {LINK}1\n\n[2] Third. 2016. Bait. *interactions* 23, 4 (July 2016). {LINK}2"

    assert ["Ada Example and Bo Sample", "Third"] == [entry.authors for entry in read(f"# Papers\n\n{row}\n")]


def test_a_word_is_the_title_of_a_reference_that_leads_to_a_paper() -> None:
    row = f"4. Example-Sample L. AMR-Seq. Bioinformatics. 2023;39(2):btad901. doi:[10.99999/btad]({LINK}1)\n"

    assert ("AMR-Seq", "Bioinformatics", 2023, "Example-Sample L") == read_paper(f"# Lecturas\n{row}")


@pytest.mark.parametrize(
    "description",
    [
        "A scheme of rest, proposed in 1997 by Patarin, that is one of the oldest, " + PROSE,
        "Authors begin with the result of a previous study (Example et al. 2000), since " + PROSE,
    ],
)
def test_a_year_in_a_description_is_not_that_of_the_paper(description: str) -> None:
    assert 2006 == read_paper(f"# Papers\n## 2006\n- [{TITLE}]({LINK}1) - {description}\n")[2]


def test_the_day_of_a_visit_is_no_year() -> None:
    row = f"8. Example, L. (no date) '{TITLE}'. Available at: {LINK}1 (Accessed: 12 March 2024).\n"

    assert read_paper(f"# Papers\n{row}")[2] is None


@pytest.mark.parametrize(
    ("description", "names"),
    [
        ("Classic paper by Goldreich, Micali and Wigderson.", "Goldreich, Micali and Wigderson"),
        ("Broad explanation of a cipher by Daniel J. Example.", "Daniel J. Example"),
        ("By Example, Sample: this is where sleep starts.", "Example, Sample"),
        ("By A. Example,  B. Sample and C. Third.", "A. Example,  B. Sample and C. Third"),
    ],
)
def test_a_description_names_the_authors_of_a_work(description: str, names: str) -> None:
    assert names == read_paper(f"# Papers\n* [{TITLE}]({LINK}1) - {description}\n")[3]


def test_a_month_and_a_year_follow_the_first_author() -> None:
    row = f"[{TITLE}]({LINK}1) (Example et al., 06-2025)\n"

    assert (TITLE, None, 2025, "Example et al") == read_paper(f"# Minutes\n## 2026-02-03: arXiv\n\n{row}")


def test_a_thesis_has_a_year_of_two_digits() -> None:
    assert (TITLE, "PhD dissertation", 2019, None) == read_paper(f"# Papers\n* (PhD dissertation 19) {TITLE}\n")


def test_a_talk_by_somebody_else_names_no_authors() -> None:
    assert read_paper(f"# Papers\n* [{TITLE}]({LINK}1) - Explained in a video by Ada Example.\n")[3] is None


def test_keys_in_chinese_stand_below_a_title() -> None:
    row = f"**1. {TITLE}**\n- 作者：{NAMES}\n- 发表：CVPR 2022\n- 论文：<{LINK}1>\n- 代码：<https://github.com/example/rest>\n"
    other = f"**2. {OTHER}**\n- 作者：孟书遥，贺知行\n- 发表：计算机学报，2023\n- 论文：<{LINK}2>\n- 简介：研究表情。\n"

    assert [(TITLE, "CVPR", 2022, NAMES), (OTHER, "计算机学报，", 2023, "孟书遥，贺知行")] == [
        (entry.title, entry.venue, entry.year, entry.authors) for entry in read(f"# 论文\n\n{row}\n{other}")
    ]


# --- what stands below a work ----------------------------------------------------------------------------------


def test_sentences_below_a_title_in_bold_are_notes() -> None:
    notes = "- Rest ends when the household changes, hardly ever because of beds.\n- Compare with the post below.\n"
    works = "".join(f"**{title}**\n{NAMES}. CHI 2020. [[paper]({LINK}1)]\n\n{notes}\n" for title in (TITLE, OTHER))

    assert [TITLE, OTHER] == [entry.title for entry in read(f"# Notes\n## March 2024\n\n{works}")]


def test_a_sentence_at_the_end_of_a_paragraph_is_a_remark_on_its_work() -> None:
    lines = [f"**{TITLE}**", f"{NAMES}", "*Science Robotics*, 2023", f"[[paper]({LINK}1)]"]
    remark = "A long read, but the study of beds and wards is excellent."
    entries = read("# Papers\n\n" + "\\\n".join([*lines, remark]) + "\n")

    assert [(TITLE, "Science Robotics", NAMES)] == [(entry.title, entry.venue, entry.authors) for entry in entries]


def test_a_title_in_bold_above_notes_is_a_paper_without_a_link() -> None:
    rows = f"* **{TITLE} of a Town**\n  * The beds are found in a divergent way\n" + "* **How to sleep**\n  * In beds\n"

    kinds = {entry.title: entry.kind for entry in read(f"# Interesting Methods\n## Event-driven rest\n{rows}")}
    assert ("paper", "other") == (kinds[f"{TITLE} of a Town"], kinds["How to sleep"])


def test_a_venue_and_its_year_before_an_address_are_more_than_its_label() -> None:
    row = f"* **{TITLE}** | [Github](https://github.com/example/rest)\n  * {NAMES}\n  * Synthetic University\n"

    assert (TITLE, "CVPR", 2022, NAMES) == read_paper(f"# Papers\n{row}  * [CVPR2022] {LINK}1\n")


def test_a_topic_with_a_link_of_its_own_stays_an_entry() -> None:
    paper = f"  - {TITLE} [[Paper]]({LINK}1)\n"
    rows = f"- Tool one [[Github]](https://github.com/example/one)\n{paper}- Topic two\n{paper.replace(TITLE, OTHER)}"

    assert [("code", "Tool one"), ("paper", TITLE), ("paper", OTHER)] == [
        (entry.kind, entry.title) for entry in read(f"# Resources\n{rows}")
    ]


def test_a_month_in_bold_stands_before_a_title() -> None:
    assert (TITLE, None, 2021, None) == read_paper(f"# Papers\n- <b>2021/06</b> {TITLE} [[paper]]({LINK}1)\n")


def test_the_year_of_publication_is_a_key() -> None:
    rows = f"+ **{TITLE}**\n  + **Authors:** {NAMES}\n  + **Year of Publication:** 2018\n  + [PDF]({LINK}1)\n"

    assert (TITLE, None, 2018, NAMES) == read_paper(f"# Survey\n{rows}")


def test_the_last_word_of_a_title_is_no_label_of_the_address_behind_it() -> None:
    title = "Rest: A Flexible Pipeline for Sleep Data"
    row = f'- [rest](https://example.org/rest) - It rests.<br>Example. "{title}" https://doi.org/10.5555/rest 2018.\n'

    [entry] = read(f"# Papers\n{row}")
    assert (title, "https://doi.org/10.5555/rest") == (entry.title, entry.url)


def test_a_month_ends_a_title_in_its_link() -> None:
    assert (TITLE, None, 2020, None) == read_paper(f"# Papers\n- [{TITLE}. 2020-02]({LINK}1)\n")


def test_a_square_behind_a_title_is_no_part_of_it() -> None:
    assert TITLE == read_paper(f"# Papers\n- [[Link]({LINK}1)] {TITLE} ◼\n")[0]


def test_the_time_of_submission_is_a_key() -> None:
    lines = f"**Paper:** [{TITLE}]({LINK}1)  \n**Record:** arXiv  \n**Submission time:** 2023.07  \n"

    assert 2023 == read_paper(f"# Papers\n#### **Rest**\n{lines}")[2]


def test_a_year_below_a_year_is_its_sibling() -> None:
    rows = [f"## {year}\n### Conference\n- [{TITLE} {year}]({LINK}1)\n" for year in (2025, 2024, 2023)]
    entries = read("# Papers\n" + rows[0] + "".join(f"#{row}" for row in rows[1:]))

    assert [("Papers", str(year), "Conference") for year in (2025, 2024, 2023)] == [one.section for one in entries]
    assert [2025, 2024, 2023] == [entry.year for entry in entries]


def test_a_year_in_the_link_of_a_title_outweighs_a_heading() -> None:
    rows = "".join(f"- [2022 - {OTHER}, Part {part}]({LINK}{part})\n" for part in range(1, 16))
    rows += f"- [2022 - {TITLE}](https://journal.example.org/article/6491)\n"
    entries = read(f"# Note\n## Implementations\n{rows}")

    assert [("paper", 2022)] * 16 == [(entry.kind, entry.year) for entry in entries]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.nature.com/sdata/", "other"),
        ("https://www.ncbi.nlm.nih.gov/research/pubtator/", "other"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/", "paper"),
        ("https://pubmed.ncbi.nlm.nih.gov/12345678/", "paper"),
    ],
)
def test_the_page_of_a_journal_and_a_database_are_no_papers(url: str, kind: str) -> None:
    assert kind == url_kind(url)


def test_a_recommendation_is_no_venue() -> None:
    tags = ("ACM MM20", "Recommend", "ICML21")
    titles = (TITLE, OTHER, f"{OTHER} and Beyond")
    rows = "".join(f"* {title} [[Paper]]({LINK}1) [{tag}]\n" for title, tag in zip(titles, tags, strict=True))

    assert ["ACM MM", None, "ICML"] == [entry.venue for entry in read(f"# Papers\n{rows}")]
