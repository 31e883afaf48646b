"""What lint says of a catalog that is wrong: where, what, and what would be right; whatever is wrong with it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from flgraph.catalog.reader import check_folder, lint_catalog, read_catalog, read_matches
from flgraph.checks import escape_controls
from flgraph.errors import CatalogError
from flgraph.records import Catalog


def edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("papers.yaml", "to: beta", 'to: "arxiv:2101.00009v2"',
         "13: error: the relation target 'arxiv:2101.00009v2' is not in normal form; write 'arxiv:2101.00009'"),
        ("papers.yaml", "to: beta", 'to: "doi:https://doi.org/10.5555/Beta"', "write 'doi:10.5555/beta'"),
        ("papers.yaml", "to: beta", 'to: "arxiv:"',
         "'arxiv:' is invalid; after 'arxiv' and a colon, write an arXiv id such as 2102.07623"),
        ("papers.yaml", "to: beta", 'to: "arXiv:2101.00009"', "write 'arxiv:2101.00009'"),
        ("papers.yaml", "to: beta", "to: https://arxiv.org/pdf/2101.00009v3", "write 'arxiv:2101.00009'"),
        ("papers.yaml", "to: beta", "to: 10.48550/arXiv.2101.00009", "write 'arxiv:2101.00009'"),
        ("papers.yaml", "to: beta", "to: 10.5555/X", "'10.5555/X' is not in normal form; write 'doi:10.5555/x'"),
        ("papers.yaml", "cites, to: beta}", "cites, to: beta}, {relation: cites, to: beta, evidence: x}",
         "papers.yaml:13: error: 'beta' is listed twice; remove one"),
        ("papers.yaml", "[github.com/example/alpha]", "[github.com/example/alpha, {key: github.com/example/alpha}]",
         "papers.yaml:12: error: 'github.com/example/alpha' is listed twice; remove one"),
        ("papers.yaml", "to: beta", 'to: "arxiv:2101.00001"',
         "papers.yaml:13: error: 'alpha' has a relation to itself, arxiv:2101.00001"),
        ("papers.yaml", "to: beta", "to: alpha", "papers.yaml:13: error: 'alpha' has a relation to itself; remove it"),
        ("papers.yaml", 'ids: {arxiv: "2101.00001"}', "ids: {arxvi: '2101.00001'}",
         "papers.yaml:8: error: unknown name 'arxvi' in `ids`; did you mean 'arxiv'?"),
        ("papers.yaml", "  topics:", "  sources: {yaer: [as printed]}\n  topics:",
         "papers.yaml:11: error: unknown name 'yaer' in `sources`; did you mean 'year'?"),
        ("papers.yaml", "year: 2021", 'year: "2021"', "`year` must be a whole number without quotes, found '2021'"),
        ("papers.yaml", "year: 2021", "year: true", "`year` must be a whole number without quotes, found True"),
        ("papers.yaml", "Ada Example,", '" ",', "papers.yaml:9: error: `name` is blank; remove the field"),
        ("papers.yaml", "Ada Example,", '"Ada\\ud800",',
         "papers.yaml:9: error: contains an unpaired surrogate; replace"),
        ("papers.yaml", "[Ada Example, {", "[Bo Sample 0002, {",
         "papers.yaml:9: error: the author 'Bo Sample 0002' is listed twice; remove one, or"),
        ("papers.yaml", "[Ada Example, {", "[Bo Sample, {", "'Bo Sample 0002' is listed twice; remove one"),
        ("papers.yaml", "[Ada Example, {", "[Ada Example, ADA  EXAMPLE, {",
         "the author 'ADA  EXAMPLE' is listed twice"),
        ("papers.yaml", "authors: [Bo Sample]", 'authors: [Bo Sample]\n  ids: {arxiv: "2101.00001"}',
         "papers.yaml:20: error: the arxiv id 2101.00001 is shared by alpha ("),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, homepage: here,",
         "'here' is not a web address; start it with"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: 0x" + "f" * 5000 + ",",
         "exceeds 2**1024; correct"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: " + "9" * 5000 + ",",
         "is not a number; correct it"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: !!int '',", "datasets.yaml:2: error: '' is not"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, federated: !!bool x,",
         "'x' is not true or false; correct it"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: {a: .nan},", "'.nan' is not a finite number; corr"),
        ("datasets.yaml", "key: syn-base,", 'key: syn-base, listed: {"\\ud800": 1},',
         "datasets.yaml:2: error: contains"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: &a {a: *a},",
         "datasets.yaml:2: error: nests deeper"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: true,", "`samples` must be a whole number with"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, samples: 10000000000000000000,",
         "exceeds 2**53 - 1, found"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, federated: 1,", "`federated` must be true or false, f"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: {day: 2021-01-01},",
         "datasets.yaml:2: error: `day` must be text, a number, true, false, a list or a mapping, found 2021-01-01"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, listed: {a: !!binary aGk=},",
         "datasets.yaml:2: error: `a` must be text, a number, true, false, a list or a mapping, found b'hi'"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, parent: syn-base,",
         "datasets.yaml:2: error: 'syn-base' is its own ancestor: syn-base, syn-base; correct"),
        ("datasets.yaml", "key: syn-base,", "key: syn-base, parent: syn-scans,",
         "'syn-base' is its own ancestor: syn-base, syn-scans, syn-base; correct one"),
        ("codebases.yaml", "licence:", "builds_on: [github.com/example/alpha], licence:",
         "alpha' builds on itself; remove"),
        ("codebases.yaml", "licence:", "first_commit: 2021-13-45, licence:", ":1: error: '2021-13-45' is not a date ("),
        ("codebases.yaml", "licence:", "first_commit: 2021, licence:", "must be a date such as 2021-06-01, found 2021"),
        ("codebases.yaml", "licence:", 'first_commit: "2021", licence:',
         "must be a date such as 2021-06-01, found '2021'"),
        ("codebases.yaml", "licence:", "first_commit: 2021-01-01 10:00:00, licence:", "must be a date such as"),
        ("codebases.yaml", "licence:", "first_commit: 2022-01-01, last_commit: 2021-01-01, licence:",
         "codebases.yaml:1: error: `last_commit` 2021-01-01 is earlier than `first_commit` 2022-01-01; correct"),
        ("codebases.yaml", "'https://github.com/example/alpha'", "alpha", "'alpha' is not a web address"),
        ("topics.yaml", "'\\bsegment\\w*'", "'[[a]'", "'[[a]' is not a valid regular expression (Possible"),
        ("topics.yaml", "'\\bsegment\\w*'", "'a*'", "'a*' matches every title, because it matches the empty text"),
        ("catalog.yaml", "Synthetic list", "' '", "catalog.yaml:1: error: must contain 'title: the name of your"),
        ("venues.yaml", "type:", "type: nonsense, tags2:", "venues.yaml:1: error: "),
        ("topics.yaml", "'\\bsegment\\w*'", "'a{99999999999}'", "topics.yaml:1: error: 'a{99999999999}' is not a va"),
        ("topics.yaml", "'\\bsegment\\w*'", "'" + "(" * 5000 + ")" * 5000 + "'", "is not a valid regular expression"),
    ],
)  # fmt: skip
def test_each_mistake_says_where_what_and_what_would_be_right(
    name: str, old: str, new: str, expected: str, folder: Path
) -> None:
    edit(folder, name, old, new)
    said = [str(finding) for finding in lint_catalog(folder) if finding.level == "error"]
    assert any(expected in line for line in said), said
    with pytest.raises(CatalogError):
        read_catalog(folder)


def test_an_impossible_date_is_said_at_its_line(folder: Path) -> None:
    text = "note: not 2021-02-31,\n  last_commit: 2021-01-01,\n  first_commit: 2021-02-30, licence:"
    edit(folder, "codebases.yaml", "licence:", text)
    assert [3] == [finding.line for finding in lint_catalog(folder) if finding.path.endswith("codebases.yaml")]


def test_every_impossible_value_is_said_at_once(folder: Path) -> None:
    edit(folder, "datasets.yaml", "key: syn-base,", "key: syn-base, samples: .inf, size: 2021-02-30,")
    edit(folder, "datasets.yaml", "key: syn-scans,", "key: syn-scans, samples: .inf,")
    assert [1, 2, 2] == [finding.line for finding in lint_catalog(folder)]


@pytest.mark.slow
def test_aliases_of_aliases_are_not_followed_for_ever(folder: Path) -> None:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    edit(folder, "datasets.yaml", "key: syn-base,", f"key: syn-base, listed: {{a0: &a0 [x], {', '.join(rows)}}},")
    assert any(
        "expands to more than 1,000,000 values; replace aliases" in finding.message for finding in lint_catalog(folder)
    )


def test_an_anchor_may_be_named_twice(folder: Path) -> None:
    edit(folder, "datasets.yaml", "key: syn-base,", "key: syn-base, listed: {a: &a 1, b: &a 2, c: *a},")
    assert [] == lint_catalog(folder)
    assert {"a": 1, "b": 2, "c": 2} == read_catalog(folder).datasets[1].listed


def test_a_mapping_may_borrow_from_another(folder: Path) -> None:
    edit(folder, "datasets.yaml", "key: syn-base,", "key: syn-base, listed: {a: &a {size: 1}, b: {<<: *a, more: 2}},")
    assert [] == lint_catalog(folder)
    assert {"a": {"size": 1}, "b": {"size": 1, "more": 2}} == read_catalog(folder).datasets[1].listed


@pytest.mark.parametrize(
    ("name", "more", "expected"),
    [
        (
            "venues.yaml",
            "- {key: other, name: Other, tags: [syn]}\n",
            "venues.yaml:2: error: the name 'syn' already belongs to 'syn'; rename",
        ),
        (
            "venues.yaml",
            "- {key: other, name: Other, tags: [third]}\n- {key: third, name: T}\n",
            "'third' already belongs to",
        ),
        (
            "venues.yaml",
            "- {key: other, name: synthetic conference}\n",
            "'synthetic conference' already belongs to 'syn'",
        ),
        ("topics.yaml", "- {key: other, name: segmentation, facet: task}\n", "already belongs to 'segmentation'"),
    ],
)
def test_a_name_means_one_record_only(name: str, more: str, expected: str, folder: Path) -> None:
    with (folder / name).open("a", encoding="utf-8") as stream:
        stream.write(more)
    assert any(expected in str(finding) for finding in lint_catalog(folder))


def test_a_venue_that_cannot_be_read_is_not_called_unknown_as_well(folder: Path) -> None:
    edit(folder, "venues.yaml", "type: conference", "type: nonsense")
    said = [finding.message for finding in lint_catalog(folder) if finding.level == "error"]
    assert 1 == len(said)
    assert said[0].startswith("`type` must be 'journal', 'conference' or 'workshop', found 'nonsense'")


def test_a_name_is_no_key(folder: Path) -> None:
    edit(folder, "topics.yaml", "key: segmentation,", "key: outlining,")
    said = [finding.message for finding in lint_catalog(folder) if finding.level == "error"]
    assert ["unknown topic 'segmentation'; add it to topics.yaml"] == said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1: {status: missing, method: by hand}\n", "matches.yaml:1: error: the key 1 must be text; put it in quotes"),
        ("- alpha\n", "matches.yaml:1: error: must be a mapping of keys to matches"),
        ("alpha: [missing]\n", "matches.yaml:1: error: "),
        (
            "alpha: {status: mising, method: x}\n",
            "`status` must be 'accepted', 'review', 'rejected' or 'missing', found 'mising'",
        ),
        (
            "alpha:\n  method: x\n  status: accepted\n",
            "matches.yaml:3: error: 'alpha' is accepted without an id; add the `id` of its record",
        ),
        ("alpha: {status: missing, method: x, score: true}\n", "`score` must be a valid number, found True"),
        (
            "alpha: {status: missing, method: x, decided: 2021}\n",
            "`decided` must be a date such as 2021-06-01, found 2021",
        ),
        ("alpha: {status: missing, method: x, candidates: [{a: 2021-01-01}]}\n", "`a` must be text, a number"),
    ],
)
def test_mistakes_in_matches_are_findings(text: str, expected: str, folder: Path) -> None:
    (folder / "matches.yaml").write_text(text, encoding="utf-8")
    assert any(expected in str(finding) for finding in lint_catalog(folder))
    with pytest.raises(CatalogError) as caught:
        read_matches(folder / "matches.yaml")
    assert any(expected in str(finding) for finding in caught.value.findings)


@pytest.mark.slow
def test_brackets_without_end_are_a_finding(folder: Path) -> None:
    (folder / "datasets.yaml").write_text("- {key: a, listed: " + "[" * 1000 + "]" * 1000 + "}\n", encoding="utf-8")
    assert any(
        "datasets.yaml:1: error: nests deeper than 40 levels" in str(finding) for finding in lint_catalog(folder)
    )


@pytest.mark.parametrize("path", ["papers.yaml/below", "n" * 300])
def test_a_path_that_leads_nowhere_is_one_line(path: str, folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"no such folder|cannot be read"):
        lint_catalog(folder / path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_one_line(folder: Path) -> None:
    folder.chmod(0)
    try:
        with pytest.raises(CatalogError, match=r"cannot be read \(Permission denied\)"):
            lint_catalog(folder)
    finally:
        folder.chmod(0o700)


LINT = """\
import sys
from collections import Counter
from pathlib import Path
from click.testing import CliRunner
from flgraph.cli.main import cli

opened = Counter()

def watch(event, arguments):
    if event == "open" and str(arguments[0]).endswith(".yaml"):
        opened[Path(arguments[0]).name] += 1

sys.addaudithook(watch)
print(CliRunner().invoke(cli, ["lint", sys.argv[1]]).exit_code, dict(sorted(opened.items())))
"""


@pytest.mark.parametrize(("url", "code"), [("https://example.org/alpha", 0), ("beta", 1)])
def test_the_command_reads_each_file_once_whatever_it_finds(folder: Path, url: str, code: int) -> None:
    """In a process of its own, since an audit hook cannot be removed."""
    edit(folder, "papers.yaml", "https://example.org/beta", url)
    names = sorted(path.name for path in folder.glob("*.yaml"))
    done = subprocess.run([sys.executable, "-c", LINT, str(folder)], capture_output=True, text=True, check=True)

    assert f"{code} {dict.fromkeys(names, 1)}\n" == done.stdout


@pytest.mark.parametrize(
    ("records", "line"),
    [
        ("[{client: a,\n    train: x}]", 3),
        ("\n  - client: b\n  - client: a\n    train:\n\n      x", 5),
        ("[{client: a}, &r {client: b,\n    train: x}, *r]", 3),
        ("[{<<: {client: a,\n    train: x},\n    test: 1}]", 2),
        ("[{<<: {client: a,\n    train: 1},\n    test: x}]", 4),
    ],
)
def test_a_line_is_that_of_the_field_or_of_the_mapping_that_borrows_it(folder: Path, records: str, line: int) -> None:
    text = f"- key: syn-scans\n  records: {records}\n  name: Synthetic scans\n  domain: medical\n"
    (folder / "datasets.yaml").write_text(text)

    assert line == next(found.line for found in lint_catalog(folder) if "datasets.yaml" in found.path)


# --- anything at all -------------------------------------------------------------------------------------

ODD: list[Any] = [None, True, 0, -1, 10**30, 1.5, "", " ", "x" * 3000, [], {}, [[[]]], {"a": {"b": None}}, "arxiv:",
                  "\\", "(", "2021-01-01", ["alpha", "alpha"], {"key": "alpha"}, "alpha", "doi:10.5555/x", "\x00",
                  float("nan"), {1: 2}]  # fmt: skip


def mutate(data: Any, chance: random.Random) -> Any:
    """Return data with one value somewhere replaced, or taken out, or doubled."""
    if isinstance(data, dict) and data and chance.random() < 0.85:
        key = chance.choice(list(data))
        if chance.random() < 0.1:
            return {name: value for name, value in data.items() if name != key}
        return {**data, key: mutate(data[key], chance)}
    if isinstance(data, list) and data and chance.random() < 0.85:
        place = chance.randrange(len(data))
        doubled = [data[place]] if chance.random() < 0.1 else []
        return [*data[:place], mutate(data[place], chance), *doubled, *data[place + 1 :]]
    return chance.choice(ODD)


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 6))])
def test_whatever_is_changed_is_a_catalog_or_a_finding(part: int, folder: Path) -> None:
    (folder / "matches.yaml").write_text("alpha: {status: accepted, method: id, id: 'f', score: 99.5}\n")
    yaml = YAML(typ="safe")
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    for seed in range(part * 60, part * 60 + 60):
        chance = random.Random(seed)
        path = chance.choice(list(texts))
        with path.open("w", encoding="utf-8") as stream:
            yaml.dump(mutate(yaml.load(texts[path]), chance), stream)
        try:
            assert isinstance(read_catalog(folder), Catalog), seed
        except CatalogError as error:
            assert error.findings, seed  # noqa: PT017 - either will do, and nothing else
        path.write_text(texts[path], encoding="utf-8")


SIGNS = "[]{}:,-#&*!|>'\"%@`? \n\t0é\u2028\ud800<=~.\\"


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 6))])
def test_whatever_is_typed_is_a_catalog_or_a_finding(part: int, folder: Path) -> None:
    (folder / "matches.yaml").write_text("alpha: {status: accepted, method: id, id: 'f', score: 99.5}\n")
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}
    for seed in range(part * 100, part * 100 + 100):
        chance = random.Random(seed)
        path = chance.choice(list(texts))
        text = texts[path]
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(text))
            typed = "".join(chance.choices(SIGNS, k=chance.randint(0, 3)))
            text = text[:start] + typed + text[start + chance.choice((0, 0, 1, 8)) :]
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        try:
            assert isinstance(read_catalog(folder), Catalog), seed
        except CatalogError as error:
            assert error.findings, seed  # noqa: PT017 - either will do, and nothing else
        path.write_text(texts[path], encoding="utf-8")


@pytest.mark.parametrize(("field", "line"), [('section: "2021"', 4), ('title: "Synthetic paper alpha', 3)])
def test_a_quote_that_is_not_closed_is_found_where_it_opens(field: str, line: int, folder: Path) -> None:
    path = folder / "papers.yaml"
    text = path.read_text(encoding="utf-8")
    whole = next(row for row in text.split("\n") if field in row)
    path.write_text(text.replace(whole, whole.removesuffix('"')), encoding="utf-8")

    remedy = "close it, or remove it if it is part of the text"
    said = f"the file is not valid YAML: a quote that opens here is not closed; {remedy}"
    assert [f"{path}:{line}: error: {said}"] == [str(finding) for finding in lint_catalog(folder)]


def test_a_text_in_quotes_may_go_on_in_the_next_line(folder: Path) -> None:
    edit(folder, "papers.yaml", 'section: "2021"', 'note: "one\n    two"\n  section: "2021')

    assert "papers.yaml:6: error: the file is not valid YAML: a quote" in str(lint_catalog(folder)[0])


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("papers.yaml", '"Synthetic paper beta"', r'"Synthetic \e[31mpaper\u202e beta\e[0m"',
         r"`title` contains \x1b (control character) at character 11, \u202e (right-to-left override) at character 21"),
        ("papers.yaml", '"Synthetic paper beta"', '"Synthetic paper\u200e beta"',
         r"papers.yaml:16: warning: `title` contains \u200e (left-to-right mark) at character 16; remove it"),
        ("papers.yaml", "[Ada Example,", r'["Ada\a Example",',
         r"papers.yaml:9: warning: item 1 of `authors` contains \x07 (control character) at character 4; remove it"),
        ("datasets.yaml", "domain: medical, parent", r'domain: medical, listed: {"a\r": 1}, parent',
         r"datasets.yaml:1: warning: `a\x0d` contains \x0d (c"),
        ("topics.yaml", "name: Segmentation", '"name": "Segmen\u2066tation"',
         r"topics.yaml:1: warning: `name` contains \u2066 (l"),
        ("catalog.yaml", "Synthetic list", r'"Synthetic \b list"',
         r"catalog.yaml:1: warning: `title` contains \x08 (con"),
    ],
)  # fmt: skip
def test_control_characters_are_warned_of(name: str, old: str, new: str, expected: str, folder: Path) -> None:
    edit(folder, name, old, new)
    said = [escape_controls(str(finding)) for finding in lint_catalog(folder)]

    assert 1 == len(said), said
    assert expected in said[0]
    assert 2 == len(read_catalog(folder).entries)


def test_normal_unicode_is_not_warned_of(folder: Path) -> None:
    edit(folder, "papers.yaml", "Synthetic paper beta", "Ünïcode 联邦学习 التعلم 🙂👩‍⚕️")
    assert [] == lint_catalog(folder)


def test_what_a_server_said_is_noted(folder: Path) -> None:
    (folder / "matches.yaml").write_text('alpha: {status: review, method: title, title_seen: "\\e[31mred"}\n')
    assert [("note", 1)] == [(finding.level, finding.line) for finding in lint_catalog(folder)]


def test_a_raw_control_character_is_said_at_its_line(folder: Path) -> None:
    edit(folder, "papers.yaml", "paper beta", "paper \x1b[31mbeta")
    expected = (
        r"papers.yaml:16: error: the file is not valid YAML: contains \x1b at character 27 of the line; remove it"
    )
    assert [expected] == [str(finding).rpartition("/")[2] for finding in lint_catalog(folder)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("key: beta", "key: alpha",
         ("papers.yaml:15: error: duplicate key 'alpha': 'Synthetic paper alpha: federated segmentation' and "
         "'Synthetic paper beta'; keys must be unique within a file (lines 2, 15)")),
        ("authors: [Bo Sample]", 'ids: {arxiv: "2101.00001"}',
         ("papers.yaml:19: error: the arxiv id 2101.00001 is shared by alpha ('Synthetic paper alpha: federated "
         "segmentation') and beta ('Synthetic paper beta'); correct it, or merge the entries (lines 8, 19)")),
        ("paper beta", "paper alpha, federated segmentation",
         ("papers.yaml:16: warning: alpha and beta have the same title, 'Synthetic paper alpha, federated "
         "segmentation'; merge them if they are one paper (lines 3, 16)")),
        ("org/beta", "org/alpha",
         ("papers.yaml:18: warning: https://example.org/alpha is shared by 2 papers, alpha and beta; correct one, or "
         "give the reason under `doubts` (lines 6, 18)")),
    ],
)  # fmt: skip
def test_a_duplicate_names_both_and_their_lines(old: str, new: str, expected: str, folder: Path) -> None:
    edit(folder, "papers.yaml", old, new)
    assert expected in [str(finding).removeprefix(f"{folder}/") for finding in lint_catalog(folder)]


def test_a_fault_that_occurs_thrice_in_a_line_is_said_once(folder: Path) -> None:
    edit(folder, "papers.yaml", "authors: [Bo Sample]", "authors: [Bo Sample, Bo Sample, Bo Sample]")
    assert [19] == [finding.line for finding in lint_catalog(folder)]


WRONG = """\
- key: alpha
  title: Synthetic paper alpha
  section: 2021
  yeer: 2020
  year: "20"
  url: nowhere
  ids: {doi: x, arxvi: y}
  topics:
    - 5
    - {key: segmentation, evidnce: x}
    - none
  datasets:
    - {key: syn-scans, role: usess}
    - {key: bad}
    - {key: bad, role: usess}
- title: No key
  section: "2021"
  venue: SIN
- key: alpha
  title: [no, text]
  section: "2021"
  relations: [{to: gamma}, {relation: cites, to: delta}]
"""


def test_all_faults_of_a_record_are_said_at_once(folder: Path) -> None:
    (folder / "papers.yaml").write_text(WRONG, encoding="utf-8")
    said = [f"{finding.line} {finding.message}" for finding in lint_catalog(folder)]

    expected = [
        "3 `section` must be text, but YAML reads the number 2021; put it in quotes",
        "4 unknown field 'yeer'; did you mean 'year'?",
        "5 `year` must be a whole number without quotes, found '20'",
        "6 'nowhere' is not a web address; start it with https://",
        "7 unknown name 'arxvi' in `ids`; did you mean 'arxiv'?",
        "7 `doi` must be a DOI such as 10.1000/182, found 'x'",
        "9 item 1 of `topics` must be a mapping of fields, such as {key: …}, found 5",
        "10 unknown field 'evidnce'; did you mean 'evidence'?",
        "11 unknown topic 'none'; add it to topics.yaml",
        "13 `role` must be 'uses' or 'introduces', found 'usess'",
        "14 unknown dataset 'bad'; add it to datasets.yaml",
        "15 `role` must be 'uses' or 'introduces', found 'usess'",
        "16 the required field `key` is missing",
        "18 unknown venue 'SIN'; did you mean 'SYN'?",
        (
            "19 duplicate key 'alpha': 'Synthetic paper alpha' and 'record-3'; keys must be unique within a file "
            "(lines 1, 19)"
        ),
        "20 `title` must be text, found ['no', 'text']",
        "22 the required field `relation` is missing",
        "22 unknown paper 'delta'; add it to papers.yaml",
    ]
    assert sorted(expected) == sorted(said)
    assert [] == [line for line in said if said.count(line) > 1]


def test_an_invalid_record_is_not_in_the_catalog(folder: Path) -> None:
    edit(folder, "papers.yaml", 'section: "2020"', "section: 2020")
    catalog, findings = check_folder(folder)
    assert (["alpha"], 1) == ([entry.key for entry in catalog.entries], len(findings))


def test_the_patterns_of_an_invalid_topic_are_checked(folder: Path) -> None:
    edit(folder, "topics.yaml", "facet: task, patterns: ['\\bsegment\\w*']", "facet: 5, patterns: [5, '(']")
    said = [finding.message for finding in lint_catalog(folder)]
    assert 3 == len(said), said
    assert any(line.startswith("'(' is not a valid regular expression") for line in said)
