"""Export a catalog as a list in Markdown, in a default form that `read_list` reads back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from flgraph.catalog.kept_lists import find_kept_files
from flgraph.catalog.list_import import list_changes
from flgraph.catalog.reader import read_catalog
from flgraph.files.atomic import write_bytes
from flgraph.lists.writing.escaping import Place, encode_address, escape_text
from flgraph.records import Catalog, CatalogEntry, DatasetEntry

_PLACE: Final = Place()
_DATASETS: Final = "Datasets"
_CONTENTS: Final = "Contents"


def write_readme(folder: str | Path, path: str | Path) -> list[str] | None:
    """Write a catalog as a list: the bytes of the list it was imported from, if it still says the same.

    Parameters
    ----------
    folder : str or Path
        A catalog folder, or a list.
    path : str or Path
        The file to write; `-` is standard output.

    Returns
    -------
    list of str or None
        The keys of the papers that the catalog says otherwise than the list it was imported from, for which the
        default form was written; empty if the bytes of the list were written. None if there is no such list, or it
        consists of several files.

    Raises
    ------
    CatalogError
        The catalog has errors.
    OutputError
        The file cannot be written.
    """
    catalog = read_catalog(folder)
    kept = find_kept_files(Path(folder)) if Path(folder).is_dir() else []
    changed = list_changes(Path(folder), catalog) if len(kept) == 1 else None
    write_bytes(path, kept[0][0].read_bytes() if changed == [] else format_readme(catalog).encode())
    return changed


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
