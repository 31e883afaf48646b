"""Solve x_j = source_j + sum of shares_i x_i over the papers i that cite j.

From the last block to the first: one product with all citations of the block, then products with the citations inside
it until nothing is left to pass on. The blocks of a large component repeat this together, each time from the best mix
of the last sweeps. No matrix is formed: citations weigh 1, and the vector carries the shares.

Sources: components from the last to the first, and Gauss-Seidel within them (Arasu, Novak, Tomkins, Tomlin 2002,
"PageRank computation and the structure of the web"); Aitken extrapolation (Kamvar, Haveliwala, Manning, Golub 2003,
"Extrapolation methods for accelerating PageRank computations"); Anderson mixing: see `mixing.py`. The peer it is
measured against is PRPACK, which igraph uses (https://github.com/dgleich/prpack).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy.sparse as sp

from flgraph.analysis.arrays import Floats
from flgraph.analysis.flow.blocks import Block, Flow
from flgraph.analysis.flow.direct import is_acyclic, solve_directly
from flgraph.analysis.flow.mixing import find_fixed_point

_ERROR, _ERROR_IF_FEW = 2e-11, 1e-14
"""The largest error, summed over papers and relative to the sum of the solution, if shares add up to less than 1.

Few citations are solved to the last digits, so that papers that are alike stay tied.
"""
_FEW_CITATIONS: Final = 40_000
_LEAST_PRECISION: Final = 2e-15
_AT_ONCE: Final = 4_000_000
"""Numbers of a solution that are computed at once."""
_MAX_STEPS: Final = 200
_PLAIN_STEPS: Final = 6
_PATIENCE: Final = 50
"""Sweeps in which the change must become ten times smaller."""
_MIN_RATE: Final = 1e-3
_MAX_RATE: Final = 0.9
_NEGATIVE: Final = -1e-9
_HUGE: Final = 1e150


@dataclass(frozen=True, eq=False)
class _State:
    """A solution on its way, in the order of the flow; arrays have the shape (n,) or (n, k)."""

    source: Floats
    shares: Floats
    references: Floats  # shape (n,)
    gained: Floats  # the solution
    given: Floats  # the solution times the shares


def solve_flow(flow: Flow, source: Floats, shares: Floats) -> Floats:
    """Solve for weights that papers start with and pass on to the papers they cite.

    Parameters
    ----------
    flow : Flow
        The citations of n papers.
    source : float64, shape (n,) or (n, k)
        The weight that each paper starts with, from 0, in the order of the matrix. Columns are independent.
    shares : float64, shape (n,) or (n, k)
        The fraction of its weight that a paper passes on to each paper it cites, from 0.

    Returns
    -------
    float64, shape (n,), or (n, k) if one of the two has columns
        In the order of the matrix, from 0. If the shares of each paper's references add up to less than 1, the error is
        below 2e-11, summed over papers and relative to the sum, or the limit of double precision.

    Raises
    ------
    ValueError
        The solution diverges or does not converge on cyclic citations, or exceeds the largest number; smaller shares
        are needed.
    """
    if {source.ndim, shares.ndim} == {1}:
        return _solve_columns(flow, source, shares)
    source, shares = (part if part.ndim > 1 else part[:, None] for part in (source, shares))
    shape = np.broadcast_shapes(source.shape, shares.shape)
    solution = np.empty(shape)
    at_once = max(1, _AT_ONCE // max(flow.size, 1))
    for start in range(0, shape[1], at_once):
        some = slice(start, start + at_once)
        parts = (part if part.shape[1] == 1 else part[:, some] for part in (source, shares))
        solution[:, some] = _solve_columns(flow, *parts)
    return solution


def _solve_columns(flow: Flow, source: Floats, shares: Floats) -> Floats:
    if flow.order is not None:
        source, shares = source[flow.order], shares[flow.order]
    shape = np.broadcast_shapes(source.shape, shares.shape)
    state = _State(source, shares, flow.references, np.zeros(shape), np.zeros(shape))
    passed_on = _max_passed(state)
    error = _ERROR if flow.citations > _FEW_CITATIONS else _ERROR_IF_FEW
    with np.errstate(over="ignore", invalid="ignore"):
        _solve_groups(flow, state, max(error * (1 - passed_on), _LEAST_PRECISION), may_diverge=passed_on >= 1)
    solution = np.maximum(state.gained, 0.0, out=state.gained)
    if flow.order is None:
        return solution
    state.given[flow.order] = solution
    return state.given


def _max_passed(state: _State) -> float:
    """Return the largest part of its weight that a paper passes on to all its references together."""
    references = state.references if state.shares.ndim == 1 else state.references[:, None]
    return float((state.shares * references).max(initial=0.0))


def _solve_groups(flow: Flow, state: _State, precision: float, *, may_diverge: bool) -> None:
    is_started = False
    for group in flow.groups:
        is_started = is_started or bool(state.source[group[-1].start : group[0].stop].any())
        if is_started and len(group) == 1:
            _solve_block(group[0], state, precision)
        elif is_started:
            _solve_component(group, state, precision)
        if may_diverge:
            _check_solution(state.gained[group[-1].start : group[0].stop])


def _check_solution(gained: Floats) -> None:
    """Raise `ValueError` if a sum over paths of citations is infinite: the equations then have no positive solution."""
    if not np.all(np.isfinite(gained)):
        raise ValueError("the solution exceeds the largest number; choose a smaller alpha")
    if np.any(gained.min(axis=0) < _NEGATIVE * np.abs(gained).max(axis=0)):
        raise ValueError("the solution diverges, because citations are cyclic; choose a smaller alpha")


def _solve_block(block: Block, state: _State, precision: float) -> None:
    left = _pass_block(block, state, precision)
    if block.own is None or _is_little(left, state.gained[block.start : block.stop], precision):
        return
    if is_acyclic(block.own):
        _solve_rest((block,), state)
    else:
        _solve_component((block,), state, precision)


def _solve_component(group: tuple[Block, ...], state: _State, precision: float) -> None:
    here = slice(group[-1].start, group[0].stop)

    def sweep(before: Floats, inner: float) -> tuple[Floats, Floats]:
        np.multiply(before, state.shares[here], out=state.given[here])
        left = np.sum([_pass_block(block, state, inner) for block in group], axis=0)
        return state.gained[here].copy(), left

    if find_fixed_point(sweep, state.gained[here].copy(), precision, _PATIENCE) is None:
        _solve_rest(group, state)


def _solve_rest(group: Sequence[Block], state: _State) -> None:
    """Solve blocks that repetition does not, with a matrix."""
    here = slice(group[-1].start, group[0].stop)
    state.given[here] = 0.0
    cited_by = sp.vstack([block.cited_by for block in reversed(group)], format="csr")
    start = state.source[here] + cited_by @ state.given
    state.gained[here] = solve_directly(cited_by[:, here], start, state.shares[here])
    np.multiply(state.gained[here], state.shares[here], out=state.given[here])


def _pass_block(block: Block, state: _State, precision: float) -> Floats:
    """Add up what the papers of a block receive; return how much is left to pass on inside it, shape () or (k,)."""
    here = slice(block.start, block.stop)
    shares = state.shares[here]
    gained = np.empty(state.given[here].shape)
    gained[:] = state.source[here]
    if block.own is not block.cited_by or state.given.any():
        gained += block.cited_by @ state.given
    left = np.zeros(gained.shape[1:])
    if block.own is not None:
        step = gained * shares
        step -= state.given[here]
        left = _settle(block.own, state.references[here], shares, gained, step, precision)
    state.gained[here] = gained
    np.multiply(gained, shares, out=state.given[here])
    return left


def _settle(
    own: sp.csr_array, references: Floats, shares: Floats, gained: Floats, step: Floats, precision: float
) -> Floats:
    """Pass on `step` inside a block until little is left; add what is received to `gained`, and return what is left.

    After six steps, weight that goes back and forth in a small cycle shrinks at a steady rate. It is passed on to its
    end at once. What that was too much or too little is part of the next step, so the result stays exact.
    """
    past: list[Floats] = []
    left: Floats = np.zeros(())
    for turn in range(1, _MAX_STEPS + 1):
        is_extrapolated = len(past) == 4
        ahead = _extrapolate(past) if is_extrapolated else 0.0
        more = own @ (step + ahead if is_extrapolated else step)
        gained += more
        more *= shares
        step = more
        if is_extrapolated:
            step -= ahead
            past = []
        if turn % 2 == 0:
            left = references @ np.abs(step)
            if _is_little(left, gained, precision) or not (left < _HUGE).all():
                break
        if turn > _PLAIN_STEPS:
            past.append(step)
    return left


def _is_little(left: Floats, gained: Floats, precision: float) -> bool:
    # Where both are infinite, the difference is NaN, and this is False.
    return bool((left - precision * gained.sum(axis=0) <= 0).all())


def _extrapolate(past: list[Floats]) -> Floats:
    """Return the sum of all further steps, if each stays in its proportion to the one two steps before it (Aitken)."""
    rate = np.divide(past[3], past[1], out=np.zeros_like(past[3]), where=past[1] != 0)
    rate = np.where((rate > _MIN_RATE) & (rate < _MAX_RATE), rate, 0.0)
    ahead: Floats = (past[3] + past[2]) * (rate / (1 - rate))
    return ahead
