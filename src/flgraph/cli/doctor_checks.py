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
from flgraph.sources.health import Check

_EXTRAS: Final = ("bulk", "notebook", "plots", "png", "spark")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_EXTRA: Final = re.compile(r"""extra\s*==\s*["']([\w-]+)["']""")
_PROXIES: Final = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy")


def check_versions() -> list[Check]:
    """Check which versions of flgraph, Python and each required package are installed."""
    return [
        Check("flgraph", "ok", fg.__version__),
        Check("Python", "ok", f"{platform.python_version()} ({platform.python_implementation()})"),
        Check("platform", "ok", platform.platform()),
        *(_check_package(name) for name, extra in _list_requirements() if not extra),
    ]


def check_extras() -> list[Check]:
    """Check which optional extras are installed; none is needed."""
    return [_check_java(_check_extra(extra)) if extra == "spark" else _check_extra(extra) for extra in _EXTRAS]


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


def _list_requirements() -> Iterator[tuple[str, str]]:
    """Yield the name of each package that flgraph requires, and the extra that it belongs to."""
    try:
        lines = requires("flgraph") or []
    except PackageNotFoundError:
        return
    for line in lines:
        name, extra = _NAME.match(line), _EXTRA.search(line)
        if name:
            yield name[0], extra[1] if extra else ""


def _check_package(name: str) -> Check:
    try:
        return Check(name, "ok", version(name))
    except PackageNotFoundError:
        return Check(name, "error", "not installed", f"pip install {name}")


def _check_extra(extra: str) -> Check:
    packages = [name for name, belongs in _list_requirements() if belongs == extra]
    known = {name: check.found for name in packages if (check := _check_package(name)).state == "ok"}
    if len(known) == len(packages) and packages:
        return Check(f"extra: {extra}", "ok", ", ".join(f"{name} {number}" for name, number in known.items()))
    missing = ", ".join(name for name in packages if name not in known) or "unknown"
    return Check(f"extra: {extra}", "ok", f"optional, not installed: {missing}", f"pip install 'flgraph[{extra}]'")


def _check_java(extra: Check) -> Check:
    """Check that Java is there if Spark is."""
    if extra.remedy or os.environ.get("JAVA_HOME") or which("java"):
        return extra
    remedy = "install Java 17 or newer, and put it on the PATH or set JAVA_HOME"
    return Check(extra.name, "warning", f"{extra.found}, but no Java", remedy)
