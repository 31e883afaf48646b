"""Write files atomically: a reader sees the previous content or the new one, and the same bytes on every system."""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Literal

from flgraph.checks import escape_controls
from flgraph.errors import OutputError

if sys.platform != "win32":
    import fcntl

_ELSEWHERE: Final = "remove it, or choose another folder with -o"
_TEMPORARY: Final = re.compile(r"\.flgraph-[0-9a-f]{16}\.part")


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


def replace_bytes(path: str | Path, content: bytes, *, before: bytes) -> Path:
    """Write a file as `write_bytes` does, unless it no longer holds the bytes that the content was made from.

    Raises
    ------
    OutputError
        The file has changed in the meantime, or cannot be written. It is unchanged.
    """
    if Path(path).read_bytes() != before:
        raise OutputError(f"{path}: has changed in the meantime; run the command again")
    return write_bytes(path, content)


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
def write_together(
    folder: str | Path, *, last: str = "", outward: Literal["follow", "refuse"] = "follow"
) -> Iterator[Path]:
    """Yield a temporary folder; at the end, rename the files written to it into `folder` one by one.

    First removes what killed runs of flgraph have left in `folder`.

    Parameters
    ----------
    folder : str or Path
        The folder to write to; it is created if it does not exist. If it is a link, the folder it leads to is written.
    last : str
        The name of the file to rename last.
    outward : {"follow", "refuse"}
        What to do with links in `folder` that lead out of it.

    Raises
    ------
    OutputError
        The folder cannot be created or written to. The files in it are unchanged.
    """
    folder = Path(folder)
    try:
        _find_mode(folder)  # raises an error for links in a circle
        place = folder.resolve()
        place.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(place)
        with _open_stage(place) as stage:
            yield stage
            staged = sorted(stage.iterdir(), key=lambda path: (path.name == last, path.name))
            if outward == "refuse":
                refuse_outward(folder, [path.name for path in staged])
            for path in staged:
                if (folder / path.name).is_dir():
                    raise _say_unwritable(folder / path.name, OSError(errno.EISDIR, os.strerror(errno.EISDIR)))
            for path in staged:
                _move(path, place / path.name)
    except OSError as error:
        raise _say_unwritable(folder, error) from error


def refuse_outward(folder: str | Path, names: Iterable[str]) -> None:
    """Raise `OutputError` if a name in a folder is a link that leads out of it, or neither a file nor a folder."""
    folder = Path(folder)
    for path in (folder / name for name in names):
        asked = folder
        try:
            if folder.exists() and not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            _find_mode(folder)  # raises an error for links in a circle
            asked = path
            mode = _find_mode(asked)
        except OSError as error:
            raise _say_unwritable(asked, error) from error
        target, place = path.resolve(), folder.resolve()
        if path.is_symlink() and not target.is_relative_to(place):
            raise OutputError(f"{path}: is a link that leads out of its folder, to {target}; {_ELSEWHERE}")
        if mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise OutputError(f"{path}: is not a file; {_ELSEWHERE}")


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
    # The system applies the umask: Python could only read it by changing it for all threads.
    # Until it has its mode, nobody else may read what replaces a private file.
    temporary, stream = _create_temporary(path.parent, 0o666 if mode is None else 0o600)
    try:
        with _hold(stream.fileno()):
            with stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            if mode is not None:
                temporary.chmod(mode)
            temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep a folder from other runs of flgraph that hold it too; on Windows, nothing is kept from them.

    Raises
    ------
    OutputError
        Another run holds the folder.
    """
    with _open_folder(folder) as descriptor:
        if not _claim(descriptor, folder):
            raise OutputError(f"{folder}: is in use by another run of flgraph; wait until it ends")
        yield


# --- temporary files -------------------------------------------------------------------------------------
#
# A temporary file or folder is locked as long as it is in use. The system unlocks it when its process ends, however
# that ends, so what is unlocked is left over. Windows has no such locks; nothing is cleared there.


def _name_temporary() -> str:
    # Without the name of the file, which may be as long as a file system allows.
    return f".flgraph-{secrets.token_hex(8)}.part"


def _create_temporary(folder: Path, mode: int) -> tuple[Path, BinaryIO]:
    """Create a temporary file and lock it until it is closed; return its path and the open file."""
    while True:
        path = folder / _name_temporary()
        stream = open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115 - returned
        if _claim(stream.fileno(), path):
            return path, stream
        stream.close()


@contextmanager
def _open_stage(folder: Path) -> Iterator[Path]:
    """Create a temporary folder, lock it, and remove it at the end."""
    while True:
        stage = folder / _name_temporary()
        stage.mkdir(mode=0o700)
        with _open_folder(stage) as descriptor:
            if not _claim(descriptor, stage):
                continue
            try:
                yield stage
            finally:
                shutil.rmtree(stage, ignore_errors=True)
            return


@contextmanager
def _open_folder(path: Path) -> Iterator[int | None]:
    """Open a folder; yield None if it has gone or the system cannot open folders."""
    try:
        descriptor = None if sys.platform == "win32" else os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        descriptor = None
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _claim(descriptor: int | None, path: Path) -> bool:
    """Lock a new temporary file; return whether it is still there: another run may have taken it for a leftover."""
    if sys.platform == "win32":
        return True
    if descriptor is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: no other run takes it for a leftover
        return True
    return path.exists()


@contextmanager
def _hold(descriptor: int) -> Iterator[None]:
    """Keep the lock of an open file after it is closed."""
    held = None if sys.platform == "win32" else os.dup(descriptor)  # Windows renames no open file
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def _clear_leftovers(folder: Path) -> None:
    """Remove the temporary files and folders of runs that have ended without removing them."""
    if sys.platform != "win32":
        for path in folder.iterdir():
            if _TEMPORARY.fullmatch(path.name):
                _clear(path)


def _clear(path: Path) -> None:
    """Remove a temporary file or folder unless it is in use or a link; one that cannot be removed stays."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            mode = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(mode):
                shutil.rmtree(path, ignore_errors=True)
            elif stat.S_ISREG(mode):
                path.unlink()
        finally:
            os.close(descriptor)
