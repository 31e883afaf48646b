"""A synthetic list, the papers around it, and what OpenAlex says of them; docs/tutorial-maintainer.md shows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.replica.openalex import make_work

TITLE = "Computing in kelp forests"
LISTED = (
    "Counting otters from few pictures",
    "Folded Markov walks for drifting buoys",
    "Quiet attention for hydrophones",
    "KelpBench: a thousand hours under water",
    "Salt and silence: the songs of whales",
    "A yardstick for learning seals",
)
FOUNDATIONS = (
    "Learning to see in murky water",
    "Tides as a source of supervision",
    "Graphs of currents and how to read them",
    "Small networks for small boats",
    "The hydrophone corpus",
    "Transfer from land animals to sea animals",
    "Labels that drift with the current",
    "A theory of schools of fish",
    "Sampling under the ice",
    "Maps without landmarks",
    "Counting what hides",
    "Batteries that last a winter",
)
NEWCOMER = "A newcomer among seals"


def make_world(*, with_newcomer: bool = True) -> list[dict[str, Any]]:
    """Return the works of the service: six listed, twelve that those cite, a recent one that cites three."""
    listed = [
        make_work(100 + place, title=title, cites=[
            200 + number for number in range(len(FOUNDATIONS)) if (place + number) % 3
        ])
        for place, title in enumerate(LISTED)
    ]  # fmt: skip
    older = [
        make_work(200 + place, title=title, publication_year=2015, publication_date="2015-06-01")
        for place, title in enumerate(FOUNDATIONS)
    ]
    if not with_newcomer:
        return [*listed, *older]
    day = (datetime.now(UTC) - timedelta(days=60)).date()
    dated = {"publication_year": day.year, "publication_date": day.isoformat()}
    return [*listed, *older, make_work(300, title=NEWCOMER, cites=[100, 101, 102], **dated)]


def format_list(works: list[dict[str, Any]]) -> str:
    """Return a README with the six listed papers in two sections."""
    rows = [f"- [{work['title']}](https://doi.org/{work['doi']}). *Synthetic Journal* 2020.\n" for work in works[:6]]
    return (
        f"# {TITLE}\n\n> Synthetic: every paper in this list is invented.\n\n"
        f"## Methods\n\n{''.join(rows[:3])}\n## Benchmarks\n\n{''.join(rows[3:])}"
    )
