"""Export the papers of the catalog as BibTeX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import networkx as nx
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.tables import authors_of
from flgraph.identifiers import clean_arxiv, clean_doi

_ENTRY_TYPES = {
    "journal": ("article", "journal"),
    "conference": ("inproceedings", "booktitle"),
    "workshop": ("inproceedings", "booktitle"),
}


# BibTeX counts escaped braces too, so they are written as commands.
_LATEX = str.maketrans(
    {character: f"\\{character}" for character in "&%$#_"}
    | {
        "\\": r"{\textbackslash}",
        "{": r"{\textbraceleft}",
        "}": r"{\textbraceright}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
    }
)


_URL = str.maketrans({character: quote(character) for character in ' {}\\"<>^`|'})


def format_bibtex(graph: nx.MultiDiGraph[Any]) -> str:
    """Format the papers of the catalog as BibTeX, sorted by key; unknown fields are omitted."""
    library = Library([_make_entry(graph, node, data) for node, data in catalog_papers(graph)])
    return write_string(library).rstrip() + "\n"


def _make_entry(graph: nx.MultiDiGraph[Any], node: str, data: Mapping[str, Any]) -> Entry:
    venue = next(iter(neighbors_by_kind(graph, node, "published_in")), None)
    venue_type = graph.nodes[venue].get("venue_type") if venue else None
    entry_type, venue_field = _ENTRY_TYPES.get(str(venue_type), ("misc", "howpublished"))
    authors = " and ".join(_format_name(graph.nodes[author]["name"]) for author in authors_of(graph, node))
    fields = {
        "author": authors,
        "title": f"{{{_escape(data.get('published_title', data['title']))}}}",
        venue_field: _escape(data.get("venue", "")),
        "year": str(data.get("year", "")),
        "doi": data.get("doi", "").translate(_URL),
    }
    if "arxiv" in data:
        fields |= {"eprint": data["arxiv"].translate(_URL), "archiveprefix": "arXiv"}
    url = data.get("url", "")
    same = ("doi" in data and clean_doi(url) == data["doi"]) or ("arxiv" in data and clean_arxiv(url) == data["arxiv"])
    fields["url"] = "" if same else url.translate(_URL)
    return Entry(entry_type, data["key"], [Field(name, value) for name, value in fields.items() if value])


def _escape(text: str) -> str:
    """Escape a plain text for LaTeX and join its lines."""
    return " ".join(text.split()).translate(_LATEX)


def _format_name(name: str) -> str:
    """Format a name as one person: braces keep BibTeX from splitting it at "and" or a comma."""
    plain = _escape(name)
    return f"{{{plain}}}" if "," in plain or "and" in plain.casefold().split() else plain
