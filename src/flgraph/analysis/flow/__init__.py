"""Flows of weight along citations (PageRank, CiteRank, Katz): sparse products, from the newest paper to the oldest.

`prepare_flow` numbers the papers and cuts them into blocks, once a matrix. `solve_flow` solves on it, for one start or
many.
"""

from flgraph.analysis.flow.blocks import Block, Flow, prepare_flow
from flgraph.analysis.flow.solve import solve_flow

__all__ = ["Block", "Flow", "prepare_flow", "solve_flow"]
