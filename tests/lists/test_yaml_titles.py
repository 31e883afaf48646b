"""Data files of works: YAML and JSON."""

from __future__ import annotations

import json

import pytest

from flgraph.errors import CatalogError
from flgraph.lists.data_files.yaml_titles import read_yaml_titles
from flgraph.lists.entries import ListReading


def read(text: str, name: str = "papers.yaml") -> ListReading:
    return read_yaml_titles(text.encode(), name=name)


def test_groups_become_sections_and_values_keep_their_places() -> None:
    reading = read("""title: A list
description: what it is
Imaging:
  Segmentation:
    - title: "FedX: a study"
      url: https://example.org/x
      venue: J Things
      year: 2021
      authors: [Ada Example, {given: Bo, family: Sample}]
      links: {code: "https://github.com/example/x"}
    - 10.5555/abc
    - word
  papers:
    - {name: FedY, paper: https://arxiv.org/abs/2912.00001}
sections:
  - name: Surveys
    papers:
      - {title: FedZ, ids: {doi: 10.5555/z}}
""")
    first = reading.entries[0]

    assert [
        ("FedX: a study", 5, ("Imaging", "Segmentation")),
        ("10.5555/abc", 11, ("Imaging", "Segmentation")),
        ("FedY", 14, ("Imaging",)),
        ("FedZ", 18, ("Surveys",)),
    ] == [(entry.title, entry.line, entry.section) for entry in reading.entries]
    assert [{}, {"doi": "10.5555/abc"}, {"arxiv": "2912.00001"}, {"doi": "10.5555/z"}] == [
        entry.ids for entry in reading.entries
    ]
    assert ("Ada Example, Bo Sample", 2021) == (first.authors, first.year)
    assert {"title": "FedX: a study", "url": "https://example.org/x", "venue": "J Things", "year": "2021"} == {
        field: reading.text_at(span) for field, span in first.spans.items()
    }
    assert [("code", "https://github.com/example/x")] == [
        (link.kind, reading.text_at(link.span)) for link in first.links
    ]
    assert [(2, "is text in a group, not a work"), (12, "is not a title, id or link")] == [
        (place.line, place.reason) for place in reading.unread
    ]


def test_names_may_be_keys_and_titles_may_be_keys_of_links() -> None:
    entries = read(
        "fedx: {title: FedX, year: 2020}\nfedy: {doi: 10.5555/y}\nA title of words: https://example.org\n"
    ).entries

    assert [("FedX", None), ("fedy", None), ("A title of words", "https://example.org")] == [
        (entry.title, entry.url) for entry in entries
    ]


def test_titles_are_texts_whatever_they_look_like() -> None:
    entries = read("- {title: 1984, year: 1949}\n- {title: yes}\n- {title: 2020-02-31}\n- A title of words\n").entries

    assert ["1984", "yes", "2020-02-31", "A title of words"] == [entry.title for entry in entries]


def test_the_papers_of_a_catalog_are_read_with_their_sections() -> None:
    entry = read("- key: a\n  title: FedX\n  section: Surveys\n  authors: [Ada Example, {name: Bo Sample, dblp: x}]\n"
                 "  datasets: [{key: syn, role: uses}]\n").entries[0]  # fmt: skip

    assert ("FedX", ("Surveys",), "Ada Example, Bo Sample") == (entry.title, entry.section, entry.authors)


def test_merged_keys_and_several_documents_are_read() -> None:
    text = "base: {title: FedX, venue: J}\n---\n- &a {title: FedY, venue: J}\n- <<: *a\n  title: FedZ\n"
    entries = read(text).entries

    assert [("FedX", "J"), ("FedY", "J"), ("FedZ", "J")] == [(entry.title, entry.venue) for entry in entries]


def test_an_anchor_may_be_named_twice() -> None:
    entries = read("- {title: &a FedX, venue: J}\n- {title: &a FedY, venue: *a}\n").entries
    assert [("FedX", "J"), ("FedY", "FedY")] == [(entry.title, entry.venue) for entry in entries]


def test_json_of_reference_managers_is_read() -> None:
    item = {
        "title": "Étude of FedX", "DOI": "10.5555/X", "type": "dataset", "container-title": "J Things",
        "author": [{"family": "Example", "given": "Ada"}, {"literal": "The Group"}],
        "issued": {"date-parts": [[2021, 3]]},
    }  # fmt: skip
    reading = read(json.dumps([item], indent="\t"), "papers.json")
    entry = reading.entries[0]

    assert ("Étude of FedX", "data", "J Things", 2021) == (entry.title, entry.kind, entry.venue, entry.year)
    assert ("Ada Example, The Group", {"doi": "10.5555/x"}, 2) == (entry.authors, entry.ids, entry.line)
    assert item == json.loads(reading.text_at(entry.span))


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ("a: [b\nc: d\n", "a.yaml", r"^a.yaml:2: error: is not valid YAML"),
        ('[{"title": "x"},\n oops]', "a.json", r"^a.json:2: error: is not valid JSON: expected a value"),
        ('{"a": 1} 2', "a.json", r"^a.json:1: error: is not valid JSON: more text after the end"),
        ("[" * 5_000, "a.yaml", r"^a.yaml:1: error: nests deeper than 40 levels"),
        ("[" * 5_000, "a.json", r"^a.json:1: error: nests deeper than 40 levels"),
        ("- " * 500, "a.yaml", r"^a.yaml:1: error: nests deeper than 40 levels"),
        ("a: &a [*a]\n", "a.yaml", r"^a.yaml:1: error: nests deeper than 40 levels"),
        ("- x\n" * 300_000, "a.yaml", r"^a.yaml:1: error: has 1,200,000 characters, over 1,000,000; split it"),
        ("a: \x01\n", "a.yaml", r"^a.yaml:1: error: is not valid YAML: contains the character U\+0001"),
    ],
)
def test_what_is_no_list_is_one_clear_error(text: str, name: str, message: str) -> None:
    with pytest.raises(CatalogError, match=message):
        read(text, name)


@pytest.mark.slow
def test_aliases_that_multiply_are_refused() -> None:
    levels = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 12)}]\n" for n in range(8))

    with pytest.raises(CatalogError, match=r"expands to more than 300,000 values"):
        read(f"a0: &a0 [x]\n{levels}")
