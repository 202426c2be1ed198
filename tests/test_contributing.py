"""CONTRIBUTING.md says where usual changes are made: the files are there, and as few as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
(TABLE,) = re.findall(r"## Where do I …\n.*?\n\|---.*?\n(.*?)\n\n", TEXT, re.DOTALL)
ROWS = [[cell.strip() for cell in row.strip("|").split("|")] for row in TABLE.splitlines()]
FILE = re.compile(r"(\*new\* )?`([\w<>/.-]+/[\w<>.-]*)`")


def test_the_table_has_the_ten_usual_changes():
    assert len(ROWS) == 10


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_change_is_made_where_the_table_says(row):
    _change, number, files = row
    found = FILE.findall(files)
    there = {path: (ROOT / path).exists() for new, path in found if not new}
    assert there == dict.fromkeys(there, True)
    made = {path: (ROOT / path).exists() for new, path in found if new}
    assert made == dict.fromkeys(made, False)
    places = {path: (ROOT / path.split("<")[0]).parent.is_dir() for _new, path in found}
    assert places == dict.fromkeys(places, True)
    assert number == "a room" or int(number) == len(found)


def test_what_a_row_names_in_brackets_is_in_its_file():
    named = re.findall(r"`([\w/.]+\.py)` \((?:a function with )?`@?(\w+)`", TABLE)
    assert len(named) >= 5
    missing = [(path, name) for path, name in named if name not in (ROOT / path).read_text()]
    assert missing == []
