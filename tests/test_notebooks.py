"""Every notebook runs top to bottom, offline, without an exception, and shows what it promises."""

from __future__ import annotations

import json
import os
import re
import zlib
from base64 import b64decode
from collections.abc import Mapping
from math import dist
from pathlib import Path
from shutil import copy, copytree
from typing import Any
from unittest.mock import patch

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from benchmarks.synthetic_list import main as write_synthetic_list
from flgraph.lists.lint.linting import lint_list
from flgraph.lists.reading import read_list
from flgraph.map.positions import read_positions
from flgraph.snapshot.files import read_snapshot

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
pytestmark = pytest.mark.usefixtures("known_nulls")


def run_notebook(name: str, folder: Path) -> NotebookNode:
    """Execute a notebook in a folder of its own, where Semantic Scholar is an address that refuses."""
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    with patch.dict(os.environ, {"SEMANTIC_SCHOLAR_API_URL": "http://127.0.0.1:9"}):
        client.execute()
    return notebook


def outputs(notebook: NotebookNode) -> str:
    return "\n".join(str(output) for cell in notebook.cells for output in cell.get("outputs", []))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_quickstart_shows_what_it_promises(tmp_path: Path) -> None:
    notebook = run_notebook("quickstart.ipynb", tmp_path)
    shown = outputs(notebook)

    assert "56 papers, 354 authors" in shown
    assert "FedBN" in shown
    assert "no citation data" in shown
    assert "paper:fed-abide" in shown
    assert "9 regions of papers that are alike; stability 0.75" in shown
    assert 2 == shown.count("<iframe")
    assert "Network of 625 nodes and 1,030 edges" in shown


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_rankings_are_told_on_a_list_that_says_it_is_synthetic(tmp_path: Path) -> None:
    copytree(NOTEBOOKS / "synthetic-list", tmp_path / "synthetic-list")
    copy(NOTEBOOKS / "synthetic-snapshot.jsonl.gz", tmp_path)
    notebook = run_notebook("rankings.ipynb", tmp_path)
    shown = outputs(notebook)
    table = notebook.cells[3].outputs[0].data["text/html"]

    assert "by age_normalized as of 2026-06-30" in table
    assert all(name in table for name in ("rank_low", "rank_high", "score", "coverage", "flags"))
    assert "..." not in table
    assert re.search(r"ahead in [\d.]+% of the draws: (not )?clearly ahead", shown)
    assert "Citation data are synthetic" in shown
    assert "4 communities of 48 papers" in shown
    assert 5 == shown.count("'image/png'")
    assert "no citation data" in shown
    assert {"Synthetic"} == {title.split()[0] for title in re.findall(r"title: (.+)", read_synthetic())}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_map_is_shown_and_written_and_similar_papers_and_regions_are_told(tmp_path: Path) -> None:
    notebook = run_notebook("map.ipynb", tmp_path)
    assert_that_maps_are_shown(notebook)
    assert_that_answers_are_told(notebook)
    assert_that_files_are_written(tmp_path)


def assert_that_maps_are_shown(notebook: NotebookNode) -> None:
    shown = [output.data for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    pages = [data for data in shown if "<iframe" in data.get("text/html", "")]
    atlas, own, changed, alone = pages

    assert all(data["image/svg+xml"].startswith("<svg") for data in pages)
    assert "MRI segmentation" in atlas["image/svg+xml"]
    assert "year of publication" in own["image/svg+xml"]
    assert "FedBN in red" in changed["image/svg+xml"]
    assert "#c30f2d" in changed["text/html"]
    assert "Datasets used together" in alone["text/html"]
    assert all(name in alone["image/svg+xml"] for name in ("fastmri", "brats"))


def assert_that_answers_are_told(notebook: NotebookNode) -> None:
    shown = outputs(notebook)

    assert "modality Functional MRI · dataset ABIDE I · author Xiaoxiao Li" in shown
    assert "9 regions of papers that are alike; stability 0.75" in shown


def assert_that_files_are_written(folder: Path) -> None:
    assert (folder / "map.html").stat().st_size < 250_000
    moved, before = (read_positions(folder / name) for name in ("map-later.html", "map.html"))
    assert 56 == len(moved)
    assert 30 > sorted(dist(moved[node], before[node]) for node in before)[28]
    assert {"map.gexf", "map.graphml", "map.vosviewer"} <= {path.name for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_real_network_is_read_from_two_tables(tmp_path: Path, test_data: Path) -> None:
    if not (test_data / "graphs" / "motor-learning").is_dir():
        pytest.skip("FLGRAPH_TEST_DATA has no folder graphs/motor-learning")
    shown = outputs(run_notebook("citations-from-tables.ipynb", tmp_path))

    assert "3,925 papers" in shown
    assert "6,860 cites" in shown
    assert "by citations_per_year as of 2026-07-01, in place of age_normalized" in shown
    assert "rank 1 of 3925" in shown
    assert re.search(r"\d+ communities of 2826 papers", shown)
    assert "main path over 6,841 citations; 19 left out" in shown
    atlas = read_packed(tmp_path / "motor-learning.html")
    assert 3_925 == len(atlas["id"])
    assert "similarity" == atlas["basis"]
    assert_that_names_fit(atlas)


def assert_that_names_fit(atlas: Mapping[str, Any]) -> None:
    """Each name, or a part of it, stands in at least five titles: the network has no topics."""
    names = [region["name"] for region in atlas["regions"]]
    assert {"Sleep", "Motor imagery", "Transcranial direct current stimulation", "Pain"} <= set(names)
    for number, name in enumerate(names):
        inside = zip(atlas["name"], atlas["region"], strict=True)
        titles = [title.casefold() for title, region in inside if region == number]
        words = [part.casefold().rstrip("s") for part in name.split(" and ")]
        assert 5 <= sum(any(word in title for word in words) for title in titles), name


def read_packed(page: Path) -> dict[str, Any]:
    """Read the data of an atlas that are packed, since they are large."""
    packed = re.search('<script [^>]*type="text/deflate"[^>]*>(.*?)</script>', page.read_text(encoding="utf-8"))
    assert packed is not None
    data: dict[str, Any] = json.loads(zlib.decompress(b64decode(packed[1])))
    return data


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_an_own_list_is_corrected_added_to_mapped_and_compared(tmp_path: Path) -> None:
    copytree(NOTEBOOKS / "synthetic-readme", tmp_path / "synthetic-readme")
    shown = outputs(run_notebook("own_list.ipynb", tmp_path))
    before, after = (tmp_path / name / "README.md" for name in ("synthetic-readme", "flgraph-out"))

    assert "8 papers, 1 other, 0 places not understood" in shown
    assert {"L101", "L108", "L109", "L121", "L131"} <= set(re.findall(r"L\d{3}", shown))
    assert ["L121", "L131"] == sorted(finding.code for finding in lint_list(read_list(after), style=True))
    assert "| [A yardstick for learning seals](https://arxiv.org/abs/2407.90008) | Flo Probe | KDD | 2024 |" in shown
    assert "<!-- flgraph:begin -->(AAAI)<!-- flgraph:end -->" in shown
    assert "the same bytes without them: True" in shown
    assert "Overlap(both=1, only_mine=8, only_theirs=1, other_titles=0, other_links=0)" in shown
    assert "<iframe" in shown
    assert before.read_bytes() == (NOTEBOOKS / "synthetic-readme" / "README.md").read_bytes()


def test_the_notebook_and_the_tutorial_on_an_own_list_use_the_same_list() -> None:
    page = (NOTEBOOKS.parent / "docs" / "tutorial-list.md").read_text(encoding="utf-8")

    assert (NOTEBOOKS / "synthetic-readme" / "README.md").read_text(encoding="utf-8") in page


def read_synthetic() -> str:
    return (NOTEBOOKS / "synthetic-list" / "papers.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_synthetic_list_is_what_its_program_makes(tmp_path: Path) -> None:
    assert 0 == write_synthetic_list([str(tmp_path)])

    assert read_synthetic() == (tmp_path / "synthetic-list" / "papers.yaml").read_text(encoding="utf-8")
    one, other = (read_snapshot(folder / "synthetic-snapshot.jsonl.gz") for folder in (tmp_path, NOTEBOOKS))
    assert one == other


def test_notebooks_are_stored_without_outputs() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert [] == [output for cell in cells for output in cell.get("outputs", [])], path.name
