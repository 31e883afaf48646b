"""Curated lists in other forms than a catalog folder: Markdown, BibTeX, RIS, CSV.

No form is read yet. A reader is one module here, `lists/<form>.py`, that returns a `flgraph.records.Catalog`; a writer
stands beside its reader.
"""
