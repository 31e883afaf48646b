"""Change the bytes of a list: patch a field, add a row, merge changes, annotate; each write is read back."""
