"""Communities: groups of papers that cite each other and the same works, with their stability."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.citation_matrix import read_citations
from flgraph.analysis.partitions import (
    Link,
    find_consensus,
    find_partition,
    measure_agreement,
    measure_mean_agreement,
    measure_modularity,
)
from flgraph.checks import refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, neighbors_by_kind
from flgraph.graph.record_facts import title_of
from flgraph.graph.tables import Table, describe_graph

_MIN_PAPERS: Final = 10
_DROPPED: Final = 0.2
_STABLE: Final = 0.5
_NAMES: Final = 2
_SHOWN: Final = 20
_WORD: Final = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities of the papers of a catalog.

    Attributes
    ----------
    table : DataFrame
        Index: node id. Order: community, then node id. Columns: `community` (Int64, 1 is the largest; missing for a
        paper without a link), `name` (its most distinctive topics, or words of
        titles if no paper has a topic), `title`, `year`.
    modularity : float
        The modularity of the weighted links, -0.5 to 1.
    seed_agreement : float
        The mean adjusted Rand index (Hubert, Arabie 1985) between runs with different seeds; 1 if all agree.
    drop_agreement : float
        The mean adjusted Rand index between the partition of all links and those of random 80% of them.
    links : int
        The number of linked pairs of papers.
    caption : str
        These figures in one line.
    """

    table: pd.DataFrame
    modularity: float
    seed_agreement: float
    drop_agreement: float
    links: int
    caption: str

    def __str__(self) -> str:
        names = self.table.dropna(subset=["community"]).groupby("community")["name"].agg(["first", "size"])
        lines = [f"{number}: {row['first']}, {row['size']} papers" for number, row in names.head(_SHOWN).iterrows()]
        rest = names["size"].iloc[_SHOWN:]
        lines += [f"{len(rest)} more, of {rest.min()} to {rest.max()} papers; `table` holds all"] if len(rest) else []
        return "\n".join([self.caption, *lines])

    def __repr__(self) -> str:
        return str(self)


def find_communities(graph: nx.MultiDiGraph[Any], *, draws: int = 20, seed: int = 0) -> Communities:
    """Find stable communities of the papers of the catalog.

    A citation links two papers with weight 1, shared references with their cosine (bibliographic coupling: Kessler
    1963). Each seed gives a partition (Louvain: Blondel, Guillaume, Lambiotte, Lefebvre 2008). The result is the
    consensus partition of papers that are together in most of them (Lancichinetti, Fortunato 2012).

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph with known references, built with a snapshot.
    draws : int
        The number of seeds, and of random subsets of links.
    seed : int
        The first seed.

    Raises
    ------
    GraphError
        No references are known, fewer than ten papers are linked, or the communities are unstable: with one link in
        five dropped, the mean adjusted Rand index is below 0.5.
    ValueError
        `draws` is not a whole number from 1, or `seed` not one from 0.

    Examples
    --------
    >>> find_communities(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no paper's references are known ...
    """
    refuse_number("draws", draws, least=1)
    refuse_number("seed", seed)
    links = _link_papers(graph)
    papers = sorted({paper for *ends, _ in links for paper in ends})
    if len(papers) < _MIN_PAPERS:
        raise GraphError(
            f"only {len(papers)} papers are linked by citations or shared references; at least {_MIN_PAPERS} are needed"
        )
    runs = [find_partition(papers, links, seed + number) for number in range(draws)]
    agreed = find_consensus(papers, runs, seed)
    rng = np.random.default_rng(seed)
    drops = []
    for number in range(draws):
        kept = rng.random(len(links)) >= _DROPPED
        fewer = [link for link, is_kept in zip(links, kept, strict=True) if is_kept]
        drops.append(find_partition(papers, fewer, seed + number))
    drop_agreement = float(np.mean([measure_agreement(agreed, run) for run in drops]))
    if drop_agreement < _STABLE:
        raise GraphError(
            f"no stable communities: the agreement is {drop_agreement:.2f} with one link in five dropped, and at least "
            f"{_STABLE} is needed; use the topics instead"
        )
    seed_agreement = measure_mean_agreement(runs)
    modularity = measure_modularity(papers, links, agreed)
    said = (
        f"{len(set(agreed))} communities of {len(papers)} papers by {len(links)} links; modularity {modularity:.2f}, "
        f"agreement between seeds {seed_agreement:.2f}, with one link in five dropped {drop_agreement:.2f}"
    )
    table = _tabulate(graph, dict(zip(papers, agreed, strict=True)))
    table.attrs = {**describe_graph(graph), "caption": said, "draws": draws, "seed": seed}
    return Communities(table, modularity, seed_agreement, drop_agreement, len(links), said)


def _link_papers(graph: nx.MultiDiGraph[Any]) -> list[Link]:
    """Return the sorted links between papers of the catalog; Louvain depends on their order, not only on the seed."""
    papers = dict(catalog_papers(graph))
    known = [node for node, data in papers.items() if data.get("references") == "known"]
    if not known:
        raise GraphError("no paper's references are known; run `flgraph build` online, or with --snapshot")
    matrix = read_citations(graph, curated=False)
    place = {paper: number for number, paper in enumerate(matrix.papers)}
    cites = matrix.to_sparse().T.tocsr()
    lists = cites[[place[node] for node in known]]
    sizes = np.sqrt(np.maximum(np.asarray(lists.sum(axis=1)).ravel(), 1))
    shared = (lists @ lists.T).tocoo()
    weights: defaultdict[tuple[str, str], float] = defaultdict(float)
    for row, column, number in zip(shared.row.tolist(), shared.col.tolist(), shared.data.tolist(), strict=True):
        if row < column:
            weights[known[row], known[column]] += number / (sizes[row] * sizes[column])
    members = sorted(papers)
    within = cites[[place[node] for node in members]][:, [place[node] for node in members]].tocoo()
    for row, column in zip(within.row.tolist(), within.col.tolist(), strict=True):
        one, other = sorted((members[row], members[column]))
        weights[one, other] += 1.0
    return [(one, other, float(weight)) for (one, other), weight in sorted(weights.items()) if weight > 0]


def _tabulate(graph: nx.MultiDiGraph[Any], numbers: Mapping[str, int]) -> pd.DataFrame:
    names = _name_communities(graph, numbers)
    rows = [
        {
            "node": node,
            "community": numbers.get(node, pd.NA),
            "name": names.get(numbers.get(node, 0), pd.NA),
            "title": title_of(data),
            "year": data.get("year", pd.NA),
        }
        for node, data in catalog_papers(graph)
    ]
    table = pd.DataFrame(rows).set_index("node").sort_index().sort_values("community", kind="stable")
    return Table(table.astype({"community": "Int64", "name": "string", "title": "string", "year": "Int64"}))


def _name_communities(graph: nx.MultiDiGraph[Any], numbers: Mapping[str, int]) -> dict[int, str]:
    """Name each community by its most distinctive topics, or words of titles if no paper has a topic.

    Distinctive by log-likelihood ratio (Dunning 1993).
    """
    terms = {node: [graph.nodes[t]["name"] for t in neighbors_by_kind(graph, node, "about")] for node in numbers}
    what = "topic"
    if not any(terms.values()):
        terms = {node: sorted(set(_WORD.findall(graph.nodes[node]["title"].lower()))) for node in numbers}
        what = "word"
    of_all = Counter(term for found in terms.values() for term in found)
    members: defaultdict[int, list[str]] = defaultdict(list)
    for node, number in numbers.items():
        members[number].append(node)
    names = {}
    for number, inside in sorted(members.items()):
        of_these = Counter(term for node in inside for term in terms[node])
        telling = {
            term: measure_log_likelihood(count, len(inside), of_all[term] - count, len(numbers) - len(inside))
            for term, count in of_these.items()
            if count > 1 and count / len(inside) > of_all[term] / len(numbers)
        }
        first = sorted(telling, key=lambda term: (-telling[term], term))[:_NAMES]
        names[number] = ", ".join(first) or f"no distinctive {what}"
    return names


def measure_log_likelihood(count: int, size: int, others: int, rest: int) -> float:
    """Return twice the log-likelihood ratio of a topic's share inside and outside a community."""
    share = (count + others) / (size + rest)
    expected = ((count, size * share), (others, rest * share), (size - count, size * (1 - share)),
                (rest - others, rest * (1 - share)))  # fmt: skip
    return 2 * sum(seen * log(seen / likely) for seen, likely in expected if seen)
