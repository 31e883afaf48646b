"""A synthetic service that the replica plays, and one paper of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flgraph.sources.http import Requester
from flgraph.sources.service import Service
from flgraph.sources.settings import Settings
from tests.replica import make_paper

ALPHA = make_paper("alpha", title="Synthetic paper alpha & co")
PATH = f"/graph/v1/paper/{ALPHA['paperId']}"

Ask = Callable[..., object]


def open_service(url: str, **settings: Any) -> Requester:
    return Requester(Service("Synthetic Scholar", url), Settings(**settings))
