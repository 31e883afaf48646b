"""`flgraph enrich` as people use it: plan, budget, decide, go on."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flgraph.catalog.reader import read_matches
from flgraph.snapshot.files import read_snapshot
from tests.replica import Replica
from tests.replica.corpus import make_paper
from tests.running import run

RIGHT = make_paper("synthetic alpha", title="Synthetic paper alpha: federated segmentation", year=2021)
LIKE_BETA = make_paper("synthetic beta", title="Synthetic paper beta, revisited")


@pytest.fixture
def server() -> Replica:
    alpha = {**RIGHT, "externalIds": {"ArXiv": "2101.00001"}}
    with Replica([alpha, LIKE_BETA]) as running:
        yield running


def enrich(server: Replica, cwd: Path, *more: str) -> CompletedProcess[str]:
    cache = str(cwd / "cache.sqlite")
    return run(
        "enrich", "catalog", "--api-url", server.url, "--rate", "0", "--depth", "0", *more, cwd=cwd, FLGRAPH_CACHE=cache
    )


def test_what_a_person_decides_in_the_catalog_is_obeyed_for_ever(server: Replica, folder: Path, tmp_path: Path) -> None:
    first = enrich(server, tmp_path)
    assert 3 == first.returncode
    assert "1 paper matched, 1 for review, 0 missing, 0 failed; wrote catalog/matches.yaml, " in first.stdout
    assert "review beta: " in first.stderr
    path = folder / "matches.yaml"
    found = read_matches(path)
    assert LIKE_BETA["paperId"] == found["beta"].candidates[0]["id"]

    text = path.read_text()
    decided = text.replace(
        "status: review", f"status: accepted  # I read it\n  decided_by: person\n  id: {LIKE_BETA['paperId']}"
    )
    path.write_text(decided)
    second = enrich(server, tmp_path)
    assert (0, decided) == (second.returncode, path.read_text()), second.stderr
    assert {"alpha", "beta"} == set(read_snapshot(tmp_path / "flgraph-out" / "snapshot.jsonl").papers)


@pytest.mark.slow
def test_the_bundled_catalogs_matches_stand_beside_the_snapshot(server: Replica, tmp_path: Path) -> None:
    done = run("enrich", "--api-url", server.url, "--rate", "0", "--depth", "0", "-o", "out/s.jsonl", cwd=tmp_path)

    assert 0 == done.returncode, done.stderr
    assert 56 == len(read_matches(tmp_path / "out" / "matches.yaml"))
    changed = (tmp_path / "out" / "matches.yaml").read_text().replace("status: missing", "status: rejected")
    (tmp_path / "out" / "matches.yaml").write_text(
        changed.replace("method: title", "method: title\n  decided_by: person")
    )
    server.requests.clear()
    run("build", "--api-url", server.url, "--rate", "0", "--depth", "0", "-o", "out", cwd=tmp_path)
    assert [] == server.requests
    graph = json.loads((tmp_path / "out" / "graph.json").read_text())
    assert {"rejected"} == {node["match"] for node in graph["nodes"] if node.get("in_catalog")}


def test_a_plan_asks_nobody_and_writes_nothing(server: Replica, folder: Path, tmp_path: Path) -> None:
    done = enrich(server, tmp_path, "--plan", "--depth", "1")

    assert 0 == done.returncode, done.stderr
    assert "papers by id: 1 lookup, 0 cached, 1 request\n" in done.stdout
    assert "papers by title: 1 lookup, 0 cached, 1 request, at most 4\n" in done.stdout
    assert [] == server.requests
    assert not (folder / "matches.yaml").exists()
    assert not (tmp_path / "flgraph-out").exists()


def test_resolve_only_writes_the_matches_alone(server: Replica, folder: Path, tmp_path: Path) -> None:
    done = enrich(server, tmp_path, "--resolve-only")

    assert 3 == done.returncode
    assert done.stdout.endswith("failed; wrote catalog/matches.yaml\n")
    assert (folder / "matches.yaml").exists()
    assert not (tmp_path / "flgraph-out").exists()


def test_a_budget_of_requests_ends_with_what_it_got_and_the_next_run_goes_on(
    server: Replica, folder: Path, tmp_path: Path
) -> None:
    done = enrich(server, tmp_path, "--max-requests", "1")
    assert 4 == done.returncode
    assert "failed beta: run the command again" in done.stderr
    assert 1 == len(server.requests)

    assert 3 == enrich(server, tmp_path).returncode
    assert 3 == len(server.requests)
    assert 3 == enrich(server, tmp_path, "--offline").returncode
    assert 3 == len(server.requests)


def test_a_catalog_that_may_not_be_written_is_said_and_built(server: Replica, folder: Path, tmp_path: Path) -> None:
    (folder / "matches.yaml").mkdir()
    done = run("build", "catalog", "--offline", cwd=tmp_path)
    assert (1, 1) == (done.returncode, done.stderr.count("matches.yaml:1: error: cannot be read (Is a directory)"))
