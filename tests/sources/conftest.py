"""What tests of requests and of the cache share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.replica import Replica, StillClock
from tests.sources.service import ALPHA, PATH, Ask, open_service


@pytest.fixture
def ask(replica: Replica, clock: StillClock) -> Ask:
    """Ask the replica for a path once, on a clock that stands still."""
    replica.papers = [ALPHA]

    def ask(path: str = PATH, *, payload: dict[str, object] | None = None, **options: object) -> object:
        settings: dict[str, object] = {"rate": 0, "clock": clock.as_clock(), **options}
        with open_service(replica.url, **settings) as requester:
            return requester.request_json(path, parameters={"fields": "title"}, payload=payload)  # type: ignore[arg-type]

    return ask


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a cache in a folder that does not exist yet."""
    return tmp_path / "folder" / "cache.sqlite"
