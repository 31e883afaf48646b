"""The fields that may be asked for, by the service's specification, and a paper with just these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from tests.replica.http_replica import ApiError

EDGE_FIELDS = frozenset({"contexts", "intents", "contextsWithIntent", "isInfluential"})
NAME_FIELDS = frozenset({"authorId", "name"})
AUTHOR_FIELDS = NAME_FIELDS | frozenset(
    {"externalIds", "url", "affiliations", "homepage", "paperCount", "citationCount", "hIndex"}
)
NESTED_FIELDS = frozenset(
    {
        "paperId",
        "corpusId",
        "externalIds",
        "url",
        "title",
        "abstract",
        "venue",
        "publicationVenue",
        "year",
        "referenceCount",
        "citationCount",
        "influentialCitationCount",
        "isOpenAccess",
        "openAccessPdf",
        "fieldsOfStudy",
        "s2FieldsOfStudy",
        "publicationTypes",
        "publicationDate",
        "journal",
        "citationStyles",
        "authors",
    }
)
PAPER_FIELDS = NESTED_FIELDS | frozenset({"citations", "references", "embedding", "tldr", "textAvailability"})

Level = Literal["paper", "edge", "nested", "author", "name"]
Tree = dict[str, "Tree"]

_FIELDS: Mapping[Level, frozenset[str]] = {
    "paper": PAPER_FIELDS,
    "edge": NESTED_FIELDS | EDGE_FIELDS,
    "nested": NESTED_FIELDS,
    "author": AUTHOR_FIELDS,
    "name": NAME_FIELDS,
}


def parse_fields(text: str, level: Level) -> Tree:
    """Return the fields asked for as a tree; an `ApiError` names all that are not to be had."""
    names = [name for name in text.split(",") if name]
    wrong = [name for name in names if not _is_known(name, level)]
    if wrong:
        raise ApiError(400, {"error": f"Unrecognized or unsupported fields: [{', '.join(wrong)}]"})
    tree: Tree = {}
    for name in names or ["title"]:
        node = tree
        for part in name.split("."):
            node = node.setdefault(part, {})
    return tree


def _is_known(name: str, level: Level) -> bool:
    outer, _, inner = name.partition(".")
    if outer not in _FIELDS[level]:
        return False
    if not inner:
        return True
    if outer == "embedding":
        return inner in ("specter_v1", "specter_v2")
    inside = _find_level(outer, level)
    return inside is not None and _is_known(inner, inside)


def _find_level(outer: str, level: Level) -> Level | None:
    if outer == "authors":
        return "author" if level == "paper" else "name"
    return "nested" if outer in ("citations", "references") else None


def project_paper(paper: Mapping[str, Any], tree: Tree) -> dict[str, Any]:
    """Return a paper with the fields asked for, null where it has none; ids come unasked."""
    shown: dict[str, Any] = {"paperId": paper["paperId"]}
    for name, inner in tree.items():
        value = paper.get(name)
        if isinstance(value, list) and name in ("authors", "citations", "references"):
            value = [_pick(item, inner, default="name" if name == "authors" else "title") for item in value]
        shown[name] = value
    return shown


def _pick(item: Any, tree: Tree, *, default: str) -> Any:
    wanted = {"paperId", "authorId", *(tree or {default: {}})}
    return {name: item[name] for name in item if name in wanted} if isinstance(item, dict) else item
