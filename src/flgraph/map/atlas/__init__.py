"""The atlas: a map of the papers of a catalog, in named regions of papers that are alike."""
