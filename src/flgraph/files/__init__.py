"""Files as files: written whole or not at all, known by a digest, and nothing read that is no file."""
