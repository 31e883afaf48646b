"""Write plain texts and tables as LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
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

_LONG: Final = 30
_SHARE: Final = 0.7


def format_latex_table(columns: Mapping[str, Sequence[str]], *, numbers: Sequence[str], comment: str) -> str:
    r"""Write a table for a LaTeX document that loads booktabs.

    Parameters
    ----------
    columns : mapping of str to sequence of str
        The cells of each column as plain text, by heading.
    numbers : sequence of str
        The headings of the columns to align to the right.
    comment : str
        What the table is and where its data is from, for a comment above it.

    Examples
    --------
    >>> print(format_latex_table({"key": ["fedbn"], "papers": ["1"]}, numbers=["papers"], comment="One paper"))
    % One paper
    % Load the package booktabs.
    \begin{tabular}{lr}
    \toprule
    key & papers \\
    \midrule
    fedbn & 1 \\
    \bottomrule
    \end{tabular}
    <BLANKLINE>
    """
    long = {name for name, cells in columns.items() if name not in numbers and max(map(len, cells), default=0) > _LONG}
    width = f"p{{{_SHARE / max(len(long), 1):.2f}\\linewidth}}"
    layout = "".join("r" if name in numbers else width if name in long else "l" for name in columns)
    rows = [_join_cells(cells) for cells in zip(*columns.values(), strict=True)]
    lines = [
        f"% {' '.join(comment.split())}",
        "% Load the package booktabs.",
        f"\\begin{{tabular}}{{{layout}}}",
        "\\toprule",
        _join_cells(list(columns)),
        "\\midrule",
        *rows,
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _join_cells(cells: Sequence[str]) -> str:
    row = " & ".join(escape_latex(cell).strip() for cell in cells)
    # After the end of a row, a bracket would be an option of it, and a star a part of it.
    return ("{}" if row.startswith(("[", "*")) else "") + row + r" \\"


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
