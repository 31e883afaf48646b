"""Refuse inputs that are not files: opening a named pipe waits for a writer, and a device may never end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def refuse_special(path: Path) -> None:
    """Raise `OSError`, which says what a path is, if it leads to a named pipe, a socket or a device.

    Raises `OSError` also if nothing is there.
    """
    mode = path.stat().st_mode
    for is_kind, name in _KINDS:
        if is_kind(mode):
            raise OSError(errno.EINVAL, f"it is {name}; name a file", str(path))
