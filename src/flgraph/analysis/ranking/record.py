"""The record of a ranking: its table with method, day, parameters and coverage."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

import networkx as nx
import pandas as pd

from flgraph.analysis.ranking.methods import MethodName
from flgraph.errors import GraphError

_COLUMNS: Final = {"rank", "rank_low", "rank_high", "score", "title", "year"}
_DIGESTS: Final = ("catalog_digest", "snapshot_digest")


@dataclass(frozen=True)
class Coverage:
    """How much of the data behind a ranking is known.

    Attributes
    ----------
    papers : int
        Papers of the catalog.
    scored : int
        Papers with a score.
    unscored : Mapping of str to int
        How many papers lack a score, by reason, the most common first.
    counted : int
        Papers with a citation count.
    citations : int
        The sum of these counts.
    citing_known : int
        Papers whose citing papers are known.
    listed_share : float or None
        The mean share of a paper's citations that are listed, 0 to 1; None if no citing papers are known.
    pooled_share : float or None
        The listed share of all citations of these papers together, 0 to 1; None as above.
    listed : int
        Listed citations, self-citations included.
    undated : int
        Those of which the citing paper has no date.
    self_citations : int
        Listed citations that are self-citations.
    unmarked : int
        Listed citations of which it is unknown whether they are self-citations, since author ids are missing.
    bare_years : int
        Papers with a score of which only the year of publication is known.
    cohorts : tuple of int, or None
        The smallest and the largest number of papers that a score was held against; None if the method has none.
    outside_papers : int
        Papers of the graph outside the catalog.
    matched : Mapping of str to int
        Papers by how their record was found ("arxiv", "doi", "id", "title", "person"), the most common first.
    doubles : int
        Papers of which the catalog holds another entry of the same work.
    """

    papers: int
    scored: int
    unscored: Mapping[str, int]
    counted: int
    citations: int
    citing_known: int
    listed_share: float | None
    pooled_share: float | None
    listed: int
    undated: int
    self_citations: int
    unmarked: int
    bare_years: int
    cohorts: tuple[int, int] | None
    outside_papers: int
    matched: Mapping[str, int]
    doubles: int


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """A ranking of papers: the table with its method, day and parameters.

    A table keeps them in `DataFrame.attrs`, which pandas operations such as a merge can lose. `make_ranking` returns a
    `Ranking`; `explain_rank`, `describe`, `compare_rankings`, `plot_ranking` and `write_html` accept one.

    Attributes
    ----------
    table : DataFrame
        The table of `rank_papers`.
    by : str
        The method.
    as_of : date
        The day to which ages and citations refer.
    formula, unit : str
        How the score is computed, and the unit of the score.
    needs : tuple of str
        The data that the method needs of a paper, sorted.
    parameters : Mapping of str to int
        `youngest_months`, `draws` and `seed`; also `exclude_surveys` if surveys are left out, and
        `simultaneous` if intervals hold for all papers together.
    coverage : Coverage
        How much of the data is known.
    origin : Mapping
        The attributes of the graph that identify it: title, digests, snapshot.
    version : str
        The version of flgraph.
    caption : str
        Method, day and fallback in one line.
    counted_from : str or None
        Where citation counts of an earlier day come from; None if the source counted on that day.
    fallback_from, fallback_reason : str or None
        The default method that this ranking replaces, and why; None if it replaces none.
    top_10_share : Mapping or None
        The share of papers that are among the top 10% of their fields, 0 to 1: `papers` with a reference set, `share`,
        and its 95% interval `low`, `high` (None without draws). None without reference sets.
    parts : Mapping of str to Mapping of str to float, or None
        By node id, the parts that add up to the score; empty without a score. None in a ranking read from a table.

    Examples
    --------
    >>> ranking = make_ranking(graph)  # doctest: +SKIP
    >>> ranking.by, ranking.parameters  # doctest: +SKIP
    ('age_normalized', {'youngest_months': 6, 'draws': 2000, 'seed': 0})
    """

    table: pd.DataFrame
    by: MethodName
    as_of: date
    formula: str
    unit: str
    needs: tuple[str, ...]
    parameters: Mapping[str, int]
    coverage: Coverage
    origin: Mapping[Hashable | None, Any]
    version: str
    caption: str
    counted_from: str | None = None
    fallback_from: MethodName | None = None
    fallback_reason: str | None = None
    top_10_share: Mapping[str, float | None] | None = None
    parts: Mapping[str, Mapping[str, float]] | None = None

    def to_attrs(self) -> dict[Hashable | None, Any]:
        """Return everything but the table and the parts as plain values, for `DataFrame.attrs`."""
        optional = {name: getattr(self, name) for name in _OPTIONAL}
        return {
            **self.origin,
            "by": self.by,
            "as_of": self.as_of.isoformat(),
            "formula": self.formula,
            "unit": self.unit,
            "needs": list(self.needs),
            "parameters": dict(self.parameters),
            **{name: getattr(self.coverage, name) for name in _COVERED},
            "version": self.version,
            "caption": self.caption,
            **{name: value for name, value in optional.items() if value is not None},
        }

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return str(self.table._repr_html_())  # type: ignore[operator]


_OPTIONAL: Final = ("counted_from", "fallback_from", "fallback_reason", "top_10_share")
_COVERED: Final = tuple(field.name for field in fields(Coverage))
_REQUIRED: Final = ("by", "as_of", "formula", "unit", "needs", "parameters", *_COVERED, "version", "caption")


def to_ranking(given: Ranking | pd.DataFrame) -> Ranking:
    """Return a `Ranking` unchanged, or read one from a table of `rank_papers` and its `attrs`.

    Raises
    ------
    ValueError
        The argument is neither, or the table lost its `attrs`.
    """
    if isinstance(given, Ranking):
        return given
    if not isinstance(given, pd.DataFrame):
        raise ValueError(f"ranking is a {type(given).__name__}; should be a Ranking, or a table of rank_papers")
    said = given.attrs
    if not set(given.columns) >= _COLUMNS or not set(said) >= set(_REQUIRED):
        raise ValueError(
            "ranking is not a table of rank_papers, or lost its attrs, as in a merge; pass the Ranking of make_ranking"
        )
    own = {*_REQUIRED, *_OPTIONAL}
    return Ranking(
        table=given,
        by=said["by"],
        as_of=date.fromisoformat(said["as_of"]),
        formula=said["formula"],
        unit=said["unit"],
        needs=tuple(said["needs"]),
        parameters=dict(said["parameters"]),
        coverage=Coverage(**{name: said[name] for name in _COVERED}),
        origin={name: value for name, value in said.items() if name not in own},
        version=said["version"],
        caption=said["caption"],
        **{name: said.get(name) for name in _OPTIONAL},
    )


def refuse_other_graph(ranking: Ranking, graph: nx.MultiDiGraph[Any]) -> None:
    """Raise `GraphError` if a ranking was made from another graph."""
    for name in _DIGESTS:
        if ranking.origin.get(name) != graph.graph.get(name):
            what = name.partition("_")[0]
            raise GraphError(
                f"the ranking is of another graph: its {what} is {ranking.origin.get(name)}; rank this graph again"
            )
