"""Write a file whole or not at all, the same bytes on every system."""

from __future__ import annotations

import errno
import io
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flgraph.errors import OutputError


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write `content` beside `path`, then rename: a reader sees the old file or the new one, never a part.

    Parameters
    ----------
    path : str or Path
        Where to write; missing folders are made. `-` is standard output. A file that is there keeps its mode, a
        link keeps leading where it leads; what is no plain file (a pipe, a device) is written into.
    content : bytes
        The whole file.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The folder cannot be made or written, or the disk is full; an earlier file is untouched.
    BrokenPipeError
        Nobody reads standard output any more.
    """
    path = Path(path)
    if str(path) == "-":
        _write_stdout(content)
        return path
    try:
        _write(path, content)
    except OSError as error:
        raise _say_unwritable(path, error) from error
    return path


def _write_stdout(content: bytes) -> None:
    """Write around the buffer: what a full disk does not take would be tried again when Python ends."""
    try:
        sys.stdout.flush()
        raw = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)
        left = memoryview(content)
        while left:
            left = left[raw.write(left) or 0 :]
        raw.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: cannot be written ({error.strerror or error})") from error


def write_utf8() -> None:
    """Make standard output and standard error UTF-8, whatever the code page of the terminal is."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def discard_stdout() -> None:
    """Lead what standard output still holds to nowhere: Python would try to write it once more when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write(path: Path, content: bytes) -> None:
    mode = _find_mode(path)
    if mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        with path.open("wb") as stream:
            stream.write(content)
        return
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _write_and_rename(target, content, None if mode is None else stat.S_IMODE(mode))


def _find_mode(path: Path) -> int | None:
    """Return the mode of what a path leads to, None where there is nothing yet."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


@contextmanager
def write_together(folder: str | Path) -> Iterator[Path]:
    """Yield a folder to write into; what was written moves into `folder` at the end, all of it or nothing.

    Raises
    ------
    OutputError
        The folder cannot be made or written; the files there are untouched.
    """
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(dir=folder, prefix=".part-"))
    except OSError as error:
        raise _say_unwritable(folder, error) from error
    try:
        yield stage
        staged = sorted(stage.iterdir())
        for path in staged:
            if (folder / path.name).is_dir():
                raise _say_unwritable(folder / path.name, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
        for path in staged:
            _move(path, folder / path.name)
    except OSError as error:
        raise _say_unwritable(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move(temporary: Path, path: Path) -> None:
    mode = _find_mode(path)
    if path.is_symlink() or (mode is not None and not stat.S_ISREG(mode)):
        _write(path, temporary.read_bytes())
        return
    if mode is not None:
        temporary.chmod(stat.S_IMODE(mode))
    temporary.replace(path)


def _say_unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"{path}: cannot be written ({reason}); choose a folder that can be written with -o")


def write_text(path: str | Path, content: str) -> Path:
    """Write `content` as UTF-8 with Unix line ends and a final newline; else as `write_bytes`."""
    return write_bytes(path, (content if content.endswith("\n") else content + "\n").encode())


def _write_and_rename(path: Path, content: bytes, mode: int | None) -> None:
    """Write a temporary file beside `path` and rename it; `mode` None is the mode that the umask gives new files."""
    # Without `path.name`, which may be as long as a file system allows.
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    # The system applies the umask: Python could only read it by changing it for all threads.
    # Until it has its mode, nobody else may read what replaces a private file.
    created = 0o666 if mode is None else 0o600
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, created)) as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
