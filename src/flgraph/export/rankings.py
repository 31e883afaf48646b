"""Write a ranking of a citation matrix, of millions of papers, as Parquet or CSV."""

from __future__ import annotations

from pathlib import Path

from flgraph.analysis.ranking.matrix_ranking import MatrixRanking
from flgraph.bulk.texts import pack_texts
from flgraph.bulk.write_tables import refuse_output, write_parquet
from flgraph.export.spreadsheets import format_csv
from flgraph.files.atomic import write_text


def write_ranking(ranking: MatrixRanking, path: str | Path, *, raw: bool = False) -> Path:
    """Write a ranking with the columns of `MatrixRanking.make_table`, best paper first.

    Parameters
    ----------
    ranking : MatrixRanking
        From `rank_matrix`.
    path : str or Path
        A file in `.parquet`, which needs the extra `bulk`, or in `.csv`; `-` is standard output, as CSV.
    raw : bool
        Keep ids that a spreadsheet would run as a formula as they are in CSV. By default an apostrophe precedes them.

    Raises
    ------
    ValueError
        The name ends in neither `.parquet` nor `.csv`, or the ranking is not from `rank_matrix`.
    FlgraphError
        The extra `bulk` is needed and not installed.
    OutputError
        The file cannot be written; an earlier version of it is unchanged.

    Examples
    --------
    >>> write_ranking(rank_matrix(matrix), "ranking.parquet")  # doctest: +SKIP
    """
    if not isinstance(ranking, MatrixRanking):
        raise ValueError(f"ranking must be from rank_matrix, found a {type(ranking).__name__}")
    path = Path(path)
    if str(path) == "-" or path.suffix.lower() == ".csv":
        table = ranking.make_table()
        table["date"] = table["date"].dt.strftime("%Y-%m-%d")
        return write_text(path, format_csv(table, index=False, raw=raw))
    refuse_output(path)
    matrix = ranking.matrix
    return write_parquet(
        path,
        {
            "rank": ranking.ranks,
            "id": pack_texts(matrix.papers),
            "score": ranking.scores,
            "citations": matrix.count_citations(),
            "date": matrix.dates,
        },
        ranking.order,
        whole=("rank",),
    )
