"""Check a file of suggested papers that people have edited: what its reader would drop or merge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from flgraph.catalog.problems import Problem
from flgraph.catalog.reader import lint_records
from flgraph.catalog.yaml_files import read_yaml
from flgraph.records import Finding, Record


class Candidate(Record):
    """A suggested paper with the decision of a person."""

    paper: str
    title: str | None = None
    year: int | None = None
    ids: Mapping[str, str] = {}
    reason: str | None = None
    section: str | None = None
    note: str | None = None
    decision: Literal["add", "reject"] | None = None


def lint_candidates(path: str | Path) -> list[Finding]:
    """List the findings in a candidates file, in the order of lines; empty if it does not exist or is another file.

    An unknown field is a warning, since it is only ignored, and so is a paper that is listed twice with one decision.

    Raises
    ------
    CatalogError
        The file cannot be read or is not YAML.
    """
    document = read_yaml(Path(path), missing=[])
    items = document.data
    if not isinstance(items, list) or not all(isinstance(item, dict) and "paper" in item for item in items):
        return []
    return [
        finding.model_copy(update={"level": "warning"}) if finding.message.startswith("unknown field") else finding
        for finding in lint_records(Path(path), document, Candidate, _find_doubles(items))
    ]


def _find_doubles(items: list[dict[str, Any]]) -> Iterator[Problem]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        places[str(item["paper"])].append(place)
    for paper, (first, *others) in places.items():
        for place in others:
            differ = items[place].get("decision") != items[first].get("decision")
            said = "with different decisions; keep one" if differ else "; remove one"
            message = f"{paper!r} is listed twice{' ' if differ else ''}{said}"
            yield Problem("entries", (place, "paper"), "error" if differ else "warning", message,
                          others=((first, "paper"),))  # fmt: skip
