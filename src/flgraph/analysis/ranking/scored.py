"""What a ranking method is, and what it returns: scores that are the sum of their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import Floats, Mask
from flgraph.analysis.ranking.draws import Adding
from flgraph.analysis.ranking.missing_data import Need
from flgraph.analysis.ranking.observations import Observations


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores of the m papers of a catalog, with their parts and inputs.

    Attributes
    ----------
    parts : Mapping of str to float64, shape (m,)
        The parts that add up to the score; NaN without a score.
    adds : sparse array, shape (m, n)
        The contribution of each citing paper, in the unit of the score if the score is a sum over citing papers.
    redo : callable
        From a way to add up what citing papers contribute to the scores, shape (m, draws).
    inputs : Mapping of str to float64, shape (m,)
        The numbers from which the parts were computed.
    coverage : float64, shape (m,)
        The share of the data needed for the score that is known, 0 to 1.
    notes : Mapping of int to str
        Notes by the number of a paper: why it has no score, or its cohort.
    """

    parts: Mapping[str, Floats]
    adds: sp.csr_array
    redo: Callable[[Adding], Floats]
    inputs: Mapping[str, Floats]
    coverage: Floats
    notes: Mapping[int, str] = field(default_factory=dict)

    @property
    def score(self) -> Floats:
        """The sum of the parts, shape (m,)."""
        score: Floats = np.sum(list(self.parts.values()), axis=0)
        return score

    @property
    def number_scored(self) -> int:
        """The number of papers with a score."""
        return int((~np.isnan(self.score)).sum())


@dataclass(frozen=True)
class Method:
    """A ranking method.

    Attributes
    ----------
    measure : callable
        From the observations and a mask of the papers with all needed data to the scores.
    needs : frozenset of str
        The data needed of a paper: citation count, date, citing papers ("listing"), their dates, influential citations;
        and the citation counts of the papers around the catalog, which are known only for the day of the snapshot.
    unit : str
        The unit of the score.
    formula : str
        How the score is computed, with its source.
    covers : str
        The data of which the coverage is a share.
    adds : str
        What a citing paper contributes; empty if that is in the unit of the score.
    limits : str
        Where its 95% intervals hold less or more than 92 to 98% in simulations, and how much; empty if nowhere.
    """

    measure: Callable[[Observations, Mask], Scored]
    needs: frozenset[Need]
    unit: str
    formula: str
    covers: str = "of its citations are listed with a date"
    adds: str = ""
    limits: str = ""
