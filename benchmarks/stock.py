"""The peer: the `semanticscholar` client as it comes, asked for the same ids and fields."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from semanticscholar import SemanticScholar

from flgraph.sources.semantic_scholar.questions import PAPER_FIELDS

_MOST_IDS: Final = 500


def get_in_batches(url: str, ids: Sequence[str]) -> list[Any]:
    """Return the papers of `get_papers`, in batches as large as it takes."""
    client = SemanticScholar(api_url=url)
    batches = [ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS)]
    return [paper for batch in batches for paper in client.get_papers(list(batch), fields=list(PAPER_FIELDS))]


def get_one_by_one(url: str, ids: Sequence[str], *, threads: int) -> list[Any]:
    """Return the papers of `get_paper`, called by so many threads."""
    client = SemanticScholar(api_url=url)
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda paper_id: client.get_paper(paper_id, fields=list(PAPER_FIELDS)), ids))
