"""Look up works and citations of an index by DuckDB: by id, by topic, and around works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import duckdb

from flgraph.bulk.database import connect, describe_parquet, naming, quote_text
from flgraph.bulk.index_files import WORK_COLUMNS, WORKS, Index
from flgraph.bulk.index_plan import count_cores, read_memory
from flgraph.bulk.index_records import CORPUS_ID
from flgraph.checks import name_some, refuse_number, suggest_name
from flgraph.errors import OutputError, TableError
from flgraph.progress import Progress, Step
from flgraph.sources.provider import PaperId
from flgraph.sources.registry import KNOWN, About

_WORK: Final = re.compile(r"(?:https?://(?:api\.)?openalex\.org/(?:works/)?)?W([0-9]{1,18})", re.IGNORECASE)
_CORPUS: Final = re.compile(rf"(?:{CORPUS_ID})?([0-9]{{1,18}})", re.IGNORECASE)
_SHA: Final = re.compile(r"(?:https?://www\.semanticscholar\.org/paper/(?:[^/]+/)?)?([0-9a-f]{40})", re.IGNORECASE)
_TOPIC: Final = re.compile(r"(?:https?://openalex\.org/)?T?([0-9]{1,9})", re.IGNORECASE)
_ARXIV_DOI: Final = "10.48550/arxiv."
_WRITE: Final = re.compile(r"IO Error: .*\bwrite\b.*: ([^:\n\"]+)", re.IGNORECASE)
_SPILL: Final = "the folder for temporary files"
_SHOWN: Final = 3


@dataclass(frozen=True, eq=False)
class Query:
    """An open index: the database that reads it, and where to report progress."""

    base: duckdb.DuckDBPyConnection
    index: Index
    report: Progress

    @property
    def about(self) -> About:
        """The source of the index."""
        return KNOWN[self.index.source]

    @property
    def works(self) -> str:
        """The works as SQL."""
        return f"read_parquet({quote_text(self.index.works_glob)})"

    @property
    def citations(self) -> str:
        """The citations as SQL."""
        return f"read_parquet({quote_text(self.index.citations_glob)})"

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns of works that this index has."""
        first = min((self.index.path / WORKS).glob("*.parquet"))
        return frozenset(describe_parquet(self.base, first))

    def run(self, sql: str) -> None:
        """Run a statement."""
        self.fetch(sql)

    def fetch(self, sql: str, *, where: str = _SPILL) -> list[tuple[Any, ...]]:
        """Return the rows of a question; `where` is what a full disk is said of."""
        with naming(self.index.path), _writing(where):
            return self.base.execute(sql).fetchall()

    def count(self, table: str) -> int:
        """Return the number of rows of a table or question."""
        return int(self.fetch(f"select count(*) from {table}")[0][0])

    def spell(self, name: str) -> str:
        """Return a column of works as SQL; null if the index lacks it."""
        return name if name in self.columns else f"null::{WORK_COLUMNS[name]} as {name}"

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make a temporary table of rows; `columns` are the types by name."""
        # As lists: a table of Arrow would make DuckDB import pandas, which takes longer than most questions.
        values = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
        parts = ", ".join(
            f"unnest(${place}::{kind}[]) as {name}" for place, (name, kind) in enumerate(columns.items(), start=1)
        )
        with naming(self.index.path), _writing(_SPILL):
            self.base.execute(f"create or replace temp table {table} as select {parts}", values)

    def put_numbers(self, table: str, numbers: Iterable[int]) -> None:
        """Make a temporary table of the numbers of works, each once."""
        self.put(table, {"id": "bigint"}, ((number,) for number in sorted(set(numbers))))


@contextmanager
def open_query(
    index: Index, report: Progress, *, memory: str | None, threads: int | None, spill: Path | None
) -> Iterator[Query]:
    """Open an index for questions.

    Raises
    ------
    ValueError
        `memory` is no size or too little, or `threads` is no number.
    """
    if threads is not None:
        refuse_number("threads", threads, least=1)
    threads = threads or count_cores()
    with connect(memory=f"{read_memory(memory, threads)}B", threads=threads, spill=spill) as base:
        yield Query(base, index, report)


@contextmanager
def _writing(where: str) -> Iterator[None]:
    """Tell errors of writing from those of reading the index."""
    try:
        yield
    except duckdb.IOException as error:
        said = _WRITE.match(str(error))
        if said is None:
            raise
        raise OutputError(f"{where}: cannot be written ({said[1].lower()}); choose another disk with -o") from error


# --- rows ------------------------------------------------------------------------------------------------


def read_rows(query: Query, table: str, columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return the works whose ids are in a table, in order of id; works that the index lacks are left out."""
    parts = ", ".join(query.spell(name) for name in columns)
    rows = query.fetch(f"select {parts} from {query.works} semi join {table} using (id) order by id")
    return {row[columns.index("id")]: dict(zip(columns, row, strict=True)) for row in rows}


# --- by id -----------------------------------------------------------------------------------------------


def read_source_id(query: Query, text: str) -> PaperId | None:
    """Return an id of the source of the index: W123 and its address, or a corpus id or paperId; else None."""
    if query.index.source == "openalex":
        found = _WORK.fullmatch(text)
        return PaperId(query.about.id_kind, f"W{int(found[1])}") if found else None
    if found := _CORPUS.fullmatch(text):
        return PaperId(query.about.id_kind, f"{CORPUS_ID}{int(found[1])}")
    found = _SHA.fullmatch(text)
    return PaperId(query.about.id_kind, found[1].lower()) if found else None


def find_numbers(query: Query, asked: Iterable[PaperId]) -> dict[PaperId, list[int]]:
    """Return the numbers of the works that each id leads to, in order; ids that lead to none are left out."""
    names = list(dict.fromkeys(asked))
    spelled = [(place, column, value) for place, name in enumerate(names) for column, value in _spell_id(query, name)]
    found: dict[PaperId, list[int]] = {}
    for column in dict.fromkeys(column for _, column, _ in spelled):
        kind = "bigint" if column == "id" else "varchar"
        query.put(
            "asked",
            {"place": "integer", "value": kind},
            ((place, value) for place, of, value in spelled if of == column),
        )
        for place, number in query.fetch(f"select place, id from {query.works} join asked on {column} = value"):
            found.setdefault(names[place], []).append(number)
    return {name: sorted(set(found[name])) for name in names if name in found}


def _spell_id(query: Query, name: PaperId) -> Iterator[tuple[str, str | int]]:
    """Yield the columns and values by which an id is looked up."""
    value = name.value.strip()
    columns: list[tuple[str, str | int]] = []
    if name.kind == "doi":
        columns.append(("doi", value.lower()))
    elif name.kind == "arxiv":
        columns += [("arxiv", value), ("doi", f"{_ARXIV_DOI}{value}".lower())]
    elif name.kind == "pmid":
        columns.append(("pmid", value))
    elif name.kind == query.about.id_kind:
        if number := (_WORK if query.index.source == "openalex" else _CORPUS).fullmatch(value):
            columns.append(("id", int(number[1])))
        elif query.index.source == "semantic_scholar":
            columns.append(("sha", value.lower()))
    yield from (column for column in columns if column[0] in query.columns)


# --- by topic --------------------------------------------------------------------------------------------


def choose_topics(query: Query, topics: Sequence[str], since: int | None) -> list[str]:
    """Make the table `field` of the works of topics; return the topics as the source writes them.

    Raises
    ------
    TableError
        A topic is unknown; the message suggests others.
    """
    query.report(Step("papers of the topic"))
    where = f" and year >= {since}" if since is not None else ""
    column = "topic" if query.index.source == "openalex" else "fields"
    if column not in query.columns:
        raise TableError(f"{query.index.path}: has no column {column}; make the index again with `flgraph index`")
    if query.index.source == "openalex":
        numbers = _read_topics(query, topics)
        names, chosen = [f"T{number}" for number in numbers], f"topic in ({', '.join(map(str, numbers))})"
    else:
        names = _read_fields(query, topics)
        chosen = f"list_has_any(fields, [{', '.join(map(quote_text, names))}])"
    query.run(f"create temp table field as select distinct id from {query.works} where {chosen}{where}")
    if not query.count("field"):
        raise TableError(f"{query.index.path}: holds no paper of {', '.join(topics)}{_say_since(since)}")
    return names


def _say_since(since: int | None) -> str:
    return "" if since is None else f" since {since}"


def _read_topics(query: Query, topics: Sequence[str]) -> list[int]:
    """Return the numbers of topics given by number or name."""
    numbers = [int(found[1]) if (found := _TOPIC.fullmatch(topic.strip())) else None for topic in topics]
    name = "any_value(topic_name)" if "topic_name" in query.columns else "null"
    known = dict(query.fetch(f"select topic, {name} from {query.works} where topic is not null group by topic"))
    by_name = {str(text).casefold(): number for number, text in sorted(known.items()) if text}
    chosen: list[int] = []
    for topic, given in zip(topics, numbers, strict=True):
        number = by_name.get(topic.strip().casefold()) if given is None else given
        if number is None or number not in known:
            raise TableError(_say_unknown(query, topic, [text for text in known.values() if text], "topics"))
        chosen.append(number)
    return chosen


def _read_fields(query: Query, topics: Sequence[str]) -> list[str]:
    """Return the fields of study that are named, as the index writes them."""
    rows = query.fetch(f"select distinct unnest(fields) from {query.works}")
    known = {name.casefold(): name for (name,) in rows if name}
    for topic in topics:
        if topic.strip().casefold() not in known:
            raise TableError(_say_unknown(query, topic, list(known.values()), "fields of study"))
    return [known[topic.strip().casefold()] for topic in topics]


def _say_unknown(query: Query, topic: str, names: Sequence[str], what: str) -> str:
    hint = suggest_name(topic, names)
    if not hint and names:
        hint = f"; it has {len(names):,} {what}, such as {', '.join(map(repr, sorted(names)[:_SHOWN]))}"
    return f"{query.index.path}: has no topic {topic!r}{hint}"


# --- around works ----------------------------------------------------------------------------------------


def choose_around(query: Query, seeds: Iterable[int], hops: int, since: int | None) -> None:
    """Make the table `field` of works and of those that cite them or that they cite, hop by hop.

    The table `seeds` holds the works to begin with, which stay whatever their year.
    """
    query.put_numbers("seeds", seeds)
    query.run("create temp table reached as from seeds")
    for hop in range(1, hops + 1):
        query.report(Step(f"citations, hop {hop}"))
        # One pass over the citations for both ends.
        query.run(
            f"create temp table next as select id from reached union select id from (select unnest([citing, cited]) "
            f"as id from {query.citations} where citing in (from reached) or cited in (from reached)) "
            "where id is not null"
        )
        query.run("drop table reached")
        query.run("alter table next rename to reached")
    where = "" if since is None else f" where year >= {since} or id in (from seeds)"
    query.run(f"create temp table field as select distinct id from {query.works} semi join reached using (id){where}")
    query.run("drop table reached")


def choose_ids(query: Query, numbers: Iterable[int], since: int | None) -> None:
    """Make the table `field` of works by their numbers."""
    query.put_numbers("seeds", numbers)
    where = "" if since is None else f" where year >= {since}"
    query.run(f"create temp table field as select distinct id from {query.works} semi join seeds using (id){where}")


def list_citations(query: Query, numbers: Iterable[int]) -> list[tuple[int, int, bool | None]]:
    """Return the citations from and to works, in order: citing, cited, and whether the source calls it influential."""
    query.put_numbers("ends", numbers)
    return query.fetch(
        f"select citing, cited, {_spell_influence(query)} from {query.citations} "
        "where citing <> cited and (citing in (from ends) or cited in (from ends)) group by citing, cited order by all"
    )


def _spell_influence(query: Query) -> str:
    return "bool_or(influential)" if query.index.source == "semantic_scholar" else "null::boolean"


def say_missing(query: Query, names: Sequence[str], of: str) -> str:
    """Say which ids or papers an index lacks: how many, and the first three."""
    return f"{len(names):,} of {of} {'is' if len(names) == 1 else 'are'} not in {query.index.path}: {name_some(names)}"
