"""Django's database backends, with a limit on every wait."""
