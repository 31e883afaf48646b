"""Fetch metadata from providers: one folder per provider, and the only room that opens connections."""
