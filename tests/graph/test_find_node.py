"""What a graph answers about a name that none of its nodes has."""

from __future__ import annotations

import pytest

from flgraph.errors import GraphError
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import find_node
from flgraph.records import Catalog, CatalogEntry

PAPER = CatalogEntry(key="syn", title="Synthetic", section="x", ids={"arxiv": "1903.00005", "doi": "10.5555/syn.5"})


@pytest.mark.parametrize("name", ["1903.00004", "arxiv:1903.00004v2", "10.5555/syn.4", "https://doi.org/10.5555/syn"])
def test_an_unknown_id_is_not_taken_for_that_of_another_paper(name: str) -> None:
    with pytest.raises(GraphError) as caught:
        find_node(build_graph(Catalog(title="Synthetic", entries=(PAPER,))), name)

    assert f"'{name}' is not a node of this graph" == str(caught.value)
