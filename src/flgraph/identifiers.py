"""Compare titles and authors, extract ids from URLs, and make slugs.

Everything about names and ids that needs no catalog, source or graph belongs here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

ID_NAMES: Final = {"arxiv": "arXiv id", "doi": "DOI"}
"""Display names of the ids that identify a work at every source."""

_ID_CHECK_RATIO: Final = 60
_NEAR_RATIO: Final = 95
_NEAR_LENGTH: Final = 0.85
_SIMILAR_RATIO: Final = 85
_ARTICLES: Final = frozenset({"a", "an", "the"})
_NEGATIONS: Final = frozenset({"cannot", "neither", "never", "no", "non", "nor", "not", "without"})
_NUMERALS: Final = frozenset(
    {"ii", "iii", "iv", "vi", "vii", "viii", "ix", "one", "two", "three", "four", "five", "six"}
)
_NEGATING: Final = ("a", "anti", "de", "dis", "im", "in", "non", "un")

# Letters that Unicode normalization does not decompose into a base letter and an accent.
_ASCII_LETTERS: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "\u0131": "i"}
)

_ARXIV: Final = re.compile(
    r"(?:arxiv[:.]|10\.48550/arxiv\.|https?://(?:[\w-]+\.)?arxiv\.org/(?:abs|pdf|html|format)/)?"
    r"(?P<id>\d{4}\.\d{4,5}|(?P<archive>[a-z-]+)(?:\.[a-z]{2})?/(?P<number>\d{7}))(?:v\d+)?(?:\.pdf)?/?",
    re.IGNORECASE,
)
_DOI: Final = re.compile(
    r"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(?P<doi>10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE
)
# Only these two servers use one DOI for all versions; elsewhere a final v2 is part of the DOI.
_VERSIONED_DOI: Final = re.compile(r"(10\.(?:48550|1101)/\S*\d)v\d+")

# (id, host, pattern of the path and query); the host also stands for its subdomains.
_URL_FORMS: Final = (
    ("doi", "link.springer.com", r"/(?:chapter|article|book|content/pdf)/(10\.\d+/[^?#]+?)(?:\.pdf)?/?(?:\?|$)"),
    ("doi", "dl.acm.org", r"/doi/(?:abs/|pdf/|full/)?(10\.\d+/[^?#]+)"),
    ("doi", "onlinelibrary.wiley.com", r"/doi/(?:abs/|pdf/|epdf/|full/)?(10\.\d+/[^?#]+)"),
    ("doi", "science.org", r"/doi/(?:abs/|pdf/|full/)?(10\.\d+/[^?#]+)"),
    ("doi", "pnas.org", r"/doi/(?:abs/|pdf/|full/)?(10\.\d+/[^?#]+)"),
    ("doi", "biorxiv.org", r"/content/(10\.1101/[^?#]+?)(?:\.full|\.abstract|\.pdf)*(?:\?|$)"),
    ("doi", "medrxiv.org", r"/content/(10\.1101/[^?#]+?)(?:\.full|\.abstract|\.pdf)*(?:\?|$)"),
    ("ieee", "ieeexplore.ieee.org", r"/(?:abstract/)?document/(\d+)"),
    ("ieee", "ieeexplore.ieee.org", r"arnumber=(\d+)"),
    ("pii", "sciencedirect.com", r"/pii/([A-Z]\w+)"),
    ("openreview", "openreview.net", r"/(?:forum|pdf)\?(?:.*&)?id=([\w-]+)"),
    ("cvf", "openaccess.thecvf.com", r"/(content[^?#]+)"),
    ("aaai", "ojs.aaai.org", r"/AAAI/article/(?:view|download)/(\d+)"),
    ("acl", "aclanthology.org", r"/([A-Z0-9][\w.-]*?-[\w.]*?\d+)(?:\.pdf)?/?(?:\?|$)"),
    ("pmid", "pubmed.ncbi.nlm.nih.gov", r"/(\d+)"),
    ("pmcid", "ncbi.nlm.nih.gov", r"/articles/(PMC\d+)"),
    ("dblp", "dblp.uni-trier.de", r"/rec/(?:html/)?([^?#]+?)(?:\.html|\.bib)?(?:\?|$)"),
    ("dblp", "dblp.org", r"/rec/(?:html/)?([^?#]+?)(?:\.html|\.bib)?(?:\?|$)"),
)  # fmt: skip

# A year that stands apart from other digits, so that ids and version numbers contain none.
_YEAR: Final = re.compile(r"(?<![\d./])(?<!\d-)((?:19|20)\d\d)(?![\d/]|[.-]\d)|(?<=[^\W\d])\s*['\u2019](\d\d)(?!\w)")
_SHORT_YEARS: Final = 50  # '49 is 2049, '50 is 1950

_NOT_ALPHANUMERIC: Final = re.compile(r"[^a-z0-9]+")
_NOT_OWNERS: Final = frozenset(
    {"about", "apps", "collections", "features", "marketplace", "orgs", "sponsors", "topics"}
)


# --- titles ----------------------------------------------------------------------------------------------


def normalize_title(title: str) -> str:
    """Normalize a title: lower case, no accents, and one space for each run of other characters.

    Letters and digits of every script are kept. The function is idempotent.

    Examples
    --------
    >>> normalize_title("FedBN: Federated Learning on Non-IID Features")
    'fedbn federated learning on non iid features'
    """
    if title.isascii():  # true of most titles, and ten times faster
        return _NOT_ALPHANUMERIC.sub(" ", title.lower()).strip()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", title).casefold())
    bare = (sign for sign in folded if not unicodedata.category(sign).startswith("M"))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split())


@dataclass(frozen=True)
class TitleComparison:
    """Measure the similarity of two titles; ratios are 0 to 100, `length_ratio` is 0 to 1.

    `differing` lists differences that separate papers with similar titles: "negation", "number", "acronym".
    `same_words` is true if the titles differ only in word order, spelling, articles, or an acronym at the start.
    """

    exact: bool
    ratio: float
    token_sort: float
    length_ratio: float
    same_acronym: bool
    differing: tuple[str, ...] = ()
    same_words: bool = False

    @property
    def score(self) -> float:
        """Return the higher of the two ratios, 0 to 100."""
        return max(self.ratio, self.token_sort)

    @property
    def is_near(self) -> bool:
        """Return whether the titles alone show that both are the same paper, although they are not equal.

        Ratios are not enough: "Federated learning for smart cities: a comprehensive survey" and the same title with
        "in" score 96 and are two papers.
        """
        near = min(self.ratio, self.token_sort) >= _NEAR_RATIO and self.length_ratio >= _NEAR_LENGTH
        return near and self.same_words and not self.differing

    @property
    def is_similar(self) -> bool:
        """Return whether both may be the same paper if further evidence supports it."""
        return self.score >= _SIMILAR_RATIO and not self.differing

    @property
    def confirms_id(self) -> bool:
        """Return whether the title of a record found by id is similar enough to confirm the id.

        An id is strong evidence, so the threshold is lower than for a record found by title.
        """
        return self.ratio >= _ID_CHECK_RATIO or self.same_acronym


def compare_titles(listed: str, seen: str, *, acronym: str | None = None) -> TitleComparison:
    """Compare the title in a list with the title of a record.

    Uses only `ratio` and `token_sort_ratio`: partial and token-set ratios reach 89 between different papers of one
    field.

    Parameters
    ----------
    listed, seen : str
        The titles as written.
    acronym : str or None
        The acronym of the paper, if known; None takes it from `listed`.

    Returns
    -------
    TitleComparison
        Computed on normalized titles. Titles without letters and digits are never similar.

    Examples
    --------
    >>> compare_titles("FedX: A way to learn", "A way to learn").ratio > 80
    True
    """
    left, right = normalize_title(listed), normalize_title(seen)
    if not left or not right:
        return TitleComparison(exact=False, ratio=0, token_sort=0, length_ratio=0, same_acronym=False)
    ours, theirs = (
        normalize_title(acronym or find_acronym(listed) or ""),
        normalize_title(find_acronym(seen) or ""),
    )
    return TitleComparison(
        exact=left == right,
        ratio=fuzz.ratio(left, right),
        token_sort=fuzz.token_sort_ratio(left, right),
        length_ratio=min(len(left), len(right)) / max(len(left), len(right)),
        same_acronym=bool(ours) and ours.replace(" ", "") == theirs.replace(" ", ""),
        differing=_find_differences(left.split(), right.split(), ours, theirs),
        same_words=_have_same_words(left.split(), right.split(), ours.split(), theirs.split()),
    )


def find_nearest_title(title: str, titles: Iterable[str]) -> str | None:
    """Find the most similar of many normalized titles; return None if none is similar enough.

    Parameters
    ----------
    title : str
        The title as written.
    titles : Iterable of str
        Titles from `normalize_title`; the caller normalizes them once, since there may be thousands.

    Examples
    --------
    >>> find_nearest_title("FedX: Learning together!", ["fedx learning together", "learning alone"])
    'fedx learning together'
    """
    found = process.extractOne(normalize_title(title), list(titles), scorer=fuzz.ratio, score_cutoff=_SIMILAR_RATIO)
    return found[0] if found else None


def _have_same_words(left: list[str], right: list[str], ours: list[str], theirs: list[str]) -> bool:
    if _are_spelled_alike(left, right):
        return True
    return _are_spelled_alike(_cut_name(left, ours), right) or _are_spelled_alike(left, _cut_name(right, theirs))


def _cut_name(words: list[str], name: list[str]) -> list[str]:
    return words[len(name) :] if words[: len(name)] == name else words


def _are_spelled_alike(left: list[str], right: list[str]) -> bool:
    left, right = ([word for word in words if word not in _ARTICLES] for words in (left, right))
    if "".join(left) == "".join(right):  # "Non-IID", "Non-I.I.D."
        return True
    only_left, only_right = Counter(left) - Counter(right), Counter(right) - Counter(left)
    pairs = zip(sorted(only_left.elements()), sorted(only_right.elements()), strict=False)
    return only_left.total() == only_right.total() and all(_is_spelling(one, other) for one, other in pairs)


def _is_spelling(one: str, other: str) -> bool:
    """Return whether two words are variants: a plural, a British spelling, or one extra letter in a long word.

    A replaced letter does not count: "intra" and "inter", "minimal" and "maximal" differ in meaning.
    """
    one, other = sorted((one.replace("z", "s"), other.replace("z", "s")), key=len)
    if one == other or (len(one) > 3 and other == f"{one}s"):
        return True
    return len(one) > 5 and one[0] == other[0] and Indel.distance(one, other) == 1


def _find_differences(left: list[str], right: list[str], ours: str, theirs: str) -> tuple[str, ...]:
    differences = {
        "negation": _NEGATIONS.intersection(left) != _NEGATIONS.intersection(right) or _are_opposed(left, right),
        "number": _numbers(left) != _numbers(right),
        "acronym": bool(ours and theirs) and ours.replace(" ", "") != theirs.replace(" ", ""),
    }
    return tuple(name for name, differ in differences.items() if differ)


def _are_opposed(left: list[str], right: list[str]) -> bool:
    """Return whether one title contains the opposite of a word in the other: "learning" and "unlearning"."""
    only_left, only_right = set(left) - set(right), set(right) - set(left)
    pairs = [(one, other) for one in only_left for other in only_right if min(len(one), len(other)) > 4]
    return any(one == prefix + other or other == prefix + one for one, other in pairs for prefix in _NEGATING)


def _numbers(words: list[str]) -> set[str]:
    return {word for word in words if word in _NUMERALS or any(sign.isdigit() for sign in word)}


def find_acronym(title: str) -> str | None:
    """Find the acronym at the start of a title, as in "FedBN: …" or "Federated … (FAT): …"; else return None.

    An acronym is one word with at least two capitals, so "Survey: …" has none.

    Examples
    --------
    >>> find_acronym("pFL-APPLE: Adapt to adaptation")
    'pFL-APPLE'
    """
    head, colon, _ = title.partition(":")
    bracketed = re.search(r"\(([^\s()]+)\)\s*$", head)
    word = bracketed[1] if bracketed else head.strip()
    is_short_name = colon and not re.search(r"\s", word) and sum(sign.isupper() for sign in word) > 1
    return word if is_short_name else None


# --- people ---------------------------------------------------------------------------------------------


def compare_authors(listed: Sequence[str], seen: Sequence[str]) -> Literal["same", "other", "unknown"]:
    """Compare two lists of authors by surname and initial.

    Parameters
    ----------
    listed, seen : Sequence of str
        Names in the order of the paper.

    Returns
    -------
    {"same", "other", "unknown"}
        "same" if the first authors agree or the lists share two authors. "other" if they share no surname and all
        surnames are in Latin letters. "unknown" otherwise, including empty lists.

    Examples
    --------
    >>> compare_authors(["Ada B. Example"], ["A. Example", "Bo Sample"])
    'same'
    """
    ours, theirs = ([_split_name(name) for name in names if normalize_title(name)] for names in (listed, seen))
    if not ours or not theirs:
        return "unknown"
    if ours[0] == theirs[0] or len(set(ours) & set(theirs)) > 1:
        return "same"
    surnames, others = ({surname for surname, _ in names} for names in (ours, theirs))
    written_alike = all(surname.isascii() for surname in surnames | others)
    return "other" if written_alike and not surnames & others else "unknown"


def _split_name(name: str) -> tuple[str, str]:
    """Split a name into surname and initial; accepts "Example A" and DBLP's "Bo Sample 0002"."""
    words = [word for word in name.replace(".", " ").split() if not word.isdigit()] or [name]
    surname_first = len(words) > 1 and len(words[-1]) == 1 and len(words[0]) > 1
    surname, given = (words[0], words[1]) if surname_first else (words[-1], words[0])
    return normalize_title(surname), normalize_title(given)[:1]


# --- ids -------------------------------------------------------------------------------------------------


def clean_arxiv(text: str) -> str | None:
    """Extract an arXiv id without prefix, version and subject class; return None if the text is not an arXiv id.

    Examples
    --------
    >>> clean_arxiv("arXiv:2102.07623v2")
    '2102.07623'
    """
    found = _ARXIV.fullmatch(text.strip())
    if found is None:
        return None
    return f"{found['archive'].lower()}/{found['number']}" if found["archive"] else found["id"]


def clean_doi(text: str) -> str | None:
    """Extract a DOI in lower case without prefix, version and final punctuation; return None if it is not a DOI.

    Examples
    --------
    >>> clean_doi("https://doi.org/10.1109/JBHI.2022.3181823")
    '10.1109/jbhi.2022.3181823'
    """
    found = _DOI.fullmatch(text.strip())
    if found is None:
        return None
    doi = found["doi"].rstrip(".,;").lower()
    versioned = _VERSIONED_DOI.fullmatch(doi)
    return versioned[1] if versioned else doi


ID_FORMS: Final = {
    "arxiv": (clean_arxiv, "an arXiv id such as 2102.07623"),
    "doi": (clean_doi, "a DOI such as 10.1000/182"),
}
"""How to clean an id, and what a valid one is, by kind."""


def name_id(kind: str, value: str) -> str:
    """Return an id as "kind:value" in one spelling; a DOI of arXiv counts as the arXiv id.

    Examples
    --------
    >>> name_id("doi", "10.48550/arXiv.2102.07623")
    'arxiv:2102.07623'
    """
    if kind in ID_NAMES and (arxiv := clean_arxiv(value)):
        return f"arxiv:{arxiv}"
    return f"{kind}:{(clean_doi(value) if kind == 'doi' else None) or value}".casefold()


def ids_from_url(url: str) -> dict[str, str]:
    """Extract the ids in a link to a paper, by kind as in a catalog; return an empty dict if there are none.

    Links in lists are sometimes wrong: compare titles before you trust an id from one.

    Examples
    --------
    >>> ids_from_url("https://arxiv.org/pdf/2204.07352v2.pdf")
    {'arxiv': '2204.07352'}
    """
    parts = _split_url(url)
    if parts is None:
        return {}
    host, path, query = parts
    if _is_host(host, "arxiv.org"):
        arxiv = clean_arxiv(f"https://arxiv.org{path}")
        return {"arxiv": arxiv} if arxiv else {}
    if _is_host(host, "doi.org"):
        return _clean_ids("doi", path.lstrip("/"))
    if _is_host(host, "nature.com") and (article := re.match(r"/articles/([\w.-]+?)(?:\.pdf)?/?$", path)):
        return {"doi": f"10.1038/{article[1].lower()}"}
    place = f"{path}?{query}" if query else path
    for kind, owner, pattern in _URL_FORMS:
        if _is_host(host, owner) and (found := re.search(pattern, place)):
            return _clean_ids(kind, found[1])
    return {}


def _clean_ids(kind: str, text: str) -> dict[str, str]:
    """Return an id by its kind; a DOI of arXiv also yields the arXiv id."""
    if kind != "doi":
        return {kind: text}
    doi, arxiv = clean_doi(text), clean_arxiv(text)
    return ({"arxiv": arxiv} if arxiv else {}) | ({"doi": doi} if doi else {})


def codebase_from_url(url: str) -> tuple[str, str | None] | None:
    """Extract the key of a codebase (host and path) and the path inside it; return None for other links.

    A project page (`owner.github.io`) is not a codebase. A branch name is cut at its first slash.

    Examples
    --------
    >>> codebase_from_url("https://github.com/NVIDIA/NVFlare/tree/dev/research/fed-ce")
    ('github.com/NVIDIA/NVFlare', 'research/fed-ce')
    """
    parts = _split_url(url)
    if parts is None:
        return None
    host, steps = parts[0], [step for step in parts[1].split("/") if step]
    if host == "github.com":
        repository, inside = steps[:2], steps[2:]
    elif host.startswith("gitlab."):
        # GitLab nests projects in groups; "-" (formerly "tree" or "blob") ends the path of the project.
        end = next((place for place, step in enumerate(steps) if step in ("-", "tree", "blob")), len(steps))
        repository, inside = steps[:end], [step for step in steps[end:] if step != "-"]
    else:
        return None
    if len(repository) < 2 or repository[0].lower() in _NOT_OWNERS:
        return None
    subpath = "/".join(inside[2:]) if inside[:1] in (["tree"], ["blob"]) else ""
    return f"{host}/{'/'.join(repository).removesuffix('.git')}", subpath or None


def _split_url(url: str) -> tuple[str, str, str] | None:
    """Split an http(s) URL into host (lower case, without www.), path and query; return None for other texts."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a malformed host such as "https://[oops/"
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    query = "&".join(f"{name}={value}" for name, values in parse_qs(parts.query).items() for value in values)
    return host, unquote(parts.path), query


def _is_host(host: str, owner: str) -> bool:
    return host == owner or host.endswith(f".{owner}")


# --- venues ----------------------------------------------------------------------------------------------


def split_venue(text: str) -> tuple[str, int | None]:
    """Split the name of a venue from its year; without a single year, return the text as it is.

    Examples
    --------
    >>> split_venue("CVPR 2017"), split_venue("NeurIPS'19 Workshops"), split_venue("IEEE TPAMI")
    (('CVPR', 2017), ('NeurIPS Workshops', 2019), ('IEEE TPAMI', None))
    """
    found = list(_YEAR.finditer(text))
    if len(found) != 1:
        return text, None
    before, after = text[: found[0].start()].rstrip(" ([-,:'\u2019"), text[found[0].end() :].lstrip(" )]-,:")
    name = " ".join(f"{before} {after}".split())
    if not any(sign.isalpha() for sign in name):
        return text, None
    whole, short = found[0].groups()
    return name, int(whole) if whole else int(short) + (2000 if int(short) < _SHORT_YEARS else 1900)


# --- slugs -----------------------------------------------------------------------------------------------


def slug(text: str) -> str:
    """Make a key from a text: ASCII letters and digits joined by hyphens; never empty.

    Letters without an ASCII form become code points, so that different names give different keys.

    Examples
    --------
    >>> slug("Jürgen Müller")
    'jurgen-muller'
    >>> slug("李 Li")
    'u674e-li'
    """
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_ASCII_LETTERS)
    bare = (sign for sign in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(sign))
    spelled = "".join(_spell(sign) if sign.isalnum() else "-" for sign in bare)
    return (
        "-".join(part for part in spelled.split("-") if part) or "-".join(f"u{ord(sign):04x}" for sign in text) or "u"
    )


def _spell(sign: str) -> str:
    return sign if sign.isascii() else f"u{ord(sign):04x}"
