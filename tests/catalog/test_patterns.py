"""Patterns of topics: they mean what they mean to `re`, and each search ends."""

from __future__ import annotations

import re
from itertools import repeat
from pathlib import Path

import pytest

from flgraph.catalog.patterns import judge_pattern, search_pattern
from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.errors import CatalogError
from flgraph.graph.assemble import build_graph
from flgraph.graph.topics import find_topics
from flgraph.records import Catalog, TopicEntry
from tests.running import run
from tests.time_limit import within_seconds

LONG = "a" * 60
SLOW = [r"(a|aa)+$", r"(a|a)*b$", r"(ab|a|b)+$", r"(x|x)+y", r"(?:(?:federated|fed|erated)\s?)+b"]
ENDS_NOW = [r"(a+)+$", r"([a-z]+)*=", r"(x+x+)+y", r"(\w+\s?)+$", r"(\w|\d)+_$", r"(.*a){25}$"]


def set_pattern(folder: Path, pattern: str, field: str = "patterns") -> None:
    text = (folder / "topics.yaml").read_text("utf-8")
    new = (
        f"patterns: [segment], negative_patterns: ['{pattern}']" if "negative" in field else f"patterns: ['{pattern}']"
    )
    (folder / "topics.yaml").write_text(text.replace("patterns: ['\\bsegment\\w*']", new), encoding="utf-8")


def test_the_bundled_patterns_find_what_they_find_by_re(catalog: Catalog) -> None:
    for entry in catalog.entries:
        text = f"{entry.title}\n{entry.published.title or ''}"
        for topic in catalog.topics:
            for pattern in (*topic.patterns, *topic.negative_patterns):
                found = re.search(pattern, text, re.IGNORECASE)
                assert (found and found.group()) == search_pattern(pattern, text), (pattern, text)


@pytest.mark.parametrize(
    "pattern",
    [r"\bé\w+", r"(?<!non-)federated", r"federated(?=ly)", r"(?P<w>l)(?P=w)", r"f{e}", r"[{}]", r"\{x\}", r"x{,2}y",
     r"\\{e}", r"(?i:FED)(?:er)?+", r"联邦.习", "ß|\u017f", r"a{2}\b", r"(?s)d.y"],
)  # fmt: skip
def test_a_pattern_means_what_it_means_to_re(pattern: str) -> None:
    for text in ("été federatedly non-federated", "all f{e} {x} xxy a\\{e} aa", "联邦学习 STRASSE ß \u017f d\ny", ""):
        found = re.search(pattern, text, re.IGNORECASE)
        assert (found and found.group()) == search_pattern(pattern, text)


@pytest.mark.parametrize("pattern", ENDS_NOW)
def test_a_nested_repetition_on_sixty_letters_ends(pattern: str) -> None:
    topic = TopicEntry(key="slow", name="Slow", facet="task", patterns=(pattern,))
    with within_seconds(20):
        find_topics(f"{LONG}!", [topic])
    assert judge_pattern(pattern) is None


@pytest.mark.slow  # the limit of time, twice
@pytest.mark.parametrize(("pattern", "field"), [*zip(SLOW, repeat("patterns")), (SLOW[0], "negative_patterns")])
def test_a_slow_pattern_is_named_at_its_line_by_lint_and_build(
    pattern: str, field: str, folder: Path, tmp_path: Path
) -> None:
    set_pattern(folder, pattern, field)
    linted = run("lint", "catalog", cwd=tmp_path)
    built = run("build", "catalog", "--offline", cwd=tmp_path)

    expected = f"topics.yaml:1: error: {pattern!r} takes too long to search some titles; avoid a repetition inside"
    assert (1, 1) == (linted.returncode, built.returncode)
    assert expected in linted.stdout
    assert expected in built.stderr


def test_a_pattern_that_is_slow_on_a_title_only_is_found_by_that_title(folder: Path) -> None:
    pattern = r"(?<=QQ )(?:\w|[^\W])+=$"
    assert judge_pattern(pattern) is None
    set_pattern(folder, pattern)
    papers = (folder / "papers.yaml").read_text("utf-8")
    (folder / "papers.yaml").write_text(papers.replace("Synthetic paper beta", f"QQ {LONG}!="), encoding="utf-8")

    assert any("takes too long to search some titles" in finding.message for finding in lint_catalog(folder))


def test_a_build_from_records_stops_as_well(folder: Path) -> None:
    read = read_catalog(folder)
    topic = TopicEntry(key="slow", name="Slow", facet="task", patterns=(r"(a|aa)+$",))
    entry = read.entries[1].model_copy(update={"title": f"{LONG}!"})
    made = Catalog(title="Synthetic", entries=(entry,), topics=(topic,))

    with pytest.raises(CatalogError, match=r"topics.yaml: slow: the pattern '\(a\|aa\)\+\$' takes too long to search"):
        build_graph(made)


@pytest.mark.parametrize("pattern", ["(?:(?:a{1000}){1000}){1000}", "(?:a{1,2000}){1000}"])
def test_a_pattern_too_large_to_compile_is_refused(pattern: str) -> None:
    assert "; repeat them at most 100,000 times" in str(judge_pattern(pattern))


@pytest.mark.parametrize("pattern", [r"\d{4}-\d{2}-\d{2}", r"(?:[a-z]{2,10}-){1,3}", r"x{1000}"])
def test_common_counts_are_accepted(pattern: str) -> None:
    assert judge_pattern(pattern) is None
