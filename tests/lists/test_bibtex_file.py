"""BibTeX and BibLaTeX files as people and programs write them."""

from __future__ import annotations

import logging
from time import process_time

import pytest

from flgraph.errors import CatalogError
from flgraph.lists.data_files.bibtex import read_bibtex
from flgraph.lists.entries import ListEntry, ListReading
from tests.time_limit import within_seconds


def read(text: str) -> ListReading:
    return read_bibtex(text.encode(), name="papers.bib")


def read_one(text: str) -> ListEntry:
    reading = read(text)
    assert () == reading.unread
    return reading.entries[0]


def test_an_entry_has_its_fields_their_places_and_its_line() -> None:
    reading = read("""% kept by hand

@Article{x1,
  Title   = {{FedX}: A Study of \\'Etudes in {\\"U}bung},
  AUTHOR  = "Example, Ada and Bo van der Sample",
  journal = {Journal of R\\&D},
  year    = 2021,
  doi     = {https://doi.org/10.5555/ABC\\_1},
  url     = {https://example.org/a~b%20c},
}
""")
    entry = reading.entries[0]

    assert ("paper", "FedX: A Study of Études in Übung", 3) == (entry.kind, entry.title, entry.line)
    assert ("Journal of R&D", 2021) == (entry.venue, entry.year)
    assert "Ada Example, Bo van der Sample" == entry.authors
    assert {"doi": "10.5555/abc_1"} == entry.ids
    assert {
        "title": "{FedX}: A Study of \\'Etudes in {\\\"U}bung",
        "authors": "Example, Ada and Bo van der Sample",
        "venue": "Journal of R\\&D",
        "year": "2021",
        "url": "https://example.org/a~b%20c",
    } == {field: reading.text_at(span) for field, span in entry.spans.items()}
    assert reading.text_at(entry.span).startswith("@Article{x1,")
    assert reading.text_at(entry.span).endswith("}")
    assert ("record", entry.span) == (reading.units[0].kind, reading.units[0].span)


def test_places_are_bytes_behind_a_mark_wide_letters_and_other_line_ends() -> None:
    data = "\ufeff% é\r\n@misc{a, note = {ü},\r\n title = { {Étude and more} },\r\n year={ 2020 }}\r\n".encode()
    reading = read_bibtex(data, name="a.bib")

    assert ["Étude and more", "2020"] == [reading.text_at(reading.entries[0].spans[key]) for key in ("title", "year")]
    assert data.index(b"@misc") == reading.entries[0].span[0]


def test_strings_and_joined_values_are_put_in() -> None:
    entry = read_one("""@string{JoT = "Journal of " # {Things}}
    @string{long = jot # { Again}}
    @article{a, title = {A, # and } # "b", journal = LONG, month = jan, year = 2020}""")

    assert ("A, # and b", "Journal of Things Again") == (entry.title, entry.venue)
    assert {"year"} == set(entry.spans)


def test_strings_that_double_each_other_stay_small() -> None:
    doubled = "".join(f"@string{{s{n + 1} = s{n} # s{n}}}\n" for n in range(60))
    entry = read_one(f'@string{{s0 = "ha"}}\n{doubled}@misc{{a, title = {{FedX}}, howpublished = s60}}')

    assert entry.venue is not None
    assert 100_000 >= len(entry.venue)


def test_venue_and_year_come_from_the_entry_of_a_cross_reference() -> None:
    child, parent = read("""@inproceedings{a, title = {Child}, crossref = {Proc}}
    @proceedings{proc, title = {Proceedings of Nowhere}, year = 2019}""").entries

    assert ("Proceedings of Nowhere", 2019, "parent", "parent") == (
        child.venue, child.year, child.origins["venue"], child.origins["year"]
    )  # fmt: skip
    assert {"title"} == set(child.spans)
    assert "other" == parent.kind


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("Ada Example", "Ada Example"),
        ("Example, Ada and Sample, Jr., Bo", "Ada Example, Bo Sample Jr."),
        ("Ada Example and others", "Ada Example, et al."),
        (r"{\c{C}}ukur, Tolga and M{\"u}ller, Al", "Tolga Çukur, Al Müller"),
        ("{The and Company} and Bo Sample", "The and Company, Bo Sample"),
        ("{Example, Inc.} and Bo Sample", "Example, Inc.; Bo Sample"),
        ("van der Example, Ada", "Ada van der Example"),
        ("family=Vries, given=Jan, prefix=de, useprefix=true and Bo Sample 0002", "Jan de Vries, Bo Sample"),
        ("", None),
    ],
)
def test_names_read_as_in_a_row(names: str, expected: str | None) -> None:
    assert expected == read_one(f"@article{{a, title = {{FedX}}, author = {{{names}}}}}").authors


def test_the_place_of_a_preprint_server_is_its_name_alone() -> None:
    reading = read("@article{a, title = {T}, journal = {arXiv preprint arXiv:2912.00001}, year = 2029}")

    assert "arXiv" == reading.text_at(reading.entries[0].spans["venue"])


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        ("eprint = {2912.00001v2}, archiveprefix = {arXiv}", {"arxiv": "2912.00001"}),
        ("eprint = {2912.00001}", {"arxiv": "2912.00001"}),
        ("journal = {arXiv preprint arXiv:2912.00001}", {"arxiv": "2912.00001"}),
        ("journal = {CoRR}, volume = {abs/2912.00001}", {"arxiv": "2912.00001"}),
        ("url = {https://arxiv.org/abs/2912.00001}", {"arxiv": "2912.00001"}),
    ],
)
def test_a_preprint_has_its_id_and_arxiv_as_venue(fields: str, ids: dict[str, str]) -> None:
    entry = read_one(f"@article{{a, title = {{FedX}}, {fields}}}")

    assert (ids, "arXiv") == (entry.ids, entry.venue)


def test_ids_of_other_fields_and_links_are_collected_and_fields_take_precedence() -> None:
    entry = read_one("""@article{a, title = {FedX}, doi = {10.5555/x}, pmid = {1234567}, journal = {J},
        url = {https://doi.org/10.5555/other}}""")

    assert {"doi": "10.5555/x", "pmid": "1234567"} == entry.ids


def test_an_id_that_is_none_is_a_doubt() -> None:
    assert ("doi not understood: unknown",) == read_one("@article{a, title = {FedX}, doi = {unknown}}").doubts


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ("@software{a, title = {T}}", "code"),
        ("@misc{a, title = {T}, howpublished = {\\url{https://github.com/example/tool}}}", "code"),
        ("@misc{a, title = {T}, url = {https://github.com/example/tool}, doi = {10.5555/x}}", "paper"),
        ("@dataset{a, title = {T}}", "data"),
        ("@online{a, title = {T}, url = {https://www.youtube.com/watch?v=1}}", "video"),
        ("@phdthesis{a, title = {T}}", "paper"),
    ],
)
def test_type_and_link_say_the_kind(entry: str, kind: str) -> None:
    assert kind == read_one(entry).kind


@pytest.mark.parametrize(
    ("entry", "venue"),
    [
        ("@inproceedings{a, title = {T}, booktitle = {Proc. of X}, series = {S}, publisher = {P}}", "Proc. of X"),
        ("@book{a, title = {T}, series = {Notes}, publisher = {P}}", "Notes"),
        ("@phdthesis{a, title = {T}, school = {University}}", "University"),
        ("@misc{a, title = {T}, howpublished = {Conference of X}}", "Conference of X"),
        ("@misc{a, title = {T}, howpublished = {https://example.org}}", None),
    ],
)
def test_the_field_of_the_venue_depends_on_the_type(entry: str, venue: str | None) -> None:
    assert venue == read_one(entry).venue


def test_links_in_fields_of_their_own_keep_their_place() -> None:
    reading = read("@article{a, title = {T}, code = {https://github.com/example/x}, slides = {none}}")

    assert [("code", "https://github.com/example/x")] == [
        (link.kind, reading.text_at(link.span)) for link in reading.entries[0].links
    ]


def test_equal_keys_and_fields_are_read_with_a_doubt() -> None:
    first, second = read("@article{a, title = {One}}\n@article{A, title = {Two}, year = 1, year = 2020}").entries

    assert ((), "Two") == (first.doubts, second.title)
    assert ("duplicate key A", "duplicate field year") == second.doubts


def test_what_is_no_entry_is_unread_with_its_line_and_the_rest_is_read(caplog: pytest.LogCaptureFixture) -> None:
    reading = read("""@article{a, title = {First}}
@article{broken, title = {not closed, year = 2020
@article{b, title = {Second}}
Some text.
@misc{empty, year = 2020}
% a comment
@comment{kept by a program}
@article{c, title = {Third}""")

    assert ["First", "Second"] == [entry.title for entry in reading.entries]
    assert [2, 4, 5, 8] == [place.line for place in reading.unread]
    assert [
        "not a valid entry: Unexpected block start: `@article`. Was still looking for field-value closing `}`",
        "is outside all entries",
        "no title, no id and no link",
        "not a valid entry: Unexpectedly reached end of file.",
    ] == [place.reason for place in reading.unread]


def test_faults_are_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("bibtexparser").handlers.clear()
    read("@article{a, title = {not closed")

    assert ("", "") == capsys.readouterr()


def test_an_entry_without_title_is_called_by_its_id() -> None:
    entry = read_one("@article{a, doi = {10.5555/ABC}}")

    assert ("10.5555/abc", ("no title",)) == (entry.title, entry.doubts)
    assert "title" not in entry.spans


def test_a_declared_encoding_is_followed() -> None:
    data = "% Encoding: ISO8859_1\n@article{a, title = {Método}, year = 2020}".encode("latin-1")
    entry = read_bibtex(data, name="a.bib").entries[0]

    assert "Método" == entry.title
    assert b"M\xe9todo" == data[slice(*entry.spans["title"])]


def test_bytes_of_an_unknown_encoding_are_an_error_with_byte_and_line() -> None:
    message = r"^a\.bib:2: error: byte 0xe9 at position 23 is not UTF-8 text; save the file as UTF-8$"
    with pytest.raises(CatalogError, match=message):
        read_bibtex("@article{a,\n title = {Método}}".encode("latin-1"), name="a.bib")


def test_time_grows_with_the_number_of_entries() -> None:
    def measure(count: int) -> float:
        text = "".join(
            f"@article{{a{n}, title = {{T {n} of \\'etude}}, author = {{A, B and C D}}}}\n" for n in range(count)
        )
        start = process_time()
        read(text)
        return process_time() - start

    measure(100)
    assert 40 * max(measure(100), 0.05) > measure(1_000)


@pytest.mark.parametrize("sign", ["{", "@", "\\", '"', "$", "#", "\\'", "\\textbf", "{\\a"])
def test_repeated_signs_take_little_time(sign: str) -> None:
    with within_seconds(10):
        read(f"@article{{a, title = {{{sign * 20_000}}}, year = 2020}}")
