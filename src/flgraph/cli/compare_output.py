"""Format the works that compare finds: for a terminal, for programs, for reference managers, and as rows of a list."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from shutil import get_terminal_size
from string import ascii_uppercase
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Final

from flgraph.checks import CONTROLS, format_count

if TYPE_CHECKING:
    from flgraph.lists.comparing import ComparedWork, SharedId

Row = dict[str, Any]
FORMS: Final = ("text", "csv", "json", "bibtex", "ris", "markdown")
WORK_FORMS: Final = ("bibtex", "ris", "markdown")
"""The forms of works alone; the others also write counts and disagreements."""

_WIDTH: Final = 100
_NARROWEST: Final = 40
_INDENT: Final = "  "


def format_rows(rows: Sequence[Row], form: str, *, raw: bool) -> str:
    """Format rows as CSV, JSON, or blocks of text; `raw` is that of `format_csv`."""
    if form == "json":
        text = json.dumps(rows, ensure_ascii=False, indent=1)
        return CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"
    if form == "text":
        return format_blocks(rows, width=choose_width())
    import pandas as pd

    from flgraph.export.spreadsheets import format_csv

    frame = pd.DataFrame(rows).astype({name: "Int64" for name in ("year",) if rows and name in rows[0]})
    return format_csv(frame, index=False, raw=raw)


def format_works(works: Iterable[ComparedWork], form: str) -> str:
    """Format works as BibTeX, RIS, or rows of a list in Markdown."""
    from flgraph.catalog.works import catalog_of_works
    from flgraph.export.bibtex import format_bibtex
    from flgraph.export.readme import format_rows as format_list_rows
    from flgraph.export.ris import format_ris
    from flgraph.graph.assemble import build_graph

    catalog = catalog_of_works((work.merge() for work in works), title="Compared works")
    if not catalog.entries:
        return ""
    if form == "markdown":
        return format_list_rows(catalog)
    writers: Mapping[str, Callable[..., str]] = {"bibtex": format_bibtex, "ris": format_ris}
    return writers[form](build_graph(catalog))


# --- rows ------------------------------------------------------------------------------------------------


def describe_work(work: ComparedWork) -> Row:
    """Return a work as a row: in how many lists it is, what the first says of it, and where it is listed."""
    first = work.first
    return {
        "lists": work.list_count,
        "title": first.title,
        "year": first.year,
        "venue": first.venue,
        "places": _describe_places(work),
        "url": first.url,
    }


def describe_titles(work: ComparedWork) -> Row:
    """Return the titles of a work as a row: those of the first list, and those of the others."""
    titles = [" / ".join(dict.fromkeys(place.title for place in listed)) for listed in work.places]
    theirs = " / ".join(dict.fromkeys(title for title in titles[1:] if title))
    return {"title": titles[0], "other_titles": theirs, "places": _describe_places(work)}


def describe_other_ids(work: ComparedWork) -> Row:
    """Return a work whose ids disagree as a row."""
    return _describe_links("other ids", [work], work.ids)


def describe_shared_id(shared: SharedId) -> Row:
    """Return an id of two works as a row."""
    return _describe_links("one id, unlike titles", shared.works, [shared.id])


def _describe_links(finding: str, works: Sequence[ComparedWork], ids: Iterable[str]) -> Row:
    return {
        "finding": finding,
        "title": works[0].title,
        "other_title": works[1].title if len(works) > 1 else None,
        "ids": "; ".join(sorted(ids)),
        "places": "; ".join(map(_describe_places, works)),
    }


def _describe_places(work: ComparedWork) -> str:
    """Return where a work is listed, such as "A line 84, B line 1203"."""
    return ", ".join(
        f"{letter} line {place.line}" if place.line else letter
        for letter, listed in zip(ascii_uppercase, work.places, strict=False)
        for place in listed
    )


# --- blocks ----------------------------------------------------------------------------------------------


def choose_width() -> int:
    """Return the width of the terminal, at most 100 columns; 100 if there is no terminal."""
    columns = get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    return max(_NARROWEST, min(columns, _WIDTH))


def format_blocks(rows: Iterable[Row], *, width: int) -> str:
    """Format each row as a block: its title, and what is known of it on lines of their own.

    Titles wrap at spaces and are never cut. Addresses stay whole, so that a terminal can open them.
    """
    return "\n".join("".join(f"{line}\n" for line in _format_block(row, width)) for row in rows)


def _format_block(row: Row, width: int) -> Iterator[str]:
    for place, text in enumerate(filter(None, _list_lines(row))):
        indent = _INDENT if place else ""
        lines = wrap(text, width, initial_indent=indent, subsequent_indent=_INDENT, break_long_words=False,
                     break_on_hyphens=False)  # fmt: skip
        yield from lines


def _list_lines(row: Row) -> Iterator[str]:
    """Yield the lines of a block before they are wrapped; empty where nothing is known."""
    yield str(row["title"])
    yield " ".join(str(row[name]) for name in ("venue", "year") if row.get(name))
    yield f"other title: {row['other_titles']}" if row.get("other_titles") else ""
    yield f"other title: {row['other_title']}" if row.get("other_title") else ""
    yield f"{row['finding']}: {row['ids']}" if "finding" in row else ""
    yield str(row.get("url") or "")
    lists = f"in {format_count(row['lists'], 'list')}: " if "lists" in row else ""
    yield f"{lists}{row['places']}"
