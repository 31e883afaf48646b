"""Fetch papers from Semantic Scholar by id.

The service keeps the order of a batch: answer i belongs to id i. The `semanticscholar` client drops nulls, hides
outages and omits the key. Batches are therefore requested directly, and other calls of the client go through our
requester (`build_client`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import quote

from pydantic import JsonValue
from semanticscholar import SemanticScholar

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.memory import pause_collector, share_references
from flgraph.records import FIRST_SOURCE, Paper, Reference
from flgraph.sources.cache import Shelf
from flgraph.sources.faults import (
    FATAL_ERRORS,
    BadAnswerError,
    BadRequestError,
    NotFoundError,
    TooLargeError,
    blames_question,
    detach,
)
from flgraph.sources.http import MAX_TRIES, Requester
from flgraph.sources.provider import Answer, Desk
from flgraph.sources.registry import KNOWN
from flgraph.sources.semantic_scholar.records import read_paper

logger = logging.getLogger(__name__)

ABOUT: Final = KNOWN[FIRST_SOURCE]

PAPER_FIELDS: Final = (
    "corpusId",
    "externalIds",
    "title",
    "year",
    "publicationDate",
    "venue",
    "citationCount",
    "referenceCount",
    "influentialCitationCount",
    "authors.name",
    "authors.hIndex",
    "authors.citationCount",
    "authors.paperCount",
    "authors.affiliations",
    "references.externalIds",
    "references.title",
    "references.year",
)

KNOWN_PAPER: Final = "649def34f8be52c8b66281af98ae884c09aef38b"
"""The example paper of the service's specification, which the service will keep."""

BATCH_SIZE: Final = 499
"""Number of ids per request: the service accepts 500, and one of them is `KNOWN_PAPER`."""

STAGE: Final = "papers by id"
"""Name of the stage of `fetch_papers` in progress reports."""

PAPER_PATH: Final = "/graph/v1/paper/"
_NEARLY_CAPPED: Final = 9_000
_BLIND_LEVELS: Final = 3
_FEW_TRIES: Final = 3


def open_shelf(desk: Desk, kind: str, *, fields: Sequence[str] = PAPER_FIELDS) -> Shelf:
    """Return the place of a kind of record in the cache, separate for each address of the service."""
    return Shelf(f"{ABOUT.name} {desk.requester.origin}", kind, ",".join(fields), desk.max_age)


class _Reply(NamedTuple):
    """A raw record, or None for a miss; `is_cut` is true if the batch truncated its references."""

    record: JsonValue
    is_cut: bool = False


# --- by id -----------------------------------------------------------------------------------------------


@pause_collector()
def fetch_papers(ids: Sequence[str], desk: Desk) -> list[Answer]:
    """Fetch papers by id from the cache, and the others in as few requests as the limits of the service allow.

    Parameters
    ----------
    ids : Sequence of str
        Ids in the forms of the service: `ARXIV:2102.07623`, `DOI:10.1109/…`, or 40 hexadecimal digits.
    desk : Desk
        The requester and the cache.

    Returns
    -------
    list of Paper, SourceError or None
        Answer i belongs to id i. None is a miss that the service confirmed; a failure is the error.

    Raises
    ------
    SourceError
        All requests failed.
    ValueError
        An id is blank, which would make the service reject the whole batch.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     papers = fetch_papers(["ARXIV:2102.07623"], Desk(requester))
    """
    unique = list(dict.fromkeys(ids))
    if not all(paper_id.strip() for paper_id in unique):
        raise ValueError("an id is blank; leave out papers without id")
    known: dict[str, Reference] = {}
    answers: dict[str, Answer] = {}
    for chunk in _chunk(unique):
        answers |= _share(_read_known(chunk, desk), known)
    desk.requester.report(STAGE, len(answers), len(unique))
    left = [paper_id for paper_id in unique if paper_id not in answers]
    answers |= _fetch_unknown(left, desk, known, done=len(answers))
    failures = [answer for answer in answers.values() if isinstance(answer, SourceError)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    return [answers[paper_id] for paper_id in ids]


def _chunk(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH_SIZE] for start in range(0, len(ids), BATCH_SIZE))


def _fetch_unknown(ids: Sequence[str], desk: Desk, known: dict[str, Reference], *, done: int) -> dict[str, Answer]:
    """Fetch the ids that are not cached; each batch is parsed while the next one is requested."""
    fatal: SourceError | None = None
    total = done + len(ids)
    with ThreadPoolExecutor(1, "flgraph-read") as reader:
        readings = []
        for chunk in _chunk(ids):
            replies = dict.fromkeys(chunk, fatal) if fatal else _fetch_chunk(chunk, desk)
            readings.append(reader.submit(_read_replies, replies, known))
            fatal = _find_fatal(replies.values())
            done += sum(not isinstance(reply, SourceError) for reply in replies.values())
            desk.requester.report(STAGE, done, total)
    return {paper_id: answer for reading in readings for paper_id, answer in reading.result().items()}


def _read_replies(replies: Mapping[str, _Reply | SourceError], known: dict[str, Reference]) -> dict[str, Answer]:
    answers = {
        paper_id: reply if isinstance(reply, SourceError) else _read_reply(reply, paper_id)
        for paper_id, reply in replies.items()
    }
    return _share(answers, known)


def _read_reply(reply: _Reply, asked: str) -> Answer:
    answer = read_answer(reply.record, asked)
    return _mark_cut(answer) if reply.is_cut and isinstance(answer, Paper) else answer


def _share(answers: Mapping[str, Answer], known: dict[str, Reference]) -> dict[str, Answer]:
    return {
        paper_id: share_references(answer, known) if isinstance(answer, Paper) else answer
        for paper_id, answer in answers.items()
    }


def _find_fatal(replies: Iterable[_Reply | SourceError]) -> SourceError | None:
    return next((reply for reply in replies if isinstance(reply, FATAL_ERRORS)), None)


def _read_known(ids: Sequence[str], desk: Desk) -> dict[str, Answer]:
    known = desk.cache.read_records(open_shelf(desk, "paper"), ids)
    answers = {paper_id: read_answer(record, paper_id) for paper_id, record in known.items()}
    return {paper_id: answer for paper_id, answer in answers.items() if not isinstance(answer, SourceError)}


def read_answer(record: JsonValue, asked: str) -> Answer:
    """Read the paper in an answer; an unreadable answer is an error for its id only."""
    if record is None:
        return None
    try:
        return read_paper(record, asked=asked)
    except BadAnswerError as error:
        return detach(error)


def _fetch_chunk(ids: Sequence[str], desk: Desk) -> dict[str, _Reply | SourceError]:
    with desk.cache.take_turn(open_shelf(desk, "paper"), ids):
        # Another process may have cached answers meanwhile; unreadable ones are requested again.
        there = desk.cache.read_records(open_shelf(desk, "paper"), ids)
        known = {name: _Reply(record) for name, record in there.items() if not is_unreadable(record, name)}
        return {**known, **_ask([paper_id for paper_id in ids if paper_id not in known], desk)}


def is_unreadable(record: JsonValue, asked: str) -> bool:
    """Return whether the record in an answer violates the specification."""
    return isinstance(read_answer(record, asked), SourceError)


def _ask(ids: Sequence[str], desk: Desk) -> dict[str, _Reply | SourceError]:
    """Request a batch of ids; split a batch that the service cannot answer into halves and request them again.

    A bad id costs two requests per split, and only that id fails. If all eight parts of the third split fail, the
    fault is in the service, and no further requests are sent.
    """
    replies: dict[str, _Reply | SourceError] = {}
    parts = [list(ids)] if ids else []
    level = 0
    while parts:
        halves: list[list[str]] = []
        for part in parts:
            found = _ask_part(part, desk, tries=_count_tries(level, part))
            replies |= found
            if fatal := _find_fatal(found.values()):
                return {name: fatal if isinstance(reply, SourceError) else reply for name, reply in replies.items()}
            halves += _halve(part, found)
        parts = [] if level == _BLIND_LEVELS and _all_choke(replies) else halves
        level += 1
    return replies


def _count_tries(level: int, part: Sequence[str]) -> int:
    # Splitting a part that failed by chance costs less than repeating the request for every part.
    return MAX_TRIES if level == 0 else 1 if len(part) > 1 else _FEW_TRIES


def _halve(ids: list[str], found: Mapping[str, _Reply | SourceError]) -> list[list[str]]:
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


def _all_choke(replies: Mapping[str, _Reply | SourceError]) -> bool:
    return all(isinstance(reply, SourceError) and blames_question(reply) for reply in replies.values())


def _ask_part(ids: Sequence[str], desk: Desk, *, tries: int = MAX_TRIES) -> dict[str, _Reply | SourceError]:
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
    replies = {name: _Reply(record, is_cut=name in cut) for name, record in records.items()}
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


def _fetch_one(paper_id: str, desk: Desk) -> _Reply | SourceError:
    logger.info("%s: requesting it separately", paper_id)
    # The client does not quote the id, and a DOI may contain "#" or "?".
    client = build_client(desk.requester)
    try:
        found = client.get_paper(quote(paper_id, safe=":/"), fields=list(PAPER_FIELDS))
    except NotFoundError:
        return _Reply(None)
    except SourceError as error:
        return detach(error)
    except (AttributeError, LookupError, TypeError, ValueError) as error:  # the client parses before we validate
        return BadAnswerError(
            f"Semantic Scholar: {paper_id}: the record violates the specification ({type(error).__name__})"
        )
    desk.cache.write_records(open_shelf(desk, "paper"), {paper_id: found.raw_data})
    return _Reply(found.raw_data)


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


def _complete(cut: Mapping[str, int], desk: Desk) -> dict[str, _Reply]:
    """Request papers with truncated references again, in parts small enough for all of them.

    If that fails, the truncated record stays and is marked as such.
    """
    replies: dict[str, _Reply] = {}
    for part in _pack(cut):
        found = _ask_part(part, desk)
        replies |= {name: reply for name, reply in found.items() if isinstance(reply, _Reply)}
        if _find_fatal(found.values()):
            break
    return replies


def _mark_cut(paper: Paper) -> Paper:
    cut = paper.references.model_copy(update={"cut_by": "cap"})
    return paper.model_copy(update={"references": cut}) if paper.references.items else paper


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


# --- the client --------------------------------------------------------------------------------------------


def build_client(requester: Requester) -> SemanticScholar:
    """Build the `semanticscholar` client with our requester behind it.

    Raises
    ------
    SourceError
        The version of the client has other internals: it would hide outages and leak the key.
    """
    with _keep_root_logger():
        client = SemanticScholar(api_url=requester.api_url)
    inner = getattr(client, "_AsyncSemanticScholar", None)
    if inner is None or not hasattr(inner, "_requester"):
        raise SourceError("unsupported version of semanticscholar; install semanticscholar>=0.12,<0.13")
    inner._requester = _ClientRequester(requester)
    return client


@dataclass(frozen=True)
class _ClientRequester:
    """Replace `semanticscholar.ApiRequester`: send the calls of the client through our requester."""

    requester: Requester

    async def get_data_async(
        self,
        url: str,
        parameters: str,
        headers: Mapping[str, str],  # noqa: ARG002 - the client omits the key on some routes; our requester sends it
        payload: JsonValue = None,
    ) -> JsonValue:
        return self.requester.request_url(url, (parameters or "").lstrip("&"), payload)


@contextmanager
def _keep_root_logger() -> Iterator[None]:
    """Keep the client from configuring the root logger: `basicConfig` skips a logger with a handler."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
