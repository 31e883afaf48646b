"""Tell how the record of an entry was found."""

from __future__ import annotations

from typing import Literal

from flgraph.enrichment.judge import say_equal
from flgraph.records import Match


def find_way(match: Match) -> Literal["arxiv", "doi", "id", "title", "person"]:
    """Return how a record was found: by an id that it shares with its entry, by its title, or by a person's decision.

    Examples
    --------
    >>> find_way(Match(status="accepted", method="id", id="1", witnesses=("DOI equal", "title equal")))
    'doi'
    """
    if match.decided_by == "person":
        return "person"
    if match.method != "id":
        return "title"
    ways: tuple[Literal["arxiv", "doi"], ...] = ("arxiv", "doi")
    return next((kind for kind in ways if say_equal(kind) in match.witnesses), "id")
