"""Suggest papers that a catalog lacks, by co-citation with its papers and proximity to them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import networkx as nx
import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp

from flgraph.analysis.citation_matrix import CitationMatrix, Floats, Integers, build_citation_matrix, read_citations
from flgraph.analysis.ranks import rank_values
from flgraph.checks import format_count, refuse_number
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.record_facts import title_of
from flgraph.graph.tables import Table, describe_graph
from flgraph.identifiers import normalize_title
from flgraph.sources.registry import find_title

_FUSION: Final = 60
_DIGITS: Final = 12
_STAY: Final = 0.5
_STEPS: Final = 25
_RECENT_DAYS: Final = 548  # eighteen months: too short a time for co-citations
_TOPS: Final = (10, 20, 100)


def suggest_papers(
    graph: nx.MultiDiGraph[Any],
    *,
    top: int = 20,
    since: int | None = None,
    recent: bool | None = False,
    links: int = 1,
    without: Collection[str] = (),
) -> pd.DataFrame:
    """Suggest papers outside the catalog, those nearest to its papers first.

    Papers are scored by `score_candidates`. Recent papers, which had no time to be cited, are scored by links to the
    catalog and by shared references (bibliographic coupling: Kessler 1963). At depth 0 only references are known, so
    `co_cited_with` counts reference lists of the catalog's papers alone. Suggestions are for a person to judge; the
    catalog stays as it is.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot, of depth 1 for citing papers.
    top : int
        The number of suggestions.
    since : int or None
        The first year of publication; leaves out papers of unknown year.
    recent : bool or None
        True suggests papers of the eighteen months before the snapshot, False older ones. None suggests both, the
        recent ones first: half of `top`, or more if there are not enough older ones.
    links : int
        The least number of papers of the catalog that a suggestion cites or that cite it.
    without : collection of str
        Node ids not to suggest, for example those of `find_candidates`.

    Returns
    -------
    DataFrame
        Index: node id. Order: recent ones first, then rank, then node id. Columns: `rank` (Int64), `score` (float,
        relative to the first, 0 to 1), `title`, `year` (Int64), `cited_by_catalog` (Int64, citing papers of the catalog
        with known references), `of_known` (Int64, all papers of the catalog with known references), `cites_catalog`
        (Int64, papers of the catalog that it cites), `co_cited_with` (Int64, papers of the catalog that another paper
        cites together with it), `links` (Int64, papers of the catalog that it cites or that cite it), `citation_count`
        (Int64, missing if unknown), `recent` (bool), `reason` (these numbers in words). Retracted papers are never
        suggested. `attrs` holds the snapshot, the number of candidates, and the numbers left out: of the other age,
        with fewer links, retracted, without a year, decided on, and versions of papers of the catalog or of other
        suggestions.

    Raises
    ------
    GraphError
        No paper outside the catalog is linked to its papers by a citation.
    ValueError
        `top` or `links` is not a whole number from 1, or `since` is not a year.

    Examples
    --------
    >>> suggest_papers(build_graph(read_catalog()))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no paper outside the catalog is known ...
    """
    refuse_number("top", top, least=1)
    refuse_number("links", links, least=1)
    refuse_number("since", 0 if since is None else since)
    find = partial(_suggest, graph, since=since, links=links, without=without)
    return find(recent=recent).head(top) if recent is not None else _mix(find(recent=True), find(recent=False), top)


def _suggest(
    graph: nx.MultiDiGraph[Any], *, recent: bool, since: int | None, links: int, without: Collection[str]
) -> Table:
    matrix = read_citations(graph, curated=False)
    members, candidates = _split_papers(graph, matrix)
    data = [graph.nodes[matrix.papers[place]] for place in candidates]
    years = np.array([paper.get("year", np.nan) for paper in data], dtype=np.float64)
    is_new = _is_recent(graph, matrix)[candidates]
    reasons = {
        "decided on": np.array([matrix.papers[place] in without for place in candidates], dtype=bool),
        "versions of papers of the catalog": _find_versions(graph, matrix, candidates),
        "retracted": np.array([paper.get("retracted") is True for paper in data], dtype=bool),
        "not recent" if recent else "recent": is_new != recent,
        "with fewer links": _count_links(matrix, members)[candidates] < links,
        "without a year": np.isnan(years) if since is not None else np.zeros(len(candidates), dtype=bool),
    }
    open_ = np.ones(len(candidates), dtype=bool)
    left_out = {}
    for reason, holds in reasons.items():
        left_out[reason] = int((open_ & holds).sum())
        open_ &= ~holds
    kept = candidates[open_ & (years >= since)] if since is not None else candidates[open_]
    measures = _measure_recent(matrix, members) if recent else _measure_candidates(matrix, members)
    scores = _fuse(list(measures.values()), members)
    order = kept[np.lexsort((np.array(matrix.papers)[kept], -scores[kept].round(_DIGITS)))]
    firsts = _find_first_versions(graph, matrix, order)
    left_out["versions of other suggestions"] = len(order) - len(firsts)
    order = order[firsts]
    table = Table(_tabulate(graph, matrix, members, order, scores, measures).assign(recent=recent))
    table.insert(len(table.columns) - 1, "reason", table.pop("reason"))
    table.attrs = {
        **describe_graph(graph),
        "caption": f"{format_count(len(order), 'recent paper' if recent else 'paper')} outside the catalog, nearest "
        f"first by {' and '.join(measures)}",
        "by": f"{' and '.join(measures)}, by reciprocal rank fusion",
        "candidates": len(order),
        "left_out": left_out,
    }
    return table


def _mix(new: pd.DataFrame, old: pd.DataFrame, top: int) -> pd.DataFrame:
    """Join recent suggestions, half of `top`, and older ones; either takes what the other leaves."""
    chosen = new.head(max(top - top // 2, top - len(old)))
    table = Table(pd.concat([chosen, old.head(top - len(chosen))]))
    table.attrs = {
        **old.attrs,
        "by": f"recent ones by {new.attrs['by']}; older ones by {old.attrs['by']}",
        "caption": f"{new.attrs['caption']}; {old.attrs['caption']}",
        "candidates": new.attrs["candidates"] + old.attrs["candidates"],
        "left_out": {name: count for name, count in old.attrs["left_out"].items() if name != "recent"},
    }
    return table


def evaluate_suggestions(graph: nx.MultiDiGraph[Any], *, seed: int = 0) -> pd.DataFrame:
    """Evaluate suggestions: hide the papers of the catalog one by one and look for them among the candidates.

    Only the links of the hidden paper to the other papers of the catalog stay, since a snapshot without it would hold
    no others. Limits: a catalog compiled by following citations is easy to recover; compare with the controls.

    Parameters
    ----------
    graph : KnowledgeGraph
        As for `suggest_papers`.
    seed : int
        The seed of the random control.

    Returns
    -------
    DataFrame
        Index: `suggestions`, and the controls `citation_count` and `random`. Columns: `recall_at_10`, `recall_at_20`,
        `recall_at_100` (0 to 1), `median_rank` (midranks for ties), `hidden` (papers hidden), `candidates` (papers
        ranked), `unlinked` (papers not hidden, because no citation links them to the others).

    Raises
    ------
    GraphError
        As for `suggest_papers`, or no paper of the catalog is linked to another.
    ValueError
        `seed` is not a whole number from 0.
    """
    refuse_number("seed", seed)
    matrix = read_citations(graph, curated=False)
    members, candidates = _split_papers(graph, matrix)
    candidates = candidates[~_find_versions(graph, matrix, candidates)]
    rng = np.random.default_rng(seed)
    ranks: dict[str, list[float]] = {"suggestions": [], "citation_count": [], "random": []}
    for hidden in members:
        rest = members[members != hidden]
        known, is_linked = _hide_paper(matrix, int(hidden), rest)
        if is_linked:
            among = np.append(candidates, hidden)
            scores = {
                "suggestions": score_candidates(known, rest)[among],
                "citation_count": np.nan_to_num(matrix.citation_counts[among], nan=-1.0),
                "random": rng.random(len(among)),
            }
            for name, found in scores.items():
                ranks[name].append(float(rank_values(-found)[-1]))
    if not ranks["random"]:
        raise GraphError("no paper of the catalog cites another or is co-cited with one, so none can be hidden")
    rows = {
        name: {
            **{f"recall_at_{top}": float(np.mean(np.array(found) <= top)) for top in _TOPS},
            "median_rank": float(np.median(found)),
            "hidden": len(found),
            "candidates": len(candidates) + 1,
            "unlinked": len(members) - len(found),
        }
        for name, found in ranks.items()
    }
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("by")
    table.attrs = {**describe_graph(graph), "seed": seed}
    return table


def _count_links(matrix: CitationMatrix, members: Integers) -> Integers:
    """Count for each paper the papers of the catalog that it cites or that cite it."""
    links = matrix.to_sparse()
    either = ((links + links.T) > 0).astype(np.float64)
    chosen = np.zeros(len(matrix.papers))
    chosen[members] = 1.0
    counted: Integers = (either @ chosen).astype(np.int64)
    return counted


def _split_papers(graph: nx.MultiDiGraph[Any], matrix: CitationMatrix) -> tuple[Integers, Integers]:
    """Return the numbers of the catalog's papers, and of the papers outside it that citations link to them."""
    is_member = np.array([graph.nodes[paper]["in_catalog"] for paper in matrix.papers], dtype=bool)
    links = matrix.to_sparse()
    reached = (links + links.T) @ is_member.astype(np.float64) > 0
    members, candidates = np.flatnonzero(is_member), np.flatnonzero(reached & ~is_member)
    if not len(candidates):
        raise GraphError(_say_none_around(graph))
    return members, candidates


def _say_none_around(graph: nx.MultiDiGraph[Any]) -> str:
    """Say why no paper outside the catalog is linked to its papers, and what to do."""
    none = "no paper outside the catalog is known to cite its papers or to be cited by them"
    states = [data["match"] for _, data in catalog_papers(graph) if "match" in data]
    if not states:
        return f"{none}; run `flgraph build` online, or with --snapshot"
    if "accepted" not in states:
        source = find_title(str(graph.graph.get("snapshot_source", "the source")))
        papers = format_count(len(states), "paper")
        return f"{none}, since none of its {papers} was found in {source}; check their titles and ids"
    if graph.graph.get("snapshot_depth") == 0:
        return f"{none}, since the snapshot has depth 0; make one of depth 1 with `flgraph enrich`"
    return f"{none}; the source lists no such citation"


def _find_versions(graph: nx.MultiDiGraph[Any], matrix: CitationMatrix, candidates: Integers) -> npt.NDArray[np.bool_]:
    """Return which candidates share a title with a paper of the catalog: versions with a separate record."""
    titles = list_titles(graph)
    return np.array([normalize_title(graph.nodes[matrix.papers[place]]["title"]) in titles for place in candidates])


def _find_first_versions(graph: nx.MultiDiGraph[Any], matrix: CitationMatrix, order: Integers) -> list[int]:
    """Return the positions of papers whose title no earlier one has: a source may hold one paper as two records."""
    titles = [normalize_title(graph.nodes[matrix.papers[place]]["title"]) for place in order]
    firsts = {title or str(position): position for position, title in reversed(list(enumerate(titles)))}
    return sorted(firsts.values())


def list_titles(graph: nx.MultiDiGraph[Any]) -> set[str]:
    """List the normalized titles of the papers of the catalog, as the catalog and as sources give them."""
    names = ("title", "published_title")
    return {normalize_title(data[name]) for _, data in catalog_papers(graph) for name in names if name in data}


def _is_recent(graph: nx.MultiDiGraph[Any], matrix: CitationMatrix) -> npt.NDArray[np.bool_]:
    """Return which papers are from the eighteen months before the snapshot; none without a snapshot."""
    if "snapshot_taken" not in graph.graph:
        return np.zeros(len(matrix.papers), dtype=bool)
    day = date.fromisoformat(str(graph.graph["snapshot_taken"])[:10])
    recent: npt.NDArray[np.bool_] = matrix.dates > np.datetime64(day - timedelta(days=_RECENT_DAYS))
    return recent


def _hide_paper(matrix: CitationMatrix, hidden: int, rest: Integers) -> tuple[CitationMatrix, bool]:
    """Return the citations without those that only the hidden paper's own listings hold, and if any of its stay."""
    cited = np.repeat(np.arange(len(matrix.papers)), matrix.count_citations())
    mine = (cited == hidden) | (matrix.indices == hidden)
    linked = mine & (np.isin(cited, rest) | np.isin(matrix.indices, rest))
    kept = ~mine | linked
    without = build_citation_matrix(matrix.papers, matrix.indices[kept], cited[kept], dates=matrix.dates)
    return without, bool(linked.any())


# --- the table -------------------------------------------------------------------------------------------


def _tabulate(
    graph: nx.MultiDiGraph[Any],
    matrix: CitationMatrix,
    members: Integers,
    order: Integers,
    scores: Floats,
    measures: Mapping[str, Floats],
) -> pd.DataFrame:
    cited_by = matrix.to_sparse()
    is_member = np.zeros(len(matrix.papers))
    is_member[members] = 1.0
    known = is_member * [graph.nodes[paper].get("references") == "known" for paper in matrix.papers]
    together = (cited_by[order] @ cited_by[members].T).tocsr()
    together.eliminate_zeros()
    counts = {
        "cited_by_catalog": (cited_by @ known)[order],
        "of_known": np.full(len(order), known.sum()),
        "cites_catalog": (cited_by.T @ is_member)[order],
        "co_cited_with": np.diff(together.indptr),
        "links": _count_links(matrix, members)[order],
    }
    data = [graph.nodes[matrix.papers[place]] for place in order]
    table = pd.DataFrame(
        {
            "rank": pd.array(rank_values(-scores[order].round(_DIGITS), ties="min").astype(np.int64), dtype="Int64"),
            "score": scores[order] / scores[order].max(initial=-np.inf),
            "title": pd.array([title_of(paper) for paper in data], dtype="string"),
            "year": pd.array([paper.get("year", pd.NA) for paper in data], dtype="Int64"),
            **{name: pd.array(numbers.astype(np.int64), dtype="Int64") for name, numbers in counts.items()},
            "citation_count": pd.array([paper.get("citation_count", pd.NA) for paper in data], dtype="Int64"),
        },
        index=pd.Index([matrix.papers[place] for place in order], name="node", dtype="string"),
    )
    partly = (cited_by @ (is_member - known))[order]
    places = {name: rank_values(-found[order].round(_DIGITS), ties="min") for name, found in measures.items()}
    rows = zip(table.to_dict("records"), partly, zip(*places.values(), strict=True), strict=True)
    reasons = [
        "; ".join([*_say_links(row, int(more), len(members)), _say_places(places, ranks)]) for row, more, ranks in rows
    ]
    return table.assign(reason=pd.array(reasons, dtype="string"))


def _say_links(row: Mapping[Hashable, Any], partly: int, members: int) -> Iterator[str]:
    """Yield the links of a paper to the catalog, over the papers with known references."""
    if row["co_cited_with"]:
        yield f"co-cited with {row['co_cited_with']} of your {members}"
    if row["cited_by_catalog"]:
        yield f"cited by {row['cited_by_catalog']} of the {row['of_known']} whose references are known"
    if partly:
        yield f"cited by {partly} whose other references are unknown"
    if row["cites_catalog"]:
        yield f"cites {row['cites_catalog']} of yours"


def _say_places(measures: Iterable[str], ranks: Iterable[float]) -> str:
    return f"place {', '.join(f'{rank:.0f} by {name}' for name, rank in zip(measures, ranks, strict=True))}"


# --- proximity --------------------------------------------------------------------------------------------


def _measure_recent(matrix: CitationMatrix, members: Integers) -> dict[str, Floats]:
    """Measure the proximity of recent papers to members: by links, and by shared references."""
    chosen = np.zeros(len(matrix.papers))
    chosen[members] = 1.0
    cited_by = matrix.to_sparse()
    links = (cited_by + cited_by.T) @ chosen
    references = np.maximum(matrix.count_references(), 1)
    shared = (cited_by.T @ (cited_by @ (chosen / np.sqrt(references)))) / np.sqrt(references)
    return {"links": links, "shared references": shared}


def _measure_candidates(matrix: CitationMatrix, members: Integers) -> dict[str, Floats]:
    chosen = np.zeros(len(matrix.papers))
    chosen[members] = 1.0
    return {"co-citation": measure_cocitation(matrix, chosen), "random walk": walk_undirected(matrix, chosen)}


def _fuse(measures: Sequence[Floats], members: Integers) -> Floats:
    fused: Floats = np.sum([1 / (_FUSION + rank_values(-scores.round(_DIGITS))) for scores in measures], axis=0)
    fused[members] = -np.inf
    return fused


def score_candidates(matrix: CitationMatrix, members: npt.ArrayLike) -> Floats:
    """Score the proximity of each paper to some members, shape (n,); members are -inf.

    Reciprocal rank fusion, the sum of 1 / (60 + rank) (Cormack, Clarke, Buettcher 2009), of the co-citation cosine and
    a random walk with restart at the members that follows citations in both directions.

    Parameters
    ----------
    matrix : CitationMatrix
        The citations.
    members : array of int
        The numbers of the members in `matrix.papers`.

    Raises
    ------
    ValueError
        `members` is empty or out of range.

    Examples
    --------
    >>> from flgraph.analysis.citation_matrix import build_citation_matrix
    >>> matrix = build_citation_matrix(["a", "b", "c", "d"], [3, 3, 2], [0, 1, 1])
    >>> int(score_candidates(matrix, [0]).argmax())
    1
    """
    places = np.asarray(members, dtype=np.int64)
    if not places.size or places.min() < 0 or places.max() >= len(matrix.papers):
        raise ValueError(f"members should be at least one number from 0 to {len(matrix.papers) - 1}")
    return _fuse(list(_measure_candidates(matrix, places).values()), places)


def measure_cocitation(matrix: CitationMatrix, chosen: Floats) -> Floats:
    """Return the sum over chosen papers i of coc(i, j) / sqrt(c_i c_j), shape (n,).

    coc(i, j) is the number of papers that cite both i and j, c_i the number of papers that cite i.
    """
    cited_by = matrix.to_sparse()
    counts = matrix.count_citations().astype(np.float64)
    weights = np.where(counts > 0, 1 / np.sqrt(np.maximum(counts, 1)), 0.0)
    near: Floats = weights * (cited_by @ (cited_by.T @ (chosen * weights)))
    return near


def walk_undirected(matrix: CitationMatrix, chosen: Floats) -> Floats:
    """Return the visit probabilities of a random walk with restart at the chosen papers, shape (n,).

    The walk follows a citation in either direction, or restarts with probability 0.5. The sum is 1, or less if a chosen
    paper has no neighbour.
    """
    cited_by = matrix.to_sparse()
    links = ((cited_by + cited_by.T) > 0).astype(np.float64)
    degrees = np.asarray(links.sum(axis=0)).ravel()
    steps = (links @ sp.diags_array(np.where(degrees > 0, 1 / np.maximum(degrees, 1), 0.0))).tocsr()
    start = chosen / chosen.sum()
    place = start
    for _ in range(_STEPS):  # further steps change no rank
        place = _STAY * (steps @ place) + (1 - _STAY) * start
    found: Floats = place
    return found
