"""Reconcile the matches of a catalog: records that entries share, and decisions of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from flgraph.enrichment.judge import to_candidate
from flgraph.records import Match, Paper


def review_shared_records(matches: Mapping[str, Match], papers: Mapping[str, Paper]) -> dict[str, Match]:
    """Send matches that share one record to review; decisions of people stay.

    Parameters
    ----------
    matches : Mapping of str to Match
        Matches by catalog key.
    papers : Mapping of str to Paper
        Records by catalog key; only those of accepted matches count.

    Examples
    --------
    >>> accepted = Match(status="accepted", method="id", id="1")
    >>> paper = Paper(id="1", title="X")
    >>> reviewed = review_shared_records({"a": accepted, "b": accepted}, {"a": paper, "b": paper})
    >>> [match.status for match in reviewed.values()]
    ['review', 'review']
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for key, match in sorted(matches.items()):
        if match.status == "accepted" and key in papers:
            owners[papers[key].id].append(key)
    shared = {key: keys for keys in owners.values() if len(keys) > 1 for key in keys}
    return {
        key: _to_review(match, papers[key], [other for other in shared[key] if other != key])
        if key in shared and match.decided_by == "rule"
        else match
        for key, match in matches.items()
    }


def _to_review(match: Match, paper: Paper, others: Sequence[str]) -> Match:
    witness = f"the same record as {', '.join(others)}: one of the ids is wrong, or the entries are one paper"
    candidate = to_candidate(paper, match.score or 0.0)
    changes = {"status": "review", "id": None, "witnesses": (*match.witnesses, witness), "candidates": (candidate,)}
    return match.model_copy(update=changes)


def merge_decisions(found: Mapping[str, Match], earlier: Mapping[str, Match]) -> dict[str, Match]:
    """Merge new and earlier matches by key: decisions of people win, else the newest match.

    Entries that were not judged again keep their earlier match. An unchanged match keeps its date, so that a second
    run changes no line.

    Parameters
    ----------
    found : Mapping of str to Match
        Matches of this run.
    earlier : Mapping of str to Match
        Matches of the catalog or of an earlier run.

    Examples
    --------
    >>> decision = Match(status="rejected", method="by hand", decided_by="person")
    >>> merge_decisions({"a": Match(status="accepted", method="id", id="1")}, {"a": decision})["a"].status
    'rejected'
    """
    judged = {key: _choose_decision(match, earlier.get(key)) for key, match in found.items()}
    return dict(sorted({**earlier, **judged}.items()))


def _choose_decision(found: Match, earlier: Match | None) -> Match:
    if earlier is None:
        return found
    says_the_same = found == earlier.model_copy(update={"decided": found.decided})
    return earlier if earlier.decided_by == "person" or says_the_same else found
