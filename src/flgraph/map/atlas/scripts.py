"""Name the scripts of the atlas in the order in which they are joined into one."""

from __future__ import annotations

from typing import Final

SCRIPTS: Final = (
    "shared/dom",
    "shared/spelling",
    "parts",
    "data",
    "store",
    "filter",
    "colors",
    "sizes",
    "camera",
    "focus",
    "text",
    "ground",
    "marks",
    "layers",
    "boxes",
    "names",
    "labels",
    "writing",
    "why",
    "timeline",
    "axes",
    "near",
    "scene",
    "key",
    "rows",
    "reading",
    "paper",
    "panel",
    "table",
    "years",
    "chosen",
    "bar",
    "search",
    "pointer",
    "keys",
    "address",
    "vector",
    "picture",
    "main",
)
"""The files of `static/`, joined in one function: what a file runs at once needs the files before it."""
