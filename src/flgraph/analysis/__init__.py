"""What a graph says: rankings, suggestions, communities, gaps."""
