"""The fast parser of YAML: what it returns is what the slow one returns, and what it may misread it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flgraph.catalog.fast_yaml import parse_entries
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


@pytest.mark.parametrize("name", BUNDLED)
def test_files_of_the_bundled_catalog_read_the_same(name: str) -> None:
    assert check_text(BUNDLED[name]) == (name in ("datasets.yaml", "papers.yaml", "topics.yaml", "venues.yaml"))


def test_plain_entries_need_no_other_parser() -> None:
    def refuse(text: str) -> Any:
        raise AssertionError(text)

    text = f"# Above.\n\n{PLAIN}\n{PLAIN}"
    assert [(f"{PLAIN}\n", parse_slowly(PLAIN)[0]), (PLAIN, parse_slowly(PLAIN)[0])] == parse_entries(text, refuse)


def test_an_odd_entry_is_parsed_alone() -> None:
    seen: list[str] = []

    def parse_one(text: str) -> Any:
        seen.append(text)
        return parse_slowly(text)

    found = parse_entries(f"{PLAIN}- day: 2021-02-03\n{PLAIN}", parse_one)
    assert found is not None
    assert {"day": date(2021, 2, 3)} == found[1][1]
    assert ["- day: 2021-02-03\n"] == seen


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_are_read_the_same_or_left(odd: str) -> None:
    check_text(odd)
    check_text(f"{PLAIN}{odd}{PLAIN}{PLAIN}")
    check_text(PLAIN + PLAIN + odd.replace("- ", "- k: &x 1\n  v: ", 1))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))])
def test_changed_texts_are_read_the_same_or_left(seed: int) -> None:
    chance = Random(seed)
    entries = [entry for name in ("papers.yaml", "datasets.yaml") for entry in BUNDLED[name].split("\n- ")[1:]]
    read = 0
    for _ in range(60):
        text = "".join(f"- {entry.rstrip()}\n" for entry in chance.sample(entries, 2)) + PLAIN
        for _ in range(chance.choice((1, 1, 2, 4))):
            place, sign = chance.randrange(len(text)), "".join(chance.choices(SIGNS, k=chance.choice((0, 1, 1, 2))))
            text = text[:place] + sign + text[place + chance.choice((0, 1)) :]
        read += check_text(text)
    assert read > 10


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


def test_lists_in_lists_without_end_are_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f"{PLAIN}{'- ' * 50_000}x\n", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"papers\.yaml:\d+: error: nests deeper than 40 levels"):
        read_yaml(path, missing=[])


def test_an_entry_that_the_other_parser_refuses_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "papers.yaml"
    path.write_text(f'{PLAIN}{PLAIN}- {{key: a, ta"\ns: [b]}}\n', encoding="utf-8")
    document = read_yaml(path, missing=[])

    with pytest.raises(CatalogError, match=r"papers\.yaml:12: error: the file is not valid YAML"):
        find_lines(document, [(2, "key")])
