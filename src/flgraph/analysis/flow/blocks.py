"""Cut papers into blocks between strongly connected components, once for each citation matrix."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from flgraph.analysis.arrays import Floats, Integers
from flgraph.analysis.flow.order import order_papers, renumber

_ONE_BLOCK: Final = 4_000
"""So many citations make one block: calls in Python take longer than the products."""
_FEWEST, _MOST = 3, 64
_ROOT_SHARE: Final = 60
"""The square root of the citations over the number of blocks; measured from 4,000 to 10,000,000 citations."""
_LARGEST: Final = 8.0


class Block(NamedTuple):
    """A run of papers, from the number `start` to before `stop`.

    Attributes
    ----------
    start, stop : int
        Numbers in the order of the flow.
    cited_by : sparse array of ones, shape (stop - start, n)
        Who cites each paper of the block.
    own : sparse array of ones, shape (stop - start, stop - start), or None
        The citations between papers of the block; None if there are none.
    """

    start: int
    stop: int
    cited_by: sp.csr_array
    own: sp.csr_array | None


@dataclass(frozen=True, eq=False)
class Flow:
    """Citations, ready for passes from the last paper to the first.

    Attributes
    ----------
    order : int64, shape (n,), or None
        The paper of the matrix at each place; None if the order is that of the matrix.
    references : float64, shape (n,)
        How many papers of the matrix each paper cites, in the order of the flow.
    citations : int
        The number of citations.
    groups : tuple of tuples of Block
        From the last papers to the first. No paper cites a later group. A group of several blocks is one strongly
        connected component.
    """

    order: Integers | None
    references: Floats
    citations: int
    groups: tuple[tuple[Block, ...], ...]

    @property
    def size(self) -> int:
        """The number of papers."""
        return len(self.references)

    @property
    def nbytes(self) -> int:
        """The bytes that the blocks hold, without the order; an array that several share counts once."""
        arrays = {}
        for block in (block for group in self.groups for block in group):
            for part in (block.cited_by, block.own):
                for array in () if part is None else (part.data, part.indices, part.indptr):
                    owner = array if array.base is None else array.base
                    arrays[id(owner)] = owner.nbytes
        return sum(arrays.values())


def prepare_flow(
    indptr: Integers, indices: npt.NDArray[np.int32], components: Integers, *, largest: float = _LARGEST
) -> Flow:
    """Order the papers and cut them into blocks.

    Parameters
    ----------
    indptr, indices, components : arrays
        As in `CitationMatrix`.
    largest : float
        A component that is larger than so many blocks is cut into blocks. A smaller one stays in one block, since
        products with all of it converge faster than blocks that take turns.
    """
    order = order_papers(indptr, indices, components)
    if order is not None:
        indptr, indices = renumber(indptr, indices, order)
        components = components[order]
    groups = _cut(indptr, indices, components, largest)
    references = np.bincount(indices, minlength=len(components)).astype(np.float64)
    return Flow(order, references, len(indices), groups)


def _cut(
    indptr: Integers, indices: npt.NDArray[np.int32], components: Integers, largest: float
) -> tuple[tuple[Block, ...], ...]:
    size = len(components)
    marks, wide = _find_marks(indptr, components, largest)
    # Every citation weighs 1, so all blocks share one array of ones: 4 bytes a citation instead of 12.
    ones = np.ones(int(np.diff(indptr[marks]).max(initial=0)))
    groups: list[list[Block]] = []
    last = -1
    for start, stop in reversed(list(pairwise(marks.tolist()))):
        block = _cut_block(indptr, indices, ones, start, stop, size)
        component = int(components[start])
        if component in wide and component == last:
            groups[-1].append(block)
        else:
            groups.append([block])
        last = component
    return tuple(map(tuple, groups))


def _find_marks(indptr: Integers, components: Integers, largest: float) -> tuple[Integers, frozenset[int]]:
    """Return where blocks begin and the last one ends, and the components that are cut into several blocks."""
    size, citations = len(components), int(indptr[-1])
    number = 1 if citations < _ONE_BLOCK else min(max(round(citations**0.5 / _ROOT_SHARE), _FEWEST), _MOST)
    work = indptr + np.arange(size + 1) * (citations / max(size, 1))
    wanted = np.searchsorted(work, np.linspace(0, work[-1], number + 1)[1:-1])
    firsts = np.flatnonzero(np.diff(components, prepend=-1))
    lasts = np.append(firsts[1:], size)
    marks, wide = {0, size}, set()
    for mark in wanted.tolist():
        place = int(np.searchsorted(firsts, mark, side="right")) - 1
        first, last = int(firsts[place]), int(lasts[place])
        if work[last] - work[first] > largest * work[-1] / number:
            marks |= {first, mark, last}
            wide.add(int(components[first]))
        else:
            marks.add(first)
    return np.array(sorted(marks), dtype=np.int64), frozenset(wide)


def _cut_block(
    indptr: Integers, indices: npt.NDArray[np.int32], ones: Floats, start: int, stop: int, size: int
) -> Block:
    low, high = int(indptr[start]), int(indptr[stop])
    cited_by = sp.csr_array((stop - start, size))
    cited_by.indptr = (indptr[start : stop + 1] - low).astype(np.int32)
    # Set here, since the constructor copies a part of a much larger array.
    cited_by.indices, cited_by.data = indices[low:high], ones[: high - low]
    own = cited_by
    if stop - start < size:
        own = cited_by[:, start:stop]
        own.data = ones[: own.nnz]
    return Block(start, stop, cited_by, own if own.nnz else None)
