"""Write a file whole or not at all, the same bytes on every system."""

from __future__ import annotations

import os
import shutil
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
        Where to write; missing folders are made. `-` is standard output.
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
    """
    path = Path(path)
    if str(path) == "-":
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_and_rename(path, content)
    except OSError as error:
        raise _say_unwritable(path, error) from error
    return path


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
        for path in sorted(stage.iterdir()):
            path.replace(folder / path.name)
    except OSError as error:
        raise _say_unwritable(folder, error) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _say_unwritable(path: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(f"{path}: cannot be written ({reason}); choose a folder that can be written with -o")


def write_text(path: str | Path, content: str) -> Path:
    """Write `content` as UTF-8 with Unix line ends and a final newline; else as `write_bytes`."""
    return write_bytes(path, (content if content.endswith("\n") else content + "\n").encode())


def _write_and_rename(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    # Python can only read the umask by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
