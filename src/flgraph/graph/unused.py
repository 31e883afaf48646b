"""Count the records of a catalog that no paper uses, and that a graph leaves out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from flgraph.catalog.vocabulary import find_published_venue, venue_names
from flgraph.graph.topics import find_span
from flgraph.records import Catalog, TopicEntry


def count_unused(catalog: Catalog) -> dict[str, int]:
    """Count the datasets, codebases, topics and venues without a paper, by kind; kinds without any are absent.

    What a used dataset or codebase was made from counts as used.
    """
    names = venue_names(catalog)
    venues = {found.key for entry in catalog.entries if (found := find_published_venue(entry, names))}
    datasets = {dataset.key: [dataset.parent] if dataset.parent else [] for dataset in catalog.datasets}
    codebases = {codebase.key: [use.key for use in codebase.builds_on] for codebase in catalog.codebases}
    unused = {
        "dataset": datasets.keys() - _follow((use.key for e in catalog.entries for use in e.datasets), datasets),
        "codebase": codebases.keys() - _follow((use.key for e in catalog.entries for use in e.codebases), codebases),
        "topic": set(_list_unused_topics(catalog)),
        "venue": {venue.key for venue in catalog.venues} - venues,
    }
    return {kind: len(keys) for kind, keys in unused.items() if keys}


def _follow(used: Iterable[str], origins: Mapping[str, list[str]]) -> set[str]:
    waiting, found = list(used), set[str]()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += origins.get(key, [])
    return found


def _list_unused_topics(catalog: Catalog) -> Iterator[str]:
    """Yield the topics that no paper lists, and that no title of a paper without topics names."""
    listed = {use.key for entry in catalog.entries for use in entry.topics}
    texts = [f"{entry.title}\n{entry.published.title or ''}" for entry in catalog.entries if not entry.topics]
    for topic in catalog.topics:
        if topic.key not in listed and not _is_named(topic, texts):
            yield topic.key


def _is_named(topic: TopicEntry, texts: Iterable[str]) -> bool:
    return any(find_span(text, topic) is not None for text in texts)
