"""What `make audit` says about the pins; it never says that all is well without looking."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parent.parent / "requirements" / "audit.py"
_spec = importlib.util.spec_from_file_location("audit", PATH)
assert _spec is not None
assert _spec.loader is not None
audit = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(audit)

SOUND = {"name": "nh3", "version": "0.3.8", "vulns": []}
WEAK = {
    "name": "pillow",
    "version": "1.0",
    "vulns": [
        {"id": "PYSEC-1", "fix_versions": ["1.1", "2.0"]},
        {"id": "PYSEC-2", "fix_versions": []},
    ],
}
UNKNOWN = {"name": "segno", "skip_reason": "Dependency not found"}


def report(*pins: dict) -> str:
    return json.dumps({"dependencies": list(pins), "fixes": []})


@pytest.mark.parametrize("text", ["", "Traceback", "[]", "{}", report(), report(UNKNOWN)])
def test_where_nothing_was_looked_up_it_says_so_and_does_not_fail(text):
    assert audit.summary(text) == (
        ["No vulnerability database responds from here: NO PIN WAS LOOKED UP."],
        False,
    )


def test_sound_pins_are_counted():
    assert audit.summary(report(SOUND)) == (["Looked up: 1 pins; known vulnerabilities: 0."], False)


def test_vulnerable_pins_are_named_and_fail():
    assert audit.summary(report(SOUND, WEAK, UNKNOWN)) == (
        [
            "pillow 1.0: PYSEC-1, fixed in 1.1, 2.0",
            "pillow 1.0: PYSEC-2, fixed in no release yet",
            "Looked up: 2 pins; known vulnerabilities: 2.",
            "NOT LOOKED UP, as the database does not know them: segno.",
        ],
        True,
    )
