"""The documents cannot rot: what they show is run, what they name exists, what exists is named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from textwrap import fill

import click
import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

import flgraph
from flgraph.analysis.ranking import METHODS
from flgraph.analysis.ranking.methods import find_method
from flgraph.catalog.rules import format_rules as format_catalog_rules
from flgraph.cli.main import cli
from flgraph.lists.lint.rules import format_rules as format_list_rules
from tests.action.world import make_world
from tests.examples import BLOCK, LEFT_OUT, refresh, split_examples
from tests.replica.openalex import OpenAlexReplica

Golden = Callable[[str, str], None]

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLES = [
    page
    for page in PAGES
    if page.name != "spark.md"  # run in tests/spark, where there is a session
    and re.search(r"^```(console|python)$", page.read_text(encoding="utf-8"), re.MULTILINE)
]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_page_on_rankings_states_each_formula_and_unit_as_the_program_does(golden: Golden) -> None:
    """Run with --update-golden to rewrite the formulas."""
    page = read("docs/rankings.md")
    formulas = [
        fill(f"- `{by}`: {find_method(by).formula}", 120, subsequent_indent="  ", break_on_hyphens=False)
        for by in METHODS
    ]

    assert [] == [by for by in METHODS if f"| {find_method(by).unit} |" not in page]
    golden(
        "../../docs/rankings.md",
        re.sub(r"(?<=states them:\n\n).*?(?=\n\n)", lambda _: "\n".join(formulas), page, flags=re.DOTALL),
    )


def test_the_page_on_lint_lists_every_rule(golden: Golden) -> None:
    """Run with --update-golden to rewrite its tables."""
    page = read("docs/lint.md")
    for heading, table in (
        (r"\| code \| level \|", format_list_rules()),
        (r"\| code \| finding \|", format_catalog_rules()),
    ):
        page, found = re.subn(
            rf"^{heading}.*?(?=\n\n)", lambda _, table=table: table, page, flags=re.DOTALL | re.MULTILINE
        )
        assert 1 == found
    golden("../../docs/lint.md", page)


def test_every_public_name_stands_in_the_api_page() -> None:
    page = read("docs/api.md")

    assert [] == [name for name in flgraph.__all__ if f"`{name}`" not in page and f"`{name}(" not in page]


def test_the_help_in_the_docs_is_current(golden: Golden) -> None:
    """Run with --update-golden to rewrite docs/cli.md."""
    commands: dict[str, click.Command] = {"": cli, **cli.commands}
    parts = ["# The command line\n\nEach command as its `--help` shows it; a test keeps this page current.\n"]
    for name in commands:
        result = CliRunner().invoke(cli, [*name.split(), "--help"], prog_name="flgraph", terminal_width=100)
        parts.append(f"\n## flgraph {name}".rstrip() + f"\n\n```text\n{result.stdout.rstrip()}\n```\n")
    golden("../../docs/cli.md", "".join(parts))


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


@pytest.mark.slow
@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_the_examples_of_a_page_print_what_it_shows(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    """Run with --update-golden to rewrite the page; the examples see a folder with `catalog` and `notebooks`."""
    for name in ("catalog", "notebooks"):
        copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", "http://127.0.0.1:9")
    with OpenAlexReplica(make_world(with_newcomer=False)) as service:
        if page.name == "tutorial-maintainer.md":
            monkeypatch.setenv("OPENALEX_API_URL", service.url)

        golden(str(page), refresh(page.read_text(encoding="utf-8")))


@pytest.mark.parametrize("page", [ROOT / "README.md", *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name)
def test_every_command_that_a_page_shows_is_run_and_followed_by_its_output(page: Path) -> None:
    blocks = [block for language, block in BLOCK.findall(page.read_text(encoding="utf-8")) if language == "console"]
    shown = [(typed[0], printed) for block in blocks for typed, printed in split_examples(block)]

    assert [] == [command for command, printed in shown if not "".join(printed).strip(LEFT_OUT)]
    assert [] == [command for command, _ in shown if "flgraph " not in command and "-m pytest" not in command]


def test_output_left_out_of_a_page_stays_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = "```python\n>>> for n in range(5):\n...     print(n)\nold\n…\nold\n```\n"

    assert "```python\n>>> for n in range(5):\n...     print(n)\n0\n…\n4\n```\n" == refresh(page)


def test_a_block_that_names_its_file_is_written_with_its_first_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    files = "```markdown\n<!-- README.md -->\n# A list\n```\n```yaml\n# a/b.yaml\nc: 1\n```\n"
    page = f"{files}```markdown\n<!-- a note -->\n```\n"

    assert page == refresh(page)
    assert "<!-- README.md -->\n# A list\n" == (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "# a/b.yaml\nc: 1\n" == (tmp_path / "a" / "b.yaml").read_text(encoding="utf-8")
    assert {"README.md", "a"} == {path.name for path in tmp_path.iterdir()}


def test_the_readme_is_short_and_begins_with_the_two_commands() -> None:
    text = read("README.md")
    consoles = [block for language, block in BLOCK.findall(text) if language == "console"]

    assert 150 > len(text.splitlines())
    assert consoles[0].startswith("$ python3 -m venv .venv && ")
    assert consoles[1].startswith("$ .venv/bin/python -m pip install -q -e '.[dev]' && .venv/bin/python -m pytest\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_inside_the_project_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [] == [link for link in links if not (page.parent / link).exists()]


def test_contributing_names_files_and_functions_that_exist() -> None:
    for row in re.findall(r"^\| .* \|$", read("CONTRIBUTING.md"), re.MULTILINE):
        paths = re.findall(r"`((?:benchmarks|catalog|docs|src|tests)/[^`]*)`", row)
        texts = [read(path) for path in paths if (ROOT / path).is_file()]

        assert [] == [path for path in paths if not (ROOT / path).exists()]
        assert [] == [name for name in re.findall(r"`(\w+)` there", row) if not any(name in text for text in texts)]


def test_the_reasons_name_files_that_exist() -> None:
    paths = re.findall(r"`([\w/]+\.(?:py|yaml|md))`", read("docs/why.md"))

    assert paths
    assert [] == [
        path for path in paths if not any((ROOT / up / path).exists() for up in (".", "src/flgraph", "catalog"))
    ]


def test_the_citation_file_names_the_version_and_authors_of_the_package() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    citation = YAML(typ="safe", pure=True).load(read("CITATION.cff"))

    assert "1.2.0" == citation["cff-version"]
    assert project["authors"] == citation["authors"]
    assert (project["version"], project["license"]) == (citation["version"], citation["license"])


def test_every_dependency_is_explained() -> None:
    declared = re.search(r"^dependencies = \[(.*?)^\]", read("pyproject.toml"), flags=re.DOTALL | re.MULTILINE)
    assert declared is not None
    names = re.findall(r'"([a-z0-9.-]+)', declared.group(1))
    page = read("CONTRIBUTING.md")

    assert [] == [name for name in names if f"`{name}`" not in page]
