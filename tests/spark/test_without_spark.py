"""What needs no session: the missing extra, messages of Spark, and the functions that run on workers."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.synthetic_citations import make_citations, reverse, to_matrix
from flgraph.analysis.ranking.pagerank import pagerank
from flgraph.errors import FlgraphError
from flgraph.spark.faults import find_cause
from flgraph.spark.on_workers import make_adder, make_counter, make_packer, make_reader
from flgraph.spark.tables import check_versions
from flgraph.spark.walk import Walk

CALLS = (
    "rank_papers(frame, frame, folder='here')",
    "count_citations_by_year(frame, frame)",
    "find_cocited(frame, frame)",
    "extract_field(frame, frame, where='true')",
)


@pytest.mark.parametrize("call", CALLS)
def test_a_missing_extra_is_named_with_its_installation(call: str) -> None:
    script = (
        "import sys; sys.modules['pyspark'] = None\n"
        "import pandas as pd, flgraph, flgraph.spark\n"
        "frame = pd.DataFrame({'id': ['a'], 'citing': ['a'], 'cited': ['a']})\n"
        f"try: flgraph.spark.{call}\n"
        "except flgraph.FlgraphError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "flgraph.spark needs the extra spark; install it with: pip install 'flgraph[spark]'\n" == done.stdout


def test_the_versions_of_pyspark_and_the_cluster_must_fit() -> None:
    check_versions("4.0.1", "4.0.3")
    with pytest.raises(FlgraphError) as caught:
        check_versions("4.1.0", "4.0.1")

    assert "pyspark is 4.1.0 and the cluster is Spark 4.0.1; install it with: pip install 'pyspark==4.0.*'" == str(
        caught.value
    )


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("org.apache.spark.api.python.PythonException: ... ModuleNotFoundError: No module named 'pyarrow'",
         "the workers' Python lacks pyarrow; set PYSPARK_PYTHON"),
        ("[PYTHON_VERSION_MISMATCH] Python in worker has different version: 3.9 than that in driver: 3.11, PySpark",
         "the workers' Python is 3.9, and the driver's is 3.11; set PYSPARK_PYTHON"),
        ('java.io.IOException: Cannot run program "/nowhere/python": error=2, No such file or directory',
         "the workers cannot start Python as /nowhere/python; set PYSPARK_PYTHON"),
        ("Total size of serialized results of 2 tasks (2.1 GiB) is bigger than spark.driver.maxResultSize (1024.0 MiB)",
         "what workers return exceeds spark.driver.maxResultSize (1024.0 MiB); set 16 bytes a paper"),
        (": java.lang.OutOfMemoryError: Java heap space\n\tat java.base/...",
         "Spark is out of memory (Java heap space); give more with spark.driver.memory"),
        ("ExecutorLostFailure (executor 3 exited caused by one of the running tasks) Reason: exit code 137",
         "Spark is out of memory; give more with spark.driver.memory"),
        ('org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "gs"',
         "Spark cannot read or write gs: paths; add its connector with --packages"),
        ("java.io.IOException: Mkdirs failed to create file:/root-only/flgraph-1/_temporary (exists=false, ...)",
         "workers cannot write to file:/root-only/flgraph-1/_temporary; give a folder that the driver and all workers"),
    ],
    ids=["package", "python", "program", "results", "heap", "killed", "connector", "folder"],
)  # fmt: skip
def test_an_error_of_spark_is_said_in_one_line(message: str, cause: str) -> None:
    found = find_cause(message)

    assert found is not None
    assert found.startswith(cause)
    assert "\n" not in found


def test_an_error_of_unknown_cause_is_not_explained() -> None:
    assert find_cause("[DIVIDE_BY_ZERO] Division by zero.") is None


# --- workers ---------------------------------------------------------------------------------------------


def pack(citing: list[int], cited: list[int], block: int, blocks: int, papers: int) -> pa.Table:
    table = pa.table({"citing": pa.array(citing, pa.int32()), "cited": pa.array(cited, pa.int32())})
    return make_packer(blocks, papers)((pa.scalar(block, pa.int32()),), table)


def read_arrays(packed: pa.Table) -> list[list[int]]:
    return [np.frombuffer(packed[name][0].as_py(), np.int32).tolist() for name in ("ends", "citing")]


def test_a_block_holds_each_citation_once_sorted() -> None:
    # Block 1 of 3 holds the papers 1, 4 and 7; 4 is not cited.
    packed = pack([9, 8, 9, 2, 9, 4], [7, 1, 7, 1, 1, 4], block=1, blocks=3, papers=10)

    assert [1] == packed["block"].to_pylist()
    assert [[0, 3, 3, 4], [2, 8, 9, 9]] == read_arrays(packed)
    assert (6, 1) == (packed["known"][0].as_py(), packed["own"][0].as_py())


def test_a_block_of_papers_that_cite_themselves_adds_up_nothing() -> None:
    packed = pack([4], [4], block=1, blocks=3, papers=10)
    vector: Any = SimpleNamespace(value=np.ones(10))

    (batch,) = make_adder(vector)(iter(packed.select(["block", "ends", "citing"]).to_batches()))

    assert [[0], []] == read_arrays(packed)
    assert {"block": [1], "sums": [b""]} == batch.to_pydict()


def test_a_block_adds_up_what_its_papers_receive() -> None:
    packed = pack([9, 8, 2, 9], [7, 1, 1, 1], block=1, blocks=3, papers=10)
    vector: Any = SimpleNamespace(value=np.arange(10) / 10)

    (batch,) = make_adder(vector)(iter(packed.select(["block", "ends", "citing"]).to_batches()))

    assert [1] == batch.column("block").to_pylist()
    assert pytest.approx([1.9, 0.0, 0.9]) == np.frombuffer(batch.column("sums")[0].as_py()).tolist()


def test_a_block_counts_the_references_of_each_paper() -> None:
    packed = pack([9, 8, 2, 9], [7, 1, 1, 1], block=1, blocks=3, papers=10)

    (batch,) = make_counter()(iter(packed.to_batches()))

    assert {"citing": [2, 8, 9], "number": [1, 1, 2]} == batch.to_pydict()


def test_places_are_replaced_by_the_numbers_at_them() -> None:
    vector: Any = SimpleNamespace(value=np.array([0.5, 0.25]))
    batch = pa.record_batch({"id": ["b", "a"], "place": pa.array([1, 0], pa.int32())})

    (read,) = make_reader(vector)(iter([batch]))

    assert {"id": ["b", "a"], "score": [0.25, 0.5]} == read.to_pydict()


@pytest.mark.parametrize("alpha", [0.2, 0.5, 0.85])
def test_the_error_of_a_walk_is_below_its_bound(alpha: float) -> None:
    matrix = to_matrix(reverse(make_citations(120, mean=4.0), 0.2))
    truth = pagerank(matrix, alpha=alpha)
    walk, passes = Walk(alpha, 1e-6, 99), matrix.to_sparse() * (alpha * matrix.shares)
    more = np.full(120, 1 / 120)
    total = more.copy()
    for _ in range(12):
        more = passes @ more
        total += more
        error = float(np.abs(total / total.sum() - truth).sum())
        assert error <= walk.bound_error(float(more.sum()), float(total.sum())) + 1e-15
