"""Define the `flgraph` command: its subcommands, its exit codes, and how it reports errors.

A command parses its arguments, makes one or two library calls, and prints. Data goes to standard output,
everything else to standard error.
"""

from __future__ import annotations

import click

import flgraph as fg
from flgraph.checks import is_unicode, show_value
from flgraph.cli.analysis import explain, find, rank, show
from flgraph.cli.annotate import annotate
from flgraph.cli.build import build, enrich
from flgraph.cli.compare import compare
from flgraph.cli.doctor import doctor
from flgraph.cli.draw import draw, export
from flgraph.cli.editing import add, sync
from flgraph.cli.extract import extract
from flgraph.cli.field import gaps, regions, similar, timeline
from flgraph.cli.help import write_lines
from flgraph.cli.index import index
from flgraph.cli.lint import fix, lint
from flgraph.cli.lists import import_
from flgraph.cli.output import INTERRUPTED, REVIEW, UNAVAILABLE, echo, echo_error, set_up_log
from flgraph.cli.suggest import suggest
from flgraph.files.atomic import discard_stdout, write_utf8

_EXAMPLES = ["flgraph build", "flgraph rank --top 20", "flgraph find --task segmentation --code"]
_EXIT_CODES = [
    ("0", "Done."),
    ("1", "Error, or errors found by lint; with --strict, also warnings. Papers lost, with compare --fail-below."),
    ("2", "Wrong usage."),
    (str(REVIEW), "A person must decide: which record a paper is, or a conflict of list and catalog."),
    (str(UNAVAILABLE), "The source is unavailable."),
    (str(INTERRUPTED), "Interrupted."),
]


class _Group(click.Group):
    """A group that lists its commands in the order of the work and accepts only UTF-8 arguments."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        write_lines(formatter, "Examples", _EXAMPLES)
        with formatter.section("Exit codes"):
            formatter.write_dl(_EXIT_CODES)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        for argument in args:
            if not is_unicode(argument):
                raise click.UsageError(f"the argument {show_value(argument)} is not valid UTF-8.", ctx)
        return super().parse_args(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(fg.__version__, prog_name="flgraph")
def cli() -> None:
    """Turn a curated list of papers into a knowledge graph, rankings and an interactive map.

    Start with `flgraph build`. It needs no arguments and no network, and uses the bundled catalog unless you name
    another.
    """
    set_up_log(quiet=True, verbose=False)


for _command in (
    build, import_, sync, add, fix, lint, annotate, enrich, index, extract, compare, rank, explain, suggest, find,
    similar, regions, gaps, timeline, show, draw, export, doctor,
):  # fmt: skip
    cli.add_command(_command)


def main() -> None:
    """Run the command line; report each expected failure as one line and an exit code."""
    write_utf8()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        echo_error(error)
        raise SystemExit(error.exit_code) from error
    except (click.Abort, KeyboardInterrupt) as error:
        echo("interrupted; existing files are unchanged", err=True)
        raise SystemExit(INTERRUPTED) from error
    except fg.SourceError as error:
        echo(f"error: {error}", err=True)
        raise SystemExit(UNAVAILABLE) from error
    except fg.FlgraphError as error:
        findings = error.findings if isinstance(error, fg.CatalogError) else []
        echo(str(error) if findings else f"error: {error}", err=True)  # each finding names its level
        raise SystemExit(1) from error
    except OSError as error:
        discard_stdout()
        echo(f"error: {error.filename or 'standard output'}: cannot be read or written ({error.strerror})", err=True)
        raise SystemExit(1) from error
