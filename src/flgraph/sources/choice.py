"""Choose which providers to ask: one by name, or the first that answers."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Final, NamedTuple

from flgraph.errors import SourceError
from flgraph.records import FIRST_SOURCE
from flgraph.sources.faults import (
    BadAnswerError,
    NoKeyError,
    RateLimitError,
    ServerFaultError,
    SilenceError,
    UnreachableError,
)
from flgraph.sources.provider import Provider
from flgraph.sources.registry import KNOWN, find_provider
from flgraph.sources.settings import Settings

AUTO: Final = "auto"
"""The name that asks the first source, and the second if the first is unavailable."""

BOTH: Final = "both"
"""The name that asks each source, for a snapshot of each."""

_SECOND_SOURCE: Final = "openalex"

_REASONS: Final = (
    (UnreachableError, "was unreachable"),
    (NoKeyError, "refused requests without a key"),
    (RateLimitError, "limited the requests"),
    (SilenceError, "sent no data"),
    (ServerFaultError, "failed"),
    (BadAnswerError, "sent invalid answers"),
)


class Choice(NamedTuple):
    """The provider to ask, and the one to ask for everything if the first is unavailable; None if there is none.

    `is_open` is true if no provider was named, so that data of another one may be used.
    """

    first: Provider
    second: Provider | None = None
    is_open: bool = False

    def list_providers(self) -> list[Provider]:
        """Return the providers in the order in which they are asked."""
        return [self.first] if self.second is None else [self.first, self.second]

    def accepts(self, source: str) -> bool:
        """Return whether data of a source, by name, may be used."""
        return self.is_open or source in [provider.about.name for provider in self.list_providers()]


class Job(NamedTuple):
    """A snapshot to take: the sources to ask, and the settings."""

    choice: Choice
    settings: Settings


def choose_providers(source: str | Provider, api_url: str | None = None) -> Choice:
    """Choose the providers of a source by name, or of "auto".

    A provider that is named is the only one. "auto" is Semantic Scholar, then OpenAlex. If the address of Semantic
    Scholar is given, by argument or environment, OpenAlex is asked only if its address is given as well.

    Raises
    ------
    ValueError
        No provider has this name.

    Examples
    --------
    >>> [provider.about.title for provider in choose_providers("openalex").list_providers()]
    ['OpenAlex']
    """
    if source != AUTO:
        return Choice(find_provider(source))
    is_given = bool(api_url or os.environ.get(KNOWN[FIRST_SOURCE].url_name))
    if is_given and not os.environ.get(KNOWN[_SECOND_SOURCE].url_name):
        return Choice(find_provider(FIRST_SOURCE), is_open=True)
    return Choice(find_provider(FIRST_SOURCE), find_provider(_SECOND_SOURCE), is_open=True)


def list_jobs(source: str | Provider, settings: Settings) -> list[Job]:
    """List the snapshots to take: one, or one of each source if the source is "both".

    The address and the key of the settings are those of Semantic Scholar, if there are two sources.

    Raises
    ------
    ValueError
        No provider has this name; or the source is "both", and the address of Semantic Scholar is given, but not that
        of OpenAlex, unless no requests are sent.

    Examples
    --------
    >>> [job.choice.first.about.title for job in list_jobs("openalex", Settings())]
    ['OpenAlex']
    """
    if source != BOTH:
        return [Job(choose_providers(source, settings.api_url), settings)]
    if not settings.offline and choose_providers(AUTO, settings.api_url).second is None:
        name = KNOWN[_SECOND_SOURCE].url_name
        raise ValueError(f"source both needs the address of each source; set {name} as well")
    first = replace(settings, reference_set=None)  # which Semantic Scholar cannot draw
    second = replace(settings, api_url=None, api_key=None)
    return [Job(choose_providers(FIRST_SOURCE), first), Job(choose_providers(_SECOND_SOURCE), second)]


def find_reason(error: SourceError) -> str | None:
    """Return why another provider is asked instead, as what this one did; None if the error is no reason.

    A rejected key, a limit of the caller and a malformed address are errors of the caller, and no reason.

    Examples
    --------
    >>> find_reason(RateLimitError("429"))
    'limited the requests'
    """
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), None)
