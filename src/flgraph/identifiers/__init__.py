"""Compare titles and authors, extract ids from URLs, and make slugs.

Everything about names and ids that needs no catalog, source or graph belongs here.
"""

from flgraph.identifiers.codebases import codebase_from_url
from flgraph.identifiers.ids import (
    ID_FORMS,
    ID_NAMES,
    IdKind,
    clean_arxiv,
    clean_doi,
    judge_arxiv,
    name_id,
    name_ids,
)
from flgraph.identifiers.links import ids_from_url, work_id
from flgraph.identifiers.people import compare_authors
from flgraph.identifiers.slugs import slug
from flgraph.identifiers.titles import (
    TitleComparison,
    compare_titles,
    find_acronym,
    find_nearest_title,
    join_words,
    normalize_title,
)
from flgraph.identifiers.venues import is_preprint, split_venue

__all__ = [
    "ID_FORMS",
    "ID_NAMES",
    "IdKind",
    "TitleComparison",
    "clean_arxiv",
    "clean_doi",
    "codebase_from_url",
    "compare_authors",
    "compare_titles",
    "find_acronym",
    "find_nearest_title",
    "ids_from_url",
    "is_preprint",
    "join_words",
    "judge_arxiv",
    "name_id",
    "name_ids",
    "normalize_title",
    "slug",
    "split_venue",
    "work_id",
]
