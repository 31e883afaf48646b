"""Semantic Scholar: ask for papers by id.

The service drops and reorders nothing in a batch: answer i belongs to id i. The `semanticscholar` client
drops the nulls, hides outages and forgets the key, so batches are asked raw, and the client's own calls
go through our requester (`build_client`).
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
"""The paper that the service's own specification gives as its example, so one that it will keep."""

BATCH_SIZE: Final = 499
"""Ids asked for at once: the service takes 500, and one place is `KNOWN_PAPER`'s."""

STAGE: Final = "papers by id"
"""What `fetch_papers` is called where progress is shown."""

PAPER_PATH: Final = "/graph/v1/paper/"
_NEARLY_CAPPED: Final = 9_000
_BLIND_LEVELS: Final = 3
_FEW_TRIES: Final = 3


def open_shelf(desk: Desk, kind: str, *, fields: Sequence[str] = PAPER_FIELDS) -> Shelf:
    """Return where a kind of record is kept: a stand-in's records never stand among the service's own."""
    return Shelf(f"{ABOUT.name} {desk.requester.origin}", kind, ",".join(fields), desk.max_age)


class _Reply(NamedTuple):
    """A record as it came, None where there is none; `is_cut` where the batch had no room for its references."""

    record: JsonValue
    is_cut: bool = False


# --- by id -----------------------------------------------------------------------------------------------


@pause_collector()
def fetch_papers(ids: Sequence[str], desk: Desk) -> list[Answer]:
    """Fetch papers by id: those that the cache does not know, in as few requests as the service's limits allow.

    Parameters
    ----------
    ids : Sequence of str
        In the service's forms: `ARXIV:2102.07623`, `DOI:10.1109/…`, its own 40 hexadecimal digits.
    desk : Desk
        The requester, and the cache where answers are looked up first and kept.

    Returns
    -------
    list of Paper, SourceError or None
        Answer i belongs to id i. None is a miss that the service itself vouched for; a failure is the
        error, so that nobody takes it for a miss.

    Raises
    ------
    SourceError
        Not one id was answered.
    ValueError
        An id is blank, which would spoil the whole batch.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     papers = fetch_papers(["ARXIV:2102.07623"], Desk(requester))
    """
    unique = list(dict.fromkeys(ids))
    if not all(paper_id.strip() for paper_id in unique):
        raise ValueError("a paper's id is blank; leave out papers without id")
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
    """Return the answers to ids that the cache does not know; a batch is read while the next is on its way."""
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
    """Return the paper in an answer; an answer that cannot be read fails for its own id only."""
    if record is None:
        return None
    try:
        return read_paper(record, asked=asked)
    except BadAnswerError as error:
        return error


def _fetch_chunk(ids: Sequence[str], desk: Desk) -> dict[str, _Reply | SourceError]:
    with desk.cache.take_turn(open_shelf(desk, "paper"), ids):
        # Another process may have asked meanwhile; what cannot be read is asked for again.
        there = desk.cache.read_records(open_shelf(desk, "paper"), ids)
        known = {name: _Reply(record) for name, record in there.items() if not _is_unreadable(record, name)}
        return {**known, **_ask([paper_id for paper_id in ids if paper_id not in known], desk)}


def _is_unreadable(record: JsonValue, asked: str) -> bool:
    return isinstance(read_answer(record, asked), SourceError)


def _ask(ids: Sequence[str], desk: Desk) -> dict[str, _Reply | SourceError]:
    """Return the replies to at most a batch of ids; one that the service cannot answer is halved and asked again.

    One id that it chokes on so costs two requests for each halving, and only that id fails. Where it chokes on
    eight parts out of eight, it is the service that is broken, and nothing is gained by asking further.
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
    # A part that fails by chance is halved for nothing, which costs less than asking each part several times.
    return MAX_TRIES if level == 0 else 1 if len(part) > 1 else _FEW_TRIES


def _halve(ids: list[str], found: Mapping[str, _Reply | SourceError]) -> list[list[str]]:
    """Return the halves of a part whose ids spoiled each other's answers; none of any other."""
    error = found[ids[0]]
    spoiled = all(reply is error for reply in found.values())
    if len(ids) == 1 or not spoiled or not isinstance(error, SourceError) or not _may_be_some_id(error):
        return []
    logger.info("%s; asking for %d papers in two halves", error, len(ids))
    middle = len(ids) // 2
    return [ids[:middle], ids[middle:]]


def _may_be_some_id(error: SourceError) -> bool:
    return blames_question(error) or isinstance(error, TooLargeError) or _is_about_ids(error)


def _is_about_ids(error: SourceError) -> bool:
    """Tell whether the service knows no id of a batch. It says so, too, when one is malformed or `KNOWN_PAPER` gone."""
    return isinstance(error, BadRequestError) and "no valid paper ids" in str(error).lower()


def _all_choke(replies: Mapping[str, _Reply | SourceError]) -> bool:
    return all(isinstance(reply, SourceError) and blames_question(reply) for reply in replies.values())


def _ask_part(ids: Sequence[str], desk: Desk, *, tries: int = MAX_TRIES) -> dict[str, _Reply | SourceError]:
    """Return the replies to one request, all of them the same error where it fails.

    They are kept before they are read, so that a run that dies loses no answer.
    """
    try:
        records = _ask_batch(ids, desk.requester, tries=tries)
    except SourceError as error:
        if len(ids) == 1 and _is_about_ids(error):
            return {ids[0]: _fetch_one(ids[0], desk)}
        return dict.fromkeys(ids, error)
    cut = _find_cut(records)
    desk.cache.write_records(
        open_shelf(desk, "paper"), {name: record for name, record in records.items() if name not in cut}
    )
    replies = {name: _Reply(record, is_cut=name in cut) for name, record in records.items()}
    return {**replies, **_complete(cut, desk)}


def _ask_batch(ids: Sequence[str], requester: Requester, *, tries: int) -> dict[str, JsonValue]:
    """Return the records of one batch; with a paper in it that must be found, so that a miss is a miss."""
    asked: list[JsonValue] = [*ids, KNOWN_PAPER]
    body = requester.request_json(
        f"{PAPER_PATH}batch", parameters={"fields": ",".join(PAPER_FIELDS)}, payload={"ids": asked}, tries=tries
    )
    if not isinstance(body, list) or len(body) != len(asked):
        shape = f"{len(body)} records" if isinstance(body, list) else "no list"
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answers {len(asked)} ids with {shape}")
    if all(record is None for record in body):
        raise BadAnswerError(
            f"Semantic Scholar ({requester.host}) says it has none of {len(ids)} papers, not even its own example "
            "paper, which no working service says; try again later"
        )
    return dict(zip(ids, body[:-1], strict=True))


def _fetch_one(paper_id: str, desk: Desk) -> _Reply | SourceError:
    logger.info("%s: asking for it by itself", paper_id)
    # The client puts the id into the path as it is, and a DOI may hold a "#" or "?".
    client = build_client(desk.requester)
    try:
        found = client.get_paper(quote(paper_id, safe=":/"), fields=list(PAPER_FIELDS))
    except NotFoundError:
        return _Reply(None)
    except SourceError as error:
        return error
    except (AttributeError, KeyError, TypeError) as error:  # the client reads a record before we can check it
        return BadAnswerError(f"Semantic Scholar: {paper_id}: the record is not as specified ({error})")
    desk.cache.write_records(open_shelf(desk, "paper"), {paper_id: found.raw_data})
    return _Reply(found.raw_data)


# --- references that a batch cuts off --------------------------------------------------------------------


def _find_cut(records: Mapping[str, JsonValue]) -> dict[str, int]:
    """Return the papers whose references a batch has no more room for, and how many these are to be.

    They are the last that lists some, and those that list none though they count some.
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
    """Return how many references a record lists, and how many it counts, None where it does not say."""
    if not isinstance(record, dict):
        return 0, None
    listed, counted = record.get("references"), record.get("referenceCount")
    return len(listed) if isinstance(listed, list) else 0, counted if isinstance(counted, int) else None


def _lists_references(record: JsonValue) -> bool:
    """Tell whether a record has a list of references; null is one that the publisher keeps back."""
    return isinstance(record, dict) and record.get("references", []) is not None


def _complete(cut: Mapping[str, int], desk: Desk) -> dict[str, _Reply]:
    """Return the papers whose references were cut off, asked for again in parts that leave room for them.

    Where that fails, the record stands with what it lists, and says that it is not all.
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
    """Yield the ids in parts whose references stay together below the cap; more than that stand alone."""
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
    """Return the `semanticscholar` client with our requester behind it.

    Raises
    ------
    SourceError
        The client is of a version whose seam lies elsewhere: it would hide outages and leak the key.
    """
    with _keep_root_logger():
        client = SemanticScholar(api_url=requester.api_url)
    inner = getattr(client, "_AsyncSemanticScholar", None)
    if inner is None or not hasattr(inner, "_requester"):
        raise SourceError("this version of semanticscholar does not fit; install semanticscholar>=0.12,<0.13")
    inner._requester = _ClientRequester(requester)
    return client


@dataclass(frozen=True)
class _ClientRequester:
    """Stand in for `semanticscholar.ApiRequester`: send the client's calls through our requester."""

    requester: Requester

    async def get_data_async(
        self,
        url: str,
        parameters: str,
        headers: Mapping[str, str],  # noqa: ARG002 - the client forgets the key on some routes: ours sends it
        payload: JsonValue = None,
    ) -> JsonValue:
        return self.requester.request_url(url, (parameters or "").lstrip("&"), payload)


@contextmanager
def _keep_root_logger() -> Iterator[None]:
    """Keep the client's constructor from configuring the root logger: `basicConfig` spares one with a handler."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
