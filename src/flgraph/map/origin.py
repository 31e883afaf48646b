"""Say where the data of a picture come from, in the line at its foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flgraph.sources.registry import find_title


def describe_origin(origin: Mapping[str, Any], *, says_missing: bool = True) -> str:
    """Format the footer: the source and the date of the data, and where it is wanted that there are no citations."""
    digest = str(origin.get("catalog_digest", "")).removeprefix("sha256:")[:12]
    catalog = "Curated catalog"
    if "title" in origin:
        catalog += f" \u201c{origin['title']}\u201d"
    if digest:
        catalog += f", digest {digest}"
    if "snapshot_taken" not in origin:
        return f"{catalog}. No citation data." if says_missing else f"{catalog}."
    source = str(origin.get("snapshot_source", "unknown source"))
    taken = str(origin["snapshot_taken"])[:10]
    first, reason = origin.get("snapshot_asked_first"), origin.get("snapshot_reason")
    instead = f" {find_title(str(first))} was asked first and {reason}." if first and reason else ""
    shipped = origin.get("snapshot_shipped")
    came = f" The data of {find_title(str(shipped))} came with the catalog." if shipped else ""
    return f"{catalog}. Data: {find_title(source)}, snapshot {taken}.{instead}{came}"
