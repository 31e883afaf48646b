"""PageRank and related flows on a citation matrix: one triangular solve if the citations are acyclic."""

from __future__ import annotations

from numbers import Real
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.linalg import spsolve_triangular

from flgraph.analysis.citation_matrix import CitationMatrix, Floats

_TOLERANCE: Final = 1e-13
_MAX_PASSES: Final = 10_000
_DIVERGED: Final = 1e12


def pagerank(
    matrix: CitationMatrix,
    *,
    alpha: float = 0.5,
    personalization: Floats | None = None,
    dangling: Floats | None = None,
) -> Floats:
    """Return the PageRank of each paper: the share of time that a random reader of references spends at it.

    x = alpha (P x + d u) + (1 - alpha) v. P shares a paper's weight among its references, d is the weight of the
    papers without references, u is `dangling` and v is `personalization`.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations: of `build_from_frames`, for example.
    alpha : float
        The probability of following one more reference, from 0 to below 1. 0.5 is usual for citations (Chen, Xie,
        Maslov, Redner 2007, "Finding scientific gems with Google's PageRank algorithm"), 0.85 for the web.
    personalization : float64, shape (n,), or None
        Where readers start, in the order of `matrix.papers`, with at least one number above 0. None starts anywhere
        with the same probability.
    dangling : float64, shape (n,), or None
        Where readers continue after a paper without references. None continues where readers start.

    Returns
    -------
    float64, shape (n,)
        In the order of `matrix.papers`; sums to 1. The error is about 1e-12, with cyclic citations too.

    Raises
    ------
    ValueError
        `matrix` is not a CitationMatrix, `alpha` is out of range, or `personalization` or `dangling` has the wrong
        length, a negative or missing number, or only zeros.

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
    if not size:
        return start
    references = matrix.count_references()
    shares = alpha / np.maximum(references, 1)
    weights = solve_flow(matrix, start, shares=shares)
    if dangling is not None:
        # The weight of dangling papers is passed on again and again: a geometric series.
        onward = solve_flow(matrix, _read_shares("dangling", dangling, size), shares=shares)
        ends = references == 0
        again = alpha * weights[ends].sum() / (1 - alpha * onward[ends].sum())
        weights = weights + again * onward
    # If readers continue where they start, dangling papers change the sum only.
    total: Floats = weights / weights.sum()
    return total


def check_alpha(alpha: float) -> None:
    """Raise `ValueError` unless a share is from 0 to below 1."""
    if not isinstance(alpha, Real) or not 0 <= float(alpha) < 1:
        raise ValueError(f"alpha is {alpha!r}; should be from 0 to below 1")


def _read_shares(name: str, given: Floats | None, size: int) -> Floats:
    should = f"{name} should be {size} numbers from 0 up"
    try:
        shares = np.ones(size) if given is None else np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(should) from error
    if shares.shape != (size,) or not np.all(np.isfinite(shares)) or np.any(shares < 0):
        raise ValueError(should)
    if size and not shares.sum() > 0:
        raise ValueError(f"{name} is 0 everywhere; at least one number should be above 0")
    normalized: Floats = shares / max(shares.sum(), 1e-300)
    return normalized


def solve_flow(matrix: CitationMatrix, source: Floats, *, shares: Floats) -> Floats:
    """Solve x_j = source_j + sum of shares_i x_i over the papers i that cite j.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    source : float64, shape (n,)
        The weight that each paper starts with.
    shares : float64, shape (n,)
        The fraction of its weight that a paper passes on to each paper it cites.

    Returns
    -------
    float64, shape (n,)
        In the order of `matrix.papers`.

    Raises
    ------
    ValueError
        The solution diverges on cyclic citations; smaller shares are needed.
    """
    size = len(matrix.papers)
    flow = sp.csr_array((-shares[matrix.indices], matrix.indices, matrix.indptr), shape=(size, size))
    if not matrix.is_acyclic:
        return _solve_cyclic(flow, source)
    diagonal = sp.eye_array(size, format="csr")
    if matrix.is_in_order:
        return _solve_triangular(diagonal + flow, source)
    order = np.argsort(matrix.components, kind="stable")
    solution = np.empty(size)
    solution[order] = _solve_triangular(diagonal + flow[order][:, order], source[order])
    return solution


def _solve_triangular(upper: sp.csr_array, source: Floats) -> Floats:
    """Solve an upper triangular system with ones on the diagonal, from the newest paper to the oldest.

    The matrix is overwritten, since a copy would take as long as the solve.
    """
    solved: Floats = spsolve_triangular(upper, source, lower=False, unit_diagonal=True, overwrite_A=True)
    return solved


def _solve_cyclic(flow: sp.csr_array, source: Floats) -> Floats:
    """Solve with cyclic citations: a triangular solve, repeated for what flows against the order of papers."""
    cited = np.repeat(np.arange(len(source)), np.diff(flow.indptr))
    is_ahead = flow.indices > cited
    upper = sp.eye_array(len(source), format="csr") + _keep(flow, is_ahead)
    back = _keep(flow, ~is_ahead)
    solution = more = _solve_triangular(upper, source)
    for _ in range(_MAX_PASSES):
        more = _solve_triangular(upper, -(back @ more))
        solution = solution + more
        step, whole = float(np.abs(more).sum()), float(np.abs(solution).sum())
        if step <= _TOLERANCE * whole:
            return solution
        if not step < _DIVERGED * float(np.abs(source).sum()):
            break
    raise ValueError("the solution diverges, because citations are cyclic; choose a smaller alpha")


def _keep(flow: sp.csr_array, kept: npt.NDArray[np.bool_]) -> sp.csr_array:
    starts = np.concatenate([[0], np.cumsum(kept)])
    return sp.csr_array((flow.data[kept], flow.indices[kept], starts[flow.indptr]), shape=flow.shape)
