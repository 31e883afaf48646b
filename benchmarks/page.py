"""Write the figures of benchmarks into a page of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.report import show_number
from benchmarks.running import Outcome

MARK: Final = "<!-- Written by python -m benchmarks --markdown; edit above this line only. -->"
_PREFACE: Final = "# Figures of the benchmarks\n\n"
_SECTION: Final = re.compile(r"^## (\w+)\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_TABLE: Final = "| figure | value | beside | target |\n|---|---|---|---|\n"
_EXPLAINED: Final = "../benchmarks/README.md"


def write_page(path: Path, outcomes: Sequence[Outcome], order: Sequence[str]) -> None:
    """Write the sections of benchmarks into a page; what stands above the mark stays.

    A section of a benchmark that was not run, or only skipped, stays as it is.

    Parameters
    ----------
    path : Path
        The page, new or written before.
    outcomes : Sequence of Outcome
        What the benchmarks found.
    order : Sequence of str
        The names of all benchmarks, in the order of the page; sections with other names go.
    """
    preface, _, rest = (path.read_text(encoding="utf-8") if path.is_file() else _PREFACE).partition(MARK)
    sections = {found[1]: found[0].strip() for found in _SECTION.finditer(rest)}
    for outcome in outcomes:
        if outcome.state != "skipped" or outcome.name not in sections:
            sections[outcome.name] = "\n".join(write_section(outcome)).strip()
    kept = [sections[name] for name in order if name in sections]
    beside = path.with_name(f"{path.name}.new")
    beside.write_text("\n\n".join([preface.rstrip(), MARK, *kept]) + "\n", encoding="utf-8")
    beside.replace(path)


def write_section(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of one benchmark."""
    yield f"## {outcome.name}\n"
    yield f"{outcome.summary}\n"
    if outcome.state != "done":
        yield f"{outcome.state.capitalize()}: {_escape(outcome.reason)}."
        return
    if outcome.quick:
        yield "A quick run with smaller sizes. Targets are not judged.\n"
    yield f"{_escape(outcome.title)}, {outcome.seconds:.0f} s.\n"
    rows = [
        (figure.name, f"{show_number(figure.value)} {figure.unit}".strip(), figure.beside,
         figure.target.replace("missed", "**missed**"))
        for figure in outcome.figures
    ]  # fmt: skip
    yield _TABLE + "\n".join(f"| {' | '.join(map(_escape, row))} |" for row in rows) + "\n"
    for line in outcome.skipped:
        yield f"Skipped: {_escape(line)}.\n"
    yield f"{', '.join(f'{name} {text}' for name, text in outcome.machine.items())}."


def _escape(text: str) -> str:
    return re.sub(r"([|<>*_`\[\]])", r"\\\1", text) if "**" not in text else text
