"""Say which command reads a folder that another command of flgraph wrote."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any


def hint_at_command(folder: Path) -> str | None:
    """Say what a folder is and which command reads it, if `flgraph extract` or `flgraph index` wrote it; else None."""
    if _read_format(folder / "field.json") == "flgraph-field":
        files = " ".join(f"--{name} {_quote(folder / f'{name}.parquet')}" for name in ("papers", "citations"))
        return f"{folder}: is a field of flgraph extract; rank it with: flgraph rank {files}"
    if _read_format(folder / "index.json") == "flgraph-index":
        command = f"flgraph extract {_quote(folder)} -o field --topic TOPIC"
        return f"{folder}: is an index of flgraph index; take a field out of it with: {command}"
    return None


def _read_format(path: Path) -> Any:
    try:
        content = json.loads(path.read_bytes()) if path.is_file() else None
    except (OSError, ValueError):  # the caller says what the folder lacks
        return None
    return content.get("format") if isinstance(content, dict) else None


def _quote(path: Path) -> str:
    return shlex.quote(str(path))
