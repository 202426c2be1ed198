"""Further databases for tests, besides pytest-django's: SQLite files, and databases on the tests'
own PostgreSQL server, which are dropped at the end.

All are copies of `migrated()`, which outlives the run.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import environ
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.utils import ConnectionHandler
from psycopg import sql

OF_THIS_RUN = (
    "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "postgresql"
)
# As config.settings has it, also where the tests themselves run on PostgreSQL.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


class Databases:
    """Creates databases, identified by URL, and drops them at the end."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._made: list[str] = []

    def new(self, engine: str = OF_THIS_RUN, *, like: str | None = None) -> str:
        """An empty database, or a copy of another one of the same engine."""
        name = f"undersigned_scratch_{secrets.token_hex(6)}"
        if engine == "sqlite":
            path = self.directory / f"{name}.sqlite3"
            if like:
                shutil.copy(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        self._made.append(name)
        template = name_of(like) if like else "template1"
        execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return f"{server()}/{name}"

    def drop_all(self) -> None:
        for name in self._made:
            execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def migrated(engine: str = OF_THIS_RUN) -> str:
    """A database with all tables, to copy from. It is rebuilt when a migration has changed."""
    directory = Path(settings.DATA_DIR).resolve() / "databases"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / f"{engine}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process of the run may be building it
        return _migrated_file(directory) if engine == "sqlite" else _migrated_on_server(directory)


def _migrated_file(directory: Path) -> str:
    wanted, unfinished = directory / f"{digest()}.sqlite3", directory / "unfinished.sqlite3"
    if not wanted.exists():
        for old in directory.glob("*.sqlite3*"):
            old.unlink()
        _migrate(f"sqlite:///{unfinished}")
        unfinished.rename(wanted)
    return f"sqlite:///{wanted}"


def _migrated_on_server(directory: Path) -> str:
    of_this_checkout = f"undersigned_{hashlib.sha256(bytes(directory)).hexdigest()[:8]}_"
    wanted, unfinished = of_this_checkout + digest(), of_this_checkout + "unfinished"
    found = rows(f"{server()}/postgres", "SELECT datname FROM pg_database")
    if (wanted,) not in found:
        for (name,) in found:
            if name.startswith(of_this_checkout):
                execute("DROP DATABASE {}", name)
        execute("CREATE DATABASE {}", unfinished)
        _migrate(f"{server()}/{unfinished}")
        execute("ALTER DATABASE {} RENAME TO {}", unfinished, wanted)
    return f"{server()}/{wanted}"


def _migrate(url: str) -> None:
    with inside(url):
        call_command("migrate", verbosity=0)


def digest() -> str:
    """A digest of all migrations and of our modules that they import."""
    files: set[Path] = set()
    for migration in MigrationLoader(None).disk_migrations.values():
        file = Path(str(find_spec(migration.__module__).origin))
        ours = r"^(?:from|import) ((?:campaigns|config|letters|signatories)[.\w]*)"
        imported = re.findall(ours, file.read_text(), re.MULTILINE)
        files |= {file, *(Path(str(find_spec(name).origin)) for name in imported)}
    contents = [file.read_bytes() for file in sorted(files)]
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]


def execute(statement: str, *names: str) -> None:
    with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def server() -> str:
    """The URL of this run's server, without a database."""
    entry = settings.DATABASES["default"]
    user = entry["USER"] + (f":{entry['PASSWORD']}" if entry["PASSWORD"] else "")
    return f"postgres://{user}@{entry['HOST']}:{entry['PORT'] or 5432}"


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def engine_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


@contextmanager
def inside(url: str) -> Iterator[None]:
    """Let Django use this database in the present thread."""
    entry = environ.Env.db_url_config(url)
    if engine_of(url) == "sqlite":
        entry["OPTIONS"] = SQLITE_OPTIONS
    before, connections["default"] = (
        connections["default"],
        ConnectionHandler({"default": entry})["default"],
    )
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = before


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    """The result of a query on a separate connection, without Django."""
    if engine_of(url) == "sqlite":
        with_file = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=20)
        try:
            found = with_file.execute(query).fetchall()
            with_file.commit()
            return found
        finally:
            with_file.close()
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []
