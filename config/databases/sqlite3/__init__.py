"""SQLite, whose lock is waited for no longer than config/databases/patience.py says."""
