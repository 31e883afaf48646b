"""A ranking in one paragraph, as the Methods section of a survey needs it."""

from __future__ import annotations

import pandas as pd

from flgraph.analysis.ranking.record import Ranking, to_ranking
from flgraph.checks import format_count
from flgraph.sources.registry import find_title


def describe(ranking: Ranking | pd.DataFrame) -> str:
    """Return what a reader must know of a ranking, ready for a Methods section.

    Parameters
    ----------
    ranking : Ranking or DataFrame
        Of `make_ranking`; or of `rank_papers`, or a part of it.

    Returns
    -------
    str
        One paragraph: what was ranked, by what formula, of which day and source, how much of it is known, what was
        left out, and the version.

    Raises
    ------
    ValueError
        It is neither, or the table has lost its `attrs`.

    Examples
    --------
    >>> describe(rank_papers(build_graph(read_catalog())))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    said = to_ranking(ranking)
    sentences = (_say_method(said), _say_source(said), _say_coverage(said), _say_interval(said), _say_version(said))
    return " ".join(filter(None, sentences))


def _say_method(said: Ranking) -> str:
    known = said.coverage
    papers, were = format_count(known.papers, "paper"), "was" if known.scored == 1 else "were"
    text = (
        f"Of the {papers} of the catalog “{said.origin.get('title', 'untitled')}”, {known.scored} {were} "
        f"ranked by {said.by} as of {said.as_of} (score, {said.unit}: {said.formula})"
    )
    if said.fallback_from:
        text += f", in place of {said.fallback_from} ({said.fallback_reason})"
    if known.unscored:
        lacks = (f"{number} ({reason})" for reason, number in known.unscored.items())
        text += f"; without a rank are {', '.join(lacks)}"
    return f"{text}."


def _say_source(said: Ranking) -> str:
    origin = said.origin
    if "snapshot_taken" not in origin:
        return "The graph does not say when its citations were counted."
    source = find_title(origin.get("snapshot_source", "the source"))
    which = "synthetic" if origin.get("synthetic") else f"from {source}"
    return (
        f"Citation data are {which}, snapshot of {origin['snapshot_taken']} at depth {origin['snapshot_depth']} "
        f"({origin['snapshot_digest'][:19]})."
    )


def _say_coverage(said: Ranking) -> str:
    known = said.coverage
    which = (
        f"Citations until {said.as_of}, those that the snapshot lists with a date,"
        if said.counted_from
        else "Citation counts"
    )
    text = f"{which} were known for {known.counted} papers ({known.citations:,} citations)"
    if known.citing_known:
        text += f", who cites them for {known.citing_known}"
        if known.listed_share is not None:
            text += f", on average {known.listed_share:.1%} of a paper's citations"
        text += f"; {known.outside_papers:,} papers outside the catalog are context and were not ranked"
        text += f". {known.self_citations:,} of the listed citations of its papers are self-citations "
        text += f"(an author id in common), {_say_self_citations(said)}"
    return f"{text}."


def _say_self_citations(said: Ranking) -> str:
    """Return what becomes of self-citations: they are left out where single citations are counted."""
    if said.by == "age_normalized":
        return "left out of those of the last 12 months; totals include them"
    if "listing" in said.needs or said.by == "catalog_citations":
        return "left out of the score"
    return "which the score, by totals, includes"


def _say_interval(said: Ranking) -> str:
    draws = said.parameters["draws"]
    if not draws or not said.coverage.citing_known:
        return ""
    return (
        f"Rank intervals hold 95% of {draws} bootstrap draws in which each citing paper weighs Poisson(1) "
        f"(seed {said.parameters['seed']}); they do not cover what the source does not know."
    )


def _say_version(said: Ranking) -> str:
    return f"Computed with flgraph {said.version}."
