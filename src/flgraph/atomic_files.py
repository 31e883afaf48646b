"""Write files atomically: a reader sees the previous content or the new one, and the same bytes on every system."""

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

from flgraph.checks import escape_controls
from flgraph.errors import OutputError


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write a file by writing a temporary file beside it and renaming that.

    Parameters
    ----------
    path : str or Path
        The file to write; `-` is standard output. Missing folders are created. An existing file keeps its mode, and a
        symbolic link keeps its target. A pipe or device is opened and written to.
    content : bytes
        The content of the file.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    OutputError
        The folder cannot be created or written to, or the disk is full. An existing file is unchanged.
    BrokenPipeError
        The reader of standard output has closed it.
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
    """Write to standard output without its buffer; a terminal receives control characters as visible escapes."""
    if sys.stdout.isatty():
        content = escape_controls(content.decode("utf-8", "backslashreplace")).encode()
    # Python would retry at exit to write a buffer that a full disk has refused.
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
    """Set the encoding of standard output and standard error to UTF-8, whatever the code page of the terminal."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")


def discard_stdout() -> None:
    """Redirect standard output to the null device, so that Python does not retry at exit to write its buffer."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
    os.close(null_device)


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
    """Return the mode of the file that a path leads to, None if it does not exist."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


@contextmanager
def write_together(folder: str | Path) -> Iterator[Path]:
    """Yield a temporary folder; move the files written to it into `folder` at the end, all of them or none.

    Raises
    ------
    OutputError
        The folder cannot be created or written to. The files in it are unchanged.
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
    return OutputError(f"{path}: cannot be written ({reason}); choose a writable folder with -o")


def write_text(path: str | Path, content: str) -> Path:
    """Write text as UTF-8 with Unix line ends and a final newline, as `write_bytes` does."""
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
