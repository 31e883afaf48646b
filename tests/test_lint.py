"""What lint says of a catalog that is wrong: where, what, and what would be right; whatever is wrong with it."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flgraph.catalog import lint_catalog, read_catalog
from flgraph.errors import CatalogError
from flgraph.model import Catalog


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("papers.yaml", "to: beta", 'to: "arxiv:2101.00009v2"',
         "papers.yaml:13: error: the relation leads to 'arxiv:2101.00009v2'; write it as 'arxiv:2101.00009'"),
        ("papers.yaml", "to: beta", 'to: "doi:https://doi.org/10.5555/Beta"', "write it as 'doi:10.5555/beta'"),
        ("papers.yaml", "to: beta", 'to: "arxiv:"', "'arxiv:'; should be an arXiv id, like 2102.07623, after arxiv:"),
        ("papers.yaml", "to: beta", 'to: "arxiv:2101.00001"', "papers.yaml:13: error: 'alpha' stands in a relation to"),
        ("papers.yaml", "to: beta", "to: alpha", "papers.yaml:13: error: 'alpha' stands in a relation to itself"),
        ("papers.yaml", 'ids: {arxiv: "2101.00001"}', "ids: {arxvi: '2101.00001'}",
         "papers.yaml:8: error: unknown name 'arxvi' in ids; did you mean 'arxiv'?"),
        ("papers.yaml", "  topics:", "  sources: {yaer: [as printed]}\n  topics:",
         "papers.yaml:11: error: unknown name 'yaer' in sources; did you mean 'year'?"),
        ("papers.yaml", "year: 2021", 'year: "2021"', "'year' is '2021'; should be a whole number, without quotes"),
        ("papers.yaml", "year: 2021", "year: true", "'year' is True; should be a whole number, without quotes"),
        ("papers.yaml", "Ada Example,", '" ",', "papers.yaml:9: error: 'name' is blank"),
        ("papers.yaml", "Ada Example,", '"Ada\\ud800",', "papers.yaml:9: error: 'name' is"),
        ("papers.yaml", "[Ada Example, {", "[Bo Sample 0002, {",
         "papers.yaml:9: error: 'Bo Sample 0002' is an author twice; if they are two people"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: true,", "'samples' is True; should be a whole"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: 10000000000000000000,", "more than a computer"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, federated: 1,", "'federated' is 1; should be true or"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: {day: 2021-01-01},", "datasets.yaml:2: "),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: {a: !!binary aGk=},", "datasets.yaml:2: "),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, parent: syn-base,",
         "datasets.yaml:2: error: 'syn-base' is its own parent, at last"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, parent: syn-scans,", "is its own parent, at last"),
        ("codebases.yaml", "licence:", "builds_on: [github.com/example/alpha], licence:", "alpha' builds on itself"),
        ("codebases.yaml", "licence:", "first_commit: 2021-13-45, licence:", "codebases.yaml:1: error: is not YAML"),
        ("codebases.yaml", "licence:", "first_commit: 2021, licence:", "should be a date, like 2021-06-01"),
        ("venues.yaml", "type:", "type: nonsense, tags2:", "venues.yaml:1: error: "),
        ("topics.yaml", "'\\bsegment\\w*'", "'a{99999999999}'", "topics.yaml:1: error: 'a{99999999999}' is no regular"),
        ("topics.yaml", "'\\bsegment\\w*'", "'" + "(" * 5000 + ")" * 5000 + "'", "is no regular expression"),
    ],
)  # fmt: skip
def test_each_mistake_says_where_what_and_what_would_be_right(
    name: str, old: str, new: str, expected: str, folder: Path
) -> None:
    edit(folder, name, old, new)
    said = [str(finding) for finding in lint_catalog(folder) if finding.level == "error"]
    assert any(expected in line for line in said), said
    with pytest.raises(CatalogError):
        read_catalog(folder)


def test_an_impossible_date_is_said_at_its_line(folder: Path) -> None:
    edit(folder, "codebases.yaml", "licence:", "\n  last_commit: 2021-01-01, first_commit: 2021-02-30, licence:")
    assert [2] == [finding.line for finding in lint_catalog(folder) if finding.path.endswith("codebases.yaml")]


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        (
            "venues.yaml",
            "- {key: other, name: Other, tags: [syn]}\n",
            "venues.yaml:2: error: 'syn' means 'syn' already",
        ),
        ("venues.yaml", "- {key: other, name: synthetic conference}\n", "'synthetic conference' means 'syn' already"),
        ("topics.yaml", "- {key: other, name: segmentation, facet: task}\n", "means 'segmentation' already"),
    ],
)
def test_a_name_means_one_record_only(name: str, more: str, expected: str, folder: Path) -> None:
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(more)
    assert any(expected in str(finding) for finding in lint_catalog(folder))


def test_a_venue_that_cannot_be_read_is_not_called_unknown_as_well(folder: Path) -> None:
    edit(folder, "venues.yaml", "type: conference", "type: nonsense")
    said = [finding.message for finding in lint_catalog(folder) if finding.level == "error"]
    assert 1 == len(said)
    assert said[0].startswith("'type' is 'nonsense'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1: {status: missing, method: by hand}\n", "matches.yaml:1: error: the key 1 should be text"),
        ("- alpha\n", "matches.yaml:1: error: should be a mapping of keys"),
        ("alpha: [missing]\n", "matches.yaml:1: error: "),
        ("alpha: {status: mising, method: x}\n", "'status' is 'mising'"),
    ],
)
def test_mistakes_in_matches_are_findings(text: str, expected: str, folder: Path) -> None:
    (folder / "matches.yaml").write_text(text, encoding="utf-8")
    assert any(expected in str(finding) for finding in lint_catalog(folder))


def test_brackets_without_end_are_a_finding(folder: Path) -> None:
    (folder / "datasets.yaml").write_text("- {key: a, listed: " + "[" * 3000 + "]" * 3000 + "}\n", encoding="utf-8")
    assert any("datasets.yaml:1: error: is nested too deeply" in str(finding) for finding in lint_catalog(folder))


@pytest.mark.parametrize("path", ["papers.yaml/below", "n" * 300])
def test_a_path_that_leads_nowhere_is_one_line(path: str, folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"no such folder|cannot be read"):
        lint_catalog(folder / path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_one_line(folder: Path) -> None:
    folder.chmod(0)
    try:
        with pytest.raises(CatalogError, match=r"cannot be read \(Permission denied\)"):
            lint_catalog(folder)
    finally:
        folder.chmod(0o700)


# --- anything at all -------------------------------------------------------------------------------------

ODD: list[Any] = [None, True, 0, -1, 10**30, 1.5, "", " ", "x" * 3000, [], {}, [[[]]], {"a": {"b": None}}, "arxiv:",
                  "\\", "(", "2021-01-01", ["alpha", "alpha"], {"key": "alpha"}, "alpha", "doi:10.5555/x", "\x00",
                  float("nan"), {1: 2}]  # fmt: skip


def mutate(data: Any, chance: random.Random) -> Any:
    """Return data with one value somewhere replaced, or taken out, or doubled."""
    if isinstance(data, dict) and data and chance.random() < 0.85:
        key = chance.choice(list(data))
        if chance.random() < 0.1:
            return {name: value for name, value in data.items() if name != key}
        return {**data, key: mutate(data[key], chance)}
    if isinstance(data, list) and data and chance.random() < 0.85:
        place = chance.randrange(len(data))
        doubled = [data[place]] if chance.random() < 0.1 else []
        return [*data[:place], mutate(data[place], chance), *doubled, *data[place + 1 :]]
    return chance.choice(ODD)


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 6))])
def test_whatever_is_changed_is_a_catalog_or_a_finding(part: int, folder: Path) -> None:
    (folder / "matches.yaml").write_text("alpha: {status: accepted, method: id, id: 'f', score: 99.5}\n")
    yaml = YAML(typ="safe")
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    for seed in range(part * 60, part * 60 + 60):
        chance = random.Random(seed)
        path = chance.choice(list(texts))
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(mutate(yaml.load(texts[path]), chance), stream)
        try:
            assert isinstance(read_catalog(folder), Catalog), seed
        except CatalogError as error:
            assert error.findings, seed  # noqa: PT017 - either will do, and nothing else
        path.write_text(texts[path], encoding="utf-8")
