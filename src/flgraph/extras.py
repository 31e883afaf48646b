"""Tell whether an optional extra is installed, and how to install one that is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Final, Literal, get_args

from flgraph.errors import FlgraphError

Extra = Literal["bulk", "notebook", "plots", "png", "spark"]

EXTRAS: Final[tuple[Extra, ...]] = get_args(Extra)
MODULES: Final[Mapping[Extra, tuple[str, ...]]] = {
    "bulk": ("duckdb", "pyarrow"),
    "notebook": ("jupyterlab", "matplotlib"),
    "plots": ("matplotlib",),
    "png": ("resvg_py",),
    "spark": ("pyspark", "pyarrow"),
}
"""The modules that an extra installs, as they are imported."""


def has_extra(extra: Extra, modules: Sequence[str] | None = None) -> bool:
    """Tell whether the modules of an extra, or some of them, can be imported; none of them is."""
    return all(find_spec(name) is not None for name in modules or MODULES[extra])


def show_install(extra: Extra) -> str:
    """Return the line that installs an extra."""
    return f"pip install 'flgraph[{extra}]'"


def require_extra(
    extra: Extra, purpose: str, *, modules: Sequence[str] | None = None, instead: str | None = None
) -> None:
    """Raise an error unless an extra is installed.

    Parameters
    ----------
    extra : str
        The extra.
    purpose : str
        What needs it: the subject of the message.
    modules : Sequence of str, optional
        The modules of the extra that are needed; all by default.
    instead : str, optional
        What works without it, such as "write CSV".

    Raises
    ------
    FlgraphError
        A module is not installed; the message says how to install the extra.
    """
    if not has_extra(extra, modules):
        other = f", or {instead}" if instead else ""
        raise FlgraphError(f"{purpose} needs the extra {extra}; install it with: {show_install(extra)}{other}")
