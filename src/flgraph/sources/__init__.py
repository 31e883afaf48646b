"""Where metadata comes from: one file a provider; the only place that opens a connection."""
