"""Write the graph for other tools: BibTeX, GraphML, CSV, node-link JSON."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote

import networkx as nx
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field

from flgraph.files import write_bytes, write_text
from flgraph.graph import catalog_papers, neighbors_by_kind, sorted_edges, sorted_nodes, write_graph
from flgraph.identifiers import clean_arxiv, clean_doi
from flgraph.tables import authors_of, papers_table, to_frames

Format = Literal["bibtex", "csv", "graphml", "node-link", "tables"]
FORMATS: tuple[Format, ...] = get_args(Format)

_ENTRY_TYPES = {
    "journal": ("article", "journal"),
    "conference": ("inproceedings", "booktitle"),
    "workshop": ("inproceedings", "booktitle"),
}
# BibTeX counts braces even where they are escaped, so they are spelled out.
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
# What XML 1.0 cannot hold.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export_graph(graph: nx.MultiDiGraph[Any], path: str | Path, *, format: Format) -> Path:  # noqa: A002
    """Write a graph in the form of another tool.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to write.
    path : str or Path
        The file, or the folder for `tables`. `-` is standard output (not for `tables`).
    format : {"bibtex", "csv", "graphml", "node-link", "tables"}
        `bibtex`: the papers of the catalog, keyed by catalog key. `csv`: `papers_table`, one row a paper.
        `graphml`: the whole graph with unique edge ids, for Gephi, igraph, yEd, Cytoscape. `node-link`: the form
        that `read_graph` reads. `tables`: a folder with one CSV file a kind of node, and `edges.csv`.

    Returns
    -------
    Path
        What was written.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> path = export_graph(build_graph(read_catalog()), folder / "papers.bib", format="bibtex")
    """
    writers: dict[Format, Callable[[], Path]] = {
        "bibtex": lambda: write_text(path, format_bibtex(graph)),
        "csv": lambda: write_text(path, papers_table(graph).to_csv(lineterminator="\n")),
        "graphml": lambda: write_bytes(path, _format_graphml(graph)),
        "node-link": lambda: write_graph(graph, path),
        "tables": lambda: _write_tables(graph, Path(path)),
    }
    if format not in writers:
        raise ValueError(f"format is {format!r}; should be one of {', '.join(FORMATS)}")
    return writers[format]()


def format_bibtex(graph: nx.MultiDiGraph[Any]) -> str:
    """Return the papers of the catalog as BibTeX in UTF-8, sorted by key; unknown fields are left out."""
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
    """Return a plain text on one line, so that LaTeX shows it as it is."""
    return " ".join(text.split()).translate(_LATEX)


def _format_name(name: str) -> str:
    """Return a name that BibTeX takes for one person: braces keep it from reading "and" and commas."""
    plain = _escape(name)
    return f"{{{plain}}}" if "," in plain or "and" in plain.casefold().split() else plain


def _format_graphml(graph: nx.MultiDiGraph[Any]) -> bytes:
    """Return GraphML with an id of its own for each edge: networkx writes the edge key, which repeats."""
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    plain.add_nodes_from((node, _clean_xml(data)) for node, data in sorted_nodes(graph))
    for number, (start, kind, end, data) in enumerate(sorted_edges(graph)):
        plain.add_edge(start, end, key=f"e{number}")
        plain.edges[start, end, f"e{number}"].update(edge_id=f"e{number}", kind=kind, **_clean_xml(data))
    stream = io.BytesIO()
    nx.write_graphml_xml(plain, stream, edge_id_from_attribute="edge_id", named_key_ids=True)
    return stream.getvalue()


def _clean_xml(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes with a replacement character for each control character: XML has no way to write one."""
    return {
        name: _NO_XML.sub("\ufffd", value) if isinstance(value, str) else value for name, value in attributes.items()
    }


def _write_tables(graph: nx.MultiDiGraph[Any], folder: Path) -> Path:
    for name, frame in to_frames(graph).items():
        text = frame.to_csv(index=name != "edges", lineterminator="\n")
        write_text(folder / f"{name}.csv", text)
    return folder
