"""Say how far long work has come: a bar on a terminal, a line of text in Jupyter, elsewhere one log line a stage.

What works long takes `progress`. All that is shown goes to standard error, or to the log::

    build()                  # shown in notebooks and at a prompt; a script has its log
    build(progress="bar")    # shown in a script, too, where it runs in a terminal
    build(progress="off")    # not even in the log
    build(progress=print)    # a function of one's own, told of every `Step`

Inside, `open_progress` turns the choice into a function, or None where nobody listens; `Requester` calls it.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Final, Literal, NamedTuple

logger = logging.getLogger(__name__)

_LINE_WIDTH: Final = 120
_BAR_WIDTH: Final = 20
_REDRAW_SECONDS: Final = 0.1


class Step(NamedTuple):
    """Where a piece of work stands.

    Attributes
    ----------
    stage : str
        What is being done; a new stage is a new bar.
    done, total : int, int or None
        How much of how much; a total that nobody knows is None.
    requests : int
        How many requests the run has sent so far, all stages together.
    note : str
        What it waits for and why; blank while it goes on.
    """

    stage: str
    done: int = 0
    total: int | None = None
    requests: int = 0
    note: str = ""


Progress = Callable[[Step], None]
"""What is told of every step; it shall not raise."""

ProgressChoice = Literal["auto", "bar", "off"] | Progress
"""How progress is shown: "auto" where a person is at work, "bar" in scripts too, or by a function of one's own."""


def open_progress(
    choice: ProgressChoice = "auto", *, clock: Callable[[], float] = time.monotonic
) -> AbstractContextManager[Progress | None]:
    """Return what shows the steps that it is called with, to be used in a `with`; "off" gives None.

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
    is_wanted = choice == "bar" or hasattr(sys, "ps1")  # which Python has at a prompt only
    if is_wanted and sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return _open_bar(clock)
    return _open_lines(clock)


def _is_notebook() -> bool:
    """Tell whether this runs in a Jupyter kernel; IPython in a terminal is a terminal."""
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
    # What is on standard output is data, and stays out of the way of what is drawn.
    with Live(bar, console=console, transient=True, redirect_stdout=False, refresh_per_second=10) as live:

        def show(step: Step) -> None:
            nonlocal stage
            if stage and stage[0] != step.stage:
                bar.remove_task(stage[1])
                stage = None
            if stage is None:
                stage = step.stage, bar.add_task(step.stage, total=step.total, rate="")
            bar.update(stage[1], completed=step.done, total=step.total, rate=_say_rate(step, clock() - began))
            # Beside the bar there is no room for a reason on a terminal of 80 columns.
            live.update(Group(bar, Text(step.note, no_wrap=True, overflow="ellipsis")) if step.note else bar)

        yield show


@contextmanager
def _open_text(clock: Callable[[], float]) -> Iterator[Progress]:
    """Draw each stage on one line, over and over: widgets need what not every notebook has."""
    began = drawn = clock()
    last: Step | None = None
    width = 0

    def draw(step: Step) -> None:
        nonlocal drawn, width
        line = _say_line(step, clock() - began)
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
            requests = last.requests - sent
            counted = "1 request" if requests == 1 else f"{requests:,} requests"
            logger.info("%s: %s%s, %s in %.0f s", last.stage, f"{last.done:,}", total, counted, clock() - began)
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


def _say_line(step: Step, seconds: float) -> str:
    """Return the line of a step: what it waits for takes the place of bar and rate, which stand still meanwhile."""
    filled = _BAR_WIDTH * min(step.done, step.total) // step.total if step.total else 0
    counted = f"{step.done}/{'?' if step.total is None else step.total}"
    bar = f"[{'#' * filled:-<{_BAR_WIDTH}}]"
    parts = (step.stage, counted, step.note) if step.note else (step.stage, bar, counted, _say_rate(step, seconds))
    line = " ".join(part for part in parts if part)
    return line if len(line) <= _LINE_WIDTH else line[: _LINE_WIDTH - 1] + "…"


def _say_rate(step: Step, seconds: float) -> str:
    return f"{step.requests / seconds:.1f} requests/s" if step.requests and seconds > 0 else ""
