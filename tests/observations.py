"""A synthetic graph: six papers of a catalog among papers that cite them, as methods of ranking see it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date

import networkx as nx
import numpy as np
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import Floats
from flgraph.analysis.ranking.draws import Adding, Sums
from flgraph.analysis.ranking.measures import weigh_recent
from flgraph.analysis.ranking.observations import Observations, read_observations
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.schema import GRAPH_VERSION

AS_OF = date(2024, 6, 30)
ORIGIN = {
    "schema_version": GRAPH_VERSION,
    "title": "Synthetic field",
    "synthetic": True,
    "catalog_digest": "sha256:catalog",
    "sources": "catalog; semantic_scholar",
    "snapshot_source": "semantic_scholar",
    "snapshot_taken": f"{AS_OF}T00:00:00+00:00",
    "snapshot_depth": 1,
    "snapshot_digest": "sha256:0123456789abcdef",
}
MEMBERS = tuple(f"paper:member-{number}" for number in range(6))


def make_graph(
    *,
    outside: int = 400,
    counts: Mapping[int, float] | None = None,
    dates: Mapping[int, str | None] | None = None,
    unlisted: Set[int] = frozenset(),
    own: Set[int] = frozenset(),
    seed: int = 0,
) -> KnowledgeGraph:
    """Return six synthetic members from 2018 to 2023, and papers outside that cite them, the later ones more often.

    `counts` and `dates` replace those of members by number, NaN and None being unknown; of the `unlisted` it is not
    known who cites them, and of the `own` every other citation is a self-citation.
    """
    chance = np.random.default_rng(seed)
    graph = KnowledgeGraph(**ORIGIN)
    days = np.datetime64("2017-06-01") + chance.integers(0, 2550, outside)
    cited = chance.choice(6, 2 * outside, p=np.arange(1, 7) / 21).reshape(outside, 2)
    for number, node in enumerate(MEMBERS):
        count = {**dict(enumerate([240.0, 235.0, 230.0, 225.0, 220.0, 215.0])), **(counts or {})}[number]
        day = {**{n: f"{2018 + n}-03-01" for n in range(6)}, **(dates or {})}[number]
        known = {"citation_count": int(count)} if not np.isnan(count) else {}
        known |= {"publication_date": day, "year": int(day[:4])} if day else {}
        known |= {"citations": "failed" if number in unlisted else "known", "influential_citation_count": number}
        lines = {"citations_listed": int((cited == number).any(axis=1).sum())} if number not in unlisted else {}
        title = f"Synthetic member {number}"
        graph.add_node(node, kind="paper", label=title, title=title, in_catalog=True, key=node[6:], **known, **lines)
    for number in range(outside):
        node, title = f"paper:s2-outside-{number:03}", f"Synthetic paper {number}"
        facts = {"publication_date": str(days[number]), "year": int(str(days[number])[:4])}
        facts |= {"citation_count": int(chance.poisson(12)), "reference_count": 20 + number % 30}
        graph.add_node(node, kind="paper", label=title, title=title, in_catalog=False, **facts)
        for member in sorted(set(cited[number].tolist()) - unlisted):
            marks = {"self_citation": member in own and number % 2 == 0, "influential": number % 10 == 0}
            graph.add_edge(
                node, MEMBERS[member], key="cites", sources="semantic_scholar", evidence="synthetic", **marks
            )
    return graph


def make_observations(*, as_of: date = AS_OF, **options: object) -> Observations:
    """Return the observations of `make_graph`."""
    return read_observations(make_graph(**options), as_of)  # type: ignore[arg-type]


def rename_nodes(graph: KnowledgeGraph, seed: int) -> tuple[KnowledgeGraph, dict[str, str]]:
    """Return a graph whose nodes have other names, and the new name of each; what it says is the same."""
    numbers = np.random.default_rng(seed).permutation(len(graph)).tolist()
    names = {node: f"paper:synthetic-{number:05}" for node, number in zip(graph, numbers, strict=True)}
    return nx.relabel_nodes(graph, names), names


def add_as_observed(observed: Observations) -> Adding:
    """Return what adds up citing papers as they are."""
    recent = weigh_recent(observed.matrix, observed.as_of)[:, None]

    def add(adds: sp.csr_array, *, unlisted: Floats | None = None, until: Floats | None = None) -> Sums:
        del until  # `adds` ends where it should
        older = adds @ (1 - recent)
        return Sums(older if unlisted is None else older + unlisted[:, None], adds @ recent)

    return add


def shuffle_graph(graph: KnowledgeGraph, seed: int) -> KnowledgeGraph:
    """Return a graph with nodes and edges in another order."""
    chance = np.random.default_rng(seed)
    shuffled = KnowledgeGraph(**graph.graph)
    nodes, edges = list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))
    shuffled.add_nodes_from(nodes[number] for number in chance.permutation(len(nodes)))
    shuffled.add_edges_from(edges[number] for number in chance.permutation(len(edges)))
    assert nx.utils.graphs_equal(graph, shuffled)
    return shuffled
