"""How well does similarity foretell what it was not made from? The five most similar papers, an aspect left out.

Without arguments, the bundled catalog: how many of the five papers most similar to each, measured without modalities,
datasets or authors, share its main modality, a dataset or an author; beside all pairs of papers and papers at random.

With the folder of a citation network (`papers.csv.gz` with doi, title, authors and keywords, `citations.csv.gz`), what
the weights were tried on: the same for its keywords, authors and citations, with each weight varied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import scipy.sparse as sp

import flgraph as fg
from benchmarks.report import Figure, make_parser, print_report
from flgraph.analysis.aspects import FACET_WEIGHTS, WEIGHTS, PaperAspects, read_aspects
from flgraph.analysis.similarity import measure_similarity
from flgraph.analysis.title_words import read_words
from flgraph.graph.knowledge_graph import neighbors_by_kind
from flgraph.graph.paper_facts import authors_of, datasets_of

_NEAREST: Final = 5
_TARGETS: Final = {"modality": 22.0, "dataset": 15.0, "author": 7.0}
_FACTORS: Final = (0.0, 0.5, 2.0, 4.0)
_COMMON_KEYWORD: Final = 100
"""A keyword that more papers have says what the network is about, not what a paper is about."""

_LEFT_OUT: Final[Mapping[str, Sequence[str]]] = {
    "keyword": (),
    "author": ("authors",),
    "citation": ("references", "citing", "links"),
}

Values = Sequence[frozenset[str]]


# --- what nearest papers share -----------------------------------------------------------------------------


def measure_shared(similarity: sp.csr_array, values: Values) -> float:
    """Return the percentage of the five most similar papers that share a value; papers without one are left out."""
    known = [paper for paper, own in enumerate(values) if own]
    among = similarity[known][:, known].tocsr()
    hits = []
    for place, paper in enumerate(known):
        row = slice(among.indptr[place], among.indptr[place + 1])
        order = np.argsort(-among.data[row], kind="stable")[:_NEAREST]
        hits += [bool(values[paper] & values[known[other]]) for other in among.indices[row][order].tolist()]
        hits += [False] * (min(_NEAREST, len(known) - 1) - len(order))
    return 100 * float(np.mean(hits))


def measure_pairs(values: Values) -> float:
    """Return the percentage of all pairs of papers with a value that share one."""
    known = [own for own in values if own]
    rows = _make_rows(known)
    return 100 * float(((rows @ rows.T) > 0).nnz - len(known)) / (len(known) * (len(known) - 1))


def _add_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def draw_similarity(size: int, seed: int = 0) -> sp.csr_array:
    """Return random similarities, as of papers at random places."""
    found = sp.csr_array(np.triu(np.random.default_rng(seed).random((size, size)), 1))
    return (found + found.T).tocsr()


# --- the bundled catalog -----------------------------------------------------------------------------------


def measure_catalog() -> list[Figure]:
    """Measure the bundled catalog without citations, each aspect left out in turn."""
    graph = fg.build_graph(fg.read_catalog())
    aspects = read_aspects(graph)
    blind = read_aspects(graph, facet_weights={**FACET_WEIGHTS, "modality": 0.0})
    placed = {
        "modality": measure_similarity(blind),
        "dataset": measure_similarity(aspects, leave_out=["datasets"]),
        "author": measure_similarity(aspects, leave_out=["authors"]),
    }
    values = {
        "modality": find_main_topics(graph, aspects.papers),
        "dataset": [frozenset(datasets_of(graph, paper)) for paper in aspects.papers],
        "author": [frozenset(authors_of(graph, paper)) for paper in aspects.papers],
    }
    full = measure_similarity(aspects)
    chance = draw_similarity(len(aspects.papers))
    figures = []
    for name, found in placed.items():
        shared = measure_shared(found, values[name])
        said, pairs, random = f"share {_add_article(name)}", measure_pairs(values[name]), "random papers"
        figures += [
            Figure(f"{said}, placed without it", shared, "%", None, _TARGETS[name], "all pairs", pairs),
            Figure(f"{said}, placed with all", measure_shared(full, values[name]), "%",
                   peer=random, peer_value=measure_shared(chance, values[name])),
        ]  # fmt: skip
    return figures


def find_main_topics(graph: fg.KnowledgeGraph, papers: Sequence[str]) -> Values:
    """Return the modality of each paper that most papers have."""
    found = [
        [topic for topic in neighbors_by_kind(graph, paper, "about") if graph.nodes[topic]["facet"] == "modality"]
        for paper in papers
    ]
    counts = Counter(topic for own in found for topic in own)
    return [frozenset(sorted(own, key=lambda topic: (-counts[topic], topic))[:1]) for own in found]


# --- a citation network ------------------------------------------------------------------------------------


def read_network(folder: Path) -> tuple[PaperAspects, dict[str, Values]]:
    """Read papers with words of titles as topics, and what is held out: keywords, authors and citations."""
    papers = pd.read_csv(folder / "papers.csv.gz").sort_values("doi").reset_index(drop=True)
    cites = pd.read_csv(folder / "citations.csv.gz")
    place = {doi: number for number, doi in enumerate(papers["doi"])}
    size = len(place)
    ends = [cites[name].map(place).to_numpy() for name in ("citing", "cited")]
    links = sp.csr_array((np.ones(len(cites)), tuple(ends)), shape=(size, size))
    keywords, authors = (_split(papers[name]) for name in ("keywords", "authors"))
    held = {"topics": [frozenset(read_words(title)) for title in papers["title"]], "authors": authors}
    empty = sp.csr_array((size, 0))
    rows = {"datasets": empty, "codebases": empty, "references": links, "citing": links.T.tocsr()}
    rows |= {name: _make_rows(values) for name, values in held.items()}
    names = {name: tuple(map(str, range(matrix.shape[1]))) for name, matrix in rows.items()}
    counts = Counter(word for own in keywords for word in own)
    telling = [frozenset(word for word in own if counts[word] <= _COMMON_KEYWORD) for own in keywords]
    linked: list[set[str]] = [set() for _ in range(size)]
    for number, pair in enumerate(zip(*(end.tolist() for end in ends), strict=True)):
        for paper in pair:
            linked[paper].add(str(number))
    values: dict[str, Values] = {"keyword": telling, "author": authors, "citation": list(map(frozenset, linked))}
    return PaperAspects(tuple(papers["doi"]), rows, names, links), values


def _split(cells: pd.Series[str]) -> Values:
    return [frozenset(part.strip().casefold() for part in str(cell).split(";") if part.strip())
            if isinstance(cell, str) else frozenset() for cell in cells]  # fmt: skip


def _make_rows(values: Values) -> sp.csr_array:
    names = sorted(frozenset[str]().union(*values))
    place = {name: number for number, name in enumerate(names)}
    ends = [(row, place[name]) for row, own in enumerate(values) for name in sorted(own)]
    return sp.csr_array((np.ones(len(ends)), tuple(zip(*ends, strict=True))), shape=(len(values), len(names)))


def measure_network(folder: Path) -> list[Figure]:
    """Measure a citation network with the weights as they are, and with each of them varied."""
    aspects, values = read_network(folder)
    figures = [
        Figure(f"share {_add_article(name)}, all pairs", measure_pairs(own), "%") for name, own in values.items()
    ]
    figures += _measure_weights("as they are", aspects, values, WEIGHTS)
    for name, weight in WEIGHTS.items():
        if name == "links" or aspects.rows[name].nnz:
            for factor in _FACTORS:
                figures += _measure_weights(f"{name} x {factor:g}", aspects, values, {**WEIGHTS, name: weight * factor})
    return figures


def _measure_weights(
    said: str, aspects: PaperAspects, values: Mapping[str, Values], weights: Mapping[str, float]
) -> list[Figure]:
    return [
        Figure(
            f"{said}: share {_add_article(name)}, placed without it",
            measure_shared(measure_similarity(aspects, leave_out=_LEFT_OUT[name], weights=weights), own),
            "%",
        )
        for name, own in values.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = make_parser(__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="folder of a citation network to vary the weights on")
    options = parser.parse_args(arguments)
    folder = options.folder
    if folder is None:
        return print_report("the five papers most similar to each, in the bundled catalog", measure_catalog(), options)
    return print_report(f"the five papers most similar to each, in {folder.name}", measure_network(folder), options)


if __name__ == "__main__":
    raise SystemExit(main())
