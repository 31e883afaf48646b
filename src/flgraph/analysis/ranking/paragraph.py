"""A ranking in one paragraph, for the Methods section of a survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from flgraph.analysis.ranking.methods import find_method
from flgraph.analysis.ranking.record import Ranking, to_ranking
from flgraph.checks import format_count
from flgraph.sources.registry import name_service

_WAYS: Final = {"arxiv": "arXiv id", "doi": "DOI", "id": "an id", "title": "title", "person": "hand"}


def describe(ranking: Ranking | pd.DataFrame) -> str:
    """Describe a ranking in one paragraph, for a Methods section.

    Parameters
    ----------
    ranking : Ranking or DataFrame
        From `make_ranking` or `rank_papers`; a table may be cut to some rows.

    Returns
    -------
    str
        One paragraph: the papers, the formula, the day and source, the coverage, what was left out, the intervals and
        the version.

    Raises
    ------
    ValueError
        The argument is neither, or the table lost its `attrs`.

    Examples
    --------
    >>> describe(rank_papers(build_graph(read_catalog())))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    flgraph.errors.GraphError: no citation data ...
    """
    said = to_ranking(ranking)
    sentences = (
        _say_method(said),
        _say_source(said),
        _say_coverage(said),
        _say_interval(said),
        _say_field(said),
        _say_version(said),
    )
    return " ".join(filter(None, sentences))


def _say_method(said: Ranking) -> str:
    known = said.coverage
    papers, were = format_count(known.papers, "paper"), "was" if known.scored == 1 else "were"
    text = (
        f"Of the {papers} of the catalog “{said.origin.get('title', 'untitled')}”, {known.scored} {were} "
        f"ranked by {said.by} as of {said.as_of}"
    )
    if said.fallback_from:
        text += f", in place of {said.fallback_from} ({said.fallback_reason})"
    text += f". The score ({said.unit}) is {said.formula}."
    if known.cohorts:
        least, most = known.cohorts
        text += f" Papers were compared with {least} to {most} papers of their age around the catalog."
    if known.bare_years:
        text += f" Of {format_count(known.bare_years, 'ranked paper')} only the year is known, taken as 1 July."
    if known.unscored:
        lacks = (f"{number} ({reason})" for reason, number in known.unscored.items())
        text += f" Not ranked: {', '.join(lacks)}."
    if known.doubles:
        text += f" {known.doubles} papers of the catalog are listed more than once, and each entry counts for itself."
    if said.parameters.get("exclude_surveys"):
        text += " Surveys were left out of the list and of the papers that it was compared with."
    return text


def _say_source(said: Ranking) -> str:
    origin = said.origin
    if "snapshot_taken" not in origin:
        return "The graph does not state when its citations were counted."
    source = name_service(origin.get("snapshot_source", "the source"), origin.get("snapshot_host"))
    which = "synthetic" if origin.get("synthetic") else f"from {source}"
    united = " Citations are the distinct works that the sources list together." if "snapshots" in origin else ""
    return (
        f"Citation data are {which}, snapshot of {origin['snapshot_taken']} at depth {origin['snapshot_depth']} "
        f"({origin['snapshot_digest'][:19]}).{united}{_say_matches(said.coverage.matched)}"
    )


def _say_matches(matched: Mapping[str, int]) -> str:
    """Say how many papers were matched by id, title or hand; return "" if the graph does not record it."""
    ways = [f"{name} ({matched[way]})" for way, name in _WAYS.items() if way in matched]
    listed = " and ".join(filter(None, [", ".join(ways[:-1]), *ways[-1:]]))
    return f" Papers were matched to records by {listed}." if ways else ""


def _say_coverage(said: Ranking) -> str:
    known = said.coverage
    which = (
        f"Citations up to {said.as_of}, as listed with a date in the snapshot,"
        if said.counted_from
        else "Citation counts"
    )
    text = f"{which} were known for {format_count(known.counted, 'paper')} ({known.citations:,} citations)"
    if not known.citing_known:
        return f"{text}."
    text += f", citing papers for {known.citing_known:,}"
    if known.listed_share is not None and known.pooled_share is not None:
        text += (
            f" (on average {known.listed_share:.1%} of a paper's citations, {known.pooled_share:.1%} of all citations)"
        )
    text += "."
    if known.outside_papers:
        outside = format_count(known.outside_papers, "paper")
        were = "is context and was" if known.outside_papers == 1 else "are context and were"
        text += f" The {outside} outside the catalog {were} not ranked."
    undated = f"{format_count(known.undated, 'listed citation')} {'has' if known.undated == 1 else 'have'} no date."
    return " ".join([text, undated if known.undated else "", _say_self_citations(said)]).replace("  ", " ")


def _say_self_citations(said: Ranking) -> str:
    """Say how many self-citations there are, as far as that is known, and how the method treats them."""
    known = said.coverage
    if known.unmarked == known.listed:
        return "Self-citations are unknown, since author ids of the citing papers are missing; none was left out."
    text = f"Of {known.listed:,} listed citations, {known.self_citations:,} are self-citations (an author id in common)"
    text += f" and {known.unmarked:,} may be, since author ids are missing" if known.unmarked else ""
    return f"{text}. Self-citations are {_say_treatment(said)}."


def _say_treatment(said: Ranking) -> str:
    """Say how the method treats self-citations: excluded where it counts single citations."""
    if said.by == "age_normalized":
        return "excluded from citations of the last 12 months and included in totals"
    if said.by == "current_attention":
        return "included in both parts of the score"
    if "listing" in said.needs or said.by == "catalog_citations":
        return "excluded from the score"
    return "included in the totals and so in the score"


_MEANINGS: Final = {
    False: ("percentile", "They are marginal: each holds for its own paper, not all of them together."),
    True: (
        "simultaneous",
        "They should hold for all papers together (Besag et al. 1995), and did in 80 to 100 of 100 simulated lists.",
    ),
}


def _say_interval(said: Ranking) -> str:
    draws = said.parameters["draws"]
    if not draws or not said.coverage.scored:
        return ""
    kind, meaning = _MEANINGS["simultaneous" in said.parameters]
    return (
        f"Rank intervals are 95% {kind} intervals of {draws:,} draws of the papers' citation rates in a chained "
        f"gamma-Poisson model (seed {said.parameters['seed']}). {meaning} They do not cover citations unknown to the "
        f"source.{_say_limits(said)}"
    )


def _say_limits(said: Ranking) -> str:
    """Say where intervals of the method contain more or less than 95% of the true values."""
    limits = find_method(said.by).limits
    return f" In simulations they contained about 95% of the true values, but {limits}." if limits else ""


def _say_field(said: Ranking) -> str:
    """Say how many papers are among the top 10% of their fields, and what they were compared with."""
    top = said.top_10_share
    if top is None:
        was_asked = "snapshot_reference_set" in said.origin
        return (
            "No paper was compared with its topic and year, since no reference set of any is usable."
            if was_asked
            else ""
        )
    ends = "" if top["low"] is None else f" (95% interval of the draw {top['low']:.1%} to {top['high']:.1%})"
    return (
        f"Of {format_count(int(top['papers'] or 0), 'paper')}, {top['share']:.1%}{ends} are among the 10% of their "
        "topic and year that are cited most, estimated from works that the source drew at random "
        f"({said.origin.get('snapshot_reference_set', 'how many is unknown')})."
    )


def _say_version(said: Ranking) -> str:
    return f"Computed with flgraph {said.version}."
