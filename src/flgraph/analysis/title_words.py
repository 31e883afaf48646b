"""Words of titles, which stand in for topics where no paper has any."""

from __future__ import annotations

import re
from typing import Final

WORD: Final = re.compile(r"[^\W_]+(?:['\u2019.+#-][^\W_]+)*[+#]*")
_POSSESSIVE: Final = re.compile(r"['\u2019]s?$")
_SHORTEST: Final = 3
_LONGEST: Final = 40
_PLURALS: Final = (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("s", ""))
_NO_PLURAL: Final = ("ss", "us", "is")

_STOP_WORDS: Final = frozenset(
    """
    a about above across after again against all also am among an and any are as at based be because been before being
    below between both but by can case comparison could did do does doing down during each effect effects evaluation
    evidence first few for from further had has have having he her here hers him his how however i if in into is it its
    itself just less like made make many may me might more most must my nor not novel new no now of off on once one
    only or other our out over own paper part per possible proposed protocol rather recent related results review role
    same several she should since so some still study studies such systematic than that the their them then there these
    they this those three through thus to toward towards trial two under until up upon us use used uses using various
    versus very via vs was we well were what when where whether which while who whose why will with within without
    would yet you your approach approaches analysis method methods
    """.split()  # noqa: SIM905 - a list of 200 quoted words cannot be read
)
"""English words without a subject, and what titles say about the kind of work rather than its subject."""


def read_words(title: str) -> list[str]:
    """List the words of a title that may tell what it is about, in order, in lower case and the singular.

    Examples
    --------
    >>> read_words("The role of cerebellar circuits in motor skills")
    ['cerebellar', 'circuit', 'motor', 'skill']
    """
    return [word for word in (fold_word(word) for word in WORD.findall(title.casefold())) if is_telling(word)]


def is_telling(word: str) -> bool:
    """Return whether a word in its folded form can describe the subject of a title."""
    return _SHORTEST <= len(word) <= _LONGEST and word not in _STOP_WORDS and not word.isnumeric()


def fold_word(word: str) -> str:
    """Return a word in the singular; a rough one, which needs to be the same for both forms only."""
    word = _POSSESSIVE.sub("", word)
    if word in _STOP_WORDS or len(word) <= _SHORTEST or word.endswith(_NO_PLURAL):
        return word
    ending, instead = next(((old, new) for old, new in _PLURALS if word.endswith(old)), ("", ""))
    return word.removesuffix(ending) + instead if ending else word
