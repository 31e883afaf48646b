"""Check the snapshot in a catalog folder, which is published with the catalog.

Only data in the public domain may stand in it: no answer of a source that forbids redistribution, no abstract, no
affiliation as printed, no e-mail address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from flgraph.checks import MAIL, format_count
from flgraph.errors import SnapshotError
from flgraph.records import Catalog, Finding, Snapshot
from flgraph.snapshot.files import SNAPSHOT_FILE, digest_catalog, read_header, read_lines, read_snapshot
from flgraph.sources.registry import KNOWN, About

LEAST_MATCHED: Final = 54 / 56
"""Share of the papers of a catalog that its snapshot must match."""

SHIPPED: Final = "shipped"
"""Parameter of a snapshot that came with the catalog; the copy in the folder of a build has it."""

_MOST_BYTES: Final = 5_000_000
_LONGEST: Final = 1_000
"""Characters of a text; titles are half as long at most, abstracts longer."""

_REMEDY: Final = "make a new snapshot with `flgraph enrich --source openalex`"
_STRANGE_FIELDS: Final = {
    "tldr": "a summary of Semantic Scholar",
    "corpus_id": "an id of Semantic Scholar",
    "corpusid": "an id of Semantic Scholar",
    "s2": "an id of Semantic Scholar",
    "influential": "a value of Semantic Scholar",
    "influential_citation_count": "a value of Semantic Scholar",
    "intents": "a value of Semantic Scholar",
    "embedding": "a value of Semantic Scholar",
    "h_index": "a value of Semantic Scholar",
    "paper_count": "a value of Semantic Scholar",
    "affiliations": "an affiliation as printed",
}
_S2_ID: Final = re.compile(r"[0-9a-f]{40}|CorpusId:[0-9]+", re.IGNORECASE)
_S2_PAGE: Final = re.compile(r"\bsemanticscholar\.org/", re.IGNORECASE)
_IDS: Final = frozenset({"id", "versions", "record"})


class _Place(NamedTuple):
    """A value in a line: the names of the fields that lead to it, and the value."""

    steps: tuple[str, ...]
    value: Any

    def __str__(self) -> str:
        return ".".join(self.steps)


def find_shipped(folder: str | Path) -> Path | None:
    """Return the snapshot in a catalog folder, plain or compressed, or None if there is none.

    Examples
    --------
    >>> find_shipped(folder) is None
    True
    """
    names = (SNAPSHOT_FILE, f"{SNAPSHOT_FILE}.gz")
    return next((path for name in names if (path := Path(folder) / name).is_file()), None)


def is_shipped(snapshot: Snapshot) -> bool:
    """Return whether a snapshot came with the catalog: a fetched one takes its place as soon as a source answers."""
    return bool(snapshot.parameters.get(SHIPPED))


def is_shipped_copy(path: Path) -> bool:
    """Return whether a file is a copy of the snapshot that came with the catalog, which a build has written."""
    try:
        parameters = read_header(path).get("parameters")
    except SnapshotError:
        return False
    return isinstance(parameters, dict) and bool(parameters.get(SHIPPED))


def lint_snapshot(path: str | Path, catalog: Catalog, *, least_matched: float = LEAST_MATCHED) -> list[Finding]:
    """List what keeps a snapshot from being published with a catalog.

    Errors are data that may not stand in a snapshot of a source that permits redistribution: ids and values of Semantic
    Scholar, abstracts, affiliations as printed, and e-mail addresses. A damaged or changed file is an error as well.
    Warnings are a source whose licence forbids redistribution, which a snapshot for private use may have, another state
    of the catalog, too few matched papers, and a large file that is not compressed.

    Parameters
    ----------
    path : str or Path
        The file of a snapshot, plain or compressed.
    catalog : Catalog
        The catalog that it is published with.
    least_matched : float
        Share of the papers that must have a record, from 0 to 1; the default is 54 of 56.

    Returns
    -------
    list of Finding
        By line; empty if the snapshot may be published.

    Examples
    --------
    >>> mine = Snapshot(source="semantic_scholar", taken="2026-11-23T00:00:00Z", depth=0, catalog_digest="sha256:0")
    >>> path = write_snapshot(mine, folder / "snapshot.jsonl")
    >>> [finding.code for finding in lint_snapshot(path, Catalog(title="Mine", entries=()))]
    ['C303']
    """
    path = Path(path)
    findings = []
    try:
        about, said = _read_terms(path)
        if about is None:
            return [_find(path, 1, "C303", said)]
        findings += [_find(path, line, "C302", message) for line, message in _list_forbidden(path, about)]
        snapshot = read_snapshot(path)
    except SnapshotError as error:
        return sorted([*findings, _say_damaged(path, error)], key=lambda finding: finding.line)
    findings += [_find(path, 1, "C304", said) for said in _list_unfit(path, snapshot, catalog, least_matched)]
    return sorted(findings, key=lambda finding: finding.line)


def _find(path: Path, line: int, code: str, message: str) -> Finding:
    level: Literal["error", "warning"] = "warning" if code in ("C303", "C304") else "error"
    return Finding(level=level, path=str(path), line=line, message=message, code=code)


def _say_damaged(path: Path, error: SnapshotError) -> Finding:
    """Return the error of a reader as a finding, at the line that it names."""
    place = re.match(r":([0-9]+)?:? ?", str(error).removeprefix(str(path)))
    said = str(error).removeprefix(str(path))[place.end() if place else 0 :]
    return _find(path, int(place[1] or 1) if place else 1, "C301", said)


# --- what may not be published -----------------------------------------------------------------------------


def _read_terms(path: Path) -> tuple[About | None, str]:
    """Return the source of a snapshot if its licence permits redistribution; else None, and what to do.

    Raises
    ------
    SnapshotError
        The file cannot be read, or its first line is not a JSON object.
    """
    header = read_header(path)
    about = KNOWN.get(str(header.get("source")))
    if about is not None and about.may_ship:
        return about, ""
    forbids = f"the licence of {about.title} forbids redistribution" if about else "the licence is not known"
    return None, f"{forbids}; keep this snapshot out of what you publish, or {_REMEDY}"


def _list_forbidden(path: Path, about: About) -> Iterator[tuple[int, str]]:
    """Yield what may not be published, with its line; nothing after a line that is not JSON, which the reader names."""
    for number, text in enumerate(read_lines(path), start=1):
        try:
            line = json.loads(text)
        except (ValueError, RecursionError):
            return
        strange = _list_contradictions(line, about) if number == 1 else _list_strange(line, about)
        yield from ((number, f"{said}; {_REMEDY}") for said in strange)


def _list_contradictions(header: Mapping[str, Any], about: About) -> Iterator[str]:
    """Yield what a header says of its source and is not true, and what may not stand in it."""
    expected = {
        "attribution": about.credit,
        "licence": about.licence,
        "may_ship": about.may_ship,
        "id_kind": about.id_kind,
    }
    for name, value in expected.items():
        if header.get(name) != value:
            yield f"{name} must be {json.dumps(value)}, found {json.dumps(header.get(name))}"
    if "digest" not in header:
        yield "has no digest, so changes would go unnoticed"
    parameters = header.get("parameters")
    known = parameters.items() if isinstance(parameters, Mapping) else ()
    yield from _list_strange({name: value for name, value in known if name != "asked_first"}, about)


def _list_strange(line: Any, about: About) -> Iterator[str]:
    """Yield what may not stand in a line, each once."""
    said = dict.fromkeys(filter(None, (_judge(place, about) for place in _walk(line))))
    yield from said


def _walk(value: Any, steps: tuple[str, ...] = ()) -> Iterator[_Place]:
    """Yield each value in a JSON value that is no list and no object, and each object's fields."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield _Place((*steps, str(name)), None)
            yield from _walk(item, (*steps, str(name)))
    elif isinstance(value, list):
        for item in value:
            yield from _walk(item, steps)
    else:
        yield _Place(steps, value)


def _judge(place: _Place, about: About) -> str | None:
    """Return why a field or a text may not be published, without repeating it, or None."""
    name = place.steps[-1].lower() if place.steps else ""
    if place.value is None:
        strange = "an abstract" if "abstract" in name else _STRANGE_FIELDS.get(name)
        return f"contains {strange} (`{place}`)" if strange else None
    if not isinstance(place.value, str):
        return None
    found = _judge_text(place, place.value, about)
    return f"contains {found} (`{place}`)" if found else None


def _judge_text(place: _Place, text: str, about: About) -> str | None:
    if "@" in text and MAIL.search(text):
        return "an e-mail address"
    if len(text) > _LONGEST:
        return f"a text of {len(text):,} characters, as long as an abstract"
    if text == "semantic_scholar" or _S2_ID.fullmatch(text):
        return "an id of Semantic Scholar"
    if _S2_PAGE.search(text) and "open_access" not in place.steps:
        return "an address of Semantic Scholar"
    is_id = place.steps[-1] in _IDS and place.steps[-2:] != ("refuted", "id")
    if is_id and about.id_form and not re.fullmatch(about.id_form, text):
        return f"an id that is not of {about.title}"
    return None


# --- what does not fit -------------------------------------------------------------------------------------


def _list_unfit(path: Path, snapshot: Snapshot, catalog: Catalog, least_matched: float) -> Iterator[str]:
    """Yield why a snapshot does not fit its catalog, or is too large."""
    if snapshot.catalog_digest != digest_catalog(catalog):
        yield f"is of another state of the catalog; {_REMEDY}"
    keys = [entry.key for entry in catalog.entries]
    matched, least = sum(key in snapshot.papers for key in keys), ceil(round(least_matched * len(keys), 6))
    if matched < least:
        yield f"matches {matched} of {format_count(len(keys), 'paper')}, fewer than {least}; {_REMEDY}"
    size = path.stat().st_size
    if size > _MOST_BYTES and path.suffix != ".gz":
        yield f"has {size / 1e6:.1f} MB, more than {_MOST_BYTES / 1e6:.0f}; compress it by the name {path.name}.gz"
