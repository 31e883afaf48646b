"""Run the main job: read a catalog, fetch its data, assemble the graph, rank the papers, write the files.

What `flgraph build` and `flgraph.build` share belongs here. Each step is one call into the package that owns it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from flgraph.analysis.ranking import Ranking, has_citations, make_ranking
from flgraph.catalog.reader import read_catalog
from flgraph.checks import format_count
from flgraph.enrichment import reuse
from flgraph.enrichment.decisions import keep_matches
from flgraph.enrichment.enrich import take_chosen
from flgraph.enrichment.reuse import (
    find_folder,
    fit_snapshot,
    is_whole,
    read_shipped,
)
from flgraph.errors import CatalogError, OutputError, SnapshotError, SourceError
from flgraph.export.spreadsheets import format_csv
from flgraph.files.atomic import refuse_outward, write_text, write_together
from flgraph.graph.assemble import build_graph
from flgraph.graph.coverage import source_coverage
from flgraph.graph.files import GRAPH_FILE, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.tables import papers_table
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.page import write_html
from flgraph.progress import ProgressChoice
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import SNAPSHOT_FILE, name_by_source, read_snapshot, write_snapshot
from flgraph.snapshot.shipping import is_shipped, is_shipped_copy
from flgraph.sources.cache import choose_cache
from flgraph.sources.choice import AUTO, Job, choose_providers, list_jobs
from flgraph.sources.provider import Provider
from flgraph.sources.registry import KNOWN, find_title
from flgraph.sources.settings import Depth, Settings

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

_PAPERS_FILE: Final = "papers.csv"
_MAP_FILE: Final = "map.html"


@dataclass(frozen=True, repr=False)
class Build:
    """Hold the results of the main job: catalog, snapshot, graph, table of papers, and ranking.

    The snapshot is None if there is none. The ranking is None without citation data. `more` holds the snapshots of
    further sources, `unavailable` the names of the sources that were asked and did not answer.
    """

    catalog: Catalog
    snapshot: Snapshot | None
    graph: KnowledgeGraph
    papers: pd.DataFrame
    ranking: Ranking | None = None
    more: tuple[Snapshot, ...] = ()
    unavailable: tuple[str, ...] = ()

    @property
    def snapshots(self) -> list[Snapshot]:
        """The snapshots of all sources; empty if there is none."""
        return [] if self.snapshot is None else [self.snapshot, *self.more]

    def __repr__(self) -> str:
        return repr(self.graph)

    def _repr_html_(self) -> str:
        return self.graph._repr_html_()


def build(
    catalog: str | Path | Catalog | None = None,
    *,
    snapshot: str | Path | Snapshot | None = None,
    source: str | Provider = AUTO,
    depth: Depth = 1,
    offline: bool = False,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float | None = None,
    max_wait: float = 300.0,
    cache: str | Path | None = None,
    earlier: Snapshot | None = None,
    progress: ProgressChoice = "auto",
) -> Build:
    """Build the knowledge graph of a catalog and rank its papers.

    Fetches citation data from a provider. If the provider is unavailable, logs a warning and continues with the
    snapshot in the folder of the catalog, if there is one, else with the curated facts.

    Parameters
    ----------
    catalog : str, Path, Catalog or None
        A catalog, its folder, or a list such as README.md. None is the bundled catalog, federated learning for
        healthcare.
    snapshot : str, Path, Snapshot or None
        A snapshot to use instead of sending requests. If the catalog was edited since, the parts that still fit are
        used.
    source : str or Provider
        The provider, as in `enrich_catalog`. "auto" asks Semantic Scholar, and OpenAlex for all papers if Semantic
        Scholar is unavailable; the snapshot and the page then say so. "both" asks each, and builds one graph of both;
        if one is unavailable, a warning is logged and the other is used.
    depth : {0, 1}
        0 fetches the papers of the catalog, up to 499 per request. 1 also fetches their citing and cited papers,
        with two or more requests per paper.
    offline : bool
        Send no requests. The snapshot in the folder of the catalog is used, if there is one.
    api_url, api_key : str or None
        Address of the provider's API and the key to it, as in `enrich_catalog`.
    rate : float or None
        Requests per second; 0 removes the limit. None is the rate of the provider: 1 for Semantic Scholar, 5 for
        OpenAlex.
    max_wait : float
        Time limit in seconds for retries and for fetching citing and cited papers.
    cache : str, Path or None
        File that caches answers. None reads `FLGRAPH_CACHE` from the environment, else uses a file in the user's
        cache folder.
    earlier : Snapshot or None
        A snapshot from `read_earlier`. It is used without requests if it is complete and deep enough, else only if
        the provider is unavailable.
    progress : {"auto", "bar", "off"} or callable
        How to show progress, as in `enrich_catalog`.

    Returns
    -------
    Build
        `papers` is `papers_table` with seven columns of `rank_papers` in front: `rank`, `rank_low`, `rank_high`,
        `score`, `coverage`, `by` (the method) and `flags`. They are missing values if there is no citation data.
        `ranking` is the `Ranking` behind them.

    Raises
    ------
    CatalogError
        The catalog cannot be used.
    SnapshotError
        The snapshot cannot be read or belongs to another catalog.

    Examples
    --------
    >>> len(build(offline=True).papers)
    56
    """
    settings = Settings(
        depth=depth,
        api_url=api_url,
        api_key=api_key,
        rate=rate,
        max_wait=max_wait,
        offline=offline,
        cache=choose_cache(cache),
        progress=progress,
    )
    jobs = list_jobs(source, settings)
    is_one = len(jobs) == 1
    known = [earlier if earlier and (is_one or job.choice.accepts(earlier.source)) else None for job in jobs]
    return run_build(catalog, jobs, snapshot=snapshot, earlier=known, folder=find_folder(catalog))


def run_build(
    catalog: str | Path | Catalog | None,
    jobs: Sequence[Job],
    *,
    snapshot: str | Path | Snapshot | None = None,
    earlier: Sequence[Snapshot | None] = (),
    folder: Path | None = None,
) -> Build:
    """Build with settings that travel as one record, a job for each snapshot; as `build`.

    `earlier` holds a snapshot or None for each job. `folder` is that of the catalog, which may hold a snapshot.
    """
    read = catalog if isinstance(catalog, Catalog) else read_catalog(catalog)
    logger.info("%s: %s", read.title, format_count(len(read.entries), "paper"))
    if snapshot is not None:
        found = [_Found(choose_fitting(read, snapshot))]
    else:
        found = [_find(read, job, old, folder) for job, old in zip_longest(jobs, earlier[: len(jobs)])]
        _log_found(jobs, found)
    taken = [one.snapshot for one in found if one.snapshot is not None]
    for one in taken:
        logger.info("snapshot of %s from %s", one.taken.date(), one.parameters.get("host", one.source))
    graph = build_graph(read, taken)
    logger.info(
        "graph: %s, %s", format_count(graph.number_of_nodes(), "node"), format_count(graph.number_of_edges(), "edge")
    )
    if len(taken) > 1:
        _log_coverage(graph)
    ranking = make_ranking(graph) if has_citations(graph) else None
    unavailable = tuple(
        provider.about.name
        for job, one in zip(jobs, found, strict=False)
        for provider in job.choice.list_providers()
        if one.error is not None
    )
    first = taken[0] if taken else None
    return Build(read, first, graph, _tabulate(graph, ranking), ranking, tuple(taken[1:]), unavailable)


class _Found(NamedTuple):
    """The snapshot to use, and the error of the source if it was asked and is unavailable."""

    snapshot: Snapshot | None
    error: SourceError | None = None


def _find(catalog: Catalog, job: Job, earlier: Snapshot | None, folder: Path | None) -> _Found:
    """Return the snapshot of an earlier build if it suffices, else a new one, else whatever there is."""
    old = None if earlier is None or is_shipped(earlier) else earlier
    if old is not None and (job.settings.offline or is_whole(old, job.settings.depth)):
        return _Found(old)
    error = None
    if not job.settings.offline:
        try:
            return _Found(take_chosen(catalog, job.settings, job.choice))
        except SourceError as failed:
            error = failed
    shipped = read_shipped(folder, catalog, job.choice) if folder is not None and old is None else None
    return _Found(old or shipped or earlier, error)


def _log_found(jobs: Sequence[Job], found: Sequence[_Found]) -> None:
    """Log which sources are unavailable, and that a snapshot came with the catalog."""
    errors = "; ".join(str(one.error) for one in found if one.error is not None)
    others = [job.choice.first.about.title for job, one in zip(jobs, found, strict=True) if one.error is None]
    if errors and others:
        logger.warning("%s; continuing with %s", errors, " and ".join(others))
    elif errors:
        logger.warning("%s", errors)
        has_earlier = any(one.snapshot is not None for one in found)
        logger.warning("continuing with the curated facts%s", " and the data of an earlier run" if has_earlier else "")
    for one in found:
        if one.snapshot is not None and is_shipped(one.snapshot):
            level = logging.INFO if one.error is None else logging.WARNING
            title, day = find_title(one.snapshot.source), one.snapshot.taken.date()
            logger.log(level, "using the snapshot that comes with the catalog: %s, %s", title, day)


def _log_coverage(graph: KnowledgeGraph) -> None:
    """Log what each source contributes."""
    for name, row in source_coverage(graph).iterrows():
        logger.info(
            "%s: %s with a record, %d with references, %d with citations; %s, %s, %d in no other source",
            find_title(str(name)),
            format_count(row["papers"], "paper"),
            row["with_references"],
            row["with_citations"],
            format_count(row["citing"], "citing work"),
            format_count(row["citations"], "citation"),
            row["alone"],
        )


def choose_fitting(catalog: Catalog, snapshot: str | Path | Snapshot) -> Snapshot:
    """Return the parts of a snapshot that fit the catalog; raise `SnapshotError` if there are none."""
    where = "the snapshot" if isinstance(snapshot, Snapshot) else str(snapshot)
    fitted = fit_snapshot(catalog, snapshot if isinstance(snapshot, Snapshot) else read_snapshot(snapshot), where)
    if fitted is None:
        raise SnapshotError(f"{where}: belongs to another catalog; make a new one with `flgraph enrich`")
    return fitted


_RANKED: Final = {
    "rank": "Int64",
    "rank_low": "Int64",
    "rank_high": "Int64",
    "score": "Float64",
    "coverage": "Float64",
    "by": "string",
    "flags": "string",
}


def _tabulate(graph: KnowledgeGraph, ranking: Ranking | None) -> pd.DataFrame:
    """Return the table of papers with rank columns in front, in rank order if there is a ranking."""
    papers = papers_table(graph)
    table = papers.assign(**{**dict.fromkeys(_RANKED), "flags": "no citation data"})
    if ranking is not None:
        ranked = ranking.table
        numbers = ranked[list(_RANKED)[:5]].round({"score": 6, "coverage": 6})
        table = papers.loc[ranked.index].assign(**numbers, by=ranking.by, flags=ranked["flags"])
        table.attrs = ranking.to_attrs()
    return table[[*_RANKED, *papers.columns]].astype(_RANKED)


def read_earlier(
    folder: str | Path, catalog: Catalog, *, api_url: str | None = None, source: str | Provider = AUTO
) -> Snapshot | None:
    """Read the snapshot of an earlier build, as `flgraph.enrichment.reuse.read_earlier`."""
    return reuse.read_earlier(folder, catalog, choose_providers(source, api_url), api_url=api_url)


def read_all_earlier(folder: str | Path, catalog: Catalog, jobs: Sequence[Job]) -> list[Snapshot | None]:
    """Read the snapshot of an earlier build for each job, as `read_earlier`."""
    names = [job.choice.first.about.name for job in jobs]
    return [
        reuse.read_earlier(
            folder,
            catalog,
            job.choice,
            api_url=job.settings.api_url,
            others=[other for other in names if other != name],
        )
        for name, job in zip(names, jobs, strict=True)
    ]


def refuse_folder(folder: str | Path, *, matches: str | Path | None = None) -> None:
    """Raise `OutputError` if a file that `write_build` writes is a link that leads out of the folder, or no file."""
    snapshots = (name_by_source(SNAPSHOT_FILE, name).name for name in KNOWN)
    names = [GRAPH_FILE, _PAPERS_FILE, _MAP_FILE, SNAPSHOT_FILE, *snapshots]
    if matches is not None and Path(matches).parent == Path(folder):
        names.append(Path(matches).name)
    refuse_outward(folder, names)


def write_build(
    made: Build, folder: str | Path, *, matches: str | Path | None = None, progress: ProgressChoice = "auto"
) -> list[Path]:
    """Write `graph.json`, `papers.csv`, `map.html` and the snapshot, if any, to a folder.

    Of several sources, each has a snapshot with its name, such as `snapshot.openalex.jsonl`, in place of
    `snapshot.jsonl`.

    The files are written beside and renamed one by one, `graph.json` last. It contains the digests of the others, so
    `read_graph` notices a mixed folder if the process is killed between two of them. If a file cannot be written, none
    changes. What killed runs have left in the folder is removed; other files in it stay.

    Parameters
    ----------
    made : Build
        The results to write.
    folder : str or Path
        The output folder; it is created if it does not exist. If it is a link, the folder it leads to is written.
    matches : str, Path or None
        File to write the matches to (`write_matches`). Decisions that people made in it
        since the catalog was read are kept. If it cannot be written, a warning is logged.
    progress : {"auto", "bar", "off"} or callable
        How to show progress of the map, as in `find_regions`.

    Returns
    -------
    list of Path
        The paths of the files.

    Raises
    ------
    OutputError
        A file cannot be written, or is a link that leads out of the folder; all files in the folder are unchanged.
    SnapshotError
        The folder contains a snapshot that the build did not use: its graph would lose its citations.
    """
    folder = Path(folder)
    refuse_folder(folder, matches=matches)
    earlier = folder / SNAPSHOT_FILE
    is_fetched = bool(made.snapshots) and not any(map(is_shipped, made.snapshots))
    if earlier.exists() and not is_fetched and not (made.snapshots and is_shipped_copy(earlier)):
        raise SnapshotError(
            f"{earlier}: was not used, and overwriting the graph in this folder would lose its citations; nothing was "
            "written; pass the snapshot with --snapshot, choose another folder with -o, or move the snapshot away"
        )
    with write_together(folder, last=GRAPH_FILE, outward="refuse") as stage:
        table = write_text(stage / _PAPERS_FILE, format_csv(made.papers))
        page = write_html(make_atlas(made.graph, ranking=made.ranking, progress=progress), stage / _MAP_FILE)
        staged = [write_graph(made.graph, stage / GRAPH_FILE, beside=[table, page]), table, page]
        for snapshot in made.snapshots:
            path = stage / SNAPSHOT_FILE
            staged.append(write_snapshot(snapshot, name_by_source(path, snapshot.source) if made.more else path))
    if made.more:
        earlier.unlink(missing_ok=True)  # the snapshots of each source take its place
    written = [folder / path.name for path in staged]
    if matches is not None and made.snapshots:
        try:
            kept = [keep_matches(made.catalog, snapshot, matches) for snapshot in made.snapshots]
            written += kept[:1]
        except (CatalogError, OutputError) as error:  # the catalog may be read-only, or edited at this moment
            logger.warning("%s", error)
    return written
