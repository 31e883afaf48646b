"""Reduce the memory and time that large catalogs and snapshots take.

Share equal references between records, and pause the cyclic garbage collector.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flgraph.records import Paper, Reference


@contextmanager
def pause_collector() -> Iterator[None]:
    """Pause the cyclic garbage collector; also decorates a function.

    Records and graphs contain no reference cycles, and searching for them takes up to half of the time of a function
    that makes many objects.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def share_references(paper: Paper, known: dict[str, Reference]) -> Paper:
    """Replace the references of a paper by equal ones in `known`, and add the others to it by id.

    A reference that many papers cite is then stored once.
    """
    items = tuple(_share(reference, known) for reference in paper.references.items)
    return paper.model_copy(update={"references": paper.references.model_copy(update={"items": items})})


def _share(reference: Reference, known: dict[str, Reference]) -> Reference:
    if reference.id is None:
        return reference
    same = known.setdefault(reference.id, reference)
    return same if same == reference else reference
