"""Read a list: find out which form its file has, and hand it to the reader of that form."""

from __future__ import annotations

from pathlib import Path

from flgraph.errors import CatalogError
from flgraph.files.inputs import refuse_special
from flgraph.lists.entries import ListReading
from flgraph.lists.forms import find_form, find_reader

_MARKDOWN = (".md", ".markdown", ".mdown", ".mkd")


def read_list(path: str | Path) -> ListReading:
    r"""Read a list that somebody keeps by hand.

    Reads Markdown and HTML in any style of rows, BibTeX, RIS, CSV, YAML, JSON, and plain files of DOIs or arXiv ids.

    Parameters
    ----------
    path : str or Path
        A file, or a folder, whose Markdown files are read together.

    Returns
    -------
    ListReading
        Its `entries` are in the order of the file: papers and other resources, each with its kind. `unread` lists the
        places that were not understood.

    Raises
    ------
    CatalogError
        The file cannot be read, or is no text.

    Examples
    --------
    >>> path = folder / "README.md"
    >>> _ = path.write_text("# Papers\n\n- [Learning to forget](https://arxiv.org/abs/2912.00001), ICML 2021\n")
    >>> reading = read_list(path)
    >>> entry = reading.papers[0]
    >>> entry.title, entry.year, entry.section, entry.line
    ('Learning to forget', 2021, ('Papers',), 3)
    """
    path = Path(path)
    try:
        if path.is_dir():
            return _read_folder(path)
        refuse_special(path)
        data = path.read_bytes()
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror})") from error
    return parse_list(data, name=str(path))


def parse_list(data: bytes, *, name: str = "README.md") -> ListReading:
    r"""Read a list from its bytes; the ending of `name` says which form it has, as does its content.

    Examples
    --------
    >>> parse_list(b"# Papers\n- [Learning to forget](https://example.org/1.pdf), 2021\n").papers[0].year
    2021
    """
    return find_reader(find_form(name, data))(data, name=name)


def _read_folder(folder: Path) -> ListReading:
    """Read the Markdown files of a folder and of those in it, in the order of their names."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _MARKDOWN and path.is_file())
    if not paths:
        raise CatalogError(f"{folder}: contains no Markdown file; name a file, or a folder with one")
    parts = tuple(read_list(path) for path in paths)
    entries = tuple(entry for part in parts for entry in part.entries)
    unread = tuple(place for part in parts for place in part.unread)
    return ListReading(str(folder), "folder", b"", entries, unread, parts=parts)
