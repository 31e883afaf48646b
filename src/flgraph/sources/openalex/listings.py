"""Fetch the citing and the cited papers of many papers at once from OpenAlex.

One filter asks who cites any of a group of papers; each answer belongs to those that it lists among its references.
Pages reach 10,000 rows, so a group is packed to stay below that. The records of one work are asked for together, and
their citing papers are united.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil
from typing import Final, Literal, NamedTuple

from flgraph.checks import format_count
from flgraph.errors import SourceError
from flgraph.records import Listing, Paper
from flgraph.sources.cache import Shelf
from flgraph.sources.faults import BadAnswerError, blames_question, detach
from flgraph.sources.openalex.citing import CitingRows, UnassignedError, ask_citing, count_cached_pages
from flgraph.sources.openalex.questions import MOST_ROWS, PAGE_SIZE, Lookup, look_up, open_shelf, read_known
from flgraph.sources.openalex.records import to_paper, to_reference
from flgraph.sources.openalex.works import NEIGHBOR_FIELDS, Work
from flgraph.sources.provider import Around, Cost, CostLeft, Desk, Neighbors

logger = logging.getLogger(__name__)

MOST_CITING: Final = 9_000
"""Largest sum of citation counts of a group: counts are stored once in a while, and listings are live."""

_MOST_WORKS: Final = 100
_BLIND_LEVELS: Final = 3
"""How often a group that the service fails on is halved: if all eight parts fail too, the group is not to blame."""

BY_NEIGHBOR: Final = Lookup("neighbor", NEIGHBOR_FIELDS, "openalex", lambda name: [name], lambda work: [work.name])


class Member(NamedTuple):
    """A paper of a group: its key, the ids of its records, and the sum of their citation counts."""

    key: str
    ids: tuple[str, ...]
    citations: int


class _Citing(NamedTuple):
    """The citing works of a paper; `cut` and `error` say why some are missing, if some are."""

    works: tuple[Work, ...] = ()
    cut: Literal["cap", "failure"] | None = None
    error: SourceError | None = None


def fetch_neighbors(papers: Mapping[str, Paper], desk: Desk) -> Iterator[Around]:
    """Yield the neighbors of each paper in order, after the requests for its group.

    Parameters
    ----------
    papers : Mapping of str to Paper
        Records of `fetch_papers` by key, with their versions.
    desk : Desk
        The requester and the cache.

    Examples
    --------
    >>> with PROVIDER.open(Settings()) as requester:  # doctest: +SKIP
    ...     around = list(fetch_neighbors({"fedbn": paper}, Desk(requester)))
    """
    cached = _read_cached(papers, desk)
    for keys in _batch(papers, cached):
        citing = {**cached, **_fetch_citing([_to_member(key, papers[key]) for key in keys if key not in cached], desk)}
        seen = {work.name: work for key in keys for work in citing[key].works}
        cited = _fetch_cited({key: papers[key] for key in keys}, seen, desk)
        for key in keys:
            yield Around(key, _list_citing(citing[key], desk), cited[key])


def _to_member(key: str, paper: Paper) -> Member:
    counts = [version.citation_count or 0 for version in paper.versions] or [paper.citation_count or 0]
    return Member(key, tuple(paper.record_ids), sum(counts))


def _batch(papers: Mapping[str, Paper], cached: Mapping[str, _Citing]) -> list[list[str]]:
    """Pack the keys into groups, in order; papers whose listing is cached take no room."""
    members = [Member(key, (), 0) if key in cached else _to_member(key, paper) for key, paper in papers.items()]
    return [[member.key for member in group] for group in pack(members)]


def pack(members: Sequence[Member]) -> Iterator[list[Member]]:
    """Yield members in groups that one filter can ask for; a larger paper forms its own group.

    Examples
    --------
    >>> members = [Member(key, (key,), count) for key, count in (("a", 5_000), ("b", 3_000), ("c", 2_000))]
    >>> [[member.key for member in group] for group in pack(members)]
    [['a', 'b'], ['c']]
    """
    group: list[Member] = []
    for member in members:
        is_full = sum(one.citations for one in group) + member.citations >= MOST_CITING
        if group and (is_full or sum(len(one.ids) for one in group) + len(member.ids) > _MOST_WORKS):
            yield group
            group = []
        group.append(member)
    if group:
        yield group


# --- citing papers -----------------------------------------------------------------------------------------


def _fetch_citing(members: Sequence[Member], desk: Desk, *, levels: int = _BLIND_LEVELS) -> dict[str, _Citing]:
    """Fetch the works that cite a group of papers.

    If there are too many of them, or it is unclear which paper a work cites, each half of the group is asked for.
    """
    if not members:
        return {}
    ids = [name for member in members for name in member.ids]
    try:
        rows = ask_citing(ids, desk, is_alone=len(members) == 1)
    except (UnassignedError, SourceError) as error:
        if len(members) > 1 and (isinstance(error, UnassignedError) or (levels and blames_question(error))):
            logger.info("%s; asking for %s in two halves", error, format_count(len(members), "paper"))
            middle = len(members) // 2
            halves = [_fetch_citing(half, desk, levels=levels - 1) for half in (members[:middle], members[middle:])]
            return {**halves[0], **halves[1]}
        failure = error if isinstance(error, SourceError) else BadAnswerError(str(error))
        return {member.key: _Citing(error=detach(failure)) for member in members}
    found = {member.key: _pick(member, rows) for member in members}
    _keep(members, found, desk)
    return found


def _pick(member: Member, rows: CitingRows) -> _Citing:
    """Return the works of a group that cite a paper, by date; its own records are not among them."""
    own = set(member.ids)
    works = [work for work, cited in rows.cited_by.values() if own & cited and work.name not in own]
    cut: Literal["cap", "failure"] | None = "failure" if rows.error else "cap" if rows.is_capped else None
    return _Citing(tuple(sorted(works, key=_place)), cut if works else None, rows.error)


def _place(work: Work) -> tuple[str, int]:
    return work.publication_date or "9999", int(work.name[1:])


def _list_citing(citing: _Citing, desk: Desk) -> Neighbors:
    papers = tuple(to_paper(work, today=desk.today) for work in citing.works)
    if citing.error is not None and not papers:
        return Neighbors(Listing(status="failed"), error=citing.error)
    lines = tuple(to_reference(one) for one in papers)
    return Neighbors(Listing(status="known", items=lines, cut_by=citing.cut), papers, citing.error)


def _keep(members: Iterable[Member], found: Mapping[str, _Citing], desk: Desk) -> None:
    """Cache the listings that are whole, and the works in them."""
    whole = [member for member in members if found[member.key].error is None]
    works = {work.name: work for member in whole for work in found[member.key].works}
    desk.cache.write_records(_neighbor_shelf(desk), {name: [work.to_json()] for name, work in works.items()})
    desk.cache.write_records(
        open_shelf(desk, "citing", NEIGHBOR_FIELDS),
        {
            "|".join(member.ids): {
                "works": [work.name for work in found[member.key].works],
                "cut": found[member.key].cut,
            }
            for member in whole
        },
    )


def _read_cached(papers: Mapping[str, Paper], desk: Desk) -> dict[str, _Citing]:
    """Read the listings that the cache holds with all their works."""
    names = {key: "|".join(paper.record_ids) for key, paper in papers.items()}
    listings = desk.cache.read_records(open_shelf(desk, "citing", NEIGHBOR_FIELDS), list(names.values()))
    listed = {key: _read_listing(listings[name]) for key, name in names.items() if name in listings}
    wanted = dict.fromkeys(name for works, _ in listed.values() for name in works)
    works = {name: found[0] for name, found in read_known(BY_NEIGHBOR, list(wanted), desk).items() if found}
    return {
        key: _Citing(tuple(works[name] for name in named), cut)
        for key, (named, cut) in listed.items()
        if works.keys() >= set(named)
    }


def _read_listing(record: object) -> tuple[list[str], Literal["cap"] | None]:
    listing = record if isinstance(record, dict) else {}
    return listing.get("works", []), listing.get("cut")


# --- cited papers ------------------------------------------------------------------------------------------


def _fetch_cited(papers: Mapping[str, Paper], seen: Mapping[str, Work], desk: Desk) -> dict[str, Neighbors]:
    """Fetch the works that papers list as references; those that are gone are left out."""
    names = {key: _list_cited(paper) for key, paper in papers.items()}
    wanted = dict.fromkeys(name for named in names.values() for name in named if name not in seen)
    found = look_up(BY_NEIGHBOR, list(wanted), desk)
    works = {**seen, **{name: answer[0] for name, answer in found.items() if isinstance(answer, tuple) and answer}}
    errors = {name: answer for name, answer in found.items() if isinstance(answer, SourceError)}
    return {key: _join_cited(papers[key], named, works, errors, desk) for key, named in names.items()}


def _list_cited(paper: Paper) -> list[str]:
    own = set(paper.record_ids)
    return [line.id for line in paper.references.items if line.id is not None and line.id not in own]


def _join_cited(
    paper: Paper, names: Sequence[str], works: Mapping[str, Work], errors: Mapping[str, SourceError], desk: Desk
) -> Neighbors:
    if paper.references.status != "known":
        return Neighbors(paper.references)
    error = next((errors[name] for name in names if name in errors), None)
    if error is not None:
        return Neighbors(Listing(status="failed"), error=error)
    papers = tuple(to_paper(works[name], today=desk.today) for name in names if name in works)
    return Neighbors(Listing(status="known", items=tuple(to_reference(one) for one in papers)), papers)


# --- cost --------------------------------------------------------------------------------------------------


def count_cost(papers: Mapping[str, Paper], unknown: int, desk: Desk) -> CostLeft:
    """Count the requests for the neighbors of papers that the cache does not hold.

    Papers are cited by some works in common, whose number is not known before: at best, the most cited paper of a group
    has all the citing works of the group.
    """
    cached = _read_cached(papers, desk)
    left = [_to_member(key, paper) for key, paper in papers.items() if key not in cached]
    pages = [_count_pages(group, desk) for group in pack(left)]
    names = dict.fromkeys(name for paper in papers.values() for name in _list_cited(paper))
    there = desk.cache.read_records(_neighbor_shelf(desk), list(names))
    missing = [name for name in names if name not in there]
    cited = BY_NEIGHBOR.count_requests(missing)
    least, most = (sum(counts) for counts in zip(*pages, strict=True)) if pages else (0, 0)
    first = 2 if unknown else 0
    known = len(cached) + sum(there.keys() >= set(_list_cited(paper)) for paper in papers.values())
    at_most = None if unknown else most + cited
    return CostLeft(Cost(least + cited + first, at_most, least + cited + first, at_most), known)


def _neighbor_shelf(desk: Desk) -> Shelf:
    return open_shelf(desk, BY_NEIGHBOR.kind, NEIGHBOR_FIELDS)


def _count_pages(group: Sequence[Member], desk: Desk) -> tuple[int, int]:
    """Count the pages of a group that are not cached, at best and at most."""
    ids = [name for member in group for name in member.ids]
    largest, whole = max(member.citations for member in group), sum(member.citations for member in group)
    pages = [max(1, ceil(min(count, MOST_ROWS) / PAGE_SIZE)) for count in (largest, whole)]
    cached = count_cached_pages(ids, pages[1], desk)
    return max(0, pages[0] - cached), max(0, pages[1] - cached)
