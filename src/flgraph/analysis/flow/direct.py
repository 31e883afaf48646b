"""Solve a block with a matrix: for long chains of citations, and for cycles that hardly lose weight."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu, spsolve_triangular

from flgraph.analysis.arrays import Floats

MAX_DIRECT: Final = 50_000
"""Cyclic citations of which a factorization takes seconds at most."""


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
    is_acyclic = bool(np.all(own.indices > np.repeat(np.arange(len(start)), np.diff(own.indptr))))
    for column in np.ndindex(start.shape[1:]):
        at = (slice(None), *column)
        system = sp.eye_array(len(start), format="csr") - own @ sp.diags_array(shares[at])
        solution[at] = _solve_triangle(system, start[at]) if is_acyclic else _factorize(system, start[at])
    return solution


def _solve_triangle(system: sp.csr_array, start: Floats) -> Floats:
    solution: Floats = spsolve_triangular(system, start, lower=False, unit_diagonal=True, overwrite_A=True)
    return solution


def _factorize(system: sp.csr_array, start: Floats) -> Floats:
    said = "the solution does not converge, because citations are cyclic; choose a smaller alpha"
    if system.nnz > MAX_DIRECT + len(start):
        raise ValueError(said)
    try:
        solution: Floats = splu(system.tocsc()).solve(start)
    except RuntimeError as error:  # the matrix is singular
        raise ValueError(said) from error
    return solution
