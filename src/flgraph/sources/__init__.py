"""Fetch metadata from providers: one folder per provider, and the only package that opens connections."""
