"""Read a BibTeX or BibLaTeX file."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bibtexparser.entrypoint import parse_string
from bibtexparser.middlewares.names import (
    InvalidNameError,
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.model import Block, DuplicateFieldKeyBlock, Entry, ImplicitComment, ParsingFailedBlock, String

from flgraph.lists.blocks.decoding import DecodedText, decode_text
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
)
from flgraph.lists.data_files.field_names import LINK_FIELDS
from flgraph.lists.data_files.latex_text import read_latex
from flgraph.lists.entries import EntryKind, ListField, ListReading, Origin, Span

_MARK: Final = re.compile(r'(?<!\\)[{}"#]')
_BRACE: Final = re.compile(r"(?<!\\)[{}]")
_URL_COMMAND: Final = re.compile(r"\\(?:url|path)\s*\{([^{}]*)\}|\\href\s*\{([^{}]*)\}")
_URL_ESCAPE: Final = re.compile(r"\\([_%#&~$])")
_NAME_PART: Final = re.compile(r"(?:family|given|prefix|suffix)=")
_NAMESAKE: Final = re.compile(r" \d{4}$")
_MAX_VALUE: Final = 100_000  # strings that repeat strings grow without end

_KINDS: Final[Mapping[str, EntryKind]] = {
    "software": "code", "softwareversion": "code", "softwaremodule": "code", "codefragment": "code",
    "dataset": "data", "data": "data",
    "video": "video", "movie": "video", "audio": "video", "music": "other", "image": "other", "artwork": "other",
    "proceedings": "other", "mvproceedings": "other", "collection": "other", "mvcollection": "other",
    "periodical": "other", "patent": "other",
}  # fmt: skip
_ANYTHING: Final = frozenset({"misc", "online", "electronic", "www", "webpage", "manual"})
"""Types that people also use for what is no paper: the link decides."""

_THESES: Final = frozenset({"phdthesis", "mastersthesis", "bachelorsthesis", "thesis"})
_VENUES: Final = ("journal", "journaltitle", "shortjournal", "booktitle", "eventtitle")
_LAST_VENUES: Final = ("series", "howpublished", "organization")
_LINKS: Final = ("url", "link", "ee", "bdsk-url-1", "howpublished", "note")
_IN_TEXT: Final = ("journal", "volume", "howpublished", "note", "number")
"""Fields where an arXiv id may stand in a text."""


@dataclass(frozen=True)
class _Value:
    """A field: its LaTeX without delimiters, where it stands, and what is written there.

    A value that is put together of several stands nowhere.
    """

    text: str
    place: Span | None = None
    written: str = ""


_Fields = Mapping[str, _Value]
_NOTHING: Final = _Value("")


def read_bibtex(data: bytes, *, name: str) -> ListReading:
    r"""Read a BibTeX file; each entry is a record, and what is no valid entry is listed as unread.

    LaTeX becomes plain text, `@string` is put in, and an entry with `crossref` takes venue and year from that entry.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, in UTF-16 with a byte order mark, or as a comment `% Encoding: ISO8859_1` says.
    name : str
        The name of the file, for messages.

    Raises
    ------
    CatalogError
        The file cannot be decoded.

    Examples
    --------
    >>> read_bibtex(b"@article{a, title = {{FedX}: M\\'etodo}, year = 2021}", name="a.bib").entries[0].title
    'FedX: Método'
    """
    decoded = decode_text(data, name=name, declared=True)
    # Without a handler, Python prints the warnings of bibtexparser to standard error; they become unread places.
    logging.getLogger("bibtexparser").addHandler(_QUIET)
    blocks = list(_place_blocks(decoded, parse_string(decoded.text, parse_stack=[]).blocks))
    strings = _read_strings([block for _, block in blocks if isinstance(block, String)])
    entries = [(place, block, *_unwrap(block)) for place, block in blocks]
    found = [
        (entry, doubts, place, _read_fields(entry, decoded.text, place, strings))
        for place, _, entry, doubts in entries
        if isinstance(entry, Entry)
    ]
    by_key = {entry.key.lower(): fields for entry, _, _, fields in reversed(found)}
    records = [
        _make_record(entry, _doubt_key(entry, fields, by_key) + doubts, place, fields, by_key)
        for entry, doubts, place, fields in found
    ]
    unread = [part for place, block, entry, _ in entries if entry is None for part in _judge_block(place, block)]
    return make_reading(decoded, records, unread, name=name, form="bibtex", data=data)


_QUIET: Final = logging.NullHandler()


# --- blocks ----------------------------------------------------------------------------------------------


def _place_blocks(decoded: DecodedText, blocks: list[Block]) -> Iterator[tuple[Span, Block]]:
    """Yield each block with its place in the text."""
    place = 0
    for block in blocks:
        raw = block.raw or ""
        start = decoded.text.find(raw, place) if raw else decoded.find_line_start((block.start_line or 0) + 1)
        place = max(start, place) + len(raw)
        yield (place - len(raw), place), block


def _unwrap(block: Block | None) -> tuple[Entry | None, tuple[str, ...]]:
    """Return the entry of a block, and which of its fields are written twice."""
    doubts: list[str] = []
    while isinstance(block, ParsingFailedBlock):
        if isinstance(block, DuplicateFieldKeyBlock):
            doubts += [f"duplicate field {key}" for key in sorted(block.duplicate_keys)]
        block = block.ignore_error_block
    return (block, tuple(doubts)) if isinstance(block, Entry) else (None, ())


def _judge_block(place: Span, block: Block) -> Iterator[UnreadPart]:
    """Yield what of a block is not read: entries that are not closed, and texts that are no comment."""
    if isinstance(block, ParsingFailedBlock) and not isinstance(block.ignore_error_block, String):
        reason = " ".join(str(getattr(block.error, "abort_reason", block.error)).split())
        yield UnreadPart(place, f"not a valid entry: {reason}")
    elif isinstance(block, ImplicitComment):
        lines = (line.strip() for line in (block.raw or "").splitlines())
        if any(line and not line.startswith("%") for line in lines):
            yield UnreadPart(place, "is outside all entries")


# --- values ----------------------------------------------------------------------------------------------


def _read_strings(blocks: list[String]) -> dict[str, str]:
    """Return the values of `@string` blocks by name in lower case."""
    strings: dict[str, str] = {}
    for block in blocks:
        strings[block.key.lower()] = _join_value(block.value, strings)
    return strings


def _read_fields(entry: Entry, text: str, place: Span, strings: Mapping[str, str]) -> dict[str, _Value]:
    """Return the fields of an entry by name in lower case; of fields with the same name the first with a text."""
    fields: dict[str, _Value] = {}
    at = place[0]
    for known in entry.fields:
        at = text.find(known.key, at) + len(known.key)
        start = text.find(known.value, text.find("=", at) + 1)
        at = start + len(known.value)
        inside = _strip_place(text, start, at)
        value = _Value(_join_value(known.value, strings), inside, text[slice(*inside)] if inside else "")
        if not fields.get(known.key.lower(), _NOTHING).text:
            fields[known.key.lower()] = value
    return fields


def _join_value(value: str, strings: Mapping[str, str]) -> str:
    """Return a value without delimiters, with the strings that it names put in."""
    parts = [_read_part(part.strip(), strings) for part in _split_value(value)]
    return "".join(parts)[:_MAX_VALUE]


def _read_part(part: str, strings: Mapping[str, str]) -> str:
    if len(part) > 1 and part[0] + part[-1] in ("{}", '""'):
        return part[1:-1]
    return strings.get(part.lower(), part)


def _split_value(value: str) -> list[str]:
    """Split a value at each `#` outside of braces and quotes."""
    if "#" not in value:
        return [value]
    cuts, depth, is_quoted = [-1], 0, False
    for mark in _MARK.finditer(value):
        depth += (mark[0] == "{") - (mark[0] == "}")
        if mark[0] == '"' and depth == 0:
            is_quoted = not is_quoted
        elif mark[0] == "#" and depth == 0 and not is_quoted:
            cuts.append(mark.start())
    return [value[start + 1 : stop] for start, stop in zip(cuts, [*cuts[1:], len(value)], strict=True)]


def _strip_place(text: str, start: int, stop: int) -> Span | None:
    """Return where the text of a value stands inside its delimiters; None if it is put together of several."""
    value = text[start:stop]
    if len(_split_value(value)) > 1 or not (value[:1] + value[-1:] in ("{}", '""') or value.isdigit()):
        return None
    inner = (start, stop) if value.isdigit() else (start + 1, stop - 1)
    while True:
        start, stop = _strip_blanks(text, *inner)
        if not _is_braced(text[start:stop]):
            return (start, stop)
        inner = (start + 1, stop - 1)


def _strip_blanks(text: str, start: int, stop: int) -> Span:
    inner = text[start:stop]
    first = start + len(inner) - len(inner.lstrip())
    return (first, max(first, start + len(inner.rstrip())))


def _is_braced(value: str) -> bool:
    """Return whether one pair of braces is around a whole value."""
    if value[:1] + value[-1:] != "{}":
        return False
    depth = 0
    for mark in _BRACE.finditer(value):
        depth += 1 if mark[0] == "{" else -1
        if depth == 0:
            return mark.end() == len(value)
    return False


# --- entries ---------------------------------------------------------------------------------------------


def _make_record(
    entry: Entry, doubts: tuple[str, ...], place: Span, fields: _Fields, by_key: Mapping[str, _Fields]
) -> DataRecord:
    texts = {name: value.text for name, value in fields.items()}
    found: dict[str, str] = {name: link for name in _LINKS if name in texts and (link := _read_url(texts[name]))}
    ids, more = collect_ids(_list_ids(texts), found.values())
    source = next(iter(found), None)
    places: dict[ListField, Span | None] = {"url": _find_within(fields, source, found)}
    venue, venue_field, origins = _find_venue(entry.entry_type, texts, ids, by_key)
    year, year_field = _find_year(texts, origins, by_key)
    title = read_latex(texts.get("title", ""))
    if title and read_latex(texts.get("subtitle", "")):
        title = f"{title}: {read_latex(texts['subtitle'])}"
    places |= {"title": _place_of(fields, "title"), "authors": _place_of(fields, "author")}
    places |= {"venue": _place_of(fields, venue_field), "year": _place_year(fields, year_field)}
    return DataRecord(
        place=place,
        kind=_judge_kind(entry.entry_type.lower(), next(iter(found.values()), None), ids),
        title=title,
        url=next(iter(found.values()), None),
        venue=venue,
        year=year,
        authors=_read_names(texts.get("author") or texts.get("editor", "")),
        ids=ids,
        links=tuple(_list_links(fields)),
        places={key: span for key, span in places.items() if span is not None},
        origins=origins,
        doubts=(*doubts, *more),
    )


def _doubt_key(entry: Entry, fields: _Fields, by_key: Mapping[str, _Fields]) -> tuple[str, ...]:
    """Return the doubt about an entry whose key an entry above has."""
    return () if by_key[entry.key.lower()] is fields else (f"duplicate key {entry.key}",)


def _judge_kind(entry_type: str, url: str | None, ids: Mapping[str, str]) -> EntryKind:
    if entry_type in _ANYTHING and not ids and (kind := judge_url(url)):
        return kind
    return _KINDS.get(entry_type, "paper")


def _place_of(fields: _Fields, name: str | None) -> Span | None:
    return fields[name].place if name is not None and name in fields else None


def _place_year(fields: _Fields, name: str | None) -> Span | None:
    place = _place_of(fields, name)
    inside = find_year(fields[name].written) if name is not None and place else None
    return (place[0] + inside[0], place[0] + inside[1]) if place and inside else None


def _find_within(fields: _Fields, name: str | None, found: Mapping[str, str]) -> Span | None:
    """Return where the address stands that was read from a field, if the field writes it as it is."""
    place = _place_of(fields, name)
    if place is None or name is None:
        return None
    before, link, _ = fields[name].written.partition(found[name])
    return (place[0] + len(before), place[0] + len(before) + len(link)) if link else None


def _read_url(text: str) -> str | None:
    r"""Return the address in a field, also from `\url{...}` and with escaped signs; None if there is none."""
    command = _URL_COMMAND.search(text)
    plain = (command[1] or command[2]) if command else text
    plain = _URL_ESCAPE.sub(r"\1", plain.replace(r"{\textasciitilde}", "~").replace(r"\textasciitilde", "~"))
    plain = plain.strip().strip("{}<>").strip()
    return plain if is_url(plain) else None


def _list_ids(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts of the fields of ids."""
    scheme = (texts.get("archiveprefix") or texts.get("eprinttype") or "").strip(" {}").lower()
    eprint = read_latex(texts.get("eprint", ""))
    stated = {"doi": read_latex(texts.get("doi", "")), "arxiv": texts.get("arxiv") or texts.get("arxivid", "")}
    stated |= {"pmid": texts.get("pmid", ""), "pmcid": texts.get("pmcid", "")}
    if scheme in ("pubmed", "pmid"):
        stated["pmid"] = stated["pmid"] or eprint
    elif scheme == "arxiv" or (not scheme and collect_ids({"arxiv": eprint}, ())[0]):
        stated["arxiv"] = eprint or stated["arxiv"]
    if not stated["arxiv"]:
        found = (find_arxiv(texts.get(name, "")) for name in _IN_TEXT)
        stated["arxiv"] = next((arxiv for arxiv in found if arxiv), "")
    return stated


def _find_venue(
    entry_type: str, texts: Mapping[str, str], ids: Mapping[str, str], by_key: Mapping[str, _Fields]
) -> tuple[str | None, str | None, dict[ListField, Origin]]:
    """Return the venue, the field it is from, and its origin if that is another entry."""
    is_thesis = entry_type.lower() in _THESES
    places = ("school", "institution", "publisher") if is_thesis else ("institution",)
    for name in (*_VENUES, *places, *_LAST_VENUES):
        text = read_latex(texts.get(name, ""))
        if text and not _read_url(texts[name]) and "\\url" not in texts[name]:
            is_preprint = bool(find_arxiv(text)) or (text.lower() in ("corr", "arxiv") and "arxiv" in ids)
            return ("arXiv" if is_preprint else text), name, {}
    parent = by_key.get(texts.get("crossref", "").strip().lower(), {})
    for name in ("booktitle", "title", "journal"):
        if name in parent and read_latex(parent[name].text):
            return read_latex(parent[name].text), None, {"venue": "parent"}
    return ("arXiv" if "arxiv" in ids and entry_type.lower() in _PREPRINTS else None), None, {}


_PREPRINTS: Final = frozenset({"misc", "article", "unpublished", "online", "preprint", "techreport", "report"})


def _find_year(
    texts: Mapping[str, str], origins: dict[ListField, Origin], by_key: Mapping[str, _Fields]
) -> tuple[int | None, str | None]:
    """Return the year and the field it is from; of an entry with `crossref` perhaps that of the other entry."""
    for name in ("year", "date", "eventdate"):
        if year := read_year(texts.get(name, "")):
            return year, name
    parent = by_key.get(texts.get("crossref", "").strip().lower(), {})
    for name in ("year", "date"):
        if name in parent and (year := read_year(parent[name].text)):
            origins["year"] = "parent"
            return year, None
    return None, None


def _list_links(fields: _Fields) -> Iterator[DataLink]:
    for name, value in fields.items():
        if name in LINK_FIELDS and value.place and (url := _read_url(value.text)):
            yield DataLink(name, url, LINK_FIELDS[name], value.place)


# --- names -----------------------------------------------------------------------------------------------


def _read_names(text: str) -> str | None:
    """Return the people of a field as "Ada Example, Bo Sample"; "and others" becomes "et al."."""
    names = [_read_name(name) for name in split_multiple_persons_names(" ".join(text.split()))]
    return join_names(["et al." if name.lower() == "others" else name for name in names])


def _read_name(name: str) -> str:
    """Return a name as people say it; without the number by which DBLP tells namesakes apart."""
    if _NAME_PART.match(name):
        return _join_parts(name)
    if "," not in name or (name.startswith("{") and name.endswith("}")):
        return read_latex(_NAMESAKE.sub("", name))
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except InvalidNameError:
        return read_latex(name)
    return read_latex(" ".join([*parts.first, *parts.von, *parts.last, *parts.jr]))


def _join_parts(name: str) -> str:
    """Return a name in BibLaTeX's form "family=Example, given=Ada, prefix=de"."""
    parts = dict(part.strip().split("=", 1) for part in name.split(",") if "=" in part)
    return read_latex(" ".join(parts[key].strip() for key in ("given", "prefix", "family", "suffix") if key in parts))
