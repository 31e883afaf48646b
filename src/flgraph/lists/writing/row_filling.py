"""Fill a model row with another work: its spans are replaced, what the work lacks goes with its brackets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from flgraph.identifiers import ids_from_url
from flgraph.lists.entries import ListEntry, ListField, ListLink, ListReading, Span, Unit
from flgraph.lists.writing.escaping import escape_field, find_place
from flgraph.lists.writing.row_numbers import find_number
from flgraph.lists.writing.row_patterns import find_block, list_holes
from flgraph.lists.writing.row_text import CommonText, clean_text, find_own

PIPES: Final = re.compile(r"((?<!\\)\|)")
TAGS: Final = re.compile(r"(</?t[dhr]\b[^<>]*>)")
_PAIRS: Final = (
    ("**", "**"), ("__", "__"), ("*", "*"), ("_", "_"), ("`", "`"), ("(", ")"), ("[", "]"), ('"', '"'), ("“", "”"),
    ("<i>", "</i>"), ("<em>", "</em>"), ("<b>", "</b>"), ("<strong>", "</strong>"),
)  # fmt: skip
_TABLE_SEPARATORS: Final = " \t,;:./·•\u2013\u2014-"
_SEPARATORS: Final = _TABLE_SEPARATORS + "|"
_MARKER: Final = 200  # the most signs before the text of a row
_OPENED: Final = re.compile(
    r"(?:\A|\n)\s*(?:(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s+)?)?\Z|[(\[{:]\s*\Z|<[a-z][^<>]{0,100}>\s*\Z"
)
_TITLE_LINK: Final = re.compile(r"([*_~`\s\"'.]*)\]\(<?\Z")
_LINK_END: Final = re.compile(r"\A>?\)")
LABEL_START: Final = re.compile(r"(?:\[\[[^\[\]]{0,80}\]\]|\[[^\[\]]{0,80}\])\(<?\Z")
LONGEST_LABEL: Final = 100
_OWN_PAGE: Final = re.compile(r"([*_~`]*)\]\(([^()\s]{1,300})\)")
_BARE_START: Final = re.compile(r"\s*(?:[-*+]\s+)?[*_]{0,3}(?:\w[\w ]{0,30}:[*_]{0,3}\s*)?[*_]{0,3}")
_BARE_END: Final = re.compile(r"[\s.,;:*_\\]*")
_ENDED: Final = re.compile(r"[.!?][*_\"”]*\Z")
_MARK: Final = "\x00"  # no text of a list holds it
_FIRST_MARK: Final = 0xE000  # of the private use area
_PREPRINT: Final = re.compile(r"[ \t,]{0,3}\bpreprint\b(?: ?\w+: ?\x00.)?", re.IGNORECASE)
_ARXIV: Final = "arXiv"
_NOTE: Final = re.compile(rb"\b(arxiv) preprint\b", re.IGNORECASE)
_GENERIC_LABEL: Final = re.compile(
    r"\W*(?:code|github|gitlab|git|repo|repository|source|implementation)\W*", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class NewWork:
    """A work to add to a list; None is what is not known. `authors` separates names as the list does."""

    title: str
    url: str | None = None
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class FilledRow:
    """A row for a new work, its bytes, and the words of the model that could not be removed."""

    model: ListEntry
    text: bytes
    left: tuple[str, ...]


def list_literals(reading: ListReading, entry: ListEntry) -> list[str]:
    """List the texts of a row between its fields, links and number."""
    return [text for text in _split_model(reading, entry)[::2] if isinstance(text, str)]


def list_joints(reading: ListReading, entry: ListEntry) -> list[tuple[str, str, str]]:
    """List the texts of a row, each between the names of what stands before and behind it; "" is an end of the row."""
    parts = _split_model(reading, entry)
    names = ["", *(part.name for part in parts if isinstance(part, _Hole)), ""]
    return [(before, str(text), after) for before, text, after in zip(names, parts[::2], names[1:], strict=False)]


def fill_row(
    reading: ListReading, model: ListEntry, work: NewWork, common: CommonText, number: int | None
) -> FilledRow:
    """Return the row of a new work, in the form of a model row."""
    unit = reading.units[model.unit]
    cells = None if unit.kind != "row" else TAGS if unit.is_html else PIPES
    parts = _split_model(reading, model)
    parts[::2] = [_drop_stale(_hide_ids(str(text), model), model, work) for text in parts[::2]]
    _unlink_title(parts, common)
    parts[-1] = clean_text(str(parts[-1]), common, cells=cells, is_end=True)
    parts[:-1:2] = [clean_text(str(text), common, cells=cells) for text in parts[:-1:2]]
    is_sound = _is_balanced("".join(map(str, parts[::2])))
    parts = _fill_parts(reading, model, work, parts, number)
    left = [word for text in parts[::2] for word in find_own(str(text), common)]
    if is_sound and not _is_balanced("".join(map(str, parts[::2]))):
        left.append("brackets")
    text = _show_ids("".join(map(str, parts)), model, work)
    return FilledRow(model, text.encode("utf-8", "surrogateescape"), tuple(left))


def _is_balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")


@dataclass(frozen=True)
class _Hole:
    name: str
    span: Span
    link: ListLink | None = None


def _split_model(reading: ListReading, model: ListEntry) -> list[str | _Hole]:
    """Return the texts of a row at even places, its holes at odd ones."""
    block = find_block(reading, model)
    links = {link.span: link for link in model.links}
    holes = [_Hole(name, span, links.get(span)) for span, name in list_holes(model, block)]
    if digits := find_number(reading, model):
        holes.append(_Hole("number", digits))
    if note := _find_note(reading, model, block):
        holes.append(_Hole("venue", note))
    holes.sort(key=lambda hole: hole.span)
    parts: list[str | _Hole] = []
    place = block[0]
    for hole in holes:
        if hole.span[0] >= place:
            parts += [_decode(reading, (place, hole.span[0])), hole]
            place = hole.span[1]
    return [*parts, _decode(reading, (place, block[1]))]


def _find_note(reading: ListReading, model: ListEntry, block: Span) -> Span | None:
    """Return the name in a note such as "arXiv preprint": it stands where other rows write their venue."""
    last = max((span[1] for span, _ in list_holes(model, block)), default=block[0])
    found = _NOTE.search(reading.data, last, block[1]) if model.venue is None else None
    return found.span(1) if found else None


def _decode(reading: ListReading, span: Span) -> str:
    return reading.data[span[0] : span[1]].decode("utf-8", "surrogateescape")


def _unlink_title(parts: list[str | _Hole], common: CommonText) -> None:
    """Remove the link of a title to a page of the model's own, which is no link to the paper."""
    for place in range(1, len(parts), 2):
        hole, before, after = parts[place], str(parts[place - 1]), str(parts[place + 1])
        found = _OWN_PAGE.match(after)
        if isinstance(hole, _Hole) and hole.name == "title" and found and find_own(found[2], common):
            cut = before.rfind("[")
            parts[place - 1] = before[:cut] + before[cut + 1 :]
            parts[place + 1] = found[1] + after[found.end() :]


def _fill_parts(
    reading: ListReading, model: ListEntry, work: NewWork, parts: list[str | _Hole], number: int | None
) -> list[str | _Hole]:
    """Replace holes by values, or remove them: the texts around a removed hole become one."""
    unit = reading.units[model.unit]
    done: list[str | _Hole] = [parts[0]]
    code = work.code
    last = len(parts) - 2
    for place in range(1, len(parts), 2):
        hole, text = parts[place], str(parts[place + 1])
        if not isinstance(hole, _Hole):
            continue
        value = _fill_hole(reading, model, work, hole, code, number)
        if value is not None:
            done += [value, _drop_abbreviation(hole, model, value, text)]
            code = None if hole.name == "code" else code
        elif hole.name == "url":
            _drop_address(done, text, unit, is_last=place == last)
        else:
            done[-1] = _join(str(done[-1]), text, is_table=unit.kind == "row", is_last=place == last)
    return done


def _drop_abbreviation(hole: _Hole, model: ListEntry, value: str, text: str) -> str:
    """Remove the full stop of "et al." where the names of the new work are written out."""
    is_short = hole.name == "authors" and (model.authors or "").endswith("et al") and text.startswith(".")
    return text[1:] if is_short and not value.endswith("et al") else text


def _fill_hole(
    reading: ListReading, model: ListEntry, work: NewWork, hole: _Hole, code: str | None, number: int | None
) -> str | None:
    if hole.name == "number":
        return str(number if number is not None else _decode(reading, hole.span))
    if hole.link is not None:
        return _fill_link(reading, model, work, hole.link, code)
    name: ListField = hole.name  # type: ignore[assignment]  # the other holes are named by fields
    value = getattr(work, name)
    if value is None:
        return None
    if name == "year" and hole.span[1] - hole.span[0] == 2:
        value = f"{value % 100:02}"
    return escape_field(name, value, find_place(reading, model, hole.span)).decode()


def _fill_link(reading: ListReading, model: ListEntry, work: NewWork, link: ListLink, code: str | None) -> str | None:
    """Return a link of the model with the address of the new work, or None if the work has no such link."""
    address = work.url if link.url == model.url else code if link.kind == "code" else None
    if address is None or link.url_span is None:
        return None
    place = find_place(reading, model, link.url_span)
    before = _decode(reading, (link.span[0], link.url_span[0]))
    after = _decode(reading, (link.url_span[1], link.span[1]))
    is_plain = not link.label or link.label == link.url or _GENERIC_LABEL.fullmatch(link.label)
    if link.kind == "code" and not is_plain:
        before, after = before.replace(link.label, "code", 1), after.replace(link.label, "code", 1)
    return before + escape_field("url", address, place).decode() + after


def _drop_address(done: list[str | _Hole], text: str, unit: Unit, *, is_last: bool) -> None:
    """Remove the link around an address that the new work lacks; the text of a linked title stays."""
    before = str(done[-1])
    if before.endswith(('="', "='")):  # an HTML link stays, without an address
        done[-1] = before + text
        return
    if len(done) > 1 and (found := _TITLE_LINK.match(before)):
        opening = str(done[-3])
        cut = opening.rfind("[")
        done[-3] = opening[:cut] + opening[cut + 1 :]
        done[-1] = found[1] + _LINK_END.sub("", text)
        return
    label = LABEL_START.search(before[-LONGEST_LABEL:])
    if label:
        before, text = before[: len(before) - len(label.group())], _LINK_END.sub("", text)
    done[-1] = _join(before, text, is_table=unit.kind == "row", is_last=is_last)


def _join(before: str, after: str, *, is_table: bool, is_last: bool) -> str:
    """Join the texts around what was removed: brackets in pairs, one of two separators and an empty line go, too.

    `is_last` tells that no field follows.
    """
    before, after = _strip_pairs(before, after)
    separators = _TABLE_SEPARATORS if is_table else _SEPARATORS
    cut = before.rstrip(separators)
    kept = before.rstrip(separators.replace(".", ""))  # a full stop ends what stands before it
    rest = after.lstrip(separators)
    sign = after[: len(after) - len(rest)]
    if not is_table and (joined := _drop_line(before, after, is_last=is_last)) is not None:
        return joined
    if _OPENED.search(before[-_MARKER:]) or (is_table and cut.endswith(("|", ">"))):
        return before + rest
    if (not rest and is_last) or rest.startswith(("\n", "\r", "\\\n", "</li", "</p", "</t")):
        end = sign if sign.strip() else sign.strip(" ")
        return (kept if kept.endswith(".") and end.strip() in ("", ".") else cut + end) + rest
    if not sign.strip():  # before a field the separator in front stays, before other text the one behind
        return before if not rest else kept + sign + rest if sign else before + rest
    is_ended = sign.strip() == "." and _ENDED.search(cut[-_MARKER:])
    return cut + (" " if is_ended else sign) + rest


def _drop_line(before: str, after: str, *, is_last: bool) -> str | None:
    """Return the joined texts without the line that only a removed field stood on; None if there is more on it."""
    above, line_break, start = before.rpartition("\n")
    end, next_break, below = after.partition("\n")
    if not line_break or not _BARE_START.fullmatch(start) or not _BARE_END.fullmatch(end):
        return None
    if next_break:
        return above + line_break + below
    return above.removesuffix("\r").rstrip() if is_last else None


def _strip_pairs(before: str, after: str) -> tuple[str, str]:
    stripped = True
    while stripped:
        stripped = False
        for opening, closing in _PAIRS:
            if before.endswith(opening) and after.startswith(closing):
                before, after = before.removesuffix(opening), after.removeprefix(closing)
                stripped = True
                break
    return before, after


def _hide_ids(text: str, model: ListEntry) -> str:
    """Replace the ids of a model, as in "arXiv:2912.00001", by marks that are no text."""
    for place, value in enumerate(model.ids.values()):
        text = text.replace(value, _mark(place))
    return text


def _mark(place: int) -> str:
    return f"{_MARK}{chr(_FIRST_MARK + place)}"


def _drop_stale(text: str, model: ListEntry, work: NewWork) -> str:
    """Remove the ids that the new work lacks, and "preprint" if it appeared elsewhere."""
    if (work.venue or "").casefold() != (model.venue or _ARXIV).casefold():
        text = _PREPRINT.sub("", text)
    new = ids_from_url(work.url or "")
    for place, kind in enumerate(model.ids):
        if kind not in new:
            text = re.sub(rf"(?<=\[)(?:\w+:\s?)?{_mark(place)}(?=\]\()", "paper", text)
            text = re.sub(rf"[ \t,;]{{0,3}}(?:\b\w+:\s?)?{_mark(place)}", "", text)
    return text


def _show_ids(text: str, model: ListEntry, work: NewWork) -> str:
    """Replace the marks by the ids of the new work."""
    new = ids_from_url(work.url or "")
    for place, kind in enumerate(model.ids):
        text = text.replace(_mark(place), new.get(kind, ""))
    return text
