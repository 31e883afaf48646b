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
