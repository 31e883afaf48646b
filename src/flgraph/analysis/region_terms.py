"""Find the topics, or phrases of titles, that tell groups of papers from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from math import sqrt
from typing import Any, Final

import networkx as nx

from flgraph.analysis.aspects import WORD, PaperAspects
from flgraph.analysis.communities import measure_log_likelihood
from flgraph.analysis.title_phrases import read_title_phrases
from flgraph.analysis.title_words import fold_word
from flgraph.analysis.why import shorten_name
from flgraph.graph.knowledge_graph import neighbors_by_kind

_LISTED: Final = 8
_RANKED: Final = 200
_LIFT: Final = 2.5
_SPECIFIC: Final = 0.4
_ROOT: Final = 5
_ROOT_SHARE: Final = 0.6


@dataclass(frozen=True)
class Terms:
    """What papers are about, to name regions by.

    Attributes
    ----------
    of_papers : tuple of frozenset of str
        The terms of each paper: node ids of topics, or "word:" and phrases of its title.
    names : Mapping of str to str
        The name of each term, with a capital first letter.
    facets : Mapping of str to str
        The facet of each topic; phrases have none.
    least_share : float
        The share of a region's papers that a term of its name covers at least.
    words : Mapping of str to tuple of str
        The words of each phrase, in lower case and the singular; topics have none.
    vague : frozenset of str
        Terms that name a region only if no other does.
    """

    of_papers: tuple[frozenset[str], ...]
    names: Mapping[str, str]
    facets: Mapping[str, str]
    least_share: float
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vague: frozenset[str] = frozenset()

    def name_within(self, term: str) -> str:
        """Return the name of a term for the middle of a sentence."""
        return term.removeprefix(WORD) if term in self.words else lower_first(self.names[term])

    def count(self, papers: Iterable[int]) -> Counter[str]:
        """Count how many of the papers have each term."""
        return Counter(term for paper in papers for term in self.of_papers[paper])


def read_terms(graph: nx.MultiDiGraph[Any], aspects: PaperAspects) -> Terms:
    """Read the topics of papers, or the phrases of their titles if none has a topic."""
    if any(name.startswith(WORD) for name in aspects.names["topics"]):
        return _read_title_terms([graph.nodes[paper]["title"] for paper in aspects.papers])
    found = [frozenset(neighbors_by_kind(graph, paper, "about")) for paper in aspects.papers]
    topics = sorted(frozenset().union(*found))
    facets = {topic: str(graph.nodes[topic]["facet"]) for topic in topics}
    names = {topic: capitalize(_name_topic(topic, str(graph.nodes[topic]["name"]))) for topic in topics}
    return Terms(tuple(found), names, facets, 0.2)


def _name_topic(topic: str, name: str) -> str:
    """Return a short name: the initials if they are the key of the topic ("MRI"), else what precedes an addition."""
    short = shorten_name(name)
    initials = "".join(word[0] for word in short.split()).upper()
    return initials if len(initials) > 1 and topic.partition(":")[2].upper() == initials else short


def _read_title_terms(titles: Sequence[str]) -> Terms:
    phrases = read_title_phrases(titles)
    words = {WORD + said: key for said, key in phrases.words.items()}
    of_papers = tuple(frozenset(WORD + said for said in found) for found in phrases.of_titles)
    return Terms(of_papers, {term: capitalize(term.removeprefix(WORD)) for term in words}, {}, 0.05, words,
                 frozenset(WORD + said for said in phrases.vague))  # fmt: skip


def capitalize(name: str) -> str:
    """Return a name with a capital first letter, unless it begins like "fMRI"."""
    has_inner = any(sign.isupper() for sign in name.replace("-", " ").split(" ")[0][1:])
    return name if has_inner else name[:1].upper() + name[1:]


def lower_first(name: str) -> str:
    """Return a name for the middle of a sentence: in lower case unless it begins with an abbreviation."""
    is_short = any(sign.isupper() or sign.isdigit() for sign in name[1:].split(" ")[0])
    return name if is_short else name[:1].lower() + name[1:]


# --- what tells a group ------------------------------------------------------------------------------------


def rank_terms(terms: Terms, groups: Sequence[Sequence[int]]) -> list[dict[str, float]]:
    """Rank for each group the terms that it has more often than the rest, with how much each tells, most first.

    A term tells by its log-likelihood ratio (Dunning 1993), times the root of the share of the group that has it.
    """
    size = len(terms.of_papers)
    of_all = terms.count(range(size))
    ranked = []
    for members in groups:
        told = {}
        for term, count in terms.count(members).items():
            share, rest = count / len(members), max(size - len(members), 1)
            lift = _LIFT if term in terms.words else 1.0
            if count > 1 and share > lift * (of_all[term] - count) / rest:
                told[term] = measure_log_likelihood(count, len(members), of_all[term] - count, rest) * sqrt(share)
        ranked.append(dict(sorted(told.items(), key=lambda item: (-item[1], item[0]))))
    return ranked


def list_topics(
    terms: Terms, groups: Sequence[Sequence[int]], ranked: Sequence[Mapping[str, float]]
) -> tuple[tuple[tuple[str, int, int], ...], ...]:
    """List for each group its most telling terms: the term, its papers here, its papers in all."""
    of_all = terms.count(range(len(terms.of_papers)))
    listed = []
    for members, told in zip(groups, ranked, strict=True):
        here = terms.count(members)
        telling = [term for term in told if term not in terms.vague] or list(told)
        first = choose_phrases(terms, telling, told, here) or sorted(here, key=lambda term: (-here[term], term))
        listed.append(tuple((term, here[term], of_all[term]) for term in first[:_LISTED]))
    return tuple(listed)


def choose_phrases(terms: Terms, ranked: Sequence[str], told: Mapping[str, float], here: Counter[str]) -> list[str]:
    """Put phrases in place of their words, and leave out what says the same as an earlier one; topics stay."""
    found: list[str] = []
    for term in ranked[:_RANKED]:
        phrase = _lengthen(terms, term, told, here)
        if not any(are_alike(terms, phrase, other) for other in found):
            found.append(phrase)
    return found


def _lengthen(terms: Terms, term: str, told: Mapping[str, float], here: Counter[str]) -> str:
    """Return the phrase that a word often stands in, such as "low back pain"."""
    words = set(terms.words.get(term, ()))
    phrases = [other for other in told if words and words < set(terms.words[other])]
    longer = max(phrases, key=lambda other: (here[other], other), default=term)
    if longer == term or here[longer] < _SPECIFIC * here[term]:
        return term
    return _lengthen(terms, longer, told, here)


def are_alike(terms: Terms, one: str, other: str) -> bool:
    """Return whether two phrases mean the same: they share a word or a root, or one is the initials of the other."""
    first, second = terms.words.get(one), terms.words.get(other)
    if not first or not second:
        return one == other
    initials = {fold_word("".join(word[0] for word in words)) for words in (first, second) if len(words) > 1}
    return bool(initials & {*first, *second}) or any(_share_root(word, another) for word in first for another in second)


def _share_root(one: str, other: str) -> bool:
    root = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return root >= min(len(one), len(other), _ROOT) and root >= _ROOT_SHARE * max(len(one), len(other))
