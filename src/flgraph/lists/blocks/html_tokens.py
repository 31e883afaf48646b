"""Split HTML into tags and text, each with its bytes, in time linear in the bytes.

The tokenizer is our own because `html.parser` takes quadratic or exponential time on tags that are never closed: 15
seconds and more for 100 kB of `<a `.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from flgraph.lists.blocks.pieces import Document

_MARKUP: Final = re.compile(
    rb"<!--(?:.*?-->|.*)"
    rb"|<[!?][^<>]*+>"
    rb"|<(?P<slash>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)(?=[\s/>])"
    rb"(?P<attributes>(?>[^<>\"']|\"[^\"<]*\"|'[^'<]*'|[\"'])*+)>",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(rb"([^\s\"'/>=]++)(?:\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|[\"']?([^\s\"'>]*)))?")
ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class Token(NamedTuple):  # made in half the time of a frozen dataclass
    """A start tag, an end tag or a text; `name` is in lower case."""

    kind: Literal["start", "end", "text"]
    start: int
    end: int
    name: str = ""
    attributes: bytes = b""

    def get(self, name: str) -> str | None:
        """Return the value of an attribute without entities: empty if it has none, None if it is not given."""
        wanted = name.encode()
        for found in _ATTRIBUTE.finditer(self.attributes):
            if found[1].lower() == wanted:
                return unescape_html((found[2] or found[3] or found[4] or b"").decode("utf-8", "replace"))
        return None


def unescape_html(text: str) -> str:
    """Replace entities that end in a semicolon: `?a=1&copy=2` is an address without any."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def read_tokens(document: Document, start: int, end: int) -> Iterator[Token]:
    """Return the tags and texts of some bytes in order, without comments and declarations."""
    at = start
    for found in _MARKUP.finditer(document.bytes, start, end):
        before = at
        first, at = found.span()
        if first > before:
            yield Token("text", before, first)
        slash, name, attributes = found.groups()
        if name is not None:
            yield Token("end" if slash else "start", first, at, name.decode().lower(), attributes)
    if at < end:
        yield Token("text", at, end)
