"""Worlds in which both replicas answer the questions of `flgraph doctor --live` as this package expects."""

from __future__ import annotations

from typing import Any

from flgraph.sources.openalex.probes import EXAMPLE, GONE, MERGED_ARXIV
from flgraph.sources.semantic_scholar.probes import KNOWN_TITLE, WITHHELD
from tests.replica.corpus import KNOWN_PAPER, make_edges, make_paper
from tests.replica.openalex.works import make_work

_CORE, _EXPANSION = 12, 5


def make_probed_papers() -> list[dict[str, Any]]:
    """Return the known paper with the papers that cite it, and papers whose references are withheld."""
    known = make_paper("known", paperId=KNOWN_PAPER, title=KNOWN_TITLE, _citations=make_edges("citing", 30))
    withheld = [make_paper(doi, externalIds={"DOI": doi}, references=None, referenceCount=20) for doi in WITHHELD]
    return [known, *withheld]


def make_probed_works() -> list[dict[str, Any]]:
    """Return the example work with works that cite it, in the core and beyond, and a paper of arXiv."""
    example = int(EXAMPLE[1:])
    title = "The state of OA: a large-scale analysis of the prevalence and impact of Open Access articles"
    return [
        make_work(example, title=title, _cited_by_count=_CORE),
        *(make_work(5_000 + number, cites=[example]) for number in range(_CORE)),
        *(make_work(6_000 + number, cites=[example], is_xpac=True) for number in range(_EXPANSION)),
        make_work(7_000, arxiv=MERGED_ARXIV, _aliases=[GONE]),
    ]
