"""Weigh what a text looks like: a title, names, a venue, a year, a label, an address."""
