"""Noun phrases of titles, by which regions are named if no paper has a topic."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from flgraph.analysis.title_words import WORD, fold_word, is_telling

_TOKEN: Final = re.compile(rf"(?P<word>{WORD.pattern})|[:;,.?!|/()\[\]{{}}\"\u201c\u201d\u2013\u2014]|\s-\s")
_OF: Final = "of"
_JOINING: Final = ("and", "or")
_OPEN: Final = ("", "")
"""Stands after a word before "and": it may be an adjective ("implicit and explicit learning")."""

_LONGEST: Final = 4
_WORD_ENDS: Final = 0.2
_PHRASE_ENDS: Final = 0.3
"""How often nothing that belongs to it follows a noun, or a phrase of several words; after adjectives it is rare."""

_COMMON: Final = 0.4
_FEWEST_COMMON: Final = 6
_CAPITALS: Final = 0.7
_SMALL: Final = 0.2
_PLURALS: Final = {"mice": "mouse", "children": "child", "women": "woman", "men": "man", "feet": "foot", "data": "data"}

_VAGUE: Final = frozenset(
    """
    advance algorithm application aspect assessment association basis benefit challenge change characteristic
    combined component comprehensive concept condition consequence considerable context control data design
    determinant development difference direction disease disorder efficiency efficient emerging environment
    experience experiment experimental factor feature framework function future general group guide heterogeneous
    human implication importance improved improvement improving increase individual influence information insight
    intervention introduction issue knowledge large level local long mechanism model need open opportunity outcome
    paradigm participant patient pattern people performance perspective phenomenon pilot potential preliminary
    problem process program progress property question randomized rate reduced relation relationship report
    requirement research response sample scheme setting short small solution state strategy support system task
    technique test theory time tool training trend type update view vision way work
    """.split()  # noqa: SIM905 - a list of 119 quoted words cannot be read
)
"""Words that name no subject by themselves, but may be part of a phrase: "mouse model", "edge computing system"."""


class TitlePhrases(NamedTuple):
    """The noun phrases of titles.

    Attributes
    ----------
    of_titles : tuple of frozenset of str
        The phrases of each title, as `said` has them.
    words : Mapping of str to tuple of str
        The words of each phrase, in lower case and the singular.
    vague : frozenset of str
        The phrases that name no subject by themselves, such as "framework".
    """

    of_titles: tuple[frozenset[str], ...]
    words: Mapping[str, tuple[str, ...]]
    vague: frozenset[str]


class _Phrase(NamedTuple):
    """A phrase as it stands in a title: its words folded and as written, and whether it ends there (None: unclear)."""

    key: tuple[str, ...]
    said: tuple[str, ...]
    is_end: bool | None


def read_title_phrases(titles: Sequence[str]) -> TitlePhrases:
    """Read the noun phrases that at least two titles have, each written as most titles write it.

    A phrase has up to four words. Its last word is a noun, as far as titles tell: often nothing follows that belongs to
    it ("motor skills", not "cerebellar"). Letters are small but for names and abbreviations ("Parkinson's disease",
    "fMRI"), as in titles that do not capitalize each word.

    Examples
    --------
    >>> read_title_phrases(["Learning of Motor Skills", "Motor skills in mice"]).words
    {'motor skills': ('motor', 'skill'), 'skills': ('skill',)}
    """
    words = {word.casefold() for title in titles for word in WORD.findall(title)}
    keys = {word: key for word in words if is_telling(key := _fold(word))}
    phrases = [list(_list_phrases(title, keys)) for title in titles]
    nouns = _find_nouns(phrases)
    cases = _choose_cases(titles, keys)
    written: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for found in phrases:
        for phrase in found:
            if phrase.key in nouns:
                written[phrase.key][" ".join(cases.get(word, word) for word in phrase.said)] += 1
    said = {key: min(counts, key=lambda text: (-counts[text], text)) for key, counts in written.items()}
    of_titles = tuple(frozenset(said[phrase.key] for phrase in found if phrase.key in said) for found in phrases)
    parts = {said[key]: tuple(word for word in key if word != _OF) for key in sorted(said)}
    return TitlePhrases(of_titles, parts, frozenset(text for text, key in parts.items() if _VAGUE.issuperset(key)))


# --- which phrases are nouns -------------------------------------------------------------------------------


def _find_nouns(phrases: Sequence[Sequence[_Phrase]]) -> set[tuple[str, ...]]:
    """Find the phrases of two titles or more that end as nouns do and do not begin with what many titles have."""
    papers = Counter(key for found in phrases for key in {phrase.key for phrase in found})
    places = Counter(phrase.key for found in phrases for phrase in found if phrase.is_end is not None)
    ends = Counter(phrase.key for found in phrases for phrase in found if phrase.is_end)
    limit = max(_COMMON * len(phrases), _FEWEST_COMMON)
    common = {key[0] for key, count in papers.items() if len(key) == 1 and count > limit}

    def is_noun(key: tuple[str, ...]) -> bool:
        last = key[-1:]
        shares = ((last, _WORD_ENDS), *([(key, _PHRASE_ENDS)] if len(key) > 1 else []))
        often_ends = all(ends[part] > 0 and ends[part] >= share * places[part] for part, share in shares)
        return often_ends and key[0] not in common and (last == key or any(word not in _VAGUE for word in key))

    return {key for key, count in papers.items() if count > 1 and is_noun(key)}


def _list_phrases(title: str, keys: Mapping[str, str]) -> Iterator[_Phrase]:
    for chunk in _cut(title, keys):
        for start in range(len(chunk)):
            for end in range(start + 1, len(chunk) + 1):
                part = chunk[start:end]
                if sum(key != _OF for key, _ in part) > _LONGEST:
                    break
                if not {part[0][0], part[-1][0]} & {_OF, _OPEN[0]}:
                    after = _OF if end == len(chunk) else chunk[end][0]
                    is_end = None if after == _OPEN[0] else after == _OF
                    yield _Phrase(tuple(key for key, _ in part), tuple(said for _, said in part), is_end)


def _cut(title: str, keys: Mapping[str, str]) -> Iterator[list[tuple[str, str]]]:
    """Split a title at punctuation and at stop words; keep an "of" between other words."""
    chunk: list[tuple[str, str]] = []
    for found in _TOKEN.finditer(title):
        said = (found["word"] or "").casefold()
        if said in keys:
            chunk.append((keys[said], said))
        elif said == _OF and chunk and chunk[-1][0] != _OF:
            chunk.append((_OF, _OF))
        else:
            yield [*chunk, *([_OPEN] if said in _JOINING else [])]
            chunk = []
    yield chunk


def _fold(word: str) -> str:
    return _PLURALS.get(word) or fold_word(word)


# --- how they are written ----------------------------------------------------------------------------------


def _choose_cases(titles: Sequence[str], keys: Mapping[str, str]) -> dict[str, str]:
    """Choose how to write each word within a sentence, by its lower case."""
    plain: defaultdict[str, Counter[str]] = defaultdict(Counter)
    every: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for title in titles:
        words = list(_list_later_words(title, keys))
        small = sum(word[0].islower() for word in words)
        if sum(word.isupper() for word in words) > _CAPITALS * len(words):
            continue
        for word in words:
            every[word.casefold()][word] += 1
            if 2 * small >= len(words):
                plain[word.casefold()][word] += 1
    return {word: _choose_case(word, plain.get(word), counts) for word, counts in every.items()}


def _list_later_words(title: str, keys: Mapping[str, str]) -> Iterator[str]:
    """Yield the words whose case tells: those that begin a sentence, a subtitle or a bracket only if like "tDCS"."""
    is_first = True
    for found in _TOKEN.finditer(title):
        word = found["word"]
        if word and word.casefold() in keys and (not is_first or _has_inner_capital(word)):
            yield word
        is_first = not word and found[0] not in ",/|"


def _choose_case(word: str, plain: Counter[str] | None, every: Counter[str]) -> str:
    """Return capitals if titles in sentence case have them; else small letters, but for parts with inner capitals."""
    if plain and plain.total() > 1 and plain[word] < _SMALL * plain.total():
        return min(plain, key=lambda text: (-plain[text], text))
    said = min(every, key=lambda text: (-every[text], text))
    return "-".join(part if _has_inner_capital(part) else part.lower() for part in said.split("-"))


def _has_inner_capital(word: str) -> bool:
    return any(sign.isupper() for part in word.split("-") for sign in part[1:])
