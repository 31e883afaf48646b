"""The same world as a corpus of Semantic Scholar's replica, with the habits of OpenAlex."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from tests.replica.openalex.works import locate_at_arxiv, make_author, make_work

_SPLIT, _MERGED, _WITHOUT_REFERENCES = 7, 3, 9


def works_from_s2(papers: Sequence[Mapping[str, Any]], *, is_plain: bool = False) -> list[dict[str, Any]]:
    """Return works for the papers of a corpus of Semantic Scholar, the same ones for the same papers.

    Of the papers with an arXiv id and a DOI, every seventh is two works, and every third of the others has the DOI of
    arXiv alone. Every ninth lists no references. Of those who cite a paper that is two works, every other cites the
    preprint. If `is_plain`, none of that holds: each paper is one work with all its ids and references.
    """
    names = {paper["paperId"]: number_work(paper["paperId"]) for paper in papers}
    made, preprints, both = [], {}, 0
    for place, paper in enumerate(papers):
        work = _to_work(paper, names)
        ids = {kind.lower(): value for kind, value in (paper.get("externalIds") or {}).items()}
        both += "arxiv" in ids and "doi" in ids
        if not is_plain and place % _WITHOUT_REFERENCES == _WITHOUT_REFERENCES - 1:
            work["referenced_works"] = []
        if not is_plain and "arxiv" in ids and "doi" in ids and both % _SPLIT == 0:
            preprint = _to_preprint(paper, work, ids["arxiv"])
            preprints[work["id"]] = preprint["id"]
            made += [preprint, work]
        elif not is_plain and "arxiv" in ids and "doi" in ids and both % _MERGED == 0:
            made.append({**work, **_stand_alone(ids["arxiv"])})
        else:
            made.append(work)
    for work in made[1::2]:
        work["referenced_works"] = [preprints.get(cited, cited) for cited in work["referenced_works"]]
    return made


def number_work(name: str) -> str:
    """Return the id of the work of a paper."""
    return f"W{4_300_000_000 + int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)}"


def _to_work(paper: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    ids = {kind.lower(): value for kind, value in (paper.get("externalIds") or {}).items()}
    doi = ids.get("doi") or (f"10.48550/arXiv.{ids['arxiv']}" if "arxiv" in ids else None)
    cited = [names[line["paperId"]] for line in paper.get("references") or [] if line.get("paperId") in names]
    number = int(names[paper["paperId"]][1:])
    year = paper.get("year")
    return make_work(
        number,
        doi=doi,
        arxiv=ids.get("arxiv"),
        journal=paper.get("venue") or "Synthetic Journal",
        title=paper.get("title"),
        publication_year=year,
        publication_date=paper.get("publicationDate") or (f"{year}-01-01" if year else None),
        type="preprint" if doi and "arxiv" in doi.lower() else "article",
        authorships=[
            make_author(person["name"], _number_author(person["name"])) for person in paper.get("authors") or []
        ],
        referenced_works=list(dict.fromkeys(cited)),
    )


def _to_preprint(paper: Mapping[str, Any], work: Mapping[str, Any], arxiv: str) -> dict[str, Any]:
    work["locations"][:] = work["locations"][:1]
    return {**work, **_stand_alone(arxiv), "id": number_work(f"{paper['paperId']} preprint"), "referenced_works": []}


def _stand_alone(arxiv: str) -> dict[str, Any]:
    return {"doi": f"10.48550/arXiv.{arxiv}", "type": "preprint", "locations": [locate_at_arxiv(arxiv)]}


def _number_author(name: str) -> int:
    return 5_000_000_000 + int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
