"""Write the elements of an SVG picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final

from flgraph.map.colors import LIGHT_BACKGROUND

INK: Final = "#1d1f24"
QUIET: Final = "#565d69"
WARNING: Final = "#8a3b00"

_INVALID: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 does not allow in a text."""


def clean_text(text: str) -> str:
    """Escape a text, and replace what XML does not allow by a question mark in a diamond."""
    return escape(_INVALID.sub("\ufffd", text))


def open_svg(width: int, height: int, *, title: str) -> str:
    """Return the start of a picture with its background."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" font-family="system-ui, \'DejaVu Sans\', sans-serif" font-size="12">\n'
        f"<title>{clean_text(title)}</title>\n"
        f'<rect width="{width}" height="{height}" fill="{LIGHT_BACKGROUND}"/>'
    )


def write_text(
    x: float, y: float, text: str, *, size: float = 12, fill: str = INK, anchor: str = "start", bold: bool = False
) -> str:
    """Return a text; y is its baseline."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{clean_text(text)}</text>"
    )


def write_halo(parts: Iterable[str], *, width: float = 3) -> str:
    """Return texts with a halo in the colour of the page."""
    return (
        f'<g paint-order="stroke" stroke="{LIGHT_BACKGROUND}" stroke-width="{width:g}" stroke-linejoin="round">'
        f"{''.join(parts)}</g>"
    )


def write_dot(x: float, y: float, radius: float, fill: str, *, name: str = "", is_known: bool = True) -> str:
    """Return a dot, or a ring if its value is unknown."""
    look = (
        f'fill="{fill}" stroke="{LIGHT_BACKGROUND}"'
        if is_known
        else f'fill="{LIGHT_BACKGROUND}" stroke="{fill}" stroke-width="1.6"'
    )
    said = f"<title>{clean_text(name)}</title>" if name else ""
    end = f">{said}</circle>" if said else "/>"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" {look}{end}'


def write_path(points: Iterable[tuple[float, float]]) -> str:
    """Return the path data of a closed ring."""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"
