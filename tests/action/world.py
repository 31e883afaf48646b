"""A synthetic list, the papers around it, and what OpenAlex says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.replica.openalex import make_work

TITLE = "Computing in kelp forests"
ANIMALS = ("otters", "buoys", "urchins", "whales", "seals", "corals")
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
FOUNDATIONS = [f"Synthetic foundation {word} of tides" for word in NUMBERS]
NEWCOMER = "A synthetic newcomer among seals"


def make_world() -> list[dict[str, Any]]:
    """Return the works of the service: six listed, twelve that those cite, a recent one that cites three."""
    recent = (datetime.now(UTC) - timedelta(days=60)).date()
    listed = [
        make_work(100 + place, title=f"Counting {animal} from few pictures", cites=[
            200 + number for number in range(len(NUMBERS)) if (place + number) % 3
        ])
        for place, animal in enumerate(ANIMALS)
    ]  # fmt: skip
    older = [
        make_work(200 + place, title=title, publication_year=2015, publication_date="2015-06-01")
        for place, title in enumerate(FOUNDATIONS)
    ]
    dated = {"publication_year": recent.year, "publication_date": recent.isoformat()}
    return [*listed, *older, make_work(300, title=NEWCOMER, cites=[100, 101, 102], **dated)]


def format_list(works: list[dict[str, Any]]) -> str:
    """Return a README with the six listed papers in two sections."""
    rows = [f"- [{work['title']}](https://doi.org/{work['doi']}). *Synthetic Journal* 2020.\n" for work in works[:6]]
    return (
        f"# {TITLE}\n\n> Synthetic: every paper in this list is invented.\n\n"
        f"## Methods\n\n{''.join(rows[:3])}\n## Benchmarks\n\n{''.join(rows[3:])}"
    )
