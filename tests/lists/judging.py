"""Judge a reading by a truth file: how many papers, and how many of their fields, are as a person read them.

`python -m tests.lists.judging` reads all styles, prints what share is right, and rewrites `known_faults.json`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from flgraph.identifiers import normalize_title
from flgraph.lists.entries import ListEntry, ListReading
from flgraph.lists.reading import parse_list

FOLDER = Path(__file__).parent
KNOWN_FAULTS = FOLDER / "known_faults.json"
FIELDS = ("title", "url", "venue", "year", "authors", "section")
LIST_OF = {
    "awesome-fl-for-healthcare": "awesome-fl-for-healthcare.md",
    "tushar-semwal": "tushar-semwal/README.md",
    "ChanChiChoi": "ChanChiChoi/README.md",
    "weimingwill-conferences": "weimingwill/conferences.md",
    "youngfish42": "youngfish42/README.md",
}


@dataclass
class Verdict:
    """The papers found and the fields that are right, of how many; what is wrong, and papers that are none."""

    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, str, object, object]] = field(default_factory=list)
    surplus: list[ListEntry] = field(default_factory=list)

    def share(self, *names: str) -> float:
        return sum(self.right[name] for name in names) / max(1, sum(self.of[name] for name in names))

    def list_faults(self) -> list[str]:
        """Describe what is wrong: papers not found, wrong fields, and papers that are none."""
        wrong = [f"{name}: {title}" for title, name, _, _ in self.wrong]
        return [*wrong, *(f"surplus: {entry.title}" for entry in self.surplus)]


def read_truth(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def list_styles() -> list[Path]:
    return sorted((FOLDER / "styles").glob("*.json"))


def read_style(path: Path) -> ListReading:
    markdown = path.with_suffix(".md")
    return parse_list(markdown.read_bytes(), name=markdown.name)


def read_known_faults() -> dict[str, list[str]]:
    return json.loads(KNOWN_FAULTS.read_text(encoding="utf-8"))


def judge(reading: ListReading, wanted: Sequence[Mapping[str, Any]]) -> Verdict:
    """Compare the papers of a reading with those of a truth file."""
    verdict = Verdict()
    left = list(reading.papers)
    for one in wanted:
        found = _find(left, one)
        verdict.of["title"] += 1
        if found is None:
            verdict.wrong.append((one["title"], "missing", None, None))
            for name in FIELDS[1:]:
                verdict.of[name] += 1
            continue
        left.remove(found)
        for name, is_right, value in _compare(found, one):
            verdict.of[name] += name != "title"
            verdict.right[name] += is_right
            if not is_right:
                verdict.wrong.append((one["title"], name, one.get(name), value))
    verdict.surplus = left
    return verdict


def _titles(one: Mapping[str, Any]) -> set[str]:
    return {normalize_title(title) for title in _accepted(one, "title") if title}


def _find(entries: Sequence[ListEntry], one: Mapping[str, Any]) -> ListEntry | None:
    """Return the entry with the title of a paper, the nearest by line if there are several."""
    titles = _titles(one)
    equal = [entry for entry in entries if normalize_title(entry.title) in titles]
    if equal:
        return min(equal, key=lambda entry: abs(entry.line - one.get("line", entry.line)))
    near = [entry for entry in entries if one.get("line") is not None and abs(entry.line - one["line"]) <= 1]
    return next((entry for entry in near if fuzz.ratio(normalize_title(entry.title), min(titles)) > 60), None)


def _accepted(one: Mapping[str, Any], name: str) -> list[Any]:
    also = one.get(f"{name}_also", [])
    return [one.get(name), *(also if isinstance(also, list) else [also])]


def _compare(found: ListEntry, one: Mapping[str, Any]) -> Iterator[tuple[str, bool, object]]:
    yield "title", normalize_title(found.title) in _titles(one), found.title
    yield "url", found.url in _accepted(one, "url"), found.url
    yield "venue", any(_is_same(found.venue, value) for value in _accepted(one, "venue")), found.venue
    yield "year", found.year in _accepted(one, "year"), found.year
    yield "authors", any(_is_same(found.authors, value) for value in _accepted(one, "authors")), found.authors
    section = found.section[-1] if found.section else None
    yield "section", any(_is_same(section, value) for value in _accepted(one, "section")), section


def _is_same(found: str | None, wanted: str | None) -> bool:
    if not found or not wanted:
        return (found or None) == (wanted or None)
    ours, theirs = (normalize_title(re.sub(r"\b(19|20)\d\d\b", "", text)) or text for text in (found, wanted))
    return ours == theirs or fuzz.token_sort_ratio(ours, theirs) >= 92


def main() -> None:
    verdicts = {path.stem: judge(read_style(path), read_truth(path)["papers"]) for path in list_styles()}
    for name in FIELDS:
        right, of = (sum(counts[name] for counts in side) for side in zip(
            *((verdict.right, verdict.of) for verdict in verdicts.values()), strict=True))  # fmt: skip
        print(f"{name}: {right} of {of}, {100 * right / of:.1f} %")
    faults = {name: verdict.list_faults() for name, verdict in verdicts.items() if verdict.list_faults()}
    KNOWN_FAULTS.write_text(json.dumps(faults, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
