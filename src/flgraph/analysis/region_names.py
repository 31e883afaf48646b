"""Name regions by the topics, or words of titles, that tell them most from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, Final

import networkx as nx

from flgraph.analysis.aspects import FACET_WEIGHTS, OTHER_FACET, WORD, PaperAspects
from flgraph.analysis.communities import measure_log_likelihood
from flgraph.analysis.title_words import choose_surfaces, read_phrases
from flgraph.analysis.why import shorten_name
from flgraph.graph.knowledge_graph import neighbors_by_kind

_LEAST_FACET: Final = 0.5
_TRIED: Final = 6
_RANKED: Final = 200
_LISTED: Final = 8
_LONGEST_SECOND: Final = 24
_LONGEST: Final = 40
_COVERING: Final = 0.65
_SHARED: Final = 0.4
_LEAST_STRENGTH: Final = 3.0
_SPECIFIC: Final = 0.3
_MOST_COMMON: Final = 0.4
_LIFT: Final = 2.5


@dataclass(frozen=True)
class Terms:
    """What papers are about, to name regions by.

    Attributes
    ----------
    of_papers : tuple of frozenset of str
        The terms of each paper: node ids of topics, or "word:" and words of its title.
    names, facets : Mapping of str to str
        The name and the facet of each term; words have no facet.
    least_share : float
        The share of a region's papers that a term of its name covers at least.
    """

    of_papers: tuple[frozenset[str], ...]
    names: Mapping[str, str]
    facets: Mapping[str, str]
    least_share: float


def read_terms(graph: nx.MultiDiGraph[Any], aspects: PaperAspects) -> Terms:
    """Read the topics of papers, or the words and phrases of their titles if none has a topic."""
    if any(name.startswith(WORD) for name in aspects.names["topics"]):
        return _read_title_terms([graph.nodes[paper]["title"] for paper in aspects.papers])
    found = [frozenset(neighbors_by_kind(graph, paper, "about")) for paper in aspects.papers]
    topics = sorted(frozenset().union(*found))
    facets = {topic: str(graph.nodes[topic]["facet"]) for topic in topics}
    names = {topic: _name_topic(topic, str(graph.nodes[topic]["name"])) for topic in topics}
    return Terms(tuple(found), names, facets, 0.25)


def _name_topic(topic: str, name: str) -> str:
    """Return a short name: the initials if they are the key of the topic ("MRI"), else what precedes an addition."""
    short = shorten_name(name)
    initials = "".join(word[0] for word in short.split()).upper()
    return initials if len(initials) > 1 and topic.partition(":")[2].upper() == initials else short


def _read_title_terms(titles: Sequence[str]) -> Terms:
    phrases = [read_phrases(title) for title in titles]
    papers = Counter(phrase for found in phrases for phrase in found)
    kept = [frozenset(WORD + phrase for phrase in found if papers[phrase] > 1) for found in phrases]
    surfaces = choose_surfaces(phrases)
    return Terms(tuple(kept), {WORD + phrase: surface for phrase, surface in surfaces.items()}, {}, 0.08)


# --- what tells a region -----------------------------------------------------------------------------------


def rank_terms(terms: Terms, groups: Sequence[Sequence[int]]) -> list[dict[str, float]]:
    """Rank for each group the terms that it has more often than the rest, with how much each tells, most first.

    A term tells by its log-likelihood ratio (Dunning 1993), times the root of the share of the group that has it.
    """
    of_all = Counter(term for found in terms.of_papers for term in found)
    size = len(terms.of_papers)
    ranked = []
    for members in groups:
        here = Counter(term for paper in members for term in terms.of_papers[paper])
        told = {}
        for term, count in here.items():
            share, rest = count / len(members), max(size - len(members), 1)
            lift = _LIFT if term.startswith(WORD) else 1.0
            if count > 1 and share > lift * (of_all[term] - count) / rest:
                told[term] = measure_log_likelihood(count, len(members), of_all[term] - count, rest) * sqrt(share)
        ranked.append(dict(sorted(told.items(), key=lambda item: (-item[1], item[0]))))
    return ranked


def list_topics(
    terms: Terms, groups: Sequence[Sequence[int]], ranked: Sequence[Mapping[str, float]]
) -> tuple[tuple[tuple[str, int, int], ...], ...]:
    """List for each group its most telling terms: the term, its papers here, its papers in all."""
    of_all = Counter(term for found in terms.of_papers for term in found)
    listed = []
    for members, told in zip(groups, ranked, strict=True):
        here = Counter(term for paper in members for term in terms.of_papers[paper])
        first = _drop_parts(list(told), told, here) or sorted(here, key=lambda term: (-here[term], term))
        listed.append(tuple((term, here[term], of_all[term]) for term in first[:_LISTED]))
    return tuple(listed)


# --- names -------------------------------------------------------------------------------------------------


def name_groups(terms: Terms, groups: Sequence[Sequence[int]], ranked: Sequence[Mapping[str, float]]) -> list[str]:
    """Name each group by the term that tells most, and a second one where one is not enough; no name twice.

    A second term is joined by "and" if it covers papers that the first does not, or set beside the first ("MRI
    segmentation") if most papers share it.
    """
    candidates = [pick_candidates(terms, members, told) for members, told in zip(groups, ranked, strict=True)]
    firsts = Counter(found[0] for found in candidates if found)
    names = [
        _name_group(terms, members, found, told, is_shared=bool(found) and firsts[found[0]] > 1)
        for members, found, told in zip(groups, candidates, ranked, strict=True)
    ]
    return make_unique([name or _name_rest(terms, groups[place], place) for place, name in enumerate(names)],
                       [[terms.names[term] for term in found[1:]] for found in candidates])  # fmt: skip


def find_telling(terms: Terms, members: Sequence[int], told: Mapping[str, float]) -> set[str]:
    """Find the terms by which papers of other groups belong to a group as well.

    These are the one that tells most, and what half of its papers are about.
    """
    here = Counter(term for paper in members for term in terms.of_papers[paper])
    about = {
        term
        for term in told
        if here[term] >= len(members) / 2 and FACET_WEIGHTS.get(terms.facets.get(term, ""), OTHER_FACET) >= OTHER_FACET
    }
    return about | set(pick_candidates(terms, members, told)[:1])


def pick_candidates(terms: Terms, members: Sequence[int], told: Mapping[str, float]) -> list[str]:
    """Pick the terms that may name a group, most telling first; a phrase stands before the words it is made of."""
    here = Counter(term for paper in members for term in terms.of_papers[paper])
    fit = [
        term
        for term in told
        if here[term] / len(members) >= terms.least_share
        and FACET_WEIGHTS.get(terms.facets.get(term, ""), OTHER_FACET) >= _LEAST_FACET
    ] or list(told)
    return _drop_parts(fit, told, here)[:_TRIED]


def _drop_parts(ranked: Sequence[str], told: Mapping[str, float], here: Counter[str]) -> list[str]:
    """Make phrases of words, and leave out words and phrases that have a word in common with an earlier one."""
    found: list[str] = []
    words: set[str] = set()
    for term in ranked[:_RANKED]:
        phrase = _lengthen(term, told, here)
        if not _split(phrase) & words:
            found.append(phrase)
            words |= _split(phrase)
    return found


def _lengthen(term: str, told: Mapping[str, float], here: Counter[str]) -> str:
    """Return the phrase that a word often stands in, such as "direct current stimulation"; topics stay as they are."""
    phrases = [other for other in told if _split(term) < _split(other)] if term.startswith(WORD) else []
    longer = max(phrases, key=lambda other: (here[other], other), default=term)
    if here[longer] < _SPECIFIC * here[term] or longer == term:
        return term
    return _lengthen(longer, told, here)


def _split(term: str) -> set[str]:
    """Return the words of a term as terms; a topic is one."""
    return {WORD + word for word in term.removeprefix(WORD).split()} if term.startswith(WORD) else {term}


def _name_group(
    terms: Terms, members: Sequence[int], found: Sequence[str], told: Mapping[str, float], *, is_shared: bool
) -> str:
    if not found:
        return ""
    first, name = found[0], terms.names[found[0]]
    covered = {paper for paper in members if first in terms.of_papers[paper]}
    for second in found[1:]:
        short = terms.names[second]
        if len(short) > _LONGEST_SECOND or " and " in short:
            continue
        having = {paper for paper in members if second in terms.of_papers[paper]}
        new = len(having - covered)
        is_needed = len(covered) < _COVERING * len(members)
        if is_needed and new >= max(2, terms.least_share * len(members)):
            return capitalize(f"{name} and {lower_first(short)}")
        if not terms.facets or terms.facets[second] == terms.facets[first]:
            continue
        is_common = len(having & covered) >= _SHARED * len(members) and told[second] >= _LEAST_STRENGTH
        if is_shared or (is_common and len(name) + len(short) <= _LONGEST):
            return _set_beside(terms, first, second)
    return capitalize(name)


def _set_beside(terms: Terms, first: str, second: str) -> str:
    """Set two topics beside each other: what is seen before what is done with it, else separated by a comma."""
    kinds = (terms.facets[first], terms.facets[second])
    one, other = (terms.names[term] for term in (first, second))
    if kinds == ("modality", "task"):
        return capitalize(f"{one} {lower_first(other)}")
    if kinds == ("task", "modality"):
        return capitalize(f"{other} {lower_first(one)}")
    return capitalize(f"{one}, {lower_first(other)}")


def _name_rest(terms: Terms, members: Sequence[int], place: int) -> str:
    """Name a group that nothing tells from the rest by what most of its papers have, unless many others do, too."""
    here = Counter(term for paper in members for term in terms.of_papers[paper])
    of_all = Counter(term for found in terms.of_papers for term in found)
    rare = [term for term in here if here[term] > 1 and of_all[term] <= _MOST_COMMON * len(terms.of_papers)]
    most = sorted(rare, key=lambda term: (-here[term], term))
    return capitalize(terms.names[most[0]]) if most else "Other papers" if here else f"Region {place + 1}"


def make_unique(names: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Make names differ: a repeated one gains another name of its own, else a number."""
    unique: list[str] = []
    for name, more in zip(names, others, strict=True):
        tried = [name, *(f"{name}, {lower_first(word)}" for word in more if word.casefold() not in name.casefold())]
        numbered = (f"{name} ({number})" for number in range(2, len(names) + 2))
        taken = {other.casefold() for other in unique}
        unique.append(next(other for other in [*tried, *numbered] if other.casefold() not in taken))
    return unique


def capitalize(name: str) -> str:
    """Return a name with a capital first letter."""
    return name[:1].upper() + name[1:]


def lower_first(name: str) -> str:
    """Return a name for the middle of a sentence: in lower case unless it begins with an abbreviation."""
    return (
        name
        if any(sign.isupper() or sign.isdigit() for sign in name[1:].split(" ")[0])
        else name[:1].lower() + name[1:]
    )
