"""Scores and ranks of the papers of a graph, by the method asked for or the one that stands in for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

import networkx as nx
import numpy as np
import numpy.typing as npt

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.intervals import Intervals, bootstrap_intervals, rank_scores
from flgraph.analysis.ranking.methods import MethodName, Scored, find_method, score_papers
from flgraph.analysis.ranking.observations import Observations, read_observations
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers

DEFAULT: Final[MethodName] = "age_normalized"
FALLBACKS: Final[tuple[MethodName, ...]] = ("citations_per_year", "citation_count")


class _Choice(NamedTuple):
    """The method that ranks, its scores, and why it stands in for the default; None where it does not."""

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
        """The default method, where this ranking stands in for it."""
        return None if self.fallback_reason is None else DEFAULT

    @property
    def counted_from(self) -> str | None:
        """Where the citation counts of an earlier day come from; None on the day the source counted."""
        observed = self.observed
        return (
            f"citations as the snapshot of {observed.counted_on} lists them with a date" if observed.is_past else None
        )

    @property
    def caption(self) -> str:
        """By which method and of which day the ranking is, and which it stands in for, in one line."""
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
    """Return the ranking of `rank_papers` with all that it was reckoned from; parameters and errors as there."""
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
    """Return the default ranking, or one that ranks more than twice as many papers, and why it stands in for it."""
    for other in FALLBACKS:
        instead = score_papers(observed, other)
        if instead.number_scored > 2 * scored.number_scored:
            which = f"only {scored.number_scored} of {len(observed.papers)} papers have what it needs: "
            reason = _say_reason(scored, ~np.isnan(instead.score))
            return _Choice(other, instead, which + reason if scored.number_scored else reason)
    return _Choice(DEFAULT, scored)


def _say_no_data(graph: nx.MultiDiGraph[Any]) -> str:
    asked = "snapshot_taken" in graph.graph
    why = "the snapshot holds no counts" if asked else "no provider has been asked, or none could be reached"
    return (
        f"no citation data: {why}, so papers cannot be ranked by citations; "
        "run `flgraph build` online, or with --snapshot and a file made there"
    )


def _say_reason(scored: Scored, among: npt.NDArray[np.bool_]) -> str:
    """Return why most of some papers have no score; what is particular to each of them is left out."""
    notes = _list_reasons(scored, among)
    if not notes:
        return "the catalog is empty"
    reason, number = _count_reasons(notes).most_common(1)[0]
    whole = {note for note in notes if note.startswith(reason)}
    return f"{whole.pop() if len(whole) == 1 else reason}, {format_count(number, 'paper')}"


def _list_reasons(scored: Scored, among: npt.NDArray[np.bool_] | None = None) -> list[str]:
    """Return why papers have no score, a note each."""
    chosen = np.isnan(scored.score) if among is None else among & np.isnan(scored.score)
    return [note for number, note in scored.notes.items() if chosen[number]]


def _count_reasons(notes: Iterable[str]) -> Counter[str]:
    """Return how many papers share a reason, without what is particular to each."""
    return Counter(re.split(r" \(|;", note)[0] for note in notes)


def _say_remedy(observed: Observations, by: MethodName) -> str:
    if not observed.is_published.any():
        return "leave as_of out, or choose a later day"
    if observed.is_past:
        return f"leave as_of out, choose a later day, or rank by {FALLBACKS[0]} on a graph of depth 1"
    if "listing" in find_method(by).needs:
        return f"run `flgraph build` at depth 1, or rank by {FALLBACKS[0]}"
    return "run `flgraph build` online, or choose another method or day"


def count_unscored(scored: Scored) -> dict[str, int]:
    """Return how many papers have no score, by reason, the most common first."""
    return dict(_count_reasons(_list_reasons(scored)).most_common())


def read_known(numbers: Mapping[str, Floats], number: int) -> dict[str, float]:
    """Return the numbers of one paper, those that are known."""
    return {name: float(values[number]) for name, values in numbers.items() if not np.isnan(values[number])}
