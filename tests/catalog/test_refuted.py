"""Ids that lead to another paper: lint names the right one, and no search, graph or export uses them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flgraph.catalog.reader import lint_catalog, read_catalog
from flgraph.catalog.writer import write_catalog, write_matches
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.enrichment.refit import refit_snapshot
from flgraph.errors import GraphError
from flgraph.export.formats import FORMATS, PLACED, export_graph
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import find_node
from flgraph.identifiers import name_id
from flgraph.map.export_layout import make_layout
from flgraph.map.page import render_html
from flgraph.records import Catalog, CatalogEntry, Match, Paper, Snapshot
from tests.replica import Replica, StillClock
from tests.replica.corpus import make_paper

TITLE = "Synthetic grippers for invented fruit"
WRONG, RIGHT = "10.5555/wrong", "10.5555/right"
OTHER = "Quantum gravity, synthetic"
TAKEN = datetime(2026, 11, 23, tzinfo=UTC)


def list_one(**fields: Any) -> Catalog:
    entry = {"key": "syn", "title": TITLE, "section": "2021", "year": 2021, **fields}
    return Catalog(title="Synthetic list", entries=(CatalogEntry.model_validate(entry),))


def refute(name: str = f"doi:{WRONG}") -> dict[str, Any]:
    return {"refuted": [{"id": name, "reason": f"leads to '{OTHER}'"}]}


@pytest.fixture
def served(replica: Replica) -> Replica:
    replica.papers = [
        make_paper("synthetic wrong", title=OTHER, externalIds={"DOI": WRONG}),
        make_paper("synthetic right", title=TITLE, year=2021, externalIds={"DOI": RIGHT}),
    ]
    return replica


def enrich(catalog: Catalog, replica: Replica, clock: StillClock, **options: Any) -> Snapshot:
    settings = {"api_url": replica.url, "rate": 0, "depth": 0, "taken": TAKEN, "clock": clock.as_clock(), **options}
    return enrich_catalog(catalog, **settings)


def collect_output(catalog: Catalog, snapshot: Snapshot | None, folder: Path) -> str:
    """Return all that is made of a catalog: every export, the map, and the nodes with their attributes."""
    graph = build_graph(catalog, snapshot)
    folder.mkdir()
    layout = make_layout(graph)
    written = [
        export_graph(graph, folder / form, format=form, layout=layout if form in PLACED else None) for form in FORMATS
    ]
    files = [path for one in written for path in ([one] if one.is_file() else one.rglob("*.csv"))]
    return "\n".join([repr(dict(graph.nodes)), render_html(graph), *(path.read_text("utf-8") for path in files)])


# --- the finding of an enrichment ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "line"),
    [({"ids": {"doi": WRONG}}, "the DOI 10.5555/wrong leads"), ({"url": f"https://doi.org/{WRONG}"}, "the link leads")],
)
def test_lint_names_the_right_id_after_an_enrichment(
    fields: dict[str, Any], line: str, served: Replica, clock: StillClock, tmp_path: Path
) -> None:
    catalog = list_one(**fields)
    write_catalog(catalog, tmp_path)
    assert [] == lint_catalog(tmp_path)
    write_matches(enrich(catalog, served, clock).matches, tmp_path / "matches.yaml")

    [finding] = lint_catalog(tmp_path)
    assert "warning" == finding.level
    assert "papers.yaml" == Path(finding.path).name
    assert line in finding.message
    assert f"another title: '{OTHER}'" in finding.message
    assert f"{RIGHT}'" in finding.message


def test_no_output_has_an_id_that_led_to_another_title(served: Replica, clock: StillClock, tmp_path: Path) -> None:
    catalog = list_one(ids={"doi": WRONG}, url=f"https://doi.org/{WRONG}")
    snapshot = enrich(catalog, served, clock)
    said = collect_output(catalog, snapshot, tmp_path / "out")

    assert WRONG not in said
    assert RIGHT in said
    assert RIGHT == build_graph(catalog, snapshot).nodes["paper:syn"]["doi"]
    offline = catalog.model_copy(update={"matches": {"semantic_scholar": snapshot.matches}})
    assert WRONG not in collect_output(offline, None, tmp_path / "offline")
    with pytest.raises(GraphError, match="is not a node"):
        find_node(build_graph(catalog, snapshot), WRONG)


def test_the_next_run_does_not_ask_for_it_and_keeps_the_finding(served: Replica, clock: StillClock) -> None:
    catalog = list_one(ids={"doi": WRONG})
    first = enrich(catalog, served, clock)
    known = catalog.model_copy(update={"matches": {"semantic_scholar": first.matches}})
    served.requests.clear()
    again = enrich(known, served, clock, refresh=True)

    assert first.matches == again.matches
    assert WRONG not in repr(served.requests)


def test_an_open_case_stays_open_with_the_record_as_candidate(replica: Replica, clock: StillClock) -> None:
    replica.papers = [make_paper("synthetic wrong", title=OTHER, externalIds={"DOI": WRONG})]
    catalog = list_one(ids={"doi": WRONG})
    first = enrich(catalog, replica, clock).matches["syn"]
    known = catalog.model_copy(update={"matches": {"semantic_scholar": {"syn": first}}})

    assert "review" == first.status
    assert [OTHER] == [candidate["title"] for candidate in first.candidates]
    assert first == enrich(known, replica, clock, refresh=True).matches["syn"]
    assert "doi" not in build_graph(known).nodes["paper:syn"]


def test_a_person_who_accepts_the_record_overrules_the_finding(served: Replica, clock: StillClock) -> None:
    catalog = list_one(ids={"doi": WRONG})
    found = enrich(catalog, served, clock).matches["syn"]
    record = found.refuted[0].record
    decision = found.model_copy(update={"id": record, "decided_by": "person"})
    decided = catalog.model_copy(update={"matches": {"semantic_scholar": {"syn": decision}}})

    assert WRONG == build_graph(decided).nodes["paper:syn"]["doi"]


def test_an_edited_catalog_keeps_the_finding_of_its_snapshot(served: Replica, clock: StillClock) -> None:
    catalog = list_one(ids={"doi": WRONG})
    snapshot = enrich(catalog, served, clock)
    edited = list_one(ids={"doi": WRONG}, acronym="SYN")
    fitted = refit_snapshot(snapshot, edited)

    assert RIGHT == build_graph(edited, fitted).nodes["paper:syn"]["doi"]
    corrected = list_one(ids={"doi": RIGHT})
    assert () == refit_snapshot(snapshot, corrected).matches["syn"].refuted


# --- what curators refute --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [f"doi:{WRONG}", "doi:10.5555/WRONG"])
def test_no_output_has_an_id_that_the_catalog_refutes(name: str, tmp_path: Path) -> None:
    catalog = list_one(ids={"doi": WRONG, "arxiv": "2101.00001"}, url=f"https://doi.org/{WRONG}", **refute(name))
    record = Paper(id="1", title=TITLE, ids={"doi": WRONG})
    match = Match(status="accepted", method="id", id="1")
    snapshot = Snapshot(source="semantic_scholar", taken=TAKEN, depth=0, catalog_digest="x",
                        papers={"syn": record}, matches={"syn": match})  # fmt: skip

    said = collect_output(catalog, snapshot, tmp_path / "out")
    assert WRONG not in said
    assert "2101.00001" in said


def test_a_doi_is_refuted_in_any_spelling() -> None:
    said = repr(dict(build_graph(list_one(ids={"doi": "10.5555/x"}, **refute("doi:https://doi.org/10.5555/X"))).nodes))

    assert "10.5555" not in said
    assert "doi:10.5555/x" == name_id("doi", "https://doi.org/10.5555/X")
    assert "dblp:https://doi.org/10.5555/x" == name_id("dblp", "https://doi.org/10.5555/X")


def test_an_arxiv_link_is_refuted_by_its_doi() -> None:
    catalog = list_one(url="https://arxiv.org/abs/2101.00009v2", **refute("doi:10.48550/arXiv.2101.00009"))

    assert "url" not in build_graph(catalog).nodes["paper:syn"]


def test_a_refuted_id_is_not_asked_for(served: Replica, clock: StillClock) -> None:
    catalog = list_one(ids={"doi": WRONG}, **refute())
    plan = plan_enrichment(catalog, api_url=served.url, depth=0)
    match = enrich(catalog, served, clock).matches["syn"]

    assert (0, 1) == tuple(step.questions for step in plan.steps)
    assert ("accepted", "exact") == (match.status, match.method)
    assert WRONG not in repr(served.requests)


def test_lint_asks_to_correct_an_id_that_is_refuted(tmp_path: Path) -> None:
    write_catalog(list_one(ids={"doi": WRONG}, refuted=[{**refute()["refuted"][0], "right": f"doi:{RIGHT}"}]), tmp_path)

    [finding] = lint_catalog(tmp_path)
    assert "warning" == finding.level
    assert finding.message.startswith("the DOI 10.5555/wrong leads to 'Quantum gravity, synthetic'")
    assert finding.message.endswith(f"write '{RIGHT}'")


def test_a_link_that_is_refuted_is_a_note_with_the_right_id(tmp_path: Path) -> None:
    write_catalog(list_one(ids={"doi": RIGHT}, url=f"https://doi.org/{WRONG}", **refute()), tmp_path)

    [finding] = lint_catalog(tmp_path)
    assert "note" == finding.level
    assert f"'doi:{RIGHT}'" in finding.message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("10.5555/wrong", "refuted id '10.5555/wrong' must name its kind; write 'doi:10.5555/wrong'"),
        ("dio:10.5555/wrong", "unknown kind 'dio' of a refuted id; did you mean 'doi'?"),
        ("arxiv:x", "refuted id 'arxiv:x' is invalid; after 'arxiv' and a colon, write an arXiv id such as 2102.07623"),
    ],
)
def test_a_refuted_id_that_is_none_is_an_error(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "papers.yaml").write_text(
        json.dumps([{"key": "syn", "title": TITLE, "section": "2021", **refute(name)}]), encoding="utf-8"
    )
    assert any("error" == finding.level and message in finding.message for finding in lint_catalog(tmp_path))


def test_two_papers_may_share_a_link_that_one_of_them_refutes(tmp_path: Path) -> None:
    link = f"https://doi.org/{WRONG}"
    one = CatalogEntry.model_validate({"key": "one", "title": OTHER, "section": "x", "url": link})
    other = list_one(url=link, **refute()).entries[0]
    write_catalog(Catalog(title="Synthetic", entries=(one, other)), tmp_path)

    assert ["note"] == [finding.level for finding in lint_catalog(tmp_path)]


def test_a_paper_may_relate_to_the_one_that_its_refuted_id_leads_to(tmp_path: Path) -> None:
    relation = {"relation": "related_work", "to": f"doi:{WRONG}", "title": OTHER}
    catalog = list_one(ids={"doi": WRONG}, relations=[relation], **refute())
    write_catalog(catalog, tmp_path)

    assert ["warning"] == [finding.level for finding in lint_catalog(tmp_path)]
    assert build_graph(catalog).has_edge("paper:syn", f"paper:doi-{WRONG}", "relates_to")


def test_the_bundled_catalog_refutes_its_two_wrong_links() -> None:
    nodes = build_graph(read_catalog()).nodes

    assert "url" not in nodes["paper:ros-fl"]
    assert "url" not in nodes["paper:fed-sim"]
    assert "url" in nodes["paper:splitavg"]
