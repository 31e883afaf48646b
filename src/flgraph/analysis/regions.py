"""Regions: groups of papers that are alike, with names, or a reason why there are none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import networkx as nx
import numpy as np
import pandas as pd
import scipy.sparse as sp

from flgraph.analysis.aspects import PaperAspects, read_aspects
from flgraph.analysis.citation_matrix import Integers
from flgraph.analysis.region_facets import OTHERS, FacetGroups, group_by_facet
from flgraph.analysis.region_names import GroupName, make_unique, name_groups
from flgraph.analysis.region_null import FEWEST_FOR_LEVEL, LEVEL, exceeds_chance, find_chance, measure_likeness
from flgraph.analysis.region_search import LEAST_PAPERS, Partition, link_papers, search_partition
from flgraph.analysis.region_terms import Terms, list_topics, rank_terms, read_terms
from flgraph.analysis.similarity import measure_similarity
from flgraph.checks import format_count, refuse_number
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.tables import Table, describe_graph
from flgraph.progress import ProgressChoice

_KEPT: Final = 0.5
_SHOWN_TOPICS: Final = 4


@dataclass(frozen=True, eq=False)
class Regions:
    """Regions of the papers of a catalog.

    Attributes
    ----------
    papers : tuple of str
        The node ids of the n papers of the catalog, sorted.
    region : array of int, shape (n,)
        The number of each paper's region; 0 is the largest, -1 is a paper apart.
    names : tuple of str
        The name of each region.
    agreement : float or None
        The mean adjusted Rand index of the regions of all links and those with one link in five dropped; None if
        fewer papers are linked than regions need.
    chance : float or None
        The agreement that 19 of 20 shuffled catalogs stay below, or the highest if fewer were drawn; None if it was not
        computed.
    shuffles : int
        How many shuffled catalogs were drawn and have regions: 20 up to 120 papers, fewer of more.
    basis : str or None
        "similarity"; or the facet that papers are grouped by, as similarity shows no more than shuffled data; or None
        if there are no groups.
    also : tuple of tuple of int, shape (n,)
        The further regions whose names fit each paper by its topics.
    topics : tuple of tuple of (str, int, int)
        For each region its topics, most telling first: node id, papers in the region, papers in all.
    table : DataFrame
        One row a region.
    caption : str
        What the regions are and how far they can be trusted, in one sentence.
    """

    papers: tuple[str, ...]
    region: Integers
    names: tuple[str, ...]
    agreement: float | None = None
    chance: float | None = None
    shuffles: int = 0
    basis: str | None = None
    also: tuple[tuple[int, ...], ...] = ()
    topics: tuple[tuple[tuple[str, int, int], ...], ...] = ()
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    caption: str = ""

    def __str__(self) -> str:
        sizes = np.bincount(self.region[self.region >= 0], minlength=len(self.names))
        return "\n".join(
            [
                self.caption,
                *(f"{name}: {format_count(int(size), 'paper')}" for name, size in zip(self.names, sizes, strict=True)),
            ]
        )

    def __repr__(self) -> str:
        return str(self)


def find_regions(
    graph: nx.MultiDiGraph[Any],
    *,
    earlier: Regions | None = None,
    seed: int = 0,
    cache: str | Path | None = None,
    progress: ProgressChoice = "auto",
) -> Regions:
    """Find regions: named groups of papers that are alike.

    Papers are linked to those most similar to them and grouped by the consensus of Louvain runs at the resolution that
    is most stable when one link in five is dropped. Groups are found in noise as well, so the regions must be more
    stable than those of 19 of 20 catalogs with every aspect shuffled, or than all of them above 120 papers, where fewer
    are drawn. If they are not, papers are grouped by the facet of topics that covers most of them.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph.
    earlier : Regions or None
        Regions of an earlier state of the catalog. A region that shares at least half of its papers, or half of those
        of an earlier one, keeps its name, and its number if there are as many regions; without, 0 is the largest.
    seed : int
        The seed of all random choices.
    cache : str, Path or None
        The file in which the agreement of shuffled data is cached; None reads `FLGRAPH_CACHE` from the environment,
        else uses a file in the user's cache folder. A cache that cannot be used is no error.
    progress : {"auto", "bar", "off"} or callable
        How to show the progress of shuffled data that are not cached, as in `enrich_catalog`.

    Returns
    -------
    Regions
        Its `caption` says what the regions are, and its `basis` is None if there are none.

    Raises
    ------
    ValueError
        `seed` is not a whole number from 0.

    Examples
    --------
    >>> regions = find_regions(build_graph(read_catalog()))
    >>> len(regions.papers), regions.basis
    (56, 'similarity')
    """
    refuse_number("seed", seed)
    aspects = read_aspects(graph)
    similarity = measure_similarity(aspects)
    return find_linked_regions(graph, aspects, similarity, link_papers(aspects, similarity), earlier=earlier, seed=seed,
                               cache=cache, progress=progress)  # fmt: skip


def find_linked_regions(
    graph: nx.MultiDiGraph[Any],
    aspects: PaperAspects,
    similarity: sp.csr_array,
    links: sp.csr_array,
    *,
    earlier: Regions | None = None,
    seed: int = 0,
    cache: str | Path | None = None,
    progress: ProgressChoice = "auto",
) -> Regions:
    """Find the regions of `find_regions` where similarity and the links of `link_papers` are known already."""
    found = search_partition(links, seed)
    chance = None if found is None else find_chance(aspects, seed=seed, cache=cache, progress=progress)
    terms = read_terms(graph, aspects)
    likeness = measure_likeness(links)
    if found is not None and chance is not None and exceeds_chance(found.agreement, likeness, chance):
        made = _describe_partition(aspects.papers, found, terms)
    else:
        grouped = group_by_facet(graph, aspects.papers, similarity)
        made = _describe_facet(aspects.papers, grouped, terms)
    made = replace(made, agreement=None if found is None else found.agreement)
    made = made if chance is None else replace(made, chance=chance.agreement, shuffles=chance.draws)
    made = made if earlier is None or not made.names else keep_names(made, earlier)
    caption = _write_caption(made)
    return replace(made, caption=caption, table=_tabulate(graph, made, terms, caption))


# --- from a partition, from a facet ------------------------------------------------------------------------


def _describe_partition(papers: tuple[str, ...], found: Partition, terms: Terms) -> Regions:
    members = _list_members(found.groups)
    ranked = rank_terms(terms, members)
    topics = list_topics(terms, members, ranked)
    named = name_groups(terms, members, ranked)
    also = _find_also(found.groups, terms, named)
    return Regions(papers, found.groups, tuple(name.name for name in named), basis="similarity", also=also,
                   topics=topics)  # fmt: skip


def _list_members(groups: Integers) -> list[list[int]]:
    return [np.flatnonzero(groups == group).tolist() for group in range(int(groups.max(initial=-1)) + 1)]


def _find_also(groups: Integers, terms: Terms, named: Sequence[GroupName]) -> tuple[tuple[int, ...], ...]:
    """List the regions, other than its own, whose names fit a paper."""
    return tuple(
        tuple(region for region, name in enumerate(named) if region != own and name.fits(has))
        for own, has in zip(groups.tolist(), terms.of_papers, strict=True)
    )


def _describe_facet(papers: tuple[str, ...], grouped: FacetGroups | None, terms: Terms) -> Regions:
    if grouped is None:
        nowhere = np.full(len(papers), -1, dtype=np.int64)
        return Regions(papers, nowhere, (), also=tuple(() for _ in papers))
    members = _list_members(grouped.groups)
    others = f"Other {_pluralize(grouped.facet)}"
    names = [others if topic == OTHERS else terms.names[topic] for topic in grouped.topics]
    topics = list_topics(terms, members, rank_terms(terms, members))
    return Regions(papers, grouped.groups, tuple(make_unique(names, [()] * len(names))), basis=grouped.facet,
                   also=grouped.also, topics=topics)  # fmt: skip


def _pluralize(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"


# --- earlier regions ---------------------------------------------------------------------------------------


def keep_names(regions: Regions, earlier: Regions) -> Regions:
    """Give regions the names, and as far as there are no gaps the numbers, of the earlier ones with most common papers.

    Examples
    --------
    >>> regions = find_regions(build_graph(read_catalog()))
    >>> keep_names(regions, regions).names == regions.names
    True
    """
    matched = _match_regions(regions, earlier)
    count = len(regions.names)
    wanted = {region: other for region, other in matched.items() if other < count}
    free = iter(sorted(set(range(count)) - set(wanted.values())))
    place = [wanted[region] if region in wanted else next(free) for region in range(count)]
    order = sorted(range(count), key=place.__getitem__)
    named = [
        (earlier.names[matched[region]] if region in matched else regions.names[region]) for region in range(count)
    ]
    kept = make_unique([named[region] for region in sorted(order, key=lambda region: region not in matched)],
                       [()] * count)  # fmt: skip
    names = dict(zip(sorted(order, key=lambda region: region not in matched), kept, strict=True))
    moved = np.array([*place, -1], dtype=np.int64)  # the last one serves -1
    return replace(
        regions,
        region=moved[regions.region],
        names=tuple(names[region] for region in order),
        also=tuple(tuple(sorted(place[region] for region in others)) for others in regions.also),
        topics=tuple(regions.topics[region] for region in order),
    )


def _match_regions(regions: Regions, earlier: Regions) -> dict[int, int]:
    """Match regions with earlier ones, largest overlap first; at least half of one must be in the other."""
    before = dict(zip(earlier.papers, earlier.region.tolist(), strict=True))
    pairs = [(own, before.get(paper, -1)) for paper, own in zip(regions.papers, regions.region.tolist(), strict=True)]
    common = Counter(pair for pair in pairs if min(pair) >= 0)
    here, there = (Counter(pair[side] for pair in common.elements()) for side in (0, 1))
    matched: dict[int, int] = {}
    for (own, other), number in sorted(common.items(), key=lambda item: (-item[1], item[0])):
        is_kept = number >= _KEPT * min(here[own], there[other])
        if is_kept and own not in matched and other not in matched.values():
            matched[own] = other
    return matched


# --- for people --------------------------------------------------------------------------------------------


def _write_caption(regions: Regions) -> str:
    count = format_count(len(regions.names), "region")
    apart = int((regions.region < 0).sum())
    left = f"; {format_count(apart, 'paper')} apart" if apart and regions.names else ""
    if regions.basis == "similarity":
        return f"{count} of papers that are alike; {_compare(regions)}{left}"
    if regions.agreement is None:
        reason = f"fewer than {LEAST_PAPERS} papers share anything"
    elif regions.chance is None:
        reason = "shuffled data cannot be compared"
    else:
        reason = f"similarity shows no regions beyond chance: {_compare(regions)}"
    if regions.basis is None:
        return f"no regions: {reason}, and no facet of topics groups the papers"
    return f"{count} by {regions.basis}{left}; {reason}"


def _compare(regions: Regions) -> str:
    """Compare the agreement with that of shuffled data; where both are near 1, the likeness of papers decided."""
    ours, theirs = regions.agreement or 0.0, regions.chance or 0.0
    is_above, is_similar = ours > theirs, regions.basis == "similarity"
    how = "above" if is_above else "not above"
    more = "" if is_above is is_similar else f", but shuffled papers are {'less' if is_similar else 'as'} alike"
    shuffled = f"{how} the {theirs:.2f} {_name_shuffles(regions.shuffles)}"
    return f"stability {ours:.2f} when one link in five is dropped (1: unchanged), {shuffled}{more}"


def _name_shuffles(count: int) -> str:
    if count >= FEWEST_FOR_LEVEL:
        return f"that {round(LEVEL * count)} of {count} shuffled catalogs stay below"
    return "of a shuffled catalog" if count == 1 else f"of the most stable of {count} shuffled catalogs"


def _tabulate(graph: nx.MultiDiGraph[Any], regions: Regions, terms: Terms, caption: str) -> pd.DataFrame:
    facts = dict(catalog_papers(graph))
    rows = []
    for number, name in enumerate(regions.names):
        members = [paper for paper, own in zip(regions.papers, regions.region.tolist(), strict=True) if own == number]
        years = [facts[paper]["year"] for paper in members if "year" in facts[paper]]
        told = [f"{terms.names[topic]} {here} of {all_}" for topic, here, all_ in regions.topics[number]]
        rows.append(
            {
                "region": number,
                "name": name,
                "papers": len(members),
                "first_year": min(years, default=pd.NA),
                "last_year": max(years, default=pd.NA),
                "topics": "; ".join(told[:_SHOWN_TOPICS]) or pd.NA,
                "members": "; ".join(str(facts[paper]["key"]) for paper in members),
            }
        )
    dtypes: dict[str, Any] = {"region": int, "name": "string", "papers": int, "first_year": "Int64",
                              "last_year": "Int64", "topics": "string", "members": "string"}  # fmt: skip
    table = Table(pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes).set_index("region"))
    table.attrs = {**describe_graph(graph), "caption": caption}
    return table
