"""Find defects of a list by rules with codes, and correct what is certain."""
