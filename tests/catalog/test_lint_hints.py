"""What lint advises: the hint fits what is wrong, and following it mends the catalog."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.catalog.reader import lint_catalog

PAPER = "- key: syn\n  title: A synthetic study\n  section: Synthetic\n"
VENUES = """\
- {key: icra, name: Conference on Synthetic Robots, tags: [ICRA]}
- {key: rss, name: Synthetic Systems, tags: [Proc. of RSS]}
- {key: ral, name: Synthetic Letters}
"""


def lint(folder: Path, paper: str = "", **files: str) -> list[str]:
    """Write a catalog of one paper and further files; return its findings without the folder."""
    (folder / "papers.yaml").write_text(PAPER + paper, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [str(finding).removeprefix(f"{folder}/") for finding in lint_catalog(folder)]


# --- facets ----------------------------------------------------------------------------------------------

TOPICS = "- {key: hand, name: Hand, facet: gripper}\n- {key: touch, name: Touch, facet: sensor}\n"


def test_a_misspelt_facet_of_the_order_is_a_warning_at_its_line(tmp_path: Path) -> None:
    about = "title: Synthetic\nfacets:\n  - sensor\n  - griper\n"

    assert [
        "catalog.yaml:4: warning: no topic has the facet 'griper'; did you mean 'gripper'? Known: gripper, sensor"
    ] == lint(tmp_path, topics=TOPICS, catalog=about)


def test_a_facet_that_resembles_none_is_a_warning_with_the_known_ones(tmp_path: Path) -> None:
    about = "title: Synthetic\nfacets: [weather]\n"

    assert ["catalog.yaml:2: warning: no topic has the facet 'weather'; known: gripper, sensor"] == lint(
        tmp_path, topics=TOPICS, catalog=about
    )


@pytest.mark.parametrize("topics", ["- {key: hand, name: [Hand], facet: griper}\n", "- {key: 'hand\n"])
def test_a_facet_that_a_faulty_topic_may_have_is_not_called_unknown(tmp_path: Path, topics: str) -> None:
    [said] = lint(tmp_path, topics=topics, catalog="title: Synthetic\nfacets: [griper]\n")

    assert "topics.yaml:1: error: " in said


# --- venues ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("venue", "hint"),
    [
        ("Proc. of ICRA'21", "'Proc. of ICRA'; did you mean 'ICRA'? Or add it to the tags of icra, or to venues.yaml"),
        ("ICRA 2021 (oral)", "'ICRA (oral)'; did you mean 'ICRA'? Or add"),
        ("Workshop at icra 2021", "'Workshop at icra'; did you mean 'ICRA'? Or add"),
        ("Proceedings of the Conference on Synthetic Robots", "did you mean 'Conference on Synthetic Robots'? Or"),
        ("RSS (Robots) 2020", "'RSS (Robots)'; did you mean 'Proc. of RSS'? Or add it to the tags of rss, or to"),
        ("Proc. of ICRX", "'Proc. of ICRX'; did you mean 'ICRA'?"),
        ("Proc. of Elsewhere", "'Proc. of Elsewhere'; add it to venues.yaml"),
        ("(oral)", "'(oral)'; add it to venues.yaml"),
    ],
)  # fmt: skip
def test_the_hint_names_the_venue_that_the_text_contains(tmp_path: Path, venue: str, hint: str) -> None:
    [said] = lint(tmp_path, f'  venue: "{venue}"\n', venues=VENUES)

    assert said.startswith("papers.yaml:4: warning: unknown venue '")
    assert hint in said


# --- refuted ids -----------------------------------------------------------------------------------------

WRONG = 'refuted: [{id: "arxiv:1903.00004", reason: leads to another paper%s}]\n'


@pytest.mark.parametrize(
    ("ids", "right", "advice"),
    [
        ("", ', right: "arxiv:1903.00005"', "write '1903.00005'"),
        ("", ', right: "doi:10.5555/right"', "remove it from `ids`, and use `doi: 10.5555/right`"),
        ("", ', right: "pmid:1234"', 'remove it from `ids`, and use `pmid: "1234"`'),
        (", doi: 10.5555/right", "", "remove it from `ids`, and keep `doi: 10.5555/right`"),
        ("", "", "correct it, or remove it from `ids`"),
    ],
)
def test_the_advice_on_a_refuted_id_can_be_followed(tmp_path: Path, ids: str, right: str, advice: str) -> None:
    found = lint(tmp_path, f'  ids: {{arxiv: "1903.00004"{ids}}}\n  {WRONG % right}')

    assert [f"papers.yaml:4: warning: the arXiv id 1903.00004 leads to another paper; {advice}"] == found


def test_an_id_of_any_kind_is_called_by_its_name(tmp_path: Path) -> None:
    wrong = '  ids: {pmid: "1"}\n  refuted: [{id: "pmid:1", reason: other authors}]\n'

    assert ["papers.yaml:4: warning: the pmid id 1 is refuted: other authors; correct it, or remove it from `ids`"] == (
        lint(tmp_path, wrong)
    )


@pytest.mark.parametrize("right", ["arxiv:1903.00005", "arXiv:1903.00005", "1903.00005"])
def test_a_right_id_that_the_paper_lacks_is_a_warning(tmp_path: Path, right: str) -> None:
    said = lint(tmp_path, "  " + WRONG % f', right: "{right}"')

    added = 'papers.yaml:4: warning: `ids` lacks the right id; add `arxiv: "1903.00005"` to `ids`'
    assert added in said if right == "arxiv:1903.00005" else added not in said


@pytest.mark.parametrize(
    "known", ['ids: {arxiv: "1903.00005"}', 'ids: {arxiv: "1903.00006"}', "url: https://arxiv.org/abs/1903.00005"]
)
def test_a_right_id_that_the_paper_has_or_has_no_room_for_is_no_finding(tmp_path: Path, known: str) -> None:
    assert [] == lint(tmp_path, f"  {known}\n  " + WRONG % ', right: "arxiv:1903.00005"')


def test_an_id_whose_case_matters_keeps_it(tmp_path: Path) -> None:
    wrong = '  refuted: [{id: "doi:10.5555/wrong", reason: other authors, right: "openreview:SkZ_aB"}]\n'

    assert ["papers.yaml:4: warning: `ids` lacks the right id; add `openreview: SkZ_aB` to `ids`"] == lint(
        tmp_path, wrong
    )


# --- YAML ------------------------------------------------------------------------------------------------


INDENT = "indent this line like its neighbours, or put text that contains a colon in quotes"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  note: one: two\n", "4: error: the file is not valid YAML: mapping values are not allowed here; " + INDENT),
        ("\tnote: one\n", "4: error: the file is not valid YAML: found a tab; indent with spaces"),
        ("  ids:\n\t- one\n", "5: error: the file is not valid YAML: found a tab; indent with spaces"),
    ],
)  # fmt: skip
def test_what_is_not_yaml_is_told_the_likely_remedy(tmp_path: Path, text: str, message: str) -> None:
    assert [f"papers.yaml:{message}"] == lint(tmp_path, text)


# --- sections and control characters ---------------------------------------------------------------------


SEVERAL = "list several sections under `sections`"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("section: [Soft, Hard]", ["3: error: `section` must be text, found ['Soft', 'Hard']; " + SEVERAL]),
        ("section: []", ["3: error: `section` must be text, found []; " + SEVERAL]),
        ("sections: Soft", ["3: error: `sections` must be a list, found 'Soft'; put it in square brackets"]),
        ("note: one", ["1: error: the required field `section` is missing"]),
        ("sections: []", ["1: error: the required field `section` is missing"]),
    ],
)  # fmt: skip
def test_one_section_is_text_and_several_are_a_list(tmp_path: Path, text: str, expected: list[str]) -> None:
    (tmp_path / "papers.yaml").write_text(f"- key: syn\n  title: A synthetic study\n  {text}\n", encoding="utf-8")

    found = [str(finding).removeprefix(f"{tmp_path}/papers.yaml:") for finding in lint_catalog(tmp_path)]
    assert expected == found


def test_control_characters_are_listed_in_the_order_of_the_text(tmp_path: Path) -> None:
    several, one = lint(tmp_path, '  note: "one \\x1b two \\x07 \\x1b"\n  acronym: "S\\x07"\n')

    assert several == (
        "papers.yaml:4: warning: `note` contains \\x1b (control character) at character 5, "
        "\\x07 (control character) at character 11; remove them"
    )
    assert one.endswith("at character 2; remove it")
