"""The main job, through the wire: the true client against the replica."""

from __future__ import annotations

import logging
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from unittest.mock import patch

import pytest
from click.testing import CliRunner

from flgraph.analysis.ranking import make_ranking
from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.errors import SnapshotError
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.map.page import render_html
from flgraph.pipeline import Build, build, read_earlier, write_build
from flgraph.records import Catalog, CatalogEntry, Match
from flgraph.snapshot.files import write_snapshot
from tests.full_disk import write_limit
from tests.replica.corpus import synthetic_corpus
from tests.replica.server import Fault, Replica
from tests.running import run

KEY = "synthetic-key-0123456789"


@pytest.fixture(scope="module")
def server(catalog: Catalog) -> Iterator[Replica]:
    with Replica(synthetic_corpus(catalog)) as running:
        yield running


@pytest.fixture(scope="module")
def made(catalog: Catalog, server: Replica) -> Build:
    return build(catalog, depth=0, api_url=server.url, rate=0)


@pytest.fixture(scope="module")
def written(made: Build, cache_of_nulls: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    with patch.dict(os.environ, {"FLGRAPH_CACHE": str(cache_of_nulls)}):
        write_build(made, folder)
    return folder


@pytest.fixture
def out(written: Path, tmp_path: Path) -> Path:
    """The files of the build in a folder that a test may change."""
    return copytree(written, tmp_path / "out")


def test_one_request_resolves_and_ranks_all_papers(catalog: Catalog, server: Replica) -> None:
    server.requests.clear()
    made = build(catalog, depth=0, api_url=server.url, rate=0)

    assert ["/graph/v1/paper/batch"] == [request.path for request in server.requests]
    assert {"accepted"} == {data["match"] for _, data in catalog_papers(made.graph)}
    assert made.papers["rank"].notna().all()
    assert 1 == made.papers["rank"].iloc[0]


def test_the_build_shows_what_the_graph_shows(made: Build) -> None:
    assert repr(made.graph) == repr(made)
    assert "counts for 56 of 56 papers" in made._repr_html_()


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_the_table_and_the_map_of_a_build_show_its_one_ranking(made: Build, tmp_path: Path) -> None:
    assert made.ranking is not None
    assert made.ranking.table.index.tolist() == made.papers.index.tolist()
    assert made.ranking.table["rank"].tolist() == made.papers["rank"].tolist()
    assert {made.ranking.by} == set(made.papers["by"])
    write_build(made, tmp_path / "default")
    write_build(replace(made, ranking=make_ranking(made.graph, by="s2_influential", draws=0)), tmp_path / "influential")

    for folder, method in {"default": made.ranking.by, "influential": "s2_influential"}.items():
        page = (tmp_path / folder / "map.html").read_text(encoding="utf-8")
        kind, data = re.findall(r'<script type="([^"]+)" id="payload">(.*?)</script>', page, re.DOTALL)[0]
        text = zlib.decompress(b64decode(data)).decode() if kind == "text/deflate" else data
        assert f'"score":"{method} as of ' in text


def test_without_citation_data_a_build_has_no_ranking(catalog: Catalog) -> None:
    made = build(catalog, offline=True)

    assert made.ranking is None
    assert {"no citation data"} == set(made.papers["flags"])


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_the_page_names_the_source_of_its_data(made: Build) -> None:
    assert "Data: Semantic Scholar" in render_html(made.graph)


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_a_written_snapshot_gives_the_same_bytes_without_asking(
    written: Path, catalog: Catalog, server: Replica, tmp_path: Path
) -> None:
    server.requests.clear()
    write_build(build(catalog, depth=0, snapshot=written / "snapshot.jsonl", api_url=server.url), tmp_path)

    assert [] == server.requests
    for path in written.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_snapshot_of_another_catalog_is_refused_and_not_reused(
    made: Build, server: Replica, folder: Path, written: Path
) -> None:
    other = read_catalog(folder)

    with pytest.raises(SnapshotError, match=r"snapshot.jsonl: belongs to another catalog"):
        build(other, snapshot=written / "snapshot.jsonl")
    assert read_earlier(written, other, api_url=server.url) is None
    assert made.snapshot == read_earlier(written, made.catalog, api_url=server.url)


def test_a_snapshot_of_another_service_is_said_and_not_reused(
    made: Build, written: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("SEMANTIC_SCHOLAR_API_URL", raising=False)

    assert read_earlier(written, made.catalog) is None
    assert "comes from 127.0.0.1, not from api.semanticscholar.org or api.openalex.org; ignoring" in caplog.text


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_a_graph_does_not_lose_its_citations_to_a_snapshot_that_is_not_used(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SEMANTIC_SCHOLAR_API_URL", raising=False)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    done = CliRunner().invoke(cli, ["build", "--offline", "-o", str(out)])

    assert isinstance(done.exception, SnapshotError)
    assert "nothing was written; pass the snapshot with --snapshot, choose another folder with -o" in str(
        done.exception
    )
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}
    given = ["build", "--snapshot", str(out / "snapshot.jsonl"), "-o", str(out)]
    assert 0 == CliRunner().invoke(cli, given).exit_code


def test_a_snapshot_that_does_not_say_its_service_is_said_and_not_reused(
    made: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert made.snapshot is not None
    write_snapshot(made.snapshot.model_copy(update={"parameters": {}}), tmp_path / "snapshot.jsonl")

    assert read_earlier(tmp_path, made.catalog) is None
    assert "does not name the service it comes from; ignoring this snapshot; pass it with --snapshot" in caplog.text


def test_a_persons_decision_is_obeyed_without_asking_again(made: Build, server: Replica, written: Path) -> None:
    rejected = Match(status="rejected", method="read it", decided_by="person")
    decided = made.catalog.model_copy(update={"matches": {"semantic_scholar": {"fedbn": rejected}}})
    server.requests.clear()

    earlier = read_earlier(written, decided, api_url=server.url)
    again = build(decided, depth=0, api_url=server.url, rate=0, earlier=earlier)
    assert [] == server.requests
    assert "rejected" == again.graph.nodes["paper:fedbn"]["match"]
    assert 55 == len(again.snapshot.papers)  # type: ignore[union-attr]


def test_an_edited_catalog_keeps_its_counts_without_a_network(
    made: Build, server: Replica, written: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, *others = made.catalog.entries
    new = CatalogEntry(key="newcomer", title="Synthetic newcomer", section="2023")
    entries = (first.model_copy(update={"note": "A synthetic remark."}), *others, new)
    edited = made.catalog.model_copy(update={"entries": entries})
    earlier = read_earlier(written, edited, api_url=server.url)
    again = build(edited, depth=0, earlier=earlier, api_url="http://127.0.0.1:9")

    said = (
        "the catalog has changed since this snapshot; 56 of its 56 papers still fit, 1 paper of the catalog has no data"
    )
    assert said in caplog.text
    assert again.snapshot == build(edited, snapshot=written / "snapshot.jsonl").snapshot
    assert 56 == again.papers["citation_count"].notna().sum()
    assert ("newcomer",) == again.snapshot.failed  # type: ignore[union-attr]


def test_what_an_earlier_run_left_is_kept_where_nothing_new_can_be_had(made: Build, server: Replica) -> None:
    assert made.snapshot is not None
    partial = made.snapshot.model_copy(update={"failed": ("fedbn",)})

    assert partial == build(made.catalog, depth=0, earlier=partial, offline=True).snapshot
    assert partial == build(made.catalog, depth=0, earlier=partial, api_url="http://127.0.0.1:9").snapshot
    assert () == build(made.catalog, depth=0, earlier=partial, api_url=server.url, rate=0).snapshot.failed  # type: ignore[union-attr]


def test_a_broken_snapshot_in_the_folder_is_said_and_not_used(
    catalog: Catalog, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "snapshot.jsonl").write_text("{half")

    assert read_earlier(tmp_path, catalog) is None
    assert "ignoring this snapshot" in caplog.text


def test_an_outage_records_nothing_as_missing(
    catalog: Catalog, server: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.append(Fault("status", status=503, times=10_000))
    with caplog.at_level(logging.WARNING, logger="flgraph"):
        made = build(catalog, depth=0, api_url=server.url, rate=0, max_wait=0)
    server.faults.clear()

    assert made.snapshot is None
    assert made.papers["match"].isna().all()
    assert ["continuing with the curated facts"] == [record.getMessage() for record in caplog.records[1:]]


# --- the same from the command line ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_the_command_ranks_with_one_request_and_reuses_its_snapshot(server: Replica, tmp_path: Path) -> None:
    server.requests.clear()
    arguments = ("build", "--api-url", server.url, "--rate", "0", "--depth", "0", "--depth", "0")
    first = run(*arguments, cwd=tmp_path)
    again = run(*arguments, cwd=tmp_path)

    assert (0, 0) == (first.returncode, again.returncode), first.stderr + again.stderr
    assert 1 == len(server.requests)
    assert "counts for 56 of 56 papers, references for 56 of 56" in first.stdout
    assert "top papers by " in again.stdout

    ranked = run("rank", "--top", "3", cwd=tmp_path)
    assert 0 == ranked.returncode
    assert "snapshot of" in ranked.stderr
    assert max(map(len, ranked.stdout.splitlines())) <= 100


@pytest.mark.slow
def test_enrich_in_an_outage_ends_with_its_own_code_and_writes_nothing(server: Replica, tmp_path: Path) -> None:
    server.faults.append(Fault("status", status=503, times=10_000))
    done = run("enrich", "--api-url", server.url, "--rate", "0", "--depth", "0", "--max-wait", "0", cwd=tmp_path)
    server.faults.clear()

    assert 4 == done.returncode
    assert [] == list(tmp_path.iterdir())
    assert "missing" not in done.stdout + done.stderr


@pytest.mark.slow
def test_enrich_asks_a_person_where_a_title_is_another(catalog: Catalog, tmp_path: Path) -> None:
    corpus = synthetic_corpus(catalog)
    wrong = next(paper for paper in corpus if paper["externalIds"].get("ArXiv") == "2102.07623")
    wrong["title"] = "Synthetic study of something else entirely"
    with Replica(corpus) as server:
        done = run("enrich", "--api-url", server.url, "--rate", "0", "--depth", "0", "-o", "s.jsonl", cwd=tmp_path)

    assert 3 == done.returncode
    assert "55 papers matched, 1 for review, 0 missing, 0 failed; wrote matches.yaml, s.jsonl\n" == done.stdout
    assert "review fedbn: " in done.stderr
    assert "Synthetic study of something else" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "faults",
    [
        [],
        [Fault("status", status=403)],
        [Fault("status", status=429), Fault("html", status=200), Fault("redirect", location="http://127.0.0.1:9/x")],
        [Fault("body", body={"message": f"the key {KEY} is not known"}, times=9)],
    ],
)
def test_the_key_is_sent_and_shown_nowhere(faults: list[Fault], folder: Path, tmp_path: Path) -> None:
    """Whatever goes wrong: not in what is said at the most talkative, and in no byte of any file, the cache's too."""
    with Replica(synthetic_corpus(read_catalog(folder)), faults=faults) as server:
        done = run(
            *("build", "catalog", "--api-url", server.url, "--rate", "0", "--depth", "0", "-v", "-o", "out"),
            cwd=tmp_path,
            SEMANTIC_SCHOLAR_API_KEY=KEY,
            FLGRAPH_CACHE=str(tmp_path / "cache.sqlite"),
        )

    assert {KEY} == {request.key for request in server.requests}
    assert 0 == done.returncode, done.stderr
    assert KEY not in done.stdout + done.stderr
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"cache.sqlite", "graph.json"} <= {path.name for path in files}
    assert [] == [path for path in files if KEY.encode() in path.read_bytes()]


@pytest.mark.slow
def test_enrich_lists_what_is_missing_and_ends_well(catalog: Catalog, tmp_path: Path) -> None:
    corpus = [paper for paper in synthetic_corpus(catalog) if paper["externalIds"].get("ArXiv") != "2102.07623"]
    with Replica(corpus) as server:
        done = run("enrich", "--api-url", server.url, "--rate", "0", "--depth", "0", "-o", "s.jsonl", cwd=tmp_path)

    assert 0 == done.returncode
    assert "55 papers matched, 0 for review, 1 missing, 0 failed; wrote matches.yaml, s.jsonl\n" == done.stdout
    assert "missing fedbn: arXiv id 2102.07623 is not known to Semantic Scholar; " in done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("known_nulls")
def test_an_answer_that_cannot_be_read_is_failed_not_missing(catalog: Catalog, tmp_path: Path) -> None:
    corpus = synthetic_corpus(catalog)
    wrong = next(paper for paper in corpus if paper["externalIds"].get("ArXiv") == "2102.07623")
    wrong["citationCount"] = "many"
    with Replica(corpus) as server:
        done = run("enrich", "--api-url", server.url, "--rate", "0", "--depth", "0", "-o", "s.jsonl", cwd=tmp_path)
        built = run("build", "--api-url", server.url, "--rate", "0", "--depth", "0", cwd=tmp_path)

    assert 4 == done.returncode
    assert "55 papers matched, 0 for review, 0 missing, 1 failed; wrote matches.yaml, s.jsonl\n" == done.stdout
    assert "failed fedbn: run the command again" in done.stderr
    assert 0 == built.returncode
    assert "counts for 55 of 56 papers" in built.stdout


def wait_until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.01)


@pytest.mark.slow
def test_an_interrupted_build_is_one_line_and_leaves_nothing_half(tmp_path: Path) -> None:
    with Replica(faults=[Fault("never", times=10)]) as server:
        environment = {**os.environ, "SEMANTIC_SCHOLAR_API_URL": server.url}
        command = [sys.executable, "-m", "flgraph", "build"]
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            # Under nohup a child would ignore the signal.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        assert process.stderr is not None
        process.stderr.readline()  # it has begun
        wait_until(lambda: bool(server.requests))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)

    assert 130 == process.returncode
    assert "interrupted; existing files are unchanged" == said.strip().splitlines()[-1]
    assert "Traceback" not in said
    assert [] == list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_disk_that_fills_between_files_leaves_all_of_the_earlier_ones(folder: Path, tmp_path: Path) -> None:
    """A file size limit that the graph keeps and the map does not, in a process of its own."""
    out = tmp_path / "out"
    write_build(build(folder, offline=True), out)
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    papers = folder / "papers.yaml"
    papers.write_text(papers.read_text().replace("Synthetic paper beta", "Synthetic paper beta, changed"))
    script = (
        "import signal, sys\n"
        "import flgraph as fg\n"
        "made = fg.build(sys.argv[1], offline=True)\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"{write_limit(100_000)}\n"
        "try:\n    fg.write_build(made, sys.argv[2])\n"
        "except fg.OutputError as error:\n    print(error)\n"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", script, str(folder), str(out)]
    done = subprocess.run(command, env=unmeasured, capture_output=True, text=True, check=True)

    assert "map.html: cannot be written (File too large)" in done.stdout
    assert before == {path.name: path.read_bytes() for path in out.iterdir()}
