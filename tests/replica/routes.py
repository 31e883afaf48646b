"""The replica's routes: what Semantic Scholar would say to a request, with its limits and error bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.replica.corpus import KNOWN_PAPER, make_paper
from tests.replica.fields import EDGE_FIELDS, Tree, parse_fields, project_paper
from tests.replica.http_replica import ApiError

CAP = 9_999
MOST_IDS = 500
MOST_LINES = 1_000
MOST_HITS = 100
MOST_RANKED = 1_000

_PREFIXES = {"ARXIV": "ArXiv", "DOI": "DOI", "PMID": "PubMed", "ACL": "ACL", "MAG": "MAG", "CORPUSID": "CorpusId"}
_ELIDED = "Notice: The following paper fields have been elided by the publisher: {'%s'}."
_FILTERS = {"publicationTypes", "openAccessPdf", "minCitationCount", "publicationDateOrYear", "year", "venue"}


class Request(NamedTuple):
    """One line of the request log; `key` is what the x-api-key header held."""

    method: str
    path: str
    query: Mapping[str, str]
    ids: list[str] | None
    key: str | None


class Corpus:
    """Papers by each of their ids; the known paper is always among them."""

    def __init__(self, papers: Sequence[dict[str, Any]], *, page_lines: int = MOST_LINES) -> None:
        self.page_lines = page_lines
        self.papers = [*papers, make_paper("known", paperId=KNOWN_PAPER)]
        self.by_id: dict[str, dict[str, Any]] = {}
        for paper in reversed(self.papers):
            external = (paper.get("externalIds") or {}).items()
            names = [
                paper["paperId"],
                *paper.get("_aliases", ()),
                *(f"{kind}:{value}".lower() for kind, value in external),
            ]
            self.by_id |= dict.fromkeys(names, paper)

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the paper of an id in any of the service's forms."""
        prefix, _, value = name.partition(":")
        return self.by_id.get(name) or self.by_id.get(f"{_PREFIXES.get(prefix.upper(), '')}:{value}".lower())


def answer(corpus: Corpus, request: Request) -> Any:
    """Return what the service would say, as JSON; raise `ApiError` where that is an error."""
    route = request.path.removeprefix("/graph/v1/paper/")
    if request.method == "POST" and route == "batch":
        return _answer_batch(corpus, request)
    if request.method == "GET" and route == "search/match":
        return _answer_match(corpus, request)
    if request.method == "GET" and route == "search":
        return _answer_search(corpus, request)
    if request.method == "GET" and (listing := re.fullmatch(r"(.+)/(citations|references)", route)):
        return _answer_listing(corpus, request, *listing.groups())
    if request.method == "GET" and route != request.path:
        _check_parameters(request, {"fields"})
        return project_paper(_get(corpus, route), _read_fields(request))
    raise ApiError(403, {"message": "Missing Authentication Token"})


def _read_fields(request: Request) -> Tree:
    return parse_fields(request.query.get("fields", ""), "paper")


def _check_parameters(request: Request, allowed: set[str]) -> None:
    wrong = [f"{name}={value}" for name, value in request.query.items() if name not in allowed]
    if wrong:
        raise ApiError(400, {"error": f"Unacceptable query params: [{', '.join(wrong)}]"})


def _get(corpus: Corpus, name: str) -> dict[str, Any]:
    paper = corpus.find(name)
    if paper is None:
        raise ApiError(404, {"error": f"Paper with id {name} not found"})
    return paper


# --- by id -----------------------------------------------------------------------------------------------


def _answer_batch(corpus: Corpus, request: Request) -> list[Any]:
    _check_parameters(request, {"fields"})
    ids = request.ids
    if ids is None:
        raise ApiError(400, {"error": "Unacceptable query params: [ids is required]"})
    if len(ids) > MOST_IDS:
        raise ApiError(400, {"error": f"Too many paper ids, maximum is {MOST_IDS}"})
    tree = _read_fields(request)
    found = [corpus.find(name) for name in ids]
    if not any(found) or any(not _is_well_formed(name) for name in ids):
        raise ApiError(400, {"error": "No valid paper ids given"})
    shown = [project_paper(paper, tree) if paper else None for paper in found]
    for name in ("references", "citations"):
        _spend(shown, name)
    return shown


def _spend(shown: Sequence[dict[str, Any] | None], name: str) -> None:
    """Cut the nested lists of a reply once it has spent its cap: later papers carry empty ones."""
    room = CAP
    for paper in shown:
        if paper and isinstance(paper.get(name), list):
            paper[name] = paper[name][:room]
            room -= len(paper[name])


def _is_well_formed(name: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{40}|10\.\d+/.+|[A-Za-z]+:.+", name))


# --- by title --------------------------------------------------------------------------------------------


def _answer_match(corpus: Corpus, request: Request) -> dict[str, Any]:
    ranked = _rank(corpus, request)
    # As the service has it: half of the words are a match, and the score has no upper bound.
    if not ranked or ranked[0][1] < max(1, len(_split(request.query["query"])) // 2):
        raise ApiError(404, {"error": "Title match not found"})
    score, _, paper = ranked[0]
    return {"data": [{**project_paper(paper, _read_fields(request)), "matchScore": round(10 * score, 5)}]}


def _answer_search(corpus: Corpus, request: Request) -> dict[str, Any]:
    offset, limit = _read_place(request, most=MOST_HITS, last=MOST_RANKED)
    ranked = [] if re.search(r"\w-\w", request.query.get("query", "")) else _rank(corpus, request)
    if not ranked:
        return {"total": 0, "offset": offset}
    tree = _read_fields(request)
    rows = [project_paper(paper, tree) for _, _, paper in ranked]
    return {"total": len(rows), **_to_page(rows, offset, limit)}


def _rank(corpus: Corpus, request: Request) -> list[tuple[float, int, dict[str, Any]]]:
    """Return score, words in common and paper, the closest title first."""
    _check_parameters(request, {"query", "fields", "offset", "limit"} | _FILTERS)
    if not request.query.get("query"):
        raise ApiError(400, {"error": "Missing required parameter: 'query'"})
    _read_fields(request)
    words = _split(request.query["query"])
    scored = []
    for paper in corpus.papers[:-1]:
        title = _split(paper["title"] or "")
        if common := len(words & title):
            scored.append((10 * common / len(words) - 0.3 * len(title - words), common, paper))
    return sorted(scored, key=lambda one: (-one[0], one[2]["paperId"]))


def _split(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


# --- listings --------------------------------------------------------------------------------------------


def _answer_listing(corpus: Corpus, request: Request, name: str, direction: str) -> dict[str, Any]:
    _check_parameters(request, {"fields", "offset", "limit", "publicationDateOrYear"})
    offset, limit = _read_place(request, most=MOST_LINES, last=CAP)
    paper = _get(corpus, name)
    tree = parse_fields(request.query.get("fields", ""), "edge")
    side = "citingPaper" if direction == "citations" else "citedPaper"
    edges = _find_citing(corpus, paper) if direction == "citations" else paper["references"]
    if edges is None:
        notice = {"paperId": paper["paperId"], "openAccessPdf": {"url": "", "disclaimer": _ELIDED % direction}}
        return {"offset": offset, f"{side}Info": notice, "data": None}
    page = _to_page(edges, offset, min(limit, corpus.page_lines))
    return page | {"data": [_project_edge(corpus, edge, tree, side) for edge in page["data"]]}


def _find_citing(corpus: Corpus, paper: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the lines of who cites a paper: `_citations` where it has them, else whoever refers to it."""
    if "_citations" in paper:
        listed: list[dict[str, Any]] | None = paper["_citations"]
        return listed
    return [
        {**edge, "paperId": other["paperId"]}
        for other in corpus.papers
        for edge in other.get("references") or []
        if edge and edge.get("paperId") == paper["paperId"]
    ]


def _project_edge(corpus: Corpus, edge: dict[str, Any], tree: Tree, side: str) -> dict[str, Any]:
    stub = {name: value for name, value in edge.items() if name not in EDGE_FIELDS}
    known = corpus.by_id.get(edge.get("paperId") or "", stub)
    defaults = {"contexts": [], "intents": [], "contextsWithIntent": [], "isInfluential": False}
    about = {name: edge.get(name, defaults[name]) for name in tree if name in EDGE_FIELDS}
    inner = {name: below for name, below in tree.items() if name not in EDGE_FIELDS}
    return {**about, side: project_paper(known, inner or {"title": {}})}


def _read_place(request: Request, *, most: int, last: int) -> tuple[int, int]:
    try:
        offset, limit = int(request.query.get("offset", 0)), int(request.query.get("limit", 100))
    except ValueError:
        raise ApiError(400, {"error": "Unacceptable query params: [offset and limit are numbers]"}) from None
    if not 1 <= limit <= most or offset < 0:
        raise ApiError(400, {"error": f"Unacceptable query params: [limit={limit}]"})
    if offset + limit > last:
        raise ApiError(400, {"error": "Requested data for this limit and/or offset is not available"})
    return offset, limit


def _to_page(rows: Sequence[Any], offset: int, limit: int) -> dict[str, Any]:
    following = {"next": offset + limit} if offset + limit < len(rows) else {}
    return {"offset": offset, **following, "data": list(rows[offset : offset + limit])}
