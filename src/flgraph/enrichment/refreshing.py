"""Refresh cached answers, and continue a refresh that a limit or an outage cut short."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime

from flgraph.enrichment.topic_hints import make_lexicon
from flgraph.records import Catalog
from flgraph.snapshot.files import digest_catalog
from flgraph.sources.cache import RecordCache, Shelf
from flgraph.sources.http import Requester
from flgraph.sources.provider import Desk
from flgraph.sources.settings import MAX_AGE, Settings

logger = logging.getLogger(__name__)


def open_desk(
    catalog: Catalog, settings: Settings, requester: Requester, cache: RecordCache, today: date | None = None
) -> Desk:
    """Return the tools of a run; a refresh uses what the one that it continues has fetched, and no older answer."""
    began = _find_cut(catalog, requester, cache) if settings.refresh else None
    if began is not None:
        logger.info("continuing the refresh of %s", f"{datetime.fromtimestamp(began, UTC):%Y-%m-%d %H:%M} UTC")
    return Desk(
        requester,
        cache,
        settings.max_age if began is None else MAX_AGE,
        today or datetime.now(UTC).date(),
        make_lexicon(catalog),
        since=began or 0.0,
    )


def keep_beginning(catalog: Catalog, settings: Settings, desk: Desk, *, began: float) -> None:
    """Keep when a refresh began if it was cut short, for the next one; a run that is complete ends it."""
    is_cut, earlier = desk.requester.is_cut_short, _find_cut(catalog, desk.requester, desk.cache)
    if settings.offline or (is_cut and not settings.refresh):
        return
    kept = (desk.since or began) if is_cut else None
    if kept != earlier:
        desk.cache.write_records(_open_shelf(desk.requester), {digest_catalog(catalog): kept})


def _find_cut(catalog: Catalog, requester: Requester, cache: RecordCache) -> float | None:
    """Return when the refresh of this catalog began that was cut short within a week, or None."""
    name = digest_catalog(catalog)
    began = cache.read_records(_open_shelf(requester), [name]).get(name)
    return began if isinstance(began, float) else None


def _open_shelf(requester: Requester) -> Shelf:
    return Shelf(requester.origin, "refresh", "began")
