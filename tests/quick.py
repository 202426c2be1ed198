"""What `make test-quick` leaves out, so that it takes less than a minute; see CONTRIBUTING.md."""

from __future__ import annotations

import pytest

# Browsers, processes, random input, tests that compare two whole runs, and long tests of staff
# accounts and defence.
LEFT_OUT = [
    "browser",
    "config/backups",
    "config/staff/test_grants.py",
    "config/staff/test_typed.py",
    "config/test_languages.py",
    "config/test_setting_up.py",
    "config/test_settings.py",
    "differential",
    "faults",
    "fuzz",
    "letters/test_admin.py",
    "seeds",
    "signatories/admin/test_stale_saves.py",
    "signatories/defence/test_bombing.py",
    "signatories/defence/test_floods.py",
    "signatories/privacy/test_personal_data.py",
    "signatories/review/test_alarms.py",
    "signatories/signing/test_crowds.py",
    "test_audit.py",
    "test_leaks.py",
    "test_public_responses.py",
    "test_translations.py",
]
ARGUMENTS = ["-q", "-p", "tests.quick", *(f"--ignore=tests/{path}" for path in LEFT_OUT)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep only the first case of each test."""
    first: dict[str, pytest.Item] = {}
    for item in items:
        first.setdefault(item.nodeid.partition("[")[0], item)
    kept = {*first.values()}
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = first.values()
