from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.identifiers import (
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

# --- titles ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("fedsyn a non iid study", "FedSyn:  A Non-IID\tStudy"),
        ("muller s strasse", "Müller's Straße"),
        ("x2 2 d", "X² 2-D"),
        ("联邦学习", "《联邦学习》"),
        ("", "?!"),
    ],
)
def test_title_is_lower_case_words_of_any_script(expected: str, title: str) -> None:
    assert expected == normalize_title(title)


@given(st.text())
def test_normalising_twice_changes_nothing(title: str) -> None:
    once = normalize_title(title)
    assert once == normalize_title(once)


@given(title=st.text(st.characters(codec="ascii")))
def test_ascii_title_is_normalized_as_beside_another_letter(title: str) -> None:
    assert f"{normalize_title(title)} e".lstrip() == normalize_title(f"{title} é")


def test_equal_titles_but_for_signs_are_exact() -> None:
    comparison = compare_titles("FedSyn: A Synthetic Study", "fedsyn - a synthetic study")
    assert (True, 100, 100, 1, ()) == (
        comparison.exact,
        comparison.ratio,
        comparison.token_sort,
        comparison.length_ratio,
        comparison.differing,
    )


def test_moved_words_keep_a_high_token_sort() -> None:
    comparison = compare_titles(
        "Synthetic scans: learning over many hospitals", "Learning over many hospitals: synthetic scans"
    )
    assert comparison.ratio < 95 < comparison.token_sort
    assert comparison.confirms_id


def test_dropped_short_name_still_confirms_an_id() -> None:
    assert compare_titles("FedSyn: synthetic learning in hospitals", "Synthetic learning in hospitals").confirms_id


def test_another_title_does_not_confirm_an_id() -> None:
    assert not compare_titles("Synthetic learning in hospitals", "Quantum gravity on the lattice").confirms_id


def test_equal_short_name_confirms_an_id_whatever_the_title() -> None:
    comparison = compare_titles("Learning with long tails", "Fed-Syn: quantum gravity", acronym="FedSyn")
    assert comparison.same_acronym
    assert comparison.confirms_id


@pytest.mark.parametrize(
    ("expected", "listed", "seen"),
    [
        (("negation",), "Learning with labels", "Learning without labels"),
        (("negation",), "Asynchronous learning", "Synchronous learning"),
        (("number",), "Synthetic nets in 2D", "Synthetic nets in 3D"),
        (("number",), "Synthetic nets, Part I", "Synthetic nets, Part II"),
        (("number",), "One-shot learning", "Two-shot learning"),
        (("acronym",), "FedAA: a synthetic paper", "FedBB: a synthetic paper"),
        ((), "FedAA: a synthetic paper", "A synthetic paper"),
    ],
)
def test_what_makes_near_titles_different_is_named(expected: tuple[str, ...], listed: str, seen: str) -> None:
    assert expected == compare_titles(listed, seen).differing


def test_titles_without_letters_are_not_alike() -> None:
    assert not compare_titles("!!!", "???").confirms_id


@pytest.mark.parametrize(
    ("expected", "title"),
    [
        ("FedSyn", "FedSyn: a study"),
        ("FAT", "Federated Alternate Things (FAT): a study"),
        (None, "Survey: a study"),
        (None, "Two Words: a study"),
        (None, "No colon FedSyn"),
    ],
)
def test_short_name_stands_before_the_colon(expected: str | None, title: str) -> None:
    assert expected == find_acronym(title)


@pytest.mark.parametrize(
    ("expected", "listed", "seen"),
    [
        (True, "Learning from Non-IID data", "Learning from non-i.i.d. data"),
        (True, "Towards a personalised network", "Toward personalized networks"),
        (True, "Learning from hetergeneous data", "Learning from heterogeneous data"),
        (True, "FedSyn: synthetic learning", "Synthetic learning"),
        (True, "Learning over hospitals: synthetic scans", "Synthetic scans: learning over hospitals"),
        (False, "Intra-client learning", "Inter-client learning"),
        (False, "Minimal learning", "Maximal learning"),
        (False, "Learning in hospitals", "Learning for hospitals"),
        (False, "Learning I", "Learning II"),
        (False, "Synthetic learning", "Robust synthetic learning"),
        (False, "Unbiased learning", "Biased learning"),
        (False, "Multi-model learning", "Multimodal learning"),
    ],
)
def test_same_words_are_told_from_similar_ones(expected: bool, listed: str, seen: str) -> None:
    assert expected == compare_titles(listed, seen).same_words


@pytest.mark.parametrize(
    ("near", "similar", "listed", "seen"),
    [
        (True, True, "FedSyn: Synthetic learning in hospitals", "FedSyn: Synthetic learning in hospital"),
        (False, True, "Learning for smart hospitals: a survey", "Learning in smart hospitals: a survey"),
        (False, False, "Learning in smart hospitals: part 1", "Learning in smart hospitals: part 2"),
        (False, False, "Learning in smart hospitals", "Quantum gravity"),
    ],
)
def test_near_titles_say_so_alone_and_similar_ones_do_not(near: bool, similar: bool, listed: str, seen: str) -> None:
    comparison = compare_titles(listed, seen)
    assert (near, similar) == (comparison.is_near, comparison.is_similar)


def test_nearest_title_is_none_where_none_is_similar() -> None:
    titles = {"synthetic learning": "a", "synthetic learning in hospitals": "b"}
    assert "synthetic learning in hospitals" == find_nearest_title("Synthetic Learning in a Hospital", titles)
    assert find_nearest_title("Quantum gravity", titles) is None
    assert find_nearest_title("?", titles) is None


# --- people ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "listed", "seen"),
    [
        ("same", ["Ada Example", "Bo Sample"], ["A. B. Example"]),
        ("same", ["Bo Sample 0002"], ["Bo Sample"]),
        ("same", ["Example A", "Sample B"], ["Ada Example"]),
        ("same", ["Ada Example", "Bo Sample"], ["Cy Third", "Bo Sample", "Ada Example"]),
        ("same", ["Jürgen Müller"], ["Jurgen Muller"]),
        ("unknown", ["Ada Example", "Bo Sample"], ["Cy Third", "Bo Sample"]),
        ("unknown", ["Ada Example"], ["Zoe Example"]),
        ("unknown", ["Ada Example"], ["李明"]),
        ("unknown", ["Ada Example"], []),
        ("unknown", ["?"], ["Ada Example"]),
        ("other", ["Ada Example"], ["Cy Third"]),
    ],
)
def test_authors_are_compared_by_surname_and_initial(expected: str, listed: list[str], seen: list[str]) -> None:
    assert expected == compare_authors(listed, seen) == compare_authors(seen, listed)


# --- ids -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("2102.07623", "2102.07623"),
        ("2102.07623", " arXiv:2102.07623v12 "),
        ("2102.07623", "https://arxiv.org/pdf/2102.07623v2.pdf"),
        ("2102.07623", "10.48550/arXiv.2102.07623"),
        ("math/0309136", "math.GT/0309136v1"),
        (None, "FedSyn: a study"),
        (None, "10.1109/jbhi.2022.3181823"),
        (None, ""),
    ],
)
def test_arxiv_id_is_bare_or_none(expected: str | None, text: str) -> None:
    assert expected == clean_arxiv(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("10.1093/mind/lix.236.433", "10.1093/MIND/LIX.236.433"),
        ("10.1109/x.1", "https://dx.doi.org/10.1109/X.1."),
        ("10.1109/x.1", "doi: 10.1109/X.1"),
        ("10.48550/arxiv.2102.07623", "10.48550/arXiv.2102.07623v3"),
        ("10.1101/2020.01.02.123456", "10.1101/2020.01.02.123456v1"),
        ("10.21203/rs.3.rs-12/v1", "10.21203/rs.3.rs-12/v1"),
        (None, "FedSyn: a study"),
        (None, "2102.07623"),
    ],
)
def test_doi_is_bare_and_lower_case_or_none(expected: str | None, text: str) -> None:
    assert expected == clean_doi(text)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ({"arxiv": "2304.05635"}, "https://arxiv.org/abs/2304.05635"),
        ({"arxiv": "2204.07352"}, "https://arxiv.org/pdf/2204.07352v2.pdf"),
        (
            {"arxiv": "2204.07352", "doi": "10.48550/arxiv.2204.07352"},
            "https://doi.org/10.48550/arXiv.2204.07352",
        ),
        ({"doi": "10.1145/3447548.3467185"}, "https://doi.org/10.1145%2F3447548.3467185"),
        ({"doi": "10.1145/3447548.3467185"}, "https://dl.acm.org/doi/abs/10.1145/3447548.3467185"),
        (
            {"doi": "10.1007/978-3-030-60548-3_15"},
            "https://link.springer.com/chapter/10.1007/978-3-030-60548-3_15",
        ),
        ({"doi": "10.1038/s41591-021-01506-3"}, "https://www.nature.com/articles/s41591-021-01506-3"),
        (
            {"doi": "10.1101/2020.01.02.123456"},
            "https://www.medrxiv.org/content/10.1101/2020.01.02.123456v2.full.pdf",
        ),
        ({"ieee": "9794622"}, "https://ieeexplore.ieee.org/abstract/document/9794622"),
        ({"ieee": "9794622"}, "https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=9794622"),
        ({"pii": "S1361841520301298"}, "https://www.sciencedirect.com/science/article/pii/S1361841520301298"),
        ({"openreview": "6YEQUn0QICG"}, "https://openreview.net/pdf?id=6YEQUn0QICG"),
        (
            {"cvf": "content/ICCV2021/papers/X_paper.pdf"},
            "https://openaccess.thecvf.com/content/ICCV2021/papers/X_paper.pdf",
        ),
        ({"aaai": "21446"}, "https://ojs.aaai.org/index.php/AAAI/article/view/21446"),
        ({"acl": "2021.naacl-main.1"}, "https://aclanthology.org/2021.naacl-main.1/"),
        ({"pmid": "34911013"}, "https://pubmed.ncbi.nlm.nih.gov/34911013/"),
        ({"pmcid": "PMC9340569"}, "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC9340569/"),
        ({}, "https://nv-tlabs.github.io/fed-sim/"),
        ({}, "https://notarxiv.org/abs/2304.05635"),
        ({}, "https://[oops/"),
        ({}, "arxiv"),
        ({}, ""),
    ],
)
def test_ids_are_read_from_links(expected: dict[str, str], url: str) -> None:
    assert expected == ids_from_url(url)


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        (("github.com/example/alpha", None), "https://www.github.com/example/alpha.git"),
        (
            ("github.com/example/alpha", "research/fed"),
            "https://github.com/example/alpha/tree/dev/research/fed/",
        ),
        (
            ("github.com/example/alpha", "a/README.md"),
            "https://github.com/example/alpha/blob/main/a/README.md",
        ),
        (("github.com/example/alpha", None), "https://github.com/example/alpha/issues/3#top"),
        (("gitlab.inria.fr/epi/one/two", None), "https://gitlab.inria.fr/epi/one/two"),
        (("gitlab.com/group/one", "src"), "https://gitlab.com/group/one/-/tree/main/src"),
        (None, "https://example.github.io/alpha/"),
        (None, "https://github.com/example"),
        (None, "https://github.com/topics/federated-learning"),
        (None, "https://arxiv.org/abs/2304.05635"),
        (None, "no link"),
    ],
)
def test_codebase_is_host_and_path(expected: tuple[str, str | None] | None, url: str) -> None:
    assert expected == codebase_from_url(url)


@given(st.text())
def test_no_text_breaks_the_readers_of_ids(text: str) -> None:
    for read in (clean_arxiv, clean_doi, ids_from_url, codebase_from_url, find_acronym):
        read(text)
        read(f"https://github.com/{text}")


# --- slugs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("jurgen-muller", "Jürgen Müller"),
        ("soren-o-neill", "Søren O'Neill"),
        ("qi-dou-0001", "Qi Dou 0001"),
        ("u674eu660e", "李明"),
        ("u0021", "!"),
        ("u", ""),
    ],
)
def test_slug_is_ascii_and_never_empty(expected: str, text: str) -> None:
    assert expected == slug(text)


@given(st.text())
def test_slug_fits_a_key_and_is_its_own_slug(text: str) -> None:
    made = slug(text)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert made == slug(made)


def test_different_names_of_other_scripts_stay_different() -> None:
    names = ["李 Li", "王 Li", "张 Li"]
    Random(0).shuffle(names)
    assert len(names) == len({slug(name) for name in names})
