"""Pair the papers of a snapshot with those of a later one, or of a catalog, where their keys have moved.

The keys of a list depend on its other rows: a new row may take the key of an old one. Such a paper is found again by
its record, an id or its title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeVar

from flgraph.identifiers import name_ids, normalize_title
from flgraph.records import Paper, ReferenceSet, Snapshot

Names = Mapping[str, Sequence[str]]
"""What finds each paper, by its key and the surest first: "record:" with an id at the source, ids, and "title:"."""

_FAILED: Final = "failed_listings"
_Value = TypeVar("_Value")


def follow_keys(old: Snapshot, new: Snapshot) -> Snapshot:
    """Return a snapshot with the keys that its papers have in a later one of the same source.

    A paper that the later one does not name, and whose key means another paper there, is left out.

    Examples
    --------
    >>> about = {"source": "mine", "taken": "2026-11-23T00:00:00Z", "depth": 0, "catalog_digest": "sha256:0"}
    >>> old = Snapshot(papers={"study": Paper(id="1", title="Study 1")}, **about)
    >>> about["catalog_digest"] = "sha256:1"
    >>> new = Snapshot(papers={"study": Paper(id="4"), "study-one": Paper(id="1")}, **about)
    >>> list(follow_keys(old, new).papers)
    ['study-one']
    """
    if old.source != new.source or old.catalog_digest == new.catalog_digest:
        return old
    return rename_keys(old, pair_keys(name_papers(old), name_papers(new)))


def name_papers(snapshot: Snapshot) -> dict[str, list[str]]:
    """Return what finds each paper of a snapshot: its record, or the candidates for one, its ids and its title."""
    keys = sorted({*snapshot.papers, *snapshot.matches, *snapshot.missing, *snapshot.failed})
    return {key: list(_list_names(snapshot, key)) for key in keys}


def _list_names(snapshot: Snapshot, key: str) -> Iterator[str]:
    paper, match = snapshot.papers.get(key), snapshot.matches.get(key)
    if paper is not None:
        yield from name_record(paper)
    elif match is not None:
        yield from (f"record:{one['id']}" for one in match.candidates[:1] if "id" in one)
        if match.title_seen:
            yield f"title:{normalize_title(match.title_seen)}"


def name_record(paper: Paper) -> Iterator[str]:
    """Yield what finds a record: its ids at the source, its other ids, and its title."""
    yield from (f"record:{id_}" for id_ in paper.record_ids)
    yield from sorted(name_ids(paper.ids))
    if title := normalize_title(paper.title or ""):
        yield f"title:{title}"


def pair_keys(old: Names, new: Names) -> dict[str, str]:
    """Return the new key of each old one; a paper without one is left out.

    A key stays if old and new have a name in common, or if nothing is known of the old paper. Another paper goes to the
    only key that has its surest name; without such a key, its own stays unless it now means another paper.
    """
    pairs = {key: key for key in old if not old[key] or not set(old[key]).isdisjoint(new.get(key, ()))}
    moved = [key for key in sorted(old) if key not in pairs]
    owners: dict[str, list[str]] = defaultdict(list)
    for key in sorted(new.keys() - pairs.keys()):
        for name in new[key]:
            owners[name].append(key)
    taken = set(pairs)

    def pair(keys: Iterable[str], find: Callable[[str], str | None]) -> None:
        for key in keys:
            found = find(key)
            if found is not None and found not in taken:
                pairs[key] = found
                taken.add(found)

    pair(moved, lambda key: next((owners[name][0] for name in old[key] if len(owners.get(name, ())) == 1), None))
    left = [key for key in moved if key not in pairs]
    pair(left, lambda key: key if key not in taken else _find_longer(key, new, taken))
    return pairs


def _find_longer(key: str, new: Names, taken: Set[str]) -> str | None:
    """Return the only new key that nothing is known of and that a further word tells apart from the old one."""
    longer = [one for one in new if one.startswith(f"{key}-") and not new[one] and one not in taken]
    return longer[0] if len(longer) == 1 else None


def rename_keys(snapshot: Snapshot, keys: Mapping[str, str]) -> Snapshot:
    """Return a snapshot with other keys; papers without one are left out."""
    if all(key == keys.get(key) for key in name_papers(snapshot)):
        return snapshot
    renamed: dict[str, Any] = {
        "papers": _rename(snapshot.papers, keys),
        "matches": _rename(snapshot.matches, keys),
        "missing": tuple(sorted(keys[key] for key in snapshot.missing if key in keys)),
        "failed": tuple(sorted(keys[key] for key in snapshot.failed if key in keys)),
        "reference_sets": {name: _rename_set(one, keys) for name, one in snapshot.reference_sets.items()},
    }
    if listings := snapshot.parameters.get(_FAILED):
        listed = {name: sorted(keys[key] for key in failed if key in keys) for name, failed in listings.items()}
        renamed["parameters"] = {**snapshot.parameters, _FAILED: listed}
    return snapshot.model_copy(update=renamed)


def _rename(by_key: Mapping[str, _Value], keys: Mapping[str, str]) -> dict[str, _Value]:
    found = {keys[key]: value for key, value in by_key.items() if key in keys}
    return {key: found[key] for key in sorted(found)}


def _rename_set(one: ReferenceSet, keys: Mapping[str, str]) -> ReferenceSet:
    return one.model_copy(update={"papers": _rename(one.papers, keys)})
