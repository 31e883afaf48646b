from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.analysis.ranking import has_citations, rank_authors, rank_datasets, rank_papers, rank_venues
from flgraph.catalog.reader import read_catalog
from flgraph.errors import GraphError
from flgraph.export.formats import FORMATS, export_graph
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import check_graph
from flgraph.records import Paper, Snapshot
from tests.conftest import write_small_catalog

Document = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the file of a small synthetic graph with a snapshot holds."""
    catalog = read_catalog(write_small_catalog(tmp_path_factory.mktemp("small")))
    papers = {
        key: Paper(id=key[0] * 40, citation_count=3, publication_date=date(2021, 2, 3)) for key in ("alpha", "beta")
    }
    snapshot = Snapshot.model_validate(
        {
            "source": "semantic_scholar",
            "taken": "2026-01-02T03:04:05+00:00",
            "depth": 0,
            "catalog_digest": "synthetic",
            "papers": papers,
        }
    )
    path = write_graph(build_graph(catalog, snapshot), tmp_path_factory.mktemp("graph") / "graph.json")
    return path.read_text(encoding="utf-8")


@pytest.fixture
def document(written: str) -> Document:
    return dict(json.loads(written))


def node(document: Document, name: str) -> dict[str, Any]:
    return next(node for node in document["nodes"] if node["id"] == name)


def edge(document: Document, kind: str) -> dict[str, Any]:
    return next(edge for edge in document["edges"] if edge["key"] == kind)


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


BREACHES: list[tuple[Callable[[Document], object], str]] = [
    (lambda d: d["graph"].update(snapshot_taken="soon"), "graph: snapshot_taken is 'soon'; should be a datetime"),
    (lambda d: d["graph"].update(snapshot_depth="1"), "graph: snapshot_depth is '1'; should be int"),
    (lambda d: d["graph"].update(snapshot_depth=7), "graph: snapshot_depth is 7; should be between 0 and 1"),
    (lambda d: d["graph"].pop("snapshot_depth"), "graph: lacks snapshot_depth"),
    (lambda d: d.update(graph={}), "breaks the schema in 4 places, first: graph: lacks snapshot_depth"),
    (lambda d: d["graph"].update(colour="red"), "graph: colour is not in the schema"),
    (lambda d: node(d, "paper:alpha").update(year=0), "paper:alpha: year is 0; should be between 1800 and 2200"),
    (lambda d: node(d, "paper:alpha").update(year=2021.5), "year is 2021.5; should be int"),
    (lambda d: node(d, "paper:alpha").update(publication_date="2021-13-01"), "should be a date such as 2026-01-31"),
    (lambda d: node(d, "paper:alpha").update(publication_date="20210201"), "should be a date such as 2026-01-31"),
    (lambda d: node(d, "paper:alpha").update(citation_count=-1), "citation_count is -1; should be between 0 and"),
    (lambda d: node(d, "paper:alpha").update(citation_count=10**400), "citation_count is a number of 1329 bits"),
    (lambda d: node(d, "paper:alpha").update(title=" "), "paper:alpha: title is empty"),
    (lambda d: node(d, "paper:alpha").update(key="beta"), "paper:alpha: key is 'beta'; in the catalog it should be"),
    (lambda d: node(d, "paper:alpha").pop("key"), "paper:alpha: key is None; in the catalog it should be"),
    (lambda d: node(d, "paper:alpha").update(kind="book"), "paper:alpha: kind is 'book'; should be one of paper"),
    (lambda d: node(d, "paper:alpha").update(kind=3), "paper:alpha: kind is 3; should be one of"),
    (lambda d: node(d, "paper:alpha").pop("id"), "node None is no id; should be text"),
    (lambda d: node(d, "paper:alpha").update(id="paper:al\npha"), r"paper:al\\npha': the id of a paper should begin"),
    (lambda d: d["nodes"].append(node(d, "paper:alpha")), "node 'paper:alpha' is there twice"),
    (lambda d: d["nodes"].remove(node(d, "paper:alpha")), "paper:alpha: is the end of an edge, but no node"),
    (lambda d: d["edges"].append(edge(d, "cites")), "edge 'paper:alpha cites paper:beta' is there twice"),
    (lambda d: edge(d, "cites").update(key="likes"), "paper:alpha likes paper:beta: no such kind of edge"),
    (lambda d: edge(d, "cites").update(target="paper:alpha"), "a node must not point to itself"),
    (lambda d: edge(d, "cites")["attributes"].update(key="x"), "cites paper:beta: key is not in the schema"),
    (lambda d: edge(d, "cites")["attributes"].update(u_for_edge="x"), "u_for_edge is not in the schema"),
    (lambda d: edge(d, "about")["attributes"].update(facet="x"), "facet is 'x'; should be one of modality"),
    (lambda d: edge(d, "authored")["attributes"].update(position=0), "position is 0; should be between 1 and"),
    (lambda d: edge(d, "authored")["attributes"].pop("position"), "author:.* authored .*: lacks position"),
    (lambda d: d.pop("edges"), "edges: field required"),
    (lambda d: d.update({"a\nb": 1}), r"'a\\nb': extra inputs are not permitted"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), BREACHES)
def test_a_file_that_breaks_the_schema_is_refused_in_one_line(
    document: Document, tmp_path: Path, change: Callable[[Document], object], expected: str
) -> None:
    change(document)

    with pytest.raises(GraphError, match=expected) as caught:
        read_graph(write(tmp_path / "broken.json", document))
    assert 1 == len(str(caught.value).splitlines())
    assert str(caught.value).startswith(f"{tmp_path / 'broken.json'}: ")


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"schema_version": ' + b"1" * 5_000 + b"}", b"\xff\xfe{}"])
def test_a_file_that_no_reader_can_take_in_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "graph.json").write_bytes(content)

    with pytest.raises(GraphError, match="is not a whole graph file"):
        read_graph(tmp_path / "graph.json")


def test_a_compressed_file_that_was_cut_is_refused(document: Document, tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(document).encode())
    (tmp_path / "graph.json.gz").write_bytes(whole[:-20])

    with pytest.raises(GraphError, match="is not a whole graph file"):
        read_graph(tmp_path / "graph.json.gz")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"year": None}, "paper:alpha: year is None"),
        ({"corpus_id": 10**23}, r"breaks the schema: paper:alpha: corpus_id is 100000\d*; should be between 0 and"),
        ({"title": "Synthetic \ud800"}, r"title is 'Synthetic \\ud800'; should be text that UTF-8 can hold"),
        ({"year": 0, "title": ""}, "breaks the schema in 2 places, first: paper:alpha: "),
    ],
)
def test_nothing_is_written_that_could_not_be_read(
    folder: Path, tmp_path: Path, attributes: dict[str, Any], expected: str
) -> None:
    graph = build_graph(read_catalog(folder))
    graph.nodes["paper:alpha"].update(attributes)

    with pytest.raises(GraphError, match=expected):
        write_graph(graph, tmp_path / "graph.json")
    assert not (tmp_path / "graph.json").exists()


# --- mutations -------------------------------------------------------------------------------------------

WORDS = ("", " ", "x", "é\x00\n", "paper:alpha", "paper:beta", "venue:syn", "cites", "about", "2021-02-30", "key", "id")
NUMBERS = (None, True, False, 0, -1, 1, 3.5, float("nan"), 2**53, 2**63, 10**30)


def mutate(value: Any, random: Random) -> None:
    """Change one place of a JSON document, somewhere down from here."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        if not keys:
            return
        key = random.choice(keys)
        inner = value[key]
        if isinstance(inner, dict | list) and inner and random.random() < 0.85:
            value = inner
            continue
        change = random.choice(["replace", "drop", "double"])
        if change == "drop":
            del value[key]
        elif change == "replace" or isinstance(value, dict):
            value[key if change == "replace" else random.choice(WORDS)] = random.choice(
                (*WORDS, *NUMBERS, [], {}, inner)
            )
        else:
            value.append(inner)
        return


def read_or_refuse(path: Path) -> KnowledgeGraph | None:
    """Return a graph that keeps the schema, or None where the file was refused in one line."""
    refused = ""
    try:
        graph = read_graph(path)
    except GraphError as error:
        refused = str(error)
    assert len(refused.splitlines()) <= 1
    if refused:
        return None
    check_graph(graph)
    return graph


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32), times=st.integers(1, 3))
def test_a_changed_file_is_refused_or_a_graph_that_all_can_use(
    written: str, tmp_path_factory: pytest.TempPathFactory, seed: int, times: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    document = json.loads(written)
    random = Random(seed)
    for _ in range(times):
        mutate(document, random)
    graph = read_or_refuse(write(folder / "graph.json", document))
    if graph is None:
        return
    assert repr(graph)
    for form in FORMATS:
        export_graph(graph, folder / form, format=form)
    for rank in (rank_authors, rank_venues, rank_datasets):
        rank(graph)
    if has_citations(graph):
        rank_papers(graph)


@settings(max_examples=100)
@given(seed=st.integers(0, 2**32))
def test_a_file_with_changed_bytes_is_refused_or_a_graph(
    written: str, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    path = tmp_path_factory.mktemp("bytes") / "graph.json"
    random = Random(seed)
    content = bytearray(written.encode())
    for _ in range(random.randint(1, 4)):
        start = random.randrange(len(content))
        content[start : start + random.choice([0, 1, 5])] = random.choice([b"", b"0", b'"', b"}", b"\xff", b"9" * 30])
    path.write_bytes(content)

    read_or_refuse(path)
