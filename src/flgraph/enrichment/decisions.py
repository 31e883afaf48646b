"""Read and write the matches of a catalog: in its folder, or in the output folder if it is bundled or a list."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from flgraph.catalog.reader import is_list_file, read_all_matches, read_catalog
from flgraph.catalog.writer import update_matches
from flgraph.checks import format_count
from flgraph.enrichment.kept_rows import forget_row, name_rows, read_kept_rows
from flgraph.enrichment.reconcile import merge_decisions
from flgraph.records import Catalog, Match, Snapshot

logger = logging.getLogger(__name__)


def choose_matches(catalog: str | Path | None, folder: str | Path) -> Path:
    """Return the path of matches.yaml: in the catalog, or in the output folder if it is bundled or a list."""
    return Path(folder if _is_elsewhere(catalog) else catalog or "") / "matches.yaml"


def _is_elsewhere(catalog: str | Path | None) -> bool:
    return catalog is None or is_list_file(catalog)


def read_decided(catalog: str | Path | None, folder: str | Path) -> Catalog:
    """Read a catalog with its matches, wherever they are kept (`choose_matches`).

    A paper of a list keeps the key under which its matches are kept, wherever its row stands.
    """
    if not _is_elsewhere(catalog):
        return read_catalog(catalog)
    path = choose_matches(catalog, folder)
    matches = read_all_matches(path)
    read = read_catalog(None) if catalog is None else read_kept_rows(catalog, matches, path)
    keys = {entry.key for entry in read.entries}
    kept = {
        source: {key: forget_row(match) for key, match in by_key.items() if key in keys}
        for source, by_key in matches.items()
    }
    both = {source: {**read.matches.get(source, {}), **kept.get(source, {})} for source in {**read.matches, **kept}}
    return read.model_copy(update={"matches": both})


def keep_matches(catalog: Catalog, snapshot: Snapshot, path: str | Path) -> Path:
    """Write the matches of a snapshot to a file and keep the decisions of people.

    The file is read again: what a person decided in it during the run wins, and a warning names it. Beside a snapshot,
    not in a catalog, each match says which row it is for.

    Raises
    ------
    CatalogError
        The file was edited during the run and is not valid; it is unchanged.
    OutputError
        The file cannot be written; an earlier version is unchanged.
    """
    known = catalog.matches.get(snapshot.source, {})
    rows = () if (Path(path).parent / "papers.yaml").exists() else catalog.entries
    late: dict[str, Match] = {}

    def merge(kept: Mapping[str, Match]) -> Mapping[str, Match]:
        decided = {key: match for key, match in kept.items() if match.decided_by == "person"}
        plain = {key: forget_row(match) for key, match in decided.items()}
        late.clear()
        late.update((key, plain[key]) for key in snapshot.matches.keys() & plain if plain[key] != known.get(key))
        return name_rows(merge_decisions(snapshot.matches, {**known, **decided}), rows)

    written = update_matches(path, merge, source=snapshot.source)
    if late:
        logger.warning(
            "%s: keeps %s made during this run (%s); run the command again to use %s",
            path, format_count(len(late), "decision"), ", ".join(sorted(late)), "it" if len(late) == 1 else "them",
        )  # fmt: skip
    return written
