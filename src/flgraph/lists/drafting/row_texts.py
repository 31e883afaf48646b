"""List the texts beside a title, and judge how much each looks like names or a venue.

Each text is judged by itself and by the texts that stand in its place in the sibling rows: a single name is believed
where others have several, an unknown venue where others have known ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from flgraph.lists.drafting.columns import role_of
from flgraph.lists.drafting.drafts import Draft, Mean
from flgraph.lists.drafting.segments import Segment
from flgraph.lists.drafting.text_forms import FormPart, read_form, read_linked_authors
from flgraph.lists.entries import Origin
from flgraph.lists.evidence.chunks import ends_as_venue, has_year, is_phrase
from flgraph.lists.evidence.groups import SURE_NAMES, Group, is_people, make_group, names_strength, split_groups
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.keys import Role, read_key
from flgraph.lists.evidence.labels import label_kind
from flgraph.lists.evidence.patterns import DOI_TEXT, PICTURES, YEAR, words_of
from flgraph.lists.evidence.people import HAN, LIST_END, is_institution, weigh_name
from flgraph.lists.evidence.scores import LIKELY_VENUE, is_venue, names_score, venue_score

_ADVICE: Final = re.compile(r"(?i)(?:required|optional|recommended|suggested)(?: reading)?\s*[:：]\s*(?=\S)")
"""What a reading list writes before a work; it names no field."""
_NOTE_HEAD: Final = re.compile(
    r"(?i)\W*(?:abstract|summary|tl;?dr|notes?|bib(?:tex)?|comments?|摘要|résumé|resumen)\W*"
)
_QUOTES_AND_BLANKS: Final = " \"'“\u2018「『《"
_NO_NAMES: Final = frozenset({"N/A", "NA"})
_PUBLISHERS: Final = frozenset(
    {"ieee", "acm", "springer", "elsevier", "pmlr", "wiley", "aaai", "mit press", "citeseer"}
)
_DATED: Final = re.compile(r"([^,.;()\d]{2,60}),\s*(?:19|20)\d\d\.?")
_BY: Final = r'(?:["”]?\s*[(（]\s*)?(?:by|with|von|par|por|di)\s+(?=[A-Z])'
_DAY: Final = r"(?:19|20)\d{6}\s+"  # the day of an entry, as 20210519
_LEAD: Final = re.compile(rf"(?:{PICTURES.pattern}|\s)+(?=[^\W\d])|{_BY}|{_DAY}")
_AUTHOR_YEAR: Final = re.compile(r"\(?[^()\d]{2,80}[,\s]\s*(?:19|20)\d\d[a-z]?\)?")
_VOLUME: Final = re.compile(
    r"(?i)(?:(?:19|20)\d\d\s?;\s?\d|vol\b|no\b|nr\b|n[uú]m\b|n[°º]|bd\b|\d{1,4}\s?[(:,]|pp?\.\s?\d|\d{1,4}$)"
)
_SURNAMES: Final = re.compile(r"([^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]+(?:-[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]+)?)(?: (?:&|and) \w+)?")
_VENUE_END: Final = re.compile(r"[,(]| \d")
_NUMBERED: Final = re.compile(r"(?i)(?:vol|no|nr|n[uú]m|bd)\.\s?\d|\d{1,4}\s?\(\d{1,3}\)")
_MOST_LINES: Final = 3
_CLEAR_VENUE: Final = 2.9
_NAMES: Final = 0.75
_FULL_NAME: Final = 0.5

# How much a text looks like names.
_IN_COLUMN_OF_AUTHORS: Final = 4.0
_LIKELY_NAMES: Final = 1.4
_NO_PERSON: Final = -4.0
_ET_AL_NEXT: Final = 1.0

# How much a text looks like a venue.
_PHRASE: Final = 0.9
_UNLIKELY_PHRASE: Final = 0.5
_DATED_PHRASE: Final = 0.8
_NEXT_TO_TITLE: Final = 0.5
_HAN_VENUE: Final = 2.0
_BEFORE_VOLUME: Final = 2.5
_IN_COLUMN_OF_VENUES: Final = 2.0
_TAG: Final = 0.8
_PUBLISHER: Final = -1.2

# The weight of the sibling rows, and how many rows of the whole file are added to them.
_SIBLINGS: Final = 0.8
_FILE: Final = 2


@dataclass(slots=True)
class RowText:
    """A group of chunks beside a title, the field that its column or key names, and where it is from.

    `slot` is its place in the row. `names` and `venue` are how much it looks like either; `is_next` is true for the
    first text behind the title, and for the one behind the names that stand there, `is_before_venue` for what may be
    names before a venue and its year.
    """

    group: Group
    role: Role | None
    slot: tuple[object, ...]
    origin: Origin = "row"
    names: float = 0.0
    venue: float = 0.0
    is_next: bool = False
    is_before_venue: bool = False

    @property
    def text(self) -> str:
        """The text."""
        return self.group.text.strip()

    @property
    def segment(self) -> Segment:
        """The segment that the text is in."""
        return self.group.segment

    @property
    def side(self) -> object:
        """The side of the title: before, behind (in one text with it), after, or spanning."""
        return self.slot[0]


def judge_texts(papers: Sequence[Draft]) -> list[list[RowText]]:
    """List the texts beside the title of each paper, judged."""
    texts = [list(_list_texts(draft)) for draft in papers]
    for draft, own in zip(papers, texts, strict=True):
        _mark_next(own)
        for text in own:
            text.names = _judge_names(draft, text)
            text.venue = _judge_venue(text)
        behind = next((text for text in own if text.side == "behind"), None)
        if behind and "|slashes" in draft.candidate.slot[-1]:
            behind.names, behind.venue = 0.0, max(behind.venue, _BEFORE_VOLUME)
        for text, following in pairwise(own):
            are_several_names = text.group.is_names and len(text.group.chunks) > 2
            is_in_italics = text.segment.style == "italic" and text.role is None and not are_several_names
            is_one = text.role is None and text.group.forms == ["name"] and text.segment is following.segment
            if (is_in_italics and _VOLUME.match(following.text)) or (is_one and _NUMBERED.match(following.text)):
                text.names, text.venue = 0.0, max(text.venue, _BEFORE_VOLUME)
            elif _is_before_venue(text, following) or _is_surname_before_venue(text, following):
                text.names, text.venue = max(text.names, _LIKELY_NAMES), min(text.venue, _UNLIKELY_PHRASE)
                text.is_before_venue = True
    _pool(papers, texts)
    return texts


def _is_before_venue(text: RowText, following: RowText) -> bool:
    """Return whether a text that may be names stands before a venue with its year: "(Example, ICML 2020)"."""
    is_one = text.segment is following.segment and text.group.is_bracketed == following.group.is_bracketed
    may_be_names = (
        text.role is None and text.group.is_names and text.names > 0 and venue_score(text.text) < LIKELY_VENUE
    )
    is_venue = following.group.forms[0] == "other" and following.venue >= _PHRASE and has_year(following.text)
    return is_one and may_be_names and is_venue


def _is_surname_before_venue(text: RowText, following: RowText) -> bool:
    """Return whether one word right behind a title may be the author, before another text that is a dated venue."""
    is_one = text.is_next and text.role is None and text.group.forms == ["name"] and text.segment.style == "plain"
    is_one &= len(words_of(text.text)) == 1 and not text.group.is_bracketed
    is_alone = is_one and text.segment is not following.segment
    is_dated_venue = following.venue >= LIKELY_VENUE and has_year(following.text)
    return is_alone and is_dated_venue and following.segment.line == text.segment.line


# --- the texts of a row --------------------------------------------------------------------------------------


def _list_texts(draft: Draft) -> Iterator[RowText]:
    noted: Segment | None = None
    keyed: tuple[Segment, Role] | None = None
    for whole, side in _list_segments(draft):
        if parts := read_linked_authors(whole):
            yield from _make_texts(parts, side)
            continue
        in_column = _role_of_column(draft, whole)
        if in_column == "note" and venue_score(whole.text) >= _CLEAR_VENUE:
            in_column = None
        noted = whole if in_column is None and _NOTE_HEAD.fullmatch(whole.text) else noted
        is_note = noted is not None and whole.column == noted.column and whole.line in (noted.line, noted.line + 1)
        said, end = read_key(whole.text)
        if said not in (None, "note") and end == len(whole.text) and in_column is None:
            keyed = whole, said
            continue
        if keyed and (keyed[0].line, keyed[0].column) == (whole.line, whole.column):
            in_column = keyed[1]
        keyed = None
        names = _find_names_before_quote(whole, draft.title_segment)
        segment, role = (names, "authors") if names else (whole, "note") if is_note else _read_key(whole, in_column)
        if lead := _LEAD.match(segment.text):
            segment = segment.part(lead.end(), len(segment.text))
        if role is None and (parts := read_form(segment, side)):
            yield from _make_texts(parts, side)
            continue
        column = (segment.column if draft.block.kind == "row" else 0, min(segment.line, _MOST_LINES))
        before = ""
        for group in [make_group(segment, "other")] if _is_one_field(segment, role) else split_groups(segment):
            slot = (side, segment.style, column, segment.is_child, group.delimiter, group.is_bracketed, role, before)
            yield RowText(group, role, slot)
            before = "names" if names_strength(group) >= 1 else "year" if has_year(group.text) else "other"
    yield from _list_spanning_cells(draft)


def _find_names_before_quote(segment: Segment, title: Segment) -> Segment | None:
    """Return the text before a colon and a title in quotes, if it is no label, venue or date."""
    name = segment.text.rstrip()
    if title.style != "quoted" or segment.run is not title.run or not name.endswith((":", "：")):
        return None
    are_names = is_people(name[:-1]) or weigh_name(name[:-1]) >= _FULL_NAME or LIST_END.search(name) or HAN.search(name)
    if segment.style != "plain" or not are_names:
        return None
    between = "" if segment.run is None else segment.run.text[segment.offset + len(name) : title.offset]
    is_other = label_kind(name) is not None or is_venue(name) or has_year(name)
    return None if between.strip(_QUOTES_AND_BLANKS) or is_other else segment.part(0, len(name) - 1)


def _make_texts(parts: Sequence[FormPart], side: str) -> Iterator[RowText]:
    """Yield the fields of a text whose form is known."""
    for number, (segment, form, role) in enumerate(parts):
        yield RowText(make_group(segment, form), role, (side, "part of a form", number))


def _is_one_field(segment: Segment, role: Role | None) -> bool:
    """Return whether a segment is a venue as a whole, whatever signs are in it: "Law, Innovation and Technology"."""
    text = segment.text
    is_name = segment.style == "italic" and re.search(r"[,:]", text) and not re.search(r"[\d;]", text)
    is_name = is_name and ("." not in text or is_venue(text))
    is_name = is_name and not is_people(text.rstrip(". ").rpartition(". ")[0])  # "A. Example, B. Sample. arXiv."
    is_name = is_name and (is_phrase(text) or is_venue(text))
    dated = _DATED.fullmatch(text)
    return (
        role in ("venue", "authors")
        or (role is None and bool(is_name) and names_score(text) < _NAMES)
        or (role is None and dated is not None and weigh_name(dated[1]) < _FULL_NAME)
    )


def _read_key(segment: Segment, role: Role | None) -> tuple[Segment, Role | None]:
    """Return the text behind a key such as "Authors:", and the field that the key or else the column names."""
    if advice := _ADVICE.match(segment.text):
        segment = segment.part(advice.end(), len(segment.text))
    said, end = read_key(segment.text)
    if said is None or (said == "note" and role is not None) or not _is_said(said, segment, end):
        return segment, role
    return segment.part(end, len(segment.text)), said


def _is_said(role: Role, segment: Segment, end: int) -> bool:
    """Return whether a word and a colon before a text name its field, and do not belong to the text."""
    return role != "note" or (segment.style != "italic" and venue_score(segment.text[end:]) < _CLEAR_VENUE)


def _list_segments(draft: Draft) -> Iterator[tuple[Segment, str]]:
    """Yield the texts beside the title, in order, and the side on which they stand."""
    candidate, start = draft.candidate, draft.candidate.span[0]
    for segment in draft.segments:
        if segment.is_title:
            if candidate.names is not None:
                yield candidate.names, "before"
            if candidate.rest is not None:
                candidate.rest.style = "plain"
                yield candidate.rest, "behind"
        elif _is_linked_field(segment, draft.title_segment) or (not segment.is_link and segment.style != "marker"):
            yield segment, "before" if segment.start < start else "after"


def _is_linked_field(segment: Segment, title: Segment) -> bool:
    """Return whether a link is the name of a person, linked to their page, or a venue, linked to the paper."""
    if segment.label in ("paper", "label"):  # "[ICLR 2021]", or "[ICLR] Title", linked to the paper
        is_first = segment.start < title.start and segment.line == title.line and not title.is_link
        return has_year(segment.text) or (is_first and is_venue(segment.text))
    if not segment.is_link or segment.label is not None or DOI_TEXT.fullmatch(segment.text):
        return segment.label == "authors"
    if url_kind(segment.url) == "paper":
        return is_venue(segment.text) or (not title.is_link and is_phrase(segment.text))
    return weigh_name(segment.text) >= _FULL_NAME or is_venue(segment.text)


def _role_of_column(draft: Draft, segment: Segment) -> Role | None:
    block = draft.block
    if block.kind != "row" or not block.header:
        return None
    own = [place for place, inherited in enumerate(block.inherited) if not inherited]
    return _role_of_cell(draft, own[min(segment.column, len(own) - 1)]) if own else None


def _role_of_cell(draft: Draft, place: int) -> Role | None:
    block = draft.block
    column = block.columns[place] if place < len(block.columns) else place
    return role_of(block.header[column]) if column < len(block.header) else None


def _list_spanning_cells(draft: Draft) -> Iterator[RowText]:
    """Yield the texts of cells that are written in a row above and span this one."""
    for place, cell in enumerate(draft.block.cells or ()):
        text = " ".join(piece.text for piece in cell if piece.kind != "image").strip()
        if draft.block.inherited[place] and text:
            role = _role_of_cell(draft, place) if draft.block.header else None
            yield RowText(make_group(Segment("plain", text, 0, 0), "other"), role, ("spanning", place), "spanning cell")


def _mark_next(texts: Sequence[RowText]) -> None:
    behind = [
        text for text in texts if text.side in ("behind", "after") and text.group.forms[0] not in ("date", "note")
    ]
    for text in behind[:2]:
        text.is_next = True
        if names_strength(text.group) < 1:
            return


# --- judging -------------------------------------------------------------------------------------------------


def _judge_names(draft: Draft, text: RowText) -> float:
    """Return how much a text looks like the authors of a row."""
    if text.role == "authors":
        has_words = re.search(r"[^\W\d]{2}", text.text) and text.text.upper() not in _NO_NAMES
        has_words = has_words and not is_institution(text.text)
        return _IN_COLUMN_OF_AUTHORS if has_words else 0.0
    is_author_year = text.group.is_names and _AUTHOR_YEAR.fullmatch(text.segment.text) is not None
    if text.role is not None or (text.segment.style in ("code", "bracket") and not is_author_year):
        return 0.0
    if is_institution(text.text):
        return _NO_PERSON
    strength = names_strength(text.group)
    strength += _ET_AL_NEXT if text.is_next and strength >= 1 and LIST_END.search(text.text) else 0.0
    is_before_quote = text.side == "before" and draft.title_segment.style == "quoted"
    if text.group.is_names and (is_author_year or is_before_quote or names_score(text.text) >= _NAMES):
        return max(strength, _LIKELY_NAMES)
    return strength


def _judge_venue(text: RowText) -> float:
    """Return how much a text looks like the venue of a row."""
    if text.role not in (None, "venue") or text.group.forms[0] in ("date", "number"):
        return 0.0
    own = _judge_venue_itself(text)
    if text.role == "venue":
        return own + (_IN_COLUMN_OF_VENUES if text.text.strip("-–— ") else 0.0)
    body, is_bracket = text.group.first, text.segment.style == "bracket"
    own += _TAG if own >= 1 and (is_bracket or text.segment.style == "code") else 0.0
    return own + (_PUBLISHER if _first_part(body).lower() in _PUBLISHERS else 0.0)


def _judge_venue_itself(text: RowText) -> float:
    """Return how much a text by itself, and its year or volume, look like a venue."""
    if text.text.endswith(("?", "!")) and text.role is None:
        return 0.0
    body = text.group.first if text.role is None else text.text
    if text.role is None and is_institution(body):
        return 0.0
    own = max(venue_score(body), venue_score(text.text))
    if own < LIKELY_VENUE and is_phrase(_first_part(body)):
        is_likely = text.segment.style != "bracket" and names_strength(text.group) < 1
        own = max(own, _PHRASE if is_likely and not _may_be_surname(body) else _UNLIKELY_PHRASE)
        is_dated = not {"number", "date"}.isdisjoint(text.group.forms) or has_year(text.text)
        own += (_DATED_PHRASE if is_dated else 0) + (_NEXT_TO_TITLE if text.is_next and is_likely else 0)
    is_in_brackets_behind_names = text.group.is_bracketed and text.slot[-1] == "names"
    if own < LIKELY_VENUE and is_in_brackets_behind_names and not (body.isupper() or has_year(text.text)):
        return 0.0  # an affiliation
    if ends_as_venue(body):
        own = max(own, _HAN_VENUE)
    return min(own, 0.0) if text.group.forms[0] == "note" and own < LIKELY_VENUE else own


def _may_be_surname(text: str) -> bool:
    """Return whether a text could be one surname or two: "Example", "Example and Sample"."""
    words = _SURNAMES.fullmatch(_first_part(text))
    return words is not None and weigh_name(words[1]) > 0


def _first_part(text: str) -> str:
    """Return a venue without its year, volume and pages."""
    return _VENUE_END.split(YEAR.sub("", text))[0].strip(" .,")


def _pool(papers: Sequence[Draft], texts: Sequence[Sequence[RowText]]) -> None:
    """Add to each text what stands in its place in the sibling rows and in the whole file."""
    near: defaultdict[object, tuple[Mean, Mean]] = defaultdict(lambda: (Mean(), Mean()))
    everywhere: defaultdict[object, tuple[Mean, Mean]] = defaultdict(lambda: (Mean(), Mean()))
    placed = [(draft.family, text) for draft, own in zip(papers, texts, strict=True) for text in own]
    for family, text in placed:
        for names, venues in (near[family, text.slot], everywhere[text.slot]):
            names.add(text.names)
            venues.add(text.venue)
    for family, text in placed:
        (names, venues), (all_names, all_venues) = near[family, text.slot], everywhere[text.slot]
        are_people = text.names >= SURE_NAMES and text.venue < LIKELY_VENUE
        more_names = _add_siblings(text.names, names, all_names)
        text.names += max(more_names, 0) if text.is_before_venue else more_names
        are_people |= text.is_before_venue
        text.venue += 0 if are_people else _add_siblings(text.venue, venues, all_venues)


def _add_siblings(own: float, near: Mean, everywhere: Mean) -> float:
    """Return what the sibling rows add to a score; nothing to one that is 0 by itself."""
    mean = (near.total + _FILE * everywhere.total / everywhere.count) / (near.count + _FILE)
    return _SIBLINGS * (mean - 1.0) if own > 0 else 0.0
