"""Decide what each row is: a paper, code, data, a video, a blog, a line of contents, or something else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import Final, cast

from flgraph.lists.drafting.columns import name_cells, role_of
from flgraph.lists.drafting.drafts import Draft, Mean
from flgraph.lists.drafting.segments import Segment
from flgraph.lists.entries import EntryKind
from flgraph.lists.evidence.chunks import ends_as_venue, has_year, is_phrase
from flgraph.lists.evidence.groups import is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.keys import Role
from flgraph.lists.evidence.labels import plain_label
from flgraph.lists.evidence.patterns import YEAR, words_of
from flgraph.lists.evidence.people import is_institution, weigh_name
from flgraph.lists.evidence.scores import is_title_case, is_venue, names_score, title_score, venue_score
from flgraph.lists.evidence.word_lists import FUNCTION_WORDS

_NOT_PAPERS: Final = re.compile(
    r"(?i)\b(blogs?|posts|tutorials?|frameworks?|librar(y|ies)|tools?|toolbox|toolkits?|datasets?|projects?|courses?|"
    r"lectures?|workshops?|special (issues?|tracks?)|compan(y|ies)|scholars?|acknowledge?ments?|update log|updates?|"
    r"news|contribut\w+|star history|licen[cs]e|citation|people|groups?|labs?|researchers?|software|"
    r"platforms?|videos?|talks?|slides?|communit(y|ies)|events|jobs?|websites?|repositor(y|ies)|products?|startups?|"
    r"open.?source|codes?|implementations?|packages?|competitions?|challenges?|podcasts?|newsletters?|"
    r"related (lists?|repos?\w*|projects?|links?)|other lists?|awesome lists?|motivation|usage|demos?|benchmarks?)\b"
    r"|^\W*data(?: (?:and|&) \w+)?\W*$"
)
_PAPERS: Final = re.compile(r"(?i)\b(papers?|surveys?|publications?|articles?|research|reviews?|reading)\b")
# Words for other things than papers that name the topics of papers as well.
_TOPICS: Final = re.compile(r"(?i)\b(?:challenges?|frameworks?|implementations?|platforms?)\b")
_CONTENTS: Final = re.compile(r"(?i)\bcontents?\b")  # headings below it may head works
_CALL: Final = re.compile(
    r"(?i)\W*(special (issue|track|session)|call for|international workshop|workshop on|included as"
    r"|this (?:paper|work) (?:introduces|presents|proposes))\b"
)
_HEADINGS: Final[dict[str, re.Pattern[str]]] = {
    "data": re.compile(r"(?i)\b(?:data ?sets?|corpora|corpus|benchmarks?|daten|jeux de données)\b|数据集"),
    "code": re.compile(
        r"(?i)\b(?:code|software|tools?|librar(?:y|ies)|frameworks?|packages?|toolkits?|platforms?)\b|工具"
    ),
    "video": re.compile(r"(?i)\b(?:videos?|talks?|lectures?|courses?)\b|视频"),
    "blog": re.compile(r"(?i)\b(?:blogs?|posts?|news|podcasts?)\b|博客"),
    "event": re.compile(r"(?i)\b(?:events|workshops?|meetings?|competitions?|challenges?|special issues?)\b"),
}
_SAID_BY_HEADING: Final = 2.0
_PRODUCTS: Final = re.compile(r"(?i)\b(platforms?|frameworks?|software|librar(y|ies)|tools?|company|package)\b")
_PAGE: Final = re.compile(
    r"(?i)\b(?:this (?:page|list|repo\w*)|our (?:survey|list|paper)|please|pull requests?|welcome|see also|have a look|"
    r"goes with|for more|feel free|ask \w+ for|no (?:paper|publication) yet|sign up|equal contribution|"
    r"we (?:meet|will|also|keep|collect|welcome)|instructors?|office hours|I (?:am|did|work|like|have)|"
    r"last (?:edited|updated))\b"
)
_MATERIAL: Final = re.compile(
    r"(?i)(?:lecture|lab|homework|assignment|problem set|exercise|tutorial)s? \d+\b"
    r"|(?:lecture|tutorial|workshop) (?:notes|slides|videos?)\b"
    r"|no (?:class|lecture|meeting|reading|seminar|session)\b"
)
# What the word before a linked or quoted title calls it: "Lecture video: ...", "Talk: ...".
_CALLED: Final = re.compile(
    r"(?i)(?:^|\s)(?:assignment|blog|book|code|course|demo|do|exercise|lecture|listen|podcast|software|talk|template|tool|"
    r"tutorial|video|watch|website|workshop)s?"
    r"(?: (?:post|series|talk|tutorial|video))?\s*[:：]$"
)
# The end of a sentence that goes on in the link behind it, or of the name of teaching material.
_NO_TITLE_END: Final = re.compile(
    r"(?i)(?:\s(?:and|at|by|for|from|in|including|is|are|like|of|or|our|see|such as|the|to|with)|[(\[（]"
    r"|\b(?:slides|lecture notes|homework))$"
)
_LONGEST_END: Final = 20  # characters, and more than one before any of these ends
_PAGES: Final = re.compile(
    r"(?i)\b(?:pp?|pages?|s|\u0441|стр)\.?\s?\d+\s?[-–]\s?\d+|\b\d{1,4}\s?\(\d+\)\s?[:,]\s?\d+\s?[-–]\d+"
)
_NAMES: Final = 0.75
_A_NAME: Final = 0.6
_MANY_FIELDS: Final = 2.5  # names, a venue and its year
_SURE: Final = 1.5  # support by names and a year before a title
_SENTENCES: Final = re.compile(r"[a-z\d)]\. [A-Z]\w")
_PAPER_MARGIN: Final = 0.6
_SURE_MARGIN: Final = 4.0  # however odd the title is
_A_WORD: Final = re.compile(r"[^\W\d_]{5}")
_LEAST_MARGIN: Final = -2.4  # sibling rows do not outweigh a row and headings that say so clearly that it is none
_BARE: Final = -2.0  # a title without fields below a heading such as "Blogs"
_DOUBT: Final = -1.0  # what headings such as "Challenges" say against a row that has the fields of a paper
_DATED_FIELD: Final = 1.2
_NAMED: Final = 2.5  # support by names before a title and a venue with its year behind
_IN_COLUMN_OF_PAPERS: Final = 1.2
_COLUMN_OF_PAPERS: Final = re.compile(r"(?i)\W*(?:papers?|articles?|publications?|论文|文章|논문|論文|статья)\W*")
_IN_TITLE_MARKS: Final = 4.0
_TITLE_MARK: Final = re.compile(r"\W*\d{0,4}\W{0,3}《")
_IS_CALL: Final = -4.5
_BOLD_TITLE: Final = 1.0
_NOTES_BELOW: Final = 0.6
_DATED_VENUE_BEHIND: Final = 1.0
_KNOWN_VENUE: Final = 2.5
_TITLE_IN_TITLE_CASE: Final = 0.65  # which needs a second one beside it
_SHORT_BUT_NAMED: Final = 0.6  # what a word more would add to the evidence of a paper
_IN_SENTENCE: Final = -4.0
_QUESTION: Final = -3.0
_ASKED: Final = re.compile(r"(?i)(?:how|can|could|what|why|should|do|which)\b.*\bwe\b.*\?$")  # of a list's author
_FEWEST_OF_SENTENCE: Final = 2  # words such as "the"
_FEWEST_WORDS: Final = 3
_REMARK: Final = re.compile(r"[(（][^()（）]{2,60}[)）]")  # behind a title, such as where its authors work
_LONG_TITLE: Final = 5
_CLEAR_TITLE: Final = 1.7
_MOST_MARGIN: Final = 3.0

_Scores = dict[str, float]


def decide_kinds(drafts: Sequence[Draft]) -> None:
    """Set the kind of each draft: its own evidence, that of its siblings, and the words of the headings above."""
    scores = [_judge(draft) for draft in drafts]
    near: defaultdict[object, Mean] = defaultdict(Mean)
    below: defaultdict[object, Mean] = defaultdict(Mean)
    margins = list(map(_margin, scores))
    for draft, margin in zip(drafts, margins, strict=True):
        bounded = max(-_MOST_MARGIN, min(_MOST_MARGIN, margin))
        near[draft.family].add(bounded)
        below[draft.block.section[:2]].add(bounded)
    for draft, score, margin in zip(drafts, scores, margins, strict=True):
        family, top = near[draft.family], below[draft.block.section[:2]]
        prior = family.total / (family.count + 1.5) + 0.5 * top.total / (top.count + 3)
        promise = _judge_headings(draft.block.section)
        if (
            promise < _DOUBT
            and _may_head_papers(draft.block.section)
            and (_judge_fields(draft) >= _DATED_FIELD or draft.candidate.support >= _SURE)
        ):
            promise = _DOUBT
        own = margin + promise
        all_said = own + 1.1 * prior + (_BARE if promise <= -_SAID_BY_HEADING and _is_bare(draft) else 0.0)
        if all_said > _PAPER_MARGIN and own > _LEAST_MARGIN and _is_titled(draft, all_said, family):
            draft.kind = "paper"
        else:
            draft.kind = _choose_other(score, draft.block.section)


def _is_titled(draft: Draft, margin: float, family: Mean) -> bool:
    """Return whether the title of a row may be that of a paper, for what else speaks for one."""
    leads_to_paper = _leads_to_paper(draft)
    least = -2.3 if family.count >= 5 and family.total > family.count else -2.0
    if title_score(draft.title) > (least if leads_to_paper or _is_in_column_of_papers(draft) else -0.6):
        return True
    is_named = draft.candidate.support >= _NAMED or _may_be_title(draft.title)
    is_sure = margin >= _SURE_MARGIN and leads_to_paper and is_named
    return is_sure or _judge_fields(draft) >= _DATED_FIELD


def _leads_to_paper(draft: Draft) -> bool:
    return any(link.label == "paper" or url_kind(link.url) == "paper" for link in draft.link_segments)


def _is_bare(draft: Draft) -> bool:
    """Return whether a row has neither the fields of a paper nor an address of one."""
    return _judge_fields(draft) <= 0 and not any(url_kind(link.url) == "paper" for link in draft.link_segments)


def _may_be_title(title: str) -> bool:
    """Return whether a title that nothing else speaks for may be one: a word of its own, no venue and no label."""
    return _A_WORD.search(title) is not None and not _is_venue(title) and not _NOT_PAPERS.search(title)


def _margin(scores: _Scores) -> float:
    return scores["paper"] - max(score for kind, score in scores.items() if kind != "paper")


def _choose_other(scores: _Scores, section: tuple[str, ...]) -> EntryKind:
    """Return the kind of a row that is no paper, by itself and by the last heading above it."""
    heading = section[-1] if section else ""
    said = dict.fromkeys(_list_kinds_of_heading(heading), _SAID_BY_HEADING)
    scores = {kind: scores.get(kind, 0.0) + said.get(kind, 0.0) for kind in (*scores, *said) if kind != "paper"}
    best = max(scores, key=lambda kind: scores[kind])
    return cast("EntryKind", best) if scores[best] > 0 else "other"


@lru_cache(1024)
def _list_kinds_of_heading(heading: str) -> tuple[str, ...]:
    return tuple(kind for kind, words in _HEADINGS.items() if words.search(heading))


# --- the row itself --------------------------------------------------------------------------------------------


def _judge(draft: Draft) -> _Scores:
    """Return how much a row by itself looks like each kind."""
    address = url_kind(draft.url.url) if draft.url else "none"
    beside = (link for link in draft.links if link.segment is not draft.url and not link.segment.is_title)
    labels = {segment.label for segment in draft.link_segments} | {link.purpose for link in beside}
    targets = {url_kind(segment.url) for segment in draft.link_segments}
    fields = _judge_fields(draft)
    return {
        "paper": _judge_paper(draft, address, fields, has_paper_label="paper" in labels),
        "code": _judge_code(address, targets, has_paper_label="paper" in labels),
        "video": _judge_video(address, targets, labels - {None, "title"}),
        "blog": _judge_blog(address, targets, fields),
        "data": 1.4 if address == "data" and "paper" not in labels else 0.0,
        "contents": 5.0 if targets and targets <= {"anchor", "image"} else 0.0,
        "other": _judge_other(draft, address, targets, fields, has_paper_label="paper" in labels),
    }


_WEAK_LABELS: Final = frozenset({"here", "link", "url", "read", "online", "html"})


def _has_weak_label(draft: Draft) -> bool:
    """Return whether no link says "paper" but by a word such as "here", which stands for anything."""
    labels = [link for link in draft.link_segments if link.label == "paper"]
    return all(plain_label(link.text) in _WEAK_LABELS for link in labels)


def _judge_paper(draft: Draft, address: str, fields: float, *, has_paper_label: bool) -> float:
    words = len(words_of(draft.title))
    is_weak = has_paper_label and address != "paper" and _has_weak_label(draft)
    is_material = _MATERIAL.match(draft.title) or _NO_TITLE_END.search(draft.title[-_LONGEST_END:])
    return sum(
        (
            2.2 if address == "paper" else 0.0,
            (0.6 if is_weak else 1.5) if has_paper_label else 0.0,
            0.9 if words >= 5 else -0.6 if words <= 2 else 0.3,
            _IS_CALL if _CALL.match(draft.title) else 0.0,
            _IS_CALL if is_material or _is_called_otherwise(draft) else 0.0,
            -3.0 if _PAGE.search(draft.title) or is_institution(draft.title) else 0.0,
            _IN_SENTENCE if _is_in_sentence(draft) else 0.0,
            _QUESTION if address == "none" and fields <= 0 and _ASKED.match(draft.title) else 0.0,
            0.8 if any(segment.style == "marker" for segment in draft.segments) else 0.0,
            _weigh_only_title(draft),
            fields,
            min(2.0, draft.candidate.support),
            _DATED_VENUE_BEHIND if _stands_before_dated_venue(draft) else 0.0,
            _IN_COLUMN_OF_PAPERS if _is_in_column_of_papers(draft) else 0.0,
            _IN_TITLE_MARKS if _stands_in_title_marks(draft) else 0.0,
            -3.0 if _PRODUCTS.search(" ".join(draft.block.header[:2])) else 0.0,
        )
    )


def _is_in_column_of_papers(draft: Draft) -> bool:
    """Return whether the header of a table says that the cell of a title holds a paper."""
    header = name_cells(draft.block).get(draft.title_segment.column, "")
    return len(words_of(draft.title)) >= _FEWEST_WORDS and _COLUMN_OF_PAPERS.fullmatch(header) is not None


def _stands_in_title_marks(draft: Draft) -> bool:
    """Return whether a text begins with a title of several words in Chinese title marks: "12.《A title》，ACL2021"."""
    title = draft.title_segment
    before = "" if title.run is None else title.run.text[: title.offset]
    return _TITLE_MARK.fullmatch(before) is not None and len(words_of(draft.title)) >= _LONG_TITLE


def _stands_before_dated_venue(draft: Draft) -> bool:
    """Return whether a known venue and its year follow a title in its text: "A title (CIDR 2019)"."""
    rest = draft.candidate.rest.text if draft.candidate.rest else ""
    return has_year(rest) and venue_score(rest) >= _KNOWN_VENUE


def _is_in_sentence(draft: Draft) -> bool:
    """Return whether the title is only linked words within a sentence: "There is [an interesting paper](...)"."""
    title = draft.title_segment
    before = [
        one for one in draft.texts if one.end <= title.start and (one.line, one.column) == (title.line, title.column)
    ]
    words = [word for one in before if one.style == "plain" for word in words_of(one.text)]
    return title.is_link and draft.title[:1].islower() and _count_function_words(" ".join(words)) >= _FEWEST_OF_SENTENCE


def _weigh_only_title(draft: Draft) -> float:
    """Return the evidence of a paper when a long title, bold or in title case, fills the first line of a list item."""
    title = draft.title_segment
    is_alone = all(
        segment is title
        or segment.line > title.line
        or segment.style in ("bracket", "code")
        or _REMARK.fullmatch(segment.text)
        for segment in draft.segments
    )
    words = len(words_of(draft.title))
    is_named = words == _LONG_TITLE - 1 and ": " in draft.title  # "LethalNet: Forgetting in Wards"
    is_long = (words >= _LONG_TITLE or is_named) and title_score(draft.title) >= _CLEAR_TITLE
    if draft.block.kind != "item" or title.is_link or not (is_alone and is_long):
        return 0.0
    if title.style == "bold":
        has_notes = draft.row.children_from is not None and is_title_case(draft.title)
        return _BOLD_TITLE + (_NOTES_BELOW if has_notes else 0.0)
    return _TITLE_IN_TITLE_CASE + (_SHORT_BUT_NAMED if is_named else 0.0) if is_title_case(draft.title) else 0.0


def _is_called_otherwise(draft: Draft) -> bool:
    """Return whether the words before a title say that it is no paper."""
    before = [segment for segment in draft.segments if segment.end <= draft.title_segment.start]
    return bool(before) and not before[-1].is_link and _CALLED.search(before[-1].text.strip()) is not None


def _judge_fields(draft: Draft) -> float:
    """Return how much the texts beside a title are the fields of a paper: names, a venue, a year."""
    texts = [text.text for text in draft.texts if len(text.text) <= 300]
    columns = _name_columns(draft)
    has_names = "authors" in columns or any(names_score(text) >= _NAMES or is_people(text) for text in texts)
    is_dated = any(has_year(text) and (is_venue(text) or is_phrase(text)) for text in texts)
    is_dated |= {"venue", "year"} <= columns
    has_venue = any(venue_score(text) >= 2 or ends_as_venue(text) for text in texts)
    is_dated |= any(has_year(text) and _PAGES.search(text) for text in texts)
    has_name = has_names or (_stands_in_bold(draft) and any(_is_name_below(draft, text) for text in draft.texts))
    score = 0.8 if has_name else 0.0
    score += 1.2 if is_dated else 0.5 if has_venue else 0.0
    return score + (0.7 if has_names and (has_venue or any(map(has_year, texts))) else 0.0)


def _name_columns(draft: Draft) -> set[Role | None]:
    """Return which fields the headers of a table name for the cells beside a title that hold a text."""
    headers = name_cells(draft.block)
    return {role_of(headers[text.column]) for text in draft.texts if text.column in headers}


def _stands_in_bold(draft: Draft) -> bool:
    """Return whether a title in bold is a line of its own."""
    title = draft.title_segment
    return title.style == "bold" and all(one is title or one.line != title.line for one in draft.segments)


def _is_name_below(draft: Draft, text: Segment) -> bool:
    """Return whether a text right below a title is the full name of one person."""
    return text.line == draft.title_segment.line + 1 and weigh_name(text.text) >= _A_NAME


def _judge_code(address: str, targets: Set[str], *, has_paper_label: bool) -> float:
    if address == "code":
        return 1.8
    return 1.2 if "code" in targets and address != "paper" and not has_paper_label else 0.0


def _judge_blog(address: str, targets: Set[str], fields: float) -> float:
    if address != "blog":
        return 0.0
    return 3.5 if targets <= {"blog"} and fields < 1.2 else 1.8


def _judge_video(address: str, targets: Set[str], labels: set[str | None]) -> float:
    if (targets and targets <= {"video"}) or (labels and labels <= {"video"}):
        return 3.5
    return 2.2 if address == "video" else 0.0


def _judge_other(draft: Draft, address: str, targets: Set[str], fields: float, *, has_paper_label: bool) -> float:
    score = 0.0
    if address in ("other", "listing", "people", "project", "data", "none") and not has_paper_label:
        score += 1.2 if fields < 1.2 else 0.6
    is_sure = title_score(draft.title) >= 1.5 or draft.candidate.support >= 0.6 or fields >= 1.2
    if address == "none" and not targets - {"anchor", "none"} and not is_sure:
        score += 1.5
    return score + (_judge_prose(draft, fields) if draft.block.kind == "paragraph" else 0.0)


def _judge_prose(draft: Draft, fields: float) -> float:
    """Return how much a paragraph looks like prose that names a work."""
    texts, segments = draft.texts, draft.segments
    unnamed = sum(len(words_of(text.text)) for text in texts if names_score(text.text) < 0.7)
    said = " ".join(text.text for text in texts)
    start = draft.spans["title"][0]
    before = " ".join(text.text for text in texts if text.style != "bracket" and text.start < start)
    everything = " ".join(segment.text for segment in segments if not segment.is_link)
    is_work = draft.row.starts_work or (fields > 0 and _stands_in_bold(draft)) or draft.candidate.support >= _SURE
    score = 0.0 if is_work else 1.0
    score += 4.0 if _SENTENCES.search(draft.title) else 0.0
    score += 3.0 if _PAGE.search(" ".join(segment.text for segment in segments)) else 0.0
    if unnamed > 25 and fields < _MANY_FIELDS and segments and not segments[0].is_link and not segments[0].is_title:
        score += 2.5
    if words_of(before) and unnamed >= 10 and names_score(before) < 0.7 and _count_function_words(said) >= 3:
        score += 3.0
    has_paper_label = any(segment.label == "paper" for segment in segments if segment.is_link)
    if len(words_of(everything)) >= 35 and names_score(said) < 0.7 and not has_paper_label and fields < _MANY_FIELDS:
        score += 3.0
    return score


def _count_function_words(text: str) -> int:
    return sum(word in FUNCTION_WORDS for word in text.split())


# --- headings --------------------------------------------------------------------------------------------------


@lru_cache(1024)
def _judge_headings(section: tuple[str, ...]) -> float:
    """Return how much the headings above promise papers (above 0) or other things (below 0)."""
    score = 0.0
    for depth, name in enumerate(reversed(section[1:] if len(section) > 1 else section)):
        near = 1.0 if depth == 0 else 0.6
        is_dated = _is_venue(name) or YEAR.search(name) is not None
        is_contents = depth == 0 and _CONTENTS.search(name) is not None
        if (is_contents or _NOT_PAPERS.search(name)) and not _PAPERS.search(name) and not is_dated:
            score -= 2.0 if depth < 2 else 1.2
        elif _PAPERS.search(name):
            score += near * 0.5
        elif depth < 2 and (is_venue(name) or YEAR.search(name)):
            score += 0.8
    return max(-3.0, score)


def _may_head_papers(section: tuple[str, ...]) -> bool:
    """Return whether the headings speak against papers only by words such as "challenges", which are topics, too."""
    return not any(_NOT_PAPERS.search(_TOPICS.sub("", name)) for name in (section[1:] or section))


def _is_venue(name: str) -> bool:
    return is_venue(re.sub(r"(?i)workshops?", "", name))
