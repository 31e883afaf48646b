"""Show the progress of long work: a bar on a terminal, a line of text in Jupyter, else one log line per stage.

Functions that run long take the argument `progress`. Output goes to standard error or to the log::

    build()                  # shown in notebooks and at an interactive prompt; scripts log
    build(progress="bar")    # also shown by scripts that run in a terminal
    build(progress="off")    # neither shown nor logged
    build(progress=print)    # passed to your own function, `Step` by `Step`

`open_progress` turns this choice into a function, which `Requester` calls, or into None for "off".
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Literal, NamedTuple

from flgraph.checks import escape_controls, format_count

logger = logging.getLogger(__name__)

_LINE_WIDTH: Final = 120
_BAR_WIDTH: Final = 20
_REDRAW_SECONDS: Final = 0.1


class Step(NamedTuple):
    """Describe the state of a piece of work.

    Attributes
    ----------
    stage : str
        Name of the stage; each stage has its own bar.
    done, total : int, int or None
        Items done, and items in all; None if the total is unknown.
    requests : int
        Requests sent so far in all stages.
    note : str
        Reason for the current wait; empty while work proceeds.
    """

    stage: str
    done: int = 0
    total: int | None = None
    requests: int = 0
    note: str = ""


Progress = Callable[[Step], None]
"""A function that receives every step; it must not raise."""

ProgressChoice = Literal["auto", "bar", "off"] | Progress
"""How to show progress: "auto" if a person is present, "bar" also in scripts, "off", or a function."""


def open_progress(
    choice: ProgressChoice = "auto", *, clock: Callable[[], float] = time.monotonic
) -> AbstractContextManager[Progress | None]:
    """Open a context manager that yields a function to show steps, or None for "off".

    Examples
    --------
    >>> with open_progress("off") as progress:
    ...     progress is None
    True
    >>> with open_progress() as progress:
    ...     progress(Step("papers by id", done=10, total=56))
    """
    if choice == "off":
        return nullcontext()
    if callable(choice):
        return nullcontext(choice)
    if _is_notebook():
        return _open_text(clock)
    is_wanted = choice == "bar" or hasattr(sys, "ps1")  # set only at an interactive prompt
    if is_wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return _open_bar(clock)
    return _open_lines(clock)


def _is_notebook() -> bool:
    """Return whether this runs in a Jupyter kernel; IPython in a terminal does not count."""
    find_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return find_shell is not None and hasattr(find_shell(), "kernel")


@contextmanager
def _open_bar(clock: Callable[[], float]) -> Iterator[Progress]:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(_BAR_WIDTH),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
    )
    began = clock()
    stage: tuple[str, TaskID] | None = None
    console = Console(stderr=True)
    bar = Bar(*columns, console=console)
    # Standard output carries data, so rich must not redirect it.
    with Live(bar, console=console, transient=True, redirect_stdout=False, refresh_per_second=10) as live:

        def show(step: Step) -> None:
            nonlocal stage
            if stage and stage[0] != step.stage:
                bar.remove_task(stage[1])
                stage = None
            if stage is None:
                stage = step.stage, bar.add_task(step.stage, total=step.total, rate="")
            bar.update(stage[1], completed=step.done, total=step.total, rate=_format_rate(step, clock() - began))
            # A terminal of 80 columns has no room for the reason beside the bar.
            note = Text(escape_controls(step.note), no_wrap=True, overflow="ellipsis")
            live.update(Group(bar, note) if step.note else bar)

        yield show


@contextmanager
def _open_text(clock: Callable[[], float]) -> Iterator[Progress]:
    """Redraw each stage on one line; widgets would need an extension that not every notebook has."""
    began = drawn = clock()
    last: Step | None = None
    width = 0

    def draw(step: Step) -> None:
        nonlocal drawn, width
        line = _format_line(step, clock() - began)
        sys.stderr.write(f"\r{line.ljust(width)}")
        sys.stderr.flush()
        drawn, width = clock(), len(line)

    def show(step: Step) -> None:
        nonlocal last, width
        if last and step.stage != last.stage:
            draw(last)
            sys.stderr.write("\n")
            last, width = None, 0
        if last is None or step.note != last.note or clock() - drawn >= _REDRAW_SECONDS:
            draw(step)
        last = step

    try:
        yield show
    finally:
        if last:
            draw(last._replace(note=""))
            sys.stderr.write("\n")


@contextmanager
def _open_lines(clock: Callable[[], float]) -> Iterator[Progress]:
    began = clock()
    sent = 0
    last: Step | None = None

    def end() -> None:
        nonlocal began, sent
        if last:
            total = "" if last.total is None else f" of {last.total:,}"
            counted = format_count(last.requests - sent, "request")
            asked = f", {counted} in {clock() - began:.0f} s" if last.requests else ""
            logger.info("%s: %s%s%s", last.stage, f"{last.done:,}", total, asked)
            began, sent = clock(), last.requests

    def show(step: Step) -> None:
        nonlocal last
        if last and step.stage != last.stage:
            end()
        last = step

    try:
        yield show
    finally:
        end()


def _format_line(step: Step, seconds: float) -> str:
    """Format a step as one line; during a wait, its reason replaces the bar and the rate."""
    filled = _BAR_WIDTH * min(step.done, step.total) // step.total if step.total else 0
    counted = f"{step.done}/{'?' if step.total is None else step.total}"
    bar = f"[{'#' * filled:-<{_BAR_WIDTH}}]"
    parts = (step.stage, counted, step.note) if step.note else (step.stage, bar, counted, _format_rate(step, seconds))
    line = escape_controls(" ".join(part for part in parts if part))
    return line if len(line) <= _LINE_WIDTH else line[: _LINE_WIDTH - 1] + "…"


def _format_rate(step: Step, seconds: float) -> str:
    return f"{step.requests / seconds:.1f} requests/s" if step.requests and seconds > 0 else ""
