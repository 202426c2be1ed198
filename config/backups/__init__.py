"""Backups: the whole site except its keys in one file, and restoring it. See docs/backup.md.

`tables` turns rows into lines and back, `archive` is the file format, `making` and `restoring` do
the work of the commands `backup` and `restore`.
"""
