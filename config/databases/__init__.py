"""Django's databases, with an end to every wait for them."""
