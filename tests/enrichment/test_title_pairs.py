"""The verdict on titles, held against rows of five lists that are labelled by their links and not by their titles.

Same paper: two lists whose first link, the one a row's title belongs to, leads to one record. Different papers: the
most similar titles whose links name two records of one kind. Equal titles under two arXiv ids are neither: such a
paper was deposited twice. `pytest --log-cli-level=INFO` shows the figures.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from flgraph.enrichment.judge import CatalogIndex, judge_title_match
from flgraph.identifiers import ids_from_url, normalize_title
from flgraph.records import Author, CatalogEntry, Paper

logger = logging.getLogger(__name__)

LINK = re.compile(r"\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<url>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)")
MARKS = re.compile(r":[a-z_]+:|\**`[^`]*`\**|\*\*|^\W*\[[^\]]*\d{4}\]")
SIMILAR = 75

WRONG_LINKS = {
    ("arxiv", "1907.10218"): (
        "Self-supervised audio representation learning for mobile devices",
        "the row itself names arXiv:1905.11796; four other rows give the number to 'Boosting Privately: …'",
    ),
}


class Row(NamedTuple):
    """A row of a list: what it calls a paper, where its first link leads, where all of them lead, who wrote it."""

    source: str
    title: str
    first: dict[str, str]
    ids: dict[str, str]
    authors: tuple[str, ...] = ()
    year: int | None = None


# --- reading ---------------------------------------------------------------------------------------------


def read_rows(folder: Path) -> list[Row]:
    rows = [row for path in sorted(folder.rglob("*.md")) for row in read_file(path, path.relative_to(folder).parts[0])]
    return [row for row in rows if row.ids and len(normalize_title(row.title).split()) > 2]


def read_file(path: Path, source: str) -> Iterator[Row]:
    text = path.read_text(encoding="utf-8")
    for url, title in re.findall(r'<a href="([^"]+)">(.*?)</a>', text, re.DOTALL):
        yield to_row(source, title, [url])
    for line in text.splitlines():
        links = [(found["text"], found["url"], found.start()) for found in LINK.finditer(line)]
        urls = [url for _, url, _ in links if "github.com" not in url]
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if not urls or cells[0].startswith("["):
            continue
        if line.startswith("|"):
            yield to_row(
                source, cells[0], urls, year=next((cell for cell in cells if re.fullmatch(r"20\d\d", cell)), None)
            )
        elif source == "ChanChiChoi":
            yield to_row(source, links[0][0], urls, authors=line[: links[0][2]])
        elif source == "tushar-semwal":
            yield to_row(source, links[0][0], urls)
        elif re.match(r"\s*[-*] ", line):
            yield to_row(
                source, re.split(r"\s*\[+\s*(?:PUB|PDF|Paper|Preprint)\s*\]|\[\[", line, flags=re.IGNORECASE)[0], urls
            )


def to_row(source: str, title: str, urls: list[str], *, authors: str = "", year: str | None = None) -> Row:
    ids: dict[str, str] = {}
    for url in reversed(urls):
        ids |= ids_from_url(url)
    names = re.split(r",| and ", re.sub(r"\[[^\]]*\]", "", authors).strip(" -."))
    return Row(
        source,
        " ".join(MARKS.sub(" ", title).split()).strip(" -*."),
        ids_from_url(urls[0]),
        ids,
        tuple(name.strip() for name in names if len(name.strip()) > 2 and "et al" not in name),
        int(year) if year else None,
    )


# --- labelling -------------------------------------------------------------------------------------------


def pair_same(rows: list[Row], *, links: Literal["first", "all"]) -> list[tuple[Row, Row]]:
    """Return rows of two lists whose first link, or any, leads to one record, each two titles once."""
    by_record: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for record in (row.first if links == "first" else row.ids).items():
            if WRONG_LINKS.get(record, ("",))[0] != row.title:
                by_record[record].append(row)
    found = {
        frozenset((one.title, other.title)): (one, other)
        for together in by_record.values()
        for one, other in combinations(together, 2)
        if one.source != other.source
    }
    return list(found.values())


def pair_different(rows: list[Row]) -> list[tuple[Row, Row]]:
    """Return the rows of similar titles that share no id, and differ in an id of the same kind."""
    by_title: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_title[normalize_title(row.title)].append(row)
    titles = sorted(by_title)
    ids = [{record for row in by_title[title] for record in row.ids.items()} for title in titles]
    in_order = [" ".join(sorted(title.split())) for title in titles]
    ratios = np.maximum(
        *(process.cdist(texts, texts, scorer=fuzz.ratio, dtype=np.uint8) for texts in (titles, in_order))
    )
    return [
        (one, other)
        for here, there in zip(*np.where(np.triu(ratios, 1) >= SIMILAR), strict=True)
        if not ids[here] & ids[there] and {kind for kind, _ in ids[here]} & {kind for kind, _ in ids[there]}
        for one in by_title[titles[here]][:1]
        for other in by_title[titles[there]][:1]
    ]


def share_words(one: Row, other: Row) -> float:
    """Return the part of all words that both titles have; below a half, the paper was given another title."""
    ours, theirs = (set(normalize_title(row.title).split()) for row in (one, other))
    return len(ours & theirs) / len(ours | theirs)


def is_accepted(listed: Row, seen: Row) -> bool:
    """Return the verdict on a row and a record with the other row's title, authors and year, and no id."""
    entry = CatalogEntry(key="listed", title=listed.title, section="2020", authors=listed.authors, year=listed.year)
    authors = tuple(Author(name=name) for name in seen.authors)
    paper = Paper(id="0" * 40, title=seen.title, authors=authors, year=seen.year)
    return judge_title_match(entry, [paper], index=CatalogIndex({}, {})).status == "accepted"


# --- the figures -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rows(test_data: Path) -> list[Row]:
    return read_rows(test_data / "lists")


def test_no_similar_title_of_another_paper_is_accepted(rows: list[Row]) -> None:
    pairs = pair_different(rows)
    wrong = [(one.title, other.title) for one, other in pairs if is_accepted(one, other) or is_accepted(other, one)]
    logger.info("different papers, titles alike to %d or more: %d pairs, %d accepted", SIMILAR, len(pairs), len(wrong))
    assert len(pairs) >= 120
    assert [] == wrong


def test_titles_of_one_record_are_accepted(rows: list[Row]) -> None:
    pairs = pair_same(rows, links="first")
    kept = [pair for pair in pairs if share_words(*pair) >= 0.5]
    missed = [pair for pair in kept if not is_accepted(*pair)]
    whole = sum(is_accepted(*pair) for pair in pairs)
    logger.info("same record, two lists: %d pairs, %d accepted (%.3f)", len(pairs), whole, whole / len(pairs))
    logger.info("%d were given another title; of the others %.3f", len(pairs) - len(kept), 1 - len(missed) / len(kept))
    for one, other in missed:
        logger.info("missed: %s | %s", one.title, other.title)
    for title, reason in WRONG_LINKS.values():
        logger.info("left out: %s: %s", title, reason)
    assert len(kept) >= 120
    assert len(missed) <= 0.05 * len(kept)
    assert whole >= 0.9 * len(pairs)


def test_titles_of_preprint_and_publication_are_mostly_accepted(rows: list[Row]) -> None:
    """A second link often leads to the preprint, whose title may be an earlier one: what is not alike needs the id."""
    pairs = pair_same(rows, links="all")
    kept = [pair for pair in pairs if share_words(*pair) >= 0.5]
    whole, alike = (sum(is_accepted(*pair) for pair in some) / len(some) for some in (pairs, kept))
    logger.info("one id among all links: %d pairs, %.3f accepted", len(pairs), whole)
    logger.info("%d were given another title; of the others %.3f", len(pairs) - len(kept), alike)
    assert whole >= 0.8
