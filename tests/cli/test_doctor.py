"""`flgraph doctor`: what it says of an installation, and what it finds of the services."""

from __future__ import annotations

import json
import locale
import re
import socket
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from io import StringIO
from pathlib import Path
from shutil import copytree
from subprocess import CompletedProcess
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

import flgraph
from flgraph.cli.doctor_checks import check_terminal
from flgraph.cli.doctor_live import Report, summarize
from flgraph.cli.main import cli
from flgraph.sources.openalex.probes import PROBES
from flgraph.sources.probes import ProbeResult, find_probes
from tests.replica import Fault, Replica
from tests.replica.openalex import Fault as OpenAlexFault
from tests.replica.openalex import OpenAlexReplica
from tests.replica.probed import make_probed_papers, make_probed_works
from tests.running import REFUSED, run, run_apart

KEY = "synthetic-key-0123456789"
ECHO = {"message": f"Forbidden: {KEY}", "error": f"no such key: {KEY}"}


class Both(NamedTuple):
    """Both replicas, and how to run the doctor where they are the services."""

    s2: Replica
    openalex: OpenAlexReplica
    folder: Path

    def run(self, *more: str, **environment: str) -> CompletedProcess[str]:
        addresses = {"SEMANTIC_SCHOLAR_API_URL": self.s2.url, "OPENALEX_API_URL": self.openalex.url}
        cache = {"FLGRAPH_CACHE": str(self.folder / "cache.sqlite")}
        return run("doctor", *more, cwd=self.folder, **{**addresses, **cache, **environment})

    def ask(self, **environment: str) -> tuple[int, dict[str, dict[str, Any]]]:
        """Return the exit code of `--live`, and its results by name."""
        done = self.run("--live", "--rate", "0", "--format", "json", **environment)
        sources = json.loads(done.stdout)["sources"]
        return done.returncode, {one["name"]: one for source in sources for one in source["results"]}


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    with ExitStack() as stack:
        s2 = stack.enter_context(Replica(make_probed_papers(), keys={KEY}))
        yield Both(s2, stack.enter_context(OpenAlexReplica(make_probed_works(), keys={KEY})), tmp_path)


def read_checks(done: CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    return {check["name"]: (check["state"], check["found"]) for check in json.loads(done.stdout)["checks"]}


def name_different(results: dict[str, dict[str, Any]]) -> set[str]:
    return {name for name, result in results.items() if result["outcome"] != "same"}


# --- checks ------------------------------------------------------------------------------------------------


def test_a_healthy_installation_has_only_ok_lines(both: Both) -> None:
    done = both.run()

    assert (0, "") == (done.returncode, done.stderr)
    *lines, last = done.stdout.splitlines()
    assert "0 errors, 0 warnings: flgraph is usable" == last
    assert {"ok"} == {line.split()[0] for line in lines}
    found = [line.split(maxsplit=1)[1].partition("  ")[0] for line in lines]
    needed = {"flgraph", "Python", "platform", "networkx", "pandas", "pydantic", "semanticscholar", "pyvis", "cache"}
    assert needed | {"extra: notebook", "terminal", "clock", "Semantic Scholar", "OpenAlex"} <= set(found)
    assert "ok       bundled catalog           56 papers" in lines
    assert (1, 1) == (len(both.s2.requests), len(both.openalex.requests))


def test_the_columns_are_aligned(both: Both) -> None:
    lines = both.run().stdout.splitlines()[:-1]
    start = len("ok       SEMANTIC_SCHOLAR_API_KEY  ")

    assert {" "} == {line[start - 1] for line in lines}
    assert not [line for line in lines if line[start] == " "]


def test_programs_get_the_same_checks_as_json(both: Both) -> None:
    shown, done = both.run(), both.run("--format", "json")
    body = json.loads(done.stdout)

    assert body["usable"] is True
    assert {"name", "state", "found", "remedy"} == set(body["checks"][0])
    names = [line[9:33].strip() for line in shown.stdout.splitlines()[:-1]]
    assert names == [check["name"] for check in body["checks"]]


def test_without_a_network_it_says_what_is_missing_and_that_the_rest_works(tmp_path: Path) -> None:
    done = run("doctor", cwd=tmp_path, OPENALEX_API_URL=REFUSED)

    assert 0 == done.returncode
    warnings = [line for line in done.stdout.splitlines() if line.startswith("warning")]
    assert ["Semantic Scholar", "OpenAlex"] == [line[9:33].strip() for line in warnings]
    assert all("  127.0.0.1 cannot be reached: " in line and "work offline" in line for line in warnings)
    assert done.stdout.endswith("0 errors, 2 warnings (Semantic Scholar, OpenAlex): flgraph is usable\n")


@pytest.mark.slow
def test_services_that_never_answer_take_less_than_ten_seconds(tmp_path: Path) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2)]
        s2, openalex = (f"http://127.0.0.1:{one.getsockname()[1]}" for one in silent)
        began = time.monotonic()
        done = run_apart("doctor", cwd=tmp_path, SEMANTIC_SCHOLAR_API_URL=s2, OPENALEX_API_URL=openalex)

    assert 10 > time.monotonic() - began
    assert (0, 2) == (done.returncode, done.stdout.count(" 4 s; try again later"))


def test_offline_sends_nothing_and_warns_of_nothing(both: Both) -> None:
    done = both.run("--offline", "--format", "json")

    assert 0 == done.returncode
    assert {"ok"} == {state for state, _ in read_checks(done).values()}
    assert [] == [*both.s2.requests, *both.openalex.requests]


@pytest.mark.parametrize(
    ("key", "state", "said"),
    [
        (KEY, "ok", "set"),
        ("", "warning", "set but blank, which counts as not set"),
        ("  \n", "warning", "set but blank, which counts as not set"),
        (f"'{KEY}'", "warning", "set, but it begins or ends with a quotation mark"),
        (f"{KEY} {KEY}", "error", "set, but it contains spaces or non-ASCII characters"),
        (f"{KEY}é", "error", "set, but it contains spaces or non-ASCII characters"),
    ],
)
def test_a_key_is_judged_and_never_shown(key: str, state: str, said: str, both: Both) -> None:
    done = both.run("--format", "json", OPENALEX_API_KEY=key, SEMANTIC_SCHOLAR_API_KEY=key)

    checks = read_checks(done)
    assert {(state, said)} == {checks[f"{name}_API_KEY"] for name in ("OPENALEX", "SEMANTIC_SCHOLAR")}
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("more", [[], ["--live", "--rate", "0"]])
def test_a_key_that_the_services_echo_is_shown_nowhere(form: str, more: list[str], both: Both) -> None:
    both.s2.faults = [Fault("status", status=403, body=ECHO, times=99)]
    both.openalex.keys = {"another"}
    done = both.run("--format", form, *more, "-o", "report", OPENALEX_API_KEY=KEY, SEMANTIC_SCHOLAR_API_KEY=KEY)

    report = (both.folder / "report").read_text(encoding="utf-8")
    assert 4 if more else 1 == done.returncode
    assert "401 with JSON" in report
    assert "403 with JSON" in report
    assert KEY not in done.stdout + done.stderr + report
    assert {KEY} == {request.key for request in both.s2.requests}


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        (Fault("status", status=429), "warning", "limits the request rate (429)"),
        (Fault("status", status=503), "warning", "returned a server error (503: Service Unavailable)"),
        (Fault("html", status=200), "warning", "answers 200 with HTML"),
        (Fault("empty"), "warning", "answers 200 with no body"),
        (Fault("status", status=403), "warning", "answers 403 with JSON: Forbidden"),
        (Fault("reset"), "warning", "closed the connection"),
    ],
)
def test_a_service_that_does_not_answer_is_a_warning(fault: Fault, state: str, said: str, both: Both) -> None:
    both.s2.faults = [fault]
    done = both.run("--format", "json")

    assert 0 == done.returncode
    found = read_checks(done)["Semantic Scholar"]
    assert (state, True) == (found[0], said in found[1])
    assert "ok" == read_checks(done)["OpenAlex"][0]


def test_an_address_that_is_none_is_an_error(both: Both) -> None:
    done = both.run("--format", "json", OPENALEX_API_URL="ftp://user:secret@host")

    assert (1, "error") == (done.returncode, read_checks(done)["OpenAlex"][0])
    assert "secret" not in done.stdout


def test_a_password_in_an_address_or_a_proxy_is_not_shown(both: Both) -> None:
    address = both.openalex.url.replace("//", "//user:secret@")
    done = both.run(OPENALEX_API_URL=address, HTTPS_PROXY="http://user:secret@127.0.0.1:9")

    assert "set by HTTPS_PROXY" in done.stdout
    assert "secret" not in done.stdout


def test_a_file_that_is_no_cache_is_an_error_and_stays(both: Both) -> None:
    path = both.folder / "thesis.txt"
    path.write_text("words", encoding="utf-8")
    done = both.run("--cache", str(path))

    assert 1 == done.returncode
    assert "is not a cache of flgraph" in done.stdout
    assert done.stdout.endswith("1 error (cache), 0 warnings: flgraph is not usable until the errors are corrected\n")
    assert "words" == path.read_text(encoding="utf-8")


def test_options_of_the_live_report_need_it(both: Both) -> None:
    assert 2 == both.run("--rate", "1").returncode
    assert 2 == both.run("--live", "--offline").returncode


# --- questions to the services -----------------------------------------------------------------------------


def test_both_replicas_answer_every_question_as_expected(both: Both) -> None:
    code, results = both.ask()

    assert set() == name_different(results)
    assert 0 == code
    assert [probe.name for one in find_probes() for probe in one.probes] == list(results)
    assert (31, 34) == (both.openalex.credits, len(both.openalex.requests) + len(both.s2.requests))


def reverse_rows(body: dict[str, Any]) -> None:
    body["results"].reverse()


def drop_rows(body: dict[str, Any]) -> None:
    body.update(results=[])


def test_five_planted_deviations_of_openalex_are_found_and_no_others(both: Both) -> None:
    both.openalex.merged = 301
    both.openalex.faults = [
        OpenAlexFault("status", status=400, path="search.title"),
        OpenAlexFault("body", path="sample=", skip=1, change=reverse_rows),
        OpenAlexFault("status", status=403, path="cursor=2"),
        OpenAlexFault("body", path="landing_page_url", change=drop_rows),
    ]
    code, results = both.ask()

    assert (1, {"gone", "search-title", "sample", "cursor", "landing-page"}) == (code, name_different(results))
    assert {"301 to W7000", "other works, or another order", "no work is found"} < {
        result["found"] for result in results.values()
    }
    assert "page 2: 403 with JSON: synthetic error: made up by the replica" == results["cursor"]["found"]


def test_five_planted_deviations_of_semantic_scholar_are_found_and_no_others(both: Both) -> None:
    both.s2.papers = [{**paper, "references": paper["references"] or []} for paper in both.s2.papers]
    both.s2.faults = [
        Fault("status", status=200, path="paper/batch", skip=2, body=[None] * 501),
        Fault("status", status=200, path="search/match", skip=1, body={"data": []}),
        Fault("status", status=200, path="paper/search", skip=1, body={"total": 0, "offset": 0, "data": []}),
        Fault("status", status=400, path="/citations", skip=1),
    ]
    code, results = both.ask()

    planted = {"batch-limit", "match-miss", "search-miss", "page-size", "withheld"}
    assert (1, planted) == (code, name_different(results))
    assert "6 of 6 lists are empty, none is null" == results["withheld"]["found"]
    assert "total 0, with a list" == results["search-miss"]["found"]


def grow(works: list[dict[str, Any]]) -> None:
    works[0]["_cited_by_count"] = 17


def forget(works: list[dict[str, Any]]) -> None:
    works[:] = [work for work in works if not work.get("is_xpac")]


@pytest.mark.parametrize(
    ("change", "name", "found"),
    [
        (grow, "stored-count", "nearer to both: the record counts 17, the core lists 12, both list 17"),
        (forget, "corpus", "it lists 12 works, the core alone 12"),
        (forget, "stored-count", "it cannot be told: both lists have 12 works, and the record counts 12"),
    ],
)
def test_what_the_expansion_corpus_adds_is_counted(
    change: Callable[[list[dict[str, Any]]], None], name: str, found: str, both: Both
) -> None:
    change(both.openalex.works)
    _, results = both.ask()

    assert ("different", found) == (results[name]["outcome"], results[name]["found"])


def test_missing_headers_are_named(both: Both) -> None:
    both.openalex.states_limits = False
    _, results = both.ask()

    assert {"limit-headers", "budget", "price"} == name_different(results)
    assert "without X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset" == results["limit-headers"]["found"]


def test_with_a_key_the_budget_without_one_is_asked_without_it(both: Both) -> None:
    code, results = both.ask(OPENALEX_API_KEY=KEY, SEMANTIC_SCHOLAR_API_KEY=KEY)

    assert (0, set()) == (code, name_different(results))
    assert {KEY, None} == {request.key for request in both.openalex.requests}


def test_a_service_that_is_not_there_is_asked_once(both: Both) -> None:
    code, results = both.ask(OPENALEX_API_URL=REFUSED)

    openalex = next(one for one in find_probes() if one.provider.about.name == "openalex")
    assert (4, {probe.name for probe in openalex.probes}) == (code, name_different(results))
    assert "cannot be reached" in results["gone"]["found"]


def test_a_rejected_key_is_said_once_and_not_as_differences(both: Both) -> None:
    done = both.run("--live", "--source", "openalex", "--format", "json", OPENALEX_API_KEY="unknown")

    (source,) = json.loads(done.stdout)["sources"]
    assert (4, {"same": 1, "different": 0, "unanswered": 13}) == (done.returncode, source["counts"])
    assert [None, None, "unknown"] == [request.key for request in both.openalex.requests], "a cursor needs no key"


def test_a_malformed_key_leaves_the_other_source_to_be_asked(both: Both) -> None:
    done = both.run("--live", "--rate", "0", "--format", "json", OPENALEX_API_KEY="a b")

    s2, openalex = json.loads(done.stdout)["sources"]
    assert (4, 14, 14) == (done.returncode, s2["counts"]["same"], openalex["counts"]["unanswered"])


def test_the_report_is_a_table_that_an_issue_shows(both: Both) -> None:
    both.openalex.faults = [OpenAlexFault("body", path="landing_page_url", change=drop_rows)]
    done = both.run("--live", "--rate", "0", "--source", "openalex", "-o", "report.md")

    report = (both.folder / "report.md").read_text(encoding="utf-8")
    assert (1, "report.md\n") == (done.returncode, done.stdout)
    assert report.startswith("# Report of `flgraph doctor --live`\n\nflgraph ")
    assert f"{both.openalex.url}, without a key: 13 same, 1 different, 0 unanswered\n\n" in report
    assert "\n\nThe answers are those of 127.0.0.1, asked in place of OpenAlex.\n\n| result | question |" in report
    row = next(line for line in report.splitlines() if "**different**" in line)
    assert row.endswith("| the work is found | no work is found |")
    assert [] == both.s2.requests


def test_a_reason_for_no_answer_is_said_once_above_the_table(both: Both) -> None:
    both.openalex.used["anonymous"] = 1_000
    done = both.run("--live", "--rate", "0", "--source", "openalex")

    assert (4, "14 questions: 5 same, 0 different, 9 unanswered\n") == (done.returncode, done.stderr)
    assert 1 == done.stdout.count("the budget of the day is used up (429)")
    assert "\n\nUnanswered: OpenAlex (127.0.0.1): the budget of the day is used up (429): 0 credits left" in done.stdout
    assert 9 == done.stdout.count("| **unanswered** |")


def test_a_login_page_is_no_difference_of_the_service(both: Both) -> None:
    both.s2.faults = [Fault("html", status=200, times=999)]
    done = both.run("--live", "--rate", "0", "--source", "semantic-scholar")

    assert (4, "14 questions: 0 same, 0 different, 14 unanswered\n") == (done.returncode, done.stderr)
    assert 1 == done.stdout.count("a page of a proxy or a login answers in place of the service (200 with HTML)")


def test_differences_of_a_stand_in_need_no_report_and_underscores_stay_readable(both: Both) -> None:
    both.openalex.faults = [OpenAlexFault("body", path="landing_page_url", change=drop_rows)]
    done = both.run("--live", "--rate", "0", "--source", "openalex")

    said = "14 questions: 13 same, 1 different, 0 unanswered; report nothing of 127.0.0.1, asked in place of OpenAlex\n"
    assert said == done.stderr
    assert "Does the filter locations.landing_page_url find a paper of arXiv?" in done.stdout


def test_differences_of_the_service_itself_are_to_be_reported() -> None:
    (probe,) = PROBES.probes[:1]
    results = (ProbeResult(*probe[:3], "something else", "different"),)
    report = Report("OpenAlex", "openalex", "https://api.openalex.org", False, results)
    said = summarize(Counter({"different": 1}), [report])
    assert "1 question: 0 same, 1 different, 0 unanswered; please report what differs in an issue" == said


def test_a_service_that_cannot_be_found_is_named_without_entities(both: Both) -> None:
    done = both.run("--live", "--rate", "0", "--source", "openalex", OPENALEX_API_URL="http://openalex.invalid")
    assert re.search(r"\nUnanswered: OpenAlex \(openalex\.invalid\) cannot be reached: [^&\n]+\n", done.stdout)


def test_a_stand_in_without_the_example_is_not_called_a_login_page(both: Both) -> None:
    both.openalex.works = []
    state, found = read_checks(both.run("--format", "json"))["OpenAlex"]
    lacks = "asked in place of OpenAlex, answers, but lacks the work asked for (404 with HTML)"
    assert ("warning", f"{both.openalex.url}, {lacks}") == (state, found)


def test_no_answer_of_a_live_question_is_cached(both: Both) -> None:
    both.ask()
    assert not (both.folder / "cache.sqlite").exists()


def test_a_damaged_cache_is_named_and_left_to_the_next_run(both: Both) -> None:
    path = both.folder / "cache.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA application_id = {0x666C6772}")
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    before = path.read_bytes()
    done = both.run()

    assert 0 == done.returncode
    assert "damaged (no such table: record); nothing: the next run sets it aside and starts anew" in done.stdout
    assert before == path.read_bytes()


def test_a_terminal_shows_the_marks_in_color_unless_no_color_is_set(tmp_path: Path) -> None:
    environment = {"FLGRAPH_CACHE": str(tmp_path / "cache.sqlite"), "NO_COLOR": ""}
    command = ["doctor", "--offline"]

    assert "\x1b[32mok" in CliRunner().invoke(cli, command, color=True, env=environment).output
    assert "\x1b" not in CliRunner().invoke(cli, command, color=True, env={**environment, "NO_COLOR": "1"}).output


class Terminal(StringIO):
    """An output that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("encoding", "state"), [("UTF-8", "ok"), ("cp1252", "warning")])
def test_a_terminal_is_described(encoding: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(locale, "getpreferredencoding", lambda **_: encoding)
    monkeypatch.setenv("COLUMNS", "77")
    monkeypatch.setenv("NO_COLOR", "1")
    check = check_terminal()

    assert (state, f"77 columns, without colors (NO_COLOR), {encoding.upper()}") == (check.state, check.found)


@pytest.mark.slow
def test_a_catalog_that_is_missing_from_the_package_is_an_error(both: Both) -> None:
    """As in a broken installation: the package is copied without its catalog."""
    copytree(Path(flgraph.__file__).parent, both.folder / "broken" / "flgraph")
    done = run_apart("doctor", "--offline", cwd=both.folder, PYTHONPATH=str(both.folder / "broken"))

    assert 1 == done.returncode
    assert "error    bundled catalog" in done.stdout
    assert "install flgraph again\n" in done.stdout
