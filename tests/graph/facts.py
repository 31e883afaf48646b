"""What a node says, without the names of its sources: tests of provenance hold those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def without_sources(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a node but `sources`."""
    return {name: value for name, value in attributes.items() if name != "sources"}
