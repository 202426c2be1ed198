from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from signatories.known.actions import import_register

FILES = Path(__file__).parent / "files"


@pytest.fixture
def registry():
    """The small registry is imported: the Institute of Clear Waters and others."""
    return import_register(path=FILES / "v2-first.json", now=timezone.now())
