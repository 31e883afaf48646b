"""Export a catalog as a list in Markdown, in a default form that `read_list` reads back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flgraph.catalog.list_export import ListedCatalog, read_listed_catalog
from flgraph.catalog.reader import read_catalog
from flgraph.errors import ListChangeError
from flgraph.files.atomic import replace_bytes, write_bytes
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


def write_readme(folder: str | Path, path: str | Path, *, force: bool = False) -> WrittenReadme:
    """Write a catalog as a list: in the bytes of the list that it was imported from, else in a default form.

    What the catalog says otherwise than that list is written into its rows; every other byte stays. If that is not
    possible, the default form is written to a new file, but no file is replaced by it.

    A file is replaced only if it holds the bytes that the last import or sync read, or those to be written: it may
    hold rows that the catalog does not know yet.

    Parameters
    ----------
    folder : str or Path
        A catalog folder, or a list.
    path : str or Path
        The file to write; `-` is standard output.
    force : bool
        Replace a file whatever it holds.

    Raises
    ------
    CatalogError
        The catalog has errors.
    ListChangeError
        The file has changed since the catalog last read it; or a change cannot be written into the rows of the list,
        and the file exists.
    OutputError
        The file cannot be written.
    """
    catalog = read_catalog(folder)
    listed = read_listed_catalog(Path(folder), catalog) if Path(folder).is_dir() else None
    held = Path(path).read_bytes() if str(path) != "-" and Path(path).is_file() else None
    data, written = _format_list(catalog, listed, path=path, is_new=held is None)
    if held is None:
        write_bytes(path, data)
        return written
    if not force and held != data:
        _refuse_changed(folder, path, held, listed.kept.data if listed else None)
    replace_bytes(path, data, before=held)
    return written


def _format_list(
    catalog: Catalog, listed: ListedCatalog | None, *, path: str | Path, is_new: bool
) -> tuple[bytes, WrittenReadme]:
    """Return the bytes of a list; raise `ListChangeError` if the default form would replace a list that people keep."""
    if listed is None:
        return format_readme(catalog).encode(), WrittenReadme()
    changes = listed.find_changes()
    try:
        return listed.patch_list(changes), WrittenReadme(tuple(changes))
    except ListChangeError as error:
        if is_new:
            return format_readme(catalog).encode(), WrittenReadme(reason=str(error))
        raise ListChangeError(
            f"{path}: would lose what only the list holds, since {error}; change the list by hand and run "
            "`flgraph sync`, or export to a new file"
        ) from error


def _refuse_changed(folder: str | Path, path: str | Path, held: bytes, kept: bytes | None) -> None:
    """Raise `ListChangeError` if a file may hold what the catalog has not read."""
    if kept is None:
        raise ListChangeError(f"{path}: exists and may hold what {folder} does not; name a new file, or add --force")
    if held != kept:
        raise ListChangeError(
            f"{path}: has changed since {folder} last read it; run `flgraph sync {path} -o {folder}` first, or name a "
            "new file"
        )


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
