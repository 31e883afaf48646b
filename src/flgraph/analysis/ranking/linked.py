"""Rank authors, venues, datasets, codebases and topics by the papers of the catalog that they are linked to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from statistics import median
from typing import Any

import networkx as nx
import pandas as pd

from flgraph.analysis.collaboration import count_author_groups, group_authors
from flgraph.analysis.ranking.author_indices import measure_g_index, measure_h_index, measure_i10_index
from flgraph.analysis.ranking.papers import make_ranking
from flgraph.checks import suggest_name
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import judge_facet, neighbors_by_kind, sorted_edges, sorted_nodes
from flgraph.graph.query import list_dataset_papers, list_family
from flgraph.graph.tables import Table, describe_graph, to_frames

_LINKS = {
    "author": ("authored",),
    "venue": ("published_in",),
    "dataset": ("uses_dataset", "introduces_dataset"),
    "codebase": ("has_code",),
    "topic": ("about",),
}

_IF_STATED = ("domain", "modality", "task", "access")

_COUNTED = {
    "counted_papers": "Int64",
    "catalog_citations": "Int64",
    "catalog_h_index": "Int64",
    "catalog_g_index": "Int64",
    "catalog_i10_index": "Int64",
    "fractional_citations": "Float64",
}


def rank_authors(graph: nx.MultiDiGraph[Any], *, details: bool = False) -> pd.DataFrame:
    """Rank authors by their number of papers in the catalog, which measures presence in this list, not influence.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    details : bool
        Add figures on the citations of their papers in the catalog.

    Returns
    -------
    DataFrame
        Index: node id. Order: rank, then node id. Columns: `rank` (Int64, ties share the better rank), `papers`
        (int, papers of the catalog), `tied` (int, authors of this rank), `name`, `first_year`, `last_year` (Int64),
        `fractional_papers` (float, the sum of 1 / number of authors over the papers). Over all work of the author, as
        the source says, missing if unknown: `h_index`, `citation_count` (Int64).

        With details, over the papers in the catalog with known citations, missing if there are none:
        `counted_papers`, `catalog_citations`, `catalog_h_index`, `catalog_g_index`, `catalog_i10_index` (Int64) and
        `fractional_citations` (float, the citations of each paper divided by its number of authors). Do not compare
        these figures with those over all work.

    Examples
    --------
    >>> int(rank_authors(build_graph(read_catalog()))["rank"].iloc[0])
    1
    """
    columns = ["name", "first_year", "last_year", "h_index", "citation_count"]
    table = _rank_by_papers(graph, "author", columns)
    papers = _papers_of(graph, "author")
    sizes = Counter(paper for found in papers.values() for paper in found)
    shares = [sum(1 / sizes[paper] for paper in papers[node]) for node in table.index]
    table.insert(table.columns.get_loc("h_index"), "fractional_papers", shares)  # type: ignore[arg-type]
    if details:
        counted = [_count_citations(graph, papers[node], sizes) for node in table.index]
        table = table.assign(**pd.DataFrame(counted, index=table.index, columns=list(_COUNTED)).astype(_COUNTED))
    return table


def _count_citations(graph: nx.MultiDiGraph[Any], papers: set[str], sizes: Mapping[str, int]) -> dict[str, Any]:
    known = {paper: graph.nodes[paper]["citation_count"] for paper in papers if "citation_count" in graph.nodes[paper]}
    if not known:
        return {**dict.fromkeys(_COUNTED, pd.NA), "counted_papers": 0}
    counts = list(known.values())
    return {
        "counted_papers": len(counts),
        "catalog_citations": sum(counts),
        "catalog_h_index": measure_h_index(counts),
        "catalog_g_index": measure_g_index(counts),
        "catalog_i10_index": measure_i10_index(counts),
        "fractional_citations": sum(known[paper] / sizes[paper] for paper in sorted(known)),
    }


def rank_venues(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Rank venues by their number of papers in the catalog.

    Returns
    -------
    DataFrame
        As in `rank_authors` up to `last_year`, then `author_groups` (Int64, the groups of `find_author_groups` behind
        the papers; a paper is of the group of most of its authors; missing if no author of the papers is known),
        `median_score` (float, the median score of their
        papers by `rank_papers`; missing without a scored paper) and `scored_papers` (Int64, the number of papers with a
        score; missing if papers cannot be ranked).
        `attrs["score_by"]` is the method of the score, and `attrs["caption"]` says so if no paper has a venue.

    Examples
    --------
    >>> "venue:tmi" in rank_venues(build_graph(read_catalog())).index
    True
    """
    return _add_papers(graph, "venue", _rank_by_papers(graph, "venue", ["name", "first_year", "last_year"]))


def rank_datasets(graph: nx.MultiDiGraph[Any], *, domain: str | None = None) -> pd.DataFrame:
    """Rank datasets by the number of papers of the catalog that use or introduce them or a dataset derived from them.

    Each paper counts once for each dataset. The numbers agree with `find_papers(graph, dataset=...)`.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    domain : str or None
        Rank only datasets of this domain, such as "medical" in the bundled catalog; None ranks all.

    Returns
    -------
    DataFrame
        As in `rank_authors` up to `tied`, then `name`, `own_papers` (int, the papers that name the dataset itself),
        `parts` (the derived datasets with their own papers, such as "isic-2018 2"; most papers first), `part_papers`
        (the keys of these papers, such as "isic-2018: fedlsm, rscfed"), both missing without such papers, `domain`,
        `modality`, `task`, `access` (each only if a dataset has it), `first_year`, `last_year`, and as in `rank_venues`
        from `author_groups`.

    Examples
    --------
    >>> "generic" in set(rank_datasets(build_graph(read_catalog())).domain)
    True
    """
    columns = ["name", "domain", "modality", "task", "access", "first_year", "last_year"]
    if domain is not None:
        _refuse_domain(graph, domain)
    table = _rank_by_papers(graph, "dataset", columns, only={"domain": domain} if domain else {})
    names = ["own_papers", "parts", "part_papers"]
    rows = [_describe_family(graph, str(node)) for node in table.index]
    parts = pd.DataFrame(rows, index=table.index, columns=names)
    place = list(table.columns).index("name") + 1
    table.insert(place, "own_papers", parts["own_papers"].astype(int))
    table.insert(place + 1, "parts", parts["parts"].astype("string"))
    table.insert(place + 2, "part_papers", parts["part_papers"].astype("string"))
    table.attrs["caption"] = _write_caption(
        "by papers in the catalog, with those of derived datasets", "dataset", table
    )
    return _add_papers(graph, "dataset", table)


def _refuse_domain(graph: nx.MultiDiGraph[Any], domain: str) -> None:
    known = {data["domain"] for _, data in sorted_nodes(graph) if data["kind"] == "dataset" and "domain" in data}
    if domain not in known:
        said = ", ".join(map(repr, sorted(known)))
        rule = f"; should be one of {said}" if said else "; no dataset of this graph has a domain"
        raise ValueError(f"domain is {domain!r}{suggest_name(domain, known) or rule}")


def _describe_family(graph: nx.MultiDiGraph[Any], dataset: str) -> dict[str, Any]:
    """Count the papers of a dataset itself, and list its derived datasets with their papers."""
    own, *derived = [(node, list_dataset_papers(graph, node)) for node in list_family(graph, dataset)]
    parts = [
        (_key_of(node), [_key_of(paper) for paper in papers])
        for node, papers in sorted(derived, key=lambda part: -len(part[1]))
        if papers
    ]
    return {
        "own_papers": len(own[1]),
        "parts": "; ".join(f"{key} {len(papers)}" for key, papers in parts) or pd.NA,
        "part_papers": "; ".join(f"{key}: {', '.join(papers)}" for key, papers in parts) or pd.NA,
    }


def _key_of(node: str) -> str:
    return node.partition(":")[2]


def rank_codebases(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """Rank codebases by the number of papers of the catalog whose code they contain.

    Returns
    -------
    DataFrame
        As in `rank_authors` up to `tied`, then `label` (short name), `licence` (SPDX id; NONE: no licence file;
        missing: unknown), `languages`, `placeholder` (boolean: contains no code), `first_year`, `last_year`, and as in
        `rank_venues` from `author_groups`.

    Examples
    --------
    >>> ranking = rank_codebases(build_graph(read_catalog()))
    >>> ranking.loc["codebase:github.com/med-air/FedBN", "label"]
    'FedBN'
    """
    columns = ["label", "licence", "languages", "placeholder", "first_year", "last_year"]
    return _add_papers(graph, "codebase", _rank_by_papers(graph, "codebase", columns))


def rank_topics(graph: nx.MultiDiGraph[Any], *, facet: str | None = None) -> pd.DataFrame:
    """Rank topics by the number of papers of the catalog about them.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to count in.
    facet : str or None
        Rank the topics of one facet only.

    Returns
    -------
    DataFrame
        As in `rank_authors` up to `tied`, then `name`, `facet`, `first_year`, `last_year`, and as in `rank_venues`
        from `author_groups`.

    Examples
    --------
    >>> set(rank_topics(build_graph(read_catalog()), facet="task").facet)
    {'task'}
    """
    columns = ["name", "facet", "first_year", "last_year"]
    message = None if facet is None else judge_facet(graph, facet)
    if message is not None:
        raise ValueError(message)
    return _add_papers(graph, "topic", _rank_by_papers(graph, "topic", columns, only={"facet": facet} if facet else {}))


def _rank_by_papers(
    graph: nx.MultiDiGraph[Any], kind: str, columns: list[str], *, only: dict[str, str] | None = None
) -> pd.DataFrame:
    nodes = to_frames(graph)[f"{kind}s"]
    for name, value in (only or {}).items():
        nodes = nodes[(nodes[name] == value).fillna(value=False).astype(bool)]
    papers = _papers_of(graph, kind)
    years = {
        node: [graph.nodes[paper]["year"] for paper in found if "year" in graph.nodes[paper]]
        for node, found in papers.items()
    }
    table = nodes.assign(
        papers=[len(papers[node]) for node in nodes.index],
        first_year=pd.array([min(years.get(node, ()), default=pd.NA) for node in nodes.index], dtype="Int64"),
        last_year=pd.array([max(years.get(node, ()), default=pd.NA) for node in nodes.index], dtype="Int64"),
    )
    table = table[table["papers"] > 0]
    rank = table["papers"].rank(method="min", ascending=False).astype("Int64")
    table = table.assign(rank=rank, tied=rank.map(rank.value_counts()).astype(int))
    columns = [name for name in columns if name not in _IF_STATED or (name in table and table[name].notna().any())]
    table = table[["rank", "papers", "tied", *columns]].sort_index().sort_values("rank", kind="stable")
    ranked = Table(table)
    caption = _write_caption("by papers in the catalog", kind, table)
    ranked.attrs = {**describe_graph(graph), "by": "papers", "caption": caption}
    return ranked


def _write_caption(said: str, kind: str, table: pd.DataFrame) -> str:
    """Return a caption that says so if no paper has what is ranked."""
    return said if len(table) else f"{said}; no paper names {'an' if kind == 'author' else 'a'} {kind}"


def _add_papers(graph: nx.MultiDiGraph[Any], kind: str, table: pd.DataFrame) -> pd.DataFrame:
    """Add the number of author groups and the median score of the papers."""
    papers = _papers_of(graph, kind)
    authors = {paper: found for node in papers for paper in papers[node] for found in [_authors_of(graph, paper)]}
    groups = group_authors(graph)
    scores, by = _read_scores(graph)
    scored = {node: [scores[paper] for paper in papers[node] if paper in scores] for node in table.index}
    added = table.assign(
        author_groups=pd.array(
            [count_author_groups({paper: authors[paper] for paper in papers[node]}, groups) for node in table.index],
            dtype="Int64",
        ),
        median_score=[median(scored[node]) if scored[node] else float("nan") for node in table.index],
        scored_papers=pd.array([len(scored[node]) if by else pd.NA for node in table.index], dtype="Int64"),
    )
    added.attrs = {**table.attrs, **({"score_by": by} if by else {})}
    return added


def _authors_of(graph: nx.MultiDiGraph[Any], paper: str) -> list[str]:
    return neighbors_by_kind(graph, paper, "authored", incoming=True)


def _read_scores(graph: nx.MultiDiGraph[Any]) -> tuple[dict[str, float], str | None]:
    """Return the score of each scored paper and the method; empty and None if papers cannot be ranked."""
    try:
        ranking = make_ranking(graph, draws=0)
    except GraphError:  # without citation data papers are still counted
        return {}, None
    return {str(node): float(score) for node, score in ranking.table["score"].dropna().items()}, ranking.by


def _papers_of(graph: nx.MultiDiGraph[Any], kind: str) -> dict[str, set[str]]:
    """Return the papers of the catalog linked to each node of a kind, by node id; for datasets, to their families."""
    papers: dict[str, set[str]] = defaultdict(set)
    if kind == "dataset":
        datasets = [node for node, data in graph.nodes(data=True) if data["kind"] == "dataset"]
        for node in datasets:
            for member in list_family(graph, node):
                papers[node].update(list_dataset_papers(graph, member))
        return papers
    for start, edge, end, _ in sorted_edges(graph):
        if edge in _LINKS[kind]:
            node, paper = (start, end) if kind == "author" else (end, start)
            if graph.nodes[paper].get("in_catalog"):
                papers[node].add(paper)
    return papers
