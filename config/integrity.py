"""What can be asked of all that is stored, such as after a restore.

Apps say it here when they are ready, so that what asks need not know them.
"""

from __future__ import annotations

from collections.abc import Callable

Check = Callable[[], list[str]]

_checks: list[Check] = []


def check_stored(check: Check) -> None:
    """Have `check` asked: it looks at everything and returns a sentence for each fault."""
    if check not in _checks:
        _checks.append(check)


def faults_in_what_is_stored() -> list[str]:
    return [fault for check in _checks for fault in check()]
