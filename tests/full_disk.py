"""A limit on the size of files, which the system refuses to exceed as it refuses to fill a disk."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

# Python would keep half of a module's bytecode, and every later process would stumble over it.
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}


def write_limit(most_bytes: int) -> str:
    """Return the line of a script from which on it may write no file of more bytes."""
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most_bytes}, {most_bytes}))"
    return f"import resource, sys; sys.dont_write_bytecode = True; {limit}"


@contextmanager
def limit_files(most_bytes: int) -> Iterator[None]:
    """Let this process write no file of more bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with patch.object(sys, "dont_write_bytecode", new=True):
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
