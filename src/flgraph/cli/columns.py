"""Format columns of values for people: as a table that fits a terminal, as LaTeX or as Markdown.

A column is a list of texts, so that a command which needs no pandas does not wait for it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

import flgraph as fg
from flgraph.checks import escape_controls

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 100
_LEAST = 14
_GAP = 2
_NAMES = ("title", "name", "label")
_UNKNOWN = "-"


class Column(NamedTuple):
    """The cells of a column, from the first row to the last, and whether they are texts or numbers."""

    cells: list[str]
    is_text: bool


Columns = Mapping[str, Column]
"""The columns of a table by name, all of the same length."""


def make_column(values: Iterable[object], *, is_text: bool) -> Column:
    """Make a column of values; None is unknown."""
    return Column([_format_cell(value) for value in values], is_text)


def read_frame(table: pd.DataFrame) -> Columns:
    """Return the columns of a table; its index is left out."""
    return {
        str(name): make_column(
            (None if missing else value for value, missing in zip(table[name], table[name].isna(), strict=True)),
            is_text=str(table[name].dtype) in {"string", "str", "object"},
        )
        for name in table.columns
    }


def add_keys(table: pd.DataFrame) -> pd.DataFrame:
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


def format_latex(columns: Columns, caption: str) -> str:
    """Format columns as a table that a document can include."""
    from flgraph.export.latex import format_latex_table

    columns = _drop_empty(columns)
    cells = {name.replace("_", " "): column.cells for name, column in columns.items()}
    numbers = [name.replace("_", " ") for name, column in columns.items() if not column.is_text]
    return format_latex_table(cells, numbers=numbers, comment=f"flgraph {fg.__version__}, {caption}")


def format_markdown(columns: Columns) -> str:
    """Format columns as a pipe table."""
    from flgraph.lists.writing.escaping import escape_everywhere

    columns = _drop_empty(columns)
    names = [name.replace("_", " ") for name in columns]
    rules = ["---" if column.is_text else "---:" for column in columns.values()]
    lines = [names, rules, *([escape_everywhere(cell) for cell in row] for row in _list_rows(columns))]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def print_columns(columns: Columns, *, file: TextIO | None = None) -> None:
    """Print columns within the width of the terminal, or 100 characters if that is more or there is no terminal.

    Text columns wrap, number columns keep their width, and columns without any value are left out. `file` takes the
    table instead of standard output.
    """
    columns = _drop_empty(columns)
    line = max(_WIDTH, get_terminal_size().columns if file is None and sys.stdout.isatty() else 0)
    table = Table(box=None, header_style="bold", pad_edge=False)
    widths = _choose_widths(columns, line)
    for name, column in columns.items():
        justify: Literal["left", "right"] = "left" if column.is_text else "right"
        heading = name.replace("_", " " if column.is_text else "\n")
        table.add_column(heading, justify=justify, no_wrap=not column.is_text, width=widths[name], overflow="fold")
    for row in _list_rows(columns):
        cells = (_cut_words(cell, width) for cell, width in zip(row, widths.values(), strict=True))
        table.add_row(*map(Text, cells))  # Text, since a title may look like rich markup
    Console(file=file, width=line, highlight=False, soft_wrap=False).print(table)


def _drop_empty(columns: Columns) -> Columns:
    """Drop the columns without any value, if there are rows."""
    known = {name: column for name, column in columns.items() if not {"", _UNKNOWN} >= set(column.cells)}
    return known if any(column.cells for column in columns.values()) else columns


def _list_rows(columns: Columns) -> Iterator[tuple[str, ...]]:
    return zip(*(column.cells for column in columns.values()), strict=True)


def _choose_widths(columns: Columns, line: int) -> dict[str, int]:
    """Choose the width of each column so that a table fits a line.

    Keys and addresses are kept whole first, then the words of all columns, then whole texts.
    """
    texts = {name: column.cells for name, column in columns.items() if column.is_text}
    words = {name: _measure_words(name, column.cells) for name, column in columns.items()}
    whole = {name: _measure([*cells, name]) for name, cells in texts.items()}
    addresses = {name: words[name] for name in texts if name == "key" or any("/" in cell for cell in texts[name])}
    lengths = {cell_len(word) for name in addresses for cell in texts[name] for word in cell.split()}
    every = range(max([*words.values(), *whole.values()], default=0) + 1)
    least = {name: min(words[name], _LEAST) for name in texts}
    widths = {**words, **dict.fromkeys(texts, 1)}
    for wanted, levels in ((least, every), (addresses, sorted(lengths)), (words, every), (whole, every)):
        widths = _widen(widths, wanted, line - _GAP * (len(columns) - 1), levels)
    return widths


def _measure_words(name: str, cells: Iterable[str]) -> int:
    """Return the width of the longest word of a column and its heading."""
    return _measure([*(word for cell in cells for word in cell.split()), *name.split("_")])


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
    if value is None:
        return _UNKNOWN
    return f"{value:.2f}" if isinstance(value, float) else escape_controls(str(value))
