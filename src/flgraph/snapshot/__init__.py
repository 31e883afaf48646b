"""Store the answers of a provider on one date as a file. The record itself is `flgraph.records.Snapshot`."""
