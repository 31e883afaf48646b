"""Collaboration: pairs of coauthors, and the groups they form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import comb
from typing import Any, Final

import networkx as nx
import pandas as pd

from flgraph.analysis.partitions import Link, find_consensus, find_partition, measure_mean_agreement
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind, sorted_nodes
from flgraph.graph.projections import coauthor_graph
from flgraph.graph.tables import Table, describe_graph

_NAMES: Final = 2


def list_collaborations(graph: nx.MultiDiGraph[Any]) -> pd.DataFrame:
    """List the pairs of authors who wrote papers of the catalog together.

    Returns
    -------
    DataFrame
        One row a pair. Order: most papers first, then node ids. Columns: `one`, `other` (node ids), `names`, `papers`
        (int), `fractional` (float, as in `coauthor_graph`).

    Raises
    ------
    GraphError
        No paper of the catalog has two authors.

    Examples
    --------
    >>> int(list_collaborations(build_graph(read_catalog()))["papers"].iloc[0])
    6
    """
    rows = [
        {
            "one": one,
            "other": other,
            "names": f"{graph.nodes[one]['name']}, {graph.nodes[other]['name']}",
            "papers": data["papers"],
            "fractional": data["fractional"],
        }
        for one, other, data in coauthor_graph(graph).edges(data=True)
    ]
    if not rows:
        raise GraphError("no paper of the catalog has two authors; add authors to the catalog")
    table = Table(rows).sort_values(["papers", "one", "other"], ascending=[False, True, True], ignore_index=True)
    table.attrs = {**describe_graph(graph), "caption": f"{len(table):,} pairs of authors of papers of the catalog"}
    return table


@dataclass(frozen=True)
class AuthorGroups:
    """Groups of authors: the group number of each author (1 is the largest), and how far the seeds agree (0 to 1)."""

    numbers: Mapping[str, int]
    seed_agreement: float


def find_author_groups(graph: nx.MultiDiGraph[Any], *, draws: int = 20, seed: int = 0) -> pd.DataFrame:
    """Find groups of authors who write more with each other than with others.

    The groups are communities of the coauthor graph, weighted by `fractional`. Each seed gives a partition (Louvain:
    Blondel, Guillaume, Lambiotte, Lefebvre 2008). The result is the consensus partition of authors that are together
    in most of them (Lancichinetti, Fortunato 2012).

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to search.
    draws : int
        The number of seeds.
    seed : int
        The first seed.

    Returns
    -------
    DataFrame
        Index: node id. Order: group, then most papers, then node id. Columns: `group` (int, 1 is the largest),
        `group_name` (its two members with most papers, and the number of the others), `name`, `papers`, `coauthors`,
        `group_size`, `group_papers` (int). `attrs["seed_agreement"]` is the mean adjusted Rand index (Hubert, Arabie
        1985) between runs with different seeds; 1 if all agree.

    Raises
    ------
    GraphError
        The catalog has no author.
    ValueError
        `draws` is not a whole number from 1, or `seed` not one from 0.

    Examples
    --------
    >>> int(find_author_groups(build_graph(read_catalog()))["group"].iloc[0])
    1
    """
    found = group_authors(graph, draws=draws, seed=seed)
    if not found.numbers:
        raise GraphError("the catalog has no author; add authors to the catalog")
    network = coauthor_graph(graph)
    papers = _papers_by_author(graph)
    rows = []
    for number, members in _list_members(found.numbers, papers).items():
        names = [graph.nodes[author]["name"] for author in members]
        about = {
            "group_size": len(members),
            "group_papers": len(set().union(*(papers[author] for author in members))),
        }
        rows += [
            {
                "node": author,
                "group": number,
                "group_name": _name_group(names),
                "name": name,
                "papers": len(papers[author]),
                "coauthors": network.degree(author),
                **about,
            }
            for author, name in zip(members, names, strict=True)
        ]
    table = Table(pd.DataFrame(rows).set_index("node").astype({"group_name": "string", "name": "string"}))
    said = (
        f"{format_count(len(table), 'author')} in {format_count(len(set(found.numbers.values())), 'group')}; "
        f"agreement between seeds {found.seed_agreement:.2f}"
    )
    table.attrs = {**describe_graph(graph), "caption": said, "seed_agreement": found.seed_agreement,
                   "draws": draws, "seed": seed}  # fmt: skip
    return table


def _list_members(numbers: Mapping[str, int], papers: Mapping[str, Set[str]]) -> dict[int, list[str]]:
    """Return the authors of each group by its number, those with most papers first, then by node id."""
    members: dict[int, list[str]] = {number: [] for number in sorted(set(numbers.values()))}
    for author in sorted(numbers, key=lambda author: (-len(papers[author]), author)):
        members[numbers[author]].append(author)
    return members


def _name_group(names: Sequence[str]) -> str:
    others = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {others:,} more" if others > 0 else "")


def group_authors(graph: nx.MultiDiGraph[Any], *, draws: int = 20, seed: int = 0) -> AuthorGroups:
    """Group the authors as `find_author_groups`; without authors there are no groups."""
    refuse_number("draws", draws, least=1)
    refuse_number("seed", seed)
    papers = _papers_by_author(graph)
    classes = _join_equals(papers)
    links = _link_classes(classes)
    names = [members[0] for members in classes.values()]
    if not names:
        return AuthorGroups({}, 1.0)
    runs = [find_partition(names, links, seed + number) for number in range(draws)]
    agreed = dict(zip(names, find_consensus(names, runs, seed), strict=True))
    groups: dict[int, list[str]] = {}
    for members in classes.values():
        groups.setdefault(agreed[members[0]], []).extend(members)
    order = sorted((sorted(group) for group in groups.values()), key=lambda group: (-len(group), group))
    numbers = {author: number for number, group in enumerate(order, start=1) for author in group}
    return AuthorGroups(numbers, measure_mean_agreement(runs))


def _papers_by_author(graph: nx.MultiDiGraph[Any]) -> dict[str, set[str]]:
    """Return the papers of the catalog of each author, by node id."""
    catalog = {node for node, _ in catalog_papers(graph)}
    authors = [node for node, data in sorted_nodes(graph) if data["kind"] == "author"]
    return {author: catalog & set(neighbors_by_kind(graph, author, "authored")) for author in authors}


def _join_equals(papers: Mapping[str, Set[str]]) -> dict[tuple[str, ...], list[str]]:
    """Return the authors by their papers: authors of the same papers are never apart, which saves most of the time."""
    classes: dict[tuple[str, ...], list[str]] = {}
    for author in sorted(papers):
        written = tuple(sorted(papers[author])) or (author,)
        classes.setdefault(written, []).append(author)
    return classes


def _link_classes(classes: Mapping[tuple[str, ...], list[str]]) -> list[Link]:
    """Return the sorted links between classes of authors: the sum of `fractional` over their pairs of authors.

    The links inside a class are a link to itself, as when Louvain joins nodes.
    """
    by_paper: dict[str, list[list[str]]] = defaultdict(list)
    for papers, members in classes.items():
        for paper in papers:
            by_paper[paper].append(members)
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for together in by_paper.values():
        others = sum(map(len, together)) - 1
        for one, other in combinations_with_replacement(sorted(together), 2):
            pairs = comb(len(one), 2) if one is other else len(one) * len(other)
            if pairs:
                weights[one[0], other[0]] += pairs / others
    return [(one, other, weight) for (one, other), weight in sorted(weights.items())]


def count_author_groups(authors: Mapping[str, Sequence[str]], groups: AuthorGroups) -> int | None:
    """Count the author groups of some papers; None if no author is known. `authors` are those of each paper.

    A paper belongs to the group of most of its authors, of equal ones to the larger group. A paper without known
    authors is a group of its own.
    """
    if not any(authors.values()):
        return None
    found: set[str | int] = set()
    for paper, people in authors.items():
        shares = Counter(groups.numbers[person] for person in people)
        found.add(min(shares, key=lambda number: (-shares[number], number)) if shares else paper)
    return len(found)
