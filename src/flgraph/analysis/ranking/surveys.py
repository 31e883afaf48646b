"""Tell surveys from other papers, by what their titles, sections and topics say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import networkx as nx

from flgraph.graph.knowledge_graph import neighbors_by_kind

_WORDS: Final = frozenset({"survey", "surveys", "review", "reviews", "surveys and reviews"})
# "Peer review" and "customer reviews" are not surveys, and a survey of patients is a questionnaire.
_TITLE: Final = re.compile(
    r"""\bmeta-analy(?:sis|tic)\b | \bstate-of-the-art\ review\b
    | (?:^|[:.?!]\s+) (?:an?\ |the\ )? (?:[\w-]+\ ){0,3} (?:survey|review|overview) \ (?:of|on|and|for)\b
    | (?<!peer\ )(?<!code\ )(?<!customer\ )(?<!user\ )(?<!sectional\ )(?<!online\ )(?<!national\ )(?<!patient\ )
      \b(?:mini-)? (?:survey|review|overview) \s* (?:$|[:.?!;)])
    | \b(?:systematic|scoping|narrative|literature|comprehensive|critical) \ (?:literature\ )? (?:review|survey)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


def says_survey(title: str) -> bool:
    """Return whether a title says that the paper is a survey, a review or a meta-analysis.

    Examples
    --------
    >>> says_survey("Federated Learning: A Comprehensive Survey"), says_survey("Predicting peer review")
    (True, False)
    """
    return _TITLE.search(title) is not None


def find_surveys(graph: nx.MultiDiGraph[Any]) -> dict[str, str]:
    """Find the surveys among the papers of a graph: by node id, whether "title", "section" or "topic" says so."""
    about = _find_about_surveys(graph)
    papers = ((node, data) for node, data in graph.nodes(data=True) if data["kind"] == "paper")
    return {node: said for node, data in papers if (said := _explain_survey(data, is_about=node in about))}


def _find_about_surveys(graph: nx.MultiDiGraph[Any]) -> set[str]:
    """Find what has the topic "survey"."""
    topics = (node for node, data in graph.nodes(data=True) if data["kind"] == "topic" and _says_kind(data["name"]))
    return {node for topic in topics for node in neighbors_by_kind(graph, topic, "about", incoming=True)}


def _says_kind(name: object) -> bool:
    return str(name).casefold() in _WORDS


def _explain_survey(data: Mapping[str, Any], *, is_about: bool) -> str:
    if says_survey(str(data["title"])):
        return "title"
    if not _WORDS.isdisjoint(re.split("; | > ", str(data.get("section", "")).casefold())):
        return "section"
    return "topic" if is_about and data.get("in_catalog") else ""
