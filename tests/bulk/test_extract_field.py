"""Fields of an index as two Parquet files: which papers and citations they hold, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import flgraph as fg
from flgraph.errors import OutputError, TableError
from flgraph.records import Catalog, CatalogEntry
from tests.bulk.tiny_index import make_row, write_index
from tests.full_disk import write_limit

pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")
pytest.importorskip("pyarrow", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

COLUMNS = [
    "id", "title", "date", "year", "venue", "doi", "arxiv", "type", "citation_count", "reference_count", "key",
    "in_catalog",
]  # fmt: skip


def extract(index: Path, output: Path, **asked: Any) -> tuple[Any, pd.DataFrame, list[tuple[Any, Any]]]:
    field = fg.extract_field(index, output, progress="off", **asked)
    papers, citations = pd.read_parquet(field.papers_file), pd.read_parquet(field.citations_file)
    assert (len(papers), len(citations)) == (field.papers, field.citations)
    return field, papers, list(citations.itertuples(index=False, name=None))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Two topics: 10, 11 and 12 of one, 13 and 14 of the other; 99 is cited and not there."""
    works = [
        make_row(10, topic=1, topic_name="Synthetic harbours", citation_count=3, reference_count=2),
        make_row(11, topic=1, topic_name="Synthetic harbours", year=2015, date=None, venue="Journal of Inventions"),
        make_row(12, topic=1, topic_name="Synthetic harbours", year=None, date=None, doi=None, arxiv="2999.00012"),
        make_row(13, topic=2, topic_name="Synthetic lanterns", pmid="30000013"),
        make_row(14, topic=2, topic_name="Synthetic lanterns", year=2010, date=date(2010, 3, 4)),
    ]
    return write_index(tmp_path / "index", works, [(11, 10), (12, 11), (13, 12), (14, 13), (10, 99), (10, None)])


def test_a_field_by_topic_has_its_papers_and_the_citations_between_them(index: Path, tmp_path: Path) -> None:
    field, papers, citations = extract(index, tmp_path / "field", topics=["T1"])

    assert COLUMNS == list(papers.columns)
    assert ["W10", "W11", "W12"] == papers["id"].tolist()
    assert [("W11", "W10"), ("W12", "W11")] == citations
    assert [2020, 2015, None] == papers["year"].astype(object).where(papers["year"].notna(), None).tolist()
    assert [date(2020, 6, 1), None, None] == [None if pd.isna(day) else day for day in papers["date"]]
    assert ["Journal of Inventions"] == papers["venue"].dropna().tolist()
    assert ["10.9999/synthetic.10", "10.9999/synthetic.11"] == papers["doi"].dropna().tolist()
    assert ([3.0], [2.0]) == (papers["citation_count"].dropna().tolist(), papers["reference_count"].dropna().tolist())
    assert [True] * 3 == papers["in_catalog"].tolist()
    assert ("openalex", "2026-11-01", {"topics": ["T1"]}) == (field.source, field.release, field.asked)
    assert {"digest": "sha256:synthetic", "papers": 3, "citations": 2, "missing": []}.items() <= json.loads(
        (tmp_path / "field" / "field.json").read_text()
    ).items()
    assert ["citations.parquet", "field.json", "papers.parquet"] == sorted(
        path.name for path in (tmp_path / "field").iterdir()
    )


def test_a_field_is_read_as_a_matrix_and_as_a_graph(index: Path, tmp_path: Path) -> None:
    field, papers, _ = extract(index, tmp_path / "field", topics=["T1"])

    matrix = fg.build_from_files(field.papers_file, field.citations_file, progress="off")
    graph = fg.build_graph_from_frames(papers, pd.read_parquet(field.citations_file), source="openalex")

    assert ("W11", "W10", "W12") == tuple(matrix.papers)
    assert 2 == matrix.citations
    assert 2 == sum(kind == "cites" for *_, kind in graph.edges(keys=True))


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (["https://openalex.org/T2"], ["W13", "W14"]),
        ("2", ["W13", "W14"]),
        ([2], ["W13", "W14"]),
        ("synthetic Lanterns", ["W13", "W14"]),
        (["T1", "Synthetic lanterns"], ["W10", "W11", "W12", "W13", "W14"]),
    ],
)
def test_a_topic_is_named_by_number_or_name(index: Path, tmp_path: Path, topics: Any, expected: list[str]) -> None:
    assert expected == extract(index, tmp_path / "field", topics=topics)[1]["id"].tolist()


@pytest.mark.parametrize(
    ("topics", "said"),
    [
        (["Synthetic harbour"], "has no topic 'Synthetic harbour'; did you mean 'Synthetic harbours'?"),
        (["T1", "T7"], "has no topic 'T7'; it has 2 topics, such as 'Synthetic harbours', 'Synthetic lanterns'"),
    ],
)
def test_an_unknown_topic_is_answered_with_near_names(index: Path, tmp_path: Path, topics: Any, said: str) -> None:
    with pytest.raises(TableError) as caught:
        extract(index, tmp_path / "field", topics=topics)

    assert f"{index}: {said}" == str(caught.value)
    assert not (tmp_path / "field").exists()


def test_since_leaves_out_earlier_papers_and_those_without_a_year(index: Path, tmp_path: Path) -> None:
    assert ["W10", "W11"] == extract(index, tmp_path / "field", topics="T1", since=2015)[1]["id"].tolist()
    with pytest.raises(TableError, match="holds no paper of T1 since 2030"):
        extract(index, tmp_path / "field", topics="T1", since=2030)
    assert ["W10", "W11"] == pd.read_parquet(tmp_path / "field" / "papers.parquet")["id"].tolist()


def test_ids_of_each_kind_are_found_and_the_others_named(
    index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text(
        "https://doi.org/10.9999/SYNTHETIC.10  # a comment\n- arXiv:2999.00012v2\n\nW11\nPMID: 30000013\n"
        "https://openalex.org/W14\nW404\n10.9999/nobody\nwhat is this\nand this\n"
    )
    field, papers, citations = extract(index, tmp_path / "field", ids=ids)

    assert ["W10", "W11", "W12", "W13", "W14"] == papers["id"].tolist()
    assert [("W11", "W10"), ("W12", "W11"), ("W13", "W12"), ("W14", "W13")] == citations
    assert ("W404", "10.9999/nobody") == field.missing
    assert {"ids": 7} == field.asked
    assert [
        f"{ids}:9: 'what is this' is no DOI, arXiv id, PubMed id or id of OpenAlex; nor is line 10",
        f"{ids}: 2 of 7 ids are not in {index}: W404, 10.9999/nobody",
    ] == [record.getMessage() for record in caplog.records]
    assert ["W11"] == extract(index, tmp_path / "more", ids=["W11", "W14"], since=2011)[1]["id"].tolist()


def test_lines_without_an_id_are_named_by_number(index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ids = tmp_path / "ids.txt"
    ids.write_text("W11\nwhat\n# a comment\nis\nthis\n\nand\nthat\n")
    extract(index, tmp_path / "field", ids=ids)

    said = f"{ids}:2: 'what' is no DOI, arXiv id, PubMed id or id of OpenAlex; nor are lines 4, 5, 7 and 1 more"
    assert [said] == [record.getMessage() for record in caplog.records]
    ids.write_text("what\n")
    with pytest.raises(TableError, match=r"ids\.txt: holds no id; write a DOI"):
        extract(index, tmp_path / "field", ids=ids)


def test_ids_of_which_none_is_there_are_an_error(index: Path, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="holds none of the 2 ids of ids"):
        extract(index, tmp_path / "field", ids=["W404", "10.9999/nobody"])
    with pytest.raises(TableError, match=r"nowhere\.txt: cannot be read \(No such file"):
        extract(index, tmp_path / "field", ids=tmp_path / "nowhere.txt")


# --- around a catalog ------------------------------------------------------------------------------------


def make_catalog(*numbers: int, **ids: str) -> Catalog:
    entries = [
        CatalogEntry(
            key=f"p{number}",
            title=f"Synthetic study {number} of hospitals",
            section="2020",
            ids=ids or {"doi": f"10.9999/synthetic.{number}"},
        )
        for number in numbers
    ]
    return Catalog(title="Synthetic list", entries=tuple(entries))


@pytest.mark.parametrize("hops", [1, 2])
@pytest.mark.parametrize("seed", range(2))
def test_a_field_around_a_catalog_is_what_a_search_in_breadth_finds(tmp_path: Path, hops: Any, seed: int) -> None:
    chance = np.random.default_rng(seed)
    there = chance.choice(np.arange(10, 70), 50, replace=False).tolist()
    links = [tuple(pair) for pair in chance.integers(10, 70, (60, 2)).tolist()]
    index = write_index(tmp_path / "index", [make_row(number) for number in there], links, parts=3)
    seeds = there[:3]
    reached = set(seeds)
    for _ in range(hops):
        reached |= {end for link in links if reached.intersection(link) for end in link}
    expected = sorted(reached.intersection(there))

    field, papers, citations = extract(index, tmp_path / "field", around=make_catalog(*seeds), hops=hops)

    assert [f"W{number}" for number in expected] == papers["id"].tolist()
    inside = sorted((one, other) for one, other in links if {one, other} <= set(expected))
    assert [(f"W{one}", f"W{other}") for one, other in inside] == citations
    assert {f"p{number}": f"W{number}" for number in seeds} == dict(
        papers.dropna(subset=["key"])[["key", "id"]].itertuples(index=False, name=None)
    )
    assert papers["in_catalog"].tolist() == papers["key"].notna().tolist()
    assert ("Synthetic list", hops, ()) == (field.asked["around"], field.asked["hops"], field.missing)


def test_papers_of_the_catalog_stay_whatever_their_year(index: Path, tmp_path: Path) -> None:
    _, papers, _ = extract(index, tmp_path / "field", around=make_catalog(14), hops=2, since=2020)

    assert ["W13", "W14"] == papers["id"].tolist()


def test_an_id_that_leads_to_another_title_is_not_used(
    index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = CatalogEntry(key="other", title="Quantum gravity", section="2020", ids={"doi": "10.9999/synthetic.10"})
    bare = CatalogEntry(key="bare", title="Nobody knows", section="2020")
    gone = CatalogEntry(key="gone", title="A lost study", section="2020", ids={"doi": "10.9999/nobody"})
    catalog = Catalog(title="Synthetic list", entries=(*make_catalog(14).entries, other, bare, gone))

    field, papers, _ = extract(index, tmp_path / "field", around=catalog)

    assert (["W13", "W14"], ("bare", "gone", "other")) == (papers["id"].tolist(), field.missing)
    assert [
        f"Synthetic list: 1 of 4 papers is not in {index}: gone",
        "Synthetic list: 1 of 4 papers has no id: bare",
        "Synthetic list: the ids of 1 of 4 papers lead to other titles: other",
    ] == [record.getMessage() for record in caplog.records]
    with pytest.raises(TableError) as caught:
        extract(index, tmp_path / "field", around=catalog.model_copy(update={"entries": (other, bare)}))
    kinds = "DOI, arXiv id, PubMed id or OpenAlex id"
    said = f"holds none of the 2 papers of 'Synthetic list' by {kinds}; the ids of 1 paper lead to other titles"
    assert f"{index}: {said}" == str(caught.value)


@pytest.mark.parametrize("ids", [{"pmid": "30000013"}, {"openalex": "W13"}, {"arxiv": "2999.00013"}])
def test_an_entry_is_found_by_any_id(tmp_path: Path, ids: dict[str, str]) -> None:
    index = write_index(tmp_path / "index", [make_row(13, pmid="30000013", arxiv="2999.00013")], [])

    assert ["p13"] == extract(index, tmp_path / "field", around=make_catalog(13, **ids))[1]["key"].tolist()


# --- Semantic Scholar ------------------------------------------------------------------------------------


def test_an_index_of_semantic_scholar_has_numbers_and_fields_of_study(tmp_path: Path) -> None:
    works = [
        make_row(7, fields=["Medicine", "Computer Science"], sha="a" * 40),
        make_row(8, fields=["Computer Science"], sha="b" * 40),
        make_row(9, fields=None),
    ]
    index = write_index(tmp_path / "index", works, [(8, 7, True), (9, 8, None)], source="semantic_scholar")

    field, papers, citations = extract(index, tmp_path / "field", topics="computer science")

    assert ([7, 8], [(8, 7)]) == (papers["id"].tolist(), citations)
    assert ("semantic_scholar", {"topics": ["Computer Science"]}) == (field.source, field.asked)
    with pytest.raises(TableError, match="has no topic 'Medicin'; did you mean 'Medicine'"):
        extract(index, tmp_path / "field", topics="Medicin")
    ids = ["9", "CorpusId:8", f"https://www.semanticscholar.org/paper/A-title/{'a' * 40}"]
    assert [7, 8, 9] == extract(index, tmp_path / "field", ids=ids)[1]["id"].tolist()


# --- files ------------------------------------------------------------------------------------------------


def test_the_same_index_gives_the_same_bytes_and_a_field_is_overwritten(index: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        extract(index, tmp_path / name, topics="T1", threads=1 if name == "one" else 2)

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert 2 == extract(index, tmp_path / "one", topics="T2")[0].papers
    assert 2 == json.loads((tmp_path / "one" / "field.json").read_text())["papers"]


def test_what_holds_something_else_is_not_overwritten(index: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "file", tmp_path / "folder"
    file.write_text("kept")
    folder.mkdir()
    (folder / "mine.txt").write_text("kept")

    for path, said in (
        (index, "is an index; choose another folder with -o"),
        (index / "field", "is in the index; choose another folder with -o"),
        (file, "is a file; name a folder, or a file in .jsonl for a snapshot"),
        (folder, "holds other files than a field; choose another folder with -o"),
    ):
        with pytest.raises(OutputError) as caught:
            extract(index, path, topics="T1")
        assert f"{path}: {said}" == str(caught.value)
    assert ["mine.txt"] == [path.name for path in folder.iterdir()]


def test_a_plan_counts_and_writes_nothing(index: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    plan = fg.plan_field(index, around=make_catalog(14), hops=2, progress="off")

    assert (3, 2, ()) == (plan.papers, plan.citations, plan.missing)
    assert 0 < plan.bytes < 10_000
    assert before == sorted(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "name one of topics, ids and around"),
        ({"topics": "T1", "ids": ["W10"]}, "name one of topics, ids and around"),
        ({"topics": "T1", "hops": 3}, "hops is 3; should be 1 or 2"),
        ({"topics": "T1", "since": 0}, "since must be a whole number of at least 1, found 0"),
        ({"topics": "T1", "threads": 0}, "threads must be a whole number of at least 1, found 0"),
        ({"topics": "T1", "memory": "much"}, "memory is 'much'; should be a size such as 8GB"),
    ],
)
def test_wrong_arguments_are_value_errors(index: Path, tmp_path: Path, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        extract(index, tmp_path / "field", **asked)


def test_stages_are_reported(index: Path, tmp_path: Path) -> None:
    steps: list[Any] = []
    fg.extract_field(index, tmp_path / "field", around=make_catalog(14), hops=2, progress=steps.append)

    assert ["papers by id", "citations, hop 1", "citations, hop 2", "papers", "citations"] == list(
        dict.fromkeys(step.stage for step in steps)
    )
    assert [("papers", 3), ("citations", 2)] == [(step.stage, step.done) for step in steps if step.total and step.done][
        1:
    ]


def test_a_full_disk_leaves_what_is_there(index: Path, tmp_path: Path) -> None:
    """In a process that may write files of 600 bytes at most."""
    output = tmp_path / "field"
    extract(index, output, topics="T1")
    before = {path.name: path.read_bytes() for path in output.iterdir()}
    code = (
        "import flgraph as fg\n"
        "from flgraph.bulk import field_files, index_query\n"
        f"{write_limit(600)}\n"
        "for name in ('field', 'new'):\n"
        "    try:\n"
        f"        fg.extract_field({str(index)!r}, {str(tmp_path)!r} + '/' + name, topics='T2', progress='off')\n"
        "    except fg.OutputError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    said = "cannot be written (file too large); choose another disk with -o"
    assert [f"{output}: {said}", f"{tmp_path / 'new'}: {said}"] == done.stdout.splitlines(), done.stderr
    assert before == {path.name: path.read_bytes() for path in output.iterdir()}
    assert not (tmp_path / "new").exists()
