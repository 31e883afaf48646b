"""Put scripts, styles and data into one HTML file that sends no requests."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, Final

import numpy as np
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

_ESCAPES: Final = {ord(letter): f"\\u{ord(letter):04x}" for letter in "&<>\u2028\u2029"}

_TRAILING: Final = re.compile(r"(?<=[;,{])\s+// [^\"`]*$")
_SPACES_COUNT: Final = re.compile(r"['/]|`.*`.*`|^[^`]*`[^`]*$")
_TEXTS: Final = re.compile(r'("(?:\\.|[^"\\])*"|`[^`]*`)')
_SIGNS: Final = re.compile(r" *([=<>!&|?:;,*(){}[\]]+) *")


def read_asset(*parts: str) -> str:
    """Read a file of this package as text."""
    return files("flgraph.map").joinpath(*parts).read_text(encoding="utf-8")


def join_scripts(folder: str, names: Sequence[str]) -> str:
    """Join scripts of `static/shared` and of another folder into one, whose names no other script sees."""
    paths = [name if "/" in name else f"{folder}/{name}" for name in names]
    scripts = "\n".join(read_asset("static", f"{path}.js") for path in paths)
    return strip_lines(f'(() => {{\n"use strict";\n{scripts}}})();\n')


def strip_lines(text: str) -> str:
    r"""Leave indentation, blank lines, comments and spaces around signs out of a script, a sixth of it.

    Lines with several templates, a pattern or a single quote keep their spaces, since these may be text.

    Examples
    --------
    >>> strip_lines("// Adds.\nfunction add(a, b) {\n  return a + b; // both\n}\n")
    'function add(a,b){\nreturn a + b;\n}\n'
    """
    lines = (_TRAILING.sub("", line).strip() for line in text.splitlines())
    return "".join(f"{_tighten(line)}\n" for line in lines if line and not line.startswith("//"))


def _tighten(line: str) -> str:
    """Leave spaces around signs out of a line of a script; `+` and `-` keep them, since `a - -b` is not `a--b`."""
    if _SPACES_COUNT.search(line):
        return line
    return "".join(part if part.startswith(('"', "`")) else _SIGNS.sub(r"\1", part) for part in _TEXTS.split(line))


def join_styles(folder: str) -> str:
    """Join the style of both pages and that of one, `atlas` or `network`."""
    return strip_style(read_asset("static", "shared", "base.css") + read_asset("static", folder, f"{folder}.css"))


def strip_style(text: str) -> str:
    r"""Remove the spaces that browsers do not need from a style sheet.

    Examples
    --------
    >>> strip_style("a, b {\n  color: red;\n  margin: 0 2px;\n}\n")
    'a,b{color:red;margin:0 2px}'
    """
    tight = re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r":\s+", ":", text))
    return tight.replace(";}", "}").strip()


def format_policy(*scripts: str) -> str:
    """Return a Content Security Policy with which the browser blocks all requests and all other scripts."""
    hashes = " ".join(f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def format_payload(payload: Mapping[str, Any]) -> str:
    """Format JSON for a script element, with escapes so that no text can close the element.

    Raises
    ------
    ValueError
        A number is not finite, or a value is neither a text, a number, a list nor a mapping.
    """
    try:
        text = json.dumps(
            payload, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_convert_scalar
        )
    except TypeError as error:
        raise ValueError(f"a value cannot be written as JSON: {error}") from error
    return text.translate(_ESCAPES)


def _convert_scalar(value: Any) -> Any:
    """Return a number of numpy as one of Python."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} is a {type(value).__name__}")


def fill_template(name: str, *, trusted: Mapping[str, str], texts: Mapping[str, Any]) -> str:
    """Fill a template: escape `texts`; insert `trusted`, our own files and escaped data, as they are."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    safe = {key: Markup(text) for key, text in trusted.items()}  # noqa: S704
    return environment.from_string(read_asset(name)).render(**safe, **texts)
