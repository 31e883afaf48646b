"""Count what requests to OpenAlex cost: a list 1 credit, a search 10, a single work nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flgraph.sources.openalex.papers import BY_DOI, BY_PAGE, BY_WORK, split_ids, to_doi
from flgraph.sources.openalex.questions import ABOUT, SEARCH_PRICE
from flgraph.sources.provider import Budget, Cost, PaperId

DOLLARS: Final = 0.0001
"""Price of a credit."""

_WITHOUT_KEY: Final = 1_000
_WITH_KEY: Final = 10_000

TITLE_COST: Final = Cost(1, 2, SEARCH_PRICE, 2 * SEARCH_PRICE)
"""Cost of searching the titles of a paper: one, and one more if it was published under another."""


def find_budget(*, has_key: bool) -> Budget:
    """Return the credits of a day, as published in June 2026."""
    if has_key:
        return Budget(_WITH_KEY, DOLLARS, "with a key")
    return Budget(_WITHOUT_KEY, DOLLARS, "without a key")


def count_id_cost(ids: Sequence[Sequence[PaperId]]) -> Cost:
    """Count the cost of looking up papers by their ids, if nothing is cached.

    At best, the first ids lead to a record of each paper. At worst, nothing does: then each arXiv id is looked up
    by its page as well, and each id as a single work.

    Examples
    --------
    >>> count_id_cost([[PaperId("arxiv", "2999.00001"), PaperId("doi", "10.5555/x")]])
    Cost(requests=1, at_most=4, credits=1, credits_at_most=2)
    """
    first = [run for names in ids for run in split_ids(names)[:1]]
    every = list(dict.fromkeys(name for names in ids for name in names))
    arxiv = [name.value for name in every if name.kind == "arxiv"]
    least = _count_lists([name for run in first for name in run])
    most = _count_lists(every) + BY_PAGE.count_requests(arxiv)
    return Cost(least, most + len(every), least, most)


def _count_lists(names: Sequence[PaperId]) -> int:
    works = [name.value for name in names if name.kind == ABOUT.id_kind]
    dois = dict.fromkeys(to_doi(name) for name in names if name.kind != ABOUT.id_kind)
    return BY_WORK.count_requests(works) + BY_DOI.count_requests(list(dois))
