"""Say why two papers are alike: the things they share that weigh most, and whether one cites the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import networkx as nx
import scipy.sparse as sp

from flgraph.analysis.aspects import WEIGHTS, WORD, PaperAspects, weigh_rows
from flgraph.checks import format_count
from flgraph.graph.knowledge_graph import neighbors_by_kind

_SHOWN: Final = 3
_JOIN: Final = " · "
_COUNTED: Final = {"references": "shared reference", "citing": "shared citing paper"}
_KINDS: Final = {"codebase": "code"}
_ADDED: Final = re.compile(r" \(.*")


def shorten_name(name: str) -> str:
    """Return a name without what it adds in brackets or after a slash.

    One word before a slash may lack its noun, as in "Outcome / survival prediction", so that such names stay whole.

    Examples
    --------
    >>> shorten_name("Domain adaptation / harmonization"), shorten_name("Microscopy (embryo, cells)")
    ('Domain adaptation', 'Microscopy')
    """
    short = _ADDED.sub("", name).strip() or name
    first, _, second = short.partition(" / ")
    return first if " " in first or " " not in second else short


def name_thing(graph: nx.MultiDiGraph[Any], thing: str) -> str:
    """Return the kind and the short name of a column of an aspect, such as "dataset ABIDE I" or "title word scan"."""
    if thing.startswith(WORD):
        return f"title word {thing.removeprefix(WORD)}"
    data = graph.nodes[thing]
    kind = str(data.get("facet") or _KINDS.get(data["kind"], data["kind"]))
    return f"{kind} {shorten_name(str(data.get('name') or data['label']))}"


def weigh_aspects(aspects: PaperAspects) -> dict[str, sp.csr_array]:
    """Return the rows of each aspect as `measure_similarity` weighs them, for `explain_pair`."""
    return {name: WEIGHTS[name] ** 0.5 * weigh_rows(rows) for name, rows in aspects.rows.items()}


def explain_pair(
    graph: nx.MultiDiGraph[Any], aspects: PaperAspects, weighed: Mapping[str, sp.csr_array], one: int, other: int
) -> str:
    """Say what two papers share, the most telling first: "dataset ABIDE I · author Xiaoxiao Li".

    After these follows how the first paper is linked to the second: "cites", "cited by" or "related".
    """
    shared = sorted(_weigh_shared(graph, aspects, weighed, one, other))
    told = list(dict.fromkeys(text for _, text in shared))[:_SHOWN]
    return _JOIN.join([*told, *_name_links(aspects, one, other)])


def _weigh_shared(
    graph: nx.MultiDiGraph[Any], aspects: PaperAspects, weighed: Mapping[str, sp.csr_array], one: int, other: int
) -> Iterator[tuple[float, str]]:
    """Yield what two papers share, with its negative weight."""
    for name, rows in weighed.items():
        first, second = (_read_row(rows, paper) for paper in (one, other))
        weights = {aspects.names[name][thing]: first[thing] * second[thing] for thing in first.keys() & second.keys()}
        if name in _COUNTED:
            if weights:
                yield -sum(weights.values()), format_count(len(weights), _COUNTED[name])
            continue
        # A dataset says more than the one that it was made from.
        general = {origin for thing in weights for origin in _list_origins(graph, thing)}
        yield from ((-weight, name_thing(graph, thing)) for thing, weight in weights.items() if thing not in general)


def _read_row(rows: sp.csr_array, paper: int) -> dict[int, float]:
    place = slice(rows.indptr[paper], rows.indptr[paper + 1])
    return dict(zip(rows.indices[place].tolist(), rows.data[place].tolist(), strict=True))


def _list_origins(graph: nx.MultiDiGraph[Any], thing: str) -> list[str]:
    return neighbors_by_kind(graph, thing, "derived_from") if thing in graph else []


def _name_links(aspects: PaperAspects, one: int, other: int) -> list[str]:
    if aspects.links is None:
        return []
    there, back = int(aspects.links[one, other]), int(aspects.links[other, one])
    cited = [text for value, text in ((there, "cites"), (back, "cited by")) if value == 1]
    return cited or (["related"] if there or back else [])
