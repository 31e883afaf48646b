"""Parse YAML and JSON to nodes that know where they stand, within limits of depth and size."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from json.decoder import scanstring  # type: ignore[attr-defined]  # documented only as part of JSONDecoder
from math import inf
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from flgraph.lists.blocks.decoding import DecodedText, refuse_file
from flgraph.lists.entries import Span

_MAX_DEPTH: Final = 40
_MAX_NODES: Final = 300_000  # of YAML, after expansion of aliases
_MAX_YAML: Final = 1_000_000  # ruamel.yaml takes about seven seconds for that
_MAX_OPEN: Final = 1_000
_BRACKET: Final = re.compile(r"[\[\]{}]")
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_JSON_WORD: Final = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_TOO_DEEP: Final = f"nests deeper than {_MAX_DEPTH} levels; check for unclosed brackets and aliases in their own value"


@dataclass(frozen=True, slots=True)
class DataNode:
    """A text, list or mapping of a file, and its place in characters; an empty value is the text ""."""

    value: str | tuple[DataNode, ...] | tuple[tuple[DataNode, DataNode], ...]
    place: Span
    is_mapping: bool = False

    @property
    def text(self) -> str:
        """The text of a scalar in one line; empty for lists and mappings."""
        return " ".join(self.value.split()) if isinstance(self.value, str) else ""

    @property
    def items(self) -> tuple[DataNode, ...]:
        """The items of a list; empty for the others."""
        return () if isinstance(self.value, str) or self.is_mapping else self.value  # type: ignore[return-value]

    @property
    def pairs(self) -> tuple[tuple[DataNode, DataNode], ...]:
        """The keys and values of a mapping; empty for the others."""
        return self.value if self.is_mapping else ()  # type: ignore[return-value]


class _TooMuchError(ValueError):
    """A file expands to more nodes, or nests deeper, than any list does."""


def parse_nodes(decoded: DecodedText, *, name: str, is_json: bool) -> Iterator[DataNode]:
    """Yield the root of each document of a file.

    Raises
    ------
    CatalogError
        The file is not valid, nests too deep, or is too large; the message names the line.
    """
    text = decoded.text
    try:
        yield from [_JsonReader(text).read()] if is_json else _compose(text, name)
    except (RecursionError, _TooMuchError) as error:
        message = str(error) if isinstance(error, _TooMuchError) else _TOO_DEEP
        raise refuse_file(name, message) from error
    except json.JSONDecodeError as error:
        raise refuse_file(name, f"is not valid JSON: {error.msg}", line=error.lineno) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "unexpected end").split())
        raise refuse_file(name, f"is not valid YAML: {what}", line=mark.line + 1 if mark else 1) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = f"is not valid YAML: contains the character U+{error.character:04X}; remove it"
        raise refuse_file(name, message, line=line) from error
    except YAMLError as error:
        raise refuse_file(name, f"is not valid YAML ({' '.join(str(error).split())})") from error


def _compose(text: str, name: str) -> Iterator[DataNode]:
    """Yield the root of each document of a YAML text."""
    if len(text) > _MAX_YAML:
        message = f"has {len(text):,} characters, over {_MAX_YAML:,}; split it, or save it as JSON or CSV"
        raise refuse_file(name, message)
    if _count_open(text) > _MAX_OPEN:  # the parser needs the square of their number
        raise _TooMuchError(_TOO_DEEP)
    counter = _Counter(_MAX_NODES)
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # the later one counts, as in YAML 1.2
    for root in yaml.compose_all(text):
        if root is not None:
            yield _convert(root, counter, 0)


def _count_open(text: str) -> int:
    """Return how many brackets are open at most, those in texts included."""
    steps = (1 if found[0] in "[{" else -1 for found in _BRACKET.finditer(text))
    return max(accumulate(steps), default=0)


class _Counter:
    def __init__(self, most: float) -> None:
        self._seen = 0
        self._most = most

    def check(self, depth: int) -> None:
        self._seen += 1
        if depth > _MAX_DEPTH:
            raise _TooMuchError(_TOO_DEEP)
        if self._seen > self._most:
            raise _TooMuchError(f"expands to more than {self._most:,} values; replace aliases (*) of aliases")


def _convert(node: Any, counter: _Counter, depth: int) -> DataNode:
    counter.check(depth)
    place = (node.start_mark.index, node.end_mark.index)
    if isinstance(node, ScalarNode):
        return DataNode("" if node.tag == "tag:yaml.org,2002:null" else str(node.value), place)
    if isinstance(node, SequenceNode):
        return DataNode(tuple(_convert(part, counter, depth + 1) for part in node.value), place)
    pairs: list[tuple[DataNode, DataNode]] = []
    merged: list[tuple[DataNode, DataNode]] = []
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.value == "<<":
            parts = value.value if isinstance(value, SequenceNode) else [value]
            for part in parts:
                if isinstance(part, MappingNode):
                    merged += _convert(part, counter, depth + 1).pairs
        else:
            pairs.append((_convert(key, counter, depth + 1), _convert(value, counter, depth + 1)))
    known = {key.text for key, _ in pairs}
    return DataNode((*pairs, *(pair for pair in merged if pair[0].text not in known)), place, is_mapping=True)


class _JsonReader:
    """Read JSON with places, which the parser of the standard library does not tell."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counter = _Counter(inf)  # JSON has no aliases

    def read(self) -> DataNode:
        """Return the node of the whole text."""
        node, place = self._read_value(self._skip(0), 0)
        if self._skip(place) < len(self._text):
            raise json.JSONDecodeError("more text after the end", self._text, self._skip(place))
        return node

    def _skip(self, place: int) -> int:
        found = _BLANK.match(self._text, place)
        return found.end() if found else place

    def _read_value(self, place: int, depth: int) -> tuple[DataNode, int]:
        self._counter.check(depth)
        sign = self._text[place : place + 1]
        if sign == '"':
            value, end = scanstring(self._text, place + 1)
            return DataNode(str(value), (place, int(end))), int(end)
        if sign == "[":
            items, end = self._read_parts(place, depth, "]")
            return DataNode(tuple(item for item, _ in items), (place, end)), end
        if sign == "{":
            pairs, end = self._read_parts(place, depth, "}")
            return DataNode(tuple((key, value) for key, value in pairs if value), (place, end), is_mapping=True), end
        if found := _JSON_WORD.match(self._text, place):
            return DataNode("" if found[0] == "null" else found[0], found.span()), found.end()
        raise json.JSONDecodeError("expected a value", self._text, place)

    def _read_parts(self, place: int, depth: int, close: str) -> tuple[list[tuple[DataNode, DataNode | None]], int]:
        """Return the items of a list, or the pairs of an object, and where it ends."""
        parts: list[tuple[DataNode, DataNode | None]] = []
        place = self._skip(place + 1)
        while self._text[place : place + 1] != close:
            if parts:
                place = self._skip(self._expect(",", place))
            first, place = self._read_value(place, depth + 1)
            second = None
            if close == "}":
                second, place = self._read_value(self._skip(self._expect(":", self._skip(place))), depth + 1)
            parts.append((first, second))
            place = self._skip(place)
        return parts, place + 1

    def _expect(self, sign: str, place: int) -> int:
        if self._text[place : place + 1] != sign:
            raise json.JSONDecodeError(f"expected {sign!r}", self._text, place)
        return place + 1
