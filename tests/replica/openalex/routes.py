"""The routes of the service: what it says to a request, with its limits and error bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from tests.replica.http_replica import ApiError
from tests.replica.openalex.works import FIELDS, Corpus, name_doi, name_work, split_words

MOST_VALUES = 100
MOST_ROWS = 10_000
MOST_LINE = 8_190
SEARCHES = ("search", "search.title")
PARAMETERS = {*SEARCHES, "corpus", "cursor", "filter", "page", "per_page", "sample", "seed", "select", "sort"}
NOT_FOUND = "<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n"
SHOWN_AUTHORS = 100


class Request(NamedTuple):
    """One line of the request log: `key` is what the header held, `line` the length of the request line."""

    path: str
    query: Mapping[str, str]
    key: str | None
    line: int
    target: str = ""

    @property
    def cost(self) -> int:
        """Return the price in credits: a single work is free by its short form."""
        if re.fullmatch(r"/works/(?:[Ww]\d+|doi:.+)", self.path):
            return 0
        is_search = any(name in self.query for name in SEARCHES) or ".search:" in self.query.get("filter", "")
        return 10 if is_search else 1


def refuse(message: str) -> ApiError:
    """Return the error of a question that is wrong."""
    return ApiError(400, {"error": "Invalid query parameters error.", "message": message})


def answer(corpus: Corpus, request: Request, *, merged: int) -> dict[str, Any]:
    """Return what the service says to a request; `merged` is its status for ids that were merged away."""
    if request.line > MOST_LINE:
        raise refuse(f"Your request URL is {request.line} bytes, over the {MOST_LINE}-byte limit")
    unknown = [name for name in request.query if name not in PARAMETERS]
    if unknown:
        raise refuse(f"{unknown[0]} is not a valid parameter.")
    fields = _read_fields(request.query.get("select"))
    if request.path == "/works":
        return _answer_list(corpus, request.query, fields)
    if request.path.startswith("/works/"):
        return _pick(_find_single(corpus, request, merged), fields)
    raise ApiError(404, NOT_FOUND)


def _read_fields(select: str | None) -> list[str]:
    fields = select.split(",") if select else []
    wrong = [name for name in fields if name not in FIELDS]
    if wrong:
        raise refuse(f"{wrong[0]} is not a valid select field.")
    return fields


def _pick(work: Mapping[str, Any], fields: Sequence[str], *, most_authors: int | None = None) -> dict[str, Any]:
    shown = {name: value for name, value in work.items() if not name.startswith("_") and (name in fields or not fields)}
    if "authorships" in shown:
        shown["authorships"] = shown["authorships"][:most_authors]
    return shown


def _find_single(corpus: Corpus, request: Request, merged: int) -> dict[str, Any]:
    asked = request.path.removeprefix("/works/")
    if asked.startswith("doi:"):
        name: str | None = next(iter(corpus.by_doi.get(name_doi(asked) or "", [])), None)
    else:
        name = name_work(asked)
        if name in corpus.merged and merged == 301:
            place = request.target.replace(asked, corpus.merged[name].rpartition("/")[2])
            raise ApiError(301, "<!doctype html>\n<title>Redirecting...</title>\n", {"Location": place})
    if name is None or name not in corpus.works:
        raise ApiError(404, NOT_FOUND)
    return corpus.works[name]


# --- lists -------------------------------------------------------------------------------------------------


def _answer_list(corpus: Corpus, query: Mapping[str, str], fields: Sequence[str]) -> dict[str, Any]:
    cursor = query.get("cursor", "*")
    size, page = int(query.get("per_page", 25)), int(query.get("page", 1) if cursor == "*" else cursor)
    if not 1 <= size <= 100:
        raise refuse("per-page parameter must be between 1 and 100.")
    if size * page > MOST_ROWS:
        raise refuse("Maximum results size of 10,000 records is exceeded.")
    works = _draw(_find_works(corpus, query), query, page)
    rows = works[(page - 1) * size : page * size]
    meta: dict[str, Any] = {
        "count": len(works),
        "db_response_time_ms": 20,
        "page": page,
        "per_page": size,
        "groups_count": None,
    }
    if "cursor" in query:
        meta["next_cursor"] = str(page + 1) if page * size < len(works) else None
    return {"meta": meta, "results": [_pick(work, fields, most_authors=SHOWN_AUTHORS) for work in rows], "group_by": []}


def _find_works(corpus: Corpus, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the works of a list in its order; only the core of the corpus is listed, unless all of it is asked for."""
    found = [_filter(corpus, *_split(part)) for part in filter(None, query.get("filter", "").split(","))]
    found += [_search(corpus, query[name]) for name in SEARCHES if name in query]
    names = set.intersection(*found) if found else set(corpus.works)
    is_whole = query.get("corpus") == "all"
    works = [work for work in corpus.works.values() if work["id"] in names and (is_whole or not work["is_xpac"])]
    if query.get("sort") == "publication_date":
        return sorted(works, key=lambda work: work["publication_date"] or "9999")
    return sorted(works, key=lambda work: (-work["cited_by_count"], work["id"]))


def _draw(works: list[dict[str, Any]], query: Mapping[str, str], page: int) -> list[dict[str, Any]]:
    """Return a random part of a list, if the request is for one; a seed gives the same again.

    The service then counts the works of the part, so `meta.count` says how many works there are only if all are drawn.
    """
    if "sample" not in query:
        if "seed" in query:
            raise refuse("You must include the sample parameter when using a seed value.")
        return works
    if not query["sample"].isdecimal():
        raise refuse("sample must be an integer.")
    size = int(query["sample"])
    if size > MOST_ROWS:
        raise refuse("Sample size must be less than or equal to 10,000.")
    if {"sort", "cursor"} & set(query):
        raise refuse("sample does not work with sort or cursor.")
    if page > 1 and "seed" not in query:
        raise refuse("A seed value is required when paginating through samples of results.")
    return Random(query.get("seed")).sample(works, len(works))[:size]


def _split(part: str) -> tuple[str, str]:
    name, colon, value = part.partition(":")
    if not colon or not value:
        raise refuse("A filter value contains an unescaped comma.")
    return name, value


def _filter(corpus: Corpus, name: str, text: str) -> set[str]:
    if name == "title.search":
        return _search(corpus, text)
    values = text.split("|")
    if len(values) > MOST_VALUES:
        raise refuse(f"Maximum number of values exceeded for {name}. Decrease values to {MOST_VALUES} or below")
    held: dict[str, Callable[[str], Iterable[str | None]]] = {
        "doi": lambda value: corpus.by_doi.get(name_doi(value) or "", []),
        "openalex": lambda value: [name_work(value)] if name_work(value) in corpus.works else [],
        "cites": lambda value: corpus.citing.get(name_work(value) or "", []),
        "locations.landing_page_url": lambda value: corpus.by_page.get(value, []),
        "publication_year": lambda value: _list_where(corpus, lambda work: str(work["publication_year"]) == value),
        "primary_topic.id": lambda value: _list_where(corpus, lambda work: _has_topic(work, value)),
    }
    if name not in held:
        raise refuse(f"{name} is not a valid field.")
    return {found for value in values for found in held[name](value) if found}


def _list_where(corpus: Corpus, holds: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    return [name for name, work in corpus.works.items() if holds(work)]


def _has_topic(work: Mapping[str, Any], topic: str) -> bool:
    own = work["primary_topic"]
    return own is not None and own["id"].rpartition("/")[2] == topic.rpartition("/")[2]


def _search(corpus: Corpus, text: str) -> set[str]:
    """Return the works whose titles hold all words."""
    if re.search(r"[*?]", text):
        raise refuse("Wildcards (* or ?) require the exact (no-stem) field.")
    if any(word.startswith("!") for word in text.split()):
        raise refuse(f"Search filters do not support the ! operator. Problem value: {text}")
    words = set(split_words(text))
    return {name for name, work in corpus.works.items() if words and words <= set(split_words(work["title"] or ""))}
