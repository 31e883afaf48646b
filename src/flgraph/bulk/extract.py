"""Extract a field from an index: by topic, by ids, or around a catalog; as two Parquet files or as a snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from flgraph.bulk.index_files import read_index
from flgraph.catalog.reader import read_catalog
from flgraph.checks import refuse_number
from flgraph.extras import require_extra
from flgraph.progress import ProgressChoice, Step, open_progress
from flgraph.records import Catalog, Snapshot

if TYPE_CHECKING:
    from flgraph.bulk.field_files import Field
    from flgraph.bulk.field_plan import FieldPlan
    from flgraph.bulk.field_request import Request
    from flgraph.bulk.index_query import Query

Hops = Literal[1, 2]


def extract_field(
    index: str | Path,
    output: str | Path,
    *,
    topics: Sequence[str] | str = (),
    ids: Sequence[str] | str | Path | None = None,
    around: Catalog | str | Path | None = None,
    hops: Hops = 1,
    since: int | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: ProgressChoice = "auto",
) -> Field:
    """Extract papers of an index, and the citations between them, as two Parquet files.

    Name one of `topics`, `ids` and `around`. DuckDB reads the index and keeps to `memory`. It writes what does not fit
    to a temporary folder beside the output.

    Parameters
    ----------
    index : str or Path
        A folder that `flgraph index` made.
    output : str or Path
        The folder to write: `papers.parquet`, `citations.parquet` and `field.json`. A field in it is overwritten.
    topics : Sequence of str, or str
        Topics of OpenAlex by number ("T10101") or name; for an index of Semantic Scholar, fields of study.
    ids : Sequence of str, or the path of a file
        DOIs, arXiv ids, PubMed ids, and ids of the source: W123, corpus ids or paperIds. In a file, one a line.
    around : Catalog, or a path as for `read_catalog`
        The papers of a catalog, and those that cite them or that they cite. Entries are matched by their ids under the
        rules of `enrich_catalog`; an id that leads to another title is not used.
    hops : {1, 2}
        How far to go around the catalog; 2 also takes what cites the papers around it, and what they cite.
    since : int or None
        Leave out papers of earlier years and of no year; papers of the catalog stay.
    memory : str or None
        What DuckDB may take, such as "8GB", at least 200 MB a thread; None is half of the memory.
    threads : int or None
        The number of threads; None is one for each core.
    progress : {"auto", "bar", "off"} or callable
        How to show progress.

    Returns
    -------
    Field
        The folder, its counts, and the ids or keys that the index does not have.

    Raises
    ------
    TableError
        The folder is no index, a topic is unknown, or no paper is found.
    OutputError
        The output cannot be written or holds something else; it is unchanged.
    FlgraphError
        The extra `bulk` is not installed.
    ValueError
        Not one of `topics`, `ids` and `around` is named, or a number is out of range.

    Examples
    --------
    >>> field = extract_field("openalex-index", "field", topics=["Federated learning"])  # doctest: +SKIP
    >>> matrix = build_from_files(field.papers_file, field.citations_file)  # doctest: +SKIP
    """
    output = Path(output)
    with _open(index, memory, threads, progress, output=output) as query:
        from flgraph.bulk.field_files import refuse_folder, write_field
        from flgraph.bulk.field_request import choose_papers

        refuse_folder(output, query.index.path)
        chosen = choose_papers(query, _make_request(topics, ids, around, hops, since))
        return write_field(query, output, chosen)


def plan_field(
    index: str | Path,
    *,
    topics: Sequence[str] | str = (),
    ids: Sequence[str] | str | Path | None = None,
    around: Catalog | str | Path | None = None,
    hops: Hops = 1,
    since: int | None = None,
    memory: str | None = None,
    threads: int | None = None,
    progress: ProgressChoice = "auto",
) -> FieldPlan:
    """Count what `extract_field` with the same arguments would write, and write nothing.

    Returns
    -------
    FieldPlan
        The numbers of papers and citations, and the bytes that they take, estimated from those of the index.

    Examples
    --------
    >>> plan_field("openalex-index", topics=["T10101"]).papers  # doctest: +SKIP
    """
    with _open(index, memory, threads, progress) as query:
        from flgraph.bulk.field_plan import make_plan
        from flgraph.bulk.field_request import choose_papers

        return make_plan(query, choose_papers(query, _make_request(topics, ids, around, hops, since)))


def extract_snapshot(
    index: str | Path,
    catalog: Catalog | str | Path,
    *,
    hops: Hops = 1,
    memory: str | None = None,
    threads: int | None = None,
    progress: ProgressChoice = "auto",
) -> Snapshot:
    """Extract what an index knows of a catalog as a snapshot, like one of `enrich_catalog` at depth 1.

    Entries are matched by DOI, arXiv id, PubMed id or id of the source. Listings of references and citations are
    complete within the index. The snapshot is of the day of the release, and its `parameters` name the index.

    Parameters
    ----------
    index : str or Path
        A folder that `flgraph index` made.
    catalog : Catalog, or a path as for `read_catalog`
        The papers, and the decisions of people.
    hops : {1, 2}
        2 adds the listings of the papers around the catalog, and the papers in them. They are in the snapshot; the
        graph of `build` uses the first hop.
    memory, threads, progress
        As for `extract_field`.

    Raises
    ------
    TableError
        The folder is no index, its release has no day, no entry is in it, or more than 1,000,000 papers are around the
        catalog.

    Examples
    --------
    >>> snapshot = extract_snapshot("openalex-index", "my-list")  # doctest: +SKIP
    >>> built = build("my-list", snapshot=snapshot)  # doctest: +SKIP
    """
    with _open(index, memory, threads, progress) as query:
        from flgraph.bulk.index_snapshot import make_snapshot

        return make_snapshot(
            query, catalog if isinstance(catalog, Catalog) else read_catalog(catalog), _check_hops(hops)
        )


def _make_request(
    topics: Sequence[str] | str,
    ids: Sequence[str] | str | Path | None,
    around: Catalog | str | Path | None,
    hops: int,
    since: int | None,
) -> Request:
    from flgraph.bulk.field_request import Request

    topics = (topics,) if isinstance(topics, str) else tuple(map(str, topics))
    if sum((bool(topics), ids is not None, around is not None)) != 1:
        raise ValueError("name one of topics, ids and around")
    if since is not None:
        refuse_number("since", since, least=1)
    catalog = around if around is None or isinstance(around, Catalog) else read_catalog(around)
    return Request(topics=topics, ids=ids, catalog=catalog, hops=_check_hops(hops), since=since)


def _check_hops(hops: int) -> int:
    if hops not in (1, 2):
        raise ValueError(f"hops is {hops!r}; should be 1 or 2")
    return hops


@contextmanager
def _open(
    index: str | Path, memory: str | None, threads: int | None, progress: ProgressChoice, *, output: Path | None = None
) -> Iterator[Query]:
    """Open an index for questions; what does not fit into memory goes beside the output."""
    require_extra("bulk", "an index")
    from flgraph.bulk.index_query import open_query

    opened = read_index(index)
    with (
        open_progress(progress) as show,
        open_query(opened, show or _show_nothing, memory=memory, threads=threads, spill=_find_spill(output)) as query,
    ):
        yield query


def _find_spill(output: Path | None) -> Path | None:
    """Return the folder in which the output is, or will be."""
    if output is None:
        return None
    return next(folder for folder in output.absolute().parents if folder.is_dir())


def _show_nothing(_: Step) -> None:
    pass
