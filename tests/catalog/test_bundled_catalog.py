"""The bundled catalog says what its list says, and where the rest comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from flgraph.catalog.reader import read_catalog
from flgraph.catalog.vocabulary import venue_names
from flgraph.graph.topics import find_span
from flgraph.records import Catalog, CatalogEntry

SECTIONS = {"Survey": 1, "2023": 11, "2022": 24, "2021": 14, "2020": 6}


@pytest.fixture(scope="module")
def bundled() -> Catalog:
    return read_catalog()


def find_entry(catalog: Catalog, key: str) -> CatalogEntry:
    return next(entry for entry in catalog.entries if entry.key == key)


def listed_code(catalog: Catalog) -> list[tuple[str, str]]:
    return [
        (entry.key, material.url)
        for entry in catalog.entries
        for material in entry.materials
        if material.kind == "code"
    ]


def listed_codebases(catalog: Catalog) -> set[str]:
    """Return the codebases that a listed code link leads to."""
    links = [(key, urlsplit(url)) for key, url in listed_code(catalog)]
    return {
        use.key
        for key, link in links
        for use in find_entry(catalog, key).codebases
        if f"{link.netloc}{link.path}".casefold().startswith(use.key.casefold())
    }


def test_every_section_has_as_many_papers_as_the_list(bundled: Catalog) -> None:
    assert list(SECTIONS) == list(dict.fromkeys(entry.section for entry in bundled.entries))
    assert SECTIONS == Counter(entry.section for entry in bundled.entries)
    assert 56 == len({entry.key for entry in bundled.entries})


@pytest.mark.parametrize(
    ("document", "owner", "other"), [("9806163", "splitavg", "ros-fl"), ("9268161", "vafl", "fed-sim")]
)
def test_one_link_on_two_papers_joins_neither_papers_nor_ids(
    bundled: Catalog, document: str, owner: str, other: str
) -> None:
    url = f"https://ieeexplore.ieee.org/abstract/document/{document}"

    assert [owner, other] == [entry.key for entry in bundled.entries if entry.url == url]
    assert document == find_entry(bundled, owner).ids["ieee"]
    assert "ieee" not in find_entry(bundled, other).ids
    assert find_entry(bundled, other).doubts


def test_a_doubtful_link_gives_no_id(bundled: Catalog) -> None:
    assert "ieee" not in find_entry(bundled, "fedmix-mixed-supervision").ids


def test_no_two_papers_share_an_id(bundled: Catalog) -> None:
    ids = Counter((kind, value.casefold()) for entry in bundled.entries for kind, value in entry.ids.items())

    assert [] == [pair for pair, count in ids.items() if count > 1]


def test_every_paper_has_an_arxiv_id_or_a_doi(bundled: Catalog) -> None:
    assert [] == [entry.key for entry in bundled.entries if not {"arxiv", "doi"} & set(entry.ids)]


def test_listed_code_links_lead_to_thirty_codebases(bundled: Catalog) -> None:
    hosts = Counter(key.split("/")[0] for key in listed_codebases(bundled))

    assert 31 == len(listed_code(bundled))
    assert {"github.com": 29, "gitlab.inria.fr": 1} == hosts


def test_a_monorepo_is_one_codebase_with_subpaths(bundled: Catalog) -> None:
    key = "github.com/NVIDIA/NVFlare"
    listed = {paper for paper, url in listed_code(bundled) if key in url}
    uses = {entry.key: use.subpath for entry in bundled.entries for use in entry.codebases if use.key == key}

    assert [key] == [codebase.key for codebase in bundled.codebases if "NVFlare" in codebase.key]
    assert {"fedce": "research/fed-ce", "fedsm": "research/fed-sm"} == {paper: uses[paper] for paper in listed}
    assert {"auto-fedrl": "research/auto-fed-rl", "fedbn": "research/fed-bn"} == {
        paper: path for paper, path in uses.items() if paper not in listed
    }


def test_fed_camelyon16_keeps_the_listed_figures(bundled: Catalog) -> None:
    dataset = next(dataset for dataset in bundled.datasets if dataset.key == "fed-camelyon16")
    centres = [{"client": "RUMC", "train": 169, "test": 74}, {"client": "UMCU", "train": 101, "test": 55}]
    folder = "https://github.com/owkin/FLamby/blob/main/flamby/datasets/fed_camelyon16"

    assert {
        "name": "Fed-Camelyon16 [FLamby]",
        "size": "900 GB",
        "clients": 2,
        "client_names": ["RUMC", "UMCU"],
        "task": "Classification",
        "records": centres,
        "link": f"{folder}/README.md",
    } == dataset.listed


def test_records_of_clients_add_up_to_the_samples(bundled: Catalog) -> None:
    for dataset in bundled.datasets:
        counts = [records.total or (records.train or 0) + (records.test or 0) for records in dataset.records]
        if any(counts):
            assert dataset.samples == sum(counts), dataset.key


def unsourced(entry: CatalogEntry, codebases: set[str]) -> Iterator[str]:
    sourced_ids = {source.partition(": ")[0] for source in entry.sources["ids"]}
    yield from (kind for kind in entry.ids if kind not in sourced_ids)
    yield from (field for field in ("authors", "year") if not entry.sources.get(field))
    if (entry.published.title or entry.published.venue) and not entry.sources.get("published"):
        yield "published"
    yield from (use.key for use in entry.datasets if not use.evidence)
    yield from (use.key for use in entry.topics if not use.evidence)
    yield from (use.key for use in entry.codebases if not use.evidence)
    yield from (use.key for use in entry.codebases if use.evidence == "from listed URL" and use.key not in codebases)
    yield from (relation.to for relation in entry.relations if not relation.evidence)


def test_every_fact_that_the_list_does_not_say_has_a_source(bundled: Catalog) -> None:
    codebases = listed_codebases(bundled)

    assert {} == {entry.key: found for entry in bundled.entries if (found := [*unsourced(entry, codebases)])}
    assert [] == [record.key for record in (*bundled.datasets, *bundled.codebases) if not record.sources]


def test_every_paper_has_authors_and_a_year(bundled: Catalog) -> None:
    assert [] == [entry.key for entry in bundled.entries if not entry.authors or entry.year is None]


def test_every_venue_is_known(bundled: Catalog) -> None:
    names = venue_names(bundled)
    named = {name for entry in bundled.entries for name in (entry.venue, entry.published.venue) if name}

    assert set() == {name for name in named if name.casefold() not in names}
    assert "tbd" == names["ieee transactions on big data"] == names["tbd"]


def test_a_topic_from_the_title_is_found_in_the_title(bundled: Catalog) -> None:
    topics = {topic.key: topic for topic in bundled.topics}
    missed = [
        (entry.key, mention.key)
        for entry in bundled.entries
        for mention in entry.topics
        if mention.evidence == "title"
        and not find_span(f"{entry.title}\n{entry.published.title or ''}", topics[mention.key])
    ]

    assert [] == missed


def test_nothing_in_the_vocabularies_is_without_a_paper(bundled: Catalog) -> None:
    topics = {use.key for entry in bundled.entries for use in entry.topics}
    codebases = {use.key for entry in bundled.entries for use in entry.codebases}
    datasets = {use.key for entry in bundled.entries for use in entry.datasets}
    parents = {dataset.parent for dataset in bundled.datasets if dataset.parent}

    assert set() == {topic.key for topic in bundled.topics} - topics
    assert set() == {codebase.key for codebase in bundled.codebases} - codebases
    assert set() == {dataset.key for dataset in bundled.datasets} - datasets - parents


class ListReader(HTMLParser):
    """The tables of the list: a row is its cells, a cell its text and its links (text, address)."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[tuple[list[str], list[tuple[list[str], str]]]]] = []
        self.link: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append(([], []))
        elif tag == "a" and self.rows:
            self.link = []
            self.rows[-1][-1][1].append((self.link, dict(attrs).get("href") or ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.link = None

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1][0].append(data)
        if self.link is not None:
            self.link.append(data)


def join(parts: list[str]) -> str:
    return " ".join("".join(parts).split())


def read_rows(path: Path) -> list[tuple[str, str, str, str, list[tuple[str, str]]]]:
    papers = path.read_text(encoding="utf-8").split("## Papers")[1].split("## Federated Medical Datasets")[0]
    rows = []
    for block in re.split(r"^### ", papers, flags=re.MULTILINE)[1:]:
        section, _, html = block.partition("\n")
        reader = ListReader()
        reader.feed(html)
        for _, (title, links), (venue, _), (_, materials) in reader.rows[1:]:
            kept = [(join(text), url) for text, url in materials if url]
            rows.append((section.strip(), join(title), join(venue), links[0][1], kept))
    return rows


def test_all_rows_stand_as_listed(bundled: Catalog, test_data: Path) -> None:
    rows = read_rows(test_data / "lists" / "awesome-fl-for-healthcare.md")

    assert rows == [
        (
            entry.section,
            entry.title,
            entry.venue or "",
            entry.url,
            [(material.label, material.url) for material in entry.materials],
        )
        for entry in bundled.entries
    ]
