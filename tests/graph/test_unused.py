"""What lint counts and a graph leaves out: the two agree with the same words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import count_kinds
from flgraph.graph.unused import count_unused
from flgraph.records import Catalog
from tests.other_field import make_catalog


@pytest.mark.parametrize(
    "make", [read_catalog, partial(make_catalog, 4), partial(make_catalog, 0)], ids=["bundled", "four", "none"]
)
def test_counts_of_a_catalog_less_the_unused_are_those_of_its_graph(make: Callable[[], Catalog]) -> None:
    catalog = make()
    listed = {
        "dataset": catalog.datasets, "codebase": catalog.codebases, "topic": catalog.topics, "venue": catalog.venues,
    }  # fmt: skip
    unused = count_unused(catalog)
    counts = count_kinds(build_graph(catalog))

    assert {kind: counts.get(kind, 0) for kind in listed} == {
        kind: len(records) - unused.get(kind, 0) for kind, records in listed.items()
    }


def test_a_parent_of_a_used_dataset_is_used(folder: Path) -> None:
    assert "dataset" not in count_unused(read_catalog(folder))
