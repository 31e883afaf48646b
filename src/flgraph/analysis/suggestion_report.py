"""Describe suggestions for a person to judge: where each paper is, why it is suggested, and where it may belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

import networkx as nx
import pandas as pd

from flgraph.checks import format_count
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.schema import list_id_kinds, refuse_other
from flgraph.lists.writing.escaping import encode_address, escape_everywhere
from flgraph.sources.registry import find_credit, find_page

_NAMED: Final = 3
_LONGEST_NAME: Final = 60
_PAGES: Final = {"arxiv": "https://arxiv.org/abs/{}", "doi": "https://doi.org/{}"}
_AGES: Final = {True: "Recent papers", False: "Older papers"}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A suggested paper as a person reads it.

    Attributes
    ----------
    node : str
        Its node in the graph.
    title : str
        Its title.
    url : str or None
        Its page: at arXiv, else of its DOI, else at the provider. None if it has no id.
    venue, year : str or None, int or None
        Where and when it was published; None is unknown.
    section : str or None
        The section of the catalog with most papers that it cites or that cite it. None if those have no section.
    reasons : tuple of str
        Why it is suggested, in sentences that name papers of the catalog.
    is_recent : bool
        Whether it is of the eighteen months before the snapshot.
    ids : Mapping of str to str
        Its arXiv id, its DOI and its id at the provider, as far as known.
    refusal : str or None
        Why it was not added to the list; None if it was, or if nobody tried.
    """

    node: str
    title: str
    url: str | None
    venue: str | None
    year: int | None
    section: str | None
    reasons: tuple[str, ...]
    is_recent: bool
    ids: Mapping[str, str]
    refusal: str | None = None

    def refuse(self, reason: str) -> Suggestion:
        """Return the suggestion with the reason why it was not added."""
        return replace(self, refusal=reason)


def describe_suggestions(
    graph: nx.MultiDiGraph[Any], suggestions: pd.DataFrame, *, sections: Mapping[str, Sequence[str]] | None = None
) -> list[Suggestion]:
    """Describe suggestions, in their order.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph from which the suggestions were made.
    suggestions : DataFrame
        From `suggest_papers`.
    sections : Mapping of str to sequence of str or None
        The sections of each paper of the catalog by its key; None takes those of the graph.

    Raises
    ------
    ValueError
        `graph` is not a graph, or `suggestions` not a table of `suggest_papers`.
    """
    refuse_other(graph)
    if not isinstance(suggestions, pd.DataFrame) or "reason" not in suggestions:
        raise ValueError(f"suggestions is a {type(suggestions).__name__}; should be a table from suggest_papers")
    members = dict(catalog_papers(graph))
    known = sections if sections is not None else {data["key"]: _read_sections(data) for data in members.values()}
    return [
        _describe(graph, members, known, str(node), row) for node, row in suggestions.to_dict(orient="index").items()
    ]


def _read_sections(data: Mapping[str, Any]) -> list[str]:
    return list(filter(None, str(data.get("section", "")).split("; ")))


def _describe(
    graph: nx.MultiDiGraph[Any],
    members: Mapping[str, Mapping[str, Any]],
    sections: Mapping[str, Sequence[str]],
    node: str,
    row: Mapping[Any, Any],
) -> Suggestion:
    data = graph.nodes[node]
    citing = sorted(one for one in graph.predecessors(node) if one in members and graph.has_edge(one, node, "cites"))
    cited = sorted(one for one in graph.successors(node) if one in members and graph.has_edge(node, one, "cites"))
    linked = dict.fromkeys([*citing, *cited])
    votes = Counter(section for one in linked for section in sections.get(members[one]["key"], ()))
    return Suggestion(
        node=node,
        title=data["title"],
        url=_find_address(graph, data),
        venue=data.get("venue"),
        year=data.get("year"),
        section=next(iter(sorted(votes, key=lambda name: (-votes[name], name))), None),
        reasons=tuple(_explain(members, citing, cited, int(row["co_cited_with"]))),
        is_recent=bool(row["recent"]),
        ids={kind: str(data[kind]) for kind in (*_PAGES, *list_id_kinds(graph)) if kind in data},
    )


def _find_address(graph: nx.MultiDiGraph[Any], data: Mapping[str, Any]) -> str | None:
    for kind, page in _PAGES.items():
        if kind in data:
            return page.format(data[kind])
    pages = (find_page(kind, data[kind]) for kind in list_id_kinds(graph) if kind in data)
    return next(filter(None, pages), None)


def _explain(
    members: Mapping[str, Mapping[str, Any]], citing: Sequence[str], cited: Sequence[str], together: int
) -> Iterator[str]:
    """Yield why a paper is suggested, one sentence for each kind of link."""
    many = len(members)
    if citing:
        yield f"Cited by {len(citing):,} of your {format_count(many, 'paper')}: {_name_papers(members, citing)}."
    if cited:
        yield f"Cites {len(cited):,} of your {format_count(many, 'paper')}: {_name_papers(members, cited)}."
    if together > 1:
        yield f"Other papers cite it together with {together:,} of your papers."


def _name_papers(members: Mapping[str, Mapping[str, Any]], nodes: Sequence[str]) -> str:
    """Name the first papers of some, and count the others."""
    names = [_name_paper(members[node]) for node in nodes[: _NAMED if len(nodes) > _NAMED + 1 else None]]
    last = names.pop() if len(names) == len(nodes) else f"{len(nodes) - _NAMED:,} more"
    return f"{', '.join(names)} and {last}" if names else last


def _name_paper(data: Mapping[str, Any]) -> str:
    title = str(data.get("acronym") or data["title"])
    return title if len(title) <= _LONGEST_NAME else f"{title[:_LONGEST_NAME].rpartition(' ')[0] or title}…"


# --- Markdown --------------------------------------------------------------------------------------------


def format_suggestions(graph: nx.MultiDiGraph[Any], suggestions: Iterable[Suggestion]) -> str:
    """Format suggestions as Markdown, such as the text of a pull request: link, section and reasons of each.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph from which the suggestions were made; it names the catalog and its sources.
    suggestions : iterable of Suggestion
        What `describe_suggestions` returns.
    """
    chosen = list(suggestions)
    title = escape_everywhere(str(graph.graph.get("title", "this list")))
    lines = [f"{format_count(len(chosen), 'paper')} that **{title}** may lack, nearest first."]
    for is_recent, group in groupby(chosen, key=lambda one: one.is_recent):
        lines += ["", f"### {_AGES[is_recent]}", ""]
        lines += [line for number, one in enumerate(group, start=1) for line in _format_suggestion(number, one)]
    taken, source = graph.graph.get("snapshot_taken"), graph.graph.get("snapshot_source")
    if taken and source:
        lines += ["", f"{find_credit(str(source))}, taken {str(taken)[:10]}."]
    return "\n".join(lines) + "\n"


def _format_suggestion(number: int, one: Suggestion) -> Iterator[str]:
    title = escape_everywhere(one.title)
    linked = f"[{title}]({encode_address(one.url)})" if one.url else title
    published = [f"*{escape_everywhere(one.venue)}*"] if one.venue else []
    published += [str(one.year)] if one.year else []
    margin = " " * len(f"{number}. ")
    yield f"{number}. {', '.join([linked, *published])}"
    yield from (f"{margin}- {escape_everywhere(reason)}" for reason in one.reasons)
    if one.section:
        yield f"{margin}- Section: {escape_everywhere(one.section.rpartition(' > ')[2])}"
    if one.refusal:
        yield f"{margin}- Not added: {escape_everywhere(one.refusal)}"
