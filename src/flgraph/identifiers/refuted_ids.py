"""Refuted ids that an enrichment found: what they lead to, and which of them a person has overruled."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from flgraph.records import FoundId, Match

_OTHER_TITLE: Final = "leads to another title: "


def say_other_title(title: str) -> str:
    """Say that an id leads to a record with another title, as the reason of a refuted id."""
    return f"{_OTHER_TITLE}{title!r}"


def read_other_title(found: FoundId) -> str | None:
    """Return the title of the record that a refuted id leads to; None if its reason does not say it.

    Examples
    --------
    >>> from flgraph.records import FoundId
    >>> read_other_title(FoundId(id="doi:10.5555/x", reason=say_other_title("Quantum gravity"), record="W1"))
    'Quantum gravity'
    """
    if not found.reason.startswith(_OTHER_TITLE):
        return None
    try:
        title = ast.literal_eval(found.reason.removeprefix(_OTHER_TITLE))
    except (SyntaxError, ValueError):  # a person wrote it anew
        return None
    return title if isinstance(title, str) else None


def list_standing(match: Match) -> list[FoundId]:
    """List the refuted ids of a match; a person who accepts the record of an id overrules what an enrichment found."""
    is_chosen = match.decided_by == "person" and match.status == "accepted"
    return [found for found in match.refuted if not (is_chosen and match.id == found.record)]
