"""Solve a block with a matrix: for long chains of citations, and for cycles that hardly lose weight."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu, spsolve_triangular

from flgraph.analysis.arrays import Floats

_NO_CONVERGENCE: Final = "the solution does not converge, because citations are cyclic; choose a smaller alpha"
_FEW: Final = 10_000
_FEW_EACH: Final = 2


def is_acyclic(own: sp.csr_array) -> bool:
    """Return whether the papers of a block cite only papers before them."""
    return bool(np.all(own.indices > np.repeat(np.arange(own.shape[0]), np.diff(own.indptr))))


def is_quick(own: sp.csr_array) -> bool:
    """Return whether a factorization takes seconds at most: with few citations, or in chains and rings."""
    return bool(own.nnz <= max(_FEW, _FEW_EACH * own.shape[0]))


def solve_directly(own: sp.csr_array, start: Floats, shares: Floats) -> Floats:
    """Solve x = start + own (shares x), column by column.

    Parameters
    ----------
    own : sparse array of ones, shape (m, m)
        Who cites whom inside the block: rows are cited papers.
    start, shares : float64, shape (m,) or (m, k)
        As in `solve_flow`; `shares` may have one column for all.

    Raises
    ------
    ValueError
        The citations are cyclic and too many, or the solution is infinite.
    """
    shares = np.broadcast_to(shares, start.shape)
    solution = np.empty(start.shape)
    solve = _solve_triangle if is_acyclic(own) else _factorize
    if solve is _factorize and not is_quick(own):
        raise ValueError(_NO_CONVERGENCE)
    for column in np.ndindex(start.shape[1:]):
        at = (slice(None), *column)
        system = sp.eye_array(len(start), format="csr") - own @ sp.diags_array(shares[at])
        solution[at] = solve(system, start[at])
    return solution


def _solve_triangle(system: sp.csr_array, start: Floats) -> Floats:
    solution: Floats = spsolve_triangular(system, start, lower=False, unit_diagonal=True, overwrite_A=True)
    return solution


def _factorize(system: sp.csr_array, start: Floats) -> Floats:
    try:
        solution: Floats = splu(system.tocsc()).solve(start)
    except RuntimeError as error:  # the matrix is singular
        raise ValueError(_NO_CONVERGENCE) from error
    return solution
