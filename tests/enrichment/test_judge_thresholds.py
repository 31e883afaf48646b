"""Where the thresholds of judging lie, and in which order what is left open is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from flgraph.enrichment.judge import index_catalog, judge_id_match, judge_title_match, settle_conflict
from flgraph.enrichment.reconcile import review_shared_records
from flgraph.enrichment.versions import find_versions, is_same_work
from flgraph.identifiers import compare_titles
from flgraph.records import Author, Catalog, CatalogEntry, Match, Paper, Published, VenueEntry

# A hundred letters, so that each letter that is replaced costs one point.
LONG = "synthetic learning over many hospitals and clinics with unevenly spread scans of twenty organs again"
EMPTY = index_catalog(Catalog(title="Synthetic", entries=()))


def make_entry(title: str = LONG, **facts: Any) -> CatalogEntry:
    return CatalogEntry(**{"key": "listed", "title": title, "section": "2021", **facts})


def make_paper(title: str | None = LONG, id_: str = "1", *, authors: tuple[str, ...] = (), **facts: Any) -> Paper:
    return Paper(id=id_, title=title, authors=tuple(Author(name=name) for name in authors), **facts)


def replace_letters(title: str, letters: int) -> str:
    """Return a title with as many of its last letters replaced by one that is in no word."""
    kept = [place for place, sign in enumerate(title) if sign != " "][-letters:]
    return "".join("q" if place in kept else sign for place, sign in enumerate(title))


# --- rivals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "letters"), [("review", 3), ("accepted", 4)])
def test_a_rival_is_at_most_three_points_behind(status: str, letters: int) -> None:
    behind = make_paper(replace_letters(LONG, letters), "2")
    assert 100 - letters == compare_titles(LONG, behind.title or "").score
    assert status == judge_title_match(make_entry(), [make_paper(), behind], index=EMPTY).status


def test_versions_that_are_as_near_are_all_named() -> None:
    papers = [
        make_paper(id_=str(number), ids={"arxiv": "2101.00001", **ids})
        for number, ids in enumerate([{}, {"doi": "10.5555/x"}, {"doi": "10.48550/arXiv.2101.00001"}], start=1)
    ]
    match = judge_title_match(make_entry(), papers, index=EMPTY)

    assert ("accepted", "2") == (match.status, match.id)
    assert ["1", "3"] == [witness.rpartition(" ")[2] for witness in match.witnesses[-2:]]


@pytest.mark.parametrize(
    ("method", "first", "second"),
    [
        ("near", "FedSyn: learning over twenty hospital", "learning over twenty hospitals: FedSyn"),
        ("near", "FedSyn: Learning over Twenty Hospital", "FedSyn: Learning over a Twenty Hospital"),
    ],
)
def test_of_versions_the_surer_method_and_then_the_nearer_title_is_taken(method: str, first: str, second: str) -> None:
    entry = make_entry("FedSyn: learning over twenty hospitals", authors=("Ada Example",))
    facts: dict[str, Any] = {"authors": ("Ada Example",), "ids": {"arxiv": "2101.00001"}}
    better, other = make_paper(first, "2", **facts), make_paper(second, "1", **facts)
    match = judge_title_match(entry, [other, better], index=EMPTY)

    assert ("accepted", method, "2") == (match.status, match.method, match.id)
    assert match.witnesses[-1].endswith(" version is 1")


def test_a_namesake_of_other_authors_does_not_rival_the_paper() -> None:
    namesake = make_paper(id_="2", authors=("Cy Stranger",))
    match = judge_title_match(make_entry(authors=("Ada Example",)), [make_paper(), namesake], index=EMPTY)

    assert ("accepted", "1") == (match.status, match.id)


# --- what a verdict says ---------------------------------------------------------------------------------

DAY = date(2026, 1, 2)


@pytest.mark.parametrize(
    ("status", "method", "papers"),
    [
        ("accepted", "exact", [make_paper()]),
        ("accepted", "id", [make_paper(LONG[:60], ids={"doi": "10.5555/x"})]),
        ("review", "title", [make_paper(), make_paper(id_="2")]),
        ("review", "title", [make_paper(LONG[:60])]),
    ],
)
def test_a_verdict_says_its_day_and_the_title_it_saw(status: str, method: str, papers: list[Paper]) -> None:
    entry = make_entry(ids={"doi": "10.5555/x"})
    match = judge_title_match(entry, papers, index=EMPTY, decided=DAY)

    assert (status, method, DAY, papers[0].title) == (match.status, match.method, match.decided, match.title_seen)


@pytest.mark.parametrize("papers", [[], [make_paper("Quantum gravity")]])
def test_a_verdict_of_nothing_says_its_day_and_no_title(papers: list[Paper]) -> None:
    match = judge_title_match(make_entry(), papers, index=EMPTY, decided=DAY)

    assert ("missing", DAY, None) == (match.status, match.decided, match.title_seen)


def test_what_is_left_open_keeps_the_witnesses_of_the_best_candidate() -> None:
    papers = [make_paper(LONG[:60], authors=("Ada Example",)), make_paper(LONG[:50], "2")]
    match = judge_title_match(make_entry(authors=("Ada Example",)), papers, index=EMPTY)

    assert "review" == match.status
    assert "authors equal" == match.witnesses[0]


def test_a_conflict_that_the_title_decides_says_where_the_id_led() -> None:
    by_id = judge_id_match(make_entry(), make_paper("Quantum gravity", "9"), index=EMPTY)
    by_title = judge_title_match(make_entry(), [make_paper()], index=EMPTY)
    settled = settle_conflict(by_id, by_title)

    assert ("accepted", "exact", "1") == (settled.status, settled.method, settled.id)
    assert by_title.witnesses == settled.witnesses[:-1]
    assert "'Quantum gravity'" in settled.witnesses[-1]


# --- candidates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "score", "title"), [("review", 60.0, "abcdefxyzw"), ("missing", 50.0, "abcdexyzwv")]
)
def test_a_candidate_reaches_60(status: str, score: float, title: str) -> None:
    match = judge_title_match(make_entry("abcdefghij"), [make_paper(title)], index=EMPTY)

    assert score == compare_titles("abcdefghij", title).score
    assert status == match.status
    assert ("review" == status) == bool(match.candidates)
    assert ("missing" == status) == (title in match.witnesses[-1])


@pytest.mark.parametrize(("status", "seen"), [("accepted", "FS: abcxyzw"), ("review", "FS: abxyzwv")])
def test_a_short_name_alone_confirms_an_id_from_60_where_no_author_is_in_common(status: str, seen: str) -> None:
    entry = make_entry("FS: abcdefg", authors=("Ada Example",))

    assert status == judge_id_match(entry, make_paper(seen, authors=("Cy Stranger",)), index=EMPTY).status
    assert "accepted" == judge_id_match(entry, make_paper(seen), index=EMPTY).status


@pytest.mark.parametrize("facts", [{}, {"year": 2021}])
def test_a_candidate_says_its_record_with_one_digit_of_score(facts: dict[str, Any]) -> None:
    entry = make_entry("Learning over hospitals")
    paper = make_paper("Learning over hospices", **facts)
    expected = {"id": "1", "title": "Learning over hospices", "score": 88.9, **facts}
    match = judge_title_match(entry, [paper], index=EMPTY)

    assert [expected] == [dict(candidate) for candidate in match.candidates]
    assert (88.9, "Learning over hospices", None) == (match.score, match.title_seen, match.id)
    assert 88.9 == judge_id_match(entry, paper, index=EMPTY).score


def test_a_match_by_title_says_the_better_ratio_with_one_digit() -> None:
    entry = make_entry("FedSyn: learning over hospitals")
    paper = make_paper("FedSyn: Learning over hospital")
    match = judge_title_match(entry, [paper], index=EMPTY)

    assert ("accepted", "near", 98.3) == (match.status, match.method, match.score)


def test_a_conflict_shows_the_three_best_candidates_of_both_searches() -> None:
    def propose(id_: str, score: float | None) -> dict[str, Any]:
        return {"id": id_, **({"score": score} if score is not None else {})}

    by_id = Match(status="review", method="id", candidates=(propose("a", 70.0), propose("e", None), propose("d", 0.5)))
    by_title = Match(status="review", method="title", candidates=(propose("c", 70.0), propose("b", 90.0)))
    few = Match(status="missing", method="title", candidates=(propose("z", 60.0),))

    assert ["b", "a", "c"] == [candidate["id"] for candidate in settle_conflict(by_id, by_title).candidates]
    assert ["a", "z", "d"] == [candidate["id"] for candidate in settle_conflict(by_id, few).candidates]
    short = by_id.model_copy(update={"candidates": by_id.candidates[1:]})
    assert ["d", "e"] == [
        candidate["id"] for candidate in settle_conflict(short, few.model_copy(update={"candidates": ()})).candidates
    ]


def test_of_a_record_that_came_twice_one_candidate_stays() -> None:
    by_id = Match(status="review", method="id", candidates=({"id": "a", "score": 70.0},))

    assert 1 == len(settle_conflict(by_id, by_id.model_copy(update={"method": "title"})).candidates)


def test_entries_of_one_record_keep_their_own_score_or_none() -> None:
    matches = {
        key: Match(status="accepted", method="id", id="1", score=score) for key, score in (("a", 98.5), ("b", None))
    }
    reviewed = review_shared_records(matches, {"a": make_paper(), "b": make_paper()})

    assert [98.5, 0.0] == [reviewed[key].candidates[0]["score"] for key in "ab"]
    assert [98.5, None] == [reviewed[key].score for key in "ab"]


# --- evidence --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "ids", "seen"),
    [
        (("DOI equal",), {"doi": "10.5555/x"}, {"doi": "10.5555/x"}),
        (("arXiv id equal",), {"arxiv": "2101.00001"}, {"arxiv": "2101.00001", "doi": "10.5555/x"}),
        (
            ("arXiv id equal", "DOI equal"),
            {"arxiv": "2101.00001", "doi": "10.5555/x"},
            {"arxiv": "2101.00001", "doi": "10.5555/x"},
        ),
        ((), {"doi": "10.5555/x"}, {"doi": "10.5555/y"}),
        ((), {}, {"doi": "10.5555/y"}),
    ],
)
def test_equal_ids_are_witnesses(expected: tuple[str, ...], ids: dict[str, str], seen: dict[str, str]) -> None:
    match = judge_id_match(make_entry(ids=ids), make_paper(ids=seen), index=EMPTY)

    assert (*expected, "title equal") == match.witnesses


def test_a_curated_short_name_counts_where_the_title_has_none() -> None:
    entry = make_entry("Learning over hospitals", acronym="FedSyn")
    match = judge_id_match(entry, make_paper("FedSyn: quantum gravity"), index=EMPTY)

    assert ("accepted", ("acronym equal",)) == (match.status, match.witnesses)


def test_a_title_that_is_as_near_to_another_entry_is_not_nearer_to_it() -> None:
    entry, other = make_entry("Learning over hospitals x"), make_entry("Learning over hospitals y", key="other")
    index = index_catalog(Catalog(title="Synthetic", entries=(other, entry)))

    assert "accepted" == judge_id_match(entry, make_paper("Learning over hospitals"), index=index).status
    assert "review" == judge_id_match(entry, make_paper("Learning over hospitals: y"), index=index).status


def test_deposited_on_arxiv_is_no_venue() -> None:
    match = judge_id_match(make_entry(venue="arXiv.org"), make_paper(venue="arXiv.org"), index=EMPTY)

    assert ("title equal",) == match.witnesses


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        (True, "SYN"),
        (True, "2024 Synthetic Conference on Computing"),
        (True, "Synthetic Conference on Computing"),
        (True, "The 4th Synthetic Conference on Computing"),
        (True, "Proceedings of one two three four"),
        (False, "Conference on Computing"),
        (False, "Synthetic Conference on Computings"),
        (False, "arXiv.org"),
        (False, None),
        (False, "SYNOD"),
        (False, "Other Conference"),
    ],
)
def test_a_venue_is_the_same_by_tag_name_or_four_words_of_it(expected: bool, seen: str | None) -> None:
    venues = (
        VenueEntry(key="syn", name="Synthetic Conference on Computing", tags=("SYN",)),
        VenueEntry(key="other", name="Other Conference", tags=("OTH",)),
    )
    index = index_catalog(Catalog(title="Synthetic", entries=(), venues=venues))
    entry = make_entry(venue="SYN", published=Published(venue="one two three four"))

    assert expected == ("venue equal" in judge_id_match(entry, make_paper(venue=seen), index=index).witnesses)


@pytest.mark.parametrize(
    ("expected", "authors", "year"),
    [
        ("review", ("Ada Example",), 2018),
        ("review", ("Ada Example",), 2024),
        ("accepted", ("Ada Example",), 2019),
        ("accepted", ("Ada Example",), 2023),
        ("accepted", ("Ada Example",), None),
        ("review", (), 2021),
    ],
)
def test_a_witness_is_of_the_same_time(expected: str, authors: tuple[str, ...], year: int | None) -> None:
    entry = make_entry("FedSyn: learning over many hospitals at once", authors=("Ada Example",), year=2021)
    paper = make_paper("Learning over many hospitals at once", authors=authors, year=year)

    assert expected == judge_title_match(entry, [paper], index=EMPTY).status


# --- versions of one work --------------------------------------------------------------------------------

PAIRS = [
    (
        "Synthetic learning of heterogeneous nets in many large hospitals",
        "Synthetic learning of hetergeneous nets in many large hospital",
    ),
    (
        "Network learning over heterogeneous scans in hospitals",
        "Networks learning over hetergeneous scans in hospitals",
    ),
    ("Synthetic learning", "Synthetic learnings"),
]


@pytest.mark.parametrize(("expected", "pair"), [([("p", "q")], PAIRS[0]), ([("p", "q")], PAIRS[1]), ([], PAIRS[2])])
def test_versions_are_found_by_their_first_or_last_three_words(
    expected: list[tuple[str, str]], pair: tuple[str, str]
) -> None:
    papers = {key: make_paper(title, key, authors=("Ada Example",)) for key, title in zip("pq", pair, strict=True)}

    assert is_same_work(papers["p"], papers["q"])
    assert expected == find_versions(papers)


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        (True, {"year": 2020}, {"year": 2022}),
        (False, {"year": 2020}, {"year": 2023}),
        (True, {"year": None}, {"year": 2023}),
        (False, {"title": None}, {"title": None}),
        (True, {"title": None, "ids": {"doi": "10.5555/x"}}, {"ids": {"doi": "10.5555/x"}}),
        (False, {"ids": {"pmid": "1"}, "title": "Quantum gravity"}, {"ids": {"pmid": "1"}}),
    ],
)
def test_versions_are_at_most_two_years_apart(expected: bool, one: dict[str, Any], other: dict[str, Any]) -> None:
    pair = [make_paper(**{"authors": ("Ada Example",), **facts}) for facts in (one, other)]

    assert expected == is_same_work(*pair) == is_same_work(*reversed(pair))


def test_a_record_that_two_entries_have_is_no_version_of_itself() -> None:
    paper = make_paper(authors=("Ada Example",))

    assert [] == find_versions({"p": paper, "q": paper})
