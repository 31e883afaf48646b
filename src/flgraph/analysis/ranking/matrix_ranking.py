"""Rank all papers of a citation matrix, of any size, by one measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers
from flgraph.analysis.ranking.backtest import MEASURES, Testable
from flgraph.checks import format_count
from flgraph.errors import GraphError

_DIGITS: Final = 9
_DATELESS: Final = ("citation_count", "local_pagerank", "pagerank")


@dataclass(frozen=True, eq=False, repr=False)
class MatrixRanking:
    """The papers of a citation matrix in order of a measure.

    Attributes
    ----------
    matrix : CitationMatrix
        The citations between n papers.
    measure : str
        The name of the measure.
    scores : float64, shape (n,)
        The scores in the order of `matrix.papers`; NaN if unknown.
    ranks : float64, shape (n,)
        The ranks in the same order, from 1; papers whose scores agree to nine digits share the best of their ranks.
        NaN without a score.
    order : int64, shape (n,)
        The places in `matrix.papers`: best first, those of one rank from the oldest to the newest, unscored ones last.
    """

    matrix: CitationMatrix
    measure: str
    scores: Floats
    ranks: Floats
    order: Integers

    def __repr__(self) -> str:
        return f"MatrixRanking of {self.caption}"

    @property
    def caption(self) -> str:
        """What was ranked and how, in a line."""
        papers, citations = format_count(len(self.order), "paper"), format_count(self.matrix.citations, "citation")
        return f"{papers} by {self.measure}, {citations}"

    def make_table(self, top: int | None = None) -> pd.DataFrame:
        """Return the first papers as a table, all of them without `top`.

        Returns
        -------
        DataFrame
            Best first: `rank` (Int64), `id` (text), `score` (float), `citations` (int, papers of the matrix that cite
            it) and `date`.
        """
        places = self.order[:top]
        papers = self.matrix.papers
        return pd.DataFrame(
            {
                "rank": pd.Series(self.ranks[places]).astype("Int64"),
                "id": pd.Series([papers[place] for place in places.tolist()], dtype="string"),
                "score": self.scores[places],
                "citations": self.matrix.count_citations()[places],
                "date": self.matrix.dates[places].astype("datetime64[s]"),
            }
        )


def rank_matrix(matrix: CitationMatrix, by: Testable = "pagerank") -> MatrixRanking:
    """Rank all papers of a citation matrix by a measure.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations, as `build_from_files` makes them.
    by : str
        citation_count, citations_per_year, recent_citations, impulse, ram, attrank, citerank, local_pagerank or
        pagerank. All count the citations of the matrix. Ages are measured at the newest date.

    Raises
    ------
    ValueError
        No measure has the name.
    GraphError
        The measure needs dates, and no paper has one.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": ["old", "new"], "year": [2018, 2020]})
    >>> matrix = build_from_frames(papers, pd.DataFrame({"citing": ["new"], "cited": ["old"]}))
    >>> rank_matrix(matrix).make_table()[["rank", "id", "citations"]].values.tolist()
    [[1, 'old', 1], [2, 'new', 0]]
    """
    if by not in MEASURES:
        raise ValueError(f"no measure is named {by!r}; should be one of {', '.join(get_args(Testable))}")
    dated = matrix.dates[~np.isnat(matrix.dates)]
    if not len(dated) and by not in _DATELESS:
        raise GraphError(f"no paper has a date, which {by} needs; add a date or year, or use {', '.join(_DATELESS)}")
    newest = dated.max() if len(dated) else np.datetime64("1970-01-01", "D")  # unused then
    scores = np.asarray(MEASURES[by](matrix, newest.item()), dtype=np.float64)
    rounded = _round(scores)
    order = np.argsort(-rounded, kind="stable")  # NaN last
    return MatrixRanking(matrix, by, scores, _share_ranks(rounded, order), order)


def _share_ranks(scores: Floats, order: Integers) -> Floats:
    """Return the rank of each paper, the best of those with the same score; `order` is that of the scores."""
    ordered = scores[order]
    firsts = np.arange(len(order))
    firsts[1:][ordered[1:] == ordered[:-1]] = 0
    ranks = np.empty(len(order))
    ranks[order] = np.where(np.isnan(ordered), np.nan, np.maximum.accumulate(firsts) + 1)
    return ranks


def _round(scores: Floats) -> Floats:
    """Round to nine significant digits, so that the last bits of a sum decide nothing."""
    sizes: npt.NDArray[np.float64] = np.abs(scores)
    sizes[~(sizes > 0)] = 1.0
    factors = 10.0 ** (_DIGITS - 1 - np.floor(np.log10(sizes)))
    rounded: Floats = np.round(scores * factors) / factors
    return rounded
