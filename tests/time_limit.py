"""Guard against time that grows faster than the input; figures of speed come from `benchmarks/`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within_seconds(most: float) -> Iterator[None]:
    """Require that what is done inside takes less CPU time, with a limit many times what it should take."""
    started = time.process_time()
    yield
    assert time.process_time() - started < most
