"""Add suggested papers to a list, as rows of the section where they may belong, or to a catalog as entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from flgraph.analysis.suggestion_report import Suggestion
from flgraph.analysis.suggestions_file import Candidate, make_entries
from flgraph.catalog.list_catalog import import_reading
from flgraph.catalog.reader import read_catalog
from flgraph.catalog.writer import write_catalog
from flgraph.checks import show_value
from flgraph.errors import ListChangeError
from flgraph.files.atomic import write_bytes
from flgraph.lists.entries import ListReading
from flgraph.lists.lint.known_works import find_held
from flgraph.lists.reading import parse_list, read_list
from flgraph.lists.writing.new_rows import NewWork, plan_addition
from flgraph.lists.writing.sections import format_section
from flgraph.records import CatalogEntry


def list_sections_by_key(reading: ListReading) -> dict[str, list[str]]:
    """List the sections of each work of a list, by its key in the catalog that is made of the list."""
    sections: dict[str, list[str]] = defaultdict(list)
    for row in import_reading(reading)[1]:
        if row.row.section:
            sections[row.key].append(format_section(row.row.section))
    return dict(sections)


def add_rows(path: str | Path, suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """Add suggestions to a list in Markdown, each in the form of the rows of its section.

    Returns
    -------
    list of Suggestion
        The suggestions in their order; `refusal` says why a paper was not added.

    Raises
    ------
    CatalogError
        The list cannot be read.
    ListChangeError
        The list was changed in the meantime; nothing is written.
    OutputError
        The list cannot be written; it is unchanged.
    """
    first = reading = read_list(path)
    done = []
    for one in suggestions:
        try:
            reading = _add_row(reading, one)
        except (ListChangeError, ValueError) as error:
            done.append(
                one.refuse(str(error).removeprefix(f"{reading.path}: ").removesuffix("; the list is unchanged"))
            )
        else:
            done.append(one)
    if reading.data != first.data:
        if Path(path).read_bytes() != first.data:
            raise ListChangeError(f"{path}: has changed in the meantime; run the command again")
        write_bytes(Path(path), reading.data)
    return done


def _add_row(reading: ListReading, one: Suggestion) -> ListReading:
    if one.url is None or one.section is None:
        raise ValueError("no address is known" if one.url is None else "the papers linked to it are in no section")
    work = NewWork(title=one.title, url=one.url, venue=one.venue, year=one.year)
    if held := find_held(reading, work):
        raise ListChangeError(f"the list holds it already, on line {held.line}: {show_value(held.title)}")
    added = plan_addition(reading, work, section=one.section)
    return parse_list(added.data, name=reading.path)


def add_entries(folder: str | Path, suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Add suggestions to papers.yaml of a catalog, in the section where they may belong, else in "Suggested".

    Raises
    ------
    CatalogError
        The catalog cannot be read or written.
    OutputError
        A file cannot be written; all are unchanged.
    """
    catalog = read_catalog(folder)
    candidates = [
        Candidate(paper=one.node, title=one.title, year=one.year, ids=dict(one.ids), section=one.section)
        for one in suggestions
    ]
    made = make_entries(candidates, [entry.key for entry in catalog.entries])
    entries = (*catalog.entries, *map(CatalogEntry.model_validate, made))
    if made:
        write_catalog(catalog.model_copy(update={"entries": entries}), folder)
    return list(suggestions)
