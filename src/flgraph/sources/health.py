"""Check what requests depend on: the key, the service, the cache, and the clock."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final, Literal

from flgraph.checks import format_count
from flgraph.errors import OutputError, SourceError
from flgraph.sources.cache_file import choose_file
from flgraph.sources.faults import (
    BadAnswerError,
    BadKeyError,
    OfflineError,
    RateLimitError,
    ServerFaultError,
    UnreachableError,
)
from flgraph.sources.http import Requester
from flgraph.sources.probes import ProviderProbes, Seen, find_probes, read_reply
from flgraph.sources.settings import Settings

_CONNECT_SECONDS: Final = 3.0
_ANSWER_SECONDS: Final = 4.0
_CACHE_SECONDS: Final = 2.0
_CACHE_STEPS: Final = 10_000
_CLOCK_SECONDS: Final = 120.0
_STAND_IN: Final = "nothing, if it holds the papers that you ask for; else check the address of the API"
_QUOTES: Final = "\"'`"  # typographic ones are not ASCII

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Check:
    """What was found of one thing.

    Attributes
    ----------
    name : str
        The thing.
    state : {"ok", "warning", "error"}
        A warning leaves this package usable; an error does not.
    found : str
        What was found.
    remedy : str
        What to do; empty if nothing.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


# --- services ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Contact:
    """What a service answered: the check of it, and its date beside ours."""

    check: Check
    dated: tuple[datetime, datetime] | None = None


def check_sources(*, offline: bool = False, environment: Mapping[str, str] = os.environ) -> list[Check]:
    """Check the key of each provider, whether each answers, and the clock, within 10 seconds.

    Parameters
    ----------
    offline : bool
        Send no requests.
    environment : Mapping
        The variables with the keys.
    """
    probes = find_probes()
    keys = [_check_key(one, environment.get(one.key_name)) for one in probes]
    settings = Settings(
        offline=offline,
        rate=0,
        max_wait=_ANSWER_SECONDS,
        give_up_after=0.0,
        timeout=_ANSWER_SECONDS,
        connect_timeout=_CONNECT_SECONDS,
        progress="off",
    )
    with ThreadPoolExecutor(len(probes), "flgraph-doctor") as threads:
        contacts = list(threads.map(lambda one: _contact(one, settings), probes))
    return [*keys, *(contact.check for contact in contacts), _check_clock(contacts, offline=offline)]


def _check_key(probes: ProviderProbes, raw: str | None) -> Check:
    """Check a key without showing any part of it."""
    name = probes.key_name
    key = (raw or "").strip()
    if raw is None:
        return Check(name, "ok", f"not set; {probes.without_key}")
    if not key:
        return Check(name, "warning", "set but blank, which counts as not set", f"set a key, or unset {name}")
    if not all("!" <= sign <= "~" for sign in key):
        return Check(name, "error", "set, but it contains spaces or non-ASCII characters", "copy the key again")
    if key[0] in _QUOTES or key[-1] in _QUOTES:
        return Check(name, "warning", "set, but it begins or ends with a quotation mark", "remove the quotation marks")
    return Check(name, "ok", "set")


def _contact(probes: ProviderProbes, settings: Settings) -> _Contact:
    title = probes.provider.about.title
    try:
        with probes.provider.open(settings) as requester:
            return _ping(probes, requester)
    except OfflineError:
        return _Contact(Check(title, "ok", "not asked (--offline)"))
    except UnreachableError as error:
        remedy = "snapshots, builds and maps work offline; to fetch citation data, check the connection and the proxy"
        return _Contact(Check(title, "warning", _name_failure(title, error), remedy))
    except BadKeyError:  # told by the check of the key
        return _Contact(Check(title, "warning", "not asked, because of its key", f"correct or unset {probes.key_name}"))
    except (ServerFaultError, BadAnswerError) as error:
        return _Contact(Check(title, "warning", _name_failure(title, error), "try again later"))
    except SourceError as error:
        return _Contact(Check(title, "error", str(error), "correct the setting that it names"))


def _ping(probes: ProviderProbes, requester: Requester) -> _Contact:
    """Ask the cheapest question, once."""
    title, key = probes.provider.about.title, probes.key_name
    began = time.monotonic()
    try:
        reply = requester.observe(probes.ping.path, parameters=probes.ping.parameters)
    except RateLimitError as error:
        remedy = "try again later" if requester.has_key else f"try again later, or set {key} for limits of your own"
        return _Contact(Check(title, "warning", _name_failure(title, error), remedy))
    seconds = time.monotonic() - began
    seen = read_reply(reply, requester)
    about = probes.provider.about
    if requester.host != about.host and seen.status == HTTPStatus.NOT_FOUND:
        found = f"{requester.origin}, asked in place of {title}, answers, but lacks the work asked for ({seen})"
        return _Contact(Check(title, "warning", found, _STAND_IN), _read_dates(seen))
    check = _judge(title, requester.origin, seen, seconds, key=key, has_key=requester.has_key)
    return _Contact(check, _read_dates(seen))


def _name_failure(title: str, error: SourceError) -> str:
    """Return what went wrong, without the title of the service and the remedies for a run that fetches papers."""
    return re.sub(rf"^{re.escape(title)} \((\S+?)\)", r"\1", str(error).partition("; ")[0])


def _judge(title: str, origin: str, seen: Seen, seconds: float, *, key: str, has_key: bool) -> Check:
    """Judge the reply to the cheapest question."""
    said = f"{origin} answers {seen.explain()}"
    if seen.is_ok:
        return Check(title, "ok", f"{origin} answers in {seconds:.1f} s")
    if seen.is_refusal and has_key:
        return Check(title, "error", said, f"correct or unset {key}")
    if seen.is_refusal:
        return Check(title, "warning", said, f"set {key}")
    remedy = "check the address of the API, and whether a proxy or a login page answers in its place"
    return Check(title, "warning", said, remedy)


# --- clock -------------------------------------------------------------------------------------------------


def _read_dates(seen: Seen) -> tuple[datetime, datetime] | None:
    """Return the date of a reply and the date here, or None if the reply has none."""
    try:
        date = parsedate_to_datetime(seen.headers.get("Date", ""))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)), datetime.now(UTC)
    except (ValueError, OverflowError):  # OverflowError for years that datetime cannot represent
        return None


def _check_clock(contacts: list[_Contact], *, offline: bool) -> Check:
    apart = [
        (ours - theirs).total_seconds()
        for dated in (one.dated for one in contacts)
        if dated
        for theirs, ours in [dated]
    ]
    now = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    if not apart:
        return Check("clock", "ok", f"{now}; not compared, since no service {'was asked' if offline else 'answered'}")
    least = min(apart, key=abs)
    if abs(least) <= _CLOCK_SECONDS:
        return Check("clock", "ok", f"{now}, as the services have it")
    direction = "ahead of" if least > 0 else "behind"
    found = f"{now}, {format_count(round(abs(least)), 'second')} {direction} the services"
    return Check("clock", "warning", found, "set the clock: dates of snapshots and the age of cached answers are wrong")


# --- cache -------------------------------------------------------------------------------------------------


def check_cache(path: Path) -> Check:
    """Check the file of the cache: its size, its number of answers, whether it is writable and undamaged."""
    name = "cache"
    path = path.expanduser()
    try:
        path = choose_file(path)
        if path.is_dir():
            return Check(name, "warning", f"{show_path(path)} is a folder", "name a file with --cache or FLGRAPH_CACHE")
        if not path.exists() or not path.stat().st_size:
            return _check_new(path)
        return _check_file(path)
    except OutputError as error:
        found, _, remedy = str(error).partition("; ")
        return Check(name, "error", found.replace(str(path), show_path(path)), remedy)
    except OSError as error:
        return Check(name, "warning", f"{show_path(path)}: cannot be read ({error.strerror})", _ANOTHER)


_ANOTHER: Final = "runs go on without a cache; name another file with --cache or FLGRAPH_CACHE"


def show_path(path: Path) -> str:
    """Return a path with `~` for the home folder, whose name may be a person's."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _check_new(path: Path) -> Check:
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Check("cache", "ok", f"{show_path(path)}: none yet")
    return Check(
        "cache", "warning", f"{show_path(path)}: cannot be created, {show_path(folder)} is not writable", _ANOTHER
    )


def _check_file(path: Path) -> Check:
    parts = [path, path.with_name(f"{path.name}-wal")]
    size = sum(part.stat().st_size for part in parts if part.exists()) / 2**20
    shown = f"{show_path(path)}: {size:.1f} MB"
    if not all(os.access(place, os.W_OK) for place in (path, path.parent)):
        return Check("cache", "warning", f"{shown}, not writable", _ANOTHER)
    try:
        count, is_sound = _inspect(path)
    except sqlite3.DatabaseError as error:
        return _name_damage(shown, str(error))
    if not is_sound:
        return _name_damage(shown, "its content is inconsistent")
    return Check("cache", "ok", f"{shown}, {'not counted' if count is None else format_count(count, 'answer')}")


def _name_damage(shown: str, reason: str) -> Check:
    return Check(
        "cache", "warning", f"{shown}, damaged ({reason})", "nothing: the next run sets it aside and starts anew"
    )


def _inspect(path: Path) -> tuple[int | None, bool]:
    """Count the answers in a file and check the file, as far as there is time; None is not counted."""
    ends = time.monotonic() + _CACHE_SECONDS
    with closing(sqlite3.connect(path, timeout=0.5)) as connection:
        connection.set_progress_handler(lambda: time.monotonic() > ends, _CACHE_STEPS)
        count: int | None = None
        try:
            count = connection.execute("SELECT count(*) FROM record").fetchone()[0]
            return count, connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_BUSY):
                return count, True
            raise
