"""Protection against abuse of signing. `decision` puts it together for each signature."""
