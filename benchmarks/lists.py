"""Read, lint and import synthetic lists of growing size, beside two linters of Markdown on the same files.

    python -m benchmarks.lists
    python -m benchmarks.lists --rows 2500 10000
    python -m benchmarks.lists --peers FOLDER

Each work runs in a process of its own, so that its CPU time and its peak memory include the start. This process stays
small: a child's peak is never below that of the process that started it. The peers are remark-lint and awesome-lint,
which run only if FOLDER has them: `npm install --prefix FOLDER remark-cli remark-preset-lint-recommended awesome-lint`.
The environment variable FLGRAPH_NPM names the folder, too.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.report import Figure, make_parser, print_report

MOST_GROWTH: Final = 1.25
_SIZES: Final = (2_500, 25_000, 100_000)
_SECTION: Final = 50  # rows of one form
_SYLLABLES: Final = (
    "ba",
    "cor",
    "dan",
    "del",
    "fi",
    "gor",
    "hal",
    "jo",
    "lun",
    "mer",
    "nim",
    "quin",
    "ras",
    "sel",
    "tor",
)
_VENUES: Final = ("Synthetic Conference", "Journal of Synthetic Studies", "Proceedings of the Synthetic Workshop")
_MEGABYTE: Final = 2**20 if sys.platform == "darwin" else 2**10  # in the unit of ru_maxrss
_LINT: Final = "flgraph lint README.md"
_READ: Final = "import sys; from flgraph.lists.reading import read_list; print(len(read_list(sys.argv[1]).papers))"
_PEERS: Final[Mapping[str, tuple[str, ...]]] = {
    "remark-lint": ("remark-cli", "remark-preset-lint-recommended"),
    "awesome-lint": ("awesome-lint",),
}
"""The packages of npm that each peer needs."""


# --- the list ------------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """An invented paper."""

    number: int
    title: str
    authors: tuple[str, ...]
    venue: str
    year: int

    @property
    def url(self) -> str:
        """Its address, on a host that does not exist."""
        return f"https://example.org/synthetic/{self.number}.pdf"


def make_rows(count: int, *, seed: int = 0) -> Iterator[Row]:
    """Make so many papers; their titles say "synthetic", and no two are alike."""
    chance = random.Random(seed)

    def name() -> str:
        return "".join(chance.choices(_SYLLABLES, k=3))

    for number in range(count):
        title = f"Synthetic {name()} {name()} for {name()} {name()}: a study of {name()} in {name()}"
        authors = tuple(f"{name().title()} {name().title()}" for _ in range(chance.randint(1, 5)))
        yield Row(number, title, authors, chance.choice(_VENUES), chance.randint(2005, 2025))


def _write_bullet(row: Row) -> str:
    code = f" [[code]](https://example.org/code/{row.number})" if row.number % 3 == 0 else ""
    return f"- [{row.title}]({row.url}), {', '.join(row.authors)}. *{row.venue}*, {row.year}.{code}\n"


def _write_reference(row: Row) -> str:
    names = ", ".join(f"{last} {first[0]}" for first, last in (author.split() for author in row.authors))
    return f"- {names}. {row.title}[J]. {row.venue}, {row.year}, {row.number % 40 + 1}(2): 12-24. [[pdf]]({row.url})\n"


def _write_cells(row: Row) -> str:
    return f"| {row.title} | {', '.join(row.authors)} | {row.venue} | {row.year} | [PDF]({row.url}) |\n"


def _write_html(row: Row) -> str:
    cells = (f'<a href="{row.url}">{row.title}</a>', ", ".join(row.authors), row.venue, str(row.year))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>\n"


_FORMS: Final[tuple[tuple[str, Callable[[Row], str], str], ...]] = (
    ("", _write_bullet, ""),
    ("| Title | Authors | Venue | Year | Link |\n|---|---|---|---|---|\n", _write_cells, ""),
    ("<table>\n<tr><th>Title</th><th>Authors</th><th>Venue</th><th>Year</th></tr>\n", _write_html, "</table>\n"),
    ("", _write_reference, ""),
)
"""How rows are written, with what stands above and below those of a section."""


def write_list(path: Path, count: int) -> None:
    """Write a list of so many rows: sections of bullets, pipe tables, HTML tables and reference strings in turn."""
    with path.open("w", encoding="utf-8") as file:
        file.write("# Synthetic list\n")
        below = ""
        for row in make_rows(count):
            section, place = divmod(row.number, _SECTION)
            above, write, after = _FORMS[section % len(_FORMS)]
            if place == 0:
                file.write(f"{below}\n## Synthetic papers, part {section + 1}\n\n{above}")
                below = after
            file.write(write(row))
        file.write(below)


# --- what it costs -------------------------------------------------------------------------------------------


class Cost(NamedTuple):
    """What a process took, its start included: CPU seconds and megabytes at its peak."""

    seconds: float
    peak: float


def run_apart(command: Sequence[str], folder: Path) -> Cost:
    """Run a command in a folder; an exit code of 1 says that it found problems."""
    with (folder / "output.txt").open("w", encoding="utf-8") as output:
        child = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)  # of this child alone; RUSAGE_CHILDREN joins all of them
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {child.returncode}, see below\n{_read_end(output.name)}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / _MEGABYTE)


def measure_works(works: Mapping[str, Sequence[str]], rows: int, *, rounds: int) -> dict[str, Cost]:
    """Return what each work takes for a new list of so many rows: the least CPU time and the least peak."""
    found: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(rounds):
        with TemporaryDirectory() as name:
            folder = Path(name)
            write_list(folder / "README.md", rows)
            for work, command in works.items():
                found[work].append(run_apart(command, folder))
    return {work: Cost(*map(min, zip(*costs, strict=True))) for work, costs in found.items()}


def _read_end(name: str) -> str:
    return Path(name).read_text(encoding="utf-8", errors="replace")[-2000:]


def list_works(peers: Path | None) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Return the commands to measure, by name, and the peers that are skipped; an imported catalog is linted."""
    program = (sys.executable, "-m", "flgraph")
    works: dict[str, tuple[str, ...]] = {
        "read_list": (sys.executable, "-c", _READ, "README.md"),
        _LINT: (*program, "lint", "README.md"),
        "flgraph import": (*program, "import", "README.md", "-o", "catalog"),
        "flgraph lint CATALOG": (*program, "lint", "catalog"),
    }
    skipped = []
    for name, packages in _PEERS.items():
        reason = find_reason(packages, peers)
        if reason or peers is None:
            skipped.append(f"{name}, {reason}")
            continue
        modules = peers.resolve() / "node_modules"
        if name == "remark-lint":
            preset = str(modules / "remark-preset-lint-recommended" / "index.js")
            works[name] = (str(modules / ".bin" / "remark"), "--no-stdout", "--use", preset, "README.md")
        else:
            works[name] = (str(modules / ".bin" / name), "README.md")
    return works, skipped


def find_reason(packages: Sequence[str], peers: Path | None) -> str:
    """Return why a peer cannot run, an empty text if it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if peers is None:
        return "name a folder with its packages by --peers or FLGRAPH_NPM"
    missing = [name for name in packages if not (peers / "node_modules" / name).is_dir()]
    return f"{peers} has no {missing[0]}; npm install --prefix {peers} {' '.join(packages)}" if missing else ""


def judge_costs(costs: Mapping[str, Mapping[int, Cost]]) -> Iterator[Figure]:
    """Yield CPU time, CPU time a row over that of the smallest list, and peak memory of each work and size."""
    for name, by_rows in costs.items():
        first = min(by_rows)
        for rows, (seconds, peak) in by_rows.items():
            at = f"{name}, {rows:,} rows"
            yield Figure(f"{at}: CPU, {1000 * seconds / rows:.2f} ms a row", seconds, "s")
            yield Figure(f"{at}: peak memory", peak, "MB")
            if rows > first:
                growth = seconds / rows / (by_rows[first].seconds / first)
                target = None if name in _PEERS else MOST_GROWTH
                yield Figure(f"{at}: CPU a row over {first:,} rows", growth, at_most=target)
            if name in _PEERS:
                yield Figure(f"{at}: CPU over {_LINT}", seconds / costs[_LINT][rows].seconds, peer=name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; the exit code is 1 where a target is missed."""
    parser = make_parser(__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=list(_SIZES), help="the sizes of the lists")
    parser.add_argument("--rounds", type=int, default=1, help="the best of so many runs counts")
    parser.add_argument(
        "--peers", type=Path, default=os.environ.get("FLGRAPH_NPM"), help="a folder where npm installed the peers"
    )
    options = parser.parse_args(arguments)
    works, skipped = list_works(options.peers)
    measured = {rows: measure_works(works, rows, rounds=options.rounds) for rows in sorted(options.rows)}
    costs = {name: {rows: found[name] for rows, found in measured.items()} for name in works}
    title = f"lists: synthetic rows, best of {options.rounds}"
    return print_report(title, list(judge_costs(costs)), options, skipped=skipped)


if __name__ == "__main__":
    raise SystemExit(main())
