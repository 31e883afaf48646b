from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.export.latex import escape_latex
from flgraph.lists.data_files.latex_text import read_latex

# Combining marks and variants of letters share their command with other characters.
_PLAIN = st.text(
    st.one_of(st.sampled_from("{}\\~^%@#$&_<>|\"'= "), st.characters(min_codepoint=0xC0, max_codepoint=0x107))
)


@given(_PLAIN)
def test_what_was_escaped_reads_back(text: str) -> None:
    plain = " ".join(text.replace("''", "'").split())

    assert plain.replace("''", "") == read_latex(escape_latex(plain)).replace("''", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"100% of R&D \#2", "100% of R&D #2"),
        (r"{\'E}tude of \v{S}ample and na\"{\i}ve", "Étude of Šample and naïve"),
        (r"$\alpha$-net for $k$-means", "\N{GREEK SMALL LETTER ALPHA}-net for k-means"),
        (r"\emph{Fed}X -- a ``study''~of {IID}", "FedX \N{EN DASH} a “study” of IID"),
        ("{" * 2_000 + "x", "x"),
        ("  many\n spaces ", "many spaces"),
    ],
)
def test_latex_becomes_plain_text(text: str, expected: str) -> None:
    assert expected == read_latex(text)
