"""Parse the works of OpenAlex: nulls and blanks mean unknown, a wrong type is an error.

Only the fields below are kept, also in the cache: no abstract, no affiliation as printed, no e-mail address. Of an
abstract, only the keys of the topics that it names are kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, ValidationError, model_validator

from flgraph.checks import MAIL, show_name
from flgraph.sources.faults import BadAnswerError

PAPER_FIELDS: Final = (
    "id",
    "doi",
    "title",
    "publication_year",
    "publication_date",
    "ids",
    "primary_location",
    "type",
    "open_access",
    "authorships",
    "cited_by_count",
    "is_retracted",
    "locations",
    "best_oa_location",
    "referenced_works_count",
    "referenced_works",
    "counts_by_year",
)
"""Requested fields of the papers of a catalog."""

ABSTRACT_FIELD: Final = "abstract_inverted_index"
"""The places of each word of an abstract, requested with the fields of papers if topics are to be found in it."""

NEIGHBOR_FIELDS: Final = tuple(
    name
    for name in PAPER_FIELDS
    if name not in {"authorships", "best_oa_location", "counts_by_year", "open_access", "referenced_works"}
)
"""Requested fields of citing and cited papers; authors make up four fifths of a record."""

_WORK: Final = re.compile(r"(?:https?://openalex\.org/)?(W[0-9]{2,})")
_TOPIC: Final = re.compile(r"(?:https?://openalex\.org/)?(T[0-9]+)")
_MAIL_WORD: Final = re.compile(r"\S*@\S*")


def _drop_unknown(value: object) -> object:
    """Remove nulls and blank texts from a JSON object; both mean unknown."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: item
        for name, item in value.items()
        if item is not None and not (isinstance(item, str) and not item.strip())
    }


def _drop_nulls(value: object) -> object:
    return [item for item in value if item is not None] if isinstance(value, list) else value


def _drop_words(value: object) -> object:
    """Remove words with the sign of e-mail addresses, which some printed names contain."""
    return " ".join(_MAIL_WORD.sub(" ", value).split()) if isinstance(value, str) and "@" in value else value


def _drop_mail(value: object) -> object:
    """Remove e-mail addresses from a title, in which the sign itself may stand, as in "recall@10"."""
    is_text = isinstance(value, str) and "@" in value and MAIL.search(value)
    return " ".join(MAIL.sub(" ", str(value)).split()) or None if is_text else value


_MOST_WORDS: Final = 20_000


def _read_abstract(value: object) -> str | None:
    """Return the text of an abstract, given the places of each word; None if it has another form.

    No message names a part of it.
    """
    if not isinstance(value, Mapping):
        return None
    placed = [
        (place, str(word))
        for word, places in value.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    return " ".join(word for _, word in sorted(placed[:_MOST_WORDS])) or None


_Number = Annotated[int, Field(ge=0, lt=2**53)]
_WithoutNulls = BeforeValidator(_drop_nulls)
_Name = Annotated[str, BeforeValidator(_drop_words)]
_Title = Annotated[str | None, BeforeValidator(_drop_mail)]


class _Answered(BaseModel):
    """A JSON object of the service: unknown fields are ignored, a wrong type is an error."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_unknown(cls, value: object) -> object:
        return _drop_unknown(value)


class AnsweredSource(_Answered):
    """The journal, conference or repository of a location."""

    display_name: _Title = None
    type: str | None = None


class AnsweredLocation(_Answered):
    """A place where a work can be read."""

    id: str | None = None
    landing_page_url: str | None = None
    pdf_url: str | None = None
    source: AnsweredSource = AnsweredSource()
    license: str | None = None
    version: str | None = None


class AnsweredAccess(_Answered):
    """How a work can be read."""

    oa_status: str | None = None
    oa_url: str | None = None


class AnsweredPerson(_Answered):
    """The profile that the service holds for an author."""

    id: str | None = None
    display_name: _Name | None = None
    orcid: str | None = None


class AnsweredInstitution(_Answered):
    """An institution of an author."""

    id: str | None = None
    display_name: _Name | None = None
    ror: str | None = None
    country_code: str | None = None


class Authorship(_Answered):
    """An author of a work: the profile, and the name as printed."""

    author: AnsweredPerson = AnsweredPerson()
    raw_author_name: _Name | None = None
    institutions: Annotated[list[AnsweredInstitution], _WithoutNulls] = []


class YearCount(_Answered):
    """The citations of a work in a year."""

    year: int | None = None
    cited_by_count: _Number = 0


class AnsweredTopic(_Answered):
    """The topic that the service assigns to a work with the highest score."""

    id: str | None = None
    display_name: str | None = None


class Work(_Answered):
    """A work of OpenAlex; `referenced_works` is None if it was not requested.

    `named_topics` are the keys of topics that its abstract names. The abstract itself is never written.
    """

    id: str
    doi: str | None = None
    title: _Title = None
    publication_year: int | None = None
    publication_date: str | None = None
    ids: Annotated[dict[str, str | int], BeforeValidator(_drop_unknown)] = {}
    primary_location: AnsweredLocation = AnsweredLocation()
    locations: Annotated[list[AnsweredLocation], _WithoutNulls] = []
    best_oa_location: AnsweredLocation | None = None
    open_access: AnsweredAccess | None = None
    type: str | None = None
    authorships: Annotated[list[Authorship], _WithoutNulls] = []
    cited_by_count: _Number | None = None
    is_retracted: bool | None = None
    referenced_works_count: _Number | None = None
    referenced_works: Annotated[list[str], _WithoutNulls] | None = None
    counts_by_year: Annotated[list[YearCount], _WithoutNulls] = []
    primary_topic: AnsweredTopic | None = None
    abstract: Annotated[str | None, BeforeValidator(_read_abstract)] = Field(
        default=None, alias=ABSTRACT_FIELD, exclude=True, repr=False
    )
    named_topics: Annotated[list[str], _WithoutNulls] = []

    @property
    def topic_id(self) -> str | None:
        """Return the id of the primary topic as "T…"; None if it is unknown or malformed."""
        found = _TOPIC.fullmatch(self.primary_topic.id) if self.primary_topic and self.primary_topic.id else None
        return found[1] if found else None

    @property
    def name(self) -> str:
        """Return the id as "W…"."""
        return shorten_id(self.id) or self.id

    @property
    def cited(self) -> list[str]:
        """Return the ids of the cited works as "W…", each once."""
        return list(dict.fromkeys(filter(None, map(shorten_id, self.referenced_works or ()))))

    def to_json(self) -> JsonValue:
        """Return the fields that are known, for the cache."""
        fields: JsonValue = self.model_dump(mode="json", exclude_defaults=True)
        return fields


def shorten_id(text: str) -> str | None:
    """Return the id of a work as "W…", or None if it is not one.

    Examples
    --------
    >>> shorten_id("https://openalex.org/W2741809807")
    'W2741809807'
    """
    found = _WORK.fullmatch(text.strip())
    return found[1] if found else None


def read_work(record: JsonValue, *, asked: str) -> Work:
    """Parse a JSON object of the service, or of the cache, as a work.

    Parameters
    ----------
    record : JSON value
        The object.
    asked : str
        The request, for messages.

    Raises
    ------
    BadAnswerError
        A field has the wrong type, or the id is not that of a work.
    """
    work = check(Work, record, asked)
    if shorten_id(work.id) is None:
        raise BadAnswerError(f"OpenAlex: {asked}: id: is not the id of a work")
    return work


_Model = TypeVar("_Model", bound=BaseModel)


def check(model: type[_Model], value: JsonValue, asked: str) -> _Model:
    """Parse a JSON value of the service; raise `BadAnswerError` if a field has the wrong type."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = show_name(".".join(str(step) for step in first["loc"])) if first["loc"] else "the record"
        raise BadAnswerError(f"OpenAlex: {asked}: {field}: {first['msg'].lower()}") from error
