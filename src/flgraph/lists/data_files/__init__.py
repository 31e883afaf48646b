"""Read lists that are data files: BibTeX, RIS, CSV, YAML, JSON, plain ids."""
