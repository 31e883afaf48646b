"""Compare the authors of papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from flgraph.identifiers.titles import normalize_title


def compare_authors(listed: Sequence[str], seen: Sequence[str]) -> Literal["same", "other", "unknown"]:
    """Compare two lists of authors by surname and initial.

    Parameters
    ----------
    listed, seen : Sequence of str
        Names in the order of the paper.

    Returns
    -------
    {"same", "other", "unknown"}
        "same" if the first authors agree or the lists share two authors. "other" if they share no surname and all
        surnames are in Latin letters. "unknown" otherwise, including empty lists.

    Examples
    --------
    >>> compare_authors(["Ada B. Example"], ["A. Example", "Bo Sample"])
    'same'
    """
    ours, theirs = ([_split_name(name) for name in names if normalize_title(name)] for names in (listed, seen))
    if not ours or not theirs:
        return "unknown"
    if ours[0] == theirs[0] or len(set(ours) & set(theirs)) > 1:
        return "same"
    surnames, others = ({surname for surname, _ in names} for names in (ours, theirs))
    written_alike = all(surname.isascii() for surname in surnames | others)
    return "other" if written_alike and not surnames & others else "unknown"


def _split_name(name: str) -> tuple[str, str]:
    """Split a name into surname and initial; accepts "Example A" and DBLP's "Bo Sample 0002"."""
    words = [word for word in name.replace(".", " ").split() if not word.isdigit()] or [name]
    surname_first = len(words) > 1 and len(words[-1]) == 1 and len(words[0]) > 1
    surname, given = (words[0], words[1]) if surname_first else (words[-1], words[0])
    return normalize_title(surname), normalize_title(given)[:1]
