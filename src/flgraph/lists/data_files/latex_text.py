"""Read LaTeX, as BibTeX files contain it, as plain text."""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, Final

from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexencode import get_builtin_uni2latex_dict

_SPECIAL: Final = re.compile(r"[\\$~]|--|``|''")
_BARE: Final = re.compile(r"(?<!\\)[%&#]")  # in a field of BibTeX, no comment, column or parameter starts here
_MACRO: Final = re.compile(r"\\ensuremath\{\\([A-Za-z]+)\}|\\([A-Za-z]+)")
_BRACES: Final = str.maketrans("", "", "{}")
# Accents and escapes, which are most of the commands in files of references; each is decoded once.
_TOKEN: Final = re.compile(
    r"""\\[&%$#_]|\\['"`^~=.](?:\{\\?[A-Za-z]\}|[A-Za-z]|\\[ij](?![A-Za-z]))|\\[cuvHdbkr]\{[A-Za-z]\}|\{\\(?!textbrace)[A-Za-z]{1,20}\}"""
)
_ASCII: Final = {
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textbackslash": "\\",
    "textbar": "|",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textgreater": ">",
    "textless": "<",
}
_MAX_LENGTH: Final = 5_000
_MAX_DEPTH: Final = 30


@lru_cache(20_000)
def read_latex(text: str) -> str:
    r"""Return a text without commands and braces, with single spaces; the inverse of `escape_latex`.

    A text of more than 5,000 characters only loses its braces.

    Examples
    --------
    >>> read_latex(r"{FedBN} by Tolga {\c{C}}ukur: 100\%")
    'FedBN by Tolga Çukur: 100%'
    """
    if not _SPECIAL.search(_TOKEN.sub("", text)):
        text = _TOKEN.sub(lambda found: _read_token(found[0]), text)
        text = text.translate(_BRACES)
    elif len(text) <= _MAX_LENGTH and _measure_depth(text) <= _MAX_DEPTH:
        text = _read_commands(text)
    else:
        text = text.translate(_BRACES)
    return " ".join(text.split())


@cache
def _read_token(token: str) -> str:
    return _read_commands(token).translate(_BRACES)


def _read_commands(text: str) -> str:
    try:
        return str(_make_reader().latex_to_text(_BARE.sub(r"\\\g<0>", text)))
    except RecursionError:  # thousands of commands, each in the argument of the one before
        return text.translate(_BRACES)


def _measure_depth(text: str) -> int:
    return max(accumulate((sign == "{") - (sign == "}") for sign in text), default=0)


@cache
def _make_reader() -> Any:
    """Return a reader that also knows the commands which pylatexenc writes but does not read."""
    logging.getLogger("pylatexenc").addHandler(logging.NullHandler())  # else its warnings go to standard error
    known = get_default_latex_context_db()
    macros: dict[str, str] = {}
    for code, command in get_builtin_uni2latex_dict().items():
        if found := _MACRO.fullmatch(command):
            macros.setdefault(found[1] or found[2], chr(code))
    unknown = {name: sign for name, sign in macros.items() if not _writes_text(known.get_macro_spec(name))} | _ASCII
    specs = [MacroTextSpec(name, simplify_repl=sign) for name, sign in unknown.items()]
    known.add_context_category("inverse", macros=specs, prepend=True)
    return LatexNodes2Text(latex_context=known, math_mode="text", keep_comments=True)


def _writes_text(spec: Any) -> bool:
    return bool(spec is not None and getattr(spec, "simplify_repl", None))
