"""Papers that a catalog lacks: what is cited together with its papers, and what lies close to them."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.stats import rankdata

from flgraph.citations import CitationMatrix, Floats

_FUSION: Final = 60
_STAY: Final = 0.5
_STEPS: Final = 25


def score_candidates(matrix: CitationMatrix, members: npt.ArrayLike) -> Floats:
    """Return how near each paper is to some members, shape (n,); the members themselves are -inf.

    Reciprocal rank fusion (Cormack, Clarke, Buettcher 2009), 1 / (60 + rank) summed, of the co-citation cosine and
    of a random walk that begins at the members and follows citations either way.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    members : array of int
        The numbers of the members in `matrix.papers`.

    Raises
    ------
    ValueError
        There is no member, or one that the matrix does not have.

    Examples
    --------
    >>> from flgraph.citations import build_citation_matrix
    >>> matrix = build_citation_matrix(["a", "b", "c", "d"], [3, 3, 2], [0, 1, 1])
    >>> int(score_candidates(matrix, [0]).argmax())
    1
    """
    places = np.asarray(members, dtype=np.int64)
    if not places.size or places.min() < 0 or places.max() >= len(matrix.papers):
        raise ValueError(f"members are numbers of {len(matrix.papers)} papers, from 0, at least one")
    chosen = np.zeros(len(matrix.papers))
    chosen[places] = 1.0
    parts = (measure_cocitation(matrix, chosen), walk_both_ways(matrix, chosen))
    fused: Floats = np.sum([1 / (_FUSION + rankdata(-scores)) for scores in parts], axis=0)
    fused[places] = -np.inf
    return fused


def measure_cocitation(matrix: CitationMatrix, chosen: Floats) -> Floats:
    """Return the sum over chosen papers c of coc(j, c) / sqrt(c_j c_c), shape (n,); coc: how many papers cite both."""
    cited_by = matrix.to_sparse()
    counts = matrix.count_citations().astype(np.float64)
    weights = np.where(counts > 0, 1 / np.sqrt(np.maximum(counts, 1)), 0.0)
    near: Floats = weights * (cited_by @ (cited_by.T @ (chosen * weights)))
    return near


def walk_both_ways(matrix: CitationMatrix, chosen: Floats) -> Floats:
    """Return where a walk from the chosen papers is found, shape (n,), sums to 1 but for papers without neighbours.

    It follows a citation either way, or begins again with probability 0.5.
    """
    cited_by = matrix.to_sparse()
    links = ((cited_by + cited_by.T) > 0).astype(np.float64)
    degrees = np.asarray(links.sum(axis=0)).ravel()
    steps = (links @ sp.diags_array(np.where(degrees > 0, 1 / np.maximum(degrees, 1), 0.0))).tocsr()
    start = chosen / chosen.sum()
    place = start
    for _ in range(_STEPS):  # what is left changes nothing that a rank could show
        place = _STAY * (steps @ place) + (1 - _STAY) * start
    found: Floats = place
    return found
