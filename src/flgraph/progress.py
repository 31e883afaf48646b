"""Say how far long work has come: a bar on a terminal, a line of text in Jupyter, elsewhere one log line a stage.

What works long takes `progress`: "auto" shows it in the way that fits, "off" does not, and a function of one
`Step` is told of every step. All that is shown goes to standard error::

    build()                      # shown, where somebody is looking
    build(progress="off")
    build(progress=print)

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

_LINE_WIDTH: Final = 100
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

ProgressChoice = Literal["auto", "off"] | Progress
"""How progress is shown: in the way that fits, not at all, or by a function of one's own."""


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
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        return _open_bar(clock)
    return _open_lines(clock)


def _is_notebook() -> bool:
    """Tell whether this runs in a Jupyter kernel; IPython in a terminal is a terminal."""
    find_shell = getattr(sys.modules.get("IPython"), "get_ipython", None)
    return find_shell is not None and hasattr(find_shell(), "kernel")


@contextmanager
def _open_bar(clock: Callable[[], float]) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn
    from rich.progress import Progress as Bar
    from rich.table import Column

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(_BAR_WIDTH),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("{task.fields[note]}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
    )
    began = clock()
    stage: tuple[str, TaskID] | None = None
    # What is on standard output is data, and stays out of the way of what is drawn.
    with Bar(*columns, console=Console(stderr=True), transient=True, redirect_stdout=False) as bar:

        def show(step: Step) -> None:
            nonlocal stage
            if stage and stage[0] != step.stage:
                bar.remove_task(stage[1])
                stage = None
            if stage is None:
                stage = step.stage, bar.add_task(step.stage, total=step.total, rate="", note="")
            rate = _say_rate(step, clock() - began)
            bar.update(stage[1], completed=step.done, total=step.total, rate=rate, note=step.note)

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
    filled = _BAR_WIDTH * min(step.done, step.total) // step.total if step.total else 0
    counted = f"{step.done}/{'?' if step.total is None else step.total}"
    parts = (step.stage, f"[{'#' * filled:-<{_BAR_WIDTH}}]", counted, _say_rate(step, seconds), step.note)
    line = " ".join(part for part in parts if part)
    return line if len(line) <= _LINE_WIDTH else line[: _LINE_WIDTH - 1] + "…"


def _say_rate(step: Step, seconds: float) -> str:
    return f"{step.requests / seconds:.1f} requests/s" if step.requests and seconds > 0 else ""
