"""The age-normalised score, worked out by hand beside."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from flgraph.citations import CitationMatrix, build_citation_matrix
from flgraph.ranking.normalized import bootstrap_ranks, find_cohorts, score_age_normalized

AS_OF = date(2024, 6, 30)
MEMBERS = [f"member {number}" for number in range(6)]


def make_field(*, outside: int = 400, seed: int = 0) -> tuple[CitationMatrix, list[int]]:
    """Six synthetic members from 2018 to 2023, and papers outside that cite them, the later members more often."""
    chance = np.random.default_rng(seed)
    names = [*MEMBERS, *(f"outside {number:03}" for number in range(outside))]
    days = np.concatenate([
        [np.datetime64(f"{2018 + number}-03-01") for number in range(6)],
        np.datetime64("2017-06-01") + chance.integers(0, 2550, outside),
    ])  # fmt: skip
    citing = np.repeat(np.arange(6, 6 + outside), 2)
    cited = chance.choice(6, len(citing), p=np.arange(1, 7) / 21)
    counts = np.concatenate([[40, 35, 30, 25, 20, 15], chance.poisson(12, outside)]).astype(float)
    matrix = build_citation_matrix(names, citing, cited, dates=days, citation_counts=counts)
    return matrix, [matrix.papers.index(name) for name in MEMBERS]


def middle(values: list[float]) -> list[float]:
    ranks = [
        sum(other < value for other in values) + (1 + sum(other == value for other in values)) / 2 for value in values
    ]
    return [(rank - 0.5) / len(values) for rank in ranks]


def test_the_score_is_half_standing_and_half_attention() -> None:
    matrix, members = make_field()
    found = score_age_normalized(matrix, members, AS_OF)
    z, recent = [], []
    for member in members:
        apart = np.abs((matrix.dates - matrix.dates[member]).astype(int))
        cohort = [p for p in range(len(matrix.papers)) if p not in members and apart[p] <= round(0.75 * 365.25)]
        logs = np.log1p(matrix.citation_counts[cohort])
        assert len(cohort) >= 30
        z.append((np.log1p(matrix.citation_counts[member]) - logs.mean()) / (logs.std() + 0.5))
        who = matrix.indices[matrix.indptr[member] : matrix.indptr[member + 1]]
        recent.append(
            float(sum(np.datetime64("2023-06-30") < matrix.dates[p] <= np.datetime64("2024-06-30") for p in who))
        )
    expected = [100 * (one + other) / 2 for one, other in zip(middle(z), middle(recent), strict=True)]

    assert expected == pytest.approx(found.score.tolist())
    assert [9] * 6 == found.cohorts.months.tolist()


def test_a_small_cohort_widens_and_says_so_or_gives_nothing() -> None:
    wide, members = make_field(outside=160)
    assert {18} == set(find_cohorts(wide, np.array(members[1:5])).months.tolist()) - {9}
    few, members = make_field(outside=40)
    found = score_age_normalized(few, members, AS_OF)

    assert np.isnan(found.score).all()
    assert {0} == set(found.cohorts.months.tolist())


def test_what_is_not_known_has_no_score_and_takes_no_rank() -> None:
    matrix, members = make_field()
    counts, dates = matrix.citation_counts.copy(), matrix.dates.copy()
    counts[members[0]] = np.nan
    dates[members[1]] = np.datetime64("NaT")
    citing = matrix.indices
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    known = build_citation_matrix(matrix.papers, citing, cited, dates=dates, citation_counts=counts)
    places = [known.papers.index(name) for name in MEMBERS]
    score = score_age_normalized(known, places, AS_OF).score
    low, high = bootstrap_ranks(known, places, AS_OF, draws=20)

    assert [True, True, False, False, False, False] == np.isnan(score).tolist() == np.isnan(low).tolist()
    assert 1 <= np.nanmin(low) <= np.nanmax(high) <= 4


def test_ranks_of_draws_hold_the_rank_and_are_the_same_each_time() -> None:
    matrix, members = make_field()
    score = score_age_normalized(matrix, members, AS_OF).score
    rank = [1 + int((score > value).sum()) for value in score]
    low, high = bootstrap_ranks(matrix, members, AS_OF)
    again = bootstrap_ranks(matrix, members, AS_OF)

    assert all(one <= of <= other for one, of, other in zip(low, rank, high, strict=True))
    assert (low < high).any()
    assert np.array_equal(low, again[0])
    assert np.array_equal(high, again[1])
