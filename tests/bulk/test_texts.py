"""Packed texts behave as a tuple of the same texts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.bulk.texts import PackedTexts, pack_texts

TEXTS = st.lists(st.text(max_size=5), max_size=12)


@given(texts=TEXTS, first=st.integers(-15, 15), last=st.integers(-15, 15), step=st.sampled_from([None, 1, 2, -1]))
def test_packed_texts_are_read_as_a_tuple_is(texts: list[str], first: int, last: int, step: int | None) -> None:
    packed = pack_texts(texts)

    assert tuple(texts) == tuple(packed)
    assert packed == tuple(texts) == packed[:]
    assert texts == packed
    assert texts[first:last:step] == list(packed[first:last:step])
    assert [*texts, "more"] != packed
    assert list(reversed(texts)) == list(reversed(packed))
    for number in range(-len(texts), len(texts)):
        assert texts[number] == packed[number]
    with pytest.raises(IndexError):
        packed[len(texts)]


def test_packed_texts_of_many_are_decoded_in_parts() -> None:
    texts = [f"ü{number}" for number in range(70_000)]
    packed = pack_texts(texts)

    assert texts[60_000:66_000] == list(packed)[60_000:66_000]
    assert texts[66_000:] == list(packed[66_000:])
    assert "('ü0', 'ü1', ..., 'ü69999'; 70,000 texts)" == repr(packed)
    assert "('a', 'b')" == repr(pack_texts("ab"))
    assert packed is pack_texts(packed)


def test_packed_texts_turn_into_arrays_and_equal_no_text() -> None:
    assert ["a", "bc"] == np.asarray(pack_texts(["a", "bc"])).tolist()
    assert pack_texts("ab") != "ab"
    assert not isinstance(pack_texts("ab"), str | tuple)
    with pytest.raises(TypeError, match="unhashable"):
        hash(pack_texts("ab"))
    assert isinstance(pack_texts("abc")[1:], PackedTexts)
