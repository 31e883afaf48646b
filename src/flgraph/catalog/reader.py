"""Read and lint a catalog folder: what each file must look like. `lint.py` checks the records against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from flgraph.catalog.control_characters import find_controls
from flgraph.catalog.lint import check_catalog, check_decisions
from flgraph.catalog.matches import EntryMatches, group_by_source, split_sources
from flgraph.catalog.partial import Partial, read_partly
from flgraph.catalog.problems import Location, Problem, say_subject
from flgraph.catalog.yaml_files import Document, find_lines, read_yaml
from flgraph.checks import suggest_name
from flgraph.errors import CatalogError
from flgraph.files.folders import hint_at_command
from flgraph.lists.writing.base_entries import BASE_FILE
from flgraph.memory import pause_collector
from flgraph.records import (
    FACET_FORM,
    FIRST_SOURCE,
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    CuratedText,
    DatasetEntry,
    Finding,
    Match,
    Record,
    TopicEntry,
    TopicFacet,
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

_ALL_FILES = {**FILES, "about": _File(ABOUT, Record)}
TITLE_FORM = "must contain 'title: the name of your catalog', and at most 'facets: [...]', which puts facets in order"
_MESSAGES = {
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields, such as {key: …}",
    "model_attributes_type": "must be a mapping of fields, such as {key: …}",
    "string_pattern_mismatch": "must be lower-case letters, digits, '.' and '-', starting with a letter or digit",
    "string_type": "must be text",
    "int_type": "must be a whole number without quotes",
    "bool_type": "must be true or false",
    "invalid-json-value": "must be text, a number, true, false, a list or a mapping",
    "curated_date": "must be a date such as 2021-06-01",
    "less_than": "exceeds 2**53 - 1",
    "string_unicode": "contains an unpaired surrogate",
}


_KEY_STEP = "[key]"  # how pydantic names the key of a mapping in a location


class _Loaded(NamedTuple):
    """The content of a file: valid records by place, the names and valid parts of the others, and what is wrong."""

    records: Mapping[str | int, Record]
    unread: frozenset[str]
    problems: Sequence[Problem] = ()
    findings: Sequence[Finding] = ()
    document: Document | None = None
    partials: Mapping[str | int, Partial] = {}

    @property
    def checked(self) -> Mapping[str | int, Record]:
        """The records that are checked against others: the valid ones and the valid parts of the others, in order."""
        if not self.partials:
            return self.records
        parts = {place: partial.record for place, partial in self.partials.items()}
        return dict(sorted({**self.records, **parts}.items()))


def find_bundled_catalog() -> Path:
    """Return the folder of the catalog that is distributed with flgraph, in a wheel or an editable install."""
    packaged = Path(str(files("flgraph"))) / "bundled"
    return packaged if packaged.is_dir() else Path(__file__).parents[3] / "catalog"


def read_catalog(path: str | Path | None = None) -> Catalog:
    """Read a catalog folder and check that it is valid, or make a catalog of a list.

    Parameters
    ----------
    path : str, Path or None
        A folder with `papers.yaml` and, optionally, `datasets.yaml`, `codebases.yaml`, `topics.yaml`, `venues.yaml`,
        `matches.yaml` and `catalog.yaml` (the title); or the file of a list, as for `read_list`. None is the bundled
        catalog.

    Returns
    -------
    Catalog
        Entries in the order of the file.

    Raises
    ------
    CatalogError
        The catalog has errors. The message lists all of them, each with its file, line and remedy. Or the list names
        no paper.

    Examples
    --------
    >>> len(read_catalog().entries)
    56
    """
    if path is not None and is_list_file(path):
        from flgraph.catalog.list_catalog import catalog_from_list  # slow to load, and most catalogs are folders
        from flgraph.lists.reading import read_list

        return catalog_from_list(read_list(path))
    catalog, findings = check_folder(path, only_errors=True)
    _raise_errors(findings)
    return catalog


def is_list_file(path: str | Path) -> bool:
    """Return whether a path is a file that may be a list: any but the files of a catalog."""
    path = Path(path)
    try:
        return path.name not in {ABOUT, *(file.name for file in FILES.values())} and path.is_file()
    except OSError:  # the reader of folders says what is wrong
        return False


def lint_catalog(path: str | Path | None = None) -> list[Finding]:
    """List all findings in a catalog folder, in the order of files and lines.

    A catalog with an error cannot be used. A warning needs a decision by a person. A note is explained in the catalog
    or needs no decision.

    Raises
    ------
    CatalogError
        The folder does not exist or contains no `papers.yaml`.

    Examples
    --------
    >>> {finding.level for finding in lint_catalog()}
    {'note'}
    """
    return check_folder(path)[1]


def check_folder(path: str | Path | None = None, *, only_errors: bool = False) -> tuple[Catalog, list[Finding]]:
    """Return the catalog in a folder and the findings of `lint_catalog`, for which each file is read once.

    If a finding is an error, the catalog is incomplete: invalid records are left out. Findings take time, since their
    lines are looked up.

    Raises
    ------
    CatalogError
        As for `lint_catalog`.

    Examples
    --------
    >>> catalog, findings = check_folder()
    """
    folder = find_bundled_catalog() if path is None else Path(path)
    _refuse_other_folder(folder)
    with pause_collector():
        return _check_folder(folder, only_errors=only_errors)


def _check_folder(folder: Path, *, only_errors: bool) -> tuple[Catalog, list[Finding]]:
    loaded = {field: _load(folder, field, file) for field, file in FILES.items()}
    about, loaded["about"] = _read_about(folder)
    catalog = _make_catalog(about, loaded, {field: found.records for field, found in loaded.items()})
    checked = _make_catalog(about, loaded, {field: found.checked for field, found in loaded.items()})
    problems = [problem for found in loaded.values() for problem in found.problems]
    problems += [_put_in_place(problem, loaded) for problem in check_catalog(checked) if _is_certain(problem, loaded)]
    findings = [finding for found in loaded.values() for finding in found.findings]
    if only_errors:
        problems = [problem for problem in problems if problem.level == "error"]
        return catalog, [*findings, *_locate(folder, problems, loaded, _ALL_FILES)]
    for field, found in loaded.items():
        if found.document is not None:  # people cannot correct what a server said, so a match is only noted
            problems += find_controls(field, found.document, "note" if _ALL_FILES[field].keyed else "warning")
    return catalog, [*findings, *_find_strays(folder), *_locate(folder, problems, loaded, _ALL_FILES)]


def _make_catalog(
    about: _About, loaded: Mapping[str, _Loaded], records: Mapping[str, Mapping[str | int, Record]]
) -> Catalog:
    values: dict[str, Any] = {
        field: _group_matches(loaded[field]) if file.keyed else tuple(records[field].values())
        for field, file in FILES.items()
    }
    return Catalog.model_construct(title=about.title, facets=about.facets, **values)


def read_matches(path: str | Path, *, source: str = FIRST_SOURCE) -> dict[str, Match]:
    """Read the matches of a catalog: the record of each paper, found by earlier runs or decided by people.

    Parameters
    ----------
    path : str or Path
        A `matches.yaml`.
    source : str
        The provider whose matches are read.

    Returns
    -------
    dict of str to Match
        Matches by catalog key; empty if the file does not exist.

    Raises
    ------
    CatalogError
        The file has errors. The message lists all of them, each with its line and remedy.

    Examples
    --------
    >>> read_matches(folder / "matches.yaml")
    {}
    """
    return read_all_matches(path).get(source, {})


def read_all_matches(path: str | Path) -> dict[str, dict[str, Match]]:
    """Read the matches of all providers, by the name of the provider and the key of the entry; as `read_matches`."""
    path = Path(path)
    file = FILES["matches"]._replace(name=path.name)
    loaded = _load(path.parent, "matches", file)
    matches = _group_matches(loaded)
    problems = [*loaded.problems, *check_decisions(matches)]
    _raise_errors([*loaded.findings, *_locate(path.parent, problems, {"matches": loaded}, {"matches": file})])
    return matches


def lint_records(
    path: Path, document: Document, record: type[Record], problems: Iterable[Problem] = ()
) -> list[Finding]:
    """List the findings in a list of records that is not a file of a catalog, with further problems of "entries"."""
    file = _File(path.name, record)
    loaded = _validate("entries", file, document)
    return _locate(path.parent, [*loaded.problems, *problems], {"entries": loaded}, {"entries": file})


# --- reading ---------------------------------------------------------------------------------------------


def _refuse_other_folder(folder: Path) -> None:
    try:
        is_there, has_papers = folder.is_dir(), (folder / "papers.yaml").exists()
        is_file = folder.is_file()
    except OSError as error:
        raise CatalogError(f"{folder}: cannot be read ({error.strerror})") from error
    if is_file:
        raise CatalogError(f"{folder}: is a file; name its folder, {folder.parent}")
    if not is_there:
        kind, wanted = ("file", "a list") if folder.suffix else ("folder", "a folder that contains papers.yaml")
        raise CatalogError(f"{folder}: no such {kind}; name {wanted}")
    if not has_papers:
        raise CatalogError(hint_at_command(folder) or _say_no_papers(folder))


def _say_no_papers(folder: Path) -> str:
    readme = next((path for name in ("README.md", "readme.md") if (path := folder / name).is_file()), None)
    remedy = "create it with one record per paper" if readme is None else f"name {readme} to use its list"
    return f"{folder}: contains no papers.yaml; {remedy}"


def _raise_errors(findings: Sequence[Finding]) -> None:
    errors = [finding for finding in findings if finding.level == "error"]
    if errors:
        raise CatalogError("\n".join(str(finding) for finding in errors), errors)


class _About(Record):
    """The content of `catalog.yaml`."""

    title: CuratedText
    facets: tuple[TopicFacet, ...] = ()


def _read_about(folder: Path) -> tuple[_About, _Loaded]:
    path = folder / ABOUT
    default = _About(title=folder.resolve().name or "untitled")
    try:
        document = read_yaml(path, missing={})
    except CatalogError as error:
        return default, _Loaded({}, frozenset(), findings=error.findings)
    try:
        about = _About.model_validate({"title": default.title, **document.data})
    except (TypeError, ValidationError):
        return default, _Loaded({}, frozenset(), [Problem("about", (), "error", TITLE_FORM)])
    return about, _Loaded({}, frozenset(), document=document)


def _find_strays(folder: Path) -> list[Finding]:
    """Return a warning for each YAML file that is not part of a catalog: often its name is misspelt."""
    known = [*(file.name for file in FILES.values()), ABOUT]
    strays = [path for path in sorted(folder.glob("*.y*ml")) if path.name not in known]
    if (folder / BASE_FILE).exists():  # the folder was imported, and keeps the list
        strays = [path for path in strays if not re.match(r"list[.-]", path.name)]
    remedies = [suggest_name(path.name, known) or f"; a catalog consists of {', '.join(known)}" for path in strays]
    return [
        Finding(level="warning", path=str(path), line=1, message=f"is ignored{remedy}", code="C103")
        for path, remedy in zip(strays, remedies, strict=True)
    ]


def _load(folder: Path, field: str, file: _File) -> _Loaded:
    try:
        document = read_yaml(folder / file.name, missing={} if file.keyed else [])
    except CatalogError as error:
        return _Loaded({}, frozenset(), findings=error.findings)
    raw = document.data
    if not isinstance(raw, Mapping if file.keyed else list):
        shape = "a mapping of keys to matches" if file.keyed else "a list of records, each starting with '- key: …'"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", f"must be {shape}")], document=document)
    if field == "entries" and not raw:
        message = "is empty; list at least one paper with key, title and section"
        return _Loaded({}, frozenset(), [Problem(field, (), "error", message)], document=document)
    return _validate(field, file, document)


def _validate(field: str, file: _File, document: Document) -> _Loaded:
    if file.keyed:
        return _validate_matches(field, file, document)
    records: dict[str | int, Record] = {}
    problems: list[Problem] = []
    unread: set[str] = set()
    partials: dict[str | int, Partial] = {}
    for place, item in enumerate(document.data):
        try:
            records[place] = file.record.model_validate(item)
        except ValidationError as error:
            problems += _list_invalid(field, file, (place,), error)
            unread.update(_list_names(item))
            partial = read_partly(file.record, item, place + 1)
            partials |= {} if partial is None else {place: partial}
    return _Loaded(records, frozenset(unread), problems, document=document, partials=partials)


def _validate_matches(field: str, file: _File, document: Document) -> _Loaded:
    """Validate the matches of each entry, whether or not they name their provider."""
    records: dict[str | int, Record] = {}
    problems: list[Problem] = []
    for key, item in document.data.items():
        if not isinstance(key, str):
            problems.append(Problem(field, (), "error", f"the key {key!r} must be text; put it in quotes"))
            continue
        by_source: dict[str, Match] = {}
        for source, part in split_sources(item).items():
            try:
                by_source[source or FIRST_SOURCE] = Match.model_validate(part)
            except ValidationError as error:
                problems += _list_invalid(field, file, (key, source) if source else (key,), error)
        if by_source:
            records[key] = EntryMatches(by_source=by_source)
    return _Loaded(records, frozenset(), problems, document=document)


def _group_matches(found: _Loaded) -> dict[str, dict[str, Match]]:
    return group_by_source({str(key): one for key, one in found.records.items() if isinstance(one, EntryMatches)})


def _list_invalid(field: str, file: _File, place: Location, error: ValidationError) -> list[Problem]:
    return [_say_invalid(field, file, place, dict(said)) for said in error.errors(include_url=False)]


def _list_names(item: Any) -> Iterator[str]:
    """Yield the names that other records may use for an invalid record."""
    if not isinstance(item, Mapping):
        return
    tags = item.get("tags")
    for name in (*(item.get(field) for field in ("key", "name", "facet")), *(tags if isinstance(tags, list) else ())):
        if isinstance(name, str):
            yield name.casefold()


def _is_certain(problem: Problem, loaded: Mapping[str, _Loaded]) -> bool:
    """Return whether a problem is certain: a name is not called unknown if an invalid file or record may define it."""
    if problem.names is None:
        return True
    field, key = problem.names
    found = loaded[field]
    return key.casefold() not in found.unread and not found.findings


def _put_in_place(problem: Problem, loaded: Mapping[str, _Loaded]) -> Problem:
    """Return a problem with its place in the file, where the invalid records count as well."""
    found = loaded[problem.field]
    places = list(found.checked)

    def move(location: Location) -> Location:
        first, *rest = location
        place = places[first] if isinstance(first, int) else first
        partial = found.partials.get(place)
        if partial and len(rest) > 1 and isinstance(rest[1], int):  # an item of a list that may have lost some
            rest[1] = partial.places[str(rest[0])][rest[1]]
        return (place, *rest)

    return problem._replace(location=move(problem.location), others=tuple(map(move, problem.others)))


def _say_invalid(field: str, file: _File, place: Location, said: Mapping[str, Any]) -> Problem:
    location: Location = (*place, *said["loc"])
    name = location[-1] if said["loc"] else None
    if said["type"] == "extra_forbidden":
        known = _known_fields(file, said["loc"])
        message = f"unknown field {name!r}{suggest_name(str(name), known) or '; known: ' + ', '.join(known)}"
    elif said["type"] == "missing":
        location, message = location[:-1], f"the required field `{name}` is missing"
    elif name == _KEY_STEP:
        message = f"the key {said.get('input')!r} must be text; put it in quotes"
    else:
        message = f"{say_subject(said['loc'])} {_say_value(said)}"
    return Problem(field, location, "error", message)


def _say_value(said: Mapping[str, Any]) -> str:
    """Return what a value must be and what it is."""
    kind, given = said["type"], said.get("input")
    if kind == "string_type" and isinstance(given, int | float | date):
        read = "boolean" if isinstance(given, bool) else "date" if isinstance(given, date) else "number"
        return f"must be text, but YAML reads the {read} {given}; put it in quotes"
    if kind == "string_too_short" or (kind == "string_pattern_mismatch" and said["ctx"]["pattern"] == r"\S"):
        return "is blank; remove the field if its value is unknown"
    if kind == "string_pattern_mismatch" and said["ctx"]["pattern"] == FACET_FORM:
        return f"must be a name without '=' and ';', found {_shorten(given)}"
    is_rule = said["msg"].startswith("Input should be ")
    rule = said["msg"].replace("less than or equal to", "at most").replace("greater than or equal to", "at least")
    other = rule.replace("Input should be", "must be", 1) if is_rule else f"is invalid ({said['msg']})"
    return f"{_MESSAGES.get(kind, other)}, found {_shorten(given)}{_hint_at_form(said)}"


def _hint_at_form(said: Mapping[str, Any]) -> str:
    """Return how to write one section or several, if a paper mixes up the two fields."""
    field, given = said["loc"], said.get("input")
    if field == ("section",) and isinstance(given, list):
        return "; list several sections under `sections`"
    is_one = field == ("sections",) and isinstance(given, str)
    return "; put it in square brackets" if is_one else ""


def _known_fields(file: _File, location: Location) -> list[str]:
    """Return the field names at a location inside a record, from pydantic's JSON schema."""
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


def _locate(
    folder: Path, problems: Sequence[Problem], loaded: Mapping[str, _Loaded], files: Mapping[str, _File]
) -> list[Finding]:
    """Return problems as findings, in the order of files and lines, each once."""
    findings: list[Finding] = []
    for field, file in files.items():
        own = [problem for problem in problems if problem.field == field]
        asked = [location for problem in own for location in (problem.location, *problem.others)]
        lines = iter(find_lines(loaded[field].document, asked))
        found = []
        for problem in own:
            line, others = next(lines), [next(lines) for _ in problem.others]
            message = problem.message + (f" (lines {', '.join(map(str, sorted({line, *others})))})" if others else "")
            path = str(folder / file.name)
            found.append(Finding(level=problem.level, path=path, line=line, message=message, code=problem.code))
        findings += dict.fromkeys(sorted(found, key=lambda finding: finding.line))
    return findings
