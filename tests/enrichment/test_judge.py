from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.enrichment.judge import (
    CatalogIndex,
    find_ids,
    index_catalog,
    judge_id_match,
    judge_title_match,
    settle_conflict,
)
from flgraph.enrichment.reconcile import merge_decisions, review_shared_records
from flgraph.enrichment.versions import find_versions, is_same_work
from flgraph.records import Author, Catalog, CatalogEntry, Match, Paper, Published, VenueEntry

DAY = date(2026, 11, 23)
TITLE = "FedSyn: a synthetic study of learning over twenty hospitals"
ENTRY = CatalogEntry(
    key="fedsyn",
    title=TITLE,
    section="2021",
    venue="SYN",
    year=2021,
    acronym="FedSyn",
    authors=("Ada Example", "Bo Sample 0002"),
)
OTHER = CatalogEntry(key="splitsyn", title="SplitSyn: a split study of learning in thirty hospitals", section="2021")
VENUE = VenueEntry(key="syn", name="International Conference on Synthetic Things", tags=("SYN",))
INDEX = index_catalog(Catalog(title="Synthetic", entries=(ENTRY, OTHER), venues=(VENUE,)))
ALONE = CatalogIndex({}, {})


def make_id(number: int) -> str:
    return f"{number:040x}"


def make_paper(title: str | None = TITLE, *, number: int = 1, authors: tuple[str, ...] = (), **facts: Any) -> Paper:
    people = tuple(Author(name=name) for name in authors)
    return Paper(id=make_id(number), title=title, authors=people, **facts)


def judge(*papers: Paper, entry: CatalogEntry = ENTRY, index: CatalogIndex = INDEX) -> Match:
    return judge_title_match(entry, papers, index=index, decided=DAY)


def outcome(match: Match) -> tuple[str, str, str | None]:
    return match.status, match.method, match.id


# --- found by id -----------------------------------------------------------------------------------------


def test_record_of_the_id_carries_its_evidence() -> None:
    entry = ENTRY.model_copy(update={"ids": {"arxiv": "2101.00001"}})
    paper = make_paper(ids={"arxiv": "2101.00001"}, authors=("Ada Example",), venue="Synthetic things")
    expected = Match(
        status="accepted",
        method="id",
        id=make_id(1),
        score=100,
        title_seen=TITLE,
        witnesses=("arXiv id equal", "title equal", "acronym equal", "authors equal"),
        decided=DAY,
    )
    assert expected == judge_id_match(entry, paper, index=INDEX, decided=DAY)


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("its title differs: 'Quantum gravity on a lattice'", "Quantum gravity on a lattice"),
        (f"its title is more similar to splitsyn: {OTHER.title!r}", OTHER.title),
        ("the record has no title to compare", None),
    ],
)
def test_record_of_another_title_is_a_conflict(expected: str, title: str | None) -> None:
    match = judge_id_match(ENTRY, make_paper(title), index=INDEX)
    assert ("review", "id", None) == outcome(match)
    assert expected == match.witnesses[-1]
    assert [make_id(1)] == [candidate["id"] for candidate in match.candidates]


def test_short_name_without_a_common_author_is_a_conflict() -> None:
    paper = make_paper("FedSyn: quantum gravity", authors=("Cy Stranger",))
    assert "review" == judge_id_match(ENTRY, paper, index=INDEX).status
    assert "accepted" == judge_id_match(ENTRY, make_paper("FedSyn: quantum gravity"), index=INDEX).status


def test_wrong_link_is_a_conflict_that_the_title_decides(catalog: Catalog) -> None:
    index = index_catalog(catalog)
    entries = {entry.key: entry for entry in catalog.entries}
    listed = entries["ros-fl"].model_copy(update={"ids": {"doi": "10.5555/of-splitavg"}})
    wrong = make_paper(entries["splitavg"].title, number=2, ids={"doi": "10.5555/of-splitavg"})
    by_id = judge_id_match(listed, wrong, index=index)
    assert ("review", "id", None) == outcome(by_id)
    right = make_paper(listed.title, number=3, ids={"arxiv": "2101.00009"})
    settled = settle_conflict(by_id, judge(right, wrong, entry=listed, index=index))
    assert ("accepted", "exact", make_id(3)) == outcome(settled)
    assert f"the listed id leads to another title: {entries['splitavg'].title!r}" == settled.witnesses[-1]


def test_wrong_link_without_a_sure_title_keeps_the_candidates_of_both() -> None:
    by_id = judge_id_match(ENTRY, make_paper(OTHER.title, number=2), index=INDEX)
    by_title = judge(make_paper("A synthetic study of learning over twenty clinics", number=3))
    settled = settle_conflict(by_id, by_title)
    assert ("review", "id") == (settled.status, settled.method)
    assert {make_id(2), make_id(3)} == {candidate["id"] for candidate in settled.candidates}


@pytest.mark.parametrize(
    ("expected", "ids", "url"),
    [
        ({"arxiv": "2101.00001"}, {"arxiv": "2101.00001", "ieee": "1"}, "https://doi.org/10.5555/x"),
        ({"doi": "10.5555/x"}, {"ieee": "1"}, "https://doi.org/10.5555/X"),
        ({}, {}, None),
    ],
)
def test_ids_of_the_entry_come_before_those_of_its_link(
    expected: dict[str, str], ids: dict[str, str], url: str | None
) -> None:
    assert expected == find_ids(ENTRY.model_copy(update={"ids": ids, "url": url}))


# --- found by title --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("exact", "FEDSYN - A synthetic study of learning over twenty hospitals."),
        ("near", "FedSyn: A Synthetic Study of Learning over Twenty Hospital"),
        ("near", "FedSyn: Synthetic Study of Learning over Twenty Hospitals"),
    ],
)
def test_title_that_differs_in_spelling_only_is_accepted(method: str, title: str) -> None:
    assert ("accepted", method, make_id(1)) == outcome(judge(make_paper(title)))


@pytest.mark.parametrize("authors", [(), ("Ada Example",)])
@pytest.mark.parametrize(
    "title",
    [
        "FedSyn: a synthetic study of unlearning over twenty hospitals",
        "FedSyn: a synthetic study of learning over twenty 3 hospitals",
        "FedSyn: a synthetic study of not learning over twenty hospitals",
        "FedSum: a synthetic study of learning over twenty hospitals",
    ],
)
def test_negation_number_or_short_name_is_another_paper_whoever_wrote_it(title: str, authors: tuple[str, ...]) -> None:
    match = judge(make_paper(title, authors=authors))
    assert ("review", "title", None) == outcome(match)
    assert match.witnesses[-1].startswith("the titles differ in ")
    assert title == match.candidates[0]["title"]


def test_published_title_is_as_good_as_the_listed_one() -> None:
    entry = ENTRY.model_copy(update={"published": Published(title="Invented results for all")})
    assert "exact" == judge(make_paper("Invented results for all"), entry=entry).method


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        ("review", {}),
        ("accepted", {"authors": ("A. Example",)}),
        ("accepted", {"venue": "Conference on Synthetic Things"}),
        ("review", {"authors": ("A. Example",), "year": 2024}),
        ("review", {"venue": "SYN", "authors": ("Cy Stranger",)}),
    ],
)
def test_short_name_left_out_takes_one_witness(status: str, facts: dict[str, Any]) -> None:
    title = "A synthetic study of learning over twenty hospitals"
    match = judge(make_paper(title, **facts))
    assert status == match.status
    assert ("witness" if status == "accepted" else "title") == match.method


@pytest.mark.parametrize(
    ("status", "title", "facts"),
    [
        ("review", "A robust synthetic study", {"authors": ("Ada Example", "Bo Sample")}),
        ("review", "A robust synthetic study", {"authors": ("Ada Example",), "venue": "arXiv.org"}),
        ("accepted", "A robust synthetic study", {"authors": ("Ada Example",), "venue": VENUE.name}),
        ("review", "FedSyn: a robust synthetic study", {}),
        ("accepted", "FedSyn: a robust synthetic study", {"authors": ("Ada Example",)}),
    ],
)
def test_word_more_takes_two_witnesses(status: str, title: str, facts: dict[str, Any]) -> None:
    assert status == judge(make_paper(f"{title} of learning over twenty hospitals", **facts)).status


def test_other_arxiv_id_outweighs_a_near_title_but_not_an_equal_one() -> None:
    entry = ENTRY.model_copy(update={"ids": {"arxiv": "2101.00001"}})
    near = judge(make_paper(f"{TITLE}s"[:-2], ids={"arxiv": "2101.00002"}), entry=entry)
    assert "review" == near.status
    assert "its arXiv id is 2101.00002, not 2101.00001" == near.witnesses[-1]
    assert "accepted" == judge(make_paper(ids={"arxiv": "2101.00002"}), entry=entry).status


@pytest.mark.parametrize(
    ("status", "facts"),
    [
        ("review", {"authors": ("Cy Stranger",)}),
        ("review", {"year": 2011}),
        ("accepted", {"year": 2011, "authors": ("Ada Example",)}),
        ("accepted", {"year": 2023}),
    ],
)
def test_equal_title_of_a_namesake_waits_for_a_person(status: str, facts: dict[str, Any]) -> None:
    assert status == judge(make_paper(**facts)).status


def test_equal_id_decides_among_the_hits_of_a_search() -> None:
    entry = ENTRY.model_copy(update={"ids": {"doi": "10.5555/x"}})
    hits = [make_paper(), make_paper("FedSyn: learning of a synthetic kind", number=2, ids={"doi": "10.5555/x"})]
    assert ("accepted", "id", make_id(2)) == outcome(judge(*hits, entry=entry))


def test_title_nearer_to_another_entry_is_not_taken() -> None:
    match = judge(make_paper(OTHER.title))
    assert "review" == match.status
    assert "its title is more similar to splitsyn" == match.witnesses[-1]


@pytest.mark.parametrize(
    ("expected", "papers"),
    [
        ("no record found by title", ()),
        (
            "no record with a similar title found; the closest is 'Quantum gravity'",
            (make_paper("Quantum gravity"), make_paper(None, number=2)),
        ),
    ],
)
def test_entry_without_a_title_like_it_is_missing(expected: str, papers: tuple[Paper, ...]) -> None:
    match = judge(*papers)
    assert ("missing", "title", None) == outcome(match)
    assert (expected,) == match.witnesses
    assert () == match.candidates


def test_three_best_candidates_are_kept_in_order() -> None:
    titles = ["learning over twenty hospitals", "study of learning over twenty hospitals", "twenty hospitals over"]
    papers = [make_paper(f"A synthetic {title}", number=number) for number, title in enumerate(titles)]
    papers += [make_paper("Synthetic learning over hospitals", number=3), make_paper("Quantum gravity", number=4)]
    Random(0).shuffle(papers)
    candidates = judge(*papers, entry=ENTRY.model_copy(update={"venue": None})).candidates
    assert [make_id(1), make_id(0), make_id(2)] == [candidate["id"] for candidate in candidates]
    assert {"id", "title", "score"} == set(candidates[0])


# --- two candidates --------------------------------------------------------------------------------------


def test_two_papers_as_near_as_each_other_are_never_guessed() -> None:
    match = judge(make_paper(), make_paper(number=2))
    assert ("review", "title", None) == outcome(match)
    assert f"another paper matches equally well: {make_id(2)}" == match.witnesses[-1]
    assert 2 == len(match.candidates)


def test_paper_three_points_behind_is_a_rival() -> None:
    behind = make_paper("FedSyn: synthetic study of learning over twenty hospitals", number=2)
    assert "review" == judge(make_paper(), behind).status
    far = make_paper("FedSyn: a study of learning over twenty hospitals", number=2)
    assert "accepted" == judge(make_paper(), far).status


def test_paper_of_other_authors_is_no_rival() -> None:
    namesake = make_paper(number=1, authors=("Cy Stranger",))
    match = judge(namesake, make_paper(number=2, authors=("Ada Example",)))
    assert ("accepted", "exact", make_id(2)) == outcome(match)


def test_published_version_is_taken_and_the_preprint_named() -> None:
    preprint = make_paper(number=1, year=2020, authors=("Ada Example",), ids={"arxiv": "2101.00001"})
    published = make_paper(number=2, year=2022, authors=("A. Example",), ids={"doi": "10.5555/x"})
    match = judge(preprint, published)
    assert ("accepted", "exact", make_id(2)) == outcome(match)
    assert f"another version is {make_id(1)}" == match.witnesses[-1]


def test_record_that_came_twice_is_no_rival_of_itself() -> None:
    assert "accepted" == judge(make_paper(), make_paper()).status


@given(st.permutations([make_paper(number=n, year=year) for n, year in enumerate((2011, 2020, 2021, 2022))]))
def test_order_of_the_hits_changes_nothing(papers: list[Paper]) -> None:
    assert judge(*sorted(papers, key=lambda paper: paper.id)) == judge(*papers)


# --- the trap set ----------------------------------------------------------------------------------------

DRIFTED = {
    "fedap": "Personalized Federated Learning with Adaptive Batchnorm for Healthcare",
    "fedperl": "Semi-Supervised Federated Peer Learning for Skin Lesion Classification",
    "fed-sim": "Federated Simulation for Medical Imaging",
    "trfeddis": "Reliable Federated Disentangling Network for Non-IID Domain Feature",
    "fediic": "FedIIC: Towards Robust Federated Learning for Class-Imbalanced Medical Image Classification",
}


def list_entry(catalog: Catalog, key: str, **changes: Any) -> CatalogEntry:
    """The entry as the list alone has it, with its authors: without ids, and without the published title."""
    entry = next(entry for entry in catalog.entries if entry.key == key)
    venue = Published(venue=entry.published.venue)
    return entry.model_copy(update={"ids": {}, "url": None, "acronym": None, "published": venue, **changes})


def record(catalog: Catalog, key: str, **facts: Any) -> Paper:
    """A synthetic record under a true title; authors and venue as the catalog names them, unless told otherwise."""
    entry = list_entry(catalog, key)
    tag = entry.published.venue or entry.venue
    names = {name: venue.name for venue in catalog.venues for name in (*venue.tags, venue.name)}
    known = {"venue": names.get(tag or "", tag), "authors": tuple(author.name for author in entry.authors)}
    return make_paper(DRIFTED[key], **{**known, **facts})


@pytest.mark.parametrize("key", ["fedap", "fedperl", "fed-sim", "trfeddis"])
def test_drifted_title_resolves_with_its_witnesses(key: str, catalog: Catalog) -> None:
    match = judge(record(catalog, key), entry=list_entry(catalog, key), index=index_catalog(catalog))
    assert ("accepted", "witness", make_id(1)) == outcome(match)
    assert {"authors equal", "venue equal"} <= set(match.witnesses)


@pytest.mark.parametrize("key", ["fedap", "fedperl", "fed-sim", "trfeddis"])
def test_drifted_title_without_witnesses_waits_for_a_person(key: str, catalog: Catalog) -> None:
    bare = record(catalog, key, venue=None, authors=())
    match = judge(bare, entry=list_entry(catalog, key), index=index_catalog(catalog))
    assert ("review", "title", None) == outcome(match)


@pytest.mark.parametrize("key", ["fedap", "fedperl", "fed-sim", "trfeddis", "fediic"])
def test_drifted_title_resolves_through_its_id(key: str, catalog: Catalog) -> None:
    entry = list_entry(catalog, key, ids={"arxiv": "2101.00001"})
    paper = record(catalog, key, ids={"arxiv": "2101.00001"}, venue=None, authors=())
    index = index_catalog(catalog)
    assert ("accepted", "id", make_id(1)) == outcome(judge_id_match(entry, paper, index=index))
    assert ("accepted", "id", make_id(1)) == outcome(judge(paper, entry=entry, index=index))


def test_fediic_resolves_only_through_its_id(catalog: Catalog) -> None:
    index = index_catalog(catalog.model_copy(update={"entries": (list_entry(catalog, "fediic"),)}))
    match = judge(record(catalog, "fediic"), entry=list_entry(catalog, "fediic"), index=index)
    assert "accepted" != match.status


def test_fediic_resolves_by_title_where_the_catalog_knows_the_published_one(catalog: Catalog) -> None:
    entry = list_entry(catalog, "fediic", published=Published(title=DRIFTED["fediic"]))
    assert "exact" == judge(record(catalog, "fediic"), entry=entry, index=index_catalog(catalog)).method


@pytest.mark.parametrize(
    ("listed", "seen"),
    [
        (
            "Optimized Power Control for Over-the-Air Federated Edge Learning",
            "Optimized Power Control Design for Over-the-Air Federated Edge Learning",
        ),
        (
            "Federated Learning in Smart Cities: A Comprehensive Survey",
            "Federated learning for smart cities: A comprehensive survey",
        ),
        (
            "LAG: Lazily Aggregated Gradient for Communication-Efficient Distributed Learning",
            "LASG: Lazily Aggregated Stochastic Gradients for Communication-Efficient Distributed Learning",
        ),
        ("FAT: Federated Adversarial Training", "Certified Federated Adversarial Training"),
        (
            "Convergence Analysis of Sequential Federated Learning on Heterogeneous Data",
            "Convergence Analysis of Split Federated Learning on Heterogeneous Data",
        ),
        ("Federated Learning with Labels", "Federated Learning without Labels"),
        ("Segmentation of Synthetic Scans in 2D", "Segmentation of Synthetic Scans in 3D"),
    ],
)
def test_similar_title_of_another_paper_is_not_accepted(listed: str, seen: str) -> None:
    entry = CatalogEntry(key="listed", title=listed, section="2021", year=2021, authors=("Ada Example",))
    paper = make_paper(seen, year=2021, authors=("Ada Example",))
    assert "review" == judge(paper, entry=entry, index=ALONE).status


@pytest.mark.slow
def test_no_catalog_title_is_taken_for_another_entry(catalog: Catalog) -> None:
    taken = [
        (entry.key, other.key)
        for entry in catalog.entries
        for other in catalog.entries
        if other is not entry and "accepted" == judge(make_paper(other.title), entry=entry, index=ALONE).status
    ]
    assert [] == taken


# --- versions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        (True, {"authors": ("Ada Example",)}),
        (True, {"authors": ("Cy Stranger", "A. Example", "B. Sample")}),
        (False, {"authors": ("Cy Stranger",)}),
        (False, {"authors": ()}),
        (False, {"authors": ("Ada Example",), "year": 2025}),
        (False, {"authors": ("Ada Example",), "title": TITLE.replace("synthetic", "robust")}),
        (True, {"title": "Invented results", "ids": {"arxiv": "2101.00001"}}),
        (True, {"authors": ("Ada Example",), "ids": {"arxiv": "2101.00002"}}),
        (False, {"authors": ("Ada Example",), "ids": {"arxiv": "2101.00002"}, "title": TITLE[:-1]}),
        (True, {"authors": ("Ada Example",), "ids": {"doi": "10.5555/x"}, "title": TITLE[:-1]}),
    ],
)
def test_versions_share_an_id_or_title_authors_and_time(expected: bool, facts: dict[str, Any]) -> None:
    preprint = make_paper(authors=("Ada Example", "Bo Sample"), year=2021, ids={"arxiv": "2101.00001"})
    other = make_paper(**{"number": 2, "year": 2022, **facts})
    assert expected == is_same_work(preprint, other) == is_same_work(other, preprint)


def test_two_entries_with_versions_of_one_work_are_named() -> None:
    preprint = make_paper(authors=("Ada Example",))
    papers = {
        "b": preprint,
        "a": make_paper(number=2, authors=("Ada Example",)),
        "c": make_paper("Invented results for all", number=3, authors=("Ada Example",)),
        "d": preprint,
        "e": make_paper(None, number=4),
    }
    assert [("a", "b"), ("a", "d")] == find_versions(papers)


# --- all entries -----------------------------------------------------------------------------------------


def accept(number: int, **changes: Any) -> Match:
    return Match(status="accepted", method="id", id=make_id(number), score=98.5, **changes)


def test_entries_of_one_record_wait_for_a_person() -> None:
    papers = {"a": make_paper(), "b": make_paper(), "c": make_paper(number=2), "d": make_paper()}
    matches = {"a": accept(1), "b": accept(1), "c": accept(2), "d": Match(status="review", method="id")}
    reviewed = review_shared_records(matches, papers)
    assert {"a": "review", "b": "review", "c": "accepted", "d": "review"} == {
        key: match.status for key, match in reviewed.items()
    }
    assert (None, ("the same record as b: one of the ids is wrong, or the entries are one paper",)) == (
        reviewed["a"].id,
        reviewed["a"].witnesses,
    )
    assert [{"id": make_id(1), "title": TITLE, "score": 98.5}] == list(reviewed["a"].candidates)


def test_shared_record_stays_with_whom_a_person_gave_it() -> None:
    matches = {"a": accept(1, decided_by="person"), "b": accept(1)}
    reviewed = review_shared_records(matches, {"a": make_paper(), "b": make_paper()})
    assert (matches["a"], "review") == (reviewed["a"], reviewed["b"].status)


def test_decision_of_a_person_wins_for_ever() -> None:
    decision = Match(status="rejected", method="by hand", decided_by="person")
    gone = Match(status="missing", method="by hand", decided_by="person")
    merged = merge_decisions({"b": accept(1)}, {"b": decision, "a": gone})
    assert ({"a": gone, "b": decision}, ["a", "b"]) == (merged, list(merged))


def test_newer_rule_replaces_an_earlier_one_and_unasked_ones_stay() -> None:
    merged = merge_decisions({"a": accept(2), "c": accept(4)}, {"a": accept(1), "b": accept(3)})
    assert {"a": accept(2), "b": accept(3), "c": accept(4)} == merged


def test_second_run_keeps_the_date_of_the_first() -> None:
    earlier = {"a": accept(1, decided=date(2026, 1, 1))}
    assert earlier == merge_decisions({"a": accept(1, decided=DAY)}, earlier)
