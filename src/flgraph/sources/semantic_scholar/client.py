"""Put our requester behind the `semanticscholar` client, which drops nulls, hides outages and omits the key."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.sources.http import Requester

if TYPE_CHECKING:
    from semanticscholar import SemanticScholar


def build_client(requester: Requester) -> SemanticScholar:
    """Build the `semanticscholar` client with our requester behind it.

    Raises
    ------
    SourceError
        The version of the client has other internals: it would hide outages and leak the key.
    """
    from semanticscholar import SemanticScholar  # only runs that send requests need it

    with _keep_root_logger():
        client = SemanticScholar(api_url=requester.api_url)
    inner = getattr(client, "_AsyncSemanticScholar", None)
    if inner is None or not hasattr(inner, "_requester"):
        raise SourceError("unsupported version of semanticscholar; install semanticscholar>=0.12,<0.13")
    inner._requester = _ClientRequester(requester)
    return client


@dataclass(frozen=True)
class _ClientRequester:
    """Replace `semanticscholar.ApiRequester`: send the calls of the client through our requester."""

    requester: Requester

    async def get_data_async(
        self,
        url: str,
        parameters: str,
        headers: Mapping[str, str],  # noqa: ARG002 - the client omits the key on some routes; our requester sends it
        payload: JsonValue = None,
    ) -> JsonValue:
        return self.requester.request_url(url, (parameters or "").lstrip("&"), payload)


@contextmanager
def _keep_root_logger() -> Iterator[None]:
    """Keep the client from configuring the root logger: `basicConfig` skips a logger with a handler."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
