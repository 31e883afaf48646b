"""Write a catalog to its files: unchanged records keep their bytes, and comments stay with their records.

A file is a list of blocks, each the lines of a record with the comments directly above. Only the blocks of changed
records are rewritten, so that a diff shows the change and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark, YAMLError
from ruamel.yaml.tokens import CommentToken

from flgraph.catalog.matches import EntryMatches, group_by_entry, group_by_source, read_entry, split_sources
from flgraph.catalog.reader import ABOUT, FILES, TITLE_FORM
from flgraph.catalog.yaml_files import (
    Document,
    dump_data,
    dump_tree,
    find_lines,
    is_there,
    parse_text,
    parse_tree,
    parse_yaml,
    read_text,
    read_yaml,
)
from flgraph.errors import CatalogError
from flgraph.files.atomic import write_text, write_together
from flgraph.memory import pause_collector
from flgraph.records import FIRST_SOURCE, Catalog, Match, Record

_HOW_TO_DECIDE: Final = """\
# The record of each paper. To decide a match yourself, set decided_by: person, and status: accepted
# with the id of the record, or status: rejected if no candidate is the paper. flgraph never changes your decision.
"""
_COMMENT: Final = re.compile(r"#|\s*$")


def write_catalog(catalog: Catalog, path: str | Path) -> list[Path]:
    """Write a catalog to a folder; keep comments and the bytes of unchanged records.

    Parameters
    ----------
    catalog : Catalog
        The catalog to write.
    path : str or Path
        The folder, which is created if it does not exist.

    Returns
    -------
    list of Path
        The files whose content changed, `catalog.yaml` first, then in the order of the fields of the catalog.

    Raises
    ------
    CatalogError
        An existing file cannot be read, or a record of the catalog is invalid. No file is written.
    OutputError
        A file cannot be written. All files are unchanged.

    Examples
    --------
    >>> [path.name for path in write_catalog(read_catalog(), folder / "copy")][:2]
    ['catalog.yaml', 'papers.yaml']
    """
    folder = Path(path)
    with pause_collector():
        contents = _make_contents(catalog, folder)
    changed = {
        name: text for name, text in contents.items() if not is_there(folder / name) or text != read_text(folder / name)
    }
    if changed:
        with write_together(folder) as stage:
            for name, text in changed.items():
                write_text(stage / name, text)
    return [folder / name for name in changed]


def _make_contents(catalog: Catalog, folder: Path) -> dict[str, str]:
    """Return the text of each file of a catalog, by name."""
    given = {field: getattr(catalog, field) for field in FILES} | {"matches": group_by_entry(catalog.matches)}
    checked = {field: _check_records(field, records) for field, records in given.items()}
    contents = _write_about(folder, catalog.title, catalog.facets)
    for field, file in FILES.items():
        target = folder / file.name
        if checked[field] or is_there(target) or field == "entries":
            contents[file.name] = _write_records(target, checked[field], EntryMatches if file.keyed else file.record)
    return contents


def write_matches(matches: Mapping[str, Match], path: str | Path, *, source: str = FIRST_SOURCE) -> Path:
    """Write the matches of a catalog, for people to review and decide.

    Parameters
    ----------
    matches : Mapping of str to Match
        Matches by catalog key. Other keys of this provider are removed from an existing file; the matches of other
        providers stay.
    path : str or Path
        A `matches.yaml`. Its comments are kept, and a file with equal matches keeps its bytes.
    source : str
        The provider whose matches these are.

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    CatalogError
        The existing file cannot be read or edited record by record, or a match is invalid.
    OutputError
        The file cannot be written.

    Examples
    --------
    >>> write_matches({"fedbn": Match(status="accepted", method="id", id="1")}, folder / "matches.yaml").name
    'matches.yaml'
    """
    return update_matches(path, lambda _: matches, source=source)


def update_matches(
    path: str | Path, merge: Callable[[Mapping[str, Match]], Mapping[str, Match]], *, source: str = FIRST_SOURCE
) -> Path:
    """Write matches that depend on those in the file; as `write_matches`.

    `merge` receives the matches of the provider in the file. It is called again if the file changes before it is
    written, so that no edit is lost.
    """
    path = Path(path)
    while True:
        before = read_text(path) if is_there(path) else None
        known = _read_known_matches(path)
        entries = group_by_entry({**known, source: merge(known.get(source, {}))})
        text = _write_records(path, dict(sorted(_check_records("matches", entries).items())), EntryMatches)
        if before == (read_text(path) if is_there(path) else None):
            break
    if before is None:
        return write_text(path, _HOW_TO_DECIDE + text)
    return path if text == before else write_text(path, text)


def _read_known_matches(path: Path) -> dict[str, dict[str, Match]]:
    known = read_yaml(path, missing={}).data
    _check_shape(path, known, EntryMatches)
    records = _read_whole(path, known, EntryMatches)
    return group_by_source({key: record for key, record in records.items() if isinstance(record, EntryMatches)})


def _check_records(field: str, given: Any) -> dict[str, Record]:
    """Return records by key after validation: `model_copy` accepts any value, and keys may be duplicate."""
    name, kind, _ = FILES[field]
    records = list(given.items() if isinstance(given, Mapping) else ((record.key, record) for record in given))
    if len(dict(records)) != len(records):
        doubled = next(key for key, count in Counter(key for key, _ in records).items() if count > 1)
        raise CatalogError(f"{name}: duplicate key {doubled!r}; keys must be unique; nothing was written")
    checked: dict[str, Record] = {}
    for key, record in records:
        try:
            checked[key] = _check_again(record, kind)
        except ValidationError as error:
            said = error.errors(include_url=False)[0]
            where = ".".join(str(step) for step in said["loc"])
            raise CatalogError(f"{name}: {key}: {where}: {said['msg'].lower()}; nothing was written") from error
    return checked


def _check_again(record: Record, kind: type[Record]) -> Record:
    if isinstance(record, EntryMatches):
        return read_entry({source: match.model_dump(warnings=False) for source, match in record.by_source.items()})
    return kind.model_validate(record.model_dump(warnings=False))


def _write_about(folder: Path, title: str, facets: Sequence[str]) -> dict[str, str]:
    """Return the file of title and facets by name, if it changes; without it, the title is the name of the folder."""
    path = folder / ABOUT
    if not (isinstance(title, str) and title.strip()):
        raise CatalogError(f"{path}: the title must be the name of the catalog, found {title!r}; nothing was written")
    document = read_yaml(path, missing=None)
    order = {"facets": list(facets)} if facets else {}
    if document.data is None:
        is_plain = title == folder.resolve().name and not order
        return {} if is_plain else {ABOUT: dump_tree(CommentedMap(title=title, **order))}
    tree = parse_tree(document.text)
    if not (isinstance(tree, CommentedMap) and set(tree) <= {"title", "facets"}):
        raise CatalogError(f"{path}:1: {TITLE_FORM}; nothing was written")
    if tree.get("title", folder.resolve().name) == title and list(tree.get("facets") or []) == list(facets):
        return {}
    tree["title"] = title
    tree.pop("facets", None)
    tree.update(order)
    return {ABOUT: dump_tree(tree)}


# --- files as blocks -------------------------------------------------------------------------------------


class _Block(NamedTuple):
    """The lines of a record and the comments directly above; `heading` is the comments above a blank line."""

    heading: str
    text: str


class _Blocks(NamedTuple):
    """A file in parts: the lines before the first record, the block of each record by key, the lines after the last."""

    head: str
    blocks: Mapping[str, _Block]
    tail: str


def _write_records(path: Path, records: Mapping[str, Record], kind: type[Record]) -> str:
    """Return the text of a file with the given records, in their order."""
    document = read_yaml(path, missing={} if kind is EntryMatches else [])
    known = document.data
    if not is_there(path):
        return _check_back(path, _write_all(records) or _write_nothing(kind), records, kind)
    if not known and not records:
        return document.text
    _check_shape(path, known, kind)
    old = _read_whole(path, known, kind)
    if list(old.items()) == list(records.items()) and len(old) == len(known):
        return document.text
    parts = _split(path, document, kind)
    try:
        text = _join(parts, old, records, kind)
    except (YAMLError, ValidationError) as error:
        raise _refuse_change(path) from error
    return _check_back(path, text, records, kind)


def _check_back(path: Path, text: str, records: Mapping[str, Record], kind: type[Record]) -> str:
    """Return a text that reads back as the records; raise `CatalogError` if it does not."""
    try:
        read = _read_records(parse_yaml(path, text, missing=None).data, kind)
    except (CatalogError, ValidationError) as error:
        raise _refuse_change(path) from error
    if list(read.items()) != list(records.items()):
        raise _refuse_change(path)
    return text


def _read_whole(path: Path, known: Any, kind: type[Record]) -> dict[str, Record]:
    try:
        return _read_records(known, kind)
    except ValidationError as error:
        raise CatalogError(f"{path}: contains an invalid record; run `flgraph lint` to find it") from error


def _refuse_change(path: Path) -> CatalogError:
    remedy = "write out aliases (*) of parts of other records, and end texts without blank lines"
    return CatalogError(f"{path}: cannot be edited record by record; {remedy}; nothing was written")


def _join(parts: _Blocks, old: Mapping[str, Record], records: Mapping[str, Record], kind: type[Record]) -> str:
    """Return the parts as one text, with new and changed records."""
    # The block of the first record has no blank line above, and neither has a new one.
    space = "\n" if any(block.text.startswith("\n") for block in parts.blocks.values()) else ""
    headings, left = _keep_headings(parts, records)
    blocks = []
    for key, record in records.items():
        if key not in old:
            blocks.append(space + _write_new(key, record))
            continue
        block = parts.blocks[key].text
        block = block if block.startswith("\n") else space + block
        blocks.append(headings[key] + (block if old[key] == record else _rewrite(block, record)))
    body = "".join(blocks).lstrip("\n") or _write_nothing(kind)
    is_apart = not parts.head or parts.head.endswith("\n\n") or not body.startswith("#")
    return parts.head + ("" if is_apart else "\n") + body + left + parts.tail


def _keep_headings(parts: _Blocks, records: Mapping[str, Record]) -> tuple[dict[str, str], str]:
    """Return the heading of each record that stays; that of a removed record moves to the next, or to the end."""
    headings: dict[str, str] = {}
    left = ""
    for key, block in parts.blocks.items():
        left += block.heading
        if key in records:
            headings[key], left = left, ""
    return headings, left


def _write_nothing(kind: type[Record]) -> str:
    return "{}\n" if kind is EntryMatches else "[]\n"


def _write_all(records: Mapping[str, Record]) -> str:
    return "".join(_write_new(key, record) for key, record in records.items())


def _write_new(key: str, record: Record) -> str:
    plain = _to_plain(record)
    return dump_data({key: plain} if isinstance(record, EntryMatches) else [plain])


def _read_records(known: Any, kind: type[Record]) -> dict[str, Record]:
    if kind is EntryMatches:
        return {str(key): read_entry(item) for key, item in dict(known).items()}
    return {record.key: record for record in map(kind.model_validate, known)}  # type: ignore[attr-defined]


def _check_shape(path: Path, known: Any, kind: type[Record]) -> None:
    is_list = isinstance(known, list) and all(isinstance(item, Mapping) and "key" in item for item in known)
    if not (isinstance(known, Mapping) if kind is EntryMatches else is_list):
        raise CatalogError(f"{path}:1: must be a list of records; run `flgraph lint` for details")


def _split(path: Path, document: Document, kind: type[Record]) -> _Blocks:
    """Return a file in parts; comments directly above a record belong to it, the others are a heading."""
    known = document.data
    lines = _split_lines(document.text)
    keys = [str(key) for key in known] if kind is EntryMatches else [str(item["key"]) for item in known]
    places = known if kind is EntryMatches else range(len(known))
    starts = [line - 1 for line in find_lines(document, [(place,) for place in places])]
    if len(set(keys)) != len(keys) or len(set(starts)) != len(starts) or not _are_blocks(lines, starts):
        raise CatalogError(f"{path}: must list each record once, each starting at the margin of its own line")
    if not starts:
        return _Blocks("".join(line for line in lines if line.lstrip().startswith("#")), {}, "")
    begins = [_find_begin(lines, start, first=number == 0) for number, start in enumerate(starts)]
    ends = [_find_end(lines, start, stop) for start, stop in zip(starts, [*begins[1:], len(lines)], strict=True)]
    blocks = {}
    for key, above, begin, end in zip(keys, [begins[0], *ends], begins, ends, strict=False):
        text = "".join(lines[begin:end])
        blocks[key] = _Block("".join(lines[above:begin]), text if text.endswith("\n") else f"{text}\n")
    return _Blocks("".join(lines[: begins[0]]), blocks, "".join(lines[ends[-1] :]))


def _split_lines(text: str) -> list[str]:
    """Return lines as YAML counts them: `splitlines` also breaks at U+2028 and similar characters."""
    return list(StringIO(text))


def _are_blocks(lines: Sequence[str], starts: Sequence[int]) -> bool:
    """Return whether each record starts at the margin, so that its lines belong to no other record."""
    return all(re.match(r"(-\s+)?[^\s\[{&*?-]", lines[start]) or lines[start].startswith("- {") for start in starts)


def _find_begin(lines: Sequence[str], start: int, *, first: bool) -> int:
    begin = start
    while begin > 0 and lines[begin - 1].startswith("#"):
        begin -= 1
    if first:  # comments directly above the first record are about the file
        return begin if begin > 0 and not lines[begin - 1].strip() else start
    while begin > 0 and not lines[begin - 1].strip():
        begin -= 1
    return begin


def _find_end(lines: Sequence[str], start: int, stop: int) -> int:
    end = stop
    while end > start + 1 and _COMMENT.match(lines[end - 1]):
        end -= 1
    return end


# --- one record ------------------------------------------------------------------------------------------


def _rewrite(block: str, record: Record) -> str:
    """Return the block of a record with changed fields updated in place."""
    lines = _split_lines(block)
    start = next(number for number, line in enumerate(lines) if not _COMMENT.match(line))
    tree = parse_tree("".join(lines[start:]))
    node = next(iter(tree.values())) if isinstance(record, EntryMatches) else tree[0]
    _merge_record(node, record)
    return "".join(lines[:start]) + dump_tree(tree)


def _merge_record(node: CommentedMap, record: Record) -> None:
    if isinstance(record, EntryMatches):
        _merge_matches(node, record)
        return
    plain = _to_plain(record)
    old = type(record).model_validate(parse_text(dump_tree(node)))
    order = list(type(record).model_fields)
    for field in order:
        if getattr(old, field) == getattr(record, field):
            continue
        if field not in plain:
            node.pop(field, None)
        elif field in node:
            node[field] = _merge_value(node[field], plain[field], getattr(old, field), getattr(record, field))
        else:
            later = (place for place, name in enumerate(node) if order.index(name) > order.index(field))
            node.insert(next(later, len(node)), field, plain[field])


def _merge_matches(node: CommentedMap, record: EntryMatches) -> None:
    """Update the matches of an entry; a file that names no provider does so once there are several."""
    if "" in split_sources(node):
        if record.is_flat:
            _merge_record(node, record.by_source[FIRST_SOURCE])
            return
        first = CommentedMap(node)
        node.copy_attributes(first)
        node.clear()
        node.ca.items.clear()
        node[FIRST_SOURCE] = first
    for source in [source for source in node if source not in record.by_source]:
        del node[source]
    for source, match in record.by_source.items():
        if source in node:
            _merge_record(node[source], match)
        else:
            node[source] = CommentedMap(_to_plain(match))


def _merge_value(node: Any, plain: Any, old: Any, new: Any) -> Any:
    """Return a value as YAML; unchanged parts keep their form and the comment on their line."""
    if isinstance(node, CommentedSeq) and isinstance(plain, list):
        return _merge_items(node, plain, old, new)
    if isinstance(node, CommentedMap) and isinstance(old, Mapping):
        for key in [key for key in node if key not in plain]:
            del node[key]
        for key, value in plain.items():
            if key not in node or old[key] != new[key]:
                node[key] = value
        return node
    return plain


def _merge_items(node: CommentedSeq, plain: Sequence[Any], old: Sequence[Any], new: Sequence[Any]) -> CommentedSeq:
    left = list(range(len(node)))
    comments, below = _take_comments(node)
    merged = CommentedSeq()
    node.copy_attributes(merged)
    for value, item in zip(plain, new, strict=True):
        same = next((place for place in left if old[place] == item), None)
        if same is None:
            merged.append(_style_like(node, value))
            continue
        left.remove(same)
        merged.append(node[same])
        if same in comments:
            merged.ca.items[len(merged) - 1] = comments[same]
    if below and merged:
        last = merged.ca.items.setdefault(len(merged) - 1, [CommentToken("\n", CommentMark(0), None), None])
        last[0].value += below
    return merged


def _style_like(node: CommentedSeq, value: Any) -> Any:
    """Return a new item of a list in flow style, {like: this}, if other items are."""
    if not isinstance(value, Mapping):
        return value
    item = CommentedMap(value)
    if any(isinstance(other, CommentedMap) and other.fa.flow_style() for other in node):
        item.fa.set_flow_style()
    return item


def _take_comments(node: CommentedSeq) -> tuple[dict[int, Any], str]:
    """Remove and return the comments of a list: those on the lines of items, and the lines below the last item."""
    comments = dict(node.ca.items)
    node.ca.items.clear()
    below = ""
    if token := (comments.get(len(node) - 1) or [None])[0]:
        on_its_line, end, below = token.value.partition("\n")
        token.value = on_its_line + end
    return comments, below


def _to_plain(record: Record) -> dict[str, Any]:
    """Return a record as plain data: without defaults, list items with a single field in their short form."""
    if isinstance(record, EntryMatches):
        by_source = {source: _to_plain(match) for source, match in record.by_source.items()}
        return by_source[FIRST_SOURCE] if record.is_flat else by_source
    plain = record.model_dump(exclude_defaults=True)
    if "sections" in plain and plain["sections"][0] == plain["section"]:
        del plain["section"]  # the first of several need not be repeated
    return {
        field: [_shorten_item(item) for item in value] if isinstance(value, tuple) else value
        for field, value in plain.items()
    }


def _shorten_item(item: Any) -> Any:
    if isinstance(item, Mapping) and len(item) == 1:
        return item.get("key", item.get("name", item))
    return item
