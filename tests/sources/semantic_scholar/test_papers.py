from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue
from ruamel.yaml import YAML

from flgraph.errors import SourceError
from flgraph.records import Author, Listing, Paper, Reference
from flgraph.sources.faults import (
    BadAnswerError,
    BadKeyError,
    BadRequestError,
    NoKeyError,
    RateLimitError,
    ServerFaultError,
    UnreachableError,
)
from flgraph.sources.provider import Answer, Desk
from flgraph.sources.semantic_scholar.papers import fetch_papers
from flgraph.sources.semantic_scholar.questions import BATCH_SIZE, KNOWN_PAPER, PAPER_FIELDS
from flgraph.sources.semantic_scholar.records import read_paper
from tests.replica import Fault, Replica, StillClock, make_paper, open_requester

ALPHA = make_paper("alpha", externalIds={"ArXiv": "2101.00001"})
BETA = make_paper("beta", externalIds={"DOI": "10.5555/BETA"})
BATCH = "/graph/v1/paper/batch"

Fetch = Callable[[Sequence[str]], list[Answer]]


@pytest.fixture
def fetch(replica: Replica, clock: StillClock) -> Fetch:
    """Fetch papers from the replica, which holds alpha and beta."""
    replica.papers = [ALPHA, BETA]

    def fetch(ids: Sequence[str]) -> list[Answer]:
        with open_requester(api_url=replica.url, rate=0, clock=clock.as_clock()) as requester:
            return fetch_papers(ids, Desk(requester))

    return fetch


def titles(answers: Sequence[Answer]) -> list[str | None]:
    return [answer.title if isinstance(answer, Paper) else None for answer in answers]


# --- asking ----------------------------------------------------------------------------------------------


def test_answer_i_belongs_to_id_i(fetch: Fetch, replica: Replica) -> None:
    answers = fetch(["DOI:10.5555/beta", "ARXIV:0000.00000", "ARXIV:2101.00001", "DOI:10.5555/beta"])
    assert [BETA["title"], None, ALPHA["title"], BETA["title"]] == titles(answers)
    assert answers[1] is None
    assert [BATCH] == [request.path for request in replica.requests]


def test_every_request_names_its_fields_and_keeps_a_known_paper(fetch: Fetch, replica: Replica) -> None:
    fetch(["ARXIV:2101.00001"])
    assert ",".join(PAPER_FIELDS) == replica.requests[0].query["fields"]
    assert "externalIds" in PAPER_FIELDS
    assert ["ARXIV:2101.00001", KNOWN_PAPER] == replica.requests[0].ids


def test_many_ids_are_asked_in_batches(fetch: Fetch, replica: Replica) -> None:
    many = [make_paper(f"paper {number}") for number in range(BATCH_SIZE + 1)]
    replica.papers = many
    answers = fetch([paper["paperId"] for paper in many])
    assert [paper["title"] for paper in many] == titles(answers)
    assert [BATCH_SIZE + 1, 2] == [len(request.ids or ()) for request in replica.requests]


def test_all_unknown_is_all_missing(fetch: Fetch) -> None:
    assert [None, None] == fetch(["ARXIV:0000.00000", "DOI:10.5555/none"])


def test_nothing_asked_is_no_request(fetch: Fetch, replica: Replica) -> None:
    assert [] == fetch([])
    assert [] == replica.requests


def test_blank_id_is_refused_before_it_spoils_a_batch(fetch: Fetch, replica: Replica) -> None:
    with pytest.raises(ValueError, match="blank"):
        fetch(["ARXIV:2101.00001", " "])
    assert [] == replica.requests


def test_merged_record_is_found_by_its_older_id(fetch: Fetch, replica: Replica) -> None:
    older = "f" * 40
    replica.papers = [{**ALPHA, "_aliases": [older]}]
    answers = fetch([older])
    assert [ALPHA["paperId"]] == [answer.id for answer in answers if isinstance(answer, Paper)]


# --- what goes wrong -------------------------------------------------------------------------------------


def test_malformed_id_does_not_make_its_neighbours_missing(fetch: Fetch, replica: Replica) -> None:
    answers = fetch(["ARXIV:2101.00001", "oops", "DOI:10.5555/none", "DOI:10.5555/beta"])
    assert [ALPHA["title"], None, None, BETA["title"]] == titles(answers)
    assert answers[1:3] == [None, None]
    assert [*["POST"] * 5, "GET"] == [seen.method for seen in replica.requests]


def test_single_question_that_fails_is_a_failure(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=400, path="/oops", times=9)]
    answers = fetch(["oops", "ARXIV:2101.00001"])
    assert [BadRequestError, Paper] == [type(answer) for answer in answers]


def test_questions_end_when_the_service_is_gone(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=403, path="/oops", times=9)]
    with pytest.raises(BadKeyError):
        fetch(["oops", "ARXIV:2101.00001", "DOI:10.5555/beta"])
    assert len(replica.requests) == 3


def test_record_that_the_client_cannot_read_is_a_failure(fetch: Fetch, replica: Replica) -> None:
    replica.papers = [{**ALPHA, "_aliases": ["odd"], "authors": [None]}, BETA]
    answers = fetch(["odd", "DOI:10.5555/beta"])
    assert [BadAnswerError, Paper] == [type(answer) for answer in answers]


def test_record_asked_for_singly_is_read(fetch: Fetch, replica: Replica) -> None:
    replica.papers = [{**ALPHA, "_aliases": ["odd"]}]
    assert [ALPHA["title"]] == titles(fetch(["odd"]))


def test_other_bad_request_is_an_error_and_no_miss(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("status", status=400, body={"error": "Unrecognized or unsupported fields: [x]"})]
    with pytest.raises(BadRequestError, match="Unrecognized"):
        fetch(["ARXIV:2101.00001"])
    assert len(replica.requests) == 1


def test_answer_of_nulls_only_is_not_believed(fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("body", body=[None, None])]
    with pytest.raises(BadAnswerError, match="not even the example paper of its documentation"):
        fetch(["ARXIV:2101.00001"])


@pytest.mark.parametrize("body", [{}, [], [None], [None] * 3, "papers", None, {"data": []}])
def test_answer_of_another_shape_is_an_error(body: object, fetch: Fetch, replica: Replica) -> None:
    replica.faults = [Fault("body", body=body)]
    with pytest.raises(BadAnswerError, match="answered 2 ids with"):
        fetch(["ARXIV:2101.00001"])


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        (ServerFaultError, Fault("status", status=500, times=99)),
        (ServerFaultError, Fault("html", status=502, times=99)),
        (ServerFaultError, Fault("truncate", times=99)),
        (RateLimitError, Fault("status", status=429, times=99)),
        (BadKeyError, Fault("status", status=403, times=99)),
    ],
)
def test_nothing_answered_is_an_error(kind: type[SourceError], fault: Fault, fetch: Fetch, replica: Replica) -> None:
    replica.faults = [fault]
    with pytest.raises(kind):
        fetch(["ARXIV:2101.00001", "DOI:10.5555/beta"])


def test_batch_that_fails_leaves_the_others(fetch: Fetch, replica: Replica) -> None:
    many = [make_paper(f"paper {number}") for number in range(BATCH_SIZE + 1)]
    replica.papers = many
    replica.faults = [Fault("status", status=503, times=6)]
    answers = fetch([paper["paperId"] for paper in many])
    assert {ServerFaultError} == {type(answer) for answer in answers[:BATCH_SIZE]}
    assert [many[-1]["title"]] == titles(answers[BATCH_SIZE:])


def test_nobody_is_asked_further_once_the_key_is_refused(fetch: Fetch, replica: Replica) -> None:
    many = [make_paper(f"paper {number}") for number in range(2 * BATCH_SIZE + 1)]
    replica.papers = many
    replica.faults = [Fault("status", status=403, skip=1, times=99)]
    answers = fetch([paper["paperId"] for paper in many])
    assert [Paper, NoKeyError, NoKeyError] == [type(answer) for answer in answers[::BATCH_SIZE]]
    assert len(replica.requests) == 2


def test_unreachable_service_is_an_error(clock: StillClock) -> None:
    with (
        open_requester(api_url="http://127.0.0.1:1", clock=clock.as_clock()) as requester,
        pytest.raises(UnreachableError),
    ):
        fetch_papers(["ARXIV:2101.00001"], Desk(requester))


def test_record_of_wrong_type_fails_alone(fetch: Fetch, replica: Replica) -> None:
    replica.papers = [{**ALPHA, "citationCount": "many"}, BETA]
    answers = fetch(["ARXIV:2101.00001", "DOI:10.5555/beta"])
    assert [None, BETA["title"]] == titles(answers)
    assert isinstance(answers[0], BadAnswerError)
    assert str(answers[0]).startswith("Semantic Scholar: ARXIV:2101.00001: citationCount: ")


# --- reading ---------------------------------------------------------------------------------------------


def read(**fields: object) -> Paper:
    return read_paper({**make_paper("alpha"), **fields}, asked="ARXIV:2101.00001")  # type: ignore[dict-item]


def test_everything_known_is_read() -> None:
    author: JsonValue = {
        "authorId": "7",
        "name": "Ada Example",
        "hIndex": 0,
        "citationCount": 12,
        "paperCount": 3,
        "affiliations": ["Synthetic Hospital"],
    }
    reference: JsonValue = {
        "paperId": "r",
        "title": "Synthetic reference",
        "year": 2001,
        "externalIds": {"DOI": "10.5555/R"},
    }
    seen = read_paper(
        {
            "paperId": "p",
            "corpusId": 5,
            "externalIds": {
                "ArXiv": "2101.00001",
                "DOI": "10.5555/X",
                "PubMedCentral": "12",
                "CorpusId": 5,
                "New": "1",
            },
            "title": "Synthetic paper",
            "year": 2021,
            "publicationDate": "2021-05-06",
            "venue": "Synthetic Conference",
            "citationCount": 0,
            "referenceCount": 1,
            "influentialCitationCount": 2,
            "authors": [author],
            "references": [reference],
            "aNewField": {"of": "the service"},
        },
        asked="p",
    )
    expected = Paper(
        id="p",
        corpus_id=5,
        ids={"arxiv": "2101.00001", "doi": "10.5555/x", "pmcid": "PMC12"},
        title="Synthetic paper",
        year=2021,
        publication_date=date(2021, 5, 6),
        venue="Synthetic Conference",
        citation_count=0,
        reference_count=1,
        influential_citation_count=2,
        authors=(
            Author(
                id="7",
                name="Ada Example",
                h_index=0,
                citation_count=12,
                paper_count=3,
                affiliations=("Synthetic Hospital",),
            ),
        ),
        references=Listing(
            status="known",
            items=(Reference(id="r", title="Synthetic reference", year=2001, ids={"doi": "10.5555/r"}),),
        ),
    )
    assert expected == seen


@pytest.mark.parametrize("nothing", [None, "", "  "])
@pytest.mark.parametrize("field", ["title", "venue", "publicationDate"])
def test_blank_is_unknown(field: str, nothing: str | None) -> None:
    seen = read(**{field: nothing})
    assert {None} == {getattr(seen, {"publicationDate": "publication_date"}.get(field, field))}


def test_nulls_are_unknown_and_not_zero() -> None:
    seen = read_paper({"paperId": "p", "citationCount": None, "authors": None, "externalIds": None}, asked="p")
    assert Paper(id="p", references=Listing(status="failed")) == seen


@pytest.mark.parametrize("year", [0, 20, 30000, None])
def test_impossible_year_is_unknown(year: int | None) -> None:
    assert read(year=year).year is None


@pytest.mark.parametrize("text", ["2021", "2021-13-01", "soon"])
def test_impossible_date_is_unknown(text: str) -> None:
    assert read(publicationDate=text).publication_date is None


@pytest.mark.parametrize(
    ("expected", "references", "count"),
    [
        (Listing(status="elided"), None, 30),
        (Listing(status="failed"), [], 30),
        (Listing(status="failed"), [], None),
        (Listing(status="known"), [], 0),
        (Listing(status="known", items=(Reference(title="Synthetic"),)), [{"paperId": None, "title": "Synthetic"}], 30),
    ],
)
def test_an_empty_list_is_a_zero_only_by_its_count(
    expected: Listing, references: list[object] | None, count: int | None
) -> None:
    assert expected == read(references=references, referenceCount=count).references


def test_authors_without_id_are_kept_and_without_name_left_out() -> None:
    seen = read(authors=[{"authorId": None, "name": "Ada Example"}, {"authorId": "9", "name": ""}, None])
    assert (Author(name="Ada Example"),) == seen.authors


def test_malformed_external_id_is_left_out() -> None:
    assert {"mag": "7"} == read(externalIds={"DOI": "not a doi", "MAG": 7}).ids


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paperId", None),
        ("title", 3),
        ("year", "2021"),
        ("citationCount", -1),
        ("citationCount", 1.5),
        ("citationCount", True),
        ("authors", {}),
        ("authors.0.hIndex", [{"name": "Ada", "hIndex": "high"}]),
        ("references.1.title", [{"title": "x"}, {"title": ["y"]}]),
        ("externalIds.DOI", {"DOI": ["10.5555/x"]}),
    ],
)
def test_wrong_type_names_field_and_id(field: str, value: object) -> None:
    with pytest.raises(BadAnswerError, match=rf"ARXIV:2101.00001: {field}") as caught:
        read(**{field.split(".")[0]: value})
    assert "\n" not in str(caught.value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.fixed_dictionaries({}, optional={name.split(".")[0]: json_values for name in ("paperId", *PAPER_FIELDS)}))
def test_whatever_is_answered_is_a_paper_or_a_named_error(record: dict[str, Any]) -> None:
    with suppress(BadAnswerError):
        assert isinstance(read_paper(record, asked="p"), Paper)


# --- recorded replies ------------------------------------------------------------------------------------


def load_recorded(folder: Path, name: str) -> list[Any]:
    """Return the JSON bodies of a recorded exchange."""
    cassette = YAML(typ="safe").load((folder / "s2" / "recorded" / name).read_text(encoding="utf-8"))
    return [json.loads(exchange["response"]["body"]["string"]) for exchange in cassette["interactions"]]


def test_recorded_batch_is_read_in_order(test_data: Path) -> None:
    (batch,) = load_recorded(test_data, "test_get_papers_return_not_found.yaml")
    assert batch[0] is None
    papers = [read_paper(record, asked=record["paperId"]) for record in batch[1:]]
    assert [470667, 14636783] == [papers[0].corpus_id, 14636783]
    assert "10.2139/ssrn.288970" == papers[0].ids["doi"]
    assert {"failed"} == {paper.references.status for paper in papers}


def test_recorded_paper_is_read_whole(test_data: Path) -> None:
    record = json.loads((test_data / "s2/recorded/Paper.json").read_text(encoding="utf-8"))
    paper = read_paper(record, asked="DOI:10.1093/mind/lix.236.433")
    assert (1950, 10059, 14) == (paper.year, paper.citation_count, paper.reference_count)
    assert ("known", 14) == (paper.references.status, len(paper.references.items))
    assert "10.1093/mind/lix.236.433" == paper.ids["doi"]
    assert ["A. Turing"] == [author.name for author in paper.authors]


def test_recorded_nulls_are_unknown(test_data: Path) -> None:
    record = json.loads((test_data / "s2/recorded/PaperWithNullValues.json").read_text(encoding="utf-8"))
    paper = read_paper(record, asked="p")
    assert ((), "elided") == (paper.authors, paper.references.status)


def test_replica_answers_as_recorded(test_data: Path, replica: Replica, clock: StillClock) -> None:
    (recorded,) = load_recorded(test_data, "test_get_papers.yaml")
    replica.papers = [make_paper("any", **record) for record in recorded]
    with open_requester(api_url=replica.url, clock=clock.as_clock()) as requester:
        answer = requester.request_json(
            BATCH, parameters={"fields": "authors"}, payload={"ids": [record["paperId"] for record in recorded]}
        )
    assert recorded == answer


def test_replica_says_not_found_as_recorded(test_data: Path, fetch: Fetch, caplog: pytest.LogCaptureFixture) -> None:
    cassette = YAML(typ="safe").load((test_data / "s2/recorded/test_not_found.yaml").read_text(encoding="utf-8"))
    assert {"error": "Paper with id 0 not found"} == json.loads(
        cassette["interactions"][0]["response"]["body"]["string"]
    )
    with caplog.at_level(logging.INFO, logger="flgraph"):
        assert [None] == fetch(["0"])
    assert "0: requesting it separately" in caplog.text
