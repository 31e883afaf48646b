"""`build_index`: what an index holds, and how it goes on, is brought up to date, and refuses."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flgraph.errors import OutputError, TableError
from flgraph.progress import Step

duckdb = pytest.importorskip("duckdb", reason="needs the extra bulk: pip install 'flgraph[bulk]'")

from flgraph.bulk.index import build_index, plan_index  # noqa: E402
from flgraph.bulk.index_files import WORK_COLUMNS, Index, read_index  # noqa: E402
from tests.bulk.releases import (  # noqa: E402
    CITATIONS,
    PAPERS,
    WORKS,
    make_works,
    write_lines,
    write_openalex,
    write_semantic_scholar,
)

RELEASE = "2026-11-01"


def build(inputs: Sequence[Path] | Path, output: Path, **options: Any) -> Index:
    given = [inputs] if isinstance(inputs, Path) else inputs
    return build_index(given, output, **{"release": RELEASE, "threads": 1, "progress": "off", **options})


def query(glob: str, columns: str = "*", *, order: str = "all") -> list[tuple[Any, ...]]:
    with duckdb.connect() as base:
        rows: list[tuple[Any, ...]] = base.execute(
            f"select {columns} from read_parquet('{glob}') order by {order}"
        ).fetchall()
    return rows


def read_works(index: Index) -> list[dict[str, Any]]:
    return [dict(zip((*WORK_COLUMNS,), row, strict=True)) for row in query(index.works_glob, order="id")]


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


# --- what is refused -----------------------------------------------------------------------------------------


LINE = json.dumps(WORKS[0])


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([LINE, '{"id": "W1", "title": '], r":2: is not a JSON object; mend or remove the line"),
        ([LINE, "[1, 2]"], r":2: is not a JSON object"),
        ([LINE] * 3 + ['{"id": null, "title": "a"}'], r":4: id is None; should be such as https://openalex\.org/W27"),
        ([LINE, '{"id": "https://openalex.org/A5"}'], r":2: id is 'https://openalex\.org/A5'; should be"),
        ([LINE, '{"id": "W9223372036854775808"}'], r":2: id is 'W9223372036854775808'; should be .*, below 2\*\*63"),
        ([LINE, '{"id": "W7", "referenced_works": "W1"}'], r":2: referenced_works is 'W1'; should be a list"),
        ([LINE, '{"id": "W7", "authorships": [7]}'], r":2: authorships is \[7\]; should be a list of the right kind"),
        ([LINE, '{"id": "W7", "id": "W8"}'], r"has records of another form than works .*duplicate key"),
        (['{"id": "https://openalex.org/A5", "works_count": 7}'], r": has the fields id, works_count; should hold"),
        (["{"], r":1: is not JSON; the file should have a JSON object a line"),
        (["[1]"], r":1: is \[1\]; should be a JSON object"),
        ([], r": has no records"),
    ],
)  # fmt: skip
def test_a_broken_file_is_one_clear_line(lines: list[str], message: str, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "works.jsonl.gz", lines)
    with pytest.raises(TableError, match=message) as caught:
        build(path, tmp_path / "index")
    assert str(caught.value).startswith(str(path))
    assert 1 == len(str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"citingcorpusid": "x1", "citedcorpusid": 2}, "5: citingcorpusid is 'x1'; should be a number such as 2154"),
        ({"citingcorpusid": 1, "citedcorpusid": 2**63}, f"5: citedcorpusid is {2**63}; should be a number"),
        ({"citingcorpusid": 1, "citedcorpusid": 1.5}, "5: citedcorpusid is 1.5; should be a number"),
    ],
)  # fmt: skip
def test_a_wrong_id_of_a_citation_is_named(record: dict[str, Any], message: str, tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    path = write_lines(release / "citations" / "b.gz", [*CITATIONS, record])
    with pytest.raises(TableError) as caught:
        build(release, tmp_path / "index")
    assert str(caught.value).startswith(f"{path}:{message}")


def test_ids_as_text_are_read(tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    write_lines(release / "citations" / "b.gz", [{"citingcorpusid": "11", "citedcorpusid": "12"}])
    assert (11, 12, None) in query(build(release, tmp_path / "index").citations_glob)


def test_parquet_with_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "papers.parquet"
    with duckdb.connect() as base:
        base.execute(f"copy (select 1 as id, 'a' as name) to '{path}' (format parquet)")
    with pytest.raises(TableError, match="has the fields id, name; should hold one of: works of OpenAlex"):
        build(path, tmp_path / "index")


def test_wrong_ids_in_parquet_are_named_by_row(tmp_path: Path) -> None:
    path = tmp_path / "works.parquet"
    with duckdb.connect() as base:
        base.execute(
            "copy (from (values ('W1', 2020, []::varchar[]), (null, 2020, [])) "
            f"t(id, publication_year, referenced_works)) to '{path}' (format parquet)"
        )
    with pytest.raises(TableError, match=r"works\.parquet:2: id is None; should be such as"):
        build(path, tmp_path / "index")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; download it again"),
        (b"\x28\xb5\x2f\xfd1234", "is packed by Zstandard; unpack it, or pack it by gzip"),
        (b"\x1f\x8bxyz12345", "is cut short or damaged"),
        (b"PAR1 and no more", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "part_000.gz"
    path.write_bytes(content)
    with pytest.raises(TableError, match=message):
        build(path, tmp_path / "index")


def test_two_sources_are_refused(tmp_path: Path) -> None:
    inputs = [write_openalex(tmp_path), write_semantic_scholar(tmp_path / "release")]
    with pytest.raises(TableError, match=r"holds works of OpenAlex, and .* holds citations of Semantic Scholar"):
        build(inputs, tmp_path / "index")
    with pytest.raises(TableError, match="holds works of OpenAlex, and --source asks for another"):
        build(inputs[0], tmp_path / "index", source="semantic_scholar")


@pytest.mark.parametrize(("has", "lacks"), [("citations", "papers"), ("papers", "citations")])
def test_half_a_release_of_semantic_scholar_is_refused(has: str, lacks: str, tmp_path: Path) -> None:
    release = write_semantic_scholar(tmp_path / "release")
    with pytest.raises(TableError, match=f"no file holds {lacks}; name the folder of {lacks} too"):
        build(release / has, tmp_path / "index")


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "manifest").write_text("{}")
    with pytest.raises(TableError, match="no file of a release is there"):
        build(tmp_path / "in", tmp_path / "index")
    with pytest.raises(TableError, match="missing: cannot be read"):
        build(tmp_path / "missing", tmp_path / "index")


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "today.txt").write_text("keep me")
    with pytest.raises(OutputError, match=r"notes: holds something else, such as today\.txt"):
        build(release, tmp_path / "notes")
    assert ["today.txt"] == [path.name for path in (tmp_path / "notes").iterdir()]
    with pytest.raises(OutputError, match="is a file; an index is a folder"):
        build(release, tmp_path / "notes" / "today.txt")
    with pytest.raises(TableError, match=r"is in the input .*; choose another folder for the index"):
        build(release, release / "index")


def test_an_index_of_other_files_is_refused(tmp_path: Path) -> None:
    index = build(write_openalex(tmp_path), tmp_path / "index")
    with pytest.raises(
        OutputError, match="index: is an index of other files, such as updated_date=2026-01-01/part_0000"
    ):
        build(write_lines(tmp_path / "other.jsonl", WORKS), tmp_path / "index")
    assert index == read_index(tmp_path / "index")


def test_an_index_of_another_version_is_refused(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    file = build(release, tmp_path / "index").path / "index.json"
    file.write_text(file.read_text().replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(OutputError, match="is an index of version 2, this flgraph makes version 1"):
        build(release, tmp_path / "index")


# --- plan ----------------------------------------------------------------------------------------------------


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    release = write_openalex(tmp_path)
    plan = plan_index([release], tmp_path / "index", threads=2, memory="1GB")
    assert not (tmp_path / "index").exists()
    assert (3, 3, 2, 10**9) == (plan.files, plan.todo_files, plan.threads, plan.memory)
    assert sum(path.stat().st_size for path in release.glob("*/*.gz")) == plan.todo_bytes
    assert plan.disk > 0
    assert plan.seconds > 0

    build(release, tmp_path / "index")
    done = plan_index([release], tmp_path / "index", threads=2)
    assert (3, 0, 0) == (done.files, done.todo_files, done.disk)
    assert "to read: 0 files, 0 B (3 files done)" in str(done)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"memory": "much"}, "memory is 'much'; should be a size such as 8GB"),
        ({"memory": "100MB"}, "memory is 100MB; should be at least 200 MB for 1 thread"),
        ({"threads": 0}, "threads must be a whole number of at least 1, found 0"),
        ({"release": "autumn"}, "release is 'autumn'; should be a day, such as 2024-01-31"),
        ({"source": "crossref"}, "source is 'crossref'; should be one of openalex, semantic_scholar, or None"),
    ],
)
def test_arguments_are_checked(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        build(write_openalex(tmp_path), tmp_path / "index", **options)
