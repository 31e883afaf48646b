"""Find where a title may stand in a text without a style of its own: between names before it and fields behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from flgraph.lists.drafting.segments import Segment, trim
from flgraph.lists.evidence.boundaries import Boundary, find_boundaries
from flgraph.lists.evidence.chunks import has_year, is_phrase, judge_form
from flgraph.lists.evidence.groups import (
    SURE_NAMES,
    Group,
    begins_with_name,
    count_full_names,
    is_people,
    names_strength,
    split_groups,
)
from flgraph.lists.evidence.patterns import ARXIV_TEXT, EMOJI_CODE, PICTURES, TITLE_KEY, words_of
from flgraph.lists.evidence.people import is_institution
from flgraph.lists.evidence.scores import is_venue, title_score
from flgraph.lists.evidence.word_lists import FUNCTION_WORDS

_NUMBER: Final = re.compile(r"^\s*(?:\(?\d{1,3}(?:\)|[.、](?!\d))|#\d+|\[\d+\]|\([A-Z]\)(?=\s))\s*")
_IN: Final = re.compile(r"[.,?!]\s+[Ii]n:?(?:\s[^()]{3,120}\((?:Eds?|Hrsg|Hg)\.?\),?)?$")
_IN_VENUE: Final = re.compile(r"In:\s")
_PICTURES: Final = re.compile(rf"(?:{PICTURES.pattern}|\s)*")
_NO_START: Final = re.compile(r"$|(?:19|20)\d\d[a-z]?\.|[(（]|[^\W\d_a-zà-öø-ÿ]{1,2}\.|(?:and|und|et|y|&)\s")
_AWARD: Final = re.compile(
    r"(?i)[(（](?:oral|spotlight|highlight|poster|best (?:\w+ )?paper(?: award)?)[)）]$"
    r"|(?<=[a-z]\.) [(（][^()（）]{2,60}[)）]$"
)
_LAST_YEAR: Final = re.compile(
    r"[(（]?\s*(?:19|20)\d\d[a-z]?(?:,\s*\w+)?\s*[)）]?$|[(（](?:in press|forthcoming|n\.d\.|en prensa)[)）]$"
)
_DATED_BRACKET: Final = re.compile(r"[(（][^()（）]*(?:(?:19|20)\d\d|['\u2019]\d\d)\s*[)）]\W*$")
_ONE_FIELD: Final = re.compile(r"[(（]([^()（）]{4,60})[)）]|[–—-]\s([^()（）,;–—-]{4,60})")
_YEAR_BETWEEN_STOPS: Final = re.compile(r"\. (?:19|20)\d\d[a-z]?$")
_NOT_BEFORE_A_TITLE: Final = ("required", "optional")
_BLANKS: Final = " \t\n\u00a0\u200b,;:·•|*_~–—-"
_NAME_ENDS: Final = " .,(（"
_CLOSED_AND_COLON: Final = re.compile(r"[(（][^()（）]*[)）]\s?[:：]\s*\w")
_OPEN, _CLOSED = "(（", ")）"
_QUESTION_MARK: Final = re.compile(r"[?!](\s+)(?=[^\W\d_a-zß-öø-ÿ])(?=(\w+))")
_BY: Final = re.compile(r"\s+by\s+(?=[^\W\d_a-zß-öø-ÿ])(?![\w-]+ing\b)")  # "Better Minima by Seeking Flat Ones"
_MOST_STARTS: Final = 6
_MOST_NAMES: Final = 30
_MOST_ENDS: Final = 7  # at either end of the text
_LONGEST_NAMES: Final = 600
_MOST_NAME_WORDS: Final = 3

# How much what stands around a place supports that a title ends there.
_NAMES_BEFORE: Final = 1.0
_YEAR_BEFORE: Final = 1.0
_DATED_BEFORE: Final = 0.8
_BEHIND_INITIAL: Final = -0.2  # which is rather within a name than the last sign of the names
_LATER: Final = 0.02  # more names before a title are likelier than a title that starts with one
_NAMES_BEHIND: Final = 1.2
_ONE_NAME_BEHIND: Final = 0.4
_VENUE_BEHIND: Final = 1.1
_DATED_BEHIND: Final = 0.8
_YEAR_BEHIND: Final = 0.6
_NOTE_BEHIND: Final = 0.5
_PHRASE_BEHIND: Final = 0.1
_JUNK_WORD: Final = -0.4
_MOST_SUPPORT: Final = 2.4
_NAMES_AND_YEAR_IN_TITLE: Final = -2.0
_NAME_IN_TITLE: Final = -1.5
_SURE_IN_STYLE: Final = 1.5

_BRACKET: Final = re.compile(r"[(（][^()（）]{2,60}[)）]?")
_SURNAME_AND_COMMA: Final = re.compile(r"[^\W\d_a-zß-öø-ÿ][\w'\u2019-]+, [^\W\d_a-zß-öø-ÿ]")
# "Example AB, Sample C. A title. Rest Ageing. 2017;46(3):390-6", where a word may be the whole title
_VANCOUVER: Final = re.compile(
    r"([^.?!]{3,400})\.\s([^.?!]{2,250}\??)[.?]?\s([A-Z][^.;\d]{1,80})\.\s(?:19|20)\d\d(?:\s[A-Z][a-z]{2}(?:\s\d{1,2})?)?;\s?\d"
)
_SURE_REFERENCE: Final = 4.0
_NAMES: Final = 1.3
_DATED_NAMES: Final = 0.9
_NAMES_AND_YEAR: Final = 0.2
_A_NAME: Final = 1.1
_SEVERAL_NAMES: Final = 1.4
_VENUE_WORDS: Final = 16
_DATED_WORDS: Final = 10
_NO_TITLE: Final = -1.3
_NO_WORDS: Final = -2.5
_OF_STYLE: Final = {"bold": 0.9, "quoted": 1.8, "italic": 0.4, "bracket": -1.0}


class Place(NamedTuple):
    """Where a title may stand in a text, and how much what is around it supports that.

    `names` and `rest` are the texts before and behind it. `form` tells splits of one form from others: the signs
    before and behind the title, and the fields behind it. A form that starts with "n" has one name before a colon,
    which may as well be the first words of the title.
    """

    start: int
    end: int
    support: float = 0.0
    names: tuple[int, int] | None = None
    rest: tuple[int, int] | None = None
    form: str = ""


def support_of_style(style: str) -> float:
    """Return how much a style of its own supports that a whole text is a title."""
    return _OF_STYLE.get(style, 0.0)


def find_places(segment: Segment, *, as_a_whole: bool = False) -> list[Place]:
    """Find where a title may stand in a text, the whole text first; only there if a title stands beside it."""
    text = segment.text
    start, end = _find_body(text)
    key = TITLE_KEY.match(text[start:end])
    if key and key[0].strip(" :：").lower() not in _NOT_BEFORE_A_TITLE:
        return [Place(start + key.end(), end, 1.0, form="key")]
    start += key.end() if key else 0
    if end <= start:
        return []
    award = _AWARD.search(text, start, end)
    last = len(text[: award.start()].rstrip()) if award else end
    whole, end = Place(start, last, rest=(last, end) if award else None), last
    if as_a_whole or segment.style == "quoted":
        return [whole]
    reference = _VANCOUVER.match(text, start, end)
    if reference and is_people(reference[1]):
        title = reference.span(2)
        return [Place(*title, _SURE_REFERENCE, reference.span(1), (title[1], end), "Nstop|stopVY")]
    boundaries = [one for one in find_boundaries(text) if start < one.left and one.right < end]
    places = [whole]
    starts = list(_list_starts(text, whole, boundaries))
    starts = starts or _find_start_behind_comma(segment, whole)
    if any(begin.support > _NAMES_BEFORE + _DATED_BEFORE or _follows_full_names(text, begin) for begin in starts):
        places[0] = whole._replace(support=_NAMES_AND_YEAR_IN_TITLE)
    else:
        places += _list_ends(segment, whole, boundaries)
    for begin in starts:
        places += [begin, *_list_ends(segment, begin, boundaries)]
    return places


def _find_body(text: str) -> tuple[int, int]:
    """Return a text without its number in front and the marks and emoji behind."""
    number = _NUMBER.match(text)
    start, end = trim(text, number.end() if number else 0, len(text), _BLANKS)
    start += _PICTURES.match(text[start:end]).end()  # type: ignore[union-attr]
    end = start + len(_IN.sub("", text[start:end]).rstrip(". ([（"))
    for found in EMOJI_CODE.finditer(text) if ":" in text else ():
        if not text[found.end() : end].strip():
            return trim(text, start, found.start(), " .,")
    return start, end


# --- what stands before a title ------------------------------------------------------------------------------


def _list_starts(text: str, whole: Place, boundaries: Sequence[Boundary]) -> Iterator[Place]:
    """Yield the places of titles that start behind names: at a full stop or a colon."""
    found = 0
    for boundary in boundaries:
        if found == _MOST_STARTS or boundary.left - whole.start > _LONGEST_NAMES:
            return
        begin = boundary.right + len(text[boundary.right :]) - len(text[boundary.right :].lstrip(" .:,"))
        strength = _weigh_names_before(text, whole.start, boundary)
        if not strength or _NO_START.match(text, begin) or _goes_on_with_surname(text, whole, boundary, begin):
            continue
        found += 1
        score = title_score(text[begin : whole.end])
        if boundary.delimiter == "colon":
            score = max(score, title_score(text[begin : whole.end].partition(". ")[0]))
        if score > (_NO_WORDS if _ends_year(text, boundary) else _NO_TITLE):
            support = _NAMES_BEFORE + _LATER * found + (_YEAR_BEFORE if _ends_year(text, boundary) else 0)
            support += _DATED_BEFORE if _LAST_YEAR.search(text[whole.start : boundary.left].strip(_NAME_ENDS)) else 0
            support += _BEHIND_INITIAL if boundary.is_weak and not _ends_year(text, boundary) else 0
            form = f"{'N' if strength >= SURE_NAMES or boundary.delimiter != 'colon' else 'n'}{boundary.delimiter}"
            yield Place(begin, whole.end, support, (whole.start, boundary.left), None, form)


def _goes_on_with_surname(text: str, whole: Place, boundary: Boundary, begin: int) -> bool:
    """Return whether a word and a comma behind an initial may be the surname of the only name: "Ada B. Example, A"."""
    is_one = "," not in text[whole.start : boundary.left]
    return boundary.is_weak and is_one and _SURNAME_AND_COMMA.match(text, begin) is not None


def _find_start_behind_comma(segment: Segment, whole: Place) -> list[Place]:
    """Return the place of a title behind names and a comma, as in "Ada Example, Bo Sample, A title, Venue, 2021"."""
    if whole.end - whole.start > _LONGEST_NAMES or not begins_with_name(segment.text[whole.start : whole.end]):
        return []
    part = segment.part(whole.start, whole.end)
    names, *others = split_groups(part)
    if (
        not others
        or others[0].delimiter != "comma"
        or names_strength(names) < _NAMES
        or (len(names.chunks) == 1 and segment.style != "plain")
        or len(names.chunks) > _MOST_NAMES
    ):
        return []
    start = whole.start + others[0].start
    is_title = not _NO_START.match(segment.text, start) and title_score(segment.text[start : whole.end]) > _NO_TITLE
    place = Place(start, whole.end, _NAMES_BEFORE, (whole.start, whole.start + names.end), None, "Ncomma")
    return [place] if is_title else []


def _weigh_names_before(text: str, start: int, boundary: Boundary) -> float:
    """Return how sure names, and perhaps their year, end at a boundary; 0 if they do not."""
    if boundary.delimiter not in ("stop", "colon"):
        return 0.0
    before = text[start : boundary.left].strip(_NAME_ENDS)
    names = _LAST_YEAR.sub("", before).strip(_NAME_ENDS)
    if not begins_with_name(names):
        return 0.0
    groups = split_groups(Segment("plain", names, 0, 0))
    is_dated = names != before
    least = _DATED_NAMES if is_dated else _NAMES
    least = _NAMES_AND_YEAR if _ends_year(text, boundary) else least
    are_names = all(group.forms[0] == "name" and set(group.forms) <= {"name", "note"} for group in groups)
    strength = names_strength(groups[0]) if groups and are_names else 0.0
    return strength if strength >= least else 0.0


def _ends_year(text: str, boundary: Boundary) -> bool:
    """Return whether a year stands between full stops before a boundary: "Lee, May & Jo Bar. 2021. Title"."""
    return boundary.delimiter == "stop" and _YEAR_BETWEEN_STOPS.search(text, 0, boundary.left) is not None


def _follows_full_names(text: str, begin: Place) -> bool:
    """Return whether several full names and a full stop stand before a title."""
    return begin.form == "Nstop" and begin.names is not None and count_full_names(text[slice(*begin.names)]) > 1


# --- what stands behind a title ------------------------------------------------------------------------------


def _list_ends(segment: Segment, begin: Place, boundaries: Sequence[Boundary]) -> Iterator[Place]:
    """Yield the places of titles that end where only fields follow."""
    text, start = segment.text, begin.start
    least = _NO_TITLE if begin.form else _NO_WORDS
    after = [one for one in boundaries if one.left > start + 1 and _may_end_title(text, start, one)]
    marks = _list_question_marks(text, begin)
    after = sorted([*after, *marks, *_list_bys(text, begin)])
    for boundary in (*after[:_MOST_ENDS], *after[_MOST_ENDS:][-_MOST_ENDS:]):
        last = start + len(text[start : boundary.left].rstrip()) + (text[boundary.left] in "?!")
        if title_score(text[start:last]) <= least:
            continue
        support, fields = _weigh_behind(segment, boundary, begin.end)
        if boundary.delimiter == "by" and not fields.startswith("N"):
            continue
        is_dated = segment.style == "bold" and _is_dated_field(text, boundary, begin.end)
        is_sure = support >= _SURE_IN_STYLE or segment.style not in ("bold", "italic") or is_dated
        is_within = boundary in marks and not begin.names and not fields.startswith("NV")
        if support <= 0 or not is_sure or is_within:
            continue
        is_cut = _ends_with_name(text[start:last]) or (
            boundary.delimiter == "comma" and _ends_in_first_author(text[start:last])
        )
        support += begin.support + (_NAME_IN_TITLE if is_cut else 0)
        rest = (_begin_of_rest(boundary), begin.end)
        yield Place(start, last, support, begin.names, rest, f"{begin.form}|{boundary.delimiter}{fields}")


def _is_dated_field(text: str, boundary: Boundary, end: int) -> bool:
    """Return whether a year in brackets, or a venue and its year in brackets or behind a dash, fill a text's end."""
    place = boundary.left + len(text[boundary.left : end]) - len(text[boundary.left : end].lstrip())
    if _DATED_BRACKET.match(text, place, end):
        return True
    field = _ONE_FIELD.fullmatch(text, place, end)
    return field is not None and has_year(said := field[1] or field[2]) and is_venue(said)


def _list_question_marks(text: str, begin: Place) -> list[Boundary]:
    """Return where a title may end in a question mark: names go on behind it, or, if they stand before it, a venue.

    A word such as "An" or "Towards" goes on with a subtitle instead.
    """
    marks = _QUESTION_MARK.finditer(text, begin.start, begin.end)
    return [Boundary(one.start(), one.end(1), "stop") for one in marks if one[2].lower() not in FUNCTION_WORDS]


def _list_bys(text: str, begin: Place) -> list[Boundary]:
    """Return each "by" that may stand between a title and its authors: "A title by Ada Example"."""
    return [Boundary(*found.span(), "by") for found in _BY.finditer(text, begin.start + 1, begin.end)]


def _may_end_title(text: str, start: int, boundary: Boundary) -> bool:
    if _is_in_brackets(text, start, boundary.left):
        return False
    if boundary.delimiter == "bracket":
        goes_on = _CLOSED_AND_COLON.match(text, boundary.left)  # "All you need (for priors): an old recipe"
        return text[boundary.left] in _OPEN and not text[boundary.left - 1].isalnum() and not goes_on
    return boundary.delimiter != "colon" and not boundary.is_weak


def _is_in_brackets(text: str, start: int, place: int) -> bool:
    """Return whether a bracket that opens before a place closes behind it."""
    opened = max(text.rfind(sign, start, place) for sign in _OPEN)
    closed = max(text.rfind(sign, start, place) for sign in _CLOSED)
    return opened > closed and any(text.find(sign, place) >= 0 for sign in _CLOSED)


def _begin_of_rest(boundary: Boundary) -> int:
    """Return where the rest begins: with a bracket, but behind any other sign."""
    return boundary.left if boundary.delimiter == "bracket" else boundary.right


def _ends_with_name(title: str) -> bool:
    """Return whether the last words of a title, behind a comma, are a name."""
    last = re.split(r"[,，] ?(?:(?:and|or|&) )?", title)[-1].strip()
    return last != title and judge_form(last) == "name" and len(last.split()) > 1


def _ends_in_first_author(title: str) -> bool:
    """Return whether a title that ends at a comma holds another, and a name behind it: "A title. Ada Example"."""
    last = re.split(r"[.?!] ", title)[-1]
    return last != title and len(last.split()) <= _MOST_NAME_WORDS and judge_form(last) == "name"


def _weigh_behind(segment: Segment, boundary: Boundary, end: int) -> tuple[float, str]:
    """Return how much the text behind a boundary looks like fields, and which: N(ames), V(enue), Y(ear)."""
    groups = split_groups(segment.part(_begin_of_rest(boundary), end))
    if boundary.delimiter == "comma" and groups and groups[0].forms[0] == "note":
        return 0.0, ""
    is_in = _IN_VENUE.match(segment.text, boundary.right) is not None and has_year(segment.text[boundary.right : end])
    if groups and (boundary.delimiter == "slashes" or is_in):  # the sign or the word before a venue
        return _VENUE_BEHIND, "V"
    score, fields = 0.0, ""
    best: dict[str, float] = {}
    for group in groups:
        weight, field = _weigh_group(group)
        if field and (field not in best or (weight > best[field] and boundary.delimiter != "comma")):
            best[field] = weight  # several venues say no more than the clearest; behind a comma, than the first
        elif not field:
            score += weight
        fields += field
    score += sum(best.values())
    if boundary.delimiter == "stop" and _BRACKET.fullmatch(segment.text, boundary.right, end):
        score = max(score, _NOTE_BEHIND)
    if boundary.delimiter == "bracket" and groups and is_venue(groups[-1].text) and has_year(groups[-1].text):
        score = max(score, _VENUE_BEHIND)
    return min(score, _MOST_SUPPORT), fields


def _weigh_group(group: Group) -> tuple[float, str]:
    """Return how much a group is a field, and which."""
    strength, text = names_strength(group), group.text
    words = len(words_of(text))
    if text.rstrip().endswith(("?", "!")):
        return _JUNK_WORD * words, ""
    if strength >= _A_NAME:
        return _NAMES_BEHIND if strength > _SEVERAL_NAMES else _ONE_NAME_BEHIND, "N"
    if group.forms == ["date"]:
        return _YEAR_BEHIND, "Y"
    if group.forms == ["number"]:
        return (_DATED_BEHIND, "V") if ARXIV_TEXT.search(text) else (_PHRASE_BEHIND, "")
    if is_institution(text):
        return _ONE_NAME_BEHIND, "N"
    if is_venue(text) and words <= _VENUE_WORDS:
        return _VENUE_BEHIND, "V"
    if has_year(text) and words <= _DATED_WORDS and is_phrase(text):
        return _DATED_BEHIND, "V"
    if group.forms[0] == "note" and words <= _DATED_WORDS:
        return (_NOTE_BEHIND if group.is_bracketed else 0.0), ""
    if group.forms[0] == "other" and len(group.forms) > 1 and words <= _VENUE_WORDS:
        return _DATED_BEHIND, "V"
    return (_PHRASE_BEHIND, "V") if is_phrase(text) else (_JUNK_WORD * words, "")
