"""The forms of the addresses of publishers, archives and indexes, by host."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple


class Form(NamedTuple):
    """A form of the path and query of an address: the kind of its id, its pattern, and how the id is made of it."""

    kind: str
    pattern: re.Pattern[str]
    make: Callable[[re.Match[str]], str]


def _form(kind: str, pattern: str, template: str | None = None) -> Form:
    """Return a form whose id is the first group of its pattern, or a template with its groups."""
    if template is None:
        return Form(kind, re.compile(pattern, re.IGNORECASE), lambda found: found[1])
    return Form(kind, re.compile(pattern, re.IGNORECASE), lambda found: template.format(*found.groups()))


_END: Final = r"(?=[/?.#]|$)"
_ARXIV: Final = (
    _form(
        "arxiv",
        r"/(?:abs|pdf|html|format|ps|src|e-print|ftp/arxiv/papers/\d{4}|papers?|arxiv|overview)/+(?:arxiv[:.])?"
        r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?(?:\.pdf)?(?=[/?.,;)]|$)",
    ),
)
_BIORXIV: Final = (_form("doi", r"/early/\d{4}/\d\d/\d\d/([\d.]*\d{6})(?:v\d+)?(?=[./?]|$)", "10.1101/{0}"),)
_HAL: Final = (_form("hal", rf"/([a-z]+-\d{{8}})(?:v\d+)?{_END}"),)
_PROCEEDINGS_HASH: Final = r"/(\d{4})/(?:hash|file)/([0-9a-f]{32})"
# The hashes of some years are those of small numbers: without the year, two papers would share one.
_NEURIPS: Final = (
    _form("neurips", rf"{_PROCEEDINGS_HASH}-[\w-]*?(round\d)", "{0}/{1}-{2}"),
    _form("neurips", _PROCEEDINGS_HASH, "{0}/{1}"),
    _form("neurips", r"/paper(?:_files/paper)?/(\d+)-"),
)
_ACL: Final = (_form("acl", rf"/([a-z]\d\d-\d{{4}}|\d{{4}}\.[\w-]+\.\d+)(?:v\d+)?{_END}"),)
_CVF: Final = (_form("cvf", r"/(content[^?#]*?/)(?:papers|html)/([^?#]+?)\.(?:pdf|html)(?:\?|$)", "{0}papers/{1}.pdf"),)
_PII: Final = (_form("pii", r"/pii/([A-Z][\w()-]+)"), _form("pii", r"/1-s2\.0-(S\w+)/"))
_LANCET: Final = (_form("pii", r"/(?:PII|fulltext/|pdf/|abstract/)(S[\w()-]+)"),)
_ISCA: Final = (
    _form("isca", r"/([a-z]+_\d{4}\w*)/(?:pdfs?|abstracts?)/0*([\w-]+)\.(?:pdf|html)", "{0}/{1}"),
    _form("isca", r"/([a-z]+_\d{4}\w*)/([\w-]+)\.(?:pdf|html)", "{0}/{1}"),
)
_DBLP: Final = (_form("dblp", r"/rec/(?:html/|bibtex/|xml/)?([^?#]+?)(?:\.html|\.bib|\.xml)?/?(?:\?|$)"),)
_USENIX_FILE: Final = r"/system/files/(?:conference/[\w-]+/)?"
_USENIX: Final = (
    _form("usenix", r"/conference/([\w-]+)/(?:technical-sessions/)?presentation/([\w-]+)", "{0}/{1}"),
    _form("usenix", rf"{_USENIX_FILE}sec(\d\d)[a-z]*[-_](?:paper[-_])?([a-z-]+)[\w-]*\.pdf", "usenixsecurity{0}/{1}"),
    _form("usenix", rf"{_USENIX_FILE}([a-z]+\d\d)[-_](?:paper[-_])?([a-z-]+)[\w-]*\.pdf", "{0}/{1}"),
)

FORMS: Final[Mapping[str, tuple[Form, ...]]] = {
    # archives and indexes
    "alphaxiv.org": _ARXIV,
    "ar5iv.org": _ARXIV,
    "arxiv-vanity.com": _ARXIV,
    "arxiv.org": _ARXIV,
    "archives-ouvertes.fr": _HAL,
    "biorxiv.org": _BIORXIV,
    "dblp.org": _DBLP,
    "eprint.iacr.org": (_form("iacr", r"^/(\d{4}/\d+)"),),
    "europepmc.org": (_form("pmid", r"/med/(\d+)"), _form("pmcid", r"/(PMC\d+)")),
    "hal.inria.fr": _HAL,
    "hal.science": _HAL,
    "huggingface.co": _ARXIV,
    "medrxiv.org": _BIORXIV,
    "ncbi.nlm.nih.gov": (
        _form("pmcid", r"/(PMC\d+)"),
        _form("pmid", r"/pubmed/(?:\?(?:.*&)?term=)?(\d+)"),
    ),
    "papers.cool": _ARXIV,
    "pubmed.ncbi.nlm.nih.gov": (_form("pmid", r"^/(\d+)"),),
    "scirate.com": _ARXIV,
    "semanticscholar.org": (
        _form("s2", r"/paper/(?:[^/?]+/)?([0-9a-f]{40})"),
        _form("s2", r"^/([0-9a-f]{4})/([0-9a-f]{36})\.pdf", "{0}{1}"),
        *_ARXIV,
    ),
    "ssrn.com": (_form("doi", r"\babstract(?:_?id)?=(\d+)", "10.2139/ssrn.{0}"),),
    "uni-trier.de": _DBLP,
    "zenodo.org": (_form("doi", r"/records?/(\d+)", "10.5281/zenodo.{0}"),),
    # proceedings
    "aaai.org": (_form("aaai", r"/AAAI/article/(?:view|download)/(\d+)"),),
    "aclanthology.info": _ACL,
    "aclanthology.org": _ACL,
    "aclweb.org": _ACL,
    "cv-foundation.org": _CVF,
    "ecva.net": (_form("ecva", r"/papers/(eccv_\d{4})/papers_ECCV/(?:papers|html)/([\w-]+)", "{0}/{1}"),),
    "iclr.cc": (_form("iclr", _PROCEEDINGS_HASH, "{0}/{1}"),),
    "ijcai.org": (
        _form("ijcai", r"/proceedings/(\d{4})/0*(\d+)", "{0}/{1}"),
        _form("ijcai", r"/Proceedings/(\d\d)/Papers/0*(\d+)", "20{0}/{1}"),
    ),
    "isca-archive.org": _ISCA,
    "isca-speech.org": _ISCA,
    "jmlr.org": (_form("jmlr", r"/papers/v(?:olume)?(\d+)/([\w-]+?)(?:\.html|\.pdf|/|$)", "v{0}/{1}"),),
    "mlr.press": (_form("pmlr", r"/([vr]\d+)/([\w-]+?)(?:\.html|\.pdf|/|$)", "{0}/{1}"),),
    "mlsys.org": (_form("mlsys", _PROCEEDINGS_HASH, "{0}/{1}"),),
    "ndss-symposium.org": (
        _form("ndss", r"/ndss-paper/([\w-]+)"),
        _form("ndss", r"/wp-content/uploads/(?:\d{4}/\d\d/)?([\w-]+?)(?:[-_]paper)?\.pdf"),
    ),
    "neurips.cc": _NEURIPS,
    "nips.cc": _NEURIPS,
    "openaccess.thecvf.com": _CVF,
    "openreview.net": (
        _form("openreview", r"/(?:forum|pdf|attachment)\?(?:.*&)?id=([\w-]+)"),
        # A file of the site itself is named by its own hash, which leads to no forum.
    ),
    "raw.githubusercontent.com": (_form("pmlr", r"^/mlresearch/(v\d+)/\w+/assets/([\w-]+)/", "{0}/{1}"),),
    "usenix.org": _USENIX,
    "vldb.org": (_form("vldb", r"/pvldb/(?:vol)?(\d+)/(p\d+[\w-]*)", "vol{0}/{1}"),),
    # journals and publishers
    "acm.org": (
        _form("doi", r"\.cfm\?(?:.*&)?(?:id|doid)=(\d{5,}\.\d{5,})", "10.1145/{0}"),
        _form("acm", r"\.cfm\?(?:.*&)?(?:id|doid)=(\d{5,})"),
    ),
    "bmj.com": (_form("doi", r"/content/\d+/(bmj\.[a-z]?\d{5,})", "10.1136/{0}"),),
    "cell.com": _LANCET,
    "computer.org": (_form("ieee", r"/csdl/(?:journal|magazine)/\w+/\d{4}/\d\d/0*(\d{5,9})/"),),
    "elsevier.com": _PII,
    "ieeexplore.ieee.org": (
        _form("ieee", r"/document/0*(\d+)"),
        _form("ieee", r"\barnumber=0*(\d+)"),
        _form("ieee", r"/ielx?\d+/(?:.*/)?0*(\d{5,})\.pdf"),
    ),
    "jmir.org": (_form("doi", r"/\d{4}/\d+/e(\d{5,})", "10.2196/{0}"),),
    "mdpi.com": (_form("mdpi", r"^/(\d{4}-\d{3}[\dx]/\d+/\w+/\d+)"),),
    "nature.com": (
        _form(
            "doi", r"/articles/([\w.-]+?)(?:\.pdf|_reference\.pdf)?/?(?:/(?:figures|tables)/.*)?(?:\?|$)", "10.1038/{0}"
        ),
    ),
    "oup.com": (_form("doi", r"/(10\.\d{4,9}/[^?#]+?)(?:/\d{6,})?/?(?:\?|$)"),),
    "sciencedirect.com": _PII,
    "sciencedirectassets.com": _PII,
    "techrxiv.org": (_form("doi", r"/articles/(?:preprint/)?[^/?]+/(\d{7,9})", "10.36227/techrxiv.{0}"),),
    "thelancet.com": _LANCET,
}
"""Forms by host; a host also stands for its subdomains, unless they have forms of their own."""

DOI_IN_PATH: Final = re.compile(r"(?:^|/)(?:doi:)?(10\.\d{4,9}(?:\.\d+)*/[^?#]+)", re.IGNORECASE)
DOI_IN_QUERY: Final = re.compile(r"(?:^|&)(?:id|doi)=(10\.\d{4,9}(?:\.\d+)*/[^&#]+)", re.IGNORECASE)
DOI_TAIL: Final = re.compile(
    r"(?:/(?:full|abstract|e?pdf|pdfdirect|full[-]?text|html?|meta|xml|text|summary|references?|metrics|download|epub"
    r"|citation|(?:figures?|tables?)(?:/\w+)?)|\.(?:full|abstract|e?pdf(?:\+html)?|html?|full-text|long|xml))+/?$",
    re.IGNORECASE,
)
"""What publishers add to the DOI in an address."""
