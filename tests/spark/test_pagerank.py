"""PageRank on a true local Spark is that of one machine."""

from __future__ import annotations

import logging
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from flgraph.analysis.matrix_files import build_from_files
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.errors import FlgraphError
from flgraph.spark import SparkRanking, rank_papers
from flgraph.spark.faults import explain_faults
from flgraph.spark.pagerank import Method
from flgraph.spark.workspace import open_workspace
from tests.spark.tables import Tables, make_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.spark

METHODS: list[Method] = ["blocks", "joins"]
SMALL = Tables(
    pd.DataFrame({"id": ["a", "b", "c", "d"]}),
    pd.DataFrame([("b", "a"), ("c", "a"), ("c", "b"), ("a", "c"), ("d", "a")], columns=["citing", "cited"]),
)
"""Four papers, of which a, b and c cite each other in a circle; nobody cites d."""


def rank_here(tables: Tables, folder: Path, **options: Any) -> pd.Series[float]:
    """Return the scores of one machine, from files, which leave out the same citations."""
    for name, table in tables._asdict().items():
        table.to_csv(folder / f"{name}.csv", index=False)
    matrix = build_from_files(folder / "papers.csv", folder / "citations.csv", progress="off")
    if "starts" in options:
        options["personalization"] = pd.Series(options.pop("starts")).reindex(list(matrix.papers)).fillna(0).to_numpy()
    return pd.Series(pagerank(matrix, **options), index=list(matrix.papers))


def read_scores(ranking: SparkRanking) -> pd.Series[float]:
    table = ranking.scores.toArrow().to_pydict()
    return pd.Series(table["score"], index=[str(name) for name in table["id"]])


def measure_difference(left: pd.Series[float], right: pd.Series[float]) -> float:
    assert sorted(left.index) == sorted(right.index)
    return float((left - right).abs().sum())


@pytest.mark.parametrize(("method", "text"), [("blocks", True), ("joins", False)])
def test_scores_are_those_of_one_machine(
    method: Method, text: bool, session: SparkSession, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tables = make_tables(text=text)
    here = rank_here(tables, tmp_path)
    caplog.clear()

    ranking = rank_papers(*tables.on(session), folder=tmp_path / "work", method=method, progress="off")

    assert 1e-8 > measure_difference(here, read_scores(ranking))
    assert ranking.error <= 1e-9
    assert (300, len(tables.citations) - 13) == (ranking.papers, ranking.citations)
    reasons = "3 with a paper that is not in papers, 1 of a paper by itself and 9 given before"
    assert f"citations: left out 13 rows: {reasons}" in caplog.messages
    assert ["scores"] == [path.name for path in Path(ranking.path).parent.iterdir()]
    assert ("id", "string" if text else "bigint") == ranking.scores.dtypes[0]
    assert ("score", "double") == ranking.scores.dtypes[1]


@pytest.mark.parametrize("method", METHODS)
def test_readers_may_start_at_some_papers(method: Method, session: SparkSession, tmp_path: Path) -> None:
    starts = {"b": 3.0, "d": 1.0}
    here = rank_here(SMALL, tmp_path, alpha=0.1, starts=starts)
    given = session.createDataFrame(list(starts.items()), "id string, weight double")

    ranking = rank_papers(
        *SMALL.on(session), folder=tmp_path, method=method, alpha=0.1, personalization=given, progress="off"
    )

    assert 1e-8 > measure_difference(here, read_scores(ranking))


@pytest.mark.parametrize("method", METHODS)
def test_too_few_steps_are_an_error_that_says_what_is_left(
    method: Method, session: SparkSession, tmp_path: Path
) -> None:
    with pytest.raises(
        FlgraphError, match=r"^after 2 steps the error may be \de[+-]\d\d, above the tolerance of 1e-09; raise"
    ):
        rank_papers(*SMALL.on(session), folder=tmp_path, method=method, alpha=0.9, steps=2, progress="off")


def test_without_a_folder_the_checkpoint_folder_of_the_session_is_used(session: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^rank_papers needs a folder that the driver and all workers see: folder="):
        rank_papers(*SMALL.on(session), method="joins")

    session.sparkContext.setCheckpointDir(str(tmp_path))
    chosen = session.sparkContext.getCheckpointDir()

    assert chosen is not None
    assert open_workspace(session, None, "rank_papers").path.startswith(f"{chosen}/flgraph-")


def test_a_folder_that_is_not_shared_is_named(session: SparkSession, tmp_path: Path) -> None:
    """Where a worker writes to its own disk, the driver finds fewer rows than there are papers."""
    workspace = open_workspace(session, tmp_path, "rank_papers")
    with pytest.raises(
        FlgraphError, match=r"^folder \S+ is not shared: 4 rows were written and 3 can be read; give one"
    ):
        workspace.write_shared("papers", session.range(3), 4)


def test_a_folder_that_cannot_be_written_is_named(session: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(FlgraphError, match=r"^workers cannot write to file:\S+; give a folder") as caught:
        rank_papers(*SMALL.on(session), folder=tmp_path / "file", progress="off")
    assert caught.value.__cause__ is not None


def test_progress_names_each_step(session: SparkSession, tmp_path: Path) -> None:
    shown: list[str] = []
    acyclic = Tables(SMALL.papers, SMALL.citations.iloc[:3])

    ranking = rank_papers(*acyclic.on(session), folder=tmp_path, progress=lambda step: shown.append(step.stage))

    assert ["papers", "papers", "citations", "citations", *["steps"] * ranking.steps] == shown
    assert (3, 0.0) == (ranking.steps, ranking.error)


# --- sessions that cannot work ---------------------------------------------------------------------------


def test_workers_without_packages_are_told_apart_from_other_errors(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import venv

    venv.create(tmp_path / "bare", symlinks=True)
    monkeypatch.setattr(session.sparkContext, "pythonExec", str(tmp_path / "bare" / "bin" / "python"))
    with pytest.raises(FlgraphError, match=r"^the workers' Python lacks \w+; set PYSPARK_PYTHON .* --archives$"):
        rank_papers(*SMALL.on(session), folder=tmp_path, progress="off")

    monkeypatch.setattr(session.sparkContext, "pythonExec", "/nowhere/python")
    with pytest.raises(FlgraphError, match=r"^the workers cannot start Python as /nowhere/python; set PYSPARK_PYTHON"):
        rank_papers(*SMALL.on(session), folder=tmp_path, progress="off")


def test_memory_that_is_used_up_is_an_error_with_its_cause(session: SparkSession) -> None:
    jvm: Any = session._jvm
    with (
        pytest.raises(
            FlgraphError, match=r"^Spark is out of memory \(.*\); give more with spark.driver.memory"
        ) as caught,
        explain_faults(),
    ):
        jvm.java.lang.reflect.Array.newInstance(jvm.java.lang.Long.TYPE, 2**31 - 1)
    assert "java.lang.OutOfMemoryError" in str(caught.value.__cause__)


def test_a_session_that_has_stopped_is_named() -> None:
    with pytest.raises(FlgraphError, match=r"^Spark has stopped, as it does when out of memory; give more"):  # noqa: SIM117
        with explain_faults():
            socket.create_connection(("127.0.0.1", 9))


def test_other_errors_stay_as_they_are(session: SparkSession) -> None:
    from pyspark.errors import PySparkException

    with pytest.raises(PySparkException, match="CAST_INVALID_INPUT"), explain_faults():
        session.sql("select cast('x' as int)").collect()


def test_workers_need_no_flgraph() -> None:
    """The functions for workers are sent as code that imports numpy and pyarrow only."""
    import subprocess
    import sys

    from pyspark import cloudpickle

    from flgraph.spark.on_workers import make_adder, make_counter, make_packer, make_reader

    made = [make_packer(3, 10), make_counter(), make_adder(np.zeros(1)), make_reader(np.zeros(1))]  # type: ignore[arg-type]
    script = (
        "import pickle, sys; sys.modules['flgraph'] = None\n"
        "print(len(pickle.load(sys.stdin.buffer)), 'flgraph.spark' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], input=cloudpickle.dumps(made), capture_output=True, check=True
    )

    assert b"4 False\n" == done.stdout


def test_logs_stay_quiet(caplog: pytest.LogCaptureFixture, session: SparkSession, tmp_path: Path) -> None:
    acyclic = Tables(SMALL.papers, SMALL.citations.iloc[:3])
    with caplog.at_level(logging.WARNING, logger="flgraph"):
        rank_papers(*acyclic.on(session), folder=tmp_path, progress="off")
    assert [] == [record for record in caplog.records if record.name.startswith("flgraph")]
