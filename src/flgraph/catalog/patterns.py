r"""Search titles by the regular expressions of a vocabulary, each in limited time.

A pattern means what it means to `re`. `regex` searches, because `re` cannot be stopped: `(a|aa)+$` takes longer than
anyone lives on a title of sixty a's.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import prod
from typing import Any, Final

import regex

_SECONDS: Final = 0.5  # of computing, not of waiting; a search usually takes a microsecond
_MOST_REPEATS: Final = 100_000
_PROBE_LENGTH: Final = 60
_LONGEST_PROBE: Final = 300
_LEAST_TIMES: Final = 30  # of a word
_COUNT: Final = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_WORD: Final = re.compile(r"[^\W_]+|[ _-]")
# A literal brace, which would start a fuzzy match: `re` reads a brace without a count as text.
_BRACE: Final = re.compile(r"(\\.)|\{(?!\d*,?\d*\})", re.DOTALL)
_HINT: Final = "avoid a repetition inside a repetition, such as (a|aa)+"


def search_pattern(pattern: str, text: str) -> str | None:
    r"""Return what a pattern matches in a text, ignoring case, or None.

    Raises
    ------
    TimeoutError
        The search takes more than half a second; `judge_pattern` finds most such patterns.

    Examples
    --------
    >>> search_pattern(r"\bMRI?\b", "Prostate segmentation in mri")
    'mri'
    """
    found = _compile(pattern).search(text, timeout=_SECONDS)
    return None if found is None else str(found.group())


@lru_cache(maxsize=10_000)  # that of regex holds 500, and a vocabulary may hold more
def _compile(pattern: str) -> Any:
    return regex.compile(_BRACE.sub(lambda found: found[1] or r"\{", pattern), regex.IGNORECASE)


def judge_pattern(pattern: str, titles: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a regular expression, None if it is valid and fast.

    It is tried on some titles and on texts that make a slow pattern slow.
    """
    shown = show_pattern(pattern)
    try:
        with warnings.catch_warnings():
            # Python warns of "[[", which may mean nested sets in a later version.
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern, re.IGNORECASE)
        repeats = prod(max(int(count or 0) for count in counts) or 1 for counts in _COUNT.findall(pattern))
        if repeats > _MOST_REPEATS:  # regex would compile it for minutes
            return f"{shown} repeats parts {repeats:,} times; repeat them at most {_MOST_REPEATS:,} times"
        if search_pattern(pattern, "") is not None:
            return f"{shown} matches every title, because it matches the empty text; require at least one character"
        for text in (*_make_probes(pattern), *titles):
            search_pattern(pattern, text)
    except (re.error, regex.error, OverflowError, RecursionError, FutureWarning) as error:
        return f"{shown} is not a valid regular expression ({error}); escape literal characters with \\"
    except TimeoutError:
        return f"{shown} takes too long to search some titles; {_HINT}"
    return None


def show_pattern(pattern: str) -> str:
    """Format a pattern for a message."""
    return repr(pattern if len(pattern) <= 60 else f"{pattern[:60]}...")


def describe_slow(pattern: str, text: str) -> str:
    """Return the message for a pattern whose search in a text takes too long."""
    return f"the pattern {show_pattern(pattern)} takes too long to search {show_pattern(text)}; {_HINT}"


def _make_probes(pattern: str) -> Iterator[str]:
    """Yield texts that nearly match where a part of the pattern repeats."""
    literal = re.sub(r"\\[A-Za-z]", "", pattern)  # at the end, since regex rejects texts without it at once
    words = _WORD.findall(literal)
    for unit in dict.fromkeys(("a", "0", " ", "a ", *(word[:_PROBE_LENGTH] for word in words), *"".join(words)[:40])):
        times = min(max(_PROBE_LENGTH // len(unit), _LEAST_TIMES), _LONGEST_PROBE // len(unit))
        repeated = unit * times
        yield from (f"{repeated}!", f"{repeated}!{literal}")
