"""Choose the title of each row and sort its links: what an entry is made from before its kind and fields are known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from flgraph.lists.blocks.pieces import Block, Document
from flgraph.lists.blocks.rows import Row
from flgraph.lists.drafting.candidates import Candidate, Slot, find_candidates
from flgraph.lists.drafting.segments import Segment, split_row
from flgraph.lists.drafting.subtitles import join_subtitles
from flgraph.lists.entries import LinkKind, ListField, Origin, Span
from flgraph.lists.evidence.groups import count_full_names, is_people
from flgraph.lists.evidence.hosts import url_kind
from flgraph.lists.evidence.labels import label_kind, plain_label
from flgraph.lists.evidence.patterns import EMOJI_CODE, PICTURES, words_of
from flgraph.lists.evidence.scores import title_score, venue_score

Family = tuple[object, ...]
"""What sibling rows share: section, kind of block, header of the table, nesting."""

_SIBLINGS: Final = 1.2  # the weight of the sibling rows beside a candidate's own score
_FILE: Final = 3  # as many rows of the whole file are added to those of a section
_TITLE: Final = 1.5
_LEAST, _MOST = -3.0, 4.0
_KIND_OF_ADDRESS: Final[Mapping[str, LinkKind]] = {
    "paper": "paper", "code": "code", "video": "video", "blog": "blog", "data": "data", "project": "project",
}  # fmt: skip
_LINK_KINDS: Final = frozenset(LinkKind.__args__)  # type: ignore[attr-defined]
_MAY_BE_PAPER: Final = ("paper", "other", "relative", "project", "blog", "video", "data", "listing", "code", "people")
_BEFORE_PICTURE: Final = 500  # the most signs of a tag of HTML around a picture
_RATHER_NOT_PAPER: Final = ("code", "project", "video", "blog", "relative", "people", "listing")


@dataclass(slots=True)
class SortedLink:
    """A link of a row, what it is for ("title" if its text is the title), and the kind of its address."""

    segment: Segment
    purpose: LinkKind | str
    address: str


@dataclass(slots=True)
class Draft:
    """A row with the title chosen; its kind and its fields follow.

    `shares_row` is true for every further work of a row. `texts` are the segments that are neither links nor a title.
    """

    row: Row
    block: Block
    family: Family
    segments: list[Segment]
    candidate: Candidate
    title_segment: Segment
    score: float
    span: Span
    title: str = ""
    kind: str = "other"
    url: Segment | None = None
    links: list[SortedLink] = field(default_factory=list)
    shares_row: bool = False
    venue: str | None = None
    year: int | None = None
    authors: str | None = None
    tags: tuple[str, ...] = ()
    spans: dict[ListField, Span] = field(default_factory=dict)
    origins: dict[ListField, Origin] = field(default_factory=dict)
    texts: list[Segment] = field(init=False)
    link_segments: list[Segment] = field(init=False)

    def __post_init__(self) -> None:
        self.texts = [segment for segment in self.segments if not segment.is_link and not segment.is_title]
        self.link_segments = [segment for segment in self.segments if segment.is_link]


@dataclass(frozen=True, slots=True)
class Drafts:
    """What rows become: works and other resources, lines of contents, and rows with text or links but no title.

    The kind of a line of contents is set.
    """

    resources: list[Draft]
    contents: list[Draft]
    untitled: list[Row]


def make_drafts(document: Document, rows: Sequence[Row]) -> Drafts:
    """Choose the title of each row; one without a candidate is a line of contents if its links lead to no resource."""
    labels = _count_labels(document.blocks)
    segments = [join_subtitles(split_row(row.pieces, labels, row.children_from)) for row in rows]
    blocks = [document.blocks[row.block] for row in rows]
    families = {place: _family(block) for place, block in enumerate(blocks)}
    found = {place: find_candidates(blocks[place], segments[place]) for place in range(len(rows))}
    chosen = _choose(_drop_rare_splits(found, families), families)
    drafts: list[Draft] = []
    for place, (candidate, score) in chosen.items():
        drafts += _make_drafts_of_row(
            rows[place], blocks[place], families[place], segments[place], found[place], candidate, score
        )
    left = [place for place in range(len(rows)) if place not in chosen and not _are_badges(document, segments[place])]
    found_contents = {
        place: _make_contents(document, rows[place], blocks[place], families[place], segments[place]) for place in left
    }
    return Drafts(
        drafts,
        [draft for draft in found_contents.values() if draft],
        [rows[place] for place, draft in found_contents.items() if draft is None],
    )


def _make_contents(document: Document, row: Row, block: Block, family: Family, segments: list[Segment]) -> Draft | None:
    """Make a draft of a row whose links all lead to places of the same file, or are badges; None for another row."""
    links = [segment for segment in segments if segment.is_link]
    if not links or not all(url_kind(link.url) == "anchor" or _is_badge(document, link) for link in links):
        return None
    title = next((link for link in links if link.text), links[0])  # a badge may have none
    title.is_title = True
    slot: Slot = (title.style, title.column, title.line, title.is_child, False, "")
    candidate = Candidate(title.text, (title.start, title.end), 0.0, slot, segments.index(title))
    draft = _make_draft(row, block, family, segments, candidate, title, 0.0)
    draft.kind = "contents"
    return draft


def _are_badges(document: Document, segments: Sequence[Segment]) -> bool:
    """Return whether segments are no more than pictures without a text, linked or not."""
    return all(one.is_link and not one.text and _is_badge(document, one) for one in segments)


def _is_badge(document: Document, link: Segment) -> bool:
    """Return whether a link is a picture that readers click on, and leads to no paper."""
    if url_kind(link.url) == "paper":
        return False
    written = document.slice(link.start, link.end)
    return written.startswith(("[![", "[<img")) or "<img" in written[:_BEFORE_PICTURE]


def _family(block: Block) -> Family:
    columns = (block.header, len(block.columns) == 1) if block.kind == "row" else ()  # one cell may span all columns
    return block.section, block.kind, columns, min(block.depth, 2)


def _count_labels(blocks: Iterable[Block]) -> Counter[str]:
    """Count the addresses under each link text of a file."""
    addresses: dict[str, set[str | None]] = defaultdict(set)
    for block in blocks:
        for piece in block.pieces:
            if piece.kind == "link" and piece.text.strip():
                addresses[plain_label(piece.text)].add(piece.url)
    return Counter({text: len(urls) for text, urls in addresses.items()})


# --- the title ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Mean:
    """A sum and how many values it has."""

    count: int = 0
    total: float = 0.0

    def add(self, value: float) -> None:
        """Add a value."""
        self.count += 1
        self.total += value


def _choose(found: Mapping[int, list[Candidate]], families: Mapping[int, Family]) -> dict[int, tuple[Candidate, float]]:
    """Choose the best candidate of each row by its own score and by those in its place in the sibling rows."""
    near: defaultdict[tuple[Family, Slot], Mean] = defaultdict(Mean)
    everywhere: defaultdict[Slot, Mean] = defaultdict(Mean)

    for place, options in found.items():
        best: dict[Slot, float] = {}
        for option in options:
            score = max(_LEAST, min(_MOST, option.own))
            best[option.slot] = max(score, best.get(option.slot, score))
        for slot, score in best.items():
            near[families[place], slot].add(score)
            everywhere[slot].add(score)

    def expect(place: int, option: Candidate) -> float:
        ours, all_rows = near[families[place], option.slot], everywhere[option.slot]
        return (ours.total + _FILE * all_rows.total / all_rows.count) / (ours.count + _FILE)

    chosen: dict[int, tuple[Candidate, float]] = {}
    for place, options in found.items():
        scores = [option.own + _SIBLINGS * expect(place, option) for option in options]
        if scores:
            best_score = max(scores)
            chosen[place] = next(
                (option, score) for option, score in zip(options, scores, strict=True) if score > best_score - 1e-9
            )
    return chosen


_SURE_SPLIT: Final = 1.5
_WEAK_SPLIT: Final = 0.2
_CLEAR_SPLIT: Final = {"comma": 0.6, "bracket": 0.5, "stop": 0.8, "dash": 0.6, "slash": 0.8, "slashes": 0.8, "bar": 0.8,
                       "by": 0.4}  # fmt: skip
_SHARE_OF_SPLITS: Final = 0.34
_NAMES_AND_COLON: Final = "Ncolon"
_NAMES_AND_COMMA: Final = "Ncomma"
_SHARE_OF_NAMES_AND_COMMA: Final = 0.6  # "Forests, Trees, and What They Hide" begins like names
_SEVERAL_NAMES: Final = 3
_NAMES_BEFORE: Final = (_NAMES_AND_COLON, _NAMES_AND_COMMA)


def _drop_rare_splits(
    found: Mapping[int, list[Candidate]], families: Mapping[int, Family]
) -> dict[int, list[Candidate]]:
    """Drop weak splits of a text, such as at a comma before one name, unless a third of the sibling rows have them."""
    rows: Counter[Family] = Counter(families[place] for place, options in found.items() if options)
    splits: Counter[tuple[Family, str]] = Counter()
    for place, options in found.items():
        forms = {option.slot[-1] for option in options if option.slot[-1]}
        splits.update((families[place], form) for form in forms)
        for start in _NAMES_BEFORE:
            splits[families[place], start] += any(form.startswith(start) for form in forms)

    def is_common(family: Family, form: str) -> bool:
        return splits[family, form] >= _SHARE_OF_SPLITS * rows[family]

    def is_kept(family: Family, option: Candidate) -> bool:
        form = option.slot[-1]
        if form.startswith(_NAMES_AND_COLON.lower()):
            return splits[family, _NAMES_AND_COLON] > 1 and is_common(family, _NAMES_AND_COLON)
        if form.startswith(_NAMES_AND_COMMA):
            is_usual = splits[family, _NAMES_AND_COMMA] >= max(2, _SHARE_OF_NAMES_AND_COMMA * rows[family])
            return is_usual or (option.names is not None and count_full_names(option.names.text) >= _SEVERAL_NAMES)
        is_weak = form.startswith(_NAMES_AND_COLON) or option.support <= _WEAK_SPLIT
        is_alone = is_weak and splits[family, form] == 1 and (rows[family] > 1 or form.startswith("N"))
        return not form or _is_clear_split(option) or (is_common(family, form) and not is_alone)

    return {
        place: [_count_as_names(option) for option in options if is_kept(families[place], option)]
        for place, options in found.items()
    }


def _is_clear_split(option: Candidate) -> bool:
    """Return whether a split needs no sibling rows: names before the title, or names and a venue behind it."""
    before, _, behind = option.slot[-1].partition("|")
    sign = behind.rstrip("NVY")
    may_go_on = sign == "comma" and "N" in behind  # the last words of a title may look like names
    return (
        (option.support >= _CLEAR_SPLIT.get(sign, _SURE_SPLIT) and not may_go_on)
        or option.support >= _SURE_SPLIT
        or (option.support >= 1 and (before in ("Nstop", "Nbracket") or {"N", "V"} <= set(behind)))
    )


def _count_as_names(option: Candidate) -> Candidate:
    """Return a split behind one name and a colon as one behind names, which most of its siblings are."""
    form = option.slot[-1]
    return replace(option, slot=(*option.slot[:-1], f"N{form[1:]}")) if form.startswith("n") else option


def clean_title(text: str) -> str:
    """Return a title without emoji, soft hyphens and marks at its ends, and with single blanks."""
    text = PICTURES.sub(" ", EMOJI_CODE.sub(" ", text)).replace("\u00ad", "")
    text = " ".join(text.split())
    return text if text.endswith("...") else text.strip(" *_.,;|–—-■□▪▫◆◇◻◼●○")


def _make_draft(
    row: Row, block: Block, family: Family, segments: list[Segment], candidate: Candidate, title: Segment, score: float
) -> Draft:
    draft = Draft(row, block, family, segments, candidate, title, score, (block.start, row.end))
    draft.title = clean_title(candidate.text)
    draft.spans["title"] = candidate.span
    draft.origins["title"] = "row"
    draft.links = list(map(_sort_link, draft.link_segments))
    draft.url = _choose_url(draft.links)
    return draft


def _make_drafts_of_row(
    row: Row, block: Block, family: Family, segments: list[Segment], options: Sequence[Candidate],
    chosen: Candidate, score: float,
) -> list[Draft]:  # fmt: skip
    """Make a draft of a row, or one for each work if several linked titles of papers stand in it."""
    titles = [chosen, *_find_more_titles(segments, options, chosen)]
    for candidate in titles:
        segments[candidate.segment].is_title = True
    parts = _split_among(segments, [candidate.segment for candidate in titles])
    drafts = [
        _make_draft(row, block, family, parts[candidate.segment], candidate, segments[candidate.segment], score)
        for candidate in titles
    ]
    for draft in drafts[1:]:
        draft.shares_row = True
        draft.span = (draft.title_segment.start, max(draft.title_segment.end, draft.span[1]))
    return drafts


def _find_more_titles(
    segments: Sequence[Segment], options: Sequence[Candidate], chosen: Candidate
) -> Iterator[Candidate]:
    """Yield the further linked titles of papers in a row, if the chosen title is one."""
    first = segments[chosen.segment]
    for option in options:
        segment = segments[option.segment]
        if option.segment == chosen.segment or not (first.is_link and segment.is_link):
            continue
        are_papers = _is_linked_paper(first) and _is_linked_paper(segment) and _is_title(option.text)
        is_on_own_line = segment.column == first.column and segment.line != first.line
        if are_papers or (
            is_on_own_line and _may_be_paper(first) and _may_be_paper(segment) and title_score(option.text) >= _TITLE
        ):
            yield option


def _may_be_paper(segment: Segment) -> bool:
    return segment.label is None and url_kind(segment.url) in ("paper", "other")


def _is_title(text: str) -> bool:
    """Return whether the text of a paper's link, beside another title, is a title and no person or venue."""
    is_other = is_people(text) or venue_score(text) >= _TITLE
    return title_score(text) >= _TITLE or (len(words_of(text)) > 1 and not is_other and label_kind(text) is None)


def _is_linked_paper(segment: Segment) -> bool:
    return segment.is_link and url_kind(segment.url) == "paper"


def _split_among(segments: list[Segment], titles: Sequence[int]) -> dict[int, list[Segment]]:
    """Share the segments of a row among its titles: each takes those up to the next, all take the other columns."""
    if len(titles) == 1:
        return {titles[0]: segments}
    columns = {segments[title].column for title in titles}
    beside = [segment for segment in segments if segment.column not in columns]
    lines = {column: {one.line for one in beside if one.column == column} for column in {one.column for one in beside}}
    common = [segment for segment in beside if len(lines[segment.column]) != len(titles)]
    parts: dict[int, list[Segment]] = {title: [] for title in titles}
    for segment in beside:
        if len(lines[segment.column]) == len(titles):  # one line for each work
            parts[sorted(titles)[sorted(lines[segment.column]).index(segment.line)]].append(segment)
    current = min(titles)
    for place, segment in enumerate(segments):
        current = place if place in parts else current
        if segment.column in columns:
            parts[current].append(segment)
    return {title: [*own, *common] for title, own in parts.items()}


# --- links ---------------------------------------------------------------------------------------------------


def _sort_link(segment: Segment) -> SortedLink:
    address = url_kind(segment.url)
    if segment.is_title:
        return SortedLink(segment, "title", address)
    promised = segment.label if segment.label in _LINK_KINDS else None
    return SortedLink(segment, promised or _KIND_OF_ADDRESS.get(address, "other"), address)


def _choose_url(links: Sequence[SortedLink]) -> Segment | None:
    """Return the link to the work itself: that of its title, else a link to a paper, by label first."""
    own = next((link for link in links if link.purpose == "title"), None)
    if own and own.address in _MAY_BE_PAPER:
        better = next((link for link in links if link.purpose == "paper" and link.address != "none"), None)
        if better is None and own.address == "relative":
            better = next((link for link in links if link.segment.label == "url" and link.address == "other"), None)
        return better.segment if better and own.address in _RATHER_NOT_PAPER else own.segment
    labelled = [link for link in links if link.purpose == "paper" and link.address not in ("none", "anchor")]
    by_address = [link for link in links if link.address == "paper" and link.purpose in ("paper", "other", "title")]
    others = [link for link in links if link.purpose == "other" and link.address in ("other", "listing")]
    found = next(iter([*labelled, *by_address, *others]), None)
    return found.segment if found else None


def link_kind(link: SortedLink) -> LinkKind:
    """Return the kind of a sorted link that is not the title's."""
    return cast("LinkKind", link.purpose) if link.purpose in _LINK_KINDS else "other"


def find_address(data: bytes, segment: Segment) -> Span | None:
    """Return the bytes of the address of a link, None if they are not in the link, as in a reference link."""
    if not segment.url:
        return None
    raw = data[segment.start : segment.end]
    url = segment.url.encode()
    for written in (url, url.replace(b"&", b"&amp;")) if b"&" in url else (url,):
        place = raw.find(written) if _is_html(raw) else raw.rfind(written)
        if place >= 0:
            return segment.start + place, segment.start + place + len(written)
    return None


def _is_html(raw: bytes) -> bool:
    return raw.startswith(b"<")


def find_text(data: bytes, segment: Segment, text: str) -> Span | None:
    """Return the bytes of a text in that of a link; None if it is written with entities, escapes or styles inside."""
    start, end = find_label(data, segment)
    place = data.find(text.encode(), start, end)
    return (place, place + len(text.encode())) if place >= 0 else None


def find_label(data: bytes, segment: Segment) -> Span:
    """Return the bytes of the text of a link, without its address."""
    start, end = segment.start, segment.end
    address = find_address(data, segment)
    if _is_html(data[start:end]):
        opened = data.find(b">", address[1] if address else start, end)
        closed = data.rfind(b"</", opened, end) if opened >= 0 else -1
        closed = closed if closed >= 0 else end
    else:
        opened, closed = data.find(b"[", start, end), data.rfind(b"]", start, address[0] if address else end)
        if address is None and (named := data.rfind(b"][", start, end)) >= 0:  # "[text][name of its address]"
            closed = named
    return (opened + 1, closed) if 0 <= opened < closed - 1 else (start, end)
