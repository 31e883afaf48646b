"""How flgraph compares with its peers, in ratios of one run: `python -m benchmarks` from the project's folder."""
