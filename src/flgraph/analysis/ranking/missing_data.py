"""Why a paper has no score: the data that a method needs and that are unknown for it."""

from __future__ import annotations

from collections.abc import Set
from typing import Final, Literal

import numpy as np

from flgraph.analysis.ranking.observations import Observations, read_publication

Need = Literal["count", "date", "listing", "citing dates", "influential", "counts around"]
"""What a method needs to know of a paper."""

_MONTHS_A_YEAR: Final = 12


def explain_missing(observed: Observations, number: int, needs: Set[Need], youngest_months: int) -> str:
    """Return why a paper has no score; empty if it has one."""
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    published, uncertain = read_publication(data)
    if not observed.is_published[number] or ("date" in needs and np.isnan(observed.ages[number])):
        return "; ".join(filter(None, [f"published after {observed.as_of}" if published else "", uncertain]))
    reason = _explain_missing_on_day(observed, needs) or _explain_missing_count(observed, number, needs)
    if reason:
        return reason
    if observed.ages[number] < youngest_months / _MONTHS_A_YEAR:
        young = f"too recent: published within {youngest_months} months before {observed.as_of}"
        return "; ".join(filter(None, [young, uncertain]))
    return _explain_missing_citing(observed, number, dated="citing dates" in needs) if "listing" in needs else ""


def _explain_missing_on_day(observed: Observations, needs: Set[Need]) -> str:
    """Return which data the method needs that are unknown for every paper on an earlier day; empty if none."""
    if observed.is_past and "counts around" in needs:
        return f"citation counts of the papers around it are known for {observed.counted_on} only"
    if observed.is_past and "influential" in needs:
        return f"its number of influential citations is known for {observed.counted_on} only"
    return ""


def _explain_missing_count(observed: Observations, number: int, needs: Set[Need]) -> str:
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    state = data.get("match", "not asked")
    state = "the source states none" if state == "accepted" else state
    if "count" in needs and np.isnan(observed.counts[number]):
        return (
            _explain_missing_citing(observed, number, dated=True)
            if observed.is_past
            else f"no citation count ({state})"
        )
    if "influential" in needs and "influential_citation_count" not in data:
        return f"no count of influential citations ({state})"
    return ""


def _explain_missing_citing(observed: Observations, number: int, *, dated: bool) -> str:
    """Return why the citing papers of a paper, or their dates, are unknown; empty if they are known."""
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    if not observed.is_listed[number]:
        return f"citing papers unknown ({data.get('citations', 'not_asked').replace('_', ' ')})"
    return "no citing paper has a date" if dated and not observed.dated_share[number] else ""
