"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import Any

import click

METHODS = (
    "age_normalized",
    "popularity",
    "influence",
    "impulse",
    "citation_count",
    "citations_per_year",
    "catalog_citations",
    "s2_influential",
)
"""As in flgraph.analysis.ranking, which takes long to load; a test holds them equal."""


class FiniteRange(click.FloatRange):
    """A range that neither "inf" nor "nan" is in, which Python reads as numbers."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, where it is finite and in the range."""
        number = super().convert(value, param, ctx)
        return number if isfinite(number) else self.fail(f"{value!r} is no finite number.", param, ctx)


class Day(click.ParamType):  # type: ignore[type-arg]  # of click 8.2 it takes none
    """A day such as 2024-01-31."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail where it is none."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; should be one such as 2024-01-31.", param, ctx)


def graph_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Add the file of a graph."""
    return click.argument("graph", required=False, type=click.Path(path_type=Path))(explain_graph(command))


def explain_graph(command: Callable[..., None]) -> Callable[..., None]:
    """Add to the help of a command which graph it is about where none is named."""
    command.__doc__ = f"""{(command.__doc__ or "").rstrip()}

    GRAPH is a graph.json, or the folder of a build; without it the one in flgraph-out, else the bundled catalog's.
    """
    return command


def talk_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add how much to say on standard error."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Say each request.")
    return quiet(verbose(command))


def method_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add by what papers are ranked, and of which day."""
    by = click.option("--by", type=click.Choice(METHODS), help="How to rank papers; age_normalized where who "
                      "cites them is known (depth 1), else citations_per_year.")  # fmt: skip
    day = click.option(
        "--as-of",
        type=Day(),
        help="The day; the snapshot's. Of an earlier one, what is listed with a date until then.",
    )
    return by(day(command))


def format_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add in which form to print."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        show_default=True,
        help="A table for people, CSV or JSON for programs; the numbers are the same.",
    )(command)


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add what to ask a source for, and how; the command gets it all as `settings`."""

    @wraps(command)
    def run(
        *,
        depth: str,
        api_url: str | None,
        rate: float,
        max_wait: float,
        cache: Path | None,
        offline: bool,
        max_requests: int | None = None,
        refresh: bool = False,
        **rest: Any,
    ) -> None:
        from flgraph.pipeline import choose_cache
        from flgraph.sources.settings import Settings

        settings = Settings(
            depth=1 if depth == "1" else 0,
            api_url=api_url,
            rate=rate,
            max_wait=max_wait,
            cache=choose_cache(cache),
            offline=offline,
            max_requests=max_requests,
            refresh=refresh,
            progress="off" if rest["quiet"] else "bar",
        )
        command(settings=settings, **rest)

    options = [
        click.option("--depth", type=click.Choice(["0", "1"]), default="1", show_default=True,
                     help="0: the catalog's own records, one request for up to 499 papers. 1: also who cites them "
                     "and whom they cite, two requests a paper and more."),
        click.option("--api-url", metavar="URL", envvar="SEMANTIC_SCHOLAR_API_URL", show_envvar=True,
                     help="Where Semantic Scholar is, if not at its usual address."),
        click.option("--rate", type=FiniteRange(min=0), default=1.0, show_default=True,
                     help="Requests a second; 0 is without pacing."),
        click.option("--max-wait", type=FiniteRange(min=0), default=300.0, show_default=True,
                     help="Seconds after which to go on with what is there."),
        click.option("--cache", type=click.Path(path_type=Path), envvar="FLGRAPH_CACHE", show_envvar=True,
                     help="The file of answers, from which a later run goes on; in the user's cache folder."),
    ]  # fmt: skip
    for option in reversed(options):
        run = option(run)
    return run
