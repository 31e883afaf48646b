"""A synthetic catalog of another field: materials, with facets, sections and venues of its own. All of it is invented.

`python -m tests.other_field FOLDER --size 2500` writes it.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from flgraph.catalog.writer import write_catalog
from flgraph.records import (
    Catalog,
    CatalogEntry,
    CodebaseEntry,
    CodebaseUse,
    DatasetEntry,
    DatasetUse,
    PersonName,
    TopicEntry,
    VenueEntry,
)

FACETS: Final = {
    "material": ("steel", "glass", "polymer", "ceramic", "foam"),
    "process": ("casting", "sintering", "rolling", "printing"),
    "property": ("hardness", "elasticity", "porosity"),
}
VENUES: Final = {"ISM": "Invented Symposium on Materials", "JIM": "Journal of Invented Materials"}
SECTIONS: Final = ("Metals", "Glasses", "Manufacture", "Measurement")


def make_catalog(size: int) -> Catalog:
    """Return a catalog of so many papers; a year is only in the name of a venue."""
    topics = [
        TopicEntry(key=name, name=name.capitalize(), facet=facet, patterns=(rf"\b{name}\b",))
        for facet, names in FACETS.items()
        for name in names
    ]
    venues = [VenueEntry(key=tag.lower(), name=name, tags=(tag,)) for tag, name in VENUES.items()]
    datasets = [DatasetEntry(key=f"samples-{number}", name=f"Synthetic samples {number}") for number in range(9)]
    codebases = [
        CodebaseEntry(key=f"example.org/materials/{number}", url=f"https://example.org/materials/{number}")
        for number in range(7)
    ]
    return Catalog(
        title="Synthetic materials",
        entries=tuple(_make_entry(number) for number in range(size)),
        topics=tuple(topics),
        venues=tuple(venues),
        datasets=tuple(datasets),
        codebases=tuple(codebases),
    )


def _make_entry(number: int) -> CatalogEntry:
    material, process, measured = (
        names[number // 3**place % len(names)] for place, names in enumerate(FACETS.values())
    )
    year = 2010 + number % 13
    return CatalogEntry(
        key=f"synthetic-{number:04}",
        title=f"Synthetic {process} of {material} number {number}, and its {measured}",
        sections=tuple(dict.fromkeys((SECTIONS[number % 4], SECTIONS[number * 3 % 4]))),
        venue=f"{('ISM', 'JIM')[number % 2]} {year}" if number % 7 else None,
        ids={"doi": f"10.5555/synthetic.{number}"},
        authors=tuple(PersonName(name=f"Synthetic {_name(number * 7 + place)}") for place in range(2)),
        datasets=(DatasetUse(key=f"samples-{number % 9}"),) if number % 3 else (),
        codebases=(CodebaseUse(key=f"example.org/materials/{number % 7}"),) if number % 4 == 0 else (),
    )


def _name(number: int) -> str:
    letters = "abcdefghij"
    return "".join(letters[int(digit)] for digit in f"{number % 3000:04}").capitalize()


def main() -> None:
    """Write the catalog into a folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", type=int, default=2500)
    asked = parser.parse_args()
    write_catalog(make_catalog(asked.size), asked.folder)


if __name__ == "__main__":
    main()
