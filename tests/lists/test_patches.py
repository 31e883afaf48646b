"""Patches change their span and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flgraph.errors import CatalogError
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.patches import Patch, apply_patches
from flgraph.lists.writing.row_patterns import find_block

_PARTS = st.sampled_from(
    ["# A\n", "- [A way to learn](https://arxiv.org/abs/2912.00001), ICML 2031\n", "| a | b |\n", "<table><tr><td>",
     "\r\n", "\ufeff", "\x00", "```\n", "\u202e", "1. ", "**", "\n\n", "</td>", "[[", "]("]
)  # fmt: skip


@given(st.binary(max_size=200))
def test_a_file_without_changes_keeps_its_bytes(data: bytes) -> None:
    assert data == apply_patches(data, [])


@given(st.lists(st.one_of(_PARTS.map(str.encode), st.binary(max_size=6)), max_size=30).map(b"".join))
def test_a_reading_keeps_the_bytes_of_any_file_and_its_spans_lie_inside(data: bytes) -> None:
    try:
        reading = parse_list(data)
    except CatalogError:  # UTF-16, which is refused
        assume(False)

    assert data == reading.data
    for entry in reading.entries:
        start, end = find_block(reading, entry)
        assert 0 <= start <= end <= len(data)
        same = [Patch(*span, data[slice(*span)]) for span in [(start, end)] if start < end]
        assert data == apply_patches(data, same)


@given(st.binary(max_size=60), st.binary(max_size=9), st.data())
def test_bytes_around_a_patch_stay(data: bytes, text: bytes, drawn: st.DataObject) -> None:
    start = drawn.draw(st.integers(0, len(data)))
    end = drawn.draw(st.integers(start, len(data)))

    assert data[:start] + text + data[end:] == apply_patches(data, [Patch(start, end, text)])


def test_the_order_of_patches_does_not_matter() -> None:
    patches = [Patch(0, 3, b"a"), Patch(4, 4, b"b"), Patch(5, 7, b"c")]

    assert b"a-b-c" == apply_patches(b"one--two", [Patch(0, 3, b"a"), Patch(4, 4, b"b"), Patch(5, 8, b"c")])
    assert apply_patches(b"one--two", patches) == apply_patches(b"one--two", patches[::-1])


@pytest.mark.parametrize(
    "patches",
    [
        [Patch(0, 3, b""), Patch(2, 4, b"")],
        [Patch(1, 1, b"a"), Patch(1, 1, b"b")],
        [Patch(1, 1, b""), Patch(1, 2, b"")],
    ],
)
def test_patches_that_overlap_are_refused(patches: list[Patch]) -> None:
    with pytest.raises(ValueError, match="two patches overlap at byte"):
        apply_patches(b"one two", patches)


def test_a_patch_outside_the_file_is_refused() -> None:
    with pytest.raises(ValueError, match="a patch from byte 2 to 9 lies outside the 3 bytes"):
        apply_patches(b"one", [Patch(2, 9, b"")])
