"""A true HTTP server on 127.0.0.1 that behaves as OpenAlex does, faults, prices and odd records included."""

from tests.replica.http_replica import Reply
from tests.replica.openalex.routes import Request
from tests.replica.openalex.server import Fault, OpenAlexReplica
from tests.replica.openalex.works import make_preprint, make_topic, make_work
from tests.replica.openalex.world import works_from_s2

__all__ = ["Fault", "OpenAlexReplica", "Reply", "Request", "make_preprint", "make_topic", "make_work", "works_from_s2"]
