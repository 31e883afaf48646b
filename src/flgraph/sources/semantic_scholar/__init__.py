"""Fetch papers, titles and listings from Semantic Scholar."""
