"""Say the rank of each paper in words, for the panel of the map."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.ranking import Ranking, make_ranking
from flgraph.analysis.ranking.explain import list_parts
from flgraph.analysis.ranking.methods import FOR_AGE, POINTS, RECENT
from flgraph.analysis.ranking.normalized import count_recent
from flgraph.analysis.ranking.observations import read_observations
from flgraph.checks import format_count
from flgraph.errors import GraphError

_SAME: Final = "equal for all ranked papers, so it separates none"
_DIGITS: Final = 9


def describe_ranks(graph: nx.MultiDiGraph[Any], ranking: Ranking | None) -> dict[str, dict[str, Any]]:
    """Describe the rank of each paper for its details; return an empty dict if there is no ranking.

    `rank_parts` lists the parts of the score in words, each with its unit, and `rank_sum` is the score in words.
    """
    if ranking is None:
        try:
            ranking = make_ranking(graph)
        except GraphError:  # no citation data; the map works without
            return {}
    parts = list_parts(graph, ranking)
    same, recent = _find_equal_parts(parts), _count_recent(graph, ranking)
    said: dict[str, dict[str, Any]] = {}
    for node, row in ranking.table.to_dict("index").items():
        known = {"ranked_by": ranking.by, "ranked_as_of": ranking.as_of.isoformat(), "rank_note": row["flags"]}
        if pd.notna(row["rank"]):
            known |= {
                "rank": int(row["rank"]),
                "ranked": ranking.coverage.scored,
                "score": round(float(row["score"]), 2),
                "rank_sum": f"{_say_sum(ranking, row['score'])} by {ranking.by} as of {ranking.as_of.isoformat()}",
            }
            counts = {FOR_AGE: row["citation_count"], RECENT: recent.get(node, pd.NA)}
            known["rank_parts"] = [
                _say_part(ranking, name, value, counts.get(name, pd.NA)) + (f"; {_SAME}" if name in same else "")
                for name, value in parts[str(node)].items()
            ]
        if pd.notna(row["rank_low"]):
            known |= {"rank_low": int(row["rank_low"]), "rank_high": int(row["rank_high"])}
        said[str(node)] = {name: value for name, value in known.items() if value != ""}
    return said


def _count_recent(graph: nx.MultiDiGraph[Any], ranking: Ranking) -> Mapping[Hashable, float]:
    """Count the citations of the last twelve months by node id, for the method that gives points for them."""
    if ranking.by != "age_normalized":
        return {}
    observed = read_observations(graph, ranking.as_of)
    return dict(zip(observed.papers, count_recent(observed).tolist(), strict=True))


def _find_equal_parts(parts: Mapping[str, Mapping[str, float]]) -> frozenset[str]:
    """Find the parts that have one value for all papers with a score, if there are several such papers."""
    scored = [held for held in parts.values() if held]
    if len(scored) < 2:
        return frozenset()
    values = {name: np.array([held[name] for held in scored]).round(_DIGITS) for name in scored[0]}
    return frozenset(name for name, held in values.items() if len(set(held.tolist())) == 1)


def _say_part(ranking: Ranking, name: str, value: float, count: Any) -> str:
    """Say a part of a score with its unit: points of age_normalized with the citations they are given for."""
    if name not in POINTS:
        return f"{_say_amount(value, _shorten_unit(ranking.unit))}: {name}"
    points = f"{value:.1f} of {POINTS[name]} points"
    if pd.isna(count):
        return f"{points}: {name}"
    counted = format_count(int(count), "citation")
    return f"{points}; {counted} in the last 12 months" if name == RECENT else f"{points} for its age; {counted}"


def _say_sum(ranking: Ranking, score: float) -> str:
    if ranking.by == "age_normalized":
        return f"{score:.1f} of {sum(POINTS.values())} points"
    return _say_amount(score, ranking.unit)


def _say_amount(value: float, unit: str) -> str:
    number = f"{round(value, 2) + 0.0:,.2f}".rstrip("0").rstrip(".")
    noun, space, rest = unit.partition(" ")
    return f"{number} {noun.removesuffix('s') if number == '1' and noun != 'times' else noun}{space}{rest}"


def _shorten_unit(unit: str) -> str:
    """Return a unit without what it is compared with: the parts of a score share the unit, not the comparison."""
    return unit.partition(" of ")[0].partition(" above ")[0]
