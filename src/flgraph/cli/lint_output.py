"""Print the findings of lint in the forms that people, GitHub and other programs read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import flgraph as fg
from flgraph.checks import escape_controls, format_count
from flgraph.cli.output import echo, format_annotation
from flgraph.lists.lint.findings import LEVELS, ListFinding

if TYPE_CHECKING:
    from flgraph.records import Finding

AnyFinding: TypeAlias = "Finding | ListFinding"


def print_findings(findings: Sequence[AnyFinding], form: str) -> None:
    """Print findings as text, annotations of GitHub, JSON or SARIF."""
    if form == "json":
        echo(json.dumps([_describe(finding) for finding in findings], indent=1))
    elif form == "sarif":
        echo(json.dumps(_make_sarif(findings), indent=1))
    else:
        for finding in findings:
            echo(_format_annotation(finding) if form == "github" else str(finding))


def count_levels(findings: Sequence[AnyFinding]) -> str:
    """Return the number of findings of each level, such as "3 errors, 6 warnings, 134 notes"."""
    counts = {level: sum(finding.level == level for finding in findings) for level in LEVELS}
    return ", ".join(format_count(number, level) for level, number in counts.items())


def _describe(finding: AnyFinding) -> dict[str, Any]:
    """Return a finding for JSON; None is a column that is not known."""
    column = finding.column if isinstance(finding, ListFinding) else None
    said = {
        "code": finding.code,
        "level": finding.level,
        "path": finding.path,
        "line": finding.line,
        "column": column,
        "message": finding.message,
    }
    if isinstance(finding, ListFinding):
        said["others"] = [{"path": path, "line": line} for path, line in finding.others]
        said["titles"] = list(finding.titles)
        said["fixable"] = finding.fix is not None
    return said


def _format_annotation(finding: AnyFinding) -> str:
    if not isinstance(finding, ListFinding):
        return format_annotation(finding)
    from flgraph.records import Finding  # slow to load, and only this form needs it

    plain = Finding(level=finding.level, path=finding.path, line=finding.line, message=finding.message)
    head, place, message = format_annotation(plain).partition(f",line={finding.line}::")
    return f"{head},line={finding.line},col={finding.column},title={finding.code}::{message}" if place else head


# --- SARIF -----------------------------------------------------------------------------------------------


def _make_sarif(findings: Sequence[AnyFinding]) -> dict[str, Any]:
    """Return findings as a log of SARIF 2.1.0."""
    meanings = _list_meanings()
    codes = sorted({finding.code for finding in findings})
    driver = {
        "name": "flgraph",
        "version": fg.__version__,
        "rules": [{"id": code, "shortDescription": {"text": meanings[code]}} for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_make_result(finding) for finding in findings],
    }
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _list_meanings() -> dict[str, str]:
    from flgraph.catalog.rules import CODES
    from flgraph.lists.lint.rules import RULES

    return {**CODES, **{rule.code: rule.meaning for rule in RULES}}


def _make_result(finding: AnyFinding) -> dict[str, Any]:
    region = {"startLine": finding.line}
    if isinstance(finding, ListFinding):
        region["startColumn"] = finding.column
    result = {
        "ruleId": finding.code,
        "level": finding.level,
        "message": {"text": escape_controls(finding.message)},
        "locations": [_make_location(finding.path, region)],
    }
    if isinstance(finding, ListFinding) and finding.others:
        result["relatedLocations"] = [_make_location(path, {"startLine": line}) for path, line in finding.others]
    return result


def _make_location(path: str, region: dict[str, int]) -> dict[str, Any]:
    file = Path(path)
    address = file.as_uri() if file.is_absolute() else quote(file.as_posix())
    return {"physicalLocation": {"artifactLocation": {"uri": address}, "region": region}}
