"""The file of candidates: suggestions for a person to decide on, beside the catalog and never part of it."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any, Final

import networkx as nx
import pandas as pd
from ruamel.yaml import YAML

from flgraph.errors import CatalogError
from flgraph.files import write_text
from flgraph.yaml_files import parse_yaml

_IDS: Final = ("arxiv", "doi", "s2")
_HEADER: Final = """\
# Papers that may be missing from the list, the nearest first; written by `flgraph suggest`, for people to decide.
# Write what you decide after `decision:`; it stays when the file is written again. Nothing here is in the catalog.
"""


def write_candidates(graph: nx.MultiDiGraph[Any], suggestions: pd.DataFrame, path: str | Path) -> Path:
    """Write suggestions as YAML for people to decide on; what they decided in an earlier file stays.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph that the suggestions are of: it knows their ids.
    suggestions : DataFrame
        From `suggest_papers`.
    path : str or Path
        The file; `-` is standard output. Candidates of an earlier file that carry a decision are kept, after the
        new ones where they are not suggested any more.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    CatalogError
        The earlier file is no file of candidates; it stays as it is.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_candidates(graph, suggest_papers(graph), "candidates.yaml")  # doctest: +SKIP
    """
    decided = {} if str(path) == "-" else _read_decided(Path(path))
    found = [_describe(graph, str(node), reason) for node, reason in suggestions["reason"].items()]
    for candidate in found:
        before = decided.pop(candidate["paper"], {})
        candidate["decision"] = before.get("decision")
    text = StringIO()
    yaml = YAML()
    yaml.width = 4096  # a reason stays on its line
    yaml.dump([*found, *decided.values()], text)
    taken = suggestions.attrs.get("snapshot_taken", "an unknown day")
    return write_text(
        path, f"{_HEADER}# {suggestions.attrs.get('title', 'untitled')}; snapshot of {taken}\n{text.getvalue()}"
    )


def _describe(graph: nx.MultiDiGraph[Any], node: str, reason: str) -> dict[str, Any]:
    data = graph.nodes[node]
    known: dict[str, Any] = {name: data[name] for name in ("title", "year") if name in data}
    ids = {name: data[name] for name in _IDS if name in data}
    return {"paper": node, **known, "ids": ids, "reason": reason, "decision": None}


def _read_decided(path: Path) -> dict[str, Mapping[str, Any]]:
    """Return the candidates of an earlier file that carry a decision, by node id."""
    records = parse_yaml(path, missing=[])
    if not isinstance(records, list) or not all(isinstance(one, dict) and "paper" in one for one in records):
        raise CatalogError(f"{path}: is no file of candidates; name another, or move it away")
    return {str(one["paper"]): one for one in records if one.get("decision") is not None}
