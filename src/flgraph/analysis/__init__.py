"""Analyses of a graph: rankings, suggestions, communities, main path, gaps, growth, collaboration."""
