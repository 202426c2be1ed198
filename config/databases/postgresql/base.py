"""Django's PostgreSQL backend with time limits."""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg import errors

from config.databases.patience import (
    CHECKING,
    CONNECTING,
    LEFT_TO_CONNECT,
    patience,
    patience_here,
)


class NoAnswer(psycopg.OperationalError):
    """The server did not answer in time. The connection is closed, as its state is unknown."""


class Connection(psycopg.Connection[Any]):
    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Like psycopg's own, but limited by this thread's patience."""
        here = patience_here()
        if here is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, max(here.left(), 0))
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise NoAnswer("the database has not answered in time") from None


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Like Django's, without pools and isolation levels, which this site does not use."""
        here = patience_here()
        if here is not None:
            if here.left() < LEFT_TO_CONNECT:
                raise NoAnswer("no time is left to connect to the database")
            conn_params = {**conn_params, "connect_timeout": CONNECTING}
        self.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        return Connection.connect(**conn_params)

    def init_connection_state(self) -> None:
        """Make the server give up too, so that it does no work that nobody waits for.

        A thread always does the same kind of work, so these limits fit the whole connection.
        """
        super().init_connection_state()
        here = patience_here()
        if here is not None and here.statement != float("inf"):
            milliseconds = int(here.statement * 1000)
            with self.connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('statement_timeout', %s, false),"
                    " set_config('lock_timeout', %s, false)",
                    [str(milliseconds), str(milliseconds * 3 // 4)],
                )

    def is_usable(self) -> bool:
        with patience(statement=CHECKING):
            return bool(super().is_usable())
