"""Run the main job: read a catalog, fetch its data, assemble the graph, rank the papers, write the files.

What `flgraph build` and `flgraph.build` share belongs here. Each step is one call into the package that owns it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flgraph.analysis.ranking import Ranking, has_citations, make_ranking
from flgraph.catalog.reader import read_catalog
from flgraph.checks import format_count
from flgraph.enrichment.decisions import keep_matches
from flgraph.enrichment.enrich import find_failed_listings, take_chosen
from flgraph.enrichment.refit import refit_snapshot
from flgraph.errors import CatalogError, OutputError, SnapshotError, SourceError
from flgraph.export.spreadsheets import format_csv
from flgraph.files.atomic import refuse_outward, write_text, write_together
from flgraph.graph.assemble import build_graph
from flgraph.graph.files import GRAPH_FILE, write_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.tables import papers_table
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.page import write_html
from flgraph.progress import ProgressChoice
from flgraph.records import Catalog, Snapshot
from flgraph.snapshot.files import (
    SNAPSHOT_FILE,
    ChangedSnapshotError,
    digest_catalog,
    read_snapshot,
    write_snapshot,
)
from flgraph.sources.cache import choose_cache
from flgraph.sources.choice import AUTO, Choice, choose_providers
from flgraph.sources.provider import Provider
from flgraph.sources.registry import find_title
from flgraph.sources.settings import Depth, Settings

if TYPE_CHECKING:
    import pandas as pd

logger = logging.getLogger(__name__)

_PAPERS_FILE: Final = "papers.csv"
_MAP_FILE: Final = "map.html"


@dataclass(frozen=True, repr=False)
class Build:
    """Hold the results of the main job: catalog, snapshot, graph, table of papers, and ranking.

    The snapshot is None if there is none. The ranking is None without citation data.
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
    curated facts.

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
        Scholar is unavailable; the snapshot and the page then say so.
    depth : {0, 1}
        0 fetches the papers of the catalog, up to 499 per request. 1 also fetches their citing and cited papers,
        with two or more requests per paper.
    offline : bool
        Send no requests.
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
    return run_build(catalog, settings, choose_providers(source, api_url), snapshot=snapshot, earlier=earlier)


def run_build(
    catalog: str | Path | Catalog | None,
    settings: Settings,
    choice: Choice,
    *,
    snapshot: str | Path | Snapshot | None = None,
    earlier: Snapshot | None = None,
) -> Build:
    """Build with settings that travel as one record; as `build`."""
    read = catalog if isinstance(catalog, Catalog) else read_catalog(catalog)
    logger.info("%s: %s", read.title, format_count(len(read.entries), "paper"))
    if snapshot is not None:
        taken: Snapshot | None = _use_given(read, snapshot)
    elif settings.offline or (earlier is not None and _is_whole(earlier, settings.depth)):
        taken = earlier
    else:
        taken = _ask(read, settings, choice, earlier) or earlier
    if taken is not None:
        logger.info("snapshot of %s from %s", taken.taken.date(), taken.parameters.get("host", taken.source))
    graph = build_graph(read, taken)
    logger.info(
        "graph: %s, %s", format_count(graph.number_of_nodes(), "node"), format_count(graph.number_of_edges(), "edge")
    )
    ranking = make_ranking(graph) if has_citations(graph) else None
    return Build(read, taken, graph, _tabulate(graph, ranking), ranking)


def _use_given(catalog: Catalog, snapshot: str | Path | Snapshot) -> Snapshot:
    """Return the parts of a snapshot that fit the catalog; raise `SnapshotError` if there are none."""
    where = "the snapshot" if isinstance(snapshot, Snapshot) else str(snapshot)
    fitted = _fit(catalog, snapshot if isinstance(snapshot, Snapshot) else read_snapshot(snapshot), where)
    if fitted is None:
        raise SnapshotError(f"{where}: belongs to another catalog; make a new one with `flgraph enrich`")
    return fitted


def _ask(catalog: Catalog, settings: Settings, choice: Choice, earlier: Snapshot | None) -> Snapshot | None:
    try:
        return take_chosen(catalog, settings, choice)
    except SourceError as error:
        logger.warning("%s", error)
        logger.warning("continuing with the curated facts%s", " and the data of an earlier run" if earlier else "")
        return None


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
    """Read the snapshot of an earlier build and return the parts that still fit the catalog.

    Returns None if there is no snapshot or none of it can be used. The log then says why: it cannot be read, it comes
    from another service, or it belongs to another catalog. The log also says if only some papers still fit.

    Raises
    ------
    SnapshotError
        The snapshot was changed after flgraph wrote it. The next build would overwrite the change.
    """
    path = Path(folder) / SNAPSHOT_FILE
    if not path.exists():
        return None
    try:
        snapshot = read_snapshot(path)
    except ChangedSnapshotError:
        raise
    except SnapshotError as error:
        logger.warning("%s; ignoring this snapshot", error)
        return None
    said = _find_stranger(snapshot, choose_providers(source, api_url), api_url)
    if said is not None:
        logger.warning("%s: %s; ignoring this snapshot; pass it with --snapshot to use it anyway", path, said)
        return None
    fitted = _fit(catalog, snapshot, path)
    if fitted is None:
        logger.warning("%s: belongs to another catalog; ignoring this snapshot", path)
    return fitted


def _find_stranger(snapshot: Snapshot, choice: Choice, api_url: str | None) -> str | None:
    """Say which source a snapshot comes from if it is none of those chosen, else return None."""
    seen = snapshot.parameters.get("host")
    if not seen:
        return "does not name the service it comes from"
    addresses = {choice.first.about.name: choice.first.choose_url(api_url)}
    if choice.second is not None:
        addresses[choice.second.about.name] = choice.second.choose_url()
    hosts = {name: urlsplit(address).hostname for name, address in addresses.items()}
    if seen not in hosts.values():
        return f"comes from {seen}, not from {' or '.join(map(str, hosts.values()))}"
    if hosts.get(snapshot.source) != seen:
        return f"comes from {find_title(snapshot.source)}, not from {' or '.join(map(find_title, hosts))}"
    return None


def _is_of(catalog: Catalog, snapshot: Snapshot) -> bool:
    known = catalog.matches.get(snapshot.source, {})
    decisions = {key: match for key, match in known.items() if match.decided_by == "person"}
    is_obeyed = all(snapshot.matches.get(key) == match for key, match in decisions.items())
    return is_obeyed and snapshot.catalog_digest == digest_catalog(catalog)


def _fit(catalog: Catalog, snapshot: Snapshot, where: object) -> Snapshot | None:
    """Return the parts of a snapshot that fit the current catalog, or None if nothing fits."""
    if _is_of(catalog, snapshot):
        return snapshot
    refitted = refit_snapshot(snapshot, catalog)
    if not refitted.papers:
        return None
    held, papers = len(refitted.papers), len(catalog.entries)
    logger.warning("%s: the catalog has changed since this snapshot; it still fits %d of %s", where, held,
                   format_count(papers, "paper"))  # fmt: skip
    return refitted


def _is_whole(snapshot: Snapshot, depth: Depth) -> bool:
    listings = [paper.citations for paper in snapshot.papers.values()]
    is_partial = depth == 1 and any(
        one.status in ("not_asked", "failed") or one.cut_by == "failure" for one in listings
    )
    if depth == 1 and find_failed_listings(snapshot):
        return False
    return snapshot.depth >= depth and not snapshot.failed and not is_partial


def refuse_folder(folder: str | Path, *, matches: str | Path | None = None) -> None:
    """Raise `OutputError` if a file that `write_build` writes is a link that leads out of the folder, or no file."""
    names = [GRAPH_FILE, _PAPERS_FILE, _MAP_FILE, SNAPSHOT_FILE]
    if matches is not None and Path(matches).parent == Path(folder):
        names.append(Path(matches).name)
    refuse_outward(folder, names)


def write_build(
    made: Build, folder: str | Path, *, matches: str | Path | None = None, progress: ProgressChoice = "auto"
) -> list[Path]:
    """Write `graph.json`, `papers.csv`, `map.html` and the snapshot, if any, to a folder.

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
    if made.snapshot is None and earlier.exists():
        raise SnapshotError(
            f"{earlier}: was not used, and overwriting the graph in this folder would lose its citations; nothing was "
            "written; pass the snapshot with --snapshot, choose another folder with -o, or move the snapshot away"
        )
    with write_together(folder, last=GRAPH_FILE, outward="refuse") as stage:
        table = write_text(stage / _PAPERS_FILE, format_csv(made.papers))
        page = write_html(make_atlas(made.graph, ranking=made.ranking, progress=progress), stage / _MAP_FILE)
        staged = [write_graph(made.graph, stage / GRAPH_FILE, beside=[table, page]), table, page]
        if made.snapshot is not None:
            staged.append(write_snapshot(made.snapshot, stage / SNAPSHOT_FILE))
    written = [folder / path.name for path in staged]
    if matches is not None and made.snapshot is not None:
        try:
            written.append(keep_matches(made.catalog, made.snapshot, matches))
        except (CatalogError, OutputError) as error:  # the catalog may be read-only, or edited at this moment
            logger.warning("%s", error)
    return written
