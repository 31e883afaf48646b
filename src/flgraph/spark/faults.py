"""Say in one line what is wrong with a session or a cluster, where Spark says it in a hundred."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flgraph.errors import FlgraphError

_SHIP: Final = (
    "set PYSPARK_PYTHON to a Python of the same version with numpy and pyarrow on every worker, "
    "or ship one with --archives"
)
_MEMORY: Final = "give more with spark.driver.memory and spark.executor.memory, or use method='joins'"
_CAUSES: Final = (
    (r"No module named '([\w.]+)'", rf"the workers' Python lacks \1; {_SHIP}"),
    (r"PACKAGE_NOT_INSTALLED\] (\S+)", rf"the workers' Python lacks \1; {_SHIP}"),
    (
        r"PYTHON_VERSION_MISMATCH\].*?(\d+\.\d+)\D+?(\d+\.\d+)",
        rf"the workers' Python is \1, and the driver's is \2; {_SHIP}",
    ),
    (r'Cannot run program "([^"]+)"', rf"the workers cannot start Python as \1; {_SHIP}"),
    (
        r"maxResultSize \(([^)]+)\)",
        r"what workers return exceeds spark.driver.maxResultSize (\1); set 16 bytes a paper, or use method='joins'",
    ),
    (r"java\.lang\.OutOfMemoryError: (.+)", rf"Spark is out of memory (\1); {_MEMORY}"),
    (r"(?:SparkOutOfMemoryError|MemoryError|exit code 137)", f"Spark is out of memory; {_MEMORY}"),
    (
        r"(?:No FileSystem for scheme \"?|Class \S*?)(s3a|S3AFileSystem|gs|abfss?|GoogleHadoopFileSystem)",
        r"Spark cannot read or write \1: paths; add its connector with --packages",
    ),
    (
        r"(?:Mkdirs failed to create|Parent path is not a directory|Permission denied) *:? *(\S+)",
        r"workers cannot write to \1; give a folder that the driver and all workers can write to",
    ),
)


@contextmanager
def explain_faults() -> Iterator[None]:
    """Turn errors of Spark whose cause is known into a `FlgraphError` of one line; others pass as they are."""
    from py4j.protocol import Py4JError, Py4JNetworkError
    from pyspark.errors import PySparkException

    try:
        yield
    except MemoryError as error:
        raise FlgraphError(f"the driver's Python is out of memory; {_MEMORY}") from error
    except (Py4JNetworkError, ConnectionError) as error:
        raise FlgraphError(f"Spark has stopped, as it does when out of memory; {_MEMORY}") from error
    except (PySparkException, Py4JError) as error:
        line = find_cause(str(error))
        if line is None:
            raise
        raise FlgraphError(line) from error


def find_cause(message: str) -> str | None:
    """Return what an error of Spark means, in one line; None if its cause is not known."""
    for pattern, line in _CAUSES:
        found = re.search(pattern, message, re.DOTALL if "MISMATCH" in pattern else 0)
        if found:
            return found.expand(line)
    return None
