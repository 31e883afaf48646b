"""Tell what the text of a link promises: "[PDF]", "[code]", "[slides]"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from flgraph.lists.entries import LinkKind

LABELS: Final[dict[LinkKind, tuple[str, ...]]] = {
    "paper": (
        "paper", "papers", "accepted papers", "pdf", "pub", "link", "arxiv", "doi", "html", "abs", "abstract",
        "article", "full text", "fulltext", "preprint", "url", "acm", "ieee", "ieee xplore", "springer", "elsevier",
        "openreview", "cvf", "conference", "journal", "publication", "read", "read paper", "paper link", "paperlink",
        "here", "pdf link", "link to paper", "arxiv link", "paper pdf", "conf", "iclr", "icml", "neurips", "cvpr",
        "proceedings",
        "论文", "论文地址", "论文链接",
        "原文", "全文", "正文", "論文", "논문", "статья", "текст", "en ligne", "texte", "artículo", "artigo",
        "usenix",
        "volltext", "aufsatz", "texte intégral",
        "thesis", "book", "chapter", "manuscript", "report", "published", "camera ready",
        "official version", "journal version", "conference version", "arxiv version", "long version",
        "extended version", "acl", "aaai", "biorxiv", "medrxiv", "ssrn", "pubmed", "pmc", "hal", "science direct",
        "sciencedirect", "nature", "wiley", "jstor",
    ),
    "code": (
        "code", "codes", "github", "official", "repo", "repository", "pytorch", "tensorflow", "tf", "jax", "keras",
        "matlab", "source code", "source", "implementation", "gitlab", "code link", "torch", "software", "demo code",
        "official code", "code available", "pytorch code", "tensorflow code", "tf code", "official implementation",
        "unofficial code", "python", "java", "julia", "c++", "代码", "代码地址", "代码链接",
        "git", "matlab code", "code pytorch",
        "code tensorflow", "python code", "r code", "github code", "github link", "코드", "コード", "код", "código",
    ),
    "project": (
        "project", "page", "project page", "website", "web", "homepage", "home page", "site", "webpage", "web page",
        "项目", "项目主页", "主页", "projekt", "projektseite", "proyecto", "projeto", "página",
        "プロジェクト", "프로젝트",
        "demo", "app", "docs", "documentation", "project website", "official website", "official site", "doc",
    ),
    "data": ("data", "dataset", "datasets", "benchmark", "data set", "数据集", "데이터", "データ",
             "данные", "données", "datos", "dados", "daten"),
    "slides": ("slides", "ppt", "slide", "presentation", "poster", "diapositivas", "folien", "présentation", "スライド",
               "슬라이드", "幻灯片"),
    "video": ("video", "talk", "youtube", "recording", "videos", "bilibili", "视频", "vídeo", "vidéo", "動画", "영상",
              "видео"),
    "blog": (
        "blog", "blog post", "post", "news", "review", "reviews", "解读", "新闻", "notes", "note", "tutorial",
        "explained", "summary", "tldr", "chinese", "中文", "zhihu", "media", "medium", "press", "announcement",
    ),
    "supplement": (
        "supplementary", "supp", "supplement", "appendix", "supplemental", "sup", "suppl", "supplementary material",
        "supplemental material", "supplementary materials", "suppl mat", "supp mat",
    ),
    "citation": ("bib", "bibtex", "citation", "cite", "scholar", "semantic scholar", "citations", "dblp"),
}  # fmt: skip
"""The texts of links in lower case, by what they lead to."""

_KINDS: Final = {label: kind for kind, labels in LABELS.items() for label in labels}
_SMALL_WORDS: Final = frozenset({
    "and", "download", "extended", "full", "in", "original", "our", "official", "project", "reference", "short", "the",
    "version",
})  # fmt: skip
_LONG_LABELS: Final = tuple(label for label in _KINDS if len(label) >= 4)
_NEAR: Final = 84
_SHORT_LABELS: Final = ("code", "data")
_SHORT_NEAR: Final = 74
_MOST_WORDS: Final = 3
_LONGEST: Final = 60

_NO_LETTERS: Final = re.compile(r"[^\w+#]+")
_NUMBER: Final = re.compile(r"(?<=\D)\d+$")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_REMARK: Final = re.compile(r"(?<=\w)\s*\([^()]{1,30}\)\s*$")


@lru_cache(2**15)
def _plain_label(text: str) -> str:
    return _NO_LETTERS.sub(" ", text.lower()).strip("_ ")


def plain_label(text: str) -> str:
    """Return a text in lower case, with one space for each run of signs that are no letters, digits, + or #.

    Examples
    --------
    >>> plain_label("[Source-Code]")
    'source code'
    """
    return _plain_label(text) if len(text) <= 500 else _plain_label.__wrapped__(text)


def label_kind(text: str) -> LinkKind | None:
    """Return what the text of a link promises; None if it is no known label, as a title is.

    A label may be misspelt by a letter, or end with a number or a remark in brackets.

    Examples
    --------
    >>> label_kind("[Paper 2]"), label_kind("Official Code"), label_kind("Learning to forget")
    ('paper', 'code', None)
    """
    return _find_kind(text) if len(text) <= _LONGEST else None


@lru_cache(2**13)
def _find_kind(text: str) -> LinkKind | None:
    name = _NUMBER.sub("", plain_label(text)).rstrip()
    if name in _KINDS:
        return _KINDS[name]
    if (bare := plain_label(_REMARK.sub("", text))) in _KINDS:
        return _KINDS[bare]
    words = name.split()
    if not words or len(words) > _MOST_WORDS or _YEAR.fullmatch(words[0]):  # "2025-MedIA" is a venue
        return None
    kinds = [_KINDS[word] for word in reversed(words) if word in _KINDS]
    has_number = len(words) < _MOST_WORDS and any(map(str.isdigit, words))
    if kinds and all(word in _KINDS or word in _SMALL_WORDS or (has_number and word.isdigit()) for word in words):
        return next((kind for kind in kinds if kind != "paper"), "paper")
    return _find_near(name) if len(words) == 1 else None


def _find_near(name: str) -> LinkKind | None:
    """Return the kind of the label that a word misspells."""
    if 4 <= len(name) <= 14 and (near := _extract(name, _LONG_LABELS, _NEAR)):
        return _KINDS[near]
    if len(name) == 4 and (near := _extract(name, _SHORT_LABELS, _SHORT_NEAR)):
        return _KINDS[near]
    return None


def _extract(name: str, labels: Iterable[str], cutoff: int) -> str | None:
    found = process.extractOne(name, labels, scorer=fuzz.ratio, score_cutoff=cutoff)
    return found[0] if found else None
