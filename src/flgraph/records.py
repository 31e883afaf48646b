"""The records: what a curator wrote, and what a source answered.

All records are frozen; an unknown key is an error. `None` (or an absent key in a file) always means
*unknown*: zero, an empty list and "looked for and not there" are written as what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetPydanticSchema,
    JsonValue,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

FIRST_SOURCE: Final = "semantic_scholar"
"""The provider that a match is of where a file or a mapping names none: there was no other at first."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Year = Annotated[int, Field(ge=1800, le=2200)]


def _refuse_other_dates(value: object) -> object:
    """Refuse what pydantic would read as a date all the same: a number is seconds since 1970, also in quotes."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise PydanticCustomError("curated_date", "should be a date, like 2021-06-01")


# What people type is not bent to fit: a yes is no 1, and a year in quotes is no number.
CuratedText = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
CuratedCount = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
CuratedYear = Annotated[int, Field(ge=1800, le=2200, strict=True)]
CuratedDate = Annotated[date, BeforeValidator(_refuse_other_dates)]
YesNo = Annotated[bool, Field(strict=True)]
Evidence = tuple[CuratedText, ...]
Plain = Annotated[Any, GetPydanticSchema(lambda _source, handler: handler(JsonValue))]
"""Whatever JSON can hold; to a type checker anything, so that the reader need not tell the kinds apart."""

MaterialKind = Literal["code", "project", "paper", "data"]
DatasetRole = Literal["uses", "introduces"]
RelationKind = Literal["cites", "builds_on", "baseline", "implements", "data_from", "related_work"]
IdKind = Literal[
    "aaai", "acl", "arxiv", "cvf", "dblp", "doi", "ieee", "mag", "openreview", "pii", "pmcid", "pmid"
]  # fmt: skip
TopicFacet = Literal["modality", "task", "method", "setting"]
VenueType = Literal["journal", "conference", "workshop"]
Knowledge = Literal["known", "elided", "failed", "not_asked"]


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- what people curate ----------------------------------------------------------------------------------


class Material(Record):
    """A link that the list shows beside a paper: what it says, where it leads, what it really is."""

    label: CuratedText
    url: CuratedText
    kind: MaterialKind


class PersonName(Record):
    """An author as named on the paper; `dblp` is DBLP's name where it carries a homonym number."""

    name: CuratedText
    dblp: CuratedText | None = None


class Published(Record):
    """Where the published form differs from what the list says: its title, its venue."""

    title: CuratedText | None = None
    venue: CuratedText | None = None


class DatasetUse(Record):
    """A dataset that a paper uses or introduces."""

    key: Key
    role: DatasetRole = "uses"
    evidence: CuratedText | None = None
    note: CuratedText | None = None


class TopicMention(Record):
    """A topic of a paper; `evidence` is "title" where the title itself says it."""

    key: Key
    evidence: CuratedText | None = None


class CodebaseUse(Record):
    """A codebase that holds a paper's code, with the folder inside it where it is a monorepo."""

    key: CuratedText
    subpath: CuratedText | None = None
    evidence: CuratedText | None = None


class Relation(Record):
    """A relation to another paper: `to` is a catalog key, or `arxiv:…` or `doi:…` outside the catalog."""

    relation: RelationKind
    to: CuratedText
    title: CuratedText | None = None
    evidence: CuratedText | None = None


def _as_mapping(shorthand: str) -> Any:
    """Return a validator that reads a bare string as a record with that one field."""

    def read(value: object) -> object:
        return {shorthand: value} if isinstance(value, str) else value

    return BeforeValidator(read)


class CatalogEntry(Record):
    """What a curator wrote of one paper; `sources` holds the evidence for what the list does not say."""

    key: Key
    title: CuratedText
    section: CuratedText
    venue: CuratedText | None = None
    url: CuratedText | None = None
    materials: tuple[Material, ...] = ()
    published: Published = Published()
    year: CuratedYear | None = None
    acronym: CuratedText | None = None
    ids: Mapping[str, CuratedText] = {}
    authors: tuple[Annotated[PersonName, _as_mapping("name")], ...] = ()
    datasets: tuple[Annotated[DatasetUse, _as_mapping("key")], ...] = ()
    topics: tuple[Annotated[TopicMention, _as_mapping("key")], ...] = ()
    codebases: tuple[Annotated[CodebaseUse, _as_mapping("key")], ...] = ()
    relations: tuple[Relation, ...] = ()
    doubts: tuple[CuratedText, ...] = ()
    note: CuratedText | None = None
    sources: Mapping[str, Evidence] = {}


class ClientRecords(Record):
    """How many records one client (hospital, centre) of a federated dataset holds."""

    client: CuratedText
    train: CuratedCount | None = None
    test: CuratedCount | None = None
    total: CuratedCount | None = None


class DatasetEntry(Record):
    """A dataset; `domain` tells medical from generic; `listed` is what the list itself says, verbatim."""

    key: Key
    name: CuratedText
    domain: Literal["medical", "generic"]
    modality: CuratedText | None = None
    task: CuratedText | None = None
    homepage: CuratedText | None = None
    access: Literal["open", "registration", "dua", "closed"] | None = None
    licence: CuratedText | None = None
    federated: YesNo | None = None
    size: CuratedText | None = None
    samples: CuratedCount | None = None
    classes: CuratedCount | None = None
    clients: CuratedCount | None = None
    records: tuple[ClientRecords, ...] = ()
    parent: Key | None = None
    listed: Mapping[str, JsonValue] | None = None
    note: CuratedText | None = None
    sources: Evidence = ()


class CodebaseEntry(Record):
    """A repository; `licence` is an SPDX id, NONE (no licence file), NOASSERTION (own terms) or absent."""

    key: CuratedText
    url: CuratedText
    licence: CuratedText | None = None
    languages: tuple[CuratedText, ...] = ()
    frameworks: tuple[CuratedText, ...] = ()
    first_commit: CuratedDate | None = None
    last_commit: CuratedDate | None = None
    run_instructions: YesNo | None = None
    placeholder: YesNo | None = None
    builds_on: tuple[Annotated[CodebaseUse, _as_mapping("key")], ...] = ()
    note: CuratedText | None = None
    sources: Evidence = ()


class TopicEntry(Record):
    """A topic of the vocabulary with the patterns (regular expressions) that find it in a title."""

    key: Key
    name: CuratedText
    facet: TopicFacet
    patterns: tuple[CuratedText, ...] = ()
    negative_patterns: tuple[CuratedText, ...] = ()
    synonyms: tuple[CuratedText, ...] = ()


class VenueEntry(Record):
    """A venue in full, with the tags by which lists name it."""

    key: Key
    name: CuratedText
    tags: tuple[CuratedText, ...] = ()
    type: VenueType | None = None


class Match(Record):
    """Which record of a source a catalog entry is, by what evidence, and who decided."""

    status: Literal["accepted", "review", "rejected", "missing"]
    method: Text
    decided_by: Literal["rule", "person"] = "rule"
    id: Text | None = None
    score: Annotated[float, Field(ge=0, le=100, strict=True)] | None = None
    title_seen: Text | None = None
    witnesses: tuple[Text, ...] = ()
    candidates: tuple[Mapping[str, Plain], ...] = ()
    decided: CuratedDate | None = None


def _group_matches(given: object) -> object:
    """Put matches by key alone under the first provider."""
    is_flat = isinstance(given, Mapping) and any(
        isinstance(one, Match) or (isinstance(one, Mapping) and "status" in one) for one in given.values()
    )
    return {FIRST_SOURCE: given} if is_flat else given


class Catalog(Record):
    """Entries and vocabularies, checked against each other (`read_catalog`).

    `matches` holds the matches of each provider, by its name and the entry's key. Matches by key alone are taken for
    Semantic Scholar's.
    """

    title: CuratedText
    entries: tuple[CatalogEntry, ...]
    datasets: tuple[DatasetEntry, ...] = ()
    codebases: tuple[CodebaseEntry, ...] = ()
    topics: tuple[TopicEntry, ...] = ()
    venues: tuple[VenueEntry, ...] = ()
    matches: Annotated[Mapping[str, Mapping[str, Match]], BeforeValidator(_group_matches)] = {}


class Finding(Record):
    """One mistake or remark of `lint_catalog`: where, what, and what would be right."""

    level: Literal["error", "warning", "note"]
    path: Text
    line: Annotated[int, Field(ge=1)]
    message: Text

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level}: {self.message}"


# --- what a source says ----------------------------------------------------------------------------------


class Author(Record):
    """An author as a source knows them; the id is None where the source has not told people apart."""

    id: Text | None = None
    name: Text
    h_index: Count | None = None
    citation_count: Count | None = None
    paper_count: Count | None = None
    affiliations: tuple[Text, ...] = ()


class Reference(Record):
    """One line of a reference or citation listing; without an id it is a title only, never a node."""

    id: Text | None = None
    title: Text | None = None
    year: Year | None = None
    ids: Mapping[str, Text] = {}
    influential: bool | None = None
    intents: tuple[Text, ...] = ()


class Listing(Record):
    """References or citations of a paper: known, elided by the publisher, failed, or never asked for.

    A known listing may end too early: `cut_by` says whether the source lists no more of so many ("cap"), or
    failed in the middle ("failure"). What it does list is known all the same.
    """

    status: Knowledge = "not_asked"
    items: tuple[Reference, ...] = ()
    cut_by: Literal["cap", "failure"] | None = None

    @model_validator(mode="after")
    def _only_known_listings_have_items(self) -> Listing:
        if self.items and self.status != "known":
            raise ValueError(f"a listing with items is known, not {self.status}")
        if self.cut_by and not self.items:
            raise ValueError("a listing that was cut lists something")
        return self


class Paper(Record):
    """A paper as a source knows it; None is unknown, `references.status` says what an empty list means."""

    id: Text
    corpus_id: int | None = None
    ids: Mapping[str, Text] = {}
    title: Text | None = None
    year: Year | None = None
    publication_date: date | None = None
    venue: Text | None = None
    citation_count: Count | None = None
    reference_count: Count | None = None
    influential_citation_count: Count | None = None
    authors: tuple[Author, ...] = ()
    references: Listing = Listing()
    citations: Listing = Listing()


class Snapshot(Record):
    """A dated, replayable answer of one provider for one catalog; `papers` and `matches` go by catalog key.

    `source` is the provider's name, `id_kind` the kind of its ids.
    """

    source: Text
    id_kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$")] = "s2"  # where an older file says none
    taken: datetime
    depth: Literal[0, 1]
    catalog_digest: Text
    parameters: Mapping[str, Any] = {}
    matches: Mapping[str, Match] = {}
    papers: Mapping[str, Paper] = {}
    context: Mapping[str, Paper] = {}
    missing: tuple[Key, ...] = ()
    failed: tuple[Key, ...] = ()
