"""Make entries of the records of a data file: BibTeX, RIS, CSV, YAML, ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

from flgraph.identifiers import clean_arxiv, clean_doi, ids_from_url, split_venue
from flgraph.lists.blocks.decoding import DecodedText
from flgraph.lists.entries import (
    EntryKind,
    LinkKind,
    ListEntry,
    ListField,
    ListForm,
    ListLink,
    ListReading,
    Origin,
    Span,
    Unit,
    UnreadPlace,
)
from flgraph.lists.evidence.hosts import url_kind

_YEAR: Final = re.compile(r"(?<!\d)(1[5-9]\d\d|2[01]\d\d)(?!\d)")
_ARXIV_IN_TEXT: Final = re.compile(
    r"(?:arxiv:?\s*(?:preprint\s*)?(?:arxiv:)?|\babs/)\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})", re.IGNORECASE
)
_PMID: Final = re.compile(r"(?:pmid:?\s*)?(\d{1,9})(?:\.0)?", re.IGNORECASE)
_PMCID: Final = re.compile(r"(?:pmcid:?\s*)?(PMC\d{1,9})(?:\.\d)?", re.IGNORECASE)
_NUMBER_IN_BRACKETS: Final = re.compile(r"\s*\(\d+\)")
_RESOURCES: Final[tuple[EntryKind, ...]] = ("code", "data", "video", "blog")
_SHOWN: Final = 200


@dataclass(frozen=True)
class DataRecord:
    """What a record of a data file says; places are characters of its text, not bytes."""

    place: Span
    kind: EntryKind = "paper"
    title: str = ""
    url: str | None = None
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    section: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    links: tuple[DataLink, ...] = ()
    places: Mapping[ListField, Span] = field(default_factory=dict)
    origins: Mapping[ListField, Origin] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataLink:
    """A link of a record besides its `url`; the place is that of its address."""

    label: str
    url: str
    kind: LinkKind
    place: Span


@dataclass(frozen=True)
class UnreadPart:
    """A part of a data file that holds no entry, and why."""

    place: Span
    reason: str


def make_reading(
    decoded: DecodedText,
    records: Sequence[DataRecord],
    unread: Iterable[UnreadPart],
    *,
    name: str,
    form: ListForm,
    data: bytes,
) -> ListReading:
    """Make the reading of a data file; a record without title and id is listed as unread."""
    named = [_refine_venue(record, decoded.text) for record in records if record.title or record.ids or record.url]
    nameless = [
        UnreadPart(record.place, "no title, no id and no link")
        for record in records
        if not (record.title or record.ids or record.url)
    ]
    parts = sorted([*unread, *nameless], key=lambda part: part.place)
    return ListReading(
        path=name,
        form=form,
        data=data,
        entries=tuple(_make_entry(decoded, number, record, name) for number, record in enumerate(named)),
        unread=tuple(_show_unread(decoded, part, name) for part in parts),
        units=tuple(Unit("record", _find_bytes(decoded, record.place), record.section) for record in named),
    )


def _refine_venue(record: DataRecord, text: str) -> DataRecord:
    """Take the year from a venue such as "ICLR 2021" if the record has no other, and cut the venue's place to it."""
    if not record.venue:
        return record
    venue, year = split_venue(record.venue) if record.year is None else (record.venue, record.year)
    places = dict(record.places)
    if "venue" in places:
        start, stop = places["venue"]
        written = text[start:stop]
        inside = find_year(written) if record.year is None else None
        if inside:
            places["year"] = (start + inside[0], start + inside[1])
        if (at := written.lower().find(venue.lower())) >= 0:
            places["venue"] = (start + at, start + at + len(venue))
    return replace(record, venue=venue, year=year, places=places)


def _make_entry(decoded: DecodedText, number: int, record: DataRecord, name: str) -> ListEntry:
    spans = {key: _find_bytes(decoded, place) for key, place in record.places.items()}
    values = {"title": record.title, "url": record.url, "venue": record.venue, "year": record.year}
    values["authors"] = record.authors
    stated: dict[ListField, Origin] = {key: "row" for key in _FIELDS if values[key]}
    return ListEntry(
        kind=record.kind,
        title=record.title or _name_by_id(record),
        url=record.url,
        section=record.section,
        line=decoded.find_line(record.place[0]),
        span=_find_bytes(decoded, record.place),
        unit=number,
        venue=record.venue,
        year=record.year,
        authors=record.authors,
        links=tuple(_make_link(decoded, link) for link in record.links),
        spans={key: span for key, span in spans.items() if key in stated},
        origins={**stated, **{key: origin for key, origin in record.origins.items() if key in stated}},
        doubts=(*record.doubts, *(() if record.title else ("no title",))),
        ids=record.ids,
        path=name,
    )


_FIELDS: Final[tuple[ListField, ...]] = ("title", "url", "venue", "year", "authors")


def _name_by_id(record: DataRecord) -> str:
    """Return what stands for a missing title: the DOI, another id, or the address."""
    named = {"arxiv": "arXiv:", "pmid": "PMID:", "doi": "", "pmcid": ""}
    for kind in ("doi", "arxiv", "pmid", "pmcid"):
        if kind in record.ids:
            return f"{named[kind]}{record.ids[kind]}"
    return record.url or next(f"{kind}:{value}" for kind, value in record.ids.items())


def _make_link(decoded: DecodedText, link: DataLink) -> ListLink:
    span = _find_bytes(decoded, link.place)
    return ListLink(link.label, link.url, link.kind, span, span)


def _find_bytes(decoded: DecodedText, place: Span) -> Span:
    return decoded.find_byte(place[0]), decoded.find_byte(place[1])


def _show_unread(decoded: DecodedText, part: UnreadPart, name: str) -> UnreadPlace:
    text = decoded.text[part.place[0] : min(part.place[1], part.place[0] + _SHOWN)]
    return UnreadPlace(decoded.find_line(part.place[0]), text.strip(), part.reason, name)


# --- values ----------------------------------------------------------------------------------------------


def read_year(text: str) -> int | None:
    """Return the first year of a text such as "2021", "2021-03-01" or "March 2021"; None if it has none."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def find_year(text: str) -> Span | None:
    """Return where the digits of the first year of a text are."""
    found = _YEAR.search(text)
    return found.span(1) if found else None


def is_url(text: str) -> bool:
    """Return whether a text is an address of the web."""
    return text.lower().startswith(("http://", "https://")) and not any(sign.isspace() for sign in text)


def collect_ids(stated: Mapping[str, str], urls: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Collect the ids of a record from its fields of ids and its links, and say which fields are not understood.

    Parameters
    ----------
    stated : mapping of str to str
        The texts of the fields `doi`, `arxiv`, `pmid` and `pmcid`.
    urls : iterable of str
        The links, the best first. The fields take precedence.
    """
    ids: dict[str, str] = {}
    doubts = []
    for kind, text in stated.items():
        if text.strip():
            found = _clean_id(kind, text.strip())
            ids |= {key: value for key, value in found.items() if key not in ids}
            if not found:
                doubts.append(f"{kind} not understood: {text.strip()[:60]}")
    for url in urls:
        ids |= {key: value for key, value in ids_from_url(url).items() if key not in ids}
    return ids, doubts


def _clean_id(kind: str, text: str) -> dict[str, str]:
    """Return the ids in the text of a field; a DOI of arXiv also yields the arXiv id."""
    if kind in ("doi", "arxiv"):
        plain = unquote(text)
        doi, arxiv = clean_doi(plain), clean_arxiv(plain) or clean_arxiv(plain.partition(" ")[0])
        return ({"doi": doi} if doi else {}) | ({"arxiv": arxiv} if arxiv else {}) or ids_from_url(text)
    found = {"pmid": _PMID, "pmcid": _PMCID}[kind].fullmatch(text)
    return {kind: found[1].upper()} if found else ids_from_url(text)


def find_arxiv(text: str) -> str | None:
    """Return the arXiv id in a text such as "arXiv preprint arXiv:2102.07623" or "abs/2102.07623"."""
    found = _ARXIV_IN_TEXT.search(text)
    return clean_arxiv(found[1]) if found else None


def judge_url(url: str | None) -> EntryKind | None:
    """Return what a link leads to if that is certainly no paper; else None."""
    kind = url_kind(url)
    return next((known for known in _RESOURCES if known == kind), None)


# --- names -----------------------------------------------------------------------------------------------


def turn_name(name: str) -> str:
    """Return a name as people say it: "Example, Ada B., Jr." becomes "Ada B. Example Jr.".

    Examples
    --------
    >>> turn_name("Example, Ada B.")
    'Ada B. Example'
    """
    family, *rest = (" ".join(part.split()) for part in name.split(","))
    given, suffix = (rest[0] if rest else ""), (rest[1] if len(rest) == 2 else "")
    if len(rest) > 2:
        return " ".join(name.split())
    return " ".join(part for part in (given, family, suffix) if part)


def choose_separator(texts: Iterable[str]) -> str | None:
    """Return the sign, semicolon or bar, that separates the names in the cells of a column; None if neither does."""
    kept = list(texts)
    return next((sign for sign in ";|" if any(sign in text for text in kept)), None)


def split_names(text: str, separator: str | None) -> list[str]:
    """Split names at a separator, each perhaps "Family, Given"; without a separator the text is one name.

    Numbers in brackets, by which some exports tell people apart, are left out.
    """
    if separator is None:
        return [" ".join(text.split())]
    names = (_NUMBER_IN_BRACKETS.sub("", name).strip() for name in text.split(separator))
    return [turn_name(name) for name in names if name]


def join_names(names: Sequence[str]) -> str | None:
    """Join names as a row writes them; by semicolons if a name contains a comma. None if there are none."""
    kept = [name for name in names if name]
    return ("; " if any("," in name for name in kept) and len(kept) > 1 else ", ").join(kept) or None
