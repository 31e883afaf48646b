"""Read a table of papers: CSV in the dialects of spreadsheets and bibliographic databases."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flgraph.lists.blocks.decoding import DecodedText, decode_text, refuse_file
from flgraph.lists.data_files.data_records import (
    DataLink,
    DataRecord,
    UnreadPart,
    choose_separator,
    collect_ids,
    find_arxiv,
    find_year,
    is_url,
    join_names,
    make_reading,
    read_year,
    split_names,
)
from flgraph.lists.data_files.field_names import FIELD_NAMES, KIND_NAMES, LINK_FIELDS, normalize_name
from flgraph.lists.entries import ListField, ListReading, Span

_DELIMITERS: Final = ",;\t|"
_FORMULA: Final = re.compile(r"'(?=\s*[=+\-@])")
_HEAD: Final = 20_000


@dataclass(frozen=True)
class _Row:
    """A row: its cells, its place, and the place of each cell; none if they could not be told."""

    cells: list[str]
    place: Span
    places: list[Span] = field(default_factory=list)


def read_csv(data: bytes, *, name: str) -> ListReading:
    r"""Read a table with a column of titles, DOIs, ids or links; each row is a record.

    The columns may be separated by commas, semicolons, tabs or bars, and are known by their headings in any case.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, or in UTF-16 with a byte order mark.
    name : str
        The name of the file, for messages.

    Raises
    ------
    CatalogError
        The file cannot be decoded, or its first row names no such column.

    Examples
    --------
    >>> read_csv(b"Title;Year\nFedX: Learning together;2021\n", name="a.csv").entries[0].year
    2021
    """
    decoded = decode_text(data, name=name)
    delimiter, start = choose_delimiter(decoded.text)
    rows, unread = _read_rows(decoded.text, delimiter, start)
    columns = find_columns(rows[0].cells) if rows else {}
    if not _NAMING.intersection(columns):
        raise _refuse_header(decoded, rows, name)
    header, body = rows[0], rows[1:]
    repeated = [row for row in body if row.cells == header.cells]
    unread += [UnreadPart(row.place, "repeats the column names") for row in repeated]
    kept = [row for row in body if row.cells != header.cells]
    separator = choose_separator(_read_cell(row, columns.get("authors", ()))[0] for row in kept)
    records = [_make_record(row, header.cells, columns, separator) for row in kept]
    return make_reading(decoded, records, unread, name=name, form="csv", data=data)


_NAMING: Final = frozenset({"title", "doi", "arxiv", "pmid", "url"})


def _refuse_header(decoded: DecodedText, rows: Sequence[_Row], name: str) -> Exception:
    shown = ", ".join(repr(cell[:30]) for cell in rows[0].cells[:8]) if rows else "nothing"
    line = decoded.find_line(rows[0].place[0]) if rows else 1
    return refuse_file(
        name, f"the first row must name a column of titles, such as title or doi; found {shown}", line=line
    )


# --- rows ------------------------------------------------------------------------------------------------


def choose_delimiter(text: str) -> tuple[str, int]:
    """Return the delimiter by which the first row names most known columns, and where that row starts."""
    start = 0
    while (end := text.find("\n", start)) >= 0 and not text[start:end].strip():
        start = end + 1
    first = text[start : start + _HEAD].partition("\n")[0]
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:  # what Excel writes above a table
        return first[4], start + len(first) + 1
    head = text[start : start + _HEAD]

    def count(delimiter: str) -> tuple[int, int]:
        try:
            cells = next(csv.reader(head.splitlines(keepends=True), delimiter=delimiter), [])
        except csv.Error:
            return 0, 0
        return len(find_columns(cells)), len(cells)

    return max(_DELIMITERS, key=count), start


def find_columns(header: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the columns of each field by their headings, the best first."""
    names = [normalize_name(cell) for cell in header]
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        places.setdefault(name, place)
    found = {
        field: tuple(places[word] for word in dict.fromkeys(words) if word in places)
        for field, words in FIELD_NAMES.items()
    }
    if "title" in names:  # then a column "paper" or "publication" holds a link or something else
        found["title"] = (places["title"],)
    return {field: columns for field, columns in found.items() if columns}


def _read_rows(text: str, delimiter: str, start: int) -> tuple[list[_Row], list[UnreadPart]]:
    """Return the rows that hold a text, and those that are no valid CSV."""
    source = _Source(text, start)
    reader = csv.reader(source, delimiter=delimiter)
    rows: list[_Row] = []
    unread: list[UnreadPart] = []
    while True:
        begin = source.place
        try:
            cells = next(reader)
        except StopIteration:
            return rows, unread
        except csv.Error as error:
            unread.append(UnreadPart((begin, source.place), f"is no valid row ({error}); is a quote not closed?"))
            continue
        place = (begin, begin + len(text[begin : source.place].rstrip("\r\n")))
        if source.place == len(text) and text.count('"', begin) % 2 and text.count("\n", *place):
            unread.append(UnreadPart(place, "opens a quote that is not closed"))
        elif any(cell.strip() for cell in cells):
            rows.append(_Row(cells, place, _place_cells(text, place, cells, delimiter)))


class _Source:
    """The lines of a text, and the place up to which they were taken."""

    def __init__(self, text: str, place: int) -> None:
        self._text = text
        self._end = "\n" if "\n" in text else "\r"
        self.place = place

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.place >= len(self._text):
            raise StopIteration
        end = self._text.find(self._end, self.place) + 1 or len(self._text)
        line, self.place = self._text[self.place : end].replace("\0", "\ufffd"), end
        return line


def _place_cells(text: str, place: Span, cells: Sequence[str], delimiter: str) -> list[Span]:
    """Return where the text of each cell stands; nothing if the row is written in a way that csv only guesses."""
    at, places = place[0], []
    for cell in cells:
        quoted = text[at : at + 1] == '"'
        length = len(cell) + cell.count('"') if quoted else len(cell)
        inner = (at + quoted, at + quoted + length)
        written = text[inner[0] : inner[1]].replace("\0", "\ufffd")
        if (written.replace('""', '"') if quoted else written) != cell:
            return []
        after = inner[1] + quoted
        if after < place[1] and text[after] != delimiter:
            return []
        places.append((inner[0] + len(cell) - len(cell.lstrip()), inner[1] - len(cell) + len(cell.rstrip())))
        at = after + 1
    return places


# --- records ---------------------------------------------------------------------------------------------

_Columns = Mapping[str, tuple[int, ...]]


def _read_cell(row: _Row, columns: Sequence[int]) -> tuple[str, Span | None]:
    """Return the text of the first of some columns that holds one, and its place."""
    for column in columns:
        if column < len(row.cells) and (text := " ".join(row.cells[column].split())):
            return _FORMULA.sub("", text) if text[0] == "'" else text, row.places[column] if row.places else None
    return "", None


def _make_record(row: _Row, header: Sequence[str], columns: _Columns, separator: str | None) -> DataRecord:
    cells = {field: _read_cell(row, columns.get(field, ())) for field in FIELD_NAMES}
    url, url_place = _find_url(row, columns)
    titles = (_read_cell(row, (column,)) for column in columns.get("title", ()))
    title, title_place = next((cell for cell in titles if cell[0] and not is_url(cell[0])), ("", None))
    stated = {kind: cells[kind][0] for kind in ("doi", "arxiv", "pmid", "pmcid")}
    ids, doubts = collect_ids(stated, [url] if url else [])
    year = read_year(cells["year"][0])
    places: dict[ListField, Span | None] = {"title": title_place, "url": url_place}
    places |= {"venue": cells["venue"][1], "authors": cells["authors"][1], "year": _place_year(*cells["year"])}
    extra = sum(bool(cell.strip()) for cell in row.cells[len(header) :])
    if extra:
        doubts = [*doubts, f"{len(row.cells)} cells in {len(header)} columns"]
    return DataRecord(
        place=row.place,
        kind=KIND_NAMES.get(normalize_name(cells["kind"][0]), "paper"),
        title=title,
        url=url,
        venue="arXiv" if find_arxiv(cells["venue"][0]) else cells["venue"][0] or None,
        year=year,
        authors=join_names(split_names(cells["authors"][0], separator)),
        section=_read_section(row, columns),
        ids=ids,
        links=tuple(_list_links(row, header, url)),
        places={key: place for key, place in places.items() if place is not None},
        doubts=tuple(doubts),
    )


def _find_url(row: _Row, columns: _Columns) -> tuple[str | None, Span | None]:
    for column in (*columns.get("url", ()), *columns.get("title", ())):
        text, place = _read_cell(row, (column,))
        if is_url(text):
            return text, place
    return None, None


def _place_year(text: str, place: Span | None) -> Span | None:
    inside = find_year(text)
    return (place[0] + inside[0], place[0] + inside[1]) if place and inside else None


def _read_section(row: _Row, columns: _Columns) -> tuple[str, ...]:
    """Return the headings of a row, as columns such as category and subcategory name them."""
    texts = (_read_cell(row, (column,))[0] for column in columns.get("section", ()))
    return tuple(text for text in texts if text)


def _list_links(row: _Row, header: Sequence[str], url: str | None) -> Iterator[DataLink]:
    """Yield the links in columns such as code or slides."""
    for column, heading in enumerate(header):
        kind = LINK_FIELDS.get(normalize_name(heading))
        text, place = _read_cell(row, (column,))
        if kind and is_url(text) and text != url and place:
            yield DataLink(heading.strip(), text, kind, place)
