"""Hold many records in little memory, and read them without looking for what is not there."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from flgraph.records import Paper, Reference


@contextmanager
def pause_collector() -> Iterator[None]:
    """Let Python not look for circles of objects: records have none, and looking takes as long as reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def share_references(paper: Paper, known: dict[str, Reference]) -> Paper:
    """Return the paper with those references of `known`, by id, that equal its own; the others are added to it.

    What many papers cite so stands in memory once.
    """
    items = tuple(_share(reference, known) for reference in paper.references.items)
    return paper.model_copy(update={"references": paper.references.model_copy(update={"items": items})})


def _share(reference: Reference, known: dict[str, Reference]) -> Reference:
    if reference.id is None:
        return reference
    same = known.setdefault(reference.id, reference)
    return same if same == reference else reference
