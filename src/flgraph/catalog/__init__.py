"""What people curate: catalogs read, checked and written."""
