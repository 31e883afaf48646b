"""What the panel of the map says of a rank: each number with its unit."""

from __future__ import annotations

import re

import pytest

from flgraph.analysis.ranking import METHODS, MethodName, make_ranking
from flgraph.analysis.ranking.explain import list_parts
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.ranks import describe_ranks

UNITS: dict[MethodName, tuple[str, str]] = {
    "age_normalized": (r"of 50 points( for its age)?; [\d,]+ citations?( in the last 12 months)?", "of 100 points"),
    "current_attention": ("points?: .+", "points of 100"),
    "popularity": ("times the mean: .+", "times the mean of all papers of the graph"),
    "influence": ("standard deviations?: .+", "standard deviations? above the papers of its time"),
    "impulse": ("citations?: .+", "citations?"),
    "citation_count": ("citations?: .+", "citations?"),
    "citations_per_year": ("citations? a year: .+", "citations? a year"),
    "catalog_citations": ("papers?: papers of the catalog that cite it", "papers? of the catalog"),
    "s2_influential": ("citations?: .+", "citations?"),
}


@pytest.mark.parametrize("by", METHODS)
def test_every_part_of_every_method_says_its_unit(cited_graph: KnowledgeGraph, by: MethodName) -> None:
    ranking = make_ranking(cited_graph, by=by, draws=0)
    described = describe_ranks(cited_graph, ranking)
    part, whole = (re.compile(rf"-?[\d,]+(\.\d+)? {unit}") for unit in UNITS[by])

    for node, parts in list_parts(cited_graph, ranking).items():
        said = described[node]
        assert len(parts) == len(said.get("rank_parts", []))
        assert all(part.match(line) for line in said.get("rank_parts", [])), said
        assert not any(re.match(r"-0 ", line) for line in said.get("rank_parts", []))
        assert not parts or whole.fullmatch(said["rank_sum"].partition(" by ")[0])
        assert not any(
            re.match(r"1 (citations|papers|standard deviations)\b", line) for line in said.get("rank_parts", [])
        )


def test_the_counts_beside_the_points_are_those_of_the_table(cited_graph: KnowledgeGraph) -> None:
    table = make_ranking(cited_graph, details=True, draws=0).table.dropna(subset=["rank"])
    described = describe_ranks(cited_graph, make_ranking(cited_graph, draws=0))

    for node, row in table.iterrows():
        age, recent = (re.findall(r"([\d,]+) citation", line)[0] for line in described[str(node)]["rank_parts"])
        assert (row["citation_count"], row["recent_citations"]) == (int(age), int(recent))


def test_a_part_that_is_equal_for_all_is_marked(cited_graph: KnowledgeGraph) -> None:
    graph = cited_graph.copy()
    graph.remove_edges_from([edge for edge in graph.edges(keys=True) if edge[2] == "cites"])
    described = describe_ranks(graph, make_ranking(graph, by="citation_count", draws=0))
    lines = next(said["rank_parts"] for said in described.values() if "rank_parts" in said)

    assert [True, True, False] == [
        line.endswith("; equal for all ranked papers, so it separates none") for line in lines
    ]
