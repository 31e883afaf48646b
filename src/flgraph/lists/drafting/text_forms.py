"""Split texts of known forms beside a title, such as "Example, Ada, 2021" or "by Ada Example from Northmere"."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final, NamedTuple

from flgraph.lists.drafting.segments import AUTHOR_YEAR, Segment
from flgraph.lists.evidence.chunks import Form
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.keys import Role
from flgraph.lists.evidence.people import LIST_END, weigh_name
from flgraph.lists.evidence.scores import is_venue

_SURNAME_FIRST: Final = re.compile(r"(?:[^\W\d_a-zß-öø-ÿ][^\W\da-zß-öø-ÿ]+[ '-]?){1,4} ?\([^()\d]{2,30}\)")
"""A person as French lists write one: "EXEMPLE (Ada)"."""

_PERSON_AND_YEAR: Final = re.compile(
    r"([^\W\d_a-zß-öø-ÿ][\w'\u2019-]+, [^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ][\w'\u2019-]*(?: [A-Z]\.?)?), ((?:19|20)\d\d)"
)
"""The first author and the year, as in "Example, Ada, 2021"."""

_BY_FROM_ON: Final = re.compile(
    r"(?:by )?((?:(?! from )[^–—]){3,400}) from [^–—]{2,160}?(?: on ([^–—]{2,80}?))?"
    r"(?:\. ((?:19|20)\d\d)[^–—]*)?(?: [-–—] .*)?"
)
"""Names, where they work, and a venue: "by Ada Example from Northmere on Synthetic Letters - what it is about"."""

_NAMES_AND_YEAR: Final = re.compile(r"([^\W\d_a-z][^:()\d]{2,120}?),? \(?((?:19|20)\d\d)\)?")
"""Surnames and the year before a title: "Example, Sample 2020"."""

_NAMES_AND_VENUE: Final = re.compile(r"\[?([^\W\d_a-z][^\[\]\d]{1,60}? et al\.?),? ([^\[\]]{2,40})\]?")
"""A tag of the first author and the venue before a title: "Example et al. CVPR23"."""

_WORK_BY: Final = re.compile(
    r"[A-Z\d][^.,;:–—]{0,80}?\b(?:analysis|article|essay|explanation|overview|paper|report|study|survey|thesis|work)\b"
    r"[^.,;:–—]{0,60}?,? by ([A-Z][^;:–—]{3,200}?)\.?"
)
"""What a work is, and its authors: "A classic paper by Example, Sample and Third"."""

_BY_AND_COLON: Final = re.compile(r"By ([A-Z][^;:–—]{3,200}?): .*")
"""The authors, and what the work is about: "By Example, Sample: the first one on the subject"."""

_BETWEEN_NAMES: Final = re.compile(r"[,&]\s*(?:and\s)?|\s+and\s+")
_GAP: Final = re.compile(r",? ?(?:\.{3}|…),?")


class FormPart(NamedTuple):
    """A part of a text, its form, and the field that it fills."""

    segment: Segment
    form: Form
    role: Role | None


def read_linked_authors(link: Segment) -> list[FormPart]:
    """Return the authors and the year of a link such as "[Example et al. 2021](...)"; return nothing for others."""
    found = AUTHOR_YEAR.fullmatch(link.text) if link.label == "authors" else None
    if found is None:
        return []
    return [
        FormPart(replace(link, text=found[1]), "name", "authors"),
        FormPart(replace(link, text=found[2]), "date", None),
    ]


def read_form(segment: Segment, side: str) -> list[FormPart]:
    """Split a text whose form is known into its fields; return an empty list for any other text."""
    if side == "before" and _SURNAME_FIRST.match(segment.text):
        return [FormPart(segment, "name", "authors")]
    found = _BY_FROM_ON.fullmatch(segment.text)
    if found and is_people(_GAP.sub(",", found[1])):
        return _take(segment, found, [("name", "authors"), ("other", "venue"), ("date", None)])
    found = _WORK_BY.fullmatch(segment.text) or _BY_AND_COLON.fullmatch(segment.text) if side == "after" else None
    if found and _are_names(found[1]):
        return _take(segment, found, [("name", "authors")])
    found = _NAMES_AND_VENUE.fullmatch(segment.text) if side == "before" else None
    if found and is_venue(found[2]):
        return _take(segment, found, [("name", "authors"), ("other", "venue")])
    found = _NAMES_AND_YEAR.fullmatch(segment.text) if side == "before" else None
    if found and _are_names(found[1]) and not is_venue(found[1]):
        return _take(segment, found, [("name", "authors"), ("date", None)])
    found = _PERSON_AND_YEAR.fullmatch(segment.text)
    if found and not is_venue(found[1]):
        return _take(segment, found, [("name", "authors"), ("date", None)])
    return []


def _are_names(text: str) -> bool:
    """Return whether each part of a text may be a name, if only a surname."""
    return all(weigh_name(name) > 0 for name in _BETWEEN_NAMES.split(LIST_END.sub("", text)) if name)


def _take(segment: Segment, found: re.Match[str], kinds: list[tuple[Form, Role | None]]) -> list[FormPart]:
    parts = zip(range(1, 1 + len(kinds)), kinds, strict=True)
    return [FormPart(segment.part(*found.span(number)), *kind) for number, kind in parts if found[number]]
