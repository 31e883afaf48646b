"""Normalize and compare titles, and find the acronym of a paper in its title."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from flgraph.identifiers.title_numbers import have_other_numbers

_ID_CHECK_RATIO: Final = 60
_NEAR_RATIO: Final = 95
_NEAR_LENGTH: Final = 0.85
_SIMILAR_RATIO: Final = 85
_ARTICLES: Final = frozenset({"a", "an", "the"})
_NEGATIONS: Final = frozenset({"cannot", "neither", "never", "no", "non", "nor", "not", "without"})
_NUMERALS: Final = frozenset(
    {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "one", "two", "three", "four", "five", "six"}
)
_NEGATING: Final = ("a", "anti", "de", "dis", "im", "in", "non", "un")

_LEAST_JOINED: Final = 15
_BLANK: Final = re.compile(r"(?<!\ba)(?:(?<!\d) | (?!\d))")
_NOT_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]+")


def normalize_title(title: str) -> str:
    """Normalize a title: lower case, no accents, and one space for each run of other characters.

    Letters and digits of every script are kept. The function is idempotent.

    Examples
    --------
    >>> normalize_title("FedBN: Federated Learning on Non-IID Features")
    'fedbn federated learning on non iid features'
    """
    if title.isascii():  # true of most titles, and ten times faster
        return _NOT_ALPHANUMERIC.sub(" ", title.lower()).strip()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    bare = (sign for sign in folded if not unicodedata.category(sign).startswith("M"))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


def join_words(title: str) -> str:
    """Normalize a title as `normalize_title` does, and join its words: hyphens and blanks make no difference.

    Blanks between digits and after "a" stay: "a symmetric" is not "asymmetric". So do those of titles of fewer than 15
    letters, since "Fed-X" and "FedX" may be two works.

    Examples
    --------
    >>> join_words("Multi-Modal Pre-training 2 0") == join_words("Multimodal Pretraining 2 0")
    True
    """
    normal = normalize_title(title)
    joined = _BLANK.sub("", normal)
    return joined if len(joined) >= _LEAST_JOINED else normal


@dataclass(frozen=True)
class TitleComparison:
    """Measure the similarity of two titles; ratios are 0 to 100, `length_ratio` is 0 to 1.

    `differing` lists differences that separate papers with similar titles: "negation", "number", "acronym".
    `same_words` is true if the titles differ only in word order, spelling, articles, or an acronym at the start.
    `other_numbers` is true if they name different parts or works of a series (`have_other_numbers`).
    """

    exact: bool
    ratio: float
    token_sort: float
    length_ratio: float
    same_acronym: bool
    differing: tuple[str, ...] = ()
    same_words: bool = False
    other_numbers: bool = False

    @property
    def score(self) -> float:
        """Return the higher of the two ratios, 0 to 100."""
        return max(self.ratio, self.token_sort)

    @property
    def is_near(self) -> bool:
        """Return whether the titles alone show that both are the same paper, although they are not equal.

        Ratios are not enough: "Federated learning for smart cities: a comprehensive survey" and the same title with
        "in" score 96 and are two papers.
        """
        near = min(self.ratio, self.token_sort) >= _NEAR_RATIO and self.length_ratio >= _NEAR_LENGTH
        return near and self.same_words and not self.differing

    @property
    def is_similar(self) -> bool:
        """Return whether both may be the same paper if further evidence supports it."""
        return self.score >= _SIMILAR_RATIO and not self.differing

    @property
    def confirms_id(self) -> bool:
        """Return whether the title of a record found by id is similar enough to confirm the id.

        An id is strong evidence, so the threshold is lower than for a record found by title.
        """
        return self.ratio >= _ID_CHECK_RATIO or self.same_acronym


def compare_titles(listed: str, seen: str, *, acronym: str | None = None) -> TitleComparison:
    """Compare the title in a list with the title of a record.

    Uses only `ratio` and `token_sort_ratio`: partial and token-set ratios reach 89 between different papers of one
    field.

    Parameters
    ----------
    listed, seen : str
        The titles as written.
    acronym : str or None
        The acronym of the paper, if known; None takes it from `listed`.

    Returns
    -------
    TitleComparison
        Computed on normalized titles. Titles without letters and digits are never similar.

    Examples
    --------
    >>> compare_titles("FedX: A way to learn", "A way to learn").ratio > 80
    True
    """
    left, right = normalize_title(listed), normalize_title(seen)
    if not left or not right:
        return TitleComparison(exact=False, ratio=0, token_sort=0, length_ratio=0, same_acronym=False)
    ours, theirs = (
        normalize_title(acronym or find_acronym(listed) or ""),
        normalize_title(find_acronym(seen) or ""),
    )
    return TitleComparison(
        exact=left == right,
        ratio=fuzz.ratio(left, right),
        token_sort=fuzz.token_sort_ratio(left, right),
        length_ratio=min(len(left), len(right)) / max(len(left), len(right)),
        same_acronym=bool(ours) and ours.replace(" ", "") == theirs.replace(" ", ""),
        differing=_find_differences(left.split(), right.split(), ours, theirs),
        same_words=_have_same_words(left.split(), right.split(), ours.split(), theirs.split()),
        other_numbers=have_other_numbers(left, right),
    )


def find_nearest_title(title: str, titles: Iterable[str]) -> str | None:
    """Find the most similar of many normalized titles; return None if none is similar enough.

    Parameters
    ----------
    title : str
        The title as written.
    titles : Iterable of str
        Titles from `normalize_title`; the caller normalizes them once, since there may be thousands.

    Examples
    --------
    >>> find_nearest_title("FedX: Learning together!", ["fedx learning together", "learning alone"])
    'fedx learning together'
    """
    found = process.extractOne(normalize_title(title), list(titles), scorer=fuzz.ratio, score_cutoff=_SIMILAR_RATIO)
    return found[0] if found else None


def _have_same_words(left: list[str], right: list[str], ours: list[str], theirs: list[str]) -> bool:
    if _are_spelled_alike(left, right):
        return True
    return _are_spelled_alike(_cut_name(left, ours), right) or _are_spelled_alike(left, _cut_name(right, theirs))


def _cut_name(words: list[str], name: list[str]) -> list[str]:
    return words[len(name) :] if words[: len(name)] == name else words


def _are_spelled_alike(left: list[str], right: list[str]) -> bool:
    left, right = ([word for word in words if word not in _ARTICLES] for words in (left, right))
    if "".join(left) == "".join(right):  # "Non-IID", "Non-I.I.D."
        return True
    only_left, only_right = Counter(left) - Counter(right), Counter(right) - Counter(left)
    pairs = zip(sorted(only_left.elements()), sorted(only_right.elements()), strict=False)
    return only_left.total() == only_right.total() and all(_is_spelling(one, other) for one, other in pairs)


def _is_spelling(one: str, other: str) -> bool:
    """Return whether two words are variants: a plural, a British spelling, or one extra letter in a long word.

    A replaced letter does not count: "intra" and "inter", "minimal" and "maximal" differ in meaning.
    """
    one, other = sorted((one.replace("z", "s"), other.replace("z", "s")), key=len)
    if one == other or (len(one) > 3 and other == f"{one}s"):
        return True
    return len(one) > 5 and one[0] == other[0] and Indel.distance(one, other) == 1


def _find_differences(left: list[str], right: list[str], ours: str, theirs: str) -> tuple[str, ...]:
    differences = {
        "negation": _NEGATIONS.intersection(left) != _NEGATIONS.intersection(right) or _are_opposed(left, right),
        "number": _numbers(left) != _numbers(right),
        "acronym": bool(ours and theirs) and ours.replace(" ", "") != theirs.replace(" ", ""),
    }
    return tuple(name for name, differ in differences.items() if differ)


def _are_opposed(left: list[str], right: list[str]) -> bool:
    """Return whether one title contains the opposite of a word in the other: "learning" and "unlearning"."""
    only_left, only_right = set(left) - set(right), set(right) - set(left)
    pairs = [(one, other) for one in only_left for other in only_right if min(len(one), len(other)) > 4]
    return any(one == prefix + other or other == prefix + one for one, other in pairs for prefix in _NEGATING)


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word in _NUMERALS or any(sign.isdigit() for sign in word)}


def find_acronym(title: str) -> str | None:
    """Find the acronym at the start of a title, as in "FedBN: …" or "Federated … (FAT): …"; else return None.

    An acronym is one word with at least two capitals, so "Survey: …" has none.

    Examples
    --------
    >>> find_acronym("pFL-APPLE: Adapt to adaptation")
    'pFL-APPLE'
    """
    head, colon, _ = title.partition(":")
    bracketed = re.search(r"\(([^\s()]+)\)\s*$", head)
    word = bracketed[1] if bracketed else head.strip()
    is_short_name = colon and not re.search(r"\s", word) and sum(sign.isupper() for sign in word) > 1
    return word if is_short_name else None
