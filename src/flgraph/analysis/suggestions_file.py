"""The file of candidates: suggestions for a person to decide on, beside the catalog and never part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import networkx as nx
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from flgraph.analysis.suggest import list_titles
from flgraph.atomic_files import write_text
from flgraph.catalog.yaml_files import Document, dump_tree, find_lines, is_there, read_text, read_yaml
from flgraph.errors import CatalogError
from flgraph.graph.knowledge_graph import catalog_papers
from flgraph.graph.schema import list_id_kinds, refuse_other
from flgraph.identifiers import normalize_title, slug
from flgraph.sources.registry import find_page

Decision = Literal["add", "reject"]

_IDS: Final = ("arxiv", "doi")
_SECTION: Final = "Suggested"
_LONGEST_KEY: Final = 40
_HEADER: Final = """\
# Papers that may be missing from the list, the nearest first; written by `flgraph suggest`, which only adds to the end.
# Write `add` or `reject` after `decision:`, and, if you like, `section:` and `note:` below it; a text with a colon goes
# in quotes. What is decided is not suggested again; `flgraph suggest --accepted` prints what to add, for papers.yaml.
"""


class _Candidate(BaseModel):
    """A record of the file; what else people write beside it is theirs."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    paper: str
    title: str | None = None
    year: int | None = None
    ids: dict[str, str] = {}
    section: str | None = None
    note: str | None = None
    decision: Decision | None = None


def write_candidates(graph: nx.MultiDiGraph[Any], suggestions: pd.DataFrame, path: str | Path) -> Path:
    """Write suggestions as YAML for people to decide on; an earlier file keeps every byte, and gets the new ones below.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph that the suggestions are of: it knows their ids.
    suggestions : DataFrame
        From `suggest_papers`.
    path : str or Path
        The file; `-` is standard output.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    CatalogError
        The earlier file is no file of candidates; it stays as it is.
    OutputError
        The file cannot be written.
    ValueError
        This is no graph, or no table of `suggest_papers`.

    Examples
    --------
    >>> write_candidates(graph, suggest_papers(graph), "candidates.yaml")  # doctest: +SKIP
    """
    refuse_other(graph)
    if not isinstance(suggestions, pd.DataFrame) or "reason" not in suggestions:
        raise ValueError(f"suggestions is a {type(suggestions).__name__}; should be a table of suggest_papers")
    is_new = str(path) == "-" or not is_there(Path(path))
    known = set() if is_new else {candidate.paper for candidate in _read_candidates(Path(path))}
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
    """Return what people decided in a file of candidates, by node id; nothing where there is no file.

    Raises
    ------
    CatalogError
        It is no file of candidates, or a decision is neither add nor reject; the message says the line.

    Examples
    --------
    >>> read_decisions("candidates.yaml")
    {}
    """
    found = _read_candidates(Path(path))
    return {candidate.paper: candidate.decision for candidate in found if candidate.decision is not None}


def format_accepted(path: str | Path, graph: nx.MultiDiGraph[Any] | None = None) -> str:
    """Return the candidates that a person decided to add, as entries of a papers.yaml; empty where there are none.

    Their section is what stands under `section:` beside the decision, else "Suggested".

    Parameters
    ----------
    path : str or Path
        The file of candidates.
    graph : KnowledgeGraph or None
        The graph of the list: what it holds already, by id or title, is left out, and its keys are not used again.

    Raises
    ------
    CatalogError
        As for `read_decisions`.
    ValueError
        This is no graph.

    Examples
    --------
    >>> format_accepted("candidates.yaml")
    ''
    """
    accepted = [candidate for candidate in _read_candidates(Path(path)) if candidate.decision == "add"]
    keys: Counter[str] = Counter()
    if graph is not None:
        refuse_other(graph)
        accepted = _leave_listed(accepted, graph)
        keys.update(data["key"] for _, data in catalog_papers(graph) if "key" in data)
    entries: list[dict[str, Any]] = []
    for candidate in accepted:
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
    return dump_tree(entries) if entries else ""


def _leave_listed(candidates: Iterable[_Candidate], graph: nx.MultiDiGraph[Any]) -> list[_Candidate]:
    """Return the candidates that are not in the catalog of a graph, neither by an id nor by title."""
    titles = list_titles(graph)
    ids = {
        (kind, data[kind])
        for _, data in catalog_papers(graph)
        for kind in (*_IDS, *list_id_kinds(graph))
        if kind in data
    }
    return [
        candidate
        for candidate in candidates
        if ids.isdisjoint(candidate.ids.items()) and normalize_title(candidate.title or "") not in titles
    ]


def _name_ids(ids: Mapping[str, str]) -> dict[str, Any]:
    """Return ids as a catalog holds them; one that only a provider gives stands there as a link to its page."""
    listed = {kind: value for kind, value in ids.items() if kind in _IDS}
    if listed:
        return {"ids": listed}
    pages = filter(None, (find_page(kind, value) for kind, value in ids.items()))
    return {"url": url} if (url := next(pages, None)) else {}


def _read_candidates(path: Path) -> list[_Candidate]:
    if path.suffix.lower() not in (".yaml", ".yml"):
        named = path.with_suffix(".yaml") if path.name else "candidates.yaml"
        raise CatalogError(f"{path}: candidates are YAML; name the file like {named}")
    document = read_yaml(path, missing=[])
    records = document.data
    if not isinstance(records, list) or not all(isinstance(one, dict) and "paper" in one for one in records):
        raise CatalogError(f"{path}: is no file of candidates; name another, or move it away")
    try:
        return [_Candidate.model_validate(record) for record in records]
    except ValidationError:
        raise CatalogError("\n".join(_find_faults(path, document))) from None


def _find_faults(path: Path, document: Document) -> list[str]:
    """Return what is wrong with each record that cannot be read, with its line."""
    locations: list[tuple[str | int, ...]] = []
    faults = []
    for number, record in enumerate(document.data):
        try:
            _Candidate.model_validate(record)
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            should = "add or reject, with remarks under note" if said["loc"][0] == "decision" else said["msg"].lower()
            locations.append((number, *said["loc"]))
            faults.append(f"{said['loc'][0]} is {said['input']!r}; should be {should}")
    lines = find_lines(document.root, locations)
    return [f"{path}:{line}: {fault}" for line, fault in zip(lines, faults, strict=True)]
