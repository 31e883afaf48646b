"""Define the records that the packages exchange: what curators write, and what sources answer.

All records are frozen and reject unknown keys. `None`, or an absent key in a file, always means *unknown*. Zero, an
empty list and "not found" are written explicitly.
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
"""The provider of a match that names none: files written before there was a second provider."""

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
Text = Annotated[str, StringConstraints(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Year = Annotated[int, Field(ge=1800, le=2200)]


def _refuse_other_dates(value: object) -> object:
    """Accept only dates; pydantic would also read numbers, even quoted ones, as seconds since 1970."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    if is_day or (isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII)):
        return value
    raise PydanticCustomError("curated_date", "should be a date, like 2021-06-01")


# Strict: pydantic would otherwise read `yes` as 1 and a quoted year as a number.
CuratedText = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
CuratedCount = Annotated[int, Field(ge=0, lt=2**53, strict=True)]
CuratedYear = Annotated[int, Field(ge=1800, le=2200, strict=True)]
CuratedDate = Annotated[date, BeforeValidator(_refuse_other_dates)]
YesNo = Annotated[bool, Field(strict=True)]
Evidence = tuple[CuratedText, ...]
Plain = Annotated[Any, GetPydanticSchema(lambda _source, handler: handler(JsonValue))]
"""Any JSON value; typed as Any, so that readers need not narrow it."""

FACET_FORM: Final = r"^[^;=]*[^;=\s][^;=]*$"
"""No sign that separates facets, or a facet from a topic."""

MaterialKind = Literal["code", "project", "paper", "data", "slides", "video", "blog", "supplement", "other"]
DatasetRole = Literal["uses", "introduces"]
Extent = Literal["all", "some"]
RelationKind = Literal["cites", "builds_on", "baseline", "implements", "data_from", "related_work"]
TopicFacet = Annotated[str, StringConstraints(min_length=1, pattern=FACET_FORM)]
VenueType = Literal["journal", "conference", "workshop"]
Knowledge = Literal["known", "elided", "unlisted", "failed", "not_asked"]


class Record(BaseModel):
    """Base class: frozen, and rejects unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- written by curators ---------------------------------------------------------------------------------


class Material(Record):
    """A link that the list shows beside a paper: its label, its address, and its verified kind."""

    label: CuratedText
    url: CuratedText
    kind: MaterialKind


class PersonName(Record):
    """An author as named on the paper; `dblp` is the DBLP name if it has a homonym number."""

    name: CuratedText
    dblp: CuratedText | None = None


class Published(Record):
    """Title and venue of the published form, if they differ from the list."""

    title: CuratedText | None = None
    venue: CuratedText | None = None


class DatasetUse(Record):
    """A dataset that a paper uses or introduces."""

    key: Key
    role: DatasetRole = "uses"
    evidence: CuratedText | None = None
    note: CuratedText | None = None


class TopicMention(Record):
    """A topic of a paper; `evidence` is "title" if the title names it."""

    key: Key
    evidence: CuratedText | None = None


class CodebaseUse(Record):
    """A codebase that contains a paper's code; `subpath` is the folder inside a monorepo."""

    key: CuratedText
    subpath: CuratedText | None = None
    evidence: CuratedText | None = None


class Relation(Record):
    """A relation to another paper: `to` is a catalog key, or `arxiv:…` or `doi:…` outside the catalog."""

    relation: RelationKind
    to: CuratedText
    title: CuratedText | None = None
    evidence: CuratedText | None = None


class RefutedId(Record):
    """An id that leads to another paper: its kind, a colon and its value; `right` is the id to use instead."""

    id: CuratedText
    reason: CuratedText
    right: CuratedText | None = None


class FoundId(RefutedId):
    """A refuted id that an enrichment found; `record` is the record of the source that it led to."""

    record: CuratedText


def _as_mapping(shorthand: str) -> Any:
    """Make a validator that reads a bare string as a record with one field."""

    def read(value: object) -> object:
        return {shorthand: value} if isinstance(value, str) else value

    return BeforeValidator(read)


class CatalogEntry(Record):
    """A paper as curated; `sources` holds the evidence for facts that the list itself does not state.

    `section` is the first section if only `sections` is given; `section_names` lists all.
    `datasets_known` is "some" if `datasets` is incomplete, for `datasets_reason`; None is "all" if there are datasets.
    """

    key: Key
    title: CuratedText
    section: CuratedText
    sections: tuple[CuratedText, ...] = ()
    venue: CuratedText | None = None
    url: CuratedText | None = None
    materials: tuple[Material, ...] = ()
    published: Published = Published()
    year: CuratedYear | None = None
    acronym: CuratedText | None = None
    ids: Mapping[str, CuratedText] = {}
    refuted: tuple[RefutedId, ...] = ()
    authors: tuple[Annotated[PersonName, _as_mapping("name")], ...] = ()
    datasets: tuple[Annotated[DatasetUse, _as_mapping("key")], ...] = ()
    datasets_known: Extent | None = None
    datasets_reason: CuratedText | None = None
    topics: tuple[Annotated[TopicMention, _as_mapping("key")], ...] = ()
    codebases: tuple[Annotated[CodebaseUse, _as_mapping("key")], ...] = ()
    relations: tuple[Relation, ...] = ()
    doubts: tuple[CuratedText, ...] = ()
    note: CuratedText | None = None
    sources: Mapping[str, Evidence] = {}

    @model_validator(mode="before")
    @classmethod
    def _take_first_section(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "section" in given:
            return given
        sections = given.get("sections")
        if isinstance(sections, str):  # no list, which is the only fault to report
            return {**given, "section": sections}
        return {**given, "section": sections[0]} if isinstance(sections, list | tuple) and sections else given

    @property
    def section_names(self) -> tuple[str, ...]:
        """The sections of the paper, each once: `section`, then the others of `sections`."""
        return tuple(dict.fromkeys((self.section, *self.sections)))


class ClientRecords(Record):
    """The number of records of one client of a federated dataset."""

    client: CuratedText
    train: CuratedCount | None = None
    test: CuratedCount | None = None
    total: CuratedCount | None = None


class DatasetEntry(Record):
    """A dataset; `domain` separates the data of one field from others, `listed` quotes the list."""

    key: Key
    name: CuratedText
    domain: CuratedText | None = None
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
    """A topic of the vocabulary: its facet (any name), and the regular expressions that find it in a title."""

    key: Key
    name: CuratedText
    facet: TopicFacet
    patterns: tuple[CuratedText, ...] = ()
    negative_patterns: tuple[CuratedText, ...] = ()
    synonyms: tuple[CuratedText, ...] = ()


class VenueEntry(Record):
    """A venue with its full name and the tags that lists use for it."""

    key: Key
    name: CuratedText
    tags: tuple[CuratedText, ...] = ()
    type: VenueType | None = None


class ListedRow(Record):
    """The title and ids of the row of a list that a match was made for: its key may come to mean another row."""

    title: CuratedText
    ids: Mapping[str, CuratedText] = {}


class Match(Record):
    """The match of a catalog entry to a record of a source: the evidence, and who decided.

    `versions` are the ids of other records of the same work, if the source has several. `listed` is known in the
    matches of a list, whose papers have no keys of their own.
    """

    status: Literal["accepted", "review", "rejected", "missing"]
    method: Text
    decided_by: Literal["rule", "person"] = "rule"
    id: Text | None = None
    versions: tuple[Text, ...] = ()
    score: Annotated[float, Field(ge=0, le=100, strict=True)] | None = None
    title_seen: Text | None = None
    witnesses: tuple[Text, ...] = ()
    candidates: tuple[Mapping[str, Plain], ...] = ()
    refuted: tuple[FoundId, ...] = ()
    decided: CuratedDate | None = None
    listed: ListedRow | None = None


def _group_matches(given: object) -> object:
    """Assign matches indexed by key alone to the first provider."""
    is_flat = isinstance(given, Mapping) and any(
        isinstance(one, Match) or (isinstance(one, Mapping) and "status" in one) for one in given.values()
    )
    return {FIRST_SOURCE: given} if is_flat else given


class Catalog(Record):
    """Entries and vocabularies of a catalog; `read_catalog` checks them against each other.

    `facets` names facets of topics in the order of their weight: the map is coloured by the first.
    `matches` holds the matches of each provider, by its name and the key of the entry. Matches indexed by key alone
    are read as matches of Semantic Scholar.
    """

    title: CuratedText
    entries: tuple[CatalogEntry, ...]
    datasets: tuple[DatasetEntry, ...] = ()
    codebases: tuple[CodebaseEntry, ...] = ()
    topics: tuple[TopicEntry, ...] = ()
    venues: tuple[VenueEntry, ...] = ()
    facets: tuple[TopicFacet, ...] = ()
    matches: Annotated[Mapping[str, Mapping[str, Match]], BeforeValidator(_group_matches)] = {}


class Finding(Record):
    """A problem or note of `lint_catalog`: where it is, what it is, and how to fix it.

    `code` is the code of its rule; by default, that of a file that cannot be read.
    """

    level: Literal["error", "warning", "note"]
    path: Text
    line: Annotated[int, Field(ge=1)]
    message: Text
    code: Text = "C100"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.level}: {self.message}"


# --- answered by sources ---------------------------------------------------------------------------------


class Institution(Record):
    """An institution of an author: its id at the source, its name, its ROR id, and its country as two letters."""

    id: Text | None = None
    name: Text
    ror: Text | None = None
    country: Text | None = None


class Author(Record):
    """An author as a source knows them; `id` is None if the source has not disambiguated the author."""

    id: Text | None = None
    name: Text
    orcid: Text | None = None
    h_index: Count | None = None
    citation_count: Count | None = None
    paper_count: Count | None = None
    affiliations: tuple[Text, ...] = ()
    institutions: tuple[Institution, ...] = ()


class Reference(Record):
    """One line of a reference or citation listing; without an id it never becomes a node."""

    id: Text | None = None
    title: Text | None = None
    year: Year | None = None
    ids: Mapping[str, Text] = {}
    influential: bool | None = None
    intents: tuple[Text, ...] = ()


class Listing(Record):
    """The references or citations of a paper: known, elided by the publisher, unlisted, failed, or not requested.

    A listing is unlisted if the source answers without a line, though it does not count 0.

    A known listing may be truncated: `cut_by` is "cap" if the source limits its length, and "failure" if a request
    failed before the end.
    """

    status: Knowledge = "not_asked"
    items: tuple[Reference, ...] = ()
    cut_by: Literal["cap", "failure"] | None = None

    @model_validator(mode="after")
    def _only_known_listings_have_items(self) -> Listing:
        if self.items and self.status != "known":
            raise ValueError(f"a listing with items must have the status known, found {self.status}")
        if self.cut_by and not self.items:
            raise ValueError("a truncated listing must have items")
        return self


class OpenAccess(Record):
    """How a paper can be read: the status (such as "gold" or "closed"), and the best free copy."""

    status: Text | None = None
    url: Text | None = None
    licence: Text | None = None
    version: Text | None = None


class Version(Record):
    """One of several records of a source that are the same work, with its own count of citations."""

    id: Text
    ids: Mapping[str, Text] = {}
    title: Text | None = None
    year: Year | None = None
    document_type: Text | None = None
    citation_count: Count | None = None


class Paper(Record):
    """A paper as a source knows it; `references.status` says what an empty list means.

    `versions` lists all records of the work if the source has several, the one of this paper first. Their counts are
    never added, since they have citing papers in common: `citation_count` is then the highest of them. `retracted` is
    None if the source does not say. `citations_by_year` leaves out years without citations. `suggested_topics` are the
    keys of topics of the catalog that the abstract names.
    """

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
    document_type: Text | None = None
    retracted: bool | None = None
    open_access: OpenAccess | None = None
    citations_by_year: Mapping[Year, Count] = {}
    versions: tuple[Version, ...] = ()
    suggested_topics: tuple[Text, ...] = ()
    references: Listing = Listing()
    citations: Listing = Listing()

    @property
    def record_ids(self) -> list[str]:
        """The ids of all records of the work, each once, its own first."""
        return list(dict.fromkeys([self.id, *(version.id for version in self.versions)]))


LEAST_SET: Final = 30
LARGEST_SET: Final = 10_000
"""Smallest and largest size of a reference set: a smaller one says too little, a larger one cannot be drawn."""


class ReferenceSet(Record):
    """Works that a source drew at random from one topic and year, to compare papers of the catalog with.

    `topic` is the id of the topic at the source, `size` the number of works that were asked for, `seed` that of the
    draw, and `population` the number of works of the topic and year. `drawn` is the day of the draw, on which citations
    were counted. `counts` holds the citations of each drawn work by its id, `uncounted` the works without a count.
    `papers` are the papers to compare, by key, each with the id of its record that has this topic and year.
    """

    topic: Text
    name: Text | None = None
    year: Year
    size: Annotated[int, Field(ge=1)]
    seed: Count
    population: Count
    drawn: date
    counts: Mapping[str, Count] = {}
    uncounted: tuple[Text, ...] = ()
    papers: Mapping[Key, Text] = {}


class Snapshot(Record):
    """The dated answers of one provider for one catalog; `papers` and `matches` are indexed by catalog key.

    `source` is the name of the provider, `id_kind` the kind of its ids. `reference_sets` is empty unless sets were
    asked for.
    """

    source: Text
    id_kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*$")] = "s2"  # default for older files
    taken: datetime
    depth: Literal[0, 1]
    catalog_digest: Text
    parameters: Mapping[str, Any] = {}
    matches: Mapping[str, Match] = {}
    papers: Mapping[str, Paper] = {}
    context: Mapping[str, Paper] = {}
    missing: tuple[Key, ...] = ()
    failed: tuple[Key, ...] = ()
    reference_sets: Mapping[str, ReferenceSet] = {}
