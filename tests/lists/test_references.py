"""Reference strings and titles with names behind them, cut into their parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.lists.evidence.references import split_reference, split_tail


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (
            [("Example A, Sample B", "names"), ("Learning to forget", "body"), ("Journal of Nets, 2021", "venue")],
            "Example A, Sample B. Learning to forget. Journal of Nets, 2021.",
        ),
        (
            [("A. B. Example, C. Sample", "names"), ("Learning to forget in wards", "body"), ("Nature, 2021", "venue")],
            "A. B. Example, C. Sample. Learning to forget in wards. Nature, 2021",
        ),
        (
            [("Example, Ada, et al", "names"), ("Learning to forget", "body"), ("Proc. IEEE, 2021", "venue")],
            "Example, Ada, et al. Learning to forget. Proc. IEEE, 2021.",
        ),
        (
            [("Who forgets?", "body"), ("In Int. J. Nets", "venue")],
            "Who forgets? In Int. J. Nets",
        ),
        (
            [("Memory vs. forgetting of things", "body")],
            "Memory vs. forgetting of things",
        ),
        (
            [("Example, A", "body"), ("Learning to forget", "body")],
            "Example, A. Learning to forget",
        ),
        (
            [("Learning to forget (2021)", "body"), ("Phys. Rev. Lett. 99", "venue")],
            "Learning to forget (2021). Phys. Rev. Lett. 99",
        ),
        ([], ""),
        ([], " .,; "),
    ],
)
def test_a_reference_is_cut_into_sentences(expected: list[tuple[str, str]], text: str) -> None:
    assert expected == [(text[start:end], part) for start, end, part in split_reference(text)]


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("Ada Example, Bo Sample, ICML 2020", "Learning to forget in wards, Ada Example, Bo Sample, ICML 2020"),
        ("Ada Example and Bo Sample", "Learning to forget in wards, Ada Example and Bo Sample"),
        ("A. Example, B. de Sample", "Nets, pets and debts of the young, A. Example, B. de Sample"),
        ("et al. 2020", "Learning to forget in wards, et al. 2020"),
        (None, "Learning to forget in wards, Ada Example"),
        (None, "Learning to forget in wards, homes and schools"),
        (None, "Learning to forget in wards, Nature Medicine, Science Robotics"),
        (None, "Memory, Ada Example, Bo Sample"),
        (None, "Learning to forget"),
        (None, ""),
        (None, ","),
    ],
)
def test_names_behind_a_title_are_found(expected: str | None, text: str) -> None:
    place = split_tail(text)
    assert expected == (None if place is None else text[place:])


@given(text=st.text() | st.text("ABab .,?)1In al", max_size=60))
def test_parts_lie_in_order_within_the_text(text: str) -> None:
    places = [place for start, end, _ in split_reference(text) for place in (start, end)]
    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)
    assert all(text[start:end].strip() for start, end, _ in split_reference(text))
    place = split_tail(text)
    assert place is None or text[:place].rstrip().endswith(",")


@pytest.mark.parametrize("unit", ["A ", "a. ", "Aa. ", ", ", "Aa, ", "A. B, ", '"', "(", "? ", "al. ", "X. Aa-"])
def test_a_very_long_text_is_at_most_one_part(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert len(split_reference(text)) <= 1
    assert split_tail(text) is None


def test_a_reference_of_usual_length_is_cut() -> None:
    sentence = "Learning to forget. "
    assert 500 == len(split_reference(sentence * 500))
