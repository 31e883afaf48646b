"""Ten tasks of a researcher with the atlas of the bundled catalog, each by mouse and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.analysis.similarity import similar_papers
from flgraph.graph.knowledge_graph import KnowledgeGraph
from flgraph.graph.query import find_papers
from flgraph.graph.tables import papers_table
from flgraph.map.atlas.atlas import make_atlas
from flgraph.map.atlas.page import render_atlas
from tests.browser.atlas_opened import LIT
from tests.browser.atlas_reader import Reader
from tests.browser.opened import MARKS

pytestmark = MARKS

FIVE = ("FedBN", "FedDG", "FedCE", "FedPR", "HarmoFL")


@pytest.fixture(scope="module")
def address(graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tasks") / "atlas.html"
    path.write_text(render_atlas(make_atlas(graph)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def page(context: Any) -> Iterator[Any]:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    yield page
    page.close()


@pytest.fixture(params=["mouse", "keyboard"])
def reader(request: pytest.FixtureRequest, page: Any, address: str) -> Reader:
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector("body.ready")
    return Reader(page, has_mouse=request.param == "mouse")


def test_segmentation_with_brats_and_licensed_code(reader: Reader, graph: KnowledgeGraph) -> None:
    reader.choose("Task", "Segmentation")
    reader.choose("Dataset", "BraTS")
    reader.choose("Has code", "code with a licence")
    wanted = find_papers(graph, topic="Segmentation", dataset="brats", licence="any")["title"].tolist()

    assert f"{len(wanted)} of 56 papers" == reader.count
    found = reader.listed("Papers, newest first")
    assert [True] * len(wanted) == [row.startswith(title) for row, title in zip(found, wanted, strict=True)]
    reader.reach(f'#panel button.row:has-text("{wanted[0][:40]}")')
    assert "AsynDGAN (BSD-2-Clause)" in reader.panel


def test_the_survey(reader: Reader) -> None:
    reader.search("survey", "Comprehensive Survey")

    assert "Federated Learning for Privacy Preservation in Smart Healthcare Systems" in reader.panel
    assert "Mansoor Ali, Faisal Naeem, Muhammad Tariq, Georges Kaddoum" in reader.panel
    assert "IEEE Journal of Biomedical and Health Informatics · 2023" in reader.panel


def test_what_is_most_like_fedbn_and_why(reader: Reader, graph: KnowledgeGraph) -> None:
    reader.search("FedBN", "FedBN: Federated Learning on Non-IID Features")
    wanted = similar_papers(graph, "fedbn", top=3)[["title", "similarity"]]

    for row, (title, similarity) in zip(reader.listed("Most similar, and why"), wanted.to_numpy(), strict=False):
        assert row.startswith(f"{similarity:.2f} {title}")
    first = reader.listed("Most similar, and why")[0]
    assert "dataset ABIDE I · author Xiaoxiao Li · modality Functional MRI" in first
    reader.reach('#panel button:has-text("Neighbourhood")')
    assert ["near"] == reader.page.evaluate(LIT)
    under = "() => flgraphAtlas.app.labels.find(label => label.text === 'Fed_ABIDE').why"
    assert "dataset ABIDE I · author Xiaoxiao Li" == reader.page.evaluate(under)


def test_papers_of_2022_without_code(reader: Reader, graph: KnowledgeGraph) -> None:
    table = papers_table(graph)
    titles = table.loc[(table["year"] == 2022) & ~table["has_code"].fillna(False), "title"].tolist()
    reader.choose_year(2022, 2020, 2025)
    reader.choose("Has code", "no code known")

    assert f"{len(titles)} of 56 papers" == reader.count
    assert [
        "Year: 2022 \N{MULTIPLICATION SIGN}",
        "Has code: no code known \N{MULTIPLICATION SIGN}",
    ] == reader.page.locator("#picked button").all_inner_texts()
    found = reader.listed("Papers, newest first")
    assert sorted(title[:60] for title in titles) == sorted(row[:60] for row in found)


def test_who_works_with_whom_around_feddg(reader: Reader, graph: KnowledgeGraph) -> None:
    reader.search("FedDG", "FedDG: Federated Domain Generalization")
    assert "Quande Liu, Cheng Chen, Jing Qin, Qi Dou, Pheng-Ann Heng" in reader.panel
    reader.reach('#panel .tags button:has-text("Qi Dou")')

    partners = reader.listed("Works with")
    assert any(row.startswith("▲ Pheng-Ann Heng") for row in partners)
    assert len(find_papers(graph, author="Qi Dou")) == len(reader.listed("Papers ("))
    reader.reach('#panel button[aria-label="Back to FedDG"]')
    assert "FedDG: Federated Domain Generalization" in reader.panel


def test_star_five_papers_and_save_them_as_bibtex(reader: Reader) -> None:
    for label in FIVE:
        reader.search(label, label)
        reader.star()
    reader.reach("#list")

    assert "5 papers. The address of this page keeps the list" in reader.panel
    with reader.page.expect_download() as saved:
        reader.reach('#panel button:has-text("Save as BibTeX")')
    text = Path(saved.value.path()).read_text(encoding="utf-8")
    assert 5 == text.count("\n@") + text.startswith("@")
    assert "author = {Xiaoxiao Li and Meirui Jiang and Xiaofei Zhang and Michael Kamp and Qi Dou}" in text


def test_the_most_used_dataset_and_its_papers(reader: Reader, graph: KnowledgeGraph) -> None:
    reader.reach('#bar summary:has-text("Dataset")')
    first = reader.page.locator("#bar details[open] label").first.inner_text().split("\n")
    assert ["BraTS", "3"] == first  # as often as seven others, and the first by name
    reader.press("Escape")
    reader.choose("Dataset", "BraTS")

    titles = find_papers(graph, dataset="brats")["title"].tolist()
    assert "3 of 56 papers" == reader.count
    assert {row[:60] for row in reader.listed("Papers, newest first")} <= {title[:60] for title in titles}


def test_what_to_read_first(reader: Reader) -> None:
    first = reader.listed("What to read first")

    assert "By curated order: surveys, benchmarks, code that papers share." in reader.panel
    assert "Comprehensive Survey survey" in first[0]
    assert first[1].startswith("FLamby")
    assert "benchmark" in first[1]
    reader.reach('#panel button.row:has-text("FLamby")')
    assert "Conference on Neural Information Processing Systems · 2022" in reader.panel
    reader.press("Escape")
    assert first == reader.listed("What to read first")


def test_the_papers_of_a_person(reader: Reader, graph: KnowledgeGraph) -> None:
    reader.search("holger r", "Holger R. Roth")

    titles = find_papers(graph, author="Holger R. Roth")["title"].tolist()
    assert "▲ Person" in reader.panel
    assert f"Papers ({len(titles)})" in reader.panel
    assert {title[:60] for title in titles} == {row[:60] for row in reader.listed("Papers (")}


def test_send_a_colleague_the_exact_view(reader: Reader, context: Any) -> None:
    reader.choose("Task", "Segmentation")
    reader.view("Timeline")
    reader.search("FedDG", "FedDG: Federated Domain Generalization")
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(reader.page.url)
    page.wait_for_selector("body.ready")
    colleague = Reader(page, has_mouse=True)

    assert ["timeline"] == page.evaluate(LIT)
    assert reader.count == colleague.count
    assert "FedDG" in colleague.panel
    assert reader.panel == colleague.panel
    assert "Task: Segmentation \N{MULTIPLICATION SIGN}" == page.locator("#picked").inner_text()
    page.close()
