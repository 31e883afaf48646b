"""The table that a ranking of papers is: a DataFrame that says first what it is."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd


class Ranking(pd.DataFrame):
    """A `pandas.DataFrame` by node id that shows titles whole, and above them method, day and what is missing."""

    @property
    def _constructor(self) -> type[Ranking]:
        return Ranking

    def __repr__(self) -> str:
        return f"{say_ranking(self.attrs)}\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            table = self.to_html(max_rows=pd.get_option("display.max_rows"), notebook=True, na_rep="")
        return f"<p>{escape(say_ranking(self.attrs))}</p>\n{table}"


def say_ranking(attributes: Any) -> str:
    """Return in one line by which method and of which day a ranking is, and which it stands in for."""
    said = f"by {attributes.get('by', 'an unknown method')} as of {attributes.get('as_of', 'an unknown day')}"
    if "fallback_from" in attributes:
        said += f", in place of {attributes['fallback_from']}: {attributes['fallback_reason']}"
    return said
