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
from flgraph.analysis.ranking.intervals import Intervals, draw_intervals, rank_scores
from flgraph.analysis.ranking.methods import MethodName, find_method, score_papers
from flgraph.analysis.ranking.observations import Observations, read_observations
from flgraph.analysis.ranking.scored import Scored
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.assemble_tables import ID_KIND
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.records import FIRST_SOURCE

DEFAULT: Final[MethodName] = "age_normalized"
_DRAWS_A_PAPER: Final = 100  # fewer, and simultaneous intervals end at the very last draw
FALLBACKS: Final[tuple[MethodName, ...]] = ("citations_per_year", "citation_count")


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
            said.append(f"in place of {DEFAULT} ({self.fallback_reason})")
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
    draws: int = 2000,
    seed: int = 0,
    exclude_surveys: bool = False,
    simultaneous: bool = False,
) -> RankedScores:
    """Rank the papers of a graph as `rank_papers` does, and keep what the ranks were computed from."""
    find_method(by or DEFAULT)
    parameters = {"youngest_months": youngest_months, "draws": draws, "seed": seed}
    for name, number in parameters.items():
        refuse_number(name, number)
    if not any("citation_count" in data or data.get("references") == "known" for _, data in catalog_papers(graph)):
        raise GraphError(_say_no_data(graph))
    choices = {"exclude_surveys": exclude_surveys, "simultaneous": simultaneous}
    observed = replace(read_observations(graph, as_of), excludes_surveys=exclude_surveys)
    scored = score_papers(observed, by or DEFAULT, youngest_months=youngest_months)
    choice = _Choice(by, scored) if by else _fall_back(observed, scored)
    if not choice.scored.number_scored:
        shown = choice if by else _Choice(FALLBACKS[-1], score_papers(observed, FALLBACKS[-1]))
        among = observed.is_published if observed.is_published.any() else ~observed.is_published
        reason = _say_reason(shown.scored, among)
        raise GraphError(f"no paper can be ranked by {shown.by}: {reason}; {_say_remedy(graph, observed, shown.by)}")
    needed = _DRAWS_A_PAPER * choice.scored.number_scored
    if simultaneous and 0 < draws < needed:
        of = format_count(choice.scored.number_scored, "paper")
        raise ValueError(f"draws is {draws}; simultaneous intervals of {of} need at least {needed}, 100 a paper")
    return RankedScores(
        observed=observed,
        by=choice.by,
        scored=choice.scored,
        ranks=rank_scores(choice.scored.score),
        intervals=draw_intervals(observed, choice.scored, draws=draws, seed=seed, simultaneous=simultaneous),
        parameters=parameters | {name: True for name, chosen in choices.items() if chosen},
        fallback_reason=choice.fallback_reason,
    )


def _fall_back(observed: Observations, scored: Scored) -> _Choice:
    """Return the default method, or the first fallback that scores more than twice as many papers."""
    for other in FALLBACKS:
        instead = score_papers(observed, other)
        if instead.number_scored > 2 * scored.number_scored:
            which = f"only {scored.number_scored} of {len(observed.papers)} papers have the data for it; "
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


def _say_remedy(graph: nx.MultiDiGraph[Any], observed: Observations, by: MethodName) -> str:
    if graph.graph.get("id_kinds") == ID_KIND:
        return f"mark papers around those to rank in the column in_catalog of the table, or rank by {FALLBACKS[0]}"
    if not observed.is_published.any():
        return "omit as_of, or choose a later day"
    if observed.is_past:
        return f"omit as_of, choose a later day, or rank by {FALLBACKS[0]} on a graph of depth 1"
    if "listing" in find_method(by).needs:
        return f"run `flgraph build` at depth 1, or rank by {FALLBACKS[0]}"
    if "influential" in find_method(by).needs and FIRST_SOURCE not in str(graph.graph.get("snapshot_source", "")):
        return "only Semantic Scholar counts these; build with --source semantic-scholar, or choose another method"
    return "run `flgraph build` online, or choose another method or day"


def count_unscored(scored: Scored) -> dict[str, int]:
    """Count the papers without a score by reason, the most common first."""
    return dict(_count_reasons(_list_reasons(scored)).most_common())


def read_known(numbers: Mapping[str, Floats], number: int) -> dict[str, float]:
    """Return the known numbers of one paper."""
    return {name: float(values[number]) for name, values in numbers.items() if not np.isnan(values[number])}
