from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flgraph.errors import OutputError
from flgraph.files.atomic import replace_bytes, write_bytes, write_text, write_together
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from tests.full_disk import write_limit
from tests.running import run


def test_text_gets_a_final_newline_and_missing_folders(tmp_path: Path) -> None:
    path = write_text(tmp_path / "a" / "b.txt", "größer")

    assert "größer\n".encode() == path.read_bytes()


def test_nothing_but_the_file_is_left_beside_it(tmp_path: Path) -> None:
    write_bytes(tmp_path / "out", b"1")
    write_bytes(tmp_path / "out", b"2")

    assert {"out": b"2"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_a_new_file_has_the_mode_that_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        path = write_bytes(tmp_path / "out", b"1")
    finally:
        os.umask(before)

    assert 0o640 == stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o000])
def test_files_written_together_have_the_mode_that_the_umask_allows(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        write_all(tmp_path, "one", "two")
    finally:
        os.umask(before)

    assert [0o666 & ~umask] * 2 == [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("one", "two")]


def test_threads_write_many_files_with_one_mode(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with ThreadPoolExecutor(8) as pool:
            futures = [pool.submit(write_bytes, tmp_path / f"{number % 20}", b"x" * number) for number in range(400)]
            plain = [pool.submit((tmp_path / f"plain-{number}").touch) for number in range(400)]
        after = os.umask(0o027)
    finally:
        os.umask(before)

    assert [None] * 800 == [future.exception() for future in (*futures, *plain)]
    assert 0o027 == after
    assert {0o640} == {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert 420 == len(list(tmp_path.iterdir()))


def test_threads_leave_a_whole_file_of_one_of_them(tmp_path: Path) -> None:
    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write_bytes, [tmp_path / "out"] * 8, contents))

    assert (tmp_path / "out").read_bytes() in contents
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_what_replaces_a_private_file_is_private_all_along(tmp_path: Path) -> None:
    """An audit hook sees the new file before it gets its mode, in a process of its own: hooks stay for good."""
    path = write_bytes(tmp_path / "out", b"1")
    path.chmod(0o640)
    script = (
        "import os, sys\n"
        "from flgraph.files.atomic import write_bytes\n"
        "def watch(event, arguments):\n"
        "    if event == 'os.chmod':\n"
        "        print(oct(os.stat(arguments[0]).st_mode & 0o777))\n"
        "sys.addaudithook(watch)\n"
        "write_bytes(sys.argv[1], b'2')\n"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], env=unmeasured, capture_output=True, text=True, check=True
    )

    assert "0o600\n" == done.stdout
    assert 0o640 == stat.S_IMODE(path.stat().st_mode)


def test_a_folder_in_the_way_is_said_in_one_line_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(OutputError, match=r"out: cannot be written \(Is a directory\)") as caught:
        write_bytes(tmp_path / "out", b"1")

    assert 1 == len(str(caught.value).splitlines())
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_a_file_where_a_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")

    with pytest.raises(OutputError, match="cannot be written"):
        write_text(tmp_path / "file" / "out", "x")

    assert "kept" == (tmp_path / "file").read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full to fill")
def test_a_full_disk_leaves_the_earlier_file_whole(tmp_path: Path) -> None:
    """A file size limit fails the write as a full disk does, in a process of its own."""
    path = write_text(tmp_path / "out", "before")
    script = (
        "import signal, sys\n"
        "from flgraph.files.atomic import write_bytes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"{write_limit(1000)}\n"
        "try:\n    write_bytes(sys.argv[1], b'x' * 100_000)\n"
        "except Exception as error:\n    print(type(error).__name__)\n"
    )
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], env=unmeasured, capture_output=True, text=True, check=True
    )

    assert "OutputError\n" == done.stdout
    assert "before\n" == path.read_text()
    assert ["out"] == [path.name for path in tmp_path.iterdir()]


def test_a_link_stays_and_its_target_changes(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "there" / "target")

    write_bytes(tmp_path / "link", b"new target")
    write_bytes(tmp_path / "link", b"changed")

    assert (tmp_path / "link").is_symlink()
    assert b"changed" == (tmp_path / "there" / "target").read_bytes()


def test_links_in_a_circle_are_said(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")

    with pytest.raises(OutputError, match="one: cannot be written"):
        write_bytes(tmp_path / "one", b"1")


def test_a_file_keeps_its_mode(tmp_path: Path) -> None:
    path = write_bytes(tmp_path / "out", b"1")
    path.chmod(0o600)
    write_bytes(path, b"2")

    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def write_all(folder: Path, *names: str) -> None:
    with write_together(folder) as stage:
        for name in names:
            write_bytes(stage / name, b"new")


def test_files_written_together_keep_modes_and_links(tmp_path: Path) -> None:
    private = write_bytes(tmp_path / "private", b"old")
    private.chmod(0o600)
    target = write_bytes(tmp_path / "elsewhere" / "target", b"old")
    (tmp_path / "link").symlink_to(target)
    write_all(tmp_path, "private", "link", "fresh")

    assert 0o600 == stat.S_IMODE(private.stat().st_mode)
    assert (tmp_path / "link").is_symlink()
    assert [b"new"] * 3 == [path.read_bytes() for path in (private, target, tmp_path / "fresh")]


def test_a_folder_in_the_way_of_one_file_leaves_all_as_they_were(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"old")
    (tmp_path / "b").mkdir()

    with pytest.raises(OutputError, match=r"b: cannot be written \(Is a directory\)"):
        write_all(tmp_path, "a", "b")
    assert b"old" == (tmp_path / "a").read_bytes()
    assert ["a", "b"] == sorted(path.name for path in tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_into_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reader = subprocess.Popen(["cat", str(tmp_path / "pipe")], stdout=subprocess.PIPE)
    write_bytes(tmp_path / "pipe", b"through")

    assert b"through" == reader.communicate()[0]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_device_is_written_into_and_stays() -> None:
    write_bytes(os.devnull, b"gone")

    assert not stat.S_ISREG(Path(os.devnull).stat().st_mode)


def test_names_may_be_as_long_as_they_can_be_and_no_longer(tmp_path: Path) -> None:
    assert b"1" == write_bytes(tmp_path / ("a" * 255), b"1").read_bytes()

    with pytest.raises(OutputError, match=r"a: cannot be written \(File name too long\)") as caught:
        write_bytes(tmp_path / ("a" * 256), b"1")
    assert 1 == len(str(caught.value).splitlines())


# --- standard output -------------------------------------------------------------------------------------


def run_apart(
    *arguments: str, cwd: Path, stdout: int = subprocess.PIPE, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-m", "flgraph", *arguments],
        cwd=cwd,
        env={**unmeasured, **environment},
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", [("export", "-f", "csv", "-o", "-"), ("show", "fedbn")])
def test_a_full_disk_behind_standard_output_is_one_line(command: tuple[str, ...], graph_folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run_apart(*command, cwd=graph_folder, stdout=full.fileno())

    assert 1 == done.returncode
    assert 2 == len(done.stderr.splitlines())
    assert b"error: standard output: cannot be" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("command", [("export", "-f", "csv", "-o", "-"), ("show", "fedbn"), ("rank", "--of", "topics")])
def test_a_reader_that_has_gone_is_no_news(command: tuple[str, ...], graph_folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run_apart(*command, cwd=graph_folder, stdout=writing)
    os.close(writing)

    assert 1 == done.returncode
    assert [b"flgraph-out/graph.json"] == [line.partition(b": ")[0] for line in done.stderr.splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "cp1252"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}])
def test_data_are_utf8_whatever_the_terminal(environment: dict[str, str], tmp_path: Path) -> None:
    graph = KnowledgeGraph()
    graph.add_node("paper:p", kind="paper", label="p", key="p", title="Synthetic ≥ 李", in_catalog=True)
    path = str(write_graph(graph, tmp_path / "graph.json"))
    commands = [("show", path, "p"), ("export", path, "-f", "csv", "-o", "-")]

    for command in commands:
        assert "Synthetic ≥ 李" in run_apart(*command, cwd=tmp_path, **environment).stdout.decode("utf-8")


def test_a_name_that_no_file_can_have_is_one_line(tmp_path: Path) -> None:
    for command in (("build", "--offline", "-o", "a" * 300), ("rank", "a" * 300), ("lint", "a" * 300)):
        done = run(*command, cwd=tmp_path)

        assert 1 == done.returncode
        assert "(File name too long)" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_file_that_changed_in_the_meantime_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_bytes(b"as read")
    replace_bytes(path, b"changed", before=b"as read")
    assert b"changed" == path.read_bytes()

    with pytest.raises(OutputError, match="has changed in the meantime; run the command again"):
        replace_bytes(path, b"again", before=b"as read")
    assert b"changed" == path.read_bytes()
