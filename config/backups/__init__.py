"""Backups: the whole site but its keys in one file, and back again. See docs/backup.md.

`tables` turns rows into lines and back, `archive` is the file, `making` and `restoring` are what
the commands `backup` and `restore` do.
"""
