"""All benchmarks of `python -m benchmarks`: one line for each."""

from __future__ import annotations

import ast
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent
_ROUND: Final = ("--rounds", "1")
_NETWORK: Final = ("{data}/citations.csv.gz", "--dates", "{data}/papers.csv.gz")


@dataclass(frozen=True)
class Benchmark:
    """A benchmark: a module whose `main` prints a report, run with some options.

    Attributes
    ----------
    name : str
        Its name; that of the module unless `module` is given.
    options : tuple of str
        The options of a whole run; `{data}` stands for the folder of its data.
    quick : tuple of str
        The options that make it a quick run, after `options`.
    module : str
        The module below `benchmarks`.
    packages, programs : tuple of str
        The modules and programs that it cannot do without, peers included.
    data : str
        The folder of its data below that of `--data`.
    """

    name: str
    options: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()
    module: str = ""
    packages: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    data: str = ""

    def find_reason(self, data: Path | None) -> str:
        """Return why it cannot run, an empty text if it can."""
        missing = [name for name in self.packages if find_spec(name) is None]
        missing += [name for name in self.programs if shutil.which(name) is None]
        if missing:
            return f"not installed: {', '.join(missing)}"
        if self.data and data is None:
            return f"name a folder with {self.data} by --data or FLGRAPH_TEST_DATA"
        return f"{data} has no {self.data}" if self.data and data and not (data / self.data).is_dir() else ""

    def list_arguments(self, data: Path | None, *, quick: bool) -> list[str]:
        """Return what stands behind `python -m`, with the options of a whole or a quick run."""
        options = (*self.options, *self.quick) if quick else self.options
        folder = str((data or Path("DATA")) / self.data)
        return [f"benchmarks.{self.module or self.name}", *(word.replace("{data}", folder) for word in options)]

    def show_command(self, *, quick: bool) -> str:
        """Return the command that runs it alone, where DATA is the folder of `--data`."""
        return f"python -m {' '.join(self.list_arguments(None, quick=quick))}"

    def read_summary(self) -> str:
        """Return the first paragraph of the module's docstring."""
        text = (_FOLDER / f"{self.module or self.name}.py").read_text(encoding="utf-8")
        return " ".join((ast.get_docstring(ast.parse(text)) or "").partition("\n\n")[0].split())


BENCHMARKS: Final = (
    Benchmark("startup", quick=_ROUND),
    Benchmark("lint", quick=("--papers", "100", *_ROUND)),
    Benchmark("catalog", quick=("--papers", "300", *_ROUND)),
    Benchmark("catalog_long", ("--shape", "long"), ("--papers", "300", *_ROUND), module="catalog"),
    Benchmark("lists", quick=("--rows", "500", "2000")),
    Benchmark("build_lists", quick=("--papers", "200", "800", *_ROUND)),
    Benchmark("build_once", quick=_ROUND),
    Benchmark("similarity"),
    Benchmark("similarity_network", ("{data}",), module="similarity", data="graphs/motor-learning"),
    Benchmark("rank_intervals", quick=("--rounds", "5", "--draws", "200", "--around", "400")),
    Benchmark("field_intervals", ("--rounds", "100"), ("--rounds", "10")),
    Benchmark("temporal_holdout", _NETWORK, packages=("igraph",), data="graphs/motor-learning"),
    Benchmark("catalog_holdout", _NETWORK, ("--lists", "20"), packages=("igraph",), data="graphs/motor-learning"),
    Benchmark("enrich_known_ids", quick=("--papers", "200", "--singles", "50", *_ROUND)),
    Benchmark("enrich_many", quick=("--papers", "1000", "--latency", "0.1")),
    Benchmark("pagerank", ("--rounds", "5"), ("--papers", "5000", *_ROUND), packages=("igraph",)),
    Benchmark("pagerank_large", ("--large", "--rounds", "2"), ("--papers", "2000"), "pagerank", ("igraph",)),
    Benchmark("tables", ("--rounds", "2"), ("--papers", "20000", "--citations", "200000", *_ROUND),
              packages=("duckdb", "pyarrow", "polars")),
    Benchmark("whole_index", ("--rounds", "1"), ("--papers", "20000"), packages=("duckdb", "pyarrow"),
              programs=("zcat",)),
    Benchmark("spark", quick=("--papers", "20000", "--peer-papers", "5000"), packages=("pyspark",), programs=("java",)),
    Benchmark("map", quick=("--sizes", "60", "--draws", "1", *_ROUND), packages=("playwright",),
              programs=("chromium",)),
)  # fmt: skip
