"""What an address says: which work, who can open it, what its label promises."""

from __future__ import annotations

import pytest

from flgraph.lists.lint.link_judges import (
    clean_address,
    find_id_clash,
    find_version,
    find_wrong_arxiv,
    judge_access,
    judge_label,
    name_address,
)
from tests.time_limit import within_seconds


@pytest.mark.parametrize(
    ("arxiv", "reason"),
    [
        ("2101.00001", None),
        ("0704.0001", None),
        ("hep-th/9901001", None),
        ("2113.00001", "month 13 does not exist"),
        ("1501.0001", "numbers of 1501 have 5 digits, not 4"),
        ("2101.0", "it has another form than arXiv ids"),
    ],
)
def test_an_arxiv_id_in_an_address_can_be_or_cannot(arxiv: str, reason: str | None) -> None:
    wrong = find_wrong_arxiv(f"https://arxiv.org/pdf/{arxiv}v1.pdf")

    assert (reason, reason and arxiv) == (wrong.reason if wrong else None, wrong.id if wrong else None)


@pytest.mark.parametrize(
    ("url", "reason", "clean"),
    [
        ("https://example.org/a?token=1", None, None),
        ("https://web.archive.org/web/2021/https://example.org", None, None),
        ("https://ieeexplore.ieee.org/document/99999999?casa_token=a&x=1", "login",
         "https://ieeexplore.ieee.org/document/99999999?x=1"),
        ("https://dl.example.org/a;jsessionid=12", "login", None),
        ("https://www.science.org/doi/10.99999/x;jsessionid=12", "login", None),
        ("https://ieeexplore-ieee-org.ezproxy.example.edu/document/99999999", "proxy",
         "https://ieeexplore.ieee.org/document/99999999"),
        ("https://link.springer.com.remotexs.example.edu/chapter/10.99999/a_1", "proxy",
         "https://link.springer.com/chapter/10.99999/a_1"),
        ("https://proxy.example.edu/login?url=https://doi.org/10.99999/x", "proxy", "https://doi.org/10.99999/x"),
        ("https://idp.example.org/authorize/casa?redirect_uri=https://doi.org/10.99999/x", "login",
         "https://doi.org/10.99999/x"),
        ("https://login.example.org/about", None, None),
        ("http://192.0.2.1/a.pdf", "bare IP", None),
        ("https://sci-hub.example/https://doi.org/10.99999/x", "pirate", "https://doi.org/10.99999/x"),
        ("https://sci-hub.example/tree/abc", "pirate", None),
        ("https://approxy.example.org/a", None, None),
        ("not an address", None, None),
        ("https://[oops/", None, None),
    ],
)  # fmt: skip
def test_an_address_that_not_everybody_can_open_is_judged(url: str, reason: str | None, clean: str | None) -> None:
    said = judge_access(url)

    assert reason is None if said is None else reason is not None and reason in said
    assert clean == clean_address(url)


@pytest.mark.parametrize(
    ("label", "url", "fault"),
    [
        ("Code", "https://arxiv.org/abs/2101.00001", "leads to a paper, not to code"),
        ("code", "https://github.com/example/a", None),
        ("code", "https://doi.org/10.5281/zenodo.1", None),
        ("code", "https://youtu.be/abc", "leads to a video, not to code"),
        (
            "Project page",
            "https://www.example-journal.org/papers/2099:001.html",
            "leads to a paper, not to a project page",
        ),
        ("Project", "https://example.github.io/papers/2099", None),
        ("Project", "https://example.org/papers/alpha", None),
        ("PDF", "https://github.com/example/a", "leads to code, not to a paper"),
        ("PDF", "https://github.com/example/a/blob/main/paper.pdf", None),
        ("arXiv", "https://doi.org/10.99999/x", "does not lead to arXiv"),
        ("arXiv", "https://doi.org/10.48550/arXiv.2101.00001", None),
        ("video", "https://arxiv.org/abs/2101.00001", "does not lead to a video"),
        ("related", "https://arxiv.org/abs/2101.00001", None),
    ],
)
def test_a_label_is_compared_to_its_target(label: str, url: str, fault: str | None) -> None:
    assert fault == judge_label(label, url)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.example.org/a.pdf", "https://example.org/a/", True),
        ("https://example.org/a?utm_source=x", "https://example.org/a", True),
        ("https://example.org/a?id=1", "https://example.org/a?id=2", False),
        ("https://example.org/list#one", "https://example.org/list#two", False),
    ],
)
def test_an_address_has_one_spelling(one: str, other: str, same: bool) -> None:
    assert same == (name_address(one) == name_address(other))


@pytest.mark.parametrize("url", ["https://example.org/", "https://github.com/a/b", "https://a.github.io/b", "a.pdf"])
def test_an_address_of_no_single_work_has_no_name(url: str) -> None:
    assert name_address(url) is None


def test_a_preprint_has_another_doi_than_its_publication() -> None:
    assert find_id_clash({"doi": "10.1101/2099.01.01"}, "https://doi.org/10.99999/x") is None
    assert find_id_clash({"doi": "10.99999/y"}, "https://doi.org/10.99999/x") is not None
    assert find_id_clash({"doi": "10.99999/X"}, "https://doi.org/10.99999/x") is None


def test_a_version_is_cut_out_of_an_address() -> None:
    assert ("v2", "https://arxiv.org/pdf/2101.00001.pdf") == find_version("https://arxiv.org/pdf/2101.00001v2.pdf")
    assert find_version("https://arxiv.org/pdf/2101.00001.pdf") is None


@pytest.mark.parametrize("sign", ["a", "-", ".", "/", "?", "&a=", "proxy.", "%41", "(", "ezproxy-", "://", "sci-hub."])
def test_a_long_address_takes_little_time(sign: str) -> None:
    url = f"https://example.org/{sign * (50_000 // len(sign))}"
    host = f"https://{sign * (50_000 // len(sign))}"

    with within_seconds(5):
        for address in (url, host):
            judge_access(address)
            name_address(address)
            judge_label("code", address)
            find_version(address)
