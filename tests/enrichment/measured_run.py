"""One enrichment in a process of its own, with what it took. It imports little, so that it starts soon."""

from __future__ import annotations

import time
import warnings
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.errors import SourceError
from flgraph.records import Catalog
from flgraph.snapshot.files import write_snapshot


def enrich_measured(catalog: str, url: str, folder: Path, *, max_wait: float, taken: datetime) -> None:
    """Write the snapshot of a catalog, if there is one, and in `took.txt` the seconds and the MB at most."""
    warnings.simplefilter("error")
    began = time.monotonic()
    with suppress(SourceError):
        snapshot = enrich_catalog(
            Catalog.model_validate_json(catalog),
            api_url=url,
            rate=0,
            max_wait=max_wait,
            cache=folder / "cache.sqlite",
            taken=taken,
            progress="off",
        )
        write_snapshot(snapshot, folder / "out.jsonl")
    seconds = time.monotonic() - began
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # getrusage counts the memory of the parent
    kilobytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    (folder / "took.txt").write_text(f"{seconds} {kilobytes / 1024}", encoding="utf-8")
