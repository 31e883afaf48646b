"""Curated lists as people keep them: Markdown, HTML, BibTeX, RIS, CSV, YAML and plain ids.

`reading` reads a list of any form into the records of `entries`: with `blocks`, `evidence` and `drafting` for Markdown,
`data_files` for the rest. `writing` changes a list, `lint` checks it, and `comparing` compares several.
"""
