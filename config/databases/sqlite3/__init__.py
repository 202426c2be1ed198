"""SQLite, with the time limits of config/databases/patience.py."""
