"""Find the work of each row: its title, its fields and its kind."""
