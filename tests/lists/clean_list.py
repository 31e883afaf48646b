"""An invented list of thirty papers in two styles, bullets and a table, of which no rule finds anything."""

from __future__ import annotations

SUBJECTS = (
    "Glacier Mapping", "Orchid Pollination", "Tidal Turbines", "Cobalt Recycling", "Harbour Acoustics",
    "Meadow Restoration", "Kiln Scheduling", "Locust Swarms", "Bamboo Composites", "Canal Locks",
    "Saffron Harvests", "Violin Varnish", "Granite Quarries", "Kelp Forests", "Railway Timetables",
)  # fmt: skip
METHODS = (
    "Sparse Gaussian Sketches", "Rotating Bandit Policies", "Layered Flow Matching", "Quiet Tensor Ladders",
    "Nested Spline Voting", "Delayed Mirror Steps", "Braided Kernel Trees", "Hollow Graph Filters",
    "Folded Markov Walks", "Patient Coordinate Search", "Woven Attention Masks", "Cooling Wavelet Ensembles",
    "Shared Copula Tables", "Anchored Langevin Moves", "Reversible Token Grids",
)  # fmt: skip


def name_paper(number: int) -> str:
    """Return the title of a paper, from 0 to 29."""
    subject, method = SUBJECTS[number % 15], METHODS[(number * 4 + number // 15) % 15]
    return f"{method} for {subject}" if number < 15 else f"Understanding {subject} with {method}"


def name_arxiv(number: int) -> str:
    """Return the arXiv id of a paper."""
    return f"21{number % 9 + 1:02d}.9{number:04d}"


def write_bullet(number: int) -> str:
    """Return the row of a paper as a bullet with label links."""
    title, arxiv = name_paper(number), name_arxiv(number)
    return (
        f"- {title}. *ICML 2021*. [[paper]](https://arxiv.org/abs/{arxiv}) "
        f"[[code]](https://github.com/example/project-{number:02d})"
    )


def write_table_row(number: int) -> str:
    """Return the row of a paper in a table."""
    title, arxiv = name_paper(number), name_arxiv(number)
    return (
        f"| {number - 14} | [{title}](https://arxiv.org/abs/{arxiv}) | NeurIPS | 2021 | "
        f"[code](https://github.com/example/project-{number:02d}) |"
    )


BULLETS = [write_bullet(number) for number in range(15)]
TABLE_ROWS = [write_table_row(number) for number in range(15, 30)]
CLEAN = "\n".join(
    [
        "# Invented methods",
        "",
        "A list of papers that nobody wrote.",
        "",
        "## Theory",
        "",
        *BULLETS,
        "",
        "## Practice",
        "",
        "| No. | Title | Venue | Year | Materials |",
        "|---|---|---|---|---|",
        *TABLE_ROWS,
        "",
    ]
)
