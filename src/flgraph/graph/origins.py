"""Describe the catalog and the snapshots that a graph is made of, as attributes of the graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flgraph.files.digests import digest_parts
from flgraph.graph.draft import join_texts
from flgraph.graph.schema import GRAPH_VERSION
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import digest_catalog, digest_snapshot
from flgraph.snapshot.reference_sets import REFERENCE_SET
from flgraph.snapshot.shipping import is_shipped

_SAID: Final = ("host", "asked_first", "reason")
"""What the graph repeats of the parameters of its snapshots, if all of them have it."""


def list_snapshots(given: Snapshot | Sequence[Snapshot] | None) -> list[Snapshot]:
    """List the snapshots that a graph is made of; raise `ValueError` if two are of one source."""
    snapshots = [] if given is None else [given] if isinstance(given, Snapshot) else list(given)
    sources = [snapshot.source for snapshot in snapshots]
    twice = next((source for source in sources if sources.count(source) > 1), None)
    if twice is not None:
        raise ValueError(f"the snapshots of a graph must be of different sources, found two of {twice}")
    return snapshots


def describe_origins(catalog: Catalog, snapshots: Sequence[Snapshot]) -> dict[str, Any]:
    """Return the attributes of a graph that say what it is made of.

    With several snapshots, the day is that of the latest, the depth that of the least deep, and `snapshots` describes
    each of them.
    """
    origin: dict[str, Any] = {
        "schema_version": GRAPH_VERSION,
        "title": catalog.title,
        "catalog_digest": digest_catalog(catalog),
        "sources": join_texts(["catalog", *(snapshot.source for snapshot in snapshots)]),
    }
    if not snapshots:
        return origin
    digests = [digest_snapshot(snapshot) for snapshot in snapshots]
    origin |= {
        "id_kinds": join_texts(dict.fromkeys(snapshot.id_kind for snapshot in snapshots)),
        "snapshot_source": join_texts(snapshot.source for snapshot in snapshots),
        "snapshot_taken": max(snapshot.taken for snapshot in snapshots).isoformat(),
        "snapshot_depth": min(snapshot.depth for snapshot in snapshots),
        "snapshot_digest": digests[0] if len(digests) == 1 else digest_parts(map(str.encode, digests)),
    }
    for name in _SAID:
        said = [str(snapshot.parameters[name]) for snapshot in snapshots if snapshot.parameters.get(name)]
        origin |= {f"snapshot_{name}": join_texts(said)} if len(said) == len(snapshots) else {}
    shipped = [snapshot.source for snapshot in snapshots if is_shipped(snapshot)]
    origin |= {"snapshot_shipped": join_texts(shipped)} if shipped else {}
    drawn = [snapshot for snapshot in snapshots if REFERENCE_SET in snapshot.parameters]
    origin |= {"snapshot_reference_set": join_texts(map(_describe_draw, drawn))} if drawn else {}
    origin |= {"synthetic": True} if any(snapshot.source == "synthetic" for snapshot in snapshots) else {}
    if len(snapshots) > 1:
        origin["snapshots"] = join_texts(map(_describe_snapshot, snapshots, digests))
    return origin


def _describe_draw(snapshot: Snapshot) -> str:
    draw = snapshot.parameters[REFERENCE_SET]
    return f"{snapshot.source}, {draw['size']} works, seed {draw['seed']}"


def _describe_snapshot(snapshot: Snapshot, digest: str) -> str:
    return f"{snapshot.source}, {snapshot.taken.isoformat()}, depth {snapshot.depth}, {digest}"
