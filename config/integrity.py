"""Checks of all stored data, for example after a restore.

Apps register their checks when they are ready, so that callers need not know the apps.
"""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], list[str]]

_checks: list[Check] = []


def register_check(check: Check) -> None:
    """Register a check that looks at all rows and returns a sentence for each fault."""
    if check not in _checks:
        _checks.append(check)


def find_faults() -> list[str]:
    return [fault for check in _checks for fault in check()]
