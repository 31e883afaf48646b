"""Choose among the records that the ids of an entry lead to, and unite the records that are versions of its work.

This module sends no requests. A source may keep a preprint and its publication as two records, and may give one DOI to
two works. The title decides, as for a single record (`flgraph.enrichment.judge`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from flgraph.enrichment.judge import CatalogIndex, judge_id_match
from flgraph.enrichment.versions import is_published, is_version, keep_versions, say_version, unite_versions
from flgraph.identifiers import name_id
from flgraph.identifiers.refuted_ids import say_other_title
from flgraph.records import CatalogEntry, FoundId, Match, Paper
from flgraph.sources.provider import Found, PaperId


class Choice(NamedTuple):
    """The match of an entry, and the record that it is about."""

    match: Match
    paper: Paper


class _Judged(NamedTuple):
    """A record that an id led to, judged by its title."""

    asked: PaperId
    paper: Paper
    match: Match

    @property
    def fits(self) -> bool:
        return self.match.status == "accepted"

    @property
    def rank(self) -> tuple[bool, float, bool, str]:
        """Return the place among records of one entry: the most similar title first, then published ones."""
        is_exact = "title equal" in self.match.witnesses
        return not is_exact, -(self.match.score or 0.0), not is_published(self.paper), self.paper.id


def choose_record(
    entry: CatalogEntry, found: Sequence[Found], *, index: CatalogIndex, decided: date | None = None
) -> Choice:
    """Choose the record of an entry among those that its ids lead to.

    The parameters are those of `judge_id_match`; `found` is one record or more, in the order of the ids.

    Returns
    -------
    Choice
        If records fit by their titles, the one with the most similar title and its versions are united, with the
        published version first. Ids that lead to other titles only are listed as refuted. If no record fits, the match
        is for review.

    Examples
    --------
    >>> entry = CatalogEntry(key="fedx", title="FedX: Learning", section="2024")
    >>> wrong, right = Paper(id="1", title="Quantum gravity"), Paper(id="2", title="FedX: Learning")
    >>> both = [Found(PaperId("doi", "10.5555/x"), paper) for paper in (wrong, right)]
    >>> choose_record(entry, both, index=CatalogIndex({}, {})).paper.id
    '2'
    """
    judged = [
        _Judged(asked, paper, judge_id_match(entry, paper, index=index, decided=decided)) for asked, paper in found
    ]
    fitting = sorted((one for one in judged if one.fits), key=lambda one: one.rank)
    if not fitting:
        refuted = _list_refuted(judged, right=None)
        return Choice(judged[0].match.model_copy(update={"refuted": refuted}), judged[0].paper)
    versions = [one for one in fitting if one is fitting[0] or is_version(fitting[0].paper, one.paper)]
    main = min(versions, key=lambda one: (not is_published(one.paper), one.rank))
    paper = unite_versions(main.paper, [one.paper for one in versions])
    led = {one.asked for one in versions}
    notes = [say_version(version.id) for version in paper.versions[1:]]
    notes += [_name_other(one) for one in judged if one not in versions and (one.fits or one.asked in led)]
    wrong = [one for one in judged if not one.fits and one.asked not in led]
    changes = {"witnesses": (*main.match.witnesses, *notes), "refuted": _list_refuted(wrong, right=paper)}
    return Choice(keep_versions(main.match.model_copy(update=changes), paper), paper)


def _name_other(one: _Judged) -> str:
    return f"{one.asked} also leads to {one.paper.id}: {one.paper.title!r}"


def _list_refuted(judged: Iterable[_Judged], *, right: Paper | None) -> tuple[FoundId, ...]:
    """List the ids that lead to another title, each once, with the id of the right record to use instead."""
    refuted = {
        one.asked: FoundId(
            id=name_id(one.asked.kind, one.asked.value),
            reason=say_other_title(one.paper.title),
            record=one.paper.id,
            right=choose_right(one.asked.kind, right) if right else None,
        )
        for one in reversed(list(judged))
        if one.paper.title
    }
    return tuple(reversed(refuted.values()))


def choose_right(kind: str, paper: Paper) -> str | None:
    """Return an id of a record, of the same kind if it has one."""
    kinds = (name for name in (kind, "doi", "arxiv") if name in paper.ids)
    return next((name_id(name, paper.ids[name]) for name in kinds), None)
