"""The year and the venue that a text names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.lists.evidence.patterns import ARXIV_TEXT, BARE_URL, EMOJI_CODE, PICTURES, SHORT_YEAR, YEAR
from flgraph.lists.evidence.years import find_year, split_venue


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (2021, "ICML 2021"),
        (2021, "(2021)"),
        (2021, "submitted 2020, published 2021"),
        (2021, "Journal of Nets, 2021, 12(3): 1999-2005"),
        (1999, "1999-2005"),
        (2020, "arXiv:2113.00001, 2020"),
        (2020, "https://example.org/2021/x 2020"),
        (2019, "NeurIPS'19"),
        (2019, "NeurIPS\u201919 Workshop"),
        (2019, "CVPR 19"),
        (2020, "XQZW'20"),
        (2020, "'20"),
        (2021, "KDD-2021"),
        (None, "12-2021"),
        (1999, "Nature 1999"),
        (None, "arXiv:2001.01999"),
        (None, "pp. 12-24"),
        (None, "pages 19999"),
        (None, "2020/21"),
        (None, "Room 12"),
        (None, "1949"),
        (None, "2040"),
        (None, "no year"),
        (None, ""),
    ],
)
def test_the_last_year_is_found(expected: int | None, text: str) -> None:
    assert expected == find_year(text)


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (("ICML", 2021), "ICML 2021"),
        (("ICML", 2021), "(ICML, 2021)"),
        (("ICML", 2021), "ICML'21"),
        (("ICML", 2021), "ICML-2021"),
        (("RA-L", 2022), "RA-L'22"),
        (("arXiv", 2023), "arXiv 2023.05"),
        (("Proceedings of ICML", 2021), "In Proceedings of ICML, 2021, pp. 12-24"),
        (("Journal of Nets", 2021), "[J]. Journal of Nets, 2021, 12(3): 12-24."),
        (("Journal of Nets", 2021), "Journal of Nets, vol. 12, no. 3, March 2021"),
        (("Int. J. Nets Syst. Sci", 2021), "Int. J. Nets Syst. Sci., 2021"),
        (("Int. J. Imaginary Systems and Nets of Nets", None), "Int. J. Imaginary Systems and Nets of Nets."),
        (("IEEE Trans. Imag. Syst", None), "IEEE Trans. Imag. Syst."),
        (("Phys. Rev. Lett", 2020), "Phys. Rev. Lett. 2020"),
        (("arXiv", 2020), "arXiv preprint arXiv:2113.00001, 2020"),
        (("arXiv", None), "arXiv:2113.00001v2"),
        (("International Conference on Nets", 2020), "International Conference on Nets. Springer, Cham, 2020: 12-24"),
        (("Nature", 2020), "Accepted by Nature :tada: 2020"),
        (("Nature (Comment)", None), "Nature (Comment"),
        (("Nature", 2020), "\U0001f525 Nature 2020"),
        (("Yale Law Review", 2019), "Yale Law Review 2019"),
        ((None, 2020), "preprint, 2020"),
        ((None, 2020), "2020"),
        ((None, None), "PMID"),
        ((None, None), "…"),
        ((None, None), ""),
        ((None, 2020), "nets " * 300 + "2020"),
    ],
)
def test_venue_and_year_are_split(expected: tuple[str | None, int | None], text: str) -> None:
    assert expected == split_venue(text)


@pytest.mark.parametrize(
    ("expected", "pattern", "text"),
    [
        (["2021", "1950", "2039"], YEAR, "2021 (1950), 2039"),
        ([], YEAR, "12021 20211 2021.12345 v.2021 2021/22 1/2021"),
        ([("ICML", "21", ""), ("", "", "20")], SHORT_YEAR, "ICML'21 '20"),
        (["arXiv preprint arXiv:2113.00001v2", "2113.00002", "abs/math/1"], ARXIV_TEXT,
         "arXiv preprint arXiv:2113.00001v2 2113.00002 abs/math/1"),
        (["https://example.org/a"], BARE_URL, "(https://example.org/a> b)"),
        ([":tada:", ":+1:"], EMOJI_CODE, ":tada: a: b :+1:"),
        (["\U0001f525", "\u2b50"], PICTURES, "\U0001f525 x \u2b50"),
    ],
)  # fmt: skip
def test_patterns_find_what_they_name(expected: list[object], pattern: object, text: str) -> None:
    found = [match[0] for match in pattern.finditer(text)] if pattern is not SHORT_YEAR else pattern.findall(text)  # type: ignore[attr-defined]
    assert expected == found


@given(text=st.text() | st.text("abIn. ,'[]()-:12 09", max_size=60))
def test_every_text_has_a_year_in_range_or_none(text: str) -> None:
    year = find_year(text)
    venue, same = split_venue(text)
    assert year is None or 1950 <= year <= 2039
    assert same == year
    assert venue is None or venue == venue.strip()


@pytest.mark.parametrize("unit", ["A ", "2020 ", "2020-", "no-", "1", "'20 ", "arxiv ", " ", "(", "https://", "in "])
def test_a_very_long_text_is_read(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    year = find_year(text)
    assert year is None or 1950 <= year <= 2039
    assert (None, year) == split_venue(text)
    for pattern in (YEAR, SHORT_YEAR, ARXIV_TEXT, BARE_URL, EMOJI_CODE, PICTURES):
        assert len(pattern.findall(text)) <= len(text)


def test_a_venue_is_its_own_venue() -> None:
    for text in ("ICML 2021", "In Proceedings of ICML, 2021, pp. 12-24", "Int. J. Nets Syst. Sci., 2021"):
        venue, _ = split_venue(text)
        assert venue == split_venue(venue or "")[0]
