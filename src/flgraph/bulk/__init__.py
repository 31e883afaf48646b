"""Read tables of millions of rows: by DuckDB with the extra `bulk`, by pandas without it."""
