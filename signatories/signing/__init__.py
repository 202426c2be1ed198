"""Signing, as representatives do it, from the form to the last of their links."""
