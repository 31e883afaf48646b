"""Read YAML that people edit: plain data with line numbers, and round-trip trees that keep comments and order."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.representer import RoundTripRepresenter

from flgraph.catalog.block_lines import find_block_line
from flgraph.catalog.fast_dump import dump_block
from flgraph.catalog.fast_yaml import parse_entries, parse_pairs
from flgraph.checks import escape_control, is_unicode
from flgraph.errors import CatalogError
from flgraph.files.inputs import refuse_special
from flgraph.records import Finding

_WIDTH: Final = 110
_MAX_DEPTH: Final = 40
_MAX_NODES: Final = 1_000_000  # after expansion of aliases
_MAX_BITS: Final = 1024  # more than any count needs; Python refuses to print numbers of more than 4,300 digits
_TOO_DEEP: Final = (
    f"nests deeper than {_MAX_DEPTH} levels; check for unclosed brackets and aliases (*) inside their own value"
)
_REMEDIES: Final = {
    "mapping values are not allowed here": (
        "mapping values are not allowed here; indent this line like its neighbours, or put text that contains a colon "
        "in quotes"
    ),
    r"found character '\t' that cannot start any token": "found a tab; indent with spaces",
}
_OPEN_QUOTE: Final = re.compile(r"""(?:[:\-\[{,]\s+|[\[{])(["'])(?:(?!\1).)*$""")
_FEW: Final = 20  # parts of an entry of this length at most, for which its text is searched rather than parsed
_SHORT: Final = 50_000
_CLOSE: Final = "close it, or remove it if it is part of the text"
_CORRECT: Final = "correct it, or put it in quotes if it is text"
_TEXT: Final = "tag:yaml.org,2002:str"
_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")
_BUILT: Final = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("bool", "float", "int", "timestamp"))


@dataclass(frozen=True)
class Document:
    """A YAML file: its text, its data, and the texts of its entries if they were read one by one.

    `keys` are the keys of the entries if the file is a mapping.
    """

    path: Path
    text: str
    data: Any
    entries: Sequence[str] = ()
    keys: Sequence[str] = ()

    @cached_property
    def root(self) -> Node | None:
        """The root of the nodes, which know their lines; parsed when a line is first asked for."""
        return _parse(self.path, self.text)[0]

    @cached_property
    def starts(self) -> list[int]:
        """The first line of each entry, counted from 0, and the line after the last."""
        head = self.text.count("\n") - sum(entry.count("\n") for entry in self.entries)
        return list(accumulate((entry.count("\n") for entry in self.entries), initial=head))

    @cached_property
    def places(self) -> Mapping[object, int]:
        """The number of each entry, by its first step in a location."""
        return {step: place for place, step in enumerate(self.keys or range(len(self.entries)))}


def read_yaml(path: Path, *, missing: object) -> Document:
    """Read a YAML file; the data are `missing` if the file does not exist or is empty.

    Raises
    ------
    CatalogError
        The file cannot be read, is not valid YAML, or contains what no catalog can contain. Each finding names the
        line.
    """
    if not is_there(path):
        return Document(path, "", missing)
    return parse_yaml(path, read_text(path), missing=missing)


def parse_yaml(path: Path, text: str, *, missing: object) -> Document:
    """Parse the text of a YAML file; as `read_yaml`."""
    entries = parse_entries(text, _parse_entry)
    if entries is not None:
        return Document(path, text, [value for _, value in entries], [entry for entry, _ in entries])
    pairs = parse_pairs(text, _parse_entry)
    if pairs is not None:
        data = {key: value for _, key, value in pairs}
        return Document(path, text, data, [pair for pair, _, _ in pairs], list(data))
    data = _parse(path, text)[1]
    return Document(path, text, missing if data is None else data)


def _parse(path: Path, text: str, *, above: int = 0) -> tuple[Node | None, Any]:
    """Return the nodes and the data of a file, or of a part below some lines; raise `CatalogError` if it is faulty."""
    try:
        root, faults, data = _construct(text)
    except RecursionError as error:
        raise _refuse(path, _TOO_DEEP) from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        opened = _find_open_quote(text, line)
        if opened:
            message = f"the file is not valid YAML: a quote that opens here is not closed; {_CLOSE}"
            raise _refuse(path, message, line=above + opened) from error
        what = " ".join(str(error.problem or error.context or "unexpected end").split())
        said = _REMEDIES.get(what, f"{what}; check this line and the one before")
        raise _refuse(path, f"the file is not valid YAML: {said}", line=above + line) from error
    except ReaderError as error:
        before = text[: error.position]
        where = f"at character {len(before) - before.rfind(chr(10))} of the line"
        message = f"the file is not valid YAML: contains {escape_control(chr(error.character))} {where}; remove it"
        raise _refuse(path, message, line=above + 1 + before.count("\n")) from error
    except (YAMLError, ValueError) as error:
        raise _refuse(path, f"the file is not valid YAML ({' '.join(str(error).split())})") from error
    if faults:
        findings = [
            Finding(level="error", path=str(path), line=above + line, message=message) for line, message in faults
        ]
        raise CatalogError("\n".join(str(finding) for finding in findings), findings)
    return root, data


def _find_open_quote(text: str, line: int) -> int | None:
    """Return the line in the failed entry that opens a quote which neither this line nor the next closes.

    The parser reads on to the next quote, often many lines below, and fails only there.
    """
    above = text.split("\n")[:line]
    start = max((number for number, content in enumerate(above) if content.startswith("- ")), default=0)
    for number in range(start, len(above)):
        opened = _OPEN_QUOTE.search(above[number])
        if opened and "".join(above[number + 1 : number + 2]).count(opened[1]) != 1:
            return number + 1
    return None


def _construct(text: str) -> tuple[Node | None, list[_Fault], Any]:
    """Return the nodes of a text, their faults, and the data, which are None if there are faults."""
    yaml = YAML(typ="safe", pure=True)  # the C parser rejects links and patterns in brackets
    yaml.composer.warn_double_anchors = False  # the later one counts, as in YAML 1.2
    root = yaml.compose(text)
    faults = [] if root is None else sorted(_find_faults(root, yaml.constructor))
    return root, faults, None if root is None or faults else yaml.constructor.construct_document(root)


def _parse_entry(text: str) -> Any:
    """Return the data of one entry; raise `ValueError` if it is faulty."""
    try:
        _, faults, data = _construct(text)
    except (YAMLError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if faults:
        raise ValueError(faults[0].message)
    return data


class _Fault(NamedTuple):
    line: int
    message: str


def _find_faults(root: Node, constructor: Any) -> Iterator[_Fault]:
    """Yield what YAML allows but no catalog can contain, before the data are built; follow aliases."""
    seen = 0
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        seen += 1
        line = node.start_mark.line + 1
        if depth > _MAX_DEPTH:  # also reached by a list that contains itself
            yield _Fault(line, _TOO_DEEP)
            return
        if seen > _MAX_NODES:
            yield _Fault(line, f"expands to more than {_MAX_NODES:,} values; replace aliases (*) of aliases")
            return
        if isinstance(node, ScalarNode):
            message = _judge_scalar(node, constructor)
            if message is not None:
                yield _Fault(line, message)
        elif isinstance(node, MappingNode):
            stack += [(part, depth + 1) for pair in node.value for part in pair]
        else:
            stack += [(part, depth + 1) for part in node.value]


def _judge_scalar(node: ScalarNode, constructor: Any) -> str | None:
    """Return what is wrong with a scalar, None if it is valid."""
    if node.tag == _TEXT:
        return None if is_unicode(node.value) else "contains an unpaired surrogate; replace it with a character"
    if node.tag not in _BUILT:
        return None
    shown = node.value if len(node.value) <= 40 else f"{node.value[:40]}..."
    try:
        value = constructor.construct_object(node)
    except (ValueError, KeyError, IndexError) as error:  # as for 2021-02-31, thousands of digits, "!!bool x"
        kind = {"timestamp": "a date", "bool": "true or false"}.get(node.tag.rpartition(":")[2], "a number")
        reason = f" ({error})" if kind == "a date" else ""
        return f"{shown!r} is not {kind}{reason}; {_CORRECT}"
    if isinstance(value, float) and not math.isfinite(value):
        return f"{shown!r} is not a finite number; {_CORRECT}"
    if isinstance(value, int) and value.bit_length() > _MAX_BITS:
        return f"{shown!r} exceeds 2**{_MAX_BITS}; {_CORRECT}"
    return None


def is_there(path: Path) -> bool:
    """Return whether a file exists; raise `CatalogError` if the system cannot say."""
    try:
        return path.exists()
    except OSError as error:
        raise _refuse(path, f"cannot be read ({error.strerror})") from error


def read_text(path: Path) -> str:
    """Return the text of a file; raise `CatalogError` if it cannot be read or is not UTF-8."""
    try:
        refuse_special(path)
        return path.read_text(encoding="utf-8-sig")  # Windows editors may write a byte order mark
    except UnicodeDecodeError as error:
        raise _refuse(path, f"is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise _refuse(path, f"cannot be read ({error.strerror})") from error


def _refuse(path: Path, message: str, *, line: int = 1) -> CatalogError:
    finding = Finding(level="error", path=str(path), line=line, message=message)
    return CatalogError(str(finding), [finding])


def parse_text(text: str) -> Any:
    """Return the plain data of a YAML text that `dump_tree` returned."""
    return YAML(typ="safe", pure=True).load(text)


def dump_data(data: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the text of plain data, wrapped at 110 columns."""
    text = dump_block(data, width=_WIDTH)
    return dump_tree(data) if text is None else text


def parse_tree(text: str) -> Any:
    """Return the round-trip tree of a YAML text that is known to be valid."""
    return _round_trip().load(text)


def dump_tree(tree: Any) -> str:
    """Return the text of a round-trip tree, wrapped at 110 columns."""
    stream = StringIO()
    _round_trip().dump(tree, stream)
    # ruamel.yaml leaves a space at the end of each line that it folds, which clutters diffs.
    return "\n".join(line.rstrip(" ") for line in stream.getvalue().split("\n"))


class _Representer(RoundTripRepresenter):
    """Writes the line ends that only Unicode has as escapes; ruamel.yaml folds at them, which changes the text."""


def _represent_text(representer: _Representer, text: str) -> ScalarNode:
    style = '"' if _LINE_ENDS.search(text) else None
    node: ScalarNode = representer.represent_scalar(_TEXT, text, style=style)
    return node


_Representer.add_representer(str, _represent_text)


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.Representer = _Representer
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    return yaml


_Parts = Mapping[object, tuple[int, Node]]


def find_lines(document: Document | None, locations: Iterable[Sequence[str | int]]) -> list[int]:
    """Return the line, from 1, of each location in a document, or of its deepest part that the file contains."""
    if document is None:
        return [1 for _ in locations]
    locations = list(locations)
    indexed: dict[int, _Parts] = {}
    roots: dict[int, Node | None] = {}
    asked = Counter(location[0] if location else 0 for location in locations)
    lines = []
    for location in locations:
        first = location[0] if location else 0
        place = document.places.get(first)
        if place is None:
            lines.append(_find_line(document.root, location, indexed))
            continue
        above, entry = document.starts[place], document.entries[place]
        within = location if document.keys else (0, *location[1:])
        is_quick = asked[first] <= _FEW and len(entry) <= _SHORT
        line = _look_for_line(document, place, within) if is_quick else None
        if line is None:
            if place not in roots:
                roots[place] = _parse(document.path, entry, above=above)[0]
            line = _find_line(roots[place], within, indexed) - 1
        lines.append(above + line + 1)
    return lines


def _look_for_line(document: Document, place: int, within: Sequence[str | int]) -> int | None:
    key = document.keys[place] if document.keys else None
    value = [document.data[place]] if key is None else {key: document.data[key]}
    return find_block_line(document.entries[place], value, within)


def _find_line(root: Node | None, location: Sequence[str | int], indexed: dict[int, _Parts]) -> int:
    line = root.start_mark.line if isinstance(root, CollectionNode) else 0
    node = root
    for step in location:
        if id(node) not in indexed:
            indexed[id(node)] = dict(_list_parts(node))
        if step not in indexed[id(node)]:
            break
        line, node = indexed[id(node)][step]
    return line + 1


def _list_parts(node: Node | None) -> Iterator[tuple[object, tuple[int, Node]]]:
    """Yield each key or index of a node with its line, from 0, and the node of its value."""
    if isinstance(node, SequenceNode):
        for place, item in enumerate(node.value):
            yield place, (item.start_mark.line, item)
    elif isinstance(node, MappingNode):
        read_key = YAML(typ="safe", pure=True).constructor.construct_object
        # The constructor has inserted merged pairs (`<<`), whose lines are elsewhere, before the mapping's own.
        for key, value in node.value[len(node.merge or ()) :]:
            if isinstance(key, ScalarNode):
                yield read_key(key), (key.start_mark.line, value)
