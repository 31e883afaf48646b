"""What tests of OpenAlex share: a requester of the replica, on a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest

from flgraph.sources.openalex.provider import PROVIDER
from flgraph.sources.provider import NO_CACHE, Desk
from flgraph.sources.settings import Settings
from tests.replica import StillClock
from tests.replica.openalex import OpenAlexReplica

TODAY = date(2026, 11, 27)

OpenDesk = Callable[..., Desk]


@pytest.fixture
def open_desk(openalex: OpenAlexReplica, clock: StillClock) -> Iterator[OpenDesk]:
    """Open a desk at the replica, with a cache or settings if given."""
    with ExitStack() as stack:

        def open_desk(cache: Any = NO_CACHE, **settings: Any) -> Desk:
            asked = Settings(**{"api_url": openalex.url, "rate": 0, "clock": clock.as_clock(), **settings})
            return Desk(stack.enter_context(PROVIDER.open(asked)), cache, today=TODAY)

        yield open_desk


@pytest.fixture
def desk(open_desk: OpenDesk) -> Desk:
    """A desk without a cache."""
    return open_desk()
