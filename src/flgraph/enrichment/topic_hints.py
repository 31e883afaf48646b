"""Suggest topics of a catalog for papers without any, by the abstracts that a provider sends.

Abstracts belong to publishers. They are searched in memory as they arrive: only the keys of the topics are kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from flgraph.catalog.patterns import search_pattern
from flgraph.files.digests import digest_parts, dump_canonical
from flgraph.records import Catalog, TopicEntry
from flgraph.sources.provider import Lexicon

logger = logging.getLogger(__name__)


def make_lexicon(catalog: Catalog) -> Lexicon | None:
    """Return the search for the topics of a catalog, or None if no paper needs one: all have topics, or none is known.

    Examples
    --------
    >>> make_lexicon(Catalog(title="Mine", entries=())) is None
    True
    """
    topics = [topic for topic in sorted(catalog.topics, key=lambda topic: topic.key) if topic.patterns]
    if not topics or all(entry.topics for entry in catalog.entries):
        return None
    rules = [[topic.key, list(topic.patterns), list(topic.negative_patterns)] for topic in topics]
    return Lexicon(digest_parts([dump_canonical(rules).encode()]), lambda text: _find_keys(text, topics))


def _find_keys(text: str, topics: Sequence[TopicEntry]) -> list[str]:
    return [topic.key for topic in topics if _names(text, topic)]


def _names(text: str, topic: TopicEntry) -> bool:
    """Return whether a text names a topic; not if a pattern takes too long, which `lint` finds for titles alone."""
    try:
        if any(search_pattern(pattern, text) is not None for pattern in topic.negative_patterns):
            return False
        return any(search_pattern(pattern, text) is not None for pattern in topic.patterns)
    except TimeoutError:
        logger.info("topics.yaml: %s: a pattern takes too long to search an abstract", topic.key)
        return False
