"""Print results: tables for terminals, LaTeX, CSV and JSON with the same numbers; summaries; the log.

Whatever a command prints is formatted and printed here, so that no text of a catalog or a server drives the terminal.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Literal, TextIO

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

import flgraph as fg
from flgraph.checks import CONTROLS, escape_controls, format_count

if TYPE_CHECKING:
    import pandas as pd

    from flgraph.records import Finding

REVIEW = 3
UNAVAILABLE = 4
INTERRUPTED = 130

FOR_PEOPLE = ("table", "latex", "markdown")
"""The forms of a table with few columns; the others contain all."""

_WIDTH = 100
_LEAST = 14
_GAP = 2
_LEAST_ROWS = 2
_NAMES = ("title", "name", "label")
_MOST_NAMED = 5


def echo(message: object, *, err: bool = False, nl: bool = True) -> None:
    """Print text for people, with control characters as visible escapes; `err` prints to standard error."""
    click.echo(escape_controls(str(message)), err=err, nl=nl)


def echo_marked(mark: str, message: str, *, color: str) -> None:
    """Print a line that begins with a mark, which a terminal shows in color unless NO_COLOR is set."""
    click.echo(mark if os.environ.get("NO_COLOR") else click.style(mark, fg=color), nl=False)
    echo(message)


def echo_data(text: str) -> None:
    """Print data for programs: as it is, except that a terminal receives no control characters."""
    # Without color=True, click would remove what looks like a colour.
    click.echo(escape_controls(text) if sys.stdout.isatty() else text, nl=False, color=True)


def write_output(text: str, path: Path | None) -> None:
    """Write text to a file and print its path, or print the text if there is no file or it is `-`."""
    if path is None or str(path) == "-":
        echo_data(text)
        return
    from flgraph.files.atomic import write_text

    print_path(write_text(path, text))


def echo_error(error: click.ClickException) -> None:
    """Print wrong usage as click does, with control characters as visible escapes."""
    shown = StringIO()
    error.show(shown)
    echo(shown.getvalue(), err=True, nl=False)


def format_failed_listings(failed: Mapping[str, Sequence[str]]) -> str:
    """Format how many listings failed, such as "2 listings of citations failed"; empty if none did."""
    counts = [f"{format_count(len(keys), 'listing')} of {direction}" for direction, keys in failed.items()]
    return f"{' and '.join(counts)} failed" if counts else ""


def print_failed_listings(failed: Mapping[str, Sequence[str]]) -> None:
    """Print to standard error whose listings, or reference sets, failed and what to do."""
    for direction, keys in failed.items():
        some = ", ".join(keys[:_MOST_NAMED]) + (f" and {len(keys) - _MOST_NAMED} more" if keys[_MOST_NAMED:] else "")
        echo(f"failed {direction} of {some}: run the command again", err=True)


def print_summary(made: fg.Build, written: Sequence[Path], failed: Mapping[str, Sequence[str]]) -> None:
    """Print what a build contains: counts, coverage of citation data, the first five papers, and the files."""
    from flgraph.graph.knowledge_graph import count_kinds, describe_coverage, format_kinds
    from flgraph.sources.registry import find_title

    kinds = count_kinds(made.graph)
    echo(f"{made.catalog.title}: {format_kinds(kinds)}")
    echo(f"citation data: {describe_coverage(made.graph)}")
    if shipped := made.graph.graph.get("snapshot_shipped"):
        day = str(made.graph.graph["snapshot_taken"])[:10]
        echo(f"snapshot: {find_title(shipped)} of {day}, which comes with the catalog")
    if failed:
        echo(f"incomplete: {format_failed_listings(failed)}; run the command again")
    if made.ranking is not None:
        echo(f"top papers {made.ranking.caption}:")
        print_table(
            made.papers.dropna(subset=["rank"])
            .head(5)
            .reset_index()[["rank", "score", "title", "year", "citation_count"]]
        )
    echo("wrote " + ", ".join(str(path) for path in written))
    folder = written[0].parent
    ranked = next((f" --of {kind}s" for kind in ("dataset", "venue", "author") if kind in kinds), "")
    then = f", or run `flgraph rank {folder}{'' if made.ranking is not None else ranked}`"
    echo(f"next: open {folder / 'map.html'} in a browser{then if ranked or made.ranking is not None else ''}")


def print_matches(
    snapshot: fg.Snapshot, written: Sequence[Path], failed: Mapping[str, Sequence[str]], *, quiet: bool = False
) -> None:
    """Print how many papers were matched, and to standard error each one that was not and what to do."""
    from flgraph.enrichment.reference_sets import REFERENCE_SET, list_without_topic
    from flgraph.sources.registry import find_title

    review = sorted(key for key, match in snapshot.matches.items() if match.status == "review")
    accepted = sum(match.status == "accepted" for match in snapshot.matches.values())
    drawn = format_count(len(snapshot.reference_sets), "reference set") if REFERENCE_SET in snapshot.parameters else ""
    more = "".join(f"{said}; " for said in (drawn, format_failed_listings(failed)) if said)
    if not quiet:
        echo(
            f"{format_count(accepted, 'paper')} matched, {len(review)} for review, {len(snapshot.missing)} missing, "
            f"{len(snapshot.failed)} failed; {more}wrote {', '.join(map(str, written))}",
            err="-" in map(str, written),
        )
    for key in review:
        echo(f"review {key}: {'; '.join(snapshot.matches[key].witnesses)}; decide in matches.yaml", err=True)
    for key in snapshot.missing:
        echo(f"missing {key}: {'; '.join(snapshot.matches[key].witnesses)}", err=True)
    if snapshot.failed:
        echo(f"failed {', '.join(snapshot.failed)}: run the command again", err=True)
    print_failed_listings(failed)
    if without := list_without_topic(snapshot):
        of = f"{len(without)} of {format_count(len(snapshot.papers), 'paper')}"
        source = find_title(snapshot.source)
        echo(f"no reference set for {of}: {source} does not state both topic and year; asking again does not help",
             err=True)  # fmt: skip


def format_annotation(finding: Finding) -> str:
    """Format a finding as a workflow command that GitHub Actions shows beside its line.

    Paths and messages are escaped as GitHub's toolkit does it (`actions/toolkit`, `core/src/command.ts`).
    """
    level = {"note": "notice"}.get(finding.level, finding.level)
    path = _escape(finding.path).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={path},line={finding.line}::{_escape(finding.message)}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def print_path(path: Path) -> None:
    """Print the path of a written file, unless it went to standard output."""
    if str(path) != "-":
        echo(path)


def print_frame(
    table: pd.DataFrame, form: str, *, shown: pd.DataFrame, caption: str, raw: bool = False, output: Path | None = None
) -> None:
    """Print a table as text, LaTeX, CSV or JSON, with the same numbers in each, or write it to a file.

    CSV and JSON contain all of `table`; the others contain `shown`, with the key of each row. `raw` is that of
    `format_csv`.
    """
    if form != "table":
        write_output(_format_frame(table, form, shown=shown, caption=caption, raw=raw), output)
    elif output is not None and str(output) != "-":
        text = StringIO()
        if len(table):
            print_table(_add_keys(shown), file=text)
        write_output(text.getvalue(), output)
    elif len(table):
        print_table(_add_keys(shown))


def split_flags(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return a table without the flags that all of its rows have, and these flags; of one row, all stay."""
    if "flags" not in table.columns or len(table) < _LEAST_ROWS:
        return table, ""
    flags = [str(said).split("; ") for said in table["flags"]]
    common = [flag for flag in flags[0] if flag and all(flag in said for said in flags)]
    rest = ["; ".join(flag for flag in said if flag not in common) for said in flags]
    return table.assign(flags=rest), "; ".join(common)


def _format_frame(table: pd.DataFrame, form: str, *, shown: pd.DataFrame, caption: str, raw: bool) -> str:
    if form == "latex":
        return _format_latex(_add_keys(shown), caption)
    if form == "markdown":
        return _format_markdown(_add_keys(shown))
    rows = table.reset_index()
    if form == "csv":
        from flgraph.export.spreadsheets import format_csv

        return format_csv(rows, index=False, raw=raw)
    # DataFrame.to_json would truncate numbers to ten digits, and CSV and JSON must agree.
    records = rows.astype(object).where(rows.notna(), None).to_dict(orient="records")
    text = json.dumps(records, ensure_ascii=False, indent=1, allow_nan=False)
    return CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", text) + "\n"  # escapes of JSON: the same data


def _add_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Replace the node ids of a table by keys, which `show` and `explain` accept; a label only repeats its key.

    A table of anything else than nodes has no keys.
    """
    if table.index.name not in ("node", None):
        return table.reset_index(drop=True)
    keys = [str(node).partition(":")[2] for node in table.index]
    rows = table.drop(columns="key", errors="ignore").reset_index(drop=True)
    place = next(place for place, name in enumerate(rows.columns) if name in _NAMES)
    rows.insert(place, "key", keys)
    return rows.drop(columns="label", errors="ignore")


def _drop_empty(rows: pd.DataFrame) -> pd.DataFrame:
    """Drop the columns without any value."""
    return rows[[name for name in rows.columns if any(_format_cell(cell) not in {"", "-"} for cell in rows[name])]]


def _is_text(column: pd.Series) -> bool:
    return str(column.dtype) in {"string", "str", "object"}


def _format_latex(rows: pd.DataFrame, caption: str) -> str:
    from flgraph.export.latex import format_latex_table

    rows = _drop_empty(rows) if len(rows) else rows
    cells = {str(name).replace("_", " "): [_format_cell(cell) for cell in rows[name]] for name in rows.columns}
    numbers = [str(name).replace("_", " ") for name in rows.columns if not _is_text(rows[name])]
    return format_latex_table(cells, numbers=numbers, comment=f"flgraph {fg.__version__}, {caption}")


def _format_markdown(rows: pd.DataFrame) -> str:
    from flgraph.lists.writing.escaping import escape_everywhere

    rows = _drop_empty(rows) if len(rows) else rows
    names = [str(name).replace("_", " ") for name in rows.columns]
    rules = ["---" if _is_text(rows[name]) else "---:" for name in rows.columns]
    lines = [
        names,
        rules,
        *([escape_everywhere(_format_cell(cell)) for cell in row] for row in rows.itertuples(index=False)),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def print_table(rows: pd.DataFrame, *, file: TextIO | None = None) -> None:
    """Print a table within the width of the terminal, or 100 columns if that is more or there is no terminal.

    Text columns wrap, number columns keep their width, and columns without any value are left out. `file` takes the
    table instead of standard output.
    """
    rows = _drop_empty(rows)
    line = max(_WIDTH, get_terminal_size().columns if file is None and sys.stdout.isatty() else 0)
    table = Table(box=None, header_style="bold", pad_edge=False)
    widths = _choose_widths(rows, line)
    for name in rows.columns:
        text = _is_text(rows[name])
        justify: Literal["left", "right"] = "left" if text else "right"
        heading = name.replace("_", " " if text else "\n")
        table.add_column(heading, justify=justify, no_wrap=not text, width=widths[name], overflow="fold")
    for row in rows.itertuples(index=False):
        cells = (_cut_words(_format_cell(value), width) for value, width in zip(row, widths.values(), strict=True))
        table.add_row(*map(Text, cells))  # Text, since a title may look like rich markup
    Console(file=file, width=line, highlight=False, soft_wrap=False).print(table)


def _choose_widths(rows: pd.DataFrame, line: int) -> dict[str, int]:
    """Choose the width of each column so that a table fits a line.

    Keys and addresses are kept whole first, then the words of all columns, then whole texts.
    """
    cells = {name: [_format_cell(cell) for cell in rows[name]] for name in rows.columns}
    texts = [name for name in cells if _is_text(rows[name])]
    words = {name: _measure_words(rows[name]) for name in cells}
    whole = {name: _measure([*cells[name], name]) for name in texts}
    addresses = {name: words[name] for name in texts if name == "key" or any("/" in cell for cell in cells[name])}
    lengths = {cell_len(word) for name in addresses for cell in cells[name] for word in cell.split()}
    every = range(max([*words.values(), *whole.values()], default=0) + 1)
    least = {name: min(words[name], _LEAST) for name in texts}
    widths = {**words, **dict.fromkeys(texts, 1)}
    for wanted, levels in ((least, every), (addresses, sorted(lengths)), (words, every), (whole, every)):
        widths = _widen(widths, wanted, line - _GAP * (len(cells) - 1), levels)
    return widths


def _measure_words(column: pd.Series) -> int:
    """Return the width of the longest word of a column and its heading."""
    words = (word for cell in column for word in _format_cell(cell).split())
    return _measure([*words, *str(column.name).split("_")])


def _measure(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _widen(widths: Mapping[str, int], wanted: Mapping[str, int], room: int, levels: Iterable[int]) -> dict[str, int]:
    """Widen columns level by level towards the widths wanted, as far as the sum of all stays within the room."""
    wider = dict(widths)
    for level in levels:
        tried = {**wider, **{name: max(wider[name], min(want, level)) for name, want in wanted.items()}}
        if sum(tried.values()) > room:
            break
        wider = tried
    return wider


def _cut_words(text: str, width: int) -> str:
    """Cut words that are wider than a column with a space, after a slash or hyphen if one is in reach."""
    return " ".join(piece for word in text.split() for piece in _cut_word(word, width))


def _cut_word(word: str, width: int) -> Iterator[str]:
    while cell_len(word) > width and (place := word.rfind("/", 0, width) + 1 or word.rfind("-", 0, width) + 1):
        yield word[:place]
        word = word[place:]
    yield word


def _format_cell(value: Any) -> str:
    import pandas as pd

    if pd.isna(value):
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else escape_controls(str(value))


class _LogHandler(logging.Handler):
    """Write each record to the current `sys.stderr`, which a running progress bar redirects above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{escape_controls(self.format(record))}\n")


def set_up_log(*, quiet: bool, verbose: bool) -> None:
    """Send the library's log to standard error: one line per stage, and one per request if verbose."""
    logger = logging.getLogger("flgraph")
    logger.handlers = [_LogHandler()]
    logger.propagate = False
    logger.setLevel(logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO)
