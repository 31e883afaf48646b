"""The hold-outs read citations in three forms, say what is wrong with others, and bootstrap differences over papers."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import numpy as np
import pytest

from benchmarks import catalog_holdout, temporal_holdout
from benchmarks.differences import Ranked, compare, weigh_ndcg, weigh_spearman
from benchmarks.edge_lists import Edges, find_cutoffs, read_edges
from flgraph.analysis.ranking.evaluation import measure_ndcg, measure_spearman

EDGES = Path(__file__).parent / "data" / "synthetic-citations.txt"


def list_pairs(edges: Edges) -> set[tuple[str, str]]:
    return {(edges.ids[start], edges.ids[end]) for start, end in zip(edges.citing, edges.cited, strict=True)}


def write(path: Path, text: str) -> Path:
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["edges.csv", "edges.csv.gz"])
def test_four_columns_and_a_heading_are_read(tmp_path: Path, name: str) -> None:
    text = "from,to,year_from,year_to\nB,A,2012,1999-05\n# remark\n\nC,A,2013-02-28,1999-05\n"
    edges = read_edges(write(tmp_path / name, text))

    assert ("A", "B", "C") == edges.ids
    assert {("B", "A"), ("C", "A")} == list_pairs(edges)
    assert [7 * 12 + 4, 20 * 12 + 6, 21 * 12 + 1] == edges.months.tolist()
    assert edges.has_months


def test_dates_may_stand_in_a_file_of_their_own(tmp_path: Path) -> None:
    dates = write(tmp_path / "dates.txt", "# id date\n9401001\t1994-01-03\nx 1990\n")
    edges = read_edges(write(tmp_path / "edges.txt", "# citing cited\n9401001 x\n9401001 unknown\n"), dates)

    assert ("x", "9401001") == edges.ids
    assert 1 == edges.left_out
    assert [-2 * 12 + 6, 2 * 12] == edges.months.tolist()


def test_a_table_of_papers_gives_dates_by_its_heading(tmp_path: Path) -> None:
    papers = write(tmp_path / "papers.csv.gz", 'title,id,year\n"One, two",10.1/a,2001\nThree,b,\nFour,c,1999\n')
    edges = read_edges(write(tmp_path / "edges.csv", "citing,cited\n10.1/a,c\n10.1/a,b\n"), papers)

    assert ("c", "10.1/a") == edges.ids
    assert not edges.has_months
    assert 1 == edges.left_out


def test_ids_of_2000_and_later_are_not_of_1900(tmp_path: Path) -> None:
    edges = read_edges(write(tmp_path / "edges.txt", "0102003 9907001\n1005 9907001\n"))

    assert ("9907001", "1005", "0102003") == edges.ids
    assert [90, 96, 109] == edges.months.tolist()


def test_cut_offs_end_where_24_months_follow(tmp_path: Path) -> None:
    years = "".join(f"p{year},p{year - 1},{year},{year - 1}\n" for year in range(1990, 2020))
    yearly = find_cutoffs(read_edges(write(tmp_path / "years.csv", years)))
    monthly = find_cutoffs(read_edges(write(tmp_path / "ids.txt", "9912001 9203001\n")))

    assert tuple((year - 1992) * 12 + 11 for year in range(2013, 2018)) == yearly
    assert (47, 53, 59, 65, 71) == monthly


@pytest.mark.parametrize("run", [catalog_holdout.main, temporal_holdout.main])
@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            r"edges.txt:2: is 'a b'; should be two ids of the form YYMMNNN, two ids and two dates",
            "9401001 9301001\na b\n",
        ),
        (r"edges.txt:2: is '9413001 9301001'; should be", "9401001 9301001\n9413001 9301001\n"),
        (r"edges.txt: has no citation of dated papers; see --help", "# nothing\n"),
        (r"the citations are too few: papers are of 2 years, and 5 cut-offs need more", "9401001 9301001\n"),
    ],
)
def test_other_files_end_in_a_line(
    run: object, said: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run([str(write(tmp_path / "edges.txt", text))])  # type: ignore[operator]
    last = capsys.readouterr().err.splitlines()[-1]

    assert 2 == ended.value.code
    assert re.search(said, last)


def test_the_help_states_the_forms(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        catalog_holdout.main(["--help"])
    said = capsys.readouterr().out

    assert "citing cited date_of_citing date_of_cited" in said
    assert "YYMMNNN" in said
    assert "--dates" in said


@pytest.mark.parametrize("seed", range(5))
def test_weighted_measures_are_those_of_the_list_with_papers_repeated(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores, gains = chance.integers(0, 6, 20).astype(float), chance.integers(0, 5, 20).astype(float)
    times = chance.multinomial(20, np.full(20, 1 / 20), size=4).T.astype(float)
    spearman, ndcg = weigh_spearman(scores, gains, times), weigh_ndcg(scores, gains, times)

    for draw in range(4):
        drawn = np.repeat(np.arange(20), times[:, draw].astype(int))
        assert measure_spearman(scores[drawn], gains[drawn]) == pytest.approx(spearman[draw])
        assert measure_ndcg(scores[drawn], gains[drawn], top=10) == pytest.approx(ndcg[draw])


def test_an_interval_holds_0_for_equal_methods_and_not_for_a_better_one() -> None:
    chance = np.random.default_rng(0)
    lists = []
    for _ in range(20):
        papers = np.sort(chance.choice(200, 40, replace=False))
        gains = chance.poisson(3, 40).astype(float)
        noise = chance.normal(size=(3, 40))
        lists.append(Ranked(papers, {"good": gains + noise[0], "bad": noise[1], "as bad": noise[2]}, gains))
    found = compare(lists, [("good", "bad"), ("bad", "as bad"), ("bad", "bad")], draws=200)

    assert all(difference.low > 0 for difference in found["good", "bad"])
    assert all(difference.low < 0 < difference.high for difference in found["bad", "as bad"])
    assert all((0, 0, 0) == difference for difference in found["bad", "bad"])


def test_papers_are_drawn_once_for_all_lists() -> None:
    """A list that stands twice says no more than once; drawn anew, its interval would be narrower."""
    chance = np.random.default_rng(1)
    gains = chance.poisson(3, 40).astype(float)
    one = Ranked(np.arange(40), {"a": gains + chance.normal(0, 3, 40), "b": chance.normal(size=40)}, gains)
    once, twice = (compare([one] * number, [("a", "b")], draws=200)["a", "b"] for number in (1, 2))

    assert once == twice
