"""Name regions by the topics, or phrases of titles, that tell them most from the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final, NamedTuple

from flgraph.analysis.aspects import FACET_WEIGHTS, OTHER_FACET
from flgraph.analysis.region_terms import Terms, choose_phrases

_LEAST_FACET: Final = 0.5
_TRIED: Final = 6
_LONGEST_SECOND: Final = 30
_LONGEST: Final = 40
_COVERING: Final = 0.65
_SHARED: Final = 0.5
_LEAST_STRENGTH: Final = 3.0
_MOST_COMMON: Final = 0.4
_ENOUGH: Final = 5
_PAIR: Final = {"modality", "task"}
_OWN: Final = 0.3
_ADDED: Final = 0.15
_ADDED_TO_FIRST: Final = 0.6


class GroupName(NamedTuple):
    """The name of a group of papers.

    Attributes
    ----------
    name : str
        The name.
    terms : tuple of str
        The terms that it is made of.
    is_joint : bool
        Whether it fits papers with all of these ("MRI segmentation") or with any of them ("CT and PET").
    """

    name: str
    terms: tuple[str, ...] = ()
    is_joint: bool = False

    def fits(self, has: frozenset[str]) -> bool:
        """Tell whether the name fits a paper by its terms."""
        found = [term in has for term in self.terms]
        return bool(found) and (all(found) if self.is_joint else any(found))


def name_groups(
    terms: Terms, groups: Sequence[Sequence[int]], ranked: Sequence[Mapping[str, float]]
) -> list[GroupName]:
    """Name each group by the term that tells most, and a second one where one is not enough; no name twice.

    A second term is joined by "and" if it covers papers that the first does not, or set beside the first ("MRI
    segmentation") if at least half of the papers share both. A name fits five papers of its group or half of them.
    """
    candidates = [pick_candidates(terms, members, told) for members, told in zip(groups, ranked, strict=True)]
    firsts = Counter(found[0] for found in candidates if found)
    named = [
        _name_group(terms, members, found, told, is_shared=bool(found) and firsts[found[0]] > 1)
        or _name_rest(terms, members, place)
        for place, (members, found, told) in enumerate(zip(groups, candidates, ranked, strict=True))
    ]
    others = [[terms.name_within(term) for term in found[1:]] for found in candidates]
    unique = make_unique([name.name for name in named], others)
    return [name._replace(name=said) for name, said in zip(named, unique, strict=True)]


def pick_candidates(terms: Terms, members: Sequence[int], told: Mapping[str, float]) -> list[str]:
    """Pick the terms that may name a group, most telling first; a phrase stands before the words it is made of."""
    here = terms.count(members)
    fit = [
        term
        for term in told
        if here[term] / len(members) >= terms.least_share
        and FACET_WEIGHTS.get(terms.facets.get(term, ""), OTHER_FACET) >= _LEAST_FACET
    ] or list(told)
    chosen = choose_phrases(terms, sorted(fit, key=lambda term: term in terms.vague), told, here)
    subjects = [term for term in chosen if term not in terms.vague]
    return subjects[:_TRIED] + [term for term in chosen if term in terms.vague][:_TRIED]


def _name_group(
    terms: Terms, members: Sequence[int], found: Sequence[str], told: Mapping[str, float], *, is_shared: bool
) -> GroupName | None:
    """Return the first name that fits enough papers, if need be with a second term of few; None if none does."""
    enough = min(_ENOUGH, ceil(len(members) / 2))
    for added in (_ADDED, 0.0):
        for place, first in enumerate(found):
            order = [first, *found[:place], *found[place + 1 :]]
            name = _join_terms(terms, members, order, told, added=added, is_shared=is_shared)
            if sum(name.fits(terms.of_papers[paper]) for paper in members) >= enough:
                return name
    return None


def _join_terms(
    terms: Terms,
    members: Sequence[int],
    found: Sequence[str],
    told: Mapping[str, float],
    *,
    added: float,
    is_shared: bool,
) -> GroupName:
    first, *others = found
    covered = {paper for paper in members if first in terms.of_papers[paper]}
    is_needed = len(covered) < _COVERING * len(members)
    least = max(2.0, min(added * len(members), _ADDED_TO_FIRST * len(covered)))
    of_all = terms.count(range(len(terms.of_papers)))
    for second in others:
        short = terms.name_within(second)
        if len(short) > _LONGEST_SECOND or " and " in short:
            continue
        having = {paper for paper in members if second in terms.of_papers[paper]}
        if terms.facets.get(second) == terms.facets.get(first):
            if is_needed and len(having - covered) >= least and len(having) >= _OWN * of_all[second]:
                return GroupName(f"{terms.names[first]} and {short}", (first, second))
            continue
        is_common = len(having & covered) >= _SHARED * len(members) and told[second] >= _LEAST_STRENGTH
        is_pair = {terms.facets[first], terms.facets[second]} == _PAIR
        if is_shared or (is_common and is_pair and len(terms.names[first]) + len(short) <= _LONGEST):
            return GroupName(_set_beside(terms, first, second), (first, second), is_joint=True)
    return GroupName(terms.names[first], (first,))


def _set_beside(terms: Terms, first: str, second: str) -> str:
    """Set two topics beside each other: what is seen before what is done with it; others separated by a comma."""
    kinds = (terms.facets[first], terms.facets[second])
    if kinds == ("modality", "task"):
        return f"{terms.names[first]} {terms.name_within(second)}"
    if kinds == ("task", "modality"):
        return f"{terms.names[second]} {terms.name_within(first)}"
    return f"{terms.names[first]}, {terms.name_within(second)}"


def _name_rest(terms: Terms, members: Sequence[int], place: int) -> GroupName:
    """Name a group that nothing tells from the rest by what most of its papers have, unless many others do, too."""
    here, of_all = terms.count(members), terms.count(range(len(terms.of_papers)))
    enough = min(_ENOUGH, ceil(len(members) / 2))
    rare = [term for term in here if here[term] >= enough and of_all[term] <= _MOST_COMMON * len(terms.of_papers)]
    most = sorted(rare, key=lambda term: (-here[term], term))
    if most:
        return GroupName(terms.names[most[0]], (most[0],))
    return GroupName("Other papers" if terms.names else f"Region {place + 1}")


def make_unique(names: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """Make names differ: a repeated one gains another name of its own, else a number."""
    unique: list[str] = []
    for name, more in zip(names, others, strict=True):
        tried = [name, *(f"{name}, {word}" for word in more if word.casefold() not in name.casefold())]
        numbered = (f"{name} ({number})" for number in range(2, len(names) + 2))
        taken = {other.casefold() for other in unique}
        unique.append(next(other for other in [*tried, *numbered] if other.casefold() not in taken))
    return unique
