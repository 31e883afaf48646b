"""The benchmarks run and say what they measured; how long that takes is no matter here."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from benchmarks import field_intervals, map_pages, map_places, rank_intervals, synthetic_catalog
from benchmarks.lists import make_rows, write_list
from benchmarks.report import Figure, print_report
from benchmarks.synthetic import list_ids, make_catalog, make_corpus
from benchmarks.synthetic_citations import make_citations, reverse, to_matrix
from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.lists.reading import read_list
from flgraph.map.atlas.atlas import make_atlas

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow
LINE = re.compile(
    r"  (?P<name>\S.*?) {2,}-?[\d,]+(\.\d+)?( \S+)*( +beside .+?)?( +target [<>]= [\d.]+, (?P<verdict>met|missed))?"
)


Run = Callable[..., tuple[str, dict[str, float], bool]]


def read_report(printed: str, path: Path, code: int) -> tuple[str, dict[str, float], bool]:
    """Return what a benchmark prints and writes: its title, its figures, and whether it misses a target."""
    title, *lines = printed.splitlines()
    shown = [line for line in lines if not line.startswith("  skipped: ")]
    read = [found for line in shown if (found := LINE.fullmatch(line))]
    report = json.loads(path.read_text("utf-8"))
    assert title == report["title"]
    assert [figure["name"] for figure in report["figures"]] == [found["name"] for found in read], printed
    assert len(shown) == len(read) > 0, printed
    missed = any(found["verdict"] == "missed" for found in read)
    assert int(missed) == code
    return title, {figure["name"]: figure["value"] for figure in report["figures"]}, missed


@pytest.fixture
def run_benchmark(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a benchmark in this process; what it measures apart is apart all the same."""

    def run(name: str, *options: str) -> tuple[str, dict[str, float], bool]:
        path = tmp_path / "report.json"
        code = import_module(f"benchmarks.{name}").main([*options, "--json", str(path)])
        return read_report(capsys.readouterr().out, path, code)

    return run


def run_apart(name: str, folder: Path, *options: str) -> tuple[str, dict[str, float], bool]:
    path = folder / "report.json"
    command = [sys.executable, "-m", f"benchmarks.{name}", *options, "--json", str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    return read_report(done.stdout, path, done.returncode)


def test_known_ids_are_measured_beside_the_stock_client(run_benchmark: Run) -> None:
    options = ["--papers", "12", "--singles", "4", "--threads", "2", "--latency", "0.001", "--rounds", "1"]
    title, figures, _ = run_benchmark("enrich_known_ids", *options)
    assert title.startswith("enrich_known_ids: 12 synthetic papers, 4 of them one by one")
    assert 7 == len(figures)
    assert 1 == figures["requests"]
    assert all(value > 0 for value in figures.values())


def test_many_papers_are_measured_beside_the_stock_client(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("enrich_many", "--papers", "30", "--latency", "0.001")
    assert title.startswith("enrich_many: 30 synthetic papers")
    assert 6 == len(figures)
    assert figures["peak memory"] >= figures["memory before it starts, our catalog included"] > 0


def test_pagerank_is_measured_beside_its_peers(run_benchmark: Run) -> None:
    options = [
        "--papers",
        "60",
        "--rounds",
        "1",
        "--draws",
        "4",
        "--seeds",
        "3",
        "--peers",
        "power iteration",
        "networkx",
    ]
    title, figures, _ = run_benchmark("pagerank", *options)
    assert title.startswith("pagerank: 60 synthetic papers")
    assert 7 * 2 * 4 + 3 + 3 == len(figures)
    assert all(value <= 1 for name, value in figures.items() if "L1 to igraph" in name)
    assert {f"acyclic, alpha 0.5: {peer}" for peer in ("igraph", "power iteration", "networkx")} < figures.keys()


def test_pagerank_is_measured_on_an_edge_list(run_benchmark: Run, tmp_path: Path) -> None:
    lines = [f"{9301001 + number} {9201001 + number // 2}" for number in range(40)]
    (tmp_path / "edges.txt").write_text("\n".join([*lines, "9201001 9301001"]), encoding="utf-8")
    title, figures, _ = run_benchmark("pagerank", "--edges", str(tmp_path / "edges.txt"), "--rounds", "1")
    assert title.startswith("pagerank: edges.txt")
    assert 6 == len(figures)
    assert 1 >= figures["edges.txt, 41 citations, alpha 0.85: L1 to igraph"]


def test_synthetic_citations_are_acyclic_until_some_are_reversed() -> None:
    base = make_citations(300)
    assert base.citing.tolist() == make_citations(300).citing.tolist()
    assert all(base.citing > base.cited)
    turned = reverse(base, 0.05)
    near = int(np.count_nonzero(base.citing - base.cited < 9))
    assert int(0.05 * near) == int(np.count_nonzero(turned.citing < turned.cited))
    assert to_matrix(base).is_in_order


@pytest.mark.slow
@pytest.mark.skipif(
    any(find_spec(name) is None for name in ("duckdb", "polars", "pyarrow")), reason="needs duckdb, polars and pyarrow"
)
def test_tables_are_measured_beside_polars_and_pandas(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("tables", "--papers", "60", "--citations", "300", "--rounds", "1")
    assert title.startswith("tables: 60 synthetic papers, 300 citations")
    assert 20 == len(figures)
    assert 4 == sum("check sums differ" in name and value < 1 for name, value in figures.items())


@pytest.mark.slow
@pytest.mark.skipif(any(find_spec(name) is None for name in ("duckdb", "pyarrow")), reason="needs duckdb and pyarrow")
def test_an_index_and_its_fields_are_measured_beside_zcat(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("whole_index", "--papers", "300", "--rounds", "1")
    assert title.startswith("whole_index: 300 synthetic works")
    assert 56 < figures["two hops around 56 papers, papers"] <= 300
    assert 56 < figures["snapshot of 56 papers, one hop, papers"] <= 300
    assert 0 < figures["field of a topic, papers"] < 300
    assert figures["two hops around 56 papers, CPU time over making the index"] > 0


def test_intervals_are_held_against_known_rates(run_benchmark: Run) -> None:
    options = ["--papers", "20", "--around", "400", "--rounds", "5", "--draws", "200"]
    title, figures, _ = run_benchmark("rank_intervals", *options)
    assert title.startswith("rank_intervals: 20 synthetic papers")
    assert 21 == len(figures)
    assert all(85 < value <= 100 for name, value in figures.items() if "interval" in name)
    assert all(value <= 5 for name, value in figures.items() if "pairs" in name)


def test_intervals_of_reference_sets_are_held_against_whole_fields(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("field_intervals", "--rounds", "10")
    assert "field_intervals: 10 synthetic fields a row" == title
    assert 2 * 2 * 3 * 2 * 2 == len(figures)
    assert all(value >= 84 for name, value in figures.items() if "percentiles" in name)
    assert field_intervals.main(["--table", "--rounds", "1"]) == 0


def test_the_table_has_a_row_for_each_method_and_world(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--table", "--papers", "8", "--rounds", "5", "--draws", "20"]
    assert 0 == rank_intervals.main([*options, "--methods", "catalog_citations"])
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines()]
    assert 4 == len(rows)
    assert all(re.fullmatch(r" \d+ / \d+ \(\d+\) | - ", cell) for row in rows for cell in row[2:])


def test_a_build_computes_its_ranking_once(run_benchmark: Run) -> None:
    title, figures, missed = run_benchmark("build_once", "--papers", "9", "--field", "300", "--rounds", "1")
    assert title.startswith("build_once: 9 synthetic papers")
    assert 5 == len(figures)
    assert 1 == figures["rankings of a build, after"]
    assert not missed


def test_lint_is_measured_beside_two_passes(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("lint", "--papers", "20", "--rounds", "1")
    assert "lint: 20 synthetic papers, best of 1" == title
    assert 3 == len(figures)
    assert 1 == figures["reads of a file, at most"]


@pytest.mark.skipif(map_pages.CHROMIUM is None, reason="no chromium on the PATH")
@pytest.mark.slow
def test_atlases_are_measured_beside_pyvis_and_vis_network(tmp_path: Path) -> None:
    title, figures, _ = run_apart("map", tmp_path, "--no-catalog", "--sizes", "9", "--rounds", "1")
    assert title == "map: the bundled catalog, and synthetic papers with planted groups"
    assert 25 == len(figures)
    assert 0 == figures["9 papers, requests: flgraph"] == figures["9 papers, labels that overlap"]
    assert 0 == figures["9 papers, labels nearer to another mark"]
    assert 9 == figures["9 papers, labels of 9 placed"]
    assert 0 < figures["9 papers, requests: pyvis"]
    for peer in ("vis-network", "pyvis"):
        assert figures[f"9 papers, page: {peer}"] > figures["9 papers, page: flgraph"]


def test_places_of_the_catalog_say_what_they_were_not_made_from(graph: KnowledgeGraph) -> None:
    figures = map_places.measure_held_out(graph, make_atlas(graph))

    assert 9 == len(figures)
    assert [22.0, 15.0, 7.0] == [figure.at_least for figure in figures if figure.at_least]
    assert all(figure.value >= (figure.at_least or 0) for figure in figures)


@pytest.mark.parametrize(
    ("box", "read"),
    [((12, 0, 30, 8), (0, 0)), ((50, 0, 68, 8), (0, 1)), ((12, 40, 30, 48), (1, 0))],
    ids=["beside its mark", "beside another mark", "over a name"],
)
def test_labels_that_overlap_or_mislead_are_counted(box: tuple[float, ...], read: tuple[int, int]) -> None:
    found = {
        "marks": [(6, 4, 4), (75, 4, 4)],
        "labels": [{"box": box, "mark": 0, "line": box[1] > 20}],
        "names": [(0, 45, 60, 60)],
    }
    assert read == (map_pages.count_overlaps(found), map_pages.count_misread(found))


@pytest.mark.parametrize(("value", "code"), [(2.0, 0), (2.01, 1)])
def test_missed_target_is_said_and_is_an_exit_code(value: float, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert code == print_report("title", [Figure("of what", value, at_most=2), Figure("beside", 9)])
    assert ("missed" if code else "met") == capsys.readouterr().out.splitlines()[1].split()[-1]


def test_synthetic_papers_say_so_and_are_the_same_each_time() -> None:
    corpus, catalog = make_corpus(20), make_catalog(20)
    assert corpus == make_corpus(20) != make_corpus(20, seed=1)
    assert all(paper["title"].startswith("Synthetic") for paper in corpus)
    assert all(line["title"].startswith("Synthetic") for paper in corpus for line in paper["references"])
    assert all(entry.title in paper["title"] for entry, paper in zip(catalog.entries, corpus, strict=True))
    assert 20 == len(set(list_ids(20)))


def test_commands_are_started_beside_bare_python(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("startup", "--rounds", "1")

    assert "startup: CPU of fresh processes, best of 1" == title
    assert 11 == len(figures)
    assert 0 < figures["python -c pass"] < figures["flgraph --version"] < figures["flgraph regions"]


def test_the_steps_of_a_build_are_measured_at_two_sizes(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("build_lists", "--papers", "6", "9", "--rounds", "1")

    assert "build_lists: synthetic papers, short, best of 1" == title
    assert 2 * 13 + 5 == len(figures)
    steps = ("start and imports", "read_catalog", "build_graph", "papers.csv", "graph.json")
    assert sum(figures[f"9: {step}"] for step in steps) == pytest.approx(figures["9: build without map"], abs=0.05)
    assert figures["9: peak memory with map"] >= 0.9 * figures["9: peak memory without map"] > 0


@pytest.mark.parametrize("shape", ["short", "long"])
def test_a_catalog_of_many_papers_is_measured_beside_the_parsers(shape: str, run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("catalog", "--papers", "12", "--rounds", "1", "--shape", shape)

    assert f"catalog: 12 synthetic papers, {shape}, best of 1" == title
    assert 11 == len(figures)
    assert all(value >= 0 for value in figures.values())


def test_synthetic_catalogs_say_so_and_are_valid(tmp_path: Path) -> None:
    for shape in ("short", "long"):
        catalog = synthetic_catalog.make_catalog(30, shape)
        write_catalog(catalog, tmp_path / shape)

        assert catalog == read_catalog(tmp_path / shape)
        assert [] == lint_catalog(tmp_path / shape)
        assert all("Synthetic" in entry.title for entry in catalog.entries)
        assert catalog == synthetic_catalog.make_catalog(30, shape)


def test_lists_are_read_linted_and_imported_at_two_sizes(run_benchmark: Run) -> None:
    title, figures, _ = run_benchmark("lists", "--rows", "40", "200")
    assert title.startswith("lists: synthetic rows")
    works = ("read_list", "flgraph lint README.md", "flgraph import", "flgraph lint CATALOG")
    assert {f"{work}, 200 rows: CPU a row over 40 rows" for work in works} < figures.keys()
    assert all(value > 0 for value in figures.values())


def test_every_row_of_a_synthetic_list_is_read(tmp_path: Path) -> None:
    write_list(tmp_path / "README.md", 220)
    papers = read_list(tmp_path / "README.md").papers
    assert [row.title for row in make_rows(220)] == [paper.title for paper in papers]
    assert [row.year for row in make_rows(220)] == [paper.year for paper in papers]
