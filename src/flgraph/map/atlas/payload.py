"""Describe an atlas as plain values: the data of the page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import scipy.sparse as sp

from flgraph.checks import format_count
from flgraph.export.bibtex import format_bibtex
from flgraph.graph.knowledge_graph import list_facets
from flgraph.graph.record_facts import title_of
from flgraph.graph.schema import NODE_ATTRIBUTES, list_id_kinds
from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.fitting import HEIGHT, WIDTH
from flgraph.map.atlas.looks import describe_looks
from flgraph.map.atlas.paper_colors import ColorBy
from flgraph.map.atlas.paper_sizes import SizeBy
from flgraph.map.atlas.reading import choose_reading
from flgraph.map.atlas.things import find_address, list_outsiders, list_things, place_things
from flgraph.map.origin import describe_origin
from flgraph.sources.registry import find_title

SCHEMA: Final = "flgraph-atlas/1"
_MOST_BIBTEX: Final = 2000
_MOST_NEAR: Final = 3000
_NEAR: Final = 12
_NEAR_OF_MANY: Final = 5
_BACKBONE: Final = 2
_MOST_LINKS: Final = 60_000
_CURATED: Final = "curated catalog"
_CURATED_VALUES: Final = {
    "paper": "title",
    "author": "authors",
    "topic": "topics",
    "dataset": "datasets",
    "codebase": "code",
    "venue": "venue",
}
_SCALARS: Final = (str, bool, int, float)
_BROUGHT: Final = frozenset(
    {
        "influential_citation_count", "reference_count", "citation_counts", "citations_by_year", "document_type",
        "retracted", "open_access", "open_access_url", "open_access_licence", "open_access_version", "versions",
    }
)  # fmt: skip
"""Attributes of the schema that have no column of their own."""


def make_payload(atlas: Atlas, *, color: ColorBy | None = None, size: SizeBy | None = None) -> dict[str, Any]:
    """Describe an atlas as plain values, for JSON.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    color, size
        What colour and size say at first, as in `render_svg`; None leaves the choice to the page.

    Returns
    -------
    dict
        Columns of papers and lists as docs/map.md describes them; unknown values are None, and no number is NaN or
        infinite. Equal atlases give equal payloads.

    Examples
    --------
    >>> make_payload(make_atlas(build_graph(read_catalog())))["schema"]
    'flgraph-atlas/1'
    """
    graph, ranks = atlas.graph, _read_ranks(atlas)
    reading = choose_reading(atlas, {node: rank for node, (_, rank) in ranks.items() if rank is not None})
    return {
        "schema": SCHEMA,
        "title": str(graph.graph.get("title") or "Map of papers"),
        "note": describe_data(atlas),
        "synthetic": graph.graph.get("synthetic") is True,
        "basis": atlas.regions.basis,
        "agreement": _round(atlas.regions.agreement),
        "chance": _round(atlas.regions.chance),
        "caption": atlas.regions.caption,
        "origin": describe_origin(graph.graph, says_missing=False),  # the heading says it
        "width": int(WIDTH),
        "height": int(HEIGHT),
        "looks": describe_looks(atlas, color, size),
        "facets": list_facets(graph),
        "aspects": list(atlas.aspects),
        **_list_papers(atlas, ranks),
        "regions": _list_regions(atlas),
        **list_links(atlas),
        **_list_things(atlas),
        "outside": _list_outside(atlas),
        "sources": _list_sources(atlas),
        "reading": [list(entry) for entry in reading.papers],
        "reading_order": reading.order,
        "notes": list(atlas.notes),
    }


def describe_data(atlas: Atlas) -> str:
    """Say in one line how many papers of which years there are, and what is known of citations."""
    years = [year for node in atlas.papers if (year := atlas.graph.nodes[node].get("year")) is not None]
    span = "" if not years else str(min(years)) if min(years) == max(years) else f"{min(years)}\u2013{max(years)}"
    taken = str(atlas.graph.graph.get("snapshot_taken", ""))[:10]
    cited = any("citation_count" in atlas.graph.nodes[node] for node in atlas.papers)
    linked = atlas.citations is not None and bool((atlas.citations.data == 1).any())
    data = f"citations as of {taken}" if taken else "citations" if cited or linked else "no citation data"
    return " · ".join(filter(None, [format_count(len(atlas.papers), "paper"), span, data]))


def _round(number: float | None) -> float | None:
    return None if number is None or not math.isfinite(number) else round(number, 2)


def _read_ranks(atlas: Atlas) -> dict[str, tuple[float | None, int | None]]:
    """Return score and rank by node id; a score that is no finite number is unknown."""
    if atlas.ranking is None:
        return {}
    table = atlas.ranking.table
    scores = table["score"].to_numpy(dtype=np.float64, na_value=np.nan)
    ranks = table["rank"].to_numpy(dtype=np.float64, na_value=np.nan)
    return {
        str(node): (float(score), int(rank)) if math.isfinite(score) and math.isfinite(rank) else (None, None)
        for node, score, rank in zip(table.index, scores, ranks, strict=True)
    }


# --- papers ----------------------------------------------------------------------------------------------


def _list_papers(atlas: Atlas, ranks: Mapping[str, tuple[float | None, int | None]]) -> dict[str, Any]:
    """Return a column for each fact of the papers."""
    data = [atlas.graph.nodes[node] for node in atlas.papers]
    ranked = [ranks.get(node, (None, None)) for node in atlas.papers]
    columns: dict[str, Any] = {
        "id": list(atlas.papers),
        "label": [str(facts["label"]) for facts in data],
        "name": [title_of(facts) for facts in data],
        "year": [facts.get("year") for facts in data],
        "date": [facts.get("publication_date") for facts in data],
        "url": [find_address(facts, "url") for facts in data],
        "doi": [facts.get("doi") for facts in data],
        "arxiv": [facts.get("arxiv") for facts in data],
        "cites": [_clean_number(facts.get("citation_count")) for facts in data],
        "score": [None if score is None else _clean_number(round(score, 3)) for score, _ in ranked],
        "rank": [rank for _, rank in ranked],
        "region": [int(region) for region in atlas.regions.region],
        "also": [[int(region) for region in regions] for regions in atlas.regions.also],
        "x": _round_all(atlas.places[:, 0]),
        "y": _round_all(atlas.places[:, 1]),
        "fields": _list_fields(atlas, data),
    }
    if len(atlas.papers) <= _MOST_BIBTEX:
        columns["bibtex"] = [format_bibtex(atlas.graph, [node]) if "key" in facts else None
                             for node, facts in zip(atlas.papers, data, strict=True)]  # fmt: skip
    return columns


def _clean_number(number: Any) -> int | float | None:
    """Return a finite number, as an integer where it is one; None for everything else."""
    if not isinstance(number, int | float | np.number) or not math.isfinite(number):
        return None
    return int(number) if float(number).is_integer() else float(number)


def _round_all(values: Any) -> list[float]:
    rounded: list[float] = (np.round(np.asarray(values, dtype=np.float64), 1) + 0.0).tolist()
    return rounded


def _list_fields(atlas: Atlas, data: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the facts of providers that have no column of their own, such as abstracts, each with its source."""
    own = {"kind", "sources", "label", *NODE_ATTRIBUTES["paper"], *list_id_kinds(atlas.graph)} - _BROUGHT
    names = sorted({name for facts in data for name, value in facts.items() if isinstance(value, _SCALARS)} - own)
    return {
        name: {"values": [_clean_value(facts.get(name)) for facts in data], "source": _name_source(atlas, name)}
        for name in names
    }


def _clean_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, _SCALARS) else None


def _round_whole(values: Any) -> list[int]:
    """Return whole pixels, exact enough for contours and glyphs."""
    rounded: list[int] = np.round(np.asarray(values, dtype=np.float64)).astype(int).tolist()
    return rounded


# --- links -----------------------------------------------------------------------------------------------


def list_links(atlas: Atlas) -> dict[str, list[Any]]:
    """Return the strongest links, the most similar papers of each, and citations and relations as flat pairs."""
    count = len(atlas.papers)
    similarity, most = (atlas.similarity, _NEAR) if count <= _MOST_NEAR else (atlas.links, _NEAR_OF_MANY)
    near = [_find_near(similarity, paper, most) for paper in range(count)]
    return {
        "backbone": _flatten(_find_backbone(near, atlas.regions.region.tolist())),
        "near": [_flatten(found) for found in near],
        "links": _flatten(_list_pairs(atlas.citations, (1, 2))),
        "relations": _flatten(_list_pairs(atlas.citations, (2,))),
    }


def _find_backbone(near: Sequence[Sequence[tuple[int, int]]], region: Sequence[int]) -> list[tuple[int, int]]:
    """Return the link of each paper to the most similar one, and to the second within the region.

    Papers apart stand far from those they are like, so lines to them would cross the picture.
    """
    has_regions = max(region, default=-1) >= 0
    pairs = {
        (min(paper, other), max(paper, other))
        for paper, found in enumerate(near)
        for place, (other, _) in enumerate(found[:_BACKBONE])
        if place == 0 or region[paper] == region[other]
    }
    return sorted(pair for pair in pairs if not has_regions or min(region[paper] for paper in pair) >= 0)


def _find_near(similarity: sp.csr_array, paper: int, most: int) -> list[tuple[int, int]]:
    """Return the most similar papers, each with its similarity in per cent, from 1 to 100."""
    row = slice(similarity.indptr[paper], similarity.indptr[paper + 1])
    others, values = similarity.indices[row], similarity.data[row]
    if len(values) > most:  # one pass leaves few to sort
        near = values >= np.partition(values, -most)[-most]
        others, values = others[near], values[near]
    top = np.lexsort((others, -values))[:most]
    return [(int(others[place]), max(1, round(100 * float(values[place])))) for place in top]


def _list_pairs(citations: sp.csr_array | None, kinds: tuple[int, ...]) -> list[tuple[int, int]]:
    """List the pairs of one kind; none of them where there are too many for a page."""
    if citations is None or citations.nnz > _MOST_LINKS:
        return []
    pairs = citations.tocoo()
    kept = np.isin(pairs.data, kinds)
    row, column = pairs.coords
    return sorted(zip(row[kept].tolist(), column[kept].tolist(), strict=True))


def _flatten(pairs: Iterable[tuple[int, int]]) -> list[int]:
    return [number for pair in pairs for number in pair]


# --- regions and things ----------------------------------------------------------------------------------


def _list_regions(atlas: Atlas) -> list[dict[str, Any]]:
    found = []
    for number, name in enumerate(atlas.regions.names):
        topics = atlas.regions.topics[number] if number < len(atlas.regions.topics) else ()
        found.append(
            {
                "name": name,
                "color": atlas.colors[number],
                "rings": [_round_whole(ring.ravel()) for ring in atlas.rings[number]],
                "spot": None if atlas.spots is None else _round_all(atlas.spots[number]),
                "topics": [[_name_topic(atlas, node), int(here), int(whole)] for node, here, whole in topics],
            }
        )
    return found


def _name_topic(atlas: Atlas, node: str) -> str:
    return str(atlas.graph.nodes[node]["name"]) if node in atlas.graph else node.partition(":")[2] or node


def _list_things(atlas: Atlas) -> dict[str, Any]:
    """List things with their places, and the authors of papers; a short name that says the same as the name is None."""
    things, authors = list_things(atlas)
    spots = place_things([thing.papers for thing in things], atlas.places)
    rows = (thing._replace(short=None) if thing.short == thing.name else thing for thing in things)
    listed = [[*row[:-1], list(row.papers), *_round_whole(spot)] for row, spot in zip(rows, spots, strict=True)]
    return {"things": listed, "authors": authors}


def _list_outside(atlas: Atlas) -> list[list[Any]]:
    papers = list_outsiders(atlas.graph, atlas.papers)
    spots = place_things([paper.papers for paper in papers], atlas.places, seed=1)
    return [[*paper[:-1], list(paper.papers), *_round_whole(spot)] for paper, spot in zip(papers, spots, strict=True)]


# --- sources ---------------------------------------------------------------------------------------------


def _name_source(atlas: Atlas, name: str) -> str:
    """Name the provider of an attribute with the day of its data, or the catalog."""
    origin = atlas.graph.graph
    if "snapshot_taken" not in origin:
        return _CURATED
    if "snapshots" in origin:
        return _name_sources(atlas, name)
    source = find_title(str(origin.get("snapshot_source", "unknown source")))
    return f"{source}, {str(origin['snapshot_taken'])[:10]}"


def _name_sources(atlas: Atlas, name: str) -> str:
    """Name those of several providers that state an attribute, each with the day of its data."""
    days = dict(each.split(", ")[:2] for each in str(atlas.graph.graph["snapshots"]).split("; "))
    parts = {part for node in atlas.papers for part in str(atlas.graph.nodes[node].get("sources", "")).split("; ")}
    stating = {source for source, _, names in (part.partition(": ") for part in parts) if name in names.split(", ")}
    chosen = [source for source in days if source in stating] or list(days)
    return "; ".join(f"{find_title(source)}, {days[source][:10]}" for source in chosen)


def _list_sources(atlas: Atlas) -> dict[str, str]:
    """Say of each value that is known where it is from."""
    kinds = {data["kind"] for _, data in atlas.graph.nodes(data=True)}
    said = {name: _CURATED for kind, name in _CURATED_VALUES.items() if kind in kinds}
    if any("citation_count" in atlas.graph.nodes[node] for node in atlas.papers):
        said["cites"] = _name_source(atlas, "citation_count")
    if atlas.ranking is not None:
        said["score"] = f"{atlas.ranking.by} as of {atlas.ranking.as_of.isoformat()}, {atlas.ranking.unit}"
    if atlas.aspects:
        said["similarity"] = f"computed from {', '.join(atlas.aspects)}, as far as known"
    return said
