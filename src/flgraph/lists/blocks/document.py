"""Read a Markdown file as blocks and inline pieces, each with its bytes; nothing here knows what a paper is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from flgraph.errors import CatalogError
from flgraph.lists.blocks.markdown import read_markdown
from flgraph.lists.blocks.pieces import Block, Document, Piece, join_cells, join_text
from flgraph.lists.blocks.recovery import recover_links
from flgraph.memory import pause_collector

_BOM: Final = b"\xef\xbb\xbf"
_BOMS_OF_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_FRONT_MATTER: Final = re.compile(
    rb"---[ \t]*\r?\n"
    rb"(?:[ \t]*(?:#[^\n]*)?\n)*"
    rb"(?!-|[^\n]*\]\()[\w\"'][^\n:]*:(?:[ \t][^\n]*|\r)?\n"
    rb"(?:(?!---|\.\.\.|[^\n]*\]\()[^\n]*\n)*?"  # where a link is, Markdown stands between two rules
    rb"(?:---|\.\.\.)[ \t]*(?:\r?\n|$)"
)
_BADGE: Final = re.compile(rb"\[!\[|<a\s[^<>]*>\s*<img\s[^<>]*>\s*</a")
_YEAR: Final = re.compile(r"\W*(?:19|20)\d\d\W*")
_SHORTEST_SAMPLE: Final = 16
_SAMPLE: Final = 4096
_FEW: Final = 0.1
_MANY: Final = 0.6


def read_document(data: bytes, *, name: str = "README.md") -> Document:
    r"""Read the blocks of a Markdown file.

    Comments, code blocks, front matter and link definitions hold no blocks. Bytes that are not UTF-8 read as question
    marks, and a byte order mark is skipped.

    Parameters
    ----------
    data
        The bytes of the file.
    name
        The name of the file in messages.

    Returns
    -------
    Document
        The blocks in the order in which they start, with the headings above each.

    Raises
    ------
    CatalogError
        If the file is UTF-16 or UTF-32 text.

    Examples
    --------
    >>> document = read_document(b"# Papers\n- [A title](https://example.org/1), 2021\n")
    >>> item = document.blocks[1]
    >>> item.kind, item.section, document.line(item.start)
    ('item', ('Papers',), 2)
    >>> [(piece.kind, piece.text, piece.url) for piece in item.pieces]
    [('link', 'A title', 'https://example.org/1'), ('text', ', 2021', None)]
    """
    if _is_utf16(data):
        raise CatalogError(f"{name}: is UTF-16 or UTF-32 text; save it as UTF-8")
    document = Document(data, _replace_bad_bytes(data))
    with pause_collector():
        read_markdown(document, _find_start(document.bytes), len(data))
        _put_in_order(document)
        for block in document.blocks:
            _finish_block(block)
        _set_sections(document)
    return document


def _is_utf16(data: bytes) -> bool:
    """Return whether a file begins with a mark of UTF-16, or has a zero at every other byte."""
    if data.startswith(_BOMS_OF_UTF16):
        return True
    halves = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    few, many = sorted(half.count(0) / max(1, len(half)) for half in halves)
    return len(data) >= _SHORTEST_SAMPLE and few < _FEW and many > _MANY


def _replace_bad_bytes(data: bytes) -> bytes:
    """Replace each byte that is not UTF-8 by a question mark."""
    try:
        data.decode()
    except UnicodeDecodeError:
        data = re.sub("[\ud800-\udfff]", "?", data.decode("utf-8", "surrogateescape")).encode()
    return data


def _find_start(data: bytes) -> int:
    """Return where the text begins: behind a byte order mark and front matter."""
    start = len(_BOM) if data.startswith(_BOM) else 0
    found = _FRONT_MATTER.match(data, start)
    return found.end() if found else start


def _put_in_order(document: Document) -> None:
    """Sort the blocks by their start: the rows of a table within a cell end before the row around them."""
    blocks = document.blocks
    if all(one.start <= other.start for one, other in pairwise(blocks)):
        return
    order = sorted(range(len(blocks)), key=lambda number: blocks[number].start)
    place = {number: place for place, number in enumerate(order)}
    document.blocks = [blocks[number] for number in order]
    for block in document.blocks:
        block.parent = None if block.parent is None else place[block.parent]


def _finish_block(block: Block) -> None:
    """Recover the links of a block, and put the cells of a row in one line."""
    if block.cells is None:
        block.pieces = recover_links(block.pieces)
    else:
        for cell, inherited in zip(block.cells, block.inherited, strict=True):
            if not inherited:
                cell[:] = recover_links(cell)
        block.pieces = join_cells(block)
    if block.pieces:
        block.end = max(block.end, block.pieces[-1].end)


def _set_sections(document: Document) -> None:
    """Give each block the headings above it."""
    path: list[tuple[int, str]] = []
    section: tuple[str, ...] = ()
    for block in document.blocks:
        if block.kind == "heading":
            name = join_text(piece for piece in block.pieces if not _is_badge(document, piece))
            own = _find_level(block.level, name, path)
            path = [(level, heading) for level, heading in path if level < own]
            block.section = tuple(heading for _, heading in path)
            path.append((own, name))
            section = tuple(heading for _, heading in path)
        else:
            block.section = section


def _find_level(level: int, name: str, path: Sequence[tuple[int, str]]) -> int:
    """Return the level of a heading; a year that is written below another one is its sibling."""
    years = [above for above, heading in path if _YEAR.fullmatch(heading)] if _YEAR.fullmatch(name) else []
    return min([level, *years])


def _is_badge(document: Document, piece: Piece) -> bool:
    """Return whether a link is an image; its alternative text is no part of a heading."""
    return piece.kind == "link" and _BADGE.match(document.bytes, piece.start, piece.end) is not None
