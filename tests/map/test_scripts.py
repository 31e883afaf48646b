"""The scripts of the pages: all are joined, small, and none reads data as HTML."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from flgraph.map.atlas.scripts import SCRIPTS as ATLAS
from flgraph.map.html_file import join_styles, strip_lines
from flgraph.map.network_page import SCRIPTS as NETWORK

FOLDER = Path(str(files("flgraph.map").joinpath("static")))
PAGES = {
    page: [name if "/" in name else f"{page}/{name}" for name in names]
    for page, names in {"atlas": ATLAS, "network": NETWORK}.items()
}
SCRIPTS = sorted({name for names in PAGES.values() for name in names})


def read(name: str) -> str:
    return FOLDER.joinpath(f"{name}.js").read_text(encoding="utf-8")


def test_each_script_is_joined() -> None:
    there = sorted(path.relative_to(FOLDER).as_posix().removesuffix(".js") for path in FOLDER.rglob("*.js"))

    assert SCRIPTS == there
    assert all(len(names) == len(set(names)) for names in PAGES.values())


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_small_and_reads_no_data_as_html(name: str) -> None:
    text = read(name)

    assert len(text.splitlines()) < 200
    assert text.startswith("// ")
    found = re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(", text)
    assert [] == found
    assert "</script" not in text


@pytest.mark.parametrize("page", PAGES)
def test_no_name_is_declared_twice(page: str) -> None:
    text = "\n".join(read(name) for name in PAGES[page])
    names = re.findall(r"^(?:async )?(?:function\*? |const |let )(\w+)", text, re.MULTILINE)

    assert len(names) == len(set(names))


def test_lines_may_be_stripped_since_no_text_of_a_script_spans_lines() -> None:
    for name in SCRIPTS:
        assert all(line.count("`") % 2 == 0 for line in read(name).splitlines()), name
        assert "/*" not in re.sub(r'"[^"]*"|`[^`]*`', "", read(name)), name


def test_stripping_leaves_no_indentation_and_no_comments() -> None:
    text = strip_lines("\n".join(read(name) for name in PAGES["atlas"]))

    assert not re.search(r"^(?:\s|//|$)", text.removesuffix("\n"), re.MULTILINE)
    assert len(text) < 160_000


def test_tightening_leaves_texts_and_signs_as_they_are() -> None:
    whole = "\n".join(read(name) for name in PAGES["atlas"])
    text = strip_lines(whole)
    without_comments = re.sub(r"^\s*//.*$|(?<=[;,{])\s+// .*$", "", whole, flags=re.MULTILINE)

    assert re.sub(r"\s", "", without_comments) == re.sub(r"\s", "", text)
    assert set(re.findall(r'"[^"\n]*"', re.sub(r".*[`'/].*", "", whole))) <= set(re.findall(r'"[^"\n]*"', text))
    assert "a - -b;\n" == strip_lines("  a - -b;")


@pytest.mark.parametrize("page", PAGES)
def test_a_style_keeps_its_rules(page: str) -> None:
    text = "".join(
        FOLDER.joinpath(*path).read_text("utf-8") for path in (("shared", "base.css"), (page, f"{page}.css"))
    )

    assert text.count("{") == join_styles(page).count("{")
    assert re.findall(r'"[^"]*"', text) == re.findall(r'"[^"]*"', join_styles(page))
