"""Databases of a test's own, besides the one that pytest-django makes: SQLite files, and databases
on the server that the tests run on, which are dropped again.
"""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg
from django.conf import settings
from django.db import connections
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
    """Makes databases and forgets them all at the end. A database is known by its URL."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._made: list[str] = []

    def new(self, engine: str = OF_THIS_RUN, *, like: str | None = None) -> str:
        """An empty database, or one with all that is in another one of this engine."""
        name = f"undersigned_scratch_{secrets.token_hex(6)}"
        if engine == "sqlite":
            path = self.directory / f"{name}.sqlite3"
            if like:
                shutil.copy(like.removeprefix("sqlite:///"), path)
            return f"sqlite:///{path}"
        self._made.append(name)
        template = name_of(like) if like else "template1"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return f"{server()}/{name}"

    def drop_all(self) -> None:
        for name in self._made:
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(f"{server()}/postgres", autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def server() -> str:
    """The server of this run, without a database."""
    entry = settings.DATABASES["default"]
    user = entry["USER"] + (f":{entry['PASSWORD']}" if entry["PASSWORD"] else "")
    return f"postgres://{user}@{entry['HOST']}:{entry['PORT'] or 5432}"


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def engine_of(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


@contextmanager
def inside(url: str) -> Iterator[None]:
    """Have Django use this database in the present thread."""
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
    """What a query finds, asked on a connection of its own without Django."""
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
