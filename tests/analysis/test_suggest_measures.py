"""What suggestions count and measure, held against the same worked out from plain sets and dense matrices."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, build_citation_matrix, read_citations
from flgraph.analysis.suggest import (
    evaluate_suggestions,
    list_titles,
    measure_cocitation,
    score_candidates,
    suggest_papers,
    walk_undirected,
)
from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog, CatalogEntry, Listing, Paper, Published, Reference
from tests.graph.test_assemble import make_snapshot

Pairs = Set[tuple[str, str]]


NO_OTHERS = dict.fromkeys(("retracted", "versions of other suggestions", "with fewer links"), 0)


def make_graph(
    pairs: Pairs,
    *,
    members: str = "abc",
    unread: str = "",
    facts: Mapping[str, Mapping[str, Any]] | None = None,
    entries: Mapping[str, Mapping[str, Any]] | None = None,
) -> KnowledgeGraph:
    """Return a graph of synthetic papers of one letter each; of the `unread` nobody knows what they cite.

    `facts` are those of their records, `entries` what is curated of members.
    """
    said, curated = facts or {}, entries or {}
    lists = {key: {"title": f"Synthetic member {key}", "section": "x", **curated.get(key, {})} for key in members}
    catalog = Catalog(title="Synthetic", entries=tuple(CatalogEntry(key=key, **lists[key]) for key in members))
    titles = {name: said.get(name, {}).get("title", f"Synthetic {name}") for pair in pairs for name in pair}
    names = {name: Reference(id=name, title=title) for name, title in titles.items()}
    papers = {
        key: Paper(
            id=key,
            references=Listing(status="elided")
            if key in unread
            else Listing(status="known", items=tuple(names[end] for start, end in sorted(pairs) if start == key)),
            citations=Listing(
                status="known",
                items=tuple(names[start] for start, end in sorted(pairs) if end == key and start not in members),
            ),
            **said.get(key, {}),
        )
        for key in members
    }
    context = {name: Paper(id=name, **record) for name, record in said.items() if name not in members}
    return build_graph(catalog, make_snapshot(catalog, **papers).model_copy(update={"context": context}))


def read_names(table: pd.DataFrame) -> list[str]:
    """Return the letters of suggested papers."""
    return [node.rpartition("-")[2] for node in table.index]


# --- measures --------------------------------------------------------------------------------------------


@st.composite
def draw_matrix(draw: st.DrawFn) -> tuple[CitationMatrix, list[int]]:
    """Draw citations, and some of their papers as members."""
    size = draw(st.integers(2, 9))
    places = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(places, places), max_size=25))
    matrix = build_citation_matrix(
        [f"p{number}" for number in range(size)], [start for start, _ in pairs], [end for _, end in pairs]
    )
    return matrix, sorted(draw(st.sets(places, min_size=1, max_size=size - 1)))


def choose(matrix: CitationMatrix, members: list[int]) -> Floats:
    chosen = np.zeros(len(matrix.papers))
    chosen[members] = 1.0
    return chosen


def cocite(matrix: CitationMatrix, members: list[int]) -> list[float]:
    """Return the sum over members of papers that cite both, over the roots of how often either is cited."""
    citing = [set(matrix.indices[matrix.indptr[n] : matrix.indptr[n + 1]].tolist()) for n in range(len(matrix.papers))]
    near = []
    for one in citing:
        both = [(len(one & citing[member]), len(one) * len(citing[member])) for member in members]
        near.append(sum(together / np.sqrt(counts) for together, counts in both if together))
    return near


def walk(matrix: CitationMatrix, members: list[int]) -> Floats:
    """Return where a walker is who starts at a member, and at each of 25 steps goes on or starts again."""
    cited = matrix.to_sparse().toarray()
    links = np.minimum(cited + cited.T, 1)
    start = choose(matrix, members) / len(members)
    place = start
    for _ in range(25):
        spread = [place[links[:, n] > 0] / links.sum(axis=0)[links[:, n] > 0] for n in range(len(place))]
        place = np.array([0.5 * part.sum() for part in spread]) + 0.5 * start
    return place


@settings(max_examples=60)
@given(drawn=draw_matrix())
def test_cocitation_and_walk_are_those_of_their_definitions(drawn: tuple[CitationMatrix, list[int]]) -> None:
    matrix, members = drawn
    chosen = choose(matrix, members)

    assert cocite(matrix, members) == pytest.approx(measure_cocitation(matrix, chosen).tolist())
    assert walk(matrix, members).tolist() == pytest.approx(walk_undirected(matrix, chosen).tolist())


@settings(max_examples=60)
@given(drawn=draw_matrix())
def test_a_score_is_the_fusion_of_both_ranks(drawn: tuple[CitationMatrix, list[int]]) -> None:
    matrix, members = drawn
    scores = score_candidates(matrix, members)
    ranks = [rankdata(-np.round(found, 12)) for found in (cocite(matrix, members), walk(matrix, members))]
    expected = 1 / (60 + ranks[0]) + 1 / (60 + ranks[1])

    assert np.isneginf(scores[members]).all()
    others = [number for number in range(len(scores)) if number not in members]
    assert expected[others].tolist() == pytest.approx(scores[others].tolist())


def test_a_walk_sums_to_one_where_every_paper_has_a_neighbour() -> None:
    matrix = build_citation_matrix(["a", "b", "c"], [0, 1], [1, 2])

    assert 1.0 == pytest.approx(walk_undirected(matrix, np.array([1.0, 0.0, 0.0])).sum())


@pytest.mark.parametrize("members", [[], [-1], [3], [0, 3]])
def test_members_that_the_matrix_does_not_have_are_refused(members: list[int]) -> None:
    with pytest.raises(ValueError, match="one number from 0 to 2"):
        score_candidates(build_citation_matrix(["a", "b", "c"], [0], [1]), members)
    assert 3 == len(score_candidates(build_citation_matrix(["a", "b", "c"], [0], [1]), [0, 2]))


# --- the table -------------------------------------------------------------------------------------------


@st.composite
def draw_pairs(draw: st.DrawFn) -> tuple[Pairs, str]:
    """Draw citations between members a to d and papers v to z, and whose references nobody knows."""
    possible = [pair for pair in product("abcdvwxyz", repeat=2) if pair[0] != pair[1] and set(pair) & set("abcd")]
    pairs = draw(st.sets(st.sampled_from(possible), min_size=4, max_size=25))
    unread = draw(st.sampled_from(["", "a", "cd"]))
    return {pair for pair in pairs if pair[0] not in unread} | {("v", "a"), ("b", "w"), ("v", "b")}, unread


@settings(max_examples=40)
@given(drawn=draw_pairs())
def test_links_are_counted_over_what_is_known(drawn: tuple[Pairs, str]) -> None:
    pairs, unread = drawn
    table = suggest_papers(make_graph(pairs, members="abcd", unread=unread))
    outside = {name for pair in pairs for name in pair} - set("abcd")

    assert outside == set(read_names(table))
    assert {4 - len(unread)} == set(table["of_known"])
    for name, row in zip(read_names(table), table.to_dict("records"), strict=True):
        citing = {start for start, end in pairs if end == name}
        together = {member for member in "abcd" if citing & {start for start, end in pairs if end == member}}
        assert len(citing & set("abcd")) == row["cited_by_catalog"]
        assert len({end for start, end in pairs if start == name} & set("abcd")) == row["cites_catalog"]
        assert len(together) == row["co_cited_with"]


@settings(max_examples=20)
@given(drawn=draw_pairs())
def test_the_order_is_that_of_the_scores_and_then_of_the_ids(drawn: tuple[Pairs, str]) -> None:
    graph = make_graph(drawn[0], members="abcd", unread=drawn[1])
    table = suggest_papers(graph)
    matrix = read_citations(graph)
    members = [number for number, node in enumerate(matrix.papers) if graph.nodes[node]["in_catalog"]]
    scores = dict(zip(matrix.papers, score_candidates(matrix, members).round(12).tolist(), strict=True))
    expected = sorted(table.index, key=lambda node: (-scores[node], node))

    assert expected == table.index.tolist()
    best = scores[expected[0]]
    assert [scores[node] / best for node in expected] == pytest.approx(table["score"].tolist())
    assert [1 + sum(other > scores[node] for other in scores.values()) for node in expected] == table["rank"].tolist()


def test_a_row_says_what_is_known_of_the_paper() -> None:
    facts = {"x": {"year": 2019, "citation_count": 7}, "y": {"title": "Another: title"}}
    table = suggest_papers(make_graph({("a", "x"), ("b", "x"), ("a", "y")}, facts=facts))

    assert ["Synthetic x", "Another: title"] == table["title"].tolist()
    assert [2019, pd.NA] == table["year"].tolist()
    assert [7, pd.NA] == table["citation_count"].tolist()
    assert [1, 2] == table["rank"].tolist()
    assert "node" == table.index.name
    assert ["Int64"] * 4 == [str(table[name].dtype) for name in ("rank", "year", "cited_by_catalog", "citation_count")]


def test_a_reason_names_the_links_and_both_places() -> None:
    table = suggest_papers(make_graph({("a", "x"), ("b", "x"), ("x", "c"), ("a", "b"), ("y", "c")}, unread="c"))
    x, y = (table.loc[f"paper:s2-{name}", "reason"] for name in "xy")

    for said in ("1 of your 3", "2 of the 2", "1 of yours", "place 1 by", "1 by random walk"):
        assert said in x
    assert "cites 1 of yours; place 2 by co-citation, 2 by random walk" == y


def test_papers_that_are_equally_near_share_the_better_rank() -> None:
    table = suggest_papers(make_graph({("a", "b"), ("a", "x"), ("a", "y"), ("b", "x"), ("b", "y"), ("c", "z")}))

    assert {"x": 1, "y": 1, "z": 3} == dict(zip(read_names(table), table["rank"].tolist(), strict=True))
    assert ["place 1 by co-citation, 2 by random walk"] * 2 == [
        reason.rpartition("; ")[2] for reason in table["reason"][:2]
    ]


def test_links_outside_the_catalog_alone_make_no_candidate() -> None:
    graph = make_graph({("a", "x"), ("y", "a")})
    table = suggest_papers(graph)

    assert {"x", "y"} == set(read_names(table))
    assert 2 == table.attrs["candidates"]


def test_what_only_a_curator_saw_is_no_link() -> None:
    relations = ({"relation": "cites", "to": "doi:10.5555/x"},)
    graph = make_graph({("a", "y")}, entries={"a": {"relations": relations}})

    assert "paper:doi-10.5555/x" in graph
    assert ["y"] == read_names(suggest_papers(graph))
    with pytest.raises(GraphError, match="no paper outside the catalog"):
        suggest_papers(make_graph(set(), entries={"a": {"relations": relations}}))


# --- what is left out ------------------------------------------------------------------------------------

DATED = {
    "v": {"publication_date": date(2024, 7, 3)},  # 548 days before the snapshot
    "w": {"publication_date": date(2024, 7, 4)},
    "x": {"year": 2020},
    "y": {"year": 2019},
}
DATED_PAIRS = {("a", name) for name in "vwxyz"} | {("w", "b")}


def test_recent_papers_are_those_of_the_548_days_before_the_snapshot() -> None:
    graph = make_graph(DATED_PAIRS, facts=DATED)
    older, recent = suggest_papers(graph), suggest_papers(graph, recent=True)

    assert ({"v", "x", "y", "z"}, ["w"]) == (set(read_names(older)), read_names(recent))
    assert (1, 4) == (older.attrs["left_out"]["recent"], recent.attrs["left_out"]["not recent"])


def test_a_first_year_keeps_that_year_and_leaves_out_what_has_none() -> None:
    facts = {**DATED, "v": {"year": 2021}, "w": {"publication_date": date(2025, 1, 1)}}
    table = suggest_papers(make_graph(DATED_PAIRS, facts=facts), since=2020)

    assert {"v", "x"} == set(read_names(table))
    assert 1 == table.attrs["left_out"]["without a year"]
    assert 1 == table.attrs["left_out"]["recent"]


def test_each_paper_that_is_left_out_is_counted_once() -> None:
    facts = {**DATED, "x": {"title": "SYNTHETIC member: b!"}, "y": {"title": "Synthetic member c"}}
    graph = make_graph(DATED_PAIRS, facts=facts)
    without = {"paper:s2-y", "paper:s2-v", "paper:unheard-of"}
    table = suggest_papers(graph, without=without)

    assert ["z"] == read_names(table)
    assert {
        "recent": 1,
        "versions of papers of the catalog": 1,
        "decided on": 2,
        "without a year": 0,
        **NO_OTHERS,
    } == table.attrs["left_out"]
    assert 1 == table.attrs["candidates"]


def test_what_is_left_out_for_its_own_reason_is_not_counted_as_without_a_year() -> None:
    facts = {"x": {"title": "Synthetic member b"}, "v": {"year": 2021}}
    table = suggest_papers(make_graph(DATED_PAIRS, facts=facts), since=2020, without={"paper:s2-y"})

    assert ["v"] == read_names(table)
    assert {
        "recent": 0,
        "versions of papers of the catalog": 1,
        "decided on": 1,
        "without a year": 2,
        **NO_OTHERS,
    } == table.attrs["left_out"]


def test_titles_of_the_catalog_are_the_listed_and_the_published_ones() -> None:
    entries = {"a": {"published": Published(title="Published: Elsewhere")}}

    assert {"synthetic member a", "published elsewhere", "synthetic member b", "synthetic member c"} == list_titles(
        make_graph({("a", "x")}, entries=entries)
    )


def test_no_more_than_asked_for_are_returned() -> None:
    graph = make_graph({("a", name) for name in "defghijklmnopqrstuvwxyz"})

    assert (20, 1, 23) == tuple(len(suggest_papers(graph, **asked)) for asked in ({}, {"top": 1}, {"top": 100}))
    assert {23} == {suggest_papers(graph, top=top).attrs["candidates"] for top in (1, 100)}


@pytest.mark.parametrize("options", [{"top": 0}, {"top": 1.5}, {"since": -1}, {"since": "2020"}])
def test_numbers_that_cannot_be_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        suggest_papers(make_graph({("a", "x")}), **options)


# --- recent papers ---------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(pairs=st.sets(st.tuples(st.sampled_from("abcuvwxyz"), st.sampled_from("abcuvwxyz")), min_size=6, max_size=25))
def test_recent_papers_are_ranked_by_links_and_by_shared_references(pairs: Pairs) -> None:
    """Shared references count over the roots of the lengths of both lists, as Kessler's coupling does."""
    pairs = {(one, other) for one, other in pairs if one != other and {one, other} & set("abc")} | {("z", "a")}
    table = suggest_papers(make_graph(pairs, facts={name: {"year": 2025} for name in "uvwxyz"}), recent=True)
    every = {*"abc", *(name for pair in pairs for name in pair)}
    cites = {name: {end for start, end in pairs if start == name} for name in every}
    links = {name: sum(name in cites[one] for one in "abc") + len(cites[name] & set("abc")) for name in cites}
    shared = {
        name: sum(len(mine & cites[one]) / np.sqrt(len(mine) * len(cites[one])) for one in "abc" if mine & cites[one])
        for name, mine in cites.items()
    }
    ranks = [rankdata([-round(found[name], 12) for name in cites]) for found in (links, shared)]
    scores = dict(zip(cites, (1 / (60 + ranks[0]) + 1 / (60 + ranks[1])).round(12).tolist(), strict=True))
    expected = sorted(every - set("abc"), key=lambda name: (-scores[name], name))

    assert expected == read_names(table)
    assert [scores[name] / scores[expected[0]] for name in expected] == pytest.approx(table["score"].tolist())


# --- how well hidden papers are found --------------------------------------------------------------------


def make_hideable() -> KnowledgeGraph:
    """Return six members that cite each other, one that is linked to papers outside alone, and 40 of these."""
    chance = np.random.default_rng(3)
    outside = [chr(number) for number in range(0x4E00, 0x4E00 + 40)]
    pairs = {("b", "a"), ("c", "a"), ("c", "b"), ("d", "b"), ("e", "c"), ("f", "e"), ("f", "a")}
    for name in outside:
        pairs |= {(name, member) for member in chance.choice(list("abcdefg"), 2)}
        pairs |= {(member, name) for member in chance.choice(list("abcdefg"), 2)}
    # Of a, nine papers outside are cited more often, and of b nineteen; of the others nobody counts.
    facts: dict[str, dict[str, Any]] = {name: {"citation_count": 2 * n} for n, name in enumerate(outside[:30])}
    for name in outside[::2]:
        facts.setdefault(name, {})["year"] = 2010 + int(chance.integers(0, 10))
    facts |= {"a": {"citation_count": 41}, "b": {"citation_count": 21}, "c": {"year": 2012}, "d": {"year": 2016}}
    relations = ({"relation": "cites", "to": "a"},)  # what only a curator saw links nothing
    return make_graph(pairs, members="abcdefg", facts=facts, entries={"g": {"relations": relations}})


def test_hidden_papers_are_ranked_among_all_candidates() -> None:
    graph = make_hideable()
    table = evaluate_suggestions(graph, seed=5)
    matrix = read_citations(graph, curated=False)
    place = {node: number for number, node in enumerate(matrix.papers)}
    members = sorted(place[f"paper:{key}"] for key in "abcdefg")
    candidates = [number for number in range(len(matrix.papers)) if number not in members]
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    chance = np.random.default_rng(5)
    ranks: dict[str, list[float]] = {"suggestions": [], "citation_count": [], "random": []}
    for hidden in members:
        if hidden == place["paper:g"]:
            continue
        kept = [
            hidden not in (start, end) or {start, end} <= set(members)
            for start, end in zip(matrix.indices, cited, strict=True)
        ]
        known = build_citation_matrix(matrix.papers, matrix.indices[kept], cited[kept], dates=matrix.dates)
        among = [*candidates, hidden]
        found = {
            "suggestions": score_candidates(known, [member for member in members if member != hidden])[among],
            "citation_count": np.nan_to_num(matrix.citation_counts[among], nan=-1.0),
            "random": chance.random(len(among)),
        }
        for name, scores in found.items():
            ranks[name].append(float(rankdata(-scores)[-1]))

    assert "by" == table.index.name
    assert {
        name: {
            "recall_at_10": np.mean([rank <= 10 for rank in found]),
            "recall_at_20": np.mean([rank <= 20 for rank in found]),
            "recall_at_100": 1.0,
            "median_rank": np.median(found),
            "hidden": 6,
            "candidates": 41,
            "unlinked": 1,
        }
        for name, found in ranks.items()
    } == table.to_dict("index")
    assert {10.0, 20.0} < set(ranks["citation_count"])
    assert 5 == table.attrs["seed"]
    assert evaluate_suggestions(graph, seed=0).equals(evaluate_suggestions(graph))


def test_versions_of_the_list_are_not_among_the_candidates_of_a_hidden_paper() -> None:
    pairs = {("b", "a"), ("c", "a"), ("a", "x"), ("a", "y")}
    table = evaluate_suggestions(make_graph(pairs, facts={"y": {"title": "Synthetic member b"}}))

    assert {2} == set(table["candidates"])


def test_a_seed_that_is_no_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match="seed"):
        evaluate_suggestions(make_graph({("a", "x")}), seed=-1)


def test_equal_suggestions_share_the_best_rank_and_none_is_a_table_too() -> None:
    pairs = {(member, paper) for member in "ab" for paper in "xyz"}

    assert [1, 1, 1] == suggest_papers(make_graph(pairs))["rank"].tolist()
    assert suggest_papers(make_graph(pairs), since=2100).empty
