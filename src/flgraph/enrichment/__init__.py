"""From a catalog to a snapshot: plan, ask, judge."""
