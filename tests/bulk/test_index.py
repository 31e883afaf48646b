"""`build_index`: what an index holds, and how it goes on, is brought up to date, and refuses."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from flgraph.errors import TableError
from flgraph.progress import Step

duckdb = pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

from flgraph.bulk.index import build_index  # noqa: E402
from flgraph.bulk.index_files import WORK_COLUMNS, read_index  # noqa: E402
from tests.bulk.releases import (  # noqa: E402
    PAPERS,
    RELEASE,
    WORKS,
    build,
    make_works,
    query,
    read_works,
    write_lines,
    write_openalex,
    write_semantic_scholar,
)

# --- what it holds -------------------------------------------------------------------------------------------


def test_works_of_openalex_are_read_as_they_are(tmp_path: Path) -> None:
    index = build(write_openalex(tmp_path), tmp_path / "index")

    first, second, *_ = read_works(index)
    assert {
        "id": 101, "title": "Synthetic sorting", "year": 2019, "date": date(2019, 3, 4), "doi": "10.5555/syn.a",
        "arxiv": None, "pmid": "901", "venue": "Synthetic journal", "type": "article", "topic": 7,
        "topic_name": "Synthetic topic", "fields": None, "citation_count": 2, "reference_count": 2, "retracted": False,
        "authors": [{"id": 1, "name": "A. Example"}, {"id": None, "name": "Bo Sample"}], "sha": None,
        "updated": date(2026, 1, 1),
    } == first  # fmt: skip
    unknown = set(WORK_COLUMNS) - {"id", "year", "citation_count", "updated"}
    assert {"id": 102, "year": 2018, "citation_count": 1} == {
        name: second[name] for name in ("id", "year", "citation_count")
    }
    assert {None} == {second[name] for name in unknown}
    assert (32, 32) == (index.works, index.citations)
    assert [(101, 102), (101, 999)] == query(index.citations_glob)[:2]
    assert ("openalex", RELEASE, f"{RELEASE}T00:00:00+00:00") == (index.source, index.release, index.taken)


def test_the_columns_have_the_types_that_are_promised(tmp_path: Path) -> None:
    for made in (
        build(write_openalex(tmp_path), tmp_path / "one"),
        build(write_semantic_scholar(tmp_path / "s2"), tmp_path / "two"),
    ):
        with duckdb.connect() as base:
            found = base.execute(f"describe from read_parquet('{made.works_glob}')").fetchall()
        assert dict(WORK_COLUMNS) == {name: kind for name, kind, *_ in found}


def test_papers_and_citations_of_semantic_scholar_are_read_as_they_are(tmp_path: Path) -> None:
    index = build(write_semantic_scholar(tmp_path / "release"), tmp_path / "index")

    first, second = read_works(index)
    assert {
        "id": 11, "title": "Synthetic counting", "year": 2021, "date": date(2021, 1, 5), "doi": "10.5555/syn.b",
        "arxiv": "2101.00001", "pmid": "77", "venue": "Synthetic venue", "type": "JournalArticle", "topic": None,
        "topic_name": None, "fields": ["Medicine"], "citation_count": 3, "reference_count": 0, "retracted": None,
        "authors": [{"id": 5, "name": "Ada Example"}, {"id": None, "name": "Bo Sample"}], "sha": "ab" * 20,
        "updated": None,
    } == first  # fmt: skip
    assert {None} == {second[name] for name in set(WORK_COLUMNS) - {"id"}}
    # A paper may cite itself, and a citation be there twice; one without an id is left out.
    assert [(11, 12, False), (11, 12, True), (12, 12, None)] == query(index.citations_glob)
    assert (2, 3, 1) == (index.works, index.citations, index.left_out)


def test_only_openalex_means_the_year_by_january_1(tmp_path: Path) -> None:
    papers = [{**PAPERS[0], "publicationdate": "2021-01-01"}]
    write_semantic_scholar(tmp_path / "release")
    write_lines(tmp_path / "release" / "papers" / "20260101_000_abc.gz", papers)
    assert [(date(2021, 1, 1),)] == query(build(tmp_path / "release", tmp_path / "index").works_glob, "date")


def test_days_after_the_release_and_days_that_do_not_exist_are_unknown(tmp_path: Path) -> None:
    days = ["2026-11-01", "2026-11-02", "2019-02-30", "soon", None, "2027-05-05", "1700-02-02"]
    works = [
        {**WORKS[0], "id": f"W{number}", "publication_date": day, "publication_year": day and day[:4]}
        for number, day in enumerate(days, start=10)
    ]  # fmt: skip
    index = build(write_lines(tmp_path / "works.jsonl", works), tmp_path / "index")
    assert [
        (10, date(2026, 11, 1), 2026), (11, None, 2026), (12, None, 2019), (13, None, None), (14, None, None),
        (15, None, None), (16, None, None),
    ] == query(index.works_glob, "id, date, year")  # fmt: skip


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "parquet", "gz without a suffix"])
def test_each_form_gives_the_same_index(form: str, tmp_path: Path) -> None:
    lines = write_lines(tmp_path / "lines" / "works.jsonl", [*WORKS, *make_works(200, 220)])
    expected = build(lines, tmp_path / "expected")
    given = tmp_path / "given" / f"works.{form}"
    if form == "gz without a suffix":
        given = tmp_path / "given" / "works"
    given.parent.mkdir()
    if form == "parquet":
        with duckdb.connect() as base:
            base.execute(f"copy (from '{lines}') to '{given}' (format parquet)")
    elif form == "jsonl":
        given.write_bytes(lines.read_bytes())
    else:
        given.write_bytes(gzip.compress(lines.read_bytes()))

    found = build(given, tmp_path / "found")
    assert read_works(expected) == read_works(found)
    assert query(expected.citations_glob) == query(found.citations_glob)


def test_empty_lines_and_files_without_records_are_passed_over(tmp_path: Path) -> None:
    write_lines(tmp_path / "in" / "a.jsonl", ["", json.dumps(WORKS[0]), "", ""])
    write_lines(tmp_path / "in" / "b.jsonl.gz", [])
    index = build(tmp_path / "in", tmp_path / "index")
    assert (1, 2) == (index.works, index.citations)


# --- several runs --------------------------------------------------------------------------------------------


def list_times(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in (folder / "works").iterdir()}


def test_a_second_run_reads_nothing_again(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    first = build(release, tmp_path / "index")
    times = list_times(tmp_path / "index")

    assert first == build(release, tmp_path / "index")
    assert times == list_times(tmp_path / "index")


def test_only_a_changed_file_is_read_again(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    before = build(release, tmp_path / "index")
    times = list_times(tmp_path / "index")
    write_lines(release / "updated_date=2026-02-01" / "part_0001.gz", make_works(300, 330))

    after = build(release, tmp_path / "index")
    again = list_times(tmp_path / "index")
    assert before.works + 20 == after.works
    assert 1 == sum(times[name] != again[name] for name in times)
    assert before.digest != after.digest


def test_with_another_day_of_the_release_all_files_are_read_again(tmp_path: Path) -> None:
    works = [{**WORKS[0], "id": f"W{number}", "publication_date": f"20{number}-06-02"} for number in (15, 17)]
    release = write_lines(tmp_path / "works.jsonl", works)
    early = build_index(release, tmp_path / "index", release="2016-01-01", progress="off")
    assert [(15, date(2015, 6, 2)), (17, None)] == query(early.works_glob, "id, date")

    late = build_index(release, tmp_path / "index", release="2026-01-01", progress="off")
    assert [(15, date(2015, 6, 2)), (17, date(2017, 6, 2))] == query(late.works_glob, "id, date")
    assert early.digest != late.digest
    assert late.digest == build_index([release], tmp_path / "fresh", release="2026-01-01", progress="off").digest


def test_the_day_of_the_release_is_kept(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    first = build_index(release, tmp_path / "index", release="2026-11-01", progress="off")
    times = list_times(tmp_path / "index")
    write_lines(release / "updated_date=2026-02-01" / "part_0001.gz", make_works(300, 330))
    (tmp_path / "index" / "index.json").unlink()  # as after an interruption

    second = build_index(release, tmp_path / "index", progress="off")
    assert "2026-11-01" == first.release == second.release
    assert 1 == sum(times[name] != time for name, time in list_times(tmp_path / "index").items())


def test_a_file_that_has_gone_leaves_the_index(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    build(release, tmp_path / "index")
    (release / "updated_date=2026-02-01" / "part_0001.gz").unlink()
    assert 22 == build(release, tmp_path / "index").works


def test_a_broken_file_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    broken = release / "updated_date=2026-02-01" / "part_0000.gz"
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-9])
    with pytest.raises(TableError, match=r"part_0000\.gz: is cut short or damaged; download it again"):
        build(release, tmp_path / "index")
    with pytest.raises(TableError, match="index: is unfinished; run `flgraph index` again"):
        read_index(tmp_path / "index")
    times = list_times(tmp_path / "index")
    assert 2 == len(times)

    broken.write_bytes(whole)
    mended = build(release, tmp_path / "index")
    assert times.items() <= list_times(tmp_path / "index").items()
    fresh = build(release, tmp_path / "fresh")
    assert (fresh.digest, read_works(fresh)) == (mended.digest, read_works(mended))
    assert [] == list((tmp_path / "index").glob("**/*.part"))


def test_all_broken_files_are_named_at_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_lines(tmp_path / "in" / f"{name}.jsonl", [json.dumps(WORKS[0]), "{"])
    write_lines(tmp_path / "in" / "c.jsonl", [*make_works(1000, 1100)])
    with pytest.raises(TableError) as caught:
        build(tmp_path / "in", tmp_path / "index")
    assert ["a.jsonl:2", "b.jsonl:2"] == [Path(line.split(": ")[0]).name for line in str(caught.value).splitlines()]


def test_files_side_by_side_give_the_same_index(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    steps: list[Step] = []
    alone, together = build(release, tmp_path / "1"), build(release, tmp_path / "3", threads=3, progress=steps.append)
    assert (alone.digest, read_works(alone)) == (together.digest, read_works(together))
    assert {"MB of 3 files"} == {step.stage for step in steps}
    assert steps[-1].done == steps[-1].total


# --- works that are there twice ------------------------------------------------------------------------------


@pytest.mark.parametrize("later", ["a", "b"])
def test_of_a_work_in_two_files_the_record_changed_last_is_kept(later: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        day = "2026-05-05" if name == later else "2026-03-03"
        changed = {**make_works(500, 501, day=day)[0], "title": f"from {name}", "referenced_works": [f"W{ord(name)}"]}
        write_lines(tmp_path / "in" / f"{name}.jsonl", [changed, *make_works(ord(name), ord(name) + 1)])

    index = build(tmp_path / "in", tmp_path / "index")
    assert [(97, "Synthetic sorting"), (98, "Synthetic sorting"), (500, f"from {later}")] == query(
        index.works_glob, "id, title"
    )
    assert [(97, 96), (98, 97), (500, ord(later))] == query(index.citations_glob)
    assert (3, 3, 1) == (index.works, index.citations, index.duplicates)

    # What was dropped comes back when the file that replaced it changes.
    write_lines(tmp_path / "in" / f"{later}.jsonl", make_works(600, 601))
    again = build(tmp_path / "in", tmp_path / "index")
    other = "b" if later == "a" else "a"
    assert f"from {other}" in [row[0] for row in query(again.works_glob, "title")]
    assert (3, 3, 0) == (again.works, again.citations, again.duplicates)


def test_a_work_twice_in_a_file_is_kept_once(tmp_path: Path) -> None:
    twice = [*make_works(500, 501, day="2026-03-03"), *make_works(500, 501, day="2026-05-05")]
    index = build(write_lines(tmp_path / "a.jsonl", twice), tmp_path / "index")
    assert [(500, date(2026, 5, 5))] == query(index.works_glob, "id, updated")
    assert [(500, 499)] == query(index.citations_glob)
