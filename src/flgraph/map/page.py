"""Render the map as one HTML file that sends no requests.

To add a control, write its markup in `template.html` and its script as a file of `static/`, and name the script here.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import networkx as nx
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from flgraph.analysis.ranking import Ranking
from flgraph.files.atomic import write_bytes
from flgraph.graph.tables import OF_SOME_FIELDS
from flgraph.map.colors import DARK_TWINS, HOLLOW_COLOR, OUTLINE_COLOR
from flgraph.map.network import OTHER_VALUE, SHAPE_PATHS, Color, Size, name_node, to_pyvis
from flgraph.map.view import MAX_DRAWN, View
from flgraph.sources.registry import find_title

if TYPE_CHECKING:
    from pyvis.network import Network

_SCRIPTS: Final = (
    "dom",
    "data",
    "theme",
    "labels",
    "scene",
    "legend",
    "filters",
    "search",
    "panel",
    "table",
    "axes",
    "export",
    "main",
)
"""The scripts in the order of their dependencies."""

_ESCAPES: Final = {ord(letter): f"\\u{ord(letter):04x}" for letter in "&<>\u2028\u2029"}
_OWN_NODE_COLUMNS: Final = {"id", "label", "title", "x", "y", "hidden", "details"}
_UNSHOWN_DETAILS: Final = {"label", "kind", "key", "in_catalog", "publication_date", "corpus_id"}


def render_html(
    picture: nx.MultiDiGraph[Any] | Network,
    *,
    title: str | None = None,
    color: Color = "topic",
    size: Size | None = None,
    positions: Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    view: View = "core",
    ranking: Ranking | None = None,
) -> str:
    """Render the interactive map as one HTML page that works offline and sends no requests.

    Parameters
    ----------
    picture : KnowledgeGraph or pyvis.network.Network
        A graph, or a Network of `to_pyvis` with its current nodes, edges and options. With a Network, only `title`
        has an effect.
    title : str or None
        Heading of the page; None uses the title of the graph.
    color, size, positions, seed, view, ranking
        As in `to_pyvis`.

    Raises
    ------
    ValueError
        A node of the Network has no position, or a number in it is not finite.

    Examples
    --------
    >>> page = render_html(build_graph(read_catalog()))
    >>> "https://" in page.split("<style>")[0]
    False
    """
    if isinstance(picture, nx.MultiDiGraph):
        network = to_pyvis(picture, color=color, size=size, positions=positions, seed=seed, view=view, ranking=ranking)
    else:
        network = picture
    origin: Mapping[str, Any] = getattr(network, "origin", {})
    program, library = _join_scripts(), _read("vendor", "vis-network.min.js").partition("\n//# sourceMappingURL")[0]
    environment = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return environment.from_string(_read("template.html")).render(
        title=title or str(origin.get("title") or "Map of papers"),
        policy=_write_policy(library, program),
        style=_trust(_read("static", "page.css")),
        payload=_trust(_dump(_describe_network(network))),
        library=_trust(library),
        program=_trust(program),
        origin_line=describe_origin(origin),
        synthetic=bool(origin.get("synthetic")),
    )


def write_html(
    picture: nx.MultiDiGraph[Any] | Network,
    path: str | Path,
    *,
    title: str | None = None,
    color: Color = "topic",
    size: Size | None = None,
    positions: Mapping[str, Sequence[float]] | None = None,
    seed: int = 0,
    view: View = "core",
    ranking: Ranking | None = None,
) -> Path:
    """Write the interactive map of `render_html` to a file.

    Returns
    -------
    Path
        The path written; `-` is standard output.

    Raises
    ------
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_html(build_graph(read_catalog()), folder / "map.html").name
    'map.html'
    """
    page = render_html(
        picture, title=title, color=color, size=size, positions=positions, seed=seed, view=view, ranking=ranking
    )
    return write_bytes(path, page.encode())


# --- the parts of the page -------------------------------------------------------------------------------


def _trust(text: str) -> Markup:
    """Mark a text as safe HTML: our own files, or text that is escaped already."""
    return Markup(text)  # noqa: S704


def _read(*parts: str) -> str:
    return files("flgraph.map").joinpath(*parts).read_text(encoding="utf-8")


def _join_scripts() -> str:
    return '(() => {\n"use strict";\n' + "\n".join(_read("static", f"{name}.js") for name in _SCRIPTS) + "})();\n"


def _write_policy(*scripts: str) -> str:
    """Return a Content Security Policy with which the browser blocks all requests and all other scripts."""
    hashes = " ".join(f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts)
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _dump(payload: Mapping[str, Any]) -> str:
    """Format JSON for a script element, with escapes so that no text can close the element."""
    text = json.dumps(payload, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.translate(_ESCAPES)


def _describe_network(network: Network) -> dict[str, Any]:
    """Describe the network for the script of the page: nodes and edges in columns, each style stored once."""
    options = network.options if isinstance(network.options, dict) else json.loads(network.options.to_json())
    places = {node["id"]: index for index, node in enumerate(network.nodes)}
    node_styles, edge_styles = _Table(), _Table()
    drawn = sum(not node.get("hidden") for node in network.nodes)
    return {
        "nodes": _describe_nodes(network.nodes, node_styles),
        "node_styles": node_styles.rows,
        "edges": {
            "from": [places[edge["from"]] for edge in network.edges],
            "to": [places[edge["to"]] for edge in network.edges],
            "style": [edge_styles.find(_leave_out(edge, {"from", "to"})) for edge in network.edges],
        },
        "edge_styles": edge_styles.rows,
        "options": options,
        "legend": describe_legend(network.nodes),
        "color_heading": str(getattr(network, "color_heading", "topic")),
        "dataset_fields": _list_dataset_fields(network.nodes),
        "dark": dict(DARK_TWINS),
        "glyphs": dict(SHAPE_PATHS),
        "limit": max(MAX_DRAWN, drawn),
        "notice": _describe_limit(len(network.nodes), drawn),
    }


def _list_dataset_fields(nodes: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """List the label and the name of each field that only datasets of some subjects have, if one of these does."""
    held = {name for node in nodes if node.get("group_name") == "dataset" for name in node.get("details", {})}
    return [[name.capitalize(), name] for name in OF_SOME_FIELDS if name in held and name != "federated"]


class _Table:
    """A list of distinct rows in order of first use."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self._places: dict[str, int] = {}

    def find(self, row: dict[str, Any]) -> int:
        """Return the index of a row; add the row if it is new."""
        key = json.dumps(row, sort_keys=True)
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]


def _leave_out(options: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if name not in names}


def _describe_nodes(nodes: Sequence[Mapping[str, Any]], styles: _Table) -> dict[str, list[Any]]:
    for node in nodes:
        if "x" not in node or "y" not in node:
            raise ValueError(f"node {node['id']} has no position; make the Network with to_pyvis, or set x and y")
    return {
        "id": [str(node["id"]) for node in nodes],
        "label": [str(node.get("label", node["id"])) for node in nodes],
        "title": [_find_title(node) for node in nodes],
        "x": [_shorten(node["x"]) for node in nodes],
        "y": [_shorten(node["y"]) for node in nodes],
        "style": [styles.find(_leave_out(node, _OWN_NODE_COLUMNS)) for node in nodes],
        "hidden": [index for index, node in enumerate(nodes) if node.get("hidden")],
        "details": [_describe_details(node) for node in nodes],
    }


def _find_title(node: Mapping[str, Any]) -> str | None:
    """Return the title if a user has set one, or None if it is the name, which the details contain."""
    details = node.get("details")
    if details and node.get("title") == name_node(details):
        return None
    title = node.get("title")
    return None if title is None else str(title)


def _describe_details(node: Mapping[str, Any]) -> dict[str, Any]:
    details = _leave_out(node.get("details", {}), _UNSHOWN_DETAILS)
    return {name: value for name, value in details.items() if (name, value) != ("name", node.get("label"))}


def _shorten(number: float) -> float:
    return int(number) if number == int(number) else round(number, 1)


def describe_legend(nodes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """List the categories of papers with their colours, most common first, catch-all categories last."""
    papers = [node for node in nodes if node.get("group_name") == "paper" and "category" in node]
    counts = Counter(str(node["category"]) for node in papers)
    colors = {str(node["category"]): node.get("color") for node in reversed(papers)}
    steps = {str(node["category"]): node["step"] for node in papers if "step" in node}
    # Papers without a value are hollow.
    hollow = {name for name, color in colors.items() if color == {"background": HOLLOW_COLOR, "border": OUTLINE_COLOR}}
    last = {name: 2 if name in hollow else int(name == OTHER_VALUE) for name in counts}
    order = sorted(counts, key=lambda name: (last[name], steps.get(name, -1), -counts[name], name))
    return [{"category": name, "color": colors[name]} for name in order]


def _describe_limit(total: int, drawn: int) -> str:
    if total <= MAX_DRAWN:
        return ""
    return (
        f"The map shows {drawn:,} of {total:,} nodes. Search finds the others. To see all of them in Gephi "
        "or Cytoscape, run flgraph export -f graphml."
    )


def describe_origin(origin: Mapping[str, Any]) -> str:
    """Format the footer: the source and the date of the data."""
    digest = str(origin.get("catalog_digest", "")).removeprefix("sha256:")[:12]
    catalog = "Curated catalog"
    if "title" in origin:
        catalog += f" \u201c{origin['title']}\u201d"
    if digest:
        catalog += f", digest {digest}"
    if "snapshot_taken" not in origin:
        return f"{catalog}. No citation data."
    source = str(origin.get("snapshot_source", "unknown source"))
    taken = str(origin["snapshot_taken"])[:10]
    return f"{catalog}. Data: {find_title(source)}, snapshot {taken}."
