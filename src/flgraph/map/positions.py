"""Read the positions of an earlier map, so that papers stay where people remember them."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from flgraph.errors import GraphError
from flgraph.files.inputs import refuse_special

_DATA: Final = re.compile(
    r'<script type="(application/json|text/deflate)" id="(?:payload|data)">\s*(.*?)</script>', re.DOTALL
)
_LARGEST: Final = 1 << 30  # bytes of an unpacked payload
_PLACES: Final = TypeAdapter(dict[str, tuple[float, float]])
_COLUMNS: Final = TypeAdapter(dict[str, Any])


def read_positions(path: str | Path) -> dict[str, tuple[float, float]]:
    """Read the position of each node of an earlier map.

    Parameters
    ----------
    path : str or Path
        A page of `write_html`, or a JSON file of (x, y) by node id.

    Returns
    -------
    dict
        (x, y) by node id, for the argument `positions`.

    Raises
    ------
    GraphError
        The file cannot be read or contains no positions.

    Examples
    --------
    >>> page = write_html(build_graph(read_catalog()), folder / "earlier.html")
    >>> len(read_positions(page))
    56
    """
    try:
        refuse_special(Path(path))
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{path}: cannot be read ({error}); name a page of `flgraph map`") from error
    page = _DATA.search(text)
    try:
        found = _find_places(_unpack(page[1], page[2])) if page else json.loads(text)
        return _PLACES.validate_python(found)
    except (ValueError, KeyError, TypeError, ValidationError, zlib.error) as error:
        raise GraphError(
            f"{path}: contains no positions; name a page of `flgraph map`, or a JSON file of [x, y] by node id"
        ) from error


def _unpack(kind: str, text: str) -> Any:
    """Read the payload of a page: JSON, packed if it is large."""
    if kind == "text/deflate":
        text = zlib.decompressobj().decompress(b64decode(text), _LARGEST).decode()
    return json.loads(text)


def _find_places(payload: Any) -> dict[str, Any]:
    """Return the place of each paper of an atlas, or of each node of a network."""
    columns = _COLUMNS.validate_python(payload if "schema" in payload else payload["nodes"])
    return dict(zip(columns["id"], zip(columns["x"], columns["y"], strict=True), strict=True))
