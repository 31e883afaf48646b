"""Questions about the behavior of OpenAlex that could not be settled by its documentation."""

from __future__ import annotations

import re
from typing import Final

from flgraph.sources.openalex.provider import KEY_NAME, PROVIDER
from flgraph.sources.openalex.questions import LIST_PRICE, MOST_ROWS, PAGE_SIZE, SEARCH_PRICE
from flgraph.sources.probes import Asker, Ping, Probe, ProviderProbes, Seen, name_refusal

EXAMPLE: Final = "W2741809807"
"""The example work of the documentation, which the service will keep."""

EXAMPLE_TITLE: Final = "the state of oa a large scale analysis of the prevalence and impact of open access articles"

GONE: Final = "W1649520898"
"""A work that another one lists as a reference and that no longer exists (LocalCitationNetwork, issue 4)."""

MERGED_ARXIV: Final = "1706.03762"
"""A paper of arXiv whose work has, as reported, no DOI of arXiv."""

_CITING: Final = f"cites:{EXAMPLE}"
_ID: Final = {"select": "id"}
_HEADERS: Final = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_SAMPLE: Final = 5


# --- cursors and pages -------------------------------------------------------------------------------------


def _ask_cursor(asker: Asker) -> str:
    question = {"filter": _CITING, "per_page": "1", **_ID}
    first = asker.ask("/works", {**question, "cursor": "*"}, cost=LIST_PRICE, with_key=False)
    following = first.pick("meta", "next_cursor")
    if not first.is_ok or not isinstance(following, str):
        return f"page 1: {first.explain()}, without a next cursor"
    second = asker.ask("/works", {**question, "cursor": following}, cost=LIST_PRICE, with_key=False)
    return "both pages are answered" if second.is_ok else f"page 2: {second.explain()}"


def _ask_beyond(asker: Asker) -> str:
    place = {"per_page": str(PAGE_SIZE), "page": str(MOST_ROWS // PAGE_SIZE + 1)}
    return name_refusal(asker.ask("/works", {"filter": _CITING, **place, **_ID}, cost=LIST_PRICE))


def _ask_values(asker: Asker) -> str:
    values = "|".join(f"W{number}" for number in range(100, 201))
    return name_refusal(asker.ask("/works", {"filter": f"openalex:{values}", **_ID}, cost=LIST_PRICE))


# --- searches ----------------------------------------------------------------------------------------------


def _ask_search(asker: Asker) -> str:
    return _name_hit(asker.ask("/works", {"search.title": EXAMPLE_TITLE, **_ID}, cost=SEARCH_PRICE))


def _ask_search_filter(asker: Asker) -> str:
    question = {"filter": f"title.search:{EXAMPLE_TITLE}", **_ID}
    return _name_hit(asker.ask("/works", question, cost=SEARCH_PRICE))


def _ask_landing_page(asker: Asker) -> str:
    pages = "|".join(f"{scheme}://arxiv.org/abs/{MERGED_ARXIV}" for scheme in ("http", "https"))
    seen = asker.ask("/works", {"filter": f"locations.landing_page_url:{pages}", **_ID}, cost=LIST_PRICE)
    return "the work is found" if _list_ids(seen.require_data()) else "no work is found"


def _name_hit(seen: Seen) -> str:
    hits = _list_ids(seen.require_data())
    return "the work is found" if EXAMPLE in hits else f"not among {len(hits)} hits"


def _list_ids(seen: Seen) -> list[str]:
    rows = seen.list_rows("results")
    names = [row.get("id") for row in rows if isinstance(row, dict)]
    return [name.rpartition("/")[2] for name in names if isinstance(name, str)]


# --- the expansion corpus ----------------------------------------------------------------------------------


def _ask_corpus(asker: Asker) -> str:
    core, whole = _ask_count(asker), _ask_count(asker, corpus="all")
    if isinstance(core, str) or isinstance(whole, str):
        return core if isinstance(core, str) else str(whole)
    return "it lists more works" if whole > core else f"it lists {whole} works, the core alone {core}"


def _ask_stored_count(asker: Asker) -> str:
    core, whole = _ask_count(asker), _ask_count(asker, corpus="all")
    single = asker.ask(f"/works/{EXAMPLE}", {"select": "id,cited_by_count"})
    stored = single.pick("cited_by_count")
    if not isinstance(core, int) or not isinstance(whole, int) or not isinstance(stored, int):
        return f"the counts cannot be compared: core {core}, both {whole}, record: {single.explain()}"
    if core == whole:
        return f"it cannot be told: both lists have {core} works, and the record counts {stored}"
    if abs(stored - core) < abs(stored - whole):
        return "nearer to the core"
    return f"nearer to both: the record counts {stored}, the core lists {core}, both list {whole}"


def _ask_count(asker: Asker, **corpus: str) -> int | str:
    """Return the number of works that cite the example, or what the service says instead."""
    seen = asker.ask("/works", {"filter": _CITING, "per_page": "1", **_ID, **corpus}, cost=LIST_PRICE)
    count = seen.pick("meta", "count")
    return count if isinstance(count, int) and seen.is_ok else seen.explain()


# --- single works, samples, limits -------------------------------------------------------------------------


def _ask_gone(asker: Asker) -> str:
    seen = asker.ask(f"/works/{GONE}", _ID)
    target = re.search(r"W\d{2,}", seen.headers.get("Location", ""))
    return f"{seen.status} to {target[0]}" if target else str(seen)


def _ask_miss(asker: Asker) -> str:
    return str(asker.ask("/works/doi:10.9999/flgraph-no-such-work", _ID))


def _ask_sample(asker: Asker) -> str:
    question = {"filter": _CITING, "sample": str(_SAMPLE), "seed": "7", **_ID}
    first, second = (asker.ask("/works", question, cost=LIST_PRICE).require_data() for _ in range(2))
    found = _list_ids(first)
    if len(found) != _SAMPLE:
        return f"{len(found)} works instead of {_SAMPLE}"
    if first.pick("meta", "count") != _SAMPLE:
        return f"a count other than {_SAMPLE}, the size of the sample"
    return "the same works in the same order" if found == _list_ids(second) else "other works, or another order"


def _ask_headers(asker: Asker) -> str:
    seen = asker.ask(f"/works/{EXAMPLE}", _ID)
    missing = [name for name in _HEADERS if name not in seen.headers]
    return f"without {', '.join(missing)}" if missing else "all three"


def _ask_budget(asker: Asker) -> str:
    return asker.ask(f"/works/{EXAMPLE}", _ID, with_key=False).headers.get("X-RateLimit-Limit") or "not stated"


def _ask_price(asker: Asker) -> str:
    return asker.ask(f"/works/{EXAMPLE}", _ID).headers.get("X-RateLimit-Credits-Used") or "not stated"


PROBES: Final = ProviderProbes(
    PROVIDER,
    KEY_NAME,
    "this network address has 1,000 credits a day",
    Ping(f"/works/{EXAMPLE}", _ID),
    (
        Probe("cursor", "Does a cursor reach page 2 without a key?", "both pages are answered", _ask_cursor),
        Probe("last-page", "Is a page beyond 10,000 rows refused?", "400 with JSON", _ask_beyond),
        Probe("filter-limit", "Is a filter with 101 values refused?", "400 with JSON", _ask_values),
        Probe("search-title", "Does search.title find a work by the words of its title?", "the work is found",
              _ask_search),
        Probe("title-filter", "Does the older filter title.search do so as well?", "the work is found",
              _ask_search_filter),
        Probe("landing-page", "Does the filter locations.landing_page_url find a paper of arXiv?", "the work is found",
              _ask_landing_page),
        Probe("corpus", "What does corpus=all add to a list?", "it lists more works", _ask_corpus),
        Probe("stored-count", "Does cited_by_count include the expansion corpus?", "nearer to the core",
              _ask_stored_count),
        Probe("gone", "What does an id answer that was merged or deleted?", "404 with HTML", _ask_gone),
        Probe("miss", "What does an unknown DOI answer?", "404 with HTML", _ask_miss),
        Probe("sample", "Does a seed repeat a sample?", "the same works in the same order", _ask_sample),
        Probe("limit-headers", "Do replies state limit, rest and reset of the budget?", "all three", _ask_headers),
        Probe("budget", "How many credits does a day have without a key?", "1000", _ask_budget),
        Probe("price", "How many credits does a single work cost?", "0", _ask_price),
    ),
)  # fmt: skip
