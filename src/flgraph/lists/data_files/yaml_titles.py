"""Read a data file of works with titles: YAML or JSON, as lists in groups or as mappings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from flgraph.lists.blocks.decoding import DecodedText, decode_text
from flgraph.lists.data_files.data_records import (
    DataLink,
    DataRecord,
    UnreadPart,
    collect_ids,
    find_arxiv,
    find_year,
    is_url,
    join_names,
    judge_url,
    make_reading,
    read_year,
    turn_name,
)
from flgraph.lists.data_files.field_names import FIELD_NAMES, KIND_NAMES, LINK_FIELDS, normalize_name
from flgraph.lists.data_files.yaml_nodes import DataNode, parse_nodes
from flgraph.lists.entries import ListField, ListReading, Span

_NAMES: Final = ("name", "title", "displayname", "label", "literal", "text")
_PLAIN_GROUPS: Final = frozenset({
    "articles", "data", "entries", "items", "list", "papers", "publications", "records", "references", "results",
    "works", "categories", "children", "groups", "sections", "subcategories", "subsections", "topics",
})  # fmt: skip
"""Keys above a list that say nothing about it, so that they are no section."""

_NESTED: Final = frozenset({"ids", "externalids", "identifiers", "links", "urls", "link", "url", "resources"})
"""Keys whose mapping holds fields of the work around it."""

_GROUP_NAMES: Final = ("name", "title", *FIELD_NAMES["section"])
_EVIDENCE: Final = ("doi", "arxiv", "pmid", "pmcid", "url", "year", "venue", "authors")
_PEOPLE: Final = frozenset({*FIELD_NAMES["authors"], "editor", "editors"})
_LEAST_WORDS: Final = 3

_Fields = Mapping[str, DataNode]


def read_yaml_titles(data: bytes, *, name: str) -> ListReading:
    r"""Read a YAML or JSON file; a mapping with a title, or with an id or link, is a record.

    Keys above groups of works are their sections.

    Parameters
    ----------
    data : bytes
        The file, in UTF-8, or in UTF-16 with a byte order mark. YAML of up to 1,000,000 characters.
    name : str
        The name of the file, for messages; `.json` says that it is JSON.

    Raises
    ------
    CatalogError
        The file is not valid, nests deeper than 40 levels, or is too large.

    Examples
    --------
    >>> read_yaml_titles(b"Imaging:\n- title: FedX\n", name="a.yaml").entries[0].section
    ('Imaging',)
    """
    decoded = decode_text(data, name=name)
    is_json = name.lower().endswith((".json", ".csl"))
    records: list[DataRecord] = []
    unread: list[UnreadPart] = []
    for root in parse_nodes(decoded, name=name, is_json=is_json):
        for part in _walk(root, (), decoded):
            (records if isinstance(part, DataRecord) else unread).append(part)  # type: ignore[arg-type]
    return make_reading(decoded, records, unread, name=name, form="yaml", data=data)


# --- groups ----------------------------------------------------------------------------------------------

_Parts = Iterator[DataRecord | UnreadPart]


def _walk(node: DataNode, section: tuple[str, ...], decoded: DecodedText) -> _Parts:
    if node.is_mapping:
        yield from _walk_mapping(node, section, decoded)
    elif node.items:
        for item in node.items:
            yield from _walk(item, section, decoded) if not item.text else _read_text(item, section)
    elif node.text:
        yield UnreadPart(node.place, "is text, not a list of works")


def _read_text(node: DataNode, section: tuple[str, ...]) -> _Parts:
    """Read a text in a list: an id, a link, or a title of three words or more."""
    text = node.text
    url = text if is_url(text) else None
    ids, _ = collect_ids({} if url else {"doi": text, "arxiv": text}, [url] if url else [])
    if not url and not ids and len(text.split()) < _LEAST_WORDS:
        yield UnreadPart(node.place, "is not a title, id or link")
        return
    title = "" if url or ids else text
    yield DataRecord(node.place, judge_url(url) or "paper", title, url, section=section, ids=ids)


def _walk_mapping(node: DataNode, section: tuple[str, ...], decoded: DecodedText) -> _Parts:
    fields = _list_fields(node)
    if _is_work(fields) and not (_holds_works(node) and not _has_evidence(fields)):
        yield _make_record(node, fields, "", section, decoded)
        return
    named = "" if node.place[0] == 0 else _find_text(fields, _GROUP_NAMES)  # the first mapping names the list itself
    inner = (*section, named) if named else section
    for key, value in node.pairs:
        if not (value.text and normalize_name(key.text) in _GROUP_NAMES):
            yield from _walk_pair(key, value, inner, decoded)


def _walk_pair(key: DataNode, value: DataNode, section: tuple[str, ...], decoded: DecodedText) -> _Parts:
    """Read what stands under a key: a work, a group of works, or a text of the group around it."""
    fields = _list_fields(value)
    if value.is_mapping and not _is_work(fields) and _has_evidence(fields):
        yield _make_record(value, fields, key.text, section, decoded)
    elif value.is_mapping and _is_work(fields):
        yield from _walk(value, section, decoded)
    elif not isinstance(value.value, str):
        is_plain = normalize_name(key.text) in _PLAIN_GROUPS
        yield from _walk(value, section if is_plain else (*section, key.text), decoded)
    elif is_url(value.text) and len(key.text.split()) >= _LEAST_WORDS:
        ids, _ = collect_ids({}, [value.text])
        place = (key.place[0], value.place[1])
        yield DataRecord(place, "paper", key.text, value.text, section=section, ids=ids)
    elif value.text:
        yield UnreadPart((key.place[0], value.place[1]), "is text in a group, not a work")


def _is_work(fields: _Fields) -> bool:
    return bool(_find_text(fields, FIELD_NAMES["title"]))


def _has_evidence(fields: _Fields) -> bool:
    return any(name in fields for kind in _EVIDENCE for name in FIELD_NAMES[kind])


def _holds_works(node: DataNode) -> bool:
    """Return whether a list or mapping under a mapping holds mappings that name themselves."""
    for key, value in node.pairs:
        if normalize_name(key.text) in _PEOPLE or normalize_name(key.text) in _NESTED:
            continue
        parts = [*value.items, *(inner for _, inner in value.pairs)]
        if any(part.is_mapping and _is_work(_list_fields(part)) for part in parts):
            return True
        if any(_holds_works(part) for part in (value, *value.items) if part.is_mapping):
            return True
    return False


# --- fields ----------------------------------------------------------------------------------------------


def _list_fields(node: DataNode) -> dict[str, DataNode]:
    """Return the values of a mapping by normalized key, with those of the mappings of ids and links in it."""
    fields: dict[str, DataNode] = {}
    for key, value in node.pairs:
        name = normalize_name(key.text)
        if name in _NESTED and value.is_mapping:
            for inner, part in value.pairs:
                fields.setdefault(normalize_name(inner.text), part)
        else:
            fields[name] = value
    return fields


def _find_node(fields: _Fields, names: tuple[str, ...]) -> DataNode | None:
    return next((fields[name] for name in names if name in fields and _read_node(fields[name])), None)


def _find_text(fields: _Fields, names: tuple[str, ...]) -> str:
    return next((text for name in names if name in fields and (text := fields[name].text)), "")


def _read_node(node: DataNode) -> str:
    """Return the text of a value; of a list the first item's, of a mapping its name."""
    if node.text:
        return node.text
    if node.is_mapping:
        named = {normalize_name(key.text): value for key, value in node.pairs}
        parts = [named[name] for name in _NAMES if name in named] or list(named.values())
        return next((text for part in parts if (text := _read_node(part))), "")
    return next((text for item in node.items if (text := _read_node(item))), "")


def _make_record(
    node: DataNode, fields: _Fields, key: str, section: tuple[str, ...], decoded: DecodedText
) -> DataRecord:
    titles = (fields[name] for name in FIELD_NAMES["title"] if name in fields)
    title = next((part for part in titles if part.text and not is_url(part.text)), None)
    urls = [fields[name] for name in (*FIELD_NAMES["url"], "paper") if name in fields and is_url(fields[name].text)]
    stated = {kind: _find_text(fields, FIELD_NAMES[kind]) for kind in ("doi", "arxiv", "pmid", "pmcid")}
    ids, doubts = collect_ids(stated, [url.text for url in urls])
    venue, year = _find_node(fields, FIELD_NAMES["venue"]), _find_node(fields, FIELD_NAMES["year"])
    venue_text, year_text = _read_node(venue) if venue else "", _read_node(year) if year else ""
    listed = _find_text(fields, FIELD_NAMES["section"])
    return DataRecord(
        place=(node.place[0], node.place[0] + len(decoded.text[slice(*node.place)].rstrip())),
        kind=KIND_NAMES.get(normalize_name(_find_text(fields, FIELD_NAMES["kind"])), "paper"),
        title=title.text if title else key,
        url=urls[0].text if urls else None,
        venue="arXiv" if find_arxiv(venue_text) else venue_text or None,
        year=read_year(year_text),
        authors=_read_authors(fields),
        section=section or ((listed,) if listed else ()),
        ids=ids,
        links=tuple(_list_links(fields, decoded.text)),
        places=_find_places(
            {"title": title, "url": urls[0] if urls else None, "venue": venue, "year": year}, decoded.text
        ),
        doubts=tuple(doubts),
    )


def _find_places(nodes: Mapping[ListField, DataNode | None], text: str) -> dict[ListField, Span]:
    """Return where the values of fields stand that are written as they are; of the year its digits alone."""
    placed = {field: place for field, node in nodes.items() if node and (place := _find_place(node, text))}
    inside = find_year(text[slice(*placed["year"])]) if "year" in placed else None
    if inside:
        placed["year"] = (placed["year"][0] + inside[0], placed["year"][0] + inside[1])
    return placed


def _find_place(node: DataNode, text: str) -> Span | None:
    """Return where the text of a value stands, without quotes; None if it is written otherwise."""
    start, end = node.place
    for cut in (0, 1):
        if text[start + cut : end - cut] == node.value:
            return (start + cut, end - cut)
    return None


def _list_links(fields: _Fields, text: str) -> Iterator[DataLink]:
    for name, node in fields.items():
        place = _find_place(node, text) if name in LINK_FIELDS and is_url(node.text) else None
        if place and name not in FIELD_NAMES["url"]:
            yield DataLink(name, node.text, LINK_FIELDS[name], place)


def _read_authors(fields: _Fields) -> str | None:
    node = next((fields[name] for name in FIELD_NAMES["authors"] if name in fields), None)
    if node is None:
        return None
    if node.text:
        return node.text
    return join_names([_read_person(item) for item in (node.items or (node,))])


def _read_person(node: DataNode) -> str:
    """Return the name of a person: a text, or a mapping with a name, or with given and family name."""
    if node.text:
        return turn_name(node.text)
    named = {normalize_name(key.text): value for key, value in node.pairs}
    given = next((named[name].text for name in ("given", "firstname", "givennames", "first") if name in named), "")
    family = next((named[name].text for name in ("family", "lastname", "familynames", "last") if name in named), "")
    particle = next((named[name].text for name in ("nondroppingparticle", "nameparticle") if name in named), "")
    return " ".join(part for part in (given, particle, family) if part) or turn_name(_read_node(node))
