"""Flows held against igraph and against a factorization of the whole matrix."""

from __future__ import annotations

import igraph
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.synthetic_citations import Citations, make_citations, reverse, to_matrix
from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_citation_matrix
from flgraph.analysis.flow import prepare_flow, solve_flow
from flgraph.analysis.flow.mixing import find_fixed_point
from flgraph.analysis.ranking.measures import katz
from flgraph.analysis.ranking.pagerank import pagerank
from tests.analysis.flow.fields import build, draw_fields, list_ends, make_large, solve_exactly

ALPHAS = [0.0, 1e-9, 0.5, 0.85, 0.99, 1 - 1e-6]
SHAPES = [(0.0, True), (0.001, True), (0.01, True), (0.05, True), (0.01, False)]


def make(share: float, local: bool, papers: int = 6_000) -> CitationMatrix:
    return make_large(share, local=local, papers=papers, mean=10.5 if papers > 2_000 else 45.0)


def rank_exactly(matrix: CitationMatrix, alpha: float, start: Floats | None = None) -> Floats:
    size = len(matrix.papers)
    found = solve_exactly(matrix, np.full(size, 1 / size) if start is None else start, alpha * matrix.shares)
    return found / found.sum()


def draw_starts(seed: int, size: int, columns: int) -> Floats:
    """Draw where readers start: everywhere, at one paper, at a few."""
    chance = np.random.default_rng(seed)
    starts = chance.random((size, columns))
    starts[:, ::2] *= chance.random((size, len(starts[0, ::2]))) < 0.1
    starts[chance.integers(size, size=columns), np.arange(columns)] += 1.0
    return starts


# --- one ranking -----------------------------------------------------------------------------------------


@given(matrix=draw_fields(), alpha=st.sampled_from([0.1, 0.5, 0.85, 0.95]))
def test_ranks_are_those_of_igraph(matrix: CitationMatrix, alpha: float) -> None:
    peer = igraph.Graph(n=len(matrix.papers), edges=list_ends(matrix), directed=True)
    expected = np.array(peer.pagerank(damping=alpha, implementation="prpack"))
    assert np.abs(expected - pagerank(matrix, alpha=alpha)).sum() <= 1e-10


@given(matrix=draw_fields(), alpha=st.sampled_from(ALPHAS), seed=st.integers(0, 9))
def test_personalized_ranks_are_exact_with_any_alpha(matrix: CitationMatrix, alpha: float, seed: int) -> None:
    start = draw_starts(seed, len(matrix.papers), 1)[:, 0]
    ranks = pagerank(matrix, alpha=alpha, personalization=start)
    assert np.abs(rank_exactly(matrix, alpha, start / start.sum()) - ranks).sum() <= 1e-10
    assert 0 <= ranks.min()


@pytest.mark.parametrize("alpha", [0.5, 0.85])
@pytest.mark.parametrize(("share", "local"), SHAPES)
def test_ranks_of_large_fields_are_those_of_igraph(share: float, local: bool, alpha: float) -> None:
    matrix = make(share, local)
    peer = igraph.Graph(n=len(matrix.papers), edges=list_ends(matrix), directed=True)
    expected = np.array(peer.pagerank(damping=alpha, implementation="prpack"))
    assert np.abs(expected - pagerank(matrix, alpha=alpha)).sum() <= 1e-10


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize(("share", "local"), SHAPES)
def test_large_fields_are_exact_with_any_alpha(share: float, local: bool, alpha: float) -> None:
    matrix = make(share, local, papers=1_500)
    assert np.abs(rank_exactly(matrix, alpha) - pagerank(matrix, alpha=alpha)).sum() <= 1e-10


@pytest.mark.slow
def test_a_field_that_is_mostly_one_component_is_cut_and_exact() -> None:
    matrix = to_matrix(reverse(make_citations(60_000), 0.01, local=False))
    assert 8 < max(map(len, matrix.flow.groups))
    peer = igraph.Graph(n=len(matrix.papers), edges=list_ends(matrix), directed=True)
    expected = np.array(peer.pagerank(damping=0.85, implementation="prpack"))
    assert np.abs(expected - pagerank(matrix, alpha=0.85)).sum() <= 1e-10


def test_the_order_of_the_input_changes_no_byte() -> None:
    citations = reverse(make_citations(5_000), 0.01, local=False)
    shuffled = np.random.default_rng(0).permutation(len(citations.citing))
    again = Citations(5_000, citations.citing[shuffled], citations.cited[shuffled])
    assert pagerank(to_matrix(citations)).tobytes() == pagerank(to_matrix(again)).tobytes()


def test_readers_who_start_at_an_old_paper_reach_no_newer_one() -> None:
    matrix = to_matrix(make_citations(6_000))
    start = np.zeros(6_000)
    start[2_000] = 1.0
    ranks = pagerank(matrix, personalization=start)
    assert 0 == ranks[2_001:].max()
    assert 1 == pytest.approx(ranks[:2_001].sum())


# --- many rankings ---------------------------------------------------------------------------------------


@given(matrix=draw_fields(), alpha=st.sampled_from([0.5, 0.85, 0.99]), seed=st.integers(0, 9))
def test_many_starts_are_ranked_as_one_by_one(matrix: CitationMatrix, alpha: float, seed: int) -> None:
    starts = draw_starts(seed, len(matrix.papers), 5)
    together = pagerank(matrix, alpha=alpha, personalization=starts)
    apart = np.column_stack([pagerank(matrix, alpha=alpha, personalization=start) for start in starts.T])
    assert together.shape == starts.shape
    assert np.abs(together - apart).sum(axis=0).max() <= 1e-10


@pytest.mark.parametrize(("share", "local"), SHAPES)
def test_many_starts_on_large_fields_are_ranked_as_one_by_one(share: float, local: bool) -> None:
    matrix = make(share, local)
    starts = draw_starts(0, len(matrix.papers), 6)
    together = pagerank(matrix, alpha=0.85, personalization=starts)
    apart = np.column_stack([pagerank(matrix, alpha=0.85, personalization=start) for start in starts.T])
    assert np.abs(together - apart).sum(axis=0).max() <= 1e-10


@pytest.mark.parametrize(("share", "local"), SHAPES)
def test_draws_are_ranked_as_one_by_one_and_exactly(share: float, local: bool) -> None:
    matrix = make(share, local, papers=1_500)
    weights = np.random.default_rng(0).poisson(1.0, (1_500, 4)).astype(float)
    together = pagerank(matrix, weights=weights)
    for column, drawn in enumerate(weights.T):
        exact = solve_exactly(matrix, np.full(1_500, 1 / 1_500), 0.5 * matrix.shares * drawn)
        assert np.abs(together[:, column] - exact / exact.sum()).sum() <= 1e-10
        assert np.abs(together[:, column] - pagerank(matrix, weights=drawn)).sum() <= 1e-10


def test_more_columns_than_fit_at_once_are_ranked_in_parts() -> None:
    matrix = build(5, [(4, 3), (3, 4), (2, 0)])
    starts = draw_starts(0, 5, 810_000)
    assert 4_000_000 < starts.size
    ranks = pagerank(matrix, personalization=starts)
    for column in (0, 799_999, 800_000, 809_999):
        assert ranks[:, column] == pytest.approx(pagerank(matrix, personalization=starts[:, column]), abs=1e-10)


def test_weights_of_one_are_as_none_and_a_weight_of_two_is_two_papers() -> None:
    matrix = build(3, [(1, 0), (2, 0)])
    assert pagerank(matrix).tolist() == pagerank(matrix, weights=np.ones(3)).tolist()
    # 1 + .5 * 2 + .5 * 0 at the oldest, 1 at the others.
    assert [2 / 4, 1 / 4, 1 / 4] == pytest.approx(pagerank(matrix, weights=np.array([1, 2, 0])).tolist())


def test_dangling_papers_pass_on_in_each_column() -> None:
    matrix = build(4, [(3, 2), (2, 1), (3, 0)])
    starts = draw_starts(1, 4, 3)
    dangling = np.array([0.0, 1.0, 1.0, 0.0])
    together = pagerank(matrix, personalization=starts, dangling=dangling)
    for column, start in enumerate(starts.T):
        alone = pagerank(matrix, personalization=start, dangling=dangling)
        flow = 0.5 * (matrix.to_sparse() @ (matrix.shares * alone) + alone[:2].sum() * dangling / 2)
        assert alone == pytest.approx(flow + 0.5 * start / start.sum())
        assert together[:, column] == pytest.approx(alone)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"weights": np.ones(2)}, "weights should be 3 numbers from 0 up, or columns of them"),
        ({"weights": [1, -1, 1]}, "weights should be 3 numbers"),
        ({"personalization": np.ones((3, 2, 1))}, "personalization should be 3 numbers from 0 up, or columns of them"),
        ({"personalization": np.array([[1, 0], [0, 0], [0, 0]])}, "0 everywhere in a column"),
        ({"dangling": np.ones((3, 2))}, "dangling should be 3 numbers from 0 up$"),
        ({"dangling": np.ones(3), "weights": np.ones(3)}, "dangling and weights are both given; omit one of them"),
        ({"personalization": np.ones((3, 2)), "weights": np.ones((3, 4))}, "has 2 columns and weights has 4"),
    ],
)
def test_columns_that_do_not_fit_are_refused(settings: dict[str, object], expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        pagerank(build(3, [(1, 0)]), **settings)  # type: ignore[arg-type]


# --- what is hard to solve -------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("alpha", [0.5, 0.999, 1 - 1e-9])
def test_a_long_ring_is_solved_with_any_alpha(alpha: float, step: int) -> None:
    size = 1_000
    ring = np.arange(size)
    matrix = build_citation_matrix([f"synthetic {n:05}" for n in ring], ring, (ring + step) % size)
    start = np.zeros(size)
    start[0] = 1.0
    assert np.full(size, 1 / size) == pytest.approx(pagerank(matrix, alpha=alpha), abs=1e-12)
    ranks = pagerank(matrix, alpha=alpha, personalization=start)
    assert np.abs(rank_exactly(matrix, alpha, start) - ranks).sum() <= 1e-10


@pytest.mark.slow
def test_a_ring_of_several_blocks_is_solved_if_sweeps_do_not_end() -> None:
    size = 41_000
    ring = np.arange(size)
    matrix = build_citation_matrix([f"synthetic {n:05}" for n in ring], ring, (ring + 1) % size)
    vars(matrix)["flow"] = prepare_flow(matrix.indptr, matrix.indices, matrix.components, largest=1.0)
    assert [3] == list(map(len, matrix.flow.groups))
    assert np.full(size, 1 / size) == pytest.approx(pagerank(matrix, alpha=0.9999), abs=1e-12)


def test_pairs_that_cite_only_each_other_are_solved_in_all_columns() -> None:
    papers = np.arange(3_000)
    matrix = build_citation_matrix([f"synthetic {n:05}" for n in papers], papers, papers ^ 1)
    starts = draw_starts(3, 3_000, 3)
    ranks = pagerank(matrix, alpha=0.9999, personalization=starts)
    expected = np.column_stack([rank_exactly(matrix, 0.9999, start) for start in starts.T])
    assert np.abs(ranks - expected).sum(axis=0).max() <= 1e-10


def test_a_long_chain_is_solved_with_any_alpha() -> None:
    size = 5_000
    matrix = build(size, [(number, number - 1) for number in range(1, size)])
    for alpha in (0.5, 0.999):
        expected = (1 - alpha ** np.arange(size, 0, -1.0)) / (1 - alpha)
        assert np.abs(expected / expected.sum() - pagerank(matrix, alpha=alpha)).sum() <= 1e-10


def test_sums_over_deep_paths_are_exact() -> None:
    """Each paper cites all older ones, so that paths double with each paper: 2^59 of them."""
    size = 60
    matrix = build(size, [(one, other) for one in range(size) for other in range(one)])
    expected = 1.9 ** np.arange(size - 1, -1, -1.0) - 1
    assert expected == pytest.approx(katz(matrix, alpha=0.9), rel=1e-9)


@pytest.mark.parametrize("size", [8, 120])
def test_a_sum_over_cycles_that_diverges_is_refused(size: int) -> None:
    ends = [(one, other) for one in range(size) for other in range(size) if one != other]
    matrix = build(size, ends)
    assert np.full(size, 1 / (1 - 0.5)) - 1 == pytest.approx(katz(matrix, alpha=0.5 / (size - 1)))
    for alpha in (1 / (size - 1) + 1e-3, 0.9):
        with pytest.raises(ValueError, match="because citations are cyclic; choose a smaller alpha"):
            katz(matrix, alpha=alpha)


def test_a_large_sum_over_cycles_that_diverges_is_refused() -> None:
    matrix = make(0.01, False)
    assert 50_000 < matrix.citations
    assert 1 < max(map(len, matrix.flow.groups))
    with pytest.raises(ValueError, match="choose a smaller alpha"):
        katz(matrix, alpha=0.9)


def test_weights_that_make_more_of_each_round_are_refused() -> None:
    with pytest.raises(ValueError, match="because citations are cyclic; choose a smaller alpha"):
        pagerank(build(2, [(0, 1), (1, 0)]), weights=np.array([3.0, 3.0]))


def test_a_sum_beyond_all_numbers_is_refused() -> None:
    size = 1_500
    matrix = build(size, [(one, other) for one in range(size) for other in range(max(0, one - 20), one)])
    with pytest.raises(ValueError, match="exceeds the largest number; choose a smaller alpha"):
        solve_flow(matrix.flow, np.ones(size), np.ones(size))


def test_a_map_that_does_not_come_to_rest_gives_none() -> None:
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    start = np.array([1.0, 0.0])
    none_left = np.zeros(())
    assert find_fixed_point(lambda before, _: (before * 3 + 1, none_left), start, 1e-12, 3) is None
    found = find_fixed_point(lambda before, _: (turn @ before + 1, none_left), start, 1e-12, 20)
    assert found is not None
    assert [0, 1] == pytest.approx(found.tolist())  # the mix finds where even a map that only turns stays
