"""Lists compared by work: what is one work, what is not, and that no list is favoured."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.identifiers import normalize_title
from flgraph.lists.comparing import ComparedWork, ListComparison, Overlap, compare_lists
from flgraph.lists.reading import parse_list, read_list
from flgraph.lists.works import Work, WorkList, list_works
from tests.time_limit import within_seconds

NOTHING = "Synthetic learning of nothing at all"
TIDES = "Invented tides for imaginary oceans"


def make(title: str, *ids: str, line: int = 1) -> Work:
    return Work((title,), frozenset(ids), line=line)


def make_list(*works: Work, name: str = "a") -> WorkList:
    return WorkList(name, works)


def compare_two(one: Work, other: Work) -> Overlap:
    return compare_lists(make_list(one), make_list(other, name="b")).count_overlap()


# --- what is one work ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (make(NOTHING), make("Synthetic Learning of  Nothing, at all!")),
        (make(NOTHING, "arxiv:2912.00001"), make(NOTHING, "doi:10.5555/synthetic.1")),
        (make(NOTHING, "arxiv:2912.00001"), make("On the synthetic learning of nothing", "arxiv:2912.00001")),
        (make("SYN-X: first name", "arxiv:2912.00001"), make("SYN-X: a second title", "arxiv:2912.00001")),
        (make("Synthetic modelling of tidal behavior"), make("Synthetic modeling of tidal behavior")),
        (
            make("Invented tides for the imaginary oceans of distant moons and their long forgotten shores"),
            make("Invented tides for imaginary oceans of distant moons and their long forgotten shores"),
        ),
    ],
)
def test_a_title_an_id_or_a_spelling_makes_one_work(one: Work, other: Work) -> None:
    assert 1 == compare_two(one, other).both


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (make(NOTHING), make(TIDES)),
        (make(NOTHING, "arxiv:2912.00001"), make(TIDES, "arxiv:2912.00001")),  # a wrong link
        (make("Synthetic tides for smart oceans: a survey"), make("Synthetic tides in smart oceans: a survey")),
        (make("Synthetic tides with labels in oceans"), make("Synthetic tides without labels in oceans")),
        (make("Synthetic tides in two imaginary oceans"), make("Synthetic tides in six imaginary oceans")),
        (
            make("Synthetic modelling of tidal behavior", "arxiv:2912.00001"),
            make("Synthetic modeling of tidal behavior", "arxiv:2912.00002"),
        ),
    ],
)
def test_titles_that_differ_in_more_are_two_works(one: Work, other: Work) -> None:
    assert (0, 1, 1) == (lambda found: (found.both, found.only_mine, found.only_theirs))(compare_two(one, other))


MODAL = "Multi-Modal Gauges Need No Pretraining", "Multimodal Gauges Need No Pre-training"


@pytest.mark.parametrize("ids", [((), ()), (("arxiv:2912.00001",), ()), (("arxiv:2912.00001",), ("arxiv:2912.00002",))])
@pytest.mark.parametrize("years", [(None, None), (2031, 2031), (2031, 2032)])
def test_hyphens_and_blanks_make_no_second_work(
    ids: tuple[tuple[str, ...], tuple[str, ...]], years: tuple[int | None, int | None]
) -> None:
    one, other = (
        Work((title,), frozenset(names), year=year) for title, names, year in zip(MODAL, ids, years, strict=True)
    )

    assert 1 == compare_two(one, other).both


def test_letters_are_not_enough_if_ids_and_years_disagree() -> None:
    one = Work((MODAL[0],), frozenset({"arxiv:2912.00001"}), year=2025)

    assert 0 == compare_two(one, Work((MODAL[1],), frozenset({"arxiv:3112.00002"}), year=2031)).both


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SYN-X", "SYNX"),  # two names
        ("Learning a symmetric kernel of rain", "Learning asymmetric kernel of rain"),
        ("Synthetic learning in 1 2 steps", "Synthetic learning in 12 steps"),
    ],
)
def test_blanks_that_mean_something_count(one: str, other: str) -> None:
    assert 0 == compare_two(make(one), make(other)).both


def test_one_id_on_unlike_titles_is_reported_with_both_works() -> None:
    comparison = compare_lists(
        make_list(make(NOTHING, "arxiv:2912.00001"), make(TIDES, "arxiv:2912.00002")),
        make_list(make(TIDES, "arxiv:2912.00001"), name="b"),
    )

    (shared,) = comparison.shared_ids
    assert "arxiv:2912.00001" == shared.id
    assert {NOTHING, TIDES} == {work.title for work in shared.works}
    assert (True, False) == (shared.is_mine, shared.is_only_mine)
    assert [TIDES] == [work.title for work in comparison.other_links]  # the same fault, seen from the title
    assert Overlap(1, 1, 0, 0, 1) == comparison.count_overlap()


def test_a_work_under_another_title_is_one_of_both() -> None:
    renamed = make("On the synthetic learning of nothing", "arxiv:2912.00001")
    comparison = compare_lists(make_list(make(NOTHING, "arxiv:2912.00001")), make_list(renamed, name="b"))

    assert Overlap(1, 0, 0, 1, 0) == comparison.count_overlap()
    assert [NOTHING] == [work.title for work in comparison.other_titles]


def test_a_work_in_several_places_counts_once() -> None:
    mine = make_list(make(NOTHING, line=1), make(f"{NOTHING}.", line=9))
    comparison = compare_lists(mine, make_list(make(TIDES), make(NOTHING), make(TIDES), name="b"))

    assert Overlap(1, 0, 1, 0, 0) == comparison.count_overlap()
    assert [1, 9] == [place.line for place in comparison.both[0].places[0]]


def test_all_titles_of_a_work_are_its_own() -> None:
    mine = WorkList("a", (Work((NOTHING, TIDES)),))

    assert Overlap(1, 0, 0, 0, 0) == compare_lists(mine, make_list(make(TIDES))).count_overlap()
    assert Overlap(1, 0, 0, 0, 0) == compare_lists(make_list(make(TIDES)), mine).count_overlap()


def test_what_others_have_and_mine_lacks_is_ranked_by_lists() -> None:
    third = make("Third synthetic work on clouds")
    lists = [
        make_list(third, make(NOTHING), name="b"),
        make_list(make(TIDES), make(NOTHING), name="c"),
        make_list(make(TIDES), make("Mine alone, a synthetic work"), make(NOTHING), name="d"),
    ]
    comparison = compare_lists(make_list(make("Mine alone, a synthetic work")), *lists)

    assert [NOTHING, TIDES, third.title] == [work.title for work in comparison.find_missing()]
    assert [3, 2, 1] == [work.list_count for work in comparison.find_missing()]
    assert [NOTHING] == [work.title for work in comparison.find_missing(least=3)]
    assert [Overlap(0, 1, 2, 0, 0), Overlap(0, 1, 2, 0, 0), Overlap(1, 0, 2, 0, 0)] == [
        comparison.count_overlap(number) for number in (1, 2, 3)
    ]


def test_works_come_in_the_order_of_the_lists() -> None:
    comparison = compare_lists(make_list(make("b"), make("a")), make_list(make("d"), make("a"), make("c"), name="b"))

    assert ["b", "a", "d", "c"] == [work.title for work in comparison.works]
    assert ["b"] == [work.title for work in comparison.only_mine]
    assert ["d", "c"] == [work.title for work in comparison.only_theirs]


def test_a_list_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="name at least one list to compare with"):
        compare_lists(make_list(make(NOTHING)))


# --- every list alike ------------------------------------------------------------------------------------

WORDS = st.sampled_from(["synthetic", "tide", "tides", "ocean", "the", "without", "two", "SYN:", "learning"])
TITLES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
IDS = st.sampled_from(["arxiv:2912.00001", "arxiv:2912.00002", "doi:10.5555/1", "doi:10.5555/2"])
WORKS = st.builds(lambda title, ids: Work((title,), ids), TITLES, st.frozensets(IDS, max_size=2))
LISTS = st.lists(WORKS, max_size=6).map(lambda works: WorkList("x", tuple(works)))


def group(comparison: ListComparison) -> set[frozenset[str]]:
    """Return the titles of each work."""

    def titles(work: ComparedWork) -> frozenset[str]:
        return frozenset(normalize_title(place.title) for listed in work.places for place in listed)

    return {titles(work) for work in comparison.works}


@given(LISTS)
def test_a_list_and_itself_have_all_in_common(listed: WorkList) -> None:
    comparison = compare_lists(listed, listed)

    assert Overlap(len(comparison.works), 0, 0, 0, 0) == comparison.count_overlap()
    assert [] == comparison.other_titles == comparison.other_links


@given(LISTS, LISTS)
def test_swapping_the_lists_swaps_the_sides(one: WorkList, other: WorkList) -> None:
    forth, back = compare_lists(one, other), compare_lists(other, one)
    counts, swapped = forth.count_overlap(), back.count_overlap()

    assert Overlap(swapped.both, swapped.only_theirs, swapped.only_mine, swapped.other_titles, swapped.other_links) == (
        counts
    )
    assert group(forth) == group(back)
    assert {shared.id for shared in forth.shared_ids} == {shared.id for shared in back.shared_ids}


@given(st.lists(LISTS, min_size=3, max_size=3), st.permutations(range(3)))
def test_the_order_of_the_lists_does_not_matter(lists: list[WorkList], order: list[int]) -> None:
    assert group(compare_lists(*lists)) == group(compare_lists(*(lists[number] for number in order)))


@given(LISTS, LISTS)
def test_each_place_is_in_one_work(one: WorkList, other: WorkList) -> None:
    works = compare_lists(one, other).works

    assert len(one.works) == sum(len(work.places[0]) for work in works)
    assert len(other.works) == sum(len(work.places[1]) for work in works)


@pytest.mark.slow
@pytest.mark.parametrize("title", ["synthetic tides {}", "{} synthetic tides", "{}", "the same"])
def test_time_grows_with_the_works_and_not_with_their_pairs(title: str) -> None:
    def measure(size: int) -> float:
        listed = make_list(*(make(title.format(number), f"doi:10.5555/{number % 3}") for number in range(size)))
        began = time.process_time()
        compare_lists(listed, listed)
        return time.process_time() - began

    measure(100)
    assert measure(8_000) < 20 * measure(1_000) + 0.5


def test_titles_without_end_are_compared_for_equality_only() -> None:
    long = [make("tide " * 100_000 + end, "doi:10.5555/1") for end in ("a", "b", "a")]
    with within_seconds(20):
        comparison = compare_lists(make_list(*long[:2]), make_list(long[2], name="b"))

    assert Overlap(1, 1, 0, 0, 0) == comparison.count_overlap()


# --- lists as people write them --------------------------------------------------------------------------


def test_a_list_is_compared_with_its_papers() -> None:
    mine = parse_list(
        b"# Papers\n\n- [Synthetic learning of nothing](https://arxiv.org/abs/2912.00001)\n"
        b"- [Invented tides for imaginary oceans](https://openaccess.thecvf.com/content/S2999/html/Tides_paper.html)\n",
        name="a.md",
    )
    other = parse_list(
        b"# Papers\n\n- Invented Tides for Imaginary Oceans "
        b"[[paper]](https://openaccess.thecvf.com/content/S2999/papers/Tides_paper.pdf)\n"
        b"- [Learning of nothing](https://arxiv.org/pdf/2912.00001v2)\n",
        name="b.md",
    )

    assert ("a.md", 2) == (list_works(mine).name, len(list_works(mine).works))
    assert Overlap(2, 0, 0, 1, 0) == compare_lists(mine, other).count_overlap()


SHARED = {
    "ChanChiChoi/README.md": 20,
    "youngfish42/README.md": 15,
    "weimingwill/conferences.md": 6,
    "tushar-semwal/README.md": 1,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SHARED)
def test_the_source_list_shares_what_people_counted(name: str, test_data: Path) -> None:
    """Each shared title also stands in the bare text of the other list, however that is read."""
    mine = list_works(read_list(test_data / "lists" / "awesome-fl-for-healthcare.md"))
    other = test_data / "lists" / name
    text = normalize_title(other.read_text(encoding="utf-8"))
    comparison = compare_lists(mine, list_works(read_list(other)))

    assert 56 == len(mine.works)
    assert SHARED[name] == comparison.count_overlap().both
    assert {normalize_title(work.title) for work in mine.works if normalize_title(work.title) in text} == {
        normalize_title(work.title) for work in comparison.both
    }
    assert [] == comparison.other_titles


def test_readings_and_comparisons_show_counts_instead_of_the_bytes_of_the_list() -> None:
    mine = parse_list(f"# List\n\nInvented.\n\n- [{NOTHING}](https://arxiv.org/abs/2912.00001)\n".encode())
    other = parse_list(f"- [{TIDES}](https://arxiv.org/abs/2912.00002)\n".encode(), name="b.md")

    assert "ListReading of b.md (markdown): 1 paper, 0 others, 0 places not understood" == repr(other)
    assert "ListComparison of README.md, b.md: both 0, only mine 1, only theirs 1" == repr(compare_lists(mine, other))


def test_a_work_is_merged_from_its_places_without_mixing_versions() -> None:
    ids = frozenset({"arxiv:2912.00001"})
    title = "Synthetic learning of nothing"
    one = WorkList("a", (Work((title,), ids, venue="arXiv", year=2029, authors="A. Example", path="a"),))
    two = WorkList("b", (Work((title,), ids | {"doi:10.5555/p"}, "https://example.org/p", "SYN", 2031, path="b"),))
    three = WorkList("c", (Work((title,), frozenset({"doi:10.5555/q"}), year=2030, path="c"),))
    (work,) = compare_lists(one, two, three).works
    merged = work.merge()

    assert ("SYN", 2031, "A. Example") == (merged.venue, merged.year, merged.authors)
    assert ("https://example.org/p", ids, "a") == (merged.url, merged.ids, merged.path)
    (dated,) = compare_lists(WorkList("a", (Work((title,)),)), three).works
    assert 2030 == dated.merge().year
