"""The machine and the versions that figures were measured with."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_LIBRARIES: Final = (
    "numpy", "scipy", "pandas", "networkx", "igraph", "duckdb", "pyarrow", "polars", "pyspark", "httpx", "pydantic",
    "semanticscholar", "ruamel.yaml", "py-yaml12", "pyvis",
)  # fmt: skip
_GIGABYTE: Final = 2**30


def describe_machine() -> dict[str, str]:
    """Return date, system, processor, cores, memory, load, Python and the libraries that are installed, as text."""
    load = os.getloadavg()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIGABYTE
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": _read_processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "system": platform.system(),
        "load average at the start": f"{load:.1f}",
        "Python": platform.python_version(),
        **{name: number for name in _LIBRARIES if (number := _find_version(name))},
    }


def _read_processor() -> str:
    """Return the name of the processor, as far as the system tells it."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _find_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
