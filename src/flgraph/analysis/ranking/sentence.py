"""A ranking in one paragraph, as the Methods section of a survey needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from flgraph.graph.knowledge_graph import say_count
from flgraph.graph.tables import refuse_other_table

_SOURCES = {"semantic_scholar": "Semantic Scholar"}


def describe(ranking: pd.DataFrame) -> str:
    """Return what a reader must know of a ranking, ready for a Methods section.

    Parameters
    ----------
    ranking : DataFrame
        From `rank_papers`, or a part of it.

    Returns
    -------
    str
        One paragraph: what was ranked, by what formula, of which day and source, how much of it is known, what was
        left out, and the version.

    Raises
    ------
    ValueError
        The table is none of `rank_papers`, or has lost its `attrs`.

    Examples
    --------
    >>> describe(rank_papers(build_graph(read_catalog())))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    refuse_other_table(ranking)
    said = ranking.attrs
    sentences = (_say_method(said), _say_source(said), _say_coverage(said), _say_interval(said), _say_version(said))
    return " ".join(filter(None, sentences))


def _say_method(said: Mapping[Any, Any]) -> str:
    papers, were = say_count(said["papers"], "paper"), "was" if said["scored"] == 1 else "were"
    text = (
        f"Of the {papers} of the catalog “{said.get('title', 'untitled')}”, {said['scored']} {were} "
        f"ranked by {said['by']} as of {said['as_of']} (score, {said['unit']}: {said['formula']})"
    )
    if "fallback_from" in said:
        text += f", in place of {said['fallback_from']} ({said['fallback_reason']})"
    if said["unscored"]:
        lacks = (f"{number} ({reason})" for reason, number in said["unscored"].items())
        text += f"; without a rank are {', '.join(lacks)}"
    return f"{text}."


def _say_source(said: Mapping[Any, Any]) -> str:
    if "snapshot_taken" not in said:
        return "The graph does not say when its citations were counted."
    source = _SOURCES.get(said.get("snapshot_source", ""), said.get("snapshot_source", "the source"))
    which = "synthetic" if said.get("synthetic") else f"from {source}"
    return (
        f"Citation data are {which}, snapshot of {said['snapshot_taken']} at depth {said['snapshot_depth']} "
        f"({said['snapshot_digest'][:19]})."
    )


def _say_coverage(said: Mapping[Any, Any]) -> str:
    which = (
        f"Citations until {said['as_of']}, those that the snapshot lists with a date,"
        if "counted_from" in said
        else "Citation counts"
    )
    text = f"{which} were known for {said['counted']} papers ({said['citations']:,} citations)"
    if said["citing_known"]:
        text += f", who cites them for {said['citing_known']}"
        if said["listed_share"] is not None:
            text += f", on average {said['listed_share']:.1%} of a paper's citations"
        text += f"; {said['outside_papers']:,} papers outside the catalog are context and were not ranked"
        own = said["self_citations"]
        text += f". {own:,} of the listed citations of its papers are self-citations (an author id in common), "
        text += _say_own(said)
    return f"{text}."


def _say_own(said: Mapping[Any, Any]) -> str:
    """Return what becomes of self-citations: they are left out where single citations are counted."""
    if said["by"] == "age_normalized":
        return "left out of those of the last 12 months; totals include them"
    if "listing" in said["needs"] or said["by"] == "catalog_citations":
        return "left out of the score"
    return "which the score, by totals, includes"


def _say_interval(said: Mapping[Any, Any]) -> str:
    draws = said["parameters"]["draws"]
    if not draws or not said["citing_known"]:
        return ""
    return (
        f"Rank intervals hold 95% of {draws} bootstrap draws in which each citing paper weighs Poisson(1) "
        f"(seed {said['parameters']['seed']}); they do not cover what the source does not know."
    )


def _say_version(said: Mapping[Any, Any]) -> str:
    return f"Computed with flgraph {said['version']}."
