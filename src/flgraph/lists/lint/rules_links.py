"""Rules about the links of one row: where they lead, whether readers see and can open them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from flgraph.identifiers import clean_arxiv, clean_doi, judge_arxiv, name_id
from flgraph.lists.entries import ListLink, Span
from flgraph.lists.lint.findings import Draft
from flgraph.lists.lint.link_judges import (
    WrongId,
    clean_address,
    find_id_clash,
    find_version,
    find_wrong_arxiv,
    is_preprint_doi,
    judge_access,
    judge_label,
    name_works,
    read_ids,
)
from flgraph.lists.lint.lint_rows import Row, Sheet, list_lines, name_work, quote_label
from flgraph.lists.writing.patches import Patch

_URL: Final = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_ARXIV_TEXT: Final = re.compile(
    r"arxiv(?:[ \t]preprint)?[\s:.]{1,3}(?:arxiv[\s:.]{1,3})?(\d{4}\.\d{3,6})(?!\d)", re.IGNORECASE
)
_DOI_TEXT: Final = re.compile(r"\bdoi:?[ \t]?(10\.\d{4,9}/[^\s,;<>()\[\]{}|\"']+)", re.IGNORECASE)
_SHOWN: Final = 70


def check_links(sheet: Sheet) -> Iterator[Draft]:
    """Yield the findings about the links of each row, L102 to L104, L108, L110 to L112, L114 and L120."""
    empty: list[Row] = []
    for row in sheet.papers:
        wrong = list(_find_impossible(row))
        yield from wrong
        if not wrong and row.is_alone:
            other = find_other_id(row)
            if other:
                yield row.draft(other.code, "error", other.message, place=other.place)
        yield from _find_fleeting(row)
        yield from _find_empty(row)
        if any(not link.url.strip() and not link.label.strip() for link in row.entry.links):
            empty.append(row)
        if row.is_alone:
            yield from _find_misleading(row)
    yield from _sum_up_empty(sheet, sheet.keep("L103", empty))


def check_versions(sheet: Sheet) -> Iterator[Draft]:
    """Yield L109: links to one version of a preprint."""
    for row in sheet.papers:
        for url, span, _ in row.list_targets():
            found = find_version(url)
            if found:
                message = f"the link leads to {found[0]} of the preprint, which may not be the latest: {_cut(url)}"
                fix = (Patch(*span, found[1].encode()),) if span and row.part.text_at(span) == url else None
                yield row.draft("L109", "note", message, place=span[0] if span else None, fix=fix)


# --- ids -------------------------------------------------------------------------------------------------


def _find_impossible(row: Row) -> Iterator[Draft]:
    """Yield L114 for each impossible arXiv id, once a row."""
    told: set[str] = set()
    for wrong, span in _list_wrong_ids(row):
        if wrong.id not in told:
            told.add(wrong.id)
            message = f"no arXiv id can be {wrong.id}: {wrong.reason}"
            yield row.draft("L114", "error", message, place=span[0] if span else None)


def _list_wrong_ids(row: Row) -> Iterator[tuple[WrongId, Span | None]]:
    """Yield the impossible arXiv ids of the links of a row, with the bytes of the links, then that of its text."""
    for url, span, _ in row.list_targets():
        if wrong := find_wrong_arxiv(url):
            yield wrong, span
    arxiv = clean_arxiv(row.entry.ids.get("arxiv", ""))
    if arxiv and (reason := judge_arxiv(arxiv)):
        yield WrongId(arxiv, reason), None


class OtherId(NamedTuple):
    """An id in a row that is not the one of its link; `said` is the id that the text says beside the links."""

    code: str
    place: int
    message: str
    said: str | None = None


def find_other_id(row: Row) -> OtherId | None:
    """Return what L102 or L112 find: an id beside the link, or a second link, is of another paper."""
    clash = find_id_clash(row.entry.ids, row.entry.url) if row.entry.url else None
    if clash:
        message = f"the link leads to {name_work(clash.theirs)}, but the row says {name_work(clash.ours)}"
        return OtherId("L102", row.entry.spans.get("url", row.entry.span)[0], message)
    return find_second_paper(row) or (_find_said_id(row) if row.part.form == "markdown" else None)


def find_second_paper(row: Row) -> OtherId | None:
    """Return what L112 finds."""
    for link in row.entry.links:
        ids = _lead_apart(row.entry.url or "", link.url) if link.kind == "paper" else None
        if ids:
            message = f"two links of this row lead to two papers: arXiv {ids[0]} and arXiv {ids[1]}"
            return OtherId("L112", link.span[0], message)
    return None


def _lead_apart(url: str, other: str) -> tuple[str, str] | None:
    """Return the ids if two links lead to two preprints; one paper may well have several DOIs."""
    one, two = read_ids(url).get("arxiv"), read_ids(other).get("arxiv")
    return (one, two) if one and two and one != two else None


def _find_said_id(row: Row) -> OtherId | None:
    """Return an id in the text beside the links that none of them has."""
    text = row.text
    folded = text.casefold()
    if "arxiv" not in folded and "doi" not in folded:
        return None
    bare = _URL.sub(lambda found: " " * len(found[0]), text)
    works = row.works.union(*(name_works(url) for url, _, _ in row.list_targets()))
    for kind, pattern in (("arxiv", _ARXIV_TEXT), ("doi", _DOI_TEXT)):
        linked = sorted(work for work in works if work.startswith(f"{kind}:") and not is_preprint_doi(work[4:]))
        said = {_clean(kind, found[1]): found for found in pattern.finditer(bare)}
        if len(said) == 1 and linked:
            [(value, found)] = said.items()
            name = name_id(kind, value)
            if value and name not in works and not is_preprint_doi(value):
                message = f"the text says {name_work(name)}, but the link leads to {name_work(linked[0])}"
                return OtherId("L102", row.entry.span[0] + len(text[: found.start()].encode()), message, name)
    return None


def _clean(kind: str, value: str) -> str:
    return value if kind == "arxiv" else clean_doi(value.rstrip(".")) or ""


# --- links that readers cannot follow --------------------------------------------------------------------


def _find_fleeting(row: Row) -> Iterator[Draft]:
    for url, span, _ in row.list_targets():
        reason = judge_access(url)
        if reason:
            clean = clean_address(url)
            advice = f"write {clean}" if clean else "write an address that everyone can open"
            fix = (Patch(*span, clean.encode()),) if clean and span and row.part.text_at(span) == url else None
            message = f"the link {reason}: {_cut(url)}; {advice}"
            yield row.draft("L108", "warning", message, place=span[0] if span else None, fix=fix)


def _find_empty(row: Row) -> Iterator[Draft]:
    """Yield L103, L104 or L120: a link without address, one that is not shown, none at all."""
    entry = row.entry
    labelled = [link for link in entry.links if not link.url.strip() and link.label.strip()]
    hidden = [link for link in entry.links if not link.is_shown]
    if hidden or "broken link" in entry.doubts:
        place = hidden[0].span[0] if hidden else entry.spans.get("url", (row.place, 0))[0]
        message = "GitHub does not show this as a link; remove blanks and unpaired brackets from its address"
        yield row.draft("L104", "warning", message, place=place)
        return
    for link in labelled:
        message = f"the link {quote_label(link)} has no address; add it, or remove the link"
        yield row.draft("L103", "warning", message, place=link.span[0])
    if "empty link" in entry.doubts and not entry.url and not any(not link.url.strip() for link in entry.links):
        yield row.draft("L103", "warning", "the link of the title has no address; add it")
    elif not entry.url and not row.works and not labelled and row.is_alone:
        yield row.draft("L120", "note", "no link leads to the paper")


def _sum_up_empty(sheet: Sheet, empty: list[Row]) -> Iterator[Draft]:
    """Yield one note a file for its links without text and address, which nobody sees."""
    by_file: dict[str, list[Row]] = {}
    for row in empty:
        by_file.setdefault(row.part.path, []).append(row)
    for rows in by_file.values():
        links = [_find_invisible(row) for row in rows]
        fix = tuple(Patch(*link.span, b"") for link in links)
        said = "a link has" if len(rows) == 1 else f"{len(links)} links have"
        message = f"{said} no text and no address ({list_lines(rows)})"
        first, *others = sheet.put_changed_first(rows)
        draft = first.draft("L103", "note", message, *others, place=_find_invisible(first).span[0], fix=fix)
        yield replace(draft, work=rows[0].work)


def _find_invisible(row: Row) -> ListLink:
    return next(link for link in row.entry.links if not link.url.strip() and not link.label.strip())


# --- labels ----------------------------------------------------------------------------------------------


def _find_misleading(row: Row) -> Iterator[Draft]:
    """Yield L110 or L111 for each link besides that of the paper."""
    seen = {_spell(row.entry.url): row.entry.spans.get("url")} if row.entry.url else {}
    for link in row.entry.links:
        if not link.url.strip():
            continue
        spelled = _spell(link.url)
        fault = judge_label(link.label, link.url)
        if fault:
            message = f"the link {quote_label(link)} {fault}: {_cut(link.url)}"
            yield row.draft("L110", "warning", message, place=link.span[0])
        elif spelled in seen and seen[spelled] != link.url_span:
            message = f"the link {quote_label(link)} leads where another link of this row leads: {_cut(link.url)}"
            yield row.draft("L111", "warning", message, place=link.span[0])
        seen.setdefault(spelled, link.url_span)


def _spell(url: str) -> str:
    """Return an address in one spelling; a page and its PDF are two."""
    return re.sub(r"^https?://(?:www\.)?", "", url.strip()).rstrip("/")


def _cut(url: str) -> str:
    return url if len(url) <= _SHOWN else f"{url[:_SHOWN]}…"
