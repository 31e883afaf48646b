"""Plot rankings, timelines, gaps and citation ages with matplotlib, for notebooks and for print.

A `plot_` function takes one result of the analysis and returns a Figure. It needs the extra `plots`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, wraps
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec

import networkx as nx
import numpy as np
import pandas as pd

from flgraph.analysis.gaps import Gaps
from flgraph.analysis.ranking import Ranking
from flgraph.analysis.ranking.record import to_ranking
from flgraph.checks import format_count, missing_extra, refuse_number
from flgraph.errors import GraphError
from flgraph.files.atomic import write_bytes
from flgraph.graph.knowledge_graph import catalog_papers, find_node
from flgraph.map.atlas.paper_colors import cut_years, find_step
from flgraph.map.atlas.region_colors import REGION_COLORS, STEP_COLORS, choose_steps
from flgraph.map.atlas.text_width import measure_text, wrap_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK: Final = "#222222"
_QUIET: Final = "#8a8a8a"
_BLUE: Final = REGION_COLORS[0][0]
_STYLE: Final = {"font.size": 8, "svg.hashsalt": "flgraph", "svg.fonttype": "none", "pdf.fonttype": 42}
_FORMATS: Final = ("svg", "pdf", "png")
_TITLE: Final = 60
_LABEL: Final = 30
_HEADING: Final = 100
_FOOTER: Final = 150
"""The widths to which titles, names of topics, headings and footers are wrapped, in letters."""

_ROW: Final = 0.26
_LINE: Final = 0.13
"""The height of a row, and of each further line of a title, in inches."""

_SMALL_MULTIPLES: Final = 8

_Given = ParamSpec("_Given")


@cache
def _load_figure() -> type[Figure]:
    """Return the Figure class, extended so that notebooks show it without a global backend."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise missing_extra("plots need", "plots") from error

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            return _render(self, "png")

        def _repr_html_(self) -> None:
            return None

    return Picture


def _in_style(draw: Callable[_Given, Figure]) -> Callable[_Given, Figure]:
    """Wrap a function to draw in our style without changing the global style."""

    @wraps(draw)
    def styled(*given: _Given.args, **options: _Given.kwargs) -> Figure:
        _load_figure()
        from matplotlib import rc_context

        with rc_context(_STYLE):  # type: ignore[arg-type]
            return draw(*given, **options)

    return styled


@_in_style
def plot_ranking(ranking: Ranking | pd.DataFrame, *, top: int = 20) -> Figure:
    """Plot the top papers of a ranking, each rank with its interval.

    Parameters
    ----------
    ranking : Ranking or DataFrame
        A result of `make_ranking` or `rank_papers`.
    top : int
        Number of papers.

    Raises
    ------
    FlgraphError
        matplotlib is not installed.
    GraphError
        No paper has a rank.
    ValueError
        `top` is below 1, or `ranking` is not a ranking, or is a table that has lost its `attrs`.

    Examples
    --------
    >>> write_figure(plot_ranking(rank_papers(graph)), "ranking.pdf")  # doctest: +SKIP
    """
    refuse_number("top", top, least=1)
    given = to_ranking(ranking)
    shown = given.table.dropna(subset=["rank"]).sort_values("rank", kind="stable").head(top)
    if shown.empty:
        raise GraphError("cannot plot the ranking: no paper in the table has a rank")
    origin = {**given.origin, "by": given.by, "as_of": given.as_of}
    titles = [_wrap_title(title, year) for title, year in zip(shown["title"], shown["year"], strict=True)]
    heights = np.array([1 + _LINE / _ROW * title.count("\n") for title in titles])
    figure, axes = _make_figure(0.9 + _ROW * float(heights.sum()), origin)
    places = np.cumsum(heights) - heights / 2 - 0.5
    ranks = shown["rank"].to_numpy(dtype=np.float64)
    low, high = (shown[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("rank_low", "rank_high"))
    axes.hlines(places, low, high, color=_BLUE, linewidth=3, alpha=0.35)
    axes.plot(ranks, places, "o", color=_BLUE, markersize=4)
    for place, score in zip(places, shown["score"], strict=True):
        axes.annotate(
            f"{score:.4g}", (1, place), xycoords=("axes fraction", "data"), xytext=(4, 0),
            textcoords="offset points", va="center", color=_QUIET,
        )  # fmt: skip
    axes.set_yticks(places, titles)
    axes.set_ylim(float(heights.sum()) - 0.5, -0.5)
    last = np.nanmax(np.append(high, ranks))
    axes.set_xlim(0.5, last + 0.5)
    known = {0: "; no intervals known", len(shown): ", with 95% interval"}
    said = known.get(int((~np.isnan(low)).sum()), ", with 95% interval where known")
    axes.set_xlabel(f"rank{said}")
    ranked = format_count(int(given.table["rank"].notna().sum()), "paper")
    _set_title(figure, f"Top {len(shown)} of {ranked}; scores on the right")
    _count_in_whole(axes)
    return figure


@_in_style
def plot_timeline(timeline: pd.DataFrame) -> Figure:
    """Plot the papers per year, with a row for each of the first eight columns.

    Parameters
    ----------
    timeline : DataFrame
        A table of `build_timeline`.

    Raises
    ------
    FlgraphError
        matplotlib is not installed.
    ValueError
        The argument is not of this kind.
    """
    if not isinstance(timeline, pd.DataFrame) or "undated" not in timeline.attrs:
        raise ValueError(
            f"timeline must be a table of build_timeline, or a part of it, found a {type(timeline).__name__}"
        )
    if timeline.empty:
        raise GraphError("cannot plot the timeline: it has no rows or no columns")
    labels: Mapping[str, str] = timeline.attrs.get("labels", {})
    first = list(timeline.columns[:_SMALL_MULTIPLES])
    rows = {name: timeline[name] for name in first}
    figure, axes = _make_figure(0.9 + 0.45 * len(rows), timeline.attrs)
    most = max(int(counts.max()) for counts in rows.values())
    steps = cut_years([float(year) for year in timeline.index])
    colors = [choose_steps(len(steps))[find_step(float(year), steps)] for year in timeline.index]
    for place, counts in enumerate(rows.values()):
        axes.bar(counts.index, counts / most * 0.8, bottom=-place, width=0.7, color=colors)
        for year, count in counts.items():
            if count:
                axes.text(float(str(year)), count / most * 0.8 - place, str(count), ha="center", va="bottom",
                          color=_QUIET, fontsize=6)  # fmt: skip
    axes.set_yticks([-place for place in range(len(rows))], [_wrap(str(labels.get(name, name))) for name in rows])
    axes.set_ylim(-len(rows) + 0.8, 1.1)
    axes.set_xlim(timeline.index[0] - 0.6, timeline.index[-1] + 0.6)
    _count_in_whole(axes)
    axes.set_xlabel("year of publication")
    which = f"first {len(first)} of {timeline.shape[1]} rows" if len(first) < timeline.shape[1] else "all rows"
    _set_title(figure, f"Papers per year, {which}; all rows on the same scale")
    return figure


@_in_style
def plot_gaps(gaps: Gaps) -> Figure:
    """Plot a heat map of the number of papers with both topics; grey marks pairs with too few expected papers.

    Parameters
    ----------
    gaps : Gaps
        A result of `find_gaps`.

    Raises
    ------
    FlgraphError
        matplotlib is not installed.
    ValueError
        The argument is not of this kind.
    """
    if not isinstance(gaps, Gaps):
        raise ValueError(f"gaps must be a result of find_gaps, found a {type(gaps).__name__}")
    rows, columns = gaps.observed.shape
    figure, axes = _make_figure(1.6 + 0.3 * rows, gaps.observed.attrs)
    counts, telling = gaps.observed.to_numpy(dtype=np.float64), gaps.telling.to_numpy()
    darkest = max(float(counts.max()), 1.0)
    axes.imshow(np.ma.masked_array(counts, ~telling), cmap=_make_colormap(), vmin=0, vmax=darkest, aspect="auto")
    for row in range(rows):
        for column in range(columns):
            count = int(counts[row, column])
            is_telling = bool(telling[row, column])
            if not is_telling:
                axes.add_patch(_shade(row, column))
            color = "white" if is_telling and count > 0.6 * darkest else _INK if is_telling else _QUIET
            axes.text(column, row, str(count), ha="center", va="center", color=color)
    axes.set_yticks(range(rows), [_wrap(gaps.names[topic]) for topic in gaps.observed.index])
    names = [_wrap(gaps.names[topic], _LABEL) for topic in gaps.observed.columns]
    axes.set_xticks(range(columns), names, rotation=90, linespacing=0.9)
    _set_title(figure, f"Papers with both topics, of {gaps.papers} in all; grey: fewer than one expected")
    return figure


@_in_style
def plot_citation_ages(graph: nx.MultiDiGraph[Any], paper: str | None = None) -> Figure:
    """Plot the citations of one paper, or of all, by years since publication.

    Parameters
    ----------
    graph : KnowledgeGraph
        A graph built with a snapshot of depth 1.
    paper : str or None
        A paper of the catalog. None plots the median and the quartiles of all papers that are old enough.

    Raises
    ------
    FlgraphError
        matplotlib is not installed.
    GraphError
        No dated citations of the paper, or of any paper, are known.
    """
    profiles = _count_ages(
        graph, [find_node(graph, paper)] if paper is not None else [node for node, _ in catalog_papers(graph)]
    )
    if not profiles:
        which = "no dated citations are known" if paper is None else "no dated citations of this paper are known"
        raise GraphError(f"{which}; run `flgraph build --depth 1`")
    longest = max(len(counts) for counts in profiles.values())
    figure, axes = _make_figure(2.8, graph.graph)
    years = np.arange(longest)
    if paper is not None:
        counts = next(iter(profiles.values()))
        bars = axes.bar(years, counts, color=_BLUE, width=0.7)
        bars[-1].set(hatch="////", alpha=0.5)
        title = str(graph.nodes[next(iter(profiles))]["title"])
    else:
        of_age = [[counts[age] for counts in profiles.values() if len(counts) > age + 1] for age in years]
        known = [age for age in years if of_age[age]]
        if not known:
            raise GraphError("no paper with known citations is a year old; name a paper to plot its first year")
        low, middle, high = np.array([np.percentile(of_age[age], [25, 50, 75]) for age in known]).T
        axes.fill_between(known, low, high, color=_BLUE, alpha=0.2, linewidth=0, label="middle half of the papers")
        axes.plot(known, middle, "o-", color=_BLUE, markersize=3, label="median")
        axes.legend(frameon=False)
        title = f"Citations per paper by age, {format_count(len(profiles), 'paper')}; complete years only"
    _set_title(figure, title)
    axes.set_xlabel("years since publication" + ("; hatched: incomplete year" if paper is not None else ""))
    axes.set_ylabel("citing papers per year")
    axes.set_ylim(bottom=0)
    _count_in_whole(axes)
    return figure


def _count_ages(graph: nx.MultiDiGraph[Any], papers: list[str]) -> dict[str, list[int]]:
    """Count the citations of each paper in each year after publication; the last year is incomplete.

    Uncited papers have zeros. Papers whose citing papers have no dates are left out.
    """
    if "snapshot_taken" not in graph.graph:
        return {}
    today = date.fromisoformat(str(graph.graph["snapshot_taken"])[:10])
    found = {}
    for node in papers:
        published = _read_day(graph.nodes[node])
        if published is None or graph.nodes[node].get("citations") != "known" or published > today:
            continue
        counts = [0] * ((today - published).days * 4 // 1461 + 1)
        citing = [graph.nodes[start] for start, _, kind in graph.in_edges(node, keys=True) if kind == "cites"]
        dated = [day for day in map(_read_day, citing) if day is not None]
        for day in dated:
            if published <= day <= today:  # other dates are errors of the source
                counts[(day - published).days * 4 // 1461] += 1
        if dated or not citing:
            found[node] = counts
    return found


def _read_day(data: Mapping[str, Any]) -> date | None:
    if "publication_date" in data:
        return date.fromisoformat(data["publication_date"])
    return date(data["year"], 7, 1) if "year" in data else None


def write_figure(figure: Figure, path: str | Path) -> Path:
    """Write a figure as SVG, PDF or PNG, chosen by the suffix of the path; equal figures give equal bytes.

    Raises
    ------
    ValueError
        The path has another suffix.
    OutputError
        The file cannot be written.
    """
    form = Path(path).suffix.lower().lstrip(".")
    if form not in _FORMATS:
        raise ValueError(
            f"{path}: a figure is written as svg, pdf or png; name it like {Path(path).with_suffix('.svg')}"
        )
    return write_bytes(path, _render(figure, form))


# --- drawing ---------------------------------------------------------------------------------------------


def _render(figure: Figure, form: str) -> bytes:
    from matplotlib import rc_context

    content = BytesIO()
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    with rc_context(_STYLE):  # type: ignore[arg-type]
        figure.savefig(content, format=form, dpi=150, metadata=metadata)
    return content.getvalue()


def _make_figure(height: float, attributes: Mapping[Any, Any]) -> tuple[Figure, Axes]:
    """Make a figure two columns wide with one pair of axes and a footer that states the source of the data."""
    figure = _load_figure()(figsize=(7.0, height + 0.5), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0, colors=_INK)
    axes.set_axisbelow(True)
    is_synthetic = bool(attributes.get("synthetic"))
    figure.supxlabel(
        _describe_origin(attributes), x=0.01, ha="left", fontsize=8 if is_synthetic else 6,
        color=_INK if is_synthetic else _QUIET, parse_math=False,
    )  # fmt: skip
    return figure, axes


def _describe_origin(attributes: Mapping[Any, Any]) -> str:
    said = [str(attributes.get("title", ""))]
    if "by" in attributes:
        said.append(f"by {attributes['by']} as of {attributes.get('as_of', 'an unknown date')}")
    elif "snapshot_taken" in attributes:
        said.append(f"snapshot of {str(attributes['snapshot_taken'])[:10]}")
    origin = _break_lines("; ".join(filter(None, said)), _FOOTER)
    return f"SYNTHETIC DATA: no real papers\n{origin}" if attributes.get("synthetic") else origin


def _make_colormap() -> Any:
    """Make a colormap from white through the steps of the map."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("flgraph", ["#ffffff", *STEP_COLORS[:-1]])


def _count_in_whole(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _set_title(figure: Figure, title: str) -> None:
    figure.suptitle(_break_lines(title, _HEADING), x=0.01, ha="left", fontsize=9, parse_math=False)


def _shade(row: int, column: int) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor="#ededed", edgecolor="white", linewidth=0.5)


def _wrap_title(title: Any, year: Any) -> str:
    """Wrap a title and add its year."""
    whole = "unknown title" if pd.isna(title) else str(title)
    return _wrap(whole if year is None or pd.isna(year) else f"{whole} ({year})", _TITLE)


def _wrap(name: str, width: int = 24) -> str:
    return _escape(_break_lines(name, width))


def _break_lines(text: str, width: int) -> str:
    """Wrap a text to a width in usual letters: between words, or inside a word if it is longer, as in Chinese."""
    return "\n".join(wrap_text(text, 1.0, width * measure_text("x", 1.0)))


def _escape(text: str) -> str:
    """Escape dollar signs, which matplotlib would read as formulas."""
    return text.replace("$", r"\$")
