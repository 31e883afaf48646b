"""Listings that fail are failures: they are counted, named, and end `enrich` with code 4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flgraph.graph.files import read_graph
from tests.replica import Fault, Replica, make_edges, make_paper
from tests.running import run

ALPHA = make_paper("synthetic alpha", title="Synthetic paper alpha: federated segmentation", year=2021,
                   externalIds={"ArXiv": "2101.00001"}, citationCount=2, referenceCount=2,
                   _citations=make_edges("citing", 2), references=make_edges("cited", 2))  # fmt: skip
BETA = make_paper("synthetic beta", title="Synthetic paper beta", citationCount=0)


def refuse(direction: str) -> Fault:
    return Fault("status", status=400, path=f"/{direction}", times=99)


@pytest.fixture
def server(folder: Path) -> Iterator[Replica]:
    with Replica([ALPHA, BETA]) as running:
        yield running


def ask(server: Replica, cwd: Path, *command: str) -> CompletedProcess[str]:
    return run(
        *command, "catalog", "--api-url", server.url, "--rate", "0", cwd=cwd, FLGRAPH_CACHE=str(cwd / "cache.sqlite")
    )


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("1 listing of citations and 1 listing of references failed", ["citations", "references"]),
        ("1 listing of citations failed", ["citations"]),
        ("1 listing of references failed", ["references"]),
    ],
)
def test_enrich_counts_and_names_failed_listings_and_exits_4(
    said: str, faults: list[str], server: Replica, tmp_path: Path
) -> None:
    whole = ask(server, tmp_path, "enrich", "-o", "whole.jsonl")
    (tmp_path / "cache.sqlite").unlink()
    server.faults = [refuse(direction) for direction in faults]
    done = ask(server, tmp_path, "enrich", "-o", "out.jsonl")
    assert 4 == done.returncode
    assert f"0 missing, 0 failed; {said}; wrote " in done.stdout
    for direction in faults:
        assert f"failed {direction} of alpha: run the command again\n" in done.stderr

    server.faults = []
    again = ask(server, tmp_path, "enrich", "-o", "out.jsonl")
    assert (whole.returncode, 0) == (again.returncode, again.stdout.count("listing"))


def test_build_of_failed_listings_alone_is_written_and_exits_4(server: Replica, tmp_path: Path) -> None:
    server.faults = [refuse("citations"), refuse("references")]
    done = ask(server, tmp_path, "build", "-o", "out")
    assert 4 == done.returncode, done.stderr
    assert "incomplete: 1 listing of citations and 1 listing of references failed; run the command again\n" in (
        done.stdout
    )
    assert "failed citations of alpha: run the command again\n" in done.stderr
    assert {"graph.json", "papers.csv", "map.html", "snapshot.jsonl"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    asked = len(server.requests)
    offline = run("build", "catalog", "-o", "out", "--offline", cwd=tmp_path)
    assert (0, asked) == (offline.returncode, len(server.requests))


@pytest.mark.parametrize("direction", ["citations", "references"])
def test_build_of_some_listings_counts_the_others_and_asks_them_again(
    direction: str, server: Replica, tmp_path: Path
) -> None:
    server.faults = [refuse(direction)]
    done = ask(server, tmp_path, "build", "-o", "out")
    assert (0, 1) == (done.returncode, done.stdout.count(f"incomplete: 1 listing of {direction} failed;"))

    server.faults, server.requests = [], []
    again = ask(server, tmp_path, "build", "-o", "out")
    assert (0, 0) == (again.returncode, again.stdout.count("incomplete"))
    assert [f"/graph/v1/paper/{ALPHA['paperId']}/{direction}"] == [seen.path for seen in server.requests]


def test_a_listing_that_is_empty_beside_a_count_is_noted_and_no_failure(folder: Path, tmp_path: Path) -> None:
    empty = {**ALPHA, "_citations": []}
    with Replica([empty, BETA]) as server:
        done = ask(server, tmp_path, "enrich", "-o", "out.jsonl")
        again = ask(server, tmp_path, "build", "-o", "out")
        asked = len(server.requests)
        ask(server, tmp_path, "build", "-o", "out")
        assert asked == len(server.requests)

    said = "Semantic Scholar lists no citations of alpha, although their count is not 0; they stay unknown\n"
    assert (0, 1, 0) == (done.returncode, done.stderr.count(said), done.stdout.count("listing"))
    assert (0, 1) == (again.returncode, again.stderr.count(said))
    assert "incomplete" not in again.stdout
    paper = read_graph(tmp_path / "out").nodes["paper:alpha"]
    assert (2, "unlisted", "known") == (paper["citation_count"], paper["citations"], paper["references"])
    assert "citations_listed" not in paper


def test_references_that_are_not_listed_are_those_of_the_record(folder: Path, tmp_path: Path) -> None:
    with Replica([ALPHA, BETA]) as server:
        server.faults = [Fault("body", body={"offset": 0, "data": []}, path="/references", times=99)]
        done = ask(server, tmp_path, "build", "-o", "out")

    assert 0 == done.returncode
    assert "lists no references" not in done.stderr
    paper = read_graph(tmp_path / "out").nodes["paper:alpha"]
    assert ("known", 2) == (paper["references"], paper["references_listed"])
