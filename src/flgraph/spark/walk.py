"""The random walk of PageRank, and when it may stop: the same for blocks and joins.

Weight that papers start with is passed on along citations, step by step, and added up: the Neumann series of
x = start + alpha P x. Papers without references pass nothing on; one-machine PageRank lets readers start again there,
which only scales x.
"""

from __future__ import annotations

from dataclasses import dataclass

from flgraph.errors import FlgraphError


@dataclass(frozen=True)
class Walk:
    """How weight is passed on.

    Attributes
    ----------
    alpha : float
        The share of its weight that a paper passes on, from 0 to below 1.
    tolerance : float
        The largest error, summed over papers, of scores that sum to 1.
    steps : int
        The most steps.
    """

    alpha: float
    tolerance: float
    steps: int

    def bound_error(self, left: float, total: float) -> float:
        """Return the most by which the scores may be wrong, summed over papers.

        What the last step passed on shrinks by `alpha` or more in each further step, a geometric series. Scaling to
        a sum of 1 at most doubles the error.
        """
        return 2 * left * self.alpha / (1 - self.alpha) / total

    def say_slow(self, error: float) -> FlgraphError:
        """Return the error for too few steps."""
        return FlgraphError(
            f"after {self.steps} steps the error may be {error:.0e}, above the tolerance of {self.tolerance:g}; "
            "raise steps or tolerance, or lower alpha"
        )


@dataclass(frozen=True)
class Found:
    """The numbers that a walk ends with: those of `SparkRanking`."""

    papers: int
    citations: int
    steps: int
    error: float
