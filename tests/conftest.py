"""What the tests share: the bundled catalog and its graph, a small catalog to break, the replica."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copy
from textwrap import dedent
from unittest.mock import patch

import certifi
import pytest
from hypothesis import HealthCheck, settings

from benchmarks.synthetic_list import make_list
from flgraph.catalog.reader import read_catalog
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.records import Catalog
from tests.nulls import store_nulls, write_nulls
from tests.replica.fixtures import *  # noqa: F403 - pytest finds fixtures by name

# The workers use all cores. Threads of a product would wait for each other, which takes ten times its CPU time. The
# workers, and processes that tests start, read this when they import numpy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A busy machine is not a failure; the examples are few and seeded by the run's random seed.
settings.register_profile("flgraph", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("flgraph")
# The same few examples for each mutant.
settings.register_profile("mutation", settings.get_profile("flgraph"), max_examples=20, derandomize=True, database=None)

# No test reads or writes the cache of whoever runs it.
_FOLDER = tempfile.TemporaryDirectory(prefix="flgraph-tests-")
os.environ["FLGRAPH_CACHE"] = str(Path(_FOLDER.name) / "cache.sqlite")
_NUMBERS = count()

GOLDEN = Path(__file__).parent / "golden"

PAPERS = """\
# What the keeper of this list wrote above it.
- key: alpha
  title: "Synthetic paper alpha: federated segmentation"
  section: "2021"
  venue: SYN
  url: https://example.org/alpha
  year: 2021
  ids: {arxiv: "2101.00001"}
  authors: [Ada Example, {name: Bo Sample, dblp: Bo Sample 0002}]   # order as printed
  datasets: [{key: syn-scans, role: introduces}]
  topics: [segmentation]
  codebases: [github.com/example/alpha]
  relations: [{relation: cites, to: beta}]

- key: beta
  title: "Synthetic paper beta"
  section: "2020"
  url: https://example.org/beta
  authors: [Bo Sample]
"""


@pytest.fixture(scope="session", autouse=True)
def _one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Servers of tests speak plain HTTP: each client would read the certificates of all authorities for nothing."""
    path, end = tmp_path_factory.mktemp("certificates") / "one.pem", "-----END CERTIFICATE-----\n"
    first, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition(end)
    path.write_text(first + end, encoding="utf-8")
    with patch.object(certifi, "where", lambda: str(path)):
        yield


@pytest.fixture(autouse=True)
def _cache_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a file in a folder that is made when it is written; pytest would list thousands to number the next."""
    monkeypatch.setenv("FLGRAPH_CACHE", str(Path(_FOLDER.name) / str(next(_NUMBERS)) / "cache.sqlite"))


@pytest.fixture(scope="session")
def cache_of_nulls(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A cache that knows what the regions of shuffled catalogs have, for the fixtures of modules; not for a source."""
    cache = write_nulls(tmp_path_factory.mktemp("nulls") / "cache.sqlite")
    yield cache
    if request.config.getoption("--update-golden"):
        store_nulls(cache)


@pytest.fixture
def known_nulls(_cache_of_its_own: None, cache_of_nulls: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """The cache of the test, which knows the same."""
    cache = Path(os.environ["FLGRAPH_CACHE"])
    cache.parent.mkdir(parents=True)
    copy(cache_of_nulls, cache)
    yield cache
    if request.config.getoption("--update-golden"):
        store_nulls(cache)


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A command sets up the log of its process; the tests share one."""
    logger = logging.getLogger("flgraph")
    handlers, level, propagate = logger.handlers, logger.level, logger.propagate
    yield
    logger.handlers, logger.propagate = handlers, propagate
    logger.setLevel(level)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return read_catalog()


@pytest.fixture(scope="session")
def graph(catalog: Catalog) -> KnowledgeGraph:
    return build_graph(catalog)


@pytest.fixture(scope="session")
def graph_folder(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where commands find the bundled catalog's graph already built; not to be written into."""
    folder = tmp_path_factory.mktemp("graph")
    write_graph(graph, folder / "flgraph-out" / "graph.json")
    return folder


@pytest.fixture(scope="session")
def cited_graph() -> KnowledgeGraph:
    """A synthetic list of 48 papers with who cites them and whom they cite; not to be changed."""
    return build_graph(*make_list())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small synthetic catalog that a test may break."""
    return write_small_catalog(tmp_path)


def write_small_catalog(parent: Path) -> Path:
    """Write a small synthetic catalog into a folder."""
    files = {
        "catalog.yaml": "title: Synthetic list\n",
        "papers.yaml": PAPERS,
        "venues.yaml": "- {key: syn, name: Synthetic Conference, tags: [SYN], type: conference}\n",
        "datasets.yaml": dedent("""\
            - {key: syn-scans, name: Synthetic scans, domain: medical, parent: syn-base}
            - {key: syn-base, name: Synthetic base, domain: medical}
            """),
        "codebases.yaml": "- {key: github.com/example/alpha, url: 'https://github.com/example/alpha', licence: MIT}\n",
        "topics.yaml": "- {key: segmentation, name: Segmentation, facet: task, patterns: ['\\bsegment\\w*']}\n",
    }
    catalog = parent / "catalog"
    catalog.mkdir()
    for name, text in files.items():
        (catalog / name).write_text(text, encoding="utf-8")
    return catalog


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The third-party data that tests may read where it is, and that is never copied into the project."""
    if "FLGRAPH_TEST_DATA" not in os.environ:
        pytest.skip("FLGRAPH_TEST_DATA does not name the folder with the lists and recorded replies")
    return Path(os.environ["FLGRAPH_TEST_DATA"])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the files in tests/golden")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start no workers for files that are named, which take less time than a start, nor to rewrite golden files."""
    are_files = all(Path(argument.partition("::")[0]).suffix == ".py" for argument in config.args)
    return 0 if are_files or config.getoption("update_golden") else None


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text to a file in tests/golden, or rewrite the file with --update-golden."""

    def compare(name: str, text: str) -> None:
        path = (GOLDEN / name).resolve()
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare
