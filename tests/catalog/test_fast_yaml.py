"""The fast parser of YAML: what it returns is what the slow one returns, and what it may misread it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flgraph.catalog.fast_yaml import parse_entries, parse_pairs
from flgraph.catalog.reader import find_bundled_catalog
from flgraph.catalog.yaml_files import Document, find_lines, read_yaml
from flgraph.errors import CatalogError

BUNDLED = {path.name: path.read_text("utf-8") for path in sorted(find_bundled_catalog().glob("*.yaml"))}
PLAIN = "- key: one\n  title: 'It''s one: two'\n  year: 2021\n  tags: [a, \"b\", c d]\n  open: true\n"
SIGNS = "\n\n  -:'\"[]{},#&*!|>%@`?<=~_.0123456789exobnul\t é\\"
ODD = [
    "- {key: a, key: b}\n",
    "- {a, b}\n",
    "- day: 2021-02-03\n",
    "- day: '2021-02-03'\n",
    "- days: [2021-02-03, '2021-02-04']\n",
    "- day: 2021-02-03\n  text: '2021-02-03'\n",
    "- day: 2021-02-03\n  text: of 2021-02-03\n",
    "- day: 2021-02-03\n  text: a\n    2021-02-03\n",
    "- day: 2021-02-03\n    more\n",
    "- day: 2021-02-31\n",
    "- {at: {day: 2021-02-03\n  }}\n",
    "- text: |-\n    2021-02-03\n  # day: 2021-02-03\n",
    "- 2021-02-03: 2021-02-03\n",
    "- day: 2021-2-3\n",
    "- at: 2021-02-03 10:00:00\n",
    "- n: 1_000\n",
    "- n: 47._\n",
    "- n: [++4, 0_1e6]\n",
    "- 1_0: a\n",
    "- n: +-48\n",
    "- n: 0x1F\n",
    "- n: 0o17\n",
    "- n: 0b11\n",
    "- n: 017\n",
    "- n: +.5e3\n",
    "- n: .inf\n",
    "- n: .NaN\n",
    "- n: 12345678901234567890\n",
    "- n: ~\n",
    "- n: yes\n",
    "- n: TRUE\n",
    '- t: "a\\u00e9\\n"\n',
    "- t: |\n    two\n    lines\n",
    "- t: >-\n    folded\n    lines\n",
    "- &a {x: 1}\n- *a\n",
    "- {<<: {x: 1}, y: 2}\n",
    "- !!str 1\n",
    "- ? a\n  : b\n",
    "- a: b: c\n",
    "- a: [b, c\n",
    "- t: two\n    lines\n",
    "- t: 'two\n\n    lines'\n",
    "- a:b\n",
    "- a: http://x.org/#y  # z\n",
    "- '{a: b}'\n",
    '- {"a":1}\n',
    "- -\n",
    "- \n",
    "- []\n",
    "-  - a\n   - b\n",
    "- a: 1\n---\n- b: 2\n",
    "# only a comment\n",
    "",
    "key: {a: 1}\n- x\n",
    "- a: \t1\n",
    "- =\n",
    "- {a: =}\n",
]


def parse_slowly(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def parse_entry(text: str) -> Any:
    try:
        return parse_slowly(text)
    except (YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error


def show(value: Any) -> str:
    """Show a value with the types of its parts: 1, 1.0 and True differ, and so do mappings of another order."""
    return repr(value)


def check_text(text: str) -> bool:
    """Check that both parsers agree on a text; return whether both read it.

    The fast parser reads some valid texts that the slow one refuses, such as a key on two lines in braces.
    """
    found = parse_entries(text, parse_entry)
    if found is None:
        return False
    try:
        expected = parse_slowly(text)
    except YAMLError:
        return False
    assert show(expected) == show([value for _, value in found]), text
    assert text.endswith("".join(entry for entry, _ in found))
    return True


def check_mapping(text: str) -> bool:
    """Check that both parsers agree on a mapping; return whether both read it."""
    found = parse_pairs(text, parse_entry)
    if found is None:
        return False
    try:
        expected = parse_slowly(text)
    except YAMLError:
        return False
    assert show(expected) == show({key: value for _, key, value in found}), text
    assert text.endswith("".join(pair for pair, _, _ in found))
    return True


@pytest.mark.parametrize("name", BUNDLED)
def test_files_of_the_bundled_catalog_read_the_same(name: str) -> None:
    are_pairs = name in ("catalog.yaml", "matches.yaml")
    assert check_text(BUNDLED[name]) == (not are_pairs)
    assert check_mapping(BUNDLED[name]) == (name == "catalog.yaml")  # matches.yaml has no match


def refuse(text: str) -> Any:
    raise AssertionError(text)


def test_plain_entries_need_no_other_parser() -> None:
    text = f"# Above.\n\n{PLAIN}\n{PLAIN}"
    assert [(f"{PLAIN}\n", parse_slowly(PLAIN)[0]), (PLAIN, parse_slowly(PLAIN)[0])] == parse_entries(text, refuse)


def test_an_odd_entry_is_parsed_alone() -> None:
    seen: list[str] = []

    def parse_one(text: str) -> Any:
        seen.append(text)
        return parse_slowly(text)

    found = parse_entries(f"{PLAIN}- days: [2021-02-03]\n{PLAIN}", parse_one)
    assert found is not None
    assert {"days": [date(2021, 2, 3)]} == found[1][1]
    assert ["- days: [2021-02-03]\n"] == seen


def test_a_date_of_its_own_needs_no_other_parser() -> None:
    text = "- day: 2021-02-03\n  since:\n    day: 2021-02-03\n  text: of 2021\n"
    found = parse_entries(text, refuse)

    assert found is not None
    assert {"day": date(2021, 2, 3), "since": {"day": date(2021, 2, 3)}, "text": "of 2021"} == found[0][1]


MATCHES = """\
# The record of each paper.

one:
  status: accepted
  decided: 2021-02-03
  score: 97.5
# By hand.
two:
  semantic_scholar: {status: missing, method: title}
"""


def test_a_mapping_is_read_pair_by_pair() -> None:
    found = parse_pairs(MATCHES, refuse)

    assert found is not None
    assert ["one", "two"] == [key for _, key, _ in found]
    assert parse_slowly(MATCHES) == {key: value for _, key, value in found}
    assert MATCHES.endswith(found[0][0] + found[1][0])
    assert found[1][0].startswith("two:\n")


@pytest.mark.parametrize(
    "odd",
    [
        "one: {x: 1}\n",  # a key that stands twice
        "2021: {x: 1}\n",
        "1_0: {x: 1}\n",
        "yes: {x: 1}\n",
        "null: {x: 1}\n",
        "2021-02-03: {x: 1}\n",
        "'three': {x: 1}\n",
        "three: &a {x: 1}\nfour: *a\n",
        "? three\n: {x: 1}\n",
        "three: 'a\nfour: b'\n",
        "three: {x: 1,\nfour: 2}\n",
        "three:\n- a\n- b\n",
        "three:\n",
        "three: a: b\n",
        "three four: {x: 1}\n",
        "- three\n",
        "---\nthree: 1\n",
    ],
)
def test_odd_pairs_are_read_the_same_or_left(odd: str) -> None:
    for text in (odd, MATCHES + odd, f"{odd}{MATCHES}", MATCHES + odd + "last: {x: 'y: z'}\n"):
        check_mapping(text)
        check_text(text)


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_are_read_the_same_or_left(odd: str) -> None:
    check_text(odd)
    check_text(f"{PLAIN}{odd}{PLAIN}{PLAIN}")
    check_text(PLAIN + PLAIN + odd.replace("- ", "- k: &x 1\n  v: ", 1))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_changed_texts_are_read_the_same_or_left(seed: int) -> None:
    chance = Random(seed)
    names = ("papers.yaml", "datasets.yaml", "codebases.yaml")
    entries = [entry for name in names for entry in BUNDLED[name].split("\n- ")[1:]]
    read = 0
    for _ in range(60):
        text = "".join(f"- {entry.rstrip()}\n" for entry in chance.sample(entries, 2)) + PLAIN
        read += check_text(mutate(text, chance))
    assert read > 10


def mutate(text: str, chance: Random) -> str:
    """Return a text with a few signs put in, put in the place of others, or left out."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        place, sign = chance.randrange(len(text)), "".join(chance.choices(SIGNS, k=chance.choice((0, 1, 1, 2))))
        text = text[:place] + sign + text[place + chance.choice((0, 1)) :]
    return text


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 3))])
def test_changed_mappings_are_read_the_same_or_left(seed: int) -> None:
    chance = Random(seed)
    assert sum(check_mapping(mutate(MATCHES, chance)) for _ in range(300)) > 50


@pytest.mark.parametrize(
    "fault", ["- n: .inf\n", f"- n: {'[' * 45}{']' * 45}\n", "- day: 2021-02-31\n", "- n: 0x1" + "0" * 300]
)
def test_what_no_catalog_can_contain_is_found_among_plain_entries(fault: str, tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f"{PLAIN}{PLAIN}{fault}\n{PLAIN}", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"papers\.yaml:11: error: "):
        read_yaml(path, missing=[])


def test_lines_are_found_in_the_entry_alone(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f"# Above.\n\n{PLAIN}\n# About two.\n{PLAIN}- day: 2021-02-03\n  x: [a,\n   b]", encoding="utf-8")
    locations: list[tuple[str | int, ...]] = [(), (0,), (0, "year"), (1,), (1, "tags", 2), (1, "none"), (2, "x", 1)]
    document = read_yaml(path, missing=[])

    assert [3, 3, 5, 10, 13, 10, 17] == find_lines(document, locations)
    assert "root" not in vars(document)
    assert [3, 3, 5, 10, 13, 10, 17] == find_lines(Document(path, document.text, document.data), locations)


def test_lines_of_a_mapping_are_found_by_key(tmp_path: Path) -> None:
    path = tmp_path / "matches.yaml"
    path.write_text(MATCHES, encoding="utf-8")
    locations: list[tuple[str | int, ...]] = [(), ("one",), ("one", "score"), ("two", "semantic_scholar"), ("three",)]
    document = read_yaml(path, missing={})

    assert ["one", "two"] == document.keys
    assert [3, 3, 6, 9, 3] == find_lines(document, locations)
    assert [3, 3, 6, 9, 3] == find_lines(Document(path, document.text, document.data), locations)


@pytest.mark.parametrize("deep", ["- " * 50_000, f"- a: b\n  {': ' * 50_000}", f"- {': ' * 50_000}"])
def test_parts_in_parts_without_end_are_a_finding(deep: str, tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f"{PLAIN}{deep}x\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"papers\.yaml:\d+: error: nests deeper than 40 levels"):
        read_yaml(path, missing=[])


def test_an_entry_that_the_other_parser_refuses_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f'{PLAIN}{PLAIN}- {{key: a, ta"\ns: [b]}}\n', encoding="utf-8")
    document = read_yaml(path, missing=[])

    with pytest.raises(CatalogError, match=r"papers\.yaml:12: error: the file is not valid YAML"):
        find_lines(document, [(2, "key")])
