"""Whatever a graph lacks: a ranking that holds together, or one clear error, and never a number from nothing."""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Callable
from functools import partial

import networkx as nx
import numpy as np
import pytest

from benchmarks.synthetic_list import make_list
from flgraph.analysis.communities import find_communities
from flgraph.analysis.main_path import find_main_path
from flgraph.analysis.ranking import METHODS, MethodName, describe, evaluate_ranking, explain_rank, rank_papers
from flgraph.analysis.suggest import evaluate_suggestions, suggest_papers
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph

WHOLE = build_graph(*make_list(30, field_size=500))
FACTS = (
    "publication_date",
    "year",
    "citation_count",
    "reference_count",
    "influential_citation_count",
    "references",
    "citations",
    "citations_listed",
    "references_listed",
)
FEW = range(3)
MANY = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(len(FEW), 25)]


def spoil_graph(seed: int) -> KnowledgeGraph:
    """Return a synthetic graph that lacks papers, facts and citations, with circles, odd days and odd counts."""
    chance = random.Random(seed)
    graph = WHOLE.copy()
    papers = [node for node, data in graph.nodes(data=True) if data["kind"] == "paper"]
    members = [node for node in papers if graph.nodes[node]["in_catalog"]]
    others = [node for node in papers if node not in members]
    kept = chance.sample(members, chance.choice([1, 2, 12, 30]))
    kept += chance.sample(others, chance.choice([0, 5, 60, len(others)]))
    graph.remove_nodes_from(set(papers) - set(kept))
    for fact in FACTS:
        share = chance.choice([0, 0, 0, 0.1, 0.5, 1])
        for node in kept:
            if chance.random() < share:
                graph.nodes[node].pop(fact, None)
    cites = [edge for edge in graph.edges(keys=True) if edge[2] == "cites"]
    graph.remove_edges_from(chance.sample(cites, int(chance.choice([0, 0, 0.3, 0.9, 1]) * len(cites))))
    for start, end, _ in chance.sample(cites, min(len(cites), chance.choice([0, 20]))):
        graph.add_edge(end, start, key="cites", sources="synthetic", evidence="synthetic")
    for node in chance.sample(kept, min(len(kept), chance.choice([0, 5]))):
        graph.nodes[node]["publication_date"] = chance.choice(["2031-01-01", "1900-01-01", "2026-06-30"])
    for node in chance.sample(kept, min(len(kept), chance.choice([0, 5]))):
        graph.nodes[node]["citation_count"] = chance.choice([0, 1, 2**62])
    return graph


def check_ranking(graph: KnowledgeGraph, by: MethodName | None, as_of: str | None) -> None:
    """Check that a ranking agrees with itself and with its explanation."""
    table = rank_papers(graph, by=by, as_of=as_of, draws=20)
    ranked, rest = table[table["rank"].notna()], table[table["rank"].isna()]

    assert len(ranked) > 0
    assert np.isfinite(ranked["score"]).all()
    assert rest["score"].isna().all()
    assert rest["flags"].ne("").all()
    assert len(rest) == sum(table.attrs["unscored"].values())
    assert ranked["rank"].tolist() == ranked["score"].round(9).rank(method="min", ascending=False).tolist()
    assert (ranked["rank_low"].fillna(1) <= ranked["rank"]).all()
    assert (ranked["rank_high"].fillna(len(ranked)) >= ranked["rank"]).all()
    assert table["coverage"].dropna().between(0, 1).all()
    assert f"{len(ranked)} " in describe(table)
    for node in (*ranked.index[:2], *rest.index[:1]):
        explanation = explain_rank(graph, node, ranking=table)
        assert str(explanation)
        if explanation.rank is not None:
            assert explanation.score == pytest.approx(sum(explanation.parts.values()), rel=1e-9, abs=1e-9)


def find_refusal(work: Callable[[], object]) -> str | None:
    """Return what an error said, or None where the work was done; warnings are errors, and no clear ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            work()
        except GraphError as error:
            return str(error)
    return None


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*FEW, *MANY])
def test_an_odd_graph_is_ranked_or_refused(seed: int) -> None:
    graph = spoil_graph(seed)
    as_of = (None, "2022-06-30", "2015-01-01")[seed % 3]
    refusals = {by: find_refusal(partial(check_ranking, graph, by, as_of)) for by in (None, *METHODS)}

    assert all(said is None or re.fullmatch("(no citation data: |no paper can be ranked by ).+; .+", said)
               for said in refusals.values()), refusals  # fmt: skip


@pytest.mark.parametrize("seed", [*FEW, *MANY])
@pytest.mark.parametrize(
    "work", [suggest_papers, evaluate_suggestions, evaluate_ranking, find_communities, find_main_path]
)
def test_of_an_odd_graph_the_rest_is_told_or_refused(seed: int, work: Callable[[KnowledgeGraph], object]) -> None:
    said = find_refusal(partial(work, spoil_graph(seed)))

    assert said is None or (len(said) > 20 and "\n" not in said)


def test_graphs_are_spoiled_in_many_ways() -> None:
    graphs = [spoil_graph(seed) for seed in range(25)]

    assert any(not nx.is_directed_acyclic_graph(graph) for graph in graphs)
    assert len({len(graph) for graph in graphs}) > 10
