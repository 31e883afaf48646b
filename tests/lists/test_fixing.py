"""A fix changes the bytes of its findings and no others, or nothing at all."""

from __future__ import annotations

import pytest

from flgraph.lists.lint.fixing import fix_list
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.diffs import format_diff
from tests.lists.clean_list import CLEAN, name_arxiv, name_paper

IEEE = "https://ieeexplore.ieee.org/document/99999999"


@pytest.mark.parametrize(
    ("code", "old", "new", "fixed"),
    [
        ("L108", f"https://arxiv.org/abs/{name_arxiv(5)}", f"{IEEE}?casa_token=a", IEEE),
        ("L109", name_arxiv(5), f"{name_arxiv(5)}v3", name_arxiv(5)),
        ("L116", "Quiet Tensor", "Qui\u00adet\u200b Tensor", "Quiet Tensor"),
        ("L103", "[code](https://github.com/example/project-20)", '<a href=""></a>', ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_fix_changes_no_other_byte(code: str, old: str, new: str, fixed: str, ends: str) -> None:
    assert old in CLEAN
    text = CLEAN.replace("\n", ends).replace(old, new, 1)
    done = fix_list(parse_list(text.encode()), codes=[code])

    assert text.replace(new, fixed).encode() == done.data
    assert [code] == [finding.code for finding in done.findings]
    assert code not in [finding.code for finding in lint_list(parse_list(done.data), style=True)]


def test_what_was_not_asked_for_stays() -> None:
    text = CLEAN.replace(name_arxiv(5), f"{name_arxiv(5)}v3").encode()

    assert (text, []) == (fix_list(parse_list(text)).data, fix_list(parse_list(text)).findings)


def test_an_address_without_an_id_is_reported_but_not_fixed() -> None:
    text = CLEAN.replace(f"https://arxiv.org/abs/{name_arxiv(5)}", "https://example.org/papers/a?casa_token=b").encode()

    assert ["L108"] == [finding.code for finding in lint_list(parse_list(text))]
    assert text == fix_list(parse_list(text)).data


def test_the_diff_shows_the_changed_lines() -> None:
    before = f"# A\n\n- {name_paper(1)}\n- b".encode()
    lines = format_diff(before, before.replace(b"- b", b"- c"), path="README.md").splitlines()

    assert ["--- README.md", "+++ README.md"] == lines[:2]
    assert ["-- b", "\\ No newline at end of file", "+- c", "\\ No newline at end of file"] == lines[-4:]
