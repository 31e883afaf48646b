"""The main job, every step once and in order: catalog, snapshot, graph, ranking, map."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flgraph.analysis.ranking import Ranking, has_citations, make_ranking
from flgraph.atomic_files import write_text, write_together
from flgraph.catalog.reader import read_all_matches, read_catalog
from flgraph.catalog.writer import write_matches
from flgraph.enrichment.enrich import take_snapshot
from flgraph.enrichment.judge import merge_decisions
from flgraph.enrichment.refit import refit_snapshot
from flgraph.errors import OutputError, SnapshotError, SourceError
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import GRAPH_FILE, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.tables import papers_table
from flgraph.map.page import write_html
from flgraph.progress import ProgressChoice
from flgraph.records import FIRST_SOURCE, Catalog, Snapshot
from flgraph.snapshot.files import digest_catalog, read_snapshot, write_snapshot
from flgraph.sources.cache import find_cache_path
from flgraph.sources.provider import Provider
from flgraph.sources.registry import find_provider
from flgraph.sources.settings import Depth, Settings

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class Build:
    """What the main job made: catalog, snapshot, graph, papers, ranking.

    The snapshot is None where there is none, and so is the ranking without citation data.
    """

    catalog: Catalog
    snapshot: Snapshot | None
    graph: KnowledgeGraph
    papers: pd.DataFrame
    ranking: Ranking | None = None

    def __repr__(self) -> str:
        return repr(self.graph)

    def _repr_html_(self) -> str:
        return self.graph._repr_html_()


def build(
    catalog: str | Path | Catalog | None = None,
    *,
    snapshot: str | Path | Snapshot | None = None,
    source: str | Provider = FIRST_SOURCE,
    depth: Depth = 1,
    offline: bool = False,
    api_url: str | None = None,
    api_key: str | None = None,
    rate: float = 1.0,
    max_wait: float = 300.0,
    cache: str | Path | None = None,
    earlier: Snapshot | None = None,
    progress: ProgressChoice = "auto",
) -> Build:
    """Build the knowledge graph of a catalog: read it, enrich it, assemble the graph, rank its papers.

    Where the provider is unavailable, the log says so once and the build continues with the curated facts.

    Parameters
    ----------
    catalog : str, Path, Catalog or None
        A catalog or its folder; None is the bundled one, federated learning for healthcare.
    snapshot : str, Path, Snapshot or None
        A snapshot to use instead of asking; of one that was taken before the catalog was edited, what still holds.
    source : str or Provider
        The provider to ask, as for `enrich_catalog`.
    depth : {0, 1}
        0 fetches the catalog's own records, one request for up to 499 papers; 1 also who cites them and whom
        they cite, two requests a paper and more.
    offline : bool
        Do not ask at all.
    api_url, api_key : str or None
        The address of the provider's API and the key to it, as for `enrich_catalog`.
    rate : float
        Requests a second; 0 is without pacing.
    max_wait : float
        Seconds after which it goes on with what it has.
    cache : str, Path or None
        The file of answers, from which a later run goes on; None takes `FLGRAPH_CACHE` from the environment,
        else a file in the user's cache folder.
    earlier : Snapshot or None
        From `read_earlier`: used without asking where it is whole and deep enough, else where asking fails.
    progress : {"auto", "bar", "off"} or callable
        As for `enrich_catalog`.

    Returns
    -------
    Build
        `papers` is `papers_table` with `rank`, `rank_low`, `rank_high`, `score`, `by` (the method) and `flags` of
        `rank_papers` in front, missing without citation data. `ranking` is the `Ranking` that they are from.

    Raises
    ------
    CatalogError
        The catalog cannot be used.
    SnapshotError
        The snapshot cannot be read, or is of another catalog.

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
    return run_build(catalog, settings, find_provider(source), snapshot=snapshot, earlier=earlier)


def run_build(
    catalog: str | Path | Catalog | None,
    settings: Settings,
    provider: Provider,
    *,
    snapshot: str | Path | Snapshot | None = None,
    earlier: Snapshot | None = None,
) -> Build:
    """Build with settings that travel as one record; as `build`."""
    read = catalog if isinstance(catalog, Catalog) else read_catalog(catalog)
    logger.info("%s: %d papers", read.title, len(read.entries))
    if snapshot is not None:
        taken: Snapshot | None = _use_given(read, snapshot)
    elif settings.offline or (earlier is not None and _is_whole(earlier, settings.depth)):
        taken = earlier
    else:
        taken = _ask(read, settings, provider) or earlier
    if taken is not None:
        logger.info("snapshot of %s from %s", taken.taken.isoformat(), taken.parameters.get("host", taken.source))
    graph = build_graph(read, taken)
    logger.info("graph: %d nodes, %d edges", graph.number_of_nodes(), graph.number_of_edges())
    ranking = make_ranking(graph) if has_citations(graph) else None
    return Build(read, taken, graph, _tabulate(graph, ranking), ranking)


def _use_given(catalog: Catalog, snapshot: str | Path | Snapshot) -> Snapshot:
    """Return what a snapshot says that holds of the catalog; `SnapshotError` where nothing does."""
    where = "the snapshot" if isinstance(snapshot, Snapshot) else str(snapshot)
    fitted = _fit(catalog, snapshot if isinstance(snapshot, Snapshot) else read_snapshot(snapshot), where)
    if fitted is None:
        raise SnapshotError(f"{where}: was taken of another catalog; take a new one with `flgraph enrich`")
    return fitted


def _ask(catalog: Catalog, settings: Settings, provider: Provider) -> Snapshot | None:
    try:
        return take_snapshot(catalog, settings, provider)
    except SourceError as error:
        logger.warning("%s; continuing with the curated facts and what earlier runs fetched", error)
        return None


def choose_cache(cache: str | Path | None = None) -> Path:
    """Return the file of answers: the one given, else `FLGRAPH_CACHE`, else one in the user's cache folder."""
    chosen = cache or os.environ.get("FLGRAPH_CACHE")
    return Path(chosen) if chosen else find_cache_path()


def _tabulate(graph: KnowledgeGraph, ranking: Ranking | None) -> pd.DataFrame:
    """Return the papers with their rank in front; in the order of the ranking where there is one."""
    papers = papers_table(graph)
    table = papers.assign(rank=None, rank_low=None, rank_high=None, score=None, by=None, flags="no citation data")
    if ranking is not None:
        ranked = ranking.table
        added = {name: ranked[name] for name in ("rank", "rank_low", "rank_high", "flags")}
        table = papers.loc[ranked.index].assign(**added, score=ranked["score"].round(6), by=ranking.by)
        table.attrs = ranking.to_attrs()
    types = {
        "rank": "Int64",
        "rank_low": "Int64",
        "rank_high": "Int64",
        "score": "Float64",
        "by": "string",
        "flags": "string",
    }
    return table[[*types, *papers.columns]].astype(types)


def choose_matches(catalog: str | Path | None, folder: str | Path) -> Path:
    """Return the file of matches: the catalog's own, and that of an output folder for the bundled catalog."""
    return Path(folder if catalog is None else catalog) / "matches.yaml"


def read_decided(catalog: str | Path | None, folder: str | Path) -> Catalog:
    """Return a catalog with what its file of matches says, wherever that lies (`choose_matches`)."""
    read = read_catalog(catalog)
    if catalog is not None:
        return read
    keys = {entry.key for entry in read.entries}
    kept = {
        source: {key: match for key, match in matches.items() if key in keys}
        for source, matches in read_all_matches(choose_matches(None, folder)).items()
    }
    both = {source: {**read.matches.get(source, {}), **kept.get(source, {})} for source in {**read.matches, **kept}}
    return read.model_copy(update={"matches": both})


def keep_matches(catalog: Catalog, snapshot: Snapshot, path: str | Path) -> Path:
    """Write what a snapshot says of each paper's record into a file of matches; people's decisions stay.

    Raises
    ------
    OutputError
        The file cannot be written; it stays as it was.
    """
    known = catalog.matches.get(snapshot.source, {})
    return write_matches(merge_decisions(snapshot.matches, known), path, source=snapshot.source)


def read_earlier(
    folder: str | Path, catalog: Catalog, *, api_url: str | None = None, source: str | Provider = FIRST_SOURCE
) -> Snapshot | None:
    """Return what the snapshot of an earlier build in a folder says that still holds of this catalog.

    None where there is none; where there is one that is not used, or only in part, the log says why: it cannot
    be read, is of another service or another catalog, or older than an edit or a person's decision.
    """
    path = Path(folder) / "snapshot.jsonl"
    if not path.exists():
        return None
    try:
        snapshot = read_snapshot(path)
    except SnapshotError as error:
        logger.warning("%s; it is not used", error)
        return None
    seen, host = snapshot.parameters.get("host"), urlsplit(find_provider(source).choose_url(api_url)).hostname
    if seen != host:
        said = f"was taken from {seen}, not from {host}" if seen else "does not say which service it was taken from"
        logger.warning("%s: %s; it is not used; --snapshot uses it all the same", path, said)
        return None
    fitted = _fit(catalog, snapshot, path)
    if fitted is None:
        logger.warning("%s: was taken of another catalog; it is not used", path)
    return fitted


def _is_of(catalog: Catalog, snapshot: Snapshot) -> bool:
    known = catalog.matches.get(snapshot.source, {})
    decisions = {key: match for key, match in known.items() if match.decided_by == "person"}
    is_obeyed = all(snapshot.matches.get(key) == match for key, match in decisions.items())
    return is_obeyed and snapshot.catalog_digest == digest_catalog(catalog)


def _fit(catalog: Catalog, snapshot: Snapshot, where: object) -> Snapshot | None:
    """Return what a snapshot says that holds of the catalog as it is now, None where nothing does."""
    if _is_of(catalog, snapshot):
        return snapshot
    refitted = refit_snapshot(snapshot, catalog)
    if not refitted.papers:
        return None
    held, papers = len(refitted.papers), len(catalog.entries)
    logger.warning(
        "%s: was taken before the catalog was edited; it still holds for %d of %d papers", where, held, papers
    )
    return refitted


def _is_whole(snapshot: Snapshot, depth: Depth) -> bool:
    listings = [paper.citations for paper in snapshot.papers.values()]
    is_partial = depth == 1 and any(
        one.status in ("not_asked", "failed") or one.cut_by == "failure" for one in listings
    )
    return snapshot.depth >= depth and not snapshot.failed and not is_partial


def write_build(made: Build, folder: str | Path, *, matches: str | Path | None = None) -> list[Path]:
    """Write `graph.json`, `papers.csv`, `map.html` and, where there is one, `snapshot.jsonl` into a folder.

    Parameters
    ----------
    made : Build
        What to write.
    folder : str or Path
        Where to; it is made where it does not exist.
    matches : str, Path or None
        Where to write which record each paper is (`write_matches`); a file that cannot be written is only said.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    OutputError
        A file cannot be written; then none is, and the files from before stay.
    SnapshotError
        The folder holds a snapshot and the build used none: its graph would lose what it says of citations.
    """
    folder = Path(folder)
    earlier = folder / "snapshot.jsonl"
    if made.snapshot is None and earlier.exists():
        raise SnapshotError(
            f"{earlier}: is not used, and without it the graph in this folder would lose its citations; nothing is "
            "written; pass it with --snapshot, name another folder with -o, or move it away"
        )
    with write_together(folder) as stage:
        staged = [write_graph(made.graph, stage / GRAPH_FILE)]
        staged.append(write_text(stage / "papers.csv", made.papers.to_csv(lineterminator="\n")))
        staged.append(write_html(made.graph, stage / "map.html", ranking=made.ranking))
        if made.snapshot is not None:
            staged.append(write_snapshot(made.snapshot, stage / "snapshot.jsonl"))
    written = [folder / path.name for path in staged]
    if matches is not None and made.snapshot is not None:
        try:
            written.append(keep_matches(made.catalog, made.snapshot, matches))
        except OutputError as error:  # another's catalog, say, that is only read
            logger.warning("%s", error)
    return written
