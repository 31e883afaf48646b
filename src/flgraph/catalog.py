"""Read, write and lint a catalog: a folder of YAML files that people curate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from flgraph.errors import CatalogError
from flgraph.files import write_text
from flgraph.lint import Location, Problem, check_catalog, suggest_name
from flgraph.model import (
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


_FILES = {
    "entries": _File("papers.yaml", CatalogEntry),
    "datasets": _File("datasets.yaml", DatasetEntry),
    "codebases": _File("codebases.yaml", CodebaseEntry),
    "topics": _File("topics.yaml", TopicEntry),
    "venues": _File("venues.yaml", VenueEntry),
    "matches": _File("matches.yaml", Match, keyed=True),
}
_ABOUT = "catalog.yaml"
_WIDTH = 110


def find_bundled_catalog() -> Path:
    """Return the folder of the catalog that comes with flgraph, in a wheel or an editable install."""
    packaged = Path(str(files("flgraph"))) / "bundled"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "catalog"


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
    catalog, problems = _check_folder(folder)
    errors = [problem for problem in problems if problem.level == "error"]
    if errors or catalog is None:
        findings = _locate(folder, errors)
        raise CatalogError("\n".join(str(finding) for finding in findings), findings)
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
    >>> [finding.level for finding in lint_catalog()]
    ['note', 'note']
    """
    folder = find_bundled_catalog() if path is None else Path(path)
    return _locate(folder, _check_folder(folder)[1])


def write_catalog(catalog: Catalog, path: str | Path) -> list[Path]:
    """Write a catalog into a folder; comments, order and untouched records of files there survive.

    Parameters
    ----------
    catalog : Catalog
        What to write.
    path : str or Path
        The folder; it is made where it does not exist.

    Returns
    -------
    list of Path
        The files whose content changed, in the order of the catalog's fields.

    Raises
    ------
    CatalogError
        A file there cannot be read.
    OutputError
        A file cannot be written.
    """
    folder = Path(path)
    contents = {_ABOUT: _merge_about(folder / _ABOUT, catalog.title)}
    for field, file in _FILES.items():
        value = getattr(catalog, field)
        target = folder / file.name
        if not value and not target.exists() and field != "entries":
            continue
        contents[file.name] = _merge_keyed(target, value) if file.keyed else _merge_list(target, value)
    return [
        write_text(folder / name, text)
        for name, text in contents.items()
        if text != _read_text(folder / name, missing="")
    ]


# --- reading ---------------------------------------------------------------------------------------------


def _check_folder(folder: Path) -> tuple[Catalog | None, list[Problem]]:
    if not folder.is_dir():
        raise CatalogError(f"{folder}: no such folder; a catalog is a folder with a papers.yaml in it")
    if not (folder / "papers.yaml").is_file():
        raise CatalogError(f"{folder}: holds no papers.yaml; that file lists the catalog's papers")
    values: dict[str, Any] = {"title": _read_title(folder)}
    problems: list[Problem] = []
    for field, file in _FILES.items():
        raw = _parse(folder / file.name, missing={} if file.keyed else [])
        values[field], found = _validate(field, file, raw)
        problems += found
    if problems:
        return None, problems
    catalog = Catalog.model_construct(**values)
    return catalog, check_catalog(catalog)


def _read_title(folder: Path) -> str:
    about = _parse(folder / _ABOUT, missing={})
    title = about.get("title", folder.resolve().name) if isinstance(about, Mapping) else None
    if not isinstance(title, str) or (isinstance(about, Mapping) and set(about) - {"title"}):
        raise CatalogError(f"{folder / _ABOUT}:1: should hold one line, 'title: the name of your catalog'")
    return title


def _read_text(path: Path, *, missing: str | None = None) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if missing is None:
            raise
        return missing
    except UnicodeDecodeError as error:
        raise CatalogError(f"{path}:1: is not UTF-8 text ({error.reason}); save it as UTF-8") from error
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror})") from error


def _parse(path: Path, *, missing: object) -> Any:
    """Return the plain data of a YAML file; `missing` where there is no file."""
    if not path.exists():
        return missing
    try:
        data = YAML(typ="safe").load(_read_text(path))
    except MarkedYAMLError as error:
        raise CatalogError(_say_yaml_error(path, error)) from error
    except YAMLError as error:
        raise CatalogError(f"{path}:1: is not YAML ({error})") from error
    if data is None and path.name == "papers.yaml":
        raise CatalogError(f"{path}:1: is empty; list at least one paper with key, title and section")
    return missing if data is None else data


def _say_yaml_error(path: Path, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = " ".join(str(error.problem or error.context or "broken off").split())
    return f"{path}:{line}: is not whole YAML: {what}; look at this line and the one before"


def _validate(field: str, file: _File, raw: object) -> tuple[object, list[Problem]]:
    kind: Any = dict[str, file.record] if file.keyed else tuple[file.record, ...]  # type: ignore[name-defined]
    if not isinstance(raw, Mapping if file.keyed else list):
        shape = "a mapping of keys" if file.keyed else "a list: each record begins with '- key: …'"
        return (), [Problem(field, (), "error", f"should be {shape}")]
    try:
        return TypeAdapter(kind).validate_python(raw), []
    except ValidationError as error:
        problems = [_say_invalid(field, file, dict(item)) for item in error.errors(include_url=False)]
        return (), problems


def _say_invalid(field: str, file: _File, item: Mapping[str, Any]) -> Problem:
    location: Location = tuple(item["loc"])
    name = location[-1] if location else file.name
    given = item.get("input")
    if item["type"] == "extra_forbidden":
        known = _known_fields(file, location)
        message = f"unknown field {name!r}{suggest_name(str(name), known) or '; known: ' + ', '.join(known)}"
    elif item["type"] == "missing":
        location, message = location[:-1], f"the field {name!r} is missing"
    elif item["type"] == "string_type" and isinstance(given, int | float):
        message = f"{name!r} should be text, not the number {given}; put it in quotes"
    else:
        message = f"{name!r} is {_shorten(given)}: {item['msg'][0].lower()}{item['msg'][1:]}"
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
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _locate(folder: Path, problems: Sequence[Problem]) -> list[Finding]:
    """Return findings with lines, for which the files are read once more with their positions."""
    trees = {
        field: YAML(typ="rt").load(_read_text(folder / _FILES[field].name))
        for field in sorted({problem.field for problem in problems})
    }
    order = list(_FILES)
    findings = [
        (
            order.index(problem.field),
            Finding(
                level=problem.level,
                path=str(folder / _FILES[problem.field].name),
                line=_find_line(trees[problem.field], problem.location),
                message=problem.message,
            ),
        )
        for problem in problems
    ]
    return [finding for _, finding in sorted(findings, key=lambda pair: (pair[0], pair[1].line))]


def _find_line(tree: Any, location: Location) -> int:
    """Return the 1-based line of the deepest part of a location that has a position."""
    line: int = getattr(getattr(tree, "lc", None), "line", 0) or 0
    for step in location:
        positions = getattr(tree, "lc", None)
        if positions is None or positions.data is None or step not in positions.data:
            break
        line = positions.data[step][0]
        tree = tree[step]
    return line + 1


# --- writing ---------------------------------------------------------------------------------------------


def _round_trip() -> YAML:
    yaml = YAML(typ="rt")
    yaml.width = _WIDTH
    yaml.preserve_quotes = True
    return yaml


def _load_tree(path: Path) -> Any:
    """Return the commented tree of a file, None where there is no file or nothing in it."""
    if _parse(path, missing=None) is None:
        return None
    return _round_trip().load(_read_text(path))


def _dump_tree(tree: Any) -> str:
    stream = StringIO()
    _round_trip().dump(tree, stream)
    # ruamel leaves a blank at the end of each line that it folds; a diff would show every one.
    return "\n".join(line.rstrip(" ") for line in stream.getvalue().split("\n"))


def _merge_about(path: Path, title: str) -> str:
    tree = _load_tree(path)
    if tree is not None and tree.get("title") == title:
        return _read_text(path)
    return _dump_tree(CommentedMap(title=title))


def _merge_list(path: Path, records: Sequence[Any]) -> str:
    tree = _load_tree(path)
    nodes = {node["key"]: node for node in tree or ()}
    merged = CommentedSeq(_merge_record(nodes.get(record.key), record) for record in records)
    if tree is None:
        return _dump_tree(merged)
    tree.copy_attributes(merged)
    return _keep_if_equal(path, merged)


def _merge_keyed(path: Path, records: Mapping[str, Any]) -> str:
    tree = CommentedMap() if (loaded := _load_tree(path)) is None else loaded
    for key in [key for key in tree if key not in records]:
        del tree[key]
    for key, record in records.items():
        tree[key] = _merge_record(tree.get(key), record)
    return _keep_if_equal(path, tree)


def _keep_if_equal(path: Path, tree: Any) -> str:
    """Return the text of the file as it stands where it already says the same, else the tree's."""
    text = _dump_tree(tree)
    if path.exists():
        same = YAML(typ="safe").load(text) == _parse(path, missing=None)
        return _read_text(path) if same else text
    return text


def _merge_record(node: Any, record: Record) -> Any:
    """Return the node of a record with what differs brought up to date, each field in its place."""
    plain = _to_plain(record)
    if node is None:
        return CommentedMap(plain)
    old = type(record).model_validate(node)
    order = list(type(record).model_fields)
    for field in order:
        if getattr(old, field) == getattr(record, field):
            continue
        if field not in plain:
            node.pop(field, None)
        elif field in node:
            node[field] = plain[field]
        else:
            later = (place for place, name in enumerate(node) if order.index(name) > order.index(field))
            node.insert(next(later, len(node)), field, plain[field])
    return node


def _to_plain(record: Record) -> dict[str, Any]:
    """Return a record as YAML shows it: defaults left out, list items with one field in their short form."""
    plain = record.model_dump(exclude_defaults=True)
    return {
        field: [_shorten_item(item) for item in value] if isinstance(value, tuple) else value
        for field, value in plain.items()
    }


def _shorten_item(item: Any) -> Any:
    if isinstance(item, Mapping) and len(item) == 1:
        return item.get("key", item.get("name", item))
    return item
