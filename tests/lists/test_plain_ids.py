from __future__ import annotations

from flgraph.lists.data_files.plain_ids import read_plain_ids


def test_each_line_is_an_id_or_a_link() -> None:
    data = b"""# to read
10.5555/ABC   # twice
- arXiv:2912.00001v2
2. https://doi.org/10.5555/q

PMID: 1234567
PMC7654321,
https://github.com/example/x
"""
    reading = read_plain_ids(data, name="ids.txt")

    assert [
        ("10.5555/abc", None, {"doi": "10.5555/abc"}, 2),
        ("arXiv:2912.00001", None, {"arxiv": "2912.00001"}, 3),
        ("10.5555/q", "https://doi.org/10.5555/q", {"doi": "10.5555/q"}, 4),
        ("PMID:1234567", None, {"pmid": "1234567"}, 6),
        ("PMC7654321", None, {"pmcid": "PMC7654321"}, 7),
        ("https://github.com/example/x", "https://github.com/example/x", {}, 8),
    ] == [(entry.title, entry.url, entry.ids, entry.line) for entry in reading.entries]
    assert "code" == reading.entries[-1].kind
    assert {("no title",)} == {entry.doubts for entry in reading.entries}
    assert "https://doi.org/10.5555/q" == reading.text_at(reading.entries[2].spans["url"])
    assert () == reading.unread


def test_other_lines_are_unread() -> None:
    reading = read_plain_ids(b"10.5555/a\nA title of a paper\n123\n", name="ids.txt")

    assert [(2, "A title of a paper"), (3, "123")] == [(place.line, place.text) for place in reading.unread]
    assert {"is no DOI, arXiv id, PMID or link"} == {place.reason for place in reading.unread}
