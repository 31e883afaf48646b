"""A true local session of Spark, which all tests of a run share; without pyspark or Java they skip and say so."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SETTINGS = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",  # starts sooner
    "spark.sql.codegen.wholeStage": "false",  # compiling takes longer than the rows of tests
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
PANDAS_3 = (
    "ignore:PySpark does not yet fully support pandas >= 3.0.0. Some features may not work correctly. "
    "It is recommended to use pandas < 3.0.0 for now.:FutureWarning"
)


def find_missing() -> str:
    """Return why Spark cannot run here; empty if it can."""
    if find_spec("pyspark") is None:
        return "needs the extra spark: pip install 'flgraph[spark]'"
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        return "Spark needs Java 17 or newer"
    return ""


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out slow tests
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("spark"):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.filterwarnings(PANDAS_3))
            item.add_marker(pytest.mark.skipif(bool(find_missing()), reason=find_missing()))


@pytest.fixture(scope="session")
def session() -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # else workers take the first python3
    builder: Any = SparkSession.builder.master("local[2]").appName("flgraph tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    yield made
    made.stop()
