"""Pictures hold what the tables say, and say what they rest on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib import rcParams
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from flgraph.analysis.gaps import find_gaps
from flgraph.analysis.growth import build_timeline
from flgraph.analysis.ranking import rank_papers
from flgraph.errors import GraphError
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.map.atlas import region_colors
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.paper_colors import choose_colors
from flgraph.map.atlas.region_colors import STEP_COLORS, choose_steps
from flgraph.plots import plot_citation_ages, plot_gaps, plot_ranking, plot_timeline, write_figure
from tests.observations import make_graph


def texts(figure: Figure) -> str:
    figure.draw_without_rendering()
    labels = [label.get_text() for axes in figure.axes for label in (*axes.get_yticklabels(), *axes.get_xticklabels())]
    return "\n".join([*labels, *(text.get_text() for text in figure.findobj(lambda part: hasattr(part, "get_text")))])


def test_a_ranking_shows_ranks_intervals_and_scores(cited_graph: KnowledgeGraph) -> None:
    ranking = rank_papers(cited_graph)
    figure = plot_ranking(ranking, top=5)
    axes = figure.axes[0]
    drawn = [tuple(segment[:, 0]) for segment in axes.collections[0].get_segments()]  # type: ignore[attr-defined]

    assert ranking["rank"].tolist()[:5] == axes.lines[0].get_xdata().tolist()  # type: ignore[union-attr]
    assert [tuple(row) for row in ranking[["rank_low", "rank_high"]].head().to_numpy().tolist()] == drawn
    said = texts(figure)
    assert f"{ranking['score'].iloc[0]:.4g}" in said
    assert "Top 5 of 47 papers" in said
    assert "SYNTHETIC DATA: no real papers\nSynthetic list; by age_normalized as of 2026-06-30" in said


def test_missing_intervals_are_said_and_titles_are_wrapped_and_never_cut(cited_graph: KnowledgeGraph) -> None:
    graph = cited_graph.copy()
    node = rank_papers(graph).index[0]
    graph.nodes[node]["title"] = "Synthetic " + "wordy " * 30
    said = texts(plot_ranking(rank_papers(graph, draws=0)))

    assert "rank; no intervals known" in said
    label = next(line for line in said.split("Synthetic ") if line.startswith("wordy"))
    assert 30 == label.count("wordy")
    assert "…" not in said
    assert all(len(line) <= 100 for line in said.splitlines())


def test_a_table_without_ranks_is_not_drawn() -> None:
    table = rank_papers(make_graph(), by="citation_count")

    with pytest.raises(GraphError, match="cannot plot the ranking: no paper in the table has a rank"):
        plot_ranking(table[table["rank"] > 6])


def test_a_timeline_has_a_row_a_topic_on_one_scale(graph: KnowledgeGraph) -> None:
    timeline = build_timeline(graph)
    figure = plot_timeline(timeline)
    bars = [bar for container in figure.axes[0].containers for bar in container]
    counts = timeline.iloc[:, :8].to_numpy()

    assert 8 * len(timeline) == len(bars)
    heights = [bar.get_height() for bar in bars]  # type: ignore[union-attr]
    assert (counts.T.ravel() / counts.max() * 0.8).tolist() == pytest.approx(heights)
    assert "first 8 of 65 rows" in texts(figure)
    assert "SYNTHETIC" not in texts(figure)


def test_years_have_the_colours_of_the_map(graph: KnowledgeGraph) -> None:
    timeline = build_timeline(graph)
    bars = plot_timeline(timeline).axes[0].containers[0]
    drawn = dict(zip(timeline.index, (to_hex(bar.get_facecolor()) for bar in bars.patches), strict=True))
    atlas = make_atlas(graph)
    colors = dict(zip(atlas.papers, choose_colors(atlas, "year").fills, strict=True))
    years = {node: graph.nodes[node]["year"] for node in atlas.papers}
    script = (Path(region_colors.__file__).parents[1] / "static" / "atlas" / "colors.js").read_text()

    assert set(drawn.values()) == set(choose_steps(5))
    assert f"light: {json.dumps(list(STEP_COLORS))}" in script
    assert colors["paper:fedbn"] == drawn[years["paper:fedbn"]]


def test_gaps_are_printed_and_grey_where_they_do_not_tell(graph: KnowledgeGraph) -> None:
    gaps = find_gaps(graph)
    axes = plot_gaps(gaps).axes[0]
    grey = [
        patch for patch in axes.patches if isinstance(patch, Rectangle) and "#ededed" == to_hex(patch.get_facecolor())
    ]

    assert (~gaps.telling.to_numpy()).sum() == len(grey)
    assert [str(count) for count in gaps.observed.to_numpy().ravel()] == [text.get_text() for text in axes.texts]


def test_citations_by_age_leave_out_years_that_are_not_over(cited_graph: KnowledgeGraph) -> None:
    node = rank_papers(cited_graph, by="citation_count").index[0]
    one = plot_citation_ages(cited_graph, node).axes[0]
    heights = [bar.get_height() for bar in one.containers[0]]  # type: ignore[union-attr]
    all_of_them = plot_citation_ages(cited_graph)

    assert sum(heights) == cited_graph.nodes[node]["citations_listed"]  # all of them dated, and later
    assert "median" in texts(all_of_them)
    assert np.isfinite(all_of_them.axes[0].lines[0].get_ydata()).all()


def test_only_what_has_an_age_is_counted_and_nothing_known_is_none() -> None:
    graph = make_graph(dates={0: "2000-03-01", 1: "2024-06-01"})
    old, new = (plot_citation_ages(graph, f"member-{number}").axes[0].containers[0] for number in (0, 1))
    citing = [graph.nodes[start]["publication_date"] for start, _ in graph.in_edges("paper:member-1")]

    assert 25 == len(old)
    assert graph.in_degree("paper:member-0") == sum(bar.get_height() for bar in old)  # type: ignore[union-attr]
    assert sum("2024-06-01" <= day <= "2024-06-30" for day in citing) == sum(bar.get_height() for bar in new)  # type: ignore[union-attr]
    graph.remove_edges_from([edge for edge in list(graph.edges(keys=True)) if edge[1] == "paper:member-3"])
    assert "6 papers" in texts(plot_citation_ages(graph))


def test_names_are_no_formulas_and_may_be_equal(cited_graph: KnowledgeGraph) -> None:
    graph = cited_graph.copy()
    node = rank_papers(graph).index[0]
    graph.nodes[node]["title"] = "Synthetic $\\frac{ broken$ cost of $5"
    timeline = build_timeline(graph)
    timeline.attrs["labels"] = dict.fromkeys(timeline.columns, "Same $x_1$")

    for figure in (plot_ranking(rank_papers(graph)), plot_timeline(timeline), plot_citation_ages(graph, node)):
        figure.draw_without_rendering()
    assert 7 == len(plot_timeline(timeline).axes[0].containers)


def test_pictures_of_nothing_are_refused(cited_graph: KnowledgeGraph) -> None:
    with pytest.raises(ValueError, match="top must be a whole number of at least 1, found 0"):
        plot_ranking(rank_papers(cited_graph), top=0)
    with pytest.raises(GraphError, match="cannot plot the timeline: it has no rows or no columns"):
        plot_timeline(build_timeline(cited_graph).iloc[:, :0])


def test_without_dated_citations_there_are_no_ages(graph: KnowledgeGraph, cited_graph: KnowledgeGraph) -> None:
    with pytest.raises(GraphError, match="no dated citations are known; run `flgraph build --depth 1`"):
        plot_citation_ages(graph)
    uncited = next(n for n, data in cited_graph.nodes(data=True) if data["kind"] == "paper" and not data["in_catalog"])
    with pytest.raises(GraphError, match="no dated citations of this paper are known"):
        plot_citation_ages(cited_graph, uncited)


def test_a_notebook_shows_a_picture_and_styles_of_others_stay(cited_graph: KnowledgeGraph) -> None:
    before = dict(rcParams)
    formatted, _ = DisplayFormatter().format(plot_ranking(rank_papers(cited_graph), top=3))  # type: ignore[no-untyped-call]

    assert formatted["image/png"].startswith(b"\x89PNG")
    assert "text/html" not in formatted
    assert before == dict(rcParams)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_files_are_the_same_each_time(form: str, cited_graph: KnowledgeGraph, tmp_path: Path) -> None:
    paths = [write_figure(plot_ranking(rank_papers(cited_graph)), tmp_path / f"{n}.{form}") for n in range(2)]

    assert paths[0].read_bytes() == paths[1].read_bytes()
    with pytest.raises(ValueError, match=r"a figure is written as svg, pdf or png; name it like .*ranking\.svg"):
        write_figure(plot_ranking(rank_papers(cited_graph)), tmp_path / "ranking.jpg")


@pytest.mark.slow
def test_without_matplotlib_it_is_said_what_to_install(graph_folder: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import flgraph as fg; graph = fg.read_graph(sys.argv[1])\n"
        "try: fg.plot_timeline(fg.build_timeline(graph))\nexcept fg.FlgraphError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(graph_folder / "flgraph-out")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "plots need the extra plots; install it with: pip install 'flgraph[plots]'\n" == done.stdout
