"""How flgraph compares with its peers, in ratios of one run: `python -m benchmarks.NAME` from the project's folder."""
