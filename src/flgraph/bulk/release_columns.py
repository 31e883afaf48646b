"""Say what the records of bulk releases hold, and how the columns of an index are made of it, as SQL.

The rules are those of the records that the sources make: blank means unknown, no e-mail address is kept, and a date of
OpenAlex on January 1 means only the year. Dates after the release are unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from flgraph.bulk.index_files import IndexSource
from flgraph.sources.openalex.records import FIRST_YEAR


@dataclass(frozen=True, eq=False)
class Kind:
    """A kind of files.

    Attributes
    ----------
    title : str
        What the records are, for people.
    source : "openalex" or "semantic_scholar"
        Whose they are.
    fields : Mapping of str to str
        The fields that are read, and their types; no other is parsed.
    required : Collection of str
        The fields that each file must have.
    works : Mapping of str to str
        Expressions of the columns of works by name; empty if there are none.
    citations : Mapping of str to str
        Expressions of the columns of citations by name. Of works they are lists, of one length in a row.
    keys : Mapping of str to tuple of str
        The column of each id that a record must have, with the field and a pattern of what is right; a null id is an
        error in works, and left out in citations.
    """

    title: str
    source: IndexSource
    fields: Mapping[str, str]
    required: Collection[str]
    works: Mapping[str, str]
    citations: Mapping[str, str]
    keys: Mapping[str, tuple[str, str]]


_YEAR: Final = "case when try_cast({0} as smallint) between {first} and year({day}) then try_cast({0} as smallint) end"
_DATE: Final = "case when try_cast({0} as date) between date '{first}-01-01' and {day} then try_cast({0} as date) end"
DAY: Final = "getvariable('day')"
"""The day of the release; later dates are unknown."""


def _bound(form: str, field: str) -> str:
    return form.format(field, first=FIRST_YEAR, day=DAY)


_AUTHORSHIPS: Final = (
    "[{'id': case when is_same_person(one.raw_author_name, one.author.display_name) and is_somebody(one.author.id) "
    "then openalex_id(one.author.id, 'A') end, 'name': case when one.raw_author_name > '!' "
    "and not contains(one.raw_author_name, '@') then one.raw_author_name "
    "else clean_person(coalesce(clean_text(one.raw_author_name), one.author.display_name)) end} for one in authorships]"
)

OPENALEX: Final = Kind(
    title="works of OpenAlex",
    source="openalex",
    fields={
        "id": "VARCHAR",
        "doi": "VARCHAR",
        "title": "VARCHAR",
        "publication_year": "VARCHAR",
        "publication_date": "VARCHAR",
        "ids": "STRUCT(pmid VARCHAR)",
        "primary_location": 'STRUCT(source STRUCT(display_name VARCHAR, "type" VARCHAR))',
        "locations": "STRUCT(id VARCHAR, landing_page_url VARCHAR)[]",
        "type": "VARCHAR",
        "primary_topic": "STRUCT(id VARCHAR, display_name VARCHAR)",
        "authorships": "STRUCT(author STRUCT(id VARCHAR, display_name VARCHAR), raw_author_name VARCHAR)[]",
        "cited_by_count": "VARCHAR",
        "referenced_works_count": "VARCHAR",
        "referenced_works": "VARCHAR[]",
        "is_retracted": "BOOLEAN",
        "updated_date": "VARCHAR",
    },
    required=("id", "publication_year", "referenced_works"),
    works={
        "id": "openalex_id(id, 'W')",
        "title": "clean_title(title)",
        "year": _bound(_YEAR, "publication_year"),
        "date": f"case when publication_date not like '%-01-01' then {_bound(_DATE, 'publication_date')} end",
        "doi": "clean_doi(doi)",
        "arxiv": "coalesce(case when contains(lower(doi), '10.48550/arxiv.') then clean_arxiv(clean_doi(doi)) end, "
        "arxiv_place(locations))",
        "pmid": "nullif(regexp_extract(ids.pmid, '[0-9]+$'), '')",
        "venue": "case when primary_location.source.type is distinct from 'repository' "
        "then clean_title(primary_location.source.display_name) end",
        "type": "clean_text(type)",
        "topic": "openalex_id(primary_topic.id, 'T')::integer",
        "topic_name": "clean_text(primary_topic.display_name)",
        "fields": "null::varchar[]",
        "citation_count": "clean_count(cited_by_count)",
        "reference_count": "nullif(coalesce(nullif(len(referenced_works), 0), clean_count(referenced_works_count)), 0)"
        "::integer",
        "retracted": "is_retracted",
        "authors": f"case when len(authorships) > 0 then [one for one in {_AUTHORSHIPS} if one.name is not null] end",
        "sha": "null::varchar",
        "updated": "try_cast(substr(updated_date, 1, 10) as date)",
    },
    citations={"cited": "[openalex_id(one, 'W') for one in referenced_works]"},
    keys={"id": ("id", r"(?:https?://openalex\.org/)?W[0-9]+")},
)

PAPERS: Final = Kind(
    title="papers of Semantic Scholar",
    source="semantic_scholar",
    fields={
        "corpusid": "VARCHAR",
        "externalids": "STRUCT(DOI VARCHAR, ArXiv VARCHAR, PubMed VARCHAR)",
        "url": "VARCHAR",
        "title": "VARCHAR",
        "authors": "STRUCT(authorId VARCHAR, name VARCHAR)[]",
        "venue": "VARCHAR",
        "year": "VARCHAR",
        "publicationdate": "VARCHAR",
        "publicationtypes": "VARCHAR[]",
        "referencecount": "VARCHAR",
        "citationcount": "VARCHAR",
        "s2fieldsofstudy": "STRUCT(category VARCHAR)[]",
    },
    required=("corpusid", "title", "externalids"),
    works={
        "id": "clean_id(corpusid)",
        "title": "clean_title(title)",
        "year": _bound(_YEAR, "year"),
        "date": _bound(_DATE, "publicationdate"),
        "doi": "clean_doi(externalids.DOI)",
        "arxiv": "clean_arxiv(externalids.ArXiv)",
        "pmid": "nullif(regexp_extract(externalids.PubMed, '[0-9]+$'), '')",
        "venue": "clean_title(venue)",
        "type": "clean_text(publicationtypes[1])",
        "topic": "null::integer",
        "topic_name": "null::varchar",
        "fields": "nullif(list_distinct([clean_text(one.category) for one in s2fieldsofstudy]), [])",
        "citation_count": "clean_count(citationcount)",
        "reference_count": "clean_count(referencecount)",
        "retracted": "null::boolean",
        "authors": "nullif([{'id': clean_id(one.authorId), 'name': clean_person(one.name)} for one in authors "
        "if clean_person(one.name) is not null], [])",
        "sha": "nullif(regexp_extract(url, '/([0-9a-f]{40})$', 1), '')",
        "updated": "null::date",
    },
    citations={},
    keys={"id": ("corpusid", "[0-9]+")},
)

CITATIONS: Final = Kind(
    title="citations of Semantic Scholar",
    source="semantic_scholar",
    fields={"citingcorpusid": "VARCHAR", "citedcorpusid": "VARCHAR", "isinfluential": "BOOLEAN"},
    required=("citingcorpusid", "citedcorpusid"),
    works={},
    citations={
        "citing": "clean_id(citingcorpusid)",
        "cited": "clean_id(citedcorpusid)",
        "influential": "isinfluential",
    },
    keys={"citing": ("citingcorpusid", "[0-9]+"), "cited": ("citedcorpusid", "[0-9]+")},
)

KINDS: Final = (OPENALEX, PAPERS, CITATIONS)
