"""Draw the graph: choose nodes, lay them out, and render them as a pyvis Network, a page or a picture."""
