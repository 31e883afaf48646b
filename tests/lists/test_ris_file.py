"""RIS files in the dialects of reference managers and publishers."""

from __future__ import annotations

import pytest

from flgraph.errors import CatalogError
from flgraph.lists.data_files.ris import read_ris
from flgraph.lists.entries import ListEntry, ListReading


def read(text: str) -> ListReading:
    return read_ris(text.encode(), name="papers.ris")


def read_one(*lines: str) -> ListEntry:
    reading = read("\r\n".join([*lines, "ER  - ", ""]))
    assert () == reading.unread
    return reading.entries[0]


def test_a_record_has_its_fields_and_their_places() -> None:
    reading = read("""\ufeffTY  - JOUR
TI  - Étude of FedX
AU  - Example, Ada B.
AU  - Sample, Bo, Jr.
PY  - 2021/03/01/
JO  - Journal of Things
DO  - 10.5555/ABC
UR  - https://example.org/a;b
ER  -
""")
    entry = reading.entries[0]

    assert ("paper", "Étude of FedX", 1) == (entry.kind, entry.title, entry.line)
    assert ("Journal of Things", 2021, "Ada B. Example, Bo Sample Jr.") == (entry.venue, entry.year, entry.authors)
    assert ({"doi": "10.5555/abc"}, "https://example.org/a;b") == (entry.ids, entry.url)
    assert {
        "title": "Étude of FedX",
        "venue": "Journal of Things",
        "year": "2021",
        "url": "https://example.org/a;b",
    } == {field: reading.text_at(span) for field, span in entry.spans.items()}
    assert reading.text_at(entry.span).startswith("TY  - JOUR\n")
    assert reading.text_at(entry.span).endswith("ER  -")


def test_the_first_title_counts_and_lines_may_go_on() -> None:
    assert "First of two" == read_one("TY  - JOUR", "TI  - First", "   of two", "TI  - Second", "T1  - Third").title
    assert "Third" == read_one("TY  - JOUR", "T1  - Third", "T2  - A journal").title


def test_a_missing_end_is_a_doubt_and_the_next_record_is_read() -> None:
    first, second = read("TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\n").entries

    assert [("One", 1), ("Two", 3)] == [(entry.title, entry.line) for entry in (first, second)]
    assert ("no ER at the end",) == first.doubts == second.doubts


def test_one_blank_before_the_hyphen_counts_if_the_record_starts_so() -> None:
    assert "A title" == read_one("TY - JOUR", "TI - A title").title
    assert "A title AI - and more" == read_one("TY  - JOUR", "TI  - A title", "AI - and more").title


def test_lines_outside_of_records_are_unread_and_numbers_of_records_are_not() -> None:
    reading = read("Provider: somebody\nContent: text\n\n1.\nTY  - JOUR\nTI  - One\nER  - \n\nstray\n")

    assert [(1, "Provider: somebody\nContent: text"), (9, "stray")] == [(one.line, one.text) for one in reading.unread]
    assert ["One"] == [entry.title for entry in reading.entries]


def test_a_record_without_title_is_called_by_its_id_or_is_unread() -> None:
    reading = read("TY  - JOUR\nDO  - 10.5555/a\nER  -\nTY  - JOUR\nPY  - 2020\nER  -\n")

    assert [("10.5555/a", ("no title",))] == [(entry.title, entry.doubts) for entry in reading.entries]
    assert [(4, "no title, no id and no link")] == [(place.line, place.reason) for place in reading.unread]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("JOUR", "paper"), ("CONF", "paper"), ("CPAPER", "paper"), ("THES", "paper"), ("DATA", "data"), ("COMP", "code"),
     ("VIDEO", "video"), ("BLOG", "blog"), ("ELEC", "other"), ("SLIDE", "other")],
)  # fmt: skip
def test_the_type_says_the_kind(kind: str, expected: str) -> None:
    assert expected == read_one(f"TY  - {kind}", "TI  - FedX").kind


@pytest.mark.parametrize(
    ("lines", "venue"),
    [
        (["TY  - CPAPER", "T2  - Proc. of X", "JO  - Notes"], "Proc. of X"),
        (["TY  - CONF", "C3  - Proc. of X"], "Proc. of X"),
        (["TY  - JOUR", "T2  - Journal of X"], "Journal of X"),
        (["TY  - THES", "PB  - University"], "University"),
        (["TY  - GEN", "PB  - arXiv", "N1  - arXiv:2912.00001 [cs]"], "arXiv"),
        (["TY  - JOUR", "JO  - arXiv preprint arXiv:2912.00001"], "arXiv"),
    ],
)
def test_the_tag_of_the_venue_depends_on_the_type(lines: list[str], venue: str) -> None:
    assert venue == read_one(*lines, "TI  - FedX").venue


def test_ids_come_from_accession_numbers_notes_and_links() -> None:
    entry = read_one(
        "TY  - JOUR", "TI  - FedX", "DB  - PubMed", "AN  - 1234567", "N1  - arXiv:2912.00001",
        "UR  - https://doi.org/10.5555/x; https://github.com/example/x",
    )  # fmt: skip

    assert {"pmid": "1234567", "arxiv": "2912.00001", "doi": "10.5555/x"} == entry.ids
    assert "https://doi.org/10.5555/x" == entry.url
    assert [("code", "https://github.com/example/x")] == [(link.kind, link.url) for link in entry.links]


def test_the_format_of_pubmed_is_refused_with_what_to_do() -> None:
    with pytest.raises(
        CatalogError, match=r"^a.nbib:1: error: is in PubMed's own format; save the list from PubMed as CSV"
    ):
        read_ris(b"\nPMID- 1234567\nTI  - FedX\n", name="a.nbib")
