"""Scores and ranks of the papers of a graph, by the requested method or a fallback of the default."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.intervals import Intervals, bootstrap_intervals, rank_scores
from flgraph.analysis.ranking.methods import Method, MethodName, Scored, find_method
from flgraph.analysis.ranking.observations import Observations, read_observations, read_publication
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers

DEFAULT: Final[MethodName] = "age_normalized"
FALLBACKS: Final[tuple[MethodName, ...]] = ("citations_per_year", "citation_count")

_MONTHS_A_YEAR: Final = 12


class _Choice(NamedTuple):
    """A method, its scores, and why it replaces the default; None if it does not."""

    by: MethodName
    scored: Scored
    fallback_reason: str | None = None


@dataclass(frozen=True, eq=False)
class RankedScores:
    """Scores, ranks and intervals of the papers of a catalog, with the observations they were computed from."""

    observed: Observations
    by: MethodName
    scored: Scored
    ranks: Floats
    intervals: Intervals
    parameters: Mapping[str, int]
    fallback_reason: str | None

    @property
    def fallback_from(self) -> MethodName | None:
        """The default method if this ranking replaces it, else None."""
        return None if self.fallback_reason is None else DEFAULT

    @property
    def counted_from(self) -> str | None:
        """Where citation counts of an earlier day come from; None on the day on which the source counted."""
        observed = self.observed
        return f"citations listed with a date in the snapshot of {observed.counted_on}" if observed.is_past else None

    @property
    def caption(self) -> str:
        """Method, day and fallback in one line."""
        said = [f"by {self.by} as of {self.observed.as_of}", self.counted_from]
        if self.fallback_reason is not None:
            said.append(f"in place of {DEFAULT}: {self.fallback_reason}")
        return ", ".join(filter(None, said))

    @property
    def parts(self) -> dict[str, dict[str, float]]:
        """The parts of each paper's score by node id; empty for a paper without a score."""
        return {node: read_known(self.scored.parts, number) for number, node in enumerate(self.observed.papers)}


def rank_graph(
    graph: nx.MultiDiGraph[Any],
    *,
    by: MethodName | None = None,
    as_of: date | str | None = None,
    youngest_months: int = 6,
    draws: int = 200,
    seed: int = 0,
) -> RankedScores:
    """Rank the papers of a graph as `rank_papers` does, and keep what the ranks were computed from."""
    find_method(by or DEFAULT)
    parameters = {"youngest_months": youngest_months, "draws": draws, "seed": seed}
    for name, number in parameters.items():
        refuse_number(name, number)
    if not any("citation_count" in data or data.get("references") == "known" for _, data in catalog_papers(graph)):
        raise GraphError(_say_no_data(graph))
    observed = read_observations(graph, as_of)
    scored = score_papers(observed, by or DEFAULT, youngest_months=youngest_months)
    choice = _Choice(by, scored) if by else _fall_back(observed, scored)
    if not choice.scored.number_scored:
        shown = choice if by else _Choice(FALLBACKS[-1], score_papers(observed, FALLBACKS[-1]))
        among = observed.is_published if observed.is_published.any() else ~observed.is_published
        reason = _say_reason(shown.scored, among)
        raise GraphError(f"no paper can be ranked by {shown.by}: {reason}; {_say_remedy(observed, shown.by)}")
    return RankedScores(
        observed=observed,
        by=choice.by,
        scored=choice.scored,
        ranks=rank_scores(choice.scored.score),
        intervals=bootstrap_intervals(observed, choice.scored, draws=draws, seed=seed),
        parameters=parameters,
        fallback_reason=choice.fallback_reason,
    )


def _fall_back(observed: Observations, scored: Scored) -> _Choice:
    """Return the default method, or the first fallback that scores more than twice as many papers."""
    for other in FALLBACKS:
        instead = score_papers(observed, other)
        if instead.number_scored > 2 * scored.number_scored:
            which = f"only {scored.number_scored} of {len(observed.papers)} papers have the data it needs: "
            reason = _say_reason(scored, ~np.isnan(instead.score))
            return _Choice(other, instead, which + reason if scored.number_scored else reason)
    return _Choice(DEFAULT, scored)


def _say_no_data(graph: nx.MultiDiGraph[Any]) -> str:
    asked = "snapshot_taken" in graph.graph
    why = "the snapshot has no citation counts" if asked else "the graph was built without a snapshot"
    return (
        f"no citation data: {why}, so papers cannot be ranked by citations; "
        "run `flgraph build` online, or with --snapshot and a snapshot file"
    )


def _say_reason(scored: Scored, among: npt.NDArray[np.bool_]) -> str:
    """Return the most common reason why some papers have no score, without details of single papers."""
    notes = _list_reasons(scored, among)
    if not notes:
        return "the catalog is empty"
    reason, number = _count_reasons(notes).most_common(1)[0]
    whole = {note for note in notes if note.startswith(reason)}
    return f"{whole.pop() if len(whole) == 1 else reason}, {format_count(number, 'paper')}"


def _list_reasons(scored: Scored, among: npt.NDArray[np.bool_] | None = None) -> list[str]:
    """List the reasons why papers have no score, one a paper."""
    chosen = np.isnan(scored.score) if among is None else among & np.isnan(scored.score)
    return [note for number, note in scored.notes.items() if chosen[number]]


def _count_reasons(notes: Iterable[str]) -> Counter[str]:
    """Count papers by reason, without details of single papers."""
    return Counter(re.split(r" \(|;", note)[0] for note in notes)


def _say_remedy(observed: Observations, by: MethodName) -> str:
    if not observed.is_published.any():
        return "omit as_of, or choose a later day"
    if observed.is_past:
        return f"omit as_of, choose a later day, or rank by {FALLBACKS[0]} on a graph of depth 1"
    if "listing" in find_method(by).needs:
        return f"run `flgraph build` at depth 1, or rank by {FALLBACKS[0]}"
    return "run `flgraph build` online, or choose another method or day"


def count_unscored(scored: Scored) -> dict[str, int]:
    """Count the papers without a score by reason, the most common first."""
    return dict(_count_reasons(_list_reasons(scored)).most_common())


def read_known(numbers: Mapping[str, Floats], number: int) -> dict[str, float]:
    """Return the known numbers of one paper."""
    return {name: float(values[number]) for name, values in numbers.items() if not np.isnan(values[number])}


# --- scores, and why they are missing ---------------------------------------------------------------------


def score_papers(observed: Observations, by: MethodName, *, youngest_months: int = 6) -> Scored:
    """Score the papers of a catalog by a method; notes say why a paper has no score.

    Parameters
    ----------
    observed : Observations
        From `read_observations`.
    by : str
        One of `METHODS`.
    youngest_months : int
        `age_normalized` does not score papers published within this many months before the day.
    """
    method = find_method(by)
    youngest = youngest_months if by == "age_normalized" else 0
    reasons = {
        number: reason
        for number in range(len(observed.papers))
        if (reason := _explain_missing(observed, number, method, youngest))
    }
    usable = np.ones(len(observed.papers), dtype=bool)
    usable[list(reasons)] = False
    scored = method.measure(observed, usable)
    coverage = np.where(observed.is_published, scored.coverage, np.nan)
    return replace(scored, coverage=coverage, notes={**scored.notes, **reasons})


def _explain_missing(observed: Observations, number: int, method: Method, youngest_months: int) -> str:
    """Return why a paper has no score; empty if it has one."""
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    published, uncertain = read_publication(data)
    if not observed.is_published[number] or ("date" in method.needs and np.isnan(observed.ages[number])):
        return "; ".join(filter(None, [f"published after {observed.as_of}" if published else "", uncertain]))
    reason = _explain_missing_on_day(observed, method) or _explain_missing_count(observed, number, method)
    if reason:
        return reason
    if observed.ages[number] < youngest_months / _MONTHS_A_YEAR:
        young = f"too recent: published within {youngest_months} months before {observed.as_of}"
        return "; ".join(filter(None, [young, uncertain]))
    return (
        _explain_missing_citing(observed, number, dated="citing dates" in method.needs)
        if "listing" in method.needs
        else ""
    )


def _explain_missing_on_day(observed: Observations, method: Method) -> str:
    """Return which data the method needs that are unknown for every paper on an earlier day; empty if none."""
    if observed.is_past and "counts around" in method.needs:
        return f"citation counts of the papers around it are known for {observed.counted_on} only"
    if observed.is_past and "influential" in method.needs:
        return f"its number of influential citations is known for {observed.counted_on} only"
    return ""


def _explain_missing_count(observed: Observations, number: int, method: Method) -> str:
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    state = data.get("match", "not asked")
    if "count" in method.needs and np.isnan(observed.counts[number]):
        return (
            _explain_missing_citing(observed, number, dated=True)
            if observed.is_past
            else f"no citation count ({state})"
        )
    if "influential" in method.needs and "influential_citation_count" not in data:
        return f"no count of influential citations ({state})"
    return ""


def _explain_missing_citing(observed: Observations, number: int, *, dated: bool) -> str:
    """Return why the citing papers of a paper, or their dates, are unknown; empty if they are known."""
    data = observed.papers[observed.matrix.papers[observed.places[number]]]
    if not observed.is_listed[number]:
        return f"citing papers unknown ({data.get('citations', 'not_asked').replace('_', ' ')})"
    return "no citing paper has a date" if dated and not observed.dated_share[number] else ""
