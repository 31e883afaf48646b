"""Rank numbers.

pandas ranks as `scipy.stats.rankdata` does, but importing `scipy.stats` takes a second, which each command would pay.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import Floats


def rank_values(values: Floats, *, ties: Literal["average", "min"] = "average") -> Floats:
    """Rank values along the first axis, from 1, lowest first; NaN stays NaN.

    Parameters
    ----------
    values : float64, shape (n,) or (n, draws)
    ties : "average" or "min"
        The rank that equal values share: the mean of their ranks, or the best of them.

    Examples
    --------
    >>> rank_values(np.array([5.0, 2.0, 5.0, np.nan]))
    array([2.5, 1. , 2.5, nan])
    """
    return np.asarray(pd.DataFrame(values).rank(method=ties), dtype=np.float64).reshape(values.shape)
