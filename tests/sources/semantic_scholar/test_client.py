"""The seam of the `semanticscholar` client: one that lay elsewhere would hide outages and leave out the key."""

from __future__ import annotations

import inspect
import logging
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from semanticscholar.ApiRequester import ApiRequester

from flgraph.sources.semantic_scholar.client import build_client
from tests.replica import Fault, Replica, StillClock, make_paper, open_requester

KEY = "synthetic-key-0123456789"
ALPHA = make_paper("alpha", title="Synthetic paper alpha & co")
OPEN = """
    from flgraph.errors import SourceError
    from flgraph.sources.semantic_scholar.client import build_client
    from flgraph.sources.semantic_scholar.provider import PROVIDER
    from flgraph.sources.settings import Settings
    with PROVIDER.open(Settings(api_url="http://127.0.0.1:9")) as requester:
        try:
            build_client(requester)
        except SourceError as error:
            print(error)
"""
VERSIONS = {
    "no inner client": "class SemanticScholar:\n    def __init__(self, api_url): pass\n",
    "inner client without a requester": (
        "class Inner: pass\n"
        "class SemanticScholar:\n    def __init__(self, api_url): self._AsyncSemanticScholar = Inner()\n"
    ),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_client_with_another_seam_is_refused_with_the_remedy(version: str, tmp_path: Path) -> None:
    package = tmp_path / "semanticscholar"
    package.mkdir()
    (package / "__init__.py").write_text(VERSIONS[version])
    command = [sys.executable, "-W", "error", "-c", dedent(OPEN)]
    folders = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": folders}, capture_output=True, text=True, check=True
    )

    assert "unsupported version of semanticscholar; install semanticscholar>=0.12,<0.13\n" == done.stdout


def test_the_client_keeps_no_other_way_to_the_network() -> None:
    """What it is made of holds one requester, and that is ours: a second one would go past pace, budget and key."""
    with open_requester() as requester:
        client = build_client(requester)
        held = [client, *vars(client).values()]
        asking = [value for owner in held if hasattr(owner, "__dict__") for value in vars(owner).values()]

    assert [requester] == [value.requester for value in asking if hasattr(value, "get_data_async")]


def test_client_still_has_the_seam_that_we_use() -> None:
    expected = ["self", "url", "parameters", "headers", "payload"]
    assert expected == list(inspect.signature(ApiRequester.get_data_async).parameters)
    with open_requester() as requester:
        assert build_client(requester)._AsyncSemanticScholar._requester.requester is requester


def test_client_asks_through_our_requester(replica: Replica, clock: StillClock) -> None:
    replica.papers = [ALPHA]
    replica.faults = [Fault("status", status=503)]
    with open_requester(api_url=replica.url, api_key=KEY, clock=clock.as_clock()) as requester:
        client = build_client(requester)
        found = client.get_paper(ALPHA["paperId"], fields=["title"])
        many = client.get_papers([ALPHA["paperId"]], fields=["title", "externalIds"])
        matched = client.search_paper("synthetic paper alpha", match_title=True, fields=["title"])
    assert [ALPHA["title"]] * 3 == [found.title, many[0].title, matched.title]
    assert [KEY] * 4 == [seen.key for seen in replica.requests]


def test_client_leaves_the_root_logger_alone(replica: Replica) -> None:
    root = logging.getLogger()
    kept, root.handlers = root.handlers, []
    try:
        with open_requester(api_url=replica.url) as requester:
            build_client(requester)
        assert [] == root.handlers
    finally:
        root.handlers = kept
