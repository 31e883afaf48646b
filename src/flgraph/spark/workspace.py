"""Keep intermediate tables in a folder that the driver and all workers see: local, HDFS or object storage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from flgraph.checks import show_name
from flgraph.errors import FlgraphError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


@dataclass(frozen=True, eq=False)
class Workspace:
    """A new folder inside the user's.

    Attributes
    ----------
    session : SparkSession
        The user's session.
    path : str
        The path or address of the new folder.
    """

    session: SparkSession
    path: str

    def write(self, name: str, frame: DataFrame) -> DataFrame:
        """Write a DataFrame as Parquet, and return it as read from there; what leads to it is computed once."""
        frame.write.parquet(f"{self.path}/{name}")
        return self.read(name, like=frame)

    def read(self, *names: str, like: DataFrame) -> DataFrame:
        """Read tables with the columns of a DataFrame, one below the other."""
        return self.session.read.schema(like.schema).parquet(*(f"{self.path}/{name}" for name in names))

    def write_shared(self, name: str, frame: DataFrame, rows: int) -> DataFrame:
        """Write a DataFrame as `write` does, and check that all its rows can be read.

        Raises
        ------
        FlgraphError
            Some rows are missing: they lie on the disk of a worker, where others cannot read them.
        """
        written = self.write(name, frame)
        found = written.count()
        if found != rows:
            raise FlgraphError(
                f"folder {show_name(self.path)} is not shared: {rows:,} rows were written and {found:,} can be read; "
                "give one that the driver and all workers see, such as s3a://, hdfs:// or a network drive"
            )
        return written

    def remove(self, *names: str) -> None:
        """Remove tables."""
        context = self.session.sparkContext
        jvm = context._jvm  # PySpark has no public way to remove a file from any storage
        for name in names:
            path = jvm.org.apache.hadoop.fs.Path(f"{self.path}/{name}")
            path.getFileSystem(context._jsc.hadoopConfiguration()).delete(path, True)


def open_workspace(session: SparkSession, folder: str | Path | None, name: str) -> Workspace:
    """Choose a new folder inside `folder`, or inside the checkpoint folder of the session.

    Raises
    ------
    ValueError
        Neither is given.
    """
    chosen = str(folder) if folder else session.sparkContext.getCheckpointDir()
    if not chosen:
        raise ValueError(
            f"{name} needs a folder that the driver and all workers see: folder='s3a://bucket/work', or a local folder "
            "with .master('local[*]')"
        )
    return Workspace(session, f"{chosen.rstrip('/')}/flgraph-{uuid4().hex[:12]}")
