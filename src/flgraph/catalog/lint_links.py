"""Checks on the links of papers: whose paper they lead to, whether readers can open them, and what their kind promises.

The judges are those of the rules for lists.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from flgraph.catalog.problems import Location, Problem
from flgraph.catalog.refuted import drop_refuted, find_refuted
from flgraph.identifiers import clean_arxiv, judge_arxiv, name_id, name_ids
from flgraph.lists.lint.link_judges import (
    clean_address,
    find_id_clash,
    find_wrong_arxiv,
    is_paper,
    judge_access,
    name_address,
    name_works,
)
from flgraph.records import Catalog, CatalogEntry


def drop_all(catalog: Catalog) -> list[CatalogEntry]:
    """Return the entries without the ids and links that the catalog refutes: a paper may share those with another."""
    return [drop_refuted(entry, find_refuted(entry)) if entry.refuted else entry for entry in catalog.entries]


def check_link_ids(catalog: Catalog) -> Iterator[Problem]:
    """Report links that contain another id than `ids`, of the same kind."""
    for index, entry in enumerate(drop_all(catalog)):
        clash = find_id_clash(entry.ids, entry.url) if entry.url else None
        if clash:
            message = f"the link leads to {clash.theirs!r}, but `ids` says {clash.ours!r}; correct one of them"
            yield Problem("entries", (index, "url"), "warning", message)


def check_impossible_ids(catalog: Catalog) -> Iterator[Problem]:
    """Report arXiv ids that cannot exist, in `ids` and in links."""
    for index, entry in enumerate(catalog.entries):
        arxiv = clean_arxiv(entry.ids.get("arxiv", ""))  # None if the form is wrong, which another check reports
        wrong = judge_arxiv(arxiv) if arxiv else None
        if wrong:
            message = f"no arXiv id can be {arxiv}: {wrong}; correct it"
            yield Problem("entries", (index, "ids", "arxiv"), "error", message)
        for location, url in list_links(index, entry):
            linked = find_wrong_arxiv(url)
            if linked and not (wrong and linked.id == arxiv):
                message = f"no arXiv id can be {linked.id}: {linked.reason}; correct the link"
                yield Problem("entries", location, "warning", message)


def check_shared_links(catalog: Catalog) -> Iterator[Problem]:
    """Report links that several papers share, in any spelling: at least one is wrong, but the papers stay separate."""
    entries = drop_all(catalog)
    links = {index: _spell(entry.url) for index, entry in enumerate(entries) if entry.url is not None}
    places: dict[str, list[int]] = defaultdict(list)
    for index, link in links.items():
        places[link].append(index)
    for sharing in places.values():
        if len(sharing) > 1:
            yield _describe_shared(catalog, sharing)
    yield from _check_foreign_links(entries, links)


def _spell(url: str) -> str:
    """Return the id in a link, else its address in one spelling."""
    return min(name_works(url), default=None) or name_address(url) or url


def _describe_shared(catalog: Catalog, sharing: list[int]) -> Problem:
    noted = any(catalog.entries[place].doubts for place in sharing)
    level: Literal["note", "warning"] = "note" if noted else "warning"
    tail = "they stay separate, see their `doubts`" if noted else "correct one, or give the reason under `doubts`"
    keys = " and ".join(catalog.entries[place].key for place in sharing)
    url = catalog.entries[sharing[-1]].url
    message = f"{url} is shared by {len(sharing)} papers, {keys}; {tail}"
    others: tuple[Location, ...] = tuple((place, "url") for place in sharing[:-1])
    return Problem("entries", (sharing[-1], "url"), level, message, others=others)


def _check_foreign_links(entries: list[CatalogEntry], links: dict[int, str]) -> Iterator[Problem]:
    """Report a link with an id that only another paper has under `ids`."""
    owners: dict[str, tuple[int, str]] = {}
    for index, entry in enumerate(entries):
        for kind, value in entry.ids.items():
            owners.setdefault(name_id(kind, value), (index, kind))
    for index, entry in enumerate(entries):
        for name in sorted(name_works(entry.url) - name_ids(entry.ids)) if entry.url else ():
            owner, kind = owners.get(name, (index, ""))
            if owner != index and links.get(owner) != links[index]:
                message = (
                    f"the link of {entry.key} leads to {name!r}, which is {entries[owner].key}; correct one of them"
                )
                yield Problem("entries", (index, "url"), "warning", message, others=((owner, "ids", kind),))


def check_access(catalog: Catalog) -> Iterator[Problem]:
    """Report links that other readers may not be able to open."""
    for index, entry in enumerate(catalog.entries):
        for location, url in list_links(index, entry):
            reason = judge_access(url)
            if reason:
                clean = clean_address(url)
                advice = f"write {clean}" if clean else "write an address that everybody can open"
                yield Problem("entries", location, "warning", f"the link {reason}; {advice}")


def check_materials(catalog: Catalog) -> Iterator[Problem]:
    """Report materials that are code or a project by their kind, but lead to a paper."""
    for index, entry in enumerate(catalog.entries):
        for place, link in enumerate(entry.materials):
            if link.kind in ("code", "project") and is_paper(link.url):
                message = f"{link.label!r} is of the kind {link.kind!r}, but leads to a paper; write `kind: paper`"
                yield Problem("entries", (index, "materials", place, "kind"), "warning", message)


def check_repeated_links(catalog: Catalog) -> Iterator[Problem]:
    """Report materials that lead where the paper or an earlier material leads."""
    for index, entry in enumerate(catalog.entries):
        seen: set[str] = set()
        for location, url in list_links(index, entry):
            if url in seen:
                yield Problem("entries", location, "warning", f"{url} is a link of this paper already; remove one")
            seen.add(url)


def list_links(index: int, entry: CatalogEntry) -> Iterator[tuple[Location, str]]:
    """Yield the links of a paper with their locations."""
    if entry.url is not None:
        yield (index, "url"), entry.url
    for place, link in enumerate(entry.materials):
        yield (index, "materials", place, "url"), link.url
