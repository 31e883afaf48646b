"""Fixtures for tests that ask the replica; `tests/conftest.py` imports them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.replica.clock import StillClock
from tests.replica.openalex import OpenAlexReplica
from tests.replica.server import Replica


@pytest.fixture
def replica() -> Iterator[Replica]:
    """A running replica without papers but the known one."""
    with Replica() as running:
        yield running


@pytest.fixture
def openalex() -> Iterator[OpenAlexReplica]:
    """A running replica of OpenAlex without works."""
    with OpenAlexReplica() as running:
        yield running


@pytest.fixture
def clock() -> StillClock:
    """A clock that only waiting moves."""
    return StillClock()
