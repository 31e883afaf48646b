"""What is no graph, no ranking, no name: one clear line, whichever function it is given to."""

from __future__ import annotations

import inspect
from functools import partial
from pathlib import Path

import pytest

import flgraph as fg
from flgraph.records import Catalog

GIVEN = {"path": "out.csv", "name": "fedbn", "paper": "fedbn", "suggestions": None}


def list_functions(*first: str) -> list[str]:
    """Return the public functions whose first parameter has one of some names."""
    functions = {name: getattr(fg, name) for name in fg.__all__}
    return [
        name
        for name, function in functions.items()
        if inspect.isfunction(function) and next(iter(inspect.signature(function).parameters), None) in first
    ]


def call(name: str, subject: object, folder: Path) -> None:
    """Call a function with a subject, and with something for what else it needs."""
    function = getattr(fg, name)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    needed = [one for one in parameters if one.default is one.empty]
    others = {
        one.name: {**GIVEN, "path": folder / "out.csv", "format": "csv", "other": subject}[one.name] for one in needed
    }
    function(subject, **others)


@pytest.mark.parametrize("name", list_functions("graph"))
def test_what_is_no_graph_is_refused(name: str, catalog: Catalog, graph: fg.KnowledgeGraph, tmp_path: Path) -> None:
    for given in ("graph.json", None, fg.Build(catalog, None, graph, fg.papers_table(graph))):
        with pytest.raises(ValueError, match=r"graph must be a knowledge graph, found a (str|NoneType|Build); "):
            call(name, given, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", list_functions("ranking", "one", "timeline", "gaps"))
def test_what_is_no_table_of_the_kind_is_refused(name: str, graph: fg.KnowledgeGraph, tmp_path: Path) -> None:
    for given in (graph, None, fg.rank_authors(graph)):
        with pytest.raises(ValueError, match=r"(ranking|timeline|gaps|one) (is|has|must be)"):
            call(name, given, tmp_path)


def test_what_is_no_name_and_no_number_is_refused(cited_graph: fg.KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match=r"name must be text .*, found 3"):
        fg.explain_rank(cited_graph, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="top must be a whole number of at least 0, found -1"):
        fg.explain_rank(cited_graph, "fedbn", top=-1)
    with pytest.raises(ValueError, match="since must be a whole number of at least 0, found '2020'"):
        fg.suggest_papers(cited_graph, since="2020")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="top must be a whole number of at least 1, found 0"):
        fg.suggest_papers(cited_graph, top=0)


def list_numbers() -> list[tuple[str, str]]:
    """Return the public functions that take a whole number, each with the parameter's name."""
    names = {"draws", "seed", "top", "height", "zoom", "horizon_months", "youngest_months"}
    functions = {name: getattr(fg, name) for name in fg.__all__}
    return [
        (name, parameter)
        for name, function in functions.items()
        if inspect.isfunction(function)
        for parameter in inspect.signature(function).parameters
        if parameter in names
    ]


@pytest.mark.parametrize(("name", "parameter"), list_numbers())
@pytest.mark.parametrize("number", ["3", 1.5, -1, None])
def test_numbers_that_are_none_are_refused(
    name: str, parameter: str, number: object, cited_graph: fg.KnowledgeGraph, tmp_path: Path
) -> None:
    function = partial(getattr(fg, name), **{parameter: number})
    others = {"explain_rank": ["alpha"], "write_html": [tmp_path / "a.html"], "write_svg": [tmp_path / "a.svg"],
              "write_png": [tmp_path / "a.png"], "similar_papers": ["paper:alpha"]}  # fmt: skip
    subject = fg.rank_papers(cited_graph) if name == "plot_ranking" else cited_graph
    with pytest.raises(ValueError, match=rf"{parameter} must be a whole number .*, found {number!r}"):
        function(subject, *others.get(name, []))
    assert not list(tmp_path.iterdir())


def test_a_method_that_is_misspelt_is_suggested(cited_graph: fg.KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="did you mean 'age_normalized'"):
        fg.rank_papers(cited_graph, by="age-normalized")  # type: ignore[arg-type]
    with pytest.raises(AttributeError, match="has no attribute 'rank_paper'; did you mean 'rank_papers'"):
        fg.rank_paper  # type: ignore[attr-defined]  # noqa: B018
