"""The sources that `build` and `enrich` ask, over the replicas of both."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from flgraph.catalog.writer import write_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.graph.files import read_graph
from flgraph.pipeline import build
from tests.enrichment.one_world import CATALOG, PROVIDERS, Side, open_side
from tests.running import REFUSED, run

SAID = "all data are from OpenAlex instead"


@pytest.fixture
def s2() -> Iterator[Side]:
    with open_side(PROVIDERS[0]) as side:
        yield side


@pytest.fixture
def openalex() -> Iterator[Side]:
    with open_side(PROVIDERS[1]) as side:
        yield side


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A catalog of the world; a file may hold no arXiv ids that cannot exist, so titles and DOIs must do."""
    entries = [
        entry.model_copy(update={"ids": {kind: value for kind, value in entry.ids.items() if kind == "doi"}})
        for entry in CATALOG.entries
    ]
    write_catalog(CATALOG.model_copy(update={"entries": tuple(entries)}), tmp_path / "catalog")
    return tmp_path


def ask(home: Path, *command: str, **addresses: str) -> CompletedProcess[str]:
    name, *rest = command
    return run(name, "catalog", *rest, "--rate", "0", cwd=home, FLGRAPH_CACHE=str(home / "cache.sqlite"), **addresses)


def ask_both(home: Path, s2: str, openalex: str, *command: str, **more: str) -> CompletedProcess[str]:
    return ask(home, *command, SEMANTIC_SCHOLAR_API_URL=s2, OPENALEX_API_URL=openalex, **more)


def read_header(path: Path) -> dict[str, object]:
    header: dict[str, object] = json.loads(path.read_text(encoding="utf-8").partition("\n")[0])
    return header


def read_footer(path: Path) -> str:
    page = path.read_text(encoding="utf-8")
    kind, data = re.findall(r'<script type="([^"]+)" id="payload">(.*?)</script>', page, re.DOTALL)[0]
    text = zlib.decompress(b64decode(data)).decode() if kind == "text/deflate" else data
    return str(json.loads(text)["origin"])


# --- auto ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reason"),
    [(429, "limited the requests"), (503, "failed"), (500, "failed"), (403, "refused requests without a key")],
)
def test_a_build_takes_all_data_from_openalex_and_says_so_in_three_places(
    status: int, reason: str, s2: Side, openalex: Side, home: Path
) -> None:
    s2.break_down(status)
    done = ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out", "--max-wait", "5")

    assert 0 == done.returncode, done.stderr
    assert "top papers" in done.stdout
    assert 1 == done.stderr.count(SAID)
    header = read_header(home / "out/snapshot.jsonl")
    assert "openalex" == header["source"]
    assert ("semantic_scholar", reason) == (header["parameters"]["asked_first"], header["parameters"]["reason"])  # type: ignore[index]
    assert "Data: OpenAlex, snapshot 20" in read_footer(home / "out/map.html")
    assert f"Semantic Scholar was asked first and {reason}." in read_footer(home / "out/map.html")
    graph = read_graph(home / "out").graph
    assert ("semantic_scholar", reason) == (graph["snapshot_asked_first"], graph["snapshot_reason"])
    assert "catalog; openalex" == graph["sources"]


def test_an_unreachable_first_source_is_replaced(openalex: Side, home: Path) -> None:
    done = ask_both(home, REFUSED, openalex.replica.url, "build", "-o", "out")
    assert (0, 1) == (done.returncode, done.stderr.count(SAID)), done.stderr
    assert "Semantic Scholar was asked first and was unreachable." in read_footer(home / "out/map.html")


def test_a_source_that_answers_is_the_only_one_asked(s2: Side, openalex: Side, home: Path) -> None:
    done = ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out")
    assert (0, []) == (done.returncode, openalex.replica.requests), done.stderr
    header = read_header(home / "out/snapshot.jsonl")
    assert "semantic_scholar" == header["source"]
    assert "asked_first" not in str(header["parameters"])
    assert "asked first" not in read_footer(home / "out/map.html")


def test_a_limit_in_the_middle_mixes_nothing_and_keeps_what_was_answered(s2: Side, openalex: Side, home: Path) -> None:
    s2.break_down(429, skip=3)
    done = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "--source", "auto", "-o", "out.jsonl",
                    "--max-wait", "5")  # fmt: skip
    assert (0, 1) == (done.returncode, done.stderr.count(SAID)), done.stderr
    assert "openalex" == read_header(home / "out.jsonl")["source"]
    assert not re.search(r'"(corpus_id|s2)"', (home / "out.jsonl").read_text(encoding="utf-8"))

    seen = set(s2.list_requests()[:3])
    s2.repair()
    again = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "-o", "again.jsonl")
    assert (0, set()) == (again.returncode, seen & set(s2.list_requests()))


def test_a_snapshot_of_the_second_source_is_reused(s2: Side, openalex: Side, home: Path) -> None:
    s2.break_down(403)
    ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out")
    before = (home / "out/graph.json").read_bytes()
    for side in (s2, openalex):
        side.repair()
    done = ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out")
    assert 0 == done.returncode, done.stderr
    assert ([], []) == (s2.replica.requests, openalex.replica.requests)
    assert before == (home / "out/graph.json").read_bytes()


def test_a_named_source_does_not_reuse_a_snapshot_of_the_other(s2: Side, openalex: Side, home: Path) -> None:
    ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out", "--source", "openalex")
    done = ask_both(home, s2.replica.url, openalex.replica.url, "build", "-o", "out", "--source", "semantic-scholar")
    assert 0 == done.returncode, done.stderr
    assert "comes from OpenAlex, not from Semantic Scholar; ignoring this snapshot" in done.stderr
    assert "semantic_scholar" == read_header(home / "out/snapshot.jsonl")["source"]


def test_a_rejected_key_is_an_error_and_asks_no_other_source(s2: Side, openalex: Side, home: Path) -> None:
    s2.break_down(403)
    done = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "--source", "auto", "-o", "out.jsonl",
                    SEMANTIC_SCHOLAR_API_KEY="synthetic-key-0123456789")  # fmt: skip
    assert (4, []) == (done.returncode, openalex.replica.requests), done.stderr
    assert "rejects the key" in done.stderr
    assert "synthetic-key" not in done.stderr


def test_a_given_address_of_the_first_source_alone_asks_no_other(s2: Side, home: Path) -> None:
    s2.break_down(403)
    for command in (["--api-url", s2.replica.url], []):
        addresses = {} if command else {"SEMANTIC_SCHOLAR_API_URL": s2.replica.url}
        done = ask(home, "enrich", "--source", "auto", "-o", "out.jsonl", *command, **addresses)
        assert 4 == done.returncode
        assert "OpenAlex" not in done.stderr


def test_two_sources_without_an_answer_are_named_in_one_line(home: Path) -> None:
    done = ask_both(home, REFUSED, REFUSED, "build", "-o", "out")
    warnings = [line for line in done.stderr.splitlines() if "Semantic Scholar" in line and "OpenAlex" in line]
    assert (0, 1) == (done.returncode, len(warnings)), done.stderr
    assert re.search("Semantic Scholar.*OpenAlex", warnings[0])
    assert not (home / "out/snapshot.jsonl").exists()


# --- by name -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "code"), [("build", 0), ("enrich", 4)])
def test_a_source_named_by_hand_is_never_replaced(
    command: str, code: int, s2: Side, openalex: Side, home: Path
) -> None:
    s2.break_down(429)
    out = "out" if command == "build" else "out.jsonl"
    done = ask_both(home, s2.replica.url, openalex.replica.url, command, "-o", out, "--source", "semantic-scholar",
                    "--max-wait", "1")  # fmt: skip
    assert (code, []) == (done.returncode, openalex.replica.requests)
    assert "OpenAlex" not in done.stderr


# --- both ----------------------------------------------------------------------------------------------------


def test_both_writes_one_file_for_each_source(s2: Side, openalex: Side, home: Path) -> None:
    done = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "--source", "both", "-o", "data/out.jsonl")
    assert 0 == done.returncode, done.stderr
    found = {path.name: read_header(path)["source"] for path in (home / "data").iterdir()}
    assert {"out.semantic-scholar.jsonl": "semantic_scholar", "out.openalex.jsonl": "openalex"} == found


def test_both_plans_each_source_by_name(s2: Side, openalex: Side, home: Path) -> None:
    done = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "--source", "both", "--plan")
    assert 0 == done.returncode, done.stderr
    assert ["Semantic Scholar:", "OpenAlex:"] == [line for line in done.stdout.splitlines() if line.endswith(":")]
    assert ([], []) == (s2.replica.requests, openalex.replica.requests)


def test_auto_plans_the_first_source_and_what_would_be_asked_instead(s2: Side, openalex: Side, home: Path) -> None:
    done = ask_both(home, s2.replica.url, openalex.replica.url, "enrich", "--source", "auto", "--plan")
    assert 0 == done.returncode, done.stderr
    headings = ["Semantic Scholar:", "OpenAlex, if Semantic Scholar is unavailable:"]
    assert headings == [line for line in done.stdout.splitlines() if line.endswith(":")]
    assert 2 == done.stdout.count("\ntotal: ")
    first, second = done.stdout.split(headings[1])
    assert ("credit" not in first, "$" in second) == (True, True)
    assert ([], []) == (s2.replica.requests, openalex.replica.requests)

    alone = ask(home, "enrich", "--source", "auto", "--plan", SEMANTIC_SCHOLAR_API_URL=s2.replica.url)
    assert (first.removeprefix(f"{headings[0]}\n"), 0) == (alone.stdout, alone.returncode)


def test_python_plans_auto_and_both(openalex: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_URL", openalex.replica.url)
    plan = plan_enrichment(CATALOG, source="auto")
    [instead] = plan.more
    assert ("Semantic Scholar", "OpenAlex, if Semantic Scholar is unavailable") == (plan.heading, instead.heading)
    assert (0, None) == (plan.credits, plan.budget)
    assert 0 < instead.credits
    assert plan_enrichment(CATALOG, source="openalex").steps == instead.steps
    [other] = plan_enrichment(CATALOG, source="both").more
    assert ("OpenAlex", instead.steps) == (other.heading, other.steps)


def test_both_writes_the_one_that_answers_and_exits_4(openalex: Side, home: Path) -> None:
    done = ask_both(home, REFUSED, openalex.replica.url, "enrich", "--source", "both", "-o", "data/out.jsonl")
    assert 4 == done.returncode
    assert ["out.openalex.jsonl"] == [path.name for path in (home / "data").iterdir()]
    assert "error: Semantic Scholar (127.0.0.1) cannot be reached" in done.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["build", "--source", "both"], "set OPENALEX_API_URL as well"),
        (["enrich", "--source", "both"], "set OPENALEX_API_URL as well"),
        (["enrich", "--source", "both", "-o", "-"], "writes two files"),
    ],
)
def test_both_is_refused_where_it_has_no_meaning(command: list[str], said: str, home: Path) -> None:
    done = ask(home, *command)
    assert 2 == done.returncode
    assert said in " ".join(done.stderr.split())


# --- one graph of both ---------------------------------------------------------------------------------------

NAMED = {"snapshot.semantic-scholar.jsonl", "snapshot.openalex.jsonl"}


def list_snapshots(home: Path) -> set[str]:
    return {path.name for path in (home / "out").glob("snapshot*")}


def build_both(home: Path, s2: str, openalex: str, *options: str) -> CompletedProcess[str]:
    return ask_both(home, s2, openalex, "build", "--source", "both", "-o", "out", "--max-wait", "2", *options)


def test_a_build_of_both_makes_one_graph_and_says_what_each_contributes(s2: Side, openalex: Side, home: Path) -> None:
    done = build_both(home, s2.replica.url, openalex.replica.url)

    assert 0 == done.returncode, done.stderr
    assert NAMED == list_snapshots(home)
    graph = read_graph(home / "out").graph
    assert "semantic_scholar; openalex" == graph["snapshot_source"]
    assert "Data: Semantic Scholar and OpenAlex, snapshot" in read_footer(home / "out/map.html")
    said = [line for line in done.stderr.splitlines() if "in no other source" in line]
    counts = "5 papers with a record, 3 with references, 4 with citations; 15 citing works, 22 citations"
    assert [f"{title}: {counts}, 0 in no other source" for title in ("Semantic Scholar", "OpenAlex")] == said
    matches = (home / "catalog/matches.yaml").read_text(encoding="utf-8")
    assert {"semantic_scholar:", "openalex:"} <= {line.strip() for line in matches.splitlines()}


def test_snapshots_of_both_are_reused_together_and_apart(
    s2: Side, openalex: Side, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build_both(home, s2.replica.url, openalex.replica.url)
    before = (home / "out/graph.json").read_bytes()
    for side in (s2, openalex):
        side.repair()
    for options in ([], ["--offline"]):
        done = build_both(home, s2.replica.url, openalex.replica.url, *options)
        assert 0 == done.returncode, done.stderr
        assert before == (home / "out/graph.json").read_bytes()

    done = ask_both(home, s2.replica.url, openalex.replica.url, "build", "--source", "openalex", "-o", "out")
    assert 0 == done.returncode, done.stderr
    assert ([], []) == (s2.replica.requests, openalex.replica.requests)
    assert "openalex" == read_header(home / "out/snapshot.jsonl")["source"]
    assert "openalex" == read_graph(home / "out").graph["snapshot_source"]
    assert "do not belong" not in caplog.text

    done = build_both(home, s2.replica.url, openalex.replica.url)
    assert (0, NAMED) == (done.returncode, list_snapshots(home)), done.stderr


def test_a_snapshot_of_one_source_is_kept_when_the_other_joins(s2: Side, openalex: Side, home: Path) -> None:
    ask_both(home, s2.replica.url, openalex.replica.url, "build", "--source", "openalex", "-o", "out")
    openalex.repair()
    done = build_both(home, s2.replica.url, openalex.replica.url)
    assert (0, []) == (done.returncode, openalex.replica.requests), done.stderr
    assert NAMED == list_snapshots(home)
    assert "ignoring" not in done.stderr


@pytest.mark.parametrize("lost", [0, 1])
def test_if_one_of_both_fails_the_other_is_used_and_the_code_is_4(
    lost: int, s2: Side, openalex: Side, home: Path
) -> None:
    addresses = [s2.replica.url, openalex.replica.url]
    addresses[lost] = REFUSED
    done = build_both(home, *addresses)

    assert 4 == done.returncode
    titles = ("Semantic Scholar", "OpenAlex")
    warnings = [line for line in done.stderr.splitlines() if "cannot be reached" in line]
    assert 1 == len(warnings)
    assert warnings[0].startswith(f"{titles[lost]} (127.0.0.1) cannot be reached")
    assert warnings[0].endswith(f"; continuing with {titles[1 - lost]}")
    assert {"snapshot.jsonl"} == list_snapshots(home)
    assert PROVIDERS[1 - lost] == read_graph(home / "out").graph["snapshot_source"]


def test_if_both_fail_the_curated_facts_are_used_and_the_code_is_4(home: Path) -> None:
    done = build_both(home, REFUSED, REFUSED)
    warnings = [line for line in done.stderr.splitlines() if "Semantic Scholar" in line and "OpenAlex" in line]
    assert (4, 1) == (done.returncode, len(warnings)), done.stderr
    assert re.search("Semantic Scholar.*OpenAlex", warnings[0])
    assert (home / "out/map.html").exists()


def test_both_is_a_source_in_python(s2: Side, openalex: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_URL", openalex.replica.url)
    made = build(CATALOG, source="both", api_url=s2.replica.url, rate=0, progress="off")
    assert list(PROVIDERS) == [snapshot.source for snapshot in made.snapshots]
    assert () == made.unavailable
