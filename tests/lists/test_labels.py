"""What the text of a link promises."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.lists.entries import LinkKind
from flgraph.lists.evidence.labels import LABELS, label_kind, plain_label


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("paper", "Paper"),
        ("paper", "[PDF]"),
        ("paper", "Paper 2"),
        ("paper", "arXiv version"),
        ("paper", "论文"),
        ("paper", "Full Paper PDF"),
        ("code", "Code"),
        ("code", "Official Code"),
        ("code", "PyTorch code"),
        ("code", "the official code"),
        ("code", "C++"),
        ("code", "paper code"),
        ("project", "Project Page"),
        ("project", "the official homepage"),
        ("data", "Data Set"),
        ("slides", "Slides"),
        ("video", "Talk"),
        ("blog", "blog post"),
        ("supplement", "Supplementary Material"),
        ("citation", "BibTeX"),
        ("code", "COCE"),
        ("data", "dtaa"),
        ("code", "githb"),
        ("slides", "silides"),
        (None, "Learning to forget"),
        (None, "Paper about nets"),
        (None, "Exhibition 2021 paper"),
        (None, "the full"),
        (None, "nets"),
        (None, "a"),
        (None, "2021"),
        (None, ""),
        (None, "paper " * 20),
    ],
)
def test_a_label_says_where_its_link_leads(expected: str | None, text: str) -> None:
    assert expected == label_kind(text)


@pytest.mark.parametrize(("kind", "label"), [(kind, label) for kind, labels in LABELS.items() for label in labels])
def test_every_label_is_known_in_any_case_and_in_brackets(kind: LinkKind, label: str) -> None:
    assert kind == label_kind(label) == label_kind(f"[{label.upper()}]")


def test_labels_have_kinds_of_links_and_stand_once() -> None:
    labels = [label for labels in LABELS.values() for label in labels]
    assert len(labels) == len(set(labels))
    assert set(LABELS) < set(get_args(LinkKind))


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("source code", " [Source-Code]: "),
        ("c++ c#", "C++ / C#"),
        ("a b", "_A -- b_"),
        ("论文 链接", "论文·链接"),
        ("", "—"),
    ],
)
def test_a_plain_label_has_no_signs(expected: str, text: str) -> None:
    assert expected == plain_label(text)


@given(text=st.text() | st.text("abcdePF 2_+[]", max_size=20))
def test_every_text_is_a_label_or_none(text: str) -> None:
    assert label_kind(text) in (*get_args(LinkKind), None)
    once = plain_label(text)
    assert once == plain_label(once) or once.lower() != once  # letters with no lower case of their own
    assert label_kind(text) == label_kind(text)


def test_a_very_long_text_is_no_label() -> None:
    assert label_kind("code " * 40_000) is None
    assert plain_label("— " * 60_000) == ""
