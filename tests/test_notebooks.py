"""Every notebook runs top to bottom, offline, without an exception, and shows what it promises."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


def run_notebook(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> NotebookNode:
    """Execute a notebook in a folder of its own, where Semantic Scholar is an address that refuses."""
    monkeypatch.setenv("SEMANTIC_SCHOLAR_API_URL", "http://127.0.0.1:9")
    notebook = nbformat.read(NOTEBOOKS / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    return notebook


def outputs(notebook: NotebookNode) -> str:
    return "\n".join(str(output) for cell in notebook.cells for output in cell.get("outputs", []))


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_the_quickstart_shows_what_it_promises(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = run_notebook("quickstart.ipynb", tmp_path, monkeypatch)
    shown = outputs(notebook)

    assert "56 papers, 354 authors" in shown
    assert "FedBN" in shown
    assert "no citation data" in shown
    assert 2 <= shown.count("<iframe")


def test_notebooks_are_stored_without_outputs() -> None:
    for path in NOTEBOOKS.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        assert [] == [output for cell in cells for output in cell.get("outputs", [])], path.name
