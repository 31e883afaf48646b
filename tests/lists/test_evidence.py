"""What a text is by itself: each weight of the scores, and the thresholds on texts as lists write them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.lists.evidence.patterns import words_of
from flgraph.lists.evidence.scores import names_score, title_score, venue_score
from flgraph.lists.evidence.word_lists import (
    CAPITALS_AS_VENUES,
    VENUE_FIELDS,
    VENUES,
    VENUES_AS_WRITTEN,
    WORDS_AS_VENUES,
)

TITLES = [
    "Learning to forget in hospitals",
    "ForgetNet: a memory that fades",
    "On the half-life of invented memories: a randomised trial",
    "A Systematic Review of Sleep in Hospital Wards",
    "Data Science for Small Museums",
    "Hierarchical Scheduling Across Cellular Networks",
    "The price of bread and the fall of an invented empire",
    "Quantum corrections to the mass of imaginary particles",
    "Why judges disagree: evidence from appeals",
    "遗忘学习在医院中的应用研究综述",
    "Learning from Pressure Sensors Worn by Children",
]
NAMES = [
    "Ada Example, Bo Sample, Cy Third",
    "A. Example, B. Sample and C. Third",
    "Example A, Sample B, Third C, et al.",
    "Example, A.; Sample, B.; Third, C.",
    "Ada van der Example, Bo O'Sample & Cy Third",
    "Ada Example (1), Bo Sample (2), Cy Third (1 and 2)",
    "Ada Example et al.",
    "et al.",
    "Chi Example, Jian-Yu Sample, Søren Third",
]
VENUES_WRITTEN = [
    "ICML 2021",
    "NeurIPS'19 Workshop",
    "In Proceedings of the 12th Symposium on Invented Systems",
    "Phys. Rev. Lett. 99, 123456",
    "J. Mach. Learn. Res.",
    "Am. Econ. Rev. 2020",
    "The Lancet Digital Health",
    "Nature Communications, 2021",
    "Quarterly Journal of Invented Economics",
    "Yale Law Review 2019",
    "MNRAS 2020",
    "JAMA 2022",
    "arXiv preprint arXiv:2113.00001",
    "Acta Imaginaria, vol. 3, pp. 12-24, 2018",
    "PhD thesis, University of Nowhere",
    "Lecture Notes in Computer Science",
]


@pytest.mark.parametrize("text", TITLES)
def test_a_title_is_a_title_and_nothing_else(text: str) -> None:
    assert title_score(text) >= 1.5
    assert names_score(text) < 0.7
    assert venue_score(text) < 1.5


@pytest.mark.parametrize("text", NAMES)
def test_names_are_names_and_nothing_else(text: str) -> None:
    assert names_score(text) >= 0.75
    assert title_score(text) < 0
    assert venue_score(text) < 1.5


@pytest.mark.parametrize("text", VENUES_WRITTEN)
def test_a_venue_of_any_field_is_a_venue_and_no_title(text: str) -> None:
    assert venue_score(text) >= 1.5
    assert title_score(text) < 1.5


# --- weights of titles -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "count"),
    [(-3.0, 0), (-2.2, 1), (-1.2, 2), (0.2, 3), (1.5, 4), (1.5, 24), (0.6, 25), (0.6, 32), (-1.0, 33), (-1.0, 45),
     (-3.0, 46)],
)  # fmt: skip
def test_a_title_has_four_words_and_hardly_more_than_24(expected: float, count: int) -> None:
    assert expected == title_score(" ".join(["nets"] * count))


@pytest.mark.parametrize(
    ("expected", "text", "changed"),
    [
        (0.7, "nets near nets near", "nets of nets near"),
        (0.3, "nets near nets near", "networks near nets near"),
        (0.3, "nets near nets near", "nets: near nets near"),
        (-3.0, "nets near nets near", "Nets Near, Nets Near, Nets Near, Nets Near"),
        (-2.0, "nets near networks near", "nets near workshop near"),
        (-0.5, "nets near nets near", "nets near nets 1999"),
        (-4.0 + 0.3, "nets near nets near", "venue: near nets near"),
        (-4.0, "nets near nets near", "tags:near nets near"),
        (-2.0, "nets near nets near", "nets et al near"),
        (-2.0, "Nets grow. nets near. nets rest", "Nets grow. Nets near. Nets rest"),
        (-2.0, " ".join(["nets"] * 21), " ".join(["nets"] * 20 + ["we"])),
        (0.0, "nets near nets near", "  nets near nets near :rocket: "),
    ],
)
def test_each_sign_of_a_title_has_its_weight(expected: float, text: str, changed: str) -> None:
    extra = 0.7 if changed.endswith(" we") else 0.0  # "we" is a function word besides
    assert expected + extra == pytest.approx(title_score(changed) - title_score(text))


def test_numbers_and_very_long_texts_are_no_titles() -> None:
    assert -3.0 == title_score("2021 2022 2023 nets") == title_score("nets of nets " * 50)


def test_a_year_does_not_count_against_a_long_title() -> None:
    assert title_score("nets near nets near nets near nets 999") == title_score(
        "nets near nets near nets near nets 1999"
    )


def test_two_chinese_signs_count_as_a_word_and_a_few_do_not_count() -> None:
    assert title_score("遗忘学习在医院中") == title_score("networks near nets near")
    assert title_score("遗忘学习") == title_score("nets")


# --- weights of names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (0.35, "Ada Example"),
        (0.75, "Ada Example, Bo Sample"),
        (1.0, "Ada Example, Bo Sample, Cy Third"),
        (2 / 3, "Ada Example, Bo Sample, nets of nets"),
        (1.0, "A. Example"),
        (2 / 3 + 0.2, "A. Example, B. Sample, nets of nets"),
        (1 / 3, "A. Example, nets of nets, nets near nets"),
        (0.7, "Ada Example et al., nets of nets"),
        (2 / 3, "Ada Example, Bo Sample, Cy De Van Third El Fourth"),
        (0.0, "Ada Bo Cy Di Ed Fay Example"),
        (0.0, "Ada Example?"),
        (0.0, "Ada Example 2"),
        (0.0, "Learning With Nets"),
        (0.0, "J. Mach. Learn. Res."),
        (0.0, "Ann. Stat. Res."),
        (0.0, "In Int. J. Nets"),
        (0.0, "ICML, CVPR"),
        (1.0, "St. J. Example, Jr. A. Sample"),
        (0.35, "李明"),
        (0.0, ""),
        (0.0, "2021"),
        (0.0, " .,;"),
    ],
)
def test_names_are_a_share_of_the_parts(expected: float, text: str) -> None:
    assert expected == pytest.approx(names_score(text))


def test_a_long_list_of_names_is_judged_as_a_short_one() -> None:
    assert 1.0 == names_score("Ada Example, Bo Sample, Cy Third, " * 100)


# --- weights of venues -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (2.0, "Icml"),
        (2.0 + 0.6, "ICML"),
        (0.6, "XQZW"),
        (1.5, "Workshop"),
        (0.9, "Xqzw 2021"),
        (0.9, "xqzw'21"),
        (0.5, "2021"),
        (0.0, "21"),
        (-1.0, "Ada Example, Bo Sample, Cy Third"),
        (-1.5, "nets near nets near nets"),
        (0.0, "nets near nets near"),
        (2.0, "Icml nets near nets near nets near nets near"),
        (2.0 - 1.5, "Icml nets near nets near nets near nets near nets"),
        (2.0, "Icml" + " Of" * 21),
        (2.0 - 1.5, "Icml" + " Of" * 22),
        (2.0 + 1.5, "Workshop of Icml"),
        (0.0, ""),
        (0.0, "ICML " * 41),
    ],
)
def test_each_sign_of_a_venue_has_its_weight(expected: float, text: str) -> None:
    assert expected == pytest.approx(venue_score(text))


@pytest.mark.parametrize("word", sorted(WORDS_AS_VENUES))
def test_a_word_that_is_a_venue_by_chance_counts_in_few_words_as_venues_write_it(word: str) -> None:
    assert venue_score(f"{word} nets of some sort") < 2
    written = [name for name in VENUES_AS_WRITTEN if name.lower() == word]
    assert all(venue_score(f"{name} 2021") >= 2 for name in written)
    assert all(venue_score(f"{name} nets of some sort") < 2 for name in written)


@pytest.mark.parametrize("word", sorted(CAPITALS_AS_VENUES))
def test_a_venue_that_is_also_a_name_counts_in_capitals(word: str) -> None:
    assert venue_score(f"{word.capitalize()} Example") < 1.5
    assert venue_score(f"{word.upper()} 2021") >= 2


def test_venues_are_listed_once_in_order_and_in_lower_case() -> None:
    names = [name for field in VENUE_FIELDS.values() for name in field.split()]
    assert len(names) == len(set(names)) == len(VENUES)
    assert all(field.split() == sorted(field.split()) for field in VENUE_FIELDS.values())
    assert {name for name in names if name != name.lower()} == set()
    assert set() == (WORDS_AS_VENUES | CAPITALS_AS_VENUES) - VENUES
    assert set() == {name.lower() for name in VENUES_AS_WRITTEN} - WORDS_AS_VENUES


# --- any text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (["Non-IID", "data", "e.g", "C", "users"], "Non-IID data, e.g. C++ users'"),
        (["d'Example", "2.5D"], "«d'Example»: 2.5D"),
        (["遗忘学习"], "《遗忘学习》"),
        ([], "_ - +"),
    ],
)
def test_words_hold_single_signs_between_letters(expected: list[str], text: str) -> None:
    assert expected == words_of(text)


@given(text=st.text() | st.text("ABab .,;:()12'é&", max_size=80))
def test_every_text_has_scores_in_range(text: str) -> None:
    assert 0 <= names_score(text) <= 1
    assert -12 <= title_score(text) <= 3
    assert -3 <= venue_score(text) <= 5.1
    assert (names_score(text), title_score(text), venue_score(text)) == (
        names_score(text),
        title_score(text),
        venue_score(text),
    )


@pytest.mark.parametrize("unit", ["A ", "a. ", ", ", '"', "(", "(a", "et ", "Aa, ", "A. B, ", "arxiv ", "2000 ", ":a"])
@pytest.mark.parametrize("judge", [title_score, names_score, venue_score, words_of], ids=lambda judge: judge.__name__)
def test_a_very_long_text_is_judged(judge: Callable[[str], object], unit: str) -> None:
    assert judge(unit * (200_000 // len(unit))) is not None
