"""Lists of invented papers in a dozen styles; the tests change them."""

from __future__ import annotations

from typing import NamedTuple


class Work(NamedTuple):
    title: str
    url: str
    authors: str
    venue: str
    year: int
    code: str


def _make_work(number: int, title: str, authors: str, venue: str, year: int) -> Work:
    name = title.split()[0].lower()
    url, code = f"https://arxiv.org/abs/2912.0010{number}", f"https://github.com/ada-example/{name}"
    return Work(title, url, authors, venue, year, code)


WORKS = [
    _make_work(1, "Weaving Models from Scattered Records", "Ada Example, Bo Sample", "ICML", 2028),
    _make_work(2, "How Often Do Quiet Learners Agree?", "Cy Placeholder, Dan Test", "NeurIPS", 2029),
    _make_work(3, "A Survey of Patient Aggregation", "Eve Trial, Flo Probe, Gus Mock", "KDD", 2027),
    _make_work(4, "Pruning Without Regret in Small Networks", "Hal Dummy, Ida Stub", "ICLR", 2030),
    _make_work(5, "Learning to Forget with Few Examples", "Jo Fake, Kim Foo", "AAAI", 2029),
]

_ROWS = {
    "bullets": "- [{title}]({url}), {authors}, {venue} {year}\n",
    "bold": "* **{title}**. *{authors}*. {venue} {year}. [[Paper]({url})] [[Code]({code})]\n",
    "numbered": "{n}. [{title}]({url}) ({venue} {year})\n",
    "tags": "- [{venue} {year}] {title} [[paper]({url})] [[code]({code})]\n",
    "references": "+ {authors}. [{title}]({url}). {venue}, {year}.\n",
    "children": "- **{title}**\n  - {authors}\n  - {venue} {year} [[Paper]]({url}) [[Code]]({code})\n",
    "lines": "[{title}]({url})\n{authors}\n{venue} {year}\n\n",
    "paragraphs": "**[{title}]({url})** \\\n{authors} \\\n{venue}, {year}\n\n",
    "headings": "### [{title}]({url})\n*{authors}*\n\n{venue} {year}\n\n",
    "pipes": "| {title} | {venue} {year} | [Paper]({url}) [Code]({code}) |\n",
    "numbered pipes": "| {n} | {authors} | [{title}]({url}) | {venue} {year} |\n",
    "html table": '<tr>\n  <td>{n}</td>\n  <td><a href="{url}">{title}</a></td>\n  <td>{venue} {year}</td>\n</tr>\n',
    "spanning cells": '<tr>{group}<td><a href="{url}">{title}</a></td><td>{venue} {year}</td></tr>\n',
    "html list": '<li><a href="{url}">{title}</a>, {authors}, <i>{venue}</i> {year}</li>\n',
}
_AROUND = {
    "pipes": ("| Paper | Venue | Link |\n|---|---|---|\n", ""),
    "numbered pipes": ("| # | Authors | Title | Venue |\n|---|---|---|---|\n", ""),
    "html table": ("<table>\n<tr><th>No</th><th>Title</th><th>Venue</th></tr>\n", "</table>\n"),
    "spanning cells": ("<table>\n<tr><th>Group</th><th>Title</th><th>Venue</th></tr>\n", "</table>\n"),
    "html list": ("<ul>\n", "</ul>\n"),
}
_GROUPS = {1: "<td rowspan=3>Early</td>", 4: "<td rowspan=2>Late</td>"}


def _write(style: str) -> str:
    rows = [
        _ROWS[style].format(n=number, group=_GROUPS.get(number, ""), **work._asdict())
        for number, work in enumerate(WORKS, 1)
    ]
    before, after = _AROUND.get(style, ("", ""))
    head, end = "# Invented list\n\nSome words on the list.\n\n## Papers\n\n", "\n## Later\n\nMore words.\n"
    return f"{head}{before}{''.join(rows)}{after}{end}"


STYLES = {style: _write(style) for style in _ROWS}
"""The same five papers in the section "Papers", by the name of a style."""
