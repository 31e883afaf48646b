"""Reference sets: what is drawn, what it costs, and that no failure makes a set smaller."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flgraph.enrichment.enrich import enrich_catalog
from flgraph.enrichment.plan import plan_enrichment
from flgraph.enrichment.refit import refit_snapshot
from flgraph.records import Match, Paper, ReferenceSet, Snapshot
from flgraph.snapshot.files import read_snapshot, write_snapshot
from flgraph.snapshot.reference_sets import list_failed_sets, list_without_topic
from flgraph.sources.provider import Sampler
from flgraph.sources.registry import find_provider
from tests.enrichment.fields_world import CATALOG, IN_LARGE, IN_SMALL, LARGE, SMALL, draw, list_works
from tests.enrichment.one_world import TAKEN
from tests.enrichment.toy_provider import ToyProvider
from tests.replica import StillClock
from tests.replica.openalex import Fault, OpenAlexReplica, make_topic, make_work
from tests.running import run


@pytest.fixture
def server() -> Iterator[OpenAlexReplica]:
    with OpenAlexReplica(list_works()) as running:
        yield running


@pytest.fixture
def quiet_day(server: OpenAlexReplica) -> Snapshot:
    snapshot = draw(server)
    server.requests.clear()
    return snapshot


def plan(server: OpenAlexReplica, cache: Path, **settings: Any) -> Any:
    asked = {"api_url": server.url, "rate": 0, "clock": StillClock().as_clock(), "depth": 0, "reference_set": 200}
    return plan_enrichment(CATALOG, source="openalex", cache=cache, **{**asked, **settings})


# --- what is drawn -----------------------------------------------------------------------------------------


def test_papers_of_one_topic_and_year_share_a_set(quiet_day: Snapshot) -> None:
    assert [LARGE, SMALL] == list(quiet_day.reference_sets)
    large, small = quiet_day.reference_sets.values()
    assert ("T1", "Synthetic topic 1", 2021, 200, 0) == (large.topic, large.name, large.year, large.size, large.seed)
    assert (IN_LARGE, 200, TAKEN.date()) == (large.population, len(large.counts), large.drawn)
    assert (IN_SMALL, IN_SMALL) == (small.population, len(small.counts))
    assert {"beta": "W12", "alpha": "W11"} == large.papers, "the record with the highest count has topic and year"
    assert {"gamma": "W13"} == small.papers
    assert 5 == small.counts["W13"]
    assert {"size": 200, "seed": 0, "without_topic": ["quiet"]} == quiet_day.parameters["reference_set"]
    assert (["quiet"], []) == (list_without_topic(quiet_day), list_failed_sets(quiet_day))


def test_a_seed_gives_the_same_set_and_another_seed_another(server: OpenAlexReplica, quiet_day: Snapshot) -> None:
    assert quiet_day == draw(server)
    other = draw(server, seed=1)
    assert 1 == other.reference_sets[LARGE].seed
    assert quiet_day.reference_sets[LARGE].counts != other.reference_sets[LARGE].counts
    assert quiet_day.reference_sets[SMALL].counts == other.reference_sets[SMALL].counts, "all works are drawn"


def test_the_order_of_the_catalog_changes_nothing(server: OpenAlexReplica, quiet_day: Snapshot, tmp_path: Path) -> None:
    turned = draw(server, catalog=CATALOG.model_copy(update={"entries": CATALOG.entries[::-1]}))
    paths = [write_snapshot(one, tmp_path / f"{place}.jsonl") for place, one in enumerate((quiet_day, turned))]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert quiet_day == read_snapshot(paths[0])


def test_a_work_without_a_count_stays_unknown(server: OpenAlexReplica) -> None:
    server.faults = [Fault("body", path="T2", skip=1, change=lambda body: body["results"][0].pop("cited_by_count"))]
    small = draw(server).reference_sets[SMALL]
    assert (IN_SMALL - 1, 1) == (len(small.counts), len(small.uncounted))
    assert not set(small.uncounted) & set(small.counts)


def test_a_snapshot_without_sets_is_as_before(server: OpenAlexReplica, tmp_path: Path) -> None:
    path = write_snapshot(
        enrich_catalog(CATALOG, source="openalex", api_url=server.url, rate=0, depth=0, progress="off"),
        tmp_path / "s.jsonl",
    )
    assert "reference_set" not in path.read_text(encoding="utf-8")
    assert not {"openalex", "primary_topic.id"} & set(server.count_routes())
    assert not any("sample" in request.query for request in server.requests)


# --- what it costs -----------------------------------------------------------------------------------------


def test_the_plan_says_first_what_is_spent_and_a_second_run_spends_nothing(
    server: OpenAlexReplica, tmp_path: Path
) -> None:
    cache = tmp_path / "cache.sqlite"
    first = plan(server, cache)
    assert "reference sets: 5 lookups, 0 cached, 3 requests, at most 16, 3 credits, at most 16\n" in str(first)
    assert [] == server.requests

    enrich_catalog(CATALOG, source="openalex", api_url=server.url, rate=0, depth=0, cache=cache, progress="off",
                   clock=StillClock().as_clock())  # fmt: skip
    second = plan(server, cache).steps[-1]
    assert (5 - 1, 0) == (second.questions, second.cached)
    server.requests.clear()
    snapshot = draw(server, cache)
    # The topics of four papers; then, for each set, the number of works and its pages.
    assert {"openalex": 1, "primary_topic.id": (1 + 2) + (1 + 1)} == server.count_routes()
    assert second.credits <= server.credits <= (second.credits_at_most or 0)

    server.requests.clear()
    assert snapshot == draw(server, cache)
    assert [] == server.requests
    third = plan(server, cache).steps[-1]
    assert (4, 4, 0, 0) == (third.questions, third.cached, third.requests, third.at_most)
    assert snapshot == draw(server, cache, offline=True)


def test_a_plan_knows_what_part_of_a_set_is_left(server: OpenAlexReplica, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    draw(server, cache, size=100)
    step = plan(server, cache).steps[-1]
    # Topics and numbers of works are known: two pages of the large field, one of the small, drawn for another size.
    assert (4, 1, 3, 3) == (step.questions, step.cached, step.requests, step.at_most)


def test_a_limit_of_credits_leaves_the_rest_to_the_next_run(server: OpenAlexReplica, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    enrich_catalog(CATALOG, source="openalex", api_url=server.url, rate=0, depth=0, cache=cache, progress="off",
                   clock=StillClock().as_clock())  # fmt: skip
    server.requests.clear()
    some = draw(server, cache, max_credits=4)
    assert (4, [LARGE], ["gamma"]) == (server.credits, list(some.reference_sets), list_failed_sets(some))
    rest = draw(server, cache)
    assert (6, [LARGE, SMALL], []) == (server.credits, list(rest.reference_sets), list_failed_sets(rest))


# --- failures ----------------------------------------------------------------------------------------------


def _spoil_first(body: dict[str, Any]) -> None:
    body["results"][0]["cited_by_count"] = "many"


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault("status", status=status, times=9, path="sample") for status in (400, 403, 500, 503)),
        *(Fault(kind, times=9, path="sample") for kind in ("query_timeout", "empty", "badjson", "truncate", "reset")),
        Fault("partial", times=9, path="sample"),
        Fault("partial", times=9, path="T1"),
        Fault("partial", times=9, path="page=2"),
        Fault("spent", path="sample"),
        Fault("html", status=200, times=9, path="sample"),
        Fault("body", change=_spoil_first, times=9, path="sample"),
        Fault("status", status=500, times=9, path="openalex"),
    ],
    ids=lambda fault: f"{fault.kind}-{fault.status}-{fault.path}",
)
def test_a_failure_never_makes_a_set_smaller(
    fault: Fault, server: OpenAlexReplica, quiet_day: Snapshot, tmp_path: Path
) -> None:
    server.faults = [fault]
    found = draw(server, tmp_path / "cache.sqlite")
    assert list_failed_sets(found)
    assert quiet_day.papers == found.papers
    for name, one in found.reference_sets.items():
        assert quiet_day.reference_sets[name] == one
    in_sets = {key for one in found.reference_sets.values() for key in one.papers}
    assert not in_sets & set(list_failed_sets(found))
    assert set(found.papers) == in_sets | set(list_failed_sets(found)) | set(list_without_topic(found))

    server.faults = []
    assert quiet_day == draw(server, tmp_path / "cache.sqlite")


def test_a_passing_fault_changes_nothing(server: OpenAlexReplica, quiet_day: Snapshot) -> None:
    kinds = ("partial", "429", "truncate")
    server.faults = [Fault(kind, path=path) for kind, path in zip(kinds, ("page=2", "T2", "sample"), strict=True)]
    assert quiet_day == draw(server)


def test_a_field_that_grew_since_it_was_counted_is_asked_again(server: OpenAlexReplica, tmp_path: Path) -> None:
    server.faults = [Fault("status", status=400, path="T2", skip=1)]
    assert ["gamma"] == list_failed_sets(draw(server, tmp_path / "cache.sqlite"))
    server.works = [*server.works, make_work(3_000, topics=[make_topic(2)], publication_year=2020)]
    small = draw(server, tmp_path / "cache.sqlite").reference_sets[SMALL]
    assert (IN_SMALL + 1, IN_SMALL + 1) == (small.population, len(small.counts))


# --- other sources, other catalogs -------------------------------------------------------------------------


def test_only_a_source_that_can_draw_is_asked(server: OpenAlexReplica) -> None:
    assert isinstance(find_provider("openalex"), Sampler)
    for source, name in (
        ("semantic_scholar", "Semantic Scholar"),
        ("auto", "Semantic Scholar"),
        (ToyProvider(), "Toy Index"),
    ):
        with pytest.raises(ValueError, match=f"{name} cannot draw reference sets; ask OpenAlex alone"):
            enrich_catalog(CATALOG, source=source, reference_set=200, api_url=server.url)
        if source != "auto":
            with pytest.raises(ValueError, match=f"{name} cannot draw reference sets"):
                plan_enrichment(CATALOG, source=source, reference_set=200, api_url=server.url)
    assert [] == server.requests


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"reference_set": 29}, "reference_set must be a whole number of at least 30, found 29"),
        ({"reference_set": 10_001}, "reference_set must be at most 10,000, found 10001"),
        ({"reference_set": 200, "seed": -1}, "seed must be a whole number of at least 0, found -1"),
    ],
)
def test_sizes_and_seeds_that_cannot_be_are_refused(settings: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        enrich_catalog(CATALOG, source="openalex", api_url="http://127.0.0.1:9", **settings)


def test_sets_stay_with_the_papers_that_still_fit(quiet_day: Snapshot) -> None:
    less = CATALOG.model_copy(update={"entries": CATALOG.entries[1:2]})
    kept = refit_snapshot(quiet_day, less).reference_sets
    assert {LARGE: {"beta": "W12"}} == {name: dict(one.papers) for name, one in kept.items()}
    assert quiet_day.reference_sets[LARGE].counts == kept[LARGE].counts


def test_a_set_of_another_record_is_left_out() -> None:
    entry = CATALOG.entries[1]
    one = ReferenceSet(
        topic="T1", year=2021, size=200, seed=0, population=9, drawn=TAKEN.date(), papers={"beta": "W99"}
    )
    older = Snapshot(
        source="openalex",
        id_kind="openalex",
        taken=TAKEN,
        depth=0,
        catalog_digest="sha256:0",
        matches={"beta": Match(status="accepted", method="id", id="W12")},
        papers={"beta": Paper(id="W12", title=entry.title, ids=dict(entry.ids))},
        reference_sets={LARGE: one},
    )
    fitted = refit_snapshot(older, CATALOG.model_copy(update={"entries": (entry,)}))
    assert (["beta"], {}) == (list(fitted.papers), fitted.reference_sets)


# --- the command -------------------------------------------------------------------------------------------


def test_the_command_draws_and_says_so(server: OpenAlexReplica, folder: Path, tmp_path: Path) -> None:
    server.works = [
        make_work(
            10, title="Synthetic paper alpha: federated segmentation", arxiv="2101.00001", topics=[make_topic(1)]
        ),
        *(make_work(100 + number, topics=[make_topic(1)]) for number in range(40)),
    ]
    options = ("catalog", "--source", "openalex", "--api-url", server.url, "--depth", "0", "--rate", "0", "--cache",
               "cache.sqlite", "-o", "out/s.jsonl", "--reference-set", "30", "--seed", "7")  # fmt: skip
    planned = run("enrich", *options, "--plan", cwd=tmp_path)
    assert "reference sets: 2 lookups, 0 cached, 3 requests, at most 5" in planned.stdout
    done = run("enrich", *options, cwd=tmp_path)
    assert (0, 1) == (done.returncode, done.stdout.count("0 failed; 1 reference set; wrote ")), done.stderr
    (one,) = read_snapshot(tmp_path / "out" / "s.jsonl").reference_sets.values()
    assert (30, 7, 41) == (len(one.counts), one.seed, one.population)

    server.faults = [Fault("status", status=400, times=9, path="sample")]
    done = run("enrich", *options, "--refresh", cwd=tmp_path)
    assert 4 == done.returncode
    assert "failed reference sets of alpha: run the command again" in done.stderr

    server.works, server.faults = [make_work(10, title=server.works[0]["title"], arxiv="2101.00001")], []
    done = run("enrich", *options, "--refresh", cwd=tmp_path)
    assert (0, 1) == (done.returncode, done.stdout.count("0 failed; 0 reference sets; wrote ")), done.stderr
    assert "no reference set for 1 of 1 paper: OpenAlex does not state both topic and year; " in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--reference-set", "200"), "Semantic Scholar cannot draw reference sets; ask OpenAlex alone"),
        (("--reference-set", "200", "--source", "auto"), "Semantic Scholar cannot draw reference sets"),
        (("--reference-set", "29", "--source", "openalex"), "29 is not in the range 30<=x<=10000"),
        (("--seed", "1", "--source", "openalex"), "--seed works with --reference-set"),
        (("--reference-set", "30", "--source", "openalex", "--resolve-only"), "--resolve-only writes no snapshot"),
    ],
)
def test_a_command_that_could_not_draw_is_wrong_usage(
    options: tuple[str, ...], message: str, folder: Path, tmp_path: Path
) -> None:
    done = run("enrich", "catalog", *options, cwd=tmp_path)
    assert (2, 1) == (done.returncode, done.stderr.count(message)), done.stderr
    assert not (tmp_path / "flgraph-out").exists()
