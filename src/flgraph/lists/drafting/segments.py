"""Split a row of a list into segments: links, bracketed tags, quoted text, and runs of text of one style."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Literal, NamedTuple

from flgraph.lists.blocks.pieces import Piece
from flgraph.lists.drafting.styles import split_styles
from flgraph.lists.evidence.badges import read_badge
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.labels import label_kind, plain_label
from flgraph.lists.evidence.patterns import (
    BARE_URL,
    BETWEEN_FIELDS,
    DATED_VENUE,
    DOI_TEXT,
    EMOJI_CODE,
    PICTURES,
    WORD,
    YEAR,
    words_of,
)
from flgraph.lists.evidence.people import weigh_name
from flgraph.lists.evidence.scores import is_venue, names_score, title_score

Style = Literal["link", "plain", "bold", "italic", "code", "quoted", "bracket", "marker"]

_BRACKET: Final = re.compile(r"[\[【]([^\[\]【】]{0,80})[\]】]")
_LEADING_BRACKETS: Final = re.compile(
    r"(?:\s*\d{1,3}[.)])?(?:\s*[(（](?:19|20)\d\d[./-]\d{1,2}[)）])?[\s\W]*(?:[\[【][^\[\]【】]{0,80}[\]】]\s*)+"
)
# The type of a reference as GB/T 7714 writes it: [J] is a journal article, [C] a conference paper.
_MARKER: Final = re.compile(r"(?:J|C|M|D|R|S|P|Z|N|EB/OL|J/OL|C/OL|OL)")
_LOOSE_MARKER: Final = re.compile(r"(?<![\w\[])(?:\[?[JCM]\](?=\s?[./])|\[[JCM](?=[.\s]))")
_ATTRIBUTES: Final = re.compile(r"\{[.#:][^{}]{0,80}\}")  # of Pandoc and kramdown: [text]{.underline}
_KEY_BEFORE: Final = re.compile(r"(?:^|\s)(?:\w{1,12}/)?(\w{2,12})(?:\s?\([^()]{2,20}\))?\s?[:：]?$")
_KEY: Final = re.compile(
    r"(?i)(?<!\S)(?:authors?|venue|year|date|journal|conference|published(?: in)?|publication|links?|affiliations?|"
    r"keywords?)\s?[:：]"
)
_SEPARATOR: Final = re.compile(r"(?:^|\s)[|•·](?=\s|$)")
_SLASHES: Final = re.compile(r"\s//(?=\s)")
# The signs of separators and quotes: most texts hold none, which is found in no time.
_SEPARATOR_SIGN: Final = re.compile(r"[|•·]")
_NAME_AND_AT: Final = re.compile(r"(?:^|[,;—–]|\band\b|&)\s*([^,;&@—–]{4,60})\s@\s")
_AT: Final = re.compile(r"\s@(?=\s)")  # "Ada Example @ ICML"
_FULL_NAME: Final = 0.5
_QUOTE_SIGN: Final = re.compile(r"[\"“”„《«「『'\u2018]")
_LEADING_PARENTHESIS: Final = re.compile(r"\W{0,3}(?:\d{1,3}[.)]\s)?\s*[(（]([^()（）]{2,60})[)）](?=\s*[^\s.,;])")
# A venue and its year before a title: "20-OSDI-A title", "CVPR2020: A title", "NSDI '19 - A title".
_YEAR_BEFORE: Final = re.compile(
    rf"\s*((?:19|20)\d\d)(?:\s?[,:]\s+|\s*(?:{PICTURES.pattern})+\s*)(?=[^\W\d_a-zß-öø-ÿ])"
    r"|\s*((?:19|20)\d\d[./-](?:0?[1-9]|1[0-2])(?:[./-]\d{1,2})?)\s+(?=[^\W\d_a-zß-öø-ÿ])"
)
_VENUE_BEHIND_YEAR: Final = re.compile(r"\s*((?:(?:19|20)?\d\d)[-_ ]([A-Z][A-Za-z&]{1,12}))[-_](?=\w)")
_VENUE_BEFORE_YEAR: Final = re.compile(
    r"\s*(([A-Z][A-Za-z&]{1,12})[ _-]?['\u2019\u2018]?(?:(?:19|20)\d\d|[0-3]\d))(?:\s?[:：_]|\s?[–—-])\s*(?=[^\W_])"
)
_QUOTED: Final = re.compile(
    r"^\W*[\"“„][^\"“”„]{3,250}[\"“”](?=\s*[(,.–—-])"
    r"|[\"“”„]([^\"“”„]{15,250})[\"“”](?!\s?[:：])"
    # ... and no sentence goes on behind it: "Awesome Sleep Research" collects ...
    r"(?:(?<=[.,?!][\"”])|(?!\s(?!(?:in|by|at|from|on|with|and|is)\b)[a-z]+[\s,]))"
    r"|(?<=[).,:]\s)[\"“„][^\"“”„]{2,15}[\"”“]"
    r"|《[^《》]{3,120}》|«[^«»]{3,250}»|「[^「」]{2,120}」|『[^『』]{2,120}』"
    r"|(?<=[).,:]\s)['\u2018](?=\w)[^\n]{3,250}?['\u2019](?=[,.]?(?:\s|$))"
)
_QUOTED_LINE: Final = re.compile(r"[\s:：]*([\"“„][^\"“”„]{3,250}[\"“”][.,]?\s*)")
AUTHOR_YEAR: Final = re.compile(r"([^\W\d_][^\d:]{1,60}?),? \(?((?:19|20)\d\d)[a-z]?\)?")
"""Authors and a year, as in "Lee et al., 2021"."""
_TAG_AND_TITLE: Final = re.compile(r"[\[【][^\[\]【】]{2,40}[\]】]\s*\w")  # "[ICML 2021] A title" as the text of a link
_SIGN: Final = re.compile(r"\w")
_QUOTES: Final = " ,.\"“”„《》«»「」『』'\u2018\u2019\u00a0\u202f"
_LONGEST: Final = 5000  # characters; a longer run is prose
_SAME_LABEL: Final = 3  # a text that stands over so many addresses is a label
_LABEL_WORDS: Final = 3
_TAG_WORDS: Final = 8
_TITLE: Final = 1.5
_NAMES: Final = 0.75


class TextRun:
    """Text pieces side by side on one line, and the byte of each character."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.text = "".join(piece.text for piece in pieces)
        self._pieces = pieces
        self._starts = list(accumulate((len(piece.text) for piece in pieces[:-1]), initial=0))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the bytes of the characters from `start` up to `end`, without marks of style behind the last."""
        first = self._find_byte(start, 0)
        return first, self._find_byte(end - 1, 1) if end > start else first

    def _find_byte(self, place: int, width: int) -> int:
        """Return the byte at which a character starts, or, with `width` 1, the one behind it."""
        if place >= len(self.text):
            return self._pieces[-1].end
        number = bisect_right(self._starts, place) - 1
        piece, before = self._pieces[number], place - self._starts[number] + width
        size, length, written = before, len(piece.text), piece.end - piece.start
        if not piece.text.isascii():
            size, length = _count_bytes(piece.text[:before]), _count_bytes(piece.text)
        # An entity or an escape is longer in the file than in the text: its characters share its bytes evenly.
        return piece.start + (size if length == written else int(size * (written / length)))


def _count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


@dataclass(slots=True)
class Segment:
    """A link or a text of a row: its style, its bytes, and where in the row it stands.

    `column` counts the cells before it that the row itself writes, `line` the line breaks in its cell. `label` is what
    a link's text promises, "label" if it recurs over other addresses, "url" if there is no text but the address, and
    "authors" if its text is the authors and the year.
    `has_subtitle` is true for a link to whose text a subtitle behind it was added.
    `lead` holds the marks and blanks before a text. `run` and `offset` locate a text in its run.
    """

    style: Style
    text: str
    start: int
    end: int
    url: str | None = None
    column: int = 0
    line: int = 0
    label: str | None = None
    is_broken: bool = False
    is_child: bool = False
    is_title: bool = False
    has_subtitle: bool = False
    lead: str = ""
    run: TextRun | None = None
    offset: int = 0

    @property
    def is_link(self) -> bool:
        """Whether the segment is a link."""
        return self.style == "link"

    def part(self, start: int, end: int) -> Segment:
        """Return the text from one character up to another as a segment of its own."""
        first, last = self.span(start, end)
        return Segment(self.style, self.text[start:end], first, last, None, self.column, self.line,
                       is_child=self.is_child, run=self.run, offset=self.offset + start)  # fmt: skip

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the bytes of the characters from `start` up to `end`."""
        return self.run.span(self.offset + start, self.offset + end) if self.run else (self.start, self.end)


def trim(text: str, start: int, end: int, marks: str) -> tuple[int, int]:
    """Move the ends of a part of a text past marks and blanks."""
    while start < end and text[start] in marks:
        start += 1
    while end > start and text[end - 1] in marks:
        end -= 1
    return start, end


def split_row(pieces: Sequence[Piece], labels: Counter[str], children_from: int | None = None) -> list[Segment]:
    """Split the pieces of a row into segments, in order.

    `labels` counts the addresses under each link text of the file. Pieces after `children_from` are of child bullets.
    """
    found: list[Segment] = []
    run: list[Piece] = []
    column = line = 0
    is_child = is_run_child = False
    for place, piece in enumerate(pieces):
        is_child = children_from is not None and place > children_from
        is_run_child = is_run_child if run else is_child
        if piece.kind == "text" and not (piece.code and _is_tag(piece.text, run, pieces[place + 1 : place + 3])):
            run.append(piece)
            continue
        badge = read_badge(piece.url or "") if piece.kind == "image" else ""
        if piece.kind == "image" and not badge:
            continue
        found += _split_run(run, column, line, is_child=is_run_child)
        run = []
        if badge:
            found.append(Segment("bracket", badge, piece.start, piece.end, None, column, line, is_child=is_child))
            continue
        if piece.kind == "text":
            run_of_code = TextRun([piece])
            found.append(Segment("code", piece.text, piece.start, piece.end, None, column, line, run=run_of_code))
        elif piece.kind == "break":
            column, line = (column + 1, 0) if piece.text == "|" else (column, line + 1)
        elif (link := _read_link(piece, labels)) is not None:
            link.column, link.line, link.is_child = column, line, is_child
            if link.label == "url" and found and (found[-1].column, found[-1].line) == (column, line):
                _read_key_before(link, found[-1])
            found.append(link)
    found += _split_run(run, column, line, is_child=is_run_child)
    _mark_authors(found)
    return found


def _read_key_before(link: Segment, before: Segment) -> None:
    """Label an address with the word before it, as in "Paper (oral): https://...".

    A text that holds only this word becomes a marker.

    The last word of a title says nothing, unless a colon follows.
    """
    key = _KEY_BEFORE.search(before.text)
    is_title = before.style == "quoted" or (key and key.start() > 0 and title_score(before.text) >= _TITLE)
    if key and (kind := label_kind(key[1])) and (not is_title or key[0].endswith((":", "："))):
        link.label = kind
        is_all = key.start() == 0 and not before.is_link
        before.style = "marker" if is_all and not _is_venue_and_year(before.text) else before.style


def _is_venue_and_year(text: str) -> bool:
    return YEAR.search(text) is not None and is_venue(text)


def _mark_authors(segments: Sequence[Segment]) -> None:
    """Give links such as "[Lee et al. 2021](...)" and "[Lee 2021](...): A title" the label "authors"."""
    for before, link, following in zip([None, *segments], segments, [*segments[1:], None], strict=False):
        if link.is_link and link.label is None and (found := AUTHOR_YEAR.fullmatch(link.text)):
            is_title_next = following is not None and not following.is_link and following.text.startswith((":", "："))
            is_title_before = before is not None and not before.is_link and before.text.endswith((".", "?", "!"))
            if "et al" in found[1] or is_title_next or (is_title_before and link.text.endswith(")")):
                link.label = "authors"


def _is_tag(text: str, run: Sequence[Piece], following: Sequence[Piece]) -> bool:
    """Return whether a text in code style is a tag of its own, such as a venue, and not a part of a sentence."""
    words = len(text.split())
    behind = next((piece for piece in following if piece.text.strip()), None)
    is_before_field = behind is not None and (
        behind.kind == "link"
        or title_score(behind.text.strip()) >= _TITLE
        or names_score(behind.text.strip()) >= _NAMES
    )
    return (words <= 2 and (bool(run) or is_before_field)) or (words <= _TAG_WORDS and is_venue(text))


def _read_link(piece: Piece, labels: Counter[str]) -> Segment | None:
    text = _ATTRIBUTES.sub("", EMOJI_CODE.sub(" ", piece.text)).strip()
    if not _TAG_AND_TITLE.match(text):
        text = text.strip("[]【】 \\").strip()
    if not text and url_kind(piece.url) == "image":
        return None
    label: str | None = label_kind(text)
    if label is None and (not text or BARE_URL.fullmatch(text) or DOI_TEXT.fullmatch(text)):
        label = "url"
    elif label is None and labels[plain_label(text)] >= _SAME_LABEL and len(text.split()) <= _LABEL_WORDS:
        label = "label"
    url = (piece.url or "").strip()
    venue = DATED_VENUE.match(text) if label is None and url_kind(url) == "paper" else None
    if venue and is_venue(venue[0]):
        text, label = venue[0], "paper"
    return Segment("link", text, piece.start, piece.end, url, label=label, is_broken=piece.is_broken)


# --- runs of text -----------------------------------------------------------------------------------------


def _split_run(pieces: Sequence[Piece], column: int, line: int, *, is_child: bool) -> list[Segment]:
    found: list[Segment] = []
    for part in split_styles(pieces):
        run = TextRun(part)
        found += _split_text(
            Segment(_common_style(part), run.text, part[0].start, part[-1].end, None, column, line,
                    is_child=is_child, run=run)
        )  # fmt: skip
    return found


class _Cut(NamedTuple):
    start: int
    end: int
    style: Style | Literal["separator"]

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def _split_text(whole: Segment) -> list[Segment]:
    """Split the text of a run at brackets, markers, separators and quotes."""
    style = whole.style
    quoted = _QUOTED_LINE.fullmatch(whole.text) if style == "plain" else None
    if quoted:
        return _take(whole, quoted.start(1), len(whole.text), "quoted")
    found: list[Segment] = []
    at = 0
    for cut in sorted(_find_cuts(whole.text, style), key=lambda cut: cut.start):
        if cut.start < at:
            continue
        found += _take(whole, at, cut.start, style)
        if cut.style == "marker":
            marker = whole.part(cut.start, cut.end)
            marker.style = "marker"
            found.append(marker)
        elif cut.style != "separator":
            found += _take(whole, cut.start, cut.end, cut.style)
        at = cut.end
    return found + _take(whole, at, len(whole.text), style)


def _common_style(pieces: Sequence[Piece]) -> Style:
    written = [piece for piece in pieces if _SIGN.search(piece.text)]  # not pictures and marks
    if written and all(piece.bold for piece in written):
        return "bold"
    return "italic" if written and all(piece.italic for piece in written) else "plain"


def _take(whole: Segment, start: int, end: int, style: Style) -> list[Segment]:
    before = start
    marks = _QUOTES if style == "quoted" else BETWEEN_FIELDS
    start, end = trim(whole.text, start, end, marks)
    if whole.text.startswith(">", start, end):  # the rest of an arrow: "-> what it is"
        start, end = trim(whole.text, start + 1, end, marks)
    if not _SIGN.search(whole.text, start, end):
        return []
    part = whole.part(start, end)
    part.style, part.lead = style, whole.text[before:start]
    return [part]


def _find_cuts(text: str, style: Style) -> list[_Cut]:
    if len(text) > _LONGEST:
        return []
    cuts = _find_brackets(text)

    def add(found: re.Match[str], kind: Style | Literal["separator"]) -> None:
        if not any(cut.overlaps(found.start(), found.end()) for cut in cuts):
            cuts.append(_Cut(found.start(), found.end(), kind))

    for found in _LOOSE_MARKER.finditer(text) if "[" in text or "]" in text else ():
        add(found, "marker")
    for found in _find_separators(text):
        add(found, "separator")
    if _KEY.match(text):  # "Authors: A. Example Venue: Synthetic Letters" is two fields
        cuts += [_Cut(found.start(), found.start(), "separator") for found in _KEY.finditer(text)]
    lead = _LEADING_PARENTHESIS.match(text)
    if lead and _is_dated_venue(lead[1]):
        add(lead, "bracket")
    venue = _match_leading_venue(text)
    if venue:
        add(venue, "bracket")
    for quoted in _list_quotes(text) if style == "plain" else ():
        add(quoted, "quoted")
    return cuts


def _find_separators(text: str) -> Iterator[re.Match[str]]:
    """Yield the signs that stand between fields; of slashes, one alone stands before the venue of a reference."""
    if _SEPARATOR_SIGN.search(text):
        yield from _SEPARATOR.finditer(text)
    if " @ " in text and (named := _NAME_AND_AT.search(text)) and weigh_name(named[1]) >= _FULL_NAME:
        yield from _AT.finditer(text, named.end(1))
    if "{" in text:
        yield from _ATTRIBUTES.finditer(text)
    if text.count(" // ") > 1:
        yield from _SLASHES.finditer(text)


def _list_quotes(text: str) -> Iterator[re.Match[str]]:
    if _QUOTE_SIGN.search(text):
        for quoted in _QUOTED.finditer(text):
            if quoted[0][0] in "《«「『" or _has_word_outside(text, quoted):
                yield quoted


def _has_word_outside(text: str, quoted: re.Match[str]) -> bool:
    return bool(WORD.search(text[: quoted.start()]) or WORD.search(text[quoted.end() :]))


def _is_dated_venue(text: str) -> bool:
    is_acronym = len(text) <= _TAG_WORDS and text.isupper() and text.isalnum()
    return (is_venue(text) or YEAR.search(text) is not None or is_acronym) and len(words_of(text)) <= _TAG_WORDS


def _match_leading_venue(text: str) -> re.Match[str] | None:
    """Return the venue and year, or the year alone, that stand before a title, with the sign behind them."""
    if year := _YEAR_BEFORE.match(text):
        return year
    found = _VENUE_BEHIND_YEAR.match(text)
    if found and (found[2].isupper() or is_venue(found[2])):
        return found
    found = _VENUE_BEFORE_YEAR.match(text)
    return found if found and is_venue(found[2]) else None


def _find_brackets(text: str) -> list[_Cut]:
    """Return brackets that are markers, or tags before or behind the text; others are part of the text."""
    brackets = list(_BRACKET.finditer(text))
    if not brackets:
        return []
    lead = _LEADING_BRACKETS.match(text)
    cuts = []
    behind = len(text)
    trailing = set()
    for found in reversed(brackets):  # a bracket is behind the text if only brackets follow
        if _SIGN.search(text, found.end(), behind):
            break
        trailing.add(found.start())
        behind = found.start()
    for found in brackets:
        if _MARKER.fullmatch(found[1].strip()):
            cuts.append(_Cut(found.start(), found.end(), "marker"))
        elif (lead and found.end() <= lead.end()) or found.start() in trailing:
            cuts.append(_Cut(found.start(), found.end(), "bracket"))
    return cuts
