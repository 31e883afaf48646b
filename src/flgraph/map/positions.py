"""Read the positions of an earlier map, so that papers stay where people remember them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from flgraph.errors import GraphError
from flgraph.files.inputs import refuse_special

_START: Final = '<script type="application/json" id="payload">'
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
    >>> len(read_positions(page)) > 500
    True
    """
    try:
        refuse_special(Path(path))
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GraphError(f"{path}: cannot be read ({error}); name a page of `flgraph map`") from error
    _, is_page, rest = text.partition(_START)
    try:
        found = json.loads(rest.partition("</script>")[0] if is_page else text)
        if is_page:
            columns = _COLUMNS.validate_python(found["nodes"])
            found = dict(zip(columns["id"], zip(columns["x"], columns["y"], strict=True), strict=True))
        return _PLACES.validate_python(found)
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise GraphError(
            f"{path}: contains no positions; name a page of `flgraph map`, or a JSON file of [x, y] by node id"
        ) from error
