"""Find the fixed point of a linear map by Anderson mixing.

Anderson 1965, "Iterative procedures for nonlinear integral equations". For a linear map it is equivalent to GMRES
(Walker, Ni 2011, "Anderson acceleration for fixed-point iterations"), without a product or a vector more a step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from flgraph.analysis.arrays import Floats

_KEPT: Final = 4
_LOOSE: Final = 1e-2
"""How much finer than the last change a sweep needs to be."""
_RCOND: Final = 1e-12
_HUGE: Final = 1e100
_PROGRESS: Final = 0.1


def find_fixed_point(
    sweep: Callable[[Floats, float], tuple[Floats, Floats]], start: Floats, precision: float, patience: int
) -> Floats | None:
    """Repeat a map until nothing changes, each time from the best mix of the last five results.

    Parameters
    ----------
    sweep : callable
        The map: takes weights of the shape of `start` and a precision, and returns weights and by how much they may be
        inexact, summed over papers.
    start : float64, shape (m,) or (m, k)
        Where to begin; columns are independent.
    precision : float
        The change at which to stop, summed over papers and relative to the sum of the weights.
    patience : int
        After how many sweeps to give up, if the change has not become ten times smaller.

    Returns
    -------
    float64, of the shape of `start`, or None
        The last result; None if it keeps changing or exceeds 1e100.
    """
    kept: deque[tuple[Floats, Floats]] = deque(maxlen=_KEPT + 1)
    before, finer, limit = start, _LOOSE, np.inf
    goal, waited = np.inf, 0
    while waited < patience:
        after, inexact = sweep(before, max(precision, finer))
        change = after - before
        size = np.abs(change).sum(axis=0)
        whole = np.maximum(np.abs(after).sum(axis=0), np.finfo(np.float64).tiny)
        if not np.all(size < _HUGE):  # False for NaN too
            return None
        if np.all(size + inexact <= precision * whole):
            return after
        rest = float(((size + inexact) / whole).max())
        waited = 0 if rest < goal else waited + 1
        goal = rest * _PROGRESS if rest < goal else goal
        finer = min(finer, float((size / whole).max()) * _LOOSE)
        kept.append((change, after))
        # Where the last mix made things worse, or nothing is left to do, a plain sweep goes on.
        is_mixed = (size < limit) & (size > precision * whole)
        limit = 2 * size
        before = _mix(kept, is_mixed) if len(kept) > 1 else after
    return None


def _mix(kept: deque[tuple[Floats, Floats]], is_mixed: Floats) -> Floats:
    """Return the mix of results whose change is least, in each column that is mixed, and the last result in others."""
    change, after = kept[-1]
    flat = change.reshape(len(change), -1)
    steps = np.stack([flat - earlier.reshape(flat.shape) for earlier, _ in list(kept)[:-1]]).transpose(2, 0, 1)
    products = steps @ steps.transpose(0, 2, 1)
    along = steps @ flat.T[:, :, None]
    weights = (np.linalg.pinv(products, rcond=_RCOND, hermitian=True) @ along)[:, :, 0]  # shape (k, kept)
    weights = weights * np.reshape(is_mixed, (-1, 1))
    mixed = after.copy()
    for (_, earlier), weight in zip(list(kept)[:-1], weights.T, strict=True):
        mixed -= (after - earlier) * (weight if after.ndim > 1 else weight[0])
    return mixed
