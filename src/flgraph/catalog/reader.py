"""Read and lint a catalog: a folder of YAML files that people curate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from ruamel.yaml.nodes import Node

from flgraph.catalog.lint import Location, Problem, check_catalog, check_decisions
from flgraph.catalog.yaml_files import find_lines, read_yaml
from flgraph.checks import suggest_name
from flgraph.errors import CatalogError
from flgraph.records import (
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    DatasetEntry,
    Finding,
    Match,
    Record,
    TopicEntry,
    VenueEntry,
)


class _File(NamedTuple):
    name: str
    record: type[Record]
    keyed: bool = False


FILES = {
    "entries": _File("papers.yaml", CatalogEntry),
    "datasets": _File("datasets.yaml", DatasetEntry),
    "codebases": _File("codebases.yaml", CodebaseEntry),
    "topics": _File("topics.yaml", TopicEntry),
    "venues": _File("venues.yaml", VenueEntry),
    "matches": _File("matches.yaml", Match, keyed=True),
}
ABOUT = "catalog.yaml"
_MESSAGES = {
    "tuple_type": "should be a list",
    "dict_type": "should be a mapping of names to values",
    "model_type": "should be a record of fields, like {key: …}",
    "model_attributes_type": "should be a record of fields, like {key: …}",
    "string_pattern_mismatch": "should be lower-case letters, digits, '.' and '-'",
    "int_type": "should be a whole number, without quotes",
    "bool_type": "should be true or false",
    "invalid-json-value": "should be text, a number, true, false, a list or a mapping",
    "curated_date": "should be a date, like 2021-06-01",
    "less_than": "is more than a computer counts",
    "string_unicode": "holds half a character, which no file can hold",
    "string_too_short": "is empty; leave the field out where it is not known",
}


class _Loaded(NamedTuple):
    """What a file holds: the records that are whole, by place, what the others are called, and what is wrong."""

    records: Mapping[str | int, Record]
    unread: frozenset[str]
    problems: Sequence[Problem] = ()
    findings: Sequence[Finding] = ()
    root: Node | None = None


def find_bundled_catalog() -> Path:
    """Return the folder of the catalog that comes with flgraph, in a wheel or an editable install."""
    packaged = Path(str(files("flgraph"))) / "bundled"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "catalog"


def read_catalog(path: str | Path | None = None) -> Catalog:
    """Read a catalog folder and check it as a whole.

    Parameters
    ----------
    path : str, Path or None
        A folder with `papers.yaml` and, where there are any, `datasets.yaml`, `codebases.yaml`, `topics.yaml`,
        `venues.yaml`, `matches.yaml` and `catalog.yaml` (its title). None is the bundled catalog.

    Returns
    -------
    Catalog
        Entries in the order of the file.

    Raises
    ------
    CatalogError
        The folder cannot be used; the message names every error with its file, line and remedy.

    Examples
    --------
    >>> len(read_catalog().entries)
    56
    """
    catalog, findings = check_folder(path)
    _raise_errors(findings)
    return catalog


def lint_catalog(path: str | Path | None = None) -> list[Finding]:
    """Return all that is wrong or remarkable in a catalog folder, by file and line.

    Errors make a catalog unusable; warnings want a person's eye; notes are known and explained.

    Raises
    ------
    CatalogError
        There is no such folder, or it has no `papers.yaml`.

    Examples
    --------
    >>> {finding.level for finding in lint_catalog()}
    {'note'}
    """
    return check_folder(path)[1]


def check_folder(path: str | Path | None = None) -> tuple[Catalog, list[Finding]]:
    """Return what can be read of a catalog folder, and what `lint_catalog` returns; each file is read once.

    A catalog with an error among the findings is incomplete: records that cannot be read are left out.

    Raises
    ------
    CatalogError
        As for `lint_catalog`.

    Examples
    --------
    >>> catalog, findings = check_folder()
    """
    return _check_files(find_bundled_catalog() if path is None else Path(path))


def read_matches(path: str | Path) -> dict[str, Match]:
    """Read which records the papers of a catalog are, as earlier runs found and people decided.

    Parameters
    ----------
    path : str or Path
        A `matches.yaml`.

    Returns
    -------
    dict of str to Match
        By key of the catalog entry; empty where there is no such file.

    Raises
    ------
    CatalogError
        The file cannot be used; the message names every error with its line and remedy.

    Examples
    --------
    >>> read_matches(folder / "matches.yaml")
    {}
    """
    path = Path(path)
    file = FILES["matches"]._replace(name=path.name)
    loaded = _load(path.parent, "matches", file)
    matches = {str(key): match for key, match in loaded.records.items() if isinstance(match, Match)}
    problems = [*loaded.problems, *check_decisions(matches)]
    _raise_errors([*loaded.findings, *_locate(path.parent, problems, {"matches": loaded}, {"matches": file})])
    return matches


# --- reading ---------------------------------------------------------------------------------------------


def _check_files(folder: Path) -> tuple[Catalog, list[Finding]]:
    try:
        is_there, has_papers = folder.is_dir(), (folder / "papers.yaml").is_file()
    except OSError as error:
        raise CatalogError(f"{folder}: cannot be read ({error.strerror})") from error
    if not is_there:
        raise CatalogError(f"{folder}: no such folder; a catalog is a folder with a papers.yaml in it")
    if not has_papers:
        raise CatalogError(f"{folder}: holds no papers.yaml; that file lists the catalog's papers")
    loaded = {field: _load(folder, field, file) for field, file in FILES.items()}
    values: dict[str, Any] = {
        field: found.records if FILES[field].keyed else tuple(found.records.values()) for field, found in loaded.items()
    }
    title, findings = _read_title(folder)
    catalog = Catalog.model_construct(title=title, **values)
    problems = [problem for found in loaded.values() for problem in found.problems]
    problems += [_put_in_place(problem, loaded) for problem in check_catalog(catalog) if _is_certain(problem, loaded)]
    findings += [finding for found in loaded.values() for finding in found.findings]
    return catalog, [*findings, *_find_strays(folder), *_locate(folder, problems, loaded, FILES)]


def _raise_errors(findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise CatalogError("\n".join(str(finding) for finding in errors), errors)


def _read_title(folder: Path) -> tuple[str, list[Finding]]:
    path = folder / ABOUT
    default = folder.resolve().name
    try:
        about = read_yaml(path, missing={}).data
    except CatalogError as error:
        return default, error.findings
    title = about.get("title", default) if isinstance(about, Mapping) else None
    if isinstance(title, str) and title.strip() and set(about) <= {"title"}:
        return title, []
    message = "should hold one line, 'title: the name of your catalog'"
    return default, [Finding(level="error", path=str(path), line=1, message=message)]


def _find_strays(folder: Path) -> list[Finding]:
    """Return a warning for each YAML file that no part of a catalog is read from: often a name misspelt."""
    known = [*(file.name for file in FILES.values()), ABOUT]
    return [
        Finding(level="warning", path=str(path), line=1, message=f"is not read{suggest_name(path.name, known)}")
        for path in sorted(folder.glob("*.y*ml"))
        if path.name not in known
    ]


def _load(folder: Path, field: str, file: _File) -> _Loaded:
    try:
        _, raw, root = read_yaml(folder / file.name, missing={} if file.keyed else [])
    except CatalogError as error:
        return _Loaded({}, frozenset(), findings=error.findings)
    if not isinstance(raw, Mapping if file.keyed else list):
        shape = "a mapping of keys" if file.keyed else "a list: each record begins with '- key: …'"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", f"should be {shape}")], root=root)
    if field == "entries" and not raw:
        message = "is empty; list at least one paper with key, title and section"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", message)], root=root)
    return _validate(field, file, raw, root)


def _validate(field: str, file: _File, raw: Any, root: Node | None) -> _Loaded:
    records: dict[str | int, Record] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    for place, item in raw.items() if file.keyed else enumerate(raw):
        if file.keyed and not isinstance(place, str):
            message = f"the key {place!r} should be text: put it in quotes, as it is written"
            problems.append(Problem(field, (), "error", message))
            continue
        try:
            records[place] = file.record.model_validate(item)
        except ValidationError as error:
            problems += [_say_invalid(field, file, place, dict(said)) for said in error.errors(include_url=False)]
            unread.update(_list_names(item))
    return _Loaded(records, frozenset(unread), problems, root=root)


def _list_names(item: Any) -> Iterator[str]:
    """Yield all that a record may be called by, though it is not whole."""
    if not isinstance(item, Mapping):
        return
    tags = item.get("tags")
    for name in (item.get("key"), item.get("name"), *(tags if isinstance(tags, list) else ())):
        if isinstance(name, str):
            yield name.casefold()


def _is_certain(problem: Problem, loaded: Mapping[str, _Loaded]) -> bool:
    """Tell whether a name is unknown for certain: not one of a file, or a record, that could not be read."""
    if problem.names is None:
        return True
    field, key = problem.names
    found = loaded[field]
    return key.casefold() not in found.unread and not found.findings


def _put_in_place(problem: Problem, loaded: Mapping[str, _Loaded]) -> Problem:
    """Return a problem with its place in the file: records that could not be read were left out before it."""
    places = list(loaded[problem.field].records)
    first, *rest = problem.location
    place = places[first] if isinstance(first, int) else first
    return problem._replace(location=(place, *rest))


def _say_invalid(field: str, file: _File, place: str | int, said: Mapping[str, Any]) -> Problem:
    location: Location = (place, *said["loc"])
    name = location[-1] if said["loc"] else "the record"
    given = said.get("input")
    if said["type"] == "extra_forbidden":
        known = _known_fields(file, location)
        message = f"unknown field {name!r}{suggest_name(str(name), known) or '; known: ' + ', '.join(known)}"
    elif said["type"] == "missing":
        location, message = location[:-1], f"the field {name!r} is missing"
    elif said["type"] == "string_type" and isinstance(given, int | float):
        message = f"{name!r} should be text: put it in quotes, as it is written (YAML reads the number {given})"
    elif said["type"] == "string_pattern_mismatch" and said["ctx"]["pattern"] == r"\S":
        message = f"{name!r} is blank; leave the field out where it is not known"
    elif said["type"] in _MESSAGES:
        message = f"{name!r} is {_shorten(given)}; {_MESSAGES[said['type']]}"
    else:
        message = f"{name!r} is {_shorten(given)}: {said['msg'][0].lower()}{said['msg'][1:]}"
    return Problem(field, location, "error", message)


def _known_fields(file: _File, location: Location) -> list[str]:
    """Return the field names of the record that a location is in, by asking pydantic's own JSON schema."""
    schema = file.record.model_json_schema()
    node: Any = schema
    for step in location[1:-1]:
        options = node.get("properties", {}).get(step, node) if isinstance(step, str) else node.get("items", node)
        node = _follow(schema, options)
    return sorted(_follow(schema, node).get("properties", {}))


def _follow(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in node:
        definition: Mapping[str, Any] = schema["$defs"][node["$ref"].rsplit("/", 1)[-1]]
        return definition
    return node


def _shorten(value: object) -> str:
    text = repr(value) if isinstance(value, str | int | float | list | dict | None) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _locate(
    folder: Path, problems: Sequence[Problem], loaded: Mapping[str, _Loaded], files: Mapping[str, _File]
) -> list[Finding]:
    """Return problems as findings with a file and a line, in the order of files and lines."""
    findings: list[Finding] = []
    for field, file in files.items():
        own = [problem for problem in problems if problem.field == field]
        lines = find_lines(loaded[field].root, [problem.location for problem in own])
        findings += [
            Finding(level=problem.level, path=str(folder / file.name), line=line, message=problem.message)
            for line, problem in sorted(zip(lines, own, strict=True), key=lambda row: row[0])
        ]
    return findings
