from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.db.backends.sqlite3.base import DatabaseOperations
from django.test import Client
from django.utils import translation
from django_tasks_db.management.commands import db_worker
from whitenoise.middleware import WhiteNoiseMiddleware

from config.append_only import protect, unprotect
from config.mail.outbox import send_due_mails
from signatories.public.ordering import list_cache
from signatories.public.signatories import tallies
from signatories.public.vocabulary import vocabulary
from tests.databases import Databases, migrated, name_of
from tests.factories import StaffFactory

# Django does so itself before a test runs, but the URLs that tests read when they are imported
# depend on it.
settings.DEBUG = False

APPEND_ONLY = ["config_auditentry", "letters_revision"]
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that do not depend on the engine run on SQLite only; CONTRIBUTING.md has the rule."""
    if connection.vendor != "sqlite":
        config.hook.pytest_deselected(items=[one for one in items if not depends_on_engine(one)])
        items[:] = [one for one in items if depends_on_engine(one)]


def depends_on_engine(item: Any) -> bool:
    has_database = item.get_closest_marker("django_db") or DATABASE_FIXTURES & {*item.fixturenames}
    return bool(has_database) and not item.get_closest_marker("one_engine")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(request, tmp_path_factory, django_db_blocker: Any) -> None:
    """Use a copy of the migrated database.

    SQLite has it in a file, as on a real site, for tests with several connections. On PostgreSQL no
    connection outlives its request, as it would prevent the database from being dropped.
    """
    with django_db_blocker.unblock():
        template = migrated()
    if connection.vendor == "sqlite":
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        shutil.copy(template.removeprefix("sqlite:///"), name)
        connections.settings["default"]["TEST"]["NAME"] = name
        connection.settings_dict["TEST"]["NAME"] = name
    else:
        connections.settings["default"]["CONN_MAX_AGE"] = 0
        connection.settings_dict["CONN_MAX_AGE"] = 0
        connection.settings_dict["TEST"]["TEMPLATE"] = name_of(template)
        request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite uses the existing file, in pytest's own directory, which pytest empties."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Close other connections at the end: PostgreSQL cannot drop a database in use."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied_between_tests() -> Any:
    """Django empties SQLite tables by DELETE, which append-only tables refuse."""
    empty = DatabaseOperations.execute_sql_flush

    def unprotect_and_empty(self: DatabaseOperations, sql_list: list[str]) -> None:
        for table in APPEND_ONLY:
            unprotect(self.connection, table)
        empty(self, sql_list)
        for table in APPEND_ONLY:
            protect(self.connection, table)

    patch = pytest.MonkeyPatch()
    patch.setattr(DatabaseOperations, "execute_sql_flush", unprotect_and_empty)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> Iterator[None]:
    """Each test client builds WhiteNoise's middleware, which would list hundreds of files."""
    list_files = WhiteNoiseMiddleware.add_files_from_finders
    files: dict[str, Any] = {}

    def list_once(self: WhiteNoiseMiddleware) -> None:
        if not files:
            list_files(self)
            files.update(self.files)
        self.files = files

    patch = pytest.MonkeyPatch()
    patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", list_once)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Databases]:
    """Creates further databases; see tests/databases.py."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    with django_db_blocker.unblock():
        yield made
        made.drop_all()


@pytest.fixture(autouse=True)
def _each_test_begins_in_english() -> None:
    """A request leaves its language active in its thread."""
    translation.activate("en")


@pytest.fixture(autouse=True)
def _caches_are_empty_for_each_test() -> None:
    """Tests roll back their rows, so the same letter would come again with other names."""
    list_cache.forget()
    tallies.forget()
    vocabulary.forget()


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def staff(db: None) -> User:
    return StaffFactory()


@pytest.fixture
def staff_client(staff: User) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def open_connection(db: None) -> Iterator[None]:
    """Do not close the connection after requests, as the test's transaction is on it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


class Outbox:
    """The mails that the worker has sent."""

    def send(self) -> list[Any]:
        """Send what is due and return the new mails."""
        before = len(mail.outbox)
        send_due_mails()
        return mail.outbox[before:]


@pytest.fixture
def outbox(db: None, monkeypatch: pytest.MonkeyPatch) -> Outbox:
    """The worker must not close its connection between tasks: the test's transaction is on it."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    return Outbox()
