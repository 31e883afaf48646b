"""Render a pyvis Network as one HTML file that sends no requests.

To add a control, write its markup in `network.html` and its script in `static/network/`, and name the script here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flgraph.checks import format_count
from flgraph.map.html_file import fill_template, format_payload, format_policy, join_scripts, join_styles, read_asset
from flgraph.map.network_payload import describe_network
from flgraph.map.origin import describe_origin

if TYPE_CHECKING:
    from pyvis.network import Network

SCRIPTS: Final = (
    "shared/dom", "shared/spelling", "glyphs",
    "data", "theme", "labels", "tip", "looks", "scene", "legend", "search", "panel", "table", "picture", "main",
)  # fmt: skip
"""The scripts in the order of their dependencies."""


def render_network(network: Network, *, title: str | None = None) -> str:
    """Render any pyvis Network as one HTML page that works offline and sends no requests.

    Colours, shapes, sizes, labels, titles, positions, hidden nodes, and width, dashes, colour and arrows of edges are
    drawn as the Network has them. Nodes without a position are laid out by ForceAtlas2, and the page says so.
    Physics, if the Network has it, starts when a reader presses a button. Titles are shown as text. Pictures from
    addresses are left out.

    Parameters
    ----------
    network : pyvis.network.Network
        A Network of `to_pyvis`, or one made with pyvis alone.
    title : str or None
        Heading of the page; None uses the heading of the Network, else the title of the graph.

    Raises
    ------
    ValueError
        A number is not finite, or an edge names a node that the Network does not have.

    Examples
    --------
    >>> page = render_network(to_pyvis(build_graph(read_catalog())))
    >>> "https://" in page.split("<style>")[0]
    False
    """
    origin: Mapping[str, Any] = getattr(network, "origin", {})
    payload = describe_network(network)
    program = join_scripts("network", SCRIPTS)
    library = read_asset("vendor", "vis-network.min.js").partition("\n//# sourceMappingURL")[0]
    return fill_template(
        "network.html",
        trusted={
            "policy": format_policy(library, program),
            "style": join_styles("network"),
            "payload": format_payload(payload),
            "library": library,
            "program": program,
        },
        texts={
            "title": find_heading(network, title),
            "origin_line": describe_network_origin(network),
            "notes": payload["notes"],
            "synthetic": bool(origin.get("synthetic")),
        },
    )


def find_heading(network: Network, title: str | None = None) -> str:
    """Return the heading: the title given, else the heading of the Network, else the title of its graph."""
    origin: Mapping[str, Any] = getattr(network, "origin", {})
    return str(title or network.heading or origin.get("title") or "Network")


def describe_network_origin(network: Network) -> str:
    """Say where the data come from: the catalog and snapshot of a graph, or the Network alone."""
    origin: Mapping[str, Any] = getattr(network, "origin", {})
    if origin:
        return describe_origin(origin)
    nodes, edges = format_count(len(network.nodes), "node"), format_count(len(network.edges), "edge")
    return f"A pyvis Network of {nodes} and {edges}."
