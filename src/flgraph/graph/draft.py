"""Collect nodes and edges before they are inserted into the graph; unknown values are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from flgraph.records import CatalogEntry, Paper, Record, Reference

_PAPER_IDS: Final = ("arxiv", "doi", "dblp", "openreview", "pmid", "pmcid")

_LISTED: Final = "as listed"
_LABEL_LENGTH: Final = 40


class Origin(NamedTuple):
    """The source of a fact: its name on nodes and edges, and the kind of its ids (empty if it has none)."""

    name: str
    id_kind: str = ""
    is_later: bool = False
    """True if another source has spoken before: its values stay."""


CATALOG: Final = Origin("catalog")


@dataclass(frozen=True)
class Draft:
    """A graph under construction.

    Attributes
    ----------
    nodes : dict
        Attributes by node.
    edges : dict
        Attributes by (from, kind, to).
    first : dict
        Name of the source that introduced a node, by node.
    people : dict
        Names of authors that sources state, by paper.
    brought : dict
        Attributes that other sources added to a node, by node and source.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    edges: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    people: dict[str, list[str]] = field(default_factory=dict)
    brought: dict[str, dict[str, set[str]]] = field(default_factory=dict)


def add_node(draft: Draft, node: str, label: str, *, origin: Origin = CATALOG, **attributes: Any) -> None:
    """Add a node, or replace it."""
    draft.first.setdefault(node, origin.name)
    draft.nodes[node] = {"kind": node.partition(":")[0], "label": label, **keep_known(attributes)}


def add_values(draft: Draft, node: str, origin: Origin, attributes: Mapping[str, Any]) -> None:
    """Set the values that a source states of a node, and record which values it added."""
    held = draft.nodes[node]
    said = {name: value for name, value in keep_known(attributes).items() if held.get(name) != value}
    if origin.is_later:
        said = _leave_stated(held, said)
    held.update(said)
    if said and draft.first[node] != origin.name:
        draft.brought.setdefault(node, {}).setdefault(origin.name, set()).update(said)


def _leave_stated(held: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out values of a later source that are stated, unless they complete or outweigh what is stated.

    A known listing outweighs one that is not, an accepted match one that is not, and a retraction its absence. Ids of
    authors are joined.
    """
    replaced = {name for name in ("references", "citations") if said.get(name) == "known"}
    replaced |= {f"{name}_listed" for name in replaced}
    replaced |= {"retracted"} if said.get("retracted") is True else set()
    if said.get("match") == "accepted":
        replaced |= {"match", "match_method", "matched_by"}
    kept = {name: value for name, value in said.items() if name in replaced or name not in held}
    if "alias" in said and "alias" in held:
        kept["alias"] = join_texts([held["alias"], said["alias"]])
    return kept


def name_sources(draft: Draft, node: str) -> str:
    """Format the sources of a node: the first, then each other source with the attributes it added."""
    others = sorted(draft.brought.get(node, {}).items())
    return join_texts([draft.first[node], *(f"{name}: {', '.join(sorted(values))}" for name, values in others)])


def keep_known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Drop attributes without a value: None and blank texts."""
    return {
        name: value
        for name, value in attributes.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def add_edge(
    draft: Draft,
    triple: tuple[str, str, str],
    evidence: str | None,
    *,
    sources: str = CATALOG.name,
    **attributes: Any,
) -> None:
    """Add an edge, or replace it; without evidence it is "as listed"."""
    draft.edges[triple] = {"sources": sources, "evidence": evidence or _LISTED, **keep_known(attributes)}


def join_texts(values: Iterable[object]) -> str:
    """Join values into one text."""
    return "; ".join(str(value) for value in values)


def pick_fields(record: Record, *fields: str) -> dict[str, Any]:
    """Convert fields of a record to graph attributes: lists joined, dates in ISO form."""
    values = {field: getattr(record, field) for field in fields}
    return {
        field: join_texts(value) if isinstance(value, tuple) else str(value) if hasattr(value, "isoformat") else value
        for field, value in values.items()
    }


def add_authorship(
    draft: Draft, node: str, paper: str, evidence: str, *, position: int, origin: Origin = CATALOG
) -> None:
    """Add an author of a paper; if an author is named twice, the first position counts."""
    if (node, "authored", paper) not in draft.edges:
        add_edge(draft, (node, "authored", paper), evidence, sources=origin.name, position=position)


def add_outside_paper(draft: Draft, reference: Reference, known: dict[str, str], origin: Origin = CATALOG) -> str:
    """Return the node of a referenced paper; create it under its most stable id if it does not exist."""
    names = _name_reference(reference, origin)
    node = next((known[name] for name in names if name in known), None)
    facts = {"year": reference.year, origin.id_kind: reference.id, **pick_ids(reference)}
    if node is None:
        kind = next((kind for kind in ("arxiv", "doi") if kind in reference.ids), origin.id_kind)
        value = reference.ids.get(kind, reference.id) or ""
        node = f"paper:{kind}-{value.lower()}"
        title = (reference.title or "").strip() or f"{kind}:{value}"
        add_node(draft, node, cut_label(title), origin=origin, title=title, in_catalog=False, **facts)
    elif not draft.nodes[node]["in_catalog"]:
        add_values(draft, node, origin, {name: facts[name] for name in facts if name not in draft.nodes[node]})
    for name in names:
        known.setdefault(name, node)
    return node


def _name_reference(reference: Reference, origin: Origin) -> list[str]:
    """List the ids of a paper; the id of the source itself comes first and takes precedence."""
    ids = sorted(f"{kind}:{value}".casefold() for kind, value in reference.ids.items())
    return [f"{origin.id_kind}:{reference.id}".casefold(), *ids] if reference.id else ids


def pick_ids(paper: CatalogEntry | Paper | Reference) -> dict[str, Any]:
    """Pick the ids that are stored on nodes."""
    return {kind: value for kind, value in paper.ids.items() if kind in _PAPER_IDS}


def cut_label(text: str) -> str:
    """Truncate a text to the length of a label."""
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1].rstrip() + "…"
