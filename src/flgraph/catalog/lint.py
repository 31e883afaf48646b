"""The lint rules: checks between the records of a catalog, such as duplicate keys and links shared by papers.

To add a rule, write a function that yields a `Problem` for each fault, list it in `check_catalog` under a new code, and
describe the code in `rules.py`. Faults of one
file or record are found where it is read, in `reader.py`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from typing import Final, get_args

from rapidfuzz import fuzz

from flgraph.catalog.authors import find_homonyms, list_authors, name_person
from flgraph.catalog.lint_links import (
    check_access,
    check_impossible_ids,
    check_link_ids,
    check_materials,
    check_repeated_links,
    check_shared_links,
    drop_all,
)
from flgraph.catalog.lint_refuted import check_refuted
from flgraph.catalog.matches import group_by_entry
from flgraph.catalog.patterns import judge_pattern
from flgraph.catalog.problems import Location, Problem
from flgraph.catalog.vocabulary import find_published_venue, find_venue, suggest_venue, venue_names
from flgraph.checks import show_value, suggest_name
from flgraph.identifiers import ID_FORMS, IdKind, clean_arxiv, clean_doi, normalize_title
from flgraph.records import Catalog, CatalogEntry, Match, Record, Relation

_ALIKE: Final = 80
_TITLES_TRIED: Final = 10  # the longest, where a slow pattern is slowest


def check_catalog(catalog: Catalog) -> list[Problem]:
    """Return the findings of all checks between records, in the order of the checks, each with its code."""
    checks: tuple[tuple[str, Callable[[Catalog], Iterator[Problem]]], ...] = (
        ("C201", _check_duplicate_keys),
        ("C202", _check_references),
        ("C203", _check_relations),
        ("C204", _check_repeats),
        ("C205", _check_extents),
        ("C206", _check_venues),
        ("C207", _check_sections),
        ("C208", _check_facets),
        ("C209", _check_vocabularies),
        ("C210", _check_shared_names),
        ("C211", _check_namesakes),
        ("C212", _check_field_names),
        ("C213", _check_ids),
        ("C214", check_refuted),
        ("C215", _check_links),
        ("C216", _check_dates),
        ("C217", _check_shared_ids),
        ("C218", check_shared_links),
        ("C219", _check_shared_titles),
        ("C220", _check_names),
        ("C221", _check_patterns),
        ("C222", _check_matches),
        ("C223", check_link_ids),
        ("C224", check_impossible_ids),
        ("C225", check_access),
        ("C226", check_materials),
        ("C227", check_repeated_links),
    )
    return [problem._replace(code=code) for code, check in checks for problem in check(catalog)]


def _check_duplicate_keys(catalog: Catalog) -> Iterator[Problem]:
    for field in ("entries", "datasets", "codebases", "topics", "venues"):
        records = getattr(catalog, field)
        for key, places in _repeated((index, record.key) for index, record in enumerate(records)).items():
            for place in places[1:]:
                pair = " and ".join(_show_title(records[one]) for one in (places[0], place))
                message = f"duplicate key {key!r}: {pair}; keys must be unique within a file"
                yield Problem(field, (place, "key"), "error", message, others=((places[0], "key"),))


def _show_title(record: Record) -> str:
    """Return the title of a paper, the name of another record, or the address of a codebase, for a message."""
    names = (getattr(record, field, None) for field in ("title", "name", "url"))
    return show_value(next(filter(None, names), "no title"))


def _name_both(catalog: Catalog, places: Iterable[int], *, titles: bool = False) -> str:
    entries = (catalog.entries[place] for place in places)
    return " and ".join(f"{entry.key} ({_show_title(entry)})" if titles else entry.key for entry in entries)


def _locate_others(places: Sequence[int], *field: str) -> tuple[Location, ...]:
    return tuple((place, *field) for place in places[:-1])


def _check_references(catalog: Catalog) -> Iterator[Problem]:
    known = {
        "datasets": {dataset.key for dataset in catalog.datasets},
        "topics": {topic.key for topic in catalog.topics},
        "codebases": {codebase.key for codebase in catalog.codebases},
    }
    for index, entry in enumerate(catalog.entries):
        for field, names in known.items():
            for place, use in enumerate(getattr(entry, field)):
                if use.key not in names:
                    yield _unknown("entries", (index, field, place), field[:-1], use.key, names)


def _check_relations(catalog: Catalog) -> Iterator[Problem]:
    papers = {entry.key for entry in catalog.entries}
    for index, entry in enumerate(drop_all(catalog)):
        for place, relation in enumerate(entry.relations):
            location = (index, "relations", place)
            if relation.to == entry.key:
                yield Problem("entries", location, "error", f"{entry.key!r} has a relation to itself; remove it")
            elif relation.to not in papers:
                yield from _check_outside_paper(location, relation.to, entry, papers)


def _check_outside_paper(location: Location, to: str, entry: CatalogEntry, papers: Iterable[str]) -> Iterator[Problem]:
    kind = to.partition(":")[0]
    right = _clean_target(to)
    if right is None and kind in ID_FORMS:
        message = f"the relation target {to!r} is invalid; after {kind!r} and a colon, write {ID_FORMS[kind][1]}"
        yield Problem("entries", location, "error", message)
    elif right is None:
        yield _unknown("entries", location, "paper", to, papers)
    elif right != to:
        yield Problem(
            "entries", location, "error", f"the relation target {to!r} is not in normal form; write {right!r}"
        )
    elif right in {_clean_target(value) for kind, value in entry.ids.items() if kind in ID_FORMS}:
        yield Problem("entries", location, "error", f"{entry.key!r} has a relation to itself, {to}; remove it")


def _clean_target(to: str) -> str | None:
    """Return an arXiv id or DOI in any spelling as "arxiv:…" or "doi:…"; a DOI of arXiv counts as an arXiv id."""
    value = re.sub(r"^(?:arxiv|doi):", "", to.strip(), flags=re.IGNORECASE).strip()
    if arxiv := clean_arxiv(value):
        return f"arxiv:{arxiv}"
    return f"doi:{doi}" if (doi := clean_doi(value)) else None


def _check_repeats(catalog: Catalog) -> Iterator[Problem]:
    """Report what is listed twice: the graph has one edge for it."""
    fields = {"entries": ("datasets", "topics", "codebases", "relations"), "codebases": ("builds_on",)}
    for owner, names in fields.items():
        for index, record in enumerate(getattr(catalog, owner)):
            for field in names:
                seen: set[tuple[str | None, ...]] = set()
                for place, use in enumerate(getattr(record, field)):
                    said = tuple(use.model_dump(exclude={"evidence", "note", "title"}).values())
                    if said in seen:
                        name = use.to if isinstance(use, Relation) else use.key
                        yield Problem(owner, (index, field, place), "error", f"{name!r} is listed twice; remove one")
                    seen.add(said)


def _check_extents(catalog: Catalog) -> Iterator[Problem]:
    """Report partly known datasets without a reason, and reasons without partly known datasets."""
    for index, entry in enumerate(catalog.entries):
        message = None
        if entry.datasets_known == "some" and not entry.datasets:
            message = "`datasets_known` is 'some', but the paper lists no dataset; remove it, or list the known ones"
        elif entry.datasets_known == "some" and entry.datasets_reason is None:
            message = "`datasets_known` is 'some'; give the reason in `datasets_reason`"
        elif entry.datasets_known != "some" and entry.datasets_reason is not None:
            message = "`datasets_reason` works only with `datasets_known: some`; add that, or remove the reason"
        if message is not None:
            field = "datasets_reason" if entry.datasets_known != "some" else "datasets_known"
            yield Problem("entries", (index, field), "error", message)


def _unknown(field: str, location: Location, kind: str, name: str, known: Iterable[str]) -> Problem:
    hint = suggest_name(name, known) or f"; add it to {kind}s.yaml"
    among = "entries" if kind == "paper" else f"{kind}s"
    return Problem(field, location, "error", f"unknown {kind} {name!r}{hint}", (among, name))


def _check_venues(catalog: Catalog) -> Iterator[Problem]:
    """Report venues that are not in venues.yaml, and years that differ from the year in the name of the venue."""
    names = venue_names(catalog)
    for index, entry in enumerate(catalog.entries):
        for location, text in (
            ((index, "venue"), entry.venue),
            ((index, "published", "venue"), entry.published.venue),
        ):
            found = find_venue(text, names) if text is not None else None
            if found and found.key is None and catalog.venues:
                message = f"unknown venue {found.name!r}{suggest_venue(found.name, catalog)}"
                yield Problem("entries", location, "warning", message, ("venues", found.name))
        venue = find_published_venue(entry, names)
        if venue and venue.year and entry.year not in (None, venue.year):
            said = entry.published.venue or entry.venue
            message = f"`year` is {entry.year}, but the venue {said!r} is of {venue.year}; correct one of them"
            yield Problem("entries", (index, "year"), "warning", message)


def _check_sections(catalog: Catalog) -> Iterator[Problem]:
    for index, entry in enumerate(catalog.entries):
        for place, name in enumerate(entry.sections):
            if name in entry.sections[:place]:
                message = f"the section {name!r} is listed twice; remove one"
                yield Problem("entries", (index, "sections", place), "warning", message)


def _check_facets(catalog: Catalog) -> Iterator[Problem]:
    """Report facets of one topic that are spelled almost like a facet of several, and facets in order without topics.

    Any name is a facet.
    """
    counts = Counter(topic.facet for topic in catalog.topics)
    common = [facet for facet, number in counts.items() if number > 1]
    for index, topic in enumerate(catalog.topics):
        near = next((facet for facet in common if fuzz.ratio(facet.casefold(), topic.facet.casefold()) >= _ALIKE), None)
        if counts[topic.facet] == 1 and near is not None:
            message = f"only {topic.key!r} has the facet {topic.facet!r}; did you mean {near!r}?"
            yield Problem("topics", (index, "facet"), "warning", message)
    for place, facet in enumerate(catalog.facets):
        if facet not in counts:
            message = f"no topic has the facet {facet!r}{_hint_at_facets(facet, counts)}"
            yield Problem("about", ("facets", place), "warning", message, ("topics", facet))


def _hint_at_facets(facet: str, known: Iterable[str]) -> str:
    listed = ", ".join(sorted(known))
    near = suggest_name(facet, known)
    return f"{near} Known: {listed}" if near else f"; known: {listed}" if listed else "; remove it, or add such a topic"


def _check_vocabularies(catalog: Catalog) -> Iterator[Problem]:
    parents = {dataset.key: dataset.parent for dataset in catalog.datasets}
    for index, (key, parent) in enumerate((dataset.key, dataset.parent) for dataset in catalog.datasets):
        if parent is not None and parent not in parents:
            yield _unknown("datasets", (index, "parent"), "dataset", parent, parents)
        elif key in (ancestors := _list_ancestors(key, parents)):
            circle = ", ".join([key, *ancestors[: ancestors.index(key) + 1]])
            message = f"{key!r} is its own ancestor: {circle}; correct one parent"
            yield Problem("datasets", (index, "parent"), "error", message)
    codebases = {codebase.key for codebase in catalog.codebases}
    for index, codebase in enumerate(catalog.codebases):
        for place, use in enumerate(codebase.builds_on):
            if use.key not in codebases:
                yield _unknown("codebases", (index, "builds_on", place), "codebase", use.key, codebases)
            if use.key == codebase.key:
                message = f"{use.key!r} builds on itself; remove it from its own `builds_on`"
                yield Problem("codebases", (index, "builds_on", place), "error", message)


def _list_ancestors(key: str, parents: Mapping[str, str | None]) -> list[str]:
    """Return the parent of a dataset, the parent of that, and so on, up to the first that would repeat."""
    line: list[str] = []
    parent = parents[key]
    while parent is not None and parent not in line:
        line.append(parent)
        parent = parents.get(parent)
    return line


def _check_shared_names(catalog: Catalog) -> Iterator[Problem]:
    """Report names that several venues or several topics share."""
    owners: dict[tuple[str, str], str] = {}
    # Papers refer to a venue by key, name or tag, but to a topic by key only.
    for venue in catalog.venues:
        owners.setdefault(("venues", venue.key.casefold()), venue.key)
    labels = [("venues", index, venue.key, (venue.name, *venue.tags)) for index, venue in enumerate(catalog.venues)]
    labels += [
        ("topics", index, topic.key, (topic.name, *topic.synonyms)) for index, topic in enumerate(catalog.topics)
    ]
    for field, index, key, names in labels:
        for name in names:
            owner = owners.setdefault((field, name.casefold()), key)
            if owner != key:
                message = f"the name {name!r} already belongs to {owner!r}; rename one of the two"
                yield Problem(field, (index,), "error", message)


def _check_namesakes(catalog: Catalog) -> Iterator[Problem]:
    """Report authors that a paper lists twice: two people of one name need their DBLP names."""
    homonyms = find_homonyms(catalog)
    for index, entry in enumerate(catalog.entries):
        seen: set[str] = set()
        for position, person in list_authors(entry).items():
            node = name_person(person, homonyms)
            if node in seen:
                known_as = person.dblp or person.name
                message = (
                    f"the author {known_as!r} is listed twice; remove one, or give each of two people their `dblp` name"
                )
                yield Problem("entries", (index, "authors", position - 1), "error", message)
            seen.add(node)


def _check_field_names(catalog: Catalog) -> Iterator[Problem]:
    """Report unknown names under `ids` and `sources`: a misspelt name would have no effect."""
    known = {"ids": get_args(IdKind), "sources": tuple(CatalogEntry.model_fields)}
    for index, entry in enumerate(catalog.entries):
        for field, names in known.items():
            for name in getattr(entry, field):
                if name not in names:
                    hint = suggest_name(name, names) or f"; known: {', '.join(sorted(names))}"
                    yield Problem("entries", (index, field, name), "error", f"unknown name {name!r} in `{field}`{hint}")


def _check_ids(catalog: Catalog) -> Iterator[Problem]:
    for index, entry in enumerate(catalog.entries):
        for kind, (clean, form) in ID_FORMS.items():
            value = entry.ids.get(kind)
            right = clean(value) if value else None
            if value != right:
                normal = f"`{kind}` is {value!r}, which is not in normal form; write {right!r}"
                message = normal if right else f"`{kind}` must be {form}, found {value!r}"
                yield Problem("entries", (index, "ids", kind), "error", message)


def _check_links(catalog: Catalog) -> Iterator[Problem]:
    links: list[tuple[str, Location, str | None]] = []
    for index, entry in enumerate(catalog.entries):
        links.append(("entries", (index, "url"), entry.url))
        links += [
            ("entries", (index, "materials", place, "url"), link.url) for place, link in enumerate(entry.materials)
        ]
    links += [("datasets", (index, "homepage"), dataset.homepage) for index, dataset in enumerate(catalog.datasets)]
    links += [("codebases", (index, "url"), codebase.url) for index, codebase in enumerate(catalog.codebases)]
    for field, location, url in links:
        if url is not None and not url.startswith(("https://", "http://")):
            yield Problem(field, location, "error", f"{url!r} is not a web address; start it with https://")


def _check_dates(catalog: Catalog) -> Iterator[Problem]:
    for index, codebase in enumerate(catalog.codebases):
        first, last = codebase.first_commit, codebase.last_commit
        if first is not None and last is not None and last < first:
            message = f"`last_commit` {last} is earlier than `first_commit` {first}; correct one of them"
            yield Problem("codebases", (index, "last_commit"), "error", message)


def _check_names(catalog: Catalog) -> Iterator[Problem]:
    """Report names that differ only by a middle name: often one person, whose papers would count for two authors."""
    first_seen: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    known = {person.name: person.dblp for entry in catalog.entries for person in entry.authors if person.dblp}
    for index, entry in enumerate(catalog.entries):
        for place, person in enumerate(entry.authors):
            words = person.name.split()
            if len(words) > 1:
                first_seen[words[0], words[-1]].setdefault(person.name, (index, place))
    for names in first_seen.values():
        short, *longer = sorted(names, key=lambda name: (len(name.split()), name))
        for name in longer:
            if set(short.split()) < set(name.split()) and known.get(short, short) != known.get(name, name):
                index, place = names[name]
                message = f"{name!r} and {short!r} may be one person; if so, give both the same `dblp` name"
                yield Problem("entries", (index, "authors", place), "note", message)


def _check_shared_ids(catalog: Catalog) -> Iterator[Problem]:
    entries = drop_all(catalog)
    for kind in get_args(IdKind):
        ids = ((index, entry.ids[kind].casefold()) for index, entry in enumerate(entries) if kind in entry.ids)
        for value, places in _repeated(ids).items():
            papers = _name_both(catalog, places, titles=True)
            message = f"the {kind} id {value} is shared by {papers}; correct it, or merge the entries"
            others = _locate_others(places, "ids", kind)
            yield Problem("entries", (places[-1], "ids", kind), "error", message, others=others)


def _check_shared_titles(catalog: Catalog) -> Iterator[Problem]:
    titles = ((index, normalize_title(entry.title)) for index, entry in enumerate(catalog.entries))
    for places in _repeated(titles).values():
        title = _show_title(catalog.entries[places[-1]])
        message = f"{_name_both(catalog, places)} have the same title, {title}; merge them if they are one paper"
        others = _locate_others(places, "title")
        yield Problem("entries", (places[-1], "title"), "warning", message, others=others)


def _repeated(values: Iterable[tuple[int, str]]) -> Mapping[str, list[int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, value in values:
        places[value].append(place)
    return {value: found for value, found in places.items() if len(found) > 1}


def _check_patterns(catalog: Catalog) -> Iterator[Problem]:
    titles = nlargest(_TITLES_TRIED, (entry.title for entry in catalog.entries), key=len)
    for index, topic in enumerate(catalog.topics):
        for field in ("patterns", "negative_patterns"):
            for place, pattern in enumerate(getattr(topic, field)):
                message = judge_pattern(pattern, titles)
                if message is not None:
                    yield Problem("topics", (index, field, place), "error", message)


def _check_matches(catalog: Catalog) -> Iterator[Problem]:
    papers = {entry.key for entry in catalog.entries}
    for key in dict.fromkeys(key for by_key in catalog.matches.values() for key in by_key):
        if key not in papers:
            yield _unknown("matches", (key,), "paper", key, papers)
    yield from check_decisions(catalog.matches)


def check_decisions(matches: Mapping[str, Mapping[str, Match]]) -> Iterator[Problem]:
    """Report matches that are accepted without the id of a record."""
    for key, entry in group_by_entry(matches).items():
        for source, match in entry.by_source.items():
            if match.status == "accepted" and match.id is None:
                message = f"{key!r} is accepted without an id; add the `id` of its record, or set `status: review`"
                yield Problem("matches", (key, *([] if entry.is_flat else [source]), "status"), "error", message)
