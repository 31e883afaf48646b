"""The graph for other tools."""
