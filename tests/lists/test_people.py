"""Names and the signs between them: where a text may be split, what its parts are, and which are people."""

from __future__ import annotations

import pytest

from flgraph.lists.drafting.segments import Segment
from flgraph.lists.evidence.boundaries import ends_in_abbreviation, find_boundaries
from flgraph.lists.evidence.chunks import ends_as_venue, is_phrase, judge_form, split_chunks
from flgraph.lists.evidence.groups import SURE_NAMES, is_people, names_strength, split_groups
from flgraph.lists.evidence.people import clean_names, find_single_word, weigh_name, weigh_names


def split_at(text: str) -> list[tuple[str, str]]:
    return [(one.delimiter, text[one.right :][:5]) for one in find_boundaries(text)]


def list_groups(text: str) -> list[str]:
    return [group.text for group in split_groups(Segment("plain", text, 0, 0))]


# --- boundaries ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "delimiters"),
    [
        ("Left, right", ["comma"]),
        ("Left. Right", ["stop"]),
        ("Left - right", ["dash"]),
        ("Left -- right", ["dash"]),
        ("Left. — Right", ["dash"]),
        ("Left / right", ["slash"]),
        ("Left // right", ["slashes"]),
        ("Left | right", ["bar"]),
        ("Left : right", ["bar"]),
        ("Left: right", ["colon"]),
        ("左边：右边，中间。", ["colon", "comma", "stop"]),
        ("Left (inside)", ["bracket", "bracket"]),
        ("1,000 well-known and/or i.e.x 3:4", []),
        ('"Left?" right', ["stop"]),
    ],
)
def test_a_text_may_be_split_at_signs_with_a_meaning(text: str, delimiters: list[str]) -> None:
    assert delimiters == [one.delimiter for one in find_boundaries(text)]


def test_a_boundary_is_the_end_of_one_part_and_the_start_of_the_next() -> None:
    text = "Left.   Right"
    [boundary] = find_boundaries(text)

    assert ("Left", "Right") == (text[: boundary.left], text[boundary.right :])


@pytest.mark.parametrize("text", ["A. Example", "Example vs. Sample", "vol. 3", "Phys. Rev. A", "Md. S. Example"])
def test_a_full_stop_behind_an_initial_or_abbreviation_is_weak(text: str) -> None:
    assert all(one.is_weak for one in find_boundaries(text) if one.delimiter == "stop")


@pytest.mark.parametrize("text", ["A study of sleep. Journal of Rest", "Example et al. Sleep in wards"])
def test_a_full_stop_behind_a_sentence_or_et_al_is_not_weak(text: str) -> None:
    assert [False] == [one.is_weak for one in find_boundaries(text) if one.delimiter == "stop"]


def test_abbreviations_and_initials_are_told_from_words() -> None:
    assert ends_in_abbreviation("Ada B")
    assert ends_in_abbreviation("Example et al")
    assert not ends_in_abbreviation("learning to forget")


# --- chunks ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Ada Example", "name"),
        ("A. B. Example", "name"),
        ("2021", "date"),
        ("March 2021", "date"),
        ("2021/03", "date"),
        ("12(3)", "number"),
        ("pp. 12-34", "number"),
        ("arXiv:2113.00001", "number"),
        ("https://example.org/1", "number"),
        ("oral", "note"),
        ("12 citations", "note"),
        ("with code and data", "note"),
        ("Annals of Invention", "other"),
        ("ICML", "other"),
    ],
)
def test_the_form_of_a_chunk(text: str, form: str) -> None:
    assert form == judge_form(text)


def test_a_phrase_is_short_and_in_capitals() -> None:
    assert is_phrase("Annals of Invention")
    assert is_phrase("npj Imaginary Medicine")
    assert not is_phrase("a study of sleep")
    assert not is_phrase("Sleep in the wards of hospitals")
    assert not is_phrase("Eight Nine Ten One Two Three Four Five Six Seven")


def test_chinese_journals_and_conferences_end_as_such() -> None:
    assert ends_as_venue("虚构学报")
    assert ends_as_venue("虚构科学，2021")
    assert not ends_as_venue("张三")
    assert not ends_as_venue("Annals of Invention")


def test_chunks_keep_initials_volumes_and_short_keys_together() -> None:
    text = "A. Example, Annals 32(7), 12-34 (Oslo)"

    assert ["A. Example", "Annals 32(7)", "12-34", "Oslo"] == [text[one.start : one.end] for one in split_chunks(text)]
    assert ["", "comma", "comma", "bracket"] == [one.delimiter for one in split_chunks(text)]
    assert [False, False, False, True] == [one.is_bracketed for one in split_chunks(text)]


# --- names -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "A. Example",
        "Example A",
        "Ada B. Example",
        "J.-P. Sample",
        "Invented Sleep Study Group",
        "A. Example and B. Sample",
    ],
)
def test_initials_and_groups_make_a_name_sure(name: str) -> None:
    assert weigh_name(name) >= 0.9


@pytest.mark.parametrize("name", ["DasExample", "McExample", "LeSample"])
def test_a_surname_of_two_words_is_no_coined_word(name: str) -> None:
    assert 0 < weigh_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Example and Bo Sample and Cy Third",
        "Ada Example",
        "Ada van der Example",
        "Bo O'Sample",
        "张三",
        "王小明 等",
        "by Ada Example",
        "Ada Example*",
    ],
)
def test_full_names_are_likely(name: str) -> None:
    assert 0.5 <= weigh_name(name) < 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ICML",
        "REM SLEEP",
        "Journal of Sleep",
        "learning to forget",
        "Example 2021",
        "Example Labs",
        "Sample AI",
        "What Is Sleep?",
        "Example and Sample and Third",
        "GraphRest",
        "New York",
        "虚构学报",
        "遗忘学习综述研究",
        "Sleep " * 40,
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert 0 == weigh_name(text)


def test_one_word_is_hardly_a_name() -> None:
    assert 0 < weigh_name("Example") < 0.3


def test_a_surname_and_what_is_behind_it_are_one_name() -> None:
    assert [1.0, 1.0] == weigh_names(["Example", "A. B.", "Sample", "C."])
    assert [0.45] == weigh_names(["Example", "Ada"])
    assert [0.6, 0.6] == weigh_names(["Ada Example", "Bo Sample"])


def test_numbers_of_affiliations_are_no_part_of_names() -> None:
    assert "Ada Example, Bo Sample" == clean_names("Ada Example1,2, Bo Sample3")
    assert weigh_name("Ada Example2") == weigh_name("Ada Example")


@pytest.mark.parametrize(
    "text",
    [
        "Ada Example, Bo Sample, Cy Third",
        "A. Example & B. Sample",
        "Example, A., Sample, B. and Third, C.",
        "Example A, Sample B, et al.",
        "Ada Example and Bo Sample",
        "Ada Example et al.",
        "张三, 李四, 王小明",
    ],
)
def test_a_list_of_people(text: str) -> None:
    assert is_people(text)
    assert 1 == len(list_groups(text))


@pytest.mark.parametrize("text", ["Annals of Invention, 2021", "Learning, Sleep and Rest", "2021", ""])
def test_no_list_of_people(text: str) -> None:
    assert not is_people(text)


# --- groups ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Ada Example, Bo Sample. Annals of Invention, 2021", ["Ada Example, Bo Sample", "Annals of Invention, 2021"]),
        ("Annals of Invention, 12(3), 45-67, 2021", ["Annals of Invention, 12(3), 45-67, 2021"]),
        ("Annals of Invention (2021)", ["Annals of Invention (2021"]),
        ("Rest, 2021, 12(3)", ["Rest, 2021, 12(3)"]),
        ("A. Example, et al. ICML 2021", ["A. Example, et al", "ICML 2021"]),
        ("Ada Example (Oslo), Bo Sample (Bern)", ["Ada Example (Oslo), Bo Sample", "Bern"]),
        ("Ada Example1, Bo Sample2. Oslo", ["Ada Example1, Bo Sample2", "Oslo"]),
    ],
)
def test_a_venue_takes_its_year_and_volume_and_names_stay_together(text: str, groups: list[str]) -> None:
    assert groups == list_groups(text)


def test_the_first_chunk_is_a_venue_without_its_numbers() -> None:
    [group] = split_groups(Segment("plain", "Annals of Invention, 12(3), 2021", 0, 0))

    assert "Annals of Invention" == group.first
    assert ["other", "number", "date"] == group.forms
    assert not group.is_names
    assert 0 == names_strength(group)


def test_several_names_are_surer_than_one() -> None:
    [one] = split_groups(Segment("plain", "Ada Example", 0, 0))
    [several] = split_groups(Segment("plain", "Ada Example, Bo Sample", 0, 0))

    assert names_strength(one) < SURE_NAMES <= names_strength(several) <= 2.2


def test_a_text_of_many_pages_is_one_note() -> None:
    [group] = split_groups(Segment("plain", "Ada Example, " * 200, 0, 0))

    assert ["note"] == group.forms


@pytest.mark.parametrize(
    ("authors", "word"),
    [
        ("Ada Example, Kelp, Bo Sample", "Kelp"),
        ("Ada Example; Bo Sample; Kelp", "Kelp"),
        ("Ada Example, Kelp and B. Sample", "Kelp"),
        ("A. Example, BoSample, et al.", None),
        ("Ada Example, BoSample, Cy Third, et al.", "BoSample"),
        ("Example A, Sample B, Third C, et al", None),
        ("Ada Example, Bo Sample y Third, Cy Fourth", None),
        ("Example, Ada, and Bo Sample", None),
        ("Example, Ada and Sample, Bo and Third, Cy", None),
        ("Example A, Sample B, Third C", None),
        ("Ada Example, Kelp", None),
        ("Ada Example, Bo Sample, Cy Third", None),
        ("Ada Example, Kelp, Otter, Bo Sample", None),
        ("Ada Example, 王小明, Bo Sample", None),
        ("", None),
    ],
)
def test_one_word_among_full_names_is_found(authors: str, word: str | None) -> None:
    assert word == find_single_word(authors)
