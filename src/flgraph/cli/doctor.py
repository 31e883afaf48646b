"""The command that checks an installation: doctor."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.options import SOURCES, FiniteRange
from flgraph.cli.output import echo, echo_marked, set_up_log, write_output

if TYPE_CHECKING:
    from flgraph.sources.health import Check

_COLORS: Final = {"ok": "green", "warning": "yellow", "error": "red"}


@click.command(
    cls=Command,
    examples=["flgraph doctor", "flgraph doctor --offline --format json", "flgraph doctor --live -o report.md"],
)
@click.option("--live", is_flag=True,
              help="Ask each source 14 questions about its behavior, and report what differs from what flgraph "
              "expects. Takes 34 requests, half a minute, and 31 credits of OpenAlex.")  # fmt: skip
@click.option("--source", type=click.Choice(SOURCES), metavar="NAME", show_default="both",
              help="With --live, ask only this source: semantic-scholar or openalex.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE",
              show_default="standard output", help="Write the report to this file.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              metavar="FORMAT", help="Output format: text (with --live, Markdown) or json.")  # fmt: skip
@click.option("--offline", is_flag=True, help="Send no requests.")
@click.option("--rate", type=FiniteRange(min=0), metavar="N", show_default="1 for Semantic Scholar, 5 for OpenAlex",
              help="With --live, requests per second. 0 removes the limit.")  # fmt: skip
@click.option("--cache", type=click.Path(path_type=Path), metavar="FILE", envvar="FLGRAPH_CACHE", show_envvar=True,
              show_default="a file in the user's cache folder", help="Cache to check.")  # fmt: skip
def doctor(
    live: bool,
    source: str | None,
    output: Path | None,
    form: str,
    offline: bool,
    rate: float | None,
    cache: Path | None,
) -> None:
    """Check the installation, the cache, the keys and the sources.

    Each line is marked ok, warning or error. Without a network, flgraph works offline, so that is a warning. Keys are
    never shown. Sends one request to each source, and ends within 10 seconds.

    The report of --live contains no secrets and can be pasted into an issue.

    Exits with code 1 if something that flgraph needs is broken, or if --live finds a difference, and with code 4 if a
    question of --live was not answered.
    """
    set_up_log(quiet=True, verbose=False)
    if live and offline:
        raise click.UsageError("--live sends requests; leave out --offline")
    if not live and (source or rate is not None):
        raise click.UsageError("--source and --rate work with --live")
    if live:
        from flgraph.cli.doctor_live import report_live

        code = report_live(source, rate, form, output)
    else:
        code = _report_checks(cache, form, output, offline=offline)
    if code:
        raise SystemExit(code)


# --- checks ------------------------------------------------------------------------------------------------


def _report_checks(cache: Path | None, form: str, output: Path | None, *, offline: bool) -> int:
    checks = _run_checks(cache, offline=offline)
    is_usable = all(check.state != "error" for check in checks)
    if form == "json":
        write_output(_format_json(checks, is_usable=is_usable), output)
    elif output is None or str(output) == "-":
        _print_checks(checks)
    else:
        lines = [*map("".join, _lay_out(checks)), _summarize(checks)]
        write_output("".join(f"{line}\n" for line in lines), output)
    return 0 if is_usable else 1


def _run_checks(cache: Path | None, *, offline: bool) -> list[Check]:
    from flgraph.cli.doctor_checks import check_catalog, check_extras, check_proxy, check_terminal, check_versions
    from flgraph.sources.cache import choose_cache
    from flgraph.sources.health import check_cache, check_sources

    local = [*check_versions(), *check_extras(), check_catalog(), check_terminal(), check_cache(choose_cache(cache))]
    return [*local, check_proxy(), *check_sources(offline=offline)]


def _lay_out(checks: Sequence[Check]) -> list[tuple[str, str]]:
    """Return the mark and the rest of each line."""
    width = max(len(check.name) for check in checks)
    marks = max(map(len, _COLORS))
    return [
        (f"{check.state:<{marks}}", f"  {check.name:<{width}}  {check.found}{check.remedy and f'; {check.remedy}'}")
        for check in checks
    ]


def _print_checks(checks: Sequence[Check]) -> None:
    for check, (mark, rest) in zip(checks, _lay_out(checks), strict=True):
        echo_marked(mark, rest, color=_COLORS[check.state])
    echo(_summarize(checks))


def _summarize(checks: Sequence[Check]) -> str:
    counts = ", ".join(_count_state(checks, state) for state in ("error", "warning"))
    is_usable = all(check.state != "error" for check in checks)
    return f"{counts}: flgraph is {'usable' if is_usable else 'not usable until the errors are corrected'}"


def _count_state(checks: Sequence[Check], state: str) -> str:
    names = [check.name for check in checks if check.state == state]
    return format_count(len(names), state) + (f" ({', '.join(names)})" if names else "")


def _format_json(checks: Sequence[Check], *, is_usable: bool) -> str:
    listed = [
        {"name": check.name, "state": check.state, "found": check.found, "remedy": check.remedy or None}
        for check in checks
    ]
    return f"{json.dumps({'usable': is_usable, 'checks': listed}, indent=1)}\n"
