"""The files of a build belong together, whatever stands in their folder or stops the build."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from flgraph.errors import OutputError
from flgraph.export.formats import export_graph
from flgraph.files.atomic import write_bytes, write_together
from flgraph.graph.files import read_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.pipeline import Build, build, write_build
from flgraph.records import Snapshot
from flgraph.snapshot.files import digest_catalog
from tests.replica.server import Replica
from tests.running import run

UNMEASURED = {name: value for name, value in os.environ.items() if not name.startswith("COV")}


@pytest.fixture
def made(folder: Path) -> Build:
    catalog = build(folder, offline=True).catalog
    snapshot = Snapshot.model_validate(
        {
            "source": "synthetic",
            "taken": "2026-01-02T03:04:05Z",
            "depth": 0,
            "catalog_digest": digest_catalog(catalog),
            "papers": {"alpha": {"id": "a" * 40, "citation_count": 3}},
        }
    )
    return build(catalog, snapshot=snapshot)


@pytest.fixture
def changed(made: Build) -> Build:
    """A build of the same catalog in which all four files differ."""
    assert made.snapshot is not None
    papers = {"alpha": made.snapshot.papers["alpha"].model_copy(update={"citation_count": 4})}
    return build(made.catalog, snapshot=made.snapshot.model_copy(update={"papers": papers}))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


# --- a build that is killed ------------------------------------------------------------------------------

KILLED = """
import os, pickle, signal, sys
from pathlib import Path
import flgraph as fg
catalog, snapshot = pickle.loads(sys.stdin.buffer.read())
made = fg.build(catalog, snapshot=snapshot)
folder, left = Path(sys.argv[1]), int(sys.argv[2])
def watch(event, arguments):
    global left
    if event == "os.rename" and Path(arguments[1]).parent == folder:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
fg.write_build(made, folder)
"""


def kill_build(made: Build, folder: Path, renames: int) -> int:
    """Write a build in a process of its own that is killed after some renames; return its exit code."""
    command = [sys.executable, "-c", KILLED, str(folder.resolve()), str(renames)]
    given = pickle.dumps((made.catalog, made.snapshot))
    return subprocess.run(command, env=UNMEASURED, input=given, check=False).returncode


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize(
    ("renames", "strangers"),
    [
        (0, ""),
        (1, "map.html does"),
        (2, "map.html and papers.csv do"),
        (3, "map.html, papers.csv and snapshot.jsonl do"),
    ],
)
def test_a_killed_build_leaves_a_folder_that_says_what_is_mixed_and_the_next_clears(
    renames: int, strangers: str, made: Build, changed: Build, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "out"
    write_build(made, out)
    before = contents(out)

    assert -9 == kill_build(changed, out, renames)
    assert before["graph.json"] == (out / "graph.json").read_bytes()
    assert 5 == len(list(out.iterdir())), "the stage is left"
    read_graph(out)
    expected = f"{out}: {strangers} not belong to graph.json; run `flgraph build` again with -o {out} to write them"
    assert ([f"{expected} together"] if strangers else []) == caplog.messages

    caplog.clear()
    write_build(changed, out)
    read_graph(out)
    assert [] == caplog.messages
    assert set(before) == {path.name for path in out.iterdir()}


def test_what_others_have_in_the_folder_stays(made: Build, tmp_path: Path) -> None:
    names = ["mine.txt", ".part-mine", ".flgraph-notes.part", ".0123456789abcdef.part", ".flgraph-0123456789abcdef"]
    for name in names:
        (tmp_path / name).write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / ".flgraph-0123456789abcdef.part").symlink_to(tmp_path / "elsewhere")
    write_build(made, tmp_path)

    assert ["mine"] * 5 == [(tmp_path / name).read_text() for name in names]
    assert (tmp_path / ".flgraph-0123456789abcdef.part" / "kept").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs file locks")
def test_leftovers_of_killed_runs_are_cleared(tmp_path: Path) -> None:
    (tmp_path / ".flgraph-0123456789abcdef.part").mkdir()
    (tmp_path / ".flgraph-0123456789abcdef.part" / "graph.json").touch()
    (tmp_path / ".flgraph-fedcba9876543210.part").touch()
    with write_together(tmp_path) as stage:
        write_bytes(stage / "new", b"new")

    assert ["new"] == [path.name for path in tmp_path.iterdir()]


WAITING = {
    "stage": """
import sys
from flgraph.files.atomic import write_bytes, write_together
with write_together(sys.argv[1]) as stage:
    write_bytes(stage / "slow", b"slow")
    print("ready", flush=True)
    sys.stdin.read()
""",
    "file": """
import sys
from flgraph.files.atomic import write_bytes
def watch(event, arguments):
    if event == "os.rename":
        print("ready", flush=True)
        sys.stdin.read()
sys.addaudithook(watch)
write_bytes(sys.argv[1] + "/slow", b"slow")
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("what", ["stage", "file"])
def test_what_a_living_process_writes_is_not_cleared(what: str, made: Build, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WAITING[what], str(tmp_path)]
    with subprocess.Popen(command, env=UNMEASURED, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"ready\n" == process.stdout.readline()
        write_build(made, tmp_path)
        assert 1 == len(list(tmp_path.glob(".flgraph-*")))
        process.communicate()

    assert 0 == process.returncode
    assert b"slow" == (tmp_path / "slow").read_bytes()
    assert [] == list(tmp_path.glob(".flgraph-*"))


@pytest.mark.slow
def test_many_builds_at_once_leave_whole_files_and_nothing_else(tmp_path: Path) -> None:
    script = """
import sys
from flgraph.files.atomic import write_bytes, write_together
for number in range(150):
    with write_together(sys.argv[1]) as stage:
        write_bytes(stage / "a", b"x" * 1000)
    write_bytes(sys.argv[1] + "/b", b"y" * 1000)
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    processes = [subprocess.Popen(command, env=UNMEASURED, stderr=subprocess.PIPE) for _ in range(3)]

    assert [b""] * 3 == [process.communicate()[1] for process in processes]
    assert {"a": b"x" * 1000, "b": b"y" * 1000} == contents(tmp_path)
    assert 2 == len(list(tmp_path.iterdir()))


def test_a_snapshot_changed_by_hand_is_not_overwritten(made: Build, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "flgraph-out"
    write_build(made, out)
    snapshot = out / "snapshot.jsonl"
    snapshot.write_text(snapshot.read_text().replace('"citation_count":3', '"citation_count":5'))
    before = contents(out)
    with Replica() as server:
        done = run("build", "catalog", "--api-url", server.url, cwd=tmp_path)

    assert 1 == done.returncode
    assert done.stderr.startswith("error: flgraph-out/snapshot.jsonl: was changed after flgraph wrote it; to accept")
    assert 1 == len(done.stderr.splitlines())
    assert [] == server.requests
    assert before == contents(out)


# --- links and what is no file ---------------------------------------------------------------------------


@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_named_as_the_folder_is_followed(is_there: bool, made: Build, tmp_path: Path) -> None:
    if is_there:
        (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to("there")
    written = write_build(made, tmp_path / "link")

    assert (tmp_path / "link").is_symlink()
    assert {"graph.json", "papers.csv", "map.html", "snapshot.jsonl"} == set(contents(tmp_path / "there"))
    assert {tmp_path / "link"} == {path.parent for path in written}


def test_links_in_a_circle_are_said(made: Build, tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")

    with pytest.raises(OutputError, match="one: cannot be written"):
        write_build(made, tmp_path / "one")


@pytest.mark.parametrize("name", ["graph.json", "papers.csv", "map.html", "snapshot.jsonl", "matches.yaml"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_that_leads_out_of_the_folder_is_refused(name: str, is_there: bool, made: Build, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    write_build(made, out)
    (out / name).unlink(missing_ok=True)
    if is_there:
        elsewhere.write_text("theirs")
    (out / name).symlink_to("../elsewhere")
    before = contents(out)

    with pytest.raises(OutputError) as caught:
        write_build(made, out, matches=out / "matches.yaml")
    said = f"{out / name}: is a link that leads out of its folder, to {elsewhere}"
    assert f"{said}; remove it, or choose another folder with -o" == str(caught.value)
    assert before == contents(out)
    assert is_there == elsewhere.exists()
    assert not is_there or elsewhere.read_text() == "theirs"


def test_a_link_inside_the_folder_is_followed(made: Build, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "papers.csv").write_text("old")
    (tmp_path / "papers.csv").symlink_to("old/papers.csv")
    write_build(made, tmp_path)

    assert (tmp_path / "papers.csv").is_symlink()
    assert (tmp_path / "old" / "papers.csv").read_text().startswith("node,rank,")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_in_the_place_of_a_file_is_refused(made: Build, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    os.mkfifo(out / "papers.csv")

    with pytest.raises(OutputError, match=r"papers\.csv: is not a file; remove it, or choose another folder with -o$"):
        write_build(made, out)
    assert ["papers.csv"] == [path.name for path in out.iterdir()]


def test_a_build_is_refused_before_it_asks_anything(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "map.html").symlink_to(tmp_path / "elsewhere")
    with Replica() as server:
        done = run("build", "catalog", "-o", "out", "--api-url", server.url, cwd=tmp_path)

    assert 1 == done.returncode
    assert [] == server.requests
    assert done.stderr.startswith("error: out/map.html: is a link that leads out of its folder, to ")
    assert 1 == len(done.stderr.splitlines())


def test_tables_are_written_together_or_not_at_all(graph: KnowledgeGraph, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "papers.csv").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OutputError, match="leads out of its folder"):
        export_graph(graph, tmp_path / "out", format="tables")
    assert ["papers.csv"] == [path.name for path in (tmp_path / "out").iterdir()]
    assert not (tmp_path / "elsewhere").exists()


# --- inputs that are no files ----------------------------------------------------------------------------


def put(kind: str, path: Path) -> None:
    path.unlink(missing_ok=True)
    if kind == "a named pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    else:
        with socket.socket(socket.AF_UNIX) as bound:
            bound.bind(str(path))


INPUTS = {
    "papers.yaml": ("lint", "catalog"),
    "datasets.yaml": ("build", "catalog", "--offline", "-o", "out"),
    "matches.yaml": ("lint", "catalog"),
    "catalog.yaml": ("lint", "catalog"),
    "s.jsonl": ("build", "catalog", "--snapshot", "catalog/s.jsonl"),
    "graph.json": ("rank", "catalog/graph.json"),
    "p.json": ("map", "--positions", "catalog/p.json"),
    "c.yaml": ("suggest", "--accepted", "catalog/c.yaml"),
}


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs named pipes, devices and sockets")
@pytest.mark.parametrize("kind", ["a named pipe", "a device", "a socket"])
@pytest.mark.parametrize("name", INPUTS)
def test_an_input_that_is_no_file_is_refused_in_one_line(
    name: str, kind: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)  # the name of a socket has at most 107 bytes
    put(kind, Path(name))
    done = run(*INPUTS[name], cwd=tmp_path)

    assert 1 == done.returncode, done.stdout + done.stderr
    (said,) = [line for line in (done.stdout + done.stderr).splitlines() if f"catalog/{name}" in line]
    assert f"it is {kind}" in said


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_for_the_snapshot_in_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "flgraph-out").mkdir()
    os.mkfifo(tmp_path / "flgraph-out" / "snapshot.jsonl")
    done = run("build", "catalog", "--offline", cwd=tmp_path)

    assert 1 == done.returncode
    assert "error: flgraph-out/snapshot.jsonl: is not a file" in done.stderr
