"""The atlas of the bundled catalog, made once."""

from __future__ import annotations

import os
from pathlib import Path
from unittest.mock import patch

import pytest

from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.atlas.atlas import Atlas, make_atlas


@pytest.fixture(autouse=True)
def _known_nulls(known_nulls: Path) -> None:
    pass


@pytest.fixture(scope="session")
def atlas(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    with patch.dict(os.environ, {"FLGRAPH_CACHE": str(tmp_path_factory.mktemp("atlas") / "cache.sqlite")}):
        return make_atlas(graph)
