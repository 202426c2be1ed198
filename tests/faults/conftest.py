"""Sites that are ready to be broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.databases import Databases, inside
from tests.factories import LetterFactory


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In one process of the test run: each of these tests runs several of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faults"))


def fill(url: str) -> None:
    """The site's tables and a letter that can be signed."""
    with inside(url):
        call_command("migrate", verbosity=0)
        LetterFactory(slug="speak")


@pytest.fixture(scope="session")
def _ready(databases: Databases) -> str:
    url = databases.new()
    fill(url)
    return url


@pytest.fixture
def database(databases: Databases, _ready: str) -> str:
    """A database of a test's own, of this run's engine, with a letter that can be signed."""
    return databases.new(like=_ready)
