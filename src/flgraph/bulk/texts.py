"""Keep millions of short texts in two arrays, as Arrow does, and make Python texts only when asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, overload

import numpy as np
import numpy.typing as npt

_SHOWN: Final = 6
_CHUNK: Final = 1 << 16


@dataclass(frozen=True, eq=False, repr=False)
class PackedTexts(Sequence[str]):
    """A sequence of n texts, equal to a tuple of the same texts; 60 bytes a text less than a tuple takes.

    Attributes
    ----------
    ends : int64, shape (n + 1,)
        Where each text begins in `content`, and where the last one ends.
    content : uint8
        The texts as UTF-8, one after the other.

    Examples
    --------
    >>> texts = pack_texts(["W1", "W20"])
    >>> texts[1], texts == ("W1", "W20"), texts
    ('W20', True, ('W1', 'W20'))
    """

    ends: npt.NDArray[np.int64]
    content: npt.NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """Return one text, or the texts of a slice: without a step, they share the arrays."""
        if not isinstance(place, slice):
            number = range(len(self))[place]
            return _decode(self.content[self.ends[number] : self.ends[number + 1]].tobytes())
        first, last, step = place.indices(len(self))
        if step != 1:
            return tuple(self[number] for number in range(first, last, step))
        return PackedTexts(self.ends[first : max(first, last) + 1], self.content)

    def __iter__(self) -> Iterator[str]:
        for first in range(0, len(self), _CHUNK):
            ends = self.ends[first : first + _CHUNK + 1]
            content = self.content[ends[0] : ends[-1]].tobytes()
            for start, end in pairwise((ends - ends[0]).tolist()):
                yield _decode(content[start:end])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, str):
            return NotImplemented
        return len(self) == len(other) and all(one == two for one, two in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # equal to tuples and lists, which hash otherwise or not at all

    def __repr__(self) -> str:
        if len(self) <= _SHOWN:
            return repr(tuple(self))
        return f"({self[0]!r}, {self[1]!r}, ..., {self[-1]!r}; {len(self):,} texts)"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[Any]:
        return np.array(tuple(self), dtype=dtype)


def _decode(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")


def pack_texts(texts: Iterable[str]) -> PackedTexts:
    """Pack texts into two arrays.

    Examples
    --------
    >>> len(pack_texts(["W1", "W20"]))
    2
    """
    if isinstance(texts, PackedTexts):
        return texts
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    ends = np.zeros(len(encoded) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in encoded], out=ends[1:])
    return PackedTexts(ends, np.frombuffer(b"".join(encoded), dtype=np.uint8))
