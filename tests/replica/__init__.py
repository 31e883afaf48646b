"""A true HTTP server on 127.0.0.1 that behaves as Semantic Scholar does, faults included."""

from typing import Any

from flgraph.sources.http import Requester
from flgraph.sources.semantic_scholar.provider import PROVIDER
from flgraph.sources.settings import Settings
from tests.replica.clock import StillClock
from tests.replica.corpus import KNOWN_PAPER, make_edges, make_paper, surround_papers, synthetic_corpus
from tests.replica.routes import Request
from tests.replica.server import Fault, Replica

__all__ = [
    "KNOWN_PAPER",
    "Fault",
    "Replica",
    "Request",
    "StillClock",
    "make_edges",
    "make_paper",
    "open_requester",
    "surround_papers",
    "synthetic_corpus",
]


def open_requester(**settings: Any) -> Requester:
    """Return a requester of Semantic Scholar with these settings."""
    return PROVIDER.open(Settings(**settings))
