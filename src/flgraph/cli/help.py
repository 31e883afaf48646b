"""Lay out `--help` pages: arguments, options by heading, examples.

A new option belongs under "Options" unless its name is listed in `_HEADINGS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click

_HEADINGS = {
    "Arguments": (),
    "Options": (),
    "Filter options": ("facets", "task", "modality", "method", "setting", "topic", "section", "dataset", "author",
                       "venue", "has_code", "licence", "domain", "facet", "since", "until", "text", "recent"),
    "Output options": ("level", "details", "in_words", "top", "output", "accepted", "form", "raw"),
    "File options": ("papers", "citations", "measure", "column"),
    "Data source options": ("source", "snapshot", "depth", "offline", "refresh", "max_requests", "max_credits", "rate",
                            "max_wait", "cache", "api_url"),
    "Global options": ("quiet", "verbose"),
}  # fmt: skip
_HEADING_OF = {name: heading for heading, names in _HEADINGS.items() for name in names}


class Command(click.Command):
    """A command whose help describes its arguments, groups its options and ends with examples."""

    def __init__(
        self,
        *args: Any,
        arguments: Mapping[str, str] | None = None,
        examples: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.arguments = dict(arguments or {})
        self.examples = list(examples)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the arguments and the options under their headings."""
        sections: dict[str, list[tuple[str, str]]] = {heading: [] for heading in _HEADINGS}
        sections["Arguments"].extend(self.arguments.items())
        for option in self.get_params(ctx):
            record = option.get_help_record(ctx) if isinstance(option, click.Option) else None
            if record is not None:
                sections[_find_heading(option)].append(record)
        for heading, records in sections.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the examples."""
        write_lines(formatter, "Examples", self.examples)


def write_lines(formatter: click.HelpFormatter, heading: str, lines: Sequence[str]) -> None:
    """Write lines under a heading without wrapping them."""
    with formatter.section(heading):
        for line in lines:
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def _find_heading(option: click.Parameter) -> str:
    return "Global options" if "--help" in option.opts else _HEADING_OF.get(option.name or "", "Options")
