"""Check what does not depend on a network: versions, optional extras, bundled files, and the terminal."""

from __future__ import annotations

import locale
import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from shutil import get_terminal_size, which
from typing import Final

import flgraph as fg
from flgraph.checks import format_count
from flgraph.extras import EXTRAS, MODULES, Extra, show_install
from flgraph.sources.health import Check

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA: Final = re.compile(r"""extra\s*==""")
_PROXIES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy")


def check_versions() -> list[Check]:
    """Check which versions of flgraph, Python and each required package are installed."""
    return [
        Check("flgraph", "ok", fg.__version__),
        Check("Python", "ok", f"{platform.python_version()} ({platform.python_implementation()})"),
        Check("platform", "ok", platform.platform()),
        *map(_check_package, _list_requirements()),
    ]


def check_extras() -> list[Check]:
    """Check which optional extras are installed; none is needed."""
    return [_check_extra(extra) for extra in EXTRAS]


def check_catalog() -> Check:
    """Check that the bundled catalog is readable."""
    from flgraph.catalog.reader import read_catalog

    remedy = "install flgraph again"
    try:
        papers = len(read_catalog().entries)
    except fg.CatalogError as error:
        return Check("bundled catalog", "error", str(error).partition("\n")[0], remedy)
    except OSError as error:
        return Check("bundled catalog", "error", f"cannot be read ({error.strerror})", remedy)
    if not papers:
        return Check("bundled catalog", "error", "is empty", remedy)
    return Check("bundled catalog", "ok", format_count(papers, "paper"))


def check_terminal() -> Check:
    """Check width, colors and encoding of standard output."""
    encoding = locale.getpreferredencoding(do_setlocale=False).upper()
    if not sys.stdout.isatty():
        return Check("terminal", "ok", f"none: output goes to a file or a program, {encoding}")
    color = "without colors (NO_COLOR)" if os.environ.get("NO_COLOR") else "colors"
    found = f"{get_terminal_size().columns} columns, {color}, {encoding}"
    if encoding.replace("-", "") not in ("UTF8", "CP65001"):
        return Check("terminal", "warning", found, "set it to UTF-8, or some names will look wrong")
    return Check("terminal", "ok", found)


def check_proxy() -> Check:
    """Check which variables set a proxy; their values may contain a password and are not shown."""
    names = [name for name in _PROXIES if os.environ.get(name)]
    return Check("proxy", "ok", f"set by {', '.join(names)}" if names else "none set")


def _list_requirements() -> Iterator[str]:
    """Yield the name of each package that flgraph requires."""
    try:
        lines = requires("flgraph") or []
    except PackageNotFoundError:
        return
    for line in lines:
        name = _NAME.match(line)
        if name and not _EXTRA.search(line):
            yield name[0]


def _check_package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "error", "not installed", f"pip install {name}")


def _check_extra(extra: Extra) -> Check:
    found = [_check_package(module.replace("_", "-")) for module in MODULES[extra]]
    missing = ", ".join(check.name for check in found if check.state != "ok")
    if missing:
        return Check(f"extra: {extra}", "ok", f"optional, not installed: {missing}", show_install(extra))
    known = ", ".join(f"{check.name} {check.found}" for check in found)
    if extra == "spark" and not (os.environ.get("JAVA_HOME") or which("java")):
        remedy = "install Java 17 or newer, and put it on the PATH or set JAVA_HOME"
        return Check(f"extra: {extra}", "warning", f"{known}, but no Java", remedy)
    return Check(f"extra: {extra}", "ok", known)
