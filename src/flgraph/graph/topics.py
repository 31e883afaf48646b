"""Find the topics of a text by the patterns of a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flgraph.catalog.patterns import describe_slow, search_pattern
from flgraph.errors import CatalogError
from flgraph.records import TopicEntry


class TopicMatch(NamedTuple):
    """A topic found in a text, and the words that match its pattern."""

    key: str
    matched: str


def find_topics(text: str, topics: Iterable[TopicEntry]) -> list[TopicMatch]:
    r"""Find the topics that a text names, in the order of the vocabulary.

    A topic is found if one of its patterns matches and none of its negative patterns does, ignoring case.

    Examples
    --------
    >>> topic = TopicEntry(key="mri", name="MRI", facet="modality", patterns=["\\bMRI\\b"])
    >>> find_topics("Prostate segmentation in MRI", [topic])
    [TopicMatch(key='mri', matched='MRI')]
    """
    return [TopicMatch(topic.key, span) for topic in topics if (span := find_span(text, topic)) is not None]


def find_span(text: str, topic: TopicEntry) -> str | None:
    """Return the words of a text that name a topic, or None; raise `CatalogError` if a pattern takes too long."""
    if any(_search(pattern, text, topic) is not None for pattern in topic.negative_patterns):
        return None
    found = (_search(pattern, text, topic) for pattern in topic.patterns)
    return next(filter(None, found), None)


def _search(pattern: str, text: str, topic: TopicEntry) -> str | None:
    try:
        return search_pattern(pattern, text)
    except TimeoutError as error:
        raise CatalogError(f"topics.yaml: {topic.key}: {describe_slow(pattern, text)}") from error
