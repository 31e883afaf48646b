"""Author disambiguation: the author node of a curated name, and of an author record of a source."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flgraph.identifiers import slug
from flgraph.records import Author, Catalog, CatalogEntry, Institution, PersonName

Claims = Mapping[str, Mapping[str, str]]
"""By author id of a source, the curated author nodes that the id was matched to, each with its name."""


def list_authors(entry: CatalogEntry) -> dict[int, PersonName]:
    """Return the curated authors of a paper by position, from 1; skip blank names, which are unknown authors."""
    return {position: person for position, person in enumerate(entry.authors, start=1) if person.name.strip()}


def find_homonyms(catalog: Catalog) -> dict[str, set[str]]:
    """Return the DBLP names by the slug of the plain name; DBLP numbers homonyms."""
    numbered: dict[str, set[str]] = defaultdict(set)
    for entry in catalog.entries:
        for person in entry.authors:
            if person.dblp is not None:
                numbered[slug(person.name)].add(person.dblp)
    return numbered


def name_person(person: PersonName, homonyms: Mapping[str, set[str]]) -> str:
    """Return the author node of a name: one node a name, unless DBLP distinguishes several people of that name."""
    numbered = homonyms.get(slug(person.name), set())
    only = next(iter(numbered)) if len(numbered) == 1 else None
    return f"author:name-{slug(person.dblp or only or person.name)}"


def match_authors(authors: Sequence[Author], curated: Mapping[int, tuple[str, str]]) -> list[tuple[Author, str]]:
    """Match the authors that a source lists for a paper to the curated authors of that paper.

    Parameters
    ----------
    authors : sequence of Author
        The authors in the order of the source.
    curated : mapping of int to (str, str)
        Node and name by position, from 1.

    Returns
    -------
    list of (Author, str)
        Each matched author with its curated node, in the order of the source. Two authors match if their names agree
        and occur once in either list. If both lists have the same length, two authors at one position also match if
        they share the surname and an initial. No node is matched twice.
    """
    nodes: dict[str, list[str]] = defaultdict(list)
    for node, name in curated.values():
        nodes[slug(name)].append(node)
    said = Counter(slug(author.name) for author in authors)
    matched: dict[int, str] = {}
    for place, author in enumerate(authors, start=1):
        name = slug(author.name)
        if said[name] == 1 and len(nodes[name]) == 1:
            matched[place] = nodes[name][0]
    taken = set(matched.values())
    for place, author in enumerate(authors, start=1):
        node, name = curated.get(place, ("", ""))
        if place not in matched and len(authors) == len(curated) and node not in taken and _agree(name, author.name):
            matched[place] = node
    return [(authors[place - 1], node) for place, node in sorted(matched.items())]


def _agree(one: str, other: str) -> bool:
    """Return whether two names share the surname and, if both have given names, an initial."""
    words = [[slug(word) for word in name.split()] for name in (one, other)]
    if not all(words) or words[0][-1] != words[1][-1]:
        return False
    initials = [{word[0] for word in given[:-1]} for given in words]
    return not all(initials) or bool(initials[0] & initials[1])


def collect_claims(matched: Sequence[tuple[Author, str]], names: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the curated nodes that each author id was matched to, with their names."""
    claims: dict[str, dict[str, str]] = defaultdict(dict)
    for author, node in matched:
        if author.id is not None:
            claims[author.id][node] = names[node]
    return claims


def is_mixed(author: Author, claims: Claims) -> bool:
    """Return whether an author record merges people of one name whom DBLP distinguishes; its counts are wrong then."""
    named = [slug(name) for name in claims.get(author.id or "", {}).values()]
    return len(set(named)) < len(named)


def find_person(author: Author, claims: Claims, homonyms: Mapping[str, set[str]], id_kind: str) -> str:
    """Return the author node of an author record on a paper without curated authors.

    An id that was matched to one curated author is that author. If it was matched to several, the one with the same
    name counts. Any other id is a node of its own: equal names do not prove that two people are the same.
    """
    if author.id is None:
        return name_person(PersonName(name=author.name), homonyms)
    claimed = claims.get(author.id, {})
    spelled = [node for node, name in claimed.items() if slug(name) == slug(author.name)]
    for nodes in (list(claimed), spelled):
        if len(nodes) == 1:
            return nodes[0]
    return f"author:{id_kind}-{author.id}"


def merge_authors(records: Sequence[Author], id_kind: str) -> dict[str, Any]:
    """Merge the author records of one person; of several ids, the one with the most papers counts.

    Records with the same id complete each other. Of two numbers the larger counts, since it is the later one.
    """
    ids = sorted({record.id for record in records if record.id is not None})
    if not ids:
        return {}
    profiles = {id_: dict(_merge_profile([record for record in records if record.id == id_])) for id_ in ids}
    largest = max(ids, key=lambda id_: (profiles[id_].get("paper_count", -1), id_))
    return {**profiles[largest], "alias": "; ".join(f"{id_kind}-{id_}" for id_ in ids)}


def _merge_profile(records: Sequence[Author]) -> Iterator[tuple[str, int | str]]:
    for field in ("h_index", "citation_count", "paper_count"):
        numbers = [number for record in records if (number := getattr(record, field)) is not None]
        if numbers:
            yield field, max(numbers)
    affiliations = dict.fromkeys(place for record in records for place in record.affiliations if place.strip())
    if affiliations:
        yield "affiliations", "; ".join(affiliations)
    orcids = {record.orcid for record in records if record.orcid}
    if len(orcids) == 1:
        yield "orcid", orcids.pop()
    places = dict.fromkeys(place for record in records for place in record.institutions)
    if places:
        yield "institutions", "; ".join(dict.fromkeys(map(_name_institution, places)))
    if rors := dict.fromkeys(place.ror for place in places if place.ror):
        yield "institution_rors", "; ".join(rors)


def _name_institution(institution: Institution) -> str:
    return f"{institution.name} ({institution.country})" if institution.country else institution.name
