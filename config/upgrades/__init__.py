"""Migrations while the previous release is still running: operations, and rules for them."""
