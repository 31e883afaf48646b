"""Rankings of a whole matrix: order, ties, dates and names of measures."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings

from flgraph.analysis.citation_matrix import build_citation_matrix
from flgraph.analysis.ranking.backtest import MEASURES, Testable
from flgraph.analysis.ranking.matrix_ranking import rank_matrix
from flgraph.cli.rank_files import MEASURES as OFFERED
from flgraph.errors import GraphError
from tests.analysis.test_citation_inputs import draw_field


def test_measures_have_one_list_of_names() -> None:
    assert OFFERED == tuple(MEASURES) == get_args(Testable)


@settings(max_examples=40, deadline=None)
@given(field=draw_field())
def test_papers_are_in_order_of_score_then_date(field: dict[str, object]) -> None:
    matrix = build_citation_matrix(**field)  # type: ignore[arg-type]
    ranking = rank_matrix(matrix, "citation_count")
    table = ranking.make_table()

    counts = matrix.count_citations().tolist()
    places = sorted(range(len(counts)), key=lambda place: (-counts[place], place))
    assert [matrix.papers[place] for place in places] == table["id"].tolist()
    assert [1 + sum(other > counts[place] for other in counts) for place in places] == table["rank"].tolist()
    assert table["citations"].tolist() == table["score"].tolist()
    assert table.head(2).equals(ranking.make_table(2))


def test_papers_without_a_score_come_last_without_a_rank() -> None:
    matrix = build_citation_matrix(["a", "b", "c"], [0, 0], [1, 2], dates=["2020-01-01", "NaT", "2019-01-01"])
    table = rank_matrix(matrix, "citations_per_year").make_table()

    assert ["c", "a", "b"] == table["id"].tolist()
    assert [1, 2] == table["rank"].dropna().tolist()
    assert np.isnan(table["score"].iloc[2])


def test_the_last_bits_of_a_score_decide_nothing() -> None:
    """Two papers cited alike have one rank, however their sums were rounded."""
    size = 40
    matrix = build_citation_matrix([f"p{number:02}" for number in range(size)], [*range(2, size)] * 2,
                                   [0] * (size - 2) + [1] * (size - 2))  # fmt: skip
    table = rank_matrix(matrix).make_table()

    assert [1, 1, 3] == table["rank"].tolist()[:3]
    assert "40 papers by pagerank, 76 citations" == rank_matrix(matrix).caption
    assert "CitationMatrix of 40 papers, 76 citations" == repr(matrix)
    assert "MatrixRanking of 40 papers by pagerank, 76 citations" == repr(rank_matrix(matrix))


def test_wrong_measures_and_missing_dates_are_refused() -> None:
    matrix = build_citation_matrix(["a", "b"], [0], [1])

    with pytest.raises(ValueError, match="no measure is named 'fame'; should be one of citation_count"):
        rank_matrix(matrix, "fame")  # type: ignore[arg-type]
    for name in get_args(Testable):
        if name in ("citation_count", "local_pagerank", "pagerank"):
            assert "b" == rank_matrix(matrix, name).make_table()["id"].iloc[0]
        else:
            with pytest.raises(GraphError, match=f"no paper has a date, which {name} needs"):
                rank_matrix(matrix, name)
