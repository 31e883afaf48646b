"""What belongs to one work is told from what its neighbours write, in linear time."""

from __future__ import annotations

import pytest

from flgraph.lists.writing.row_text import clean_text, count_text, find_own
from tests.time_limit import within_seconds

COMMON = count_text([["- ", ", In ", " (oral) \U0001f4c4"], ["- ", ", In ", " (oral) \U0001f4c4"], ["- ", ", In ", ""]])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (", In ", ", In "),
        (", In Proceedings of Nothing 12", ", In Proceedings of Nothing"),
        (" (oral) \U0001f4c4", " (oral) \U0001f4c4"),
        (" (best of show) :star: \U0001f525", " "),
        (", 2019, 29(8): 1619-1638.", "."),
        ('<img src="https://example.org/a.svg"> x', "x"),
        ("a\n  Keywords: sketches\nb", "a\nb"),
    ],
)
def test_text_of_one_row_is_removed(text: str, left: str) -> None:
    assert left == clean_text(text, COMMON, cells=None)


def test_what_cannot_be_removed_is_told() -> None:
    assert ["Nothing"] == find_own("In Proceedings of Nothing", count_text([["Proceedings of"]] * 3))


def test_a_single_row_shows_no_pattern_but_plain_words() -> None:
    alone = count_text([[" [paper] by Zanzibar 7"]])

    assert ["Zanzibar", "7"] == find_own(" [paper] by Zanzibar 7", alone)


def test_a_status_is_no_pattern_unless_half_of_the_rows_have_it() -> None:
    some = count_text([["oral"], ["oral"], [], [], []])

    assert ["oral"] == find_own("oral", some)
    assert [] == find_own("oral", count_text([["oral"], ["oral"], []]))


@pytest.mark.parametrize(
    "sign", ["[", "](", "<", "![", "![](", "*", ", ", "(", ":", "1", "&", "\\", "a", " ", "\n", "|", "(1", ":a"]
)
def test_a_megabyte_of_one_sign_takes_linear_time(sign: str) -> None:
    text = sign * (1_000_000 // len(sign)) + "Zanzibar"

    with within_seconds(10):
        cleaned = clean_text(text, count_text([[text], ["x"], ["x"]]), cells=None)

    assert len(cleaned) <= len(text)
