"""Rules that need a snapshot: what the records say of the works of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from flgraph.identifiers import is_preprint, name_id
from flgraph.identifiers.refuted_ids import list_standing, read_other_title
from flgraph.lists.lint.findings import Draft
from flgraph.lists.lint.lint_rows import Row, Sheet, name_work, quote_title
from flgraph.lists.lint.rules_works import relate_titles

if TYPE_CHECKING:
    from flgraph.records import FoundId, Paper, Snapshot

_RETRACTED: Final = re.compile(r"^\W*(?:retracted|withdrawn|retraction)\b", re.IGNORECASE)


def check_records(
    sheet: Sheet, records: Mapping[str, Paper], refuted: Mapping[str, Sequence[FoundId]]
) -> Iterator[Draft]:
    """Yield L201 to L204; `records` are those of a snapshot by id, `refuted` the ids that its matches refute."""
    seen: dict[str, Row] = {}
    for row in sheet.papers:
        wrong = next(_find_refuted(row, refuted), None) if row.is_alone else None
        if wrong is not None:
            yield _describe_refuted(row, *wrong)
            continue
        found = [(work, records[work]) for work in sorted(row.works) if work in records] if row.is_alone else []
        if not found:
            continue
        work, record = found[0]
        yield from _compare(row, work, record)
        before = seen.setdefault(record.id, row)
        if before is not row and before.works.isdisjoint(row.works) and before.title != row.title:
            yield sheet.describe_pair(_describe_one_record, row, before)


def _find_refuted(row: Row, refuted: Mapping[str, Sequence[FoundId]]) -> Iterator[tuple[FoundId, str]]:
    """Yield the refuted ids of a row with the titles they lead to; an id that a match of another row refutes is right.

    The row of the id is told by its title, which then is that of the record.
    """
    for work in sorted(row.works):
        for found in refuted.get(work, ()):
            title = read_other_title(found)
            if title is not None and relate_titles(row.entry.title, title) != "same":
                yield found, title


def _describe_refuted(row: Row, found: FoundId, title: str) -> Draft:
    is_new = found.right is not None and found.right not in row.works
    advice = f"; the right one is {name_work(found.right)}" if found.right is not None and is_new else ""
    message = f'the record of {name_work(found.id)} has another title: "{title}"; here {quote_title(row)}{advice}'
    return row.draft("L203", "warning", message)


def _describe_one_record(row: Row, other: Row) -> Draft:
    message = (
        f"{quote_title(row)} and {quote_title(other)}, on {other.say_line(row)}, have the same record; if they are one "
        "paper, remove one row"
    )
    return row.draft("L204", "warning", message, other)


def index_records(snapshot: Snapshot) -> dict[str, Paper]:
    """Return the records of a snapshot by each of their ids, as "kind:value"."""
    records: dict[str, Paper] = {}
    for record in (*snapshot.papers.values(), *snapshot.context.values()):
        for kind, value in record.ids.items():
            records.setdefault(name_id(kind, value), record)
    return records


def index_refuted(snapshot: Snapshot) -> dict[str, list[FoundId]]:
    """Return the ids that the matches of a snapshot refute, as "kind:value", each with what was found."""
    refuted: dict[str, list[FoundId]] = {}
    for _, match in sorted(snapshot.matches.items()):
        for found in list_standing(match):
            kind, _, value = found.id.partition(":")
            refuted.setdefault(name_id(kind, value), []).append(found)
    return refuted


def _compare(row: Row, work: str, record: Paper) -> Iterator[Draft]:
    """Yield L202, L203 or L201: one finding for one record."""
    title = record.title or ""
    if _RETRACTED.match(title):
        yield row.draft("L202", "warning", f'the record says that it was retracted: "{title}"')
    elif title and relate_titles(row.entry.title, title) == "other":
        message = f'the record of {name_work(work)} has another title: "{title}"; here {quote_title(row)}'
        yield row.draft("L203", "warning", message)
    elif _is_listed_as_preprint(row) and (published := _find_publication(record)):
        yield row.draft("L201", "warning", f"the list shows the preprint, but the paper was published: {published}")


def _is_listed_as_preprint(row: Row) -> bool:
    venue = row.entry.venue
    kinds = {work.partition(":")[0] for work in row.works}
    return "arxiv" in kinds and "doi" not in kinds and (not venue or is_preprint(venue))


def _find_publication(record: Paper) -> str | None:
    """Return the venue and the DOI under which a record says that it was published."""
    venue = record.venue if record.venue and not is_preprint(record.venue) else None
    doi = record.ids.get("doi", "")
    named = name_id("doi", doi) if doi and not name_id("doi", doi).startswith("arxiv:") else None
    said = [venue, f"{record.year}" if venue and record.year else None, name_work(named) if named else None]
    return ", ".join(part for part in said if part) if venue else None
