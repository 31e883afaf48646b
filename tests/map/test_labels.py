"""Labels stand where they cannot be misread, or not at all."""

from __future__ import annotations

import numpy as np
import pytest

from flgraph.map.atlas.labels import Box, Dots, place_labels
from flgraph.map.atlas.text_width import cut_text, measure_text, wrap_text

FRAME = Box(0, 0, 1000, 700)


def make_dots(count: int, *, radius: float = 6, seed: int = 0) -> Dots:
    return Dots(np.random.default_rng(seed).random((count, 2)) * (900, 600) + 50, np.full(count, radius))


@pytest.mark.parametrize("count", [1, 40, 120])
def test_labels_overlap_nothing_and_are_nearest_to_their_own_dot(count: int) -> None:
    dots = make_dots(count)
    labels = place_labels(dots, [(70.0, 14.0)] * count, range(count), taken=[Box(400, 300, 600, 400)], frame=FRAME)
    boxes = [label.box for label in labels] + [Box(400, 300, 600, 400)]

    assert len(labels) > 0.5 * count
    assert not [1 for place, box in enumerate(boxes) for other in boxes[:place] if box.meets(other)]
    assert all(label.box.is_inside(FRAME) for label in labels)
    for label in labels:
        gaps = dots.measure_gaps(label.box)
        assert np.delete(gaps, label.dot).min(initial=99) >= 2
        assert label.leader is not None or np.delete(gaps, label.dot).min(initial=99) >= gaps[label.dot] + 5


def test_leaders_cross_neither_dots_nor_labels_nor_each_other() -> None:
    dots = make_dots(150, radius=5)
    labels = place_labels(dots, [(60.0, 14.0)] * 150, range(150), taken=[], frame=FRAME)
    leaders = [(label, label.leader) for label in labels if label.leader is not None]
    steps = np.linspace(0, 1, 50)[:, None]

    assert leaders
    for label, (x1, y1, x2, y2) in leaders:
        points = np.array([x1, y1]) + steps * np.array([x2 - x1, y2 - y1])
        gaps = np.hypot(*(points[:, None] - dots.centers[None]).transpose(2, 0, 1)) - dots.radii
        assert np.delete(gaps, label.dot, axis=1).min() > 2
        for box in (other.box for other in labels if other is not label):
            inside = (points[:, 0] > box.left) & (points[:, 0] < box.right)
            inside &= (points[:, 1] > box.top) & (points[:, 1] < box.bottom)
            assert not inside[1:-1].any()


def test_the_most_important_labels_come_first() -> None:
    dots = Dots(np.array([[500.0, 350.0], [505.0, 350.0]]), np.full(2, 6.0))
    frame = Box(400, 340, 600, 360)
    first = [place_labels(dots, [(80.0, 14.0)] * 2, order, taken=[], frame=frame)[0].dot for order in ([0, 1], [1, 0])]

    assert [0, 1] == first


def test_labels_over_small_dots_are_a_last_resort_and_marked() -> None:
    small = make_dots(3000, radius=1.5)
    dots = Dots(np.vstack([[500.0, 350.0], small.centers]), np.append(9.0, small.radii))
    sizes = [(90.0, 14.0)] * 3001

    assert [] == place_labels(dots, sizes, [0], taken=[], frame=FRAME)
    assert [True] == [label.is_over for label in place_labels(dots, sizes, [0], taken=[], frame=FRAME, over_small=True)]


def test_widths_are_upper_estimates_and_east_asian_letters_are_wide() -> None:
    assert measure_text("abc", 10) < measure_text("abc", 10, bold=True) < measure_text("合成合", 10)
    assert measure_text("é", 10) == measure_text("e\u0301", 10)


def test_texts_are_cut_on_one_line_and_wrapped_whole() -> None:
    text = "Synthetic words " + "x" * 300 + " 合成" * 40

    assert "Synthetic…" == cut_text("Synthetic \n words", 11)
    lines = wrap_text(text, 10, 200)
    assert "".join(text.split()) == "".join("".join(lines).split())
    assert all(measure_text(line, 10) <= 200 for line in lines)
    assert [""] == wrap_text("", 10, 200)
