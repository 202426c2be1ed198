"""Django's SQLite backend with a time limit on waiting for the write lock."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base

from config.databases.patience import patience_here


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        here = patience_here()
        if here is not None:
            params["timeout"] = min(params["timeout"], here.statement)
        return params

    def _start_transaction_under_autocommit(self) -> None:
        """Writers queue here, so limit the wait to the time left."""
        here = patience_here()
        if here is not None:
            milliseconds = max(int(here.left() * 1000), 0)
            self.ensure_connection()
            self.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
        super()._start_transaction_under_autocommit()  # type: ignore[misc] # its stubs lack it
