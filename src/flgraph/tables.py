"""The graph as pandas tables, and questions to them that need no citation data."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain
from shutil import get_terminal_size
from typing import Any, cast

import networkx as nx
import pandas as pd
from pandas.api.extensions import ExtensionArray

from flgraph.errors import GraphError
from flgraph.graph import catalog_papers, neighbors_by_kind, sorted_edges, sorted_nodes
from flgraph.identifiers import normalize_title
from flgraph.lint import suggest_name
from flgraph.model import TopicFacet
from flgraph.schema import EDGE_KINDS, NODE_ATTRIBUTES

_DTYPES = {str: "string", int: "Int64", bool: "boolean", float: "Float64"}
_LINKS = {"arxiv": "https://arxiv.org/abs/{}", "doi": "https://doi.org/{}"}
_COUNTS = ("citation_count", "influential_citation_count", "reference_count")
_WIDTH = 80
_MOST_COLUMNS = 12  # of more, pandas leaves out those in the middle
_RANKED = {"rank", "rank_low", "rank_high", "score", "title", "year"}
_SAID = {"by", "as_of", "formula", "scored", "parameters"}
_TEXTS = ("title", "published_title", "acronym", "venue", "venue_listed", "section", "key")


def to_frames(graph: nx.MultiDiGraph[Any]) -> dict[str, pd.DataFrame]:
    """Return the whole graph as one table a kind of node and one of edges.

    Returns
    -------
    dict of DataFrame
        `papers`, `authors`, `venues`, `topics`, `datasets`, `codebases`: index node id, sorted; columns as in
        `docs/schema.md` in that order, nullable dtypes, missing is unknown. `edges`: columns `from`, `kind`,
        `to`, `source`, `evidence` and the attributes of the edge kinds, sorted by the first three.

    Examples
    --------
    >>> to_frames(build_graph(read_catalog()))["papers"].loc["paper:fedbn", "label"]
    'FedBN'
    """
    nodes: dict[str, dict[str, Mapping[str, object]]] = {kind: {} for kind in NODE_ATTRIBUTES}
    for node, attributes in sorted_nodes(graph):
        nodes[attributes["kind"]][node] = attributes
    frames = {f"{kind}s": _frame_nodes(kind, rows) for kind, rows in nodes.items()}
    return {**frames, "edges": _frame_edges(graph)}


def _frame_nodes(kind: str, rows: Mapping[str, Mapping[str, object]]) -> pd.DataFrame:
    index = pd.Index(list(rows), name="node", dtype="string")
    columns = {"label": str, **NODE_ATTRIBUTES[kind]}
    values = {
        name: _make_array((row.get(name, pd.NA) for row in rows.values()), _DTYPES[type_], f"{name} of a {kind}")
        for name, type_ in columns.items()
    }
    return pd.DataFrame(values, index=index)


def _make_array(values: Iterable[Any], dtype: Any, what: str) -> ExtensionArray:
    """Return values as an array of a nullable dtype; absent ones are missing, never zero."""
    held = list(values)
    try:
        return cast("ExtensionArray", pd.array(held, dtype=dtype))
    except (OverflowError, TypeError, ValueError) as error:
        raise GraphError(
            f"{what}: a value does not fit a column of {dtype} ({error}); check_graph says which"
        ) from error


def _frame_edges(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    edges = sorted_edges(graph)
    types: dict[str, type] = {"source": str, "evidence": str}
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


def papers_table(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Return one row for each paper of the catalog, with what is linked to it in words.

    Returns
    -------
    DataFrame
        Index: node id. Order: newest year first, unknown years last, then node id. Columns, several values
        joined by "; ", missing where not known: `key`, `title`, `year` (Int64, of publication), `venue` (full
        name), `section`, `authors` (in order), `topics`, `datasets`, `codebases` (keys), `has_code` (boolean:
        False where its only repository is a placeholder, missing where none is known), `licence` (of the
        codebases: SPDX id, NONE where a repository has no licence file), `link` (DOI, else arXiv, else as
        listed), `arxiv`, `doi`, `citation_count`, `influential_citation_count`, `reference_count` (Int64, as the
        source says), `references` (known, elided, failed, not_asked), `match`, `doubts`, `evidence` (by field,
        for what the list itself does not say).

    Examples
    --------
    >>> papers_table(build_graph(read_catalog())).loc["paper:fedbn", "venue"]
    'International Conference on Learning Representations'
    """
    rows = {node: _describe_paper(graph, node, attributes) for node, attributes in catalog_papers(graph)}
    order = sorted(rows, key=lambda node: (-rows[node].get("year", 0), node))
    columns = {
        "key": "string", "title": "string", "year": "Int64", "venue": "string", "section": "string",
        "authors": "string", "topics": "string", "datasets": "string", "codebases": "string", "has_code": "boolean",
        "licence": "string",
        "link": "string", "arxiv": "string", "doi": "string", **dict.fromkeys(_COUNTS, "Int64"),
        "references": "string", "match": "string", "doubts": "string", "evidence": "string",
    }  # fmt: skip
    values = {
        name: _make_array((rows[node].get(name, pd.NA) for node in order), dtype, f"{name} of a paper")
        for name, dtype in columns.items()
    }
    table = pd.DataFrame(values, index=pd.Index(order, name="node", dtype="string"))
    table.attrs = describe_graph(graph)
    return table


class Table(pd.DataFrame):
    """A `pandas.DataFrame` that says above it what it is (`attrs["caption"]`), and shows its texts whole."""

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
        shown = re.sub(r">(NaN|&lt;NA&gt;|nan)<", "><", table)  # what nobody knows is left blank
        return f"<p>{escape(str(self.attrs.get('caption', '')))}</p>\n{shown}"


def refuse_other_table(ranking: object) -> None:
    """Raise `ValueError` where an argument is no table of `rank_papers`, or one that lost what it said of itself."""
    if not isinstance(ranking, pd.DataFrame):
        raise ValueError(f"ranking is a {type(ranking).__name__}; should be a table of rank_papers")
    if _RANKED - set(ranking.columns) or _SAID - set(ranking.attrs):
        raise ValueError("ranking is another table than one of rank_papers, or has lost its attrs; rank again")


def describe_graph(graph: nx.MultiDiGraph[Any]) -> dict[Hashable | None, Any]:
    """Return what a table should say of the graph it comes from, for `DataFrame.attrs`."""
    names = (
        "title",
        "synthetic",
        "catalog_digest",
        "sources",
        "snapshot_source",
        "snapshot_taken",
        "snapshot_depth",
        "snapshot_digest",
    )
    return {name: graph.graph[name] for name in names if name in graph.graph}


def _describe_paper(graph: nx.MultiDiGraph[Any], node: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
    codebases = neighbors_by_kind(graph, node, "has_code")
    linked = {
        "authors": [graph.nodes[author]["name"] for author in authors_of(graph, node)],
        "topics": _keys(neighbors_by_kind(graph, node, "about")),
        "datasets": _keys(datasets_of(graph, node)),
        "codebases": _keys(codebases),
        "licence": sorted(_licences_of(graph, node)),
    }
    joined = {name: "; ".join(values) for name, values in linked.items() if values}
    link = next((form.format(attributes[kind]) for kind, form in reversed(_LINKS.items()) if kind in attributes), None)
    link = link or attributes.get("url")
    working = {"has_code": _has_code(graph, node)} if codebases else {}
    return {**attributes, **joined, **working, **({"link": link} if link else {})}


def _keys(nodes: Iterable[str]) -> list[str]:
    return [node.partition(":")[2] for node in nodes]


def authors_of(graph: nx.MultiDiGraph[Any], paper: str) -> list[str]:
    """Return the author nodes of a paper, first author first."""
    edges = graph.in_edges(paper, keys=True, data=True)
    return [
        start for _, start in sorted((data["position"], start) for start, _, key, data in edges if key == "authored")
    ]


def datasets_of(graph: nx.MultiDiGraph[Any], paper: str) -> list[str]:
    """Return the dataset nodes that a paper uses or introduces, sorted."""
    found = {
        *neighbors_by_kind(graph, paper, "uses_dataset"),
        *neighbors_by_kind(graph, paper, "introduces_dataset"),
    }
    return sorted(found)


# --- questions -------------------------------------------------------------------------------------------


def find_papers(
    graph: nx.MultiDiGraph[Any],
    *,
    topic: str | Sequence[str] = (),
    task: str | Sequence[str] = (),
    modality: str | Sequence[str] = (),
    method: str | Sequence[str] = (),
    setting: str | Sequence[str] = (),
    dataset: str | Sequence[str] = (),
    author: str | None = None,
    venue: str | None = None,
    has_code: bool | None = None,
    licence: str | None = None,
    since: int | None = None,
    until: int | None = None,
    text: str | None = None,
) -> pd.DataFrame:
    """Return the catalog papers that meet every condition given.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to ask.
    topic, task, modality, method, setting : str or sequence of str
        Topic keys or names; a paper must have all of them. `task` and its like look in their facet only.
    dataset : str or sequence of str
        Dataset keys or names; a dataset derived from the one named counts as it. A paper must have all.
    author, venue : str or None
        Part of a name, ignoring case and accents; whole words go before parts of words.
    has_code : bool or None
        True: a codebase is known that is no placeholder. False: none is known, though there may be one; the
        column `has_code` of the answer tells the two apart.
    licence : str or None
        Of a codebase: an SPDX id such as "MIT", "any", or "NONE" (no licence file); one not known is none of these.
    since, until : int or None
        First and last year of publication; a paper of unknown year meets neither.
    text : str or None
        Words that must all stand in title, acronym, venue or section, ignoring case and accents.

    Returns
    -------
    DataFrame
        Rows of `papers_table` in its order; none where no paper meets them.

    Raises
    ------
    GraphError
        There is no such topic, dataset, author, venue or licence, with the closest name.
    ValueError
        `has_code` is no truth value, `since` or `until` no year.

    Examples
    --------
    >>> list(find_papers(build_graph(read_catalog()), task="segmentation", dataset="BraTS", has_code=True).key)
    ['asyndgan']
    """
    _check_question(has_code, since, until)
    linked = [
        *_find_about(graph, {None: topic, "task": task, "modality": modality, "method": method, "setting": setting}),
        *(_papers_with_dataset(graph, name) for name in _as_list(dataset)),
        *_papers_linked(graph, "author", author),
        *_papers_linked(graph, "venue", venue),
    ]
    granted = _find_licences(graph, licence) if licence is not None else None
    table = papers_table(graph)
    keep = [
        node
        for node in table.index
        if all(node in papers for papers in linked)
        and (has_code is None or _has_code(graph, node) is has_code)
        and (granted is None or bool(_licences_of(graph, node) & granted))
        and (text is None or _has_words(graph.nodes[node], text))
        and _is_between(graph.nodes[node], since, until)
    ]
    found = table.loc[keep]
    found.attrs = table.attrs
    return found


def _find_about(graph: nx.MultiDiGraph[Any], topics: Mapping[str | None, str | Sequence[str]]) -> Iterator[set[str]]:
    """Yield the papers about each topic named, of a facet or (None) of any."""
    for facet, names in topics.items():
        for name in _as_list(names):
            yield set(neighbors_by_kind(graph, _find_named(graph, "topic", name, facet=facet), "about", incoming=True))


def _check_question(has_code: object, since: object, until: object) -> None:
    if not isinstance(has_code, bool | None):
        raise ValueError(f"has_code is {has_code!r}; should be True, False or None")
    for name, year in (("since", since), ("until", until)):
        if not isinstance(year, int | None):
            raise ValueError(f"{name} is {year!r}; should be a year, such as 2022")


def _find_licences(graph: nx.MultiDiGraph[Any], licence: str) -> set[str]:
    """Return the licences of the graph's codebases that are meant."""
    known = {data["licence"] for _, data in graph.nodes(data=True) if data["kind"] == "codebase" and "licence" in data}
    if licence == "any":
        return known - {"NONE"}
    found = {name for name in known if name.casefold() == licence.casefold()}
    if not found:
        raise GraphError(f"{licence!r} is no licence of a codebase of this graph{suggest_name(licence, known)}")
    return found


def _is_between(attributes: Mapping[str, Any], since: int | None, until: int | None) -> bool:
    if "year" not in attributes:
        return since is None and until is None
    year = attributes["year"]
    return (since is None or year >= since) and (until is None or year <= until)


def _as_list(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _find_named(graph: nx.MultiDiGraph[Any], kind: str, name: str, *, facet: TopicFacet | str | None = None) -> str:
    """Return the node of a kind (and facet) whose key or name is meant."""
    names: dict[str, str] = {}
    for node, attributes in sorted_nodes(graph):
        if attributes["kind"] == kind and facet in (None, attributes.get("facet")):
            names[normalize_title(node.partition(":")[2])] = node
            names.setdefault(normalize_title(attributes["name"]), node)
    wanted = normalize_title(name.removeprefix(f"{kind}:"))
    if wanted not in names:
        raise GraphError(f"{name!r} is no {facet or kind} of this graph{suggest_name(wanted, names)}")
    return names[wanted]


def _papers_with_dataset(graph: nx.MultiDiGraph[Any], name: str) -> set[str]:
    kin = {_find_named(graph, "dataset", name)}
    waiting = sorted(kin)
    while waiting:
        derived = set(neighbors_by_kind(graph, waiting.pop(), "derived_from", incoming=True)) - kin
        kin |= derived
        waiting += sorted(derived)
    return {
        paper
        for node in kin
        for kind in ("uses_dataset", "introduces_dataset")
        for paper in neighbors_by_kind(graph, node, kind, incoming=True)
    }


def _find_by_part(graph: nx.MultiDiGraph[Any], kind: str, part: str) -> list[str]:
    """Return the nodes of a kind whose name or short name holds a part, whole words before parts of words."""
    wanted = normalize_title(part)
    if not wanted:
        raise ValueError(f"{kind} is {part!r}; should be part of a name")
    names: dict[str, set[str]] = defaultdict(set)
    for node, attributes in sorted_nodes(graph):
        if attributes["kind"] == kind:
            for name in (attributes["name"], attributes["label"], node.partition(":")[2]):
                names[normalize_title(name)].add(node)
    whole = [name for name in names if f" {wanted} " in f" {name} "]
    found = whole or [name for name in names if wanted in name]
    if not found:
        raise GraphError(f"{part!r} is part of no {kind}'s name in this graph{suggest_name(wanted, names)}")
    return sorted({node for name in found for node in names[name]})


def _papers_linked(graph: nx.MultiDiGraph[Any], kind: str, part: str | None) -> Iterator[set[str]]:
    """Yield the papers of the authors or venues whose name holds a part; nothing where none is named."""
    if part is not None:
        nodes = _find_by_part(graph, kind, part)
        yield {
            paper
            for node in nodes
            for paper in (
                *neighbors_by_kind(graph, node, "authored"),
                *neighbors_by_kind(graph, node, "published_in", incoming=True),
            )
        }


def _has_code(graph: nx.MultiDiGraph[Any], node: str) -> bool:
    codebases = neighbors_by_kind(graph, node, "has_code")
    return any(not graph.nodes[code].get("placeholder", False) for code in codebases)


def _licences_of(graph: nx.MultiDiGraph[Any], node: str) -> set[str]:
    codebases = (graph.nodes[code] for code in neighbors_by_kind(graph, node, "has_code"))
    return {codebase["licence"] for codebase in codebases if "licence" in codebase}


def _has_words(attributes: Mapping[str, object], text: str) -> bool:
    held = normalize_title(" ".join(str(attributes[name]) for name in _TEXTS if name in attributes))
    return all(word in held for word in normalize_title(text).split())
