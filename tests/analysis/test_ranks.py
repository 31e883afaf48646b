"""Ranks: those of scipy, along the first axis, with NaN left out."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Literal

import numpy as np
import pytest
from scipy.stats import rankdata

from flgraph.analysis.ranks import rank_values

DRAWN = np.random.default_rng(1).integers(0, 6, (40, 3)).astype(float)
GAPPED = np.where(DRAWN == 5, np.nan, DRAWN)


@pytest.mark.parametrize("ties", ["average", "min"])
@pytest.mark.parametrize(
    "values",
    [
        DRAWN,
        GAPPED,
        DRAWN[:, 0],
        -GAPPED[:, 0],
        np.array([np.inf, -np.inf, 0, -0.0]),
        np.empty(0),
        np.array([np.nan]),
    ],
)
def test_values_are_ranked_as_scipy_ranks_them(values: Any, ties: Literal["average", "min"]) -> None:
    expected = rankdata(values, method=ties, axis=0, nan_policy="omit")

    np.testing.assert_array_equal(expected, rank_values(values, ties=ties))


@pytest.mark.slow
def test_no_command_waits_for_the_statistics_of_scipy() -> None:
    code = "import sys, flgraph.pipeline, flgraph.analysis.growth; print('scipy.stats' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == done.stdout
