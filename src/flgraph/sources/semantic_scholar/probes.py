"""Questions about the behavior of Semantic Scholar that could not be settled by its documentation."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from pydantic import JsonValue

from flgraph.sources.probes import Asker, Ping, Probe, ProviderProbes, Seen, name_refusal
from flgraph.sources.semantic_scholar.provider import KEY_NAME, PROVIDER
from flgraph.sources.semantic_scholar.questions import KNOWN_PAPER, PAPER_PATH

KNOWN_TITLE: Final = "Construction of the Literature Graph in Semantic Scholar"
UNKNOWN: Final = "DOI:10.9999/flgraph-no-such-paper"
WITHHELD: Final = (
    "10.1016/j.media.2021.102298",
    "10.1007/978-3-031-16437-8_70",
    "10.1007/978-3-031-19803-8_26",
    "10.1007/978-3-030-87199-4_33",
    "10.1109/jbhi.2022.3198440",
    "10.1109/tmi.2022.3192483",
)
"""Papers of publishers that are known to withhold reference lists."""

_NONSENSE: Final = "qzxv flgraphish wqpk nonwordly vzzt"
_TITLE: Final = {"fields": "title"}
_MOST_IDS: Final = 500


# --- batches -----------------------------------------------------------------------------------------------


def _ask_batch(asker: Asker, ids: Sequence[str], fields: str = "title") -> Seen:
    return asker.ask(f"{PAPER_PATH}batch", {"fields": fields}, payload={"ids": list(ids)})


def _ask_order(asker: Asker) -> str:
    seen = _ask_batch(asker, [UNKNOWN, KNOWN_PAPER]).require_data()
    rows = seen.list_rows()
    is_expected = len(rows) == 2 and rows[0] is None and seen.pick(1, "paperId") == KNOWN_PAPER
    return "null, then the record" if is_expected else _name_rows(rows)


def _ask_whole_batch(asker: Asker) -> str:
    return f"{len(_ask_batch(asker, _list_ids(_MOST_IDS)).require_data().list_rows())} answers"


def _ask_overfull_batch(asker: Asker) -> str:
    return name_refusal(_ask_batch(asker, _list_ids(_MOST_IDS + 1)))


def _ask_unknown_batch(asker: Asker) -> str:
    return name_refusal(_ask_batch(asker, [UNKNOWN]))


def _list_ids(count: int) -> list[str]:
    return [KNOWN_PAPER, *(f"CorpusId:{number}" for number in range(1, count))]


def _name_rows(rows: Sequence[JsonValue]) -> str:
    return ", then ".join("null" if row is None else "a record" for row in rows) or "no row"


# --- titles ------------------------------------------------------------------------------------------------


def _ask_match(asker: Asker) -> str:
    seen = asker.ask(f"{PAPER_PATH}search/match", {"query": KNOWN_TITLE, **_TITLE}).require_data()
    if seen.pick("data", 0, "paperId") != KNOWN_PAPER:
        return f"{len(seen.list_rows('data'))} records, the first another paper"
    score = seen.pick("data", 0, "matchScore")
    return "the paper with a matchScore" if isinstance(score, int | float) else "the paper without a matchScore"


def _ask_match_miss(asker: Asker) -> str:
    return asker.ask(f"{PAPER_PATH}search/match", {"query": _NONSENSE, **_TITLE}).explain()


def _ask_search_miss(asker: Asker) -> str:
    seen = _search(asker, _NONSENSE)
    listed = "without a list" if "data" not in _read_object(seen) else "with a list"
    return f"total {seen.pick('total')}, {listed}"


def _ask_hyphens(asker: Asker) -> str:
    return "no hits" if _search(asker, "literature-graph construction").pick("total") == 0 else "hits"


def _search(asker: Asker, words: str) -> Seen:
    return asker.ask(f"{PAPER_PATH}search", {"query": words, "limit": "1", **_TITLE}).require_data()


def _read_object(seen: Seen) -> dict[str, JsonValue]:
    return seen.body if isinstance(seen.body, dict) else {}


# --- listings and single papers ----------------------------------------------------------------------------


def _ask_page(asker: Asker, offset: int, limit: int) -> Seen:
    place = {"offset": str(offset), "limit": str(limit)}
    return asker.ask(f"{PAPER_PATH}{KNOWN_PAPER}/citations", {**place, **_TITLE})


def _ask_paging(asker: Asker) -> str:
    seen = _ask_page(asker, 10, 10).require_data()
    return f"{len(seen.list_rows('data'))} lines, next {seen.pick('next')}"


def _ask_long_page(asker: Asker) -> str:
    return str(_ask_page(asker, 0, 1_000).require_data())


def _ask_overlong_page(asker: Asker) -> str:
    return name_refusal(_ask_page(asker, 0, 1_001))


def _ask_beyond(asker: Asker) -> str:
    return name_refusal(_ask_page(asker, 9_000, 1_000))


def _ask_withheld(asker: Asker) -> str:
    ids = [KNOWN_PAPER, *(f"DOI:{doi}" for doi in WITHHELD)]
    seen = _ask_batch(asker, ids, "referenceCount,references.title").require_data()
    papers = [row for row in seen.list_rows()[1:] if isinstance(row, dict)]
    null = [paper.get("paperId") for paper in papers if paper.get("references") is None]
    empty = [paper for paper in papers if paper.get("references") == [] and paper.get("referenceCount")]
    if not null or not isinstance(null[0], str):
        return f"{len(empty)} of {len(papers)} lists are empty, none is null"
    listing = asker.ask(f"{PAPER_PATH}{null[0]}/references", {"limit": "1", **_TITLE})
    if not listing.is_ok:
        return f"null in a batch; alone {listing.explain()}"
    alone = _read_object(listing).get("data", "absent")
    return "null in a batch and alone" if alone is None else "null in a batch, not alone"


def _ask_miss(asker: Asker) -> str:
    return name_refusal(asker.ask(f"{PAPER_PATH}{UNKNOWN}", _TITLE), HTTPStatus.NOT_FOUND)


PROBES: Final = ProviderProbes(
    PROVIDER,
    KEY_NAME,
    "requests share one rate limit with everybody else",
    Ping(f"{PAPER_PATH}{KNOWN_PAPER}", _TITLE),
    (
        Probe("batch-order", "Does a batch keep the order of its ids, with null for a miss?", "null, then the record",
              _ask_order),
        Probe("batch-size", "Is a batch of 500 ids answered?", "500 answers", _ask_whole_batch),
        Probe("batch-limit", "Is a batch of 501 ids refused?", "400 with JSON", _ask_overfull_batch),
        Probe("batch-unknown", "Is a batch of unknown ids alone refused?", "400 with JSON", _ask_unknown_batch),
        Probe("match", "Does search/match find a paper by its title?", "the paper with a matchScore", _ask_match),
        Probe("match-miss", "What does search/match answer if no title matches?",
              "404 with JSON: Title match not found", _ask_match_miss),
        Probe("search-miss", "What does a search without hits answer?", "total 0, without a list", _ask_search_miss),
        Probe("search-hyphen", "Does a search find words with hyphens?", "no hits", _ask_hyphens),
        Probe("paging", "What does a page of 10 citations from offset 10 hold?", "10 lines, next 20", _ask_paging),
        Probe("page-size", "Is a page of 1,000 citations answered?", "200 with JSON", _ask_long_page),
        Probe("page-limit", "Is a page of 1,001 citations refused?", "400 with JSON", _ask_overlong_page),
        Probe("listing-end", "Is a page that reaches line 10,000 refused?", "400 with JSON", _ask_beyond),
        Probe("withheld", "How is a withheld reference list marked?", "null in a batch and alone", _ask_withheld),
        Probe("single-miss", "What does an unknown DOI answer?", "404 with JSON", _ask_miss),
    ),
)  # fmt: skip
