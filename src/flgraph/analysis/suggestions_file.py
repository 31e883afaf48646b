"""The candidates file: suggestions for a person to decide on, kept beside the catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import networkx as nx
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from flgraph.analysis.suggest import list_titles
from flgraph.catalog.yaml_files import Document, dump_tree, find_lines, is_there, read_text, read_yaml
from flgraph.errors import CatalogError
from flgraph.files.atomic import write_text
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.schema import list_id_kinds, refuse_other
from flgraph.identifiers import ID_FORMS, ids_from_url, name_ids, normalize_title, slug
from flgraph.sources.registry import KNOWN, find_page, is_page

Decision = Literal["add", "reject"]

_IDS: Final = ("arxiv", "doi")
_SECTION: Final = "Suggested"
_LONGEST_KEY: Final = 40
_HEADER: Final = """\
# Papers that may be missing from the list, nearest first. `flgraph suggest` writes this file and only adds to its end.
# Write `add` or `reject` after `decision:`. You can add `section:` and `note:` below it; quote texts with a colon.
# To reject another paper, add `- {paper: "10.1000/182", decision: reject}`, with a DOI, an arXiv id or an address.
# Papers with a decision are not suggested again. For a catalog folder, `flgraph suggest FOLDER --accepted` with this
# file prints those with `add` as entries for papers.yaml. In a README, `add` writes no row: `suggest --add` does.
"""


class Candidate(BaseModel):
    """A record of the file; other fields that people add are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    paper: str
    title: str | None = None
    year: int | None = None
    ids: dict[str, str] = {}
    section: str | None = None
    note: str | None = None
    decision: Decision | None = None


def write_candidates(graph: nx.MultiDiGraph[Any], suggestions: pd.DataFrame, path: str | Path) -> Path:
    """Write suggestions as YAML for people to decide on; an existing file is kept and new ones are appended.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph from which the suggestions were made; it holds their ids.
    suggestions : DataFrame
        From `suggest_papers`.
    path : str or Path
        The file, or `-` for standard output.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    CatalogError
        The existing file is not a candidates file; it is left unchanged.
    OutputError
        The file cannot be written.
    ValueError
        `graph` is not a graph, or `suggestions` not a table of `suggest_papers`.

    Examples
    --------
    >>> write_candidates(graph, suggest_papers(graph), "candidates.yaml")  # doctest: +SKIP
    """
    refuse_other(graph)
    if not isinstance(suggestions, pd.DataFrame) or "reason" not in suggestions:
        raise ValueError(f"suggestions is a {type(suggestions).__name__}; should be a table from suggest_papers")
    is_new = str(path) == "-" or not is_there(Path(path))
    known = {} if is_new else find_candidates(path, graph)
    found = [_describe(graph, str(node), reason) for node, reason in suggestions["reason"].items() if node not in known]
    if not found and not is_new:
        return Path(path)
    earlier = _HEADER if is_new else read_text(Path(path)).rstrip("\n") + "\n"
    taken = graph.graph.get("snapshot_taken", "an unknown day")
    origin = f"\n# {graph.graph.get('title', 'untitled')}; snapshot of {taken}\n"
    return write_text(path, f"{earlier}{origin}{dump_tree(found)}")


def _describe(graph: nx.MultiDiGraph[Any], node: str, reason: str) -> dict[str, Any]:
    data = graph.nodes[node]
    known: dict[str, Any] = {name: data[name] for name in ("title", "year") if name in data}
    ids = {name: data[name] for name in (*_IDS, *list_id_kinds(graph)) if name in data}
    return {"paper": node, **known, "ids": ids, "reason": reason, "decision": None}


def read_decisions(path: str | Path) -> dict[str, Decision]:
    """Read the decisions of a candidates file by node id; empty if the file does not exist.

    Raises
    ------
    CatalogError
        The file is not a candidates file, or a decision is neither add nor reject; the message names the line.

    Examples
    --------
    >>> read_decisions("candidates.yaml")
    {}
    """
    found = _read_candidates(Path(path))
    return {candidate.paper: candidate.decision for candidate in found if candidate.decision is not None}


def find_candidates(path: str | Path, graph: nx.MultiDiGraph[Any]) -> dict[str, Decision | None]:
    """Find the papers of a graph that a candidates file holds, with their decisions; empty if there is no file.

    A paper is found by its node, by an id in any spelling or by its title, since a later graph may know more ids of it
    and name it otherwise. A person may write a DOI, an arXiv id or an address after `paper:`.

    Parameters
    ----------
    path : str or Path
        The candidates file.
    graph : KnowledgeGraph
        The graph whose papers are sought.

    Returns
    -------
    dict
        Decisions by node id, in the order of nodes; None is undecided. Of several, the first decision counts.

    Raises
    ------
    CatalogError
        As for `read_decisions`.
    ValueError
        `graph` is not a graph.

    Examples
    --------
    >>> find_candidates("candidates.yaml", build_graph(read_catalog()))
    {}
    """
    refuse_other(graph)
    known: dict[str, Decision | None] = {}
    for candidate in _read_candidates(Path(path)):
        for name in _list_names(candidate):
            known[name] = known.get(name) or candidate.decision
    if not known:
        return {}
    kinds = (*_IDS, *list_id_kinds(graph))
    found: dict[str, Decision | None] = {}
    for node, data in sorted(graph.nodes(data=True)):
        if data.get("kind") == "paper":
            ids = {kind: str(data[kind]) for kind in kinds if kind in data}
            names = [node, *sorted(name_ids(ids)), *_name_title(data["title"])]
            if held := [name for name in names if name in known]:
                found[node] = next(filter(None, map(known.get, held)), None)
    return found


def _list_names(candidate: Candidate) -> list[str]:
    """List what finds a candidate in a graph: its node or the ids that a person wrote in its place, ids, the title."""
    text = candidate.paper.strip()
    written = {kind: value for kind, (clean, _) in ID_FORMS.items() if (value := clean(text))} or ids_from_url(text)
    pages = {about.id_kind: text.rpartition("/")[2] for about in KNOWN.values()}
    at_provider = {kind: value for kind, value in pages.items() if is_page(text, kind, value)}
    ids = name_ids({**written, **at_provider}) | name_ids(candidate.ids)
    return [text, text.casefold(), *sorted(ids), *_name_title(candidate.title or "")]


def _name_title(title: str) -> list[str]:
    normal = normalize_title(title)
    return [f"title:{normal}"] if normal else []


def format_accepted(path: str | Path, graph: nx.MultiDiGraph[Any] | None = None) -> str:
    """Format the candidates with the decision `add` as entries for papers.yaml; empty if there are none.

    Their section is the `section:` of the candidate, or "Suggested".

    Parameters
    ----------
    path : str or Path
        The candidates file.
    graph : KnowledgeGraph or None
        The graph of the list. Papers it already holds, by id, title or link, are left out, and its keys are not reused.

    Raises
    ------
    CatalogError
        As for `read_decisions`.
    ValueError
        `graph` is not a graph.

    Examples
    --------
    >>> format_accepted("candidates.yaml")
    ''
    """
    accepted = [candidate for candidate in _read_candidates(Path(path)) if candidate.decision == "add"]
    keys: list[str] = []
    if graph is not None:
        refuse_other(graph)
        accepted = _leave_listed(accepted, graph)
        keys = [data["key"] for _, data in catalog_papers(graph) if "key" in data]
    entries = make_entries(accepted, keys)
    return dump_tree(entries) if entries else ""


def make_entries(candidates: Iterable[Candidate], taken: Iterable[str]) -> list[dict[str, Any]]:
    """Make entries for papers.yaml of candidates; their keys are none of those taken."""
    keys = Counter(taken)
    entries: list[dict[str, Any]] = []
    for candidate in candidates:
        title = candidate.title or candidate.paper
        key = slug(title)[:_LONGEST_KEY].strip("-")
        keys[key] += 1
        entries.append(
            {
                "key": key if keys[key] == 1 else f"{key}-{keys[key]}",
                "title": title,
                "section": candidate.section or _SECTION,
                **({"year": candidate.year} if candidate.year is not None else {}),
                **_name_ids(candidate.ids),
                **({"note": candidate.note} if candidate.note else {}),
            }
        )
    return entries


def _leave_listed(candidates: Iterable[Candidate], graph: nx.MultiDiGraph[Any]) -> list[Candidate]:
    """Return the candidates that match no paper of the catalog by id, title, or link to their page at a provider."""
    titles = list_titles(graph)
    ids = {
        (kind, data[kind])
        for _, data in catalog_papers(graph)
        for kind in (*_IDS, *list_id_kinds(graph))
        if kind in data
    }
    links = [data["url"] for _, data in catalog_papers(graph) if "url" in data]
    return [
        candidate
        for candidate in candidates
        if ids.isdisjoint(candidate.ids.items())
        and normalize_title(candidate.title or "") not in titles
        and not any(is_page(url, kind, value) for url in links for kind, value in candidate.ids.items())
    ]


def _name_ids(ids: Mapping[str, str]) -> dict[str, Any]:
    """Return ids as a catalog holds them; a paper known by a provider's id alone gets a link to its page."""
    listed = {kind: value for kind, value in ids.items() if kind in _IDS}
    if listed:
        return {"ids": listed}
    pages = filter(None, (find_page(kind, value) for kind, value in ids.items()))
    return {"url": url} if (url := next(pages, None)) else {}


def _read_candidates(path: Path) -> list[Candidate]:
    if path.suffix.lower() not in (".yaml", ".yml"):
        named = path.with_suffix(".yaml") if path.name else "candidates.yaml"
        raise CatalogError(f"{path}: candidates are YAML; name the file like {named}")
    document = read_yaml(path, missing=[])
    records = document.data
    if not isinstance(records, list) or not all(isinstance(one, dict) and "paper" in one for one in records):
        raise CatalogError(f"{path}: is not a candidates file; name another file, or move it away")
    try:
        return [Candidate.model_validate(record) for record in records]
    except ValidationError:
        raise CatalogError("\n".join(_find_faults(path, document))) from None


def _find_faults(path: Path, document: Document) -> list[str]:
    """List the error of each record that cannot be read, with its line."""
    locations: list[tuple[str | int, ...]] = []
    faults = []
    for number, record in enumerate(document.data):
        try:
            Candidate.model_validate(record)
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            should = "add or reject, with remarks under note" if said["loc"][0] == "decision" else said["msg"].lower()
            locations.append((number, *said["loc"]))
            faults.append(f"{said['loc'][0]} is {said['input']!r}; should be {should}")
    lines = find_lines(document, locations)
    return [f"{path}:{line}: {fault}" for line, fault in zip(lines, faults, strict=True)]
