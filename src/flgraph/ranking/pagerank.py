"""PageRank and its kin on a citation matrix: one triangular solve where no citations go around in a circle."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import LinearOperator, bicgstab, spsolve_triangular

from flgraph.citations import CitationMatrix, Floats

_TOLERANCE: Final = 1e-14
_MOST_PASSES: Final = 200
_MOST_ERROR: Final = 1e-10


def pagerank(matrix: CitationMatrix, *, alpha: float = 0.5, personalization: Floats | None = None) -> Floats:
    """Return the PageRank of each paper: the share of time at it of who follows references at random.

    x = alpha (P x + d v) + (1 - alpha) v, where P shares a paper's weight among its references, d is the weight of
    the papers that cite nothing, and v is `personalization`.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    alpha : float
        How likely one more reference is followed, from 0 to below 1. 0.5 for citations (Chen, Xie, Maslov, Redner
        2007, "Finding scientific gems with Google's PageRank algorithm"); 0.85 is the web's.
    personalization : float64, shape (n,), or None
        Where a reader begins, at least one of it above 0; None is anywhere alike.

    Returns
    -------
    float64, shape (n,)
        In the order of `matrix.papers`; sums to 1. Exact to about 1e-12, cycles or not.

    Raises
    ------
    ValueError
        `alpha` is out of range, or `personalization` is of another length, negative, no number or all zero.

    Examples
    --------
    >>> from flgraph.citations import build_citation_matrix
    >>> pagerank(build_citation_matrix(["a", "b"], [1], [0])).round(3).tolist()
    [0.6, 0.4]
    """
    start = _read_start(matrix, alpha, personalization)
    if not len(start):
        return start
    # With dangling weight led to where readers begin, the solution without it is the same but for its sum.
    weights = solve_flow(matrix, start, alpha=alpha)
    total: Floats = weights / weights.sum()
    return total


def _read_start(matrix: CitationMatrix, alpha: float, personalization: Floats | None) -> Floats:
    if not 0 <= alpha < 1:
        raise ValueError(f"alpha is {alpha!r}; should be from 0 to below 1")
    size = len(matrix.papers)
    start = np.ones(size) if personalization is None else np.asarray(personalization, dtype=np.float64)
    if start.shape != (size,) or not np.all(np.isfinite(start)) or np.any(start < 0):
        raise ValueError(f"personalization should be {size} numbers from 0 up")
    if size and not start.sum() > 0:
        raise ValueError("personalization is 0 everywhere; a reader begins somewhere")
    return start


def solve_flow(matrix: CitationMatrix, source: Floats, *, alpha: float) -> Floats:
    """Return x = source + alpha P x: what flows from citing to cited papers, shared by each among its references.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    source : float64, shape (n,)
        What each paper has of its own.
    alpha : float
        The part that is handed on, from 0 to below 1.
    """
    size = len(matrix.papers)
    shares = alpha / np.maximum(matrix.count_references(), 1)
    flow = sp.csr_array((-shares[matrix.indices], matrix.indices, matrix.indptr), shape=(size, size))
    system = sp.eye_array(size, format="csr") + flow
    if matrix.is_in_order:
        return _sweep(system, source)
    order = np.argsort(matrix.components, kind="stable")
    system = system[order][:, order]
    solution = np.empty(size)
    solution[order] = _sweep(system, source[order]) if matrix.is_acyclic else _go_around(system, source[order])
    return solution


def _sweep(upper: sp.csr_array, source: Floats) -> Floats:
    """Solve from the newest paper to the oldest: all that a paper is given is known when its turn comes."""
    solved: Floats = spsolve_triangular(upper, source, lower=False, unit_diagonal=True)
    return solved


def _go_around(system: sp.csr_array, source: Floats) -> Floats:
    """Solve where papers cite each other around: the sweep is nearly the solution, and a few passes make it exact."""
    upper = sp.triu(system, format="csr")
    sweep = LinearOperator(system.shape, matvec=lambda given: _sweep(upper, np.ravel(given)), dtype=np.float64)
    solution, left = bicgstab(system, source, x0=_sweep(upper, source), rtol=_TOLERANCE, maxiter=_MOST_PASSES, M=sweep)
    error = float(np.abs(source - system @ solution).sum() / source.sum())
    if left < 0 or error > _MOST_ERROR:
        raise ArithmeticError(f"the circles of these citations are solved to {error:.1e} only; report the graph")
    result: Floats = solution
    return result
