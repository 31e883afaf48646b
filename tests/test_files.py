from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from flgraph.errors import OutputError
from flgraph.files import write_bytes, write_text


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
        "import resource, signal, sys\n"
        "from flgraph.files import write_bytes\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
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
