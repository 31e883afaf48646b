"""Every form that identifiers know: links, letters, words that tell titles apart, and where the thresholds lie."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.identifiers import (
    TitleComparison,
    clean_arxiv,
    clean_doi,
    codebase_from_url,
    compare_authors,
    compare_titles,
    find_acronym,
    find_nearest_title,
    ids_from_url,
    normalize_title,
    slug,
)

ALIKE: dict[str, Any] = {
    "exact": False,
    "ratio": 100.0,
    "token_sort": 100.0,
    "length_ratio": 1.0,
    "same_acronym": False,
    "same_words": True,
}

# --- where the thresholds lie ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        (True, {}),
        (True, {"ratio": 95.0, "token_sort": 95.0}),
        (False, {"ratio": 94.9}),
        (False, {"token_sort": 94.9}),
        (True, {"length_ratio": 0.85}),
        (False, {"length_ratio": 0.84}),
        (False, {"same_words": False}),
        (False, {"differing": ("number",)}),
    ],
)
def test_near_titles_are_alike_in_letters_length_and_words(expected: bool, changes: dict[str, Any]) -> None:
    assert expected == TitleComparison(**{**ALIKE, **changes}).is_near


@pytest.mark.parametrize(
    ("expected", "ratio", "token_sort", "differing"),
    [
        (True, 85.0, 0.0, ()),
        (True, 0.0, 85.0, ()),
        (False, 84.9, 84.9, ()),
        (False, 100.0, 100.0, ("negation",)),
    ],
)
def test_similar_titles_reach_85_in_either_ratio(
    expected: bool, ratio: float, token_sort: float, differing: tuple[str, ...]
) -> None:
    comparison = TitleComparison(**{**ALIKE, "ratio": ratio, "token_sort": token_sort, "differing": differing})
    assert (expected, max(ratio, token_sort)) == (comparison.is_similar, comparison.score)


@pytest.mark.parametrize(
    ("expected", "ratio", "same_acronym"),
    [(True, 60.0, False), (False, 59.9, False), (True, 0.0, True)],
)
def test_an_id_is_confirmed_by_60_or_by_the_short_name(expected: bool, ratio: float, same_acronym: bool) -> None:
    comparison = TitleComparison(**{**ALIKE, "ratio": ratio, "same_acronym": same_acronym})
    assert expected == comparison.confirms_id


def test_ratios_are_of_letters_of_sorted_words_and_of_length() -> None:
    comparison = compare_titles("ab cd", "cd ab ef gh")
    assert (37.5, 62.5) == (comparison.ratio, comparison.token_sort)
    assert 5 / 11 == comparison.length_ratio == compare_titles("cd ab ef gh", "ab cd").length_ratio


def test_a_title_without_letters_is_as_far_as_can_be_from_any() -> None:
    nothing = TitleComparison(exact=False, ratio=0, token_sort=0, length_ratio=0, same_acronym=False)
    assert [nothing] * 3 == [compare_titles(*pair) for pair in (("!", "?"), ("!", "Learning"), ("Learning", "!"))]


@pytest.mark.parametrize(
    ("expected", "title"),
    [("synthetic title", "synthetic title"), ("synthetic title", "synthetic titel"), (None, "synthetic nouns")],
)
def test_the_nearest_title_is_similar_enough_to_be_meant(expected: str | None, title: str) -> None:
    assert expected == find_nearest_title(title, ["quantum gravity", "synthetic title"])
    assert find_nearest_title(title, []) is None


def test_a_title_that_another_only_begins_with_is_not_near() -> None:
    assert find_nearest_title("Synthetic learning in many hospitals of one region", ["synthetic learning"]) is None


# --- words that tell titles apart ------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["cannot", "neither", "never", "no", "non", "nor", "not", "without"])
def test_a_negation_in_one_title_tells_them_apart(word: str) -> None:
    one, other = f"Hospitals {word} learning", "Hospitals that are learning"
    assert [("negation",)] * 2 == [compare_titles(*pair).differing for pair in ((one, other), (other, one))]
    assert () == compare_titles(one, f"Clinics {word} learning").differing


@pytest.mark.parametrize("prefix", ["a", "anti", "de", "dis", "im", "in", "non", "un"])
def test_a_negating_prefix_in_one_title_tells_them_apart(prefix: str) -> None:
    one, other = f"Hospitals {prefix}synthetic learning", "Hospitals synthetic learning"
    assert [("negation",)] * 2 == [compare_titles(*pair).differing for pair in ((one, other), (other, one))]


def test_a_prefix_before_a_short_word_is_no_negation() -> None:
    assert () == compare_titles("Learning to inform", "Learning to form").differing
    assert ("negation",) == compare_titles("Learning to unlearn", "Learning to learn").differing


def test_a_negation_that_is_only_a_part_of_the_other_word_is_none() -> None:
    assert () == compare_titles("Learning by networks", "Learning by workers").differing


@pytest.mark.parametrize(
    "number",
    ["2", "3d", "ii", "iii", "iv", "vi", "vii", "viii", "ix", "one", "two", "three", "four", "five", "six"],
)
def test_a_number_in_one_title_tells_them_apart(number: str) -> None:
    one, other = f"Synthetic nets, part {number}", "Synthetic nets, part"
    assert [("number",)] * 2 == [compare_titles(*pair).differing for pair in ((one, other), (other, one))]
    assert () == compare_titles(one, f"Parts of synthetic nets: {number}").differing


def test_short_names_differ_by_letters_and_not_by_signs() -> None:
    one, other = "Fed-Syn: learning", "FedSyn: learning"
    assert [()] * 2 == [compare_titles(*pair).differing for pair in ((one, other), (other, one))]


def test_all_differences_are_named() -> None:
    one, other = "FedAA: learning without 3 hospitals", "FedBB: learning with 4 hospitals"
    assert ("negation", "number", "acronym") == compare_titles(one, other).differing


@pytest.mark.parametrize(
    ("expected", "listed", "seen"),
    [
        (True, "The learning of a net", "Learning of an net"),
        (False, "Learning of nets", "Learning of net"),
        (True, "Learning of nodes", "Learning of node"),
        (False, "Learning of gas", "Learning of ga"),
        (True, "Learning of generalization", "Learning of generalisations"),
        (True, "Learning of generalisation", "Learning of generalizations"),
        (True, "Learning of heterogeneous nets", "Learning of hetrogeneous nets"),
        (False, "Learning of brain", "Learning of braain"),
        (False, "Learning of shapes", "Learning of shape x"),
        (False, "Learning of scans", "Learning of scars"),
        (False, "Learning of hospitals", "Learning of hospitalist"),
        (False, "Learning of uplight", "Learning of plight"),
        (False, "Learning of plight", "Learning of uplight"),
        (True, "Learning of colours", "Learning of colors"),
        (False, "Learning of your", "Learning of you"),
        (True, "Learning of slights", "Learning of slight"),
        (False, "Learning of nets", "Learning of nets of nets"),
        (False, "Learning of nets nets", "Learning of nets"),
        (True, "Non-IID learning", "Noniid learning"),
        (False, "FedSyn: FedSyn: learning", "Learning"),
        (True, "Learning", "FedSyn: learning"),
        (True, "Fed-Syn: learning", "Learning"),
        (False, "Learning FedSyn", "Learning"),
    ],
)
def test_spelling_articles_and_a_leading_short_name_leave_the_words_the_same(
    expected: bool, listed: str, seen: str
) -> None:
    same = [compare_titles(*pair).same_words for pair in ((listed, seen), (seen, listed))]
    assert [expected] * 2 == same


def test_a_short_name_that_the_title_does_not_begin_with_is_not_cut_off() -> None:
    assert not compare_titles("Synthetic learning", "Learning", acronym="FedSyn").same_words


@pytest.mark.parametrize(
    ("expected", "listed", "seen", "acronym"),
    [
        (True, "FedSyn: learning", "FEDsyn: another", None),
        (True, "Fed-Syn: learning", "FedSyn: another", None),
        (True, "Learning", "Fed-Syn: another", "FedSyn"),
        (False, "FedSyn: learning", "Another", None),
        (False, "Learning", "Another", None),
        (False, "FedSyn: learning", "FedSyn: another", "SplitSyn"),
    ],
)
def test_short_names_are_the_same_whatever_signs_they_hold(
    expected: bool, listed: str, seen: str, acronym: str | None
) -> None:
    assert expected == compare_titles(listed, seen, acronym=acronym).same_acronym


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("FedSyn", "FedSyn : a study"),
        ("FAT", "Federated Things (FAT) : a study"),
        (None, "Federated Things (FAT) once more: a study"),
        (None, "Federated Things (thin air): a study"),
        ("FS", "FS: a study: of two colons"),
        (None, "Fs: one capital"),
        (None, ""),
    ],
)
def test_a_short_name_is_one_word_with_two_capitals(expected: str | None, title: str) -> None:
    assert expected == find_acronym(title)


@given(title=st.text())
def test_a_title_is_near_itself_or_has_no_letters(title: str) -> None:
    comparison = compare_titles(title, title)
    assert comparison.exact is comparison.confirms_id is bool(normalize_title(title))
    assert () == comparison.differing


# --- people ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "listed", "seen"),
    [
        ("same", ["Ada Example"], ["Example A."]),
        ("same", ["Ada van Example"], ["A. Example"]),
        ("same", ["Bo Sample 0002"], ["Sample B"]),
        ("same", ["Li X."], ["Xu Li"]),
        ("same", ["Example"], ["Example"]),
        ("same", ["?", "Ada Example"], ["A. Example"]),
        ("unknown", ["Ada Example"], ["Bo Example"]),
        ("unknown", ["Ada Example", "Bo Sample"], ["Ada Example"][:0]),
        ("unknown", ["Ada Example", "Bo Sample"], ["Bo Sample", "Cy Third"]),
        ("unknown", ["伟 李"], ["Ada Example"]),
        ("other", ["Ada Example", "Bo Sample"], ["Cy Third", "Di Fourth"]),
        ("other", ["Ai B"], ["Bi C"]),
        ("same", ["A B"], ["A B"]),
        ("unknown", ["A B"], ["C B"]),
        ("other", ["A B"], ["A C"]),
    ],
)
def test_surname_and_initial_are_found_in_any_order(expected: str, listed: list[str], seen: list[str]) -> None:
    assert expected == compare_authors(listed, seen) == compare_authors(seen, listed)


# --- ids -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("0704.0001", "arxiv.0704.0001"),
        ("2102.07623", "http://export.arxiv.org/html/2102.07623v1"),
        ("2102.07623", "https://arxiv.org/format/2102.07623/"),
        ("2102.07623", "ARXIV:2102.07623V2"),
        ("hep-th/9901001", "https://arxiv.org/abs/HEP-TH/9901001"),
        (None, "2102.076"),
        (None, "2102.076231"),
        (None, "math/030913"),
        (None, "https://arxiv.org/list/2102.07623"),
        (None, "see 2102.07623"),
    ],
)
def test_every_form_of_an_arxiv_id_is_read(expected: str | None, text: str) -> None:
    assert expected == clean_arxiv(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("10.5555/x", "doi.org/10.5555/X"),
        ("10.5555/x", "http://www.doi.org/10.5555/X"),
        ("10.5555/x", "DOI:10.5555/X.,;"),
        ("10.5555.10/x", "10.5555.10/x"),
        ("10.5555/x.v2", "10.5555/x.v2"),
        ("10.5555/2020.1v2", "10.5555/2020.1v2"),
        (None, "10.555/x"),
        (None, "10.5555/"),
        (None, "10.5555/x y"),
    ],
)
def test_every_form_of_a_doi_is_read(expected: str | None, text: str) -> None:
    assert expected == clean_doi(text)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ({"doi": "10.1007/x-1"}, "https://link.springer.com/article/10.1007/X-1/"),
        ({"doi": "10.1007/x-1"}, "https://link.springer.com/book/10.1007/X-1"),
        ({"doi": "10.1007/x-1"}, "https://link.springer.com/content/pdf/10.1007/X-1.pdf?download=1"),
        ({"doi": "10.1145/1.2"}, "https://dl.acm.org/doi/10.1145/1.2"),
        ({"doi": "10.1145/1.2"}, "https://dl.acm.org/doi/pdf/10.1145/1.2"),
        ({"doi": "10.1145/1.2"}, "https://dl.acm.org/doi/full/10.1145/1.2?a=b"),
        ({"doi": "10.1002/mp.1"}, "https://aapm.onlinelibrary.wiley.com/doi/epdf/10.1002/mp.1"),
        ({"doi": "10.1126/x"}, "https://www.science.org/doi/full/10.1126/x"),
        ({"doi": "10.1073/pnas.1"}, "https://www.pnas.org/doi/abs/10.1073/pnas.1"),
        ({"doi": "10.1101/2020.1"}, "https://www.biorxiv.org/content/10.1101/2020.1v1.abstract"),
        ({"doi": "10.1101/2020.1"}, "https://www.biorxiv.org/content/10.1101/2020.1"),
        ({"doi": "10.1038/s1-2"}, "http://nature.com/articles/S1-2.pdf"),
        ({"doi": "10.1038/s1-2"}, "https://www.nature.com/articles/s1-2/"),
        ({}, "https://www.nature.com/collections/s1-2"),
        ({"ieee": "12"}, "https://ieeexplore.ieee.org/document/12"),
        ({"pii": "S12"}, "https://www.sciencedirect.com/science/article/abs/pii/S12?via%3Dihub"),
        ({"openreview": "a-B_1"}, "https://openreview.net/forum?id=a-B_1"),
        ({"openreview": "a-B_1"}, "https://openreview.net/forum?noteId=x&id=a-B_1"),
        ({"aaai": "12"}, "https://ojs.aaai.org/index.php/AAAI/article/download/12/34"),
        ({"doi": "10.1101/2020.1"}, "https://www.medrxiv.org/content/10.1101/2020.1v1?rss=1"),
        ({"acl": "2021.naacl-main.1"}, "https://aclanthology.org/2021.naacl-main.1?a=b"),
        ({"acl": "P19-1001"}, "https://www.aclanthology.org/P19-1001.pdf"),
        ({"pmid": "12"}, "https://pubmed.ncbi.nlm.nih.gov/12"),
        ({"pmcid": "PMC12"}, "https://pmc.ncbi.nlm.nih.gov/articles/PMC12/"),
        ({"dblp": "conf/x/A21"}, "https://dblp.org/rec/conf/x/A21.html?view=bibtex"),
        ({"dblp": "conf/x/A21"}, "https://dblp.org/rec/conf/x/A21.bib"),
        ({"dblp": "conf/x/A21"}, "https://dblp.uni-trier.de/rec/html/conf/x/A21"),
        ({"arxiv": "2304.05635"}, "http://export.arxiv.org/abs/2304.05635"),
        ({}, "https://arxiv.org/list/cs.LG/recent"),
        ({"doi": "10.5555/x"}, "https://dx.doi.org//10.5555/X"),
        ({}, "https://doi.org/"),
        ({}, "https://doi.org/2304.05635x"),
        ({}, "ftp://arxiv.org/abs/2304.05635"),
        ({}, "https:///abs/2304.05635"),
        ({}, "https://example.org/pii/S12"),
        ({}, "https://www.sciencedirect.com/journal/x"),
        ({"arxiv": "2304.05635"}, "  https://ARXIV.org/abs/2304.05635 "),
    ],
)
def test_every_form_of_a_link_is_read(expected: dict[str, str], url: str) -> None:
    assert expected == ids_from_url(url)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        (("gitlab.com/a/b", None), "https://gitlab.com/a/b.git"),
        (("gitlab.com/a/b/c", "src/x"), "https://gitlab.com/a/b/c/tree/main/src/x"),
        (("gitlab.com/a/b/c", "src/x.py"), "https://gitlab.com/a/b/c/-/blob/main/src/x.py"),
        (("gitlab.com/a/b", "x.py"), "https://gitlab.com/a/b/blob/main/x.py"),
        (("gitlab.com/a/b", None), "https://gitlab.com/a/b/-/issues/1/two/three"),
        (("github.com/a/b", None), "https://github.com/a/b/commits/main/src/x"),
        (("github.com/a/b", None), "https://github.com/a/b/tree/main"),
        (("github.com/A/b", None), "http://GitHub.com//A/b/"),
        (None, "https://gitlab.com/a"),
        (None, "https://notgitlab.com/a/b"),
        (None, "https://[oops/"),
    ],
)
def test_every_form_of_a_codebase_is_read(expected: tuple[str, str | None] | None, url: str) -> None:
    assert expected == codebase_from_url(url)


@pytest.mark.parametrize(
    "page", ["about", "apps", "collections", "features", "marketplace", "orgs", "sponsors", "Topics"]
)
def test_a_page_of_github_itself_is_no_codebase(page: str) -> None:
    assert codebase_from_url(f"https://github.com/{page}/federated-learning") is None


# --- slugs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("aeoeodd-l-th-i", "ÆŒØÐđ Ł Þ \N{LATIN SMALL LETTER DOTLESS I}"),
        ("strasse", "Straße"),
        ("u0021-u003f", "!?"),
        ("u674e-li", " 李--Li. "),
        ("u00ac-u1f600", "¬😀"),
    ],
)
def test_a_slug_spells_each_letter(expected: str, text: str) -> None:
    assert expected == slug(text)


@pytest.mark.parametrize(
    ("expected", "one", "other"),
    [
        (True, "clocks part i", "clocks part ii"),
        (True, "clocks part v", "clocks part x"),
        (True, "clocks volume one", "clocks volume three"),
        (True, "study i clocks", "study ii clocks"),
        (True, "clocks 2019", "clocks 2020"),
        (True, "clocks2", "clocks3"),
        (True, "clocks ii", "clocks"),
        (False, "clocks part 4", "clocks part iv"),
        (False, "clocks volume two", "clocks vol 2"),
        (False, "covid19 clocks", "covid 19 clocks"),
        (False, "3d clocks", "3 d clocks"),
        (False, "clocks", "clocks of three towns"),
        (False, "clocks 162 11814 11827", "clocks"),
        (False, "clocks of i", "clocks of x"),
        (False, "", ""),
    ],
)
def test_titles_with_other_numbers_name_other_works(expected: bool, one: str, other: str) -> None:
    assert [expected] * 2 == [compare_titles(*pair).other_numbers for pair in ((one, other), (other, one))]
