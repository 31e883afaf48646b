"""Find what may be the title of a row, and how much each candidate looks like one by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flgraph.lists.blocks.pieces import Block
from flgraph.lists.drafting.columns import name_cells, role_of, title_bonus
from flgraph.lists.drafting.segments import AUTHOR_YEAR, Segment
from flgraph.lists.drafting.title_search import find_places, support_of_style
from flgraph.lists.evidence.chunks import judge_form
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.keys import read_key
from flgraph.lists.evidence.patterns import YEAR, words_of
from flgraph.lists.evidence.people import is_institution, weigh_name
from flgraph.lists.evidence.references import split_reference
from flgraph.lists.evidence.scores import is_venue, names_score, title_score
from flgraph.lists.evidence.years import SEVERAL_YEARS, find_year

Slot = tuple[str, int, int, bool, bool, str]
"""Where a candidate stands: style, column, line, in a child bullet, behind the first link, form of the split."""

_THREE_SIGNS: Final = re.compile(r"\w{3}")
_NO_TITLE: Final = -2.0
_LIKELY_TITLE: Final = 1.5
_QUOTED_IN_LINK: Final = re.compile(r"([^\"“”]{0,400}?),?\s*[\"“]([^\"“”]{8,300})[\"”]\.?,?\s*([^\"“”]{0,300})")
_REFERENCE_WORDS: Final = 12
_SURE_REFERENCE: Final = 1.2
_TAG_BEFORE: Final = re.compile(r"[\[【]([^\[\]【】]{2,40})[\]】]\s*(?=\w)")
_REMARK_BEFORE: Final = re.compile(r"^[(（][^()（）]{4,60}[:,] [^()（）]{2,60}[)）]\s+(?=[A-Z])")
_YEAR_BEFORE: Final = re.compile(r"((?:19|20)\d\d)\s[–—-]\s(?=\w)")  # "2020 - A title"
_NAMES_AND_YEAR_BEFORE: Final = re.compile(
    r"([^\W\d_a-z][^:()\d]{2,120}?),? \(?((?:19|20)\d\d)\)?(?:: (?<=\): )| : )(?=\w)"
)  # "Example, Sample 2020 : A title", "Example (2020): A title"
_IN_BEHIND: Final = re.compile(r"(?<=[?!.]) In:\s+(?=[A-Z\d])")  # of a venue, behind a title
_NAMES_BEHIND_DASH: Final = re.compile(r"\s[–—-]\s([^–—]{4,200})$")
_LAST_YEAR: Final = re.compile(r"(?<=\w)[.,]\s((?:19|20)\d\d)(?:[-/.]\d{1,2})?\.?$")
_LAST_BRACKET: Final = re.compile(r"[(（\[]([^()（）\[\]]{4,80})[)）\]]$")
_SURNAME_AND_INITIALS: Final = re.compile(r"[A-Z][^\W\d_]+(?:-[A-Z][^\W\d_]+)?(?: [A-Z]\b){1,3}\.\s*(?=[A-Z])")
_ADDRESS_WEIGHT: Final = {
    "paper": 2.0, "none": 0.8, "anchor": -3.0, "image": -4.0, "mail": -4.0, "people": -2.0, "code": 0.3,
    "listing": -0.5,
}  # fmt: skip
_OTHER_ADDRESS: Final = 0.8
_CHILD: Final = -1.0
_FIRST: Final = 0.5
_DATED_LINK: Final = 0.8  # support by a year beside a title in its link
_FIRST_LINK: Final = 0.4
_FIRST_LINE: Final = 0.4
_IN_HEADING: Final = 8.0  # a heading is a row only if it is a work
_BEHIND_LINK: Final = -0.8
_BEFORE_LABEL: Final = 0.6
_BEFORE_TITLE: Final = -1.0
_FEW_WORDS: Final = 3
_BEFORE_VOLUME: Final = -3.0
_VOLUME: Final = re.compile(r"\d{1,4}\s?[(:,]\s?\d|(?:vol|no)\.\s?\d")
_BEHIND_NAME: Final = -1.5
_NAMES_NOT_TITLE: Final = -3.0
_ONE_NAME: Final = -1.5
_WORDS_LIKE_NAMES: Final = 1.5  # "Apples, Pears & Quinces" scores as names, but its words are none
_BEHIND_QUOTE: Final = -1.2
_DESCRIPTION: Final = -3.0
_DEFINITION: Final = -2.0
_NAMES_AND_YEAR: Final = -4.0
_DATED_NAMES: Final = re.compile(r"(.{3,300}?)[.,]? \(?(?:19|20)\d\d[a-z]?\)?[.,:]?")
_DASH: Final = re.compile(r"[–—-]")
_FIELD_IN_BRACKETS: Final = -2.0
_DATED_BRACKET: Final = re.compile(r"[(（\[][^()（）\[\]]*(?:19|20)\d\d[^()（）\[\]]{0,12}[)）\]]")
_BEHIND_STYLED: Final = -2.0
_DATED_BEHIND_STYLED: Final = -2.0
_DATED: Final = re.compile(r"[^.:?!]{1,60}\s(?:19|20)\d\d")
_INSTITUTION: Final = -3.0
_BEHIND_NAMES: Final = 0.8
_DATED_BEHIND_NAMES: Final = -2.0
_IN_VENUE: Final = -2.5
_AUTHOR_YEAR_LABEL: Final = -3.0
_BY_NAMES: Final = -3.0
_HOLDS_VENUE: Final = -2.0
_IN_CONFERENCE: Final = re.compile(
    r"[.?!][\"”]? [Ii]n:? (?:\w+ ){0,6}(?i:advances|conference|proceedings|symposium|transactions|workshop)\b"
)
_IS_JOURNAL: Final = -1.5
_JOURNAL: Final = re.compile(
    r"(?:The |[A-Z]{2,6} )?(?:[A-Z][\w-]+ ){0,4}"
    r"(?:Journal|Transactions|Proceedings|Annals|Bulletin|Symposium|Conference)"
    r"(?: (?:of|on|for|and|in|the|&|[A-Z][\w-]+)){0,12}"
)
_BY: Final = re.compile(r"by\s+[^\W\d_a-zß-öø-ÿ]")
_IN: Final = re.compile(r"(?i)in\s?[:：]|in (?:proc|adv|the \d|\d{4})")
_NAMES: Final = 0.75
_SURE_NAMES: Final = 0.9
_NO_FILE: Final = re.compile(
    r"(?i)no (?:pdf|paper|link|code|url)\b|(?:pdf|paper|link|code) (?:coming|not|unavailable)\b"
)
_MOST_LINES: Final = 2
_LONGEST: Final = 2000
"""Characters of a text: a longer one is prose, and searching it for a title would take long."""


@dataclass(slots=True)
class Candidate:
    """A text that may be the title of a row, and what stands beside it in the same text.

    `own` is how much it looks like a title by itself; 1.5 is a clear title. `names` stand before it, `rest` behind.
    """

    text: str
    span: tuple[int, int]
    own: float
    slot: Slot
    segment: int
    names: Segment | None = None
    rest: Segment | None = None
    support: float = 0.0


@dataclass(slots=True)
class _Row:
    """A row while its candidates are listed, and what stands before the current segment."""

    block: Block
    headers: dict[int, str]
    starts_with_name: bool
    has_linked_title: bool
    is_first: bool = True
    has_link: bool = False
    has_quote: bool = False
    has_styled_title: bool = False
    has_names: bool = False
    has_text: bool = False
    is_behind_in: bool = False

    def pass_by(self, segment: Segment) -> None:
        """Take a segment among those before the next one."""
        is_tag = segment.style in ("bracket", "code", "marker")
        self.is_first = self.is_first and (is_tag or not _THREE_SIGNS.search(segment.text))
        self.has_link |= segment.is_link and segment.label in ("paper", "url", "code", None)
        self.has_quote |= segment.style == "quoted"
        self.has_styled_title |= segment.style in ("bold", "italic") and title_score(segment.text) >= _LIKELY_TITLE
        self.has_names = _is_names(segment)
        self.is_behind_in = segment.text in ("In", "in")
        self.has_text = self.has_text or (not self.has_linked_title and _may_be_title(segment))


def find_candidates(block: Block, segments: Sequence[Segment]) -> list[Candidate]:
    """List the candidates for the title of a row, in order."""
    is_named = bool(segments) and _is_resource(segments[0])
    row = _Row(block, name_cells(block), is_named, any(map(_is_linked_title, segments)))
    found: list[Candidate] = []
    for number, segment in enumerate(segments):
        if segment.is_link:
            if segment.label is None or (segment.label == "label" and title_score(segment.text) > 1):
                found.append(_judge_link(segment, number, row))
                if _is_before_title(segments[number : number + 2]):
                    found[-1].own += _BEFORE_TITLE
        elif _may_hold_title(segment):
            found += _judge_text(segment, number, row, _weigh_next(segments, number))
        row.pass_by(segment)
    are_named = any(read_key(segment.text)[0] == "authors" for segment in segments)
    are_named |= any(role_of(header) == "authors" for header in row.headers.values())
    return [candidate for candidate in found if candidate.names is None] if are_named else found


def _is_resource(segment: Segment) -> bool:
    """Return whether a segment is the linked name of a work or a page: text behind it describes it."""
    kinds = ("code", "project", "other", "video", "blog", "data", "paper")
    is_name = segment.is_link and segment.label is None and url_kind(segment.url) in kinds
    is_name = is_name and not AUTHOR_YEAR.fullmatch(segment.text)
    return is_name and not is_venue(segment.text) and names_score(segment.text) < _NAMES


def _is_linked_title(segment: Segment) -> bool:
    """Return whether a segment is a clear title that is linked to a paper."""
    is_paper = segment.is_link and segment.label is None and url_kind(segment.url) == "paper"
    return is_paper and title_score(segment.text) >= _LIKELY_TITLE


def _is_before_title(pair: Sequence[Segment]) -> bool:
    """Return whether a link of few words in brackets, as of a journal, stands before a clear title without a link."""
    if len(pair) < 2 or pair[1].is_link or "]" not in pair[1].lead or len(words_of(pair[0].text)) > _FEW_WORDS:
        return False
    return title_score(pair[1].text) >= _LIKELY_TITLE and url_kind(pair[0].url) == "paper"


def _may_be_title(segment: Segment) -> bool:
    """Return whether a text is neither names nor dated, so that what follows it need not be the title."""
    text = segment.text
    if segment.is_link or len(words_of(text)) < 2:
        return False
    return not (YEAR.search(text) or is_venue(text) or is_people(text))


def _is_names(segment: Segment) -> bool:
    return not segment.is_link and len(segment.text) <= _LONGEST and names_score(segment.text) >= _NAMES


def _may_hold_title(segment: Segment) -> bool:
    is_text = segment.style not in ("marker", "code") and len(segment.text) <= _LONGEST
    return is_text and _NO_FILE.match(segment.text) is None


def _weigh_next(segments: Sequence[Segment], number: int) -> float:
    """Return how much the segment behind a text tells for a title, as a label does, or for a journal, as a volume."""
    if number + 1 == len(segments):
        return 0.0
    following = segments[number + 1]
    if following.is_link:
        return _BEFORE_LABEL if following.label is not None else 0.0
    return _BEFORE_VOLUME if segments[number].style == "italic" and _VOLUME.match(following.text) else 0.0


def _slot(block: Block, segment: Segment, form: str, *, seen_link: bool) -> Slot:
    column = segment.column if block.kind == "row" else 0
    return segment.style, column, min(segment.line, _MOST_LINES), segment.is_child, seen_link, form


# --- linked titles ---------------------------------------------------------------------------------------------


def _judge_link(segment: Segment, number: int, row: _Row) -> Candidate:
    own = (
        title_score(segment.text)
        + _ADDRESS_WEIGHT.get(url_kind(segment.url), _OTHER_ADDRESS)
        + _of_column(segment, row)
    )
    own += _AUTHOR_YEAR_LABEL if AUTHOR_YEAR.fullmatch(segment.text) else 0
    own += _CHILD if segment.is_child else 0
    own += _FIRST_LINK if row.is_first else 0
    own += _FIRST_LINE if segment.line == 0 and row.block.kind != "row" else 0
    names, text, behind = _split_link(segment.text)
    span = (segment.start, segment.end)
    before = replace(segment, style="plain", text=names) if names else None
    rest = replace(segment, style="plain", text=behind) if behind else None
    support = _DATED_LINK if find_year(names or behind) is not None else 0.0
    return Candidate(text, span, own, _slot(row.block, segment, "", seen_link=False), number, before, rest, support)


def _of_column(segment: Segment, row: _Row) -> float:
    return title_bonus(row.headers.get(segment.column, ""))


def _split_link(text: str) -> tuple[str, str, str]:
    """Split the text of a link into names, the title, and fields behind it; a link may hold a whole reference."""
    text = _REMARK_BEFORE.sub("", text)
    quoted = _QUOTED_IN_LINK.fullmatch(text) if len(text) <= _LONGEST else None
    if quoted and (title_score(quoted[2]) > 0 or (is_people(quoted[1].rstrip(" .,")) and YEAR.search(quoted[3]))):
        before, title, behind = quoted[1].strip(), quoted[2].rstrip(" .,"), quoted[3].strip()
        is_reference = not behind or find_year(behind) is not None or is_venue(behind)
        if is_reference if not before else (is_people(before) or names_score(before) >= _NAMES):
            return before, title, behind
    tag = _TAG_BEFORE.match(text)
    if tag and (find_year(tag[1]) is not None or is_venue(tag[1])):
        return tag[1], text[tag.end() :], ""
    dated = _NAMES_AND_YEAR_BEFORE.match(text)
    if dated and (is_people(dated[1]) or all(weigh_name(name) > 0 for name in re.split(r", | and |&", dated[1]))):
        return text[: dated.end(2)], text[dated.end() :], ""
    if year := _YEAR_BEFORE.match(text):
        return year[1], text[year.end() :], ""
    reference = _find_reference(text)
    if reference is not None:
        return _cut_venue(*reference)
    names, title = _split_names(text)
    title, behind = _split_field(title)
    found = _NAMES_BEHIND_DASH.search(title)
    if found and not names and title_score(title[: found.start()]) > _NO_TITLE and names_score(found[1]) >= _SURE_NAMES:
        names, title = found[1], title[: found.start()]
    return _cut_venue(names, title, behind)


def _cut_venue(names: str, title: str, behind: str) -> tuple[str, str, str]:
    """Move a venue behind "In:" from the end of a title to the fields behind it."""
    place = _IN_BEHIND.search(title)
    return (names, title[: place.start()], f"{title[place.end() :]} {behind}") if place else (names, title, behind)


def _find_reference(text: str) -> tuple[str, str, str] | None:
    """Return the names, the title and the fields of a reference; None for any other text."""
    if len(words_of(text)) < _REFERENCE_WORDS or len(text) > _LONGEST:
        return None
    found = [
        (title_score(text[place.start : place.end]) + place.support, place)
        for place in find_places(Segment("plain", text, 0, 0))
        if place.form.startswith("N") and place.rest and place.support >= _SURE_REFERENCE
    ]
    place = max(found, default=(0.0, None))[1]
    if place is None or place.names is None or place.rest is None:
        return None
    return text[slice(*place.names)], text[place.start : place.end], text[slice(*place.rest)]


def _split_field(text: str) -> tuple[str, str]:
    """Split a venue or a year in brackets from the end of a linked title."""
    if len(text) > _LONGEST:
        return text, ""
    year = _LAST_YEAR.search(text)
    if year and title_score(text[: year.start()]) > 0:
        return text[: year.start()], year[1]
    found = _LAST_BRACKET.search(text)
    if found is None or SEVERAL_YEARS.search(found[1]):
        return text, ""
    is_dated, has_venue = find_year(found[1]) is not None, is_venue(found[1])
    is_field = (is_dated and has_venue) or title_score(text[: found.start()]) > _NO_TITLE
    return (text[: found.start()].rstrip(), found[0]) if (is_dated or has_venue) and is_field else (text, "")


def _split_names(text: str) -> tuple[str, str]:
    """Split the names at the start of a linked reference from its title."""
    lead = _SURNAME_AND_INITIALS.match(text)
    if lead and title_score(text[lead.end() :]) > 1:
        return lead[0].strip(" ."), text[lead.end() :]
    if len(text) > _LONGEST:
        return "", text
    parts = split_reference(text)
    if len(parts) > 1 and parts[0][2] == "names":
        names, rest = text[: parts[0][1]], text[parts[1][0] :]
        if len(words_of(names)) <= 12 and title_score(rest) > 0:
            return names, rest
    return "", text


# --- titles in text --------------------------------------------------------------------------------------------


def _judge_text(segment: Segment, number: int, row: _Row, of_next: float) -> Iterator[Candidate]:
    """Yield the candidates in a text: all of it, and the parts that may be a title between names and fields."""
    of_place = _weigh_place(segment, number, row) + of_next
    is_described = row.starts_with_name and number > 0
    as_a_whole = row.has_linked_title or is_described or _of_column(segment, row) < 0
    for place in find_places(segment, as_a_whole=as_a_whole):
        if _is_in_heading(segment, row) and place.form.startswith(("|comma", "Ncomma")):
            continue  # a heading holds a venue in brackets at most, and no names before a comma
        title = segment.part(place.start, place.end)
        own = title_score(title.text) + support_of_style(segment.style) + of_place + place.support
        own += _HOLDS_VENUE if _IN_CONFERENCE.search(title.text) else 0
        own += 0 if row.has_linked_title else _weigh_names(title.text, segment, row, own)
        own += _ONE_NAME if place.form and not place.names and judge_form(title.text) == "name" else 0
        slot = _slot(row.block, segment, place.form, seen_link=row.has_link)
        names = segment.part(*place.names) if place.names else None
        rest = segment.part(*place.rest) if place.rest else None
        yield Candidate(title.text, (title.start, title.end), own, slot, number, names, rest, place.support)


def _weigh_place(segment: Segment, number: int, row: _Row) -> float:
    """Return how much the place of a text in its row tells for or against a title."""
    is_described = row.starts_with_name and number > 0 and ":" not in segment.lead
    return _of_column(segment, row) + sum(
        (
            _CHILD if segment.is_child else 0.0,
            _FIRST if row.is_first else 0.0,
            _IN_HEADING if _is_in_heading(segment, row) else 0.0,
            _BEHIND_LINK if row.has_link else 0.0,
            _BEHIND_QUOTE if row.has_quote else 0.0,
            _BEHIND_STYLED if row.has_styled_title and segment.style == "plain" else 0.0,
            _DATED_BEHIND_STYLED if row.has_styled_title and _DATED.fullmatch(segment.text) else 0.0,
            _INSTITUTION if is_institution(segment.text) else 0.0,
            0.0 if not row.has_names else _DATED_BEHIND_NAMES if _is_dated_field(segment, row) else _BEHIND_NAMES,
            _BEHIND_NAME if is_described else 0.0,
            _IN_VENUE if row.is_behind_in or _IN.match(segment.text) or _VOLUME.match(segment.text) else 0.0,
            _BY_NAMES if row.has_link and _BY.match(segment.text) else 0.0,
            _DEFINITION if segment.line > 0 and f"{segment.lead}{segment.text}".lstrip().startswith(": ") else 0.0,
            _NAMES_AND_YEAR if _is_names_and_year(segment.text) else 0.0,
            _IS_JOURNAL if _JOURNAL.fullmatch(segment.text) else 0.0,
            _DESCRIPTION if _DASH.search(segment.lead) and (segment.line > 0 or segment.text[0].islower()) else 0.0,
            _FIELD_IN_BRACKETS if _DATED_BRACKET.fullmatch(segment.text) else 0.0,
        )
    )


def _is_dated_field(segment: Segment, row: _Row) -> bool:
    """Return whether a text that may be a venue and its year stands behind a title and names."""
    return row.has_text and segment.column == 0 and _DATED.fullmatch(segment.text) is not None


def _is_names_and_year(text: str) -> bool:
    """Return whether a text is no more than names and a year, as before a title in italics: "Example, A. (2021)."."""
    found = _DATED_NAMES.fullmatch(text) if len(text) <= _LONGEST else None
    return found is not None and is_people(found[1].rstrip("(,. "))


def _is_in_heading(segment: Segment, row: _Row) -> bool:
    return row.block.kind == "heading" and segment.line == 0


def _weigh_names(title: str, segment: Segment, row: _Row, own: float) -> float:
    """Return what tells against a title that is names; what only looks like names is no worse than other words."""
    if names_score(title) >= _NAMES and not is_people(title):
        return _WORDS_LIKE_NAMES
    if own <= 0 or not is_people(title):
        return 0.0
    return _NAMES_NOT_TITLE if segment.style == "plain" or row.has_text else _NAMES_NOT_TITLE / 2
