"""A new row takes the form of its section, and nothing of the row it is modelled on."""

from __future__ import annotations

import pytest

from flgraph.errors import ListChangeError
from flgraph.lists.reading import parse_list
from flgraph.lists.writing.new_rows import NewWork, add_to_list
from flgraph.lists.writing.row_forms import count_odd, find_usual, read_form
from flgraph.lists.writing.row_order import find_position
from flgraph.lists.writing.row_patterns import find_patterns
from flgraph.lists.writing.sections import find_section, list_sections
from tests.lists.invented_lists import STYLES

URL = "https://arxiv.org/abs/2912.00201"
NEW = NewWork(title="Sharing What Was Learned", url=URL, venue="ECML", year=2031, authors="Lee Bar, May Baz",
              code="https://github.com/lee-bar/sharing")  # fmt: skip


def add(text: str, work: NewWork, section: str = "Papers") -> str:
    return add_to_list(parse_list(text.encode(), name="README.md"), work, section=section).decode()


def add_lines(text: str, work: NewWork, section: str = "Papers") -> str:
    """Return the new lines, after checking that the others stay."""
    after = add(text, work, section)
    start = next((place for place, (old, new) in enumerate(zip(text, after, strict=False)) if old != new), len(text))
    length = len(after) - len(text)
    while start and text[start - 1 : start] == after[start + length - 1 : start + length] and text[start - 1] != "\n":
        start -= 1
    assert text == after[:start] + after[start + length :]
    return after[start : start + length].strip("\n")


WRITTEN = {
    "bullets": f"- [Sharing What Was Learned]({URL}), Lee Bar, May Baz, ECML 2031",
    "bold": f"* **Sharing What Was Learned**. *Lee Bar, May Baz*. ECML 2031. [[Paper]({URL})] "
    "[[Code](https://github.com/lee-bar/sharing)]",
    "numbered": f"6. [Sharing What Was Learned]({URL}) (ECML 2031)",
    "tags": f"- [ECML 2031] Sharing What Was Learned [[paper]({URL})] [[code](https://github.com/lee-bar/sharing)]",
    "references": f"+ Lee Bar, May Baz. [Sharing What Was Learned]({URL}). ECML, 2031.",
    "children": f"- **Sharing What Was Learned**\n  - Lee Bar, May Baz\n  - ECML 2031 [[Paper]]({URL}) "
    "[[Code]](https://github.com/lee-bar/sharing)",
    "lines": f"[Sharing What Was Learned]({URL})\nLee Bar, May Baz\nECML 2031",
    "paragraphs": f"**[Sharing What Was Learned]({URL})** \\\nLee Bar, May Baz \\\nECML, 2031",
    "headings": f"### [Sharing What Was Learned]({URL})\n*Lee Bar, May Baz*\n\nECML 2031",
    "pipes": f"| Sharing What Was Learned | ECML 2031 | [Paper]({URL}) [Code](https://github.com/lee-bar/sharing) |",
    "numbered pipes": f"| 6 | Lee Bar, May Baz | [Sharing What Was Learned]({URL}) | ECML 2031 |",
    "html table": f'<tr>\n  <td>6</td>\n  <td><a href="{URL}">Sharing What Was Learned</a></td>\n'
    "  <td>ECML 2031</td>\n</tr>",
    "html list": f'<li><a href="{URL}">Sharing What Was Learned</a>, Lee Bar, May Baz, <i>ECML</i> 2031</li>',
}


@pytest.mark.parametrize("style", WRITTEN)
def test_a_row_is_written_in_the_form_of_its_section(style: str) -> None:
    assert WRITTEN[style] == add_lines(STYLES[style], NEW)


LACKING = {
    "bullets": f"- [Sharing What Was Learned]({URL})",
    "bold": f"* **Sharing What Was Learned**. [[Paper]({URL})]",
    "numbered": f"6. [Sharing What Was Learned]({URL})",
    "tags": f"- Sharing What Was Learned [[paper]({URL})]",
    "references": f"+ [Sharing What Was Learned]({URL}).",
    "children": f"- **Sharing What Was Learned**\n  - [[Paper]]({URL})",
    "lines": f"[Sharing What Was Learned]({URL})",
    "pipes": f"| Sharing What Was Learned | | [Paper]({URL}) |",
    "numbered pipes": f"| 6 | | [Sharing What Was Learned]({URL}) | |",
    "html list": f'<li><a href="{URL}">Sharing What Was Learned</a></li>',
}


@pytest.mark.parametrize("style", LACKING)
def test_what_the_work_lacks_goes_with_its_brackets_and_lines(style: str) -> None:
    work = NewWork(title=NEW.title, url=URL)
    if style == "children":  # without authors and venue nothing tells a paper from any other bullet
        work = NewWork(title=NEW.title, url=URL, authors="Lee Bar, May Baz")
        LACKING[style] = f"- **Sharing What Was Learned**\n  - Lee Bar, May Baz\n  - [[Paper]]({URL})"

    assert LACKING[style] == add_lines(STYLES[style], work)


@pytest.mark.parametrize(
    ("style", "row"),
    [
        ("references", "+ Lee Bar, May Baz. Sharing What Was Learned. ECML, 2031."),
        ("bold", "* **Sharing What Was Learned**. *Lee Bar, May Baz*. ECML 2031."),
        ("numbered pipes", "| 6 | Lee Bar, May Baz | Sharing What Was Learned | ECML 2031 |"),
        (
            "html table",
            '<tr>\n  <td>6</td>\n  <td><a href="">Sharing What Was Learned</a></td>\n  <td>ECML 2031</td>\n</tr>',
        ),
    ],
)
def test_a_work_without_an_address_has_no_link(style: str, row: str) -> None:
    work = NewWork(title=NEW.title, venue=NEW.venue, year=NEW.year, authors=NEW.authors)

    assert row == add_lines(STYLES[style], work)


def test_a_page_of_notes_that_a_title_leads_to_is_not_copied() -> None:
    rows = [
        f"[{title}](notes/{number}.md) [[paper](https://arxiv.org/abs/2912.0030{number})]"
        for number, title in enumerate(TITLES)
    ]

    assert f"- Sharing What Was Learned [[paper]({URL})]" == add_lines(
        bullets(*rows), NewWork(title=NEW.title, url=URL)
    )


def test_a_row_inside_a_spanning_cell_is_refused() -> None:
    with pytest.raises(ListChangeError, match=r"README.md:\d+: the row is in a table cell that spans rows"):
        add(STYLES["spanning cells"], NEW)


def bullets(*rows: str, head: str = "## Papers") -> str:
    return f"# List\n\n{head}\n\n" + "".join(f"- {row}\n" for row in rows)


def row(title: str, number: int, tail: str = "") -> str:
    return f"[{title}](https://arxiv.org/abs/2912.0030{number}){tail}"


TITLES = ["Adapting Models to Shifting Clients", "Balancing Unequal Contributions", "Compressing Updates Gently"]


@pytest.mark.parametrize(
    ("tails", "year", "place"),
    [
        ([", KDD 2031", ", KDD 2029", ", KDD 2027"], 2030, 1),
        ([", KDD 2031", ", KDD 2029", ", KDD 2027"], 2032, 0),
        ([", KDD 2031", ", KDD 2029", ", KDD 2027"], 2029, 2),
        ([", KDD 2027", ", KDD 2029", ", KDD 2031"], 2030, 2),
        ([", KDD 2027", ", KDD 2029", ", KDD 2031"], 2032, 3),
        ([", KDD 2031", ", KDD 2027", ", KDD 2029"], 2030, 3),
    ],
)
def test_a_section_sorted_by_year_stays_sorted(tails: list[str], year: int, place: int) -> None:
    text = bullets(*(row(title, number, tail) for number, (title, tail) in enumerate(zip(TITLES, tails, strict=True))))

    after = add(text, NewWork(title="Zooming In on Drifting Labels", url=URL, venue="KDD", year=year))

    assert place == [entry.url for entry in parse_list(after.encode()).papers].index(URL)


def test_a_section_sorted_by_title_stays_sorted() -> None:
    titles = [*TITLES, "Distilling Many Teachers"]
    text = bullets(*(row(title, number) for number, title in enumerate(titles)))

    lines = add(text, NewWork(title="Bounding the Drift of Clients", url=URL)).splitlines()

    assert 6 == next(number for number, line in enumerate(lines) if URL in line)


def test_rows_of_no_order_get_a_new_one_at_the_end() -> None:
    assert 0 == find_position([], "A way", 2031)
    papers = parse_list(STYLES["bullets"].encode()).papers
    assert len(papers) == find_position(papers, "A way", 2031)


def test_a_row_is_added_after_the_one_given() -> None:
    reading = parse_list(STYLES["bullets"].encode())

    after = parse_list(add_to_list(reading, NEW, section="Papers", after=reading.papers[1]))

    assert 2 == [entry.url for entry in after.papers].index(URL)


def test_a_row_goes_below_the_parent_that_fits_it() -> None:
    titles = [*TITLES, "Distilling Many Teachers"]
    rows = [f"  - {row(title, number)}\n" for number, title in enumerate(titles)]
    text = "# List\n\n## Papers\n\n" + "".join(["- 2031\n", *rows[:2], "- 2030\n", *rows[2:]])
    reading = parse_list(text.encode())
    work = NewWork(title="Zooming In on Drifting Labels", url=URL)

    fitting = add(text, NewWork(title="Zooming In on Drifting Labels", url=URL, year=2031))
    given = add_to_list(reading, work, section="Papers", after=reading.papers[0]).decode()

    assert 7 == next(number for number, line in enumerate(fitting.splitlines()) if URL in line)
    assert 6 == next(number for number, line in enumerate(given.splitlines()) if URL in line)


def test_an_entry_of_another_section_is_no_place_to_add_after() -> None:
    reading = parse_list(STYLES["bullets"].encode())

    with pytest.raises(ValueError, match=r"the entry to add after, .*, is not a paper of 'Invented list > Later'"):
        add_to_list(reading, NEW, section="Later", after=reading.papers[0])


def test_numbered_rows_take_a_new_one_only_at_the_end() -> None:
    reading = parse_list(STYLES["numbered"].encode(), name="README.md")

    with pytest.raises(
        ListChangeError, match=r"README\.md:8: rows are numbered, and those below would need new numbers"
    ):
        add_to_list(reading, NEW, section="Papers", after=reading.papers[1])


def test_numbers_that_fall_go_on_at_the_top() -> None:
    text = STYLES["numbered pipes"]
    for number in range(1, 6):
        text = text.replace(f"| {number} |", f"| n{6 - number} |")
    text = text.replace("| n", "| ")

    assert add_lines(text, NEW).startswith("| 6 |")
    assert URL == parse_list(add(text, NEW).encode()).papers[0].url


def test_bold_numbers_and_years_of_two_digits_go_on() -> None:
    rows = [
        f"**{number})** *A way to learn, told {number} times over*\nAda Example, Bo Sample\n"
        f"https://arxiv.org/abs/2912.0000{number} (KDD'2{number})\n"
        for number in (1, 2, 3)
    ]

    assert add_lines("# List\n\n## Papers\n\n" + "\n".join(rows), NEW) == (
        f"**4)** *Sharing What Was Learned*\nLee Bar, May Baz\n{URL} (ECML'31)"
    )


def test_text_of_the_model_alone_is_not_copied() -> None:
    tails = [
        ", KDD 2031 (University of Nowhere) :fire: ![x](https://example.org/badge-1.svg)",
        ", ICML 2029, 12(3): 45-67 (Institute of Elsewhere)",
        ", KDD 2027 \U0001f525 (Museum of Anywhere)",
    ]
    text = bullets(*(row(title, number, tail) for number, (title, tail) in enumerate(zip(TITLES, tails, strict=True))))

    added = add_lines(text, NewWork(title="Zooming In on Drifting Labels", url=URL, venue="KDD", year=2026))

    assert f"- [Zooming In on Drifting Labels]({URL}), KDD 2026" == added.rstrip()


def test_keywords_and_ids_in_labels_are_not_copied() -> None:
    link = "[arXiv:2912.0030{0}](https://arxiv.org/abs/2912.0030{0})"
    rows = [
        f"**{title}**. KDD 203{number}. {link.format(number)}\n  Keywords: {word}"
        for number, (title, word) in enumerate(zip(TITLES, ["gradients", "fairness", "sketches"], strict=True))
    ]

    added = add_lines(bullets(*rows), NewWork(title="Zooming In on Drifting Labels", url=URL, venue="KDD", year=2033))

    assert f"- **Zooming In on Drifting Labels**. KDD 2033. [arXiv:2912.00201]({URL})" == added.partition("\n")[0]
    assert not {"gradients", "fairness", "sketches", "00300", "00301", "00302"} & set(added.replace(".", " ").split())


USUAL = ", KDD 2031. [[Paper](https://arxiv.org/abs/2912.0031{0})] [[Code](https://github.com/example/p{0})]"


def write_rows(*odd: str) -> list[str]:
    """Return five rows of one form and one of an odd form, which is last and fits a work without code best."""
    usual = [f"**Adapting Models to {word} Clients**{USUAL.format(n)}" for n, word in enumerate(["Slow", "Shy", "Odd"])]
    more = [f"**Balancing {word} Contributions**{USUAL.format(n)}" for n, word in enumerate(["Slow", "Shy"], 3)]
    return [*usual, *more, *odd]


ODD = {
    "blanks": "**Compressing Updates**, KDD 2031. [[Paper](https://arxiv.org/abs/2912.00319)]  ",
    "joint": "**Compressing Updates**, KDD2031. [[Paper](https://arxiv.org/abs/2912.00319)]",
    "label": "**Compressing Updates**, KDD 2031. [[Code](https://github.com/example/p9)]",
    "brackets": "**Compressing Updates**, KDD 2031. [[Paper]](https://arxiv.org/abs/2912.00319)",
    "punctuation": "**Compressing Updates**; KDD 2031. [[Paper](https://arxiv.org/abs/2912.00319)]",
}


@pytest.mark.parametrize("odd", ODD)
def test_a_row_takes_the_form_of_most_rows_of_its_section(odd: str) -> None:
    work = NewWork(title=NEW.title, url=URL, venue="ECML", year=2032)

    added = add(bullets(*write_rows(ODD[odd])), work).splitlines()[-1]

    assert f"- **Sharing What Was Learned**, ECML 2032. [[Paper]({URL})]" == added


@pytest.mark.parametrize("odd", ODD)
def test_beside_fewer_than_three_rows_the_form_is_that_of_the_whole_list(odd: str) -> None:
    work = NewWork(title=NEW.title, url=URL, venue="ECML", year=2032)
    usual = [row.rpartition(" [[Code]")[0] for row in write_rows()]
    text = bullets(*usual) + f"\n## Later\n\n- {ODD[odd]}\n"

    added = add(text, work, "later").splitlines()[-1]

    assert f"- **Sharing What Was Learned**, ECML 2032. [[Paper]({URL})]" == added


def test_a_field_is_written_even_if_only_odd_rows_write_it() -> None:
    rows = [f"**{title}**. [[Paper](https://arxiv.org/abs/2912.0032{n})]" for n, title in enumerate(TITLES)]
    odd = "**Compressing Updates**, KDD2031. [[Paper](https://arxiv.org/abs/2912.00319)]"

    added = add(bullets(odd, *rows), NewWork(title=NEW.title, url=URL, venue="ECML", year=2032)).splitlines()[-1]

    assert f"- **Sharing What Was Learned**, ECML2032. [[Paper]({URL})]" == added


def test_padding_of_table_cells_is_no_form() -> None:
    head = "| Title | Venue | Link |\n|---|---|---|\n"
    rows = [f"| {title.ljust(40)} | KDD 2031 | [Paper](https://arxiv.org/abs/2912.0030{number}) |"
            for number, title in enumerate(TITLES)]  # fmt: skip
    reading = parse_list(f"# List\n\n## Papers\n\n{head}{chr(10).join(rows)}\n".encode())
    forms = [read_form(reading, row) for row in reading.papers]

    assert [0, 0, 0] == [count_odd(form, find_usual(forms)) for form in forms]


def test_rows_that_all_hold_text_of_their_own_are_refused() -> None:
    rows = [
        f"{word} {row(title, number)}"
        for number, (title, word) in enumerate(zip(TITLES, ["Zanzibar", "Yukon", "Xanadu"], strict=True))
    ]

    with pytest.raises(ListChangeError, match="every row of 'List > Papers' contains text of its own"):
        add(bullets(*rows), NewWork(title="Zooming In on Drifting Labels", url=URL))


def test_a_section_without_rows_takes_the_form_of_its_siblings() -> None:
    text = bullets(row(TITLES[0], 0, ", KDD 2031"), row(TITLES[1], 1, ", KDD 2031")) + "\n## Surveys\n\n## Tools\n"

    after = add(text, NewWork(title="A Survey of Drifting Labels", url=URL, venue="KDD", year=2030), "surveys")

    assert f"## Surveys\n\n- [A Survey of Drifting Labels]({URL}), KDD 2030\n\n## Tools\n" in after


def test_a_section_without_a_pipe_table_gets_one_with_the_head_of_its_siblings() -> None:
    text = STYLES["numbered pipes"].replace("## Later\n\nMore words.\n", "## Later\n")

    after = add(text, NEW, "Later")

    head = "| # | Authors | Title | Venue |\n|---|---|---|---|\n"
    assert f"## Later\n\n{head}| 1 | Lee Bar, May Baz | [Sharing What Was Learned]({URL}) | ECML 2031 |" in after


@pytest.mark.parametrize(
    ("venue", "url", "tail"),
    [
        ("arXiv", URL, ". arXiv preprint arXiv:2912.00201"),
        ("KDD", URL, ". KDD"),
        (None, "https://example.org/sharing", ""),
    ],
)
def test_a_preprint_note_and_its_id_go_with_the_venue(venue: str | None, url: str, tail: str) -> None:
    rows = [row(title, number, f". arXiv preprint arXiv:2912.0030{number}.") for number, title in enumerate(TITLES)]

    added = add_lines(bullets(*rows), NewWork(title=NEW.title, url=url, venue=venue))

    assert f"- [Sharing What Was Learned]({url}){tail}" == added.rstrip(".")


def test_a_venue_that_would_not_be_read_as_one_is_refused() -> None:
    work = NewWork(title="Zooming In on Drifting Labels", url=URL, venue="preprint", year=2031)

    with pytest.raises(ListChangeError, match="'preprint' would not be read as its venue; the list is unchanged"):
        add(STYLES["bullets"], work)


def test_a_year_that_the_heading_denies_is_refused() -> None:
    text = bullets(row(TITLES[0], 0), row(TITLES[1], 1), head="## 2031")

    with pytest.raises(ListChangeError, match="its year would read as 2031, not 2029; the list is unchanged"):
        add(text, NewWork(title="Zooming In on Drifting Labels", url=URL, year=2029), "2031")


def test_a_row_that_reads_as_no_paper_is_refused_with_what_it_reads_as() -> None:
    work = NewWork(title="Otters", url="https://github.com/example/otters")

    with pytest.raises(ListChangeError, match="would read as code, not as a paper: 'Otters'; the list is unchanged"):
        add(bullets(row(TITLES[0], 0), row(TITLES[1], 1)), work)


def test_a_list_without_papers_is_refused() -> None:
    with pytest.raises(ListChangeError, match="no row shows how papers are written"):
        add("# List\n\n## Papers\n\nNothing yet.\n", NEW)


SECTIONS = b"# List\n\n## Papers\n\n### 2030\n\n### 2031\n\n## Talks\n\n### 2031\n\n## [Tools](x.md) :wrench:\n"


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("2030", ("List", "Papers", "2030")),
        ("papers > 2031", ("List", "Papers", "2031")),
        ("list > talks > 2031", ("List", "Talks", "2031")),
        ("PAPERS", ("List", "Papers")),
        ("tools wrench", ("List", "Tools :wrench:")),
    ],
)
def test_a_section_is_named_by_its_heading_or_a_path(name: str, section: tuple[str, ...]) -> None:
    assert section == find_section(parse_list(SECTIONS), name)


def test_an_unknown_or_ambiguous_section_is_refused_with_the_choices() -> None:
    reading = parse_list(SECTIONS, name="README.md")

    assert 7 == len(list_sections(reading))
    with pytest.raises(
        ValueError, match="2 sections are called '2031'; choose one of: List > Papers > 2031, List > Talks > 2031"
    ):
        find_section(reading, "2031")
    with pytest.raises(ValueError, match="no section is called 'Taks'; did you mean 'Talks'"):
        find_section(reading, "Taks")
    with pytest.raises(ValueError, match="no section is called 'x'; its sections are: List, Papers"):
        find_section(reading, "x")


def test_a_section_that_has_rows_only_below_is_refused_with_the_choices() -> None:
    text = "# List\n\n## Papers\n\n### 2030\n\n- " + row(TITLES[0], 0) + "\n"

    with pytest.raises(ValueError, match="has rows only in its sections; name one: List > Papers > 2030"):
        add(text, NEW)


def test_line_ends_and_a_missing_last_line_end_stay() -> None:
    text = bullets(row(TITLES[0], 0), row(TITLES[1], 1)).rstrip().replace("\n", "\r\n")

    after = add(text, NewWork(title="Zooming In on Drifting Labels", url=URL))

    assert f"{text}\r\n- [Zooming In on Drifting Labels]({URL})" == after


def test_patterns_are_counted_by_section() -> None:
    patterns = find_patterns(parse_list(STYLES["tags"].encode()))

    assert {("Invented list", "Papers"): {"- [{venue} {year}] {title} [[paper]({url})] [{code}]": 5}} == patterns


@pytest.mark.parametrize("sign", ["[", "](", "<", "![", "*", ", ", "(", ":", "1", "&", "\\"])
def test_a_row_beside_a_long_run_of_one_sign_is_added(sign: str) -> None:
    text = bullets(row(TITLES[0], 0), row(TITLES[1], 1, " " + sign * 2_000), row(TITLES[2], 2))

    added = add(text, NewWork(title="Zooming In on Drifting Labels", url=URL))

    assert [URL] == [entry.url for entry in parse_list(added.encode()).papers if entry.title.startswith("Zooming")]


def test_a_row_is_not_nested_below_an_entry_of_its_own() -> None:
    tool = "* Tool [[Github]](https://github.com/example/tool)\n"
    paper = "  * A way to learn [[Paper]](https://arxiv.org/abs/2912.00001)\n"
    work = NewWork(title="How to learn together", url="https://arxiv.org/abs/2912.00002")

    with pytest.raises(ListChangeError, match="nested below other entries, such as 'Tool' on line 3; write"):
        add_to_list(parse_list(f"## Frameworks\n\n{tool}{paper}".encode()), work, section="Frameworks")
    own = "* Learning alone [[Paper]](https://arxiv.org/abs/2912.00003)\n"
    changed = add_to_list(parse_list(f"## Frameworks\n\n{tool}{paper}{own}".encode()), work, section="Frameworks")
    assert changed.decode().endswith(f"{own}* How to learn together [[Paper]](https://arxiv.org/abs/2912.00002)\n")
