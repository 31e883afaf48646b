from __future__ import annotations

from flgraph.graph.topics import find_topics
from flgraph.records import TopicEntry

MRI = TopicEntry(key="mri", name="MRI", facet="modality", patterns=(r"\bMRI\b",), negative_patterns=(r"\bfMRI\b",))
TASK = TopicEntry(key="segmentation", name="Segmentation", facet="task", patterns=("outlining", r"segment\w*"))


def test_the_matched_words_are_the_reason() -> None:
    assert [("mri", "MRI"), ("segmentation", "segmenting")] == find_topics("On segmenting MRI volumes", [MRI, TASK])


def test_a_negative_pattern_wins() -> None:
    assert [] == find_topics("MRI and fMRI", [MRI])


def test_no_topic_in_an_empty_text() -> None:
    assert [] == find_topics("", [MRI, TASK])
