"""What people write into a file of suggested papers is said, not dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from flgraph.catalog.candidates import lint_candidates
from tests.running import run

GOOD = """\
- paper: paper:s2-1
  title: Synthetic paper one
  year: 2020
  ids: {arxiv: '2101.00001'}
  reason: cited together
  decision: add
  section: '2021'
- paper: paper:s2-2
  title: Synthetic paper two
  decision:
"""


def test_a_file_as_it_should_be_has_no_finding(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(GOOD)
    assert [] == lint_candidates(tmp_path / "c.yaml")
    assert [] == lint_candidates(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    ("old", "new", "code", "expected"),
    [
        ("decision: add", "decison: add", 0, "c.yaml:6: warning: unknown field 'decison'; did you mean 'decision'?"),
        ("reason:", "priority:", 0, "c.yaml:5: warning: unknown field 'priority'; known: decision, ids, note, paper"),
        ("section: '2021'", "section: 2021", 1,
         "c.yaml:7: error: `section` must be text, but YAML reads the number 2021; put it in quotes"),
        ("decision: add", "decision: maybe", 1, "c.yaml:6: error: `decision` must be 'add' or 'reject', found 'maybe'"),
        ("s2-2", "s2-1", 1, "c.yaml:8: error: 'paper:s2-1' is listed twice with different decisions; keep one"),
        ("s2-2\n", "s2-1\n  decision: add\n  note: x\n", 0,
         "c.yaml:8: warning: 'paper:s2-1' is listed twice; remove one (lines 1, 8)"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--accepted", "-o"])
def test_what_would_be_dropped_is_said(
    option: str, old: str, new: str, code: int, expected: str, graph_folder: Path, tmp_path: Path
) -> None:
    text = GOOD.replace(old, new)
    text = text.replace("  decision:\n", "") if "note: x" in new else text
    (tmp_path / "c.yaml").write_text(text)
    done = run("suggest", str(graph_folder / "flgraph-out"), option, "c.yaml", cwd=tmp_path)

    assert expected in done.stderr
    if option == "--accepted":  # without citation data there is nothing to suggest
        assert code == done.returncode, done.stderr
    assert text == (tmp_path / "c.yaml").read_text()
