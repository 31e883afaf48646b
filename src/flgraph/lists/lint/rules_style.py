"""Rules about style: rows written otherwise than their neighbours, labels with several spellings, numbers with gaps."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Final

from rapidfuzz import fuzz, process

from flgraph.lists.lint.findings import Draft
from flgraph.lists.lint.lint_rows import Row, Sheet, list_lines

_LEAST_ROWS: Final = 5
_COMMON: Final = 5  # uses of a label that others are measured by
_MISSPELT: Final = 70
_WORD: Final = "…"
_PICTURE: Final = re.compile(r"\[?!\[[^\[\]]{0,200}\]\([^()]{0,2000}\)|<img\b[^<>]{0,2000}>|<!--[^<>]{0,500}-->")
_TOKEN: Final = re.compile(r"\{\w+\}|\s+|.")
_LONGEST_ROW: Final = 4_000
_NUMBER: Final = re.compile(r"^(?:\s|<[^<>]{0,300}>|\|)*[\[(]?(\d{1,5})[\])]?(?=\s|<|\||\.\s)")
_LATEST_NUMBER: Final = 1900  # from here on it may be a year
_MOST_LABELS: Final = 1_000


def check_style(sheet: Sheet) -> Iterator[Draft]:
    """Yield L130, L131 and L132."""
    rows = [row for row in sheet.papers if row.part.form == "markdown"]
    yield from _find_odd_shapes(rows)
    yield from _find_label_drift(sheet, rows)
    yield from _find_gaps(rows)


# --- shapes ----------------------------------------------------------------------------------------------


def _find_odd_shapes(rows: list[Row]) -> Iterator[Draft]:
    """Yield L130 for a row that writes its fields in a shape of its own, where most rows of its section share one."""
    for group in _group_fields(rows).values():
        if len(group) < _LEAST_ROWS:
            continue
        shapes = [_find_shape(row) for row in group]
        counts = Counter(shapes)
        usual, number = counts.most_common(1)[0]
        if number * 2 <= len(group):
            continue
        for row, shape in zip(group, shapes, strict=True):
            if counts[shape] == 1:
                message = f"formatted differently from its neighbours: {_describe_difference(shape, usual)}"
                yield row.draft("L130", "note", message)


def _group_fields(rows: list[Row]) -> Mapping[object, list[Row]]:
    """Group the rows of each section by the fields that they write."""
    groups: dict[object, list[Row]] = defaultdict(list)
    for row in rows:
        fields = frozenset(row.entry.spans) - {"year"}
        groups[row.part.path, row.entry.section, fields].append(row)
    return groups


def _find_shape(row: Row) -> str:
    """Return the shape of a row: names in place of its fields, one sign in place of other words.

    Other links, pictures and comments are left out.

    Pictures are mostly badges, such as the stars of a repository, which not every paper has.
    """
    start, end = row.entry.span
    end = min(end, start + _LONGEST_ROW)
    spans = [(span, f"{{{name}}}") for name, span in row.entry.spans.items() if name != "year"]
    spans += [(link.span, "{link}") for link in row.entry.links]
    parts, place = [], start
    for (first, last), name in sorted(spans):
        if place <= first <= last <= end:
            parts += [_replace_words(row.part.text_at((place, first))), name]
            place = last
    text = "".join([*parts, _replace_words(row.part.text_at((place, end)))])
    text = re.sub(r"[\[(]?\{link\}[\])]?[\s,|/·]*", "", text)
    return " ".join(text.split())


def _replace_words(text: str) -> str:
    bare = re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", _WORD, _PICTURE.sub("", text)))
    return re.sub(rf"(?:{_WORD}[ ,.&;:-]*)+{_WORD}", _WORD, bare)


def _describe_difference(shape: str, usual: str) -> str:
    """Say what differs between the shape of a row and the usual one: a single piece, else both shapes."""
    here, there = _TOKEN.findall(shape), _TOKEN.findall(usual)
    changes = [
        change for change in SequenceMatcher(None, there, here, autojunk=False).get_opcodes() if change[0] != "equal"
    ]
    if len(changes) != 1:
        return f"{_show(shape)}; most rows are {_show(usual)}"
    _, first, last, start, end = changes[0]
    missing, added = "".join(there[first:last]).strip(), "".join(here[start:end]).strip()
    if not missing:
        return f"only this row has {_show(added)}" if added else "other blanks"
    return f"{_show(added)}, where most rows have {_show(missing)}" if added else f"it lacks {_show(missing)}"


def _show(shape: str) -> str:
    return f"`{shape if len(shape) <= 70 else shape[:70] + '…'}`"


# --- labels ----------------------------------------------------------------------------------------------


def _find_label_drift(sheet: Sheet, rows: list[Row]) -> Iterator[Draft]:
    """Yield L131, once for each spelling of a label that is rarer than another."""
    uses: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        for label in dict.fromkeys(link.label.strip() for link in row.entry.links if link.url.strip()):
            if label and len(label) <= 20:
                uses[label].append(row)
    usual = _find_usual(uses)
    for label, other in usual.items():
        users = sheet.keep("L131", uses[label])
        if users:
            count = len(uses[other])
            message = f'"{label}" on {list_lines(users)}, but "{other}" on {count} rows; use one spelling'
            first, *others = sheet.put_changed_first(users)
            place = next(link.span[0] for link in first.entry.links if link.label.strip() == label)
            yield replace(first.draft("L131", "note", message, *others, place=place), work=users[0].work)


def _find_usual(uses: Mapping[str, list[Row]]) -> dict[str, str]:
    """Return the usual spelling of each label that is another one's spelling, or nearly."""
    counts = {label: len(rows) for label, rows in uses.items()}
    ordered = sorted(counts, key=lambda label: (-counts[label], label))[:_MOST_LABELS]
    usual: dict[str, str] = {}
    by_letters: dict[str, str] = {}
    common = [label for label in ordered if counts[label] >= _COMMON]
    for label in ordered:
        known = by_letters.setdefault(_fold(label), label)
        if known != label and counts[known] > 1:
            usual[label] = known
        elif known == label and counts[label] <= 2:
            near = _find_near(label, common)
            if near:
                usual[label] = near
    return usual


def _fold(label: str) -> str:
    return "".join(sign for sign in label.casefold() if sign.isalnum()) or label


def _find_near(label: str, common: list[str]) -> str | None:
    """Return the common label that a rare one misspells by a letter: same length and first letter, one sign apart."""
    folded = _fold(label)
    alike = [other for other in common if abs(len(_fold(other)) - len(folded)) <= 1 and _fold(other)[0] == folded[0]]
    found = process.extractOne(label, alike, scorer=fuzz.ratio, processor=_fold, score_cutoff=_MISSPELT)
    return found[0] if found and len(folded) >= 4 else None


# --- numbers ---------------------------------------------------------------------------------------------


def _find_gaps(rows: list[Row]) -> Iterator[Draft]:
    """Yield L132 where written numbers of table rows skip or repeat; GitHub counts the items of lists itself."""
    sections: dict[object, list[tuple[Row, int]]] = defaultdict(list)
    for row in rows:
        number = _read_number(row)
        if number is not None:
            sections[row.part.path, row.entry.section].append((row, number))
    for numbered in sections.values():
        before: int | None = None
        for place, (row, number) in enumerate(numbered):
            is_wrong = before is not None and number not in (before + 1, 1)
            if is_wrong:
                yield row.draft("L132", "note", f"number {number} follows {before}", place=row.entry.span[0])
            goes_on = before is not None and [before + 2] == [later for _, later in numbered[place + 1 : place + 2]]
            before = before + 1 if is_wrong and goes_on and before is not None else number


def _read_number(row: Row) -> int | None:
    units = row.part.units
    if not units or units[row.entry.unit].kind != "row":
        return None
    found = _NUMBER.match(row.text[:_LONGEST_ROW])
    return int(found[1]) if found and int(found[1]) < _LATEST_NUMBER else None
