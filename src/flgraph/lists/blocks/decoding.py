"""Decode the bytes of a data file, and find the byte and the line of a character."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

from flgraph.errors import CatalogError

# UTF-32 first: its mark starts with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED: Final = re.compile(rb"^[ \t]*%.{0,80}?coding:[ \t]{0,9}([\w.-]{1,40})", re.IGNORECASE | re.MULTILINE)
_ONE_BYTE: Final = re.compile(r"iso8859-\d+|cp125\d|cp1252|mac-roman|ascii|utf-8")
_HEAD: Final = 2_000
_STEP: Final = 1_024


@dataclass(frozen=True)
class DecodedText:
    """The text of a file, its encoding, and how many bytes stand before the text."""

    text: str
    encoding: str = "utf-8"
    before: int = 0
    _bytes: list[int] = field(init=False, repr=False, default_factory=list)
    _lines: list[int] = field(init=False, repr=False, default_factory=list)

    def __post_init__(self) -> None:
        place = -1
        self._lines.append(0)
        while (place := self.text.find("\n", place + 1)) >= 0:
            self._lines.append(place + 1)
        if not self.text.isascii() or self.encoding.startswith(("utf-16", "utf-32")):
            total = self.before
            for start in range(0, len(self.text) + 1, _STEP):
                self._bytes.append(total)
                total += len(self.text[start : start + _STEP].encode(self.encoding))

    def find_byte(self, place: int) -> int:
        """Return the byte of the file at which a character starts."""
        if not self._bytes:
            return self.before + place
        step = place // _STEP
        return self._bytes[step] + len(self.text[step * _STEP : place].encode(self.encoding))

    def find_line(self, place: int) -> int:
        """Return the line, from 1, of a character."""
        return bisect_right(self._lines, place)

    def find_line_start(self, line: int) -> int:
        """Return the first character of a line; lines count from 1."""
        return self._lines[min(line, len(self._lines)) - 1]


def decode_text(data: bytes, *, name: str, declared: bool = False) -> DecodedText:
    """Decode a file by its byte order mark, else as UTF-8.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        The name of the file, for messages.
    declared : bool
        Follow a comment such as `% Encoding: ISO8859_1` or `% -*- coding: latin-1 -*-` near the start of the file.

    Raises
    ------
    CatalogError
        A byte does not fit the encoding; the message names it and its line.

    Examples
    --------
    >>> decode_text("é".encode("utf-16"), name="papers.csv").text
    'é'
    """
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    if declared and not mark:
        encoding = _find_declared(data)
    try:
        return DecodedText(data[len(mark) :].decode(encoding), encoding, len(mark))
    except UnicodeDecodeError as error:
        place = len(mark) + error.start
        line = data.count(b"\n", 0, place) + 1
        found = f"byte 0x{data[place]:02x} at position {place} is not {encoding.upper()} text"
        raise refuse_file(name, f"{found}; save the file as UTF-8", line=line) from error


def _find_declared(data: bytes) -> str:
    """Return the encoding that a comment declares, if it is one that files of references have."""
    found = _DECLARED.search(data[:_HEAD])
    try:
        known = codecs.lookup(found[1].decode("ascii").replace("_", "-")).name if found else "utf-8"
    except (LookupError, UnicodeDecodeError):
        return "utf-8"
    return known if _ONE_BYTE.fullmatch(known) else "utf-8"


def refuse_file(name: str, message: str, *, line: int = 1) -> CatalogError:
    """Return the error for a file that cannot be read as a whole."""
    from flgraph.records import Finding  # slow to load, and most files can be read

    finding = Finding(level="error", path=name, line=line, message=message)
    return CatalogError(str(finding), [finding])
