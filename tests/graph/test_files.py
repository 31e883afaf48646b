from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flgraph.analysis.ranking import has_citations, rank_authors, rank_datasets, rank_papers, rank_venues
from flgraph.catalog.reader import read_catalog
from flgraph.errors import GraphError
from flgraph.export.formats import FORMATS, PLACED, export_graph
from flgraph.export.layout import Layout
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import _dump, read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, catalog_papers
from flgraph.graph.schema import GRAPH_VERSION, check_graph
from flgraph.records import Paper, Snapshot
from tests.cli.test_golden import make_snapshot
from tests.conftest import write_small_catalog

Document = dict[str, Any]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the file of a small synthetic graph with a snapshot holds, without the digest that reveals any change."""
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
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(' "digest":'))


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
    (lambda d: d["graph"].update(snapshot_taken="soon"), "graph: snapshot_taken must be a datetime"),
    (lambda d: d["graph"].update(snapshot_depth="1"), "graph: snapshot_depth must be int"),
    (lambda d: d["graph"].update(snapshot_depth=7), "graph: snapshot_depth must be between 0 and 1, found 7"),
    (lambda d: d["graph"].pop("snapshot_depth"), "graph: snapshot_depth is missing"),
    (lambda d: d.update(graph={}), "violates the schema in 4 places, first: graph: snapshot_depth is missing"),
    (lambda d: d["graph"].update(colour="red"), "graph: colour is not in the schema"),
    (lambda d: node(d, "paper:alpha").update(year=0), "paper:alpha: year must be between 1800 and 2200, found 0"),
    (lambda d: node(d, "paper:alpha").update(year=2021.5), "year must be int, or absent if unknown, found 2021.5"),
    (lambda d: node(d, "paper:alpha").update(publication_date="2021-13-01"), "must be a date such as 2026-01-31"),
    (lambda d: node(d, "paper:alpha").update(publication_date="20210201"), "must be a date such as 2026-01-31"),
    (lambda d: node(d, "paper:alpha").update(citation_count=-1), "citation_count must be between 0 and"),
    (lambda d: node(d, "paper:alpha").update(citation_count=10**400), "found a number of 1329 bits"),
    (lambda d: node(d, "paper:alpha").update(title=" "), "paper:alpha: title is empty"),
    (lambda d: node(d, "paper:alpha").update(key="beta"), "paper:alpha: key must equal the end of the id"),
    (lambda d: node(d, "paper:alpha").pop("key"), "paper:alpha: key must equal the end of the id"),
    (lambda d: node(d, "paper:alpha").update(kind="book"), "paper:alpha: kind must be one of paper"),
    (lambda d: node(d, "paper:alpha").update(kind=3), "paper:alpha: kind must be one of"),
    (lambda d: node(d, "paper:alpha").pop("id"), "node None must have text as its id"),
    (lambda d: node(d, "paper:alpha").update(id="paper:al\npha"), r"paper:al\\npha': the id of a paper must begin"),
    (lambda d: d["nodes"].append(node(d, "paper:alpha")), "node 'paper:alpha' occurs twice"),
    (lambda d: d["nodes"].remove(node(d, "paper:alpha")), "is the end of an edge, but not among the nodes"),
    (lambda d: d["edges"].append(edge(d, "cites")), "edge 'paper:alpha cites paper:beta' occurs twice"),
    (lambda d: edge(d, "cites").update(key="likes"), "likes paper:beta: the kind of an edge must be one of"),
    (lambda d: edge(d, "cites").update(target="paper:alpha"), "must not join a node to itself"),
    (lambda d: edge(d, "cites").update(u_for_edge="x"), "cites paper:beta: u_for_edge is not in the schema"),
    (lambda d: edge(d, "cites").update(attributes="x"), "cites paper:beta: attributes is not in the schema"),
    (lambda d: edge(d, "cites").update(attributes={}), "edges.*.attributes.*: input should be a valid"),
    (lambda d: edge(d, "cites").update(key=None), "edges.*.key: input should be a valid string"),
    (lambda d: edge(d, "cites").pop("target"), "edges.*.target: field required"),
    (lambda d: edge(d, "cites").pop("sources"), "schema: paper:alpha cites paper:beta: sources is missing"),
    (lambda d: edge(d, "cites").update(sources="catalog, lexicon"), "sources must be from cat"),
    (lambda d: edge(d, "about").update(facet=" "), "facet is empty; leave it out if unknown"),
    (lambda d: edge(d, "authored").update(position=0), "position must be between 1 and"),
    (lambda d: edge(d, "authored").pop("position"), "author:.* authored .*: position is missing"),
    (lambda d: d.pop("edges"), "edges: field required"),
    (lambda d: d.pop("directed"), "directed: field required"),
    (lambda d: d.update(directed=False), "directed: input should be true"),
    (lambda d: d.update(multigraph=False), "multigraph: input should be true"),
    (lambda d: d.update(schema_version=3), "this flgraph reads versions up to 2; update flgraph, or"),
    (lambda d: d.update(schema_version=1), "edges.0.attributes: field required"),
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


# --- other readers of node-link JSON ---------------------------------------------------------------------

NAMES = st.text(
    st.one_of(st.sampled_from("; .:-"), st.characters(codec="utf-8", categories=["L", "N", "P"])), min_size=1
)
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.strip)
CITATIONS = st.fixed_dictionaries(
    {"sources": st.sampled_from(["catalog", "semantic_scholar", "catalog; semantic_scholar"]), "evidence": TEXTS},
    optional={"influential": st.booleans(), "intents": TEXTS, "self_citation": st.booleans()},
)


@st.composite
def make_graphs(draw: st.DrawFn) -> KnowledgeGraph:
    """Draw graphs of synthetic papers that cite each other and relate to each other."""
    graph = KnowledgeGraph(schema_version=GRAPH_VERSION, title=draw(TEXTS))
    papers = [f"paper:{name}" for name in draw(st.lists(NAMES, unique=True, min_size=1, max_size=6))]
    for paper in papers:
        facts = draw(st.fixed_dictionaries({}, optional={"year": st.integers(1800, 2200), "venue": TEXTS}))
        graph.add_node(paper, kind="paper", label=draw(TEXTS), title=draw(TEXTS), in_catalog=False, **facts)
    ends = st.tuples(st.sampled_from(papers), st.sampled_from(papers)).filter(lambda pair: pair[0] != pair[1])
    for start, end in draw(st.lists(ends, max_size=8)) if len(papers) > 1 else []:
        graph.add_edge(start, end, key="cites", **draw(CITATIONS))
        if draw(st.booleans()):
            graph.add_edge(start, end, key="relates_to", sources="catalog", evidence=draw(TEXTS), relation="baseline")
    return graph


@pytest.mark.slow
@settings(max_examples=100)
@given(graph=make_graphs(), name=st.sampled_from(["graph.json", "graph.json.gz"]))
def test_a_written_graph_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, graph: KnowledgeGraph, name: str
) -> None:
    folder = tmp_path_factory.mktemp("written")
    path = write_graph(graph, folder / name)
    again = read_graph(path)

    assert nx.utils.graphs_equal(graph, again)
    assert path.read_bytes() == write_graph(again, folder / f"again-{name}").read_bytes()


def read_plainly(path: Path, **options: str) -> nx.MultiDiGraph[str]:
    """Read a graph file with what networkx offers, as somebody without flgraph does."""
    return nx.node_link_graph(json.loads(path.read_bytes()), **options)


@pytest.mark.slow
@settings(max_examples=100)
@given(graph=make_graphs(), options=st.sampled_from([{}, {"edges": "edges"}]))
def test_networkx_reads_the_same_directed_multigraph(
    tmp_path_factory: pytest.TempPathFactory, graph: KnowledgeGraph, options: dict[str, str]
) -> None:
    plain = read_plainly(write_graph(graph, tmp_path_factory.mktemp("plain") / "graph.json"), **options)

    assert (True, True) == (plain.is_directed(), plain.is_multigraph())
    assert nx.utils.graphs_equal(nx.MultiDiGraph(graph), plain)


def test_networkx_reads_the_bundled_catalog(graph: KnowledgeGraph, tmp_path: Path) -> None:
    plain = read_plainly(export_graph(graph, tmp_path / "graph.json", format="node-link"))

    assert nx.utils.graphs_equal(nx.MultiDiGraph(graph), plain)
    assert graph.graph == plain.graph
    assert "catalog" == plain.edges["paper:fedbn", "venue:iclr", "published_in"]["sources"]


def test_equal_graphs_give_equal_bytes(graph: KnowledgeGraph, tmp_path: Path) -> None:
    turned = KnowledgeGraph(**dict(reversed(graph.graph.items())))
    turned.add_nodes_from((node, dict(reversed(data.items()))) for node, data in reversed(list(graph.nodes(data=True))))
    for start, end, key, data in reversed(list(graph.edges(keys=True, data=True))):
        turned.add_edge(start, end, key=key, **dict(reversed(data.items())))

    assert (
        write_graph(graph, tmp_path / "one.json").read_bytes()
        == write_graph(turned, tmp_path / "two.json").read_bytes()
    )


# --- files of earlier versions ---------------------------------------------------------------------------

EARLIER = Path(__file__).parents[1] / "data" / "graph-0.1.0-synthetic.json"


def test_a_graph_file_of_the_first_version_reads_as_the_graph_of_today(tmp_path: Path) -> None:
    """Version 1 named the last source of an edge alone, and had none of the attributes that are left out here."""
    catalog = read_catalog(write_small_catalog(tmp_path))
    earlier = read_graph(EARLIER)
    today = build_graph(catalog, make_snapshot(catalog))

    assert {"catalog", "synthetic"} == {data["sources"] for _, _, data in earlier.edges(data=True)}
    for start, end, kind, data in today.edges(keys=True, data=True):
        assert data["sources"].split("; ")[-1] == earlier.edges[start, end, kind]["sources"]
        data["sources"] = earlier.edges[start, end, kind]["sources"]
    for _, data in today.nodes(data=True):
        for name in ("sources", "datasets_known", "matched_by"):
            data.pop(name, None)
    assert nx.utils.graphs_equal(today, earlier)
    check_graph(earlier)
    assert nx.utils.graphs_equal(earlier, read_graph(write_graph(earlier, tmp_path / "graph.json")))


EARLIER_BREACHES: list[tuple[Callable[[Document], object], str]] = [
    (lambda d: edge(d, "cites")["attributes"].update(key="x"), "cites paper:.*: key is not in the schema"),
    (lambda d: edge(d, "cites")["attributes"].update(target="x"), "cites paper:.*: target is not in the schema"),
    (lambda d: edge(d, "cites")["attributes"].update(sources="catalog"), "cites paper:.*: source is not in the sch"),
    (lambda d: edge(d, "cites")["attributes"].update(source="me"), "cites paper:.*: sources must be from"),
    (lambda d: edge(d, "cites")["attributes"].pop("source"), "cites paper:.*: sources is missing"),
    (lambda d: edge(d, "cites").update(intents="x"), "edges.*.intents: extra inputs are not permitted"),
    (lambda d: d["graph"].update(schema_version=7), "graph: schema_version must be between 2 and 2, found 7"),
    (lambda d: d.update(directed=True), "directed: extra inputs are not permitted"),
    (lambda d: d.update(schema_version=2), "directed: field required"),
    (lambda d: d["edges"].append(edge(d, "cites")), "edge 'paper:alpha cites paper:.*' occurs twice"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), EARLIER_BREACHES)
def test_a_file_of_the_first_version_that_breaks_the_schema_is_refused(
    tmp_path: Path, change: Callable[[Document], object], expected: str
) -> None:
    document = json.loads(EARLIER.read_bytes())
    change(document)

    with pytest.raises(GraphError, match=expected):
        read_graph(write(tmp_path / "broken.json", document))


@pytest.mark.parametrize("content", [b"[" * 200_000, b'{"schema_version": ' + b"1" * 5_000 + b"}", b"\xff\xfe{}"])
def test_a_file_that_no_reader_can_take_in_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "graph.json").write_bytes(content)

    with pytest.raises(GraphError, match="is not a complete graph file"):
        read_graph(tmp_path / "graph.json")


def test_a_compressed_file_that_was_cut_is_refused(document: Document, tmp_path: Path) -> None:
    whole = gzip.compress(json.dumps(document).encode())
    (tmp_path / "graph.json.gz").write_bytes(whole[:-20])

    with pytest.raises(GraphError, match="is not a complete graph file"):
        read_graph(tmp_path / "graph.json.gz")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"year": None}, "paper:alpha: year must be int, or absent if unknown, found None"),
        ({"corpus_id": 10**23}, r"violates the schema: paper:alpha: corpus_id must be between 0 and"),
        ({"title": "Synthetic \ud800"}, r"title contains an unpaired surrogate: 'Synthetic \\ud800'"),
        ({"year": 0, "title": ""}, "violates the schema in 2 places, first: paper:alpha: "),
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
    layout = Layout(places={node: (0.0, 1.0) for node, _ in catalog_papers(graph)})
    for form in FORMATS:
        export_graph(graph, folder / form, format=form, layout=layout if form in PLACED else None)
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.lists(st.dictionaries(st.sampled_from(["id", "nodes", "a"]), JSON, max_size=3) | JSON, max_size=3)


@given(
    st.fixed_dictionaries(
        {"files": JSON, "title": JSON}, optional={"nodes": ITEMS | JSON, "edges": ITEMS, "graph": JSON}
    )
)
def test_a_document_is_indented_as_python_does_it(document: dict[str, Any]) -> None:
    expected = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)

    assert f"{expected}\n".encode() == _dump(document)
