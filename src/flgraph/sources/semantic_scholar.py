"""Semantic Scholar: ask for papers by id, and read what it says of them into records.

The service drops and reorders nothing in a batch: answer i belongs to id i. The `semanticscholar` client
drops the nulls, hides outages and forgets the key, so batches are asked raw, and the client's own calls
go through our requester (`build_client`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Final
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from semanticscholar import SemanticScholar

from flgraph.errors import SourceError
from flgraph.identifiers import clean_arxiv, clean_doi
from flgraph.model import Author, Listing, Paper, Reference
from flgraph.sources.transport import (
    SYSTEM_CLOCK,
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    Clock,
    NotFoundError,
    RateLimitError,
    Requester,
    UnreachableError,
)

logger = logging.getLogger(__name__)

NAME: Final = "semantic_scholar"
API_URL: Final = "https://api.semanticscholar.org"

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

Answer = Paper | SourceError | None
"""What is known of an id: its record, why the question failed, or None where there is no such record."""

_PAPER_PATH: Final = "/graph/v1/paper/"
_FATAL: Final = (UnreachableError, RateLimitError, BadKeyError)
_ID_KINDS: Final = {
    "ArXiv": "arxiv",
    "DOI": "doi",
    "DBLP": "dblp",
    "ACL": "acl",
    "PubMed": "pmid",
    "PubMedCentral": "pmcid",
    "MAG": "mag",
}
_YEARS: Final = range(1800, 2201)


# --- asking ----------------------------------------------------------------------------------------------


def open_requester(
    *,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float = 1.0,
    max_wait: float = 300.0,
    timeout: float = 30.0,
    clock: Clock = SYSTEM_CLOCK,
) -> Requester:
    """Return what asks Semantic Scholar, or whoever stands in for it at `api_url`; close it after use."""
    return Requester(
        "Semantic Scholar",
        api_url or API_URL,
        api_key=api_key,
        key_name="SEMANTIC_SCHOLAR_API_KEY",
        rate=rate,
        max_wait=max_wait,
        timeout=timeout,
        clock=clock,
    )


def fetch_papers(ids: Sequence[str], *, requester: Requester) -> list[Answer]:
    """Fetch papers by id.

    Parameters
    ----------
    ids : Sequence of str
        In the service's forms: `ARXIV:2102.07623`, `DOI:10.1109/…`, its own 40 hexadecimal digits.
    requester : Requester
        From `open_requester`.

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
    >>> with open_requester() as requester:  # doctest: +SKIP
    ...     papers = fetch_papers(["ARXIV:2102.07623"], requester=requester)
    """
    unique = list(dict.fromkeys(ids))
    if not all(paper_id.strip() for paper_id in unique):
        raise ValueError("a paper's id is blank; leave out papers without id")
    answers: dict[str, Answer] = {}
    fatal: SourceError | None = None
    for start in range(0, len(unique), BATCH_SIZE):
        chunk = unique[start : start + BATCH_SIZE]
        found = _repeat(fatal, chunk) if fatal else _fetch_chunk(chunk, requester)
        answers.update(zip(chunk, found, strict=True))
        fatal = next((answer for answer in found if isinstance(answer, _FATAL)), None)
    failures = [answer for answer in answers.values() if isinstance(answer, SourceError)]
    if failures and len(failures) == len(answers):
        raise failures[0]
    return [answers[paper_id] for paper_id in ids]


def _repeat(error: SourceError, ids: Sequence[str]) -> list[Answer]:
    return [error for _ in ids]


def _fetch_chunk(ids: Sequence[str], requester: Requester) -> list[Answer]:
    try:
        return _fetch_batch(ids, requester)
    except BadRequestError as error:
        # The service says so when it knows no id of a batch, but also when one is malformed or the known
        # paper is gone: nothing is missing until it was asked for by itself.
        if "no valid paper ids" not in str(error).lower():
            return _repeat(error, ids)
        logger.info("%s; asking for %d papers one by one", error, len(ids))
        return list(_fetch_singly(ids, requester))
    except SourceError as error:
        return _repeat(error, ids)


def _fetch_batch(ids: Sequence[str], requester: Requester) -> list[Answer]:
    """Return the answers of one batch; with a paper in it that must be found, so that a miss is a miss."""
    asked: list[JsonValue] = [*ids, KNOWN_PAPER]
    body = requester.request_json(
        f"{_PAPER_PATH}batch", parameters={"fields": ",".join(PAPER_FIELDS)}, payload={"ids": asked}
    )
    if not isinstance(body, list) or len(body) != len(asked):
        shape = f"{len(body)} records" if isinstance(body, list) else "no list"
        raise BadAnswerError(f"Semantic Scholar ({requester.host}) answers {len(asked)} ids with {shape}")
    if all(record is None for record in body):
        raise BadAnswerError(
            f"Semantic Scholar ({requester.host}) says it has none of {len(ids)} papers, not even its own example "
            "paper, which no working service says; try again later"
        )
    return [_read_answer(record, paper_id) for paper_id, record in zip(ids, body[:-1], strict=True)]


def _fetch_singly(ids: Iterable[str], requester: Requester) -> Iterator[Answer]:
    fatal: SourceError | None = None
    for paper_id in ids:
        answer = fatal or _fetch_one(paper_id, requester)
        fatal = answer if isinstance(answer, _FATAL) else None
        yield answer


def _fetch_one(paper_id: str, requester: Requester) -> Answer:
    # The client puts the id into the path as it is, and a DOI may hold a "#" or "?".
    client = build_client(requester)
    try:
        found = client.get_paper(quote(paper_id, safe=":/"), fields=list(PAPER_FIELDS))
    except NotFoundError:
        return None
    except SourceError as error:
        return error
    except (AttributeError, KeyError, TypeError) as error:  # the client reads a record before we can check it
        return BadAnswerError(f"Semantic Scholar: {paper_id}: the record is not as specified ({error})")
    return _read_answer(found.raw_data, paper_id)


def _read_answer(record: JsonValue, paper_id: str) -> Answer:
    """Return the paper in an answer; an answer that cannot be read fails for its own id only."""
    if record is None:
        return None
    try:
        return read_paper(record, asked=paper_id)
    except BadAnswerError as error:
        return error


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
    inner._requester = requester
    return client


@contextmanager
def _keep_root_logger() -> Iterator[None]:
    """Keep the client's constructor from configuring the root logger: `basicConfig` spares one with a handler."""
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


# --- reading -----------------------------------------------------------------------------------------------


def _drop_unknown(value: object) -> object:
    """Return a JSON object without what says nothing: nulls and blank texts, which here are the same."""
    if not isinstance(value, Mapping):
        return value
    return {name: item for name, item in value.items() if item is not None and not _is_blank(item)}


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


class _Answered(BaseModel):
    """A JSON object of the service: unknown names are new fields, a wrong type is an error."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_unknown(cls, value: object) -> object:
        return _drop_unknown(value)


def _drop_nulls(value: object) -> object:
    return [item for item in value if item is not None] if isinstance(value, list) else value


_Ids = Annotated[dict[str, str | int], BeforeValidator(_drop_unknown)]
_Number = Annotated[int, Field(ge=0)]
_WithoutNulls = BeforeValidator(_drop_nulls)


class _AnsweredAuthor(_Answered):
    author_id: str | None = None
    name: str | None = None
    h_index: _Number | None = None
    citation_count: _Number | None = None
    paper_count: _Number | None = None
    affiliations: Annotated[list[str], _WithoutNulls] = []


class _AnsweredReference(_Answered):
    paper_id: str | None = None
    external_ids: _Ids = {}
    title: str | None = None
    year: int | None = None


class _AnsweredPaper(_Answered):
    paper_id: str
    corpus_id: int | None = None
    external_ids: _Ids = {}
    title: str | None = None
    year: int | None = None
    publication_date: str | None = None
    venue: str | None = None
    citation_count: _Number | None = None
    reference_count: _Number | None = None
    influential_citation_count: _Number | None = None
    authors: Annotated[list[_AnsweredAuthor], _WithoutNulls] = []
    references: Annotated[list[_AnsweredReference], _WithoutNulls] = []


def read_paper(record: JsonValue, *, asked: str) -> Paper:
    """Read one JSON object of the service as a paper.

    Parameters
    ----------
    record : JSON value
        The answer, with `PAPER_FIELDS`.
    asked : str
        The id that was asked for, for messages.

    Raises
    ------
    BadAnswerError
        A field is of a type that the specification does not know.
    """
    try:
        seen = _AnsweredPaper.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(step) for step in first["loc"]) or "the record"
        raise BadAnswerError(f"Semantic Scholar: {asked}: {field}: {first['msg'].lower()}") from error
    return Paper(
        id=seen.paper_id,
        corpus_id=seen.corpus_id,
        ids=_read_ids(seen.external_ids),
        title=seen.title,
        year=_read_year(seen.year),
        publication_date=_read_date(seen.publication_date),
        venue=seen.venue,
        citation_count=seen.citation_count,
        reference_count=seen.reference_count,
        influential_citation_count=seen.influential_citation_count,
        authors=tuple(_read_author(author) for author in seen.authors if author.name),
        references=_read_references(seen, record),
    )


def _read_references(seen: _AnsweredPaper, record: JsonValue) -> Listing:
    listed = record.get("references", "absent") if isinstance(record, dict) else "absent"
    if listed is None:
        return Listing(status="elided")
    # Once a reply has spent its citations, papers further down carry empty lists; only a count of 0 is a zero.
    if not seen.references and seen.reference_count != 0:
        return Listing(status="failed")
    return Listing(status="known", items=tuple(_read_reference(reference) for reference in seen.references))


def _read_reference(seen: _AnsweredReference) -> Reference:
    return Reference(id=seen.paper_id, title=seen.title, year=_read_year(seen.year), ids=_read_ids(seen.external_ids))


def _read_author(seen: _AnsweredAuthor) -> Author:
    return Author(
        id=seen.author_id,
        name=seen.name or "",
        h_index=seen.h_index,
        citation_count=seen.citation_count,
        paper_count=seen.paper_count,
        affiliations=tuple(place for place in seen.affiliations if place.strip()),
    )


def _read_ids(external: Mapping[str, str | int]) -> dict[str, str]:
    """Return the ids by the catalog's names, in its forms; what is malformed is left out."""
    forms = {"arxiv": clean_arxiv, "doi": clean_doi, "pmcid": _clean_pmcid}
    ids = {kind: forms.get(kind, str)(str(external[name])) for name, kind in _ID_KINDS.items() if name in external}
    return {kind: value for kind, value in ids.items() if value}


def _clean_pmcid(text: str) -> str:
    return f"PMC{text.upper().removeprefix('PMC')}"


def _read_year(year: int | None) -> int | None:
    return year if year in _YEARS else None


def _read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
