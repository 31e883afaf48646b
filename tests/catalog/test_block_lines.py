"""Lines of the parts of an entry: where the text is searched, its lines are those that a parser finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from benchmarks.synthetic_catalog import make_catalog
from flgraph.catalog.block_lines import find_block_line
from flgraph.catalog.reader import find_bundled_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.catalog.yaml_files import Document, find_lines, read_yaml
from flgraph.errors import CatalogError
from tests.catalog.test_fast_yaml import mutate

ENTRY = """\
- key: alpha  # the first
  # About its title.
  title: 'Synthetic alpha:
    two lines'
  authors:
  - Ada Example
  - name: Bo Sample

    dblp: Bo Sample 0002
  # her link
  - {name: Cy Model}
  tags: [one,
    two]
  ids: {doi: 10.5555/synthetic}  # one line
  sources:
      year:
      - a
      ids:
        - b
        - c
"""


def list_locations(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the location of each part of a value, and of one that it does not have."""
    yield above
    yield (*above, "none")
    if isinstance(value, dict):
        for key, part in value.items():
            yield from list_locations(part, (*above, key))
    elif isinstance(value, list):
        yield (*above, len(value))
        for place, part in enumerate(value):
            yield from list_locations(part, (*above, place))


@pytest.mark.parametrize(
    ("location", "line"),
    [
        ((), 0),
        ((0,), 0),
        ((0, "none"), 0),
        ((0, "key"), 0),
        ((0, "title"), 2),
        ((0, "title", 5), 2),
        ((0, "authors"), 4),
        ((0, "authors", 0), 5),
        ((0, "authors", 1, "name"), 6),
        ((0, "authors", 1, "dblp"), 8),
        ((0, "authors", 2, "name"), 10),
        ((0, "authors", 3), 4),
        ((0, "tags"), 11),
        ((0, "tags", 1), None),
        ((0, "ids", "doi"), 13),
        ((0, "sources", "year", 0), 16),
        ((0, "sources", "ids"), 17),
        ((0, "sources", "ids", 1), 19),
    ],
)
def test_a_part_is_found_in_the_text(location: tuple[str | int, ...], line: int | None, tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text(ENTRY, encoding="utf-8")
    document = read_yaml(tmp_path / "papers.yaml", missing=[])

    assert line == find_block_line(ENTRY, document.data, location)


def test_text_that_shows_other_parts_than_the_data_is_left() -> None:
    shown = [{"a": "x\n  b: y", "c": 1}]

    assert find_block_line("- a: |-\n    x\n  b: y\n  c: 1\n", shown, (0, "c")) is None
    assert find_block_line("- {a: 1,\n  c: 2}\n", [{"a": 1, "c": 2}], (0, "c")) is None
    assert find_block_line("- 'a': 1\n  c: 2\n", [{"a": 1, "c": 2}], (0, "c")) is None


def check_lines(document: Document) -> None:
    """Compare the lines of all parts of a file with those that the parser finds in the whole of it."""
    locations = list(list_locations(document.data))
    expected = find_lines(Document(document.path, document.text, document.data), locations)
    for line, location in zip(expected, locations, strict=True):
        assert [line] == find_lines(document, [location]), location


@pytest.mark.parametrize("name", ["papers.yaml", "codebases.yaml", "topics.yaml"])
def test_lines_of_the_bundled_catalog_are_the_parser_s(name: str, tmp_path: Path) -> None:
    text = (find_bundled_catalog() / name).read_text("utf-8")
    head, *entries = text.split("\n- ")
    (tmp_path / name).write_text("\n- ".join([head, *entries[:3]]) + "\n", encoding="utf-8")

    check_lines(read_yaml(tmp_path / name, missing=[]))


def test_lines_of_a_written_catalog_are_the_parser_s(tmp_path: Path) -> None:
    write_catalog(make_catalog(4, "long"), tmp_path)

    check_lines(read_yaml(tmp_path / "papers.yaml", missing=[]))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_lines_of_changed_texts_are_the_parser_s(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    path = tmp_path / "papers.yaml"
    read = 0
    for _ in range(16):
        path.write_text("- key: first\n" * 3 + mutate(ENTRY, chance), encoding="utf-8")
        try:
            document = read_yaml(path, missing=[])
            is_valid = document.entries and Document(path, document.text, document.data).root is not None
        except CatalogError:  # the fast parser reads some texts that the other refuses
            continue
        if is_valid:
            check_lines(document)
            read += 1
    assert read > 0
