"""The BibTeX export as reference managers and BibTeX styles read it."""

from __future__ import annotations

import re

import bibtexparser
import pytest
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import Entry
from hypothesis import given
from pylatexenc.latex2text import LatexNodes2Text

from flgraph.catalog.reader import read_catalog
from flgraph.export.bibtex import format_bibtex
from flgraph.graph.assemble import build_graph
from flgraph.graph.knowledge_graph import KnowledgeGraph, catalog_papers
from flgraph.records import Catalog, CatalogEntry, VenueEntry
from tests.export.test_formats import TEXTS, make_graph


def read_entries(graph: KnowledgeGraph) -> dict[str, Entry]:
    """Parse the BibTeX of a graph; every block must be valid."""
    library = bibtexparser.parse_string(format_bibtex(graph))
    assert [] == library.failed_blocks
    return library.entries_dict


def read_entry(**facts: object) -> Entry:
    return read_entries(make_graph(**facts))["p"]


def to_text(value: str) -> str:
    return str(LatexNodes2Text().latex_to_text(value))


def lower_title(title: str) -> str:
    """Write a title as BibTeX's plain style does: lower case outside braces, except for the first letter."""
    return re.sub(
        r"\{[^{}]*\}|(?<!^).", lambda found: found[0].strip("{}") if "{" in found[0] else found[0].lower(), title
    )


def test_every_paper_of_the_catalog_keeps_its_title_and_authors(graph: KnowledgeGraph) -> None:
    entries = read_entries(graph)

    for _, data in catalog_papers(graph):
        entry = entries[data["key"]]
        assert data.get("published_title", data["title"]) == to_text(entry["title"])
        assert entry["title"].isascii()
        assert entry["author"].isascii()
    assert any("Tolga Çukur" in to_text(entry["author"]) for entry in entries.values())


def test_every_paper_of_the_catalog_has_the_fields_of_its_type(graph: KnowledgeGraph) -> None:
    venue_of = {"article": "journal", "inproceedings": "booktitle", "misc": "howpublished"}
    for entry in read_entries(graph).values():
        others = {field for kind, field in venue_of.items() if kind != entry.entry_type}
        assert others.isdisjoint(entry.fields_dict)
        assert {"author", "title", "year"} <= set(entry.fields_dict)
        assert entry.entry_type == "misc" or venue_of[entry.entry_type] in entry.fields_dict
        assert ("eprint" in entry.fields_dict) == ("archiveprefix" in entry.fields_dict)
        assert not {"doi", "eprint", "url"}.isdisjoint(entry.fields_dict)


@pytest.mark.parametrize(
    ("title", "acronym", "expected"),
    [
        ("FedBN: Federated Learning on Non-IID Features", "FedBN", "{FedBN}: Federated Learning on Non-{IID} Features"),
        ("Fedsld: Federated Learning", "FedSLD", "{Fedsld}: Federated Learning"),
        ("A Survey of U-Net and 3D MRI", None, "A Survey of {U-Net} and {3D} {MRI}"),
        ("How patients were found in China. Results", None, "How patients were found in {China}. Results"),
        ("Federated Learning in China", None, "Federated Learning in China"),
        ("Learning with O'Brien and Vitamin D", None, "Learning with {O'Brien} and Vitamin {D}"),
        ("Étude of César Networks", None, r"{\'E}tude of C{\'e}sar Networks"),
    ],
)  # fmt: skip
def test_braces_keep_the_capitals_of_names_only(title: str, acronym: str | None, expected: str) -> None:
    assert expected == read_entry(title=title, acronym=acronym)["title"]


def test_a_style_in_lower_case_leaves_acronyms(graph: KnowledgeGraph) -> None:
    assert "FedBN: federated learning on non-IID features via local batch normalization" == lower_title(
        read_entries(graph)["fedbn"]["title"]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gaël Çukur Łukasz Øre", r"Ga{\"e}l {\c{C}}ukur {\L}ukasz {\O}re"),
        ("e\u0301tude", r"{\'e}tude"),
        ("100% of R&D_1 #2 $3", r"100\% of {R}\&{D}\_1 \#2 \$3"),
        ("x < y | z ~ a^b", r"x {\textless} y {\textbar} z {\textasciitilde} a{\textasciicircum}b"),
        ("\u03b1-net \u2013 “quoted”", r"{$\alpha$}-net {\textendash} {\textquotedblleft}quoted{\textquotedblright}"),
        ("Привет 中文", "Привет 中文"),
        ("a\x07b\u200bc", "a{}b{}c"),
    ],
)
def test_accents_and_symbols_are_commands(text: str, expected: str) -> None:
    assert expected == read_entry(title=text)["title"]


@given(title=TEXTS, name=TEXTS, venue=TEXTS)
def test_hostile_texts_stay_in_their_fields_and_are_one_line(title: str, name: str, venue: str) -> None:
    entry = read_entry(title=f"x{title}", venue=venue, authors=[name, "Bo Sample"])

    [of_venue] = set(entry.fields_dict) - {"author", "title"}
    assert of_venue in ("howpublished", "booktitle", "journal")
    assert all(character.isprintable() for field in entry.fields for character in field.value if character < "\xa0")
    assert 2 == len(split_multiple_persons_names(entry["author"]))


@pytest.mark.parametrize(
    ("name", "first", "von", "last", "jr"),
    [
        ("Ada van der Example", "Ada", "van der", "Example", ""),
        ("Ada Example Jr.", "Ada", "", "Example", "Jr."),
        ("Ada de Example III", "Ada", "de", "Example", "III"),
        ("Ada II", "Ada", "", "II", ""),
        ("Example, Ada and Co", "", "", "{Example, Ada and Co}", ""),
        ("Others", "", "", "{Others}", ""),
    ],
)
def test_names_are_split_as_people_write_them(name: str, first: str, von: str, last: str, jr: str) -> None:
    parts = parse_single_name_into_parts(read_entry(authors=[name])["author"])

    assert (first, von, last, jr) == tuple(" ".join(part) for part in (parts.first, parts.von, parts.last, parts.jr))


@pytest.mark.parametrize(
    ("arxiv", "expected"), [("hep-th/9901001", "hep-th"), ("cs/0501001", None), ("2101.00001", None)]
)
def test_the_primary_class_is_written_if_the_id_says_it(arxiv: str, expected: str | None) -> None:
    entry = read_entry(ids={"arxiv": arxiv})

    assert (arxiv, "arXiv") == (entry["eprint"], entry["archiveprefix"])
    assert expected == {field.key: field.value for field in entry.fields}.get("primaryclass")


@pytest.mark.parametrize(
    ("venue_type", "expected"),
    [("journal", ("article", "journal")), ("conference", ("inproceedings", "booktitle")),
     ("workshop", ("inproceedings", "booktitle")), (None, ("misc", "howpublished"))],
)  # fmt: skip
def test_the_type_of_the_venue_is_the_type_of_the_entry(venue_type: str | None, expected: tuple[str, str]) -> None:
    venue = VenueEntry.model_validate({"key": "v", "name": "Venue of R&D", "tags": ["V"], "type": venue_type})
    paper = CatalogEntry(key="p", title="Synthetic", section="x", venue="V")
    entry = read_entries(build_graph(Catalog(title="Synthetic", entries=(paper,), venues=(venue,))))["p"]

    assert expected[0] == entry.entry_type
    assert r"Venue of R\&D" == entry[expected[1]]


def test_an_entry_stays_the_same_when_papers_are_added(graph: KnowledgeGraph) -> None:
    catalog = read_catalog()
    few = read_entries(build_graph(catalog.model_copy(update={"entries": catalog.entries[10:20]})))
    many = read_entries(graph)

    assert sorted(entry.key for entry in catalog.entries[10:20]) == list(few)
    assert {key: few[key].items() for key in few} == {key: many[key].items() for key in few}
    assert len(many) == len({key.casefold() for key in many})
