"""Lint of the links of a catalog, by the judges of lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.catalog.lint import check_catalog
from flgraph.catalog.reader import lint_catalog
from flgraph.catalog.rules import CODES
from flgraph.records import Catalog

ALPHA, BETA = "url: https://example.org/alpha", "url: https://example.org/beta"


def lint(folder: Path, *changes: tuple[str, str]) -> list[tuple[str, str, int, str]]:
    path = folder / "papers.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return [(one.code, one.level, one.line, one.message) for one in lint_catalog(folder)]


MATERIAL = f"{BETA}\n  materials: [{{{{label: Code, url: 'https://{{}}', kind: code}}}}]"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (ALPHA, "url: https://arxiv.org/abs/2101.00002",
         ("C223", "warning", 6, "the link leads to 'arxiv:2101.00002', but `ids` says 'arxiv:2101.00001'; correct")),
        ("2101.00001", "2113.00001", ("C224", "error", 8, "no arXiv id can be 2113.00001: month 13 does")),
        (BETA, "url: https://arxiv.org/abs/2100.00001v2", ("C224", "warning", 18, "no arXiv id can be 2100.00001: ")),
        (BETA, "url: http://www.example.org/alpha/",
         ("C218", "warning", 18, "http://www.example.org/alpha/ is shared by 2 papers, alpha and beta; correct one, ")),
        (BETA, "url: https://arxiv.org/pdf/2101.00001v3",
         ("C218", "warning", 18, "the link of beta leads to 'arxiv:2101.00001', which is alpha; correct one of them ")),
        (BETA, "url: https://example.org/a?casa_token=x", ("C225", "warning", 18, "the link contains the login ")),
        (BETA, MATERIAL.format("arxiv.org/abs/2101.00009"),
         ("C226", "warning", 19, "'Code' is of the kind 'code', but leads to a paper; write `kind: paper`")),
        (BETA, MATERIAL.format("example.org/beta"),
         ("C227", "warning", 19, "https://example.org/beta is a link of this paper already; remove one")),
    ],
)  # fmt: skip
def test_a_wrong_link_is_one_finding(old: str, new: str, expected: tuple[str, str, int, str], folder: Path) -> None:
    [found] = lint(folder, (old, new))

    assert expected[:3] == found[:3]
    assert found[3].startswith(expected[3])


def test_two_spellings_of_one_preprint_are_one_link(folder: Path) -> None:
    [found] = lint(
        folder,
        (ALPHA, "url: http://arxiv.org/abs/2101.00001v2"),
        (BETA, "url: https://www.arxiv.org/pdf/2101.00001.pdf"),
    )

    assert ("C218", "warning", 18) == found[:3]
    assert "(lines 6, 18)" in found[3]


def test_a_refuted_link_contradicts_no_id(folder: Path) -> None:
    refuted = (
        'refuted: [{id: "arxiv:2101.00002", reason: leads to another paper}]\n  url: https://arxiv.org/abs/2101.00002'
    )

    assert ["C214"] == [code for code, *_ in lint(folder, (ALPHA, refuted))]


def test_each_code_of_the_checks_is_described(catalog: Catalog) -> None:
    given = {problem.code for problem in check_catalog(catalog)}

    assert given <= set(CODES)
    assert [*CODES] == sorted(CODES)
