"""A graph file knows whether it was changed, and which files were written together with it."""

from __future__ import annotations

import gzip
import json
import logging
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner

from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.errors import GraphError
from flgraph.export.formats import export_graph
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import read_graph, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Snapshot
from flgraph.snapshot.files import write_snapshot
from tests.cli.test_golden import make_snapshot
from tests.conftest import write_small_catalog
from tests.mutations import count_refused

EARLIER = Path(__file__).parents[1] / "data" / "graph-0.1.0-synthetic.json"


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> tuple[KnowledgeGraph, Snapshot]:
    catalog = read_catalog(write_small_catalog(tmp_path_factory.mktemp("small")))
    snapshot = make_snapshot(catalog)
    return build_graph(catalog, snapshot), snapshot


@pytest.fixture(scope="module")
def small(parts: tuple[KnowledgeGraph, Snapshot]) -> KnowledgeGraph:
    return parts[0]


@pytest.mark.parametrize("name", ["graph.json", "graph.json.gz"])
def test_a_mutated_graph_is_refused_or_equal(name: str, small: KnowledgeGraph, tmp_path: Path) -> None:
    path = write_graph(small, tmp_path / name)

    def is_same(read: KnowledgeGraph) -> bool:
        return nx.utils.graphs_equal(small, read) and small.graph == read.graph

    assert 200 < count_refused(path, read_graph, GraphError, is_same)


def test_an_edited_year_is_refused_with_the_way_to_accept_it(small: KnowledgeGraph, tmp_path: Path) -> None:
    path = write_graph(small, tmp_path / "graph.json")
    path.write_text(path.read_text().replace('"year": 2021', '"year": 2019'))
    digest = json.loads(path.read_text())["digest"]

    with pytest.raises(GraphError) as caught:
        read_graph(path)
    assert (
        f"{path}: was changed after flgraph wrote it; to accept the change, remove the line that starts with "
        '"digest"; else write it again with `flgraph build`'
    ) == str(caught.value)

    path.write_text(path.read_text().replace(f' "digest": "{digest}",\n', ""))
    assert 2019 == read_graph(path).nodes["paper:alpha"]["year"]


def test_other_white_space_and_order_of_keys_are_no_edit(small: KnowledgeGraph, tmp_path: Path) -> None:
    path = write_graph(small, tmp_path / "graph.json")
    document = json.loads(path.read_text())
    path.write_bytes(json.dumps(dict(reversed(document.items())), indent=4).replace("\n", "\r\n").encode())

    assert nx.utils.graphs_equal(small, read_graph(path))


def test_a_graph_without_a_digest_reads_with_a_word_in_the_log(
    small: KnowledgeGraph, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = write_graph(small, tmp_path / "graph.json")
    with caplog.at_level(logging.INFO, logger="flgraph"):
        read_graph(path)
    assert [] == caplog.messages
    document = json.loads(path.read_text())
    del document["digest"]
    path.write_text(json.dumps(document))

    with caplog.at_level(logging.INFO, logger="flgraph"):
        read_graph(path)
        read_graph(EARLIER)
    assert [f"{each}: has no digest, so changes to it go unnoticed" for each in (path, EARLIER)] == caplog.messages


@pytest.mark.parametrize("digest", [None, "sha256:0"])
def test_another_digest_is_refused(digest: object, small: KnowledgeGraph, tmp_path: Path) -> None:
    path = write_graph(small, tmp_path / "graph.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "digest": digest}))

    with pytest.raises(GraphError, match="was changed after flgraph wrote it"):
        read_graph(path)


@pytest.mark.parametrize("how", ["write", "export"])
def test_networkx_reads_the_same_multigraph_whatever_the_digest(
    how: str, small: KnowledgeGraph, tmp_path: Path
) -> None:
    path = tmp_path / "graph.json"
    if how == "write":
        write_graph(small, path, beside=[write_snapshot_beside(tmp_path)])
    else:
        export_graph(small, path, format="node-link")
    plain = nx.node_link_graph(json.loads(path.read_text()))

    assert "digest" in json.loads(path.read_text())
    assert nx.utils.graphs_equal(nx.MultiDiGraph(small), plain)
    assert small.graph == plain.graph


def write_snapshot_beside(folder: Path) -> Path:
    path = folder / "papers.csv"
    path.write_text("paper,title\n")
    return path


# --- files that belong together --------------------------------------------------------------------------


@pytest.fixture
def together(parts: tuple[KnowledgeGraph, Snapshot], tmp_path: Path) -> Path:
    """A folder with a graph, the snapshot it is made of, and two files written together with it."""
    graph, snapshot = parts
    write_snapshot(snapshot, tmp_path / "snapshot.jsonl")
    for name in ("papers.csv", "map.html"):
        (tmp_path / name).write_text(f"synthetic {name}\n")
    write_graph(graph, tmp_path / "graph.json", beside=[tmp_path / "papers.csv", tmp_path / "map.html"])
    return tmp_path


def test_files_written_together_are_read_without_a_word(together: Path, caplog: pytest.LogCaptureFixture) -> None:
    read_graph(together)
    read_graph(together / "graph.json")
    (together / "map.html").unlink()
    (together / "mine.txt").write_text("mine")
    read_graph(together)

    assert [] == caplog.messages


def test_the_files_that_do_not_belong_to_the_graph_are_named_in_one_line(
    parts: tuple[KnowledgeGraph, Snapshot], together: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (together / "papers.csv").write_text("another\n")
    read_graph(together)
    write_snapshot(parts[1].model_copy(update={"failed": ("alpha",)}), together / "snapshot.jsonl")
    read_graph(together)

    remedy = f"run `flgraph build` again with -o {together} to write them together"
    assert [
        f"{together}: papers.csv does not belong to graph.json; {remedy}",
        f"{together}: papers.csv and snapshot.jsonl do not belong to graph.json; {remedy}",
    ] == caplog.messages


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]\n", b"\x1f\x8bx", gzip.compress(b"{}\n", mtime=0)])
def test_a_broken_snapshot_beside_a_graph_does_not_belong_to_it(
    content: bytes, together: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (together / "snapshot.jsonl").write_bytes(content)
    read_graph(together)

    assert 1 == len(caplog.messages)
    assert "snapshot.jsonl does not belong to graph.json" in caplog.text


def test_a_snapshot_of_an_earlier_version_belongs_to_its_graph(
    together: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = together / "snapshot.jsonl"
    header, rest = path.read_text().split("\n", 1)
    about = json.loads(header)
    del about["digest"]
    path.write_text(json.dumps(about) + "\n" + rest)
    read_graph(together)

    assert [] == caplog.messages


def test_a_graph_made_without_the_snapshot_beside_it_is_said(
    small: KnowledgeGraph, together: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "other").mkdir()
    plain = build_graph(read_catalog(write_small_catalog(tmp_path / "other")))
    write_graph(plain, together / "graph.json", beside=[together / "papers.csv"])
    read_graph(together)

    assert "snapshot.jsonl does not belong to graph.json" in caplog.text


@pytest.mark.parametrize("given", [".", "graph.json"])
def test_a_map_that_is_drawn_again_belongs_to_its_graph(given: str, together: Path) -> None:
    (together / "papers.csv").write_text("another\n")
    source, page = str(together / given), str(together / "map.html")
    drawn = CliRunner().invoke(cli, ["map", source, "-o", page, "--color", "year"])
    said = CliRunner().invoke(cli, ["show", source, "alpha"])

    assert (0, 0) == (drawn.exit_code, said.exit_code)
    assert "papers.csv does not belong to graph.json" in said.stderr
    (together / "map.html").write_text("another\n")
    said = CliRunner().invoke(cli, ["show", source, "alpha"])
    assert "map.html and papers.csv do not belong to graph.json" in said.stderr


def test_a_map_elsewhere_or_of_another_graph_changes_no_graph(
    parts: tuple[KnowledgeGraph, Snapshot], together: Path, tmp_path: Path
) -> None:
    before = (together / "graph.json").read_bytes()
    other = write_graph(parts[0], tmp_path / "other" / "graph.json")
    for source, page in ((together, tmp_path / "other" / "map.html"), (other, together / "map.html")):
        assert 0 == CliRunner().invoke(cli, ["map", str(source), "-o", str(page)]).exit_code

    assert before == (together / "graph.json").read_bytes()


def test_a_graph_whose_digest_was_removed_stays_without(together: Path) -> None:
    path = together / "graph.json"
    document = json.loads(path.read_text())
    del document["digest"]
    path.write_text(json.dumps(document))
    drawn = CliRunner().invoke(cli, ["map", str(path), "-o", str(together / "map.html")])

    assert 0 == drawn.exit_code
    assert "digest" not in json.loads(path.read_text())


def test_a_graph_of_no_build_says_nothing_of_its_neighbours(
    small: KnowledgeGraph, together: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_graph(small, together / "other.json")
    (together / "snapshot.jsonl").write_text("other")
    read_graph(together / "other.json")

    assert [] == caplog.messages


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", ".", ""])
def test_names_that_lead_out_of_the_folder_are_refused(name: str, small: KnowledgeGraph, tmp_path: Path) -> None:
    path = write_graph(small, tmp_path / "graph.json")
    document = json.loads(path.read_text())
    del document["digest"]
    path.write_text(json.dumps({**document, "files": {name: "sha256:0"}}))

    with pytest.raises(GraphError, match="files"):
        read_graph(path)
