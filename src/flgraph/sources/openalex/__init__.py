"""Fetch papers, citations and authors from OpenAlex, whose data are CC0."""
