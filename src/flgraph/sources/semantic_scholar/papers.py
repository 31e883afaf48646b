"""Fetch papers from Semantic Scholar by id, from the cache or in batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from pydantic import JsonValue

from flgraph.errors import SourceError
from flgraph.memory import pause_collector, share_references
from flgraph.records import Paper, Reference
from flgraph.sources.faults import BadAnswerError, detach
from flgraph.sources.provider import Answer, Desk
from flgraph.sources.semantic_scholar.batches import RawReply, ask_ids, find_fatal
from flgraph.sources.semantic_scholar.questions import BATCH_SIZE, open_shelf
from flgraph.sources.semantic_scholar.records import read_paper

STAGE: Final = "papers by id"
"""Name of the stage of `fetch_papers` in progress reports."""


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
            fatal = find_fatal(replies.values())
            done += sum(not isinstance(reply, SourceError) for reply in replies.values())
            desk.requester.report(STAGE, done, total)
    return {paper_id: answer for reading in readings for paper_id, answer in reading.result().items()}


def _read_replies(replies: Mapping[str, RawReply | SourceError], known: dict[str, Reference]) -> dict[str, Answer]:
    answers = {
        paper_id: reply if isinstance(reply, SourceError) else _read_reply(reply, paper_id)
        for paper_id, reply in replies.items()
    }
    return _share(answers, known)


def _read_reply(reply: RawReply, asked: str) -> Answer:
    answer = read_answer(reply.record, asked)
    return _mark_cut(answer) if reply.is_cut and isinstance(answer, Paper) else answer


def _mark_cut(paper: Paper) -> Paper:
    cut = paper.references.model_copy(update={"cut_by": "cap"})
    return paper.model_copy(update={"references": cut}) if paper.references.items else paper


def _share(answers: Mapping[str, Answer], known: dict[str, Reference]) -> dict[str, Answer]:
    return {
        paper_id: share_references(answer, known) if isinstance(answer, Paper) else answer
        for paper_id, answer in answers.items()
    }


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


def _fetch_chunk(ids: Sequence[str], desk: Desk) -> dict[str, RawReply | SourceError]:
    with desk.cache.take_turn(open_shelf(desk, "paper"), ids):
        # Another process may have cached answers meanwhile; unreadable ones are requested again.
        there = desk.cache.read_records(open_shelf(desk, "paper"), ids)
        known = {name: RawReply(record) for name, record in there.items() if not is_unreadable(record, name)}
        return {**known, **ask_ids([paper_id for paper_id in ids if paper_id not in known], desk)}


def is_unreadable(record: JsonValue, asked: str) -> bool:
    """Return whether the record in an answer violates the specification."""
    return isinstance(read_answer(record, asked), SourceError)
