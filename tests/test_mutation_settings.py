"""What mutmut reads in pyproject.toml names modules and tests that are there."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]


def test_mutated_modules_and_their_tests_exist() -> None:
    named = [*SETTINGS["only_mutate"], *SETTINGS["pytest_add_cli_args_test_selection"], *SETTINGS["also_copy"]]

    assert [] == [path for path in named if not (ROOT / path).exists()]
