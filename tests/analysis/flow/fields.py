"""Synthetic citations with cycles of many shapes."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from hypothesis import strategies as st
from scipy.sparse.linalg import spsolve

from benchmarks.synthetic_citations import make_citations, reverse, to_matrix
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_citation_matrix
from flgraph.analysis.flow import prepare_flow


def build(size: int, ends: list[tuple[int, int]], dates: list[str] | None = None) -> CitationMatrix:
    """Build a matrix of papers in the order of their numbers, if they have no dates."""
    papers = [f"synthetic {number:05}" for number in range(size)]
    return build_citation_matrix(papers, [i for i, _ in ends], [j for _, j in ends], dates=dates)


def make_large(share: float, *, local: bool, papers: int = 6_000, mean: float = 10.5) -> CitationMatrix:
    """Make a field with reversed citations whose largest components are cut as those of a much larger field."""
    matrix = to_matrix(reverse(make_citations(papers, mean=mean), share, local=local))
    vars(matrix)["flow"] = prepare_flow(matrix.indptr, matrix.indices, matrix.components, largest=1.5)
    return matrix


@st.composite
def draw_fields(draw: st.DrawFn) -> CitationMatrix:
    """Draw citations: acyclic ones, mutual pairs, rings in both directions, some papers undated, some isolated."""
    size = draw(st.integers(1, 40))
    numbers = st.integers(0, size - 1)
    pairs = st.tuples(numbers, numbers)
    ends = [(max(pair), min(pair)) for pair in draw(st.lists(pairs, max_size=80))]
    for one, other in draw(st.lists(pairs, max_size=5)):
        ends += [(one, other), (other, one)]
    for low, high in draw(st.lists(pairs, max_size=3)):
        ring = list(range(low, high + 1))
        ring = ring[::-1] if draw(st.booleans()) else ring
        ends += list(zip(ring, ring[1:] + ring[:1], strict=True))
    ends += draw(st.lists(pairs, max_size=10))
    days = st.sampled_from(["NaT", "2019-01-01", "2020-01-01", "2020-01-02", "2021-01-01"])
    dates = draw(st.none() | st.lists(days, min_size=size, max_size=size))
    return build(size, ends, dates)


def solve_exactly(matrix: CitationMatrix, source: Floats, shares: Floats) -> Floats:
    """Solve the equations of a flow by a factorization of the whole matrix."""
    flow = matrix.to_sparse() @ sp.diags_array(shares)
    return np.atleast_1d(spsolve((sp.eye_array(len(source)) - flow).tocsc(), source))


def list_ends(matrix: CitationMatrix) -> list[tuple[int, int]]:
    """List the citing and the cited paper of each citation."""
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    return list(zip(matrix.indices.tolist(), cited.tolist(), strict=True))
