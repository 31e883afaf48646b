"""Suggestions as a person judges them: their text, what is remembered of them, and rows in the list."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flgraph.analysis.suggest import suggest_papers
from flgraph.analysis.suggestion_report import Suggestion, describe_suggestions, format_suggestions
from flgraph.analysis.suggestion_rows import add_entries, add_rows
from flgraph.analysis.suggestions_file import find_candidates, write_candidates
from flgraph.catalog.reader import read_catalog
from flgraph.cli.main import cli
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.snapshot.files import write_snapshot
from tests.analysis.test_suggest import make_small


def make_sections() -> KnowledgeGraph:
    """The small field, whose members stand in sections of a list and whose papers have ids and venues."""
    graph = make_small(
        x={"doi": "10.1000/synthetic.x", "venue": "Journal of *Things*"},
        y={"arxiv": "2912.00007", "title": "A [synthetic] study of @y"},
    )
    graph.graph["id_kinds"] = "s2"
    for key, section in {"a": "Methods", "b": "Methods; Surveys", "c": "Surveys"}.items():
        graph.nodes[f"paper:{key}"]["section"] = section
    return graph


def describe(graph: KnowledgeGraph, **options: object) -> dict[str, Suggestion]:
    return {one.node: one for one in describe_suggestions(graph, suggest_papers(graph, **options))}


def test_a_suggestion_says_where_it_is_and_names_the_papers_it_is_linked_to() -> None:
    found = describe(make_sections(), recent=None)
    x, y, z, new = (found[f"paper:{name}"] for name in ("x", "y", "z", "new"))

    assert ("https://doi.org/10.1000/synthetic.x", "Journal of *Things*", 2016) == (x.url, x.venue, x.year)
    assert ("https://arxiv.org/abs/2912.00007", None, 2018) == (y.url, y.venue, y.year)
    assert ("https://www.semanticscholar.org/paper/z", None) == (z.url, z.year)
    assert ("Cited by 2 of your 3 papers: Synthetic member a and Synthetic member b.",) == x.reasons[:1]
    assert "Other papers cite it together with 2 of your papers." == x.reasons[1]
    # y is cited by a, and cites b.
    assert ("Cited by 1 of your 3 papers: Synthetic member a.", "Cites 1 of your 3 papers: Synthetic member b.") == (
        y.reasons
    )
    assert ("Methods", "Methods", "Surveys") == (x.section, y.section, z.section)
    assert (False, True) == (x.is_recent, new.is_recent)


def test_of_many_papers_three_are_named_and_the_others_counted() -> None:
    graph = make_small()
    for key in "defg":
        facts = {"in_catalog": True, "key": key, "acronym": key.upper(), "references": "known"}
        graph.add_node(f"paper:{key}", kind="paper", label=key, title=f"Synthetic member {key}", **facts)
        graph.add_edge(f"paper:{key}", "paper:x", key="cites", sources="semantic_scholar", evidence="synthetic")
    graph.nodes["paper:a"]["title"] = "A synthetic title of many words that goes on and on and has no end in sight"

    said = describe(graph)["paper:x"].reasons[0]
    named = "A synthetic title of many words that goes on and on and has…, Synthetic member b, D and 3 more"
    assert f"Cited by 6 of your 7 papers: {named}." == said
    graph.remove_edges_from([(f"paper:{key}", "paper:x", "cites") for key in "fg"])
    assert describe(graph)["paper:x"].reasons[0].endswith("Synthetic member b, D and E.")


def test_the_text_for_a_pull_request() -> None:
    graph = make_sections()
    described = describe_suggestions(graph, suggest_papers(graph, recent=None, top=3))
    text = format_suggestions(graph, [described[0], described[1].refuse("the list is <closed>"), described[2]])

    assert text == (
        "3 papers that **Synthetic field** may lack, nearest first.\n"
        "\n### Recent papers\n\n"
        "1. [Synthetic paper new](https://www.semanticscholar.org/paper/new), 2024\n"
        "   - Cites 2 of your 3 papers: Synthetic member a and Synthetic member b.\n"
        "   - Section: Methods\n"
        "2. [Synthetic paper late](https://www.semanticscholar.org/paper/late), 2024\n"
        "   - Cites 1 of your 3 papers: Synthetic member a.\n"
        "   - Section: Methods\n"
        "   - Not added: the list is &lt;closed&gt;\n"
        "\n### Older papers\n\n"
        "1. [Synthetic paper x](https://doi.org/10.1000/synthetic.x), *Journal of &#42;Things&#42;*, 2016\n"
        "   - Cited by 2 of your 3 papers: Synthetic member a and Synthetic member b.\n"
        "   - Other papers cite it together with 2 of your papers.\n"
        "   - Section: Methods\n"
        "\nData: Semantic Scholar, taken 2024-06-30.\n"
    )


def test_what_is_no_table_of_suggestions_is_refused() -> None:
    with pytest.raises(ValueError, match="suggestions is a list; should be a table from suggest_papers"):
        describe_suggestions(make_small(), [])  # type: ignore[arg-type]


# --- which papers -----------------------------------------------------------------------------------------


def test_recent_and_older_papers_share_the_places() -> None:
    graph = make_small()

    assert ["new", "x"] == names(suggest_papers(graph, recent=None, top=2))
    assert ["new", "late", "x"] == names(suggest_papers(graph, recent=None, top=3))
    assert ["new", "late", "x", "z", "y"] == names(suggest_papers(graph, recent=None))
    # Either takes what the other leaves.
    graph.remove_nodes_from(["paper:late", "paper:y", "paper:z"])
    assert ["new", "x"] == names(suggest_papers(graph, recent=None, top=2))
    graph.remove_node("paper:new")
    assert ["x"] == names(suggest_papers(graph, recent=None, top=2))
    assert [True, False] == suggest_papers(make_small(), recent=None, top=2)["recent"].tolist()


def names(table: object) -> list[str]:
    return [str(node).removeprefix("paper:") for node in table.index]  # type: ignore[attr-defined]


def test_few_links_and_retractions_and_second_records_are_left_out() -> None:
    graph = make_small(x={"retracted": True}, z={"title": "SYNTHETIC: paper y!"})
    table = suggest_papers(graph)

    assert ["z"] == names(table)  # which is nearer than y
    assert 1 == table.attrs["left_out"]["retracted"]
    assert 1 == table.attrs["left_out"]["versions of other suggestions"]
    few = suggest_papers(make_small(), links=2)
    assert ["x", "y"] == names(few)
    assert (1, [2, 2]) == (few.attrs["left_out"]["with fewer links"], few["links"].tolist())
    with pytest.raises(ValueError, match="links"):
        suggest_papers(graph, links=0)


# --- what is remembered -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "paper:x",
        "10.1000/SYNTHETIC.x",
        "https://doi.org/10.1000/synthetic.x",
        "doi:10.1000/synthetic.x",
        "https://www.semanticscholar.org/paper/x",
        "s2:x",
    ],
)
def test_a_paper_that_a_person_wrote_is_found_in_any_spelling(written: str, tmp_path: Path) -> None:
    path = tmp_path / "candidates.yaml"
    path.write_text(f'- {{paper: "{written}", decision: reject}}\n', encoding="utf-8")

    assert {"paper:x": "reject"} == find_candidates(path, make_sections())


def test_a_preprint_that_was_rejected_does_not_come_back_as_an_article(tmp_path: Path) -> None:
    path, graph = tmp_path / "candidates.yaml", make_sections()
    write_candidates(graph, suggest_papers(graph), path)
    later = make_small(
        x={"title": "Synthetic PAPER x", "doi": "10.1000/synthetic.final"},
        y={"title": "Renamed since", "doi": "10.48550/arXiv.2912.00007"},
        z={"title": "Renamed since, too"},
    )
    later.graph["id_kinds"] = "s2"

    assert {"paper:x": None, "paper:y": None, "paper:z": None} == find_candidates(path, later)
    text = path.read_text(encoding="utf-8")
    write_candidates(later, suggest_papers(later), path)
    assert text == path.read_text(encoding="utf-8")
    path.write_text(text.replace("  decision:\n", "  decision: reject\n", 1), encoding="utf-8")
    assert "reject" == find_candidates(path, later)["paper:x"]
    assert {} == find_candidates(tmp_path / "none.yaml", later)


# --- rows and entries -------------------------------------------------------------------------------------

LIST = """\
# Invented list

## Papers

- [Alpha of the invented](https://arxiv.org/abs/2912.00001), ICML 2020
- [Beta of the invented](https://arxiv.org/abs/2912.00003), ICML 2021
"""


def make_suggestion(**facts: object) -> Suggestion:
    known = {
        "node": "paper:x", "title": "Gamma of the invented", "url": "https://arxiv.org/abs/2912.00004",
        "venue": "KDD", "year": 2022, "section": "Invented list > Papers", "reasons": (), "is_recent": False,
        "ids": {"arxiv": "2912.00004"},
    }  # fmt: skip
    return Suggestion(**{**known, **facts})  # type: ignore[arg-type]


def test_what_cannot_be_a_row_is_said_and_the_others_are_added(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(LIST, encoding="utf-8", newline="")
    done = add_rows(
        path,
        [
            make_suggestion(url=None),
            make_suggestion(section=None),
            make_suggestion(section="Nowhere"),
            make_suggestion(title="BETA of the invented"),
            make_suggestion(),
            make_suggestion(),
        ],
    )

    assert f"{LIST}- [Gamma of the invented](https://arxiv.org/abs/2912.00004), KDD 2022\n" == path.read_text("utf-8")
    refusals = [one.refusal for one in done]
    assert ["no address is known", "the papers linked to it are in no section"] == refusals[:2]
    assert "no section is called 'Nowhere'; its sections are: Invented list, Papers" == refusals[2]
    assert "the list holds it already, on line 6: 'Beta of the invented'" == refusals[3]
    assert None is refusals[4]
    assert "the list holds it already, on line 7: 'Gamma of the invented'" == refusals[5]


def test_a_catalog_gets_entries_with_keys_of_their_own(folder: Path) -> None:
    add_entries(folder, [make_suggestion(title="Alpha"), make_suggestion(ids={"openalex": "W7"}, section=None)])
    *_, one, other = read_catalog(folder).entries

    assert (("alpha-2", "Invented list > Papers"), {"arxiv": "2912.00004"}) == ((one.key, one.section), one.ids)
    assert ("Suggested", "https://openalex.org/W7") == (other.section, other.url)
    assert "# What the keeper of this list wrote above it." in (folder / "papers.yaml").read_text(encoding="utf-8")


# --- the command ------------------------------------------------------------------------------------------


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["suggest", *arguments])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--recent", "--mixed"], "--mixed includes recent papers; omit --recent"),
        (["--once"], "--once goes by a file of earlier suggestions; name it with -o"),
        (["--once", "-o", "-"], "--once goes by a file of earlier suggestions; name it with -o"),
        (["--add"], "--add changes a list or a catalog folder; name it as the first argument"),
        (["graph.json", "--add"], "--add changes a list or a catalog folder; name it as the first argument"),
        (["graph.json", "--snapshot", "s.jsonl"], "graph.json is a graph with data of its own"),
    ],
)
def test_options_that_contradict_each_other(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "graph.json").write_text("{}", encoding="utf-8")
    done = run(*arguments)

    assert 2 == done.exit_code
    assert said in done.stderr


@pytest.mark.slow
def test_a_snapshot_goes_with_a_catalog(tmp_path: Path) -> None:
    from benchmarks.synthetic_list import make_list
    from flgraph.catalog.writer import write_catalog

    catalog, snapshot = make_list()
    write_catalog(catalog, tmp_path / "list")
    write_snapshot(snapshot, tmp_path / "s.jsonl")
    report, memory = tmp_path / "report.md", tmp_path / "memory.yaml"
    arguments = [str(tmp_path / "list"), "--snapshot", str(tmp_path / "s.jsonl"), "--top", "2", "--once"]
    first = run(*arguments, "-o", str(memory), "--report", str(report))
    text = report.read_text(encoding="utf-8")
    second = run(*arguments, "-o", str(memory), "--format", "json")

    assert (0, 0) == (first.exit_code, second.exit_code), first.output + second.output
    assert "list: Synthetic list; snapshot of 2026-06-30, depth 1; 646 papers outside the catalog" in first.stderr
    assert f"wrote {report}" in first.stderr
    assert "1. [Synthetic paper 200](https://doi.org/10.5555/synthetic-0200)" in text
    assert "Synthetic paper 200" not in second.stdout
    assert 4 == memory.read_text(encoding="utf-8").count("- paper: ")
    assert 48 == len(read_catalog(tmp_path / "list").entries)
