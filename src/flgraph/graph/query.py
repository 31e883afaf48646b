"""Find the papers of the catalog that meet conditions on the curated facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import networkx as nx

from flgraph.checks import format_count, suggest_name
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import catalog_papers, judge_facet, list_sections, neighbors_by_kind, sorted_nodes
from flgraph.graph.paper_facts import describe_papers, find_extent, licences_of
from flgraph.graph.paper_facts import has_code as is_coded
from flgraph.identifiers import normalize_title

if TYPE_CHECKING:
    import pandas as pd

_TEXTS = ("title", "published_title", "acronym", "venue", "venue_listed", "section", "key")


@dataclass(frozen=True)
class Conditions:
    """The conditions on papers that `find_papers` takes as arguments."""

    topic: str | Sequence[str] = ()
    facets: Mapping[str, str | Sequence[str]] | None = None
    task: str | Sequence[str] = ()
    modality: str | Sequence[str] = ()
    method: str | Sequence[str] = ()
    setting: str | Sequence[str] = ()
    section: str | Sequence[str] = ()
    dataset: str | Sequence[str] = ()
    author: str | None = None
    venue: str | None = None
    has_code: bool | None = None
    licence: str | None = None
    since: int | None = None
    until: int | None = None
    text: str | None = None


class Found(NamedTuple):
    """The papers that meet conditions: their values by node id, as in `papers_table`, and of how many they are."""

    papers: dict[str, dict[str, Any]]
    caption: str


def find_papers(
    graph: nx.MultiDiGraph[Any],
    *,
    topic: str | Sequence[str] = (),
    facets: Mapping[str, str | Sequence[str]] | None = None,
    task: str | Sequence[str] = (),
    modality: str | Sequence[str] = (),
    method: str | Sequence[str] = (),
    setting: str | Sequence[str] = (),
    section: str | Sequence[str] = (),
    dataset: str | Sequence[str] = (),
    author: str | None = None,
    venue: str | None = None,
    has_code: bool | None = None,
    licence: str | None = None,
    since: int | None = None,
    until: int | None = None,
    text: str | None = None,
) -> pd.DataFrame:
    """Find the papers of the catalog that meet every condition.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph to search.
    topic : str or sequence of str
        Topic keys or names; a paper must have all of them.
    facets : Mapping or None
        Topic keys or names by facet, such as {"material": "steel"}; only topics of the facet are searched.
    task, modality, method, setting : str or sequence of str
        Short for `facets`, for graphs with these facets. The topics of papers are searched, not their datasets.
    section : str or sequence of str
        Headings of sections, or a part of their path such as "Methods > Nowcasting", ignoring case. A paper must stand
        in all of them.
    dataset : str or sequence of str
        Dataset keys or names; a paper must have all of them. Datasets derived from them count as well.
    author, venue : str or None
        Part of a name, ignoring case and accents. Whole words take precedence over parts of words.
    has_code : bool or None
        True: a codebase is known and is not a placeholder. False: no such codebase is known; the column `has_code`
        of the result separates placeholders from unknown.
    licence : str or None
        Licence of a codebase: an SPDX id such as "MIT", "any", or "NONE" (no licence file). Unknown licences never
        match.
    since, until : int or None
        First and last year of publication. Papers of unknown year never match.
    text : str or None
        Words that must all occur in title, acronym, venue or section, ignoring case and accents. Punctuation counts
        only in words without a letter or digit, such as "(".

    Returns
    -------
    DataFrame
        The matching rows of `papers_table`, in its order. `attrs["caption"]` says of how many papers they are, and how
        many meet the other conditions but have no known year, codebase or dataset.

    Raises
    ------
    GraphError
        A topic, facet, section, dataset, author, venue or licence is unknown. The message suggests the closest name.
    ValueError
        `has_code` is not a bool, `since` or `until` is not a year, or `text` is blank.

    Examples
    --------
    >>> list(find_papers(build_graph(read_catalog()), task="segmentation", dataset="BraTS", has_code=True).key)
    ['asyndgan']
    """
    from flgraph.graph.tables import Table, papers_table  # pandas takes longer than the search

    found = search_papers(
        graph,
        Conditions(
            topic=topic,
            facets=facets,
            task=task,
            modality=modality,
            method=method,
            setting=setting,
            section=section,
            dataset=dataset,
            author=author,
            venue=venue,
            has_code=has_code,
            licence=licence,
            since=since,
            until=until,
            text=text,
        ),
    )
    table = papers_table(graph)
    made = Table(table.loc[list(found.papers)])
    made.attrs = {**table.attrs, "caption": found.caption}
    return made


def search_papers(graph: nx.MultiDiGraph[Any], asked: Conditions) -> Found:
    """Find the papers of the catalog that meet every condition, without a table; errors as in `find_papers`."""
    _check_question(asked.has_code, asked.since, asked.until, asked.text)
    linked = _find_linked(graph, asked)
    granted = _find_licences(graph, asked.licence) if asked.licence is not None else None
    papers = describe_papers(graph)
    others = [
        node
        for node in papers
        if all(node in kept for kept in linked)
        and (granted is None or bool(licences_of(graph, node) & granted))
        and (asked.text is None or _has_words(graph.nodes[node], asked.text))
    ]
    coded = [node for node in others if asked.has_code is None or is_coded(graph, node) is asked.has_code]
    found = [node for node in coded if _is_between(graph.nodes[node], asked.since, asked.until)]
    unknown = [*_describe_code(graph, others, asked.has_code, asked.since, asked.until)]
    if asked.since is not None or asked.until is not None:
        unknown += _describe_years(graph, others, asked.has_code)
    among = _describe_datasets(graph) if _as_list(asked.dataset) else [format_count(len(papers), "paper")]
    caption = "; ".join([f"{len(found)} of {among[0]}", *among[1:], *unknown])
    return Found({node: papers[node] for node in found}, caption)


def _find_linked(graph: nx.MultiDiGraph[Any], asked: Conditions) -> list[set[str]]:
    """Return the papers linked to each thing that was asked for."""
    by_facet = {"task": asked.task, "modality": asked.modality, "method": asked.method, "setting": asked.setting}
    return [
        *_find_about(graph, {None: asked.topic}),
        *_find_about(graph, asked.facets or {}),
        *_find_about(graph, by_facet),
        *(_papers_in_section(graph, name) for name in _as_list(asked.section)),
        *(_papers_with_dataset(graph, name) for name in _as_list(asked.dataset)),
        *_papers_linked(graph, "author", asked.author),
        *_papers_linked(graph, "venue", asked.venue),
    ]


def _describe_datasets(graph: nx.MultiDiGraph[Any]) -> list[str]:
    """Describe how many papers a question about datasets can find, and how many not."""
    extents = [find_extent(graph, node) for node, _ in catalog_papers(graph)]
    known, partly = len(extents) - extents.count(None), extents.count("some")
    said = f"{format_count(known, 'paper')} whose datasets are known{f' ({partly} in part)' if partly else ''}"
    return [said, *_count_papers(extents.count(None), "names no dataset here", "name no dataset here")]


def _describe_code(
    graph: nx.MultiDiGraph[Any], papers: Sequence[str], has_code: bool | None, since: int | None, until: int | None
) -> list[str]:
    """Describe how many papers of the years have no known codebase."""
    between = [node for node in papers if _is_between(graph.nodes[node], since, until)]
    number = sum(not _knows_code(graph, node) for node in between)
    if has_code is None or not number:
        return []
    if has_code:
        return _count_papers(number, "names no codebase and is left out", "name no codebase and are left out")
    said = "names no codebase, so it may have one" if number == 1 else "name no codebase, so they may have one"
    return [f"{number:,} of them {said}"]


def _describe_years(graph: nx.MultiDiGraph[Any], papers: Sequence[str], has_code: bool | None) -> list[str]:
    """Describe how many papers have no year, and may meet the condition on code."""
    undated = [
        node
        for node in papers
        if "year" not in graph.nodes[node]
        and (has_code is None or not _knows_code(graph, node) or is_coded(graph, node) is has_code)
    ]
    return _count_papers(len(undated), "has no year and is left out", "have no year and are left out")


def _knows_code(graph: nx.MultiDiGraph[Any], node: str) -> bool:
    return bool(neighbors_by_kind(graph, node, "has_code"))


def _count_papers(number: int, one: str, many: str) -> list[str]:
    return [f"{format_count(number, 'paper')} {one if number == 1 else many}"] if number else []


def _find_about(graph: nx.MultiDiGraph[Any], topics: Mapping[Any, str | Sequence[str]]) -> Iterator[set[str]]:
    """Yield the papers about each topic, of one facet or (None) of any."""
    for facet, names in topics.items():
        for name in _as_list(names):
            _refuse_facet(graph, facet)
            yield set(neighbors_by_kind(graph, _find_named(graph, "topic", name, facet=facet), "about", incoming=True))


def _refuse_facet(graph: nx.MultiDiGraph[Any], facet: str | None) -> None:
    message = None if facet is None else judge_facet(graph, facet)
    if message is not None:
        raise GraphError(message)


def _papers_in_section(graph: nx.MultiDiGraph[Any], name: str) -> set[str]:
    """Return the papers of a section and of those below it."""
    papers = dict(catalog_papers(graph))
    wanted = re.compile(rf"(?:^|; | > ){re.escape(name.strip())}(?:$|; | > )", re.IGNORECASE)
    found = {node for node, data in papers.items() if wanted.search(str(data.get("section", "")))}
    if not found or not name.strip():
        paths = [section for data in papers.values() for section in list_sections(data)]
        known = dict.fromkeys([*paths, *(heading for path in paths for heading in path.split(" > "))])
        raise GraphError(f"{name!r} is not a section of this graph{suggest_name(name, known)}")
    return found


def _check_question(has_code: object, since: object, until: object, text: str | None) -> None:
    if not isinstance(has_code, bool | None):
        raise ValueError(f"has_code must be True, False or None, found {has_code!r}")
    for name, year in (("since", since), ("until", until)):
        if not isinstance(year, int | None):
            raise ValueError(f"{name} must be a year such as 2022, found {year!r}")
    if text is not None and not text.strip():
        raise ValueError(f"text must contain more than spaces, found {text!r}")


def _find_licences(graph: nx.MultiDiGraph[Any], licence: str) -> set[str]:
    """Return the licences in the graph that a name stands for."""
    known = {data["licence"] for _, data in graph.nodes(data=True) if data["kind"] == "codebase" and "licence" in data}
    if licence == "any":
        return known - {"NONE"}
    found = {name for name in known if name.casefold() == licence.casefold()}
    if not found:
        raise GraphError(f"{licence!r} is not the licence of a codebase in this graph{suggest_name(licence, known)}")
    return found


def _is_between(attributes: Mapping[str, Any], since: int | None, until: int | None) -> bool:
    if "year" not in attributes:
        return since is None and until is None
    year = attributes["year"]
    return (since is None or year >= since) and (until is None or year <= until)


def _as_list(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _find_named(graph: nx.MultiDiGraph[Any], kind: str, name: str, *, facet: str | None = None) -> str:
    """Find the node of a kind (and facet) by its key or name."""
    names: dict[str, str] = {}
    for node, attributes in sorted_nodes(graph):
        if attributes["kind"] == kind and facet in (None, attributes.get("facet")):
            names[normalize_title(node.partition(":")[2])] = node
            names.setdefault(normalize_title(attributes["name"]), node)
    wanted = normalize_title(name.removeprefix(f"{kind}:"))
    if wanted not in names:
        raise GraphError(f"{name!r} is not a {facet or kind} in this graph{suggest_name(wanted, names)}")
    return names[wanted]


def list_family(graph: nx.MultiDiGraph[Any], dataset: str) -> list[str]:
    """List a dataset and the datasets derived from it, directly or not: the dataset first, then nearest first."""
    family = [dataset]
    for node in family:
        derived = neighbors_by_kind(graph, node, "derived_from", incoming=True)
        family += [other for other in derived if other not in family]
    return family


def list_dataset_papers(graph: nx.MultiDiGraph[Any], dataset: str) -> list[str]:
    """List the papers of the catalog that use or introduce a dataset itself, sorted."""
    kinds = ("uses_dataset", "introduces_dataset")
    papers = {paper for kind in kinds for paper in neighbors_by_kind(graph, dataset, kind, incoming=True)}
    return sorted(paper for paper in papers if graph.nodes[paper].get("in_catalog"))


def _papers_with_dataset(graph: nx.MultiDiGraph[Any], name: str) -> set[str]:
    family = list_family(graph, _find_named(graph, "dataset", name))
    return {paper for node in family for paper in list_dataset_papers(graph, node)}


def _find_by_part(graph: nx.MultiDiGraph[Any], kind: str, part: str) -> list[str]:
    """List the nodes of a kind whose name or label contains a text, as whole words if possible."""
    wanted = normalize_title(part)
    if not wanted:
        raise ValueError(f"{kind} must be part of a name, found {part!r}")
    names: dict[str, set[str]] = defaultdict(set)
    for node, attributes in sorted_nodes(graph):
        if attributes["kind"] == kind:
            for name in (attributes["name"], attributes["label"], node.partition(":")[2]):
                names[normalize_title(name)].add(node)
    whole = [name for name in names if f" {wanted} " in f" {name} "]
    found = whole or [name for name in names if wanted in name]
    if not found:
        raise GraphError(f"no {kind} in this graph has {part!r} in its name{suggest_name(wanted, names)}")
    return sorted({node for name in found for node in names[name]})


def _papers_linked(graph: nx.MultiDiGraph[Any], kind: str, part: str | None) -> Iterator[set[str]]:
    """Yield the papers of the authors or venues whose name contains a text; yield nothing if it is None."""
    if part is not None:
        nodes = _find_by_part(graph, kind, part)
        yield {
            paper
            for node in nodes
            for paper in (
                *neighbors_by_kind(graph, node, "authored"),
                *neighbors_by_kind(graph, node, "published_in", incoming=True),
            )
        }


def _has_words(attributes: Mapping[str, object], text: str) -> bool:
    held = " ".join(str(attributes[name]) for name in _TEXTS if name in attributes)
    signs = [word for word in text.split() if not normalize_title(word)]
    normal = normalize_title(held)
    return all(sign in held for sign in signs) and all(word in normal for word in normalize_title(text).split())
