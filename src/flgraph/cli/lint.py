"""Commands that check a list or a catalog, and fix a list: lint, fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

import flgraph as fg
from flgraph.checks import format_count
from flgraph.cli.help import Command
from flgraph.cli.inputs import hint_at_folder
from flgraph.cli.output import echo
from flgraph.memory import pause_collector

if TYPE_CHECKING:
    from flgraph.cli.lint_output import AnyFinding
    from flgraph.lists.entries import ListReading
    from flgraph.lists.lint.findings import Lines
    from flgraph.records import Finding, Snapshot

_LEVELS = ("error", "warning", "note")
"""The levels of findings, worst first: a copy of those in flgraph.lists.lint.findings, whose import takes time."""

_CATALOG_FILES = (
    "papers.yaml", "datasets.yaml", "codebases.yaml", "topics.yaml", "venues.yaml", "matches.yaml", "catalog.yaml",
)  # fmt: skip
_LIST_ENDINGS = (".md", ".markdown", ".bib", ".ris", ".csv", ".tsv", ".yaml", ".yml", ".txt")
_LEAST_PAPERS = 3

PATHS_HELP = {
    "[PATHS]": "Lists (README.md, a .bib, .ris, .csv, .yaml or .txt file, a folder of such files) and catalog folders "
    "with papers.yaml.  [default: README.md in this folder if it is a list, else the bundled catalog]"
}


class _Options(NamedTuple):
    style: bool
    snapshot: Path | None
    unread: bool
    is_changed: Callable[[Lines], bool] | None


class _Checked(NamedTuple):
    """A list or catalog after its check: its findings, and its description for the summary."""

    path: Path | None
    findings: Sequence[AnyFinding]
    said: str
    reading: ListReading | None = None


@click.command(
    cls=Command,
    arguments=PATHS_HELP,
    examples=[
        "flgraph lint README.md",
        "flgraph lint README.md --since origin/main --format github",
        "flgraph lint my-list --strict",
    ],
)
@click.argument("paths", nargs=-1, metavar="[PATHS]", type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "github", "sarif"]), default="text",
              show_default=True, help="Output format. github prints annotations for GitHub Actions.")  # fmt: skip
@click.option("--level", type=click.Choice(_LEVELS), default="note", show_default=True,
              help="Report only problems of this level or a worse one.")  # fmt: skip
@click.option("--style", is_flag=True, help="Check the style of lists as well: L109 and the codes from L130.")
@click.option("--snapshot", type=click.Path(path_type=Path), metavar="FILE",
              help="Compare the works of a list to the records of a snapshot: the codes from L201.")  # fmt: skip
@click.option("--since", metavar="REF",
              help="Report only problems of rows that changed since a git commit, and of rows that clash with "
              "them.")  # fmt: skip
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE",
              help="Report only problems that this file does not contain.")  # fmt: skip
@click.option("--write-baseline", type=click.Path(path_type=Path), metavar="FILE",
              help="Write all problems to this file, as a baseline, and report none.")  # fmt: skip
@click.option("--unread", is_flag=True, help="Report also the places of a list that were not understood, as L100.")
@click.option("--strict", is_flag=True, help="Exit with code 1 also if there is a warning, shown or not.")
@click.option("-q", "--quiet", is_flag=True, help="Print no summary and no hints.")
@pause_collector()
def lint(
    paths: tuple[Path, ...],
    form: str,
    level: str,
    style: bool,
    snapshot: Path | None,
    since: str | None,
    baseline: Path | None,
    write_baseline: Path | None,
    unread: bool,
    strict: bool,
    quiet: bool,
) -> None:
    """Check lists of papers and catalogs, and say what is wrong and how to fix it.

    Each problem names its file and line. Exits with code 1 if there is an error. Warnings fail the check only with
    --strict, notes never. An error is certain. A warning needs a decision; a note needs none.

    A snapshot in a catalog folder (snapshot.jsonl or snapshot.jsonl.gz) is checked as well: it must fit the catalog,
    and may be published only if all of its data are in the public domain.
    """
    from flgraph.cli.lint_output import print_findings

    if since is not None and write_baseline is not None:
        raise click.UsageError("a baseline holds the problems of all rows; leave --since or --write-baseline out")
    options = _Options(style, snapshot, unread, _find_changes(since))
    found = [_check(path, options) for path in paths] or [_check_here(options, quiet=quiet)]
    checked = _drop_known(_keep_changed(found, options.is_changed), baseline)
    findings = [finding for one in checked for finding in one.findings]
    if write_baseline is not None:
        _write_baseline(write_baseline, findings, quiet=quiet)
        return
    print_findings([one for one in findings if _LEVELS.index(one.level) <= _LEVELS.index(level)], form)
    if form == "text" and not quiet:
        _print_summaries(checked, unread=unread, strict=strict)
    _exit(findings, strict=strict)


def _check_here(options: _Options, *, quiet: bool) -> _Checked:
    """Check README.md if this folder has one that is a list, and no papers.yaml; else the bundled catalog."""
    path = Path("README.md")
    if not Path("papers.yaml").exists():
        reading = _read(path) if path.is_file() else None
        is_list = reading is not None and len(reading.papers) >= _LEAST_PAPERS
        if not quiet:
            echo(f"checking {'README.md' if is_list else 'the bundled catalog'}", err=True)
        if reading is not None and is_list:
            return _check_list(path, reading, options)
    hint_at_folder(None, quiet=quiet)
    return _check(None, options)


def _check(path: Path | None, options: _Options) -> _Checked:
    if path is not None and _is_list(path):
        return _check_list(path, _read(path), options)
    from flgraph.catalog.reader import check_folder, find_bundled_catalog

    catalog, findings = check_folder(path)
    if all(finding.level != "error" for finding in findings):
        findings = [*findings, *_check_shipped(path or find_bundled_catalog(), catalog)]
    return _Checked(path, findings, _describe_catalog(catalog))


def _check_shipped(folder: Path, catalog: fg.Catalog) -> list[Finding]:
    """Check the snapshot in a catalog folder, if there is one."""
    from flgraph.snapshot.shipping import find_shipped, lint_snapshot

    shipped = find_shipped(folder)
    return [] if shipped is None else lint_snapshot(shipped, catalog)


def _read(path: Path) -> ListReading:
    from flgraph.lists.reading import read_list

    return read_list(path)


def _check_list(path: Path, reading: ListReading, options: _Options) -> _Checked:
    from flgraph.lists.lint.linting import lint_list

    findings = lint_list(
        reading,
        style=options.style,
        snapshot=_read_snapshot(options),
        unread=options.unread,
        is_changed=options.is_changed,
    )
    return _Checked(path, findings, _describe_list(reading), reading)


def _is_list(path: Path) -> bool:
    """Return whether a path is a list; all that is not is left to the reader of catalogs, which says what is wrong."""
    try:
        if path.is_dir():
            return not (path / "papers.yaml").exists() and any(
                one.suffix.lower() in _LIST_ENDINGS and one.name not in _CATALOG_FILES for one in path.iterdir()
            )
        return path.suffix.lower() in _LIST_ENDINGS and path.name not in _CATALOG_FILES
    except OSError:
        return False


def _read_snapshot(options: _Options) -> Snapshot | None:
    if options.snapshot is None:
        return None
    from flgraph.snapshot.files import read_snapshot

    return read_snapshot(options.snapshot)


# --- which findings --------------------------------------------------------------------------------------


def _find_changes(since: str | None) -> Callable[[Lines], bool] | None:
    if since is None:
        return None
    from flgraph.cli.lint_changes import find_changes

    return find_changes(since)


def _keep_changed(checked: Sequence[_Checked], is_changed: Callable[[Lines], bool] | None) -> Sequence[_Checked]:
    if is_changed is None:
        return checked
    from flgraph.cli.lint_changes import keep_changed

    for one in checked:  # asks git about each path, so that a misspelt commit is told although there are no findings
        path = one.path or Path("README.md")
        is_changed((str(path / "papers.yaml" if path.is_dir() else path), 1, 1))
    return [one._replace(findings=keep_changed(one.findings, is_changed)) for one in checked]


def _drop_known(checked: Sequence[_Checked], baseline: Path | None) -> Sequence[_Checked]:
    if baseline is None:
        return checked
    from flgraph.lists.lint.baseline import drop_known, read_baseline

    known = read_baseline(baseline)
    return [one._replace(findings=drop_known(one.findings, known)) for one in checked]


def _write_baseline(path: Path, findings: Sequence[AnyFinding], *, quiet: bool) -> None:
    from flgraph.files.atomic import write_text
    from flgraph.lists.lint.baseline import format_baseline

    write_text(path, format_baseline(findings))
    if not quiet:
        echo(f"{path}: {format_count(len(findings), 'known problem')}", err=True)


def _exit(findings: Sequence[AnyFinding], *, strict: bool) -> None:
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)
    warnings = sum(finding.level == "warning" for finding in findings)
    if strict and warnings:
        echo(f"{format_count(warnings, 'warning')}; with --strict, warnings fail the check", err=True)
        raise SystemExit(1)


# --- summaries -------------------------------------------------------------------------------------------


def _print_summaries(checked: Sequence[_Checked], *, unread: bool, strict: bool) -> None:
    for one in checked:
        where = f"{one.path}: " if len(checked) > 1 else ""
        levels = {finding.level for finding in one.findings}
        if one.reading is not None:
            echo(f"{where}{_summarize_list(one, unread=unread)}")
        elif "error" not in levels and not (strict and "warning" in levels):
            echo(f"{where}{one.said}")


def _summarize_list(checked: _Checked, *, unread: bool) -> str:
    from flgraph.cli.lint_output import count_levels

    places = len(checked.reading.unread) if checked.reading and not unread else 0
    more = f"; {format_count(places, 'place')} not understood: --unread" if places else ""
    return f"{checked.said}; {count_levels(checked.findings)}{more}"


def _describe_list(reading: ListReading) -> str:
    """Count the rows of papers, their works as a catalog has them, and the other rows."""
    from flgraph.catalog.list_works import group_works

    papers = reading.papers
    others = len(reading.entries) - len(papers)
    works = format_count(len(group_works(papers)), "work")
    return f"{format_count(len(papers), 'row')}, {works}, {format_count(others, 'other')}"


def _describe_catalog(catalog: fg.Catalog) -> str:
    from flgraph.graph.unused import count_unused

    counts = {
        "paper": catalog.entries,
        "dataset": catalog.datasets,
        "codebase": catalog.codebases,
        "topic": catalog.topics,
        "venue": catalog.venues,
    }
    said = ", ".join(format_count(len(entries), noun) for noun, entries in counts.items() if entries)
    keys = len({entry.key for entry in catalog.entries})
    unused = ", ".join(format_count(number, kind) for kind, number in count_unused(catalog).items())
    idle = f"; without a paper, so left out of graphs: {unused}" if unused else ""
    return f"{catalog.title}: {said}; {format_count(keys, 'unique key')}; no errors{idle}"


# --- fix -------------------------------------------------------------------------------------------------


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")


def _name_sign(found: re.Match[str]) -> str:
    """Return the code of a sign that nobody sees: "<U+200B>"."""
    return f"<U+{ord(found[0]):04X}>"


class _Codes(click.ParamType):  # type: ignore[type-arg]  # not generic in click 8.2
    """Codes of findings that can be fixed, separated by commas."""

    name = "codes"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the codes, or fail if one of them cannot be fixed."""
        from flgraph.lists.lint.fixing import FIXED_BY_DEFAULT, FIXED_IF_ASKED

        known = sorted((*FIXED_BY_DEFAULT, *FIXED_IF_ASKED))
        codes = tuple(code.strip().upper() for code in value.split(",") if code.strip())
        for code in codes:
            if code not in known:
                self.fail(f"{code!r} cannot be fixed by a program. Choose from {', '.join(known)}.", param, ctx)
        return codes or self.fail(f"names no code. Choose from {', '.join(known)}.", param, ctx)


@click.command(
    cls=Command,
    arguments={"[LIST]": "The list, a Markdown file.  [default: README.md]"},
    examples=["flgraph fix README.md --dry-run", "flgraph fix README.md --code L109,L103"],
)
@click.argument("path", metavar="[LIST]", default="README.md", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show the changes, and write nothing.")
@click.option("--code", "codes", type=_Codes(), metavar="CODES", show_default="L108,L116",
              help="Fix these problems, separated by commas: L103 (invisible links), L108 (addresses that not "
              "everyone can open), L109 (versions of preprints), L116 (invisible characters).")  # fmt: skip
def fix(path: Path, dry_run: bool, codes: tuple[str, ...] | None) -> None:
    """Fix the problems of a list that have one certain remedy, and show what changes.

    Prints the changes as a unified diff. All other bytes of the file stay as they are. The fixed list is read again
    before it is written: nothing is written if a row would be read otherwise.
    """
    from flgraph.files.atomic import replace_bytes
    from flgraph.lists.lint.fixing import FIXED_BY_DEFAULT, fix_list
    from flgraph.lists.reading import read_list
    from flgraph.lists.writing.diffs import format_diff

    reading = read_list(path)
    fixed = fix_list(reading, codes=codes or FIXED_BY_DEFAULT)
    if fixed.findings:
        echo(_INVISIBLE.sub(_name_sign, format_diff(reading.data, fixed.data, path=str(path))))
    count = format_count(len(fixed.findings), "problem")
    if fixed.findings and not dry_run:
        replace_bytes(path, fixed.data, before=reading.data)
    echo(f"{path}: {count} {'to fix' if dry_run else 'fixed'}", err=True)
