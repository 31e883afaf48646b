"""What the interface of providers promises holds for each of them, with one world behind both."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.errors import SourceError
from flgraph.graph.assemble import build_graph
from flgraph.records import Match, Snapshot
from flgraph.snapshot.files import digest_snapshot, read_snapshot, write_snapshot
from flgraph.sources.faults import BadKeyError
from flgraph.sources.registry import KNOWN
from tests.enrichment.one_world import CATALOG, ENTRIES, GONE, OUTSIDE, PROVIDERS, Side, open_side, with_entries

KEY = "synthetic-key-0123456789"


@pytest.fixture(params=PROVIDERS)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """The world at a provider."""
    with open_side(request.param) as opened:
        yield opened


def list_citations(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return which paper cites which, by their titles."""
    papers = [*snapshot.papers.values(), *snapshot.context.values()]
    titles = {paper.id: paper.title or "" for paper in papers}
    cited = {(paper.title or "", titles[line.id]) for paper in papers for line in paper.references.items if line.id}
    return cited | {
        (titles[line.id], paper.title or "") for paper in papers for line in paper.citations.items if line.id
    }


def split_beta(world: list[dict[str, Any]]) -> None:
    """Keep beta as two records: the publication, which alpha cites, and the preprint, which an outsider cites."""
    named = {paper["title"]: paper for paper in world}
    beta = next(paper for paper in world if paper["externalIds"].get("ArXiv") == "2999.00002")
    outsider = named["Synthetic paper outside 0"]
    stub = {**beta, "paperId": "b" * 40, "corpusId": 1, "externalIds": {"ArXiv": "2999.00002"}, "references": []}
    beta["externalIds"] = {"DOI": beta["externalIds"]["DOI"]}
    outsider["references"] = [*outsider["references"], stub]
    outsider["referenceCount"] += 1
    plain = {name: value for name, value in outsider.items() if name not in ("references", "_citations")}
    world.append({**stub, "referenceCount": 0, "citationCount": 1, "_citations": [plain]})


# --- one world -----------------------------------------------------------------------------------------------


def test_both_find_the_same_papers_and_the_same_citations() -> None:
    found = []
    for source in PROVIDERS:
        with open_side(source) as side:
            found.append(side.enrich())
    one, other = found
    assert ({"alpha", "beta", "gamma", "quiet", "delta"}, ()) == (set(one.papers), one.failed)
    assert {key: paper.title for key, paper in one.papers.items()} == {
        key: paper.title for key, paper in other.papers.items()
    }
    assert list_citations(one) == list_citations(other)
    assert 4 + OUTSIDE + OUTSIDE // 2 == len(list_citations(one))
    for key, paper in one.papers.items():
        assert paper.citation_count == other.papers[key].citation_count
        assert paper.ids.get("arxiv") == other.papers[key].ids.get("arxiv")
        assert [author.name for author in paper.authors] == [author.name for author in other.papers[key].authors]


def test_every_snapshot_names_its_source(side: Side) -> None:
    snapshot = side.enrich()
    assert (side.source, KNOWN[side.source].id_kind) == (snapshot.source, snapshot.id_kind)
    assert "127.0.0.1" == snapshot.parameters["host"]


# --- miss, failure, unlisted, empty ----------------------------------------------------------------------------


def test_a_miss_is_missing_and_nothing_else(side: Side) -> None:
    snapshot = side.enrich(with_entries(GONE))
    assert (("gone",), ()) == (snapshot.missing, snapshot.failed)
    assert f"DOI 10.9999/gone is not known to {KNOWN[side.source].title}" in snapshot.matches["gone"].witnesses


def test_an_empty_list_of_references_is_unknown_and_nobody_who_cites_is_known(side: Side) -> None:
    papers = side.enrich().papers
    assert ("unlisted", ()) == (papers["quiet"].references.status, papers["quiet"].references.items)
    assert ("known", ()) == (papers["delta"].citations.status, papers["delta"].citations.items)


def test_miss_failure_unlisted_and_empty_are_four_states_in_the_file_and_the_graph(side: Side, tmp_path: Path) -> None:
    catalog = with_entries(GONE)
    side.break_citations()
    broken, whole = tmp_path / "broken.jsonl", tmp_path / "whole.jsonl"
    write_snapshot(side.enrich(catalog), broken)
    side.repair()
    write_snapshot(side.enrich(catalog), whole)

    seen = read_snapshot(broken)
    assert ("missing", "failed", "unlisted") == (
        seen.matches["gone"].status,
        seen.papers["alpha"].citations.status,
        seen.papers["quiet"].references.status,
    )
    before, after = (build_graph(catalog, read_snapshot(path)).nodes for path in (broken, whole))
    assert "missing" == before["paper:gone"]["match"]
    assert "failed" == before["paper:alpha"]["citations"]
    assert "citations_listed" not in before["paper:alpha"]
    assert ("unlisted", True) == (
        after["paper:quiet"]["references"],
        "references_listed" not in after["paper:quiet"],
    )
    assert ("known", 0, 0) == tuple(
        after["paper:delta"][name] for name in ("citations", "citations_listed", "citation_count")
    )
    assert not {"citation_count", "citations", "references"} & after["paper:gone"].keys()


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_a_service_that_answers_nothing_is_an_error_and_no_miss(status: int, side: Side) -> None:
    side.break_down(status)
    with pytest.raises(SourceError, match=KNOWN[side.source].title):
        side.enrich(with_entries(GONE))


def test_what_fails_is_failed_and_the_next_run_completes_it(side: Side, tmp_path: Path) -> None:
    whole = side.enrich()
    side.repair()
    side.break_down(skip=1)
    broken = side.enrich(cache=tmp_path / "cache.sqlite")
    assert () == broken.missing
    assert {"gamma"} <= set(broken.failed)
    side.repair()
    assert whole == side.enrich(cache=tmp_path / "cache.sqlite")


# --- order, cache, resume --------------------------------------------------------------------------------------


def test_the_order_of_entries_changes_no_byte(side: Side) -> None:
    shuffled = CATALOG.model_copy(update={"entries": ENTRIES[::-1]})
    assert digest_snapshot(side.enrich()) == digest_snapshot(side.enrich(shuffled))


def test_a_second_run_asks_nothing_and_neither_does_one_without_network(side: Side, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    first = side.enrich(with_entries(GONE), cache=cache)
    side.repair()
    assert (
        first
        == side.enrich(with_entries(GONE), cache=cache)
        == side.enrich(with_entries(GONE), cache=cache, offline=True)
    )
    assert [] == side.replica.requests


def test_a_run_that_was_cut_off_anywhere_goes_on_without_repeating(side: Side, tmp_path: Path) -> None:
    whole = side.enrich()
    number = len(side.replica.requests)
    for most in range(1, number):
        side.repair()
        cache = tmp_path / f"{most}.sqlite"
        side.enrich(cache=cache, max_requests=most)
        assert most == len(side.replica.requests)
        assert whole == side.enrich(cache=cache)
        assert len(set(side.list_requests())) == len(side.replica.requests)


def test_an_offline_run_without_answers_fails_and_asks_nobody(side: Side) -> None:
    with pytest.raises(SourceError, match="requests are disabled"):
        side.enrich(offline=True)
    assert [] == side.replica.requests


def test_a_snapshot_reads_back_equal(side: Side, tmp_path: Path) -> None:
    snapshot = side.enrich()
    assert snapshot == read_snapshot(write_snapshot(snapshot, tmp_path / "snapshot.jsonl"))


# --- identity --------------------------------------------------------------------------------------------------


def test_an_id_that_leads_to_another_paper_is_refuted_and_the_title_settles_it(side: Side) -> None:
    match = side.enrich().matches["delta"]
    assert ("accepted", "exact") == (match.status, match.method)
    assert ["arxiv:2999.00009"] == [found.id for found in match.refuted]
    assert "the listed id leads to another title: 'Quantum gravity on a lattice of glass'" in match.witnesses


def test_a_refuted_id_is_not_asked_for_again(side: Side) -> None:
    first = side.enrich()
    known = CATALOG.model_copy(update={"matches": {side.source: first.matches}})
    side.repair()
    assert first.matches == side.enrich(known).matches
    assert not [request for request in side.list_requests() if "2999.00009" in request]


def test_two_entries_with_one_record_wait_for_a_person(side: Side) -> None:
    twin = ENTRIES[3].model_copy(update={"key": "twin"})
    snapshot = side.enrich(with_entries(twin))
    assert ["review", "review"] == [snapshot.matches[key].status for key in ("quiet", "twin")]
    assert {"quiet", "twin"}.isdisjoint(snapshot.papers)


def test_what_a_person_rejected_is_not_asked_for(side: Side) -> None:
    rejected = Match(status="rejected", method="by hand", decided_by="person")
    decided = CATALOG.model_copy(update={"matches": {side.source: {"quiet": rejected}}})
    snapshot = side.enrich(decided, depth=0)
    assert rejected == snapshot.matches["quiet"]
    assert not [request for request in side.list_requests() if "10.9999/quiet" in request.casefold()]


def test_a_record_that_was_merged_into_another_is_found_again(side: Side) -> None:
    old = "W4399999999" if side.source == "openalex" else "0" * 40
    side.change("quiet", _aliases=[old])
    earlier = Match(status="accepted", method="id", id=old)
    known = CATALOG.model_copy(update={"matches": {side.source: {"quiet": earlier}}})
    snapshot, plain = side.enrich(known), side.enrich()
    assert plain.papers == snapshot.papers
    assert plain.papers["quiet"].id != old
    assert ("accepted", ()) == (snapshot.matches["quiet"].status, snapshot.missing)


def test_an_entry_whose_ids_lead_to_two_records_is_one_paper_with_no_count_added() -> None:
    listed = {}
    for source in PROVIDERS:
        with open_side(source, split_beta) as side:
            snapshot = side.enrich()
        paper = snapshot.papers["beta"]
        assert ("accepted", 1) == (snapshot.matches["beta"].status, paper.citation_count)
        assert {"arxiv": "2999.00002"}.items() <= paper.ids.items()
        listed[source] = len(paper.citations.items)
    # OpenAlex is asked for all ids and unites the records; Semantic Scholar for the first id that it knows.
    assert {"semantic_scholar": 1, "openalex": 2} == listed


def test_a_count_that_is_not_that_of_the_rows_is_kept_beside_them(side: Side) -> None:
    side.change("alpha", citationCount=15, _cited_by_count=15)
    paper = side.enrich().papers["alpha"]
    assert (15, OUTSIDE, "known", None) == (
        paper.citation_count, len(paper.citations.items), paper.citations.status, paper.citations.cut_by,
    )  # fmt: skip


# --- plan, key ---------------------------------------------------------------------------------------------------


def test_a_plan_asks_nobody_and_its_bounds_hold(side: Side, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    side.enrich(depth=0, cache=cache)
    side.repair()
    plan = side.plan(cache)
    assert [] == side.replica.requests
    side.enrich(cache=cache)
    assert plan.requests <= len(side.replica.requests) <= (plan.at_most or 0)
    again = side.plan(cache)
    assert (0, 0, 0) == (again.requests, again.at_most, again.credits)


def test_the_key_is_in_no_file_and_no_line_of_the_log(
    side: Side, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        snapshot = side.enrich(api_key=KEY, cache=tmp_path / "cache.sqlite")
    write_snapshot(snapshot, tmp_path / "snapshot.jsonl")
    assert {KEY} == {request.key for request in side.replica.requests}
    assert not [line for line in (*caplog.messages, *side.list_requests()) if KEY in line]
    assert not [path for path in tmp_path.iterdir() if KEY.encode() in path.read_bytes()]


def test_a_key_that_is_refused_is_said_without_it(side: Side) -> None:
    side.replica.keys = {"another"}
    with pytest.raises(BadKeyError, match="API_KEY") as caught:
        side.enrich(api_key=KEY)
    assert KEY not in str(caught.value)
