"""Tell what an address leads to, by its host and path."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal
from urllib.parse import urlsplit

UrlKind = Literal[
    "paper", "code", "project", "data", "video", "blog", "people", "listing", "image",
    "anchor", "mail", "relative", "none", "other",
]  # fmt: skip

HOSTS: Final[dict[UrlKind, str]] = {
    "paper": """
        aaai.org aanda.org academia.edu aclanthology.org aclweb.org acm.org acpjournals.org acs.org aeaweb.org aes.org
        ahajournals.org aip.org ajronline.org alphaxiv.org ametsoc.org ams.org annualreviews.org apa.org aps.org
        ar5iv.org archives-ouvertes.fr arxiv-vanity.com arxiv.org ascelibrary.org ascopubs.org asm.org asme.org
        biologists.com biomedcentral.com biorxiv.org bmj.com bmva.org cambridge.org cell.com ceur-ws.org chemrxiv.org
        cnki.net computer.org copernicus.org core.ac.uk cshlp.org cvpapers.org dagstuhl.de dblp.org dbpia.co.kr
        degruyter.com doi.org dovepress.com ecva.net edpsciences.org eg.org elifesciences.org elsevier.com embopress.org
        emerald.com episciences.org escholarship.org europepmc.org frontiersin.org geoscienceworld.org hal.inria.fr
        hal.science handle.net heinonline.org hindawi.com iacr.org iclr.cc icml.cc ieee.org ieeecomputersociety.org
        igi-global.com ijcai.org informs.org iop.org iospress.com isca-archive.org isca-speech.org ismir.net iucr.org
        jacc.org jair.org jamanetwork.com jbc.org jbe-platform.com jci.org jmir.org jmlr.org jneurosci.org
        joss.theoj.org journals.uchicago.edu jstage.jst.go.jp jstor.org karger.com kci.go.kr koreascience.kr
        koreascience.or.kr liebertpub.com lipics.de mdpi.com medrxiv.org mitpressjournals.org mlr.press mlsys.org
        nature.com nber.org ndss-symposium.org nejm.org neurips.cc nips.cc openreview.net optica.org osapublishing.org
        osf.io oup.com papers.cool paperswithcode.com philpapers.org plos.org pmc.ncbi.nlm.nih.gov pnas.org
        preprints.org projecteuclid.org proquest.com pubmed.gov pubmed.ncbi.nlm.nih.gov quantum-journal.org repec.org
        researchgate.net researchsquare.com royalsocietypublishing.org rsc.org rsna.org rupress.org sagepub.com
        sci-hub.ru sci-hub.se sci-hub.st sci-hub.tw scielo.br science.org sciencedirect.com sciencemag.org scipost.org
        scitation.org scitepress.org semanticscholar.org siam.org snmjournals.org spiedigitallibrary.org springer.com
        ssrn.com tandfonline.com techrxiv.org thecvf.com thelancet.com thieme-connect.com ui.adsabs.harvard.edu
        uni-trier.de usenix.org vldb.org wiley.com wolterskluwer.com worldscientific.com
    """,
    "code": """
        bitbucket.org codeberg.org codeocean.com colab.research.google.com gitee.com github.com gitlab.com
        huggingface.co sourceforge.net
    """,
    "data": """
        dataverse.harvard.edu dryad.org figshare.com kaggle.com physionet.org zenodo.org
    """,
    "video": """
        bilibili.com crossminds.ai slideslive.com underline.io videolectures.net vimeo.com youtu.be youtube.com
    """,
    "blog": """
        blogspot.com csdn.net distill.pub hackernoon.com jianshu.com medium.com mp.weixin.qq.com substack.com
        towardsdatascience.com wordpress.com zhihu.com
    """,
    "people": """
        linkedin.com orcid.org scholar.google.com twitter.com x.com
    """,
    "image": """
        awesome.re badge.fury.io shields.io star-history.com
    """,
    "project": "github.io",
}
"""Hosts by what their addresses lead to; a host also stands for its subdomains."""

_KINDS: Final = {host: kind for kind, hosts in HOSTS.items() for host in hosts.split()}
_PICTURE: Final = re.compile(r"\.(?:svg|png|gif|jpe?g)$")
_LISTING: Final = re.compile(
    r"/search|/db/|venue%3a|/pid/|/citations|/profile/[^/]+$|/user|/group|/authors?(?!iz)|^/journals?/[\w-]+/?\?",
    re.IGNORECASE,
)
_PAPER_PATH: Final = re.compile(r"\.pdf|/doi/|/pmc/|/pubmed/|10\.\d{4,9}/")
_CACHED: Final = 2**14
_LONGEST: Final = 2_000
_MOST_LABELS: Final = 8


def url_kind(url: str | None) -> UrlKind:
    """Return what an address leads to; "none" for an empty one, "relative" for one of the list's own folder.

    "people" is a profile, "listing" a search or a person's papers, "image" a picture or badge.

    Examples
    --------
    >>> url_kind("https://arxiv.org/abs/2102.07623"), url_kind("https://github.com/example/alpha"), url_kind("#top")
    ('paper', 'code', 'anchor')
    """
    if not url:
        return "none"
    return _find_kind(url) if len(url) <= _LONGEST else _find_kind.__wrapped__(url)


@lru_cache(_CACHED)
def _find_kind(url: str) -> UrlKind:
    url = url.strip()
    if url in ("", ".", "#", "()"):
        return "none"
    if url.startswith(("#", "./#")):
        return "anchor"
    if url[:7].lower() == "mailto:":
        return "mail"
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a malformed host such as "https://[oops/"
        return "other"
    path = parts.path.lower()
    if not host:
        return "paper" if path.endswith(".pdf") else "relative"
    return _judge_host(host, path, parts.query)


def _judge_host(host: str, path: str, query: str) -> UrlKind:
    kind, is_pdf = _find_host(host), path.endswith(".pdf")
    if kind == "image" or _PICTURE.search(path):
        return "image"
    if host == "huggingface.co" and path.startswith("/datasets/"):
        return "data"
    if host == "huggingface.co" and path.startswith("/papers/"):
        return "paper"
    if host == "github.com" and path.count("/") <= 1:
        return "people"
    if host == "github.com" and "/blob/" in path and path.endswith(".md"):
        return "other"  # a page of notes
    if kind in ("code", "project") or host.startswith("gitlab."):
        return "paper" if is_pdf else kind or "code"
    if kind in ("video", "blog", "data", "people"):
        return kind
    if host.startswith("blog.") or "/blog" in path:
        return "blog"
    if kind == "paper" and not _is_front_page(path, query):
        return "listing" if not is_pdf and _LISTING.search(f"{path}?{query}") else "paper"
    return "paper" if _PAPER_PATH.search(path) else "other"


def _is_front_page(path: str, query: str) -> bool:
    """Return whether a path is that of a publisher or a journal as a whole: "/", "/sdata/"."""
    return not query and path.strip("/").count("/") == 0 and not any(map(str.isdigit, path))


def _find_host(host: str) -> UrlKind | None:
    """Return the kind of a host, of a host above it, or of one that a proxy spells inside its own."""
    labels = host.split(".")[-_MOST_LABELS:]
    for end in range(len(labels), 1, -1):
        for start in range(end - 1):
            kind = _KINDS.get(".".join(labels[start:end]))
            if kind:
                return kind
    return None
