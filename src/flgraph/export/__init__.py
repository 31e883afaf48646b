"""Export the graph: one module per format, and `formats` to choose one by name."""
