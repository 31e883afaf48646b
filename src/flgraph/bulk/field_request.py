"""Choose the papers of a field: what was asked for, and what of it the index has."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flgraph.bulk.index_matches import match_entries
from flgraph.bulk.index_query import (
    Query,
    choose_around,
    choose_ids,
    choose_topics,
    find_numbers,
    read_source_id,
    say_missing,
)
from flgraph.checks import format_count, name_some, show_value
from flgraph.enrichment.ask import Outcome, list_nameless
from flgraph.errors import TableError
from flgraph.lists.blocks.decoding import decode_text
from flgraph.lists.data_files.plain_ids import read_id, strip_line
from flgraph.progress import Step
from flgraph.records import Catalog
from flgraph.snapshot.files import digest_catalog
from flgraph.sources.provider import PaperId

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """What is asked for: topics, ids or their file, or a catalog and hops around it; and the first year."""

    topics: tuple[str, ...] = ()
    ids: Sequence[str] | str | Path | None = None
    catalog: Catalog | None = None
    hops: int = 1
    since: int | None = None


@dataclass(frozen=True)
class Chosen:
    """The papers of the table `field`.

    Attributes
    ----------
    asked : Mapping
        What was asked for, for `field.json`.
    keys : Mapping of int to str
        The keys of a catalog by the numbers of its works; empty without a catalog.
    missing : tuple of str
        The ids that the index does not have, or the keys of a catalog without a paper.
    """

    asked: Mapping[str, Any]
    keys: Mapping[int, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def choose_papers(query: Query, request: Request) -> Chosen:
    """Make the table `field` of the papers asked for.

    Raises
    ------
    TableError
        A topic is unknown, or the index holds none of the papers.
    """
    since = {} if request.since is None else {"since": request.since}
    if request.catalog is not None:
        return _choose_around(query, request.catalog, request, since)
    if request.ids is not None:
        return _choose_ids(query, request.ids, request, since)
    names = choose_topics(query, request.topics, request.since)
    return Chosen({"topics": names, **since})


def _choose_around(query: Query, catalog: Catalog, request: Request, since: Mapping[str, int]) -> Chosen:
    matched = match_entries(query, catalog, with_links=False)
    keys = {number: key for key, numbers in matched.numbers.items() for number in numbers}
    choose_around(query, keys, request.hops, request.since)
    missing = tuple(key for key, outcome in matched.outcomes.items() if outcome.paper is None)
    wrong = [key for key in missing if _has_status(matched.outcomes[key], "review")]
    nameless = [key for key in list_nameless(catalog) if _has_status(matched.outcomes[key], "missing")]
    absent = [key for key in missing if key not in wrong and key not in nameless]
    entries = format_count(len(catalog.entries), "paper")
    if absent:
        logger.warning("%s: %s", catalog.title, say_missing(query, absent, entries))
    if nameless:
        have = "has" if len(nameless) == 1 else "have"
        logger.warning("%s: %d of %s %s no id: %s", catalog.title, len(nameless), entries, have, name_some(nameless))
    if wrong:
        logger.warning(
            "%s: the ids of %d of %s lead to other titles: %s", catalog.title, len(wrong), entries, name_some(wrong)
        )
    asked = {"around": catalog.title, "catalog_digest": digest_catalog(catalog), "hops": request.hops, **since}
    return Chosen(asked, keys, missing)


def _has_status(outcome: Outcome, status: str) -> bool:
    return outcome.match is not None and outcome.match.status == status


def _choose_ids(query: Query, given: Sequence[str] | str | Path, request: Request, since: Mapping[str, int]) -> Chosen:
    where = str(given) if isinstance(given, str | Path) else "ids"
    named = dict(_read_ids(query, given, where))
    if not named:
        remedy = "write a DOI, an arXiv id, a PubMed id or an id of"
        raise TableError(f"{where}: holds no id; {remedy} {query.about.title} on each line")
    query.report(Step("papers by id", 0, len(named)))
    numbers = find_numbers(query, (name for names in named.values() for name in names))
    found = {text: [number for name in names for number in numbers.get(name, ())] for text, names in named.items()}
    missing = tuple(text for text, there in found.items() if not there)
    query.report(Step("papers by id", len(found) - len(missing), len(named)))
    ids = format_count(len(named), "id")
    if len(missing) == len(found):
        raise TableError(f"{query.index.path}: holds none of the {ids} of {where}")
    if missing:
        logger.warning("%s: %s", where, say_missing(query, missing, ids))
    choose_ids(query, (number for there in found.values() for number in there), request.since)
    return Chosen({"ids": len(named), **since}, missing=missing)


def _read_ids(query: Query, given: Sequence[str] | str | Path, where: str) -> Iterator[tuple[str, list[PaperId]]]:
    """Yield the ids as written, and what they are; lines that hold none are left out, which the log says."""
    lines = _read_lines(given) if isinstance(given, str | Path) else list(given)
    unread = []
    for number, line in enumerate(lines, start=1):
        text = strip_line(line)
        if not text:
            continue
        names = _read_id(query, text)
        if names:
            yield text, names
        else:
            unread.append((number, text))
    if unread:
        number, text = unread[0]
        others = [str(other) for other, _ in unread[1:]]
        more = f"; nor {'is line' if len(others) == 1 else 'are lines'} {name_some(others)}" if others else ""
        logger.warning(
            "%s:%d: %s is no DOI, arXiv id, PubMed id or id of %s%s",
            where, number, show_value(text), query.about.title, more,
        )  # fmt: skip


def _read_id(query: Query, text: str) -> list[PaperId]:
    own = read_source_id(query, text)
    if own is not None:
        return [own]
    record = read_id(text)
    return [] if record is None else [PaperId(kind, value) for kind, value in record.ids.items()]


def _read_lines(path: str | Path) -> list[str]:
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error
    return decode_text(data, name=str(path)).text.splitlines()
