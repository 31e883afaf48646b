"""Render an atlas as one HTML file that sends no requests."""

from __future__ import annotations

import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final

from flgraph.map.atlas.atlas import Atlas
from flgraph.map.atlas.paper_colors import ColorBy
from flgraph.map.atlas.paper_sizes import SizeBy
from flgraph.map.atlas.payload import make_payload
from flgraph.map.atlas.scripts import SCRIPTS
from flgraph.map.html_file import fill_template, format_payload, format_policy, join_scripts, join_styles
from flgraph.memory import pause_collector

_LARGEST: Final = 60_000
"""Longer payloads are packed, which makes the page of a catalog of fifty papers a third smaller."""


@pause_collector()
def render_atlas(
    atlas: Atlas, *, title: str | None = None, color: ColorBy | None = None, size: SizeBy | None = None
) -> str:
    """Render an atlas as one HTML page that works offline and sends no requests.

    Parameters
    ----------
    atlas : Atlas
        The atlas.
    title : str or None
        Heading of the page; None uses the title of the graph.
    color, size
        What colour and size say at first, as in `render_svg`; None leaves the choice to the page.

    Examples
    --------
    >>> render_atlas(make_atlas(build_graph(read_catalog())))[:15]
    '<!doctype html>'
    """
    payload = make_payload(atlas, color=color, size=size)
    return render_payload(payload if title is None else {**payload, "title": title})


def render_payload(payload: Mapping[str, Any]) -> str:
    """Render the data of `make_payload` as the page."""
    program = join_scripts("atlas", SCRIPTS)
    kind, data = pack_payload(payload)
    return fill_template(
        "atlas.html",
        trusted={"style": join_styles("atlas"), "payload": data, "program": program},
        texts={
            "title": payload["title"],
            "policy": format_policy(program),
            "payload_type": kind,
            "origin_line": payload["origin"],
            "synthetic": payload["synthetic"],
        },
    )


def pack_payload(payload: Mapping[str, Any]) -> tuple[str, str]:
    """Return the type and the text of a payload: JSON, or above 60 kB deflated JSON in base64.

    Raises
    ------
    ValueError
        A number is NaN or infinite.
    """
    text = format_payload(payload)
    if len(text) <= _LARGEST:
        return "application/json", text
    return "text/deflate", b64encode(zlib.compress(text.encode(), 9)).decode()
