"""Nodes and edges before they are inserted, and how one is added: what is not known is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from flgraph.records import Paper, Record, Reference

PAPER_IDS: Final = ("arxiv", "doi", "dblp", "openreview", "pmid", "pmcid")

_LISTED: Final = "as listed"
_LABEL_LENGTH: Final = 40


class Parts(NamedTuple):
    """Nodes by id and edges by (from, kind, to), until they are inserted in order."""

    nodes: dict[str, dict[str, Any]]
    edges: dict[tuple[str, str, str], dict[str, Any]]


def add_node(parts: Parts, node: str, label: str, **attributes: Any) -> None:
    """Put a node in the place of what was known of it."""
    parts.nodes[node] = {"kind": node.partition(":")[0], "label": label, **keep_known(attributes)}


def keep_known(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes that say something: None and blank texts do not."""
    return {
        name: value
        for name, value in attributes.items()
        if value is not None and not (isinstance(value, str) and not value.strip())
    }


def add_edge(
    parts: Parts,
    triple: tuple[str, str, str],
    evidence: str | None,
    *,
    sources: str = "catalog",
    **attributes: Any,
) -> None:
    """Put an edge in the place of what was known of it; without evidence it is as listed."""
    parts.edges[triple] = {"sources": sources, "evidence": evidence or _LISTED, **keep_known(attributes)}


def join_texts(values: Iterable[object]) -> str:
    """Return several values as one text."""
    return "; ".join(str(value) for value in values)


def pick_fields(record: Record, *fields: str) -> dict[str, Any]:
    """Return the named fields as graph attributes: several values joined, dates in ISO form."""
    values = {field: getattr(record, field) for field in fields}
    return {
        field: join_texts(value) if isinstance(value, tuple) else str(value) if hasattr(value, "isoformat") else value
        for field, value in values.items()
    }


def add_authorship(
    parts: Parts, node: str, paper: str, evidence: str, *, position: int, sources: str = "catalog"
) -> None:
    """Add who wrote a paper; of somebody named twice on it the first place counts."""
    if (node, "authored", paper) not in parts.edges:
        add_edge(parts, (node, "authored", paper), evidence, sources=sources, position=position)


def add_outside_paper(parts: Parts, reference: Reference, known: dict[str, str]) -> str:
    """Return the node of a referenced paper, made under its most lasting id where it is not there yet."""
    names = _name_reference(reference)
    node = next((known[name] for name in names if name in known), None)
    if node is None:
        kind = next((kind for kind in ("arxiv", "doi") if kind in reference.ids), "s2")
        value = reference.ids.get(kind, reference.id) or ""
        node = f"paper:{kind}-{value.lower()}"
        title = (reference.title or "").strip() or f"{kind}:{value}"
        add_node(parts, node, cut_label(title), title=title, in_catalog=False, **_describe_reference(reference))
    elif not parts.nodes[node]["in_catalog"]:
        parts.nodes[node] = {**keep_known(_describe_reference(reference)), **parts.nodes[node]}
    for name in names:
        known.setdefault(name, node)
    return node


def _name_reference(reference: Reference) -> list[str]:
    """Return the names of a paper; the source's own id is what the source means, whatever other ids it gives."""
    ids = sorted(f"{kind}:{value}".casefold() for kind, value in reference.ids.items())
    return [f"s2:{reference.id}".casefold(), *ids] if reference.id else ids


def _describe_reference(reference: Reference) -> dict[str, Any]:
    return {"year": reference.year, "s2": reference.id, **pick_ids(reference)}


def pick_ids(paper: Paper | Reference) -> dict[str, str]:
    """Return the ids that a node carries."""
    return {kind: value for kind, value in paper.ids.items() if kind in PAPER_IDS}


def cut_label(text: str) -> str:
    """Return a text as a picture can show it beside its node."""
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1].rstrip() + "…"
