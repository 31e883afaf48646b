"""Find a section of a list by its heading, and where rows of a section without rows belong."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

from flgraph.checks import suggest_name
from flgraph.identifiers import normalize_title
from flgraph.lists.entries import ListReading, Unit

Section = tuple[str, ...]

_MOST_SHOWN: Final = 12
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_TAG: Final = re.compile(r"<[^<>]*>")
_UNDERLINE: Final = re.compile(r"\n[ \t]*(?:=+|-+)[ \t]*\Z")


def list_sections(reading: ListReading) -> list[Section]:
    r"""List the sections of a list by their headings, the outermost first, in the order of the file.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> list_sections(parse_list(b"# List\n\n## Papers\n\n### 2031\n"))
    [('List',), ('List', 'Papers'), ('List', 'Papers', '2031')]
    """
    works = {entry.unit for entry in reading.entries if entry.kind == "paper"}
    found: dict[Section, None] = {}
    for number, unit in enumerate(reading.units):
        if unit.kind != "heading":
            found[unit.section] = None
        elif number not in works:
            found[_find_own_section(reading, number)] = None
    for entry in reading.entries:
        found[entry.section] = None
    return [section for section in found if section]


def find_section(reading: ListReading, name: str) -> Section:
    r"""Return the headings of a section that is named by its last heading, or by a path such as "Papers > 2031".

    Upper and lower case count as equal. A whole path comes before a part of one.

    Raises
    ------
    ValueError
        No section has this name, or several have. The message names the choices.

    Examples
    --------
    >>> from flgraph.lists.reading import parse_list
    >>> find_section(parse_list(b"# List\n\n## Papers\n\n### 2031\n"), "papers > 2031")
    ('List', 'Papers', '2031')
    """
    known = list_sections(reading)
    for fold in (_fold_case, normalize_title):
        wanted = tuple(fold(part) for part in name.split(" > "))
        folded = {section: tuple(map(fold, section)) for section in known}
        found = [section for section, parts in folded.items() if any(wanted) and parts[-len(wanted) :] == wanted]
        whole = [section for section in found if len(section) == len(wanted)]
        if len(whole or found) == 1:
            return (whole or found)[0]
        if found:
            choices = ", ".join(format_section(section) for section in found[:_MOST_SHOWN])
            raise ValueError(f"{reading.path}: {len(found)} sections are called {name!r}; choose one of: {choices}")
    raise ValueError(f"{reading.path}: no section is called {name!r}{_suggest(name, known)}")


def format_section(section: Sequence[str]) -> str:
    """Return the path of a section as `find_section` accepts it."""
    return " > ".join(section)


def find_section_units(reading: ListReading, section: Section) -> list[Unit]:
    """List the units of a section without those of sections below it: its heading, then what is under it."""
    units = [unit for unit in reading.units if unit.kind != "heading" and unit.section == section]
    numbers = range(len(reading.units))
    headings = [number for number in numbers if reading.units[number].kind == "heading"]
    own = [reading.units[number] for number in headings if _find_own_section(reading, number) == section]
    return own[-1:] + units


def _suggest(name: str, known: Iterable[Section]) -> str:
    names = list(dict.fromkeys(section[-1] for section in known))
    near = suggest_name(name, names)
    return near or f"; its sections are: {', '.join(names[:_MOST_SHOWN])}{', ...' if names[_MOST_SHOWN:] else ''}"


def _fold_case(text: str) -> str:
    return " ".join(text.casefold().split())


def _find_own_section(reading: ListReading, number: int) -> Section:
    """Return the section that a heading opens, as the next unit below it says, else by the text of the heading."""
    unit = reading.units[number]
    following = reading.units[number + 1] if number + 1 < len(reading.units) else None
    depth = len(unit.section)
    if following and len(following.section) > depth and following.section[:depth] == unit.section:
        return following.section[: depth + 1]
    return (*unit.section, _read_heading(reading.text_at(unit.span)))


def _read_heading(text: str) -> str:
    line = _UNDERLINE.sub("", text.strip()).strip().lstrip("#").strip()
    line = re.sub(r"\s#+\Z", "", line)
    plain = _TAG.sub("", _LINK.sub(r"\1", line))
    plain = re.sub(r"\*\*?|__|`", "", re.sub(r"\\([^\w\s])", r"\1", plain))
    return " ".join(html.unescape(plain).split())
