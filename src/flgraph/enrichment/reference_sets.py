"""Ask for reference sets: works that a provider draws at random from the topic and year of each paper."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from flgraph.checks import format_count, name_some
from flgraph.records import Paper
from flgraph.snapshot.reference_sets import FAILED, WITHOUT_TOPIC
from flgraph.sources.faults import FATAL_ERRORS
from flgraph.sources.provider import Desk, Draw, Drawn, Provider, Sampler
from flgraph.sources.settings import Settings

logger = logging.getLogger(__name__)


def find_draw(settings: Settings) -> Draw | None:
    """Return the draw that the settings ask for, or None."""
    return None if settings.reference_set is None else Draw(settings.reference_set, settings.seed)


def refuse_unable(providers: Iterable[Provider], settings: Settings) -> None:
    """Raise `ValueError` if the settings ask for reference sets and one of the providers cannot draw works."""
    if find_draw(settings) is not None:
        for provider in providers:
            find_sampler(provider)


def find_sampler(provider: Provider) -> Sampler:
    """Return a provider that can draw works; raise `ValueError` if it cannot."""
    if not isinstance(provider, Sampler):
        raise ValueError(
            f"{provider.about.title} cannot draw reference sets; ask OpenAlex alone, with --source openalex"
        )
    return provider


def draw_sets(papers: Mapping[str, Paper], provider: Provider, desk: Desk, draw: Draw) -> Drawn:
    """Draw the reference sets of papers, and log which of them failed."""
    drawn = find_sampler(provider).draw_sets(dict(sorted(papers.items())), draw, desk)
    for text in dict.fromkeys(str(error) for error in drawn.failed.values()):
        keys = [key for key, error in drawn.failed.items() if str(error) == text]
        is_fatal = isinstance(drawn.failed[keys[0]], FATAL_ERRORS)
        some = format_count(len(keys), "paper") if is_fatal else name_some(keys)
        logger.warning("reference sets of %s: %s", some, text)
    return drawn


def describe_draw(draw: Draw, drawn: Drawn) -> dict[str, Any]:
    """Return the parameter of a snapshot: size and seed, and the papers without a set, by reason."""
    lacking = {FAILED: sorted(drawn.failed), WITHOUT_TOPIC: sorted(drawn.without_topic)}
    return {"size": draw.size, "seed": draw.seed, **{reason: keys for reason, keys in lacking.items() if keys}}
