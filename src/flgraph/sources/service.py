"""Describe a web service: its address, how it receives its key, and which of its answers differ from the usual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from flgraph.sources.faults import BadKeyError

_NONE: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True)
class Service:
    """A web service and its habits.

    Attributes
    ----------
    title : str
        Name of the service in messages.
    url : str
        Root address of its API.
    key_name : str
        Name of the setting with the key, in messages.
    key_header : str
        Header for the key.
    key_form : str
        Value of that header, with the key in place of `{}`.
    misses_are_pages : bool
        Whether a 404 is an answer whatever its body is. If not, a 404 without JSON is a passing fault.
    passing : frozenset of int
        Statuses below 500 that are passing faults.
    stays_on_host : bool
        Whether redirects to another host are errors.
    rate : float
        Requests per second that suit the service, unless the settings say otherwise.
    """

    title: str
    url: str
    key_name: str = "the API key"
    key_header: str = "x-api-key"
    key_form: str = "{}"
    misses_are_pages: bool = False
    passing: frozenset[int] = _NONE
    stays_on_host: bool = False
    rate: float = 1.0


def read_key(service: Service, api_key: str | None) -> SecretStr | None:
    """Read a key; a blank one is none. Raise `BadKeyError` if it contains spaces or non-ASCII characters."""
    key = (api_key or "").strip()
    # httpx would quote an invalid header, and with it the key, in its error.
    if not all("!" <= sign <= "~" for sign in key):
        raise BadKeyError(
            f"{service.title}: {service.key_name} contains spaces or non-ASCII characters; copy the key again"
        )
    return SecretStr(key) if key else None
