"""Turn a bulk release of OpenAlex or Semantic Scholar into an index, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from flgraph.bulk.index_files import Index, IndexSource
from flgraph.checks import read_day, refuse_number
from flgraph.extras import require_extra
from flgraph.progress import ProgressChoice, open_progress

if TYPE_CHECKING:
    from flgraph.bulk.index_plan import IndexPlan


def build_index(
    inputs: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    source: IndexSource | None = None,
    release: date | str | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: ProgressChoice = "auto",
) -> Index:
    """Turn the files of a bulk release into an index, or bring an index up to date with them.

    Each file becomes one part of works and one of citations. A run that ends early goes on with the next file when it
    is repeated, and a file that has changed since is read again. Of a work that several files hold, the record changed
    last is kept. Citations stay as they are: a paper may cite itself, be cited twice, or be missing among the works.

    Parameters
    ----------
    inputs : str or Path, or a Sequence of them
        Files or folders: works of OpenAlex; or papers and citations of Semantic Scholar (S2AG). JSON lines, also in
        gzip, or Parquet. The first record says which; manifests are passed over.
    output : str or Path
        The folder of the index.
    source : "openalex" or "semantic_scholar", optional
        Whose release it must be.
    release : date or str, optional
        The day of the release, such as "2026-11-01"; dates after it are unknown. By default the day that the index
        already has; without one, dates after today are unknown, and no snapshot can be made. With another day than
        before, all files are read again.
    memory : str, optional
        What all threads together may take, such as "8GB"; by default half of the memory. What exceeds it is kept in a
        temporary folder in the index.
    threads : int, optional
        How many files to read side by side; by default one for each core.
    progress : "auto", "bar", "off" or callable
        How to show progress; see `flgraph.progress`.

    Returns
    -------
    Index
        The index, as `read_index` returns it.

    Raises
    ------
    TableError
        Files cannot be read, or hold neither works nor citations: a line for each. Parts of the others are kept.
    OutputError
        The folder holds something else, or cannot be written; or the disk is too small, before the work or in it.
    FlgraphError
        The extra `bulk` is not installed.
    ValueError
        An argument is out of range.
    """
    day = _check(source, release, threads)
    from flgraph.bulk.index_build import make_index

    with open_progress(progress) as show:
        return make_index(
            _list(inputs), Path(output), source=source, release=day, memory=memory, threads=threads, show=show
        )


def plan_index(
    inputs: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    source: IndexSource | None = None,
    release: date | str | None = None,
    memory: str | None = None,
    threads: int | None = None,
) -> IndexPlan:
    """Estimate what `build_index` would read and take, from a sample; nothing is written to the index.

    Raises
    ------
    TableError, OutputError, FlgraphError, ValueError
        As for `build_index`.
    """
    day = _check(source, release, threads)
    from flgraph.bulk.index_build import make_plan

    return make_plan(_list(inputs), Path(output), source=source, release=day, memory=memory, threads=threads)


def _list(inputs: str | Path | Sequence[str | Path]) -> Sequence[str | Path]:
    return [inputs] if isinstance(inputs, str | Path) else inputs


def _check(source: str | None, release: date | str | None, threads: int | None) -> date | None:
    require_extra("bulk", "an index")
    if source is not None and source not in get_args(IndexSource):
        raise ValueError(f"source is {source!r}; should be one of {', '.join(get_args(IndexSource))}, or None")
    if threads is not None:
        refuse_number("threads", threads, least=1)
    return None if release is None else read_day("release", release)
