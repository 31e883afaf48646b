"""Each measure held against its formula, written out the slow way on small synthetic citations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_citation_matrix
from flgraph.analysis.ranking import measures
from flgraph.analysis.ranking.pagerank import pagerank

AS_OF = date(2024, 6, 30)
CIRCLE = build_citation_matrix(["a", "b", "c"], [0, 1, 2], [1, 2, 0], dates=["2020-01-01", "2021-01-01", "2022-01-01"])


def draw(seed: int, *, undated: bool = False) -> CitationMatrix:
    """Return random citations of older papers, of which some may have no date."""
    chance = np.random.default_rng(seed)
    size = 80
    dates = np.sort(np.datetime64("2015-01-01") + chance.integers(0, 3400, size))
    citing = chance.integers(1, size, 400)
    cited = (citing * chance.random(400)).astype(np.int64)
    if undated:
        dates = np.where(chance.random(size) < 0.2, np.datetime64("NaT"), dates)
    return build_citation_matrix(
        [f"synthetic {number:02}" for number in range(size)],
        citing,
        cited,
        dates=dates,
        reference_counts=chance.integers(5, 60, size).astype(float),
        citation_counts=np.where(chance.random(size) < 0.3, np.nan, chance.integers(0, 99, size)),
    )


def dense(matrix: CitationMatrix) -> Floats:
    """The matrix of ones, from citing (row) to cited (column)."""
    return matrix.to_sparse().toarray().T


def age(matrix: CitationMatrix) -> list[float]:
    days = [(np.datetime64(AS_OF) - day).astype(float) if not np.isnat(day) else np.nan for day in matrix.dates]
    return [float(number) / 365.25 if number >= 0 else np.nan for number in days]


def close(expected: Floats | list[float], seen: Floats) -> bool:
    return bool(np.allclose(expected, seen, rtol=1e-9, atol=1e-12, equal_nan=True))


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_what_their_names_say(seed: int) -> None:
    matrix = draw(seed, undated=True)
    cites, years = dense(matrix), age(matrix)
    recent = [day > np.datetime64("2023-06-30") and day <= np.datetime64("2024-06-30") for day in matrix.dates]

    assert close(cites.sum(axis=0), measures.citation_count(matrix))
    assert close(cites.sum(axis=0) / (np.array(years) + 0.5), measures.citations_per_year(matrix, AS_OF))
    assert close(np.array(recent, dtype=float) @ cites, measures.recent_citations(matrix, AS_OF))
    assert close(np.nan_to_num(0.3 ** np.array(years)) @ cites, measures.ram(matrix, AS_OF))


def test_impulse_counts_the_first_calendar_years() -> None:
    dates = ["2015-12-31", "2018-12-31", "2019-01-01", "NaT"]
    matrix = build_citation_matrix(["old", "soon", "late", "undated"], [1, 2, 3], [0, 0, 0], dates=dates)

    assert close([1.0, 0.0, 0.0, np.nan], measures.impulse(matrix))


@pytest.mark.parametrize("seed", range(4))
def test_local_pagerank_is_the_sum_over_citing_papers(seed: int) -> None:
    matrix = draw(seed)
    cites = dense(matrix)
    references = np.maximum(matrix.reference_counts, cites.sum(axis=1))
    cited = np.fmax(matrix.citation_counts, cites.sum(axis=0))
    weights = (1 + 0.5 * cited / references.mean()) / references

    assert close(weights @ cites, measures.local_pagerank(matrix))


@pytest.mark.parametrize("seed", range(4))
def test_flows_are_the_sums_they_stand_for(seed: int) -> None:
    matrix = draw(seed)
    cites = dense(matrix)
    shared = cites / np.maximum(cites.sum(axis=1, keepdims=True), 1)
    begin = np.exp(-np.array(age(matrix)) / 2.6)
    begin /= begin.sum()
    walk, circled, paths = begin, begin, np.ones(len(cites))
    counted = np.zeros(len(cites))
    for _ in range(100):
        walk = 0.5 * walk @ shared
        circled = circled + walk
        paths = 0.05 * paths @ cites
        counted = counted + paths

    assert close(circled, measures.citerank(matrix, AS_OF))
    assert close(counted, measures.katz(matrix))


@pytest.mark.parametrize("seed", range(4))
def test_attrank_solves_its_equation(seed: int) -> None:
    matrix = draw(seed)
    cites = dense(matrix)
    out = cites.sum(axis=1)
    attention = measures.recent_citations(matrix, AS_OF)
    newness = np.exp(-0.48 * np.array(age(matrix)))
    x = measures.attrank(matrix, AS_OF)
    flow = x @ (cites / np.maximum(out[:, None], 1)) + x[out == 0].sum() / len(x)

    assert close(0.1 * flow + 0.5 * attention / attention.sum() + 0.4 * newness / newness.sum(), x)


@pytest.mark.parametrize("seed", range(3))
def test_rescaled_scores_are_those_of_their_neighbours_in_time(seed: int) -> None:
    matrix = draw(seed, undated=True)
    scores = measures.citation_count(matrix)
    dated = np.flatnonzero(~np.isnat(matrix.dates))
    rescaled = measures.rescale(matrix, scores, window=20)
    for paper in dated:
        apart = np.abs(matrix.dates[dated] - matrix.dates[paper])
        around = scores[dated[apart <= np.sort(apart)[19]]]
        assert rescaled[paper] == pytest.approx((scores[paper] - around.mean()) / around.std())
    assert np.isnan(rescaled[np.isnat(matrix.dates)]).all()


def test_papers_of_one_day_are_never_separated() -> None:
    days = np.repeat(np.array(["2019-07-01", "2020-07-01", "2021-07-01"], dtype="datetime64[D]"), 10)
    matrix = build_citation_matrix([f"synthetic {n:02}" for n in range(30)], [], [], dates=days)
    scores = np.arange(30.0)
    rescaled = measures.rescale(matrix, scores, window=5)

    for start in (0, 10, 20):
        of_year = scores[start : start + 10]
        assert close((of_year - of_year.mean()) / of_year.std(), rescaled[start : start + 10])


@pytest.mark.parametrize("seed", range(3))
def test_other_names_change_no_measure(seed: int) -> None:
    """Only years are known, so that many papers share a day."""
    matrix = draw(seed)
    years = matrix.dates.astype("datetime64[Y]").astype("datetime64[D]")
    order = np.random.default_rng(seed).permutation(len(matrix.papers))
    cited = np.repeat(np.arange(len(order)), matrix.count_citations())

    def measure(names: list[str]) -> list[Floats]:
        given = build_citation_matrix(names, matrix.indices, cited, dates=years)
        back = [given.papers.index(name) for name in names]
        counts = measures.citation_count(given)
        found = (
            measures.rescale(given, counts, window=20),
            measures.disruption(given, min_references=1, min_citations=1),
            measures.cohort_percentile(given, counts),
            measures.impulse(given),
        )
        return [measured[back] for measured in found]

    plain, renamed = (measure([f"synthetic {n:02}" for n in numbers]) for numbers in (range(len(order)), order))
    assert all(close(one, other) for one, other in zip(plain, renamed, strict=True))


def test_a_percentile_is_among_papers_of_its_age() -> None:
    near = np.datetime64("2020-01-01") + np.arange(40)
    far = np.array(["2010-01-01", "NaT"], dtype="datetime64[D]")
    names = [f"synthetic {number:02}" for number in range(42)]
    matrix = build_citation_matrix(names, [], [], dates=np.concatenate([near, far]))
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    scores = np.array([float(names.index(paper)) for paper in matrix.papers])
    percentiles = measures.cohort_percentile(matrix, scores)

    assert (100 * 0.5 / 40, 100 * 39.5 / 40) == (percentiles[place[names[0]]], percentiles[place[names[39]]])
    assert np.isnan([percentiles[place[names[40]]], percentiles[place[names[41]]]]).all()


@pytest.mark.parametrize("seed", range(4))
def test_search_paths_are_counted(seed: int) -> None:
    matrix = draw(seed)
    cites = dense(matrix)
    size = len(cites)
    above, below = np.zeros(size), np.zeros(size)
    for paper in range(size):  # from the oldest
        below[paper] = cites[paper] @ below if cites[paper].any() else 1
    for paper in reversed(range(size)):
        above[paper] = cites[:, paper] @ above if cites[:, paper].any() else 1

    assert close(np.log(above * below), measures.search_path_count(matrix))


def test_disruption_tells_who_takes_the_place_of_what_it_cites() -> None:
    """Five later papers cite it alone, three it and a reference, two a reference alone."""
    size = 12
    ends = [(1, 0), *((later, 1) for later in range(2, 10)), *((later, 0) for later in range(7, 12))]
    matrix = build_citation_matrix(
        [f"synthetic {number:02}" for number in range(size)],
        *zip(*ends, strict=True),
        dates=np.datetime64("2020-01-01") + np.arange(size),
    )

    assert (5 - 3) / (5 + 3 + 2) == measures.disruption(matrix, min_references=1, min_citations=1)[1]
    assert np.isnan(measures.disruption(matrix)).all()


@pytest.mark.parametrize(
    "measure",
    [
        measures.citation_count,
        measures.local_pagerank,
        measures.katz,
        measures.search_path_count,
        pagerank,
        lambda matrix: measures.attrank(matrix, AS_OF),
        lambda matrix: measures.citerank(matrix, AS_OF),
        lambda matrix: measures.ram(matrix, AS_OF),
    ],
)
def test_the_order_of_the_input_changes_no_score(measure: Callable[[CitationMatrix], Floats]) -> None:
    matrix = draw(7)
    cites = np.argwhere(dense(matrix))
    shuffled = np.random.default_rng(0).permutation(len(matrix.papers))
    place = np.argsort(shuffled)
    again = build_citation_matrix(
        [matrix.papers[number] for number in shuffled],
        place[cites[:, 0]],
        place[cites[:, 1]],
        dates=matrix.dates[shuffled],
        reference_counts=matrix.reference_counts[shuffled],
        citation_counts=matrix.citation_counts[shuffled],
    )

    assert matrix.papers == again.papers
    assert np.array_equal(measure(matrix), measure(again), equal_nan=True)


def test_circles_are_solved_or_refused() -> None:
    assert close([1 / 3] * 3, pagerank(CIRCLE))
    assert close([0.05 / 0.95] * 3, measures.katz(CIRCLE))
    assert close([0.0] * 3, measures.search_path_count(CIRCLE))
    full = build_citation_matrix(list("abcdefgh"), *zip(*[(i, j) for i in range(8) for j in range(8)], strict=True))
    with pytest.raises(ValueError, match="choose a smaller alpha"):
        measures.katz(full, alpha=0.5)


def test_a_paper_from_after_the_day_has_no_age() -> None:
    matrix = build_citation_matrix(["late"], [], [], dates=["2025-01-01"])
    assert np.isnan(measures.measure_ages(matrix, AS_OF)).all()


@pytest.mark.parametrize(("alpha", "beta"), [(1.0, 0.0), (0.5, 0.6), (0.1, -0.1)])
def test_parts_of_attrank_that_exceed_the_whole_are_refused(alpha: float, beta: float) -> None:
    with pytest.raises(ValueError, match=r"should be from 0"):
        measures.attrank(CIRCLE, AS_OF, alpha=alpha, beta=beta)


def test_dates_ascend() -> None:
    assert all(one <= other for one, other in pairwise(draw(0).dates))
