"""Export the papers of the catalog as RIS, which Zotero, EndNote and Mendeley import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import networkx as nx
import pandas as pd
from bibtexparser.middlewares.names import parse_single_name_into_parts
from rispy import RisWriter, dumps

from flgraph.checks import CONTROLS
from flgraph.export.bibtex import SUFFIXES
from flgraph.export.reference_types import ReferenceType, judge_paper
from flgraph.export.selection import find_own_url, select_papers
from flgraph.graph.knowledge_graph import neighbors_by_kind
from flgraph.graph.paper_facts import authors_of

_TYPES: Final[Mapping[ReferenceType | None, tuple[str, str]]] = {
    "journal": ("JOUR", "journal_name"),
    "conference": ("CPAPER", "secondary_title"),
    "preprint": ("UNPB", "publisher"),  # RIS has no type of preprints: these are unpublished works
}
_FULL_NAME: Final = 2


class _Writer(RisWriter):  # type: ignore[misc]  # rispy has no types
    """A writer that numbers no record and writes a link as it is."""

    DEFAULT_DELIMITER_MAPPING: Final[dict[str, str]] = {}

    def set_header(self, count: int) -> str:  # noqa: ARG002 - rispy's signature
        return ""


def format_ris(graph: nx.MultiDiGraph[Any], papers: pd.DataFrame | Iterable[str] | None = None) -> str:
    """Format papers of the catalog as RIS, sorted by key; unknown fields are omitted.

    `ID` is the key of the paper in the catalog, `KW` are its topics, and an arXiv id is a link in `UR`. `TY` is
    JOUR, CPAPER or UNPB (a preprint) where the catalog, the name of the venue or an id says so, else GEN.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph with the papers.
    papers : DataFrame, iterable of str or None
        What `find_papers` returned, or keys or node ids. None takes all papers of the catalog.

    Raises
    ------
    GraphError
        A name is not that of a paper of the catalog.

    Examples
    --------
    >>> format_ris(build_graph(read_catalog()), ["fedbn"]).splitlines()[:2]
    ['TY  - CPAPER', 'ID  - fedbn']
    """
    records = [_make_record(graph, node, data) for node, data in select_papers(graph, papers)]
    return str(dumps(records, implementation=_Writer)).rstrip("\n") + "\n"


def _make_record(graph: nx.MultiDiGraph[Any], node: str, data: Mapping[str, Any]) -> dict[str, str | list[str]]:
    kind, venue_field = _TYPES.get(judge_paper(graph, node, data), ("GEN", "secondary_title"))
    arxiv = f"https://arxiv.org/abs/{data['arxiv']}" if "arxiv" in data else ""
    topics = [graph.nodes[topic]["name"] for topic in neighbors_by_kind(graph, node, "about")]
    fields: dict[str, str | list[str]] = {
        "type_of_reference": kind,
        "id": data["key"],
        "title": _clean(data.get("published_title", data["title"])),
        "authors": [_turn_name(graph.nodes[author]["name"]) for author in authors_of(graph, node)],
        "year": str(data.get("year", "")),
        venue_field: _clean(data.get("venue", "")),
        "doi": _clean(data.get("doi", "")),
        "urls": [_clean(url) for url in (find_own_url(data), arxiv) if url],
        "notes": ["Retracted"] if data.get("retracted") is True else [],
        "keywords": [_clean(topic) for topic in topics],
    }
    return {name: value for name, value in fields.items() if value}


def _clean(text: str) -> str:
    """Return a text on one line and without control characters: a line break would start a field."""
    return " ".join(CONTROLS.sub(" ", text).split())


def _turn_name(name: str) -> str:
    """Return a name as RIS writes it: "Example, Ada B.", with a suffix "Example, Ada B., Jr."."""
    words = _clean(name).split()
    if len(words) < _FULL_NAME or "," in name:
        return " ".join(words)
    suffix = words[-1:] if len(words) > _FULL_NAME and words[-1] in SUFFIXES else []
    parts = parse_single_name_into_parts(" ".join(words[: len(words) - len(suffix)]), strict=False)
    family, given = " ".join([*parts.von, *parts.last]), " ".join(parts.first)
    return ", ".join(part for part in (family, given, *suffix) if part)
