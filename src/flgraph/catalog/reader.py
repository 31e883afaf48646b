"""Read and lint a catalog: a folder of YAML files that people curate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from flgraph.catalog.lint import Location, Problem, check_catalog, check_decisions
from flgraph.catalog.matches import EntryMatches, group_by_source, split_sources
from flgraph.catalog.yaml_files import find_line, parse_tree, parse_yaml, read_text
from flgraph.checks import suggest_name
from flgraph.errors import CatalogError
from flgraph.records import (
    FIRST_SOURCE,
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
    folder = find_bundled_catalog() if path is None else Path(path)
    catalog, findings, problems = _check_folder(folder)
    if any(problem.level == "error" for problem in problems):  # lines take a second reading
        findings += _locate(folder, problems)
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
    folder = find_bundled_catalog() if path is None else Path(path)
    _, findings, problems = _check_folder(folder)
    return [*findings, *_locate(folder, problems)]


def read_matches(path: str | Path, *, source: str = FIRST_SOURCE) -> dict[str, Match]:
    """Read which records the papers of a catalog are, as earlier runs found and people decided.

    Parameters
    ----------
    path : str or Path
        A `matches.yaml`.
    source : str
        The provider whose matches are read.

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
    return read_all_matches(path).get(source, {})


def read_all_matches(path: str | Path) -> dict[str, dict[str, Match]]:
    """Read the matches of all providers, by the provider's name and the entry's key; as `read_matches`."""
    path = Path(path)
    file = FILES["matches"]._replace(name=path.name)
    loaded = _load(path.parent, "matches", file)
    matches = _group_matches(loaded)
    problems = [*loaded.problems, *check_decisions(matches)]
    _raise_errors([*loaded.findings, *_locate(path.parent, problems, {**FILES, "matches": file})])
    return matches


# --- reading ---------------------------------------------------------------------------------------------


def _check_folder(folder: Path) -> tuple[Catalog, list[Finding], list[Problem]]:
    """Return what can be read of a catalog, and all that is wrong with it: findings, and problems without lines."""
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
        field: _group_matches(found) if FILES[field].keyed else tuple(found.records.values())
        for field, found in loaded.items()
    }
    title, findings = _read_title(folder)
    catalog = Catalog.model_construct(title=title, **values)
    problems = [problem for found in loaded.values() for problem in found.problems]
    problems += [_put_in_place(problem, loaded) for problem in check_catalog(catalog) if _is_certain(problem, loaded)]
    findings += [finding for found in loaded.values() for finding in found.findings]
    return catalog, [*findings, *_find_strays(folder)], problems


def _raise_errors(findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise CatalogError("\n".join(str(finding) for finding in errors), errors)


def _read_title(folder: Path) -> tuple[str, list[Finding]]:
    path = folder / ABOUT
    default = folder.resolve().name
    try:
        about = parse_yaml(path, missing={})
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
        raw = parse_yaml(folder / file.name, missing={} if file.keyed else [])
    except CatalogError as error:
        return _Loaded({}, frozenset(), findings=error.findings)
    if not isinstance(raw, Mapping if file.keyed else list):
        shape = "a mapping of keys" if file.keyed else "a list: each record begins with '- key: …'"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", f"should be {shape}")])
    if field == "entries" and not raw:
        message = "is empty; list at least one paper with key, title and section"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", message)])
    return _validate(field, file, raw)


def _validate(field: str, file: _File, raw: Any) -> _Loaded:
    if file.keyed:
        return _validate_matches(field, file, raw)
    records: dict[str | int, Record] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    for place, item in enumerate(raw):
        try:
            records[place] = file.record.model_validate(item)
        except ValidationError as error:
            problems += _list_invalid(field, file, (place,), error)
            unread.update(_list_names(item))
    return _Loaded(records, frozenset(unread), problems)


def _validate_matches(field: str, file: _File, raw: Mapping[Any, Any]) -> _Loaded:
    """Validate the matches of each entry, whether or not they name their provider."""
    records: dict[str | int, Record] = {}
    problems: list[Problem] = []
    for key, item in raw.items():
        if not isinstance(key, str):
            message = f"the key {key!r} should be text: put it in quotes, as it is written"
            problems.append(Problem(field, (), "error", message))
            continue
        by_source: dict[str, Match] = {}
        for source, part in split_sources(item).items():
            try:
                by_source[source or FIRST_SOURCE] = Match.model_validate(part)
            except ValidationError as error:
                problems += _list_invalid(field, file, (key, source) if source else (key,), error)
        if by_source:
            records[key] = EntryMatches(by_source=by_source)
    return _Loaded(records, frozenset(), problems)


def _group_matches(found: _Loaded) -> dict[str, dict[str, Match]]:
    return group_by_source({str(key): one for key, one in found.records.items() if isinstance(one, EntryMatches)})


def _list_invalid(field: str, file: _File, place: Location, error: ValidationError) -> list[Problem]:
    return [_say_invalid(field, file, place, dict(said)) for said in error.errors(include_url=False)]


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


def _say_invalid(field: str, file: _File, place: Location, said: Mapping[str, Any]) -> Problem:
    location: Location = (*place, *said["loc"])
    name = location[-1] if said["loc"] else "the record"
    given = said.get("input")
    if said["type"] == "extra_forbidden":
        known = _known_fields(file, said["loc"])
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
    """Return the field names of the part of a record that a location is in, from pydantic's own JSON schema."""
    schema = file.record.model_json_schema()
    node: Any = schema
    for step in location[:-1]:
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


def _locate(folder: Path, problems: Sequence[Problem], files: Mapping[str, _File] = FILES) -> list[Finding]:
    """Return findings with lines, for which the files are read once more with their positions."""
    trees = {
        field: parse_tree(read_text(folder / files[field].name)) for field in {problem.field for problem in problems}
    }
    order = list(files)
    found = [
        (order.index(field), find_line(trees[field], location), level, message)
        for field, location, level, message, _ in problems
    ]
    return [
        Finding(level=level, path=str(folder / files[order[place]].name), line=line, message=message)
        for place, line, level, message in sorted(found, key=lambda row: row[:2])
    ]
