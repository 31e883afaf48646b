"""Choose the form of a list by its ending and its content, and read data files by their form."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final

from flgraph.lists.data_files.csv_table import choose_delimiter, find_columns, read_csv
from flgraph.lists.data_files.plain_ids import read_id, read_plain_ids, strip_line
from flgraph.lists.entries import ListForm, ListReading

Reader = Callable[..., ListReading]

_ENDINGS: Final[Mapping[str, ListForm]] = {
    ".bib": "bibtex", ".bibtex": "bibtex", ".biblatex": "bibtex",
    ".nbib": "ris", ".ris": "ris",
    ".csv": "csv", ".tsv": "csv", ".tab": "csv",
    ".yaml": "yaml", ".yml": "yaml", ".json": "yaml", ".csl": "yaml",
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown", ".html": "markdown",
    ".htm": "markdown",
}  # fmt: skip
_BIBTEX: Final = re.compile(r"^[ \t]{0,9}@[A-Za-z]{2,30}[ \t]{0,9}[{(]", re.MULTILINE)
_RIS: Final = re.compile(r"^[ \t]{0,9}TY {1,2}- ", re.MULTILINE)
_YAML: Final = re.compile(r"^(?:- )?[ ]{0,9}(?:title|doi|url|papers):(?: |$)", re.MULTILINE)
_HEAD: Final = 20_000
_LEAST_COLUMNS: Final = 2


def find_reader(form: ListForm) -> Reader:
    """Return the reader of a form: a function of the bytes and, by keyword, the name of the file.

    Parsers of other forms, which are slow to load, are not imported.
    """
    if form == "bibtex":
        from flgraph.lists.data_files.bibtex import read_bibtex

        return read_bibtex
    if form == "ris":
        from flgraph.lists.data_files.ris import read_ris

        return read_ris
    if form == "yaml":
        from flgraph.lists.data_files.yaml_titles import read_yaml_titles

        return read_yaml_titles
    if form in ("csv", "ids"):
        return read_csv if form == "csv" else read_plain_ids
    from flgraph.lists.drafting.markdown_list import read_markdown_list

    return read_markdown_list


def find_form(name: str, data: bytes) -> ListForm:
    r"""Return the form of a list: by the ending of its name, else by how its text starts.

    A file of ids has any other ending, such as `.txt`, and mostly lines that are ids or links. What looks like no
    data file is Markdown.

    Examples
    --------
    >>> find_form("ids.txt", b"10.5555/abc\narXiv:2912.00001\n")
    'ids'
    """
    known = _ENDINGS.get(PurePath(name).suffix.lower())
    if known is not None:
        return known
    text = _decode_head(data[:_HEAD])
    lines = [kept for line in text.splitlines()[: 1 + text.count("\n")] if (kept := strip_line(line))]
    if sum(read_id(line) is not None for line in lines) * 2 > len(lines):
        return "ids"
    patterns: Mapping[ListForm, re.Pattern[str]] = {"bibtex": _BIBTEX, "ris": _RIS, "yaml": _YAML}
    found = {form: match.start() for form, pattern in patterns.items() if (match := pattern.search(text))}
    if found:
        return min(found, key=lambda form: found[form])
    return "csv" if _is_table(text) else "markdown"


def _decode_head(data: bytes) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return data.decode("utf-8-sig", "replace")


def _is_table(text: str) -> bool:
    """Return whether the first row names a column of titles or DOIs, and at least one other known column."""
    delimiter, start = choose_delimiter(text)
    first = text[start:].partition("\n")[0]
    columns = find_columns([cell.strip('" \r') for cell in first.split(delimiter)])
    return not first.startswith("|") and len(columns) >= _LEAST_COLUMNS and bool({"title", "doi"} & columns.keys())
