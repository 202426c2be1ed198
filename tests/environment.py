"""Puts tests/environment.env into the environment, before Django reads its settings."""

from __future__ import annotations

import os
from pathlib import Path

for _line in (Path(__file__).parent / "environment.env").read_text().splitlines():
    _name, _equals, _value = _line.partition("=")
    if _equals and not _line.startswith("#"):
        os.environ[_name] = _value
