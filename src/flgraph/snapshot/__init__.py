"""What a provider answered on one day, as a file."""
