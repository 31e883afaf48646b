"""Tables as spreadsheets and bibliographic databases write them."""

from __future__ import annotations

import pytest

from flgraph.errors import CatalogError
from flgraph.lists.data_files.csv_table import read_csv
from flgraph.lists.entries import ListReading


def read(text: str, name: str = "papers.csv") -> ListReading:
    return read_csv(text.encode(), name=name)


def test_a_row_has_its_fields_and_their_places() -> None:
    reading = read(
        "Title,Year,DOI,Venue,Authors,Link,Category,Subcategory,Code\r\n"
        '"FedX, a ""study"" of é",2021,10.5555/X,J Things,"Example, Ada; Sample, Bo",https://example.org/x,'
        "Imaging,MRI,https://github.com/example/x\r\n"
    )
    entry = reading.entries[0]

    assert ('FedX, a "study" of é', 2, 2021, "J Things") == (entry.title, entry.line, entry.year, entry.venue)
    assert ("Ada Example, Bo Sample", ("Imaging", "MRI")) == (entry.authors, entry.section)
    assert {"doi": "10.5555/x"} == entry.ids
    assert {
        "title": 'FedX, a ""study"" of é',
        "year": "2021",
        "venue": "J Things",
        "authors": "Example, Ada; Sample, Bo",
        "url": "https://example.org/x",
    } == {field: reading.text_at(span) for field, span in entry.spans.items()}
    assert [("code", "https://github.com/example/x")] == [
        (link.kind, reading.text_at(link.span)) for link in entry.links
    ]
    assert reading.text_at(entry.span).endswith("/example/x")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Authors;Author full names;Title;Year;Source title;DOI",
            "Example A.;Example, Ada (1);FedX;2021;J Things;10.5555/x",
        ),
        (
            '"Author Full Names"\t"Article Title"\t"Source Title"\t"Publication Year"\tDOI',
            "Example, Ada; Sample, Bo\tFedX\tJ Things\t2021\t10.5555/x",
        ),
        (
            '"Item Type","Publication Year","Author","Title","Publication Title","DOI"',
            'journalArticle,2021,"Example, Ada",FedX,J Things,10.5555/x',
        ),
        (
            "PMID,Title,Authors,Journal/Book,Publication Year,DOI",
            '1234567,FedX,"Example A, Sample B",J Things,2021,10.5555/x',
        ),
        (
            "id|doi|display_name|publication_year|primary_location.source.display_name",
            "W1|https://doi.org/10.5555/x|FedX|2021|J Things",
        ),
        ("sep=;\nPAPER;WHERE;Journal;date;doi", "FedX;x;J Things;March 2021;10.5555/x"),
    ],
)
def test_headings_of_known_exports_are_understood(header: str, row: str) -> None:
    entry = read(f"{header}\n{row}\n").entries[0]

    assert ("FedX", 2021, "J Things", "10.5555/x") == (entry.title, entry.year, entry.venue, entry.ids["doi"])


def test_a_single_family_name_first_is_turned_if_other_rows_use_semicolons() -> None:
    entries = read('title,authors\nOne,"Example, Ada"\nTwo,"Example, Ada; Sample, Bo"\n').entries

    assert ["Ada Example", "Ada Example, Bo Sample"] == [entry.authors for entry in entries]
    assert "Ada Example, Bo Sample" == read('title,authors\nOne,"Ada Example, Bo Sample"\n').entries[0].authors


def test_the_year_may_stand_in_the_venue() -> None:
    reading = read("title,conference\nFedX,ICLR 2021 Workshop\nFedY,NeurIPS 2020\nFedZ,J Things\n")

    assert [("ICLR Workshop", 2021), ("NeurIPS", 2020), ("J Things", None)] == [
        (entry.venue, entry.year) for entry in reading.entries
    ]
    assert ["2020", "NeurIPS"] == [reading.text_at(reading.entries[1].spans[key]) for key in ("year", "venue")]


def test_a_table_of_dois_has_no_titles() -> None:
    reading = read("doi\n10.5555/a\n\nn/a\n")

    assert [("10.5555/a", ("no title",))] == [(entry.title, entry.doubts) for entry in reading.entries]
    assert [(4, "no title, no id and no link")] == [(place.line, place.reason) for place in reading.unread]


def test_a_column_called_paper_may_hold_the_link() -> None:
    entry = read("name,paper\nFedX,https://arxiv.org/abs/2912.00001\n").entries[0]

    assert ("FedX", {"arxiv": "2912.00001"}) == (entry.title, entry.ids)


@pytest.mark.parametrize("text", ["FedX,2021\nFedY,2022\n", "", "\n\n", "number;colour\n1;red\n"])
def test_a_table_without_known_headings_is_an_error(text: str) -> None:
    with pytest.raises(CatalogError, match=r"^papers.csv:\d: error: the first row must name a column of titles"):
        read(text)


def test_rows_that_do_not_fit_are_told() -> None:
    reading = read('title,doi\nFedX,10.5555/x,more\ntitle,doi\nFedY,"10.5555/y\nFedZ,10.5555/z\n')

    assert [("FedX", ("3 cells in 2 columns",))] == [(entry.title, entry.doubts) for entry in reading.entries]
    assert [(3, "repeats the column names"), (4, "opens a quote that is not closed")] == [
        (place.line, place.reason) for place in reading.unread
    ]


def test_a_cell_without_end_is_unread() -> None:
    reading = read(f'title\nFedX\n"{"x" * 140_000}\nFedZ\n')

    assert ["FedX"] == [entry.title for entry in reading.entries][:1]
    assert reading.unread[0].reason.startswith("is no valid row (field larger than field limit")


def test_utf_16_and_old_line_ends_are_read() -> None:
    text = "title,year\r\nÉtude,2021\r\n"
    reading = read_csv(text.encode("utf-16"), name="a.csv")

    assert [("Étude", 2021, 2)] == [(entry.title, entry.year, entry.line) for entry in reading.entries]
    assert "Étude" == reading.data[slice(*reading.entries[0].spans["title"])].decode("utf-16-le")
    assert ["Étude"] == [entry.title for entry in read(text.replace("\r\n", "\r")).entries]


def test_the_type_of_a_row_says_its_kind() -> None:
    entries = read("title,Item Type\nA,journalArticle\nB,dataset\nC,computerProgram\nD,blogPost\n").entries

    assert ["paper", "data", "code", "blog"] == [entry.kind for entry in entries]
