"""What an address leads to."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flgraph.lists.data_files.data_records import judge_url
from flgraph.lists.evidence.hosts import HOSTS, UrlKind, url_kind


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("paper", "https://arxiv.org/abs/2113.00001"),
        ("paper", "HTTP://WWW.ArXiv.org/abs/2113.00001"),
        ("paper", "https://link.springer.com/article/10.1007/x"),
        ("paper", "https://ieeexplore.ieee.org.proxy.example.edu/document/1"),
        ("paper", "https://jamanetwork.com/journals/example/fullarticle/1"),
        ("paper", "https://example.org/paper.pdf"),
        ("paper", "https://example.org/paper.pdf/download"),
        ("paper", "https://example.org/doi/abs/1"),
        ("paper", "https://example.org/10.1000/182"),
        ("paper", "papers/example.pdf"),
        ("paper", "https://github.com/example/alpha/blob/main/paper.pdf"),
        ("paper", "https://example.github.io/paper.pdf"),
        ("paper", "https://openreview.net/forum?id=x"),
        ("paper", "https://dblp.org/db/paper.pdf"),
        ("paper", "https://huggingface.co/papers/2113.00001"),
        ("listing", "https://dblp.org/db/conf/x/x2021"),
        ("listing", "https://dblp.org/pid/1/2.html"),
        ("listing", "https://openreview.net/profile/~Ada_Example1"),
        ("listing", "https://arxiv.org/search/?query=x"),
        ("code", "https://github.com/example/alpha"),
        ("code", "https://gitlab.example.org/example/alpha"),
        ("code", "https://huggingface.co/example/model"),
        ("project", "https://example.github.io/alpha/"),
        ("video", "https://www.youtube.com/watch?v=x"),
        ("blog", "https://example.medium.com/post"),
        ("blog", "https://blog.example.org/post"),
        ("blog", "https://example.org/blog/post"),
        ("data", "https://zenodo.org/record/1"),
        ("people", "https://github.com/example"),
        ("people", "https://scholar.google.com/citations?user=x"),
        ("image", "https://img.shields.io/badge/x"),
        ("image", "https://example.org/picture.PNG"),
        ("relative", "pictures/figure.jpeg"),
        ("anchor", "#papers"),
        ("mail", "mailto:ada@example.org"),
        ("relative", "areas/systems.md"),
        ("other", "https://example.org/alpha"),
        ("other", "https://notarxiv.org/abs/2113.00001"),
        ("other", "https://[oops/"),
        ("none", ""),
        ("none", " "),
        ("none", "#"),
        ("none", "()"),
        ("none", "."),
        ("none", None),
    ],
)
def test_an_address_leads_somewhere(expected: str, url: str | None) -> None:
    assert expected == url_kind(url)


@pytest.mark.parametrize(("kind", "host"), [(kind, host) for kind, hosts in HOSTS.items() for host in hosts.split()])
def test_every_host_stands_for_itself_and_its_subdomains(kind: str, host: str) -> None:
    assert kind == url_kind(f"https://{host}/a/b") == url_kind(f"http://www.{host}/a/b") == url_kind(f"//x.{host}/a/b")


def test_hosts_are_listed_once_and_in_order() -> None:
    hosts = [host for names in HOSTS.values() for host in names.split()]
    assert len(hosts) == len(set(hosts))
    assert all(names.split() == sorted(names.split()) for names in HOSTS.values())


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("code", "https://bitbucket.org/example/alpha"),
        ("code", "https://github.com/example/alpha"),
        ("data", "https://huggingface.co/datasets/example"),
        ("video", "https://youtu.be/x"),
        ("blog", "https://distill.pub/2113/example"),
        (None, "https://github.com/example/alpha/blob/main/paper.pdf"),
        (None, "https://example.github.io/alpha/"),
        (None, "https://example.org/alpha"),
        (None, None),
    ],
)
def test_data_files_judge_addresses_by_the_same_hosts(expected: str | None, url: str | None) -> None:
    assert expected == judge_url(url)


@given(url=st.text() | st.text("/?#.:@[]", max_size=20).map("https://github.com{}".format))
def test_every_text_leads_somewhere(url: str) -> None:
    assert url_kind(url) in get_args(UrlKind)


@pytest.mark.parametrize("unit", ["a.", "/", "10.1000/", "%2f", "."])
def test_a_very_long_address_leads_somewhere(unit: str) -> None:
    assert url_kind("https://example.org/" + unit * (200_000 // len(unit))) in get_args(UrlKind)
    assert url_kind(f"https://{unit * (200_000 // len(unit))}") in get_args(UrlKind)
