"""The knowledge graph: assembled, kept, asked."""
