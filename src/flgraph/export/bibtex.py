"""Export the papers of the catalog as BibTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote

import networkx as nx
import pandas as pd
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import Entry, Field

from flgraph.export.latex import escape_latex
from flgraph.export.reference_types import ReferenceType, judge_paper
from flgraph.export.selection import find_own_url, select_papers
from flgraph.graph.paper_facts import authors_of

_ENTRY_TYPES: Final[Mapping[ReferenceType | None, tuple[str, str]]] = {
    "journal": ("article", "journal"),
    "conference": ("inproceedings", "booktitle"),
}
_URL: Final = str.maketrans({character: quote(character) for character in ' {}\\"<>^`|'})
_CLASSES: Final = frozenset(
    {"gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math-ph", "nucl-ex", "nucl-th", "quant-ph"}
)
"""The archives of arXiv that are a class of their own, so that an id like hep-th/9901001 says its primary class."""

_WORD: Final = re.compile(r"[A-Z]-[^\W_]+|[^\W_]+(?:['\u2019][^\W_]+)*")
_LONG_WORD: Final = 4
SUFFIXES: Final = frozenset({"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"})
"""What may follow a family name."""

_FULL_NAME: Final = 2


def format_bibtex(graph: nx.MultiDiGraph[Any], papers: pd.DataFrame | Iterable[str] | None = None) -> str:
    """Format papers of the catalog as BibTeX, sorted by key; unknown fields are omitted.

    The key of an entry is the key of the paper in the catalog. Its type is that of the venue: an article, or a paper in
    proceedings; preprints and papers of unknown type are `@misc`. Braces keep the capitals of names and acronyms in a
    title, so that a style may write the other words in lower case. `url` is the link of the list, else the best free
    copy that a source names. `note` names the free copy beside another link, and says that a paper is retracted.

    Parameters
    ----------
    graph : KnowledgeGraph
        The graph with the papers.
    papers : DataFrame, iterable of str or None
        What `find_papers` returned, or keys or node ids. None takes all papers of the catalog.

    Raises
    ------
    GraphError
        A name is not that of a paper of the catalog.

    Examples
    --------
    >>> format_bibtex(build_graph(read_catalog()), ["fedbn"]).splitlines()[0]
    '@inproceedings{fedbn,'
    """
    library = Library([_make_entry(graph, node, data) for node, data in select_papers(graph, papers)])
    return write_string(library).strip() + "\n"


def _make_entry(graph: nx.MultiDiGraph[Any], node: str, data: Mapping[str, Any]) -> Entry:
    entry_type, venue_field = _ENTRY_TYPES.get(judge_paper(graph, node, data), ("misc", "howpublished"))
    authors = " and ".join(_format_name(graph.nodes[author]["name"]) for author in authors_of(graph, node))
    fields = {
        "author": authors,
        "title": _format_title(data.get("published_title", data["title"]), data.get("acronym", "")),
        venue_field: escape_latex(data.get("venue", "")),
        "year": str(data.get("year", "")),
        "doi": data.get("doi", "").translate(_URL),
        **_describe_eprint(data.get("arxiv", "")),
    }
    own, free = find_own_url(data), find_own_url({**data, "url": data.get("open_access_url", "")})
    fields["url"] = (own or free).translate(_URL)
    fields["note"] = _describe_state(data, free if own and free != own else "")
    return Entry(entry_type, data["key"], [Field(name, value) for name, value in fields.items() if value])


def _describe_state(data: Mapping[str, Any], free: str) -> str:
    """Return what a note says of a paper: that it is retracted, and its free copy beside the link of the list."""
    retracted = "Retracted" if data.get("retracted") is True else ""
    copy = f"Open access: {escape_latex(free.translate(_URL))}" if free else ""
    return ". ".join(filter(None, (retracted, copy)))


def _describe_eprint(arxiv: str) -> dict[str, str]:
    """Return the fields of an arXiv id, with its primary class if the id says it."""
    if not arxiv:
        return {}
    archive = arxiv.partition("/")[0]
    known = {"primaryclass": archive} if archive in _CLASSES else {}
    return {"eprint": arxiv.translate(_URL), "archiveprefix": "arXiv", **known}


# --- titles ----------------------------------------------------------------------------------------------


def _format_title(title: str, acronym: str) -> str:
    """Format a title as LaTeX, with braces around the words that must keep their capitals."""
    text = unicodedata.normalize("NFC", " ".join(title.split()))
    is_sentence = _is_sentence_case(text)
    pieces: list[str] = []
    end = 0
    for found in _WORD.finditer(text):
        between, word = text[end : found.start()], found[0]
        is_first = not pieces or not {*":.?!"}.isdisjoint(between)
        guarded = (is_sentence and word[0].isupper() and not is_first) or _keeps_capitals(word, acronym)
        pieces += [escape_latex(between), f"{{{escape_latex(word)}}}" if guarded else escape_latex(word)]
        end = found.end()
    return "".join([*pieces, escape_latex(text[end:])])


def _is_sentence_case(title: str) -> bool:
    """Return whether most long words of a title are in lower case, so that a capital marks a name."""
    words: list[str] = [word for word in _WORD.findall(title)[1:] if len(word) >= _LONG_WORD and word[1:].islower()]
    return 2 * sum(word.islower() for word in words) > len(words)


def _keeps_capitals(word: str, acronym: str) -> bool:
    """Return whether a word is an acronym or a symbol: MRI, FedBN, U-Net, the D of vitamin D; an article is neither."""
    is_symbol = len(word) == 1 and word.isupper() and word != "A"
    has_capital_inside = word[1:] != word[1:].lower()
    is_compound = word[1:2] == "-"
    return is_symbol or has_capital_inside or is_compound or word.casefold() == acronym.casefold()


# --- names -----------------------------------------------------------------------------------------------


def _format_name(name: str) -> str:
    """Format a name as one person.

    Braces keep BibTeX from splitting a name at "and" or a comma, and from reading "others" as "et al.".
    """
    words = name.split()
    plain = escape_latex(" ".join(words))
    if "," in plain or {"and", "others"}.intersection(word.casefold() for word in words):
        return f"{{{plain}}}"
    if len(words) > _FULL_NAME and words[-1] in SUFFIXES:
        parts = parse_single_name_into_parts(escape_latex(" ".join(words[:-1])), strict=False)
        parts.jr = [words[-1]]
        return str(parts.merge_last_name_first)
    return plain
