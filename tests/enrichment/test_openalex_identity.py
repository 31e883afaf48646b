"""Records of OpenAlex come, go and split: the same paper is found again, with all of its versions, and no other."""

from __future__ import annotations

from typing import Any

import pytest
from pandas.testing import assert_frame_equal

from flgraph.analysis.ranking import rank_papers
from flgraph.catalog.reader import read_matches
from flgraph.catalog.writer import write_matches
from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.refit import refit_snapshot
from flgraph.graph.assemble import build_graph
from flgraph.records import Catalog, CatalogEntry, Match, Snapshot
from tests.enrichment.one_world import CATALOG, TAKEN, open_side
from tests.replica import StillClock
from tests.replica.openalex import OpenAlexReplica, make_preprint, make_work
from tests.replica.openalex.works import make_author

TITLE = "Synthetic learning across invented hospitals"
PEOPLE = [make_author("Ada Example", 51), make_author("Bo Sample", 52)]
TWO = [
    make_work(10, doi=None, title=TITLE, authorships=PEOPLE),
    make_preprint(11, "2999.00011", title=TITLE, authorships=PEOPLE),
    make_work(20, cites=[10]),
    make_work(21, cites=[11]),
    make_work(22, cites=[10, 11]),
]


def enrich(openalex: OpenAlexReplica, clock: StillClock, catalog: Catalog, **settings: Any) -> Snapshot:
    asked = {"api_url": openalex.url, "rate": 0, "taken": TAKEN, "clock": clock.as_clock(), "progress": "off"}
    return enrich_catalog(catalog, source="openalex", **{**asked, **settings})


def list_one(match: Match | None = None, **fields: Any) -> Catalog:
    entry = {"key": "syn", "title": TITLE, "section": "2021", "year": 2020, **fields}
    matches = {"openalex": {"syn": match}} if match else {}
    return Catalog(title="Synthetic list", entries=(CatalogEntry.model_validate(entry),), matches=matches)


def decide(**fields: Any) -> Match:
    return Match.model_validate({"status": "accepted", "method": "by hand", "decided_by": "person", **fields})


# --- versions ------------------------------------------------------------------------------------------------


def test_versions_that_a_title_finds_are_kept_for_the_next_run(
    openalex: OpenAlexReplica, clock: StillClock, tmp_path: Any
) -> None:
    openalex.works = TWO
    authors = ["Ada Example", "Bo Sample"]
    first = enrich(openalex, clock, list_one(authors=authors))
    match, paper = first.matches["syn"], first.papers["syn"]
    assert {"W10", "W11"} == {match.id, *match.versions} == set(paper.record_ids)
    assert {"W20", "W21", "W22"} == {line.id for line in paper.citations.items}

    written = write_matches(first.matches, tmp_path / "matches.yaml", source="openalex")
    known = read_matches(written, source="openalex")["syn"]
    assert match == known
    openalex.requests.clear()
    again = enrich(openalex, clock, list_one(known, authors=authors))
    assert first == again
    assert {"openalex": 1, "cites": 1} == openalex.count_routes()


def test_an_edited_catalog_keeps_the_versions(openalex: OpenAlexReplica, clock: StillClock) -> None:
    openalex.works = TWO
    snapshot = enrich(openalex, clock, list_one(authors=["Ada Example", "Bo Sample"]))
    edited = refit_snapshot(snapshot, list_one(authors=["Ada Example", "Bo Sample"], note="A synthetic remark."))
    assert snapshot.papers == edited.papers
    assert snapshot.matches["syn"].versions == edited.matches["syn"].versions


def test_a_person_may_name_versions(openalex: OpenAlexReplica, clock: StillClock) -> None:
    openalex.works = TWO
    decision = decide(id="W10", versions=["W11"])
    snapshot = enrich(openalex, clock, list_one(decision))
    assert (decision, ["W10", "W11"]) == (snapshot.matches["syn"], snapshot.papers["syn"].record_ids)
    assert 3 == len(snapshot.papers["syn"].citations.items)


# --- records that are gone -------------------------------------------------------------------------------------


def test_a_record_that_is_gone_is_found_by_the_doi(openalex: OpenAlexReplica, clock: StillClock) -> None:
    openalex.works = [make_work(10, title=TITLE, _aliases=["W99"])]
    for match in (decide(id="W99"), Match(status="accepted", method="id", id="W99")):
        snapshot = enrich(openalex, clock, list_one(match, ids={"doi": "10.9999/synthetic.10"}), depth=0)
        assert "W10" == snapshot.papers["syn"].id


def test_a_redirect_is_followed(openalex: OpenAlexReplica, clock: StillClock) -> None:
    openalex.works, openalex.merged = [make_work(10, title=TITLE, _aliases=["W99"])], 301
    snapshot = enrich(openalex, clock, list_one(decide(id="W99")), depth=0)
    assert ("W99", "W10") == (snapshot.matches["syn"].id, snapshot.papers["syn"].id)


def test_a_decision_about_a_record_that_is_gone_passes_to_no_other_title(
    openalex: OpenAlexReplica, clock: StillClock
) -> None:
    openalex.works = [make_work(10, title="Quantum gravity on a lattice")]
    snapshot = enrich(openalex, clock, list_one(decide(id="W99"), ids={"doi": "10.9999/synthetic.10"}), depth=0)
    assert ({}, ("syn",)) == (snapshot.papers, snapshot.missing)


# --- wrong records -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("other", ["Quantum gravity on a lattice", "A list of stone-age sites", None])
def test_a_right_doi_with_a_wrong_title_is_never_accepted(
    other: str | None, openalex: OpenAlexReplica, clock: StillClock
) -> None:
    openalex.works = [make_preprint(10, "2999.00010", title=other), *(make_work(n, cites=[10]) for n in range(20, 30))]
    snapshot = enrich(openalex, clock, list_one(ids={"arxiv": "2999.00010"}))
    assert {} == snapshot.papers
    assert "review" == snapshot.matches["syn"].status


def test_the_page_of_a_wrong_merge_leads_nowhere(openalex: OpenAlexReplica, clock: StillClock) -> None:
    pages = [{"landing_page_url": f"http://arxiv.org/abs/2999.000{number}"} for number in range(10, 28)]
    openalex.works = [make_work(10, title="A list of stone-age sites", locations=pages)]
    openalex.works += [make_preprint(12, "2999.99999", title=TITLE)]
    snapshot = enrich(openalex, clock, list_one(ids={"arxiv": "2999.00012"}), depth=0)
    assert "W12" == snapshot.papers["syn"].id
    assert ["arxiv:2999.00012"] == [found.id for found in snapshot.matches["syn"].refuted]


def test_of_two_works_with_one_doi_the_other_is_named(openalex: OpenAlexReplica, clock: StillClock) -> None:
    doi = "10.9999/synthetic.10"
    openalex.works = [make_work(19, doi=doi, title="Quantum gravity on a lattice"), make_work(10, title=TITLE)]
    openalex.works += [make_work(number, cites=[19]) for number in range(20, 25)]
    snapshot = enrich(openalex, clock, list_one(ids={"doi": doi}))
    assert ("W10", ()) == (snapshot.papers["syn"].id, snapshot.papers["syn"].citations.items)
    assert f"DOI {doi} also leads to W19: 'Quantum gravity on a lattice'" in snapshot.matches["syn"].witnesses


def test_a_type_and_an_impact_that_leap_move_no_rank() -> None:
    types, ranked = [], []
    for fields in ({}, {"type": "book-chapter", "fwci": 504.4}):
        with open_side("openalex") as side:
            side.change("alpha", **fields)
            graph = build_graph(CATALOG, side.enrich())
        types.append(graph.nodes["paper:alpha"]["document_type"])
        ranked.append(rank_papers(graph, by="citations_per_year"))
    assert ["preprint", "book-chapter"] == types
    assert_frame_equal(*ranked)


# --- authors -----------------------------------------------------------------------------------------------------


def test_all_of_many_authors_are_fetched(openalex: OpenAlexReplica, clock: StillClock) -> None:
    many = [make_author(f"Ada Example{chr(97 + n % 26)}{chr(97 + n // 26)}", 100 + n) for n in range(140)]
    openalex.works = [make_work(10, title=TITLE, authorships=many)]
    snapshot = enrich(openalex, clock, list_one(ids={"doi": "10.9999/synthetic.10"}), depth=0)
    assert 140 == len(snapshot.papers["syn"].authors)
    assert ({"doi": 1, "single": 1}, 1) == (dict(openalex.count_routes()), openalex.credits)


@pytest.mark.parametrize(
    ("status", "listed", "seen", "fields"),
    [
        ("review", "Synthetic related study 2: tides", "Synthetic related study 3: tides", {}),
        ("review", "Invented clocks in towns, part I", "Invented clocks in towns, part II", {}),
        ("review", "Invented clocks in towns", "Invented clocks in towns II", {}),
        ("review", "Invented clocks in small towns", "Invented clocks and large towns", {"year": 2016}),
        ("accepted", "Invented clocks in small towns", "Invented clocks and large towns", {"year": 2018}),
        ("accepted", "Invented clocks in small towns", "Invented clocks and large towns",
         {"year": 2016, "authors": ["Ada Example"]}),
        ("accepted", "Invented clocks in towns, part II", "Invented clocks in towns, part 2", {}),
        ("accepted", "Invented clocks in towns", "Invented clocks in towns", {"year": 2010}),
        ("accepted", "Invented clocks in towns 162:11814-11827", "Invented clocks in towns", {}),
        ("accepted", "CLOCKS: Invented towns", "CLOCKS: Invented towns of 3 valleys", {}),
    ],
)  # fmt: skip
def test_a_doi_alone_does_not_confirm_another_number_or_year(
    status: str, listed: str, seen: str, fields: dict[str, Any], openalex: OpenAlexReplica, clock: StillClock
) -> None:
    openalex.works = [make_work(10, title=seen, authorships=PEOPLE[:1])]
    catalog = list_one(title=listed, ids={"doi": "10.9999/synthetic.10"}, **fields)
    match = enrich(openalex, clock, catalog, depth=0).matches["syn"]
    assert (status, "id") == (match.status, match.method)
    assert ("W10" if status == "accepted" else None) == match.id
    if status == "review":
        assert ["W10"] == [candidate["id"] for candidate in match.candidates]
        assert "differs" in match.witnesses[-1]


def test_the_year_of_a_preprint_does_not_speak_against_its_arxiv_id(
    openalex: OpenAlexReplica, clock: StillClock
) -> None:
    openalex.works = [make_preprint(10, "2999.00010", title="Invented clocks and large towns", publication_year=2024)]
    catalog = list_one(title="Invented clocks in small towns", ids={"arxiv": "2999.00010"})
    assert "accepted" == enrich(openalex, clock, catalog, depth=0).matches["syn"].status
