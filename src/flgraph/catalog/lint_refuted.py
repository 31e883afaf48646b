"""Checks on refuted ids: that each is an id, and that no entry still has one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import get_args

from flgraph.catalog.problems import Location, Problem
from flgraph.catalog.refuted import find_refuted, list_own_ids
from flgraph.checks import suggest_name
from flgraph.identifiers import ID_FORMS, ID_NAMES, IdKind, clean_arxiv, clean_doi, ids_from_url, name_id, name_ids
from flgraph.records import Catalog, CatalogEntry, FoundId, RefutedId


def check_refuted(catalog: Catalog) -> Iterator[Problem]:
    """Report refuted ids that are none, those that an entry still has, and right ids that it lacks."""
    for index, entry in enumerate(catalog.entries):
        for place, refuted in enumerate(entry.refuted):
            for name in (refuted.id, *([refuted.right] if refuted.right else [])):
                message = _judge_id(name)
                if message:
                    yield Problem("entries", (index, "refuted", place), "error", message)
            missing = _find_missing(entry, refuted)
            if missing:
                message = f"`ids` lacks the right id; add {missing} to `ids`"
                yield Problem("entries", (index, "refuted", place), "warning", message)
        matches = [by_key[entry.key] for by_key in catalog.matches.values() if entry.key in by_key]
        yield from _check_entry(index, entry, find_refuted(entry, matches))


def _judge_id(name: str) -> str | None:
    kind, colon, value = name.partition(":")
    guess = "arxiv" if clean_arxiv(name) else "doi" if clean_doi(name) else None
    if guess and kind not in get_args(IdKind):
        return f"the refuted id {name!r} must name its kind; write '{name_id(guess, name)}'"
    if kind not in get_args(IdKind):
        known = get_args(IdKind)
        return f"unknown kind {kind!r} of a refuted id{suggest_name(kind, known) or '; known: ' + ', '.join(known)}"
    clean, form = ID_FORMS.get(kind, (str.strip, "its value"))
    if not colon or not clean(value):
        return f"the refuted id {name!r} is invalid; after {kind!r} and a colon, write {form}"
    return None


def _find_missing(entry: CatalogEntry, refuted: RefutedId) -> str | None:
    """Return the right id as a field of `ids`, if neither those nor the link have it, and `ids` has room for it."""
    if refuted.right is None or _judge_id(refuted.right) or name_id(*_split_id(refuted.id)) in name_ids(entry.ids):
        return None
    kind, value = _split_id(refuted.right)
    return None if kind in entry.ids or name_id(kind, value) in list_own_ids(entry) else _show_field(kind, value)


def _split_id(name: str) -> tuple[str, str]:
    """Return the kind and the value of an id, an arXiv id or DOI in normal form."""
    kind, _, value = name.partition(":")
    normal = name_id(kind, value) if kind in ID_NAMES else name  # name_id folds the case, which other ids may need
    return normal.partition(":")[0], normal.partition(":")[2]


def _show_field(kind: str, value: str) -> str:
    """Return an id as a field of `ids`, such as "`doi: 10.1000/182`"; in quotes if YAML would read a number."""
    return f'`{kind}: "{value}"`' if re.fullmatch(r"[\d.]+", value) else f"`{kind}: {value}`"


def _check_entry(index: int, entry: CatalogEntry, refuted: Mapping[str, RefutedId]) -> Iterator[Problem]:
    """Report where an entry has a refuted id: in its ids, or in its link."""
    for kind, value in entry.ids.items():
        wrong = refuted.get(name_id(kind, value))
        if wrong:
            subject = f"the {ID_NAMES.get(kind, f'{kind} id')} {value}"
            yield _describe((index, "ids", kind), subject, wrong, _advise_id(kind, entry, wrong, refuted))
    for name in sorted(name_ids(ids_from_url(entry.url or "")) & set(refuted)):
        yield _describe((index, "url"), "the link", refuted[name], _advise_link(entry, refuted[name], refuted))
        return


def _describe(location: Location, subject: str, wrong: RefutedId, advice: str) -> Problem:
    is_noted = location[1] == "url" and not isinstance(wrong, FoundId)
    reason = wrong.reason if wrong.reason.startswith("leads to ") else f"is refuted: {wrong.reason}"
    message = f"{subject} {reason.rstrip('.')}{advice}"
    return Problem("entries", location, "note" if is_noted else "warning", message)


def _advise_id(kind: str, entry: CatalogEntry, wrong: RefutedId, refuted: Mapping[str, RefutedId]) -> str:
    right = _find_right(entry, wrong, refuted)
    if right is None:
        return "; correct it, or remove it from `ids`"
    other, value = _split_id(right)
    if other == kind:
        return f"; write {value!r}"
    verb = "keep" if other in entry.ids else "use"
    return f"; remove it from `ids`, and {verb} {_show_field(other, value)}"


def _advise_link(entry: CatalogEntry, wrong: RefutedId, refuted: Mapping[str, RefutedId]) -> str:
    right = _find_right(entry, wrong, refuted)
    if not isinstance(wrong, FoundId):
        return f"; no output uses it{f', the paper is {right!r}' if right else ''}"
    named = f"the paper is {right!r}; " if right else ""
    return f"; {named}correct the link, or list {wrong.id!r} under `refuted` with the reason"


def _find_right(entry: CatalogEntry, wrong: RefutedId, refuted: Mapping[str, RefutedId]) -> str | None:
    """Return the right id: the one that the refutation names, else an arXiv id or DOI of the entry."""
    if wrong.right:
        return wrong.right
    others = [name_id(kind, entry.ids[kind]) for kind in ("doi", "arxiv") if kind in entry.ids]
    return next((name for name in others if name not in refuted), None)
