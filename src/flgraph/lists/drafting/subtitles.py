"""Join a title that is partly a link: "[Name](address): The rest of the title"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from flgraph.lists.drafting.segments import Segment
from flgraph.lists.drafting.title_search import find_places
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.patterns import words_of
from flgraph.lists.evidence.scores import is_title_case, is_venue, names_score, title_score

_COLON: Final = re.compile(r"\s*[:：]\s*")
_NAME_WORDS: Final = 4
_LONGEST_NAME: Final = 10
_NAMES: Final = 0.7
_SUBTITLE: Final = 1.0


def join_subtitles(segments: Sequence[Segment]) -> list[Segment]:
    """Join the linked name of a paper with the subtitle behind it; what follows the subtitle stays a text.

    A text that is not in title case describes the paper and stays apart.
    """
    joined: list[Segment] = []
    for segment in segments:
        name = joined[-1] if joined else None
        if name is not None and _is_name(name) and segment.style == "plain":
            joined[-1:] = _join(name, segment)
        else:
            joined.append(segment)
    return joined


def _is_name(link: Segment) -> bool:
    is_paper = link.is_link and link.label is None and url_kind(link.url) == "paper"
    return is_paper and 0 < len(words_of(link.text)) <= _LONGEST_NAME and not is_venue(link.text)


def _join(name: Segment, text: Segment) -> list[Segment]:
    """Return a name with the subtitle at the start of a text, and the rest of the text, if there is a subtitle."""
    colon = _COLON.match(text.text)
    start = colon.end() if colon else 0
    if not colon and not name.text.endswith((":", "：")):
        return [name, text]
    behind = text.part(start, len(text.text))
    places = [place for place in find_places(behind) if not place.names]
    if (text.line, text.column) != (name.line, name.column) or not places:
        return [name, text]
    best = max(places, key=lambda place: title_score(behind.text[place.start : place.end]) + place.support)
    subtitle = behind.text[best.start : best.end]
    if not _is_subtitle(subtitle):
        return [name, text]
    title = replace(name, text=f"{name.text.rstrip(' :：')}: {subtitle}", has_subtitle=True)
    rest = behind.part(best.end, len(behind.text))
    return [title, rest] if words_of(rest.text) else [title]


def _is_subtitle(text: str) -> bool:
    """Return whether a text is written as a title, even if its words look like names: "Fast, Small and Robust"."""
    only_looks_like_names = names_score(text) >= _NAMES and not is_people(text)
    is_title = title_score(text) >= _SUBTITLE or (only_looks_like_names and len(words_of(text)) >= _NAME_WORDS)
    return is_title and is_title_case(text)
