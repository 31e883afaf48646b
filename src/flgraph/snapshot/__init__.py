"""Snapshots as files: what a provider answered on one day. The record itself is `flgraph.records.Snapshot`."""
