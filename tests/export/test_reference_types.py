"""The types of references: what a catalog, the name of a venue or an id says, and nothing else."""

from __future__ import annotations

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st

from flgraph.export.bibtex import format_bibtex
from flgraph.export.reference_types import CONFERENCES, JOURNALS, judge_venue
from flgraph.export.ris import format_ris
from flgraph.graph.assemble import build_graph
from flgraph.lists.evidence.word_lists import VENUES
from flgraph.records import Catalog, CatalogEntry, VenueEntry
from tests.export.test_formats import make_graph

_TYPES = {"JOUR": "article", "CPAPER": "inproceedings", "UNPB": "misc", "GEN": "misc"}


@pytest.mark.parametrize(
    ("expected", "names"),
    [
        ("conference", ["ICML", "NeurIPS workshop", "IEEE INFOCOM", "KDD (Best Paper Award)", "ACL Findings"]),
        ("conference", ["Invented Workshop on Transactions of Journals", "Proceedings of the 3rd Invented Conference"]),
        (
            "conference",
            ["Advances in Neural Information Processing Systems", "2nd {USENIX} Workshop on Invented Edges"],
        ),
        ("journal", ["TPAMI", "IEEE Trans. Inventions", "Journal of Inventions", "Wireless Inventions Letters"]),
        ("journal", ["Nat. Commun", "Nature Medicine", "Proc. VLDB Endow.", "Proceedings of the ACM on Inventions"]),
        ("journal", ["J. Invented Res.", "Int. J. Invented Comput", "Proceedings of the IEEE", "PNAS"]),
        ("preprint", ["arXiv", "arXiv preprint arXiv:2999.00001", "medRxiv"]),
        (None, ["Invented Things", "Proceedings of the Invented Academy", "ICML NeurIPS", "IEEE", "", "Naturals"]),
        (None, ["Rejected in ICML", "Submitted to NeurIPS Workshop", "Invented thesis", "Under review, ICLR"]),
    ],
)
def test_a_venue_is_what_its_name_says(expected: str | None, names: list[str]) -> None:
    assert dict.fromkeys(names, expected) == {name: judge_venue(name) for name in names}


def test_the_tables_hold_known_acronyms_each_with_one_type() -> None:
    assert frozenset() == CONFERENCES & JOURNALS
    assert frozenset() == (CONFERENCES | JOURNALS) - VENUES


@given(name=st.text())
def test_any_text_may_be_a_venue(name: str) -> None:
    assert judge_venue(name) in ("journal", "conference", "preprint", None)


@pytest.mark.parametrize("unit", ["(", "j. ", "nature ", "a", "proc. of ", "[("])
def test_a_very_long_name_takes_no_time(unit: str) -> None:
    assert judge_venue(unit * (1_000_000 // len(unit))) in ("journal", None)


@pytest.mark.parametrize(
    ("expected", "facts"),
    [
        ("UNPB", {"ids": {"arxiv": "2999.00001"}}),
        ("UNPB", {"ids": {"arxiv": "2999.00001"}, "venue": "arXiv 2031"}),
        ("UNPB", {"ids": {"doi": "10.1101/2031.01.02.999999"}}),
        ("GEN", {"ids": {"arxiv": "2999.00001", "doi": "10.5555/p"}}),
        ("GEN", {"ids": {"arxiv": "2999.00001"}, "venue": "Invented Things"}),
        ("GEN", {}),
        ("CPAPER", {"ids": {"arxiv": "2999.00001"}, "venue": "ICML 2031"}),
        ("CPAPER", {"ids": {"arxiv": "2999.00001"}, "url": "https://proceedings.mlr.press/v999/example31a.html"}),
        ("CPAPER", {"ids": {"dblp": "conf/example/Example31"}}),
        ("CPAPER", {"url": "https://aclanthology.org/2031.acl-long.1/"}),
        ("JOUR", {"url": "https://aclanthology.org/2031.tacl-1.1/"}),
        ("JOUR", {"ids": {"dblp": "journals/example/Example31", "arxiv": "2999.00001"}}),
        ("UNPB", {"ids": {"dblp": "journals/corr/abs-2999-00001"}}),
        ("GEN", {"venue": "Invented Things", "url": "https://proceedings.mlr.press/v999/example31a.html"}),
    ],
)
def test_a_reference_has_the_type_that_is_known(expected: str, facts: dict[str, object]) -> None:
    graph = make_graph(**facts)
    entry = parse_string(format_bibtex(graph)).entries[0]

    assert expected == rispy.loads(format_ris(graph))[0]["type_of_reference"]
    assert _TYPES[expected] == entry.entry_type
    if expected == "UNPB" and "arxiv" in str(facts):
        assert entry.fields_dict.get("eprint") is not None or "corr" in str(facts)


def test_a_preprint_server_is_the_publisher_of_a_preprint() -> None:
    text = format_ris(make_graph(ids={"arxiv": "2999.00001"}, venue="arXiv"))

    assert "PB  - arXiv\n" in text


def test_the_curated_type_comes_before_the_name() -> None:
    venue = VenueEntry.model_validate({"key": "v", "name": "Journal of Inventions", "tags": ["V"], "type": "workshop"})
    paper = CatalogEntry(key="p", title="Synthetic", section="x", venue="V")
    text = format_ris(build_graph(Catalog(title="Synthetic", entries=(paper,), venues=(venue,))))

    assert text.startswith("TY  - CPAPER\n")
