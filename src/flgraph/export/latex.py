"""Write plain text as LaTeX: escapes, accents and symbols."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from pylatexenc.latexencode import get_builtin_uni2latex_dict

# BibTeX counts escaped braces too, so they are written as commands.
_ASCII: Final = {character: f"\\{character}" for character in "&%$#_"} | {
    "\\": r"{\textbackslash}",
    "{": r"{\textbraceleft}",
    "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}",
    "<": r"{\textless}",
    ">": r"{\textgreater}",
    "|": r"{\textbar}",
}
_INVISIBLE: Final = ("\u200b", "\u2060", "\ufeff")
_MATH: Final = re.compile(r"\\ensuremath\{(.*)\}")
_KEPT_SCRIPTS: Final = ("CYRILLIC", "HEBREW", "ARABIC")
"""Letters whose commands need a font encoding that most documents do not load."""


def escape_latex(text: str) -> str:
    r"""Write a plain text as LaTeX on one line, with a single space for each run of spaces.

    Special characters, accented Latin letters and symbols become commands, which every engine reads. Letters of other
    scripts stay, and need XeLaTeX, LuaLaTeX or a package. Control characters, which LaTeX rejects, become `{}`.

    Examples
    --------
    >>> print(escape_latex("Tolga Çukur: 100%"))
    Tolga {\c{C}}ukur: 100\%
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).translate(_list_commands())


@cache
def _list_commands() -> dict[int, str]:
    """Return the command of each character that needs one."""
    symbols = {
        code: _protect(command)
        for code, command in get_builtin_uni2latex_dict().items()
        if code > ord("\x7f") and not unicodedata.name(chr(code), "").startswith(_KEPT_SCRIPTS)
    }
    controls = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *map(ord, _INVISIBLE)], "{}")
    return {**symbols, **controls, **{ord(character): command for character, command in _ASCII.items()}}


def _protect(command: str) -> str:
    """Put a command in braces: BibTeX then takes it for one letter, and changes no letter of a formula."""
    if math := _MATH.fullmatch(command):
        return f"{{${math[1]}$}}"
    return f"{{{command}}}" if "\\" in command else command
