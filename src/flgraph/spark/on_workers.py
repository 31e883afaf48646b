"""What runs on workers: sums over blocks of citations, as numpy arrays in batches of Arrow.

Each function is made inside another, so that Spark sends its code along: workers need numpy and pyarrow, not flgraph.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flgraph.analysis.arrays import Floats

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark import Broadcast

BLOCK: Final = "block int, ends binary, citing binary, known long, own long"
"""The columns of a block, as `make_packer` says."""

Batches = Iterator["pa.RecordBatch"]


def make_packer(blocks: int, papers: int) -> Callable[[tuple[Any, ...], pa.Table], pa.Table]:
    """Return a function that packs the citations of a block into arrays of int32, each citation once.

    `ends` says where the citing papers of each cited paper begin and end in `citing`; the cited papers are the number
    of the block, and every `blocks`-th after it. `known` counts the rows of the block, and `own` those in which a paper
    cites itself, which are left out.
    """
    import pyarrow as pa

    def pack(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
        citing, cited = (table[name].to_numpy().astype(np.int64) for name in ("citing", "cited"))
        is_apart = citing != cited
        pairs = np.unique(cited[is_apart] // blocks * papers + citing[is_apart])
        rows, citing = np.divmod(pairs, papers)
        ends = np.append(0, np.cumsum(np.bincount(rows)))
        arrays = {"ends": ends, "citing": citing}
        counts = {"known": len(cited), "own": len(cited) - int(is_apart.sum())}
        return pa.table(
            {"block": pa.array([key[0].as_py()], pa.int32())}
            | {name: pa.array([array.astype(np.int32).tobytes()], pa.binary()) for name, array in arrays.items()}
            | {name: pa.array([count], pa.int64()) for name, count in counts.items()}
        )

    return pack


def make_counter() -> Callable[[Batches], Batches]:
    """Return a function that counts how many papers of a block each paper cites."""
    import pyarrow as pa

    def count(batches: Batches) -> Batches:
        for batch in batches:
            for packed in batch.column("citing"):
                citing, number = np.unique(np.frombuffer(packed.as_buffer(), dtype=np.int32), return_counts=True)
                yield pa.record_batch({"citing": pa.array(citing), "number": pa.array(number.astype(np.int32))})

    return count


def make_adder(vector: Broadcast[Floats]) -> Callable[[Batches], Batches]:
    """Return a function that adds up what the papers of a block receive from those that cite them."""
    import pyarrow as pa

    def add(batches: Batches) -> Batches:
        for batch in batches:
            for block, packed_ends, packed_citing in zip(*batch.columns, strict=True):
                ends = np.frombuffer(packed_ends.as_buffer(), dtype=np.int32)
                given = vector.value[np.frombuffer(packed_citing.as_buffer(), dtype=np.int32)]
                is_cited = ends[1:] > ends[:-1]
                sums = np.zeros(len(is_cited))
                sums[is_cited] = np.add.reduceat(given, ends[:-1][is_cited])
                yield pa.record_batch(
                    {"block": pa.array([block.as_py()], pa.int32()), "sums": pa.array([sums.tobytes()], pa.binary())}
                )

    return add


def make_reader(vector: Broadcast[Floats]) -> Callable[[Batches], Batches]:
    """Return a function that replaces places by the numbers at these places."""
    import pyarrow as pa

    def read(batches: Batches) -> Batches:
        for batch in batches:
            scores = vector.value[batch.column("place").to_numpy()]
            yield pa.record_batch({"id": batch.column("id"), "score": pa.array(scores)})

    return read
