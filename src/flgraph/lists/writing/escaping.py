"""Write a text so that it reads back as it is, in the place where a list will show it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final, Literal

from flgraph.checks import CONTROLS
from flgraph.lists.entries import ListEntry, ListField, ListReading, Span

AddressForm = Literal["markdown", "attribute", "bare"]

_ENTITY: Final = re.compile(r"&(?=#?\w{1,32};)", re.ASCII)
_TAG: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_MARKS: Final = re.compile(r"[\\`\[\]*~]")
_OUTER_UNDERSCORE: Final = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_BEFORE_TARGET: Final = re.compile(rb"[\s*_~`\"'.]{0,8}\]\s?[(\[]")
_SPECIAL: Final = re.compile(r"[&<>*_`\[\]|~\\$]")
_ENCODED: Final = str.maketrans({sign: f"%{ord(sign):02X}" for sign in " <>()|\\"})
_SPACE: Final = re.compile(r"\s")
_LINE: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_DEEPEST: Final = 32  # brackets inside an address, as in CommonMark


@dataclass(frozen=True, slots=True)
class Place:
    """What surrounds a text of a list: HTML, a cell of a pipe table, a link; `address` is the form of a URL."""

    is_html: bool = False
    in_pipe_table: bool = False
    in_link: bool = False
    address: AddressForm = "markdown"


def find_place(reading: ListReading, entry: ListEntry, span: Span) -> Place:
    """Return what surrounds a span of an entry."""
    unit = reading.units[entry.unit]
    data = reading.data
    before = data[max(span[0] - 2, 0) : span[0]]
    address: AddressForm = "bare"
    if before.endswith((b'"', b"'", b"=")):
        address = "attribute"
    elif before.endswith((b"](", b"(<")) or (before.endswith(b"<") and data[span[0] - 3 : span[0]] == b"](<"):
        address = "markdown"
    return Place(
        is_html=unit.is_html,
        in_pipe_table=unit.kind == "row" and not unit.is_html,
        in_link=bool(_BEFORE_TARGET.match(data, span[1])),
        address=address,
    )


def escape_field(name: ListField, value: str | int, place: Place) -> bytes:
    """Return the bytes that write a field of an entry at a place.

    Raises
    ------
    ValueError
        The value is empty, contains a line break or a control character, or is no address.
    """
    text = str(value)
    if not text.strip():
        raise ValueError(f"{name} must not be empty")
    if found := _LINE.search(text):
        raise ValueError(f"{name} contains {found.group()!r}; write it on one line, without control characters")
    try:
        return (_escape_url(text, place) if name == "url" else escape_text(text, place)).encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{name} contains an unpaired surrogate; write valid Unicode") from error


def escape_text(text: str, place: Place) -> str:
    r"""Return a text with the signs escaped that Markdown, HTML or a pipe table would take for their own.

    Examples
    --------
    >>> escape_text("A [short] tale | of 2*3", Place(in_pipe_table=True))
    'A \\[short\\] tale \\| of 2\\*3'
    >>> escape_text("R&D <i>", Place(is_html=True))
    'R&amp;D &lt;i&gt;'
    """
    if place.is_html:
        return html.escape(text, quote=False)
    text = _MARKS.sub(r"\\\g<0>", text)
    text = _OUTER_UNDERSCORE.sub(r"\\_", text)
    text = _TAG.sub(r"\\<", _ENTITY.sub("&amp;", text))
    return text.replace("|", "\\|") if place.in_pipe_table else text


def escape_everywhere(text: str) -> str:
    """Return a plain text on one line for Markdown, table cells and HTML at once: special characters become entities.

    Examples
    --------
    >>> escape_everywhere("Q & A | a [draft]")
    'Q &amp; A &#124; a &#91;draft&#93;'
    """
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    plain = CONTROLS.sub("", " ".join(text.split()))
    return _SPECIAL.sub(lambda found: named.get(found[0]) or f"&#{ord(found[0])};", plain)


def encode_address(url: str) -> str:
    """Return an address for a new Markdown link, in text or in a table: what would end it is percent-encoded.

    Servers take both forms for the same.

    Examples
    --------
    >>> encode_address("https://example.org/a b(1)|2)")
    'https://example.org/a%20b%281%29%7C2%29'
    """
    kept = {ord("("): "(", ord(")"): ")"} if _is_balanced(url) else {}
    return _ENTITY.sub("&amp;", " ".join(url.split()).translate({**_ENCODED, **kept}))


def _escape_url(url: str, place: Place) -> str:
    if _SPACE.search(url):
        raise ValueError(f"url contains a space: {url!r}; write %20")
    if place.address == "attribute":
        return html.escape(url)
    if place.address == "markdown":
        url = _ENTITY.sub("&amp;", re.sub(r"[\\<>]", r"\\\g<0>", url))
        url = url if _is_balanced(url) else re.sub(r"[()]", r"\\\g<0>", url)
    return url.replace("|", "\\|") if place.in_pipe_table else url


def _is_balanced(url: str) -> bool:
    depth = 0
    for sign in url:
        depth += (sign == "(") - (sign == ")")
        if not 0 <= depth <= _DEEPEST:
            return False
    return depth == 0
