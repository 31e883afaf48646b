"""Keep the matches of a list with the papers that they were made for.

The papers of a list have no keys of their own, and the key that flgraph makes depends on the other rows. So each match
records the title and ids of its row, by which the next run gives the paper its key again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flgraph.catalog.kept_lists import collect_keys
from flgraph.catalog.list_catalog import import_reading
from flgraph.checks import show_value
from flgraph.identifiers import compare_titles, name_ids, normalize_title
from flgraph.lists.reading import read_list
from flgraph.records import Catalog, CatalogEntry, ListedRow, Match

logger = logging.getLogger(__name__)

_Named = tuple[str, str, Mapping[str, str]]
"""A key, and the title and ids that find it."""


def name_rows(matches: Mapping[str, Match], entries: Iterable[CatalogEntry]) -> dict[str, Match]:
    """Record in each match the row of the list that it is for; matches of other keys stay as they are.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024")
    >>> name_rows({"fedx": Match(status="missing", method="title")}, [entry])["fedx"].listed.title
    'FedX: Learning'
    """
    rows = {entry.key: ListedRow(title=entry.title, ids=entry.ids) for entry in entries}
    return {
        key: match.model_copy(update={"listed": rows[key]}) if key in rows else match for key, match in matches.items()
    }


def forget_row(match: Match) -> Match:
    """Return a match that does not say which row it is for."""
    return match.model_copy(update={"listed": None})


def read_kept_rows(path: str | Path, matches: Mapping[str, Mapping[str, Match]], where: Path) -> Catalog:
    """Read a list as a catalog that gives each paper the key it has in `matches`; `where` is the file that holds them.

    A key that is kept for another paper is given to no row. If a person decided on that paper, a warning names it.

    Raises
    ------
    CatalogError
        The list cannot be read, or names no paper.
    """
    reading = read_list(path)
    fresh = import_reading(reading)[0]
    by_key: dict[str, list[Match]] = {}
    for source in matches.values():
        for key, match in source.items():
            by_key.setdefault(key, []).append(match)
    if not by_key:
        return fresh
    kept = import_reading(reading, known=collect_keys(_name_keys(by_key, fresh)))[0]
    _warn_of_lost(by_key, fresh, kept, where)
    return kept


def _name_keys(matches: Mapping[str, list[Match]], fresh: Catalog) -> Iterator[_Named]:
    """Yield what finds the key of each match among the rows of a list: first what it recorded, then what is like it."""
    holders = {entry.key: entry for entry in fresh.entries}
    titles = {normalize_title(entry.title): entry for entry in fresh.entries}
    new = {title: entry for title, entry in titles.items() if entry.key not in matches}
    owners = {name: entry for entry in fresh.entries for name in name_ids(entry.ids)}
    edited: list[_Named] = []
    for key, found in matches.items():
        row = next((match.listed for match in found if match.listed), None)
        if row is None:
            yield from _name_unrecorded(key, found, holders, new)
            continue
        ids = {kind: value for kind, value in row.ids.items()
               if all(_may_be(row, owners.get(name)) for name in name_ids({kind: value}))}  # fmt: skip
        yield key, row.title, ids
        is_found = normalize_title(row.title) in titles or not name_ids(ids).isdisjoint(owners)
        if not is_found and key in holders and _is_edited(row, holders[key]):
            edited.append((key, holders[key].title, {}))
    yield from edited


def _name_unrecorded(
    key: str, found: Iterable[Match], holders: Mapping[str, CatalogEntry], new: Mapping[str, CatalogEntry]
) -> Iterator[_Named]:
    """Yield what finds the key of a match of an older version, which recorded no row: the row that would have the key.

    If the accepted record has exactly the title of a row whose own key is new, the key is that row's.
    """
    seen = [normalize_title(match.title_seen) for match in found if match.status == "accepted" and match.title_seen]
    other = next((new[title] for title in seen if title in new), None)
    holder = holders.get(key)
    if other is not None and other.key.startswith(f"{key}-"):
        yield key, other.title, other.ids
    elif holder is not None:
        yield key, holder.title, holder.ids


def _may_be(row: ListedRow, entry: CatalogEntry | None) -> bool:
    """Return whether a row with an id of an earlier one may be its paper: another number in the title is another."""
    return entry is None or "number" not in compare_titles(row.title, entry.title).differing


def _is_edited(row: ListedRow, entry: CatalogEntry) -> bool:
    """Return whether an entry is a row after an edit of its title: the spelling, or what follows its acronym."""
    ids = ((value, entry.ids.get(kind, value)) for kind, value in row.ids.items())
    if any(one.casefold() != other.casefold() for one, other in ids):
        return False
    compared = compare_titles(row.title, entry.title)
    return compared.is_near or (compared.same_acronym and not compared.differing)


def _warn_of_lost(matches: Mapping[str, list[Match]], fresh: Catalog, kept: Catalog, where: Path) -> None:
    """Warn of decisions of people on papers that no row fits, where a row would have their key."""
    keys = {entry.key for entry in kept.entries}
    for key in sorted({entry.key for entry in fresh.entries} & (matches.keys() - keys)):
        row = next((match.listed for match in matches[key] if match.listed), None)
        if row is not None and any(match.decided_by == "person" for match in matches[key]):
            logger.warning(
                "%s: the decision on %s is for %s, not in the list; if its row was rewritten, correct `listed`",
                where, key, show_value(row.title),
            )  # fmt: skip
