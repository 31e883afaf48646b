"""Draw the knowledge graph: which nodes, where they stand, as a pyvis Network, as one HTML page."""
