"""Small synthetic graphs for the tests of the map, and text that tries to become script."""

from __future__ import annotations

from typing import Any

import networkx as nx

PAYLOADS = (
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><img src=x onerror=window.hacked=1>',
    "'><svg/onload=window.hacked=1>",
    "<svg><script>window.hacked=1</script></svg>",
    "<a href=javascript:window.hacked=1>href</a>",
    "javascript:window.hacked=1",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<body onload=window.hacked=1>",
    "<!--<script>window.hacked=1//-->",
    "]]><script>window.hacked=1</script>",
    "{{constructor.constructor('window.hacked=1')()}}",
    "${window.hacked=1}",
    "\u2028window.hacked=1\u2029",
    "</title><script>window.hacked=1</script>",
    "</style><script>window.hacked=1</script>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "<math><mtext></form><mglyph><style></math><img src onerror=window.hacked=1>",
    "<details open ontoggle=window.hacked=1>",
)

Graph = nx.MultiDiGraph


def make_graph() -> Graph[str]:
    """Six papers of the catalog and two outside it, with all kinds of nodes and edges."""
    graph: Graph[str] = nx.MultiDiGraph(
        title="Synthetic list", catalog_digest="sha256:0123456789abcdef", sources="catalog"
    )
    graph.graph["synthetic"] = True
    add = _Adder(graph)
    for number, year in enumerate(range(2018, 2024), start=1):
        title = f"Synthetic paper {number}: federated segmentation across hospitals"
        add.node(f"paper:syn{number}", f"Syn{number}", title=title, in_catalog=True, key=f"syn{number}", year=year)
        add.node(f"author:name-only-{number}", f"Only Author {number}", name=f"Only Author {number}")
        add.edge(f"author:name-only-{number}", f"paper:syn{number}", "authored", position=2)
    for key, modality in (("mri", "MRI"), ("ct", "CT")):
        add.node(f"topic:{key}", modality, name=modality, facet="modality")
    add.node("author:name-zoe-muller", "Zoë Müller", name="Zoë Müller")
    add.node(
        "dataset:syn-scans",
        "Synthetic scans",
        name="Synthetic scans",
        domain="medical",
        homepage="https://example.org/scans",
    )
    add.node("codebase:github.com/syn/one", "one", url="https://github.com/syn/one", licence="NONE")
    add.node("venue:syn", "SYN", name="Synthetic Conference")
    for number in (1, 2, 3):
        add.edge(f"paper:syn{number}", "topic:mri", "about", facet="modality")
        add.edge("author:name-zoe-muller", f"paper:syn{number}", "authored", position=1)
        add.edge(f"paper:syn{number}", "paper:arxiv-1", "cites") if number != 3 else None
    for number in (3, 4):
        add.edge(f"paper:syn{number}", "topic:ct", "about", facet="modality")
        add.edge(f"paper:syn{number}", "dataset:syn-scans", "uses_dataset")
        add.edge(f"paper:syn{number}", "venue:syn", "published_in")
    add.edge("paper:syn1", "codebase:github.com/syn/one", "has_code")
    add.edge("paper:syn2", "paper:syn1", "cites")
    add.edge("paper:syn2", "paper:syn1", "relates_to", relation="builds_on")
    graph.nodes["paper:syn1"].update(
        acronym="Syn1", arxiv="1801.00001", doi="10.1000/syn.1", section="2018", doubts="synthetic doubt"
    )
    graph.nodes["paper:syn2"].update(citation_count=12, references="known")
    return graph


def make_hostile_graph() -> Graph[str]:
    """A graph in which every text field of every node holds a payload."""
    graph: Graph[str] = nx.MultiDiGraph(
        title=PAYLOADS[0], catalog_digest=PAYLOADS[1], snapshot_taken=PAYLOADS[2], snapshot_source=PAYLOADS[3]
    )
    add = _Adder(graph)
    for number, text in enumerate(PAYLOADS):
        fields = dict.fromkeys(
            (
                "section",
                "acronym",
                "published_title",
                "venue",
                "url",
                "arxiv",
                "doi",
                "openreview",
                "doubts",
                "evidence",
            ),
            text,
        )
        add.node(f"paper:{number}{text}", text, title=f"Synthetic {text} href", in_catalog=True, **fields)
        add.node(f"author:{text}", text, name=text, affiliations=text)
        add.node(f"topic:{text}", text, name=f"synthetic {text}", facet="modality")
        add.node(f"dataset:{text}", text, name=text, domain="medical", homepage=text, note=text, licence=text)
        add.node(f"codebase:{text}", text, url=text, licence=text, languages=text)
        add.edge(f"author:{text}", f"paper:{number}{text}", "authored", position=1)
        add.edge(f"paper:{number}{text}", f"topic:{text}", "about", matched=text, facet="modality")
        add.edge(f"paper:{number}{text}", f"dataset:{text}", "uses_dataset", note=text, evidence=text)
        add.edge(f"paper:{number}{text}", f"codebase:{text}", "has_code", subpath=text)
    return graph


class _Adder:
    def __init__(self, graph: Graph[str]) -> None:
        self.graph = graph

    def node(self, node: str, label: str, **attributes: Any) -> None:
        self.graph.add_node(node, kind=node.partition(":")[0], label=label, **attributes)

    def edge(self, start: str, end: str, kind: str, **attributes: Any) -> None:
        if end not in self.graph:
            self.node(end, "Synthetic outside", title="Synthetic paper outside the catalog", in_catalog=False)
        evidence = attributes.pop("evidence", "synthetic")
        self.graph.add_edge(start, end, key=kind, sources="catalog", evidence=evidence, **attributes)
