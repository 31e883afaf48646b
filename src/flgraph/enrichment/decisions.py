"""Read and write the matches of a list: in the list, or in the output folder if the list is the bundled catalog."""

from __future__ import annotations

from pathlib import Path

from flgraph.catalog.reader import read_all_matches, read_catalog
from flgraph.catalog.writer import write_matches
from flgraph.enrichment.judge import merge_decisions
from flgraph.records import Catalog, Snapshot


def choose_matches(catalog: str | Path | None, folder: str | Path) -> Path:
    """Return the path of matches.yaml: in the catalog, or in the output folder for the bundled catalog."""
    return Path(folder if catalog is None else catalog) / "matches.yaml"


def read_decided(catalog: str | Path | None, folder: str | Path) -> Catalog:
    """Read a catalog with its matches, wherever they are kept (`choose_matches`)."""
    read = read_catalog(catalog)
    if catalog is not None:
        return read
    keys = {entry.key for entry in read.entries}
    kept = {
        source: {key: match for key, match in matches.items() if key in keys}
        for source, matches in read_all_matches(choose_matches(None, folder)).items()
    }
    both = {source: {**read.matches.get(source, {}), **kept.get(source, {})} for source in {**read.matches, **kept}}
    return read.model_copy(update={"matches": both})


def keep_matches(catalog: Catalog, snapshot: Snapshot, path: str | Path) -> Path:
    """Write the matches of a snapshot to a file and keep the decisions of people.

    Raises
    ------
    OutputError
        The file cannot be written; an earlier version is unchanged.
    """
    known = catalog.matches.get(snapshot.source, {})
    return write_matches(merge_decisions(snapshot.matches, known), path, source=snapshot.source)
