"""Read a RIS file, as reference managers and publishers write it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rispy import RisParser

from flgraph.lists.blocks.decoding import decode_text, refuse_file
from flgraph.lists.data_files.data_records import (
    DataLink,
    DataRecord,
    UnreadPart,
    collect_ids,
    find_arxiv,
    find_year,
    is_url,
    join_names,
    judge_url,
    make_reading,
    read_year,
    turn_name,
)
from flgraph.lists.entries import EntryKind, LinkKind, ListField, ListReading, Span

_TAG: Final = re.compile(r"[ \t]{0,9}([A-Z][A-Z0-9]) ( ?)-(?:[ \t]+|(?=\S)|$)(.*)", re.DOTALL)
_MEDLINE: Final = re.compile(r"\s*PMID ?- ")
_HEADING: Final = re.compile(r"\d+\.")  # the number of a record, as some programs write it above

_KINDS: Final[Mapping[str, EntryKind]] = {
    "AGGR": "data", "DATA": "data", "DBASE": "data",
    "COMP": "code",
    "ADVS": "video", "MPCT": "video", "MULTI": "video", "SOUND": "video", "VIDEO": "video",
    "BLOG": "blog",
    "ART": "other", "CTLG": "other", "FIGURE": "other", "ICOMM": "other", "MAP": "other", "MUSIC": "other",
    "NEWS": "other", "PAT": "other", "PCOMM": "other", "SLIDE": "other",
}  # fmt: skip
_ANYTHING: Final = frozenset({"ELEC", "GEN"})
"""Types that people also use for what is no paper: the link decides."""

_TITLES: Final = ("title", "primary_title", "translated_title", "short_title")
_JOURNALS: Final = ("journal_name", "alternate_title3", "secondary_title", "alternate_title1", "alternate_title2")
_MEETINGS: Final = ("secondary_title", "custom3", "tertiary_title", *_JOURNALS)
_LINK_KINDS: Final[tuple[LinkKind, ...]] = ("code", "data", "video", "blog")


@dataclass(frozen=True)
class _Line:
    """A line of a record: its tag, its text, and where the text stands."""

    tag: str
    text: str
    place: Span


def read_ris(data: bytes, *, name: str) -> ListReading:
    r"""Read a RIS file; a record runs from `TY` to `ER`, or to the next `TY`.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, or in UTF-16 with a byte order mark.
    name : str
        The name of the file, for messages.

    Raises
    ------
    CatalogError
        The file cannot be decoded, or is in the format of PubMed (`.nbib`).

    Examples
    --------
    >>> read_ris(b"TY  - JOUR\nTI  - FedX\nAU  - Example, Ada\nER  -\n", name="a.ris").entries[0].authors
    'Ada Example'
    """
    decoded = decode_text(data, name=name)
    if _MEDLINE.match(decoded.text):
        raise refuse_file(name, "is in PubMed's own format; save the list from PubMed as CSV")
    parser = RisParser(mapping={**RisParser.DEFAULT_MAPPING, "PM": "pmid"}, delimiter_tags_mapping={})
    records, unread = [], []
    for part in _split_records(decoded.text):
        if isinstance(part, UnreadPart):
            unread.append(part)
        else:
            place, lines, doubts = part
            records.append(_make_record(parser, place, lines, doubts))
    return make_reading(decoded, records, unread, name=name, form="ris", data=data)


# --- lines -----------------------------------------------------------------------------------------------

_Part = UnreadPart | tuple[Span, list[_Line], tuple[str, ...]]


def _split_records(text: str) -> Iterator[_Part]:
    """Yield the lines of each record, and the lines between records that hold a text."""
    lines: list[_Line] = []
    between: list[Span] = []
    for line in _read_lines(text):
        if line.tag == "TY":
            yield from _close(lines, between, doubts=("no ER at the end",))
            lines, between = [line], []
        elif not lines:
            if (line.text or line.tag) and not _HEADING.fullmatch(line.text):
                between.append(line.place)
        elif line.tag == "ER":
            yield from _close([*lines, line], between)
            lines, between = [], []
        else:
            lines.append(line)
    yield from _close(lines, between, doubts=("no ER at the end",))


def _close(lines: list[_Line], between: list[Span], *, doubts: tuple[str, ...] = ()) -> Iterator[_Part]:
    """Yield a finished record, or what stands outside of records."""
    if between:
        yield UnreadPart((between[0][0], between[-1][1]), "is outside the records, which start with a line TY  -")
    if lines:
        filled = [line for line in lines if line.tag or line.text]
        yield (lines[0].place[0], filled[-1].place[1]), filled, doubts


def _read_lines(text: str) -> Iterator[_Line]:
    """Yield each line; a line without a tag goes on with the one before.

    One blank before the hyphen counts if the first line of the record has one blank only.
    """
    place, is_narrow = 0, False
    for whole in text.splitlines(keepends=True):
        start, place = place, place + len(whole)
        bare = whole.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        found = _TAG.match(bare)
        if found and found[1] == "TY":
            is_narrow = not found[2]
        if found and (found[2] or is_narrow):
            inside, end = found[3].strip(), start + len(bare.rstrip())
            # The line of a type starts its record, so it is kept whole, as is a line without text.
            first = start if found[1] == "TY" or not inside else start + found.start(3)
            yield _Line(found[1], inside, (first, end))
        else:
            yield _Line("", bare.strip(), (start, start + len(bare.rstrip())))


# --- records ---------------------------------------------------------------------------------------------


def _make_record(parser: Any, place: Span, lines: Sequence[_Line], doubts: tuple[str, ...]) -> DataRecord:
    texts = [f"{line.tag}  - {line.text}" if line.tag else line.text for line in lines if line.tag != "ER"]
    fields: dict[str, Any] = parser.parse("\n".join([*texts, "ER  - "]))[0]
    kind = str(fields.get("type_of_reference", "")).strip()
    links = _list_links(lines)
    ids, more = collect_ids(_list_ids(fields), [link.url for link in links])
    title_name, title = _choose(fields, _TITLES)
    venue_name, venue = _find_venue(kind, fields, ids)
    year_name, year = next(
        ((name, year) for name in ("year", "publication_year", "date") if (year := read_year(_text(fields, name)))),
        (None, None),
    )
    names = {"title": title_name, "venue": venue_name, "year": year_name}
    places: dict[ListField, Span] = {"url": links[0].place} if links else {}
    places |= {key: span for key, span in _find_places(names, lines).items() if span}  # type: ignore[misc]
    return DataRecord(
        place=place,
        kind=_judge_kind(kind, links[0].url if links else None, ids),
        title=title,
        url=links[0].url if links else None,
        venue=venue or None,
        year=year,
        authors=_read_names(fields),
        ids=ids,
        links=tuple(links[1:]),
        places=places,
        doubts=(*doubts, *more),
    )


def _judge_kind(kind: str, url: str | None, ids: Mapping[str, str]) -> EntryKind:
    if kind in _ANYTHING and not ids:
        return judge_url(url) or ("other" if kind == "ELEC" else "paper")
    return _KINDS.get(kind, "paper")


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name, "")
    return " ".join((" ".join(value) if isinstance(value, list) else str(value)).split())


def _choose(fields: Mapping[str, Any], names: Sequence[str]) -> tuple[str | None, str]:
    return next(((name, text) for name in names if (text := _text(fields, name))), (None, ""))


def _find_places(names: Mapping[str, str | None], lines: Sequence[_Line]) -> dict[str, Span | None]:
    """Return where each field stands that is written on one line."""
    tags = {name: tag for tag, name in RisParser.DEFAULT_MAPPING.items()}
    found: dict[str, Span | None] = {}
    for key, name in names.items():
        at = next((place for place, line in enumerate(lines) if name and line.tag == tags[name] and line.text), None)
        if at is None or (at + 1 < len(lines) and not lines[at + 1].tag):
            continue
        place = lines[at].place
        if key == "year":
            inside = find_year(lines[at].text)
            found[key] = (place[0] + inside[0], place[0] + inside[1]) if inside else None
        else:
            found[key] = place
    return found


def _find_venue(kind: str, fields: Mapping[str, Any], ids: Mapping[str, str]) -> tuple[str | None, str]:
    names = _MEETINGS if kind in ("CONF", "CPAPER", "CHAP", "ECHAP") else _JOURNALS
    name, venue = _choose(fields, names)
    if not venue and kind in ("THES", "RPRT", "UNPB", "GEN", "MANSCPT"):
        name, venue = _choose(fields, ("publisher",))
    if find_arxiv(venue) or (
        not venue and "arxiv" in ids and kind in ("JOUR", "EJOUR", "GEN", "UNPB", "ELEC", "MANSCPT")
    ):
        return (name if venue else None), "arXiv"
    return name, venue


def _list_ids(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the ids: DOI, and what an accession number or a note says."""
    number, base = _text(fields, "accession_number"), _text(fields, "name_of_database").lower()
    is_pubmed = any(word in base for word in ("pubmed", "medline", "nlm"))
    texts = (
        number,
        *(_text(fields, name) for name in ("notes", "publisher", "journal_name", "secondary_title", "note")),
    )
    arxiv = next((found for text in texts if (found := find_arxiv(text))), "")
    pmid = _text(fields, "pmid") or (number if is_pubmed and number.isdigit() else "")
    return {"doi": _text(fields, "doi"), "arxiv": arxiv, "pmid": pmid}


def _list_links(lines: Sequence[_Line]) -> list[DataLink]:
    """Return the addresses in `UR` and `L1` to `L4`, those of `UR` first; one line may hold several."""
    found = [
        link for tag in ("UR", "L1", "L2", "L4") for line in lines if line.tag == tag for link in _split_links(line)
    ]
    return list({link.url: link for link in reversed(found)}.values())[::-1]


def _split_links(line: _Line) -> Iterator[DataLink]:
    for piece in re.finditer(r"https?://\S+", line.text):
        # A semicolon may also be part of an address.
        start = line.place[0] + piece.start()
        for url in re.split(r";(?=https?://)", piece[0].rstrip(";,")):
            if is_url(url):
                known = judge_url(url)
                kind: LinkKind = next((kind for kind in _LINK_KINDS if kind == known), "paper")
                yield DataLink(line.tag, url, kind, (start, start + len(url)))
            start += len(url) + 1


def _read_names(fields: Mapping[str, Any]) -> str | None:
    names = fields.get("authors") or fields.get("first_authors") or fields.get("secondary_authors") or []
    return join_names([turn_name(name) for name in names if name.strip()])
