"""The documents cannot rot: what they show is run, what they name exists, what exists is named."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import flgraph
from flgraph.analysis.ranking import METHODS
from flgraph.analysis.ranking.methods import find_method
from flgraph.cli.main import cli

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_page_on_rankings_says_each_formula_as_the_program_does() -> None:
    page = " ".join(read("docs/rankings.md").split())

    for by in METHODS:
        method = find_method(by)
        assert f"- `{by}`: {method.formula}" in page
        assert f"| {method.unit} |" in page


def test_every_public_name_stands_in_the_api_page() -> None:
    page = read("docs/api.md")

    assert [] == [name for name in flgraph.__all__ if f"`{name}`" not in page and f"`{name}(" not in page]


def test_the_help_in_the_docs_is_current(golden: object) -> None:
    """Run with --update-golden to rewrite docs/cli.md."""
    commands: dict[str, click.Command] = {"": cli, **cli.commands}
    parts = ["# The command line\n\nEach command as its `--help` shows it; a test keeps this page current.\n"]
    for name in commands:
        result = CliRunner().invoke(cli, [*name.split(), "--help"], prog_name="flgraph", terminal_width=100)
        parts.append(f"\n## flgraph {name}".rstrip() + f"\n\n```text\n{result.stdout.rstrip()}\n```\n")
    golden("../../docs/cli.md", "".join(parts))  # type: ignore[operator]


@pytest.mark.parametrize("name", list(cli.commands))
def test_every_command_has_help_with_examples_of_its_own_options(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"], prog_name="flgraph")

    assert 0 == result.exit_code
    examples = result.stdout.partition("\nExamples:\n")[2].splitlines()
    assert examples
    options = {word for parameter in cli.commands[name].params for word in parameter.opts + parameter.secondary_opts}
    for example in examples:
        assert ["flgraph", name] == example.split()[:2]
        assert set(re.findall(r" (--?[a-z][\w-]*)", example)) <= options


@pytest.mark.parametrize("name", list(cli.commands))
def test_the_help_describes_every_argument(name: str) -> None:
    command = cli.commands[name]
    shown = CliRunner().invoke(cli, [name, "--help"], prog_name="flgraph").stdout.partition("\nArguments:\n")[2]

    for word in command.collect_usage_pieces(click.Context(command))[1:]:
        for metavar in word.split():
            assert f"  {metavar.strip('[]')} " in shown.replace("[", "").replace("]", " ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_in_the_docs_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", "http://127.0.0.1:9")
    namespace: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL):
        exec(compile(block, page.name, "exec"), namespace)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_every_dependency_is_explained() -> None:
    declared = re.search(r"^dependencies = \[(.*?)^\]", read("pyproject.toml"), flags=re.DOTALL | re.MULTILINE)
    assert declared is not None
    names = re.findall(r'"([a-z0-9.-]+)', declared.group(1))
    page = read("CONTRIBUTING.md")

    assert [] == [name for name in names if f"`{name}`" not in page]
