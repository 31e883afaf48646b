"""Name the fields of a record, as tables and data files call them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from flgraph.lists.entries import EntryKind, LinkKind

_NOT_WORD: Final = re.compile(r"[\W_]+")
FIELD_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "title": (
        "title", "papertitle", "articletitle", "documenttitle", "itemtitle", "primarytitle", "displayname",
        "titleofpaper", "papername", "paper", "article", "publication", "work", "name",
    ),
    "doi": ("doi", "itemdoi", "articledoi", "digitalobjectidentifier", "doilink", "doiurl"),
    "arxiv": ("arxiv", "arxivid", "arxivlink", "eprint"),
    "pmid": ("pmid", "pubmedid"),
    "pmcid": ("pmcid", "pmc"),
    "url": (
        "url", "link", "paperurl", "paperlink", "urllink", "linktopaper", "address", "href", "weblink", "pdflink",
        "landingpageurl", "primarylocationlandingpageurl", "articleurl", "pdf", "paper", "arxivlink", "doilink", "doi",
    ),
    "year": (
        "year", "publicationyear", "pubyear", "yearofpublication", "py", "publicationdate", "coverdate", "published",
        "date", "pubdate", "issued",
    ),
    "venue": (
        "venue", "journal", "conference", "journalconference", "conferencejournal", "publicationtitle", "sourcetitle",
        "journalbook", "journaltitle", "booktitle", "containertitle", "publicationvenue", "publishedin",
        "conferencename", "conferencetitle", "primarylocationsourcedisplayname", "hostvenuedisplayname", "source",
        "proceedings", "proceedingstitle",
    ),
    "authors": (
        "authorfullnames", "authors", "author", "authorships", "authornames", "authorshipsauthordisplayname",
        "authorsfullnames", "authorlist",
    ),
    "section": ("section", "category", "topic", "subsection", "subcategory", "subtopic"),
    "kind": ("itemtype", "type", "documenttype", "contenttype", "publicationtype"),
}  # fmt: skip
"""What columns and keys are called, without blanks and signs; of several the first with a text counts."""

KIND_NAMES: Final[Mapping[str, EntryKind]] = {
    "computerprogram": "code", "software": "code", "code": "code",
    "data": "data", "datapaper": "paper", "dataset": "data",
    "video": "video", "motionpicture": "video", "videorecording": "video",
    "blog": "blog", "blogpost": "blog", "postweblog": "blog", "webpage": "other",
}  # fmt: skip
"""Kinds by what a column or key such as "Item Type" says."""

LINK_FIELDS: Final[Mapping[str, LinkKind]] = {
    "code": "code", "codeurl": "code", "github": "code", "repo": "code", "repository": "code", "sourcecode": "code",
    "data": "data", "dataset": "data", "dataseturl": "data",
    "homepage": "project", "project": "project", "projectpage": "project", "website": "project",
    "slides": "slides", "poster": "slides", "video": "video", "blog": "blog", "supp": "supplement", "pdf": "paper",
}  # fmt: skip
"""Fields and columns that hold a link besides that to the paper, and what it leads to."""


def normalize_name(text: str) -> str:
    """Return the name of a column or key in lower case, without blanks and signs.

    Examples
    --------
    >>> normalize_name("Publication Title")
    'publicationtitle'
    """
    return _NOT_WORD.sub("", text.casefold())
