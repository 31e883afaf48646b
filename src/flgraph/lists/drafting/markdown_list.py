"""Read a list that is a Markdown or HTML file."""

from __future__ import annotations

import re
from typing import Final, cast

from flgraph.identifiers import ids_from_url
from flgraph.lists.blocks.document import read_document
from flgraph.lists.blocks.pieces import Block, Document
from flgraph.lists.blocks.rows import Row, gather_rows
from flgraph.lists.drafting.drafts import Draft, find_address, find_label, find_text, link_kind, make_drafts
from flgraph.lists.drafting.fields import read_fields
from flgraph.lists.drafting.kinds import decide_kinds
from flgraph.lists.entries import EntryKind, ListEntry, ListField, ListLink, ListReading, Span, Unit, UnreadPlace
from flgraph.lists.evidence.people import find_single_word
from flgraph.lists.writing.enriched import blank_enriched
from flgraph.memory import pause_collector

_SHOWN: Final = 200
_ARXIV: Final = re.compile(r"(?i)\barxiv:\s?(\d{4}\.\d{4,5})(?!\d)")
_PICTURE: Final = re.compile(rb"!\[|<img\b")


@pause_collector()
def read_markdown_list(data: bytes, *, name: str) -> ListReading:
    """Read a list from the bytes of a Markdown or HTML file.

    Values that `enrich_list` wrote are read as blanks. The bytes of the reading are those of the file.
    """
    document = read_document(blank_enriched(data), name=name)
    rows = gather_rows(document)
    drafts = make_drafts(document, rows)
    decide_kinds(drafts.resources)
    read_fields(drafts.resources)
    made = (_make_entry(document, draft, name) for draft in (*drafts.resources, *drafts.contents))
    entries = sorted(made, key=lambda entry: entry.span)
    unread = [_make_unread(document, row, name) for row in drafts.untitled]
    units = tuple(map(_make_unit, document.blocks))
    return ListReading(name, "markdown", data, tuple(entries), tuple(unread), units)


def _make_entry(document: Document, draft: Draft, name: str) -> ListEntry:
    url = draft.url
    spans = _find_spans(document, draft)
    line = document.line(spans["title"][0])
    has_picture = _PICTURE.search(document.bytes, *spans["title"]) is not None
    if draft.title_segment.has_subtitle or has_picture:
        del spans["title"]  # which is not in one piece
    return ListEntry(
        kind=cast("EntryKind", draft.kind),
        title=draft.title,
        url=(url.url or None) if url else None,
        section=draft.block.section,
        line=line,
        span=draft.span,
        unit=draft.row.block,
        venue=draft.venue,
        year=draft.year,
        authors=draft.authors,
        tags=draft.tags,
        links=_make_links(document, draft),
        spans=spans,
        origins=dict(draft.origins),
        doubts=_list_doubts(draft),
        ids=_find_ids(draft),
        path=name,
    )


def _find_ids(draft: Draft) -> dict[str, str]:
    """Return the ids of the address; without one, the arXiv id that the text of the row names: "arXiv:2102.07623"."""
    if draft.url:
        return dict(ids_from_url(draft.url.url or ""))
    named = {found for text in draft.segments if not text.is_link for found in _ARXIV.findall(text.text)}
    return {"arxiv": named.pop()} if len(named) == 1 else {}


def _find_spans(document: Document, draft: Draft) -> dict[ListField, Span]:
    spans = dict(draft.spans)
    title = draft.title_segment
    if title.is_link:
        spans["title"] = find_text(document.bytes, title, draft.candidate.text) or find_label(document.bytes, title)
        spans.update(_find_linked_fields(document, draft, spans["title"]))
    address = find_address(document.bytes, draft.url) if draft.url else None
    if address:
        draft.origins["url"] = "row"
        if not spans["title"][0] <= address[0] < spans["title"][1]:  # as in a link whose text is not found
            spans["url"] = address
    return spans


def _find_linked_fields(document: Document, draft: Draft, title: Span) -> dict[ListField, Span]:
    """Return the bytes of the fields that are written in the link of the title, before or behind it."""
    values: dict[ListField, object] = {"venue": draft.venue, "year": draft.year, "authors": draft.authors}
    written = [name for name in values if draft.origins.get(name) == "row" and name not in draft.spans]
    if not written:
        return {}
    start, end = find_label(document.bytes, draft.title_segment)
    found: dict[ListField, Span] = {}
    for name in written:
        text = str(values[name]).encode()
        place = max(document.bytes.rfind(text, title[1], end), document.bytes.find(text, start, title[0]))
        if place >= 0:
            found[name] = place, place + len(text)
    return found


def _make_links(document: Document, draft: Draft) -> tuple[ListLink, ...]:
    return tuple(
        ListLink(
            label=link.segment.text,
            url=link.segment.url or "",
            kind=link_kind(link),
            span=(link.segment.start, link.segment.end),
            url_span=find_address(document.bytes, link.segment),
            is_shown=not link.segment.is_broken,
        )
        for link in draft.links
        if link.segment is not draft.url and not link.segment.is_title
    )


def _list_doubts(draft: Draft) -> tuple[str, ...]:
    if draft.shares_row:
        return ("shares a row",)
    doubts = []
    if any(link.address == "none" for link in draft.links):
        doubts.append("empty link")
    if any(link.is_broken for link in draft.link_segments):
        doubts.append("broken link")
    if draft.authors and (word := find_single_word(draft.authors)):
        doubts.append(f"one word among the names: {word}")
    return tuple(doubts)


def _make_unread(document: Document, row: Row, name: str) -> UnreadPlace:
    block = document.blocks[row.block]
    text = document.slice(block.start, block.end)[:_SHOWN]
    return UnreadPlace(document.line(block.start), text, "no title found", name)


def _make_unit(block: Block) -> Unit:
    return Unit(block.kind, (block.start, block.end), block.section, block.depth, block.parent, block.level,
                block.is_html, block.header, block.columns, block.inherited)  # fmt: skip
