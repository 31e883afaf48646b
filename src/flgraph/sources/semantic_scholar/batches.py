"""Request batches of papers by id, and split those that the service cannot answer or truncates.

The service keeps the order of a batch: answer i belongs to id i. The `semanticscholar` client drops nulls, so batches
are requested directly.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from pydantic import JsonValue

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BadRequestError,
    NotFoundError,
    TooLargeError,
    blames_question,
    detach,
)
from flgraph.sources.http import Requester
from flgraph.sources.patience import MAX_TRIES
from flgraph.sources.provider import Desk
from flgraph.sources.semantic_scholar.client import build_client
from flgraph.sources.semantic_scholar.questions import KNOWN_PAPER, PAPER_FIELDS, PAPER_PATH, open_shelf

logger = logging.getLogger(__name__)

_NEARLY_CAPPED: Final = 9_000
_BLIND_LEVELS: Final = 3
_FEW_TRIES: Final = 3


class RawReply(NamedTuple):
    """A raw record, or None for a miss; `is_cut` is true if the batch truncated its references."""

    record: JsonValue
    is_cut: bool = False


def find_fatal(replies: Iterable[RawReply | SourceError]) -> SourceError | None:
    """Return the first error that the next request would meet as well, if any."""
    return next((reply for reply in replies if isinstance(reply, FATAL_ERRORS)), None)


def ask_ids(ids: Sequence[str], desk: Desk) -> dict[str, RawReply | SourceError]:
    """Request a batch of ids; split a batch that the service cannot answer into halves and request them again.

    A bad id costs two requests per split, and only that id fails. If all eight parts of the third split fail, the
    fault is in the service, and no further requests are sent.
    """
    replies: dict[str, RawReply | SourceError] = {}
    parts = [list(ids)] if ids else []
    level = 0
    while parts:
        halves: list[list[str]] = []
        for part in parts:
            found = _ask_part(part, desk, tries=_count_tries(level, part))
            replies |= found
            if fatal := find_fatal(found.values()):
                return {name: fatal if isinstance(reply, SourceError) else reply for name, reply in replies.items()}
            halves += _halve(part, found)
        parts = [] if level == _BLIND_LEVELS and _all_choke(replies) else halves
        level += 1
    return replies


def _count_tries(level: int, part: Sequence[str]) -> int:
    # Splitting a part that failed by chance costs less than repeating the request for every part.
    return MAX_TRIES if level == 0 else 1 if len(part) > 1 else _FEW_TRIES


def _halve(ids: list[str], found: Mapping[str, RawReply | SourceError]) -> list[list[str]]:
    """Split a part that failed as a whole because of some id; return no halves otherwise."""
    error = found[ids[0]]
    spoiled = all(reply is error for reply in found.values())
    if len(ids) == 1 or not spoiled or not isinstance(error, SourceError) or not _may_be_some_id(error):
        return []
    logger.info("%s; requesting %d papers again in two halves", error, len(ids))
    middle = len(ids) // 2
    return [ids[:middle], ids[middle:]]


def _may_be_some_id(error: SourceError) -> bool:
    return blames_question(error) or isinstance(error, TooLargeError) or _is_about_ids(error)


def _is_about_ids(error: SourceError) -> bool:
    """Return whether the service knows no id of a batch; it also says so if one id is malformed."""
    return isinstance(error, BadRequestError) and "no valid paper ids" in str(error).lower()


def _all_choke(replies: Mapping[str, RawReply | SourceError]) -> bool:
    return all(isinstance(reply, SourceError) and blames_question(reply) for reply in replies.values())


def _ask_part(ids: Sequence[str], desk: Desk, *, tries: int = MAX_TRIES) -> dict[str, RawReply | SourceError]:
    """Send one request for some ids; if it fails, return its error for each id.

    Answers are cached before they are parsed, so that an interrupted run loses none.
    """
    try:
        records = _ask_batch(ids, desk.requester, tries=tries)
    except SourceError as error:
        if len(ids) == 1 and _is_about_ids(error):
            return {ids[0]: _fetch_one(ids[0], desk)}
        return dict.fromkeys(ids, detach(error))
    cut = _find_cut(records)
    desk.cache.write_records(
        open_shelf(desk, "paper"), {name: record for name, record in records.items() if name not in cut}
    )
    replies = {name: RawReply(record, is_cut=name in cut) for name, record in records.items()}
    return {**replies, **_complete(cut, desk)}


def _ask_batch(ids: Sequence[str], requester: Requester, *, tries: int) -> dict[str, JsonValue]:
    """Request one batch and `KNOWN_PAPER`, which must be found, so that misses can be trusted."""
    asked: list[JsonValue] = [*ids, KNOWN_PAPER]
    body = requester.request_json(
        f"{PAPER_PATH}batch", parameters={"fields": ",".join(PAPER_FIELDS)}, payload={"ids": asked}, tries=tries
    )
    if not isinstance(body, list) or len(body) != len(asked):
        shape = format_count(len(body), "record") if isinstance(body, list) else "no list"
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answered {len(asked)} ids with {shape}")
    if all(record is None for record in body):
        raise BadAnswerError(
            f"Semantic Scholar ({requester.host}) found none of {format_count(len(ids), 'paper')}, and not even the "
            "example paper of its documentation; it is not working correctly, try again later"
        )
    if _count_misplaced([*ids, KNOWN_PAPER], body) > 1:
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answered {len(asked)} ids in another order")
    return dict(zip(ids, body[:-1], strict=True))


def _count_misplaced(asked: Sequence[str], body: Sequence[JsonValue]) -> int:
    """Count the records that are not of their id but of another one, which has a different record.

    A record that merged others names only some of its ids, so a record without its id is no evidence by itself.
    """
    places = {name.lower(): place for place, name in enumerate(asked)}
    named = [_list_names(record) for record in body]
    return sum(
        any(name in places and named[places[name]][:1] != own[:1] for name in own)
        for asked_id, own in zip(asked, named, strict=True)
        if own and asked_id.lower() not in own
    )


def _list_names(record: JsonValue) -> list[str]:
    """Return the ids of a record in the forms of requests, in lower case, its own id first."""
    if not isinstance(record, dict):
        return []
    external = record.get("externalIds")
    ids = external if isinstance(external, dict) else {}
    return [str(record.get("paperId")).lower(), *(f"{kind}:{value}".lower() for kind, value in ids.items())]


def _fetch_one(paper_id: str, desk: Desk) -> RawReply | SourceError:
    logger.info("%s: requesting it separately", paper_id)
    # The client does not quote the id, and a DOI may contain "#" or "?".
    client = build_client(desk.requester)
    try:
        found = client.get_paper(quote(paper_id, safe=":/"), fields=list(PAPER_FIELDS))
    except NotFoundError:
        return RawReply(None)
    except SourceError as error:
        return detach(error)
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # the client parses before we validate
        return BadAnswerError(
            f"Semantic Scholar: {paper_id}: the record violates the specification ({type(error).__name__})"
        )
    desk.cache.write_records(open_shelf(desk, "paper"), {paper_id: found.raw_data})
    return RawReply(found.raw_data)


# --- truncated references --------------------------------------------------------------------------------


def _find_cut(records: Mapping[str, JsonValue]) -> dict[str, int]:
    """Find the papers whose references the batch truncated, with the number of references each of them has.

    These are the last paper with references, and papers without references whose count is above zero.
    """
    listed = {name: _count_references(record) for name, record in records.items()}
    if len(records) == 1 or sum(found for found, _ in listed.values()) < _NEARLY_CAPPED:
        return {}
    last = [name for name, (found, _) in listed.items() if found][-1]
    return {
        name: counted or 0
        for name, (found, counted) in listed.items()
        if (counted != 0 and found == 0 and _lists_references(records[name]))
        or (name == last and found < (counted or 0))
    }


def _count_references(record: JsonValue) -> tuple[int, int | None]:
    """Return the number of references a record lists and the number it counts, or None if it has no count."""
    if not isinstance(record, dict):
        return 0, None
    listed, counted = record.get("references"), record.get("referenceCount")
    return len(listed) if isinstance(listed, list) else 0, counted if isinstance(counted, int) else None


def _lists_references(record: JsonValue) -> bool:
    """Return whether a record has a list of references; null means that the publisher withholds it."""
    return isinstance(record, dict) and record.get("references", []) is not None


def _complete(cut: Mapping[str, int], desk: Desk) -> dict[str, RawReply]:
    """Request papers with truncated references again, in parts small enough for all of them.

    If that fails, the truncated record stays and is marked as such.
    """
    replies: dict[str, RawReply] = {}
    for part in _pack(cut):
        found = _ask_part(part, desk)
        replies |= {name: reply for name, reply in found.items() if isinstance(reply, RawReply)}
        if find_fatal(found.values()):
            break
    return replies


def _pack(counts: Mapping[str, int]) -> Iterator[list[str]]:
    """Yield ids in parts whose references fit below the cap; a larger paper forms its own part."""
    part: list[str] = []
    room = _NEARLY_CAPPED
    for name, needed in counts.items():
        if part and needed >= room:
            yield part
            part, room = [], _NEARLY_CAPPED
        part.append(name)
        room -= needed
    if part:
        yield part
