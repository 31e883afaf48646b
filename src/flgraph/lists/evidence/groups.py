"""Group the chunks of a text: the names of a list, or a venue with its year, volume and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from flgraph.lists.drafting.segments import Segment
from flgraph.lists.evidence.boundaries import Delimiter
from flgraph.lists.evidence.chunks import MARKS, Chunk, Form, has_year, judge_form, split_chunks
from flgraph.lists.evidence.patterns import words_of
from flgraph.lists.evidence.people import JOINED, LIST_END, weigh_name, weigh_names
from flgraph.lists.evidence.scores import names_score

SURE_NAMES: Final = 1.6
"""The strength of names that are sure by themselves: several full names, or initials."""

_STRONGEST: Final = 2.2
_LIST_END: Final = 0.5
_SEVERAL: Final = 0.3
_FULL_NAME: Final = 0.5
_FULL_NAME_WORDS: Final = range(2, 5)
_LONGEST: Final = 2000
_CACHED: Final = 2**14
_AFFILIATION: Final = re.compile(r"\d{1,2}\*?")


@dataclass(slots=True)
class Group:
    """Chunks that belong together.

    `start` and `end` are its characters in the segment, `chunks` those of its chunks, and `forms` what each chunk is.
    `delimiter` is the sign before it.
    """

    segment: Segment
    start: int
    end: int
    delimiter: Delimiter
    is_bracketed: bool
    forms: list[Form]
    chunks: list[tuple[int, int]]

    @property
    def text(self) -> str:
        """The text of the group."""
        return self.segment.text[self.start : self.end]

    @property
    def first(self) -> str:
        """The text of the first chunk: a venue without its year, volume and pages."""
        start, end = self.chunks[0]
        return self.segment.text[start:end]

    @property
    def is_names(self) -> bool:
        """Whether all chunks are names by their form."""
        return self.forms[0] == "name" and set(self.forms) <= {"name", "note"}

    def in_segment(self, segment: Segment) -> Group:
        """Return the group as one of another segment with the same text."""
        return Group(segment, self.start, self.end, self.delimiter, self.is_bracketed, self.forms, self.chunks)

    def add(self, chunk: Chunk, form: Form) -> None:
        """Add the next chunk of the segment."""
        self.end = chunk.end
        self.forms.append("note" if form == "number" and self.is_names else form)
        self.chunks.append((chunk.start, chunk.end))


def make_group(segment: Segment, form: Form) -> Group:
    """Return a whole segment as one group."""
    end = len(segment.text)
    return Group(segment, 0, end, "", is_bracketed=False, forms=[form], chunks=[(0, end)])


def split_groups(segment: Segment) -> list[Group]:
    """Split a segment into groups of chunks, in order."""
    if len(segment.text) > _LONGEST:
        return [make_group(segment, "note")]
    return [group.in_segment(segment) for group in _split_text(segment.text)]


@lru_cache(_CACHED)
def _split_text(text: str) -> tuple[Group, ...]:
    segment = Segment("plain", text, 0, 0)
    groups: list[Group] = []
    for chunk in split_chunks(text):
        form = judge_form(text[chunk.start : chunk.end])
        _merge_last(groups, chunk, form)
        if groups and _belongs(groups[-1], chunk, form):
            groups[-1].add(chunk, form)
        else:
            span = (chunk.start, chunk.end)
            groups.append(Group(segment, *span, chunk.delimiter, chunk.is_bracketed, [form], [span]))
    return tuple(groups)


def _merge_last(groups: list[Group], chunk: Chunk, form: Form) -> None:
    """Merge the last two groups where the next chunk shows that they are one."""
    if len(groups) < 2:
        return
    before, last = groups[-2:]
    goes_on = form == "name" or LIST_END.fullmatch(last.segment.text[chunk.start : chunk.end].strip(MARKS))
    if goes_on and not chunk.is_bracketed and before.is_names and _is_aside(before, last):
        groups.pop()  # an affiliation in brackets between two names
    elif form == "number" and before.forms == ["name"] and last.forms == ["date"] and not last.is_bracketed:
        groups.pop()  # a journal in words that may be a name, its year, and its volume
        before.chunks += last.chunks
        before.forms[:] = ["other", "date"]


def _is_aside(names: Group, between: Group) -> bool:
    return between.is_bracketed and not names.is_bracketed and not has_year(between.text)


def _belongs(last: Group, chunk: Chunk, form: Form) -> bool:
    """Return whether a chunk goes on with the group before it."""
    text = last.segment.text[chunk.start : chunk.end]
    if form == "note" and last.is_names and LIST_END.fullmatch(text.strip(MARKS)):
        return True
    if form == "number" and last.is_names and _AFFILIATION.fullmatch(text):
        return True
    is_dated_venue = form == "date" and last.forms[-1] != "name"
    if last.is_bracketed != chunk.is_bracketed and not is_dated_venue:
        return False
    is_near = chunk.delimiter in ("comma", "semicolon", "bracket")
    if form == "name":
        return last.is_names and is_near
    if form == "date":
        return not last.is_names
    return form == "number" and (not last.is_names or (is_near and names_strength(last) < 1))


def names_strength(group: Group) -> float:
    """Return how sure a group is names: 0 to 2.2."""
    if not group.is_names:
        return 0.0
    text = group.segment.text
    chunks = zip(group.chunks, group.forms, strict=True)
    names = tuple(text[start:end].strip(MARKS) for (start, end), form in chunks if form == "name")
    return _weigh_list(group.text, names, len(group.chunks))


@lru_cache(_CACHED)
def _weigh_list(text: str, names: tuple[str, ...], chunks: int) -> float:
    weights = weigh_names(names)
    are_several = chunks > 1 or JOINED.search(text)
    strength = sum(weights) / len(weights) + (_LIST_END if LIST_END.search(text) else 0)
    if are_several and 2 * sum(weight >= _FULL_NAME for weight in weights) >= len(weights):
        strength = max(strength + _SEVERAL, names_score(text))
    return min(_STRONGEST, _STRONGEST * strength)


@lru_cache(2**14)
def is_people(text: str) -> bool:
    """Return whether a text is a list of people, by their full names or initials."""
    if not begins_with_name(text):
        return False
    groups = split_groups(Segment("plain", text, 0, 0))
    return bool(groups) and all(names_strength(group) >= SURE_NAMES for group in groups)


def count_full_names(text: str) -> int:
    """Return how many people a text names, if each has two to four words; 0 if one has not, or is no person.

    Examples
    --------
    >>> count_full_names("Ada Example, Bo Sample and Cy Specimen"), count_full_names("Example, A., Sample, B.")
    (3, 0)
    """
    names = [name for name in re.split(r",|\band\b|&", text) if name.strip()]
    are_full = all(len(words_of(name)) in _FULL_NAME_WORDS and weigh_name(name) >= _FULL_NAME for name in names)
    return len(names) if are_full else 0


def begins_with_name(text: str) -> bool:
    """Return whether the first chunk of a text is a name by its form; a list of people begins with one."""
    first = next(split_chunks(text), None) if len(text) <= _LONGEST else None
    return first is not None and judge_form(text[first.start : first.end]) == "name"
