"""Export a catalog as a list in Markdown, in a default form that `read_list` reads back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flgraph.catalog.list_export import read_listed_catalog
from flgraph.catalog.reader import read_catalog
from flgraph.errors import ListChangeError
from flgraph.files.atomic import write_bytes
from flgraph.lists.writing.escaping import Place, encode_address, escape_text
from flgraph.records import Catalog, CatalogEntry, DatasetEntry

_PLACE: Final = Place()
_DATASETS: Final = "Datasets"
_CONTENTS: Final = "Contents"


@dataclass(frozen=True, slots=True)
class WrittenReadme:
    """How a catalog was written as a list.

    `changed` are the keys of the papers whose rows were changed in the list that the catalog was imported from.
    `reason` says why the default form was written in spite of such a list; else it is empty.
    """

    changed: tuple[str, ...] = ()
    reason: str = ""


def write_readme(folder: str | Path, path: str | Path) -> WrittenReadme:
    """Write a catalog as a list: in the bytes of the list that it was imported from, else in a default form.

    What the catalog says otherwise than that list is written into its rows; every other byte stays. If that is not
    possible, the default form is written to a new file, but no file is replaced by it.

    Parameters
    ----------
    folder : str or Path
        A catalog folder, or a list.
    path : str or Path
        The file to write; `-` is standard output.

    Raises
    ------
    CatalogError
        The catalog has errors.
    ListChangeError
        A change cannot be written into the rows of the list, and the file exists.
    OutputError
        The file cannot be written.
    """
    catalog = read_catalog(folder)
    listed = read_listed_catalog(Path(folder), catalog) if Path(folder).is_dir() else None
    changes = listed.find_changes() if listed else {}
    written = WrittenReadme(tuple(changes))
    try:
        data = listed.patch_list(changes) if listed else format_readme(catalog).encode()
    except ListChangeError as error:
        if str(path) != "-" and Path(path).exists():
            raise ListChangeError(
                f"{path}: would lose what only the list holds, since {error}; change the list by hand and run "
                "`flgraph sync`, or export to a new file"
            ) from error
        data, written = format_readme(catalog).encode(), WrittenReadme(reason=str(error))
    write_bytes(path, data)
    return written


def format_readme(catalog: Catalog) -> str:
    """Format a catalog as a list in Markdown: title, contents, and a bullet for each paper below its sections.

    Sections are in the order of the catalog, and so are the papers of each. A paper of several sections stands in
    all of them. Values that are not known are omitted.
    """
    sections: dict[str, list[str]] = {}
    for entry in catalog.entries:
        for name in entry.section_names:
            sections.setdefault(_join_line(name), []).append(_format_entry(entry))
    if catalog.datasets:
        sections.setdefault(_DATASETS, []).extend(map(_format_dataset, catalog.datasets))
    blocks = [f"# {_escape(catalog.title)}"]
    blocks += [f"## {_CONTENTS}", "\n".join(_list_contents([_join_line(catalog.title), _CONTENTS], list(sections)))]
    for name, rows in sections.items():
        blocks += [f"## {_escape(name)}", "\n".join(rows)]
    return "\n\n".join(blocks) + "\n"


def format_rows(catalog: Catalog) -> str:
    """Format the papers of a catalog as the bullets of a list, each once, to be added to one."""
    return "".join(f"{_format_entry(entry)}\n" for entry in catalog.entries)


def _list_contents(above: list[str], sections: list[str]) -> Iterator[str]:
    """Yield a link to each section; GitHub numbers headings with equal anchors."""
    seen = Counter(map(_name_anchor, above))
    for name in sections:
        anchor = _name_anchor(name)
        yield f"- [{_escape(name)}](#{anchor}{f'-{seen[anchor]}' if seen[anchor] else ''})"
        seen[anchor] += 1


def _name_anchor(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _format_entry(entry: CatalogEntry) -> str:
    """Format a paper as `- [Title](url) - Authors. *Venue* Year. [[code](url)]`."""
    facts = [part if part.endswith(".") else f"{part}." for part in _list_facts(entry)]
    links = " ".join(f"[[{_escape(link.label)}]({encode_address(link.url)})]" for link in entry.materials)
    tail = " ".join([*facts, *([links] if links else [])])
    return f"- {_write_title(entry.title, entry.url)}{f' - {tail}' if tail else ''}"


def _list_facts(entry: CatalogEntry) -> Iterator[str]:
    """Yield authors, venue and year; without a venue, the year is in brackets, or the last author looks like one."""
    authors = ", ".join(_escape(person.name) for person in entry.authors)
    if authors and entry.year and not entry.venue:
        yield f"{authors} ({entry.year})"
        return
    if authors:
        yield authors
    published = [f"*{_escape(entry.venue)}*" if entry.venue else "", str(entry.year or "")]
    if any(published):
        yield " ".join(filter(None, published))


def _format_dataset(dataset: DatasetEntry) -> str:
    return f"- {_write_title(dataset.name, dataset.homepage)}"


def _write_title(title: str, url: str | None) -> str:
    return f"[{_escape(title)}]({encode_address(url)})" if url else f"**{_escape(title)}**"


def _join_line(text: str) -> str:
    return " ".join(text.split())


def _escape(text: str) -> str:
    return escape_text(_join_line(text), _PLACE)
