"""Tables whose rows are the fields of one work: keys and values, or lines beside a picture."""

from __future__ import annotations

from flgraph.lists.entries import ListEntry
from tests.lists.rows import LINK, NAMES, OTHER, TITLE, read

CARD = (
    "| **Title** | **{title}** |\n|---|---|\n| Authors | {names} |\n| Published | ICML, 2020 |\n| Paper | <{url}> |\n"
)
PICTURE = '<tr><td rowspan="3"><img src="a.png"></td><td><b>{title}</b></td></tr>\n'
LINES = "<tr><td>{names}</td></tr>\n<tr><td>ICML 2020 <a href='{url}'>paper</a></td></tr>\n"


def list_papers(text: str) -> list[tuple[str, str | None, str | None, int | None, str | None]]:
    papers = [entry for entry in read(text) if entry.kind == "paper"]
    return [(entry.title, entry.url, entry.venue, entry.year, entry.authors) for entry in papers]


def make_expected(*titles: str) -> list[tuple[str, str, str, int, str]]:
    return [(title, f"{LINK}{number}", "ICML", 2020, NAMES) for number, title in enumerate(titles)]


def test_each_table_of_keys_and_values_is_a_work_and_its_header_the_title() -> None:
    cards = [
        CARD.format(title=title, names=NAMES, url=f"{LINK}{number}") for number, title in enumerate((TITLE, OTHER))
    ]

    assert make_expected(TITLE, OTHER) == list_papers("# Cards\n\n## Forgetting\n\n" + "\n".join(cards))


def test_a_header_stays_one_above_rows_that_are_works() -> None:
    table = f"| Paper | Code |\n|---|---|\n| [{TITLE}]({LINK}0) | - |\n| [{OTHER}]({LINK}1) | - |\n"

    assert [TITLE, OTHER] == [paper[0] for paper in list_papers(f"# Papers\n{table}")]


def test_the_rows_beside_a_picture_are_one_work() -> None:
    rows = [
        PICTURE.format(title=title) + LINES.format(names=NAMES, url=f"{LINK}{number}")
        for number, title in enumerate((TITLE, OTHER))
    ]

    assert make_expected(TITLE, OTHER) == list_papers(f"# Papers\n<table>\n{''.join(rows)}</table>\n")


def test_the_rows_beside_a_picture_stay_apart_if_they_are_works() -> None:
    first = f'<tr><td rowspan="2"><img src="a.png"></td><td><a href="{LINK}0">{TITLE}</a></td></tr>\n'
    second = f'<tr><td><a href="{LINK}1">{OTHER}</a></td></tr>\n'

    assert [TITLE, OTHER] == [paper[0] for paper in list_papers(f"# Papers\n<table>\n{first}{second}</table>\n")]


def test_a_details_holds_one_paper_by_the_key_of_its_line() -> None:
    cards = "".join(
        f"<details>\n<summary><b>{title}</b> (Synthetic Letters, 2020)</summary>\n\nAuthors: {NAMES}\n\n"
        f"Paper: https://example.org/{number}\n\n</details>\n\n"
        for number, title in enumerate((TITLE, OTHER))
    )
    entries: list[ListEntry] = read(f"# Papers\n\n{cards}")

    assert [(TITLE, NAMES), (OTHER, NAMES)] == [(entry.title, entry.authors) for entry in entries]
    assert ["https://example.org/0", "https://example.org/1"] == [entry.url for entry in entries]
