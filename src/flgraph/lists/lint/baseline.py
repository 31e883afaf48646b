"""Keep the known findings of a list in a file, so that only new ones are reported.

A finding is known by its code, the name of its file and its work, not by its line: rows may move.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from flgraph.errors import FlgraphError
from flgraph.lists.lint.findings import ListFinding
from flgraph.records import Finding

_LINES: Final = re.compile(r" \(lines [\d, ]+\)$")


class KnownFinding(NamedTuple):
    """The name of a known finding: its code, the name of its file, and its work or message."""

    code: str
    file: str
    work: str


def format_baseline(findings: Iterable[Finding | ListFinding]) -> str:
    """Format findings as a baseline: JSON with a line for each code, file and work."""
    counts = Counter(map(_name, findings))
    rows = [
        json.dumps({**known._asdict(), "count": count}, ensure_ascii=False) for known, count in sorted(counts.items())
    ]
    return "\n".join(['{"version": 1, "findings": [', ",\n".join(rows), "]}", ""])


def drop_known(findings: Sequence[Finding | ListFinding], known: Counter[KnownFinding]) -> list[Finding | ListFinding]:
    """Return the findings that a baseline does not contain, and count down those that it does.

    If more findings have one name than are known, the last of them are new.
    """
    return [finding for finding in findings if not _use_up(known, _name(finding))]


def read_baseline(path: Path) -> Counter[KnownFinding]:
    """Read a baseline: how often each finding is known.

    Raises
    ------
    FlgraphError
        The file cannot be read, or is no baseline.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = content["findings"]
        if content["version"] != 1:
            raise ValueError("another version")
        return Counter({KnownFinding(row["code"], row["file"], row["work"]): int(row["count"]) for row in rows})
    except OSError as error:
        raise FlgraphError(f"{path}: cannot be read ({error.strerror}); create it with --write-baseline") from error
    except (ValueError, TypeError, KeyError) as error:
        raise FlgraphError(f"{path}: is not a flgraph baseline; create one with --write-baseline") from error


def _use_up(known: Counter[KnownFinding], name: KnownFinding) -> bool:
    is_known = known[name] > 0
    known[name] -= is_known
    return is_known


def _name(finding: Finding | ListFinding) -> KnownFinding:
    work = finding.work if isinstance(finding, ListFinding) else _LINES.sub("", finding.message)
    return KnownFinding(finding.code, Path(finding.path).name, work)
