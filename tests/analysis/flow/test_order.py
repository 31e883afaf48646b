"""The order of papers for a flow, and the blocks they are cut into."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given

from benchmarks.synthetic_citations import make_citations, reverse, to_matrix
from flgraph.analysis.citation_matrix import CitationMatrix
from flgraph.analysis.flow import Flow
from tests.analysis.flow.fields import build, draw_fields, list_ends, make_large


def find_places(flow: Flow) -> np.ndarray:
    return np.arange(flow.size) if flow.order is None else np.argsort(flow.order)


def check_order(matrix: CitationMatrix) -> None:
    """Check that only citations within a component lead to a later place, and that each component is in a row."""
    place, component = find_places(matrix.flow), matrix.components
    for citing, cited in list_ends(matrix):
        assert place[citing] > place[cited] or component[citing] == component[cited]
    ordered = component if matrix.flow.order is None else component[matrix.flow.order]
    assert len(np.unique(component)) == np.count_nonzero(np.diff(ordered, prepend=-1))


def check_blocks(matrix: CitationMatrix) -> None:
    """Check that the blocks hold all citations, and that only a component is a group of several blocks."""
    flow = matrix.flow
    blocks = [block for group in flow.groups for block in group]
    order = np.arange(flow.size) if flow.order is None else flow.order
    ends = [(start, stop) for start, stop, *_ in blocks]
    assert [flow.size, *(start for start, _ in ends)] == [*(stop for _, stop in ends), 0]
    assert matrix.citations == sum(block.cited_by.nnz for block in blocks)
    for block in blocks:
        held = matrix.to_sparse()[order[block.start : block.stop]][:, order]
        assert 0 == abs(held - block.cited_by).sum()
        inside = held[:, block.start : block.stop]
        assert inside.nnz == 0 if block.own is None else abs(inside - block.own).sum() == 0
    for group in flow.groups:
        if len(group) > 1:
            assert 1 == len(np.unique(matrix.components[order[group[-1].start : group[0].stop]]))


@given(matrix=draw_fields())
def test_only_a_component_has_citations_of_later_papers(matrix: CitationMatrix) -> None:
    check_order(matrix)
    check_blocks(matrix)


@pytest.mark.parametrize(("share", "local"), [(0.0, True), (0.001, True), (0.01, True), (0.05, True), (0.01, False)])
def test_large_fields_are_cut_between_components(share: float, local: bool) -> None:
    matrix = make_large(share, local=local)
    check_order(matrix)
    check_blocks(matrix)
    assert len(matrix.flow.groups) > 1
    assert (matrix.flow.order is None) is (share == 0)
    assert any(len(group) > 1 for group in matrix.flow.groups) is (not local)


def test_few_papers_leave_their_place() -> None:
    """A paper counts as new as the newest it leads to, so papers stay near their date."""
    matrix = to_matrix(reverse(make_citations(3_000), 0.001))
    assert matrix.flow.order is not None
    moved = np.abs(matrix.flow.order - np.arange(3_000))
    assert 3 > np.median(moved)


def test_a_chain_of_newer_papers_is_ordered() -> None:
    """Each paper cites the next newer one, so that each leads to the newest of all."""
    matrix = build(2_000, list(pairwise(range(2_000))))
    assert matrix.flow.order is not None
    assert list(range(2_000))[::-1] == matrix.flow.order.tolist()


def test_blocks_share_the_arrays_of_the_matrix() -> None:
    matrix = to_matrix(make_citations(6_000))
    assert len(matrix.flow.groups) > 2
    for (block,) in matrix.flow.groups:
        assert np.shares_memory(block.cited_by.indices, matrix.indices)
    assert matrix.flow is matrix.flow


def test_the_order_of_the_input_changes_no_byte() -> None:
    citations = reverse(make_citations(500), 0.05)
    matrix = to_matrix(citations)
    shuffled = np.random.default_rng(0).permutation(len(citations.citing))
    again = to_matrix(citations._replace(citing=citations.citing[shuffled], cited=citations.cited[shuffled]))
    assert matrix.flow.order is not None
    assert again.flow.order is not None
    assert matrix.flow.order.tobytes() == again.flow.order.tobytes()
