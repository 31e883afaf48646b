"""Read Markdown and HTML into blocks and pieces of text, each with its bytes, and gather them into rows."""
