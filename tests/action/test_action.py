"""What the action does for a maintainer, its steps run by a shell against the replica of OpenAlex."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flgraph.snapshot.files import read_snapshot
from tests.action.runner import Repository
from tests.action.world import FOUNDATIONS, LISTED, NEWCOMER, TITLE, format_list, make_world
from tests.replica.openalex import OpenAlexReplica

pytestmark = pytest.mark.slow


@pytest.fixture
def service() -> Iterator[OpenAlexReplica]:
    with OpenAlexReplica(make_world()) as running:
        yield running


@pytest.fixture
def repository(service: OpenAlexReplica, tmp_path: Path) -> Iterator[Repository]:
    with open_repository(service, tmp_path) as made:
        yield made


@contextmanager
def open_repository(service: OpenAlexReplica, home: Path, *, is_apart: bool = False) -> Iterator[Repository]:
    """Make a repository with the list of the service."""
    made = Repository(home, service.url, is_apart=is_apart)
    with made.listener:
        (made.work / "README.md").write_text(format_list(service.works), encoding="utf-8")
        made.commit("A list")
        yield made


def list_suggested(text: str) -> list[str]:
    return re.findall(r"^\d+\. \[([^\]]+)\]", text, re.MULTILINE)


def test_what_a_person_rejected_never_comes_back(repository: Repository) -> None:
    # The repository does not allow pull requests yet: what nobody saw is not remembered.
    (repository.github / "refuses").touch()
    refused = repository.run(steps="suggest")
    assert 1 == refused.code
    assert "not permitted to create" in refused.log
    (repository.github / "refuses").unlink()

    first = repository.run(steps="suggest")
    assert (0, "https://github.example/pull/1") == (first.code, first.outputs["pull-request"]["url"]), first.log
    body = repository.read_pull_request()
    offered = list_suggested(body)
    assert 10 == len(offered)
    assert NEWCOMER == offered[0]
    assert {*offered[1:]} < {*FOUNDATIONS}
    assert f"10 papers that **{TITLE}** may lack, nearest first.\n" == body.splitlines(keepends=True)[0]
    assert f"1. [{NEWCOMER}](https://doi.org/10.9999/synthetic.300), *Synthetic Journal*, 20" in body
    assert "   - Cites 3 of your 6 papers: Counting otters from few pictures, Folded Markov walks" in body
    assert "   - Section: Methods\n" in body
    assert 9 == body.count("   - Cited by 4 of your 6 papers: ")
    assert "Data: OpenAlex (CC0), taken 20" in body
    named = (repository.github / "arguments").read_text().splitlines()
    assert ["pr", "create", "--base", "main", "--head", "flgraph-update", "--title"] == named[:7]
    assert "Suggest papers for README.md" == named[7]

    waiting = repository.run(steps="suggest")
    assert (0, ["Install flgraph", "Choose what to do"]) == (waiting.code, waiting.steps), waiting.log
    assert "::notice::A pull request of flgraph-update is open." in waiting.log

    # All ten are rejected: the pull request is closed and its branch deleted. Of the next, one row is.
    repository.close_pull_request()
    second = repository.run(steps="suggest")
    assert 0 == second.code, second.log
    others = list_suggested(repository.read_pull_request())
    assert {*others} == {*FOUNDATIONS} - {*offered}
    repository.call("git", "fetch", "-q", "origin")
    rows = repository.call("git", "show", "origin/flgraph-update:README.md").splitlines(keepends=True)
    assert 3 == sum(any(title in row for title in others) for row in rows)
    repository.merge_pull_request({"README.md": "".join(row for row in rows if others[0] not in row)})

    third = repository.run(steps="suggest")
    assert 0 == third.code, third.log
    assert third.log.endswith("Nothing has changed.\n")
    assert {} == third.outputs["pull-request"]
    assert not (repository.github / "open").exists()
    remembered = repository.call("git", "show", "origin/flgraph-suggested:suggested.yaml")
    assert {*FOUNDATIONS, NEWCOMER} == {record["title"] for record in YAML(typ="safe").load(remembered)}
    assert 2 == len(repository.call("git", "log", "--format=%h", "origin/flgraph-suggested").split())


def test_rows_stand_in_the_sections_of_the_papers_they_are_linked_to(
    repository: Repository, service: OpenAlexReplica
) -> None:
    before = repository.call("git", "rev-parse", "HEAD")
    ran = repository.run(steps="check annotate suggest", max_suggestions="2", min_links="3")
    assert 0 == ran.code, ran.log
    repository.call("git", "fetch", "-q", "origin")
    changed = repository.call("git", "diff", "--name-only", "main", "origin/flgraph-update").split()
    readme = repository.call("git", "show", "origin/flgraph-update:README.md")
    methods = readme.partition("## Methods")[2].partition("## Benchmarks")[0]
    counts = repository.call("git", "show", "origin/flgraph-update:citations.md")

    assert ["README.md", "citations.md"] == changed
    year = service.works[-1]["publication_year"]
    assert f"- [{NEWCOMER}](https://doi.org/10.9999/synthetic.300). *Synthetic Journal* {year}.\n" in methods
    assert 8 == readme.count("\n- [")
    assert [1] * 6 == [counts.count(f"| [{title}](") for title in LISTED]
    assert before == repository.call("git", "rev-parse", "HEAD")


def test_a_catalog_keeps_its_snapshot_and_says_what_changed_in_it(
    repository: Repository, service: OpenAlexReplica
) -> None:
    repository.flgraph("import", "README.md", "-o", "catalog")
    repository.commit("A catalog")
    inputs = {"path": "catalog", "steps": "refresh", "snapshot": "catalog/snapshot.jsonl.gz"}
    first = repository.run(**inputs)
    assert 0 == first.code, first.log
    repository.merge_pull_request()
    assert 6 == len(read_snapshot(repository.work / "catalog/snapshot.jsonl.gz").papers)

    again = repository.run(**inputs)
    assert (0, {}) == (again.code, again.outputs["pull-request"]), again.log

    service.works[0] = {**service.works[0], "is_retracted": True}
    changed = repository.run(**inputs)
    assert 0 == changed.code, changed.log
    body = repository.read_pull_request()
    assert "## Citation data\n" in body
    assert "A: before-snapshot.jsonl.gz, OpenAlex, 20" in body
    assert "1 new retraction" in body
    assert str(repository.home) not in body
    assert (repository.github / "arguments").read_text().splitlines()[7] == "Refresh the citation data of catalog"
    repository.merge_pull_request()

    # What may not be published stops the job: here, an abstract in the place of a title.
    service.works[6] = {**service.works[6], "title": "A synthetic sentence of an abstract. " * 40}
    stopped = repository.run(**inputs)
    assert (1, "Refresh the citation data") == (stopped.code, stopped.steps[-1])
    assert "::error file=catalog/snapshot.jsonl.gz," in stopped.log
    service.works[6] = {**service.works[6], "title": FOUNDATIONS[0]}

    # A month in which the service lost most papers changes nothing.
    service.works[1:6] = []
    lost = repository.run(**inputs)
    assert 1 == lost.code
    assert "below --fail-below 0.95" in lost.log
    assert not (repository.github / "open").exists()


def test_a_catalog_gets_entries(repository: Repository) -> None:
    repository.flgraph("import", "README.md", "-o", "catalog")
    repository.commit("A catalog")
    ran = repository.run(path="catalog", steps="suggest", max_suggestions="1", openalex_api_key="")
    assert 0 == ran.code, ran.log
    repository.call("git", "fetch", "-q", "origin")
    papers = YAML(typ="safe").load(repository.call("git", "show", "origin/flgraph-update:catalog/papers.yaml"))

    assert NEWCOMER == papers[-1]["title"]
    assert ("Methods", {"doi": "10.9999/synthetic.300"}) == (papers[-1]["section"], papers[-1]["ids"])
    assert 7 == len(papers)


def test_the_check_stops_the_job_at_an_error_and_shows_it_beside_its_line(repository: Repository) -> None:
    readme = repository.work / "README.md"
    wrong = "- [Folded Markov walks for drifting gulls](https://doi.org/10.9999/synthetic.105). *KDD* 2021.\n"
    readme.write_text(readme.read_text(encoding="utf-8") + wrong, encoding="utf-8")
    repository.commit("A wrong link")
    ran = repository.run()
    repository.flgraph("lint", "README.md", "--write-baseline", "baseline.json")
    repository.commit("Accept what is there")

    assert (1, "Check the list") == (ran.code, ran.steps[-1])
    assert "::error file=README.md,line=16,col=4," in ran.log
    assert 0 == repository.run(baseline="baseline.json").code
    assert 0 == repository.run(since="HEAD").code


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"steps": "check sugest"}, "::error::steps contains 'sugest'; write any of check, refresh, annotate, suggest"),
        ({"path": "papers.md"}, "::error::path is 'papers.md', which does not exist"),
        ({"path": ".", "steps": "annotate"}, "::error::annotate writes into a list, but path is a folder"),
        ({"path": "$(touch seen)"}, "::error::path is '$(touch seen)', which does not exist"),
    ],
)
def test_a_wrong_input_is_said_before_anything_is_done(
    inputs: dict[str, str], said: str, repository: Repository, service: OpenAlexReplica
) -> None:
    ran = repository.run(**inputs)

    assert (1, "Choose what to do") == (ran.code, ran.steps[-1])
    assert said in ran.log
    assert [] == service.requests
    assert not (repository.work / "seen").exists()


def test_a_key_reaches_the_service_and_no_file(service: OpenAlexReplica, tmp_path: Path) -> None:
    service.keys = {"synthetic-key-123"}
    with open_repository(service, tmp_path, is_apart=True) as repository:
        ran = repository.run(steps="suggest", openalex_api_key="synthetic-key-123")

    assert 0 == ran.code, ran.log
    assert {"synthetic-key-123"} == {request.key for request in service.requests}
    assert "synthetic-key-123" not in ran.log
    written = [path for path in tmp_path.rglob("*") if path.is_file() and b"key-123" in path.read_bytes()]
    assert [] == written
