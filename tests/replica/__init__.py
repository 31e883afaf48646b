"""A true HTTP server on 127.0.0.1 that behaves as Semantic Scholar does, faults included."""

from tests.replica.clock import StillClock
from tests.replica.corpus import KNOWN_PAPER, make_paper, synthetic_corpus
from tests.replica.server import Fault, Replica, Request

__all__ = ["KNOWN_PAPER", "Fault", "Replica", "Request", "StillClock", "make_paper", "synthetic_corpus"]
