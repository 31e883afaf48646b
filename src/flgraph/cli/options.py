"""Define the options and argument types that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import flgraph as fg

if TYPE_CHECKING:
    from flgraph.analysis.ranking import MethodName

METHODS: tuple[MethodName, ...] = (
    "age_normalized",
    "current_attention",
    "popularity",
    "influence",
    "impulse",
    "citation_count",
    "citations_per_year",
    "catalog_citations",
    "s2_influential",
)
"""A copy of the names in flgraph.analysis.ranking, whose import is slow; a test keeps both equal."""

CATALOG_HELP = {"[CATALOG]": "Folder that contains papers.yaml, or a list such as README.md.  "
                "[default: the bundled catalog]"}  # fmt: skip
GRAPH_HELP = {
    "[GRAPH]": "Graph file, the output folder of `flgraph build`, or a catalog folder or list (built offline).  "
    "[default: flgraph-out/graph.json if it exists, else the bundled catalog]"
}


class FiniteRange(click.FloatRange):
    """A range of finite numbers: rejects "inf" and "nan", which Python parses as floats."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number, or fail if it is infinite, not a number, or out of range."""
        number = super().convert(value, param, ctx)
        return number if isfinite(number) else self.fail(f"{value!r} is not a finite number.", param, ctx)


class Day(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.2
    """A date in ISO 8601 form, such as 2024-01-31."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or fail if the text is not one."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date. Write it like 2024-01-31.", param, ctx)


class WebAddress(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.2
    """An http or https address."""

    name = "url"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the address, or fail if it is malformed."""
        from flgraph.sources.addresses import read_api_url

        try:
            read_api_url("", value)
        except fg.SourceError:
            # The address may contain a password, so the message does not repeat it.
            self.fail("must be an address such as https://api.semanticscholar.org.", param, ctx)
        return str(value)


def graph_argument(command: Callable[..., None]) -> Callable[..., None]:
    """Add the optional GRAPH argument."""
    return click.argument("graph", required=False, type=click.Path(path_type=Path))(command)


def log_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that set how much is logged to standard error."""
    quiet = click.option("-q", "--quiet", is_flag=True, help="Print only warnings and errors.")
    verbose = click.option("-v", "--verbose", is_flag=True, help="Log every request.")
    return quiet(verbose(command))


def method_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose the ranking method, its date and the draws for its intervals."""
    by = click.option("--by", type=click.Choice(METHODS), metavar="METHOD",
                      show_default="age_normalized at depth 1, else citations_per_year",
                      help=f"Ranking method for papers: {', '.join(METHODS)}.")  # fmt: skip
    day = click.option("--as-of", type=Day(), metavar="DATE", show_default="date of the snapshot",
                       help="Rank as of this date, using only citations dated before it.")  # fmt: skip
    draws = click.option("--draws", type=click.IntRange(min=0), metavar="N", default=2000, show_default=True,
                         help="Random draws for the intervals. 0 gives no intervals.")  # fmt: skip
    seed = click.option("--seed", type=click.IntRange(min=0), metavar="N", default=0, show_default=True,
                        help="Seed of the draws.")  # fmt: skip
    surveys = click.option("--without-surveys", "exclude_surveys", is_flag=True,
                           help="Leave out surveys and reviews, by their title, section or topic.")  # fmt: skip
    return by(day(surveys(draws(seed(command)))))


_TABLE_FORMS = ("table", "latex", "markdown", "csv", "json")
_FORM_HELP = (
    "Output format: table, latex (for the package booktabs), markdown, csv or json. CSV and JSON also contain the "
    "columns that do not fit a terminal."
)


def format_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that choose between a table, LaTeX, CSV and JSON."""
    return _choose_form(command, _TABLE_FORMS, _FORM_HELP)


def paper_format_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of `format_option`, and the formats of reference managers."""
    return _choose_form(
        command, (*_TABLE_FORMS, *REFERENCES), f"{_FORM_HELP} bibtex and ris are for reference managers."
    )


REFERENCES = ("bibtex", "ris")
"""The formats of reference managers."""


def _choose_form(command: Callable[..., None], forms: Sequence[str], text: str) -> Callable[..., None]:
    @wraps(command)
    def run(*, form: str, raw: bool, **rest: Any) -> None:
        if raw and form != "csv":
            raise click.UsageError(f"--raw works with --format csv, not with --format {form}")
        command(form=form, raw=raw, **rest)

    choose_form = click.option(
        "--format",
        "form",
        type=click.Choice(forms),
        default="table",
        show_default=True,
        metavar="FORMAT",
        help=text,
    )
    return choose_form(raw_option(run))


def raw_option(command: Callable[..., None]) -> Callable[..., None]:
    """Add the option that keeps formulas in CSV."""
    return click.option(
        "--raw",
        is_flag=True,
        help="Keep cells of CSV that a spreadsheet would run as a formula. By default they start with an apostrophe.",
    )(command)


def _is_of_another(source: str | None) -> bool:
    """Return whether the address is from the environment, and thus not that of the source that was named."""
    given = click.get_current_context().get_parameter_source("api_url")
    return source == "openalex" and given is click.core.ParameterSource.ENVIRONMENT


SOURCES = ("auto", "semantic-scholar", "openalex", "both")
"""What may be asked on the command line; `sources.choice` has the meaning of the first."""


def source_option(default: str, text: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make the option that names the source."""
    return click.option("--source", type=click.Choice(SOURCES), metavar="NAME", default=default, show_default=True,
                        help=f"{text} auto asks Semantic Scholar, and OpenAlex for all papers if Semantic Scholar is "
                        "unavailable. If the address of Semantic Scholar is given, auto asks OpenAlex only if "
                        "OPENALEX_API_URL is set.")  # fmt: skip


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options for requests to a source; pass them to the command as one `settings` record."""

    @wraps(command)
    def run(
        *,
        depth: str,
        api_url: str | None,
        rate: float | None,
        max_wait: float,
        cache: Path | None,
        offline: bool,
        max_requests: int | None = None,
        max_credits: int | None = None,
        refresh: bool = False,
        reference_set: int | None = None,
        seed: int | None = None,
        **rest: Any,
    ) -> None:
        from flgraph.sources.cache import choose_cache
        from flgraph.sources.settings import Settings

        if seed is not None and reference_set is None:
            raise click.UsageError("--seed works with --reference-set")
        settings = Settings(
            depth=1 if depth == "1" else 0,
            api_url=None if _is_of_another(rest.get("source")) else api_url,
            rate=rate,
            max_wait=max_wait,
            cache=choose_cache(cache),
            offline=offline,
            max_requests=max_requests,
            max_credits=max_credits,
            refresh=refresh,
            reference_set=reference_set,
            seed=seed or 0,
            progress="off" if rest["quiet"] else "bar",
        )
        command(settings=settings, **rest)

    options = [
        click.option("--depth", type=click.Choice(["0", "1"]), default="1", show_default=True,
                     help="0 fetches the papers of the catalog, up to 499 per request. 1 also fetches their citing "
                     "and cited papers, with two or more requests per paper."),
        click.option("--rate", type=FiniteRange(min=0), metavar="N",
                     show_default="1 for Semantic Scholar, 5 for OpenAlex",
                     help="Requests per second. 0 removes the limit."),
        click.option("--max-wait", type=FiniteRange(min=0), metavar="SECONDS", default=300.0, show_default=True,
                     help="Time limit for retries and for fetching citing and cited papers. The command then continues "
                     "with the data it has."),
        click.option("--cache", type=click.Path(path_type=Path), metavar="FILE", envvar="FLGRAPH_CACHE",
                     show_envvar=True, show_default="a file in the user's cache folder",
                     help="Cache of answers. They are reused for a week, also after an interrupted run."),
        click.option("--api-url", type=WebAddress(), metavar="URL", envvar="SEMANTIC_SCHOLAR_API_URL",
                     show_envvar=True, show_default="https://api.semanticscholar.org",
                     help="Address of the API of the source or of a stand-in. With auto and both, that of Semantic "
                     "Scholar."),
    ]  # fmt: skip
    for option in reversed(options):
        run = option(run)
    return run
