"""PostgreSQL, waited for no longer than config/databases/patience.py says."""
