"""Read, check and write catalogs, the files that people curate."""
