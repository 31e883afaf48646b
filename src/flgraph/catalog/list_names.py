"""Name what a list writes in its own way: keys of works, names of authors, names of sections."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import count
from typing import Final

from flgraph.catalog.list_works import ListedWork
from flgraph.identifiers import find_acronym, name_id, normalize_title, slug

KnownKeys = Mapping[str, Sequence[str]]
"""The keys of an earlier import by what finds them: the name of each id, and "title:" with the normalized title."""

_LONGEST_PART: Final = 30
_TITLE_READ: Final = 200
_MOST_WORDS: Final = 4
_SHORTEST_WORD: Final = 3
_EMPTY_WORDS: Final = frozenset(
    [
        "about",
        "and",
        "are",
        "can",
        "does",
        "for",
        "from",
        "how",
        "into",
        "its",
        "not",
        "our",
        "over",
        "that",
        "the",
        "their",
        "this",
        "toward",
        "towards",
        "under",
        "using",
        "via",
        "what",
        "when",
        "where",
        "why",
        "with",
        "without",
    ]
)
_PATH: Final = " > "


# --- keys ------------------------------------------------------------------------------------------------


def make_keys(works: Sequence[ListedWork], known: KnownKeys | None = None) -> list[str]:
    """Return a key for each work; a work that an earlier import knows by title or id keeps its key.

    A new key is made of the acronym or the first author, the year and words of the title. It never repeats a known
    one, so that the key of a work that left the list does not come to mean another.
    """
    known = known or {}
    found = _find_known(works, known)
    taken = {key for keys in known.values() for key in keys}
    numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))
    keys = []
    for place, work in enumerate(works):
        key = found.get(place)
        if key is None:
            key = _find_free(work, taken, numbers)
        taken.add(key)
        keys.append(key)
    return keys


def _find_free(work: ListedWork, taken: Set[str], numbers: Mapping[str, Iterator[int]]) -> str:
    """Return the first key proposed for a work that is free, else the last one with a number."""
    key = ""
    for key in _propose_keys(work):
        if key not in taken:
            return key
    return next(name for number in numbers[key] if (name := f"{key}-{number}") not in taken)


def _find_known(works: Sequence[ListedWork], known: KnownKeys) -> dict[int, str]:
    """Return the known keys by the place of their work: first those found by title, then those found by id."""
    found: dict[int, str] = {}
    used: set[str] = set()
    by_title = [[f"title:{normalize_title(row.title)}" for row in work.rows] for work in works]
    by_id = [[name_id(kind, value) for kind, value in work.ids.items()] for work in works]
    for place, (titles, ids) in enumerate(zip(by_title, by_id, strict=True)):
        same_id = {key for name in ids for key in known.get(name, ())}
        keys = sorted((key for name in titles for key in known.get(name, ())), key=lambda key: key not in same_id)
        _take(found, used, place, keys)
    for place, ids in enumerate(by_id):
        _take(found, used, place, [key for name in ids for key in known.get(name, ())])
    return found


def _take(found: dict[int, str], used: set[str], place: int, keys: Iterable[str]) -> None:
    key = next((key for key in keys if key not in used), None)
    if key is not None and place not in found:
        found[place] = key
        used.add(key)


def _propose_keys(work: ListedWork) -> Iterator[str]:
    """Yield keys for a work, the shortest first."""
    row = work.rows[0]
    year = next((str(row.year) for row in work.rows if row.year), "")
    acronym = find_acronym(row.title)
    words = _list_words(row.title.partition(":")[2] if acronym else row.title)
    name = acronym or _find_surname(row.authors or "")
    head = [slug(name)[:_LONGEST_PART].strip("-")] if name else words[: _MOST_WORDS - 1]
    parts = [*head, *([year] if year else []), *([] if acronym or not name else words[:1])]
    for number in range(_MOST_WORDS + 1):
        yield "-".join(dict.fromkeys([*parts, *words[:number]])) or "work"


def _list_words(text: str) -> list[str]:
    """Return the words of the beginning of a title that say something, as in a slug."""
    text = text[:_TITLE_READ]
    words = normalize_title(text).split() if text.isascii() else slug(text).split("-")  # the same, but faster
    return [word[:_LONGEST_PART] for word in words if _is_full(word)] or [word[:_LONGEST_PART] for word in words]


def _is_full(word: str) -> bool:
    return len(word) >= _SHORTEST_WORD and word not in _EMPTY_WORDS


def _find_surname(authors: str) -> str:
    """Return the surname of the first author of a text: the first word of "Example A", else the last."""
    name, comma, _ = re.split(r";|\band\b|&|\bet al\b", authors, maxsplit=1)[0].partition(",")
    words = [word for word in re.split(r"[\s.]+", name) if word]
    if not words:
        return ""
    is_turned = len(words) > 1 and all(_is_initials(word) for word in words[1:])
    return words[0] if is_turned or (comma and len(words) == 1) else words[-1]


# --- authors ---------------------------------------------------------------------------------------------

_OPEN_END: Final = re.compile(r"\bet\.?\s*al\b|\bothers\b|\.\.\.|\u2026", re.IGNORECASE)
_AND: Final = re.compile(r",?\s+(?:and|&)\s+|\s*;\s*", re.IGNORECASE)
_PARTICLES: Final = frozenset(
    [
        "al",
        "bin",
        "da",
        "dal",
        "de",
        "del",
        "della",
        "den",
        "der",
        "di",
        "dos",
        "du",
        "e",
        "el",
        "i",
        "la",
        "le",
        "ten",
        "ter",
        "van",
        "von",
        "y",
    ]
)
_MOST_NAME_WORDS: Final = 6
_LONGEST_INITIALS: Final = 3


def split_authors(text: str, *, surname_first: bool = False) -> tuple[str, ...]:
    """Split the authors of a row into names as written; return none if any part is not certainly a name.

    "et al." says that there are more authors, so it gives no names either: a list of authors is known or unknown.
    "Example, Ada and Sample, Bo" are turned around; a single "Example, Ada" is one name only if `surname_first`.

    Examples
    --------
    >>> split_authors("A. Example, Bo Sample and C. Test")
    ('A. Example', 'Bo Sample', 'C. Test')
    >>> split_authors("A. Example et al.")
    ()
    """
    if _OPEN_END.search(text):
        return ()
    parts = [part for part in _AND.split(" ".join(text.split()).strip(" ,;")) if part]
    turned = [_turn(part) for part in parts]
    whole = [name for name in turned if name]
    is_turned = len(whole) == len(parts) and (len(parts) > 1 or surname_first)
    names = whole if is_turned else [name.strip() for part in parts for name in part.split(",")]
    if not names or not all(map(_is_name, names)) or len({slug(name) for name in names}) < len(names):
        return ()
    return tuple(names)


def _turn(part: str) -> str:
    """Return "Ada Example" for "Example, Ada" and any name without a comma as it is; empty for other parts."""
    surname, comma, given = (piece.strip() for piece in part.partition(","))
    if not comma:
        return surname
    return f"{given} {surname}" if surname and given and "," not in given and _are_given(given) else ""


def _are_given(text: str) -> bool:
    """Return whether a text may be given names: initials, or a single word; "Bo Sample" is a whole name."""
    words = text.split()
    return len(words) == 1 or all(map(_is_initials, words[1:]))


def _is_name(text: str) -> bool:
    words = text.split()
    if not words or len(words) > _MOST_NAME_WORDS or any(sign.isdigit() or sign in '()[]{}<>:/"|' for sign in text):
        return False
    if not any(sign.isupper() or sign.islower() for sign in text):  # a script without capitals
        return text.replace(" ", "").isalpha()
    full = [word for word in words if not _is_initials(word) and word.casefold() not in _PARTICLES]
    return len(words) > 1 and bool(full) and all(word[0].isupper() for word in full)


def _is_initials(word: str) -> bool:
    letters = re.sub(r"[.\-]", "", word)
    return letters.isupper() and (len(letters) == 1 or ("." in word and len(letters) <= _LONGEST_INITIALS))


# --- sections --------------------------------------------------------------------------------------------


def name_sections(paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    """Name sections, given with file and headings, by their headings below the title of the file.

    The title, and the file, are named only where equal headings need it.

    Examples
    --------
    >>> name_sections([("README.md", "My list", "Papers", "2023"), ("README.md", "My list", "Surveys")])
    {('README.md', 'My list', 'Papers', '2023'): 'Papers > 2023', ('README.md', 'My list', 'Surveys'): 'Surveys'}
    """
    paths = list(paths)
    tops: dict[str, set[str]] = defaultdict(set)
    for file, top, *_ in paths:
        tops[file].add(top)
    shown = {path: path[2:] if len(path) > 2 and len(tops[path[0]]) == 1 else path[1:] for path in paths}
    while clashing := _find_clashing(shown):
        longer = {path: path[-len(shown[path]) - 1 :] for path in clashing}
        if all(longer[path] == shown[path] for path in clashing):
            break
        shown |= longer
    return {path: _PATH.join(part) for path, part in shown.items()}


def _find_clashing(shown: Mapping[tuple[str, ...], tuple[str, ...]]) -> list[tuple[str, ...]]:
    by_name: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for path, part in shown.items():
        by_name[part].append(path)
    return [path for paths in by_name.values() if len(paths) > 1 for path in paths]
