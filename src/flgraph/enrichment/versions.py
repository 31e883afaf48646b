"""Find records that are versions of one work, such as a preprint and the published paper, and unite them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from flgraph.identifiers import ID_NAMES, compare_authors, compare_titles, normalize_title
from flgraph.records import Listing, Match, Paper, Reference, Version

_MAX_YEARS_APART: Final = 2


def is_published(paper: Paper) -> bool:
    """Return whether a record has a DOI that is not one of arXiv."""
    return not paper.ids.get("doi", "10.48550/").lower().startswith("10.48550/")


def are_years_apart(one: int | None, other: int | None) -> bool:
    """Return whether two years are known and too far apart for versions of one work."""
    return one is not None and other is not None and abs(one - other) > _MAX_YEARS_APART


def is_same_work(one: Paper, other: Paper) -> bool:
    """Return whether two records are versions of one work, such as a preprint and the published paper.

    They are versions if they share an arXiv id or DOI, or if title and authors agree and the years differ by at most
    two. Records with different arXiv ids need equal titles.

    Examples
    --------
    >>> is_same_work(Paper(id="1", ids={"arxiv": "2401.00001"}), Paper(id="2", ids={"arxiv": "2401.00001"}))
    True
    """
    if any(one.ids.get(kind) and one.ids.get(kind) == other.ids.get(kind) for kind in ID_NAMES):
        return True
    comparison = compare_titles(one.title or "", other.title or "")
    deposited_twice = bool(one.ids.get("arxiv") and other.ids.get("arxiv"))
    if not comparison.exact and (deposited_twice or not comparison.is_near):
        return False
    people = compare_authors([author.name for author in one.authors], [author.name for author in other.authors])
    return people == "same" and not are_years_apart(one.year, other.year)


def is_version(one: Paper, other: Paper) -> bool:
    """Return whether two records that ids of one entry lead to are versions of one work.

    They are if their titles agree and their authors may agree, or if their authors agree and neither titles nor years
    separate them: a preprint may have another title.

    Examples
    --------
    >>> is_version(Paper(id="1", title="FedX: Learning"), Paper(id="2", title="FedX - learning"))
    True
    """
    comparison = compare_titles(one.title or "", other.title or "")
    people = compare_authors([author.name for author in one.authors], [author.name for author in other.authors])
    if comparison.exact or comparison.is_near:
        return people != "other"
    return people == "same" and not comparison.differing and not are_years_apart(one.year, other.year)


def find_versions(papers: Mapping[str, Paper]) -> list[tuple[str, str]]:
    """Find the works that a list contains twice, as two versions, and return the keys of each pair.

    Examples
    --------
    >>> twice = {"a": Paper(id="1", ids={"doi": "10.5555/x"}), "b": Paper(id="2", ids={"doi": "10.5555/x"})}
    >>> find_versions(twice)
    [('a', 'b')]
    """
    # Versions share an id, their first words or their last words; comparing all pairs would take too long.
    shelves: dict[str, list[str]] = defaultdict(list)
    for key, paper in sorted(papers.items()):
        for label in _label_shelves(paper):
            shelves[label].append(key)
    pairs = {(one, other) for keys in shelves.values() for n, one in enumerate(keys) for other in keys[n + 1 :]}
    return sorted(pair for pair in pairs if _are_versions(papers[pair[0]], papers[pair[1]]))


def _label_shelves(paper: Paper) -> set[str]:
    ids = {f"{kind}:{paper.ids[kind]}" for kind in ID_NAMES if kind in paper.ids}
    words = normalize_title(paper.title or "").split()
    return ids | ({" ".join(words[:3]), " ".join(words[-3:])} if words else set())


def _are_versions(one: Paper, other: Paper) -> bool:
    return one.id != other.id and is_same_work(one, other)


# --- one record for all versions ---------------------------------------------------------------------------


def unite_versions(paper: Paper, records: Iterable[Paper]) -> Paper:
    """Return a record with all versions of its work; a record without others is returned unchanged.

    What the record leaves open is taken from the others: ids, references, and a free copy. Counts of citations are not
    added, since the versions have citing papers in common: the highest counts.

    Examples
    --------
    >>> unite_versions(Paper(id="1", citation_count=3), [Paper(id="2", citation_count=5)]).citation_count
    5
    """
    others = {one.id: one for one in records if one.id != paper.id}
    if not others:
        return paper
    every = [paper, *sorted(others.values(), key=lambda one: (-(one.citation_count or 0), one.id))]
    listed = next((one for one in every if one.references.status == "known"), paper)
    free = next((one for one in every if one.open_access and one.open_access.url), paper)
    counts = [one.citation_count for one in every if one.citation_count is not None]
    return paper.model_copy(
        update={
            "ids": {kind: value for one in reversed(every) for kind, value in one.ids.items()},
            "citation_count": max(counts, default=None),
            "references": listed.references,
            "reference_count": listed.reference_count,
            "open_access": free.open_access,
            "versions": tuple(_to_version(one) for one in every),
        }
    )


def _to_version(paper: Paper) -> Version:
    return Version(**{name: getattr(paper, name) for name in Version.model_fields})


def keep_versions(match: Match, paper: Paper) -> Match:
    """Return a match with the ids of the other versions, so that the next run asks for them as well.

    Examples
    --------
    >>> work = Paper(id="1", versions=(Version(id="1"), Version(id="2")))
    >>> keep_versions(Match(status="accepted", method="exact", id="1"), work).versions
    ('2',)
    """
    return match.model_copy(update={"versions": tuple(paper.record_ids[1:])})


def say_version(name: str) -> str:
    """Say that a record is another version of the work, as a witness."""
    return f"another version is {name}"


def rename_versions(papers: Mapping[str, Paper]) -> dict[str, Paper]:
    """Name each work of a catalog by the id of its paper in all listings, where they name another version of it.

    Examples
    --------
    >>> work = Paper(id="1", versions=(Version(id="1"), Version(id="2")))
    >>> citing = Paper(id="3", references=Listing(status="known", items=(Reference(id="2"),)))
    >>> rename_versions({"a": work, "b": citing})["b"].references.items[0].id
    '1'
    """
    own = {paper.id for paper in papers.values()}
    names = {version.id: paper.id for paper in papers.values() for version in paper.versions if version.id not in own}
    if not names:
        return dict(papers)
    return {
        key: paper.model_copy(
            update={"references": _rename(paper.references, names), "citations": _rename(paper.citations, names)}
        )
        for key, paper in papers.items()
    }


def _rename(listing: Listing, names: Mapping[str, str]) -> Listing:
    """Rename the lines of a listing; a paper that it names twice is listed once."""
    lines: dict[object, Reference] = {}
    for place, line in enumerate(listing.items):
        name = names.get(line.id or "", line.id)
        lines.setdefault(name or place, line if name == line.id else line.model_copy(update={"id": name}))
    return listing.model_copy(update={"items": tuple(lines.values())})
