"""PageRank on a citation matrix, for one start or many."""

from __future__ import annotations

from numbers import Real

import numpy as np

from flgraph.analysis.citation_matrix import CitationMatrix, Floats
from flgraph.analysis.flow.solve import solve_flow


def pagerank(
    matrix: CitationMatrix,
    *,
    alpha: float = 0.5,
    personalization: Floats | None = None,
    dangling: Floats | None = None,
    weights: Floats | None = None,
) -> Floats:
    """Return the PageRank of each paper: the share of time that a random reader of references spends at it.

    x = alpha (P x + d u) + (1 - alpha) v. P shares a paper's weight among its references, d is the weight of the
    papers without references, u is `dangling` and v is `personalization`.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations: of `build_from_frames`, for example. The first call prepares it; later calls are faster.
    alpha : float
        The probability of following one more reference, from 0 to below 1. 0.5 is usual for citations (Chen, Xie,
        Maslov, Redner 2007, "Finding scientific gems with Google's PageRank algorithm"), 0.85 for the web.
    personalization : float64, shape (n,) or (n, k), or None
        Where readers start, in the order of `matrix.papers`, with at least one number above 0 in each column. None
        starts anywhere with the same probability.
    dangling : float64, shape (n,), or None
        Where readers continue after a paper without references. None continues where readers start.
    weights : float64, shape (n,) or (n, k), or None
        How many times each citing paper counts: a column is one draw of a bootstrap over citing papers. The references
        of a paper that counts twice receive its weight twice. None counts each paper once.

    Returns
    -------
    float64, shape (n,), or (n, k) if `personalization` or `weights` has k columns
        In the order of `matrix.papers`; each column sums to 1. The error, summed over papers, is below 1e-10, with
        cyclic citations too. One call with many columns is faster than many calls.

    Raises
    ------
    ValueError
        `matrix` is not a CitationMatrix, `alpha` is out of range, or another argument has the wrong shape, a negative
        or missing number, or only zeros. Both `dangling` and `weights` are given. Or, on cyclic citations, `weights`
        are so large that the solution diverges, or it does not converge because `alpha` is almost 1.

    Examples
    --------
    >>> import pandas as pd
    >>> papers = pd.DataFrame({"id": ["old", "new"], "year": [2018, 2020]})
    >>> matrix = build_from_frames(papers, pd.DataFrame({"citing": ["new"], "cited": ["old"]}))
    >>> dict(zip(matrix.papers, pagerank(matrix, alpha=0.5).round(3).tolist(), strict=True))
    {'old': 0.6, 'new': 0.4}
    """
    if not isinstance(matrix, CitationMatrix):
        raise ValueError(
            f"matrix is a {type(matrix).__name__}; should be a CitationMatrix, as build_from_frames returns"
        )
    size = len(matrix.papers)
    check_alpha(alpha)
    start = _read_shares("personalization", personalization, size)
    if dangling is not None and weights is not None:
        raise ValueError("dangling and weights are both given; omit one of them")
    onward = None if dangling is None else _read_shares("dangling", dangling, size, columns=False)
    times = None if weights is None else _read_numbers("weights", weights, size)
    if not size:
        return start
    shares = alpha * matrix.shares
    if times is not None:
        _check_columns(start, times)
        shares = shares.reshape(-1, *[1] * (times.ndim - 1)) * times
    scores = solve_flow(matrix.flow, start, shares)
    if onward is not None:
        scores = _pass_on_dangling(matrix, scores, onward, alpha)
    # If readers continue where they start, dangling papers change the sum only.
    scores /= scores.sum(axis=0)
    return scores


def _pass_on_dangling(matrix: CitationMatrix, scores: Floats, onward: Floats, alpha: float) -> Floats:
    """Add what dangling papers pass on again and again: a geometric series."""
    flow = solve_flow(matrix.flow, onward, alpha * matrix.shares)
    ends = matrix.count_references() == 0
    again = alpha * scores[ends].sum(axis=0) / (1 - alpha * flow[ends].sum())
    total: Floats = scores + np.multiply.outer(flow, again)
    return total


def check_alpha(alpha: float) -> None:
    """Raise `ValueError` unless a share is from 0 to below 1."""
    if not isinstance(alpha, Real) or not 0 <= float(alpha) < 1:
        raise ValueError(f"alpha is {alpha!r}; should be from 0 to below 1")


def _read_shares(name: str, given: Floats | None, size: int, *, columns: bool = True) -> Floats:
    if given is None:
        return np.full(size, 1 / max(size, 1))
    shares = _read_numbers(name, given, size, columns=columns)
    total = shares.sum(axis=0)
    if size and not np.all(total > 0):
        where = "everywhere" if shares.ndim == 1 else "everywhere in a column"
        raise ValueError(f"{name} is 0 {where}; at least one number should be above 0")
    normalized: Floats = shares / np.maximum(total, 1e-300)
    return normalized


def _read_numbers(name: str, given: Floats, size: int, *, columns: bool = True) -> Floats:
    should = f"{name} should be {size} numbers from 0 up" + (", or columns of them" if columns else "")
    try:
        numbers = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(should) from error
    is_shaped = numbers.ndim in ((1, 2) if columns else (1,)) and len(numbers) == size
    if not is_shaped or not np.all(np.isfinite(numbers)) or np.any(numbers < 0):
        raise ValueError(should)
    return numbers


def _check_columns(start: Floats, times: Floats) -> None:
    if start.ndim == times.ndim == 2 and start.shape != times.shape:
        raise ValueError(
            f"personalization has {start.shape[1]} columns and weights has {times.shape[1]}; "
            "should be the same number, or one of them without columns"
        )
