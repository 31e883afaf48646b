"""Semantic Scholar as a provider."""
