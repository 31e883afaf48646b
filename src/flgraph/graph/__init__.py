"""Assemble, store, query and describe the knowledge graph."""
