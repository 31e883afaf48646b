"""Kinds of rows: by their links, their fields, their siblings and the headings above."""

from __future__ import annotations

import pytest

from flgraph.lists.reading import parse_list

ARXIV = "https://arxiv.org/abs/2199.0000"
TITLE = "Learning to forget in hospitals"
PAPERS = "".join(f"- [{title}]({ARXIV}{number}). A. Example, B. Sample. ICML 2021\n" for number, title in enumerate((
    "Rest in the wards of a town", "Sleep after many long nights", "Memory of what was never there",
    "Waking in the wards of another town", "A study of long and quiet nights",
)))  # fmt: skip
LONG_PROSE = (
    "The texts in this list are about machines that forget what they saw, and about why it is in most of the cases"
    " that we know hard to tell whether they did, as the authors of"
)


def list_kinds(text: str) -> list[str]:
    return [entry.kind for entry in parse_list(text.encode()).entries]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (f"- [{TITLE}]({ARXIV}1)", "paper"),
        (f"- {TITLE}. A. Example, B. Sample. ICML 2021", "paper"),
        (f"- {TITLE} [[paper]](https://example.org/1) [[code]](https://github.com/example/x)", "paper"),
        ("- [ForgetNet](https://github.com/example/forgetnet): forgets what it saw", "code"),
        ("- [Talk about forgetting](https://www.youtube.com/watch?v=x)", "video"),
        ("- [How we forgot](https://medium.com/@example/how-we-forgot)", "blog"),
        ("- [Ward Photos](https://www.kaggle.com/datasets/example/wards)", "data"),
        ("- [Sleep and rest](#sleep)", "contents"),
        ("- [The society of sleepers](https://example.org)", "other"),
        (f"- Lecture video: [{TITLE}]({ARXIV}1)", "other"),
        (f'- Talk: "{TITLE}"', "other"),
        (f"- Paper: [{TITLE}]({ARXIV}1)", "paper"),
        ("- no meeting (exam week)", "other"),
    ],
)
def test_a_row_by_itself(row: str, kind: str) -> None:
    assert [kind] == list_kinds(row)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("Datasets", "data"), ("Software", "code"), ("Talks", "video"), ("Blogs", "blog"), ("Events", "event"),
     ("数据集", "data"), ("More", "other")],
)  # fmt: skip
def test_a_heading_says_what_a_row_that_is_no_paper_is(heading: str, kind: str) -> None:
    assert [kind] == list_kinds(f"# {heading}\n- [Sleepers](https://example.org/x)")


def test_papers_below_a_heading_of_other_things_are_papers() -> None:
    assert ["paper"] * 5 == list_kinds(f"# Datasets\n{PAPERS}")


def test_siblings_make_a_paper_of_a_doubtful_row() -> None:
    row = "- [Why wards need quiet nights](https://example.org/quiet)\n"

    assert ["other"] == list_kinds(row)
    assert "paper" == list_kinds(PAPERS + row)[-1]


def test_siblings_do_not_outweigh_a_row_and_a_heading_that_say_otherwise() -> None:
    row = "- [Ward Photos](https://github.com/example/wards)\n"

    assert "data" == list_kinds(f"# Datasets\n{PAPERS}{row}")[-1]


@pytest.mark.parametrize(
    "row",
    [
        "- [Special Issue on Forgetting in Hospitals](https://example.org/issue), *Annals of Invention*, 2021",
        "- [Call for papers: forgetting in hospitals](https://example.org/call), 2021",
        "- Next week, a guest talk by [Ada Example](https://example.org/ada)",
    ],
)
def test_calls_and_sentences_among_papers_are_none(row: str) -> None:
    assert "paper" != list_kinds(PAPERS + row)[-1]


@pytest.mark.parametrize(
    "prose",
    [
        f"This list is kept by hand; see [our survey of forgetting]({ARXIV}9) and send a pull request.",
        "Papers of the conferences of the year, including [ICML](https://dblp.org/db/conf/icml) and more.",
        f"{LONG_PROSE} [{TITLE}]({ARXIV}9) say.",
    ],
)
def test_prose_that_names_a_work_is_no_paper(prose: str) -> None:
    kinds = list_kinds(f"{prose}\n\n# Papers\n\n{PAPERS}")

    assert 5 == kinds.count("paper")


def test_a_table_of_products_holds_no_papers() -> None:
    text = f"| Platform | Paper |\n|-|-|\n| [ForgetNet](https://github.com/example/f) | [paper]({ARXIV}1) |\n"

    assert "paper" not in list_kinds(text)
