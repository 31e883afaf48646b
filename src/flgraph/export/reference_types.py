"""Tell journal articles, conference papers and preprints apart by what a catalog holds.

A type is given only where the catalog, the name of the venue or an id states it. Everything else stays of unknown type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import networkx as nx

from flgraph.graph.knowledge_graph import neighbors_by_kind
from flgraph.identifiers import ids_from_url, is_preprint

ReferenceType = Literal["journal", "conference", "preprint"]

_CURATED: Final[Mapping[str, ReferenceType]] = {
    "journal": "journal",
    "conference": "conference",
    "workshop": "conference",
}

# --- names of venues -------------------------------------------------------------------------------------


def _split(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONFERENCES: Final = _split(
    """
    3dv aaai aabi aamas accml accv acl acml acmmm acsac aies aistats allerton alt amia ase asiaccs asiacrypt asonam
    asplos asru atc automl bmvc ccgrid ccs cec chi chil cicling cidr cikm cluster coling colt conext conll corl crypto
    cscw csf cvpr cvprw dac dasfaa date dimva dsaa dsn eacl ecai eccv eccvw ecir ecis ecml edbt edm embc emnlp esann
    esorics etra eurocrypt eurosp eurosys eurovis eusipco ewsn facct fast fccm focs fpga fse gecco globecom haii hicss
    hipc hpca hpdc hri icaart icail icalp icann icaps icassp icc iccad iccd iccv iccvw icdcs icde icdm icdmw icdt icics
    icip icis iclr iclrw icme icml icmla icmlw icmr icnp icpads icpc icpp icpr icra icse icst icwsm ijcai ijcnn imc
    infocom interact interspeech iotdi ipdps ipmi ipsn iros isbi iscas isit isscc issta iswc itcs its itw iui iwqos jcdl
    jurix kdd kr l4dc lak log lrec mass miccai micro middleware midl ml4h mlhc mlsp mlsys mm mobicom mobihoc mobisys
    naacl ndss neurips neuripsw nips nldb nsdi oakland oopsla osdi pakdd percom pets pimrc pkc pkdd pldi pmlr podc pods
    popl ppopp ppsn pricai psb raid recomb recsys rss sacmat sc sdm secon semeval semweb sensys sigcomm sigcse siggraph
    sigir sigkdd sigmetrics sigmod slt socc soda sosp spaa spawc stacs stoc sysml trustcom uai ubicomp uist vis vldb vtc
    wacv wcnc webconf wpes wsdm www
    """
)
"""Acronyms of conferences and workshops in lower case."""

JOURNALS: Final = _split(
    """
    aanda access acsnano aejapp aer aij aje ajps ajr ajrccm angew apj apjl apsr asoc bams bioinformatics bmj cacm cgf
    comnet comst csur dmkd ecma econometrica elife epjc epl eswa fgcs grl haematologica ijcv imwut ins iotj jacc jacm
    jacs jair jama jamia jbhi jbi jcap jco jcp jcst jctc jel jep jfe jfm jgr jhep jinst jiot jle jme jmir jmlr jmp jole
    jpdc jpe jpube jsac jssc jstsp kais kbs lancet mia misq mlj mnras nar nature ncomms nejm neucom neurocomputing
    neuroimage neurology njp npb pami pccp plb pnas popets prb prc prd prl prx pvldb qje radiology restat restud rfs rmp
    science sicon simax sisc tacl taslp tbme tc tcad tcbb tcc tccn tcom tcsvt tcyb tdsc tifs tii tip tissec tist tit
    tits tkdd tkde tmc tmi tmlr tmm tnn tnnls tnsm tods tog tois tosem tpami tpds tro tsc tse tsmc tsp tvcg tvt twc tweb
    """
)
"""Acronyms and short names of journals in lower case."""

_JOURNAL_NAMES: Final = frozenset(
    {
        "acm computing surveys",
        "artificial intelligence in medicine",
        "bioinformatics",
        "cell reports",
        "communications of the acm",
        "expert systems with applications",
        "foundations and trends",
        "future generation computer systems",
        "ieee access",
        "ieee communications surveys & tutorials",
        "information fusion",
        "information sciences",
        "knowledge-based systems",
        "medical image analysis",
        "nature",
        "neural networks",
        "neurocomputing",
        "neuroimage",
        "npj digital medicine",
        "patterns",
        "pattern recognition",
        "plos one",
        "proceedings of the ieee",
        "proceedings of the national academy of sciences",
        "science",
        "science advances",
        "scientific reports",
        "the lancet",
    }
)
_CONFERENCE_NAMES: Final = frozenset(
    {
        "advances in neural information processing systems",
        "medical image computing and computer-assisted intervention",
        "medical image computing and computer assisted intervention",
        "neural information processing systems",
        "proceedings of machine learning and systems",
        "proceedings of machine learning research",
        "s&p",
        "usenix security",
    }
)

_DOUBTFUL: Final = re.compile(
    r"\b(?:reject\w*|submi\w*|withdrawn|under review|in review|thes[ie]s|dissertation)\b", re.IGNORECASE
)
_MEETING_WORD: Final = re.compile(
    r"\b(?:conf|conference|conferences|workshop|workshops|symp|symposium|symposia|annual meeting)\b", re.IGNORECASE
)
_JOURNAL_WORD: Final = re.compile(
    r"\b(?:journal|trans|transactions?|letters|lett)\b|\bj\.(?=\s)|\bint\. j\b|^nat(?:ure|\.)?\s+(?=[a-z])|^proc(?:\.|"
    r"eedings) (?:of the acm on|acm|vldb endow)\b",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_AROUND: Final = _split(
    "acm annual best dataset datasets demo findings full ieee ieee/acm ieee/cvf industry long main of oral paper "
    "papers poster posters proc proc. proceedings short spotlight the track usenix"
)
"""What stands beside an acronym and leaves it what it is."""


def judge_venue(name: str) -> ReferenceType | None:
    """Return whether a name is that of a journal, a conference or a preprint server; None if it does not say.

    Examples
    --------
    >>> judge_venue("IEEE Transactions on Medical Imaging"), judge_venue("ACL Findings"), judge_venue("arXiv preprint")
    ('journal', 'conference', 'preprint')
    """
    plain = " ".join(_BRACKETED.sub(" ", name).split()).casefold()
    if _DOUBTFUL.search(name):
        return None
    if is_preprint(name):
        return "preprint"
    if _MEETING_WORD.search(plain) or plain in _CONFERENCE_NAMES:
        return "conference"
    if plain in _JOURNAL_NAMES or _JOURNAL_WORD.search(plain):
        return "journal"
    return _judge_acronym(plain)


def _judge_acronym(name: str) -> ReferenceType | None:
    words = [word for word in name.split() if word not in _AROUND]
    if len(words) != 1:
        return None
    return "conference" if words[0] in CONFERENCES else "journal" if words[0] in JOURNALS else None


# --- ids -------------------------------------------------------------------------------------------------

_ID_KINDS: Final[Mapping[str, ReferenceType]] = {
    "aaai": "conference",
    "cvf": "conference",
    "ecva": "conference",
    "iacr": "preprint",
    "iclr": "conference",
    "ijcai": "conference",
    "isca": "conference",
    "mdpi": "journal",
    "mlsys": "conference",
    "ndss": "conference",
    "neurips": "conference",
    "pmlr": "conference",
    "usenix": "conference",
}
_ID_FORMS: Final[tuple[tuple[str, re.Pattern[str], ReferenceType], ...]] = (
    ("acl", re.compile(r"[JQ]\d\d-\d+|\d{4}\.(?:tacl|cl)-.*"), "journal"),
    (
        "acl",
        re.compile(r"[CDEKNPSW]\d\d-\d+|\d{4}\.(?:aacl|acl|coling|conll|eacl|emnlp|findings|lrec|naacl|semeval)-.*"),
        "conference",
    ),
    ("dblp", re.compile(r"journals/corr/.*"), "preprint"),
    ("dblp", re.compile(r"journals/(?!corr/).*"), "journal"),
    ("dblp", re.compile(r"conf/.*"), "conference"),
    (
        "doi",
        re.compile(r"10\.(?:48550/arxiv|1101/\d+|2139/ssrn|36227/techrxiv|21203/rs)\b.*", re.IGNORECASE),
        "preprint",
    ),
)
"""Ids whose form says the type: the letter or event of the ACL Anthology, the folder of DBLP, the prefix of a DOI."""

_IDS_OF_VERSIONS: Final = frozenset({"doi", "openreview", "pmid", "pmcid", "ieee", "acm", "pii", "jmlr", "vldb"})
"""Ids that a preprint alone does not have: another version may be published."""


def _judge_ids(ids: Mapping[str, str]) -> ReferenceType | None:
    """Return the type that ids state; that of a published version before that of a preprint."""
    found = {known for kind, known in _ID_KINDS.items() if kind in ids}
    for kind in {kind for kind, _, _ in _ID_FORMS} & ids.keys():
        found |= {known for one, form, known in _ID_FORMS if one == kind and form.fullmatch(ids[kind])}
    published = found - {"preprint"}
    if published:
        return published.pop() if len(published) == 1 else None
    return "preprint" if found or ("arxiv" in ids and _IDS_OF_VERSIONS.isdisjoint(ids)) else None


# --- papers ----------------------------------------------------------------------------------------------


def judge_paper(graph: nx.MultiDiGraph[Any], node: str, data: Mapping[str, Any]) -> ReferenceType | None:
    """Return what a paper of a catalog is: by the curated type of its venue, its name, and the ids of the paper.

    None is unknown. A venue of unknown type leaves the paper unknown, whatever its ids.
    """
    venue = next(iter(neighbors_by_kind(graph, node, "published_in")), None)
    curated = _CURATED.get(str(graph.nodes[venue].get("venue_type"))) if venue else None
    name = str(data.get("venue", ""))
    named = judge_venue(name) if name else None
    if curated or (name and named != "preprint"):
        return curated or named
    ids = {kind: str(data[kind]) for kind in ("arxiv", "doi", "dblp", "openreview", "pmid", "pmcid") if kind in data}
    return _judge_ids({**ids_from_url(str(data.get("url", ""))), **ids}) or named
