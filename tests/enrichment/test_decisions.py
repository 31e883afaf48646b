"""What a person types into matches.yaml while a run works wins, as what was there before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from flgraph.catalog.reader import read_matches
from flgraph.catalog.writer import update_matches, write_matches
from flgraph.records import Match
from flgraph.snapshot.files import read_snapshot
from tests.replica import Replica
from tests.replica.corpus import make_paper
from tests.replica.routes import Request
from tests.running import run

RIGHT = {
    **make_paper("synthetic alpha", title="Synthetic paper alpha: federated segmentation", year=2021),
    "externalIds": {"ArXiv": "2101.00001"},
}
LIKE_BETA = make_paper("synthetic beta", title="Synthetic paper beta, revisited")
DECIDED = f"""\
# My own notes.
beta:
  status: accepted  # I read it
  method: by hand
  decided_by: person
  id: {LIKE_BETA["paperId"]}
"""
ACCEPTED = Match(status="accepted", method="id", id="1")
REJECTED = Match(status="rejected", method="by hand", decided_by="person")


class EditingReplica(Replica):
    """A service that lets a person work while it answers a search."""

    def work(self) -> None:
        """Do nothing; a test replaces this."""

    def answer(self, request: Request) -> Any:
        if "search" in request.path:
            self.work()
        return super().answer(request)


@pytest.fixture
def server() -> Iterator[EditingReplica]:
    with EditingReplica([RIGHT, LIKE_BETA]) as running:
        yield running


def ask(server: Replica, command: str) -> tuple[str, ...]:
    return (command, "catalog", "--api-url", server.url, "--rate", "0", "--depth", "0")


@pytest.mark.parametrize("command", ["enrich", "build"])
def test_a_decision_typed_while_the_service_answers_is_kept_and_named(
    command: str, server: EditingReplica, folder: Path, tmp_path: Path
) -> None:
    path = folder / "matches.yaml"
    server.work = lambda: path.write_text(DECIDED, encoding="utf-8") and None
    done = run(*ask(server, command), cwd=tmp_path)

    assert path.read_text("utf-8").endswith(DECIDED.partition("\n")[2]), path.read_text("utf-8")
    assert path.read_text("utf-8").startswith("# My own notes.\n")
    assert "accepted" == read_matches(path)["alpha"].status
    assert f"{path.relative_to(tmp_path)}: keeps 1 decision made during this run (beta); run" in done.stderr

    server.work = lambda: None
    assert 0 == run(*ask(server, command), cwd=tmp_path).returncode
    assert {"alpha", "beta"} == set(read_snapshot(tmp_path / "flgraph-out" / "snapshot.jsonl").papers)


@pytest.mark.parametrize("command", ["enrich", "build"])
def test_a_file_that_is_broken_during_a_run_is_left_alone_and_the_snapshot_is_written(
    command: str, server: EditingReplica, folder: Path, tmp_path: Path
) -> None:
    path = folder / "matches.yaml"
    server.work = lambda: path.write_text("beta: {status: acc", encoding="utf-8") and None
    done = run(*ask(server, command), cwd=tmp_path)

    assert "beta: {status: acc" == path.read_text("utf-8")
    assert "catalog/matches.yaml:1: error: the file is not valid YAML" in done.stderr
    assert (tmp_path / "flgraph-out" / "snapshot.jsonl").exists()


def test_a_file_edited_between_reading_and_writing_is_read_again(tmp_path: Path) -> None:
    path = write_matches({"alpha": ACCEPTED}, tmp_path / "matches.yaml")
    edits: list[Callable[[], object]] = [lambda: write_matches({"alpha": REJECTED}, path)]

    def merge(known: Mapping[str, Match]) -> Mapping[str, Match]:
        while edits:
            edits.pop()()
        return {**known, "beta": ACCEPTED}

    update_matches(path, merge)
    assert {"alpha": REJECTED, "beta": ACCEPTED} == read_matches(path)
