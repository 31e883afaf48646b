"""Find the snapshots that save requests: those of an earlier build, and the one that comes with a catalog."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from flgraph.catalog.reader import find_bundled_catalog, is_list_file
from flgraph.checks import format_count
from flgraph.enrichment.enrich import find_failed_listings
from flgraph.enrichment.refit import follow_catalog, refit_snapshot
from flgraph.errors import SnapshotError
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import (
    FROM_INDEX,
    SNAPSHOT_FILE,
    ChangedSnapshotError,
    digest_catalog,
    name_by_source,
    read_header,
    read_snapshot,
)
from flgraph.snapshot.shipping import SHIPPED, find_shipped, is_shipped
from flgraph.sources.choice import Choice
from flgraph.sources.registry import KNOWN, find_title
from flgraph.sources.settings import Depth

logger = logging.getLogger(__name__)


def find_folder(catalog: str | Path | Catalog | None) -> Path | None:
    """Return the folder of a catalog, which may hold a snapshot, or None if it has none."""
    if isinstance(catalog, Catalog) or (catalog is not None and is_list_file(catalog)):
        return None
    return find_bundled_catalog() if catalog is None else Path(catalog)


def read_shipped(folder: Path, catalog: Catalog, choice: Choice) -> Snapshot | None:
    """Read the snapshot in the folder of a catalog, and return the parts that fit the catalog as it is.

    Returns None if there is none, if it is of another source than the one that was named, or if it cannot be used,
    which the log says.
    """
    path = find_shipped(folder)
    if path is None:
        return None
    try:
        snapshot = read_snapshot(path)
    except SnapshotError as error:
        logger.warning("%s; ignoring this snapshot", error)
        return None
    fitted = fit_snapshot(catalog, snapshot, path) if choice.accepts(snapshot.source) else None
    if fitted is None:
        return None
    return fitted.model_copy(update={"parameters": {**fitted.parameters, SHIPPED: True}})


def read_earlier(
    folder: str | Path, catalog: Catalog, choice: Choice, *, api_url: str | None = None, others: Collection[str] = ()
) -> Snapshot | None:
    """Read the snapshot of an earlier build and return the parts that still fit the catalog.

    Returns None if there is no snapshot or none of it can be used. The log then says why: it cannot be read, it comes
    from another service, or it belongs to another catalog. The log also says if only some papers still fit. Of several
    snapshots, the latest is used. Snapshots of `others` are passed over.

    Raises
    ------
    SnapshotError
        A snapshot was changed after flgraph wrote it. The next build would overwrite the change.
    """
    found = [
        fitted
        for path in _list_earlier(Path(folder), choice, others)
        if (fitted := _read_fitting(path, catalog, choice, api_url)) is not None
    ]
    return max(found, key=lambda snapshot: snapshot.taken, default=None)


def _list_earlier(folder: Path, choice: Choice, others: Collection[str]) -> Iterator[Path]:
    """Yield the snapshots in the folder of a build that are not those of other sources."""
    path = folder / SNAPSHOT_FILE
    if path.exists() and not (others and _read_source(path) in others):
        yield path
    accepted = (name for name in KNOWN if choice.accepts(name) and name not in others)
    yield from (path for name in accepted if (path := name_by_source(folder / SNAPSHOT_FILE, name)).exists())


def _read_source(path: Path) -> str | None:
    try:
        return str(read_header(path).get("source"))
    except SnapshotError:
        return None


def _read_fitting(path: Path, catalog: Catalog, choice: Choice, api_url: str | None) -> Snapshot | None:
    try:
        snapshot = read_snapshot(path)
    except ChangedSnapshotError:
        raise
    except SnapshotError as error:
        logger.warning("%s; ignoring this snapshot", error)
        return None
    said = _find_stranger(snapshot, choice, api_url)
    if said is not None:
        logger.warning("%s: %s; ignoring this snapshot; pass it with --snapshot to use it anyway", path, said)
        return None
    fitted = fit_snapshot(catalog, snapshot, path)
    if fitted is None:
        logger.warning("%s: belongs to another catalog; ignoring this snapshot", path)
    return fitted


def _find_stranger(snapshot: Snapshot, choice: Choice, api_url: str | None) -> str | None:
    """Say which source a snapshot comes from if it is none of those chosen, else return None."""
    titles = " or ".join(provider.about.title for provider in choice.list_providers())
    if is_shipped(snapshot) or FROM_INDEX in snapshot.parameters:  # from no service
        return (
            None if choice.accepts(snapshot.source) else f"comes from {find_title(snapshot.source)}, not from {titles}"
        )
    seen = snapshot.parameters.get("host")
    if not seen:
        return "does not name the service it comes from"
    addresses = {choice.first.about.name: choice.first.choose_url(api_url)}
    if choice.second is not None:
        addresses[choice.second.about.name] = choice.second.choose_url()
    hosts = {name: urlsplit(address).hostname for name, address in addresses.items()}
    if seen not in hosts.values():
        return f"comes from {seen}, not from {' or '.join(map(str, hosts.values()))}"
    if hosts.get(snapshot.source) != seen:
        return f"comes from {find_title(snapshot.source)}, not from {titles}"
    return None


def fit_snapshot(catalog: Catalog, snapshot: Snapshot, where: object) -> Snapshot | None:
    """Return the parts of a snapshot that fit the current catalog, or None if nothing fits."""
    followed = snapshot if _is_of(catalog, snapshot) else follow_catalog(snapshot, catalog)
    if _is_of(catalog, followed):
        return followed
    refitted = refit_snapshot(snapshot, catalog)
    if not refitted.papers:
        return None
    logger.warning("%s: the catalog has changed since this snapshot; %s", where,
                   _count_fitting(catalog, snapshot, refitted))  # fmt: skip
    return refitted


def _count_fitting(catalog: Catalog, snapshot: Snapshot, refitted: Snapshot) -> str:
    """Count the papers of a snapshot that still fit, those that it knew as neighbors only, and those without data."""
    fetched = {id_ for paper in snapshot.papers.values() for id_ in paper.record_ids}
    kept = sum(paper.id in fetched for paper in refitted.papers.values())
    near = len(refitted.papers) - kept
    without = len(catalog.entries) - len(refitted.papers)
    said = [f"{kept} of its {format_count(len(snapshot.papers), 'paper')} still {'fits' if kept == 1 else 'fit'}"]
    if near:
        verb = "is" if near == 1 else "are"
        said.append(f"{format_count(near, 'other paper')} {verb} among their citing and cited papers")
    if without:
        said.append(f"{format_count(without, 'paper')} of the catalog {'has' if without == 1 else 'have'} no data")
    return ", ".join(said)


def _is_of(catalog: Catalog, snapshot: Snapshot) -> bool:
    known = catalog.matches.get(snapshot.source, {})
    decisions = {key: match for key, match in known.items() if match.decided_by == "person"}
    is_obeyed = all(snapshot.matches.get(key) == match for key, match in decisions.items())
    return is_obeyed and snapshot.catalog_digest == digest_catalog(catalog)


def is_whole(snapshot: Snapshot, depth: Depth) -> bool:
    """Return whether a snapshot is deep enough and lacks nothing that a request could bring."""
    listings = [paper.citations for paper in snapshot.papers.values()]
    is_partial = depth == 1 and any(
        one.status in ("not_asked", "failed") or one.cut_by == "failure" for one in listings
    )
    if depth == 1 and find_failed_listings(snapshot):
        return False
    return snapshot.depth >= depth and not snapshot.failed and not is_partial
