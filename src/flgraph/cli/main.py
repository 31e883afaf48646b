"""The command line: parse, one or two library calls, print. Data to stdout, everything else to stderr."""

from __future__ import annotations

import click

import flgraph as fg
from flgraph.atomic_files import discard_stdout, write_utf8
from flgraph.cli.analysis import explain, find, rank, show, suggest
from flgraph.cli.build import build, enrich
from flgraph.cli.catalog import lint
from flgraph.cli.draw import draw, export
from flgraph.cli.output import INTERRUPTED, UNAVAILABLE


class _Group(click.Group):
    """A group whose commands are listed in the order of the work, not of the alphabet."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.commands)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(fg.__version__, prog_name="flgraph")
def cli() -> None:
    """Turn a curated list of papers into a knowledge graph people can trust.

    Start with `flgraph build`: it needs nothing, works offline, and writes a graph, a table and a map.
    """


# In the order of the work; the help lists them so.
for _command in (build, lint, enrich, rank, explain, suggest, find, show, draw, export):
    cli.add_command(_command)


def main() -> None:
    """Run the command line; one line and an exit code for every failure that flgraph foresees."""
    write_utf8()
    try:
        cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from error
    except (click.Abort, KeyboardInterrupt) as error:
        click.echo("interrupted; files from before are whole", err=True)
        raise SystemExit(INTERRUPTED) from error
    except fg.SourceError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(UNAVAILABLE) from error
    except fg.FlgraphError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(1) from error
    except OSError as error:
        discard_stdout()
        click.echo(f"error: {error.filename or 'standard output'}: cannot be used ({error.strerror})", err=True)
        raise SystemExit(1) from error
