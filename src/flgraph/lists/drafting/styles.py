"""Split a run of text at its styles: where bold or italics hold a title, a name or a venue of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from flgraph.lists.blocks.pieces import Piece
from flgraph.lists.evidence.patterns import BETWEEN_FIELDS, FIELD_KEY, WORD, YEAR, words_of
from flgraph.lists.evidence.people import HAN, weigh_name
from flgraph.lists.evidence.scores import is_venue, names_score, title_score

_LONGEST: Final = 5000  # characters; a longer run is prose
_IN_BRACKET: Final = 6  # texts of different styles
_SHORT_TEXT: Final = 2
_SHORT_HAN_TEXT: Final = 8  # characters
_FULL_NAME: Final = 0.5
_NAMES: Final = 0.7
_TITLE: Final = 0.5
_SURE_TITLE: Final = 1.5
_TITLE_IN_TWO_STYLES: Final = 3.0


def split_styles(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Keep a run together, except where one style holds a text of its own."""
    if sum(len(piece.text) for piece in pieces) > _LONGEST:
        return [list(pieces)]
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and _style(groups[-1][-1]) == _style(piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if len(groups) < 2:
        return groups
    groups = _join_styles(_join_bracket(groups))
    stands_alone = [
        _style(group[0]) != (False, False)
        and (
            _is_field(_text(group))
            or any(_is_volume_behind(group, behind) for behind in groups[place + 1 : place + 2])
            or any(_is_venue_behind(before, group) for before in groups[max(place - 1, 0) : place])
            or _is_between_stops(groups[max(place - 1, 0) : place + 2])
        )
        for place, group in enumerate(groups)
    ]
    for place, (group, behind) in enumerate(pairwise(groups[:3])):
        is_first = place == 0 or _BEFORE_NAME.fullmatch(_text(groups[0])) is not None
        is_apart = _BEHIND_NAME.match(_text(behind)) is not None or _is_name_before_people(group, behind)
        stands_alone[place] |= is_first and group[0].bold and is_apart
    parts: list[list[Piece]] = []
    previous_alone = True
    for group, alone in zip(groups, stands_alone, strict=True):
        if alone or previous_alone:
            parts.append(group)
        else:
            parts[-1] = parts[-1] + group
        previous_alone = alone
    return parts


_BEHIND_NAME: Final = re.compile(r"\s*(?:[–—-]\s|[.,]\s)")
_BEFORE_NAME: Final = re.compile(r"\W*(?:\d{1,3}\W*|[(\[][^()\[\]]*[)\]]\W*)?")  # a number, or a venue in brackets


def _is_name_before_people(group: Sequence[Piece], behind: Sequence[Piece]) -> bool:
    """Return whether a name and a colon stand before people: "**RestNet:** Ada Example, Bo Sample. A title"."""
    text = _text(group).strip()
    is_name = text.endswith((":", "：")) and len(words_of(text)) <= _SHORT_TEXT and not FIELD_KEY.fullmatch(text)
    return is_name and names_score(_text(behind).partition(". ")[0]) >= _NAMES


def _is_field(text: str) -> bool:
    """Return whether a styled text is long enough to be a field of its own, or a name or venue."""
    return (
        len(words_of(text)) > _SHORT_TEXT
        or len(HAN.findall(text)) >= _SHORT_HAN_TEXT
        or weigh_name(text.strip(BETWEEN_FIELDS)) >= _FULL_NAME
        or (is_venue(text) and YEAR.search(text) is not None)
    )


def _style(piece: Piece) -> tuple[bool, bool]:
    return piece.bold, piece.italic


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _join_bracket(groups: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Join styled texts at the start of a row with the brackets around them: "(*ICML 2021*) A title"."""
    before = _text(groups[0])
    if WORD.search(before) or not before.rstrip().endswith(("(", "[")):
        return list(groups)
    closed = next((place for place in range(2, len(groups[:_IN_BRACKET])) if _closes(groups[place])), None)
    if closed is None:
        return list(groups)
    return [[piece for group in groups[: closed + 1] for piece in group], *groups[closed + 1 :]]


def _closes(group: Sequence[Piece]) -> bool:
    return _text(group).startswith((")", "]"))


def _join_styles(groups: Sequence[list[Piece]]) -> list[list[Piece]]:
    """Join neighbouring texts of different styles that no mark separates, such as a title that is half in bold."""
    joined: list[list[Piece]] = []
    for group in groups:
        is_apart = joined and any(
            is_break(joined[-1], group) for is_break in (_is_title_behind, _is_volume_behind, _is_name_before_people)
        )
        if joined and not is_apart and _is_one_text(_text(joined[-1]), _text(group)):
            joined[-1] = joined[-1] + group
        else:
            joined.append(list(group))
    return joined


def _is_title_behind(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Return whether a title in bold or italics follows a mark."""
    is_styled = _style(right[0]) != (False, False)
    left_text = _text(left).rstrip()
    score = title_score(_text(right))
    return is_styled and (
        (score >= _TITLE and left_text.endswith((":", "：")))
        or (score >= _SURE_TITLE and left_text.endswith((",", "，")))
    )


def _is_volume_behind(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Return whether a volume, or the year behind two capitalised words, follows the name of a journal in italics."""
    if not left[-1].italic or right[0].italic or not _NAME.search(_text(left)):
        return False
    is_dated = _TWO_CAPITALS.fullmatch(_text(left).strip()) and _YEAR_BEHIND.match(_text(right))
    return bool(is_dated) or _VOLUME.match(_text(right)) is not None


def _is_between_stops(groups: Sequence[Sequence[Piece]]) -> bool:
    """Return whether the second of three texts is a sentence of its own: "Names. *A title*. Journal"."""
    if len(groups) < 3:
        return False
    before, own, after = map(_text, groups)
    return before.rstrip().endswith(".") and after.startswith(".") and len(words_of(own)) > 1


def _is_venue_behind(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Return whether a venue follows a question, as in "Is it so? *arXiv*."."""
    return _text(left).rstrip().endswith(("?", "!")) and is_venue(_text(right))


_NAME: Final = re.compile(r"[^\W\d_]{2}")
_VOLUME: Final = re.compile(
    r"(?:\s*(?!(?:19|20)\d\d\b)\d{1,4}\s?(?:[(:,.]|$)|,\s*(?:(?:no|n[uú]m|vol)\.\s?)?(?!(?:19|20)\d\d\b)\d)"
)
_SIGN: Final = re.compile(r"\w")
_TWO_CAPITALS: Final = re.compile(r"[A-Z][a-z]{3,} [A-Z][a-z]{3,}")
_YEAR_BEHIND: Final = re.compile(r",?\s*\(?(?:19|20)\d\d\b")
_ENDS: Final = re.compile(r"(?:[.,;|·•)”»\]】!?–—，；：。-]|[.,?!]\")\s*$")
_BEGINS: Final = re.compile(r"\s*(?:[(\[,.;:|·•–—，；：。-]|NEW\b)")


def _is_one_text(left: str, right: str) -> bool:
    if not _SIGN.search(left) or not right.strip() or _ENDS.search(left) or _BEGINS.match(right):
        return False
    if left.rstrip().endswith(":") and len(words_of(left)) > 3:
        return False
    are_names = max(names_score(left), names_score(right)) >= _NAMES
    are_titles = max(title_score(left), title_score(right)) >= _TITLE_IN_TWO_STYLES
    return not (are_names or are_titles or is_venue(right))
