"""The fast writer of YAML: every parser reads back what it wrote, and the style is that of ruamel.yaml."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
import yaml as pyyaml
import yaml12
from hypothesis import example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from flgraph.catalog.fast_dump import dump_block
from flgraph.catalog.yaml_files import dump_data, dump_tree

WIDTH = 110
ODD = [
    "",
    " ",
    " led",
    "trailed ",
    "a: b",
    "a:",
    "a:b",
    ":a",
    "a #b",
    "a#b",
    "#a",
    "- a",
    "-a",
    "--- a",
    "...",
    "? a",
    "?",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a",
    "|",
    ">",
    ">-",
    "[a]",
    "{a: b}",
    "a, b]",
    "'a'",
    '"a"',
    "it's",
    'it\'s: "both"',
    "back\\slash",
    "\\bMRI\\b",
    "(?:a|b)",
    "(a) b",
    "( a",
    "=",
    "<<",
    "~",
    "null",
    "Null",
    "true",
    "FALSE",
    "yes",
    "No",
    "on",
    "Off",
    "y",
    "N",
    "0",
    "-1",
    "+1",
    "1_000",
    "1,000",
    "1e3",
    "1E-3",
    ".5",
    "5.",
    "0x1F",
    "0o17",
    "017",
    "0b11",
    ".inf",
    "-.INF",
    ".nan",
    "12:30",
    "190:20:30",
    "2021-06-01",
    "2021-6-1",
    "2021-06-01 10:00:00",
    "2021-06-01T10:00:00Z",
    "2021-06",
    "2021survey",
    "10.5555/synthetic.1",
    "2101.00001",
    "1" * 40,
    "https://example.org/a?b=c#d",
    "https://example.org:",
    "two\nlines",
    "\ttab",
    "a\tb",
    "\x00",
    "\x85",
    "\xa0",
    "\u2028",
    "\ufeff",
    "\ufffe",
    "\U0001f600",
    "李 Li",
    "\u0663",
    "two  spaces " + "word " * 40 + "  end",
    "w" * 200,
    "it's " * 40 + "end",
    "it's: " * 40 + "end",
    "- a ? b & c " * 15,
    "a\\ b\\" * 30,
    '"quoted" ' * 20,
]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
SIGNS = st.text(st.sampled_from(list(" :#'\"-?,[]{}&*!|>%@`=~<_.0129+eExoTZ/\\()aby\u4e00\xa0\u3000")), max_size=30)
LONG = st.lists(st.sampled_from(["word", "it's", "a:", "b: c", "#", "  ", "- d", "https://example.org/a", '"', "1"]))
ANY_TEXT = st.one_of(st.sampled_from(ODD), TEXTS, SIGNS, st.builds(" ".join, LONG.map(lambda words: words * 6)))
SCALARS = st.one_of(
    ANY_TEXT,
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.dates(date(1000, 1, 1)),
)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3), max_leaves=8
)
PARSERS = {
    "ruamel.yaml": YAML(typ="safe", pure=True).load,
    "PyYAML": pyyaml.safe_load,
}


def check(data: Any) -> str | None:
    """Check that each parser reads back what is written, with its types; return it, None if it is left to ruamel."""
    text = dump_block(data, width=WIDTH)
    if text is not None:
        for parser in PARSERS.values():
            assert repr(data) == repr(parser(text))
    return text


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_come_back_as_values_keys_and_items(text: str) -> None:
    data = [{"key": text, "items": [text, {"a": text, "b": [text]}], "in": {"deep": {"deeper": text}}}, {text: text}]
    written = check(data)

    needs_escapes = any(sign < " " or sign in "\x85\u2028\ufeff\ufffe" for sign in text)
    assert (written is None) == (needs_escapes or len(text) > 100 or text == "")  # long keys are left
    if written is not None:
        assert data == yaml12.parse_yaml(written)


@settings(max_examples=150)
@given(st.lists(DATA, min_size=1, max_size=2) | st.dictionaries(ANY_TEXT, DATA, min_size=1, max_size=3))
def test_any_data_come_back(data: Any) -> None:
    check(data)


@example("one\x85two")
@example("\u2028")
@given(ANY_TEXT)
def test_what_is_left_is_written_all_the_same(text: str) -> None:
    data = [{"key": "a", "title": text}]
    assert data == YAML(typ="safe", pure=True).load(dump_data(data))


PIECES = ["word", "longer-word", "https://example.org/a/b", "(2021)", "a, b", "\u00e9t\u00e9", "w" * 70]
WORDS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=40)


@given(WORDS, st.sampled_from(["", "head: "]))
def test_the_style_is_that_of_ruamel(words: list[str], head: str) -> None:
    text = head + " ".join(words)
    data = [{"key": "a", "title": text, "items": [text, {"name": text, "of": {"it": text}}], "year": 2021}]

    assert dump_tree(data) == dump_block(data, width=WIDTH)


def test_texts_that_another_parser_would_misread_are_in_quotes() -> None:
    texts = ["yes", "1_000", "12:30", "2021-06-01", "a: b", "it's: b", "plain"]
    expected = "- 'yes'\n- '1_000'\n- '12:30'\n- '2021-06-01'\n- 'a: b'\n- \"it's: b\"\n- plain\n"

    assert expected == dump_block(texts, width=WIDTH)


def test_long_texts_fold_at_single_spaces() -> None:
    title = "Synthetic title of  many words, which goes on for longer than a line and is folded"

    assert (
        "- title: Synthetic title of  many words,\n    which goes on for longer than a line\n    and is folded\n"
        == (dump_block([{"title": title}], width=40))
    )
    assert (
        "- title: 'Synthetic title: of  many words,\n    which goes on for longer than a line and\n    is folded'\n"
    ) == dump_block([{"title": title.replace("title of", "title: of")}], width=40)


def test_empty_collections_and_unknown_values_stand_on_their_line() -> None:
    assert "a: []\nb: {}\nc:\nd:\n- []\n-\n" == dump_block({"a": [], "b": {}, "c": None, "d": ((), None)}, width=WIDTH)


@pytest.mark.parametrize(
    "value", ["two\nlines", float("inf"), 1e100, datetime(2021, 1, 1), b"bytes", {1: "a"}, {"k" * 101: "a"}]
)
def test_what_needs_escapes_or_is_no_plain_data_is_left(value: object) -> None:
    assert dump_block([value], width=WIDTH) is None
