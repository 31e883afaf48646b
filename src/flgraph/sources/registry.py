"""Register the providers by name, with their titles and licences.

To add a provider, make a folder `sources/<name>/` whose `provider.py` holds a `PROVIDER` and whose `probes.py` holds
`PROBES` (`flgraph.sources.probes`), and enter it in `KNOWN` and `_MODULES`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from flgraph.checks import suggest_name
from flgraph.records import FIRST_SOURCE

if TYPE_CHECKING:
    from flgraph.sources.provider import Provider


class About(NamedTuple):
    """The identity of a provider.

    Attributes
    ----------
    name : str
        Name in files and on edges: lower-case letters and underscores.
    title : str
        Name in texts for people.
    id_kind : str
        Kind of its ids, as in the nodes `paper:<id_kind>-<id>` and `author:<id_kind>-<id>`.
    credit : str
        Line that credits the source wherever its data are shown.
    licence : str
        Licence of its answers.
    may_ship : bool
        Whether the licence permits redistribution with a project.
    page : str
        Address of a paper's page with the placeholder `{id}`; empty if there is none.
    host : str
        The host of its own service; empty if it has none.
    url_name : str
        Environment variable with the address of another service to ask in its place; empty if there is none.
    id_form : str
        Regular expression of its ids, which those of no other source match; empty if there is none.
    """

    name: str
    title: str
    id_kind: str
    credit: str
    licence: str
    may_ship: bool
    page: str = ""
    host: str = ""
    url_name: str = ""
    id_form: str = ""


KNOWN: Final = {
    about.name: about
    for about in (
        About(
            name=FIRST_SOURCE,
            title="Semantic Scholar",
            id_kind="s2",
            credit="Data: Semantic Scholar",
            licence="Semantic Scholar API License Agreement",
            may_ship=False,
            page="https://www.semanticscholar.org/paper/{id}",
            host="api.semanticscholar.org",
            url_name="SEMANTIC_SCHOLAR_API_URL",
        ),
        About(
            name="openalex",
            title="OpenAlex",
            id_kind="openalex",
            credit="Data: OpenAlex (CC0)",
            licence="CC0-1.0",
            may_ship=True,
            page="https://openalex.org/{id}",
            host="api.openalex.org",
            url_name="OPENALEX_API_URL",
            id_form=r"[A-Z][0-9]{2,}",
        ),
    )
}
"""The identity of each provider by name, available without importing the provider."""

_MODULES: Final = {
    FIRST_SOURCE: "flgraph.sources.semantic_scholar.provider",
    "openalex": "flgraph.sources.openalex.provider",
}


def find_provider(source: str | Provider = FIRST_SOURCE) -> Provider:
    """Find a provider by name; a provider object is returned unchanged.

    Raises
    ------
    ValueError
        No provider has this name; the message suggests the closest.

    Examples
    --------
    >>> find_provider("semantic_scholar").about.title
    'Semantic Scholar'
    """
    if not isinstance(source, str):
        return source
    if source not in _MODULES:
        hint = suggest_name(source, _MODULES) or f"; known: {', '.join(sorted(_MODULES))}"
        raise ValueError(f"unknown source {source!r}{hint}")
    provider: Provider = import_module(_MODULES[source]).PROVIDER
    return provider


def find_title(source: str) -> str:
    """Return the title of a provider, or the name itself if the provider is unknown; of several, joined by "; ".

    Examples
    --------
    >>> find_title("semantic_scholar"), find_title("synthetic")
    ('Semantic Scholar', 'synthetic')
    """
    return " and ".join(KNOWN[name].title if name in KNOWN else name for name in source.split("; "))


def name_service(source: str, host: str | None) -> str:
    """Name who answered: the provider, or another host that answered in its place.

    Examples
    --------
    >>> name_service("semantic_scholar", "api.semanticscholar.org")
    'Semantic Scholar'
    >>> name_service("semantic_scholar", "localhost")
    'localhost, asked in place of Semantic Scholar'
    """
    if host is None:
        return find_title(source)
    if "; " in source:
        return " and ".join(map(name_service, source.split("; "), host.split("; ")))
    own = KNOWN[source].host if source in KNOWN else ""
    return find_title(source) if host == own else f"{host}, asked in place of {find_title(source)}"


def find_credit(source: str) -> str:
    """Return the line that credits a source wherever its data are shown."""
    names = source.split("; ")
    return ". ".join(KNOWN[name].credit if name in KNOWN else f"Data: {name}" for name in names)


def find_page(id_kind: str, value: str) -> str | None:
    """Return the address of a paper's page at the provider with this kind of id, or None.

    Examples
    --------
    >>> find_page("s2", "649def")
    'https://www.semanticscholar.org/paper/649def'
    """
    page = next((about.page for about in KNOWN.values() if about.id_kind == id_kind), "")
    return page.format(id=value) if page else None


def is_page(url: str, id_kind: str, value: str) -> bool:
    """Return whether an address is that of a paper's page at a provider, also with the title before the id.

    Examples
    --------
    >>> is_page("https://www.semanticscholar.org/paper/A-title/649def", "s2", "649def")
    True
    """
    page = find_page(id_kind, value)
    start, end = (page or "").removesuffix(value), f"/{value}"
    return page is not None and url.startswith(start) and url.rstrip("/").endswith(end)
