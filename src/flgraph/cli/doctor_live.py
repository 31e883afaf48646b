"""Ask the sources about their behavior, and format a report that a person can paste into an issue."""

from __future__ import annotations

import json
import platform
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.output import UNAVAILABLE, echo, write_output
from flgraph.errors import SourceError
from flgraph.progress import Progress, open_progress
from flgraph.sources.probes import (
    Asker,
    Outcome,
    ProbeResult,
    ProviderProbes,
    find_probes,
    leave_unanswered,
    run_probes,
)
from flgraph.sources.registry import name_service
from flgraph.sources.settings import Settings

_OUTCOMES: Final[tuple[Outcome, ...]] = ("same", "different", "unanswered")
_ANSWER_SECONDS: Final = 20.0
_FAILURE_SECONDS: Final = 60.0
"""Time limit for all failures of a source and the waits between them."""


class Report(NamedTuple):
    """What was found of one provider; `address` is that of its API without credentials.

    `stand_in` names the service that answered in place of the provider; it is empty if none did.
    """

    title: str
    name: str
    address: str
    has_key: bool
    results: tuple[ProbeResult, ...]
    stand_in: str = ""

    def count_outcomes(self) -> dict[Outcome, int]:
        """Count the results by their outcome."""
        return {outcome: sum(result.outcome == outcome for result in self.results) for outcome in _OUTCOMES}


def report_live(source: str | None, rate: float | None, form: str, output: Path | None) -> int:
    """Ask one source or all, write the report, and return the exit code."""
    chosen = [one for one in find_probes() if source in (None, one.provider.about.name.replace("_", "-"))]
    with open_progress("auto") as progress:
        reports = [_ask(one, rate, progress) for one in chosen]
    header = {
        "flgraph": fg.__version__,
        "python": platform.python_version(),
        "platform": platform.system(),
        "asked": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    write_output(_format_json(header, reports) if form == "json" else _format_markdown(header, reports), output)
    counts = Counter(result.outcome for report in reports for result in report.results)
    echo(summarize(counts, reports), err=True)
    return 1 if counts["different"] else UNAVAILABLE if counts["unanswered"] else 0


def summarize(counts: Counter[Outcome], reports: Sequence[Report]) -> str:
    """Return the counts, and whether the differences are to be reported."""
    found = ", ".join(f"{counts[outcome]} {outcome}" for outcome in _OUTCOMES)
    said = [f"{format_count(counts.total(), 'question')}: {found}"]
    differing = [report for report in reports if report.count_outcomes()["different"]]
    said += [f"report nothing of {report.stand_in}" for report in differing if report.stand_in]
    said += ["please report what differs in an issue"] if any(not report.stand_in for report in differing) else []
    return "; ".join(said)


def _ask(probes: ProviderProbes, rate: float | None, progress: Progress | None) -> Report:
    settings = Settings(rate=rate, timeout=_ANSWER_SECONDS, max_wait=_FAILURE_SECONDS)
    about = probes.provider.about
    try:
        with probes.provider.open(settings, progress) as requester:
            results = tuple(run_probes(probes.probes, Asker(requester)))
            stand_in = "" if requester.host == about.host else name_service(about.name, requester.host)
            return Report(about.title, about.name, requester.origin, requester.has_key, results, stand_in)
    except SourceError as error:  # the key or the address is malformed
        return Report(about.title, about.name, "not asked", False, tuple(leave_unanswered(probes.probes, error)))


# --- formats -----------------------------------------------------------------------------------------------


def _format_json(header: Mapping[str, str], reports: Sequence[Report]) -> str:
    sources: list[dict[str, Any]] = [
        {
            "source": report.name,
            "address": report.address,
            "with_key": report.has_key,
            "counts": report.count_outcomes(),
            "results": [result._asdict() for result in report.results],
        }
        for report in reports
    ]
    return f"{json.dumps({**header, 'sources': sources}, indent=1)}\n"


def _format_markdown(header: Mapping[str, str], reports: Sequence[Report]) -> str:
    first = ", ".join(f"{name} {value}" for name, value in header.items())
    blocks = ["# Report of `flgraph doctor --live`", first, *map(_format_report, reports)]
    return "\n\n".join(blocks) + "\n"


def _format_report(report: Report) -> str:
    key = "with a key" if report.has_key else "without a key"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.count_outcomes().items())
    reasons = dict.fromkeys(result.found for result in report.results if result.outcome == "unanswered")
    rows = [("result", "question", "expected", "found"), ("---",) * 4, *map(_list_cells, report.results)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    stands = [f"The answers are those of {report.stand_in}."] if report.stand_in else []
    said = [f"{report.address}, {key}: {counts}", *stands, *(f"Unanswered: {_escape(reason)}" for reason in reasons)]
    return "\n\n".join([f"## {report.title}", *said, table])


def _list_cells(result: ProbeResult) -> tuple[str, str, str, str]:
    mark = result.outcome if result.outcome == "same" else f"**{result.outcome}**"
    found = "" if result.outcome == "unanswered" else result.found  # the reason stands above the table
    return mark, _escape(result.question), _escape(result.expected), _escape(found)


def _escape(text: str) -> str:
    """Escape a text for a cell, except what reads better and is no Markdown: `_` inside a word, and `[Errno -2]`."""
    from flgraph.lists.writing.escaping import escape_everywhere

    escaped = re.sub(r"(?<=\w)&#95;(?=\w)", "_", escape_everywhere(text))
    return re.sub(r"&#91;(\w+ -?\w+)&#93;(?=\s)", r"[\1]", escaped)
