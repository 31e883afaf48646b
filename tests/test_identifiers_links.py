"""The ids in the addresses of publishers, archives and proceedings, in every spelling."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flgraph.identifiers import IdKind, clean_arxiv, ids_from_url, judge_arxiv, work_id
from flgraph.identifiers.addresses import spell_address
from flgraph.identifiers.publishers import FORMS

HASH = "0123456789abcdef0123456789abcdef"
S2 = f"{HASH}01234567"

SPELLINGS = {
    "arxiv:2113.00001": [
        "https://arxiv.org/abs/2113.00001",
        "http://www.arxiv.org/abs/2113.00001v3",
        "arxiv.org/pdf/2113.00001v1.pdf#page=2",
        "https://arxiv.org/abs/2113.00001?context=cs.LG",
        "https://arxiv.org/abs/arXiv:2113.00001",
        "https://arxiv.org//abs/2113.00001.",
        "https://arxiv.org/ftp/arxiv/papers/2113/2113.00001.pdf",
        "https://ar5iv.labs.arxiv.org/html/2113.00001",
        "https://ar5iv.org/abs/2113.00001",
        "https://www.arxiv-vanity.com/papers/2113.00001/",
        "https://www.alphaxiv.org/overview/2113.00001v2",
        "https://huggingface.co/papers/2113.00001",
        "https://papers.cool/arxiv/2113.00001",
        "https://scirate.com/arxiv/2113.00001",
        "https://doi.org/10.48550/arXiv.2113.00001",
        "https://dblp.org/rec/journals/corr/abs-2113-00001.html",
    ],
    "arxiv:math/9912345": ["https://arxiv.org/abs/math.GT/9912345v1", "http://arxiv.org/pdf/math/9912345"],
    "pmlr:v139/example21a": [
        "https://proceedings.mlr.press/v139/example21a.html",
        "http://proceedings.mlr.press/v139/example21a/example21a.pdf",
        "https://proceedings.mlr.press/v139/example21a",
        "https://raw.githubusercontent.com/mlresearch/v139/main/assets/example21a/example21a.pdf",
    ],
    "doi:10.24963/ijcai.2021/12": [
        "https://www.ijcai.org/proceedings/2021/12",
        "https://ijcai.org/Proceedings/2021/0012.pdf",
        "https://doi.org/10.24963/ijcai.2021/12",
    ],
    "ijcai:2016/12": ["https://www.ijcai.org/Proceedings/16/Papers/012.pdf"],
    f"neurips:2020/{HASH}": [
        f"https://proceedings.neurips.cc/paper/2020/hash/{HASH}-Abstract.html",
        f"https://papers.nips.cc/paper/2020/file/{HASH}-Paper.pdf",
        f"https://papers.nips.cc/paper_files/paper/2020/hash/{HASH.upper()}-Abstract-Conference.html",
    ],
    f"neurips:2021/{HASH}-round1": [
        f"https://datasets-benchmarks-proceedings.neurips.cc/paper/2021/hash/{HASH}-Abstract-round1.html",
        f"https://datasets-benchmarks-proceedings.neurips.cc/paper/2021/file/{HASH}-Paper-round1.pdf",
    ],
    "neurips:9999": [
        "http://papers.nips.cc/paper/9999-an-invented-paper",
        "https://papers.nips.cc/paper/9999-an-invented-paper.pdf",
    ],
    f"mlsys:2020/{HASH}": [
        f"https://proceedings.mlsys.org/paper/2020/hash/{HASH}-Abstract.html",
        f"https://proceedings.mlsys.org/paper_files/paper/2020/file/{HASH}-Paper.pdf",
    ],
    f"iclr:2024/{HASH}": [f"https://proceedings.iclr.cc/paper_files/paper/2024/hash/{HASH}-Abstract-Conference.html"],
    "jmlr:v99/20-123": [
        "https://jmlr.org/papers/v99/20-123.html",
        "http://www.jmlr.org/papers/volume99/20-123/20-123.pdf",
    ],
    "usenix:usenixsecurity20/example": [
        "https://www.usenix.org/conference/usenixsecurity20/presentation/example",
        "https://www.usenix.org/system/files/sec20-example.pdf",
        "https://www.usenix.org/system/files/sec20summer_example_prepub.pdf",
        "https://www.usenix.org/system/files/conference/usenixsecurity20/sec20-paper-example.pdf",
    ],
    "usenix:osdi21/example": [
        "https://www.usenix.org/conference/osdi21/presentation/example",
        "https://www.usenix.org/conference/osdi21/technical-sessions/presentation/example",
        "https://www.usenix.org/system/files/osdi21-example.pdf",
    ],
    "vldb:vol13/p9999-example": [
        "http://www.vldb.org/pvldb/vol13/p9999-example.pdf",
        "https://vldb.org/pvldb/13/p9999-example",
    ],
    "ndss:an-invented-attack": ["https://www.ndss-symposium.org/ndss-paper/an-invented-attack/"],
    "ndss:2021-999": ["https://www.ndss-symposium.org/wp-content/uploads/2021-999-paper.pdf"],
    "acl:p99-9999": [
        "https://aclanthology.org/P99-9999/",
        "https://www.aclweb.org/anthology/P99-9999.pdf",
        "https://www.aclweb.org/anthology/papers/P/P99/P99-9999/",
        "http://aclweb.org/anthology/P99-9999v2",
        "https://aclanthology.info/papers/P99-9999/p99-9999",
        "https://doi.org/10.18653/v1/P99-9999",
    ],
    "acl:2099.naacl-main.1": [
        "https://aclanthology.org/2099.naacl-main.1.pdf",
        "https://doi.org/10.18653/v1/2099.naacl-main.1",
    ],
    "aaai:99999": [
        "https://ojs.aaai.org/index.php/AAAI/article/view/99999",
        "https://www.aaai.org/ojs/index.php/AAAI/article/download/99999/12",
        "https://aaai.org/ojs/index.php/AAAI/article/view/99999/",
        "https://doi.org/10.1609/aaai.v99i01.99999",
    ],
    "cvf:content/cvpr2099/example_cvpr_2099_paper": [
        "https://openaccess.thecvf.com/content/CVPR2099/papers/Example_CVPR_2099_paper.pdf",
        "http://openaccess.thecvf.com/content/CVPR2099/html/Example_CVPR_2099_paper.html",
    ],
    "cvf:content_cvpr_2016/example_cvpr_2016_paper": [
        "https://www.cv-foundation.org/openaccess/content_cvpr_2016/papers/Example_CVPR_2016_paper.pdf",
        "http://openaccess.thecvf.com/content_cvpr_2016/html/Example_CVPR_2016_paper.html",
    ],
    "ecva:eccv_2020/999999999": ["https://www.ecva.net/papers/eccv_2020/papers_ECCV/papers/999999999.pdf"],
    "openreview:abcdefghij": [
        "https://openreview.net/forum?id=aBcDeFgHiJ",
        "http://openreview.net/pdf?id=aBcDeFgHiJ",
        "https://openreview.net/forum?id=aBcDeFgHiJ&noteId=x",
        "https://www.openreview.net/attachment?id=aBcDeFgHiJ&name=pdf",
    ],
    "doi:10.21437/interspeech.2019-9999": [
        "https://www.isca-speech.org/archive/Interspeech_2019/pdfs/9999.pdf",
        "https://www.isca-archive.org/Interspeech_2019/abstracts/9999.html",
        "https://doi.org/10.21437/Interspeech.2019-9999",
    ],
    "isca:interspeech_2021/example21_interspeech": [
        "https://www.isca-speech.org/archive/interspeech_2021/example21_interspeech.html",
        "https://www.isca-archive.org/interspeech_2021/example21_interspeech.pdf",
    ],
    "pii:s0000000099000001": [
        "https://www.sciencedirect.com/science/article/pii/S0000000099000001",
        "https://sciencedirect.com/science/article/abs/pii/S0000000099000001?via%3Dihub",
        "https://reader.elsevier.com/reader/sd/pii/S0000000099000001?token=x",
        "https://linkinghub.elsevier.com/retrieve/pii/S0000000099000001",
        "https://pdf.sciencedirectassets.com/1/1-s2.0-S0000000099000001/main.pdf?token=x",
        "https://www.cell.com/example/fulltext/S0000-0000(99)00000-1",
        "https://www.cell.com/example/pdf/S0000-0000%2899%2900000-1.pdf",
        "https://www.thelancet.com/journals/example/article/PIIS0000-0000(99)00000-1/fulltext",
    ],
    "doi:10.1007/978-3-030-00000-0_1": [
        "https://link.springer.com/chapter/10.1007/978-3-030-00000-0_1",
        "https://link.springer.com/chapter/10.1007%2F978-3-030-00000-0_1#citeas",
        "https://link.springer.com/content/pdf/10.1007/978-3-030-00000-0_1.pdf",
        "http://link.springer.com/10.1007/978-3-030-00000-0_1",
        "https://link.springer.com/chapter/10.1007/978-3-030-00000-0_1/figures/1",
        "https://doi.org/10.1007/978-3-030-00000-0_1",
    ],
    "doi:10.1186/s12345-099-0001-2": [
        "https://example.biomedcentral.com/articles/10.1186/s12345-099-0001-2",
        "https://example.biomedcentral.com/track/pdf/10.1186/S12345-099-0001-2",
    ],
    "ieee:9999999": [
        "https://ieeexplore.ieee.org/document/9999999/",
        "http://ieeexplore.ieee.org/abstract/document/9999999",
        "https://ieeexplore.ieee.org/stamp/stamp.jsp?tp=&arnumber=9999999",
        "https://ieeexplore.ieee.org/iel7/1234567/7654321/09999999.pdf",
        "https://ieeexplore.ieee.org/ielx7/12/34/09999999.pdf?tp=&arnumber=9999999",
        "https://www.computer.org/csdl/journal/tk/2099/01/09999999/1abc",
    ],
    "doi:10.1109/example.2099.00001": [
        "https://doi.ieeecomputersociety.org/10.1109/EXAMPLE.2099.00001",
        "https://www.computer.org/csdl/doi/10.1109/EXAMPLE.2099.00001",
        "https://sci-hub.se/10.1109/EXAMPLE.2099.00001",
    ],
    "doi:10.1145/9999999.9999998": [
        "https://dl.acm.org/doi/10.1145/9999999.9999998",
        "https://dl.acm.org/doi/fullHtml/10.1145/9999999.9999998",
        "https://dl.acm.org/10.1145/9999999.9999998",
        "https://dl.acm.org/citation.cfm?id=9999999.9999998",
        "http://dl.acm.org/doi/epdf/10.1145/9999999.9999998?casa_token=x",
    ],
    "acm:9999999": [
        "https://dl.acm.org/citation.cfm?id=9999999",
        "https://dl.acm.org/ft_gateway.cfm?ftid=1&id=9999999",
    ],
    "doi:10.1002/example.99999": [
        "https://onlinelibrary.wiley.com/doi/10.1002/example.99999",
        "https://example.onlinelibrary.wiley.com/doi/pdfdirect/10.1002/example.99999",
    ],
    "doi:10.1080/00000000.2099.1": ["https://www.tandfonline.com/doi/full/10.1080/00000000.2099.1"],
    "doi:10.1177/99999": ["https://journals.sagepub.com/doi/abs/10.1177/99999"],
    "doi:10.1093/example/xyz999": [
        "https://academic.oup.com/example/advance-article/doi/10.1093/example/xyz999/9999999",
        "https://academic.oup.com/example/article-abstract/doi/10.1093/example/xyz999",
    ],
    "doi:10.1017/s0000000099000001": ["https://www.cambridge.org/core/product/doi/10.1017/S0000000099000001"],
    "mdpi:9999-999x/20/21/9999": [
        "https://www.mdpi.com/9999-999X/20/21/9999",
        "https://www.mdpi.com/9999-999X/20/21/9999/pdf",
        "http://mdpi.com/9999-999X/20/21/9999/htm",
    ],
    "doi:10.3390/example20219999": ["https://www.mdpi.com/resolver?doi=10.3390/example20219999"],
    "doi:10.3389/example.2099.00001": [
        "https://www.frontiersin.org/articles/10.3389/example.2099.00001/full",
        "https://www.frontiersin.org/articles/10.3389/example.2099.00001/pdf",
        "https://www.frontiersin.org/journals/example/articles/10.3389/example.2099.00001/abstract",
    ],
    "doi:10.1371/journal.example.9999999": [
        "https://journals.plos.org/plosone/article?id=10.1371/journal.example.9999999",
        "https://journals.plos.org/plosone/article/file?id=10.1371/journal.example.9999999&type=printable",
    ],
    "doi:10.1136/bmj.n99999": ["https://www.bmj.com/content/999/bmj.n99999"],
    "doi:10.2196/99999": ["https://www.jmir.org/2099/1/e99999/", "https://medinform.jmir.org/2099/1/e99999/PDF"],
    "doi:10.1038/s99999-099-00001-2": [
        "https://www.nature.com/articles/s99999-099-00001-2",
        "https://nature.com/articles/s99999-099-00001-2.pdf",
        "https://www.nature.com/articles/s99999-099-00001-2/figures/1",
        "https://doi.org/10.1038/s99999-099-00001-2",
    ],
    "doi:10.1088/1361-9999/ab9999": ["https://iopscience.iop.org/article/10.1088/1361-9999/ab9999/pdf"],
    "doi:10.1101/2099.01.02.999999": [
        "https://www.biorxiv.org/content/10.1101/2099.01.02.999999v2",
        "https://www.biorxiv.org/content/10.1101/2099.01.02.999999v1.full.pdf+html",
        "https://www.medrxiv.org/content/10.1101/2099.01.02.999999v1.full-text",
        "https://www.medrxiv.org/content/medrxiv/early/2099/01/03/2099.01.02.999999.full.pdf",
    ],
    "doi:10.1101/999999": ["https://www.biorxiv.org/content/early/2018/08/10/999999"],
    f"s2:{S2}": [
        f"https://www.semanticscholar.org/paper/An-Invented-Paper/{S2}",
        f"https://www.semanticscholar.org/paper/{S2}",
        f"https://pdfs.semanticscholar.org/{S2[:4]}/{S2[4:]}.pdf",
    ],
    "dblp:conf/x/a21": [
        "https://dblp.org/rec/conf/x/A21",
        "https://dblp.uni-trier.de/rec/bibtex/conf/x/A21",
        "https://dblp1.uni-trier.de/rec/html/conf/x/A21",
        "https://dblp.org/rec/conf/x/A21.xml",
    ],
    "pmid:99999999": [
        "https://pubmed.ncbi.nlm.nih.gov/99999999/",
        "https://www.ncbi.nlm.nih.gov/pubmed/99999999",
        "https://www.ncbi.nlm.nih.gov/pubmed/?term=99999999",
        "https://europepmc.org/article/MED/99999999",
    ],
    "pmcid:pmc99999999": [
        "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC99999999/pdf/x.pdf",
        "https://pmc.ncbi.nlm.nih.gov/articles/PMC99999999/",
        "https://europepmc.org/articles/pmc99999999",
        "https://europepmc.org/article/PMC/PMC99999999",
    ],
    "doi:10.2139/ssrn.9999999": [
        "https://papers.ssrn.com/sol3/papers.cfm?abstract_id=9999999",
        "https://ssrn.com/abstract=9999999",
        "https://doi.org/10.2139/ssrn.9999999",
    ],
    "hal:hal-99999999": [
        "https://hal.science/hal-99999999v2/document",
        "https://hal.archives-ouvertes.fr/hal-99999999",
        "https://hal.inria.fr/HAL-99999999/file/x.pdf",
    ],
    "doi:10.5281/zenodo.99999999": [
        "https://zenodo.org/record/99999999",
        "https://zenodo.org/records/99999999#top",
        "https://zenodo.org/doi/10.5281/zenodo.99999999",
    ],
    "doi:10.36227/techrxiv.99999999": [
        "https://www.techrxiv.org/articles/preprint/An_Invented_Paper/99999999",
        "https://www.techrxiv.org/doi/full/10.36227/techrxiv.99999999",
    ],
    "iacr:2099/999": ["https://eprint.iacr.org/2099/999", "https://eprint.iacr.org/2099/999.pdf"],
}


@pytest.mark.parametrize(
    ("expected", "url"), [(name, url) for name, urls in SPELLINGS.items() for url in urls], ids=str
)
def test_every_spelling_of_an_address_names_one_work(expected: str, url: str) -> None:
    assert expected == work_id(url)


def test_every_form_makes_a_kind_that_catalogs_know() -> None:
    kinds = {form.kind for forms in FORMS.values() for form in forms}
    assert set() == kinds - set(get_args(IdKind))
    assert sorted(get_args(IdKind)) == list(get_args(IdKind))


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ({"doi": "10.18653/v1/p99-9999", "acl": "P99-9999"}, "https://doi.org/10.18653/v1/P99-9999"),
        ({"ijcai": "2021/12", "doi": "10.24963/ijcai.2021/12"}, "https://www.ijcai.org/proceedings/2021/12"),
        (
            {"dblp": "journals/corr/abs-2113-00001", "arxiv": "2113.00001"},
            "https://dblp.org/rec/journals/corr/abs-2113-00001",
        ),
        ({"aaai": "99999", "doi": "10.1609/aaai.v99i01.99999"}, "https://doi.org/10.1609/aaai.v99i01.99999"),
    ],
)
def test_ids_that_an_id_contains_are_read_too(expected: dict[str, str], url: str) -> None:
    assert expected == ids_from_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://proceedings.mlr.press/v139/",
        "https://www.ijcai.org/proceedings/2021/",
        "https://papers.nips.cc/paper/2020",
        "https://aclanthology.org/events/coling-2020/",
        "https://openaccess.thecvf.com/CVPR2099?day=all",
        "https://openaccess.thecvf.com/content/CVPR2099/supplemental/Example_supplemental.pdf",
        "https://www.usenix.org/conference/osdi21/technical-sessions",
        "https://jmlr.org/papers/v99/",
        "https://openreview.net/group?id=Example.cc/2099/Conference",
        "https://arxiv.org/abs/2113.00001x",
        "https://huggingface.co/example/model",
        "https://dl.acm.org/conference/example",
        "https://example.org/2113.00001",
        f"https://example.org/{'a' * 3000}/10.1000/1",
    ],
)
def test_pages_that_are_no_paper_have_no_id(url: str) -> None:
    assert {} == ids_from_url(url)


# --- works without an id ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("example.org/paper", "http://www.Example.org:80/paper/"),
        ("example.org/paper", "https://example.org/paper#results"),
        ("example.org/paper", "//example.org/paper"),
        ("example.org/paper", "www.example.org/paper"),
        ("example.org/paper", "https://example.org/paper?utm_source=x&fbclid=y"),
        ("example.org/paper?a=1&b=2", "https://example.org/paper?b=2&utm_medium=x&a=1"),
        ("example.org/A%20paper.pdf", "https://example.org/A paper.pdf"),
        ("example.org/A%20paper.pdf", "https://example.org/A%20paper.pdf"),
        ("example.org", "https://example.org/"),
        ("areas/paper.pdf", "areas/paper.pdf#page=2"),
        ("https://[oops/", "https://[oops/"),
        (None, "#results"),
        (None, "mailto:ada@example.org"),
        (None, "ada@example.org"),
        (None, "javascript:void(0)"),
        (None, "."),
        (None, "()"),
        (None, "  "),
        (None, ""),
    ],
)
def test_a_work_without_id_is_named_by_its_address(expected: str | None, url: str) -> None:
    assert expected == work_id(url)


@given(url=st.text() | st.text().map("https://example.org/{}".format) | st.text("/?#&=%.:@[]w2", max_size=30))
@example(url="https://example.org/%25%32%35?a=%2525")
@example(url="\ud800")
@example(url=".?")
def test_an_address_in_one_spelling_is_its_own_spelling(url: str) -> None:
    assert work_id(url) is None or isinstance(work_id(url), str)
    once = spell_address(url)
    assert once is None or once in (url.strip(), spell_address(once))


@given(path=st.text("abc/.-_10", max_size=40), host=st.sampled_from(sorted(FORMS)))
def test_no_path_breaks_the_forms(path: str, host: str) -> None:
    assert set(ids_from_url(f"https://{host}/{path}")) <= set(get_args(IdKind))


# --- impossible arXiv ids --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "arxiv"),
    [
        (None, "0704.0001"),
        (None, "1412.9999"),
        (None, "1501.00001"),
        (None, "arXiv:2102.07623v2"),
        (None, "math/0309136"),
        (None, "hep-th/9108001"),
        ("month 13 does not exist", "2113.00001"),
        ("month 00 does not exist", "2100.00001"),
        ("month 13 does not exist", "math/0313001"),
        ("ids without an archive were given from 0704 on", "0703.0001"),
        ("ids with an archive were given from 9107 to 0703", "math/0704001"),
        ("ids with an archive were given from 9107 to 0703", "math/9106001"),
        ("numbers of 1501 have 5 digits, not 4", "1501.0001"),
        ("numbers of 1412 have 4 digits, not 5", "1412.00001"),
        ("papers are numbered from 1", "2102.00000"),
        ("it has another form than arXiv ids", "10.1000/182"),
        ("it has another form than arXiv ids", ""),
    ],
)
def test_what_makes_an_arxiv_id_impossible_is_said(expected: str | None, arxiv: str) -> None:
    assert expected == judge_arxiv(arxiv)


@given(arxiv=st.from_regex(r"\d{4}\.\d{4,5}", fullmatch=True) | st.text())
def test_every_text_is_judged(arxiv: str) -> None:
    reason = judge_arxiv(arxiv)
    assert reason is None or reason
    assert clean_arxiv(arxiv) or reason
