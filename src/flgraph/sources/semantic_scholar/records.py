"""Parse the answers of Semantic Scholar: nulls and blanks mean unknown, a wrong type is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    model_validator,
    with_config,
)
from pydantic.alias_generators import to_camel
from typing_extensions import TypedDict

from flgraph.checks import show_name
from flgraph.identifiers import clean_arxiv, clean_doi
from flgraph.records import Author, Listing, Paper, Reference
from flgraph.sources.faults import BadAnswerError

LISTING_CAP: Final = 9_999
"""Maximum number of lines of a listing that the service returns, in a batch or by page."""

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
_AUTHOR_FIELDS: Final = set(Author.model_fields)
_REFERENCE_FIELDS: Final = {"id", "title", "year", "ids"}


def _drop_unknown(value: object) -> object:
    """Remove nulls and blank texts from a JSON object; both mean unknown."""
    if not isinstance(value, Mapping):
        return value
    return {name: item for name, item in value.items() if item is not None and not _is_blank(item)}


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


class _Answered(BaseModel):
    """A JSON object of the service: unknown fields are ignored, a wrong type is an error."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_unknown(cls, value: object) -> object:
        return _drop_unknown(value)


def _drop_nulls(value: object) -> object:
    return [item for item in value if item is not None] if isinstance(value, list) else value


_Ids = Annotated[dict[str, str | int], BeforeValidator(_drop_unknown)]
_Number = Annotated[int, Field(ge=0, lt=2**53)]
_WithoutNulls = BeforeValidator(_drop_nulls)


class _AnsweredAuthor(_Answered):
    author_id: str | None = None
    name: str | None = None
    h_index: _Number | None = None
    citation_count: _Number | None = None
    paper_count: _Number | None = None
    affiliations: Annotated[list[str], _WithoutNulls] = []


@with_config(ConfigDict(strict=True, extra="ignore"))
class _AnsweredReference(TypedDict, total=False):
    """A line of a reference list; answers have thousands, so validation must not call Python code."""

    paperId: str | None
    externalIds: dict[str, str | int | None] | None
    title: str | None
    year: int | None


class _AnsweredNeighbor(_Answered):
    paper_id: str | None = None
    corpus_id: _Number | None = None
    external_ids: _Ids = {}
    title: str | None = None
    year: int | None = None
    publication_date: str | None = None
    venue: str | None = None
    citation_count: _Number | None = None
    reference_count: _Number | None = None
    influential_citation_count: _Number | None = None
    authors: Annotated[list[_AnsweredAuthor], _WithoutNulls] = []


class _AnsweredPaper(_AnsweredNeighbor):
    paper_id: str
    references: Annotated[list[_AnsweredReference], _WithoutNulls] = []


class _AnsweredEdge(_Answered):
    is_influential: bool | None = None
    intents: Annotated[list[str], _WithoutNulls] = []
    citing_paper: _AnsweredNeighbor | None = None
    cited_paper: _AnsweredNeighbor | None = None


class _AnsweredPage(_Answered):
    offset: _Number
    next: _Number | None = None
    data: Annotated[list[_AnsweredEdge], _WithoutNulls] = []


def read_paper(record: JsonValue, *, asked: str) -> Paper:
    """Parse a JSON object of the service as a paper.

    Parameters
    ----------
    record : JSON value
        The answer, with the fields of `semantic_scholar.PAPER_FIELDS`.
    asked : str
        The requested id, for messages.

    Raises
    ------
    BadAnswerError
        A field has the wrong type.
    """
    seen = _check(_AnsweredPaper, record, asked)
    return _to_paper(seen, seen.paper_id, _read_references(seen, record))


class Page(NamedTuple):
    """One page of a listing: its lines, their papers, and its place.

    `status` is "elided" if the publisher withholds the listing. `next` is the offset of the next page, None at the
    end. `error` is the reason why a line is left out, if one is unreadable.
    """

    status: Literal["known", "elided"]
    items: tuple[Reference, ...] = ()
    papers: tuple[Paper, ...] = ()
    next: int | None = None
    error: BadAnswerError | None = None


def read_page(body: JsonValue, *, asked: str) -> Page:
    """Parse a JSON object of the service as a page of citations or references.

    Parameters
    ----------
    body : JSON value
        The answer, with the fields of `listings.NEIGHBOR_FIELDS`.
    asked : str
        The request, for messages.

    Raises
    ------
    BadAnswerError
        A field of the page has the wrong type, or there is no list. An unreadable line is left out instead.
    """
    if not isinstance(body, dict) or "data" not in body:
        raise BadAnswerError(f"Semantic Scholar: {asked}: the answer contains no list")
    if body["data"] is None:
        return Page("elided")
    seen, error = _read_lines(body, asked)
    lines = [(edge, edge.citing_paper or edge.cited_paper) for edge in seen.data]
    named = [(edge, neighbor) for edge, neighbor in lines if neighbor]
    return Page(
        "known",
        items=tuple(_read_edge(edge, neighbor) for edge, neighbor in named),
        papers=tuple(_to_paper(found, found.paper_id, Listing()) for _, found in named if found.paper_id),
        next=seen.next,
        error=error,
    )


def _read_lines(body: dict[str, JsonValue], asked: str) -> tuple[_AnsweredPage, BadAnswerError | None]:
    """Read a page as a whole, or else line by line without the unreadable ones; return also the first error."""
    try:
        return _check(_AnsweredPage, body, asked), None
    except BadAnswerError as error:
        lines = body["data"]
        if not isinstance(lines, list):
            raise
        reason = error
    page = _check(_AnsweredPage, {**body, "data": []}, asked)
    read = [_read_line(line, asked) for line in lines if line is not None]
    return page.model_copy(update={"data": [line for line in read if line is not None]}), reason


def _read_line(line: JsonValue, asked: str) -> _AnsweredEdge | None:
    try:
        return _check(_AnsweredEdge, line, asked)
    except BadAnswerError:
        return None


def _read_edge(edge: _AnsweredEdge, neighbor: _AnsweredNeighbor) -> Reference:
    return Reference(
        id=neighbor.paper_id,
        title=neighbor.title,
        year=_read_year(neighbor.year),
        ids=_read_ids(neighbor.external_ids),
        influential=edge.is_influential,
        intents=tuple(intent for intent in edge.intents if intent.strip()),
    )


_Model = TypeVar("_Model", bound=_Answered)


def _check(model: type[_Model], value: JsonValue, asked: str) -> _Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = show_name(".".join(str(step) for step in first["loc"])) if first["loc"] else "the record"
        raise BadAnswerError(f"Semantic Scholar: {asked}: {field}: {first['msg'].lower()}") from error


def _to_paper(seen: _AnsweredNeighbor, paper_id: str, references: Listing) -> Paper:
    return Paper(
        id=paper_id,
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
        references=references,
    )


def _read_references(seen: _AnsweredPaper, record: JsonValue) -> Listing:
    listed = record.get("references", "absent") if isinstance(record, dict) else "absent"
    if listed is None:
        return Listing(status="elided")
    # A batch returns empty lists beyond its limit of references, so only a count of 0 means no references.
    if not seen.references and seen.reference_count != 0:
        return Listing(status="failed")
    items = tuple(_read_reference(reference) for reference in seen.references)
    capped = len(items) >= LISTING_CAP and (seen.reference_count or 0) > len(items)
    return Listing(status="known", items=items, cut_by="cap" if capped else None)


def _read_reference(seen: _AnsweredReference) -> Reference:
    # Validated already; model_validate would also store a set of field names in each record.
    return Reference.model_construct(
        _REFERENCE_FIELDS,
        id=_read_text(seen.get("paperId")),
        title=_read_text(seen.get("title")),
        year=_read_year(seen.get("year")),
        ids=_read_ids(seen.get("externalIds") or {}),
        influential=None,
        intents=(),
    )


def _read_text(text: str | None) -> str | None:
    return text if text and not text.isspace() else None


def _read_author(seen: _AnsweredAuthor) -> Author:
    return Author.model_construct(
        _AUTHOR_FIELDS,
        id=seen.author_id,
        name=seen.name or "",
        h_index=seen.h_index,
        citation_count=seen.citation_count,
        paper_count=seen.paper_count,
        affiliations=tuple(place for place in seen.affiliations if place.strip()),
    )


def _read_ids(external: Mapping[str, str | int | None]) -> dict[str, str]:
    """Convert ids to the kinds and forms of the catalog; omit blank and malformed ones."""
    ids: dict[str, str] = {}
    for name, value in external.items():
        kind = _ID_KINDS.get(name)
        if kind is not None and value is not None:
            clean = _CLEANERS.get(kind)
            text = clean(str(value)) if clean else _read_text(str(value))
            if text:
                ids[kind] = text
    return ids


def _clean_pmcid(text: str) -> str | None:
    digits = text.strip().upper().removeprefix("PMC")
    return f"PMC{digits}" if digits else None


_CLEANERS: Final[Mapping[str, Callable[[str], str | None]]] = {
    "arxiv": clean_arxiv,
    "doi": clean_doi,
    "pmcid": _clean_pmcid,
}


def _read_year(year: int | None) -> int | None:
    return year if year in _YEARS else None


def _read_date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
