"""Whether a citation is an author's own, as far as ids tell."""

from __future__ import annotations

from pathlib import Path

from flgraph.catalog.reader import read_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.schema import check_graph
from flgraph.records import Author, Listing, Paper, Reference
from tests.graph.test_assemble import make_snapshot

ADA, BO, NAMELESS = Author(id="1", name="Ada Example"), Author(id="2", name="Bo Sample"), Author(name="Cy Nobody")


def mark(folder: Path, **authors: tuple[Author, ...]) -> dict[str, bool | None]:
    """Return of each synthetic citing paper whether its citation of alpha is marked."""
    small = read_catalog(folder)
    citing = tuple(Reference(id=name, title=f"Synthetic citing paper {name}") for name in authors)
    alpha = Paper(id="alpha", authors=(ADA,), citations=Listing(status="known", items=citing))
    context = {name: Paper(id=name, authors=people) for name, people in authors.items()}
    graph = build_graph(small, make_snapshot(small, alpha=alpha).model_copy(update={"context": context}))
    check_graph(graph)
    return {name: graph.edges[f"paper:s2-{name}", "paper:alpha", "cites"].get("self_citation") for name in authors}


def test_an_author_id_in_common_makes_a_self_citation(folder: Path) -> None:
    assert {"own": True, "other": False} == mark(folder, own=(BO, ADA), other=(BO,))


def test_what_ids_do_not_tell_is_not_marked(folder: Path) -> None:
    found = mark(folder, nameless=(NAMELESS,), unlisted=(), mixed=(NAMELESS, ADA))

    assert {"nameless": None, "unlisted": None, "mixed": True} == found
