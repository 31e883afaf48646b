"""Convert the graph to pandas tables."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from html import escape
from itertools import chain
from shutil import get_terminal_size
from typing import Any, cast

import networkx as nx
import pandas as pd
from pandas.api.extensions import ExtensionArray

from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import sorted_edges, sorted_nodes
from flgraph.graph.paper_facts import describe_papers
from flgraph.graph.schema import EDGE_KINDS, NODE_ATTRIBUTES, list_id_kinds
from flgraph.memory import pause_collector

_DTYPES = {str: "string", int: "Int64", bool: "boolean", float: "Float64"}
_OF_RECORDS = ("document_type", "open_access", "open_access_url", "citation_counts", "versions")
_COUNTS = ("citation_count", "influential_citation_count", "reference_count")
OF_SOME_FIELDS = ("modality", "task", "domain", "federated")
"""What datasets of some fields have: no table names it where no dataset has it."""

_WIDTH = 80
_MOST_COLUMNS = 12  # pandas abbreviates wider tables


def to_frames(graph: nx.MultiDiGraph[Any]) -> dict[str, pd.DataFrame]:
    """Convert the whole graph to one table per kind of node, and one of edges.

    Returns
    -------
    dict of DataFrame
        `papers`, `authors`, `venues`, `topics`, `datasets` and `codebases` are indexed by node id, sorted. Their
        columns follow `docs/schema.md` and have nullable dtypes; a missing value is unknown. `datasets` has `domain`,
        `modality`, `task` and `federated` only if a dataset does. `edges` has the columns `from`, `kind`, `to`,
        `sources`, `evidence` and the attributes of all edge kinds, sorted by the first three.

    Examples
    --------
    >>> to_frames(build_graph(read_catalog()))["papers"].loc["paper:fedbn", "label"]
    'FedBN'
    """
    nodes: dict[str, dict[str, Mapping[str, object]]] = {kind: {} for kind in NODE_ATTRIBUTES}
    for node, attributes in sorted_nodes(graph):
        nodes[attributes["kind"]][node] = attributes
    frames = {f"{kind}s": _frame_nodes(kind, rows, list_id_kinds(graph)) for kind, rows in nodes.items()}
    return {**frames, "edges": _frame_edges(graph)}


def _frame_nodes(kind: str, rows: Mapping[str, Mapping[str, object]], id_kinds: Sequence[str]) -> pd.DataFrame:
    index = pd.Index(list(rows), name="node", dtype="string")
    ids = dict.fromkeys(id_kinds, str) if kind == "paper" else {}
    columns = {"label": str, **NODE_ATTRIBUTES[kind], **ids, "sources": str}
    values = {
        name: _make_array((row.get(name, pd.NA) for row in rows.values()), _DTYPES[type_], f"{name} of a {kind}")
        for name, type_ in columns.items()
    }
    stated = {name for row in rows.values() for name in row}
    idle = [name for name in OF_SOME_FIELDS if name in columns and kind == "dataset" and name not in stated]
    return pd.DataFrame(values, index=index).drop(columns=idle)


def _make_array(values: Iterable[Any], dtype: Any, what: str) -> ExtensionArray:
    """Convert values to an array of a nullable dtype; absent values become missing, never zero."""
    held = list(values)
    try:
        return cast("ExtensionArray", pd.array(held, dtype=dtype))
    except (OverflowError, TypeError, ValueError) as error:
        raise GraphError(
            f"{what}: a value does not fit a column of {dtype} ({error}); run check_graph to find it"
        ) from error


def _frame_edges(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    edges = sorted_edges(graph)
    types: dict[str, type] = {"sources": str, "evidence": str}
    types |= {name: type_ for _, _, known in EDGE_KINDS.values() for name, type_ in known.items()}
    ends = {
        name: _make_array((edge[place] for edge in edges), "string", name)
        for place, name in enumerate(("from", "kind", "to"))
    }
    attributes = {
        name: _make_array((edge[3].get(name, pd.NA) for edge in edges), _DTYPES[type_], f"{name} of an edge")
        for name, type_ in types.items()
    }
    return pd.DataFrame({**ends, **attributes})


@pause_collector()
def papers_table(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Tabulate the papers of the catalog with their authors, topics, datasets and code.

    Returns
    -------
    DataFrame
        One row per paper, indexed by node id: newest year first, unknown years last, then by node id. Lists are
        joined by "; ", and unknown values are missing. The columns are:

        - `key`, `title` (that of a retracted paper begins with "[Retracted]"), `retracted` (boolean);
        - `year` (Int64, of publication), `venue` (full name), `section` (several joined by "; ");
        - `authors` (in order), `topics`, `datasets`, `codebases` (keys);
        - `datasets_known`: all, or some if the paper uses others that are not known; missing if none is known;
        - `has_code` (boolean): False if the only repository is a placeholder, missing if no repository is known;
        - `licence` of the codebases: SPDX ids, NONE for a repository without a licence file;
        - `link` (DOI, else arXiv, else as listed), `arxiv`, `doi`;
        - `citation_count`, `influential_citation_count`, `reference_count` (Int64, from the source);
        - `document_type`, `open_access` (status, such as gold or closed), `open_access_url` (the best free copy);
        - `citation_counts`, of each source with its date, and `versions`, the records of the work at a source;
        - `references` (known, elided, unlisted, failed, not_asked), `match`, `doubts`;
        - `evidence`, by field, for facts that the list itself does not state.

    Examples
    --------
    >>> papers_table(build_graph(read_catalog())).loc["paper:fedbn", "venue"]
    'International Conference on Learning Representations'
    """
    rows = describe_papers(graph)
    columns = {
        "key": "string", "title": "string", "retracted": "boolean", "year": "Int64",
        "venue": "string", "section": "string",
        "authors": "string", "topics": "string", "datasets": "string", "datasets_known": "string",
        "codebases": "string", "has_code": "boolean", "licence": "string",
        "link": "string", "arxiv": "string", "doi": "string", **dict.fromkeys(_COUNTS, "Int64"),
        **dict.fromkeys(_OF_RECORDS, "string"),
        "references": "string", "match": "string", "doubts": "string", "evidence": "string",
    }  # fmt: skip
    values = {
        name: _make_array((row.get(name, pd.NA) for row in rows.values()), dtype, f"{name} of a paper")
        for name, dtype in columns.items()
    }
    table = pd.DataFrame(values, index=pd.Index(list(rows), name="node", dtype="string"))
    table.attrs = describe_graph(graph)
    return table


class Table(pd.DataFrame):
    """A `pandas.DataFrame` that displays its caption (`attrs["caption"]`) and does not truncate texts."""

    @property
    def _constructor(self) -> type[Table]:
        return Table

    def __repr__(self) -> str:
        wide = {} if len(self.columns) > _MOST_COLUMNS else {"display.max_columns": None}
        width = max(_WIDTH, get_terminal_size().columns)
        with pd.option_context("display.width", width, "display.max_colwidth", _WIDTH // 2, *chain(*wide.items())):
            return "\n".join(filter(None, (self.attrs.get("caption"), super().__repr__())))

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            table = self.to_html(
                max_rows=pd.get_option("display.max_rows"),
                float_format="{:.4g}".format,
                index_names=False,
                notebook=True,
            )
        shown = re.sub(r">(NaN|&lt;NA&gt;|nan)<", "><", table)  # unknown values are shown as blanks
        return f"<p>{escape(str(self.attrs.get('caption', '')))}</p>\n{shown}"


def describe_graph(graph: nx.MultiDiGraph[Any]) -> dict[Hashable | None, Any]:
    """Return the attributes of a graph that describe its origin, for `DataFrame.attrs`."""
    names = (
        "title",
        "synthetic",
        "catalog_digest",
        "sources",
        "snapshot_source",
        "snapshot_taken",
        "snapshot_depth",
        "snapshot_digest",
        "snapshot_host",
        "snapshots",
        "snapshot_asked_first",
        "snapshot_reason",
        "snapshot_shipped",
        "snapshot_reference_set",
    )
    return {name: graph.graph[name] for name in names if name in graph.graph}
