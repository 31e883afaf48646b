"""Find the codebase that an address leads to."""

from __future__ import annotations

from typing import Final

from flgraph.identifiers.addresses import split_url

_NOT_OWNERS: Final = frozenset(
    {"about", "apps", "collections", "features", "marketplace", "orgs", "sponsors", "topics"}
)


def codebase_from_url(url: str) -> tuple[str, str | None] | None:
    """Extract the key of a codebase (host and path) and the path inside it; return None for other links.

    A project page (`owner.github.io`) is not a codebase. A branch name is cut at its first slash.

    Examples
    --------
    >>> codebase_from_url("https://github.com/NVIDIA/NVFlare/tree/dev/research/fed-ce")
    ('github.com/NVIDIA/NVFlare', 'research/fed-ce')
    """
    parts = split_url(url)
    if parts is None:
        return None
    host, steps = parts[0], [step for step in parts[1].split("/") if step]
    if host == "github.com":
        repository, inside = steps[:2], steps[2:]
    elif host.startswith("gitlab."):
        # GitLab nests projects in groups; "-" (formerly "tree" or "blob") ends the path of the project.
        end = next((place for place, step in enumerate(steps) if step in ("-", "tree", "blob")), len(steps))
        repository, inside = steps[:end], [step for step in steps[end:] if step != "-"]
    else:
        return None
    if len(repository) < 2 or repository[0].lower() in _NOT_OWNERS:
        return None
    subpath = "/".join(inside[2:]) if inside[:1] in (["tree"], ["blob"]) else ""
    return f"{host}/{'/'.join(repository).removesuffix('.git')}", subpath or None
