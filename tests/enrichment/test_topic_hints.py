"""Abstracts suggest topics of the catalog, and no word of them is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.enrichment.topic_hints import make_lexicon
from flgraph.graph.assemble import build_graph
from flgraph.graph.schema import check_graph
from flgraph.records import Catalog, TopicEntry, TopicMention
from flgraph.snapshot.files import write_snapshot
from flgraph.snapshot.shipping import lint_snapshot
from tests.enrichment.one_world import CATALOG, Side, open_side
from tests.replica import StillClock
from tests.running import run

SENTENCE = "Zyzzyvas scan quokkas by synthetic ultrasound; no tomography was used"
TOPICS = (
    TopicEntry(key="ultrasound", name="Ultrasound", facet="modality", patterns=("ultrasound",)),
    TopicEntry(key="ct", name="CT", facet="modality", patterns=("tomography",), negative_patterns=("no tomography",)),
    TopicEntry(key="segmentation", name="Segmentation", facet="task", patterns=("segmentation",)),
)
WORDS = [word.encode() for word in ("Zyzzyvas", "quokkas", "tomography was")]


def invert(text: str) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(text.split()):
        places.setdefault(word, []).append(place)
    return places


@pytest.fixture
def side() -> Iterator[Side]:
    with open_side("openalex") as opened:
        for work in opened.replica.works:  # type: ignore[union-attr]
            work["abstract_inverted_index"] = invert(SENTENCE)
        opened.replica.works = [*opened.replica.works]  # type: ignore[union-attr]
        yield opened


@pytest.fixture
def catalog() -> Catalog:
    """The world's catalog with a vocabulary; beta has a curated topic."""
    entries = [
        entry.model_copy(update={"topics": (TopicMention(key="segmentation"),)}) if entry.key == "beta" else entry
        for entry in CATALOG.entries
    ]
    return CATALOG.model_copy(update={"topics": TOPICS, "entries": tuple(entries)})


def list_topics(catalog: Catalog, snapshot: Any, key: str) -> dict[str, tuple[str, str]]:
    graph = build_graph(catalog, snapshot)
    check_graph(graph)
    return {
        end: (data["sources"], data["evidence"])
        for start, end, kind, data in graph.edges(keys=True, data=True)
        if start == f"paper:{key}" and kind == "about"
    }


def test_an_abstract_suggests_topics_to_papers_that_have_none(side: Side, catalog: Catalog) -> None:
    taken = side.enrich(catalog)
    assert ("ultrasound",) == taken.papers["alpha"].suggested_topics
    suggested = ("openalex", "abstract")
    assert {"topic:ultrasound": suggested} == list_topics(catalog, taken, "gamma")
    assert {"topic:ultrasound": suggested, "topic:segmentation": ("lexicon", "title")} == list_topics(
        catalog, taken, "alpha"
    )
    assert {"topic:segmentation": ("catalog", "as listed")} == list_topics(catalog, taken, "beta")


def test_a_topic_that_has_left_the_vocabulary_is_not_suggested(side: Side, catalog: Catalog) -> None:
    taken = side.enrich(catalog)
    assert {} == list_topics(catalog.model_copy(update={"topics": TOPICS[1:]}), taken, "gamma")


def test_no_word_of_an_abstract_is_in_a_file_or_in_the_log(side: Side, catalog: Catalog, tmp_path: Path) -> None:
    entries = [
        entry.model_copy(update={"ids": {kind: value for kind, value in entry.ids.items() if kind == "doi"}})
        for entry in catalog.entries
    ]
    write_catalog(catalog.model_copy(update={"entries": tuple(entries)}), tmp_path / "catalog")
    cache = str(tmp_path / "cache.sqlite")
    done = run("build", "catalog", "--source", "openalex", "-o", "out", "-v", "--rate", "0", cwd=tmp_path,
               OPENALEX_API_URL=side.replica.url, FLGRAPH_CACHE=cache)  # fmt: skip
    assert 0 == done.returncode, done.stderr
    assert [one for one in side.list_requests() if "abstract_inverted_index" in one]

    found = run("find", "out", "--topic", "ultrasound", "--format", "json", cwd=tmp_path).stdout
    assert '"key": "gamma"' in found
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"cache.sqlite", "snapshot.jsonl", "graph.json", "map.html", "matches.yaml"} <= {path.name for path in files}
    for text in (*(path.read_bytes() for path in files), done.stdout.encode(), done.stderr.encode()):
        assert [] == [word for word in WORDS if word in text]
    assert [] == lint_snapshot(tmp_path / "out/snapshot.jsonl", read_catalog(tmp_path / "catalog"))


def test_what_was_found_is_cached_for_the_vocabulary(side: Side, catalog: Catalog, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    first = side.enrich(catalog, cache=cache)
    side.replica.requests.clear()
    assert first == side.enrich(catalog, cache=cache)
    assert [] == side.replica.requests
    plan = plan_enrichment(
        catalog, source="openalex", api_url=side.replica.url, cache=cache, clock=StillClock().as_clock()
    )
    assert 0 == plan.steps[0].requests

    more = TopicEntry(key="scan", name="Scans", facet="task", patterns=("scan",))
    again = side.enrich(catalog.model_copy(update={"topics": (*TOPICS, more)}), cache=cache)
    assert ("scan", "ultrasound") == again.papers["alpha"].suggested_topics


@pytest.mark.parametrize("topics", [(), TOPICS])
def test_no_abstract_is_requested_where_no_paper_needs_a_topic(topics: tuple[TopicEntry, ...], side: Side) -> None:
    curated = tuple(entry.model_copy(update={"topics": (TopicMention(key="ct"),)}) for entry in CATALOG.entries)
    catalog = CATALOG.model_copy(update={"topics": topics, "entries": curated if topics else CATALOG.entries})
    assert make_lexicon(catalog) is None
    taken = side.enrich(catalog)
    assert [] == [one for one in side.list_requests() if "abstract" in one]
    assert {()} == {paper.suggested_topics for paper in taken.papers.values()}


@pytest.mark.parametrize("wrong", ["Zyzzyvas", ["Zyzzyvas"], {"Zyzzyvas": "0"}, {"Zyzzyvas": [None]}, {}, None])
def test_an_abstract_of_another_form_is_ignored(wrong: Any, side: Side, catalog: Catalog) -> None:
    for work in side.replica.works:  # type: ignore[union-attr]
        work["abstract_inverted_index"] = wrong
    side.replica.works = [*side.replica.works]  # type: ignore[union-attr]
    taken = side.enrich(catalog)
    assert 5 == len(taken.papers)
    assert {()} == {paper.suggested_topics for paper in taken.papers.values()}


def test_a_pattern_that_takes_too_long_suggests_nothing_and_quotes_nothing(
    side: Side, catalog: Catalog, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    slow = TopicEntry(key="slow", name="Slow", facet="task", patterns=("(a|aa)+$",))
    lexicon = make_lexicon(catalog.model_copy(update={"topics": (slow, *TOPICS)}))
    assert lexicon is not None
    with caplog.at_level("INFO", logger="flgraph"):
        assert ["ultrasound"] == lexicon.find(f"{SENTENCE} {'a' * 60}!")
    assert "topics.yaml: slow: a pattern takes too long to search an abstract" in caplog.text
    assert "quokkas" not in caplog.text


def test_semantic_scholar_suggests_nothing(catalog: Catalog, tmp_path: Path) -> None:
    with open_side("semantic_scholar") as side:
        taken = side.enrich(catalog)
    assert {()} == {paper.suggested_topics for paper in taken.papers.values()}
    assert "suggested" not in write_snapshot(taken, tmp_path / "s.jsonl").read_text(encoding="utf-8")
