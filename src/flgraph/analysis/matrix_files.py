"""Build a citation matrix straight from files of papers and citations, and keep a matrix on disk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from flgraph.analysis.citation_matrix import CitationMatrix, build_in_order
from flgraph.bulk.table_files import Engine, read_table_files
from flgraph.bulk.texts import PackedTexts, pack_texts
from flgraph.errors import TableError
from flgraph.files.atomic import write_together
from flgraph.progress import ProgressChoice, Step, open_progress

_ABOUT: Final = "matrix.json"
_VERSION: Final = 1
_TYPES: Final[Mapping[str, str]] = {
    "paper_ends": "int64",
    "paper_ids": "uint8",
    "indptr": "int64",
    "indices": "int32",
    "dates": "datetime64[D]",
    "reference_counts": "float64",
    "citation_counts": "float64",
    "components": "int64",
}


def build_from_files(
    papers: str | Path,
    citations: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    engine: Engine | None = None,
    progress: ProgressChoice = "auto",
) -> CitationMatrix:
    """Build a citation matrix from a file of papers and a file of citations, of millions of rows.

    A citation given twice counts once. A citation of a paper by itself or of a paper that is not in the file of papers
    is left out, and so is one by such a paper; the log says how many. Rows may be in any order.

    Parameters
    ----------
    papers : str or Path
        One row a paper: `id`, text or whole numbers, each once; optionally `date`, `year`, `reference_count` and
        `citation_count`, as for `build_from_frames`. Parquet (`.parquet`), CSV (`.csv`) or CSV with tabs (`.tsv`);
        the last two also as `.gz`.
    citations : str or Path
        One row a citation: `citing` and `cited`. If one file holds text and the other whole numbers, both are compared
        as text. In CSV all is text: "007" and "7" are two papers.
    columns : Mapping of str to str, or None
        The names of columns in the files where they differ: {"citing": "source", "cited": "target"}.
    engine : "duckdb", "pandas" or None
        What reads the files, with the same result. None is DuckDB where the extra `bulk` is installed, else pandas.
    progress : "auto", "bar", "off" or callable
        How to show progress.

    Returns
    -------
    CitationMatrix
        Its `papers` are the ids as text, oldest paper first, as a `PackedTexts`.

    Raises
    ------
    TableError
        A file cannot be read or lacks a column; an id is missing, repeated or neither text nor a whole number; a date,
        year or count is invalid; or no row is a citation between two papers.
    FlgraphError
        The extra `bulk` is needed, for Parquet or the engine, and not installed.
    ValueError
        `columns` or `engine` holds an unknown name.

    Examples
    --------
    >>> matrix = build_from_files("papers.parquet", "citations.parquet")  # doctest: +SKIP
    """
    with open_progress(progress) as show:
        read = read_table_files(papers, citations, engine=engine, columns=columns, progress=show)
        matrix = build_in_order(
            read.ids,
            read.citing,
            read.cited,
            dates=read.dates,
            reference_counts=read.reference_counts,
            citation_counts=read.citation_counts,
        )
        if show is not None:
            show(Step("matrix", matrix.citations, matrix.citations))
    read.warn(matrix.citations)
    return matrix


# --- on disk ---------------------------------------------------------------------------------------------


def write_matrix(matrix: CitationMatrix, folder: str | Path) -> Path:
    """Write a matrix as a folder of `.npy` files, which `read_matrix` opens without reading them.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        The folder cannot be written to; the files in it are unchanged.

    Examples
    --------
    >>> write_matrix(matrix, "matrix")  # doctest: +SKIP
    """
    ids = pack_texts(matrix.papers)
    first, last = int(ids.ends[0]), int(ids.ends[-1])
    arrays: dict[str, npt.NDArray[Any]] = {
        "paper_ends": ids.ends - first,
        "paper_ids": ids.content[first:last],
        **{name: getattr(matrix, name) for name in _TYPES if not name.startswith("paper_")},
    }
    about = {"format": "flgraph citation matrix", "version": _VERSION,
             "papers": len(ids), "citations": matrix.citations}  # fmt: skip
    with write_together(folder, last=_ABOUT) as stage:
        for name, array in arrays.items():
            np.save(stage / f"{name}.npy", np.ascontiguousarray(array), allow_pickle=False)
        (stage / _ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return Path(folder)


def read_matrix(folder: str | Path, *, mapped: bool = True) -> CitationMatrix:
    """Read a matrix that `write_matrix` wrote.

    Parameters
    ----------
    folder : str or Path
        The folder.
    mapped : bool
        Map the files into memory: the system reads a part when it is used, and shares it between processes. A matrix
        may then be larger than memory. False reads the files at once.

    Raises
    ------
    TableError
        The folder holds no matrix, or a file is missing, cut off or does not fit the others.

    Examples
    --------
    >>> matrix = read_matrix("matrix")  # doctest: +SKIP
    """
    folder = Path(folder)
    papers, citations = _read_about(folder)
    arrays = {name: _read_array(folder / f"{name}.npy", kind, mapped=mapped) for name, kind in _TYPES.items()}
    lengths = {"paper_ends": papers + 1, "indptr": papers + 1, "indices": citations}
    for name, array in arrays.items():
        if name != "paper_ids" and array.shape != (lengths.get(name, papers),):
            raise _say_damaged(folder / f"{name}.npy", "has the wrong length")
    for name, last in (("paper_ends", len(arrays["paper_ids"])), ("indptr", citations)):
        ends = arrays[name]
        if ends[0] != 0 or ends[-1] != last or np.any(np.diff(ends) < 0):
            raise _say_damaged(folder / f"{name}.npy", "does not fit the other files")
    if citations and not 0 <= arrays["indices"].min() <= arrays["indices"].max() < papers:
        raise _say_damaged(folder / "indices.npy", "does not fit the other files")
    ids = PackedTexts(arrays.pop("paper_ends"), arrays.pop("paper_ids"))
    return CitationMatrix(papers=ids, **arrays)


def _read_about(folder: Path) -> tuple[int, int]:
    """Return the numbers of papers and citations."""
    try:
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TableError(f"{folder}: holds no citation matrix; write_matrix makes such a folder") from error
    if not isinstance(about, dict) or about.get("version") != _VERSION:
        raise TableError(f"{folder / _ABOUT}: is of another version of flgraph; write the matrix again")
    counts = about.get("papers"), about.get("citations")
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        raise _say_damaged(folder / _ABOUT, "lacks the number of papers or citations")
    return int(counts[0] or 0), int(counts[1] or 0)


def _read_array(path: Path, kind: str, *, mapped: bool) -> npt.NDArray[Any]:
    try:
        # An empty file cannot be mapped.
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise _say_damaged(path, "cannot be read") from error
    if array.dtype != np.dtype(kind) or array.ndim != 1:
        raise _say_damaged(path, f"should hold one row of {kind}")
    return np.asarray(array)


def _say_damaged(path: Path, what: str) -> TableError:
    return TableError(f"{path}: {what}; write the matrix again")
