"""Find control characters in a catalog: they would drive a terminal, or hide what a text says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, Literal

from flgraph.catalog.problems import Location, Problem, say_subject
from flgraph.catalog.yaml_files import Document
from flgraph.checks import CONTROLS, escape_control


def find_controls(field: str, document: Document, level: Literal["warning", "note"]) -> Iterator[Problem]:
    """Yield a problem for each text and each name of a file that contains control characters."""
    if "\\" not in document.text and not CONTROLS.search(document.text):  # most files are plain
        return
    for location, text in _walk((), document.data):
        first = {found.group(): found.start() + 1 for found in reversed(list(CONTROLS.finditer(text)))}
        if first:
            seen = ", ".join(
                f"{name_control(one)} at character {place}" for one, place in sorted(first.items(), key=itemgetter(1))
            )
            remedy = f"remove {'it' if len(first) == 1 else 'them'}"
            yield Problem(field, location, level, f"{say_subject(location)} contains {seen}; {remedy}", code="C102")


def name_control(character: str) -> str:
    r"""Return a control character in words, such as "\u202e (right-to-left override)"."""
    return f"{escape_control(character)} ({unicodedata.name(character, 'control character').lower()})"


def _walk(location: Location, value: Any) -> Iterator[tuple[Location, str]]:
    """Yield each text in plain data, and each name of a mapping, with its location."""
    if isinstance(value, str):
        yield location, value
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from ((((*location, name), name),) if isinstance(name, str) else ())
            yield from _walk((*location, name), part)
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _walk((*location, place), part)
