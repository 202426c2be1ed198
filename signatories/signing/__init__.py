"""Signing as representatives experience it, from the form to their last private link."""
