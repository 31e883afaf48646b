"""Tell what the header of a column says its cells hold."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from flgraph.lists.blocks.pieces import Block
from flgraph.lists.evidence.keys import Role
from flgraph.lists.evidence.labels import plain_label

_LINKS: Final = re.compile(r"link|url")
_TITLES: Final = re.compile(
    r"\b(title|article|论文|标题|titel|titre|título|platforms?|frameworks?|software|librar(y|ies)|tools?|company|package|repo|repository)\b"
)
_PAPERS: Final = re.compile(r"\b(papers?|name|work|method|model|publication title|reference)\b")
_DESCRIPTIONS: Final = re.compile(r"\b(summary|abstract|description|introduction|notes?|details?|comments?|tl ?dr)\b")
_FIELDS: Final = re.compile(
    r"\b(year|venue|conference|journal|publication|date|author|authors|code|link|links|materials?|summary|abstract|"
    r"keywords?|affiliation\w*|institut\w*|tags?|notes?|description|introduction|details?|info|size|task|licen[cs]e)\b"
)
_VENUES: Final = re.compile(
    r"\b(venues?|conferences?|conf|journals?|publications?|published|publisher|source|where|appeared|outlet|期刊|会议"
    r"|zeitschrift|revue)\b"
)
_YEARS: Final = re.compile(r"\b(year|jahr|année|año|年份)\b")
_DATES: Final = re.compile(r"\b(date|time|datum|day)\b")
_OF_PUBLICATION: Final = re.compile(r"^(?:publication|published) (?=(?:year|date)$)")
_CODE: Final = re.compile(r"codes?|demos?|github|source code")
_AUTHORS: Final = re.compile(r"\b(authors?|team|autoren|auteurs|autores|作者)\b")
_AFFILIATIONS: Final = re.compile(r"\b(affiliations?|institutions?|institutes?|organi[sz]ations?|university)\b")
_NOTES: Final = re.compile(
    rf"{_AFFILIATIONS.pattern}|\b(company|notes?|keywords?|tags?|summary|"
    r"abstract|description|tl dr|tldr|comments?|methods?|techniques?|approach|type|task|status|read|rating|priority|"
    r"progress|corpus|corpora|data|datasets?|modality|modalities|backbone|images?|text|language|size|domain|metrics?"
    r"|备注|说明|简介|描述|笔记|标签|关键词|任务|数据集|单位|機関|備考|メモ|비고|설명|메모)\b"
)


def name_cells(block: Block) -> dict[int, str]:
    """Return the header of each cell that a row writes itself, by its place among them."""
    if block.kind != "row" or not block.header:
        return {}
    own = [column for column, inherited in zip(block.columns, block.inherited, strict=True) if not inherited]
    return {place: block.header[column] for place, column in enumerate(own) if column < len(block.header)}


@lru_cache(1000)
def title_bonus(header: str) -> float:
    """Return how much more a cell below a header may be a title: 1.5 below "Title", -3.5 below "Summary"."""
    name = plain_label(header)
    if not name:
        return 0.0
    is_address = _LINKS.search(name) is not None
    if _TITLES.search(name) and not is_address:
        return 1.5
    if _PAPERS.search(name) and not is_address:
        return 1.0
    if _DESCRIPTIONS.search(name):
        return -3.5
    return -2.0 if _FIELDS.search(name) else 0.0


@lru_cache(1000)
def role_of(header: str) -> Role | None:
    """Return which field the cells below a header hold; None if the header does not say."""
    name = _OF_PUBLICATION.sub("", plain_label(header))
    fields = (_TITLES, _VENUES, _YEARS, _AUTHORS)
    if sum(form.search(name) is not None for form in fields) > 1 and not _LINKS.search(name):
        return None
    if _VENUES.search(name) and _AFFILIATIONS.search(name):
        return None
    if _VENUES.search(name) and not re.search(r"date|year$", name):
        return "venue"
    if _YEARS.search(name):
        return "year"
    if _DATES.search(name):
        return "date"
    if _AUTHORS.search(name):
        return "authors"
    return "note" if _NOTES.search(name) or _CODE.fullmatch(name) else None
