"""Sites for fault tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.databases import Databases, inside, migrated
from tests.factories import LetterFactory
from tests.faults.processes import ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One xdist group: each of these tests runs several processes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("faults"))


def fill(url: str) -> None:
    """The site's tables and a letter that can be signed."""
    with inside(url):
        call_command("migrate", verbosity=0)
        LetterFactory(slug="speak")


@pytest.fixture(scope="session")
def _collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files of public pages, of which the page that says “error” is one."""
    directory = tmp_path_factory.mktemp("collected")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "-v0", "-i", "admin"],
        cwd=ROOT,
        env=os.environ | {"DEBUG": "off", "DATA_DIR": str(directory)},
        check=True,
    )
    return directory / "static"


@pytest.fixture(scope="module")
def shared_data_dir(tmp_path_factory: pytest.TempPathFactory, _collected: Path) -> Path:
    """For processes shared by the tests of a module."""
    directory = tmp_path_factory.mktemp("shared")
    (directory / "static").symlink_to(_collected)
    return directory


@pytest.fixture
def data_dir(tmp_path: Path, _collected: Path) -> Path:
    (tmp_path / "static").symlink_to(_collected)
    return tmp_path


@pytest.fixture(scope="session")
def _ready(databases: Databases) -> str:
    url = databases.new(like=migrated())
    fill(url)
    return url


@pytest.fixture(scope="module")
def shared_database(databases: Databases, _ready: str) -> str:
    return databases.new(like=_ready)


@pytest.fixture
def database(databases: Databases, _ready: str) -> str:
    """A separate database on this run's engine, with a letter that can be signed."""
    return databases.new(like=_ready)
