"""Find where papers begin before forces move them."""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy.sparse as sp

from flgraph.map.atlas.forces import Floats, Ints

_STEPS: Final = 3
_ACROSS: Final = 0.5


def start_by_walks(links: sp.csr_array, region: Ints) -> Floats:
    """Place papers by the regions in which a random walk of three steps ends, in the first two components.

    The start changes little if a few papers or links come or go.

    Parameters
    ----------
    links : csr_array of shape (n, n)
        Symmetric weights of at least 0.
    region : array of shape (n,)
        The region of each paper; -1: none.

    Returns
    -------
    array of shape (n, 2)
        Places from -1 to 1.
    """
    ends = np.zeros((len(region), max(int(region.max(initial=-1)) + 1, 1)))
    ends[np.arange(len(region)), np.maximum(region, 0)] = 1.0
    walk = _make_walk(links, region)
    for _ in range(_STEPS):
        ends = walk @ ends
    ends = np.sqrt(ends)
    ends -= ends.mean(axis=0)
    axes = find_axes(ends)
    places = ends @ axes.T
    result: Floats = places / (np.abs(places).max(initial=0.0) or 1.0)
    return result


def find_axes(points: Floats) -> Floats:
    """Return the first two principal axes of centred points, as rows; the largest part of each is positive."""
    count = points.shape[1]
    _, _, axes = np.linalg.svd(points, full_matrices=False)
    axes = np.vstack([axes, np.zeros((2, count))])[:2]
    largest = np.abs(axes).argmax(axis=1)
    sign = np.where(axes[[0, 1], largest] < 0, -1.0, 1.0)
    result: Floats = axes * sign[:, None]
    return result


def _make_walk(links: sp.csr_array, region: Ints) -> sp.csr_array:
    """Return the transition matrix of a walk that may stay, and goes across regions half as readily."""
    pairs = links.tocoo()
    row, column = pairs.coords
    weight = pairs.data * np.where(region[row] == region[column], 1.0, _ACROSS)
    walk = sp.csr_array((weight, (row, column)), shape=links.shape)
    strongest = np.maximum(walk.max(axis=1).toarray().ravel(), 1e-9) if walk.nnz else np.ones(len(region))
    walk = walk + sp.diags_array(strongest)
    return (sp.diags_array(1 / walk.sum(axis=1)) @ walk).tocsr()
