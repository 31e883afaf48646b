"""Start the commands that answer at once, each in a process of its own, beside Python and the libraries they need.

The peers are an interpreter that does nothing, and one that imports networkx and pandas and does nothing with them.
CPU time, user and system, best of several rounds; the commands take turns, so that other work on the machine counts for
all of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.report import Figure, make_parser, print_report

_PYTHON: Final = "python -c pass"
_LIBRARIES: Final = "python -c 'import networkx, pandas'"
_PEERS: Final = {_PYTHON: ("-c", "pass"), _LIBRARIES: ("-c", "import networkx, pandas")}
_COMMANDS: Final = {
    ("--version",): 0.2,
    ("--help",): 0.2,
    ("find", "--task", "segmentation"): 0.9,
    ("show", "fedbn"): 0.9,
    ("lint",): 0.9,
    ("rank", "--of", "datasets"): None,
    ("regions",): None,
    ("build", "--help"): None,
}
"""The commands, and their targets in seconds; without a graph or a catalog, they read the bundled one."""


def measure_process(arguments: Sequence[str]) -> float:
    """Run Python and return the CPU seconds of the process; raise `RuntimeError` if it fails."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    quiet = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    number = os.posix_spawn(sys.executable, [sys.executable, *arguments], environment, file_actions=quiet)
    _, status, used = os.wait4(number, 0)
    if status:
        raise RuntimeError(f"{' '.join(arguments)} ended with code {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime


def measure_all(processes: Mapping[str, Sequence[str]], *, rounds: int) -> dict[str, float]:
    """Return the least CPU seconds of each process; the first round, which may compile modules, does not count."""
    least = dict.fromkeys(processes, float("inf"))
    for number in range(rounds + 1):
        for name, arguments in processes.items():
            seconds = measure_process(arguments)
            least[name] = min(least[name], seconds) if number else least[name]
    return least


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    commands = {f"flgraph {' '.join(words)}": ("-m", "flgraph", *words) for words in _COMMANDS}
    least = measure_all({**_PEERS, **commands}, rounds=options.rounds)
    figures = [Figure(name, least[name], "s") for name in _PEERS]
    figures += [
        Figure(name, least[name], "s", at_most, peer=_PYTHON, peer_value=least[_PYTHON])
        for name, at_most in zip(commands, _COMMANDS.values(), strict=True)
    ]
    find = next(name for name in commands if name.startswith("flgraph find"))
    figures.append(
        Figure("flgraph find over importing networkx and pandas", least[find] / least[_LIBRARIES], peer=_LIBRARIES)
    )
    return print_report(f"startup: CPU of fresh processes, best of {options.rounds}", figures, options)


if __name__ == "__main__":
    raise SystemExit(main())
